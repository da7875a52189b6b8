"""The page as a whole, around what a report says: its head, what heads it, its contents, its sections."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from workbench.document.escaping import clean, cut_inside
from workbench.document.parts import Section

LONGEST_TITLE = 160
# Nothing is loaded and nothing runs, whatever a value of the data may try.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html_page(title: str, masthead: str, sections: Sequence[Section], style: str, *, contents: bool = True) -> str:
    """Return a report as one self-contained page.

    Parameters
    ----------
    title : str
        Plain text; escaped here.
    masthead : str
        HTML that stands below the title.
    sections : sequence of Section
    style : str
        As :func:`workbench.document.style.stylesheet` returns it.
    contents : bool, default=True
        List the sections with links to them. Without it there is no link: those of a page inside another one would
        leave it.

    Returns
    -------
    str
        HTML that loads nothing, runs nothing, and is in UTF-8 whatever the data hold.
    """
    body = "\n".join(section.html() for section in sections)
    return "".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            f"<title>{escape(_shown(title))}</title><style>{style}</style></head>\n<body>",
            f'<header id="top"><h1>{escape(_shown(title))}</h1>{_unbroken(masthead)}</header>',
            '<div class="frame">',
            _contents(sections) if contents else "",
            "<main>",
            _unbroken(body),
            "</main></div></body></html>\n",
        ]
    )


def facts_list(facts: Sequence[tuple[str, str]]) -> str:
    """Return facts as a row of labels with what they say; both are HTML."""
    told = "".join(f"<div><dt>{label}</dt><dd>{said}</dd></div>" for label, said in facts)
    return f'<dl class="facts">{told}</dl>'


def made_sentence(made_at: datetime | None = None) -> str:
    """Say when, and by which version, a report was made; now where it is not given. HTML."""
    import workbench

    when = moment_words(made_at or datetime.now().astimezone())
    return f"Made on {escape(when)} by workbench {workbench.__version__}."


def moment_words(moment: datetime) -> str:
    """Write a moment with its zone.

    >>> from datetime import UTC
    >>> moment_words(datetime(2024, 5, 1, 9, 30, tzinfo=UTC))
    '1 May 2024, 09:30 (UTC+00:00)'
    """
    zone = moment.strftime("%z")
    told = f"{moment.day} {moment:%B %Y, %H:%M}"
    return f"{told} (UTC{zone[:3]}:{zone[3:5]})" if zone else told


def _shown(title: str) -> str:
    return cut_inside(clean(title), LONGEST_TITLE)


def _unbroken(html: str) -> str:
    """Keep a number and its percent sign in one line."""
    return html.replace(" %", "\u00a0%")


def _contents(sections: Sequence[Section]) -> str:
    items = "".join(
        f'<li><a href="#{section.anchor}">{escape(section.title)}</a>'
        f"{f' <span>{section.count}</span>' if section.count else ''}</li>"
        for section in sections
    )
    return f'<nav aria-label="Contents"><h2>Contents</h2><ol>{items}</ol><a class="up" href="#top">To the top</a></nav>'
