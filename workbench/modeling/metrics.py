"""The metrics on offer: what each says in a sentence, which way is better, and scikit-learn's own value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn import metrics as sk

from workbench.errors import NotPossible
from workbench.modeling.kinds import TargetRange
from workbench.specs import ExperimentSpec, Task

CLASSES: tuple[Task, ...] = ("binary", "multiclass")
Needs = Literal["probability", "label", "value"]


@dataclass(frozen=True)
class Answers:
    """What a fold's scoring has to go by.

    Parameters
    ----------
    actual, predicted : ndarray of shape (n_rows,)
    probabilities : ndarray of shape (n_rows, n_classes) or None
        Columns in the order of ``classes``.
    classes : tuple of label
        Sorted, all classes of the experiment, also those absent from this fold.
    positive : label or None
        Binary tasks only.
    """

    actual: np.ndarray
    predicted: np.ndarray
    probabilities: np.ndarray | None
    classes: tuple
    positive: object

    @property
    def found(self) -> np.ndarray:
        """Whether each row truly is of the positive class."""
        return np.asarray(self.actual) == self.positive

    @property
    def chance(self) -> np.ndarray:
        """Predicted probability of the positive class."""
        return self.probabilities[:, self.classes.index(self.positive)]


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


def _roc_auc(answers):
    if answers.positive is None:
        return _one_against_rest(answers)
    if answers.found.all() or not answers.found.any():
        return float("nan")  # not defined with a single class
    return sk.roc_auc_score(answers.found, answers.chance)


def _one_against_rest(answers):
    """Mean over the classes present, each against the rest, weighted by how frequent they are (Fawcett 2006)."""
    areas, weights = [], []
    for position, label in enumerate(answers.classes):
        found = answers.actual == label
        if found.any() and not found.all():
            areas.append(sk.roc_auc_score(found, answers.probabilities[:, position]))
            weights.append(found.sum())
    return float(np.average(areas, weights=weights)) if areas else float("nan")


def _average_precision(answers):
    if not answers.found.any():
        return 0.0  # scikit-learn's own figure, without its warning
    return sk.average_precision_score(answers.found, answers.chance)


def _log_loss(answers):
    return sk.log_loss(answers.actual, answers.probabilities, labels=list(answers.classes))


def _balanced_accuracy(answers):
    # Mean recall over the classes present: scikit-learn's own figure without its warning about absent ones.
    labels = [label for label in answers.classes if (answers.actual == label).any()]
    return sk.recall_score(answers.actual, answers.predicted, labels=labels, average="macro", zero_division=0.0)


def _f1(answers):
    if answers.positive is None:
        return sk.f1_score(
            answers.actual, answers.predicted, labels=list(answers.classes), average="macro", zero_division=0.0
        )
    return sk.f1_score(answers.found, answers.predicted == answers.positive, zero_division=0.0)


def _r2(answers):
    return sk.r2_score(answers.actual, answers.predicted) if len(answers.actual) > 1 else float("nan")


def _poisson_deviance(answers):
    if not ((answers.actual >= 0).all() and (answers.predicted > 0).all()):
        return float("nan")
    return sk.mean_poisson_deviance(answers.actual, answers.predicted)


def _gamma_deviance(answers):
    if not ((answers.actual > 0).all() and (answers.predicted > 0).all()):
        return float("nan")
    return sk.mean_gamma_deviance(answers.actual, answers.predicted)


METRICS: tuple[MetricKind, ...] = (
    MetricKind(
        "roc_auc",
        "ROC AUC",
        "How well the ranking works: the chance that a row of the class you look for is ranked above one that is not. "
        "0.5 is guessing, 1 is perfect.",
        CLASSES,
        "probability",
        True,
        _roc_auc,
    ),
    MetricKind(
        "average_precision",
        "average precision",
        "How pure the top of the ranking is, averaged over all cut-offs; guessing gives the share of the class.",
        ("binary",),
        "probability",
        True,
        _average_precision,
    ),
    MetricKind(
        "log_loss",
        "log loss",
        "How far the predicted probabilities are from what happened; confident mistakes cost most. 0 is perfect.",
        CLASSES,
        "probability",
        False,
        _log_loss,
    ),
    MetricKind(
        "accuracy",
        "accuracy",
        "The share of rows predicted right. Misleading where one class is rare: always saying the frequent one looks "
        "good.",
        CLASSES,
        "label",
        True,
        lambda answers: sk.accuracy_score(answers.actual, answers.predicted),
    ),
    MetricKind(
        "balanced_accuracy",
        "balanced accuracy",
        "The share predicted right within each class, averaged over the classes, so that rare ones count as much.",
        CLASSES,
        "label",
        True,
        _balanced_accuracy,
    ),
    MetricKind(
        "f1",
        "F1",
        "Balance of two shares: how many of those called are right, and how many of those wanted are called.",
        CLASSES,
        "label",
        True,
        _f1,
    ),
    MetricKind(
        "rmse",
        "RMSE",
        "Typical size of the error, in the unit of what is predicted; large errors weigh more.",
        ("regression",),
        "value",
        False,
        lambda answers: sk.root_mean_squared_error(answers.actual, answers.predicted),
        in_target_units=True,
    ),
    MetricKind(
        "mae",
        "mean absolute error",
        "How far predictions are off on average, in the unit of what is predicted.",
        ("regression",),
        "value",
        False,
        lambda answers: sk.mean_absolute_error(answers.actual, answers.predicted),
        in_target_units=True,
    ),
    MetricKind(
        "median_absolute_error",
        "median absolute error",
        "Half of the predictions are off by less than this; a few extreme errors do not change it.",
        ("regression",),
        "value",
        False,
        lambda answers: sk.median_absolute_error(answers.actual, answers.predicted),
        in_target_units=True,
    ),
    MetricKind(
        "r2",
        "R²",
        "The share of the ups and downs that is explained: 1 is perfect, 0 is as good as always saying the mean.",
        ("regression",),
        "value",
        True,
        _r2,
    ),
    MetricKind(
        "poisson_deviance",
        "mean Poisson deviance",
        "For counts: how far predictions are off, measured against how much counts of that size vary. 0 is perfect.",
        ("regression",),
        "value",
        False,
        _poisson_deviance,
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
        _gamma_deviance,
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
        lambda answers: sk.mean_pinball_loss(answers.actual, answers.predicted, alpha=0.1),
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
        lambda answers: sk.mean_pinball_loss(answers.actual, answers.predicted, alpha=0.9),
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
