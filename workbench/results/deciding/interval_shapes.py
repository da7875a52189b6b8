"""Shapes of intervals around predictions: as wide everywhere or by the predicted value, and how they are calibrated.

Every shape is calibrated so that it covers equally often; which is taken is a matter of width alone.

References
----------
Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, 2005, chapters 2 and 4 (conformal prediction, and
scores divided by how hard a row is). Barber, Candès, Ramdas, Tibshirani, Predictive inference with the jackknife+,
Annals of Statistics 49, 2021 (residuals of rows held out in turn). Lei, G'Sell, Rinaldo, Tibshirani, Wasserman,
Distribution-free predictive inference for regression, JASA 113, 2018 (widths that follow the spread).
"""

import math
from dataclasses import dataclass

import numpy as np

BAND_ROWS = 50  # that the usual error at one predicted value is the mean of, at least
MOST_BANDS = 20
LEAST_SCALE = 0.05  # of the mean error: a band of rows that all were exact promises nothing for the next
LEAST_GAIN = 0.02  # share by which a shape has to be narrower than a simpler one
# Share of the misses that lie below the interval. None: as far down as up, wherever the misses lie.
TAILS = (None, 0.1, 0.25, 0.75, 0.9)
TAIL_ROWS = 5  # beyond an end, at least; fewer would make that end a matter of single rows


@dataclass(frozen=True)
class Shape:
    """What an interval looks like.

    Parameters
    ----------
    scaled : bool
        Its width follows the usual error at the predicted value.
    tail : float or None
        As in ``TAILS``.
    """

    scaled: bool = False
    tail: float | None = None


PLAIN = Shape()
SHAPES = tuple(Shape(scaled, tail) for scaled in (False, True) for tail in TAILS)


