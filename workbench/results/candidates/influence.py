"""How much each tested row moves a score: from it follows how far other rows would have moved it.

If every row counted ``1 + e`` instead of 1, with small ``e`` of its own, a score would change by the sum of ``e`` times
the row's influence. Its standard error is the root of the sum of the squared influences, and that of a difference of
two scores the same for the difference of their influences, row by row: rows that are hard for both cancel.

References
----------
Efron, Nonparametric estimates of standard error: the jackknife, the bootstrap and other methods, Biometrika 68, 1981
(the infinitesimal jackknife). DeLong, DeLong, Clarke-Pearson, Biometrics 44, 1988 (the same for areas under the curve).
"""

from collections.abc import Callable

import numpy as np

from workbench.modeling import metrics
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import FoldScore
from workbench.training.losses import class_codes

SMALLEST_CHANCE = float(np.finfo(np.float64).eps)  # as scikit-learn's log loss takes a probability of 0
PARTS = 50  # left out one after the other where there is no formula


def influence(spec: ExperimentSpec, score: FoldScore, metric: str | None = None) -> np.ndarray:
    """Return how much each row of a tested part moves a metric there.

    Parameters
    ----------
    spec : ExperimentSpec
    score : FoldScore
    metric : str, optional
        Default the main one.

    Returns
    -------
    float ndarray of shape (n_rows,)
        In the metric's unit; adds up to 0. NaN where the metric is not defined.
    """
    name = metric or spec.metric
    formula = INFLUENCES.get(name)
    with np.errstate(all="ignore"):
        if formula is None:
            return _without_parts(spec, score, name)
        if spec.task == "regression":
            return formula(np.asarray(score.actual, dtype=np.float64), np.asarray(score.predicted, dtype=np.float64))
        return formula(
            class_codes(spec, score.actual),
            class_codes(spec, score.predicted),
            score.probabilities,
            None if spec.positive is None else list(spec.classes).index(spec.positive),
        )


def _of_mean(losses: np.ndarray) -> np.ndarray:
    return (losses - losses.mean()) / len(losses)


