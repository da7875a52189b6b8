"""How good a model can be at most: rows that are equal in every column in use and differ in the outcome.

The profile says the same of a table before anything is trained (:mod:`workbench.profiling.target.ceiling`); this is of
the rows and columns that a run has learnt from, with how sure it is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.modeling.planning import modelling_table
from workbench.profiling.wording import counted
from workbench.results.wording import decimals_for, number, percent, shorten
from workbench.specs import ExperimentSpec

Z = 1.959963984540054  # the normal distribution's quantile at 0.975
LEAST_LOST = 0.01  # of what there is to know; less is no reason to speak of it


@dataclass(frozen=True)
class Ceiling:
    """What no model of these columns can exceed.

    Parameters
    ----------
    target, unit : str
    is_number : bool
    n_rows, n_groups : int
        Rows that share all inputs with a row of another outcome, and sets of them.
    best, low, high : float
        For classes the largest share of rows that can be right, for numbers the smallest root mean squared error;
        with its 95 % interval.
    lost : float
        The share of the rows that are wrong then, or of the variance that is left; its lower end.
    """

    target: str
    unit: str
    is_number: bool
    n_rows: int
    n_groups: int
    best: float
    low: float
    high: float
    lost: float

    @property
    def matters(self) -> bool:
        """Whether it takes away enough to be told."""
        return self.lost >= LEAST_LOST

    @property
    def sentence(self) -> str:
        """The finding in one sentence."""
        rows = (
            f"{counted(self.n_rows, 'row')} in {counted(self.n_groups, 'set')} are equal in every column in use and "
            f"differ in “{shorten(self.target)}”"
        )
        if self.is_number:
            decimals = decimals_for((self.high - self.low) / 2)
            unit = f" {self.unit}" if self.unit else ""
            ends = f"{number(self.low, decimals)} to {number(self.high, decimals)}{unit}"
            return f"{rows}: no model of these columns can have an RMSE below {number(self.best)}{unit} ({ends})."
        low, high = percent(self.low), percent(self.high)
        ends = f" ({low} to {high})" if low != high else ""
        return f"{rows}: no model of these columns can be right for more than {percent(self.best)} of the rows{ends}."


def ceiling(table: pd.DataFrame, spec: ExperimentSpec) -> Ceiling | None:
    """Return the best that any model of a run's columns can reach on the rows of that run; None where nothing stands
    in its way.

    Parameters
    ----------
    table : DataFrame
        The data set's typed table.
    spec : ExperimentSpec

    Notes
    -----
    Whatever a model says of rows that are equal, it says of all of them: the most frequent class is right most often,
    the mean has the least squared error. The interval is that of a ratio of two sums over the sets of equal rows (rows
    that equal no other one are sets of their own), which are drawn independently. Sets of few rows hide part of
    what they cannot tell apart, so the truth rather lies below.

    References
    ----------
    Devroye, Györfi, Lugosi, A Probabilistic Theory of Pattern Recognition, 1996, chapter 2. Cochran, Sampling
    Techniques, 1977, section 6.3 (ratio of sums).
    """
    inputs, target = modelling_table(table, spec)
    positions, groups = _equal([inputs[column.name] for column in spec.columns], len(target))
    if not len(positions):
        return None
    is_number, given = spec.task == "regression", np.asarray(target)[positions]
    lost, sizes = (_left_over if is_number else _outvoted)(given, groups)
    torn = lost > 0
    if not torn.any():
        return None
    n_rows = len(target)
    share = float(lost.sum() / n_rows)
    squares = float(np.square(lost - share * sizes).sum()) + share**2 * (n_rows - int(sizes.sum()))
    reach = Z * float(np.sqrt(squares)) / n_rows
    low, high = max(share - reach, 0.0), share + reach
    facts = spec.target, spec.target_column.unit, is_number, int(sizes[torn].sum()), int(torn.sum())
    if is_number:
        return Ceiling(*facts, *(float(np.sqrt(each)) for each in (share, low, high)), low / float(np.var(target)))
    return Ceiling(*facts, 1 - share, max(1 - high, 0.0), 1 - low, low)


def _equal(columns: list[pd.Series], n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of rows that equal another one in every column, and the number of the set of each."""
    positions, groups = np.arange(n_rows), np.zeros(n_rows, dtype=np.int64)
    # Few rows are still alike after the columns with many values, so the others are looked at there only.
    for values in sorted(columns, key=lambda one: -one.iloc[:1000].nunique()):
        codes, uniques = pd.factorize(values.iloc[positions], use_na_sentinel=False)
        groups = np.unique(groups * len(uniques) + codes, return_inverse=True)[1]
        again = np.bincount(groups)[groups] > 1
        positions, groups = positions[again], np.unique(groups[again], return_inverse=True)[1]
        if not len(positions):
            break
    return positions, groups


def _outvoted(given: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each set, how many rows are not of its most frequent class, and how many it has."""
    labels, codes = np.unique(given, return_inverse=True)
    counts = np.zeros((int(groups.max()) + 1, len(labels)))
    np.add.at(counts, (groups, codes), 1)
    sizes = counts.sum(axis=1)
    return sizes - counts.max(axis=1), sizes


def _left_over(given: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each set, the sum of squared distances from its mean, and how many rows it has."""
    given, sizes = given.astype(np.float64), np.bincount(groups).astype(np.float64)
    means = np.bincount(groups, weights=given) / sizes
    squares = np.square(given - means[groups])
    # A mean of equal numbers need not equal them to the last digit.
    squares[squares <= (1e-12 * np.abs(given)) ** 2] = 0
    return np.bincount(groups, weights=squares), sizes
