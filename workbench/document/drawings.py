"""Small drawings as SVG inside the page. Their colours are those of the page; every number is beside them in words."""

from collections.abc import Sequence
from html import escape

from workbench.document.escaping import cut_inside

SPARK_WIDTH, SPARK_HEIGHT = 120, 22
STEP_WIDTH = 12
HISTOGRAM_WIDTH, HISTOGRAM_HEIGHT = 320, 64
LEAST_HEIGHT = 1  # of a bar with any rows, so that few are not none
DOT_HEIGHT, DOT_RADIUS = 14, 3.5
CELL, LABEL_WIDTH = 22, 130  # of the map: a cell's side, and the room for the last name
LONGEST_LABEL = 20  # characters of a name on the map
FAINTEST = 0.06  # of a cell that is measured


def spark(counts: Sequence[int]) -> str:
    """Return a histogram as small as a word."""
    return _bars(counts, SPARK_WIDTH, SPARK_HEIGHT, "spark", "")


def steps(counts: Sequence[int]) -> str:
    """Return bars of values that have no order but their number, as small as a word."""
    return _bars(counts, STEP_WIDTH * len(counts), SPARK_HEIGHT, "spark", "")


def histogram(counts: Sequence[int], label: str) -> str:
    """Return a histogram with its name for those who cannot see it (escaped here)."""
    return _bars(counts, HISTOGRAM_WIDTH, HISTOGRAM_HEIGHT, "hist", label)


def _bars(counts: Sequence[int], width: int, height: int, kind: str, label: str) -> str:
    tallest = max(counts, default=0)
    if not tallest:
        return ""
    step = width / len(counts)
    path = "".join(
        f"M{_short(at * step)} {height}v-{_short(tall)}h{_short(step - 1)}v{_short(tall)}z"
        for at, count in enumerate(counts)
        if count
        for tall in [max(LEAST_HEIGHT, height * count / tallest)]
    )
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none" {named}><path d="{path}"/></svg>'
    )


def share_bar(share: float, error: float = 0.0) -> str:
    """Return a bar from 0 to 1, with its interval where ``error`` is given; it takes the width of its cell."""
    width = _percent(share)
    track = '<rect class="track" width="100%" height="100%"/>'
    whisker = ""
    if error > 0 and share > 0:
        low, high = _percent(share - error), _percent(share + error)
        whisker = f'<line class="whisker" x1="{low}" x2="{high}" y1="50%" y2="50%"/>'
    return f'<svg class="bar" aria-hidden="true">{track}<rect width="{width}" height="100%"/>{whisker}</svg>'


def interval(value: float, low: float, high: float, reference: float, ends: tuple[float, float]) -> str:
    """Return a dot on its interval, with a line where the whole table stands; ``ends`` are those of the scale."""
    left, right = ends
    span = (right - left) or 1.0
    at, start, stop, middle = (_percent((each - left) / span) for each in (value, low, high, reference))
    half = DOT_HEIGHT / 2
    return (
        f'<svg class="dots" height="{DOT_HEIGHT}" aria-hidden="true">'
        f'<line class="ref" x1="{middle}" x2="{middle}" y1="0" y2="{DOT_HEIGHT}"/>'
        f'<line x1="{start}" x2="{stop}" y1="{half:g}" y2="{half:g}"/>'
        f'<circle cx="{at}" cy="{half:g}" r="{DOT_RADIUS}"/></svg>'
    )


def heat_map(names: Sequence[str], shares: dict[tuple[int, int], float], label: str) -> str:
    """Return a map of pairs, darker where ``shares`` (0 to 1, by the two places in ``names``) is larger.

    Only the half below the diagonal is drawn, since the other would say the same; the name on the diagonal is that of
    the row to its left and of the column below it. Names are clean already, and escaped here.
    """
    n = len(names)
    width, height = n * CELL + LABEL_WIDTH, n * CELL
    cells = [_cell(names, left, row, shares.get((left, row))) for row in range(n) for left in range(row)]
    labels = [
        f'<text x="{at * CELL + 3}" y="{at * CELL + 14}">{escape(cut_inside(name, LONGEST_LABEL))}</text>'
        for at, name in enumerate(names)
    ]
    return (
        f'<svg class="map" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}">{"".join(cells)}{"".join(labels)}</svg>'
    )


def _cell(names: Sequence[str], left: int, row: int, share: float | None) -> str:
    place = f'x="{left * CELL}" y="{row * CELL}" width="{CELL - 2}" height="{CELL - 2}"'
    if share is None:
        return f'<rect class="none" {place}/>'
    told = escape(f"{names[left]} and {names[row]}: {share * 100:.0f} %")
    return f'<rect {place} fill-opacity="{FAINTEST + (1 - FAINTEST) * share:.2f}"><title>{told}</title></rect>'


def _percent(share: float) -> str:
    return f"{_short(100 * min(max(share, 0.0), 1.0))}%"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
