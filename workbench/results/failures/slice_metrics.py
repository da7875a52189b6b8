"""The metrics that can be taken of any group of rows: means over rows, and the main metric of a run."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sklearn
from scipy import stats

from workbench.modeling import metrics
from workbench.results.failures.row_errors import MEASURES, MeasureKind, baseline_of, measures_for
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import Evaluation

SAME_AS = {"log_loss": "log_loss", "accuracy": "wrong", "mae": "absolute"}  # metrics that a measure says already


def slice_metrics(spec: ExperimentSpec) -> dict[str, str]:
    """Return the metrics that slices can show, name to label: means over rows, and the main metric of the run."""
    kinds = {kind.name: kind.label for kind in measures_for(spec.task)}
    if spec.metric not in SAME_AS:
        kinds[spec.metric] = metrics.metric(spec.metric).label
    return kinds


@dataclass(frozen=True, eq=False)
class Scored:
    """A metric that can be taken of any rows, given by their positions."""

    label: str
    sentence: str
    unit: str
    higher_is_better: bool
    value: Callable[[np.ndarray], float]
    baseline: Callable[[np.ndarray], float] | None
    errors: np.ndarray | None = None  # of each row, where the metric is their mean
    share: bool = False


def _means() -> dict[str, MeasureKind]:
    return {kind.name: kind for kind in MEASURES}


def scored_by(name: str, evaluation: Evaluation, rows: pd.DataFrame) -> Scored:
    """Return a metric of predictions, and of the baseline's for the same rows where there are such.

    Parameters
    ----------
    name : str
        As in :func:`slice_metrics`.
    evaluation : Evaluation
    rows : DataFrame
        Predictions as ``Evaluation.out_of_fold`` gives them; positions are those in this frame.
    """
    make = _mean_of if name in _means() else _metric_of
    return make(name, rows, evaluation.spec, evaluation)


def _mean_of(name, rows, spec, evaluation) -> Scored:
    kind = _means()[name]
    errors = kind.values(rows, spec)
    guesses = baseline_of(evaluation, rows["row"])
    guessed = None if guesses is None else kind.values(guesses, spec)
    return Scored(
        kind.label,
        kind.sentence,
        kind.unit(spec),
        False,
        lambda at: float(errors[at].mean()),
        None if guessed is None else lambda at: float(guessed[at].mean()),
        errors,
        kind.share,
    )


def _metric_of(name, rows, spec, evaluation) -> Scored:
    kind = metrics.metric(name)
    guesses = baseline_of(evaluation, rows["row"])
    unit = spec.target_column.unit if kind.in_target_units else ""
    better = (
        "" if "better" in kind.sentence else " Higher is better." if kind.greater_is_better else " Lower is better."
    )
    return Scored(
        kind.label,
        kind.sentence + better,
        unit,
        kind.greater_is_better,
        _scorer(kind, rows, spec),
        None if guesses is None else _scorer(kind, guesses, spec),
    )


def _scorer(kind, rows, spec) -> Callable[[np.ndarray], float]:
    """Return a function that takes a metric of rows; with classes as numbers, which scikit-learn compares sooner."""
    place = {label: position for position, label in enumerate(spec.classes)}
    actual, predicted, chances = rows["actual"].to_numpy(), rows["prediction"].to_numpy(), None
    if spec.classes:
        actual, predicted = (np.array([place[label] for label in side.tolist()]) for side in (actual, predicted))
        chances = rows[[f"probability_{label}" for label in spec.classes]].to_numpy()
    codes, sought = tuple(range(len(spec.classes))), place.get(spec.positive)

    if kind.name == "rmse":
        return lambda at: float(np.sqrt(np.square(actual[at] - predicted[at]).mean()))
    if kind.name == "roc_auc":
        sought_ones = [sought] if sought is not None else codes
        return lambda at: _area(actual[at], chances[at], sought_ones)

    def value(at: np.ndarray) -> float:
        with sklearn.config_context(skip_parameter_validation=True, assume_finite=True), np.errstate(all="ignore"):
            return kind.score(actual[at], predicted[at], None if chances is None else chances[at], codes, sought)

    return value


def _area(actual: np.ndarray, chances: np.ndarray, sought) -> float:
    """ROC AUC by ranks, a tenth of the time of scikit-learn's; of several classes as ``metrics`` averages them."""
    areas, weights = [], []
    for position in sought:
        found = actual == position
        n_found = int(found.sum())
        if 0 < n_found < len(found):
            ranks = stats.rankdata(chances[:, position])
            above = ranks[found].sum() - n_found * (n_found + 1) / 2
            areas.append(above / n_found / (len(found) - n_found))
            weights.append(n_found)
    return float(np.average(areas, weights=weights)) if areas else math.nan
