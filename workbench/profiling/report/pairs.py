"""Pairs of columns worth a look: ranked, and on a map."""

from workbench.document import drawings
from workbench.document.escaping import LONGEST_NAME, clean, cut_inside, name
from workbench.document.parts import Section, paragraph, table
from workbench.profiling.pairs.associations import Associations, Pair
from workbench.profiling.report.page import Page
from workbench.profiling.wording import counted, percent

RANKED = 20
MAPPED = 16  # columns of the map


def sections(page: Page) -> list[Section]:
    """Return the section on pairs; none where none was measured."""
    found = page.profile.associations
    if not found.n_pairs:
        return []
    if not found.pairs:
        told = f"Of {counted(found.n_pairs, 'pair')} none goes together more than chance brings about."
        return [Section("pairs", "Columns that go together", paragraph(told, "calm"))]
    body = [paragraph(_measured(page, found)), _ranked(page, found)]
    if len(found.pairs) > 2:
        body.append(_map(page, found))
    return [Section("pairs", "Columns that go together", "".join(body), f"{len(found.pairs):,}")]


def _measured(page: Page, found: Associations) -> str:
    words = (
        f"How far two columns tell each other by the {page.sentence(found.measure)}: 0 % not at all, 100 % entirely. "
        f"It is the same for numbers, dates and words. Measured were {counted(found.n_pairs, 'pair')}"
    )
    if found.sampled:
        return (
            f"{words} on {counted(found.n_rows, 'row')} drawn at random; in 19 of 20 pairs all rows would say the same "
            f"within {percent(found.error)}."
        )
    return f"{words} on all rows."


def _ranked(page: Page, found: Associations) -> str:
    rows = [
        f'<td class="name">{page.link(pair.left)}</td>'
        f'<td class="name">{page.link(pair.right)}{_remark(pair)}</td>'
        f'<td class="short-bar">{drawings.share_bar(pair.value)}</td><td class="n">{pair.value * 100:.0f} %</td>'
        f'<td class="n soft">{_signed(pair.correlation)}</td><td class="n soft">{pair.n_rows:,}</td>'
        for pair in found.pairs[:RANKED]
    ]
    head = ["Column", "goes with", "", "#Together", "#Correlation", "#Rows"]
    more = len(found.pairs) - RANKED
    below = paragraph(f"and {more:,} more beyond chance", "note") if more > 0 else ""
    return table(head, rows, "pairs") + below


def _signed(correlation: float | None) -> str:
    return "" if correlation is None else f"{correlation:+.2f}".replace("-", "−")


def _remark(pair: Pair) -> str:
    if pair.follows == "both":
        told = "each value of one goes with one of the other"
    elif pair.follows:
        decided, decides = (pair.left, pair.right) if pair.follows == "left" else (pair.right, pair.left)
        told = f"{name(decides, 24)} decides {name(decided, 24)}"
    else:
        told = "they say nearly the same" if pair.same else ""
    return f'<div class="remark">{told}</div>' if told else ""


def _map(page: Page, found: Associations) -> str:
    """Draw the columns of the strongest pairs, in the order of the file."""
    names: dict[str, None] = {}
    for pair in found.pairs:
        if len(names | {pair.left: None, pair.right: None}) <= MAPPED:
            names |= {pair.left: None, pair.right: None}
    placed = sorted(names, key=lambda each: page.places.get(each, len(page.places)))
    at = {each: place for place, each in enumerate(placed)}
    shares = {
        (min(at[pair.left], at[pair.right]), max(at[pair.left], at[pair.right])): pair.value
        for pair in found.pairs
        if pair.left in at and pair.right in at
    }
    label = f"How far each two of {len(placed)} columns go together"
    drawn = drawings.heat_map([cut_inside(clean(each), LONGEST_NAME) for each in placed], shares, label)
    note = "The darker, the more two columns go together. An empty cell is a pair that is not among those listed."
    return f'<figure class="mapped"><figcaption>{label}</figcaption>{drawn}{paragraph(note, "note")}</figure>'
