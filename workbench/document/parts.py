"""Pieces that every report is made of: sections, tables, paragraphs."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Section:
    """A part of the page: its anchor, its title (plain text), its HTML, and what the contents say beside it."""

    anchor: str
    title: str
    body: str
    count: str = ""

    def html(self) -> str:
        return f'<section id="{self.anchor}"><h2>{escape(self.title)}</h2>{self.body}</section>'


def table(head: Iterable[str], rows: Iterable[str], kind: str = "") -> str:
    """Return a table in a frame of its own width; ``head`` and ``rows`` are HTML of cells.

    A heading that begins with ``#`` stands over figures.
    """
    cells = "".join(
        f'<th scope="col" class="n">{each[1:]}</th>' if each.startswith("#") else f'<th scope="col">{each}</th>'
        for each in head
    )
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table></div>"
    )


def paragraph(html: str, kind: str = "") -> str:
    """Return a paragraph of HTML."""
    return f'<p class="{kind}">{html}</p>' if kind else f"<p>{html}</p>"
