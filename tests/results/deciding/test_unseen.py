"""A decision on rows that nothing had seen: counts, shares and costs by hand, beside the promise."""

import numpy as np
import pytest

from tests.results.amounts import scored
from workbench.results.deciding.amount_costs import Costs, amount_errors
from workbench.results.deciding.decisions import Decisions, counted
from workbench.results.deciding.intervals import interval_of
from workbench.results.deciding.purposes import goal_of
from workbench.results.deciding.sweeps import sweep
from workbench.results.deciding.unseen import FOUND, MEASURE, PROMISED, amounts_beside, decided_on, threshold_beside
from workbench.results.wording import number
from workbench.runtime.intervals import bounds
from workbench.specs import ScenarioSpec

CALLS = goal_of(ScenarioSpec(name="Calls", found=-20.0, false_alarm=-20.0, missed=-300.0, unit="€"))


def drawn(n_rows, seed):
    rng = np.random.default_rng(seed)
    actual = rng.random(n_rows) < 0.3
    return actual, np.clip(rng.random(n_rows) * 0.6 + 0.4 * actual, 0, 1)


def test_what_a_threshold_does_to_other_rows_is_counted_there():
    actual, chance = drawn(400, 0)
    known = counted(actual, chance >= 0.5)
    part = np.arange(400) % 5
    promised = Decisions("Churn", "Yes", 2, sweep(actual, chance), known, actual, chance, part, tested_once=False)
    new, shares = drawn(150, 1)
    found = decided_on(promised, new, shares, shares >= 0.5)
    frame = threshold_beside(found, promised, 0.6, CALLS).set_index(MEASURE)
    yes = shares >= 0.6
    assert float(frame.loc["Missed, of 1,000 rows", FOUND]) == pytest.approx(1000 * (new & ~yes).mean(), abs=0.5)
    assert float(frame.loc["Found, of 1,000 rows", PROMISED]) == pytest.approx(
        1000 * (actual & (chance >= 0.6)).mean(), abs=0.5
    )
    assert frame.loc["Recall", FOUND].startswith(f"{100 * yes[new].mean():.0f} % (95 %: ")
    worth = np.where(yes, -20.0, np.where(new, -300.0, 0.0))
    reach = 1000 * 1.959963984540054 * worth.std() / np.sqrt(150)
    assert frame.loc["By “Calls”, 1,000 rows", FOUND] == (
        f"costs {number(-1000 * worth.mean())} € (95 %: ± {number(reach)})"
    )
    none = threshold_beside(found, promised, 1.0).set_index(MEASURE)
    assert none.loc["Precision", FOUND] == "not defined" and "By “Calls”, 1,000 rows" not in none.index


def test_amounts_are_counted_inside_the_interval_that_is_shipped_and_cost_what_they_cost():
    rng = np.random.default_rng(2)
    predicted = rng.uniform(50, 150, 300)
    evaluation = scored(predicted + rng.normal(0, 9, 300), predicted, np.arange(300) % 3)
    interval, errors, costs = interval_of(evaluation, "ridge"), amount_errors(evaluation, "ridge"), Costs(3.0, 1.0)
    guess = rng.uniform(50, 150, 80)
    actual = guess + rng.normal(2, 9, 80)
    frame = amounts_beside(actual, guess, interval, errors, costs, 4.0, "€").set_index(MEASURE)
    lower, upper = bounds(guess, interval.rule)
    inside = ((actual >= lower) & (actual <= upper)).mean()
    assert frame.loc["Inside their interval", FOUND].startswith(f"{100 * inside:.0f} % (95 %: ")
    off = actual - guess - 4.0
    spent = np.where(off > 0, 3 * off, -off).mean()
    assert frame.loc["Cost per row, with what is in use", FOUND].startswith(f"{number(spent)} € (95 %: ± ")
    assert frame.loc["Cost per row, with what is in use", PROMISED] == number(errors.mean_cost(costs, 4.0), unit="€")
    assert len(amounts_beside(actual, guess, None, errors)) == 0
