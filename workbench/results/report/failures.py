"""Where it fails: groups of rows in which it is weaker, and the rows on which it was furthest off."""

import math

from workbench.document.escaping import value
from workbench.document.parts import Section, table
from workbench.profiling.wording import counted
from workbench.results.failures.segments import Segment, Segments
from workbench.results.quality.amounts import largest_errors
from workbench.results.report.front import NOT_LOOKED, group_sentence
from workbench.results.report.in_time import over_time
from workbench.results.report.page import Page
from workbench.results.report.wording import ended
from workbench.results.wording import percent, probability

LARGEST = 8  # rows shown


def sections(page: Page) -> list[Section]:
    """Return the section on weak groups and largest errors."""
    found = page.summary.segments
    body = page.told(NOT_LOOKED) if found is None else _groups(page, found)
    count = f"{len(found.segments)}" if found is not None and found.segments else ""
    return [Section("failures", "Where it fails", body + _largest(page) + over_time(page), count)]


def _groups(page: Page, found: Segments) -> str:
    parts = [page.told(ended(found.finding()), kind="lead")]
    for one in found.segments:
        parts.append(_group(page, found, one))
    how = (
        f"Groups were looked for by a small tree in {found.n_columns} columns on one half of the rows, and measured "
        f"on the other half ({found.n_measured:,} rows). Told are those that are worse than all other rows beyond "
        f"chance (5 %, corrected for how many were looked at) and by a tenth at least. {found.kind.sentence}"
    )
    return "".join(parts) + page.told(how, kind="note")


def _group(page: Page, found: Segments, one: Segment) -> str:
    told = group_sentence(found, one)
    weight = f"It holds {percent(one.share_of_rows)} of the rows"
    if math.isfinite(one.share_of_errors):
        weight += f" and {percent(one.share_of_errors)} of all errors"
    weight += f" ({counted(one.n_rows, 'row')} in all)"
    guess = f" Guessing would have {found.say(one.baseline)} there." if math.isfinite(one.baseline) else ""
    return (
        f'<div class="finding alerted"><h3>{page.sentence(one.words)}</h3>{page.told(told)}'
        f"{page.told(f'{weight}.{guess}')}"
        f"{page.told(one.advice.sentence, kind='soft')}</div>"
    )


def _largest(page: Page) -> str:
    found = largest_errors(page.summary.answers, page.summary.key, LARGEST)
    if not len(found.frame()):
        return ""
    kind, mark = ("", "") if found.classes else (' class="n"', "#")
    off = "#Chance given to what it is" if found.classes else "#Off by"
    rows = [
        f'<td class="n">{row["row"] + 1:,}</td><td{kind}>{_answer(page, row["actual"], found)}</td>'
        f"<td{kind}>{_answer(page, row['prediction'], found)}</td>"
        f'<td class="n">{_off(page, row["error"], found)}</td>'
        for row in found.frame().to_dict("records")
    ]
    note = "Rows are counted from 1, below the column names. Look at them: often the data are wrong, not the model."
    shown = table(["#Row", f"{mark}Actual", f"{mark}Answered", off], rows, "counts")
    return f"<h3>{page.sentence(ended(found.finding()))}</h3>{shown}{page.told(note, kind='note')}"


def _off(page: Page, error: float, found) -> str:
    return page.sentence(probability(1 - error)) if found.classes else page.amount(error)


def _answer(page: Page, given, found) -> str:
    return value(given) if found.classes else page.amount(float(given))