def _area(found: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Of the area under the ROC curve: how each row's rank among the others differs from the mean rank."""
    yes, no = np.sort(chance[found]), np.sort(chance[~found])
    pulls = np.empty(len(chance))
    for mine, others, above in ((found, no, True), (~found, yes, False)):
        below, upto = (np.searchsorted(others, chance[mine], side) for side in ("left", "right"))
        share = (below + upto) / 2 / len(others)
        pulls[mine] = _of_mean(share if above else 1 - share)
    return pulls


def _roc_auc(codes, predicted, chances, positive):
    if positive is not None:
        found = codes == positive
        undefined = found.all() or not found.any()
        return np.full(len(codes), np.nan) if undefined else _area(found, chances[:, positive])
    counts = np.bincount(codes, minlength=chances.shape[1])
    present = np.flatnonzero((counts > 0) & (counts < len(codes)))
    if not len(present):
        return np.full(len(codes), np.nan)
    areas, pulls = np.zeros(chances.shape[1]), np.zeros(len(codes))
    for at in present:
        areas[at] = metrics.metric("roc_auc").score(codes == at, None, chances[:, [at, at]], (False, True), True)
        pulls += counts[at] / counts[present].sum() * _area(codes == at, chances[:, at])
    # A row also makes its class count more in the mean over classes.
    mean = float(np.average(areas[present], weights=counts[present]))
    return pulls + (areas[codes] - mean) / len(codes)


def _average_precision(codes, predicted, chances, positive):
    found, chance = codes == positive, chances[:, positive]
    if not found.any():
        return np.zeros(len(codes))
    order = np.argsort(-chance, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(order) - 1)
    step = np.searchsorted(ends, np.arange(len(order)))  # equal probabilities are one step
    hits, taken = np.cumsum(found[order])[ends], ends + 1.0
    precision, new = hits / taken, np.diff(hits, prepend=0)
    whole = float((precision * new).sum())
    # A row counts in the precision of its own step and of all below it.
    if_found = np.cumsum((new * (1 - precision) / taken)[::-1])[::-1]
    if_not = np.cumsum((new * -precision / taken)[::-1])[::-1]
    mine = np.where(found[order], precision[step] - whole / hits[-1] + if_found[step], if_not[step])
    pulls = np.empty(len(order))
    pulls[order] = mine / hits[-1]
    return pulls


def _log_loss(codes, predicted, chances, positive):
    chances = chances / chances.sum(axis=1, keepdims=True)
    mine = np.clip(chances[np.arange(len(codes)), codes], SMALLEST_CHANCE, 1 - SMALLEST_CHANCE)
    return _of_mean(-np.log(mine))


def _balanced_accuracy(codes, predicted, chances, positive):
    counts = np.bincount(codes)
    recalls = np.bincount(codes, weights=codes == predicted) / counts
    return ((codes == predicted) - recalls[codes]) / counts[codes] / (counts > 0).sum()


def _f1(codes, predicted, chances, positive):
    labels = range(chances.shape[1]) if positive is None else [positive]
    return np.mean([_f1_of(codes == at, predicted == at) for at in labels], axis=0)


def _f1_of(actual: np.ndarray, called: np.ndarray) -> np.ndarray:
    above, below = 2.0 * (actual & called), actual.astype(float) + called
    if not below.any():
        return np.zeros(len(actual))
    return (above - above.sum() / below.sum() * below) / below.sum()


def _rmse(actual, predicted):
    squares = (actual - predicted) ** 2
    root = np.sqrt(squares.mean())
    return _of_mean(squares) / (2 * root) if root else np.zeros(len(actual))


def _r2(actual, predicted):
    left, whole = (actual - predicted) ** 2, (actual - actual.mean()) ** 2
    if not whole.any():
        return np.full(len(actual), np.nan)
    return (whole * left.sum() / whole.sum() - left) / whole.sum()


def _poisson(actual, predicted):
    logs = np.where(actual > 0, actual * np.log(np.where(actual > 0, actual, 1) / predicted), 0.0)
    return _of_mean(2 * (logs - actual + predicted))


def _gamma(actual, predicted):
    return _of_mean(2 * (np.log(predicted / actual) + actual / predicted - 1))


def _pinball(share: float):
    def pulls(actual, predicted):
        off = actual - predicted
        return _of_mean(np.where(off >= 0, share * off, (share - 1) * off))

    return pulls


def _without_parts(spec: ExperimentSpec, score: FoldScore, name: str) -> np.ndarray:
    """Influence without a formula: of parts of the rows, drawn by chance, each left out in turn.

    References
    ----------
    Shao, Wu, A General Theory for Jackknife Variance Estimation, Annals of Statistics 17, 1989: leaving out many rows
    at a time also works where a score moves in steps, as a median does.
    """
    kind, n_rows = metrics.metric(name), len(score.rows)
    if n_rows < 2:  # nothing is left without it, and the sum is 0
        return np.zeros(n_rows)
    part_of = np.random.default_rng(spec.seed).permutation(n_rows) % min(PARTS, n_rows)

    def value(rows):
        chances = None if score.probabilities is None else score.probabilities[rows]
        return kind.score(score.actual[rows], score.predicted[rows], chances, spec.classes, spec.positive)

    values = np.array([value(part_of != part) for part in range(part_of.max() + 1)])
    sizes = np.bincount(part_of)
    # The squares of the rows' influences are to add up to those of the parts.
    pulls = (values.mean() - values) * np.sqrt((1 - sizes / n_rows) / sizes)
    return pulls[part_of]


INFLUENCES: dict[str, Callable] = {
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "log_loss": _log_loss,
    "accuracy": lambda codes, predicted, chances, positive: _of_mean((codes == predicted).astype(float)),
    "balanced_accuracy": _balanced_accuracy,
    "f1": _f1,
    "rmse": _rmse,
    "mae": lambda actual, predicted: _of_mean(np.abs(actual - predicted)),
    "r2": _r2,
    "poisson_deviance": _poisson,
    "gamma_deviance": _gamma,
    "pinball_10": _pinball(0.1),
    "pinball_90": _pinball(0.9),
}
