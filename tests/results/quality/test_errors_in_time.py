"""Errors over time and in percent, against figures worked out by hand and pandas."""

import numpy as np
import pandas as pd
import pytest

from tests.results.amounts import scored
from workbench.errors import NotPossible
from workbench.results import largest_errors
from workbench.results.quality.errors_in_time import errors_in_time


def test_stretches_are_in_the_order_of_time_and_hold_every_row_once():
    rng = np.random.default_rng(0)
    residual = rng.normal(0, 1, 240) * np.repeat([1.0, 4.0], 120)
    order = rng.permutation(240)  # the rows of the table are in no order
    evaluation = scored(np.full(240, 100.0)[order] + residual[order], np.full(240, 100.0))
    moments = pd.Series(pd.date_range("2024-01-01", periods=240)[order], name="day")
    found = errors_in_time(evaluation, "ridge", moments)
    frame = found.frame()
    assert frame["n_rows"].tolist() == [10] * 24
    blocks = residual.reshape(24, 10)
    np.testing.assert_allclose(frame["median"], np.median(blocks, axis=1), atol=1e-9)
    np.testing.assert_allclose(frame["q90"], np.quantile(blocks, 0.9, axis=1), atol=1e-9)
    np.testing.assert_allclose(frame["mae"], np.abs(blocks).mean(axis=1), atol=1e-9)
    assert frame["from"].is_monotonic_increasing and frame["to"].iloc[0] == pd.Timestamp("2024-01-10")
    early, late = np.abs(residual[:120]).mean(), np.abs(residual[120:]).mean()
    assert found.finding() == (
        f"Errors grow over time: off by {early:.3f} € in the earlier half, {late:.2f} € in the later"
    )


def test_rows_of_one_moment_stay_together_and_rows_without_one_are_counted():
    evaluation = scored(np.arange(50.0), np.zeros(50))
    moments = pd.Series([1.0] * 25 + [2.0] * 20 + [np.nan] * 5, name="year")
    found = errors_in_time(evaluation, "ridge", moments)
    assert found.frame()["n_rows"].tolist() == [25, 20] and found.n_without == 5
    with pytest.raises(NotPossible, match="Too few held-out rows"):
        errors_in_time(evaluation, "ridge", pd.Series([1.0] * 9, name="year"))


def test_the_largest_errors_in_percent_are_others_than_those_in_units():
    evaluation = scored([1000.0, 10.0, 0.0, 50.0], [900.0, 5.0, 3.0, 50.0])
    units = largest_errors(evaluation, "ridge", 2)
    assert units.frame()["row"].tolist() == [0, 1]
    assert units.frame()["error_share"].tolist() == pytest.approx([0.1, 0.5])
    found = largest_errors(evaluation, "ridge", 2, in_percent=True)
    assert found.frame()["row"].tolist() == [1, 0]
    assert found.finding() == "Furthest off: one prediction of “rent” missed by 50 % of the actual value"
    nothing = largest_errors(scored([0.0, 0.0], [1.0, 2.0]), "ridge", in_percent=True)
    assert "no error can be said in percent" in nothing.finding()
