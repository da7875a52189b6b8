"""Tables of counts of all pairs of columns at once, and how far they are from independence.

A one-hot matrix has a row per level and a column per row of the data; its product with its own transpose holds the
table of counts of every pair. Products and reductions are done block by block, so that memory stays small.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from threadpoolctl import threadpool_limits

from workbench.profiling.pairs.levels import Levels

BLOCK_LEVELS = 512  # one-hot rows per block of the product: 32 MB of counts at 8,000 levels
MOVES = 40  # by which the error of a sample is found out
# |r| of a bivariate normal distribution whose two sides are cut into ten equal parts, and what C / C_max then is
# (numerical integration; tests/profiling/test_contingency.py does it again). Two to twenty parts, also unlike ones,
# give the same within 0.05.
CORRELATIONS = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 1)
RATIOS = (
    *(0, 0.1009, 0.2008, 0.2987, 0.3939, 0.4857, 0.5740, 0.6592, 0.7432, 0.7863, 0.8322, 0.8575, 0.8860),
    *(0.9136, 0.9307, 0.9530, 0.9687, 1),
)


@dataclass(frozen=True, eq=False)
class Tables:
    """The table of counts of each pair of columns, summed up; every array is of shape (n_columns, n_columns).

    Only entries above the diagonal of ``phi2``, ``g`` and ``n`` are filled. ``levels[a, b]`` is the number of levels of
    ``a``, and ``inverses[a, b]`` the sum over them of 1 / rows, among the rows in which ``b`` has a value, too. ``g``
    is the likelihood ratio 2 · sum of count · log(count · n / (row total · column total)).
    """

    phi2: np.ndarray
    g: np.ndarray
    n: np.ndarray
    levels: np.ndarray
    inverses: np.ndarray

    def measured(self, fewest_rows: int) -> np.ndarray:
        """Return which pairs vary over at least so many rows: bool, above the diagonal."""
        varied = self.levels > 1
        return np.triu((self.n >= fewest_rows) & varied & varied.T, k=1)

    def pairs(self, which: np.ndarray) -> "PairCounts":
        """Return the pairs for which ``which`` (bool, above the diagonal) holds, in file order."""
        left, right = np.nonzero(which)
        return PairCounts(
            left,
            right,
            self.phi2[left, right],
            self.g[left, right],
            self.n[left, right],
            self.levels[left, right].astype("float64"),
            self.levels[right, left].astype("float64"),
            self.inverses[left, right],
            self.inverses[right, left],
        )


@dataclass(frozen=True, eq=False)
class PairCounts:
    """The same for some of the pairs; every array is of shape (n_pairs,)."""

    left: np.ndarray
    right: np.ndarray
    phi2: np.ndarray
    g: np.ndarray
    n: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    inverse_rows: np.ndarray
    inverse_columns: np.ndarray

    def __getitem__(self, which: np.ndarray) -> "PairCounts":
        return PairCounts(*(getattr(self, each.name)[which] for each in fields(self)))

    @property
    def expected(self) -> np.ndarray:
        """phi² of independent columns, on average."""
        return (self.rows - 1) * (self.columns - 1) / (self.n - 1)

    @property
    def variance(self) -> np.ndarray:
        """Variance of phi² where the rows of either column are paired at random (Haldane 1940), rare levels or not."""
        n = self.n

        def spreads(levels, inverses):
            return (levels - 1) * (n - levels) / (n - 1), (n * inverses - levels**2) / (n - 2)

        even_rows, odd_rows = spreads(self.rows, self.inverse_rows)
        even_columns, odd_columns = spreads(self.columns, self.inverse_columns)
        even = 2 * n / (n - 3) * (even_rows - odd_rows) * (even_columns - odd_columns)
        return np.maximum((even + n**2 / (n - 1) * odd_rows * odd_columns) / n**2, 1e-30)


def count_tables(columns: Sequence[Levels]) -> Tables:
    """Count every pair of columns over the rows that both have.

    ``phi2`` is chi-square / n: the sum over the cells of count² / (row total · column total), less 1.
    """
    sizes = np.array([column.n_levels for column in columns])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    hot = _one_hot(columns, starts, int(sizes.sum()))
    shape = (len(columns), len(columns))
    tables = Tables(*(np.zeros(shape) for _ in range(3)), np.zeros(shape, dtype="int16"), np.zeros(shape))
    # One thread: a second saves a fifth on an idle machine; on a busy one the two keep waiting for each other.
    with threadpool_limits(1, user_api="blas"):
        for first, last in _blocks(sizes):
            _count_block(tables, hot, sizes, starts, first, last)
    return tables


def _one_hot(columns: Sequence[Levels], starts: np.ndarray, n_levels: int) -> np.ndarray:
    hot = np.zeros((n_levels, len(columns[0].codes)), dtype="float32")
    for column, start in zip(columns, starts, strict=True):
        rows = np.flatnonzero(column.codes >= 0)
        hot[start + column.codes[rows], rows] = 1
    return hot


def _blocks(sizes: np.ndarray) -> list[tuple[int, int]]:
    """Return ranges of columns with about ``BLOCK_LEVELS`` levels each."""
    block = np.cumsum(sizes) // BLOCK_LEVELS
    edges = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(sizes)]
    return list(pairwise(edges))


def _count_block(tables: Tables, hot: np.ndarray, sizes: np.ndarray, starts: np.ndarray, first: int, last: int) -> None:
    """Fill in the pairs of the columns ``first`` to ``last`` with themselves and all columns behind them."""
    above, behind = slice(first, last), slice(first, None)
    top, bottom = starts[first], starts[last - 1] + sizes[last - 1]
    counts = hot[top:bottom] @ hot[top:].T
    rows, columns = starts[above] - top, starts[behind] - top

    def over_rows(values):
        return np.add.reduceat(values, rows, axis=0, dtype="float64")

    def over_columns(values):
        return np.add.reduceat(values, columns, axis=1, dtype="float64")

    row_totals = over_columns(counts)  # of each level of the block, per column behind
    column_totals = over_rows(counts)  # of each level behind, per column of the block
    n = over_rows(row_totals)
    g = over_rows(over_columns(_x_log_x(counts)) - _x_log_x(row_totals)) - over_columns(_x_log_x(column_totals))
    inverse_rows, inverse_columns = (
        np.divide(1, totals, out=np.zeros_like(totals), where=totals > 0) for totals in (row_totals, column_totals)
    )
    counts = np.repeat(inverse_columns, sizes[above], axis=0) * counts**2
    phi2 = over_rows(over_columns(counts) * inverse_rows) - 1
    upper = np.triu(np.ones(phi2.shape, dtype=bool), k=1)
    tables.phi2[above, behind] = np.where(upper & (n > 0), phi2, 0)
    tables.g[above, behind] = np.where(upper, 2 * (g + _x_log_x(n)), 0)
    tables.n[above, behind] = np.where(upper, n, 0)
    # The lower triangle first: where both lie in the block, what is written last is the same.
    tables.levels[behind, above] = over_columns(column_totals > 0).T
    tables.levels[above, behind] = over_rows(row_totals > 0)
    tables.inverses[behind, above] = over_columns(inverse_columns).T
    tables.inverses[above, behind] = over_rows(inverse_rows)


def _x_log_x(counts: np.ndarray) -> np.ndarray:
    return counts * np.log(np.maximum(counts, 1))


def coefficient(pairs: PairCounts) -> np.ndarray:
    """Return the adjusted contingency coefficient of each pair, on the scale of a correlation.

    Returns
    -------
    ndarray
        0 (as expected of independent columns) to 1 (one decides the other).

    Notes
    -----
    Independent columns have a mean phi² of E = (rows - 1)(columns - 1) / (n - 1), which Bergsma (2013) takes off. It is
    scaled again by what is left of the maximum, k - 1 with k = min(rows, columns), as Hubert and Arabie (1985) adjust
    the Rand index: for square tables that is Bergsma's own correction, and for others 1 stays 1. Of it Pearson's
    C = sqrt(phi² / (1 + phi²)) is taken and divided by its maximum sqrt((k - 1) / k) (Sakoda 1977). For a bivariate
    normal distribution phi² = r² / (1 - r²) and C = |r|, but cutting loses some of it: ``CORRELATIONS`` gives it back.

    References
    ----------
    Bergsma, A bias-correction for Cramér's V and Tschuprow's T, J. Korean Stat. Soc. 42 (2013), 323-328.
    Sakoda, Measures of association for multivariate contingency tables, Proc. ASA Social Stat. (1977), 777-780.
    Hubert and Arabie, Comparing partitions, Journal of Classification 2 (1985), 193-218.
    """
    return _coefficient(pairs, pairs.phi2)


def _coefficient(pairs: PairCounts, phi2: np.ndarray) -> np.ndarray:
    most = np.minimum(pairs.rows, pairs.columns) - 1
    room = most - pairs.expected
    adjusted = most * np.divide(phi2 - pairs.expected, room, out=np.zeros_like(phi2), where=room > 0)
    adjusted = np.clip(adjusted, 0, most)
    return np.interp(np.sqrt(adjusted / (1 + adjusted) * (most + 1) / most), RATIOS, CORRELATIONS)


def beyond_chance(pairs: PairCounts, alpha: float) -> np.ndarray:
    """Return which pairs are farther from independence than chance brings about with probability ``alpha``.

    Parameters
    ----------
    pairs : PairCounts
    alpha : float
        Per pair.

    Returns
    -------
    ndarray of bool of shape (n_pairs,)

    Notes
    -----
    The upper tail of chi-square is taken from the gamma distribution of its mean and variance under random pairing, by
    the cube root of Wilson and Hilferty (1931). Where rare levels meet once by chance, that tail is too thin: the
    likelihood ratio, which makes little of a single row, has to be beyond chance as well.

    References
    ----------
    Haldane, The mean and variance of chi-square when used as a test of homogeneity, Biometrika 31 (1940), 346-355.
    Wilson and Hilferty, The distribution of chi-square, PNAS 17 (1931), 684-688.
    """
    free = (pairs.rows - 1) * (pairs.columns - 1)
    z = np.minimum(_upper_z(pairs.phi2, pairs.expected, pairs.variance), _upper_z(pairs.g, free, 2 * free))
    return z > NormalDist().inv_cdf(1 - alpha)


def _upper_z(values: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the standard normal scores of gamma distributed values."""
    spread = variance / (9 * mean**2)
    return (np.cbrt(values / mean) - 1 + spread) / np.sqrt(spread)


def sampling_error(pairs: PairCounts, drawn: float) -> float:
    """Return how far ``coefficient`` of a sample is, in 19 of 20 of the pairs, at most from that of all rows.

    Parameters
    ----------
    pairs : PairCounts
        Of the sample.
    drawn : float
        Share of all rows that the sample is.

    Notes
    -----
    phi² of a sample of n rows varies about as a non-central chi-square / n does: by its variance under independence and
    4 phi² / n, less the share of the rows that was drawn. Each pair is moved by evenly spaced quantiles of that, to
    either side also at 0; 95 % of all moves change the coefficient by no more than what is returned.
    """
    beyond = np.maximum(pairs.phi2 - pairs.expected, 0)
    spread = np.sqrt((pairs.variance + 4 * beyond / pairs.n) * (1 - drawn))
    moves = np.array([NormalDist().inv_cdf((step + 0.5) / MOVES) for step in range(MOVES)])[:, None] * spread
    moved = _coefficient(pairs, pairs.expected + np.where(beyond > 0, beyond + moves, np.abs(moves)))
    return float(np.quantile(np.abs(moved - coefficient(pairs)), 0.95))
