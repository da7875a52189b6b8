"""Errors of predicted amounts in units and in percent, beside answering the same for every row."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from workbench.results.deciding.amount_costs import amount_errors
from workbench.results.deciding.held_out_parts import others_of, parts_of
from workbench.specs import SplitSpec
from workbench.training.evaluation import Evaluation, mean_and_std

Pair = tuple[np.ndarray, np.ndarray]  # actual values and answers
MEDIAN_BY_TIME = (
    "Always the median is of the second stretch of time on: for the first, no earlier row was tested that it could be "
    "taken from."
)
NEAR = 0.1  # share of the actual value within which a prediction is called near


@dataclass(frozen=True)
class AmountMeasure:
    """One way to say how far off predictions are.

    Parameters
    ----------
    name, label, sentence : str
    better : {"lower", "higher", "zero"}
        Which values are good.
    is_share : bool
        A fraction, shown in percent; otherwise in the target's unit.
    of : callable(actual, prediction) -> float
    """

    name: str
    label: str
    sentence: str
    better: Literal["lower", "higher", "zero"]
    is_share: bool
    of: Callable[[np.ndarray, np.ndarray], float]


def _mean_share(actual, prediction):
    """Mean of the error as a share of the actual value, over rows whose actual value is not 0."""
    some = actual != 0
    return float(np.mean(np.abs(actual - prediction)[some] / np.abs(actual[some]))) if some.any() else math.nan


MEASURES: tuple[AmountMeasure, ...] = (
    AmountMeasure(
        "mae",
        "Off by, on average",
        "Mean absolute error: the distance from the actual value, the mean over rows.",
        "lower",
        False,
        lambda actual, prediction: float(np.mean(np.abs(actual - prediction))),
    ),
    AmountMeasure(
        "median",
        "Half of the rows within",
        "Median absolute error: half of the predictions are nearer to the actual value, half are further off.",
        "lower",
        False,
        lambda actual, prediction: float(np.median(np.abs(actual - prediction))),
    ),
    AmountMeasure(
        "percent",
        "Off by, in percent",
        "Mean absolute percentage error: the distance as a share of the actual value; rows whose actual value is 0 "
        "are left out.",
        "lower",
        True,
        _mean_share,
    ),
    AmountMeasure(
        "near",
        "Within 10 % of the actual value",
        "Share of the rows whose prediction is at most a tenth of the actual value off.",
        "higher",
        True,
        lambda actual, prediction: float(np.mean(np.abs(actual - prediction) <= NEAR * np.abs(actual))),
    ),
    AmountMeasure(
        "bias",
        "Bias: actual minus predicted",
        "The mean of the difference over rows: above 0 predictions are too low on average, below 0 too high.",
        "zero",
        False,
        lambda actual, prediction: float(np.mean(actual - prediction)),
    ),
)


def amount_measures(evaluation: Evaluation, key: str, added: float = 0.0) -> pd.DataFrame:
    """Compare a candidate with answering the mean or the median for every row.

    Each figure is the mean over folds, of all drawings, as on the leaderboard and in the headline.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
    added : float, default=0
        To its predictions, in the target's unit.

    Returns
    -------
    DataFrame
        One row per measure of ``MEASURES``: ``name``, ``label``, ``value``, ``std`` (standard deviation over folds,
        ``ddof=0``; NaN where rows were tested once), ``always_mean`` (the baseline's, where it was tested on as many
        folds) and ``always_median`` (the same answer for every row of a fold, taken from the other tested rows; by
        time from the earlier ones, so the first stretch has none), ``better``.

    Raises
    ------
    NotPossible
        Classes are predicted.
    NotFound
        The candidate has no finished fold.
    """
    folds = _folds(evaluation, key)
    pairs = [(actual, prediction + added) for actual, prediction in folds]
    baseline = evaluation.baseline()
    means = _folds(evaluation, baseline.key) if baseline is not None and baseline.folds else []
    if len(means) != len(folds):
        means = _constants(folds, evaluation.spec.split, np.mean)
    medians = _constants(folds, evaluation.spec.split, np.median)
    rows = []
    for measure in MEASURES:
        mean, std = mean_and_std([measure.of(*pair) for pair in pairs])
        guessed = (mean_and_std([measure.of(*pair) for pair in each])[0] for each in (means, medians))
        rows.append((measure.name, measure.label, mean, std, *guessed, measure.better))
    return pd.DataFrame(rows, columns=["name", "label", "value", "std", "always_mean", "always_median", "better"])


def _folds(evaluation: Evaluation, key: str) -> list[Pair]:
    """Return actual values and predictions, fold by fold."""
    amount_errors(evaluation, key)  # says why where that cannot be
    done = sorted((one for one in evaluation.fold_scores if one.candidate == key), key=lambda one: one.fold)
    return [(np.asarray(one.actual, dtype=float), np.asarray(one.predicted, dtype=float)) for one in done]


def _constants(folds: list[Pair], split: SplitSpec, of: Callable[[np.ndarray], float]) -> list[Pair]:
    """Return actual values, fold by fold, with a figure of those of the other parts that rows were tested in."""
    found = []
    for start in range(0, len(folds), max(split.folds, 1)):
        drawing = [actual for actual, _ in folds[start : start + split.folds]]
        actual, fold = np.concatenate(drawing), np.repeat(np.arange(len(drawing)), [len(each) for each in drawing])
        part, answers = parts_of(fold, split), np.full(len(actual), np.nan)
        for number in np.unique(part):
            others = others_of(part, number, split)
            if others.any():
                answers[part == number] = of(actual[others])
        known = np.isfinite(answers)
        found += [(actual[rows], answers[rows]) for rows in (known & (fold == one) for one in range(len(drawing)))]
    return [(actual, answers) for actual, answers in found if len(actual)]