def usual_error(prediction: np.ndarray, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean absolute residual in bands of predicted value that hold about equally many rows.

    Returns
    -------
    at, scale : float64 ndarray of shape (n_bands,)
        Median prediction of each band, increasing, and its mean absolute residual. Both are empty where the rows do
        not suffice for two bands.
    """
    n_bands = min(MOST_BANDS, len(prediction) // BAND_ROWS)
    if n_bands < 2:
        return np.empty(0), np.empty(0)
    error = np.abs(residual)
    # Equal predictions stay in one band, so that the values at which an error is known are different.
    edges = np.unique(np.quantile(prediction, np.linspace(0, 1, n_bands + 1)))
    band = np.searchsorted(edges[1:-1], prediction, side="right")
    bands = [band == number for number in range(len(edges) - 1)]
    bands = [rows for rows in bands if rows.sum() >= BAND_ROWS // 2]
    if len(bands) < 2:
        return np.empty(0), np.empty(0)
    at = np.array([np.median(prediction[rows]) for rows in bands])
    scale = np.array([error[rows].mean() for rows in bands])
    return at, np.maximum(scale, max(LEAST_SCALE * error.mean(), np.finfo(float).tiny))


def scale_at(prediction: np.ndarray, at: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the usual error at each prediction; 1 where none is known."""
    return np.interp(prediction, at, scale) if len(at) else np.ones(len(prediction))


def ends(scores: np.ndarray, level: float, tail: float | None) -> tuple[float, float] | None:
    """Return how far below and above a prediction the actual value is, ``level`` of the time, in units of scores.

    Parameters
    ----------
    scores : float64 ndarray of shape (n_rows,)
        Signed errors, actual minus predicted, possibly divided by the usual error; sorted.
    level : float
    tail : float or None

    Returns
    -------
    (below, above) or None
        None where the rows do not suffice: among n of them, one that is exchangeable with them is above the k-th
        smallest with probability at most 1 - k / (n + 1), so k = ceil(level (n + 1)) has to be at most n.
    """
    n_rows, missed = len(scores), 1 - level
    if tail is None:
        rank = _rank(level, n_rows)
        if rank > n_rows:
            return None
        reach = float(np.partition(np.abs(scores), rank - 1)[rank - 1])
        return reach, reach
    if min(tail, 1 - tail) * missed * (n_rows + 1) < TAIL_ROWS:
        return None
    low, high = _rank(1 - missed * tail, n_rows), _rank(1 - missed * (1 - tail), n_rows)
    return float(-scores[n_rows - low]), float(scores[high - 1])


def _rank(share: float, n_rows: int) -> int:
    # 0.9 * 10 is a hair above 9 in floats, and must not become 10.
    return math.ceil(share * (n_rows + 1) - 1e-9)


def held_out_scales(prediction: np.ndarray, residual: np.ndarray, part: np.ndarray) -> np.ndarray | None:
    """Return the usual error at each row's prediction, learnt from the rows of the other parts.

    None where it cannot be learnt in one of them.
    """
    scales = np.empty(len(prediction))
    for number in np.unique(part):
        own = part == number
        at, scale = usual_error(prediction[~own], residual[~own])
        if not len(at):
            return None
        scales[own] = scale_at(prediction[own], at, scale)
    return scales


def narrowest(
    prediction: np.ndarray, residual: np.ndarray, part: np.ndarray, level: float, floor: float | None
) -> tuple[Shape, dict] | None:
    """Calibrate every shape and return the narrowest, as ``runtime.intervals.bounds`` takes it.

    Scores are divided by errors that were learnt without the row's own part, so all shapes cover the same share of
    the held-out rows and their mean widths can be compared.

    Parameters
    ----------
    prediction, residual : float64 ndarray of shape (n_rows,)
        Out-of-fold, actual minus predicted.
    part : int ndarray of shape (n_rows,)
        Which part a row was tested in.
    level : float
    floor : float or None
        No end is below it.

    Returns
    -------
    (Shape, dict) or None
        None where there are too few rows for the level.
    """
    found: dict[Shape, tuple[float, float, float]] = {}
    for scaled in (False, True):
        scales = held_out_scales(prediction, residual, part) if scaled else np.ones(len(prediction))
        if scales is None:
            continue
        scores = np.sort(residual / scales)
        for shape in SHAPES:
            reach = ends(scores, level, shape.tail) if shape.scaled == scaled else None
            if reach is not None:
                found[shape] = (_mean_width(prediction, scales, reach, floor), *reach)
    if PLAIN not in found:
        return None
    shape = _simplest({shape: width for shape, (width, *_) in found.items()}, len(prediction))
    at, scale = usual_error(prediction, residual) if shape.scaled else (np.empty(0), np.empty(0))
    _, below, above = found[shape]
    return shape, {"below": below, "above": above, "at": at.tolist(), "scale": scale.tolist(), "floor": floor}


def _simplest(widths: dict[Shape, float], n_rows: int) -> Shape:
    """Return the plain shape, unless another is narrower by more than ``LEAST_GAIN`` and more than by luck.

    Luck is the standard error of the quantile of n errors that 90 % are below, which is about 0.9 / sqrt(n) of it for
    normal ones. A shape that follows the prediction has to be better than the plain one, and one with most misses on
    one side better than what it would replace.
    """
    needed = 1 - max(LEAST_GAIN, 1 / math.sqrt(n_rows))
    chosen = PLAIN
    for others in (
        [shape for shape in widths if shape.scaled and shape.tail is None],
        [shape for shape in widths if shape.tail is not None],
    ):
        best = min(others, key=widths.get, default=chosen)
        chosen = best if widths[best] <= needed * widths[chosen] else chosen
    return chosen


def plain(residual: np.ndarray, level: float, floor: float | None) -> dict | None:
    """Calibrate the plain shape: as wide everywhere, as far down as up."""
    reach = ends(np.sort(residual), level, None)
    return None if reach is None else {"below": reach[0], "above": reach[1], "at": [], "scale": [], "floor": floor}


def _mean_width(prediction, scales, reach, floor) -> float:
    lower, upper = prediction - reach[0] * scales, prediction + reach[1] * scales
    if floor is not None:
        lower, upper = np.maximum(lower, floor), np.maximum(upper, floor)
    return float((upper - lower).mean())
