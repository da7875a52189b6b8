"""All columns, one line each, in file order."""

from workbench.document import drawings
from workbench.document.escaping import value
from workbench.document.parts import Section, table
from workbench.profiling.columns.describe import ColumnProfile
from workbench.profiling.report.figures import moment_words
from workbench.profiling.report.page import Page
from workbench.profiling.wording import figure, percent
from workbench.specs import MEANING_LABELS


def sections(page: Page) -> list[Section]:
    """Return the section with the list of all columns."""
    profile = page.profile
    if not profile.columns:
        return []
    head = ["Column", "Meaning", "#Blank", "#Different"]
    if profile.target:
        head.append("#Strength")
    head += ["Shape", "In short"]
    rows = [_row(page, column) for column in profile.columns]
    return [Section("columns", "All columns", table(head, rows, "all"), f"{profile.n_columns:,}")]


def _row(page: Page, column: ColumnProfile) -> str:
    strength = ""
    if page.profile.target:
        told = f"{column.strength.value * 100:.0f} %" if column.strength else "–"
        strength = f'<td class="n">{told}</td>'
    blank = percent(column.missing_fraction) if column.missing_count else "–"
    drawn = drawings.spark([entry.count for entry in column.bins])
    if not column.bins and column.top and column.top[0].count > 1:
        drawn = drawings.steps([entry.count for entry in column.top])
    return (
        f'<td class="name" id="r{page.places[column.name]}">{page.link(column.name)}</td>'
        f'<td>{MEANING_LABELS[column.meaning]}</td><td class="n">{blank}</td>'
        f'<td class="n">{column.distinct_count:,}</td>{strength}<td>{drawn}</td>'
        f'<td class="in-short">{in_short(column)}</td>'
    )


def in_short(column: ColumnProfile) -> str:
    """Return what a column holds in a few words, as HTML."""
    if not column.count:
        return "no value in any row"
    if column.mean is not None:
        return f"{figure(column.min)} … <b>{figure(column.median)}</b> … {figure(column.max)}"
    if column.first is not None:
        return f"{moment_words(column.first)} … {moment_words(column.last)}"
    if not column.top:
        return ""
    if column.top[0].count == 1:
        return f"{value(column.top[0].value, 32)} …"
    return ", ".join(
        f"{value(entry.value, 24)} <span class='soft'>{percent(entry.count / column.count)}</span>"
        for entry in column.top[:2]
    )
