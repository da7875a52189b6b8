"""What a model has to reach to be of use, as it was written down, and whether it does."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from workbench.modeling import metrics
from workbench.results.candidates.answered import as_answered
from workbench.results.candidates.comparison import range_of
from workbench.results.wording import decimals_for, decimals_of, number
from workbench.specs import Draft, SuccessSpec, Task
from workbench.training.evaluation import Evaluation

MOST_DECIMALS = 9  # of a score beside what was asked for
Standing = Literal["reached", "not surely", "perhaps", "missed", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """Whether an estimator is as good as was asked.

    Parameters
    ----------
    standing : {"reached", "not surely", "perhaps", "missed", "unknown"}
        Reached, also at the worse end of its range; reached on average only; missed on average, but reached at
        the better end; missed; not known.
    sentence : str
    """

    standing: Standing
    sentence: str


def verdict(evaluation: Evaluation, key: str, success: SuccessSpec, added: float = 0.0) -> Verdict | None:
    """Return whether a candidate reaches what was asked for; None where no least value was.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
    success : SuccessSpec
    added : float, default=0
        To predicted amounts, in the target's unit.

    Notes
    -----
    It is about the answers as they are given: by the evaluation's decision about the candidate, with what is added.
    The range is the 95 % interval of the score: see :func:`workbench.results.candidates.comparison.range_of`.
    """
    if success.least is None:
        return None
    name = success.metric or evaluation.spec.metric
    kind = metrics.metric(name)
    unit = evaluation.spec.target_column.unit if kind.in_target_units else ""
    asked = f"the {as_typed(success.least, unit)} you asked for"
    answered = as_answered(evaluation, key, added)
    mean = answered.candidate(key).spread(name)[0]
    if evaluation.spec.task not in kind.tasks or not math.isfinite(mean):
        bound = f"{'at least' if kind.greater_is_better else 'at most'} {as_typed(success.least, unit)}"
        return Verdict("unknown", f"You asked for {kind.label} {bound}; it was not measured here.")
    low, high = range_of(answered, key, name)
    higher = kind.greater_is_better
    worse, better = (low, high) if higher else (high, low)
    score = f"{kind.label} {number(mean, _telling_decimals(mean, success.least), unit)}"
    if not math.isfinite(low):
        return _without_range(mean, success.least, higher, score, asked)
    decimals = decimals_for((high - low) / 2) if high > low else None
    ends = f"{number(low, decimals)} to {number(high, decimals, unit)}"
    end = "lower" if higher else "upper"
    if _reaches(worse, success.least, higher):
        return Verdict("reached", f"Good enough: {score} reaches {asked}, also at the {end} end of its range ({ends}).")
    if _reaches(mean, success.least, higher):
        return Verdict(
            "not surely",
            f"Reached on average, but not surely: {score} reaches {asked}, the {end} end of its range "
            f"({ends}) does not.",
        )
    other = "upper" if higher else "lower"
    if _reaches(better, success.least, higher):
        return Verdict(
            "perhaps",
            f"Not reached on average: {score} misses {asked}; only the {other} end of its range ({ends}) reaches it.",
        )
    return Verdict("missed", f"Not reached: {score} misses {asked}, also at the {other} end of its range ({ends}).")


def _without_range(mean, least, higher, score, asked):
    if _reaches(mean, least, higher):
        return Verdict("not surely", f"Reached: {score} reaches {asked}; how far chance moves it is not known.")
    return Verdict("missed", f"Not reached: {score} misses {asked}; how far chance moves it is not known.")


def _reaches(value: float, least: float, higher: bool) -> bool:
    return value >= least if higher else value <= least


def _telling_decimals(value: float, least: float) -> int | None:
    """Return so many decimals that a score beside what was asked for is seen to be above or below it."""
    decimals = decimals_of(value)
    while value != least and round(value, decimals) == round(least, decimals) and decimals < MOST_DECIMALS:
        decimals += 1
    return None if decimals == decimals_of(value) else decimals


def as_typed(value: float, unit: str = "") -> str:
    """Write a number as a person typed it: with all of its digits, since it is what scores are compared with.

    >>> as_typed(0.8), as_typed(1200.0, "€"), as_typed(0.28654321), as_typed(1234567.5)
    ('0.8', '1,200 €', '0.28654321', '1,234,567.5')
    """
    whole, _, rest = f"{Decimal(repr(float(value))):,f}".partition(".")
    rest = rest.rstrip("0")
    return (f"{whole}.{rest}" if rest else whole) + (f" {unit}" if unit else "")


def perfect(metric: str) -> float:
    """Return what a metric is where every prediction is right.

    >>> perfect("roc_auc"), perfect("rmse")
    (1.0, 0.0)
    """
    return 1.0 if metrics.metric(metric).greater_is_better else 0.0


def guessing(task: Task, metric: str, target: np.ndarray, positive=None) -> float:
    """Return what a metric is where no column is looked at; NaN where that says nothing.

    Parameters
    ----------
    task : {"binary", "multiclass", "regression"}
    metric : str
    target : ndarray of shape (n_rows,)
        The outcomes.
    positive : label, optional

    Examples
    --------
    >>> guessing("binary", "accuracy", np.array(["no", "no", "no", "yes"]), "yes")
    0.75
    """
    if task == "regression":
        off = np.abs(target - target.mean())
        return {
            "rmse": float(target.std()),
            "mae": float(off.mean()),
            "median_absolute_error": float(np.median(off)),
            "r2": 0.0,
        }.get(metric, math.nan)
    labels, counts = np.unique(np.asarray(target).astype(str), return_counts=True)
    shares = counts / counts.sum()
    found = float(shares[labels == str(positive)].sum())
    return {
        "roc_auc": 0.5,
        "average_precision": found,
        "log_loss": float(-(shares * np.log(shares)).sum()),
        "accuracy": float(shares.max()),
        "balanced_accuracy": 1 / len(shares),
        # Always saying the class is right for as many as there are, and finds all.
        "f1": 2 * found / (1 + found)
        if task == "binary"
        else 2 * float(shares.max()) / (1 + shares.max()) / len(shares),
    }.get(metric, math.nan)


def halfway(metric: str, guess: float) -> float:
    """Return the value between guessing and perfect, with two digits: something to start from; NaN where there is none.

    >>> halfway("roc_auc", 0.5), halfway("rmse", 312.0), halfway("accuracy", 0.73)
    (0.75, 160.0, 0.86)
    """
    if not math.isfinite(guess) or (guess == 0 and metric != "r2"):
        return math.nan
    middle = (guess + 1) / 2 if metrics.metric(metric).greater_is_better else guess / 2
    return round(middle, 1 - math.floor(math.log10(abs(middle))))


def as_note(draft: Draft) -> dict | None:
    """Return what was written down about a goal, to be kept with a run; None where nothing was."""
    if not draft.goal and draft.success == SuccessSpec():
        return None
    return {"decision": draft.goal, **draft.success.model_dump(mode="json")}


def from_note(note: dict | None) -> tuple[str, SuccessSpec]:
    """Read back what :func:`as_note` wrote: the decision in words, and what has to be reached.

    >>> from_note(None)[1] == SuccessSpec()
    True
    """
    note = dict(note or {})
    decision = str(note.pop("decision", ""))
    try:
        return decision, SuccessSpec.model_validate(note)
    except ValueError:  # of another version
        return decision, SuccessSpec()
