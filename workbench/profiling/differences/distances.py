"""How far two distributions are apart, and whether chance alone would set them as far apart."""

import numpy as np

EXPECTED_ROWS = 5  # in each bin of the smaller table, for chi squared to hold (Cochran, Biometrics 10, 1954)


def distance(before: np.ndarray, now: np.ndarray) -> float:
    """Return the Jensen-Shannon distance of two distributions, corrected for chance: 0 (same) to 1 (nothing shared).

    Parameters
    ----------
    before, now : ndarray of shape (n_bins,)
        Rows of each table in the same bins; of each table at least one.

    Notes
    -----
    The square root of the divergence in bits, which is a metric. Samples of the same distribution differ by
    (k - 1)/8 (1/n + 1/m) nats on average, for k bins (the divergence is an eighth of chi squared near zero); as much is
    taken off.

    References
    ----------
    Lin: Divergence Measures Based on the Shannon Entropy. IEEE Transactions on Information Theory 37, 1991.
    Endres, Schindelin: A New Metric for Probability Distributions. The same, 49, 2003.

    Examples
    --------
    >>> distance(np.array([10, 0]), np.array([0, 10])) > 0.9, distance(np.array([10, 10]), np.array([20, 20]))
    (True, 0.0)
    """
    held = (before + now) > 0
    p, q = before[held] / before.sum(), now[held] / now.sum()
    divergence = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    by_chance = (held.sum() - 1) / 8 * (1 / before.sum() + 1 / now.sum()) / np.log(2)
    return float(np.sqrt(np.clip(divergence - by_chance, 0, 1)))


def _entropy(shares: np.ndarray) -> float:
    positive = shares[shares > 0]
    return float(-(positive * np.log2(positive)).sum())


def chance_of_counts(before: np.ndarray, now: np.ndarray) -> float:
    """Return how often chance alone would set two samples of one distribution as far apart (Pearson's chi squared).

    Bins that are too small are put together first, by both tables' counts, so that choosing them favours neither.
    """
    from scipy.special import chdtrc  # a tenth of a second, so not when the module is loaded

    before, now = pooled(before, now)
    if len(before) < 2:
        return 1.0
    n, m = before.sum(), now.sum()
    both = before + now
    squared = ((before - both * n / (n + m)) ** 2 / (both * n / (n + m))).sum()
    squared += ((now - both * m / (n + m)) ** 2 / (both * m / (n + m))).sum()
    return float(chdtrc(len(both) - 1, squared))


def pooled(before: np.ndarray, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts of bins, the smallest put together until each is expected to hold five rows of either table."""
    if not before.sum() or not now.sum():
        return before[:0], now[:0]
    share = min(before.sum(), now.sum()) / (before.sum() + now.sum())
    order = np.argsort(before + now, kind="stable")
    before, now = before[order].astype("float64"), now[order].astype("float64")
    small = (before + now) * share < EXPECTED_ROWS
    n_rest = int(small.sum())
    while 0 < n_rest < len(before) and (before[:n_rest] + now[:n_rest]).sum() * share < EXPECTED_ROWS:
        n_rest += 1
    if not n_rest:
        return before, now
    return (
        np.concatenate(([before[:n_rest].sum()], before[n_rest:])),
        np.concatenate(([now[:n_rest].sum()], now[n_rest:])),
    )


def chance_beyond(n_below: int, n_above: int, n_before: int, n_now: int) -> float:
    """Return how often chance alone would put as many rows beyond the range of the table before.

    The largest k of all rows are all in the newer table in about (m / (n + m))^k of the ways to deal them out; twice
    that, since there are two ends.
    """
    share = n_now / max(n_before + n_now, 1)
    return min(1.0, 2 * share ** max(n_below, n_above)) if n_below or n_above else 1.0


def chance_of_unseen(before: np.ndarray, now: np.ndarray) -> float:
    """Return how often chance alone would bring as many values, or one as frequent, that the table before had not.

    Parameters
    ----------
    before, now : ndarray of shape (n_values,)
        Rows of each value.

    Notes
    -----
    Dealt out at random, a value of c rows falls into the newer table only with a chance of (m / (n + m))^c. The number
    of such values is about Poisson; the single most frequent one is asked apart, since rare ones would hide it.
    """
    from scipy.special import gammainc  # as above

    unseen = (before == 0) & (now > 0)
    n_unseen = int(unseen.sum())
    if not n_unseen or not before.sum():
        return 1.0
    share = now.sum() / (before.sum() + now.sum())
    both = before + now
    as_many = float(gammainc(n_unseen, (share ** both[both > 0]).sum()))
    as_frequent = float((both > 0).sum() * share ** now[unseen].max())
    return min(1.0, 2 * min(as_many, as_frequent))
