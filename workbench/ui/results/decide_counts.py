"""What every threshold would do, counted once for all places of the pages that ask."""

import streamlit as st

from workbench.results.deciding.decisions import decisions
from workbench.results.deciding.purposes import goal_of
from workbench.ui import state


@st.cache_resource(max_entries=16, show_spinner="Counting what every threshold would do …")
def _decisions(run_id, n_done, key, label, _evaluation):
    found = decisions(_evaluation, key, label)
    _ = found.parts  # kept with it
    return found


def counted(run, key, label, evaluation):
    """Return what every threshold would do to the out-of-fold rows of an estimator.

    Raises
    ------
    NotPossible
        It gives no probabilities.
    """
    return _decisions(run.id, run.n_done, key, label, evaluation)


def goals_of(run, label):
    """Return the goals that stand for what the person said about a class: amounts, and capacities."""
    goals = [goal_of(scenario) for scenario in state.store().scenarios(run.id, label)]
    return [goal for goal in goals if goal.is_money], [goal for goal in goals if not goal.is_money]


def money_of(run, decision):
    """Return the goal by whose amounts a decision is told: what it was chosen for, else the first there is, or None."""
    money, _ = goals_of(run, decision.label)
    return next((goal for goal in money if goal.label == decision.scenario), money[0] if money else None)
