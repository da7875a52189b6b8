"""The best threshold for a goal, how sure it is, and what it earns where it was not chosen."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from workbench.results.deciding.decisions import Decisions
from workbench.results.deciding.purposes import Goal, share_of
from workbench.results.deciding.sweeps import Outcomes, Sweep

DRAWS = 200  # of all rows, to see how far the best threshold moves
MOST_COMPARED = 2_000  # thresholds, in each draw
OUTCOME_DRAWS = 2_000  # of four counts: the Monte-Carlo error of a 5 % quantile is about a thirtieth of the spread
LEVEL = 0.9
MANY_PARTS = 20  # from which on the outermost parts are left out of an interval
UNSTABLE = 0.25  # of what a model earns beyond doing without it


@dataclass(frozen=True)
class Best:
    """The best threshold for a goal.

    Parameters
    ----------
    goal : Goal
    threshold, value : float
        On all rows; the value is the goal's own (per row, or a share).
    low, high : float
        Where the best threshold would lie on other rows: the lowest and highest of the folds' own best ones (from 20
        folds on, the middle 90 %), or the middle 90 % over rows drawn with replacement where they were tested once.
    own : tuple of float
        Each fold's own best threshold; empty where rows were drawn. A fold in which the goal is the same, or not
        defined, at every threshold has none.
    worst : float
        The lowest value, on all rows, of a threshold between ``low`` and ``high``.
    honest : float
        The value where each part's threshold is the best of the other parts.
    without : float
        The value without any model.
    shares : (float, float)
        Shares of rows decided yes at ``high`` and at ``low``.
    """

    goal: Goal
    threshold: float
    value: float
    low: float
    high: float
    own: tuple[float, ...]
    worst: float
    honest: float
    without: float
    shares: tuple[float, float]

    @property
    def shortfall(self) -> float:
        """What the worst threshold within the interval loses against the best."""
        return self.value - self.worst

    @property
    def is_unstable(self) -> bool:
        """Whether other rows could lead to a threshold that loses much of what the model is worth; for a capacity,
        to one that takes many more or fewer rows than there is room for."""
        if self.goal.name == "capacity":
            return self.shares[1] - self.shares[0] > UNSTABLE * share_of(self.goal.scenario)
        lost = max(self.shortfall, self.value - self.honest)
        return self.is_useful and lost > UNSTABLE * (self.value - self.without)

    @property
    def is_useful(self) -> bool:
        """Whether deciding by probability beats doing without the model, where the threshold was not chosen, too."""
        return self.value > self.without and self.honest > self.without


def best_threshold(decided: Decisions, goal: Goal, *, seed: int = 0) -> Best:
    """Return the best threshold for a goal on all rows, its interval, and what it is worth elsewhere.

    References
    ----------
    Efron, Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13 (percentile interval of drawn rows).
    """
    pooled = decided.pooled
    position = goal.choose(pooled.outcomes, pooled.first)
    values = goal.value(pooled.outcomes)
    if decided.tested_once:
        own, (low, high) = (), _drawn(decided, goal, seed)
    else:
        own = tuple(part.cut(goal.choose(part.outcomes, part.first)) for part in _telling(decided, goal))
        low, high = _outermost(own) if own else (pooled.cut(position),) * 2
    threshold = pooled.cut(position)
    low, high = min(low, threshold), max(high, threshold)
    between = values[int(pooled.position(high)) : int(pooled.position(low)) + 1]
    return Best(
        goal=goal,
        threshold=threshold,
        value=float(values[position]),
        low=low,
        high=high,
        own=own,
        worst=float(np.fmin.reduce(between)),
        honest=goal.value(outcomes_elsewhere(decided, goal)),
        without=goal.without(pooled),
        shares=(pooled.at(high).share, pooled.at(low).share),
    )


def _telling(decided: Decisions, goal: Goal) -> list[Sweep]:
    """Return the parts in which the goal tells thresholds apart: without a row of the class most goals do not."""
    values = ((part, goal.value(part.outcomes)[part.first :]) for part in decided.parts)
    is_asked = goal.name != "capacity"  # which rows are taken does not depend on what they are
    return [part for part, of in values if not is_asked or (np.isfinite(of).any() and np.nanmin(of) < np.nanmax(of))]


def _outermost(own: tuple[float, ...]) -> tuple[float, float]:
    if len(own) < MANY_PARTS:
        return min(own), max(own)
    low, high = np.quantile(own, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _drawn(decided: Decisions, goal: Goal, seed: int) -> tuple[float, float]:
    """Return the middle 90 % of the best thresholds of rows drawn with replacement.

    Of many thresholds so many are compared, evenly over the rows. How many rows of each side are drawn between two of
    them is multinomial, which is the same as drawing the rows and takes a tenth of the time.
    """
    pooled = decided.pooled
    even = np.linspace(0, pooled.outcomes.taken[-1], MOST_COMPARED)
    places = np.unique(np.searchsorted(pooled.outcomes.taken, even))
    sides = [np.diff(count[places], prepend=0) for count in (pooled.outcomes.found, pooled.outcomes.false_alarms)]
    shares = np.concatenate(sides) / pooled.outcomes.n_rows[0]
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(int(pooled.outcomes.n_rows[0]), shares, DRAWS).reshape(DRAWS, 2, len(places)).cumsum(axis=2)
    first = int(np.searchsorted(places, pooled.first))
    chosen = []
    for found, alarms in draws:
        outcomes = Outcomes(found, alarms, found[-1] - found, alarms[-1] - alarms)
        chosen.append(places[goal.choose(outcomes, first)])
    highest, lowest = np.quantile(chosen, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
    return pooled.cut(int(lowest)), pooled.cut(int(highest))


def outcomes_elsewhere(decided: Decisions, goal: Goal) -> Outcomes:
    """Return the outcomes where the threshold for each part is the best of all other parts.

    On the rows that it was chosen on, the best threshold looks better than it is.
    """
    pooled = decided.pooled
    total = Outcomes(0, 0, 0, 0)
    for part in decided.parts:
        there = part.outcomes[part.position(pooled.thresholds)]
        rest = pooled.outcomes - there
        total = total + there[goal.choose(rest, pooled.first)]
    return total


def value_interval(
    decided: Decisions, goal: Goal, threshold: float, *, level: float = LEVEL, seed: int = 0
) -> tuple[float, float]:
    """Return where the value of a threshold would lie on other rows.

    Over folds by Student's t with the variance of Nadeau and Bengio, since folds learn from the same rows; where
    rows were tested once, from drawing them again (which, for a given threshold, is drawing its four counts).

    References
    ----------
    Nadeau, Bengio, Inference for the generalization error, Machine Learning 52, 2003, section 3.
    """
    if decided.tested_once:
        counts = np.array(decided.pooled.at(threshold).counts, dtype=np.float64)
        draws = np.random.default_rng(seed).multinomial(int(counts.sum()), counts / counts.sum(), OUTCOME_DRAWS)
        values = np.atleast_1d(goal.value(Outcomes(*draws.T.astype(np.float64))))
        values = values[np.isfinite(values)]
        if not len(values):
            return float("nan"), float("nan")
        low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)
    does = [part.at(threshold) for part in decided.parts]
    if goal.name == "f1":  # of a part without a row of the class it is 0 by convention, which says nothing
        does = [one for one in does if one.found + one.missed]
    values = np.array([goal.value(one) for one in does])
    values = values[np.isfinite(values)]
    n_parts = len(values)
    if n_parts < 2:
        return float("nan"), float("nan")
    spread = float(values.std(ddof=1)) * math.sqrt(1 / n_parts + 1 / (n_parts - 1))
    reach = float(stats.t.ppf((1 + level) / 2, n_parts - 1)) * spread
    centre = goal.value(decided.pooled.at(threshold))
    return centre - reach, centre + reach
