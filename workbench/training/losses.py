"""What a blend of predictions is chosen by: a loss that is smooth enough to climb down, and quick enough to ask often.

The run's metric where it looks at probabilities or values; log loss where it looks at labels, which a small change of
weights does not change, and the root mean squared error for R².
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbench.specs import ExperimentSpec

SMALLEST_CHANCE = 1e-15  # as scikit-learn's log loss; no prediction costs infinitely much
FAR = 50.0  # interquartile ranges
Loss = Callable[[np.ndarray], float]


def loss_for(spec: ExperimentSpec, actual: np.ndarray) -> Loss:
    """Return the loss, smaller is better, of predictions for the rows ``actual``.

    It takes values of shape (n_rows,) for regression, else probabilities of shape (n_rows, n_classes).
    """
    if spec.task == "regression":
        return _of_values(spec.metric, np.asarray(actual, dtype=np.float64))
    codes = class_codes(spec, actual)
    if spec.metric == "roc_auc" and len(np.unique(codes)) > 1:
        if spec.task == "binary":
            at = list(spec.classes).index(spec.positive)
            return lambda chances: 1.0 - roc_auc(codes == at, chances[:, at])
        return _of_each_class(codes, len(spec.classes))
    if spec.metric == "average_precision" and spec.task == "binary":
        at = list(spec.classes).index(spec.positive)
        return lambda chances: 1.0 - average_precision(codes == at, chances[:, at])
    rows = np.arange(len(codes))
    return lambda chances: float(-np.log(np.maximum(chances[rows, codes], SMALLEST_CHANCE)).mean())


def typical(spec: ExperimentSpec, actual: np.ndarray) -> np.ndarray:
    """Return which rows may decide between candidates: all but numbers that are absurdly far from the others.

    One price of 11,111,111 among thousands decides a squared error by itself, and by luck, since no candidate
    predicts it. Far is fifty times the interquartile range from the median; Tukey (Exploratory Data Analysis, 1977)
    calls three times "far out", so what is merely rare stays. The scores that are shown are of all rows.

    >>> typical(ExperimentSpec.model_construct(task="regression"), np.array([1.0, 2.0, 3.0, 4.0, 1e6])).tolist()
    [True, True, True, True, False]
    """
    if spec.task != "regression" or not len(actual):
        return np.ones(len(actual), dtype=bool)
    low, middle, high = np.quantile(np.asarray(actual, dtype=np.float64), [0.25, 0.5, 0.75])
    return np.abs(actual - middle) <= FAR * (high - low) if high > low else np.ones(len(actual), dtype=bool)


def class_codes(spec: ExperimentSpec, actual: np.ndarray) -> np.ndarray:
    """Return the place of each label in ``spec.classes``."""
    places = {label: place for place, label in enumerate(spec.classes)}
    codes, labels = pd.factorize(np.asarray(actual))  # by hashing; np.unique would sort, ten times as long for words
    known = [places[label.item() if isinstance(label, np.generic) else label] for label in labels]
    return np.array(known, dtype=np.int64)[codes]


def roc_auc(found: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under the ROC curve: scikit-learn's own figure, by ranks (Hanley and McNeil 1982), in a fifth
    of its time.

    >>> roc_auc(np.array([True, False, True]), np.array([0.7, 0.4, 0.4]))
    0.75
    """
    order = np.argsort(scores)
    ordered = scores[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    sizes = np.diff(np.append(-1, ends))
    middle = ends - (sizes - 1) / 2  # equal scores share their mean rank
    positives = np.diff(np.append(0, np.cumsum(found[order])[ends]))
    n_found = int(found.sum())
    below = float((positives * middle).sum()) - n_found * (n_found - 1) / 2
    return below / (n_found * (len(found) - n_found))


def average_precision(found: np.ndarray, scores: np.ndarray) -> float:
    """Return the average precision: scikit-learn's own figure.

    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.5, 0.4])).__round__(6)
    0.833333
    """
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(found[order])[ends]
    if not hits[-1]:
        return 0.0
    return float((np.diff(np.append(0, hits)) * hits / (ends + 1)).sum() / hits[-1])


def _of_each_class(codes: np.ndarray, n_classes: int) -> Loss:
    present = [at for at in range(n_classes) if (codes == at).any() and not (codes == at).all()]
    sizes = [int((codes == at).sum()) for at in present]

    def loss(chances):
        return 1.0 - float(np.average([roc_auc(codes == at, chances[:, at]) for at in present], weights=sizes))

    return loss


def _of_values(metric: str, actual: np.ndarray) -> Loss:
    if metric in ("mae", "median_absolute_error"):
        return lambda values: float(np.abs(values - actual).mean())
    return lambda values: float(np.sqrt(np.square(values - actual).mean()))
