"""Blank cells: per column, in the same rows, and whether they tell the target."""

from workbench.document import drawings
from workbench.document.parts import Section, paragraph, table
from workbench.profiling.report.page import Page
from workbench.profiling.wording import counted, percent

COLUMNS, GROUPS, TELLING = 30, 12, 12  # shown of each


def sections(page: Page) -> list[Section]:
    """Return the section on blanks."""
    profile = page.profile
    if not profile.n_rows or not profile.columns:
        return []
    blank = sorted((column for column in profile.columns if column.missing_count), key=lambda each: -each.missing_count)
    if not blank:
        return [Section("blanks", "Blank cells", paragraph("No cell is blank.", "calm"))]
    body = [paragraph(_told(profile, blank)), _columns(page, blank)]
    if profile.missing.together:
        body += ["<h3>Blank in the same rows</h3>", _together(page)]
    if profile.missing.tells:
        body += ["<h3>Being blank tells something by itself</h3>", _tells(page)]
    return [Section("blanks", "Blank cells", "".join(body), f"{len(blank):,}")]


def _told(profile, blank) -> str:
    cells = sum(column.missing_count for column in blank)
    told = (
        f"{counted(cells, 'cell')} ({percent(cells / (profile.n_rows * profile.n_columns))}) in "
        f"{counted(len(blank), 'column')} of {profile.n_columns:,} {'is' if cells == 1 else 'are'} blank."
    )
    if profile.missing.n_cells:  # 0 where blanks of whole rows were not counted
        complete = profile.missing.n_rows_complete
        told += (
            f" {counted(complete, 'row')} of {profile.n_rows:,} ({percent(complete / profile.n_rows)}) have no blank."
        )
    return told


def _columns(page: Page, blank) -> str:
    rows = [
        f'<td class="name">{page.link(column.name)}</td>'
        f'<td class="wide-bar">{drawings.share_bar(column.missing_fraction)}</td>'
        f'<td class="n">{percent(column.missing_fraction)}</td><td class="n soft">{column.missing_count:,}</td>'
        for column in blank[:COLUMNS]
    ]
    more = len(blank) - COLUMNS
    below = paragraph(f"and {more:,} more with fewer blanks", "note") if more > 0 else ""
    return table(["Column", "", "#Blank", "#Cells"], rows, "ranked") + below


def _together(page: Page) -> str:
    groups = page.profile.missing.together
    rows = [
        f'<td>{page.links(group.columns)}</td><td class="n">{group.n_rows:,}</td>'
        f'<td class="n soft">{group.n_any - group.n_rows:,}</td>'
        for group in groups[:GROUPS]
    ]
    more = len(groups) - GROUPS
    below = paragraph(f"and {counted(more, 'more group')}", "note") if more > 0 else ""
    return table(["Columns", "#All blank", "#Only some blank"], rows) + below


def _tells(page: Page) -> str:
    told = paragraph(
        f"How far it tells {page.link(page.profile.target)} whether the cell is blank, as the only input, on rows not "
        "seen before. Where a cell is filled in only after the outcome, this gives the outcome away."
    )
    rows = [
        f'<td class="name">{page.link(each.column)}</td>'
        f'<td class="wide-bar">{drawings.share_bar(each.strength.value, each.strength.error)}</td>'
        f'<td class="n">{page.sentence(each.strength.words)}</td>'
        for each in page.profile.missing.tells[:TELLING]
    ]
    return told + table(["Blank or not", "", "#Strength"], rows, "ranked")
