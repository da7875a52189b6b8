"""Train: what decides, which estimators are tried, the run under way, and earlier runs."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.training import supervisor
from workbench.ui import (
    autopilot_choice,
    components,
    estimator_choice,
    fit_preferences,
    run_history,
    run_outcome,
    run_panel,
    scrolling,
    state,
    ways_out,
)

project = state.project_in_work()
components.header("train")

runs = state.runs_of(project)
for run in reversed(runs):
    if run.status in state.ACTIVE:
        run_panel.show(run)

run_outcome.show(runs)

try:
    plan = state.plan_of(project.draft)
except WorkbenchError as error:
    components.show_problem(error)
    ways_out.show(error.ways_out, "page.train.way")
    components.go_to("Back to target and inputs", "features", key="page.train.back", primary=False)
    plan = None

if plan:
    warnings = state.warnings_of(project.draft, plan)
    n_rows = state.dataset(project.draft.dataset).n_rows
    run_history.show_facts(plan, warnings)
    ways_out.show(plan.ways_out, "page.train.way")
    ways_out.show_reading(project.draft.target)
    estimator_choice.choose_metric(project, plan.spec)
    autopilot_choice.choose(project, n_rows)
    autopilot_choice.show_what_happens(plan, autopilot_choice.purpose_of(project.draft), n_rows)
    estimator_choice.show_left_out(plan)
    estimator_choice.choose_own(project, n_rows)
    fit_preferences.choose(project, plan)

    def start():
        """Store the question as a run and set it going, in a process of its own."""
        try:
            run = state.store().create_run(project.id, plan.spec, notes=run_history.notes_of(plan, warnings))
            supervisor.start(state.store(), run.id)
            scrolling.again()  # to its progress and the way to stop it
            st.session_state.pop("run", None)  # what was looked at until now; the newest finished run is shown again
        except WorkbenchError as error:
            st.session_state["page.train.problem"] = error

    active = any(run.status in state.ACTIVE for run in runs)
    known = any(run.fingerprint == plan.spec.fingerprint and run.status in ("finished", *state.ACTIVE) for run in runs)
    st.button(
        "Train after the run under way" if active else "Train again" if known else "Train",
        type="secondary" if active or known else "primary",
        key="page.train.start",
        icon=":material/play_arrow:",
        on_click=start,
    )
    if not active:
        supervisor.stand_by(state.store())
    if "page.train.problem" in st.session_state:
        components.show_problem(st.session_state.pop("page.train.problem"))

run_history.show(runs, plan.spec if plan else None)
if state.run_in_view(project):
    st.divider()
    # One primary button a page: where something new can be trained, that is the next step.
    components.go_to("Next: see the results", "results", key="page.next", primary=plan is None or active or known)
