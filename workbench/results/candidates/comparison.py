"""Whether one estimator is better than another by more than chance explains.

How the variance of a difference comes about stands in :mod:`workbench.results.candidates.measured`, what was measured
of it in ``docs/decisions/0023``.
"""

import math
import weakref
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from workbench.modeling import metrics
from workbench.results.candidates.measured import Measured, folds_with, measured, variance_of_difference
from workbench.results.wording import LONGEST_LABEL, decimals_for, number, shorten
from workbench.training.evaluation import BASELINE, Evaluation
from workbench.training.scoring import label_of

LEVEL = 0.05  # how often chance alone may be taken for a difference
MOST_COMPARED = 40  # candidates of a run, the best ones; every one of them reads its predictions
DRAWS = 20_000  # of the largest difference that chance brings; its 5 % are within 0.3
ROUNDING = 1e-12  # of the larger score: a smaller difference is none


@dataclass(frozen=True)
class Comparison:
    """One estimator beside another, in the main metric.

    Parameters
    ----------
    one, other : str
        What is compared, as it is called on the screen.
    metric, unit : str
        ``unit`` is that of the target, for metrics that are measured in it.
    difference : float
        By how much ``one`` is better than ``other``, whichever way the metric points; negative where it is worse.
    low, high : float
        95 % interval of that.
    p_value : float
        How often chance alone would bring a difference this large or larger, if both were equally good. NaN where there
        is nothing to judge by.
    paired : bool
        Whether both were tested on the same rows, at least in part.
    """

    one: str
    other: str
    metric: str
    unit: str
    difference: float
    low: float
    high: float
    p_value: float
    paired: bool = True

    @property
    def tied(self) -> bool:
        """Whether they are not told apart."""
        return not self.p_value <= LEVEL

    @property
    def sentence(self) -> str:
        """The finding in one sentence."""
        kind, one, other = metrics.metric(self.metric), self.one, self.other
        if not math.isfinite(self.difference):
            return f"{one} and {other} cannot be compared: {kind.label} is not known of both."
        if self.difference == 0:
            return f"{one} and {other} are level: there is no difference in {kind.label}."
        if not math.isfinite(self.p_value):
            return f"{one} and {other} cannot be told apart: too little was tested to judge a difference by."
        said, ends = self.figures
        unit = f" {self.unit} {kind.label}" if self.unit else f" {kind.label}"
        better = one if self.difference > 0 else other
        if not self.tied:
            return f"{better} is better by {said}{unit} ({ends}): more than chance."
        return (
            f"{one} and {other} are not told apart: {better} is ahead by {said}{unit}, and chance "
            f"alone could have done that ({ends})."
        )

    @property
    def figures(self) -> tuple[str, str]:
        """The size of the difference and the ends of its interval as text, seen from the better one; with as many
        digits as the interval supports, and as keep from 0 what is not 0."""
        sign = 1.0 if self.difference >= 0 else -1.0
        size, low, high = abs(self.difference), *sorted((sign * self.low, sign * self.high))
        if not high > low:
            return number(size), f"{number(low)} to {number(high)}"
        decimals = decimals_for((high - low) / 2)
        if not self.tied and not round(low, decimals):
            decimals = decimals_for(low)
        said = number(size, decimals if round(size, decimals) else decimals_for(size))
        return said, f"{number(low, decimals)} to {number(high, decimals)}"


def compare(evaluation: Evaluation, one: str, other: str, metric: str | None = None) -> Comparison:
    """Compare two candidates of a run on the parts that both were tested on.

    Parameters
    ----------
    evaluation : Evaluation
    one, other : str
        Keys.
    metric : str, optional
        Default the main one.

    Notes
    -----
    The interval and the p-value are of these two alone. Who compares the best of many with the others asks
    :func:`tied_with_best`, which allows for the choice.
    """
    name, spec = metric or evaluation.spec.metric, evaluation.spec
    both = tuple(folds_with(evaluation, one, name) & folds_with(evaluation, other, name))
    labels = [shorten(label_of(spec, key), LONGEST_LABEL) for key in (one, other)]
    unit = spec.target_column.unit if metrics.metric(name).in_target_units else ""
    if one == other:
        return Comparison(*labels, name, unit, 0.0, 0.0, 0.0, 1.0)
    return judged(*(measured(evaluation, key, name, both) for key in (one, other)), labels, name, unit)


def judged(one: Measured, other: Measured, labels, metric: str, unit: str = "") -> Comparison:
    """Compare two series of scores, of one run or of two, whose parts may have rows in common.

    Parameters
    ----------
    one, other : Measured
    labels : pair of str
    metric, unit : str
    """
    sign = 1.0 if metrics.metric(metric).greater_is_better else -1.0
    difference = sign * (one.mean - other.mean)
    if math.isfinite(difference) and abs(difference) <= ROUNDING * max(abs(one.mean), abs(other.mean)):
        difference = 0.0
    variance, freedom, paired = (
        variance_of_difference(one, other) if math.isfinite(difference) else (math.nan, math.nan, False)
    )
    reach, p_value = _reach(difference, variance, freedom)
    return Comparison(*labels, metric, unit, difference, difference - reach, difference + reach, p_value, paired)


