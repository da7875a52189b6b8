"""Errors of predicted amounts in units and in percent, beside answering the same for every row."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from workbench.results.deciding.amount_costs import AmountErrors
from workbench.results.deciding.held_out_parts import others_of

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
        "Mean absolute error: the distance from the actual value, the mean over all rows.",
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
        "The mean of the difference over all rows: above 0 predictions are too low on average, below 0 too high.",
        "zero",
        False,
        lambda actual, prediction: float(np.mean(actual - prediction)),
    ),
)


def amount_measures(errors: AmountErrors) -> pd.DataFrame:
    """Compare a candidate with answering the mean or the median for every row.

    Returns
    -------
    DataFrame
        One row per measure of ``MEASURES``: ``name``, ``label``, ``value`` (of all held-out rows), ``std`` (standard
        deviation over folds, ``ddof=0``; NaN where rows were tested once), ``always_mean`` and ``always_median`` (the
        same answer for every row of a part, taken from the other parts), ``better``.
    """
    actual, prediction = (errors.rows[name].to_numpy(dtype=float) for name in ("actual", "prediction"))
    fold = errors.rows["fold"].to_numpy()
    folds = np.unique(fold)
    constants = {name: _constant(errors, actual, of) for name, of in (("mean", np.mean), ("median", np.median))}
    rows = []
    for measure in MEASURES:
        per_fold = [measure.of(actual[fold == one], prediction[fold == one]) for one in folds]
        known = {name: np.isfinite(values) for name, values in constants.items()}
        guessed = {
            name: measure.of(actual[known[name]], values[known[name]]) if known[name].any() else math.nan
            for name, values in constants.items()
        }
        rows.append(
            {
                "name": measure.name,
                "label": measure.label,
                "value": measure.of(actual, prediction),
                "std": float(np.std(per_fold)) if len(folds) > 1 else math.nan,
                "always_mean": guessed["mean"],
                "always_median": guessed["median"],
                "better": measure.better,
            }
        )
    return pd.DataFrame(rows)


def _constant(errors: AmountErrors, actual: np.ndarray, of: Callable[[np.ndarray], float]) -> np.ndarray:
    """Return, for each row, a figure of the actual values of the other parts; NaN where there is no other part."""
    found = np.full(len(actual), np.nan)
    for number in np.unique(errors.part):
        others = others_of(errors.part, number, errors.split)
        if others.any():
            found[errors.part == number] = of(actual[others])
    return found
