"""From a prediction to its interval, against figures worked out by hand."""

import numpy as np
import pytest

from workbench.runtime.intervals import bounds, checked_interval, how_often, in_words

PLAIN = {"level": 0.9, "below": 2.0, "above": 3.0, "at": [], "scale": [], "floor": None}


def test_as_wide_everywhere():
    lower, upper = bounds(np.array([0.0, 10.0, np.nan]), PLAIN)
    assert lower[:2].tolist() == [-2.0, 8.0] and upper[:2].tolist() == [3.0, 13.0]
    assert np.isnan(lower[2]) and np.isnan(upper[2])


def test_by_value_between_and_beyond_the_known_ones():
    rule = {**PLAIN, "at": [10.0, 20.0], "scale": [1.0, 3.0]}
    lower, upper = bounds(np.array([0.0, 15.0, 99.0]), rule)
    assert lower.tolist() == [-2.0, 11.0, 93.0]
    assert upper.tolist() == [3.0, 21.0, 108.0]


def test_nothing_is_below_the_floor_even_where_the_prediction_is():
    lower, upper = bounds(np.array([-9.0, 1.0]), {**PLAIN, "floor": 0.0})
    assert lower.tolist() == [0.0, 0.0] and upper.tolist() == [0.0, 4.0]


@pytest.mark.parametrize(
    "damage",
    [{"level": 1.0}, {"below": float("nan")}, {"above": None}, {"at": [2.0, 1.0], "scale": [1.0, 1.0]}, {"at": [1.0]}],
)
def test_a_damaged_description_is_refused_in_words(damage):
    with pytest.raises(ValueError, match="interval"):
        checked_interval({**PLAIN, **damage})
    assert checked_interval(PLAIN) is PLAIN and checked_interval(None) is None


def test_said_in_cases():
    assert how_often(0.8) == "8 of 10 cases" and how_often(0.925) == "92 of 100 cases"
    assert in_words(120.4, 180.0, 0.9, "{:.0f} €".format) == "between 120 € and 180 € in 9 of 10 cases"
