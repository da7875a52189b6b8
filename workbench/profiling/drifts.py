"""How the target moves along dates, and between the values of a category."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.profiling.answers import Sums
from workbench.profiling.columns import ColumnFacts
from workbench.profiling.shapes import MOST_WORDS, ShapeBin

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
        strength, chance = explained(Sums(*(part[:-1] for part in (sums.n, sums.total, sums.squares))))
        if strength < MATTERS or chance > CERTAIN / len(asked) or sums.n[:-1].sum() < FEWEST_ROWS:
            continue
        valued = bins[:-1] if sums.n[-1] else bins
        counted = [each.value for each in valued if each.n_rows >= ENOUGH_ROWS]
        if len(counted) > 1:
            found.append(Drift(name, by, max(counted) - min(counted), strength, valued))
    found.sort(key=lambda drift: -drift.strength)
    over_time = [drift for drift in found if drift.by == "time"]
    return (*over_time, *[drift for drift in found if drift.by == "group"][:MOST_GROUPS])


def explained(sums: Sums) -> tuple[float, float]:
    """Return the share of the variance that bins explain, corrected for chance, and the F test's p-value.

    References
    ----------
    Epsilon squared: Kelley, An Unbiased Correlation Ratio Measure, PNAS 21, 1935; of the corrected measures the one
    with the least bias (Okada, Behaviormetrika 40, 2013).
    """
    from scipy.special import fdtrc  # a tenth of a second, so not when the module is loaded

    n, total, squares = (part[sums.n > 0].astype("float64") for part in (sums.n, sums.total, sums.squares))
    n_rows, between_freedom, within_freedom = n.sum(), len(n) - 1, n.sum() - len(n)
    if between_freedom < 1 or within_freedom < 1:
        return 0.0, 1.0
    mean = total.sum() / n_rows
    whole = float(squares.sum() - n_rows * mean**2)
    between = float((n * (total / n - mean) ** 2).sum())
    if whole <= 0:
        return 0.0, 1.0
    noise = max(whole - between, 0.0) / within_freedom
    if noise == 0:
        return 1.0, 0.0
    strength = (between - between_freedom * noise) / whole
    return float(np.clip(strength, 0, 1)), float(
        fdtrc(between_freedom, within_freedom, between / between_freedom / noise)
    )
