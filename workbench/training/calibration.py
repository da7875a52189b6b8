"""Probabilities that are as often right as they say: a small correction learnt from out-of-fold predictions.

For two classes the log odds are stretched and moved (Platt's sigmoid), from 2,000 rows on each side of a half by itself
(beta calibration); for more classes there is one temperature. All of these keep the order of the rows, so the ranking
of a yes/no question is not touched. Isotonic regression, the usual choice for many rows, makes steps within which rows
are no longer told apart, and needs a table where these need one to three numbers.

References
----------
Platt, Probabilistic outputs for support vector machines, 1999. Kull, Silva Filho, Flach, Beta calibration, AISTATS
2017. Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017.
"""

import numpy as np
from scipy.optimize import minimize

from workbench.runtime.ensembles import SMALLEST_CHANCE, calibrated
from workbench.specs import ExperimentSpec
from workbench.training.bootstrap import n_that_count
from workbench.training.ensemble import Blend, Library, average

BETA_ROWS = 2_000
MOST_ROWS = 20_000  # that a calibration is learnt from; drawn where there are more
LEAST_GAIN = 1e-4  # of log loss; what helps less is not worth a step more


def calibration(probabilities: np.ndarray, codes: np.ndarray) -> tuple[float, ...]:
    """Return the calibration with the smallest log loss, for ``runtime.ensembles.calibrated``.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
        Of rows that were not learnt from.
    codes : int ndarray of shape (n_rows,)
        The true class of each row, by its place.
    """

    if len(codes) > MOST_ROWS:
        drawn = np.random.default_rng(0).choice(len(codes), MOST_ROWS, replace=False)
        probabilities, codes = probabilities[drawn], codes[drawn]

    def loss(settings):
        return log_loss(calibrated(probabilities, tuple(settings)), codes)

    if probabilities.shape[1] > 2:
        found = minimize(lambda log_t: loss(np.exp(log_t)), [0.0], method="Nelder-Mead")
        return (float(np.exp(found.x[0])),)
    if len(codes) < BETA_ROWS:
        found = minimize(lambda line: loss((line[0], line[0], line[1])), [1.0, 0.0], method="Nelder-Mead")
        slope, move = found.x
        return float(max(slope, 0.0)), float(max(slope, 0.0)), float(move)
    found = minimize(loss, [1.0, 1.0, 0.0], method="Nelder-Mead", options={"maxiter": 400})
    # A side that would turn the order round is left flat (Kull et al., section 4).
    a, b, move = found.x
    return float(max(a, 0.0)), float(max(b, 0.0)), float(move)


def log_loss(probabilities: np.ndarray, codes: np.ndarray) -> float:
    """Mean log loss; see :func:`calibration` for the parameters."""
    return float(losses(probabilities, codes).mean())


def losses(probabilities: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Log loss of each row."""
    return -np.log(np.maximum(probabilities[np.arange(len(codes)), codes], SMALLEST_CHANCE))


def nested(found: Library, blend: Blend, codes: np.ndarray) -> np.ndarray:
    """Return a blend's probabilities calibrated, each part of the rows by weights and a calibration without it."""
    after = np.array(blend.values)
    for part, weights in blend.by_part:
        others = np.flatnonzero(found.without(part))
        learnt = calibration(average(found.values[:, others], weights), codes[others])
        after[part] = calibrated(blend.values[part], learnt)
    return after


def gain(spec: ExperimentSpec, blend: Blend, after: np.ndarray, codes: np.ndarray) -> tuple[float, float]:
    """Return by how much log loss is lower after calibration, and the standard error of that over the parts, of which
    repeats of a division count once, as in ``ensemble.better_by``."""
    difference = losses(blend.values, codes) - losses(after, codes)
    by_part = np.array([difference[part].mean() for part, _ in blend.by_part])
    return float(by_part.mean()), float(by_part.std(ddof=1) / np.sqrt(n_that_count(spec, len(by_part))))


def helps(value: float, error: float) -> bool:
    """Whether a gain is beyond chance, and worth a step more."""
    return value > max(error, LEAST_GAIN)
