"""The report of a profile as a whole: what heads it, and its sections in the order they are read."""

from workbench.document.escaping import name
from workbench.document.page import facts_list, html_page, made_sentence
from workbench.document.parts import paragraph
from workbench.profiling.report import blanks, cards, columns, compared, decisions, known, method, pairs, target
from workbench.profiling.report.page import About, Page
from workbench.profiling.report.style import STYLE
from workbench.profiling.wording import counted, percent

SECTIONS = (decisions, compared, target, known, pairs, blanks, columns, cards, method)
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def report_html(profile, title: str, about: About | None = None) -> str:
    """Return a profile as one self-contained page.

    Parameters
    ----------
    profile : Profile
    title : str
        Heads the page, and is escaped like everything else.
    about : About, optional
        The file it is of, and when it was made.

    Returns
    -------
    str
        HTML that loads nothing, runs nothing, and is in UTF-8 whatever the data hold.
    """
    page = Page(profile, about or About(), cards.chosen(profile))
    sections = [section for module in SECTIONS for section in module.sections(page)]
    return html_page(title.strip() or "Profile", _masthead(page), sections, STYLE)


def _masthead(page: Page) -> str:
    about = page.about
    notes = "".join(f"<li>{page.sentence(note)}</li>" for note in about.notes)
    read = paragraph(f"{page.sentence(about.read)} {made_sentence(about.made_at)}".strip(), "soft")
    listed = f'<ul class="soft">{notes}</ul>' if notes else ""
    return (
        f'<p class="headline">{page.sentence(page.profile.headline)}</p>{facts_list(list(_facts(page)))}{read}{listed}'
    )


def _facts(page: Page):
    profile, about = page.profile, page.about
    if about.file:
        size = f' <span class="soft">{_size(about.size_bytes)}</span>' if about.size_bytes is not None else ""
        yield "File", f"{name(about.file, 60)}{size}"
    yield "Rows", f"{profile.n_rows:,}"
    yield "Columns", f"{profile.n_columns:,}"
    blank = sum(column.missing_count for column in profile.columns)
    cells = profile.n_rows * profile.n_columns
    yield "Blank cells", percent(blank / cells) if cells else "–"
    if profile.target:
        yield "To be predicted", name(profile.target)
    yield "In memory", _size(profile.memory_bytes)


def _size(n_bytes: int) -> str:
    number, unit = float(n_bytes), UNITS[0]
    for unit in UNITS:
        if number < 1000 or unit == UNITS[-1]:
            break
        number /= 1000
    return counted(int(number), "byte") if unit == "bytes" else f"{number:.{0 if number >= 10 else 1}f} {unit}"
