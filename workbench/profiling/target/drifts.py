"""How the target moves along dates, and between the values of a category."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.target.answers import Sums
from workbench.profiling.target.shapes import MOST_WORDS, ShapeBin

CERTAIN = 0.001  # chance of any column of the table being told where none moves the target
MATTERS = 0.01  # of the variance: "small" for Cohen (1988, 8.2: f = 0.1); for halves a rate of 45 % against 55 %
ENOUGH_ROWS = 20  # of a bin whose value counts for the spread
FEWEST_ROWS = 100
MOST_GROUPS = 10


@dataclass(frozen=True)
class Drift:
    """How the target moves along a column of dates, or between the values of a category.

    Attributes
    ----------
    column : str
    by : {"time", "group"}
    spread : float
        Largest minus smallest ``value`` of the bins with enough rows.
    strength : float
        Share of the target's variance that the bins explain, 0 to 1, corrected for chance (epsilon squared).
    bins : tuple of ShapeBin
    """

    column: str
    by: str
    spread: float
    strength: float
    bins: tuple[ShapeBin, ...]


def moves_by(facts: ColumnFacts) -> str:
    """Return "time" for dates, "group" for a category of few values, "" for what drift is not asked of."""
    if facts.is_date:
        return "time"
    few = facts.profile.meaning in ("category", "yes_no") and 2 <= facts.profile.distinct_count <= MOST_WORDS
    return "group" if few else ""


def drifts(asked: Mapping[str, tuple[str, tuple[ShapeBin, ...], Sums]]) -> tuple[Drift, ...]:
    """Return where the target moves beyond chance and enough to matter: over time first, strongest first.

    Parameters
    ----------
    asked : mapping of str to (by, bins, sums)
        Of each column whether it is of time or of groups, its bins that hold rows, and the sums of all of its bins, of
        which the last is that of rows without a value; that one is left aside.

    Notes
    -----
    A column is told where the F test of equal means leaves less than one chance in a thousand, shared among all the
    columns asked (Bonferroni), and where its strength is at least 0.01. For shares the test is the one of chi squared
    but for a factor of nearly 1. It takes rows as independent of each other.
    """
    found = []
    for name, (by, bins, sums) in asked.items():
        valued_sums = Sums(*(part[:-1] for part in (sums.n, sums.total, sums.squares)))
        strength = explained(valued_sums)
        if strength < MATTERS or valued_sums.n.sum() < FEWEST_ROWS:
            continue
        if chance_of_means(valued_sums) > CERTAIN / len(asked):
            continue
        valued = bins[:-1] if sums.n[-1] else bins
        counted = [each.value for each in valued if each.n_rows >= ENOUGH_ROWS]
        if len(counted) > 1:
            found.append(Drift(name, by, max(counted) - min(counted), strength, valued))
    found.sort(key=lambda drift: -drift.strength)
    over_time = [drift for drift in found if drift.by == "time"]
    return (*over_time, *[drift for drift in found if drift.by == "group"][:MOST_GROUPS])


def explained(sums: Sums) -> float:
    """Return the share of the variance that bins explain, 0 to 1, corrected for chance (epsilon squared).

    References
    ----------
    Kelley, An Unbiased Correlation Ratio Measure, PNAS 21, 1935; of the corrected measures the one with the least bias
    (Okada, Behaviormetrika 40, 2013).
    """
    between, noise, bins_less_one, rows_less_bins = _parts(sums)
    whole = between + noise * rows_less_bins
    return float(np.clip((between - bins_less_one * noise) / whole, 0, 1)) if whole > 0 else 0.0


def chance_of_means(sums: Sums) -> float:
    """Return how often chance alone would set the bins' means as far apart (F test of one-way analysis of variance)."""
    from scipy.special import fdtrc  # a tenth of a second, so not when the module is loaded

    between, noise, bins_less_one, rows_less_bins = _parts(sums)
    if noise <= 0:
        return 0.0 if between > 0 else 1.0
    return float(fdtrc(bins_less_one, rows_less_bins, between / bins_less_one / noise))


def _parts(sums: Sums) -> tuple[float, float, int, int]:
    """Return the squares between bins, the variance within them, and the degrees of freedom of either."""
    n, total, squares = (part[sums.n > 0].astype("float64") for part in (sums.n, sums.total, sums.squares))
    bins_less_one, rows_less_bins = len(n) - 1, int(n.sum()) - len(n)
    if bins_less_one < 1 or rows_less_bins < 1:
        return 0.0, 0.0, 0, 0
    mean = total.sum() / n.sum()
    between = float((n * (total / n - mean) ** 2).sum())
    within = max(float(squares.sum() - (total**2 / n).sum()), 0.0)
    return between, within / rows_less_bins, bins_less_one, rows_less_bins
