"""Rows that are equal in several columns, found by hashing each row a column at a time."""

from collections.abc import Sequence

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts

WHOLE_AT_ONCE = 3  # columns hashed in full; of most tables, few rows are still alike after them
NAN_BITS = np.uint64(0x7FF8000000000001)  # one of the many bit patterns of NaN, and of no number


def values_of(facts: ColumnFacts) -> np.ndarray:
    """Return the numbers or codes that say in which rows a column is equal, shape (n_rows,)."""
    return facts.numbers if facts.numbers is not None else facts.codes


def equal_rows(columns: Sequence[np.ndarray], n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that equal another one in every column, and which go together.

    Parameters
    ----------
    columns : sequence of ndarray of shape (n_rows,)
        Floats (NaN equals NaN, minus zero equals zero) or integer codes. Those with many values first are quickest.
    n_rows : int

    Returns
    -------
    positions : ndarray of int, shape (n_equal,)
        Sorted by group, and rising within each.
    groups : ndarray of int, shape (n_equal,)
        Of each of these rows the number of its group, 0, 1, ….

    Notes
    -----
    Exact: rows of equal hash are compared value by value, and hashed anew with another seed should any two differ.
    """
    if not len(columns) or n_rows < 2:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64")
    for seed in range(8):
        positions, groups = _of_equal_hash(columns, n_rows, seed)
        if _are_equal(columns, positions, groups):
            return positions, groups
    raise AssertionError("rows that differ had equal hashes eight times over")  # 1 in 10^50


def _of_equal_hash(columns, n_rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    hashes = np.full(n_rows, np.uint64(seed))
    for values in columns[:WHOLE_AT_ONCE]:
        hashes = _mixed(hashes, values)
    positions = np.arange(n_rows)
    later = columns[WHOLE_AT_ONCE:]
    if later:
        positions = positions[_occurs_again(hashes)]
        hashes = hashes[positions]
        for values in later:
            hashes = _mixed(hashes, values[positions])
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1])) if len(ordered) else np.empty(0, dtype=bool)
    alone = first & np.append(first[1:], True)
    return positions[order[~alone]], np.cumsum(first[~alone]) - 1


def _mixed(hashes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return hashes that depend on one more column, by the mixing of splitmix64.

    References
    ----------
    Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
    """
    if values.dtype.kind == "f":
        bits = (values + 0.0).astype("float64", copy=False).view("uint64")  # minus zero becomes zero
        bits[np.isnan(values)] = NAN_BITS
    else:
        bits = values.astype("uint64")
    bits ^= hashes
    bits *= np.uint64(0x9E3779B97F4A7C15)
    bits ^= bits >> np.uint64(29)
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(32)
    return bits


def _occurs_again(hashes: np.ndarray) -> np.ndarray:
    """Return which hashes occur more than once, bool of shape (n_rows,)."""
    ordered = np.sort(hashes)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(repeated):
        return np.zeros(len(hashes), dtype=bool)
    place = np.minimum(np.searchsorted(repeated, hashes), len(repeated) - 1)
    return repeated[place] == hashes


def _are_equal(columns, positions: np.ndarray, groups: np.ndarray) -> bool:
    if not len(positions):
        return True
    first = positions[np.searchsorted(groups, groups)]
    for values in columns:
        here, there = values[positions], values[first]
        differ = here != there
        if values.dtype.kind == "f":
            differ &= ~(np.isnan(here) & np.isnan(there))
        if differ.any():
            return False
    return True
