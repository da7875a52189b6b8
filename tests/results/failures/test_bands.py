"""Columns cut into bands, and selections of bands in words, against counting by hand."""

import numpy as np
import pandas as pd
import pytest

from workbench.results.failures.bands import cut
from workbench.specs import ColumnSpec

RNG = np.random.default_rng(0)


def bands(values, meaning, unit="", name="col", most=8, levels=5):
    return cut(pd.Series(values), ColumnSpec(name=name, meaning=meaning, unit=unit), most, levels)


def mask(made, places, blank=False):
    allowed = np.zeros(made.n_bands + 1, dtype=bool)
    allowed[list(places)] = True
    allowed[-1] = blank
    return allowed


def test_words_say_which_rows_are_meant():
    ages = RNG.integers(0, 80, 1000)
    made = bands(ages, "integer", "years")
    for first, last in ((0, 2), (2, 4), (3, made.n_bands - 1)):
        told = made.words(mask(made, range(first, last + 1)))
        rows = np.isin(made.codes, range(first, last + 1))
        low, high = ages[rows].min(), ages[rows].max()
        parts = []
        if first:
            parts.append(f"at least {low} years")
        if last < made.n_bands - 1:
            limit = ages[~rows & (ages > high)].min()
            parts.append(f"below {limit} years")
        assert told == "col " + " and ".join(parts)


def test_a_value_of_many_rows_is_a_band_of_its_own():
    amounts = np.where(RNG.random(2000) < 0.4, 0.0, RNG.gamma(2, 1000, 2000))
    made = bands(amounts, "number", "€")
    assert made.words(mask(made, [0])) == "col is 0 €"
    assert made.words(mask(made, range(1, made.n_bands))) == "col over 0 €"
    assert (made.codes == 0).sum() == (amounts == 0).sum()


@pytest.mark.parametrize(
    "blank, places, words",
    [
        (False, [0], "col is a"),
        (False, [0, 1], "col is a or b"),
        (True, [0], "col is a or blank"),
        (False, [0, 1, 2, 3], "col is not blank"),
        (True, [], "col is blank"),
        (True, [1, 2, 3], "col is b, c, d or blank"),
        (True, [0, 1, 2, 3], ""),
    ],
)
def test_levels_in_words(blank, places, words):
    made = bands(["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d"] * 2 + [None], "category")
    assert made.words(mask(made, places, blank)) == words


def test_many_levels_are_told_by_those_that_are_missing():
    made = bands(list("aaabbcdefghijkl"), "category", levels=20)
    assert made.words(mask(made, range(1, made.n_bands))) == "col is not a"
    assert made.words(mask(made, range(2, made.n_bands))) == "col is neither a nor b"


def test_blanks_are_named_with_limits():
    made = bands([1.0, 2.0, 3.0, np.nan] * 10, "integer")
    assert made.words(mask(made, [1, 2], blank=True)) == "col at least 2 or blank"
    assert made.words(mask(made, [0])) == "col is 1"
    assert (made.codes == made.n_bands).sum() == 10


@pytest.mark.parametrize(
    "start, days, labels, words",
    [
        ("2019-03-05", 100, ["2019-03", "2019-04", "2019-05", "2019-06"], "col before 2019-05"),
        ("2019-03-05", 1000, ["2019", "2020", "2021"], "col before 2021"),
        ("2019-01-05", 500, ["2019 Q1", "2019 Q2", "2019 Q3", "2019 Q4", "2020 Q1", "2020 Q2"], "col before 2019 Q3"),
        ("1819-03-05", 60_000, ["1800 to 1849", "1850 to 1899", "1900 to 1949", "1950 to 1999"], "col before 1900"),
    ],
)
def test_dates_are_cut_at_the_beginnings_of_periods(start, days, labels, words):
    dates = pd.Series(pd.date_range(start, periods=days // max(days // 500, 1), freq=f"{max(days // 500, 1)}D"))
    made = bands(dates.astype("datetime64[us]"), "date")
    assert list(made.labels) == labels
    assert made.words(mask(made, [0, 1])) == words
    assert made.words(mask(made, [1])).startswith("col in ")
    year_of_codes = {labels[code][:2] for code in made.codes}
    assert year_of_codes <= {str(year)[:2] for year in dates.dt.year} | {"18", "19"}


def test_codes_of_periods_are_those_of_a_calendar():
    dates = pd.Series(pd.date_range("2019-03-05", periods=100)).astype("datetime64[us]")
    dates[3] = pd.NaT
    made = bands(dates, "date")
    expected = dates.dt.strftime("%Y-%m")
    for code, month in zip(made.codes, expected, strict=True):
        assert (made.labels[code] if code < made.n_bands else None) == (month if isinstance(month, str) else None)


def test_a_column_without_a_value_has_no_bands():
    assert bands([None, None], "category") is None
    assert bands([np.nan], "number") is None


def test_long_names_are_cut_in_words_only():
    made = bands(["x" * 80, "y"] * 5, "category", name="n" * 60)
    told = made.words(mask(made, [0]))
    assert len(told) < 90 and "…" in told
    assert made.words(mask(made, [0]), whole=True) == f"{'n' * 60} is {'x' * 80}"
    assert made.labels[0] == "x" * 80
