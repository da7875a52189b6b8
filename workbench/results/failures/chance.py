"""Whether groups of rows differ by more than chance: intervals, tests, and their correction for how many there were.

Rows that belong together (patients, shops) are no independent evidence; where they are given as ``clusters``, these
are what is resampled and counted.
"""

import math

import numpy as np
from scipy import stats

from workbench.profiling.target.intervals import wilson

CONFIDENCE = 0.95
ALPHA = 0.05  # of a finding that is none, over all groups looked at
DRAWS = 500  # of a bootstrap; the ends of a 95 % interval then move by about 5 % of its width
MOST_DRAWN = 5_000  # units per draw; of more, so many are drawn and the spread is shrunk
FEWEST_CLUSTERS = 5


def mean_interval(
    values: np.ndarray, clusters: np.ndarray | None = None, *, share: bool = False, seed: int = 0
) -> tuple[float, float]:
    """Return the ends of a 95 % interval for the mean of a group of rows.

    Parameters
    ----------
    values : float64 ndarray of shape (n_rows,)
    clusters : int ndarray of shape (n_rows,), optional
        Which rows belong together.
    share : bool
        Values are 0 or 1: without clusters Wilson's score interval, which holds for few rows and near 0 and 1.
    seed : int

    Returns
    -------
    (low, high) : tuple of float
        Percentiles of means of rows (clusters) drawn with replacement; NaN twice where there is one row (cluster).

    References
    ----------
    Efron, Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 8 (data in groups). Bickel, Götze, van
    Zwet, Resampling fewer than n observations, Statistica Sinica 7, 1997.
    """
    if share and clusters is None and len(values):
        low, high = wilson(np.array([values.sum()]), np.array([len(values)]))
        return float(low[0]), float(high[0])
    sums, counts = _per_cluster(values, clusters)
    if len(sums) < 2:
        return math.nan, math.nan
    n_units = len(sums)
    n_drawn = min(n_units, MOST_DRAWN)
    drawn = np.random.default_rng(seed).integers(0, n_units, (DRAWS, n_drawn))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    mean = float(values.mean())
    means = mean + (means - mean) * math.sqrt(n_drawn / n_units)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def p_difference(
    inside: np.ndarray, outside: np.ndarray, clusters: tuple[np.ndarray, np.ndarray] | None = None, *, greater: bool
) -> float:
    """How often chance alone would make the mean inside differ from that outside as much as it does.

    Welch's t-test; with clusters, the same with the variance of sums over clusters and as many degrees of freedom as
    the side with fewer clusters has.

    Parameters
    ----------
    inside, outside : float64 ndarray
    clusters : pair of int ndarray, optional
        Of the rows inside and outside.
    greater : bool
        Only a greater mean inside counts; else a difference to either side.

    Returns
    -------
    float
        1 where there are too few rows (clusters) to tell.

    References
    ----------
    Welch, Biometrika 34, 1947. Cameron, Miller, A Practitioner's Guide to Cluster-Robust Inference, Journal of Human
    Resources 50, 2015, sections II and VI.
    """
    difference, error, freedom = _welch(inside, outside, clusters)
    if math.isnan(freedom):
        return 1.0
    if not error:
        return 1.0 if difference == 0 or (greater and difference < 0) else 0.0
    t = difference / error
    return float(stats.t.sf(t, freedom) if greater else 2 * stats.t.sf(abs(t), freedom))


def mean_difference(
    inside: np.ndarray, outside: np.ndarray, clusters: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[float, float]:
    """Return the ends of the 95 % interval of the mean inside minus that outside, by the test of ``p_difference``;
    NaN twice where there are too few rows (clusters)."""
    difference, error, freedom = _welch(inside, outside, clusters)
    if math.isnan(freedom):
        return math.nan, math.nan
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) * error if error else 0.0
    return difference - reach, difference + reach


def _welch(inside, outside, clusters) -> tuple[float, float, float]:
    """Return the difference of means, its standard error and degrees of freedom; these are NaN for too few rows."""
    if min(len(inside), len(outside)) < 2:
        return math.nan, math.nan, math.nan
    difference = float(inside.mean() - outside.mean())
    if clusters is not None:
        n_clusters = min(len(np.unique(side)) for side in clusters)
        freedom = n_clusters - 1.0 if n_clusters >= FEWEST_CLUSTERS else math.nan
        return difference, _cluster_error(inside, outside, *clusters), freedom
    one, other = (float(side.var(ddof=1)) / len(side) for side in (inside, outside))
    if not one + other:
        return difference, 0.0, 1.0
    freedom = (one + other) ** 2 / (one**2 / (len(inside) - 1) + other**2 / (len(outside) - 1))
    return difference, math.sqrt(one + other), freedom


