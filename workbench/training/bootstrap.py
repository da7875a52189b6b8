"""How far a score would move had other rows been drawn: intervals by drawing rows again."""

from collections.abc import Callable

import numpy as np
import sklearn

from workbench.modeling import metrics
from workbench.specs import ExperimentSpec

CONFIDENCE = 0.95
DRAWS = 400
MOST_DRAWN = 5_000  # rows or groups per draw
LEAST_DEFINED = 0.5  # share of the draws on which a metric has to be defined


def score_intervals(
    spec: ExperimentSpec,
    actual: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    *,
    draws: int | None = None,
    on_draw: Callable[[float], None] | None = None,
) -> dict[str, tuple[float, float]]:
    """Return a 95 % interval for each metric of the task, by the bootstrap.

    Parameters
    ----------
    spec : ExperimentSpec
        Task, classes, and the seed: the same one gives the same intervals.
    actual, predicted : ndarray of shape (n_rows,)
    probabilities : ndarray of shape (n_rows, n_classes) or None
        Columns in the order of ``spec.classes``.
    groups : ndarray of shape (n_rows,), optional
        Rows of one group are drawn together, since they are not independent.
    draws : int, optional
        Default ``DRAWS``.
    on_draw : callable(share), optional
        Told, after each draw, the share that is done.

    Returns
    -------
    dict of str to (low, high)
        NaN twice where a metric is not defined on half of the draws or more.

    Notes
    -----
    Percentiles of the scores of rows drawn with replacement. Of more than ``MOST_DRAWN`` rows so many are drawn, and
    the distances from the score shrunk by the root of the share drawn.

    References
    ----------
    Efron, Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 8 (whole units where rows belong
    together). Bickel, Götze, van Zwet, Resampling fewer than n observations, Statistica Sinica 7, 1997.
    """
    draws = draws or DRAWS
    kinds = metrics.scored(spec)
    codes = _codes(spec, actual, predicted)
    score = _scorer(spec, kinds, *codes, probabilities)
    drawn = _draws(len(actual), groups, np.random.default_rng(spec.seed), draws)
    found = np.full((draws, len(kinds)), np.nan)
    # Arguments are the same each time; looking at them again is most of the time of a metric.
    with sklearn.config_context(skip_parameter_validation=True, assume_finite=True), np.errstate(all="ignore"):
        whole = score(np.arange(len(actual)))
        for at, rows in enumerate(drawn):
            found[at] = score(rows)
            if on_draw:
                on_draw((at + 1) / draws)
    shrink = _shrink(len(actual), groups)
    return {
        kind.name: _interval(found[:, at], value, shrink)
        for at, (kind, value) in enumerate(zip(kinds, whole, strict=True))
    }


def units_of(n_rows: int, groups: np.ndarray | None) -> np.ndarray:
    """Return the number of the unit (group, or row) that each row belongs to, from 0."""
    return np.arange(n_rows) if groups is None else np.unique(groups, return_inverse=True)[1]


def _codes(spec, actual, predicted):
    """Labels as their positions among the classes, which compare faster than words."""
    if spec.task == "regression":
        return np.asarray(actual, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    place = {label: position for position, label in enumerate(spec.classes)}
    return tuple(np.array([place[label] for label in np.asarray(labels).tolist()]) for labels in (actual, predicted))


def _scorer(spec, kinds, actual, predicted, probabilities):
    classes = tuple(range(len(spec.classes)))
    positive = None if spec.positive is None else list(spec.classes).index(spec.positive)

    def score(rows):
        chances = None if probabilities is None else probabilities[rows]
        return [kind.score(actual[rows], predicted[rows], chances, classes, positive) for kind in kinds]

    return score


def _draws(n_rows, groups, rng, draws):
    if groups is None:
        for _ in range(draws):
            yield rng.integers(0, n_rows, min(n_rows, MOST_DRAWN))
        return
    unit = units_of(n_rows, groups)
    order, sizes = np.argsort(unit, kind="stable"), np.bincount(unit)
    starts = np.cumsum(sizes) - sizes
    for _ in range(draws):
        chosen = rng.integers(0, len(sizes), min(len(sizes), MOST_DRAWN))
        lengths = sizes[chosen]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        yield order[np.repeat(starts[chosen], lengths) + within]


def _shrink(n_rows, groups):
    n_units = n_rows if groups is None else len(np.unique(groups))
    return min(1.0, np.sqrt(MOST_DRAWN / n_units))


def _interval(values, whole, shrink):
    defined = values[np.isfinite(values)]
    if len(defined) < LEAST_DEFINED * len(values) or not np.isfinite(whole):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(whole + shrink * (low - whole)), float(whole + shrink * (high - whole))


def n_that_count(spec: ExperimentSpec, n_parts: int) -> int:
    """Return how many of several tested parts are evidence of their own: repeats test the same rows again, while the
    parts that a single test is cut into share none."""
    return min(spec.split.folds, n_parts) if spec.split.rounds > 1 else n_parts
