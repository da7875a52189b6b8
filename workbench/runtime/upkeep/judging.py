"""Is a model that has learnt anew as good as the one in service? On the same rows, beyond noise, in sentences.

Three questions, each of which can end it: has the new model learnt anything at all, is it worse than the current one
on rows that were set aside, and is it worse than the current one was when that was made. "Beyond noise" is where the
95 % interval of the difference, by drawing rows again, lies on one side of zero (Efron, Tibshirani, An Introduction to
the Bootstrap, 1993); of two cross-validations, where they differ by more than both 95 % intervals together explain
(Nadeau, Bengio, Inference for the Generalization Error, Machine Learning 52, 2003).
"""

import math
from dataclasses import dataclass, field

import numpy as np
import sklearn

from workbench.runtime.learning.metrics import GREATER_IS_BETTER, VALUES, Answers
from workbench.runtime.upkeep.fitting import HeldOut

CONFIDENCE = 0.95
Z = 1.959963984540054  # the normal distribution's quantile at 0.975
DRAWS = 400
MOST_DRAWN = 5_000  # rows or groups per draw; distances are shrunk by the root of the share drawn
LEAST_DEFINED = 0.5  # share of the draws on which the metric has to be defined
SAME = 1e-9  # relative; scores that differ by less are the same


@dataclass(frozen=True)
class Difference:
    """By how much one model is better than another on the same rows.

    Attributes
    ----------
    value : float
        Of the metric, turned so that positive is better.
    low, high : float
        Ends of its 95 % interval; NaN where the metric is not defined on half of the draws.
    """

    value: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        return self.low > 0

    @property
    def worse(self) -> bool:
        return self.high < 0


@dataclass
class Verdict:
    """Whether the new model may replace the current one, and why, in sentences."""

    refused: bool = False
    sentences: list[str] = field(default_factory=list)

    def say(self, sentence: str, *, refuse: bool = False) -> None:
        """Add a sentence; with ``refuse`` it is a reason against."""
        self.sentences.append(sentence)
        self.refused = self.refused or refuse


def difference(question, new: HeldOut, other: HeldOut, groups: np.ndarray | None = None) -> Difference:
    """Compare two models on the same rows by the main metric, drawing rows (whole groups where there are some) again.

    Parameters
    ----------
    question : Question
    new, other : HeldOut
        Of the same rows, in the same order.
    groups : ndarray of shape (n_rows,), optional
    """
    sign = 1.0 if question.metric in GREATER_IS_BETTER else -1.0

    def gain(rows) -> float:
        return sign * (_measured(question, new, rows) - _measured(question, other, rows))

    n_rows = len(new.actual)
    rng = np.random.default_rng(question.seed)
    units = np.arange(n_rows) if groups is None else np.unique(groups, return_inverse=True)[1]
    rows_of = np.split(np.argsort(units, kind="stable"), np.cumsum(np.bincount(units))[:-1])
    with sklearn.config_context(skip_parameter_validation=True, assume_finite=True), np.errstate(all="ignore"):
        whole = gain(np.arange(n_rows))
        found = np.array([gain(_drawn(rng, rows_of, groups is None)) for _ in range(DRAWS)])
    defined = found[np.isfinite(found)]
    if not math.isfinite(whole) or len(defined) < LEAST_DEFINED * DRAWS:
        return Difference(whole, math.nan, math.nan)
    shrink = min(1.0, math.sqrt(MOST_DRAWN / len(rows_of)))
    low, high = np.quantile(defined, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Difference(whole, float(whole + shrink * (low - whole)), float(whole + shrink * (high - whole)))


def constant(question, learnt: np.ndarray, held: HeldOut) -> HeldOut:
    """Return what always giving the same answer would have predicted for the rows of ``held``.

    Parameters
    ----------
    learnt : ndarray of shape (n_learnt,)
        Targets that the answer is taken from: their mean, or the share of each class.
    """
    n_rows = len(held.actual)
    if question.task == "regression":
        return HeldOut(held.positions, held.actual, np.full(n_rows, float(np.mean(learnt))), None)
    shares = np.array([np.mean(learnt == label) for label in question.classes])
    label = question.classes[int(shares.argmax())]
    return HeldOut(
        held.positions,
        held.actual,
        np.full(n_rows, label, dtype=held.actual.dtype),
        np.tile(shares, (n_rows, 1)),
    )


def joined(parts: list[HeldOut]) -> HeldOut:
    """Return all predictions of a cross-validation as one; of a row that was tested several times, the first."""
    positions = np.concatenate([part.positions for part in parts])
    first = np.unique(positions, return_index=True)[1]
    chances = [part.probabilities for part in parts]
    return HeldOut(
        positions[first],
        np.concatenate([part.actual for part in parts])[first],
        np.concatenate([part.predicted for part in parts])[first],
        None if chances[0] is None else np.concatenate(chances)[first],
    )


def summary(values: list[float]) -> tuple[float | None, float | None]:
    """Return mean and standard deviation (``ddof=0``) over folds; None for what is not defined or not spread."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return None, None
    return float(np.mean(known)), float(np.std(known)) if len(values) > 1 else None


def reach(std: float | None, split) -> float:
    """Return half the width of the 95 % interval of a mean over folds (Nadeau and Bengio 2003); NaN for one fold."""
    if std is None or split.rounds < 2:
        return math.nan
    ratio = 1 / (split.folds - 1) if split.folds > 1 else split.share / (1 - split.share)
    return Z * std * math.sqrt(split.rounds / (split.rounds - 1)) * math.sqrt(1 / split.rounds + ratio)


def lower_than_before(question, before: dict, after: dict) -> tuple[bool, bool]:
    """Compare two cross-validations by the main metric: (the same, worse beyond noise).

    Parameters
    ----------
    before, after : dict
        Each with ``mean`` and ``std``.
    """
    if before["mean"] is None or after["mean"] is None:
        return False, False
    gain = after["mean"] - before["mean"]
    gain = gain if question.metric in GREATER_IS_BETTER else -gain
    if abs(gain) <= SAME * max(1.0, abs(before["mean"])):
        return True, False
    ends = [reach(each["std"], question.split) for each in (before, after)]
    known = [end for end in ends if math.isfinite(end)]
    return False, bool(known) and -gain > math.hypot(*(known if len(known) == 2 else known * 2))


def _measured(question, held: HeldOut, rows: np.ndarray) -> float:
    chances = None if held.probabilities is None else held.probabilities[rows]
    answers = Answers(held.actual[rows], held.predicted[rows], chances, question.classes, question.positive)
    return float(VALUES[question.metric](answers))


def _drawn(rng, rows_of: list[np.ndarray], single: bool) -> np.ndarray:
    chosen = rng.integers(0, len(rows_of), min(len(rows_of), MOST_DRAWN))
    return chosen if single else np.concatenate([rows_of[at] for at in chosen])