def range_of(evaluation: Evaluation, key: str, metric: str | None = None) -> tuple[float, float]:
    """Return the 95 % interval of a candidate's mean score; NaN twice where there is nothing to judge it by.

    Its variance comes about as that of a difference, to a score that is always the same.
    """
    mine = measured(evaluation, key, metric or evaluation.spec.metric)
    still = replace(mine, values=(0.0,) * len(mine.values), pulls=tuple(np.zeros(len(rows)) for rows in mine.rows))
    variance, freedom, _ = variance_of_difference(mine, still) if mine.values else (math.nan, math.nan, False)
    reach, _ = _reach(mine.mean, variance, freedom)
    return mine.mean - reach, mine.mean + reach


def tied_with_best(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the keys of the candidates that are level with the best one, itself first; () where none is complete.

    The best one is chosen because of its score, so comparing it with each other one at 5 % would find differences
    far more often among many that are equally good. The level is that of the largest difference between any two: among
    candidates that are all equally good, one is taken for worse than the best in 5 % of the runs (Tukey's range, with
    the correlations there are). Of more than 40 candidates the best are compared, the others are not level. The
    baseline never is.
    """
    best = evaluation.best()
    if best is None:
        return ()
    judgement = standing(evaluation)
    return (best, *(key for key, p_value in judgement.items() if key != best and not p_value <= LEVEL))


_KNOWN: "weakref.WeakKeyDictionary[Evaluation, dict[str, float]]" = weakref.WeakKeyDictionary()


def standing(evaluation: Evaluation) -> dict[str, float]:
    """Return, for each compared candidate, how often chance brings a difference to the best one as large as its own
    somewhere among the candidates; 1 where it is not worse than the best one."""
    if evaluation not in _KNOWN:
        _KNOWN[evaluation] = _standing(evaluation)
    return _KNOWN[evaluation]


def _standing(evaluation: Evaluation) -> dict[str, float]:
    best, name = evaluation.best(), evaluation.spec.metric
    if best is None:
        return {}
    keys = [score.key for score in evaluation.candidates() if score.complete and score.kind != BASELINE]
    keys = [best, *(key for key in keys if key != best)][:MOST_COMPARED]
    if keys == [best] or len(keys) == 1:
        return {best: 1.0}
    top, found = measured(evaluation, best, name), {best: 1.0}
    pulls, alone = [top.by_row()], {}
    for key in keys[1:]:
        mine = measured(evaluation, key, name)
        pulls.append(mine.by_row())
        alone[key] = judged(top, mine, ("", ""), name)
    largest = largest_by_chance(pulls, evaluation.spec.seed)
    for key, one in alone.items():
        worse = one.difference > 0 and math.isfinite(one.p_value)
        found[key] = among(one.p_value, largest if len(keys) > 2 else None) if worse else 1.0
    return found


def among(p_value: float, largest: np.ndarray | None) -> float:
    """Return how often chance brings a difference like that of two, somewhere among many.

    Parameters
    ----------
    p_value : float
        Of the two alone.
    largest : ndarray, optional
        Standardised differences, by :func:`largest_by_chance`; None where there are only these two.
    """
    if largest is None:
        return p_value
    # By the probability alone, degrees of freedom play no part any more.
    return max(float((largest >= -ndtri(p_value / 2)).mean()), p_value)


def largest_by_chance(pulls, seed: int) -> np.ndarray:
    """Draw the largest standardised difference that chance brings between any two candidates that are equally good."""
    labels = pulls[0][0]
    same = [mine for rows, mine in pulls if np.array_equal(rows, labels)]
    if len(same) < 2:
        return np.array([math.inf])
    covariance = np.atleast_2d(np.stack(same) @ np.stack(same).T)
    scale, vectors = np.linalg.eigh(covariance)
    drawn = np.random.default_rng(seed).normal(size=(DRAWS, len(scale))) @ (vectors * np.sqrt(np.maximum(scale, 0))).T
    spread = np.sqrt(np.maximum(np.add.outer(np.diag(covariance), np.diag(covariance)) - 2 * covariance, 0))
    largest = np.zeros(DRAWS)
    for one in range(len(same) - 1):
        some = spread[one, one + 1 :] > ROUNDING * math.sqrt(max(covariance[one, one], ROUNDING**2))
        if some.any():
            off = np.abs(drawn[:, [one]] - drawn[:, one + 1 :][:, some]) / spread[one, one + 1 :][some]
            largest = np.maximum(largest, off.max(axis=1))
    return largest


def _reach(difference: float, variance: float, freedom: float) -> tuple[float, float]:
    """Return half the width of the 95 % interval, and the p-value."""
    if not math.isfinite(difference) or not math.isfinite(variance):
        return math.nan, math.nan
    if difference == 0:
        return 0.0 if not variance > 0 else float(-_quantile(freedom, LEVEL / 2) * math.sqrt(variance)), 1.0
    if not variance > 0:
        return 0.0, 0.0
    error = math.sqrt(variance)
    p_value = 2 * stdtr(min(freedom, 1e9), -abs(difference) / error)
    return float(-_quantile(freedom, LEVEL / 2) * error), float(p_value)


def _quantile(freedom: float, share: float) -> float:
    return float(stdtrit(min(freedom, 1e9), share))
