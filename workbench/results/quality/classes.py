"""What the out-of-fold predictions of a classifier say: confusion, ROC, precision and recall."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn import metrics as sklearn_metrics

from workbench.errors import NotPossible
from workbench.results.wording import number, percent, shorten
from workbench.specs import Label
from workbench.training.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Confusion:
    """Rows counted by what they are and what was predicted.

    Parameters
    ----------
    target : str
    labels : tuple of label
        In the order of ``spec.classes``.
    counts : int64 ndarray of shape (n_classes, n_classes)
        ``counts[i, j]``: rows of class ``labels[i]`` that were predicted as ``labels[j]``.
    positive : label, optional
        The class to find, where there are two.
    """

    target: str
    labels: tuple[Label, ...]
    counts: np.ndarray
    positive: Label | None = None

    def frame(self) -> pd.DataFrame:
        """One row per cell: ``actual``, ``predicted``, ``count``, ``share_of_actual`` (of the rows of that class,
        how many were predicted so), ``share_of_predicted`` (of the rows predicted so, how many are of that class;
        NaN where there are none) and ``per_1000`` rows."""
        n_classes = len(self.labels)
        counts = self.counts.astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            of_actual = counts / counts.sum(axis=1, keepdims=True)
            of_predicted = counts / counts.sum(axis=0, keepdims=True)
            per_1000 = 1000 * counts / counts.sum()
        return pd.DataFrame(
            {
                "actual": [label for label in self.labels for _ in range(n_classes)],
                "predicted": list(self.labels) * n_classes,
                "count": self.counts.ravel(),
                "share_of_actual": of_actual.ravel(),
                "share_of_predicted": of_predicted.ravel(),
                "per_1000": per_1000.ravel(),
            }
        )

    @property
    def right(self) -> int:
        """Rows whose class was predicted."""
        return int(np.trace(self.counts))

    def finding(self) -> str:
        """The result in one sentence."""
        total = int(self.counts.sum())
        if not total:
            return "No row has been predicted yet"
        actual = self.counts.sum(axis=1)
        most = int(actual.argmax())
        told = (
            f"The right “{shorten(self.target)}” for {self.right:,} of {total:,} rows ({percent(self.right / total)}); "
            f"always saying “{shorten(self.labels[most], 24)}” would be right for {int(actual[most]):,} "
            f"({percent(actual[most] / total)})"
        )
        if self.positive not in self.labels:
            return told
        sought = self.labels.index(self.positive)
        found = f"{int(self.counts[sought, sought]):,} of the {int(actual[sought]):,}"
        return f"{told}; finds {found} “{shorten(self.positive, 24)}”"


def confusion(evaluation: Evaluation, key: str) -> Confusion:
    """Count the out-of-fold predictions of ``key``, as the model gives them, against the actual classes."""
    frame = class_predictions(evaluation, key)
    codes = {label: position for position, label in enumerate(evaluation.spec.classes)}
    counts = np.zeros((len(codes), len(codes)), dtype=np.int64)
    np.add.at(counts, (frame["actual"].map(codes).to_numpy(), frame["prediction"].map(codes).to_numpy()), 1)
    spec = evaluation.spec
    return Confusion(spec.target, tuple(spec.classes), counts, spec.positive)


def rows_of_cell(evaluation: Evaluation, key: str, actual: Label, predicted: Label) -> np.ndarray:
    """Return the index labels of the held-out rows of one class that were predicted as another, or as itself."""
    rows = class_predictions(evaluation, key)
    return rows.loc[(rows["actual"] == actual) & (rows["prediction"] == predicted), "row"].to_numpy()


@dataclass(frozen=True, eq=False)
class Curve:
    """One class against the rest: a curve over all thresholds.

    Parameters
    ----------
    label : label
        The class that counts as found.
    x, y, thresholds : float64 ndarray of shape (n_points,)
        A row counts as found where its probability is at least the threshold.
    area : float
        Area under the ROC curve, or the average precision.
    share : float
        Share of the rows that are of the class.
    """

    label: Label
    x: np.ndarray
    y: np.ndarray
    thresholds: np.ndarray
    area: float
    share: float


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of a candidate: one for the positive class, or one per class where there are more than two."""

    kind: str  # "roc" or "precision_recall"
    target: str
    curves: tuple[Curve, ...]

    def frame(self) -> pd.DataFrame:
        """Points of all curves: ``class``, ``threshold`` and ``false_positive_rate``, ``true_positive_rate`` or
        ``recall``, ``precision``."""
        x, y = ("false_positive_rate", "true_positive_rate") if self.kind == "roc" else ("recall", "precision")
        columns = ["class", x, y, "threshold"]
        frames = [
            pd.DataFrame({"class": curve.label, x: curve.x, y: curve.y, "threshold": curve.thresholds}, columns=columns)
            for curve in self.curves
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def finding(self) -> str:
        """The result in one sentence."""
        if not self.curves:
            return f"No curve: every row seen so far has the same “{shorten(self.target)}”"
        weakest = min(self.curves, key=lambda curve: curve.area - (0.5 if self.kind == "roc" else curve.share))
        name = f"{shorten(self.target)} = {shorten(weakest.label, 24)}"
        if self.kind == "roc":
            told = f"ranked above a row without it in {percent(weakest.area)} of pairs"
            prefix = "A row with" if len(self.curves) == 1 else "Hardest to tell apart: a row with"
            return f"{prefix} {name} is {told}"
        prefix = "" if len(self.curves) == 1 else "Hardest to find: "
        area, share = number(weakest.area, 3), number(weakest.share, 3)  # as many digits as tables have
        return f"{prefix}{name}, average precision {area}; picking at random {share}"


def roc_curve(evaluation: Evaluation, key: str) -> Curves:
    """ROC curves from pooled out-of-fold probabilities; a class that no row has, or all have, is left out."""

    def curve(label: Label, actual: np.ndarray, probability: np.ndarray) -> Curve:
        x, y, thresholds = sklearn_metrics.roc_curve(actual, probability)
        return Curve(label, x, y, thresholds, float(sklearn_metrics.auc(x, y)), float(actual.mean()))

    return Curves("roc", evaluation.spec.target, _per_class(evaluation, key, curve))


def precision_recall_curve(evaluation: Evaluation, key: str) -> Curves:
    """Precision and recall over all thresholds, from pooled out-of-fold probabilities, and average precision."""

    def curve(label: Label, actual: np.ndarray, probability: np.ndarray) -> Curve:
        precision, recall, thresholds = sklearn_metrics.precision_recall_curve(actual, probability)
        area = float(sklearn_metrics.average_precision_score(actual, probability))
        return Curve(label, recall, precision, np.append(thresholds, np.inf), area, float(actual.mean()))

    return Curves("precision_recall", evaluation.spec.target, _per_class(evaluation, key, curve))


def _per_class(evaluation: Evaluation, key: str, curve) -> tuple[Curve, ...]:
    frame = class_predictions(evaluation, key)
    spec = evaluation.spec
    curves = []
    for label in [spec.positive] if spec.task == "binary" else spec.classes:
        actual = (frame["actual"] == label).to_numpy()
        if actual.any() and not actual.all():
            curves.append(curve(label, actual, frame[f"probability_{label}"].to_numpy()))
    return tuple(curves)


def class_predictions(evaluation: Evaluation, key: str) -> pd.DataFrame:
    """Return ``Evaluation.out_of_fold``; NotPossible where amounts are predicted."""
    if evaluation.spec.task == "regression":
        raise NotPossible(
            f"“{evaluation.spec.target}” is predicted as a number, so there are no classes to compare.",
            "Look at predicted against actual instead.",
        )
    return evaluation.out_of_fold(key)
