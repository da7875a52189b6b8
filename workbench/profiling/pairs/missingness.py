"""Which columns are blank together, and whether a blank goes with the target.

Each column's blanks are kept as one bit a row, so that a million rows of fifty columns are six megabytes, and rows that
two columns lack together are counted 64 at a time. All counts are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.rows.row_hashes import values_of
from workbench.profiling.target.strength import HeldOutTarget, Strength, strength_of

NEARLY_ALIKE = 0.95  # rows that both lack, of those that either lacks (Jaccard 1901)
FEWEST_ROWS = 5
LOOKED_AT_FIRST = 1_024  # groups of 64 rows by which most pairs are ruled out
RULED_OUT = 0.8  # alike in those rows, below which no closer look is taken
CHANCE = 0.05  # that blanks of any column of a table are kept that have nothing to do with the target (Bonferroni)
MOST_TELLS = 100
COLUMNS_AT_ONCE = 256


@dataclass(frozen=True)
class BlankTogether:
    """Columns that are blank in (nearly) the same rows.

    Attributes
    ----------
    columns : tuple of str
    n_rows : int
        Rows in which all of them are blank.
    n_any : int
        Rows in which at least one of them is blank.
    """

    columns: tuple[str, ...]
    n_rows: int
    n_any: int


@dataclass(frozen=True)
class BlankTells:
    """Whether a column is blank, taken as the only input, against the target (held-out score)."""

    column: str
    strength: Strength


@dataclass(frozen=True)
class Missingness:
    """Blank cells of the whole table.

    Attributes
    ----------
    n_cells : int
        Blank cells.
    n_rows_complete : int
        Rows without any blank.
    together : tuple of BlankTogether
        Most rows first.
    tells : tuple of BlankTells
        Columns whose blanks go with the target more than by chance, strongest first; empty without a target.
    """

    n_cells: int = 0
    n_rows_complete: int = 0
    together: tuple[BlankTogether, ...] = ()
    tells: tuple[BlankTells, ...] = ()


def missingness(
    facts: Mapping[str, ColumnFacts], n_rows: int, target: str = "", held_out: HeldOutTarget | None = None
) -> Missingness:
    """Say which columns are blank together, and which blanks tell the target.

    Parameters
    ----------
    facts : mapping of str to ColumnFacts
        Every column, the target too.
    n_rows : int
        Of the table.
    target : str, optional
        Its own blanks tell nothing about it.
    held_out : HeldOutTarget, optional
        By which blanks are scored, as values are; rows without a target are not among them.
    """
    blank = {name: fact.profile.missing_count for name, fact in facts.items() if fact.profile.missing_count}
    if not blank:
        return Missingness(n_rows_complete=n_rows)
    alike: dict[bytes, list[str]] = {}  # columns that are blank in the very same rows
    bits: dict[bytes, np.ndarray] = {}
    for name in blank:
        packed = _bits(facts[name], n_rows)
        key = packed.tobytes()
        alike.setdefault(key, []).append(name)
        bits[key] = packed
    names, masks = list(alike.values()), np.stack(list(bits.values()))
    n_incomplete = _count(np.bitwise_or.reduce(masks, axis=0))
    return Missingness(
        n_cells=sum(blank.values()),
        n_rows_complete=n_rows - n_incomplete,
        together=_together(names, masks, list(facts)),
        tells=_tells(names, masks, n_rows, target, held_out) if held_out is not None else (),
    )


def _bits(facts: ColumnFacts, n_rows: int) -> np.ndarray:
    """Return a bit per row, set where it is blank, as uint64 of shape (n_rows / 64,), rounded up."""
    values = values_of(facts)
    missing = np.isnan(values) if facts.numbers is not None else values < 0
    packed = np.zeros(-(-n_rows // 64) * 8, dtype="uint8")
    packed[: -(-n_rows // 8)] = np.packbits(missing, bitorder="little")
    return packed.view("<u8")


def _count(bits: np.ndarray) -> int:
    return int(np.bitwise_count(bits).sum(dtype="int64"))


def _together(names: list[list[str]], masks: np.ndarray, order: list[str]) -> tuple[BlankTogether, ...]:
    """Return the groups of columns that are blank in nearly the rows of the first of them, which lacks most."""
    counts = np.bitwise_count(masks).sum(axis=1, dtype="int64")
    places = [place for place in np.argsort(-counts, kind="stable") if counts[place] >= FEWEST_ROWS]
    place_of = {name: place for place, name in enumerate(order)}
    taken, found = set(), []
    for position, leader in enumerate(places):
        if leader in taken:
            continue
        behind = [
            place
            for place in places[position + 1 :]
            if place not in taken and counts[place] >= NEARLY_ALIKE * counts[leader]
        ]
        group = [leader, *_alike(masks, counts, leader, np.array(behind, dtype="int64"))]
        taken.update(group)
        columns = sorted((name for place in group for name in names[place]), key=place_of.__getitem__)
        n_rows = _count(np.bitwise_and.reduce(masks[group], axis=0))
        if len(columns) > 1 and n_rows >= FEWEST_ROWS:
            found.append(BlankTogether(tuple(columns), n_rows, _count(np.bitwise_or.reduce(masks[group], axis=0))))
    return tuple(sorted(found, key=lambda group: (-group.n_rows, place_of[group.columns[0]])))


def _alike(masks: np.ndarray, counts: np.ndarray, leader: int, places: np.ndarray) -> list[int]:
    """Return which of the masks at ``places`` are nearly the leader's."""
    step = -(-masks.shape[1] // LOOKED_AT_FIRST)
    if step > 1 and len(places):
        few, ours = masks[places, ::step], masks[leader, ::step]
        both, either = (np.bitwise_count(mask).sum(axis=1, dtype="int64") for mask in (few & ours, few | ours))
        places = places[both >= RULED_OUT * either]  # where neither has any there, nothing is ruled out
    both = np.bitwise_count(masks[places] & masks[leader]).sum(axis=1, dtype="int64")
    return places[both >= NEARLY_ALIKE * (counts[places] + counts[leader] - both)].tolist()


def _tells(
    names: list[list[str]], masks: np.ndarray, n_rows: int, target: str, held_out: HeldOutTarget
) -> tuple[BlankTells, ...]:
    """Score the blanks that go with the target beyond chance, the same blanks once."""
    words, shifts = held_out.rows // 64, (held_out.rows % 64).astype("uint64")
    told = held_out.told - held_out.told.mean(axis=0)
    told /= np.sqrt((told**2).sum(axis=0))
    n_tests = 2 * len(masks) * told.shape[1]
    least = NormalDist().inv_cdf(1 - CHANCE / n_tests) / np.sqrt(len(words))
    found = []
    for first in range(0, len(masks), COLUMNS_AT_ONCE):
        blank = ((masks[first : first + COLUMNS_AT_ONCE, words] >> shifts) & np.uint64(1)).astype("uint8")
        counts = blank.sum(axis=1, dtype="int64")
        spread = np.sqrt(np.maximum(counts * (len(words) - counts) / len(words), 1e-9))
        correlation = np.abs(blank.astype("float32") @ told.astype("float32")).max(axis=1) / spread
        enough = np.minimum(counts, len(words) - counts) >= FEWEST_ROWS
        for place in np.flatnonzero(enough & (correlation >= least)):
            values = np.zeros(n_rows, dtype="int8")
            values[held_out.rows] = blank[place]
            strength = strength_of(values, False, held_out)
            if strength is not None and strength.value > 0:
                found += [BlankTells(name, strength) for name in names[first + place] if name != target]
    return tuple(sorted(found, key=lambda entry: -entry.strength.value)[:MOST_TELLS])