def _cluster_error(inside, outside, of_inside, of_outside) -> float:
    """Standard error of a difference of means where a cluster may have rows on both sides."""
    pulls = np.concatenate([(inside - inside.mean()) / len(inside), -(outside - outside.mean()) / len(outside)])
    _, codes = np.unique(np.concatenate([of_inside, of_outside]), return_inverse=True)
    sums = np.bincount(codes, weights=pulls)
    return math.sqrt(len(sums) / (len(sums) - 1) * float(np.square(sums).sum()))


def _per_cluster(values: np.ndarray, clusters: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    if clusters is None:
        return values, np.ones(len(values))
    _, codes = np.unique(clusters, return_inverse=True)
    return np.bincount(codes, weights=values), np.bincount(codes).astype(float)


def holm(p_values) -> np.ndarray:
    """Return p-values corrected for how many there are; at most 5 % of such families then hold a false finding.

    References
    ----------
    Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6, 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * (len(p_values) - np.arange(len(p_values))))
    corrected = np.empty_like(p_values)
    corrected[order] = np.minimum(steps, 1.0)
    return corrected


def share_interval(hits: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; NaN twice of no rows."""
    if n <= 0:
        return math.nan, math.nan
    low, high = wilson(np.array([hits]), np.array([n]))
    return float(low[0]), float(high[0])


def share_difference(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """95 % interval of the difference of two independent shares, each given as (hits, n).

    References
    ----------
    Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven methods,
    Statistics in Medicine 17, 1998, method 10.
    """
    p1, p2 = one[0] / one[1], other[0] / other[1]
    (l1, u1), (l2, u2) = share_interval(*one), share_interval(*other)
    return (
        p1 - p2 - math.hypot(p1 - l1, u2 - p2),
        p1 - p2 + math.hypot(u1 - p1, p2 - l2),
    )


def share_ratio(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """95 % interval of the ratio of two independent shares, each given as (hits, n); the upper end may be infinite.

    References
    ----------
    Donner, Zou, Closed-form confidence intervals for functions of the normal mean and standard deviation, Statistical
    Methods in Medical Research 21, 2012 (MOVER for a ratio), of Wilson's limits.
    """
    p1, p2 = one[0] / one[1], other[0] / other[1]
    (l1, u1), (l2, u2) = share_interval(*one), share_interval(*other)
    product = p1 * p2
    below = max(product**2 - l1 * u2 * (2 * p1 - l1) * (2 * p2 - u2), 0.0)
    above = max(product**2 - u1 * l2 * (2 * p1 - u1) * (2 * p2 - l2), 0.0)
    # The lower limit with its root moved below the line, where it cannot vanish together with the divisor.
    low = l1 * (2 * p1 - l1) / (product + math.sqrt(below)) if l1 > 0 else 0.0
    scale = l2 * (2 * p2 - l2)
    return low, (product + math.sqrt(above)) / scale if scale > 0 else math.inf


def p_shares(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Two-sided p-value of two shares, each (hits, n), being the same: the score test, Pearson's chi-square."""
    pooled = (one[0] + other[0]) / (one[1] + other[1])
    error = math.sqrt(pooled * (1 - pooled) * (1 / one[1] + 1 / other[1]))
    return float(2 * stats.norm.sf(abs(one[0] / one[1] - other[0] / other[1]) / error)) if error else 1.0


def design_effect(values: np.ndarray, clusters: np.ndarray | None) -> float:
    """By how much rows that belong together make a share of them less certain; at least 1.

    The variance of the share with clusters over that of independent rows.

    References
    ----------
    Kish, Survey Sampling, 1965, section 8.2; Korn, Graubard, Survey Methodology 24, 1998, for the use of the effective
    number of rows in an interval for a share.
    """
    share = float(values.mean()) if len(values) else 0.0
    simple = share * (1 - share) / len(values) if len(values) else 0.0
    if clusters is None or not simple:
        return 1.0
    sums, counts = _per_cluster(values, clusters)
    if len(sums) < 2:
        return float(len(values))  # one cluster says as much as one row
    pulls = (sums - share * counts) / len(values)
    return max(len(sums) / (len(sums) - 1) * float(np.square(pulls).sum()) / simple, 1.0)
