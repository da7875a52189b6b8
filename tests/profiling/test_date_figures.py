"""Figures of dates: how far they go, the step from one to the next, and what is missing between."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.profiling.columns.describe import describe_column
from workbench.specs import ColumnSpec


def described(moments):
    values = pd.Series(np.array(moments, dtype="datetime64[us]"))
    return describe_column(values, ColumnSpec(name="when", meaning="date")).profile


def range_of(start, periods, freq):
    return pd.date_range(start, periods=periods, freq=freq).to_numpy()


REGULAR = {
    "every second": range_of("2024-01-01", 20, "s"),
    "every 30 seconds": range_of("2024-01-01", 20, "30s"),
    "every minute": range_of("2024-01-01", 20, "min"),
    "every 15 minutes": range_of("2024-01-01", 20, "15min"),
    "hourly": range_of("2024-01-01", 20, "h"),
    "every 6 hours": range_of("2024-01-01 03:30", 20, "6h"),
    "daily": range_of("1650-01-01", 20, "D"),
    "every working day": range_of("2024-01-01", 20, "B"),
    "weekly": range_of("2024-01-05", 20, "7D"),
    "every 2 weeks": range_of("2024-01-05", 20, "14D"),
    "every 4 weeks": range_of("2024-01-05", 20, "28D"),
    "every 10 days": range_of("2024-01-05", 20, "10D"),
    "monthly": range_of("2024-01-01", 20, "MS"),
    "quarterly": range_of("2024-01-01", 20, "QS"),
    "every 6 months": range_of("2020-01-01", 6, "6MS"),
    "yearly": range_of("1600-01-01", 20, "YS"),
    "every 10 years": range_of("1700-01-01", 6, "10YS"),
    "every 0.25 seconds": range_of("2024-01-01", 20, "250ms"),
}


@pytest.mark.parametrize("word", REGULAR)
def test_the_usual_step_has_a_word(word):
    moments = REGULAR[word]
    found = described(np.repeat(moments, 3)[::-1])  # neither order nor repeats matter
    assert (found.step_word, found.step_share) == (word, 1.0)
    steps = np.diff(moments) / np.timedelta64(1, "us") / 1e6
    assert found.step_seconds == np.median(steps)
    assert found.gap_seconds == steps.max()


@pytest.mark.parametrize("freq", ["ME", "QE", "YE"])
def test_ends_of_months_are_as_regular_as_firsts(freq):
    found = described(range_of("2023-01-31", 14, freq))
    assert (found.step_word, found.step_share) == ({"M": "monthly", "Q": "quarterly", "Y": "yearly"}[freq[0]], 1.0)


def test_the_same_day_and_time_of_each_month():
    assert described(range_of("2024-01-15 08:30", 9, pd.DateOffset(months=1))).step_word == "monthly"


def test_gaps_and_the_share_that_keeps_the_step():
    days = range_of("2024-01-01", 21, "D")
    found = described(np.delete(days, [5, 6, 12]))  # the 6th, 7th and 13th of January are missing
    # Of 17 steps, one is of three days and one of two.
    assert (found.step_word, found.step_seconds, found.step_share) == ("daily", 86_400.0, 15 / 17)
    assert (found.gap_seconds, found.gap_start) == (3 * 86_400.0, "2024-01-05")


def test_a_holiday_among_working_days():
    days = range_of("2024-01-01", 60, "B")
    found = described(np.delete(days, 17))
    assert (found.step_word, found.step_share) == ("every working day", 57 / 58)
    assert described(np.append(days, days[4] + np.timedelta64(1, "D"))).step_word == "daily"  # a Saturday


def test_scattered_dates_are_irregular():
    random = np.random.default_rng(3)
    found = described(
        np.datetime64("2020-01-01", "us") + random.choice(10_000, 300, replace=False) * np.timedelta64(1, "h")
    )
    assert found.step_word == "" and 0 < found.step_share < 0.2


def test_three_quarters_of_the_steps_are_the_limit():
    hours = np.array([0, 1, 2, 3, 5])  # three steps of an hour, one of two
    start, hour = np.datetime64("2024-01-01", "us"), np.timedelta64(1, "h")
    assert described(start + hours * hour).step_word == "hourly"
    assert described(start + np.array([0, 1, 2, 4, 6]) * hour).step_word == ""


def test_few_moments_have_no_rhythm():
    found = described(["2024-01-01", "2024-01-02", "2024-01-03"])
    assert (found.step_seconds, found.step_word, found.step_share) == (86_400.0, "", 1.0)
    found = described(["2024-01-01", "2024-01-01"])
    assert (found.step_seconds, found.step_word, found.gap_seconds, found.gap_start) == (None, None, None, None)
    assert (found.first, found.median_date, found.last) == ("2024-01-01",) * 3


def test_without_dates_nothing_is_said():
    found = described(["NaT", "NaT"])
    assert (found.count, found.missing_count, found.distinct_count) == (0, 2, 0)
    assert (found.first, found.median_date, found.all_midnight, found.step_word, found.top) == (
        None,
        None,
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        (["2024-01-01", "2024-01-02"], True),
        (["2024-01-01", "2024-01-02 00:00:00.000001"], False),
        (["1500-03-03"], True),
    ],
)
def test_midnight(moments, expected):
    assert described([*moments, "NaT"]).all_midnight is expected


def test_the_whole_range_of_dates():
    found = described(["-200000-01-01", "1969-12-31T23:59:59.5", "200000-01-01"])
    assert (found.first, found.last) == ("-200000-01-01", "200000-01-01")
    assert found.gap_seconds == pytest.approx(201_969 * 365.2425 * 86_400, rel=1e-4)  # beyond int64 in one step


@given(st.lists(st.datetimes() | st.none(), max_size=40))
def test_any_dates_equal_pandas(moments):
    values = pd.Series(pd.to_datetime(pd.Series(moments, dtype="object")).astype("datetime64[us]"))
    found = describe_column(values, ColumnSpec(name="when", meaning="date")).profile
    known = values.dropna().sort_values()
    assert (found.count, found.missing_count, found.distinct_count) == (
        len(known),
        len(values) - len(known),
        known.nunique(),
    )
    if not len(known):
        return
    places = [known.iloc[(len(known) - 1) // 2], known.iloc[len(known) // 2]]
    middle = places[0] + (places[1] - places[0]) / 2
    ends = [np.datetime64(text, "us") for text in (found.first, found.median_date, found.last)]
    assert ends[0] == known.min().to_datetime64() and ends[2] == known.max().to_datetime64()
    assert abs(ends[1] - middle.to_datetime64()) <= np.timedelta64(1, "us")
    assert found.all_midnight == (known == known.dt.normalize()).all()
    counts = known.value_counts()
    assert [entry.count for entry in found.top] == counts.head(10).tolist()
    steps = np.diff(known.unique().astype("datetime64[us]")).astype("float64") / 1e6
    if len(steps):
        assert found.step_seconds == pytest.approx(np.median(steps), rel=1e-9)
        assert found.gap_seconds == pytest.approx(steps.max(), rel=1e-9)
        assert 0 <= found.step_share <= 1
