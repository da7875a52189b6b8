"""A column in full: its picture, its figures by meaning, its most frequent values, and what was found about it."""

from collections.abc import Iterator

from workbench.document import drawings
from workbench.document.escaping import clean, name, value
from workbench.document.parts import Section, paragraph
from workbench.profiling.columns.describe import ColumnProfile
from workbench.profiling.report.figures import figures, moment_words, spoken
from workbench.profiling.report.page import Page
from workbench.profiling.wording import counted, percent
from workbench.specs import MEANING_LABELS

MOST_CARDS = 120  # a table of more columns shows those in full that matter
TOP_SHOWN = 6
FINDINGS_SHOWN = 4


def sections(page: Page) -> list[Section]:
    """Return the section of all cards."""
    if not page.cards:
        return []
    n_columns = len(page.profile.columns)
    every = len(page.cards) == n_columns
    title = "Each column in full" if every else "The columns that matter, in full"
    about = _findings_by_column(page)
    body = "".join(_card(page, page.columns[each], about.get(each, [])) for each in page.cards)
    told = ""
    if not every:
        told = paragraph(
            f"These {len(page.cards):,} of {n_columns:,} columns tell most about what is predicted, go together most, "
            "or were found worth a look. The list above has all columns.",
        )
    return [Section("full", title, f'{told}<div class="cards">{body}</div>', f"{len(page.cards):,}")]


def chosen(profile) -> tuple[str, ...]:
    """Return the columns shown in full, in file order: all of a table of moderate width, else those that matter."""
    names = [column.name for column in profile.columns]
    if len(names) <= MOST_CARDS:
        return tuple(names)
    known = set(names)
    matter = dict.fromkeys(each for each in _that_matter(profile) if each in known)
    kept = set(list(matter)[:MOST_CARDS])
    return tuple(each for each in names if each in kept)


def _that_matter(profile) -> Iterator[str]:
    """Yield columns in the order of how much they matter; some several times."""
    if profile.target:
        yield profile.target
    yield from (each.column for each in profile.availability if each.doubtful)
    yield from (column.name for column in (*profile.telling[:30], *profile.ranked[:12]))
    for finding in profile.findings:
        if finding.status == "alerted":
            yield from finding.columns[:6]
    for pair in profile.associations.pairs[:20]:
        yield from (pair.left, pair.right)
    for finding in profile.findings:
        if finding.status == "done":
            yield from finding.columns[:6]
    most_blank = sorted(profile.columns, key=lambda column: -column.missing_count)[:10]
    yield from (column.name for column in most_blank if column.missing_count)


def _findings_by_column(page: Page) -> dict[str, list]:
    about: dict[str, list] = {}
    for finding in page.profile.findings:
        if finding.status == "passed":
            continue
        for each in finding.columns:
            if each in page.in_full:
                about.setdefault(each, []).append(finding)
    return about


def _card(page: Page, column: ColumnProfile, findings: list) -> str:
    unit = f" in {name(column.unit)}" if column.unit else ""
    role = " · to be predicted" if column.name == page.profile.target else ""
    facts = "".join(
        f"<div><dt>{label}</dt><dd>{told}</dd></div>" for label, told in figures(column, page.profile.target)
    )
    items = "".join(
        f'<li class="{finding.status}">{page.sentence(finding.sentence)}</li>' for finding in findings[:FINDINGS_SHOWN]
    )
    noted = f'<ul class="noted">{items}</ul>' if items else ""
    told = spoken(column)
    below = paragraph(told, "note wide") if told else ""
    return (
        f'<article class="card" id="c{page.places[column.name]}"><h3>{name(column.name, 80)} '
        f'<span class="kind">{MEANING_LABELS[column.meaning]}{unit}{role}</span></h3>'
        f'<div class="halves"><div>{picture(column)}</div><dl>{facts}</dl></div>{below}{noted}</article>'
    )


def picture(column: ColumnProfile) -> str:
    """Return the histogram of numbers and dates, and the most frequent values where they say something."""
    drawn = ""
    if column.bins and not _is_counted(column):
        label = f"Histogram of {clean(column.name)[:80]}"
        drawn = drawings.histogram([each.count for each in column.bins], label)
        low, high = moment_words(column.bins[0].low), moment_words(column.bins[-1].high)
        drawn += f'<div class="ends"><span>{low}</span><span>{high}</span></div>'
    return f"{drawn}{_top(column)}"


def _is_counted(column: ColumnProfile) -> bool:
    """Return whether every value of a number is shown with its rows, which says more than a histogram."""
    return len(column.top) == column.distinct_count <= TOP_SHOWN


def _top(column: ColumnProfile) -> str:
    if not column.top or (column.bins and not _is_counted(column)):
        return ""
    if column.top[0].count == 1 and column.distinct_count > 1:
        shown = ", ".join(value(entry.value, 40) for entry in column.top[:3])
        return (
            paragraph(f"Every value is different: {shown} …", "note") if column.distinct_count == column.count else ""
        )
    shown = column.top[:TOP_SHOWN]
    if column.bins:
        shown = sorted(shown, key=lambda entry: entry.value)
    rows = "".join(
        f'<tr><td class="label">{value(entry.value)}</td>'
        f'<td class="plot">{drawings.share_bar(entry.count / column.count)}</td>'
        f'<td class="n">{percent(entry.count / column.count)}</td></tr>'
        for entry in shown
    )
    more = column.distinct_count - min(len(column.top), TOP_SHOWN)
    rest = ""
    if more > 0:
        others = 1 - sum(entry.count for entry in column.top[:TOP_SHOWN]) / column.count
        rest = (
            f'<tr class="soft"><td class="label">{counted(more, "other value")}</td><td></td>'
            f'<td class="n">{percent(others)}</td></tr>'
        )
    return f'<table class="top"><tbody>{rows}{rest}</tbody></table>'
