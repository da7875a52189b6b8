"""Columns in a few bins: every value in one, labels a person can read."""

import numpy as np
import pytest

from workbench.profiling.target.bins import number_bins, word_bins

RANDOM = np.random.default_rng(0)
INF, NAN = np.inf, np.nan

# numbers, their bins in words, the rows of each and, last, of no value
CASES = [
    ([1.0, 2.0, 2.0, NAN], ("1", "2"), [1, 2, 1]),
    (np.repeat([0.0, 1.0, 2.0, 5.5], [60, 10, 20, 10]), ("0", "over 0 to 1", "1 to 2", "2 to 5.5"), [60, 0, 10, 30, 0]),
    ([5.0] * 3, ("5",), [3, 0]),
    ([INF, -INF, 1.0, 2.0, 3.0, 4.0], ("under 1", "1", "2", "3", "4 and more"), [1, 1, 1, 1, 2, 0]),
    ([INF, NAN], ("infinite",), [1, 1]),
    (np.arange(1900.0, 2000.0), ("1900 to 1919", "1920 to 1939", "1940 to 1959", "1960 to 1979", "1980 to 1999"), 20),
    (np.arange(101) / 10, ("0 to 2", "2 to 4", "4 to 6", "6 to 8", "8 to 10"), [20, 20, 20, 20, 21, 0]),
    (np.arange(100.0) * 1e6, ("0 to 20,000,000", "20,000,000 to 40,000,000"), 20),
]


@pytest.mark.parametrize(("numbers", "labels", "counts"), CASES)
def test_numbers(numbers, labels, counts):
    numbers = np.array(numbers)
    values = np.array([1.0, 2.0]) if labels == ("1", "2") else None
    bins = number_bins(numbers, 5, values=values)
    found = np.bincount(bins.codes(numbers), minlength=bins.n_bins + 1)
    if counts == 20:
        counts = [20] * 5 + [0]
    assert bins.labels[: len(labels)] == labels and len(bins.labels) == len(bins.ends) == bins.n_bins
    assert found.tolist() == counts


def test_nothing_to_cut():
    assert number_bins(np.array([NAN, NAN]), 5) is None
    assert number_bins(np.empty(0), 5) is None


@pytest.mark.parametrize(
    "numbers",
    [
        RANDOM.normal(size=3000),
        RANDOM.normal(0, 1e307, 3000),
        RANDOM.normal(0, 1e-300, 3000),
        RANDOM.random(3000) * 1e-310,
        10 ** RANDOM.normal(0, 4, 3000),
        RANDOM.poisson(1, 3000) * 1.0,
        np.where(RANDOM.random(3000) < 0.2, NAN, RANDOM.normal(size=3000)),
        np.where(RANDOM.random(3000) < 0.7, -1.0, RANDOM.normal(size=3000)),
        RANDOM.normal(1e12, 1, 3000),
        RANDOM.normal(size=30_000),
    ],
)
def test_every_number_lies_within_the_ends_of_its_bin(numbers):
    bins = number_bins(numbers, 10)
    codes = bins.codes(numbers)
    assert (codes == bins.n_bins).tolist() == np.isnan(numbers).tolist()
    assert bins.n_bins <= 10 and len(set(bins.labels)) == bins.n_bins
    for place, (left, right) in enumerate(bins.ends):
        inside = numbers[codes == place]
        assert (inside >= left).all() and (inside <= right).all()
        assert len(inside) <= 0.2 * len(numbers) or left == right


def test_ranges_hold_about_equally_many():
    numbers = RANDOM.exponential(1000, 100_000)
    counts = np.bincount(number_bins(numbers, 10).codes(numbers))[:10]
    assert counts.min() > 8_500 and counts.max() < 11_500


def test_an_edge_is_not_rounded_past_the_value_that_many_rows_hold():
    numbers = np.repeat([0.0, 6.0032, 7.0015, 8.9981, 11.0014], 20)
    numbers[-1] = 12.0
    bins = number_bins(numbers, 5)
    assert bins.labels == ("0 to 6", "6 to 7", "7 to 8.9", "8.9 to 11", "11 to 12")
    assert np.bincount(bins.codes(numbers)).tolist() == [20] * 5


def test_dates_are_cut_at_midnight():
    days = 18_262 + np.arange(366.0)  # 2020
    bins = number_bins(days, 4, is_date=True)
    assert bins.labels == (
        "2020-01-01 to 2020-03-31",
        "2020-04-01 to 2020-07-01",
        "2020-07-02 to 2020-09-30",
        "2020-10-01 to 2020-12-31",
    )
    assert bins.ends[1] == ("2020-04-01", "2020-07-02")


def test_hours_of_a_day():
    bins = number_bins(18_262 + np.arange(24) / 24, 4, is_date=True)
    assert bins.labels[:2] == ("2020-01-01 00:00 to 2020-01-01 06:00", "2020-01-01 06:00 to 2020-01-01 12:00")


def test_words():
    bins = word_bins(["b", "a", "c", "d"], np.array([5, 9, 1, 1]), 2)
    assert bins.labels == ("a", "b", "2 other values")
    assert bins.codes(np.array([0, 1, 2, 3, -1])).tolist() == [1, 0, 2, 2, 3]


def test_a_single_other_word_is_named():
    assert word_bins(["b", "a", "c"], np.array([5, 9, 1]), 2).labels == ("a", "b", "c")
