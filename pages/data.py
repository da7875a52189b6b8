"""Data: the table as it was read, what was assumed, and a way to change each assumption."""

import streamlit as st

from workbench.ui import column_panel, components, reading_panel, state, table_view, upload

project = state.project_in_work()
components.header("data")

if not project.draft.dataset:
    upload.drop_zone(
        "Open a table with one row per case, and a column with what you would like to predict",
        name="data",
        receive=upload.into_project(project),
    )
    st.caption(upload.KINDS_SENTENCE)
    st.stop()

dataset = state.dataset(project.draft.dataset)
reading_panel.summary(dataset)
reading_panel.misfits(dataset)

if dataset.n_columns < 2:
    components.show_too_narrow()

left, right = st.columns([2.5, 1], gap="medium")
with left:
    table_view.show(
        state.table(dataset.fingerprint), dataset.fingerprint, key="page.data.table", alt="Your table, as it was read"
    )
    reading_panel.show(project, dataset)
    with st.expander("Use other data in this project", icon=":material/swap_horiz:"):
        st.caption("The new file takes the place of this table. Choices about columns that it has, too, are kept.")
        upload.drop_zone("A file with the new table", name="data", receive=upload.into_project(project))
with right:
    column_panel.show(project, dataset)

components.next_step("Look at the data", "profile")
