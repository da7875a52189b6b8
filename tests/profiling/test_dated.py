"""Rows with dates: when it is asked whether later ones are to be predicted."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling import profile
from workbench.profiling.rows.dated import dated_rows
from workbench.specs import ColumnSpec, Schema


def asked(values, name="seen", without=()):
    frame = pd.DataFrame({name: pd.Series(values, dtype="datetime64[us]"), "x": np.arange(len(values)) % 7.0})
    columns = (ColumnSpec(name=name, meaning="date"), ColumnSpec(name="x", meaning="number"))
    found = profile(frame, Schema(columns=columns))
    return dated_rows(found.columns, found.n_rows, without)


def days(n_rows=60, n_days=30):
    return pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n_rows) * 7 % n_days, unit="D")


def test_every_row_has_a_date():
    found = asked(days())
    assert found.sentence == "Every row has a date: “seen”, from 2024-01-01 to 2024-01-30."
    assert (found.settings["split"]["kind"], found.settings["split"]["column"]) == ("time", "seen")


def test_a_few_rows_without_a_date_are_no_hindrance():
    values = days().to_series(index=range(60))
    assert asked(values.mask(values.index < 6)).sentence.startswith("Nearly every row has a date")
    assert asked(values.mask(values.index < 7)) is None


@pytest.mark.parametrize(
    ("values", "name", "without"),
    [
        (days(49), "seen", ()),  # few rows
        (days(60, 14), "seen", ()),  # 13 days from first to last
        (pd.DatetimeIndex(["2024-01-01", "2025-01-01"] * 30), "seen", ()),  # two moments
        (days(), "Date of birth", ()),
        (days(), "seen", ("seen",)),
    ],
)
def test_where_dates_say_little_nothing_is_asked(values, name, without):
    assert asked(values, name, without) is None
