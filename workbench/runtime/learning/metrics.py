"""What predictions are measured by; each is scikit-learn's own figure. Words for them are in ``modeling.metrics``."""

from dataclasses import dataclass

import numpy as np
from sklearn import metrics as sk


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


# Name to the function that measures it on :class:`Answers`.
VALUES = {
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "log_loss": _log_loss,
    "accuracy": lambda answers: sk.accuracy_score(answers.actual, answers.predicted),
    "balanced_accuracy": _balanced_accuracy,
    "f1": _f1,
    "rmse": lambda answers: sk.root_mean_squared_error(answers.actual, answers.predicted),
    "mae": lambda answers: sk.mean_absolute_error(answers.actual, answers.predicted),
    "median_absolute_error": lambda answers: sk.median_absolute_error(answers.actual, answers.predicted),
    "r2": _r2,
    "poisson_deviance": _poisson_deviance,
    "gamma_deviance": _gamma_deviance,
    "pinball_10": lambda answers: sk.mean_pinball_loss(answers.actual, answers.predicted, alpha=0.1),
    "pinball_90": lambda answers: sk.mean_pinball_loss(answers.actual, answers.predicted, alpha=0.9),
}
GREATER_IS_BETTER = frozenset({"roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1", "r2"})
