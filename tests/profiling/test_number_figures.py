"""Figures of numbers equal pandas', numpy's and scipy's own, of however nasty a column."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.profiling.own_figures import assert_equal, figures_of_numbers
from workbench.profiling.columns.describe import describe_column
from workbench.specs import ColumnSpec

RANDOM = np.random.default_rng(11)
NASTY = {
    "no rows": np.array([]),
    "all missing": np.full(7, np.nan),
    "one value": np.array([4.5]),
    "one value, else missing": np.array([np.nan, -4.5, np.nan]),
    "two values": np.array([1.0, 2.0]),
    "three values": np.array([1.0, 2.0, 4.0]),
    "constant tenths": np.full(1001, 0.1),
    "one whole number": np.array([3]),
    "constant zeros": np.zeros(50, dtype="int64"),
    "minus zeros": np.array([-0.0, 0.0, -0.0, 1.0, -1.0]),
    "infinite": np.array([np.inf, -np.inf, 1.0, 2.0, 5.0, np.nan, np.inf]),
    "only infinite": np.array([np.inf, np.inf, -np.inf]),
    "huge": np.array([-1e200, 3e200, 5e200, 1.0]),
    "tiny": np.array([1e-20, 2e-20, 4e-20, -3e-20]),
    "denormal": np.array([5e-324, 0.0, 1e-310]),
    "beyond 2**53": np.array([2**53, 2**53 + 1, 2**53 + 1, 2**60 + 7, -(2**61) - 1]),
    "ends of int64": np.array([2**63 - 1, -(2**63), 0, 2**63 - 1]),
    "large and close": 1e9 + RANDOM.normal(size=500),
    "skewed": RANDOM.lognormal(3, 2, 3000),
    "counts": RANDOM.poisson(2, 2000),
    "rounded, with blanks": np.where(RANDOM.random(1500) < 0.3, np.nan, np.round(RANDOM.normal(size=1500), 1)),
    "mostly zero": np.where(RANDOM.random(1000) < 0.995, 0.0, RANDOM.normal(size=1000)),
    "float32": RANDOM.normal(size=100).astype("float32").astype("float64"),
}


def described(values, meaning="number"):
    return describe_column(pd.Series(values), ColumnSpec(name="x", meaning=meaning)).profile


@pytest.mark.parametrize("which", NASTY)
def test_nasty_columns_equal_pandas(which):
    values = pd.Series(NASTY[which])
    assert_equal(described(values), figures_of_numbers(values))


@given(st.lists(st.floats(-1e100, 1e100) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0]), max_size=60))
def test_any_floats_equal_pandas(numbers):
    values = pd.Series(numbers, dtype="float64")
    expected = figures_of_numbers(values)
    finite = values[np.isfinite(values)].to_numpy()
    if len(finite) and np.ptp(finite) < 1e-6 * np.abs(finite).max():
        # Of nearly equal numbers the powers cancel out, and every way of summing them gives another shape.
        del expected["skew"], expected["kurtosis"]
    assert_equal(described(values), expected)


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), min_size=1, max_size=60))
def test_any_whole_numbers_equal_pandas(numbers):
    values = pd.Series(numbers, dtype="int64")
    found = described(values, "integer")
    assert_equal(found, figures_of_numbers(values))
    counts = values.value_counts()
    assert all(counts[entry.value] == entry.count for entry in found.top)


@pytest.mark.parametrize("n_rows", [4, 5, 100, 3000])
def test_shape_equals_scipy(n_rows):
    values = np.random.default_rng(n_rows).gamma(2, 3, n_rows)
    found = described(values)
    assert found.skew == pytest.approx(stats.skew(values, bias=False), rel=1e-9)
    assert found.kurtosis == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-9)


@pytest.mark.parametrize("which", NASTY)
def test_outliers_lie_beyond_the_fences(which):
    values = NASTY[which][np.isfinite(NASTY[which])]
    found = described(NASTY[which])
    if not found.iqr:
        assert (found.fence_low, found.fence_high, found.outlier_count) == (None, None, None)
        return
    low, high = found.q25 - 3 * found.iqr, found.q75 + 3 * found.iqr
    assert (found.fence_low, found.fence_high) == (low, high)
    # Python compares whole numbers with floats exactly, numpy rounds them first.
    assert found.outlier_count == sum(value < low or value > high for value in values.tolist())


def test_outliers_by_hand():
    found = described([1, 2, 3, 4, 5, 6, 7, 8, 100])  # quartiles 3 and 7, so 12 further on either side
    assert (found.fence_low, found.fence_high, found.outlier_count) == (-9.0, 19.0, 1)
    found = described([-9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])  # on a fence is not beyond it
    assert (found.q25, found.q75) == (2.75, 8.25)
    assert (found.fence_low, found.outlier_count) == (-13.75, 0)


def test_a_fence_beyond_all_numbers_is_none():
    found = described([-1e308, 6e307, 6e307, 6e307, 8e307, 1e308, 1e308, 1e308])
    assert (found.q25, found.q75) == (6e307, 1e308)
    assert (found.fence_high, found.outlier_count) == (None, 1)


def test_whole_numbers_beyond_floats_stay_apart():
    found = described(np.array([2**53, 2**53 + 1, 2**53 + 1]), "integer")
    assert found.distinct_count == 2
    assert [(entry.value, entry.count) for entry in found.top] == [(2**53 + 1, 2), (2**53, 1)]


def test_minus_zero_is_zero():
    found = described(np.array([-0.0, -0.0, 0.0]))
    assert (found.zeros, found.negatives, found.distinct_count) == (3, 0, 1)
    assert all(
        np.copysign(1, value) == 1 for value in (found.min, found.max, found.mean, found.q01, found.top[0].value)
    )


@pytest.mark.parametrize(
    ("n_same", "n_rows", "expected"),
    [(99, 100, True), (98, 100, False), (100, 100, False), (19, 19, False), (18, 19, False)],
)
def test_near_constant(n_same, n_rows, expected):
    values = np.append(np.full(n_same, 7.0), np.arange(n_rows - n_same))
    assert described(values).near_constant is expected
    assert described(values).top_share == n_same / n_rows
    words = describe_column(pd.Series(values.astype("str")), ColumnSpec(name="x", meaning="category")).profile
    dates = describe_column(pd.to_datetime(pd.Series(values), unit="D"), ColumnSpec(name="x", meaning="date")).profile
    for each in (words, dates):
        assert (each.near_constant, each.top_share) == (expected, n_same / n_rows)


def test_the_share_of_a_value_is_of_the_rows_that_have_one():
    found = described([1.0, 1.0, 2.0, 3.0, np.nan, np.nan])
    assert (found.top_share, found.near_constant) == (0.5, False)
    assert described([np.nan]).top_share is None


def test_the_numbers_of_a_float_column_are_its_own_memory():
    values = pd.Series([1.0, np.nan, 3.0])
    facts = describe_column(values, ColumnSpec(name="x", meaning="number"))
    assert np.shares_memory(facts.numbers, values.to_numpy())
    assert not facts.numbers.flags.writeable
