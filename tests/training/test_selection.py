"""A single candidate that is chosen as an average is: without the rows that are tested."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.training import ensemble, selection
from workbench.training.evaluation import FoldScore

from .test_ensemble import planned, rents


@pytest.fixture(scope="module")
def spec():
    return planned(rents(), "rent")


def library():
    """Two candidates: each is right in one tested part and wrong in the other."""
    actual = np.arange(6.0)
    first = actual + np.repeat([0.0, 3.0], 3)
    second = actual + np.repeat([2.0, 0.0], 3)
    return ensemble.Library(("a", "b"), np.stack([first, second]), actual, np.arange(6), np.repeat([0, 1], 3))


def test_the_candidate_of_a_part_is_the_best_on_the_others(spec):
    # On the last three rows b is right, so b answers for the first three, and a for the last.
    assert selection.chosen_alone(spec, library()).tolist() == [2, 3, 4, 6, 7, 8]


def test_the_gain_is_over_what_would_have_been_chosen(spec):
    # Wrong by 2 and by 3 alone; an answer that is always wrong by 1 is better by 1 and 2, on average 1.5.
    gain, error = selection.gain_of(spec, library(), np.arange(6.0) + 1)
    assert gain == pytest.approx(1.5)
    assert error == pytest.approx(0.5)  # 1 and 2 deviate by 0.707, divided by the root of two folds


def test_an_absurd_number_decides_nothing(spec):
    actual = np.array([1.0, 2.0, 3.0, 4.0, 1e6])
    score = FoldScore("a", 0, {"rmse": 5e5}, 0.0, 0.0, np.arange(5), actual, np.array([1.0, 2.0, 3.0, 6.0, 0.0]))
    asked = spec.but(metric="rmse")
    assert selection.race_score(asked, score) == pytest.approx(1.0)  # two too many in one of four rows
    assert selection.race_score(asked, replace(score, actual=np.arange(5.0))) == 5e5  # as it is stored
