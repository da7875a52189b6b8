"""Curves and points as SVG inside the page. Their colours are those of the page; the numbers stand beside them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import pandas as pd

from workbench.document.escaping import clean, cut_inside

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 8, 42
LONGEST_TITLE, LONGEST_UPRIGHT = 56, 36  # characters of an axis title, below and beside the picture
TICKS = 5  # about so many
LONGEST_TICK = 16  # characters of a group's name below the picture
DAY = 86_400.0
DATE_FORMS = ((2 * DAY, "%d %H:%M"), (90 * DAY, "%m-%d"), (math.inf, "%Y-%m"))  # by the seconds that a scale spans
RADIUS = 2.2


@dataclass(frozen=True)
class Axis:
    """A scale: what it shows (plain text), where it begins and ends, and the ticks with their words."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def share(self, value: float) -> float:
        """Where a value lies, 0 to 1."""
        return (value - self.low) / ((self.high - self.low) or 1.0)


def percent_axis(title: str, high: float = 1.0) -> Axis:
    """Return a scale of shares, 0 to ``high``.

    >>> percent_axis("Recall").ticks[1]
    (0.25, '25 %')
    """
    if high >= 1:
        return Axis(title, 0.0, 1.0, tuple((at / 4, f"{25 * at} %") for at in range(5)))
    scale = number_axis(title, [0.0, high], words=lambda value: f"{100 * value:g} %")
    return Axis(title, 0.0, scale.high, scale.ticks)


def number_axis(title: str, values: Iterable[float], words: Callable[[float], str] | None = None) -> Axis:
    """Return a scale that holds all values, with round ticks.

    >>> [tick for tick, _ in number_axis("size", [3, 41]).ticks]
    [0, 10, 20, 30, 40, 50]
    """
    given = [float(value) for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(given), max(given)
    span = (high - low) or abs(high) or 1.0
    step = 10 ** math.floor(math.log10(span / TICKS))
    step = next(step * factor for factor in (1, 2, 5, 10) if span / (step * factor) <= TICKS)
    first, last = math.floor(low / step), math.ceil(high / step)
    last += first == last
    decimals = max(0, -math.floor(math.log10(step)))
    say = words or (lambda value: f"{value:,.{decimals}f}")
    ticks = tuple((round(at * step, 12), say(round(at * step, 12))) for at in range(first, last + 1))
    return Axis(title, first * step, last * step, ticks)


def date_axis(title: str, seconds: Iterable[float]) -> Axis:
    """Return a scale of moments, given in seconds since 1970, with as much of a date as its ticks need.

    >>> date_axis("sold", [1.70e9, 1.72e9]).ticks[0][1]
    '2023-11'
    """
    given = [float(at) for at in seconds if math.isfinite(at)] or [0.0]
    low, high = min(given), max(given)
    span = (high - low) or DAY
    form = next(form for longest, form in DATE_FORMS if span <= longest)
    ticks = [low + span * step / TICKS for step in range(TICKS + 1)]
    said = [f"{datetime.fromtimestamp(at, UTC):{form}}" for at in ticks]
    return Axis(title, low, low + span, tuple(zip(ticks, said, strict=True)))


def named_axis(title: str, names: Sequence[str]) -> Axis:
    """Return a scale of groups at 1, 2, …, by their names.

    >>> named_axis("year", ["2023", "2024"]).ticks
    ((1, '2023'), (2, '2024'))
    """
    ticks = tuple((at + 1, cut_inside(clean(one), LONGEST_TICK)) for at, one in enumerate(names))
    return Axis(title, 0.5, len(names) + 0.5, ticks)


def seconds_of(moments: pd.Series) -> pd.Series:
    """Return dates as seconds since 1970, whatever unit they are kept in; numbers as they are."""
    if pd.api.types.is_datetime64_any_dtype(moments):
        return moments.astype("datetime64[ns]").astype("int64") / 1e9
    return pd.to_numeric(moments, errors="coerce")


def plot(x: Axis, y: Axis, marks: Iterable[str], label: str) -> str:
    """Return a picture with its axes; ``marks`` come from the functions below, ``label`` says it in words."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    grid = "".join(
        f'<line x1="{LEFT}" x2="{right}" y1="{_y(y, at)}" y2="{_y(y, at)}"/>'
        f'<text class="end" x="{LEFT - 6}" y="{_short(float(_y(y, at)) + 4)}">{escape(words)}</text>'
        for at, words in y.ticks
    )
    below = "".join(
        f'<text class="mid" x="{_x(x, at)}" y="{bottom + 16}">{escape(words)}</text>' for at, words in _room(x)
    )
    middle = (TOP + bottom) / 2
    titles = (
        f'<text class="mid title" x="{(LEFT + right) / 2:g}" y="{HEIGHT - 6}">{_title(x, LONGEST_TITLE)}</text>'
        f'<text class="mid title" transform="rotate(-90 11 {middle:g})" x="11" y="{middle:g}">'
        f"{_title(y, LONGEST_UPRIGHT)}</text>"
    )
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(clean(label))}"><g class="grid-lines">{grid}</g>{below}{titles}{"".join(marks)}</svg>'
    )


def line(x: Axis, y: Axis, points: Iterable[tuple[float, float]], kind: str = "") -> str:
    """Return a line through points; ``kind`` is "" (the finding), "ref" (to compare with) or "c1" … "c7"."""
    steps = [f"{_x(x, one)} {_y(y, other)}" for one, other in points if math.isfinite(one) and math.isfinite(other)]
    return f'<path class="line {kind}" d="M{"L".join(steps)}"/>' if len(steps) > 1 else ""


def area(x: Axis, y: Axis, points: Sequence[tuple[float, float, float]]) -> str:
    """Return the area between two values (place, lower, upper)."""
    there = [f"{_x(x, at)} {_y(y, low)}" for at, low, _ in points]
    back = [f"{_x(x, at)} {_y(y, high)}" for at, _, high in reversed(points)]
    return f'<path class="area" d="M{"L".join([*there, *back])}z"/>' if len(points) > 1 else ""


def dots(x: Axis, y: Axis, points: Iterable[tuple[float, float]], kind: str = "dot", radius: float = RADIUS) -> str:
    """Return points."""
    return "".join(
        f'<circle class="{kind}" cx="{_x(x, one)}" cy="{_y(y, other)}" r="{radius:g}"/>' for one, other in points
    )


def whiskers(x: Axis, y: Axis, points: Iterable[tuple[float, float, float]]) -> str:
    """Return upright bars from a lower to an upper value (place, lower, upper)."""
    return "".join(
        f'<line class="whisker" x1="{_x(x, at)}" x2="{_x(x, at)}" y1="{_y(y, low)}" y2="{_y(y, high)}"/>'
        for at, low, high in points
    )


def upright(x: Axis, y: Axis, at: float) -> str:
    """Return a dashed line at a place."""
    return line(x, y, [(at, y.low), (at, y.high)], "ref")


def _title(axis: Axis, longest: int) -> str:
    return escape(cut_inside(clean(axis.title), longest))


def _room(axis: Axis) -> Sequence[tuple[float, str]]:
    """Return the ticks whose words have room beside each other."""
    longest = max(len(words) for _, words in axis.ticks)
    every = max(1, math.ceil(len(axis.ticks) * (longest + 2) * 6 / (WIDTH - LEFT)))
    return axis.ticks[::every]


def _x(axis: Axis, value: float) -> str:
    return _short(LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT))


def _y(axis: Axis, value: float) -> str:
    return _short(HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - BOTTOM - TOP))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
