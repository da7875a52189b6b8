"""The target as one number per row, and what it is among the rows of each bin of another column."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.modeling.targets import label_words, labels_of, positive_class
from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.target.intervals import mean_reach, wilson
from workbench.specs import Task

UNKNOWN = 2
MOST_INTEGER = 2.0**63


@dataclass(frozen=True, eq=False)
class Sums:
    """Rows, and the sums of the answer and of its square, in each bin; arrays of shape (n_bins,)."""

    n: np.ndarray
    total: np.ndarray
    squares: np.ndarray


@dataclass(frozen=True, eq=False)
class Answer:
    """The target of every row.

    Attributes
    ----------
    of : str
        The class looked for, in words; "" for a number.
    codes : ndarray of uint8, shape (n_rows,)
        1 where it is that class, 0 where not (and for numbers), 2 where there is no answer.
    values : ndarray of shape (n_rows,) or None
        Numbers only: ``(number - centre) / scale``, 0 where there is no answer, so that squares keep their digits.
    raw : ndarray of shape (n_rows,)
        Numbers (NaN where missing), or codes of all classes (-1 where missing).
    """

    of: str
    codes: np.ndarray
    raw: np.ndarray
    values: np.ndarray | None = None
    centre: float = 0.0
    scale: float = 1.0

    @property
    def is_number(self) -> bool:
        return self.values is not None

    @property
    def overall(self) -> float:
        """The share of that class, or the mean, of all rows with an answer."""
        n_known = int((self.codes != UNKNOWN).sum())
        total = int((self.codes == 1).sum()) if self.values is None else float(self.values.sum())
        return total / n_known * self.scale + self.centre

    def taken(self, rows: np.ndarray | None) -> "Answer":
        """Return the answers of some rows only, or of all."""
        if rows is None:
            return self
        values = None if self.values is None else self.values[rows]
        return Answer(self.of, self.codes[rows], self.raw[rows], values, self.centre, self.scale)

    def sums(self, bins: np.ndarray, n_bins: int) -> Sums:
        """Return the sums of each of ``n_bins`` bins and, last, of the rows without a value.

        Parameters
        ----------
        bins : ndarray of uint8, shape (n_rows,)
            ``n_bins`` where the row has no value.
        """
        n = n_bins + 1
        counts = np.bincount(bins + np.uint8(n) * self.codes, minlength=3 * n).reshape(3, n)
        if self.values is None:
            return Sums(counts[0] + counts[1], counts[1], counts[1])
        return Sums(
            counts[0],
            np.bincount(bins, weights=self.values, minlength=n),
            np.bincount(bins, weights=self.values**2, minlength=n),
        )

    def estimates(self, sums: Sums) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return each bin's share or mean with the ends of its 95 % interval; NaN where no row is."""
        filled = sums.n > 0
        n, total = sums.n[filled], sums.total[filled]
        mean = total / n
        if self.values is None:
            low, high = wilson(total, n)
        else:
            squares, n_rows = sums.squares[filled], int(n.sum())
            spread = np.sqrt(max(squares.sum() - total.sum() ** 2 / n_rows, 0.0) / max(n_rows - 1, 1))
            reach = mean_reach(np.maximum(squares - n * mean**2, 0), n, spread)
            low, high = mean - reach, mean + reach
        ends = np.full((3, len(filled)), np.nan)
        ends[:, filled] = np.array([mean, low, high]) * self.scale + self.centre
        return tuple(ends)


def answer_of(facts: ColumnFacts, target: str, task: Task) -> Answer | None:
    """Return the target's answers; None where they do not vary.

    Of two classes the one is taken that training takes (``workbench.modeling.targets.positive_class``), of several the
    most frequent.
    """
    if facts.numbers is not None and task == "regression":
        return _number_answer(facts.numbers)
    if facts.numbers is not None:
        known = np.isfinite(facts.numbers)
        labels = np.unique(facts.numbers[known])
        codes = np.where(known, np.searchsorted(labels, facts.numbers), -1)
        codes[codes == len(labels)] = -1
        counts = np.bincount(codes[known], minlength=len(labels))
        huge = len(labels) and np.abs(labels).max() >= MOST_INTEGER  # training cannot take these as whole numbers
        labels = labels.astype(str).astype(object) if huge else labels_of(pd.Series(labels))
    else:
        codes, labels, counts = facts.codes, np.array(facts.words, dtype=object), facts.word_counts
    if len(labels) < 2:
        return None
    place = _looked_for(labels, counts, target)
    found = (codes == place).astype("uint8")
    found[codes < 0] = UNKNOWN
    return Answer(label_words(labels[place]), found, codes)


def _looked_for(labels: np.ndarray, counts: np.ndarray, target: str) -> int:
    if len(labels) > 2:
        return int(np.argmax(counts))
    order = np.argsort(labels)  # as training sorts them
    rarer = order[int(np.argmin(counts[order]))]
    # The rule looks at the rows only to see which class is rarer: two or three rows say it as well as a million.
    standing = pd.Series([labels[rarer], *[labels[1 - rarer]] * (2 if counts[0] != counts[1] else 1)], name=target)
    label, _ = positive_class(standing, labels[order], None)
    return int(np.flatnonzero(labels == label)[0])


def _number_answer(numbers: np.ndarray) -> Answer | None:
    known = np.isfinite(numbers)
    given = numbers[known]
    if not len(given) or (given == given[0]).all():
        return None
    scale = float(np.abs(given).max())  # first, lest the squares of huge numbers overflow
    centre = float((given / scale).mean())
    values = np.zeros(len(numbers))
    values[known] = given / scale - centre
    return Answer(
        "", np.where(known, 0, UNKNOWN).astype("uint8"), np.where(known, numbers, np.nan), values, centre * scale, scale
    )
