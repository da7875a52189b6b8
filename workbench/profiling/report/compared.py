"""What has changed since another file."""

from workbench.document import drawings
from workbench.document.escaping import name
from workbench.document.parts import Section, paragraph, table
from workbench.profiling.report.page import Page
from workbench.profiling.wording import counted, percent

COLUMNS, NAMES = 40, 20  # shown of those that differ, and of those that are gone or new
VERDICTS = {"differs much": "much", "differs": "somewhat", "later": "goes on in time"}


def sections(page: Page) -> list[Section]:
    """Return the section of differences; none where nothing is compared."""
    found = page.about.differences
    if found is None:
        return []
    other = name(page.about.other or "the file before")
    body = [
        paragraph(page.sentence(found.headline), "lead"),
        paragraph(f"{other} has {counted(found.n_rows_before, 'row')}, this file {found.n_rows_now:,}.{_rows(found)}"),
        _names("Gone", found.gone),
        _names("New", found.added),
    ]
    if found.renamed:
        pairs = ", ".join(f"{name(was)} → {page.link(now)}" for was, now in found.renamed[:NAMES])
        body.append(paragraph(f"<b>Probably renamed</b> {pairs}"))
    told = [column for column in found.columns if column.verdict in VERDICTS]
    if told:
        body.append(_columns(page, told))
    alike = sum(column.verdict == "same" for column in found.columns)
    if alike:
        body.append(paragraph(f"{counted(alike, 'column')} {'is' if alike == 1 else 'are'} as before.", "calm"))
    return [Section("compared", "What has changed", "".join(body), f"{len(found.differing):,}")]


def _rows(found) -> str:
    if not found.n_rows_now or not found.n_rows_before:
        return ""
    unseen, repeated = found.n_rows_unseen / found.n_rows_now, found.n_rows_repeated / found.n_rows_now
    return (
        f" {percent(unseen)} of its rows hold something that the file before never had (of the rows before, "
        f"{percent(found.unseen_by_chance)} do so beside the others there), and {percent(repeated)} repeat a row of "
        f"before (there, {percent(found.repeated_by_chance)} repeat one another)."
    )


def _names(word: str, names: tuple[str, ...]) -> str:
    if not names:
        return ""
    more = len(names) - NAMES
    shown = ", ".join(name(each) for each in names[:NAMES]) + (f" and {more:,} more" if more > 0 else "")
    return paragraph(f"<b>{word}</b> {shown}")


def _columns(page: Page, told) -> str:
    rows = [
        f'<td class="name">{page.link(each.column)}</td><td>{VERDICTS[each.verdict]}</td>'
        f'<td class="n">{"" if each.distance is None else f"{each.distance:.2f}"}</td>'
        f'<td class="short-bar">{drawings.share_bar(each.distance or 0.0)}</td><td>{page.sentence(each.sentence)}</td>'
        for each in told[:COLUMNS]
    ]
    more = len(told) - COLUMNS
    below = paragraph(f"and {counted(more, 'more column')}", "note") if more > 0 else ""
    return table(["Column", "Differs", "#Distance", "", "How"], rows, "changed") + below
