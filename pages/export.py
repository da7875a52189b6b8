"""Export: the service that an engineer starts, tested before it may be downloaded."""

import streamlit as st

from workbench.ui import bundle_contents, bundle_job, bundle_panel, components, model_choice, state

project = state.project_in_work()
components.header("export")
st.markdown(
    "You get one file (a zip) with the model as a small web service: a form for people, an address for programs. It is "
    "made and tested here; you download it and send it to an engineer, who starts it. Nothing is sent from here."
)
run, _, key = model_choice.opening(project, "export", lambda run: bundle_job.worked_on(project, run))

if model_choice.fitted(run, key, "export"):
    bundle_panel.show(project, run, key)

inside, engineer = st.columns([3, 2], gap="large")
with inside:
    st.subheader("What is inside", anchor=False)
    bundle_contents.show_contents(project, run, key)
with engineer:
    st.subheader("What your engineer will do", anchor=False)
    bundle_contents.show_commands()
