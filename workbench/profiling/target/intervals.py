"""Intervals that a share or a mean of a few rows lies in, 19 times of 20."""

import numpy as np

CONFIDENCE = 0.95
Z = 1.959963984540054  # the normal distribution's quantile at 0.975


def wilson(hits: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the 95 % interval of shares, by Wilson's score.

    Parameters
    ----------
    hits, n : ndarray of shape (n_bins,)
        Rows that count and rows in all, at least one.

    References
    ----------
    Wilson: Probable Inference, the Law of Succession, and Statistical Inference. JASA 22, 1927. Recommended over the
    usual p ± 1.96 s, which is far too short for few rows, by Brown, Cai, DasGupta, Statistical Science 16, 2001.

    Examples
    --------
    >>> [end.round(3).tolist() for end in wilson(np.array([0, 5]), np.array([10, 10]))]
    [[0.0, 0.237], [0.278, 0.763]]
    """
    hits, n = np.asarray(hits, dtype="float64"), np.asarray(n, dtype="float64")
    share = hits / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    # At the ends the formula is exactly 0 and 1; floats miss it by a hair.
    low, high = np.where(hits == 0, 0.0, centre - reach), np.where(hits == n, 1.0, centre + reach)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def mean_reach(squares: np.ndarray, n: np.ndarray, spread: float) -> np.ndarray:
    """Return half the width of the 95 % interval of means, by Student's t.

    Parameters
    ----------
    squares : ndarray of shape (n_bins,)
        Sums of squared distances from each bin's mean.
    n : ndarray of shape (n_bins,)
        Rows, at least one.
    spread : float
        Standard deviation of all rows: what is assumed of a bin with a single row, which has none of its own.
    """
    from scipy.special import stdtrit  # a tenth of a second, so not when the module is loaded

    freedom = np.maximum(np.asarray(n, dtype="float64") - 1, 1)
    total = max(float(np.sum(n)) - 1, 1.0)
    own = stdtrit(freedom, (1 + CONFIDENCE) / 2) * np.sqrt(squares / freedom / n)
    return np.where(np.asarray(n) > 1, own, stdtrit(total, (1 + CONFIDENCE) / 2) * spread)
