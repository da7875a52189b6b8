"""Intervals, tests and corrections, against scipy, published figures and brute force."""

import math

import numpy as np
import pytest
from scipy import stats

from workbench.results.failures import chance

RNG = np.random.default_rng(1)


def test_welch_is_scipys():
    one, other = RNG.normal(1, 2, 40), RNG.normal(0, 1, 70)
    for greater, side in ((True, "greater"), (False, "two-sided")):
        expected = stats.ttest_ind(one, other, equal_var=False, alternative=side).pvalue
        assert chance.p_difference(one, other, greater=greater) == pytest.approx(expected, abs=1e-12)


def test_the_interval_of_a_difference_is_scipys():
    one, other = RNG.normal(1, 2, 40), RNG.normal(0, 1, 70)
    theirs = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert chance.mean_difference(one, other) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert all(math.isnan(end) for end in chance.mean_difference(one[:1], other))
    copies = chance.mean_difference(
        np.repeat(one, 5), np.repeat(other, 5), (np.repeat(range(40), 5), np.arange(350) // 5)
    )
    assert copies[1] - copies[0] == pytest.approx(theirs.high - theirs.low, rel=0.1)


def test_values_that_are_all_the_same():
    ones, zeros = np.ones(10), np.zeros(10)
    assert chance.p_difference(ones, ones, greater=True) == 1
    assert chance.p_difference(ones, zeros, greater=True) == 0
    assert chance.p_difference(zeros, ones, greater=True) == 1
    assert chance.p_difference(zeros, ones, greater=False) == 0
    assert chance.p_difference(ones[:1], zeros, greater=False) == 1


def test_clusters_of_one_row_are_nearly_welch_and_copies_are_no_evidence():
    one, other = RNG.normal(0.6, 1, 60), RNG.normal(0, 1, 80)
    singles = np.arange(60), np.arange(100, 180)
    plain = chance.p_difference(one, other, greater=True)
    assert chance.p_difference(one, other, singles, greater=True) == pytest.approx(plain, rel=0.6)
    copied = [np.repeat(values, 10) for values in (one, other)]
    of_copies = tuple(np.repeat(codes, 10) for codes in singles)
    with_clusters = chance.p_difference(*copied, of_copies, greater=True)
    assert with_clusters == pytest.approx(chance.p_difference(one, other, singles, greater=True), rel=1e-9)
    assert chance.p_difference(*copied, greater=True) < with_clusters / 100
    few = tuple(codes % 3 for codes in of_copies)
    assert chance.p_difference(*copied, few, greater=True) == 1


def test_holm_by_hand():
    assert chance.holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert chance.holm([0.9, 0.8]).tolist() == [1.0, 1.0]


def test_the_interval_of_a_mean_is_that_of_scipys_bootstrap():
    values = RNG.exponential(3, 300)
    low, high = chance.mean_interval(values)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", rng=3, n_resamples=4000).confidence_interval
    width = theirs.high - theirs.low
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.12 * width)
    many = RNG.exponential(3, 40_000)
    low, high = chance.mean_interval(many)
    assert (high - low) / 2 == pytest.approx(1.96 * many.std() / 200, rel=0.1)


def test_the_interval_counts_clusters_not_rows():
    values = RNG.exponential(3, 100)
    single = chance.mean_interval(values, np.arange(100))
    copied = chance.mean_interval(np.repeat(values, 9), np.repeat(np.arange(100), 9))
    assert copied == pytest.approx(single, rel=1e-9)
    assert all(math.isnan(end) for end in chance.mean_interval(values, np.zeros(100, dtype=int)))
    assert all(math.isnan(end) for end in chance.mean_interval(values[:1]))


def test_shares_have_wilsons_interval():
    hits = np.array([1.0] * 8 + [0.0] * 42)
    theirs = stats.binomtest(8, 50).proportion_ci(0.95, method="wilson")
    assert chance.mean_interval(hits, share=True) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert chance.share_interval(8, 50) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert all(math.isnan(end) for end in chance.share_interval(0, 0))


@pytest.mark.parametrize(
    "one, other, low, high",  # Newcombe 1998, table II, method 10
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_differences_of_shares_are_newcombes(one, other, low, high):
    assert chance.share_difference(one, other) == pytest.approx((low, high), abs=5e-5)


def test_ratios_of_shares_cover_what_they_should():
    rng = np.random.default_rng(5)
    p1, p2, n1, n2, inside = 0.3, 0.2, 80, 120, 0
    for one, other in zip(rng.binomial(n1, p1, 2000), rng.binomial(n2, p2, 2000), strict=True):
        low, high = chance.share_ratio((one, n1), (other, n2))
        inside += low <= p1 / p2 <= high
        assert low <= (one / n1) / (other / n2) <= high
    assert inside / 2000 == pytest.approx(0.95, abs=0.02)


def test_ratios_of_shares_at_their_ends():
    # By hand: with no hits below, the ratio is not bounded; with none above it begins at 0.
    low, high = chance.share_ratio((5, 10), (0, 10))
    assert low > 0 and high == math.inf
    assert chance.share_ratio((0, 10), (5, 10))[0] == 0
    # The reciprocal of a ratio has the reciprocal limits.
    low, high = chance.share_ratio((20, 50), (30, 60))
    back = chance.share_ratio((30, 60), (20, 50))
    assert back == pytest.approx((1 / high, 1 / low), rel=1e-9)


def test_two_shares_are_tested_by_chi_square():
    table = [[30, 70], [45, 55]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert chance.p_shares((30, 100), (45, 100)) == pytest.approx(expected, abs=1e-12)
    assert chance.p_shares((0, 10), (0, 20)) == 1


def test_the_design_effect_of_copies_is_their_number():
    hits = (RNG.random(200) < 0.3).astype(float)
    effect = chance.design_effect(np.repeat(hits, 4), np.repeat(np.arange(200), 4))
    assert effect == pytest.approx(4 * 200 / 199, rel=1e-9)
    assert chance.design_effect(hits, None) == 1
    assert chance.design_effect(hits, np.zeros(200, dtype=int)) == 200
