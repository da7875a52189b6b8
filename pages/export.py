"""Export: the service that an engineer starts, tested before it may be downloaded."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import bundle_panel, components, model_choice, run_history, state

project = state.project_in_work()
components.header("export")
run = model_choice.choose_run(project, "export")
try:
    evaluation = state.evaluation_of(run)
except WorkbenchError as error:
    components.show_problem(error)
    st.stop()
run_history.show_standing(run, project)
key = model_choice.choose_estimator(run, evaluation, "export")
if key is None:
    st.info("No estimator has a score yet.", icon=":material/hourglass_top:")
    st.stop()

if model_choice.fitted(run, key, "export"):
    bundle_panel.show(project, run, key)

inside, engineer = st.columns([3, 2], gap="large")
with inside:
    st.subheader("What is inside", anchor=False)
    bundle_panel.show_contents(project, run, key)
with engineer:
    st.subheader("What your engineer will do", anchor=False)
    bundle_panel.show_commands()
