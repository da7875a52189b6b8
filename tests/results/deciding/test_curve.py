"""What is said and drawn about thresholds: the same figures as the counts behind them."""

import numpy as np
import pytest

from workbench.charts.decisions import decision_measures, decision_value
from workbench.results.deciding.best import best_threshold, value_interval
from workbench.results.deciding.curve import (
    PER_THOUSAND,
    beyond_capacity,
    curve,
    earned_elsewhere,
    interval_in_words,
    said_value,
    warning,
    worth_words,
)
from workbench.results.deciding.decisions import Decisions, counted
from workbench.results.deciding.in_use import decision_in_words, rows_of_1000
from workbench.results.deciding.purposes import F1, goal_of
from workbench.results.deciding.sweeps import sweep
from workbench.results.wording import number
from workbench.specs import ScenarioSpec

CALLS = goal_of(ScenarioSpec(name="Calls", found=40.0, false_alarm=-5.0, unit="€"))
ROOM = goal_of(ScenarioSpec(name="Room", kind="capacity", capacity=200, of=1000))


def decided(strength=1.0, n_rows=400, once=False, seed=0):
    rng = np.random.default_rng(seed)
    actual = rng.random(n_rows) < 0.3
    probability = np.clip(rng.random(n_rows) * (1 - 0.5 * strength) + 0.5 * strength * actual, 0, 1).round(3)
    part = np.arange(n_rows) % 5
    plain = counted(actual, probability > 0.5)
    return Decisions("Churn", "Yes", 2, sweep(actual, probability), plain, actual, probability, part, once)


@pytest.mark.parametrize("goal", [CALLS, F1, ROOM], ids=lambda goal: goal.name)
def test_every_line_of_the_numbers_is_what_its_threshold_does(goal):
    rows = decided()
    frame = curve(rows, goal, best_threshold(rows, goal)).frame()
    for line in frame.iloc[::37].itertuples():
        yes = rows.probability >= line.threshold
        assert line.found == pytest.approx(1000 * (rows.actual & yes).mean(), abs=1e-9)
        assert line.false_alarms == pytest.approx(1000 * (~rows.actual & yes).mean(), abs=1e-9)
        assert line.share_taken == pytest.approx(yes.mean(), abs=1e-12)
        if goal is CALLS:
            earned = 40 * (rows.actual & yes).sum() - 5 * (~rows.actual & yes).sum()
            assert line.gain_per_1000 == pytest.approx(1000 * earned / 400, abs=1e-9)
    assert ("f1" in frame) == (goal is F1) and ("gain_per_1000" in frame) == (goal is CALLS)


def test_the_finding_says_the_best_as_it_comes_and_without():
    rows = decided()
    best = best_threshold(rows, CALLS)
    told = curve(rows, CALLS, best).finding()
    assert told.startswith("Best from ")
    for value in (best.value, CALLS.value(rows.as_it_comes), best.without):
        assert worth_words(CALLS, value).removesuffix(PER_THOUSAND) in told
    assert "€ per 1,000 rows" in told


@pytest.mark.parametrize("once", [False, True])
def test_what_only_costs_is_said_as_costs_and_drawn_as_such(once):
    rows = decided(once=once)
    calls = goal_of(ScenarioSpec(name="Calls", found=-20.0, false_alarm=-20.0, missed=-300.0, unit="€"))
    found = curve(rows, calls, best_threshold(rows, calls))
    said = [found.finding(), earned_elsewhere(found), interval_in_words(rows, calls, 0.4), warning(found)]
    assert all("-" not in one and "earn" not in one for one in said)
    spent = -1000 * calls.value(rows.pooled.at(found.best.threshold))
    assert f"it costs {spent:,.0f}"[:12] in said[0] and "without the model it costs" in said[0]
    _, high = value_interval(rows, calls, 0.4)
    assert said[2].startswith(f"on other rows it costs {said_value(calls, -high).removesuffix(PER_THOUSAND)} to ")
    assert found.is_cost and "gain_per_1000" not in found.frame()
    np.testing.assert_allclose(found.frame()["cost_per_1000"], -found.values, rtol=1e-12)
    drawn = decision_value(found, 0.4)
    assert drawn["layer"][1]["encoding"]["y"]["title"] == "Costs per 1,000 rows (€)"
    assert drawn["datasets"]["chosen"][0]["value"] == pytest.approx(-1000 * calls.value(rows.pooled.at(0.4)))
    assert not curve(rows, CALLS, best_threshold(rows, CALLS)).is_cost


def test_ends_on_both_sides_of_nothing_are_told_apart():
    rows = decided(strength=0.0, n_rows=60)
    bet = goal_of(ScenarioSpec(name="Bet", found=7.0, false_alarm=-3.0, unit="€"))
    low, high = value_interval(rows, bet, 0.5)
    assert low < 0 < high
    assert "between a cost of" in interval_in_words(rows, bet, 0.5) and "a gain of" in interval_in_words(rows, bet, 0.5)


