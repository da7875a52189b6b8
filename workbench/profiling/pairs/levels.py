"""A column cut into a few levels, so that one table of counts serves numbers, dates and words alike."""

from dataclasses import dataclass

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts

MOST_BINS = 10  # of a number; the words of a category, and numbers with few values, get twice as many levels
FEWEST_BINS = 3
ROWS_PER_CELL = 8  # of a table of bins by bins, on average; fewer rows are cut into fewer bins
FEWEST_ROWS = 5  # of a level: below, its counts say more about chance than about the column


@dataclass(frozen=True, eq=False)
class Levels:
    """The level of each row: ``codes`` int16 of shape (n_rows,), -1 where blank, below ``n_levels``.

    ``ordered`` tells a number cut into ranges from values that are a level each.
    """

    codes: np.ndarray
    n_levels: int
    ordered: bool


def bins_for(n_rows: int) -> int:
    """Return into how many bins numbers are cut: ``ROWS_PER_CELL`` rows for each cell of a table of bins by bins.

    >>> bins_for(20_000), bins_for(200), bins_for(30)
    (10, 5, 3)
    """
    return int(np.clip(np.sqrt(n_rows / ROWS_PER_CELL), FEWEST_BINS, MOST_BINS))


def most_levels(facts: ColumnFacts, bins: int) -> int:
    """Return how many levels ``levels_of`` gives a column, or a few more."""
    distinct = facts.profile.distinct_count
    return bins + 1 if facts.numbers is not None and distinct > 2 * bins else min(distinct, 2 * bins)


def levels_of(facts: ColumnFacts, rows: np.ndarray | slice, bins: int) -> Levels | None:
    """Return a column's levels in some of its rows; None where it does not vary there.

    Numbers and dates are cut at quantiles into ``bins`` ranges. Where they have at most twice as many values, each
    value is a level, as are the most frequent words; values of fewer than ``FEWEST_ROWS`` rows share a level.
    """
    if facts.numbers is None:
        codes = facts.codes[rows]
        return _frequent(codes, np.bincount(codes[codes >= 0]), 2 * bins)
    numbers = facts.numbers[rows]
    ordered = np.sort(numbers)  # missing ones last
    ordered = ordered[: len(ordered) - int(np.isnan(numbers).sum())]
    if len(ordered) < 2:
        return None
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    if len(starts) <= 2 * bins:
        codes = np.searchsorted(ordered[starts], numbers)
        codes[np.isnan(numbers)] = -1
        return _frequent(codes, np.diff(np.append(starts, len(ordered))), 2 * bins)
    edges = _edges(ordered, bins)
    codes = np.searchsorted(edges, numbers, side="right").astype("int16")
    codes[np.isnan(numbers)] = -1
    return Levels(codes, len(edges) + 1, ordered=True)


def _edges(ordered: np.ndarray, bins: int) -> np.ndarray:
    """Return where a sorted array is cut; a value that fills a bin and more gets one of its own."""
    # Values at equal ranks, not interpolated ones, so that infinite values do no harm.
    edges = ordered[np.arange(1, bins) * len(ordered) // bins]
    heavy = np.unique(edges[1:][edges[1:] == edges[:-1]])
    behind = np.searchsorted(ordered, heavy, side="right")
    edges = np.unique(np.concatenate((edges, ordered[behind[behind < len(ordered)]])))
    return edges[edges > ordered[0]]


def _frequent(codes: np.ndarray, counts: np.ndarray, most: int) -> Levels | None:
    """Return codes of which the most frequent keep a level each and the others share one."""
    order = np.argsort(-counts, kind="stable")
    kept = order[: most - 1 if (counts > 0).sum() > most else most]
    kept = kept[counts[kept] >= FEWEST_ROWS]
    if not len(kept):
        return None
    n_rest = int(counts.sum() - counts[kept].sum())
    # Too few others for a level of their own are counted to the rarest that has one.
    has_rest = n_rest >= FEWEST_ROWS
    level = np.full(len(counts) + 1, len(kept) if has_rest else len(kept) - 1, dtype="int16")
    level[kept] = np.arange(len(kept))
    level[-1] = -1  # of blank cells, whose code is -1
    n_levels = len(kept) + has_rest
    return Levels(level[codes], n_levels, ordered=False) if n_levels > 1 else None
