"""What a sorted array says of itself: how often each value occurs, its quantiles, a histogram."""

import numpy as np

from workbench.profiling.columns.column_profile import Bin

TOP_VALUES = 10
BINS = 20
FEW_COUNTS = 1000  # up to so many a full sort is as quick


def runs(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each distinct value of a sorted array begins, and how often it occurs."""
    if not len(ordered):
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64")
    begins = np.empty(len(ordered), dtype=bool)
    begins[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    counts = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    counts[-1] = len(ordered) - starts[-1]
    return starts, counts


def most_frequent(counts: np.ndarray) -> np.ndarray:
    """Return the positions of the ten largest counts, first positions first among equals.

    >>> most_frequent(np.array([1, 3, 2, 3])).tolist()
    [1, 3, 2, 0]
    """
    if len(counts) <= FEW_COUNTS:
        return np.argsort(-counts, kind="stable")[:TOP_VALUES]
    least = np.partition(counts, -TOP_VALUES)[-TOP_VALUES]
    above = np.flatnonzero(counts > least)
    above = above[np.argsort(-counts[above], kind="stable")]
    return np.concatenate((above, np.flatnonzero(counts == least)[: TOP_VALUES - len(above)]))


def quantile(ordered: np.ndarray, fraction: float) -> float:
    """Return ``numpy.quantile`` of a sorted array (linear interpolation), without partitioning it again.

    >>> quantile(np.array([1, 2, 3, 10]), 0.25)
    1.75
    """
    place = fraction * (len(ordered) - 1)
    low = int(place)
    left, right = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    # Weighted, not left + (right - left) * share: the difference of two huge numbers would overflow.
    return left if left == right else left * (1 - (place - low)) + right * (place - low)


def histogram(ordered: np.ndarray) -> tuple[Bin, ...]:
    """Return ``numpy.histogram`` of a sorted array, by bisection."""
    if not len(ordered) or not np.isfinite(float(ordered[-1]) - float(ordered[0])):
        return ()
    low, high = float(ordered[0]), float(ordered[-1])
    edges = np.linspace(low, high, BINS + 1) if low < high else np.linspace(low - 0.5, high + 0.5, BINS + 1)
    if (edges[:-1] >= edges[1:]).any():  # numbers so large and so close that 20 bins cannot be told apart
        return (Bin(low, high, len(ordered)),)
    inner = np.searchsorted(ordered, edges[1:-1], side="left")
    counts = np.diff(inner, prepend=0, append=len(ordered)).tolist()
    sides = edges.tolist()
    return tuple(map(Bin, sides[:-1], sides[1:], counts))