def test_what_is_in_use_is_said_in_rows_of_1000_and_in_money():
    rows = decided()
    calls = goal_of(ScenarioSpec(name="Calls", found=-20.0, false_alarm=-20.0, missed=-300.0, unit="€"))
    yes = rows.probability >= 0.6
    n_yes, n_found, n_missed = (1000 * one.mean() for one in (yes, yes & rows.actual, ~yes & rows.actual))
    said = decision_in_words(rows, 0.6, calls)
    right = 100 * rows.actual[yes].mean()
    assert said.startswith(
        f"At 60 %: of 1,000 rows {rows_of_1000(n_yes)} are decided “Yes”, and {rows_of_1000(n_found)} of them "
        f"({right:.0f} %) are so; {rows_of_1000(n_missed)} that are “Yes” are missed. It costs "
    )
    spent = 1000 * (20 * yes.mean() + 300 * (~yes & rows.actual).mean())
    assert f"It costs {number(spent)} € per 1,000 rows; deciding “Yes” for all of them costs 20,000 €." in said
    never = goal_of(ScenarioSpec(name="Dear", found=1.0, false_alarm=-900.0))
    assert decision_in_words(rows, 0.6, never).endswith("deciding “Yes” for none of them earns 0.")
    assert decision_in_words(rows, 0.6).endswith("are missed.")


def test_a_capacity_that_does_not_suffice_is_said():
    rows = decided()
    found = curve(rows, ROOM, best_threshold(rows, ROOM))
    taken = int((rows.probability >= 0.3).sum())
    assert f"{taken} of the 400 rows tested here" in beyond_capacity(found, 0.3)
    assert beyond_capacity(found, 0.3).endswith("there is room for 80.")
    assert (
        beyond_capacity(found, found.best.threshold)
        == ""
        == beyond_capacity(curve(rows, F1, best_threshold(rows, F1)), 0.3)
    )


def test_a_model_that_earns_nothing_is_not_praised():
    rows = decided(strength=0.0)
    never = goal_of(ScenarioSpec(name="Never", found=1.0, false_alarm=-100.0))
    told = curve(rows, never, best_threshold(rows, never))
    assert told.finding().startswith("No threshold does better") or earned_elsewhere(told).startswith("Do not count")
    assert warning(told) == ""


def test_what_chance_promised_is_not_to_be_counted_on():
    told = [
        curve(rows, bet, best_threshold(rows, bet))
        for bet in [goal_of(ScenarioSpec(name="Bet", found=7.0, false_alarm=-3.0))]
        for rows in (decided(strength=0.0, seed=seed) for seed in range(8))
    ]
    said = [earned_elsewhere(one) for one in told if one.best.value > one.best.without]
    assert said and any(one.startswith("Do not count on it") for one in said)


@pytest.mark.parametrize("once", [False, True])
def test_the_interval_is_said_for_1000_rows(once):
    rows = decided(once=once)
    low, high = value_interval(rows, CALLS, 0.4)
    words = interval_in_words(rows, CALLS, 0.4)
    assert words.startswith(f"on other rows it earns {said_value(CALLS, low).removesuffix(PER_THOUSAND)} to ")
    assert said_value(CALLS, high).removesuffix(PER_THOUSAND) in words
    assert words.endswith("from rows drawn again)" if once else "from 5 folds)")


def test_room_for_some_says_how_many_of_the_class_are_among_them():
    rows = decided()
    order = np.argsort(-rows.probability, kind="stable")[:80]
    told = curve(rows, ROOM, best_threshold(rows, ROOM)).finding()
    assert told.startswith("Room for 200 of 1,000: the 80 rows ranked highest hold ")
    share = rows.actual[order].sum() / rows.actual.sum()
    assert abs(float(told.split("hold ")[1].split(" %")[0]) / 100 - share) < 0.02
    assert told.endswith("as many drawn by chance 20 %")


def test_of_a_rare_class_nothing_is_drawn_beyond_the_end_of_the_slider():
    rng = np.random.default_rng(5)
    actual = rng.random(500) < 0.02
    probability = (0.04 * rng.random(500)).round(4)
    pooled = sweep(actual, probability)
    plain = counted(actual, probability > 0.5)
    rows = Decisions("Churn", "Yes", 2, pooled, plain, actual, probability, np.arange(500) % 5, tested_once=False)
    found = curve(rows, F1, best_threshold(rows, F1), (0.5, 1.0))
    assert pooled.top < 0.05 and found.stops[-1] == 1.0
    for drawn in (decision_value(found, 0.5), decision_measures(found, 0.5)):
        line = drawn["layer"][1]["encoding"]["x"]["scale"]["domain"]
        assert line == [0, pooled.top]
        places = [row["at"] for row in drawn["data"]["values"]] + [row["at"] for row in drawn["datasets"]["chosen"]]
        assert max(places) == pooled.top
        band = drawn["layer"][0]["data"]["values"][0]
        assert 0 <= band["low"] <= band["high"] <= pooled.top


def test_only_named_data_moves_with_the_slider():
    rows = decided()
    found = curve(rows, CALLS, best_threshold(rows, CALLS))
    one, other = decision_value(found, 0.2), decision_value(found, 0.7)
    assert one["datasets"]["chosen"][0]["at"] == 0.2 and other["datasets"]["chosen"][0]["at"] == 0.7
    assert {name: part for name, part in one.items() if name != "datasets"} == {
        name: part for name, part in other.items() if name != "datasets"
    }
