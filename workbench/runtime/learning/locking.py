"""Rows that are put away until the end: which ones, by what the rows mean.

A row's place follows from its position in the file and the seed alone. So the same rows stay away when a column is
read differently, a filter is added or rows are put below: a model of tomorrow has not learned from today's locked rows.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotFound, TooFewRows
from workbench.runtime.learning.targets import FEWEST_ROWS, label_words
from workbench.runtime.learning.time_windows import measured

FEWEST_LEFT = 2  # rows of a class that stay to be learned from and checked on
FEWEST_GROUPS = 2  # groups that stay, for the same reason


@dataclass(frozen=True, eq=False)
class Locked:
    """Which of the rows that count are put away.

    Parameters
    ----------
    rows : bool ndarray of shape (n_known_rows,)
        Put away for the final test.
    unused : bool ndarray of shape (n_known_rows,)
        In the gap before them: neither learned from nor tested on.
    """

    rows: np.ndarray
    unused: np.ndarray

    @property
    def left(self) -> np.ndarray:
        """The rows that are worked with."""
        return ~(self.rows | self.unused)


def locked_among(known: pd.DataFrame, target: str, task: str, split, share: float, seed: int = 0) -> Locked:
    """Divide rows that have a target into those worked with and those put away.

    Independent rows are drawn by chance, the same share of each class; of groups, whole ones; in time, the latest.

    Parameters
    ----------
    known : DataFrame of shape (n_known_rows, n_columns)
        After row steps; index labels are positions in the file.
    share : float
        0 puts nothing away.

    Raises
    ------
    NotFound
        The group or time column is not in the table.
    TooFewRows
        Nothing would be put away, or too little left.
    """
    none = np.zeros(len(known), dtype=bool)
    if not share:
        return Locked(none, none)
    unused = none
    if split.kind in ("group", "time") and split.column not in known:
        raise NotFound(f"There is no column “{split.column}” to divide rows by.", "Choose another one.")
    if split.kind == "group":
        chosen = _whole_groups(known[split.column], share, seed)
    elif split.kind == "time":
        chosen, unused = _latest(known[split.column], share, split)
    else:
        chosen = _by_chance(known, None if task == "regression" else known[target], share, seed)
    left = len(known) - int(chosen.sum()) - int(unused.sum())
    if not chosen.any() or left < FEWEST_ROWS:
        raise TooFewRows(
            f"Of {len(known):,} rows, {int(chosen.sum()):,} would be locked away and {left:,} would be left.",
            "Lock away another share, or none.",
        )
    return Locked(chosen, unused)


def _by_chance(known: pd.DataFrame, classes: pd.Series | None, share: float, seed: int) -> np.ndarray:
    places = _mixed(known.index.to_numpy(dtype=np.uint64), seed)
    codes = np.zeros(len(known), dtype=np.int64) if classes is None else pd.factorize(classes)[0]
    order = np.lexsort((places, codes))
    sizes = np.bincount(codes)
    wanted = np.floor(sizes * share + 0.5).astype(np.int64)
    wanted = np.minimum(wanted, np.maximum(sizes - FEWEST_LEFT, 0))
    rank = np.arange(len(known)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen = np.zeros(len(known), dtype=bool)
    chosen[order] = rank < np.repeat(wanted, sizes)
    return chosen


def _whole_groups(values: pd.Series, share: float, seed: int) -> np.ndarray:
    """Draw groups by chance until their rows come closest to the share; a blank is a group of its own."""
    codes, uniques = pd.factorize(values)
    words = np.array([label_words(value) for value in uniques], dtype=object)
    places = np.append(_mixed(pd.util.hash_array(words, categorize=False), seed), np.uint64(0))[codes]
    blank = codes < 0
    places[blank] = _mixed(values.index.to_numpy(dtype=np.uint64)[blank], seed)
    group, sizes = np.unique(places, return_inverse=True, return_counts=True)[1:]
    if len(sizes) < FEWEST_GROUPS + 1:
        raise TooFewRows(
            f"“{values.name}” has {len(sizes)} different values, too few to lock whole groups away.",
            "Lock nothing away, or divide rows by another column.",
        )
    off = np.abs(np.cumsum(sizes)[:-FEWEST_GROUPS] - share * len(values))
    return group <= int(off.argmin())


def _latest(moments: pd.Series, share: float, split) -> tuple[np.ndarray, np.ndarray]:
    """Take the latest rows; those of one moment stay together, those without one are only learned from."""
    ranks, uniques = pd.factorize(moments, sort=True)
    counts = np.bincount(ranks[ranks >= 0], minlength=len(uniques))
    if len(uniques) < 2:
        raise TooFewRows(
            f"“{moments.name}” has too few different moments to lock the latest rows away.",
            "Lock nothing away, or choose a column with finer times.",
        )
    later = np.cumsum(counts[::-1])[::-1]  # rows from each moment on
    first = 1 + int(np.abs(later[1:] - share * len(moments)).argmin())
    chosen = ranks >= first
    if not split.gap:
        return chosen, np.zeros(len(moments), dtype=bool)
    # As between folds: a row exactly the gap away is not learned from.
    times, reach = measured(moments, split.gap)
    return chosen, (times >= times[chosen].min() - reach) & ~chosen


def _mixed(values: np.ndarray, seed: int) -> np.ndarray:
    """Return a place in a random order for each number, by the mixing of splitmix64.

    References
    ----------
    Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
    """
    # The seed is stirred before it is joined: neighbouring seeds must not give orders that resemble each other.
    return _stirred(values.astype(np.uint64) ^ _stirred(np.array([seed], dtype=np.uint64)))


def _stirred(bits: np.ndarray) -> np.ndarray:
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
