"""Fairness: whether the groups of columns about people are treated alike, rate by rate with intervals."""

import math

from workbench.document.escaping import name, value
from workbench.document.parts import Section, table
from workbench.results.failures.chance import ALPHA
from workbench.results.failures.fairness import Fairness
from workbench.results.failures.fairness_rates import CANNOT_ALL_BE_EQUAL, DOES_NOT_TELL, RateKind, rates_for
from workbench.results.failures.people import MOST_COLUMNS
from workbench.results.failures.slices import FEW_ROWS
from workbench.results.report.page import LONGEST_CLASS, Page
from workbench.results.report.wording import capital, ended
from workbench.results.wording import percent

NO_TABLE = "Groups of people were not compared, since the table is not here any more."
NO_COLUMN = (
    "No column says by its name that it is about sex, age, origin, religion, disability or family, so no groups of "
    "people were compared. That does not mean that they are treated alike: another column may stand for them. Any "
    "column of the table can be looked at on the page Results, under “Where it fails”."
)
OTHERS = (
    "Only columns whose names say that they are about people were looked at, {most} at most; any other can be, on the "
    "page Results, under “Where it fails”."
)
MARK = "▲"


def sections(page: Page) -> list[Section]:
    """Return the section on fairness between groups."""
    found = page.summary.fairness
    if not found:
        body = page.told(NO_TABLE if page.summary.segments is None else NO_COLUMN)
    else:
        body = "".join(_column(page, one) for one in found) + _definitions(page, found[0])
    return [Section("groups", "Whether groups of people are treated alike", body, f"{len(found)}" if found else "")]


def _column(page: Page, one: Fairness) -> str:
    rates = rates_for(page.spec.task)
    frames = {rate.name: one.of(rate.name) for rate in rates}
    unequal = [rate for rate in rates if rate.judged and not one.gaps(rate).empty]
    told = [ended(one.finding(rate)) for rate in unequal] or [_alike(one, [rate for rate in rates if rate.judged])]
    head = ["Group", "#Rows", *(f"#{page.sentence(capital(rate.label))}" for rate in rates)]
    rows = []
    for place, group in enumerate(one.groups):
        cells = [_cell(page, one, rate, frames[rate.name].iloc[place]) for rate in rates]
        n_rows = int((one.places == place).sum())
        rows.append(f'<td class="wide-name">{value(group, 30)}</td><td class="n">{n_rows:,}</td>{"".join(cells)}')
    return f"<h3>{name(one.column)}</h3>{page.told(*told)}{table(head, rows, 'rates')}"


def _alike(one: Fairness, judged: list[RateKind]) -> str:
    if all(not one.of(rate.name)["p_value"].notna().any() for rate in judged):
        return "Its groups have too few rows to be compared."
    return "No group differs from all other rows beyond chance, in any of these figures."


def _cell(page: Page, one: Fairness, rate: RateKind, row) -> str:
    if not math.isfinite(row["value"]):
        return '<td class="n">–</td>'
    told = page.sentence(one.say(rate, row["value"]))
    if row["p_value"] <= ALPHA:
        told = f'<b>{told} <span class="gap">{MARK}</span></b>'
    elif row["few"]:
        told = f'<span class="soft">{told}</span>'
    ends = [one.say(rate, row[end]) for end in ("low", "high")]
    spread = f"{ends[0]} to {ends[1]}" if all(math.isfinite(row[end]) for end in ("low", "high")) else ""
    return f'<td class="n">{told}<br><span class="remark">{page.sentence(spread)}</span></td>'


def _definitions(page: Page, one: Fairness) -> str:
    rates = rates_for(page.spec.task)
    about = "" if one.label is None else f" The class in question is “{_short(one.label)}”."
    told = (
        f"Below each figure is its 95 % interval. {MARK}: differs from all other rows by more than chance explains (at "
        f"most {percent(ALPHA)}, over all groups and figures of a column together). Grey: fewer than {FEW_ROWS} rows "
        f"that count, not judged.{about}"
    )
    terms = "".join(
        f"<li><b>{page.sentence(capital(rate.label))}.</b> {page.sentence(one.definition(rate))}</li>" for rate in rates
    )
    notes = [DOES_NOT_TELL, CANNOT_ALL_BE_EQUAL if one.label is not None else "", OTHERS.format(most=MOST_COLUMNS)]
    return f'{page.told(told, kind="note")}<ul class="plain note">{terms}</ul>{page.told(*notes, kind="note")}'


def _short(label) -> str:
    return str(label) if len(str(label)) <= LONGEST_CLASS else f"{str(label)[: LONGEST_CLASS - 1]}…"
