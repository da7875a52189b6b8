"""Results: how good the estimators are, where the chosen one is wrong, and what it uses."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import (
    autopilot_dial,
    autopilot_report,
    components,
    earlier_decision,
    final_test_panel,
    goal_verdict,
    model_choice,
    optimism_panel,
    run_history,
    state,
    tuning_view,
)
from workbench.ui.results import tabs, top
from workbench.ui.results.shown import Shown

project = state.project_in_work()
components.header("results")
run = model_choice.choose_run(project, "results")
try:
    evaluation = state.evaluation_of(run)
except WorkbenchError as error:
    components.show_problem(error)
    st.stop()

top.show(project, run)
earlier_decision.show(project, run, evaluation, model_choice.remembered(run, evaluation), "results")
goal_verdict.show_ceiling(run)
run_history.show_warnings(run.notes.get("warnings", []))
optimism_panel.show_of_run(run)
autopilot_dial.show(run, evaluation)
if run.spec.autopilot is not None:
    autopilot_report.show(run, evaluation, "page.results")
run_history.about(run)

st.subheader("A closer look", anchor=False)
key = model_choice.choose_estimator(run, evaluation, "results")
if key is None:
    st.info("No estimator has a score yet.", icon=":material/hourglass_top:")
    st.stop()


def table():
    """Return the person's table; opened only where rows of it are shown."""
    return state.table(run.spec.dataset)


decision = model_choice.decision_of(run, key)
added = model_choice.added_to(run, key)
decided = model_choice.decided_evaluation(run, evaluation, key, decision, added)
tabs.show(Shown(project, run, decided, key, table, decision, added))
tuning_view.show(run, evaluation, key)
final_test_panel.show(project, run, key)
components.next_step("Next: try it", "try_it")
