"""What a decision about a class does and is worth, in sentences that the first page, its section and the card share."""

from workbench.results.deciding.curve import interval_in_words, worth_words
from workbench.results.deciding.purposes import Goal, goal_of
from workbench.results.deciding.sweeps import Outcomes
from workbench.results.summary import Summary

FEW = 10  # per 1,000 rows; fewer are told with a decimal, as what is about so


def per_1000(summary: Summary) -> tuple[str, str, str, str]:
    """Return how many of 1,000 rows are found, falsely alarmed about, missed and rightly left alone, as text."""
    outcomes: Outcomes = summary.decisions.pooled.at(summary.threshold).scaled()
    return tuple(f"{count:,.0f}" if count >= FEW or not count else f"about {count:.1f}" for count in outcomes.counts)


def chosen_goal(summary: Summary) -> Goal | None:
    """Return what the threshold was chosen for; None where nobody said."""
    chosen = summary.decision
    scenarios = {} if chosen is None else {one.name: one for one in chosen.scenarios}
    if summary.decisions is None or chosen is None or chosen.scenario not in scenarios:
        return None
    return goal_of(scenarios[chosen.scenario])


def worth_sentence(summary: Summary, goal: Goal) -> str:
    """Say what the decision is worth by what it was chosen for, beside doing without the model."""
    decided, threshold = summary.decisions, summary.threshold
    value = worth_words(goal, goal.value(decided.pooled.at(threshold)))
    better = "" if goal.is_money else " (higher is better)"
    spread = interval_in_words(decided, goal, threshold, summary.spec.seed)
    return (
        f"By “{summary.decision.scenario}” this decision {value}{better}"
        + (f", {spread}" if spread else "")
        + f"; doing without the model {worth_words(goal, goal.without(decided.pooled))}."
    )
