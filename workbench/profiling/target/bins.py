"""A column cut into a few bins: ranges of about equally many rows, or a bin for each of a few values.

Rules are made apart from being applied, so that two tables can be cut by the same ones.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

SAMPLE_ROWS = 20_000  # that choose where ranges end; every row is counted
DAY_MICROSECONDS = 86_400e6
NO_VALUE = "no value"
# From here on an end of a range has thousands marks: years have none.
LONG_NUMBER = 10_000
FEW_DECIMALS = 300
COUNTED_IN_FULL = 1_000  # whole numbers in a range up to which it reads "10 to 19", not "10 to 20"


@dataclass(frozen=True, eq=False)
class NumberBins:
    """Ranges of numbers, or of dates as days since 1970.

    Attributes
    ----------
    edges : ndarray of shape (n_bins - 1,)
        Rising; a value at an edge belongs to the bin above it.
    low, high : float
        Smallest and largest value.
    single : tuple of bool
        Of each bin, whether it holds one value only, its left end.
    whole, is_date : bool
        Whether all values are whole numbers, or dates.
    """

    edges: np.ndarray
    low: float
    high: float
    single: tuple[bool, ...]
    whole: bool = False
    is_date: bool = False

    @property
    def n_bins(self) -> int:
        """The number of bins, without that of missing values."""
        return len(self.single)

    def codes(self, numbers: np.ndarray) -> np.ndarray:
        """Return the bin of each number, uint8 of shape (n_rows,); ``n_bins`` where it is NaN."""
        codes = np.zeros(len(numbers), dtype="uint8")
        for edge in self.edges:  # at most a dozen: three times as fast as searchsorted
            codes += numbers >= edge
        codes[np.isnan(numbers)] = self.n_bins
        return codes

    @property
    def ends(self) -> list[tuple[float | str | None, float | str | None]]:
        """The left and right end of each bin: numbers, or dates as ISO text; None where it is infinite."""
        if not self.is_date:
            return self._bounds()
        return [tuple(day_text(end, with_time=end != math.floor(end)) for end in pair) for pair in self._bounds()]

    def _bounds(self) -> list[tuple[float | None, float | None]]:
        ends = [self.low, *self.edges.tolist(), self.high]
        pairs = [(left, left if one else right) for (left, right), one in zip(_pairs(ends), self.single, strict=True)]
        return [tuple(end if math.isfinite(end) else None for end in pair) for pair in pairs]

    @property
    def labels(self) -> tuple[str, ...]:
        """Each bin in words: "3", "10 to 19", "2024-01-01 to 2024-03-31"."""
        labels, single_before = [], None
        for place, ((left, right), one) in enumerate(zip(self._bounds(), self.single, strict=True)):
            last = place == self.n_bins - 1
            if self.is_date:
                labels.append(_dates_label(left, right, one, last))
            elif one:
                labels.append("infinite" if left is None else _number(left))
            elif single_before is not None and not self.whole:
                labels.append(f"over {_number(single_before)}" + ("" if last else f" to {_number(right)}"))
            else:
                labels.append(self._range_label(left, right, place == 0, last))
            single_before = left if one else None
        return tuple(labels)

    def _range_label(self, left: float | None, right: float | None, first: bool, last: bool) -> str:
        if left is None or right is None:
            return (
                "all" if left is right else f"under {_number(right)}" if left is None else f"{_number(left)} and more"
            )
        if self.whole and right - left < COUNTED_IN_FULL:
            right -= not last
        elif left < right and math.isfinite(right - left):  # smallest and largest value with as few digits as the rest
            decimals = 1 - math.floor(math.log10(right - left))
            left = _round_to(math.floor, left, decimals) if first else left
            right = _round_to(math.ceil, right, decimals) if last else right
        return _number(left) if left == right else f"{_number(left)} to {_number(right)}"


@dataclass(frozen=True, eq=False)
class WordBins:
    """The most frequent words, a bin each, then all others together.

    Attributes
    ----------
    lookup : ndarray of shape (n_words + 1,)
        The bin of each code; the last is that of the code -1, no value.
    labels : tuple of str
        Without that of missing values.
    n_named : int
        Bins that hold one word.
    """

    lookup: np.ndarray
    labels: tuple[str, ...]
    n_named: int

    @property
    def n_bins(self) -> int:
        """The number of bins, without that of missing values."""
        return len(self.labels)

    @property
    def ends(self) -> list[tuple[None, None]]:
        """Words have no ends."""
        return [(None, None)] * self.n_bins

    def codes(self, codes: np.ndarray) -> np.ndarray:
        """Return the bin of each row, uint8 of shape (n_rows,); ``n_bins`` where it has no value."""
        return self.lookup[codes]


def number_bins(
    numbers: np.ndarray, most: int, *, values: np.ndarray | None = None, is_date: bool = False
) -> NumberBins | None:
    """Return at most ``most`` ranges that hold about equally many rows; None where there is no number.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows,)
        NaN where missing; may hold infinite values.
    most : int
    values : ndarray, optional
        All different values, rising, where they are few enough to get a bin each.
    is_date : bool

    Notes
    -----
    Ends lie at quantiles of at most 20,000 rows drawn with a fixed seed, moved to rounder numbers nearby. A value that
    takes more than one quantile (zero, very often) gets a bin of its own.
    """
    sample = numbers
    if len(numbers) > SAMPLE_ROWS:
        sample = numbers[np.random.default_rng(0).integers(0, len(numbers), SAMPLE_ROWS)]
    finite = np.sort(sample[np.isfinite(sample)])
    low, high = float(np.fmin.reduce(numbers, initial=np.nan)), float(np.fmax.reduce(numbers, initial=np.nan))
    if math.isnan(low):
        return None
    whole = not is_date and bool((finite == np.floor(finite)).all()) and (not len(finite) or abs(finite).max() < 2**53)
    if values is not None and len(values) <= most:
        return NumberBins(values[1:], low, high, (True,) * len(values), whole, is_date)
    if not len(finite):  # every row drawn is blank, others are not
        return NumberBins(np.empty(0), low, high, (low == high,), whole, is_date)
    edges, single = _quantile_edges(finite, most, low, high, whole)
    free = [not (one or before) for before, one in _pairs([False, *single])][1:]  # edges between two ranges
    edges = _rounder(edges, free, low, high, is_date)
    return NumberBins(np.array(edges), low, high, tuple(single), whole, is_date)


def word_bins(words, word_counts: np.ndarray, most: int) -> WordBins:
    """Return a bin for each of the ``most`` most frequent words, most frequent first, and one for the others.

    Parameters
    ----------
    words : sequence of str of shape (n_words,)
    word_counts : ndarray of shape (n_words,)
    most : int
    """
    n_named = len(words) if len(words) <= most + 1 else most  # "1 other value" is better named
    named = np.argsort(-word_counts, kind="stable")[:n_named]
    labels = [str(words[position]) for position in named]
    if len(words) > n_named:
        labels.append(f"{len(words) - n_named:,} other values")
    lookup = np.full(len(words) + 1, n_named, dtype="uint8")
    lookup[named] = np.arange(n_named)
    lookup[-1] = len(labels)
    return WordBins(lookup, tuple(labels), n_named)


def day_text(days: float, *, with_time: bool = False) -> str:
    """Return days since 1970 as ISO text.

    >>> day_text(0.0), day_text(1.5), day_text(1.25, with_time=True)
    ('1970-01-01', '1970-01-02', '1970-01-02 06:00')
    """
    text = str(np.datetime64(round(days * DAY_MICROSECONDS), "us"))
    return text[:16].replace("T", " ") if with_time else text.split("T")[0]


def _pairs(values):
    return list(itertools.pairwise(values))


def _quantile_edges(
    ordered: np.ndarray, most: int, low: float, high: float, whole: bool
) -> tuple[list[float], list[bool]]:
    """Return rising edges above ``low`` at quantiles, and of each bin between them whether it is of one value."""
    found, times = np.unique(ordered[np.arange(1, most) * len(ordered) // most], return_counts=True)
    edges, single, open_at = [], [], low
    for value, many in zip(found.tolist(), (times > 1).tolist(), strict=True):
        if value > open_at:
            edges.append(value)
            single.append(False)
            open_at = value
        after = value + 1 if whole else math.nextafter(value, math.inf)
        if many and after <= high:
            edges.append(after)
            single.append(True)
            open_at = after
    return edges, [*single, open_at == high]


def _rounder(edges: list[float], free: list[bool], low: float, high: float, is_date: bool) -> list[float]:
    """Return edges moved down to rounder numbers, by less than a tenth of the range on either side."""
    ends = [low, *edges, high]
    rounded = []
    for place, (edge, movable) in enumerate(zip(edges, free, strict=True), start=1):
        gap = min(edge - ends[place - 1], ends[place + 1] - edge)
        if not movable or not 0 < gap < math.inf:
            rounded.append(edge)
        elif is_date:
            rounded.append(math.floor(edge) if gap > 1 and math.floor(edge) > ends[place - 1] else edge)
        else:
            decimals = 1 - math.floor(math.log10(gap))
            near = edge if abs(decimals) > FEW_DECIMALS else round(edge, decimals)
            if near > edge:  # downwards: many rows may hold the very value of the edge
                near = round(near - 10.0**-decimals, decimals)
            rounded.append(near if ends[place - 1] < near < ends[place + 1] else edge)
    return rounded


def _number(value: float) -> str:
    """Return an end of a range, which is round already, in full.

    >>> _number(1990.0), _number(12345678.5), _number(0.1 + 0.2), _number(1e-12), _number(-0.0)
    ('1990', '12,345,678.5', '0.3', '1e-12', '0')
    """
    text = f"{value:.15g}" if value else "0"
    if "e" in text or abs(value) < LONG_NUMBER:
        return text
    return f"{value:,.{len(text.partition('.')[2])}f}"


def _round_to(rounding, value: float, decimals: int) -> float:
    """Return ``value`` rounded by ``math.floor`` or ``math.ceil``; as it is near the ends of what floats can hold."""
    if abs(decimals) > FEW_DECIMALS or not math.isfinite(value * 10.0**decimals):
        return value
    return float(f"{rounding(value * 10.0**decimals) / 10.0**decimals:.15g}")


def _dates_label(left: float, right: float, one: bool, last: bool) -> str:
    days = left == math.floor(left) and right == math.floor(right)
    if one:
        return day_text(left, with_time=not days)
    if right - left < 2:  # less than two days: hours matter
        return f"{day_text(left, with_time=True)} to {day_text(right, with_time=True)}"
    first = day_text(left)
    final = day_text(right if last or right != math.floor(right) else right - 1)
    return first if first == final else f"{first} to {final}"
