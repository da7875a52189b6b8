"""How good a model can be at most, where rows are equal in every input and differ in the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.rows.row_hashes import equal_rows, values_of

SETS_SHOWN = 5  # of two rows each


@dataclass(frozen=True)
class Ceiling:
    """Rows that are equal in every input and differ in the target: no model can tell them apart.

    For numbers it speaks only where equal inputs come back; it says nothing about noise that is different in each row.

    Attributes
    ----------
    n_rows : int
        Rows that share all their inputs with a row of another answer.
    n_groups : int
        Sets of such rows.
    best : float
        The best score that any model of these inputs can reach on the rows of this table: accuracy for classes, R² for
        numbers.
    measure : {"accuracy", "r2"}
    rows : tuple of int
        Labels of a few of the rows, those of one set beside each other.
    """

    n_rows: int
    n_groups: int
    best: float
    measure: str
    rows: tuple[int, ...] = ()


def ceiling(
    inputs: Sequence[ColumnFacts], answers: np.ndarray, is_number: bool, labels: Sequence[int]
) -> Ceiling | None:
    """Return the best score that any model of these inputs can reach; None where nothing stands in its way.

    Parameters
    ----------
    inputs : sequence of ColumnFacts
        The columns that a model looks at. Rows without an answer are not counted.
    answers : ndarray of shape (n_rows,)
        Numbers with NaN where missing, or codes of classes with -1 where missing.
    is_number : bool
    labels : sequence of int of shape (n_rows,)
        The table's index.

    Notes
    -----
    Whatever a model says of rows that it cannot tell apart, it says of all of them: the most frequent class is right
    most often, and the mean has the least squared error. (The classes' part is one minus the apparent Bayes error,
    after Devroye, Györfi, Lugosi: A Probabilistic Theory of Pattern Recognition, chapter 2.)
    """
    known = np.isfinite(answers) if is_number else answers >= 0
    rows = np.flatnonzero(known)
    if not inputs or _tells_rows_apart(inputs, len(answers)):
        return None
    ordered = sorted(inputs, key=lambda facts: -facts.profile.distinct_count)
    all_known = len(rows) == len(answers)
    columns = [values_of(facts) if all_known else values_of(facts)[rows] for facts in ordered]
    positions, groups = equal_rows(columns, len(rows))
    given = answers[rows[positions]]
    if not len(given):
        return None
    n_groups = int(groups[-1]) + 1
    first = given[np.searchsorted(groups, np.arange(n_groups))]
    torn = np.bincount(groups, weights=given != first[groups], minlength=n_groups) > 0
    inside = torn[groups]
    if not inside.any():
        return None
    best = (_r2 if is_number else _accuracy)(given[inside], groups[inside], answers[rows])
    shown = rows[_pairs(positions[inside], groups[inside], given[inside])]
    return Ceiling(
        int(inside.sum()),
        int(torn.sum()),
        best,
        "r2" if is_number else "accuracy",
        tuple(int(label) for label in np.asarray(labels)[shown]),
    )


def _tells_rows_apart(inputs: Sequence[ColumnFacts], n_rows: int) -> bool:
    return any(facts.profile.distinct_count >= n_rows - (facts.profile.missing_count == 1) for facts in inputs)


def _accuracy(given: np.ndarray, groups: np.ndarray, answers: np.ndarray) -> float:
    classes, codes = np.unique(given, return_inverse=True)
    pairs, counts = np.unique(groups * len(classes) + codes, return_counts=True)
    starts = np.flatnonzero(np.diff(pairs // len(classes), prepend=-1))
    wrong = len(given) - int(np.maximum.reduceat(counts, starts).sum())
    return 1 - wrong / len(answers)


def _r2(given: np.ndarray, groups: np.ndarray, answers: np.ndarray) -> float:
    largest = np.abs(answers).max()  # first, lest the squares of huge numbers overflow
    centre = (answers / largest).mean()
    numbers = np.unique(groups, return_inverse=True)[1]
    scaled = given / largest - centre
    means = np.bincount(numbers, weights=scaled) / np.bincount(numbers)
    return 1 - float(((scaled - means[numbers]) ** 2).sum() / ((answers / largest - centre) ** 2).sum())


def _pairs(positions: np.ndarray, groups: np.ndarray, given: np.ndarray) -> list[int]:
    """Return two rows of different answers of each of a few sets, those that come first in the table."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    shown = []
    for start in starts[np.argsort(positions[starts], kind="stable")][:SETS_SHOWN]:
        other = start + int(np.argmax((given[start:] != given[start]) & (groups[start:] == groups[start])))
        shown += [int(positions[start]), int(positions[other])]
    return shown
