"""Data: the table as it was read, what was assumed, and a way to change each assumption."""

import streamlit as st

from workbench.ui import components, data_views, incoming, other_data, questions_panel, reading_panel, state, upload

project = state.project_in_work()
components.header("data")
incoming.show(project)

if not project.draft.dataset:
    upload.drop_zone(
        "Open a table with one row per case, and a column with what you would like to predict",
        name="data",
        receive=upload.into_project(project),
        project_id=project.id,
        multiple=True,
    )
    st.caption(upload.KINDS_SENTENCE)
    st.stop()

dataset = state.dataset(project.draft.dataset)
reading_panel.show(project, dataset)
questions_panel.show(project, dataset)

if dataset.n_columns < 2:
    components.show_too_narrow()

data_views.show(project, dataset)
other_data.show(project, dataset)

components.next_step("Look at the data", "profile")
