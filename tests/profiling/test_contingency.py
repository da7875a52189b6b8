"""Tables of all pairs at once equal scipy's, chance is what simulation says, and a sample's error is kept."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats.contingency import association

from workbench.profiling.pairs.contingency import (
    CORRELATIONS,
    RATIOS,
    Tables,
    beyond_chance,
    coefficient,
    count_tables,
    sampling_error,
)
from workbench.profiling.pairs.levels import Levels


def levels(codes, n_levels=None):
    codes = np.asarray(codes)
    return Levels(codes.astype("int16"), n_levels or int(codes.max()) + 1, ordered=False)


def pairs_of(*columns, fewest=2):
    tables = count_tables(columns)
    return tables.pairs(tables.measured(fewest))


def crossed(left, right):
    shared = (left.codes >= 0) & (right.codes >= 0)
    table = np.zeros((left.n_levels, right.n_levels), dtype=int)
    np.add.at(table, (left.codes[shared], right.codes[shared]), 1)
    return table


@pytest.fixture
def several():
    """Columns of 2 to 9 levels that partly follow each other, with blanks."""
    rng = np.random.default_rng(0)
    columns = []
    for n_levels in (2, 3, 9, 5, 4):
        codes = rng.integers(0, n_levels, 600)
        if columns:
            codes = np.where(rng.random(600) < 0.4, columns[-1].codes % n_levels, codes)
        columns.append(levels(np.where(rng.random(600) < 0.1, -1, codes), n_levels))
    return columns


@pytest.mark.parametrize("block", [512, 3])
def test_every_pair_equals_scipy(several, block, monkeypatch):
    monkeypatch.setattr("workbench.profiling.pairs.contingency.BLOCK_LEVELS", block)
    found = pairs_of(*several)
    assert len(found.n) == 10
    for place in range(10):
        table = crossed(several[found.left[place]], several[found.right[place]])
        pearson = np.sqrt(found.phi2[place] / (1 + found.phi2[place]))
        assert pearson == pytest.approx(association(table, method="pearson"), abs=1e-9)
        n, rows, columns = table.sum(), table.sum(axis=1), table.sum(axis=0)
        assert (found.n[place], found.rows[place], found.columns[place]) == (n, len(rows), len(columns))
        assert found.inverse_rows[place] == pytest.approx((1 / rows).sum())
        assert found.inverse_columns[place] == pytest.approx((1 / columns).sum())
        expected = np.outer(rows, columns) / n
        cells = table[table > 0] * np.log(table[table > 0] / expected[table > 0])
        assert found.g[place] == pytest.approx(2 * cells.sum(), abs=1e-3)


def test_the_coefficient_of_a_table_by_hand():
    # 30 10 / 10 30: phi² = 0.25, less 1/79, of what is left of 1; C = 0.4405, of at most 0.7071: 0.6230.
    left, right = np.repeat([0, 0, 1, 1], [30, 10, 10, 30]), np.repeat([0, 1, 0, 1], [30, 10, 10, 30])
    found = pairs_of(levels(left), levels(right))
    assert found.phi2[0] == pytest.approx(0.25)
    adjusted = (0.25 - 1 / 79) / (1 - 1 / 79)
    ratio = np.sqrt(adjusted / (1 + adjusted)) / np.sqrt(1 / 2)
    assert coefficient(found)[0] == pytest.approx(np.interp(ratio, RATIOS, CORRELATIONS), abs=1e-9)


def test_one_that_decides_the_other_is_1_and_independence_is_0():
    seven = np.arange(280) % 7
    found = pairs_of(levels(seven), levels(6 - seven), levels(seven // 4), levels(np.arange(280) // 140))
    values = dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), coefficient(found), strict=True))
    assert [values[pair] for pair in ((0, 1), (0, 2), (1, 2))] == pytest.approx([1, 1, 1])
    assert [values[pair] for pair in ((0, 3), (1, 3), (2, 3))] == [0, 0, 0]


@pytest.mark.parametrize(("correlation", "ratio"), list(zip(CORRELATIONS, RATIOS, strict=True))[1:-1])
def test_the_scale_is_that_of_a_normal_distribution(correlation, ratio):
    nodes, weights = np.polynomial.legendre.leggauss(200)
    cuts = norm.ppf(np.arange(11) / 10)
    table = np.empty((10, 10))
    for i in range(10):
        x = norm.ppf((i + (nodes + 1) / 2) / 10)
        below = norm.cdf((cuts - correlation * x[:, None]) / np.sqrt(1 - correlation**2))
        table[i] = weights / 20 @ np.diff(below, axis=1)
    phi2 = (table**2 * 100).sum() - 1
    assert np.sqrt(phi2 / (1 + phi2)) / np.sqrt(0.9) == pytest.approx(ratio, abs=2e-4)


def test_chance_has_the_mean_and_variance_of_random_pairing():
    rng = np.random.default_rng(0)
    left, right = np.repeat(np.arange(4), [5, 15, 60, 120]), np.repeat(np.arange(3), [8, 42, 150])
    found = pairs_of(levels(left), levels(right))
    drawn = []
    for _ in range(4000):
        table = np.bincount(left * 3 + rng.permutation(right), minlength=12).reshape(4, 3)
        drawn.append((table**2 / np.outer(table.sum(axis=1), table.sum(axis=0))).sum() - 1)
    assert np.mean(drawn) == pytest.approx(found.expected[0], rel=0.05)
    assert np.var(drawn) == pytest.approx(found.variance[0], rel=0.1)


@pytest.mark.parametrize("rare", [5, 60, 4_000])
def test_few_independent_pairs_are_beyond_chance(rare):
    rng = np.random.default_rng(1)
    columns = []
    for _ in range(100):
        codes = np.zeros(8_000, dtype=int)
        codes[rng.choice(8_000, rare, replace=False)] = 1
        columns.append(levels(codes))
    assert beyond_chance(pairs_of(*columns), 0.01).mean() < 0.015
    assert beyond_chance(pairs_of(columns[0], columns[0]), 1e-6).all()


def test_19_of_20_pairs_of_a_sample_are_within_its_error():
    rng = np.random.default_rng(2)
    n_rows, n_drawn, columns = 40_000, 4_000, []
    for place in range(40):
        codes = np.minimum((rng.random(n_rows) ** (1 + place % 3) * 10).astype(int), 9)
        if place > 4:  # a share of the rows, from none to nine in ten, says what another column says
            codes = np.where(rng.random(n_rows) < (place % 10) / 10, columns[place - 5].codes, codes)
        columns.append(levels(codes))
    everything = count_tables(columns)
    all_rows = coefficient(everything.pairs(everything.measured(20)))
    within = []
    for _ in range(5):
        rows = rng.choice(n_rows, n_drawn, replace=False)
        found = pairs_of(*(levels(column.codes[rows]) for column in columns))
        off = np.abs(coefficient(found) - all_rows)
        error = sampling_error(found, n_drawn / n_rows)
        within.append(np.mean(off <= error))
        assert error < 1.5 * np.quantile(off, 0.95)  # and no wider than need be
    assert np.mean(within) >= 0.95


def test_pairs_that_share_no_row_are_not_measured():
    first = levels(np.where(np.arange(100) < 50, np.arange(100) % 2, -1), 2)
    second = levels(np.where(np.arange(100) < 50, -1, np.arange(100) % 2), 2)
    tables = count_tables([first, second])
    assert isinstance(tables, Tables) and not tables.measured(1).any()
