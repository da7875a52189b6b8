"""The top of the Results page: the headline, what the decision in use does, the verdict; it follows a run under way."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.deciding.amount_costs import Costs, amount_errors, cost_finding
from workbench.results.deciding.in_use import decision_in_words
from workbench.results.wording import LONGEST_NAME
from workbench.training import supervisor
from workbench.ui import components, goal_verdict, model_choice, run_history, state
from workbench.ui.results import decide_counts, views
from workbench.ui.results.decide_place import plain_words

EVERY_SECONDS = 2.0


def show(project, run):
    """Show the top; while the run is under way it is looked at again every two seconds, and nothing below it is."""
    active = run.status in state.ACTIVE

    @st.fragment(run_every=EVERY_SECONDS if active else None)
    def top():
        now = supervisor.check(state.store(), run.id) if active else run
        if active and now.status not in state.ACTIVE:
            st.rerun()  # the whole page: every number below is final now
        run_history.show_standing(now, project)
        if now.n_done > run.n_done and st.button(
            f"Show everything below as of {now.n_done} scores",
            key="page.results.follow",
            icon=":material/refresh:",
            help=f"The top follows the run; what is below is as of {run.n_done} scores, so that nothing moves while "
            "you work with it.",
        ):
            st.rerun()
        _say(project, now, so_far=active)

    top()


def _say(project, run, *, so_far):
    try:
        evaluation = state.evaluation_of(run)
        key = model_choice.remembered(run, evaluation)
        answers, added = model_choice.answers_in_use(run, evaluation, key)
        said = views.headline_of(run, answers, key, added, so_far=so_far)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    # Names are cut in the sentence; the whole ones stand in its help.
    names = [str(name) for name in (run.spec.target, run.spec.positive) if name is not None]
    whole = " = ".join(names) if any(len(name) > LONGEST_NAME for name in names) else None
    st.markdown(f"### {plain_words(said.sentence)}", help=components.plain(whole) if whole else None)
    in_use = _in_use(run, evaluation, key)
    if in_use:
        st.markdown(f"#### {plain_words(in_use)}")
    goal_verdict.show(project, run, answers, key, added, so_far=so_far)
    for note in said.notes:
        st.markdown(components.plain(note))


def _in_use(run, evaluation, key):
    """Say what was decided about the answers of an estimator does, and is worth; "" where nothing was."""
    if key is None:
        return ""
    try:
        if run.spec.classes:
            return _threshold_in_use(run, evaluation, key)
        shift = state.store().amount_decision(run.id, key)
        if shift is None or not shift.too_low + shift.too_high:
            return ""
        costs = Costs(shift.too_low, shift.too_high)
        return cost_finding(amount_errors(evaluation, key), costs, shift.shift, shift.unit) + "."
    except WorkbenchError:
        return ""


def _threshold_in_use(run, evaluation, key):
    decision = model_choice.decision_of(run, key)
    if decision is None:
        return ""
    decided = decide_counts.counted(run, key, decision.label, evaluation)
    return decision_in_words(decided, decision.threshold, decide_counts.money_of(run, decision))
