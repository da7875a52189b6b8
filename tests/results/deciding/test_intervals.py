"""Intervals around predicted amounts, against brute force, figures worked out by hand, and what they promise."""

import math

import numpy as np
import pytest

from tests.results.amounts import scored
from workbench.errors import NotPossible
from workbench.results.deciding import intervals
from workbench.results.deciding.interval_shapes import PLAIN, Shape, ends, usual_error
from workbench.results.deciding.intervals import interval_of
from workbench.runtime.intervals import bounds


def even(n_rows=600, seed=0, n_folds=3):
    """Errors as large for small as for large predictions; rows in no order."""
    rng = np.random.default_rng(seed)
    predicted = rng.uniform(-50, 50, n_rows)
    return predicted + rng.normal(0, 5, n_rows), predicted, rng.permutation(n_rows) % n_folds


def growing(n_rows=3000, seed=0, n_folds=3):
    rng = np.random.default_rng(seed)
    predicted = rng.uniform(10, 100, n_rows)
    return predicted + rng.normal(0, 1, n_rows) * predicted / 10, predicted, rng.permutation(n_rows) % n_folds


def kth_smallest(values, level):
    """Split conformal's quantile, with exact fractions."""
    rank = -(-round(level * 100) * (len(values) + 1) // 100)
    return sorted(values)[rank - 1] if rank <= len(values) else None


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("n_rows", [9, 19, 99, 250])
def test_the_plain_ends_are_the_corrected_quantile_of_the_errors(n_rows, level):
    scores = np.random.default_rng(n_rows).normal(0, 3, n_rows)
    expected = kth_smallest(np.abs(scores).tolist(), level)
    found = ends(np.sort(scores), level, None)
    assert found == (None if expected is None else (expected, expected))


def test_ends_with_most_misses_above_by_hand():
    scores = np.arange(1.0, 1000.0)  # 999 of them, so that a share of 1 / 1000 is one row
    below, above = ends(scores, 0.9, 0.25)
    assert (below, above) == (-25.0, 925.0)  # 24 below the one, 74 above the other: 100 of 1,000 with the next row
    assert ends(scores[:100], 0.9, 0.25) is None


def test_an_even_spread_keeps_the_plain_shape_and_its_quantile():
    actual, predicted, fold = even()
    found = interval_of(scored(actual, predicted, fold), "ridge")
    reach = kth_smallest(np.abs(actual - predicted).tolist(), 0.9)
    assert found.shape == PLAIN
    assert found.rule == {"below": reach, "above": reach, "at": [], "scale": [], "floor": None}
    assert found.width == pytest.approx(found.plain_width, rel=1e-12)


def test_the_ends_shown_come_from_the_other_folds():
    actual, predicted, fold = even()
    rows = interval_of(scored(actual, predicted, fold), "ridge").frame()
    for number in range(3):
        others, own = fold != number, (rows["fold"] == number).to_numpy()
        reach = kth_smallest(np.abs(actual - predicted)[others].tolist(), 0.9)
        np.testing.assert_allclose(rows["upper"][own], predicted[fold == number] + reach, rtol=1e-12)
        np.testing.assert_allclose(rows["lower"][own], predicted[fold == number] - reach, rtol=1e-12)


def test_coverage_and_width_equal_counting():
    found = interval_of(scored(*growing()), "ridge", 0.8)
    rows = found.frame()
    inside = [
        low <= value <= high for low, value, high in zip(rows["lower"], rows["actual"], rows["upper"], strict=True)
    ]
    assert found.coverage == pytest.approx(sum(inside) / len(inside), abs=1e-12)
    assert found.coverage == pytest.approx(0.8, abs=4 * math.sqrt(0.8 * 0.2 / len(rows)))
    by_fold, by_value = found.by_fold(), found.by_value()
    assert by_fold["n_rows"].sum() == by_value["n_rows"].sum() == len(rows)
    assert np.average(by_value["coverage"], weights=by_value["n_rows"]) == pytest.approx(found.coverage, abs=1e-12)
    assert np.average(by_fold["width"], weights=by_fold["n_rows"]) == pytest.approx(found.width, rel=1e-12)
    assert found.spread() == pytest.approx(np.std(by_fold["coverage"]), abs=1e-12)
    assert found.finding().startswith(
        "Of the held-out rows 79 % lie inside their interval (80 % should); it is 13.8 € wide"
    )


def test_errors_that_grow_get_intervals_that_grow_and_hold_for_small_and_large():
    found = interval_of(scored(*growing()), "ridge")
    assert found.shape.scaled and found.width < 0.95 * found.plain_width
    widths = found.by_value()["width"]
    assert widths.iloc[-1] > 3 * widths.iloc[0]
    # A band has 300 rows: four standard errors of a share of 0.9 among so many.
    assert found.by_value()["coverage"].between(0.9 - 0.07, 0.9 + 0.07).all()
    low, high = bounds(np.array([20.0, 90.0]), found.to_json())
    normal = 1.6449 * np.array([20.0, 90.0]) / 10
    np.testing.assert_allclose((high - low) / 2, normal, rtol=0.15)


def test_errors_to_one_side_get_most_of_the_misses_there():
    rng = np.random.default_rng(1)
    predicted = rng.uniform(-1, 1, 2000)
    actual = predicted + rng.exponential(2.0, 2000)
    found = interval_of(scored(actual, predicted, np.arange(2000) % 4), "ridge")
    # The shortest of all intervals of an exponential that hold 90 % begins at its lower end: 2 ln 10 wide.
    assert found.shape == Shape(scaled=False, tail=0.1)
    assert found.width == pytest.approx(2 * math.log(10), rel=0.06)
    assert found.width < 0.6 * found.plain_width


def test_no_end_is_negative_where_no_actual_value_is():
    rng = np.random.default_rng(2)
    predicted = rng.uniform(0, 3, 300)
    actual = np.abs(predicted + rng.normal(0, 2, 300))
    found = interval_of(scored(actual, predicted, np.arange(300) % 3), "ridge")
    assert found.rule["floor"] == 0.0 and found.frame()["lower"].min() == 0.0
    assert interval_of(scored(actual[:40], predicted[:40], np.arange(40) % 2), "ridge").rule["floor"] is None


def test_time_looks_at_earlier_parts_only():
    actual, predicted, fold = even(n_folds=1)
    fold = np.arange(600) // 200
    found = interval_of(scored(actual, predicted, fold, kind="time", column="day"), "ridge")
    rows = found.frame()
    assert rows["lower"][:200].isna().all() and not rows["inside"][:200].any()
    reach = kth_smallest(np.abs(actual - predicted)[:200].tolist(), 0.9)
    np.testing.assert_allclose(rows["upper"][200:400], predicted[200:400] + reach, rtol=1e-12)
    assert found.coverage == rows["inside"][200:].mean()
    assert "later rows" in found.meaning()


def test_rows_tested_once_are_divided_to_measure_the_coverage():
    actual, predicted, _ = even()
    found = interval_of(scored(actual, predicted, np.zeros(600, dtype=int)), "ridge")
    assert found.frame()["lower"].notna().all() and math.isnan(found.spread())
    assert found.to_json()["coverage_std"] is None
    others = np.arange(600) % 5 != 0
    reach = kth_smallest(np.abs(actual - predicted)[others].tolist(), 0.9)
    assert found.frame()["upper"][0] == pytest.approx(predicted[0] + reach, rel=1e-12)


def test_a_ratio_of_errors_narrows_what_is_shipped_and_not_what_is_measured():
    evaluation = scored(*growing())
    usual, narrower = interval_of(evaluation, "ridge"), interval_of(evaluation, "ridge", ratio=0.9)
    assert narrower.rule["above"] == pytest.approx(0.9 * usual.rule["above"], rel=1e-12)
    assert narrower.coverage == usual.coverage and narrower.to_json()["ratio"] == 0.9


def test_exact_predictions_and_a_constant_have_intervals_too():
    actual = np.repeat(np.arange(50.0), 10)
    exact = interval_of(scored(actual, actual, np.arange(500) % 5), "ridge")
    assert exact.coverage == 1.0 and exact.width == 0.0
    constant = interval_of(scored(actual, np.full(500, 24.5), np.arange(500) % 5), "ridge")
    assert not constant.shape.scaled and constant.coverage == pytest.approx(0.9, abs=0.05)


def test_equal_predictions_are_one_band():
    prediction = np.repeat([1.0, 2.0, 3.0], 200)
    at, scale = usual_error(prediction, np.repeat([0.5, -1.0, 2.0], 200))
    assert at.tolist() == [1.0, 2.0, 3.0] and scale.tolist() == [0.5, 1.0, 2.0]


def test_too_few_rows_are_refused_in_words():
    actual, predicted, _ = even(12)
    evaluation = scored(actual, predicted, np.arange(12) % 2)
    assert interval_of(evaluation, "ridge", 0.9).rule["above"] == np.abs(actual - predicted).max()
    with pytest.raises(NotPossible, match="too few for an interval that 19 of 20"):
        interval_of(evaluation, "ridge", 0.95)


@pytest.mark.parametrize("maker", [even, growing])
def test_new_rows_lie_inside_as_often_as_asked(maker):
    """40 samples of 600 rows and as many new ones: the mean coverage has a standard error of about 0.3 %."""
    covered = []
    for seed in range(40):
        found = interval_of(scored(*maker(600, seed)), "ridge")
        actual, predicted, _ = maker(600, seed + 1000)
        low, high = bounds(predicted, found.to_json())
        covered.append(np.mean((actual >= low) & (actual <= high)))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.012)


def test_of_very_many_rows_some_are_calibrated_on_and_all_have_ends(monkeypatch):
    actual, predicted, fold = even()
    whole = interval_of(scored(actual, predicted, fold), "ridge")
    monkeypatch.setattr(intervals, "MOST_ROWS", 300)
    part = interval_of(scored(actual, predicted, fold), "ridge")
    assert part.frame()["lower"].notna().all() and len(part.frame()) == 600
    assert part.width != whole.width and part.width == pytest.approx(whole.width, rel=0.15)


def test_it_is_told_where_an_interval_holds_less_often_than_it_should():
    rng = np.random.default_rng(3)
    predicted, fold = np.zeros(600), np.arange(600) // 200
    actual = rng.normal(0, 1, 600) * np.repeat([1.0, 1.0, 3.0], 200)
    late = interval_of(scored(actual, predicted, fold, kind="time", column="day"), "ridge")
    assert late.coverage < 0.8
    assert late.shortfall().endswith(
        "errors were larger later than before. Do not count on 9 of 10 cases; a higher level is safer."
    )
    assert interval_of(scored(*even()), "ridge").shortfall() == ""
