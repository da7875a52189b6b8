"""A goal over all thresholds: the numbers behind the slider, its chart and its sentences."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.results.deciding.best import LEVEL, Best, value_interval
from workbench.results.deciding.decisions import Decisions
from workbench.results.deciding.purposes import Goal, filled, share_of
from workbench.results.deciding.sweeps import THOUSAND, Outcomes
from workbench.results.wording import number, percent, shorten
from workbench.runtime.decisions import percent_of

LONGEST_CLASS = 24  # characters of a class in a sentence
PER_THOUSAND = " per 1,000 rows"


@dataclass(frozen=True, eq=False)
class Curve:
    """What every threshold on offer does, and where the best is.

    Parameters
    ----------
    decided : Decisions
    goal : Goal
    best : Best
    stops : float64 ndarray of shape (n_stops,)
        Thresholds on offer, rising.
    outcomes : Outcomes of float64 ndarrays of shape (n_stops,)
        Per 1,000 rows.
    """

    decided: Decisions
    goal: Goal
    best: Best
    stops: np.ndarray
    outcomes: Outcomes

    @property
    def values(self) -> np.ndarray:
        """Of the goal, as shown: earned per 1,000 rows, or a share."""
        return shown_value(self.goal, self.outcomes)

    def frame(self) -> pd.DataFrame:
        """One row per threshold on offer: ``threshold``, the four outcomes per 1,000 rows, ``precision``, ``recall``,
        ``share_taken``, and the goal's own ``gain_per_1000`` (``cost_per_1000`` where all of it is spent) or value
        where it has one."""
        counts = dict(zip(("found", "false_alarms", "missed", "left_alone"), self.outcomes.counts, strict=True))
        measures = {
            "precision": self.outcomes.precision,
            "recall": self.outcomes.recall,
            "share_taken": self.outcomes.share,
        }
        own = {} if self.goal.name == "capacity" else {value_name(self.goal): self.values}
        if self.is_cost:
            own = {"cost_per_1000": -self.values + 0.0}  # no minus zero
        return pd.DataFrame({"threshold": self.stops, **counts, **measures, **own})

    def finding(self) -> str:
        """The result in one sentence."""
        best, where = self.best, f"from {percent_of(self.best.threshold)} on"
        name = f"“{shorten(self.decided.label, LONGEST_CLASS)}”"
        if self.goal.name == "capacity":
            taken = filled(self.decided.pooled, share_of(self.goal.scenario))
            return (
                f"Room for {self.goal.scenario.capacity:,} of {self.goal.scenario.of:,}: the {taken.n_taken:,} rows "
                f"ranked highest hold {percent(_known(taken.outcomes.recall))} of all {name}, as many drawn by chance "
                f"{percent(_known(taken.outcomes.guessed().recall))}"
            )
        found, plain, without = (
            worth_words(self.goal, value) for value in (best.value, self.as_it_comes, best.without)
        )
        if not best.value > best.without:
            return f"No threshold does better than deciding without the model, which {without}"
        if not self.goal.is_money:
            plain, without = (said_value(self.goal, value) for value in (self.as_it_comes, best.without))
            return (
                f"Best {where}: {said_value(self.goal, best.value)}; as the model comes {plain}, without it {without}"
            )
        plain, without = (words.removesuffix(PER_THOUSAND) for words in (plain, without))
        return f"Best {where}: it {found}, as the model comes it {plain}, without the model it {without}"

    def measures_finding(self) -> str:
        """What the best threshold finds, and how often it is right, in one sentence."""
        found, name = self.decided.pooled.at(self.best.threshold), f"“{shorten(self.decided.label, LONGEST_CLASS)}”"
        right = percent(found.precision) if found.taken else "none"
        return (
            f"From {percent_of(self.best.threshold)} on, the best: {percent(_known(found.recall))} of all {name} are "
            f"found, and {right} of the rows decided {name} are so"
        )

    @property
    def is_cost(self) -> bool:
        """Whether every threshold, and doing without the model, costs: what is shown is what is spent, lower is
        better."""
        if not self.goal.is_money:
            return False
        ends = [self.goal.value(one) for one in (self.decided.nothing, self.decided.everything)]
        return bool(max(self.values.max(), *ends) <= 0 > min(self.values.min(), *ends))

    @property
    def as_it_comes(self) -> float:
        """The goal's value where the answer is the most probable class."""
        return self.goal.value(self.decided.as_it_comes)


def curve(decided: Decisions, goal: Goal, best: Best, also: tuple[float, ...] = ()) -> Curve:
    """Return a goal over thresholds to choose from, those in ``also`` among them."""
    stops = np.array(decided.pooled.stops(also))
    outcomes = decided.pooled.outcomes[decided.pooled.position(stops)].scaled()
    return Curve(decided, goal, best, stops, outcomes)


def value_name(goal: Goal) -> str:
    """Return the name of a goal's column.

    >>> value_name(Goal("f1", "Balance of precision and recall (F1)"))
    'f1'
    """
    return "gain_per_1000" if goal.is_money else goal.name


def shown_value(goal: Goal, outcomes: Outcomes):
    """Return the value of outcomes as it is shown: an amount per 1,000 rows, or a share as it is."""
    return goal.value(outcomes) * (THOUSAND if goal.is_money else 1.0)


