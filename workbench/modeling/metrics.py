"""The metrics on offer: what each says in a sentence, which way is better, and scikit-learn's own value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.errors import NotPossible
from workbench.modeling.kinds import TargetRange
from workbench.runtime.learning.metrics import VALUES, Answers
from workbench.specs import ExperimentSpec, Task

CLASSES: tuple[Task, ...] = ("binary", "multiclass")
Needs = Literal["probability", "label", "value"]


@dataclass(frozen=True)
class MetricKind:
    """One way to measure how good predictions are, in its natural sign.

    Attributes
    ----------
    name, label, sentence : str
        Key, short name, and what it says for a person who does not know the field.
    tasks : tuple of str
    needs : {"probability", "label", "value"}
        What it looks at.
    greater_is_better : bool
    value : callable(Answers) -> float
        Equal to scikit-learn's own figure; NaN where the metric is not defined (one class in the fold, a predicted
        count that is not above zero).
    in_target_units : bool
        Measured in the unit of the target column.
    special : bool
        Computed only where it is the main metric: it means something for some targets and predictions only.
    target_range : {"any", "zero or more", "above zero"}
        Outcomes for which it is defined.
    """

    name: str
    label: str
    sentence: str
    tasks: tuple[Task, ...]
    needs: Needs
    greater_is_better: bool
    value: Callable[[Answers], float]
    in_target_units: bool = False
    special: bool = False
    target_range: TargetRange = "any"

    @property
    def higher_is_better(self) -> bool:
        return self.greater_is_better

    def score(self, actual, predicted, probabilities=None, classes=(), positive=None) -> float:
        """Return the metric of these predictions."""
        return float(self.value(Answers(np.asarray(actual), predicted, probabilities, tuple(classes), positive)))


METRICS: tuple[MetricKind, ...] = (
    MetricKind(
        "roc_auc",
        "ROC AUC",
        "How well the ranking works: the chance that a row of the class you look for is ranked above one that is not. "
        "0.5 is guessing, 1 is perfect.",
        CLASSES,
        "probability",
        True,
        VALUES["roc_auc"],
    ),
    MetricKind(
        "average_precision",
        "average precision",
        "How pure the top of the ranking is, averaged over all cut-offs; guessing gives the share of the class.",
        ("binary",),
        "probability",
        True,
        VALUES["average_precision"],
    ),
    MetricKind(
        "log_loss",
        "log loss",
        "How far the predicted probabilities are from what happened; confident mistakes cost most. 0 is perfect.",
        CLASSES,
        "probability",
        False,
        VALUES["log_loss"],
    ),
    MetricKind(
        "accuracy",
        "accuracy",
        "The share of rows predicted right. Misleading where one class is rare: always saying the frequent one looks "
        "good.",
        CLASSES,
        "label",
        True,
        VALUES["accuracy"],
    ),
    MetricKind(
        "balanced_accuracy",
        "balanced accuracy",
        "The share predicted right within each class, averaged over the classes, so that rare ones count as much.",
        CLASSES,
        "label",
        True,
        VALUES["balanced_accuracy"],
    ),
    MetricKind(
        "f1",
        "F1",
        "Balance of two shares: how many of those called are right, and how many of those wanted are called.",
        CLASSES,
        "label",
        True,
        VALUES["f1"],
    ),
    MetricKind(
        "rmse",
        "RMSE",
        "Typical size of the error, in the unit of what is predicted; large errors weigh more.",
        ("regression",),
        "value",
        False,
        VALUES["rmse"],
        in_target_units=True,
    ),
    MetricKind(
        "mae",
        "mean absolute error",
        "How far predictions are off on average, in the unit of what is predicted.",
        ("regression",),
        "value",
        False,
        VALUES["mae"],
        in_target_units=True,
    ),
    MetricKind(
        "median_absolute_error",
        "median absolute error",
        "Half of the predictions are off by less than this; a few extreme errors do not change it.",
        ("regression",),
        "value",
        False,
        VALUES["median_absolute_error"],
        in_target_units=True,
    ),
    MetricKind(
        "r2",
        "R²",
        "The share of the ups and downs that is explained: 1 is perfect, 0 is as good as always saying the mean.",
        ("regression",),
        "value",
        True,
        VALUES["r2"],
    ),
    MetricKind(
        "poisson_deviance",
        "mean Poisson deviance",
        "For counts: how far predictions are off, measured against how much counts of that size vary. 0 is perfect.",
        ("regression",),
        "value",
        False,
        VALUES["poisson_deviance"],
        special=True,
        target_range="zero or more",
    ),
    MetricKind(
        "gamma_deviance",
        "mean gamma deviance",
        "For amounts above zero: how far predictions are off by ratio; twice as much costs the same for any size.",
        ("regression",),
        "value",
        False,
        VALUES["gamma_deviance"],
        special=True,
        target_range="above zero",
    ),
    MetricKind(
        "pinball_10",
        "pinball loss at 10 %",
        "For predictions that one row in ten should lie below: being too high costs nine times as much as too low.",
        ("regression",),
        "value",
        False,
        VALUES["pinball_10"],
        in_target_units=True,
        special=True,
    ),
    MetricKind(
        "pinball_90",
        "pinball loss at 90 %",
        "For predictions that nine rows in ten should lie below: being too low costs nine times as much as too high.",
        ("regression",),
        "value",
        False,
        VALUES["pinball_90"],
        in_target_units=True,
        special=True,
    ),
)
MAIN_METRICS: dict[Task, str] = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def metric(name: str) -> MetricKind:
    """Return the metric called ``name``; NotPossible, naming those there are, where there is none."""
    for kind in METRICS:
        if kind.name == name:
            return kind
    raise NotPossible(f"There is no metric called “{name}”.", f"There are: {', '.join(kind.name for kind in METRICS)}.")


def main_metric(task: Task) -> str:
    """Return the metric that decides unless another one is chosen."""
    return MAIN_METRICS[task]


def suited(task: Task) -> tuple[MetricKind, ...]:
    """Return the metrics that fit ``task``, in the order shown."""
    return tuple(kind for kind in METRICS if task in kind.tasks)


def scored(spec: ExperimentSpec) -> tuple[MetricKind, ...]:
    """Return the metrics that every candidate of a run has, in the order shown."""
    return tuple(kind for kind in suited(spec.task) if not kind.special or kind.name == spec.metric)


def score_all(spec: ExperimentSpec, actual, predicted, probabilities) -> dict[str, float]:
    """Return every metric of :func:`scored`, by name.

    Parameters
    ----------
    spec : ExperimentSpec
    actual, predicted : ndarray of shape (n_rows,)
    probabilities : ndarray of shape (n_rows, n_classes) or None
        Columns in the order of ``spec.classes``.
    """
    answers = Answers(np.asarray(actual), np.asarray(predicted), probabilities, tuple(spec.classes), spec.positive)
    return {kind.name: float(kind.value(answers)) for kind in scored(spec)}
