"""What one column says about another besides how strongly: in which direction, and whether it decides it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.pairs.levels import Levels

REPEATING = 0.5  # different values per row; a column that hardly repeats a value decides any other, which says nothing
RANGES = 2  # of a number, on average, that each word made of it covers
Follows = Literal["", "left", "right", "both"]


@dataclass(frozen=True, eq=False)
class Dense:
    """Some rows of a column as codes 0 to ``n_values`` - 1, -1 where blank; of numbers in their order."""

    codes: np.ndarray
    n_values: int
    is_number: bool


def dense(facts: ColumnFacts, rows: np.ndarray | slice) -> Dense:
    """Return some rows of a column as codes without gaps."""
    if facts.numbers is None:
        codes = facts.codes[rows]
        values, inverse = np.unique(codes[codes >= 0], return_inverse=True)
        found = np.full(len(codes), -1)
        found[codes >= 0] = inverse
        return Dense(found, len(values), False)
    numbers = facts.numbers[rows]
    values, inverse = np.unique(numbers, return_inverse=True)
    missing = np.isnan(numbers)
    return Dense(np.where(missing, -1, inverse), len(values) - bool(missing.any()), True)


def follows(left: Dense, right: Dense) -> Follows:
    """Return which of two columns the other decides in every row that has both; "both" where each decides the other.

    A number without repeated values decides another where they rise, or fall, together throughout; and words where each
    has a range of its own, or two (``RANGES``).

    >>> shoes = Dense(np.array([0, 0, 1, 1, 2, 2]), 3, True)
    >>> follows(shoes, Dense(np.array([1, 1, 0, 0, 0, 0]), 2, False))
    'right'
    """
    shared = (left.codes >= 0) & (right.codes >= 0)
    one, other = left.codes[shared], right.codes[shared]
    right_follows = _decides(one, other, left, right.is_number)
    left_follows = _decides(other, one, right, left.is_number)
    if left_follows and right_follows:
        return "both"
    return "right" if right_follows else "left" if left_follows else ""


def _decides(one: np.ndarray, other: np.ndarray, decider: Dense, other_is_number: bool) -> bool:
    image = np.full(decider.n_values, -1)
    image[one] = other
    if not len(one) or (image[one] != other).any():
        return False
    image = image[image >= 0]
    if len(image) <= REPEATING * len(one):
        return True
    return decider.is_number and (_in_order(image) if other_is_number else _in_ranges(image))


def _in_order(image: np.ndarray) -> bool:
    steps = np.diff(image)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _in_ranges(image: np.ndarray) -> bool:
    return 1 + int((np.diff(image) != 0).sum()) <= RANGES * len(np.unique(image))


def made_of(number: Dense, words: Dense) -> bool:
    """Return whether each of the words covers a range of the number, or two, as bands of age do.

    >>> made_of(Dense(np.arange(6), 6, True), Dense(np.array([1, 1, 0, 0, 2, 2]), 3, False))
    True
    """
    shared = (number.codes >= 0) & (words.codes >= 0)
    image = np.full(number.n_values, -1)
    image[number.codes[shared]] = words.codes[shared]
    exact = (image[number.codes[shared]] == words.codes[shared]).all()
    return bool(exact) and _in_ranges(image[image >= 0])


def guesses_spared(left: Levels, right: Levels) -> float:
    """Return the share of wrong guesses of one column that knowing the other spares, 0 to 1; the better direction.

    A guess names the most frequent value: of all rows, or of those with the other column's value (lambda of Goodman
    and Kruskal, Measures of association for cross classifications, J. American Stat. Assoc. 49 (1954), section 5).
    """
    shared = (left.codes >= 0) & (right.codes >= 0)
    cells = left.codes[shared].astype("int64") * right.n_levels + right.codes[shared]
    table = np.bincount(cells, minlength=left.n_levels * right.n_levels).reshape(left.n_levels, right.n_levels)
    spared = [0.0]
    for counts in (table, table.T):
        wrong = counts.sum() - counts.sum(axis=0).max()
        if wrong:
            spared.append(1 - (counts.sum() - counts.max(axis=1).sum()) / wrong)
    return float(max(spared))


def order_kept(left: Levels, right: Levels) -> float:
    """Return the correlation of the bins of two numbers: near 1 where they rise together, near -1 where one falls."""
    shared = (left.codes >= 0) & (right.codes >= 0)
    return float(np.corrcoef(left.codes[shared], right.codes[shared])[0, 1])


def correlations(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Pearson correlations over the rows that both columns have, and the number of those rows.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Finite numbers, NaN where missing.

    Returns
    -------
    correlation, n_shared : ndarray of shape (n_columns, n_columns)
        NaN where a column does not vary over the shared rows. Matrix products instead of a loop over pairs.
    """
    present = ~np.isnan(values)
    # Centred and scaled first: the sums of squares below would otherwise lose digits to a large mean.
    scaled = values - np.nanmean(values, axis=0)
    scaled /= np.nanstd(values, axis=0)
    scaled[~present] = 0.0
    n = present.astype("float64")
    shared = n.T @ n
    sums = scaled.T @ n  # of the row's column over rows where the other is present
    squares = (scaled**2).T @ n
    covariance = scaled.T @ scaled - sums * sums.T / shared
    variance = squares - sums**2 / shared
    variance[variance < 1e-10 * shared] = np.nan
    return np.clip(covariance / np.sqrt(variance * variance.T), -1, 1), shared