def said_value(goal: Goal, value: float) -> str:
    """Say a share as it is, from 0 to 1, and a difference of amounts for 1,000 rows; totals are said by
    :func:`worth_words`.

    >>> said_value(Goal("gains", "Calls"), -0.5), said_value(Goal("f1", "F1"), 0.62149)
    ('−500 per 1,000 rows', '0.621')
    """
    if not math.isfinite(value):
        return "not defined"
    if goal.name == "capacity":
        return percent(value)  # as the share that is found is said everywhere else
    if not goal.is_money:
        return f"{value:.3f}"
    return said_amount(goal, value * THOUSAND) + PER_THOUSAND


def worth_words(goal: Goal, value: float) -> str:
    """Say what a decision is worth, to follow "it": the one way in which totals are told on screen and in reports.

    >>> calls = Goal("gains", "Calls")
    >>> worth_words(calls, -16.3), worth_words(calls, 0.5), worth_words(Goal("f1", "F1"), 0.62149)
    ('costs 16,300 per 1,000 rows', 'earns 500 per 1,000 rows', 'reaches 0.621')
    """
    if not math.isfinite(value):
        return "is not defined"
    if goal.name == "capacity":
        return f"finds {percent(value)} of all"
    if not goal.is_money:
        return f"reaches {said_value(goal, value)}"
    return money_words(goal, value * THOUSAND) + PER_THOUSAND


def money_words(goal: Goal, amount: float) -> str:
    """Say an amount that is earned or, where it is below zero, what it costs.

    >>> money_words(Goal("gains", "Calls"), -16300.0), money_words(Goal("gains", "Calls"), 0.0)
    ('costs 16,300', 'earns 0')
    """
    return f"{'costs' if amount < 0 else 'earns'} {said_amount(goal, abs(amount))}"


def said_amount(goal: Goal, amount: float) -> str:
    """Write an amount with its unit; no more digits than can be told apart.

    >>> said_amount(Goal("gains", "Calls"), 12345.6)
    '12,300'
    """
    return number(amount, unit=goal.unit) if amount else number(0.0, 0, goal.unit)


def _known(share: float) -> float:
    return share if math.isfinite(share) else 0.0


def beyond_capacity(shown: Curve, threshold: float) -> str:
    """Say, of a capacity, that a threshold takes more rows than there is room for; "" where there is."""
    if shown.goal.name != "capacity":
        return ""
    taken = shown.decided.pooled.at(threshold)
    room = filled(shown.decided.pooled, share_of(shown.goal.scenario)).n_taken
    if taken.taken <= room:
        return ""
    return (
        f"From {percent_of(threshold)} on, {taken.taken:,} of the {taken.n_rows:,} rows tested here are decided "
        f"“{shorten(shown.decided.label, LONGEST_CLASS)}”, and there is room for {room:,}."
    )


def earned_elsewhere(shown: Curve) -> str:
    """Say what the best threshold would do on rows that it was not chosen on, as a sentence."""
    best, goal = shown.best, shown.goal
    if goal.name == "capacity" or not best.value > best.without:
        return ""
    how = "parts of the rows" if shown.decided.tested_once else "folds"
    there, here = worth_words(goal, best.honest), worth_words(goal, best.value)
    if not best.is_useful:
        return (
            f"Do not count on it: with the threshold chosen on the other {how} it {there}, which is no better than "
            f"deciding without the model: that {worth_words(goal, best.without)}."
        )
    return (
        f"The best threshold looks a little better than it is, since it was chosen on these very rows (it {here}). "
        f"With the threshold chosen on the other {how} it {there}: expect that."
    )


def warning(shown: Curve) -> str:
    """Say that the best threshold is not sure and what that costs, as a sentence; "" where it is sure."""
    best, goal = shown.best, shown.goal
    if not best.is_unstable:
        return ""
    low, high = percent_of(best.low), percent_of(best.high)
    whose = (
        f"where rows are drawn again it lies between {low} and {high} in 90 % of the draws"
        if shown.decided.tested_once
        else f"that of single folds goes from {low} to {high}"
    )
    if goal.name == "capacity":
        few, many = (f"{THOUSAND * share:,.0f}" for share in best.shares)
        return f"The threshold is not sure: {whose}. Within it, {few} to {many} of 1,000 rows are taken."
    lost = said_value(goal, best.shortfall)
    return f"The best threshold is not sure: {whose}. A threshold within that range may lose {lost} against the best."


def interval_in_words(decided: Decisions, goal: Goal, threshold: float, seed: int = 0) -> str:
    """Say where the value of a threshold would lie on other rows."""
    low, high = value_interval(decided, goal, threshold, seed=seed)
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    where = "rows drawn again" if decided.tested_once else f"{len(decided.parts)} folds"
    said = _range_in_words(goal, THOUSAND * low, THOUSAND * high) if goal.is_money else ""
    said = said or " to ".join(said_value(goal, min(max(end, 0), 1)) for end in (low, high))
    return f"on other rows {said} ({percent(LEVEL)} interval, from {where})"


def _range_in_words(goal: Goal, low: float, high: float) -> str:
    """Say from where to where amounts go, the ends of costs turned round."""
    if low < 0 < high:
        return f"between a cost of {said_amount(goal, -low)} and a gain of {said_amount(goal, high)}"
    near, far = sorted((abs(low), abs(high)))
    return f"it {'costs' if low < 0 else 'earns'} {said_amount(goal, near)} to {said_amount(goal, far)}"
