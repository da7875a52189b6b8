"""The page as a whole: its head, its contents, and its sections in the order they are read."""

from datetime import datetime
from html import escape

from workbench.profiling.report import blanks, cards, columns, compared, decisions, known, method, pairs, target
from workbench.profiling.report.escaping import clean, cut_inside, name
from workbench.profiling.report.page import About, Page, Section, paragraph
from workbench.profiling.report.style import STYLE
from workbench.profiling.wording import counted, percent

LONGEST_TITLE = 160
SECTIONS = (decisions, compared, target, known, pairs, blanks, columns, cards, method)
UNITS = ("bytes", "kB", "MB", "GB", "TB")
# Nothing is loaded and nothing runs, whatever a value of the data may try.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


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
    shown = escape(cut_inside(clean(title), LONGEST_TITLE)) or "Profile"
    body = "\n".join(section.html() for section in sections)
    return "".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            f"<title>{shown}</title><style>{STYLE}</style></head>\n<body>",
            _unbroken(_masthead(page, shown)),
            '<div class="frame">',
            _contents(sections),
            "<main>",
            _unbroken(body),
            "</main></div></body></html>\n",
        ]
    )


def _unbroken(html: str) -> str:
    """Keep a number and its percent sign in one line."""
    return html.replace(" %", "\u00a0%")


def _masthead(page: Page, title: str) -> str:
    facts = "".join(f"<div><dt>{label}</dt><dd>{told}</dd></div>" for label, told in _facts(page))
    about = page.about
    made = f"Made on {escape(_moment(about.made_at or datetime.now().astimezone()))} by workbench {_version()}."
    notes = "".join(f"<li>{page.sentence(note)}</li>" for note in about.notes)
    read = paragraph(f"{page.sentence(about.read)} {made}".strip(), "soft")
    listed = f'<ul class="soft">{notes}</ul>' if notes else ""
    return (
        f'<header id="top"><h1>{title}</h1><p class="headline">{page.sentence(page.profile.headline)}</p>'
        f'<dl class="facts">{facts}</dl>{read}{listed}</header>'
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


def _contents(sections: list[Section]) -> str:
    items = "".join(
        f'<li><a href="#{section.anchor}">{escape(section.title)}</a>'
        f"{f' <span>{section.count}</span>' if section.count else ''}</li>"
        for section in sections
    )
    return f'<nav aria-label="Contents"><h2>Contents</h2><ol>{items}</ol><a class="up" href="#top">To the top</a></nav>'


def _moment(moment: datetime) -> str:
    zone = moment.strftime("%z")
    told = f"{moment.day} {moment:%B %Y, %H:%M}"
    return f"{told} (UTC{zone[:3]}:{zone[3:5]})" if zone else told


def _size(n_bytes: int) -> str:
    number, unit = float(n_bytes), UNITS[0]
    for unit in UNITS:
        if number < 1000 or unit == UNITS[-1]:
            break
        number /= 1000
    return counted(int(number), "byte") if unit == "bytes" else f"{number:.{0 if number >= 10 else 1}f} {unit}"


def _version() -> str:
    import workbench

    return workbench.__version__
