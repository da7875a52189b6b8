"""Home: begin with a file or with practice data, or go on with a project."""

import streamlit as st

from workbench.ui import database_panel, incoming, navigation, paste, practice, project_cards, state, upload
from workbench.ui.phrases import size

store = state.store()
cards, gone = store.project_cards(), store.project_cards(deleted=True)

st.title(navigation.page("home").question)
st.markdown(
    "From a table to a prediction service that an engineer can run: no programming, and nothing leaves this computer."
)

incoming.show_home()
project_cards.undo(gone)
if cards:
    st.subheader("Your projects")
    project_cards.show(cards)

own, ready = st.columns([1, 1.3], gap="medium")
with own:
    st.subheader("Open my file")
    with st.container(border=True):
        upload.drop_zone(
            "A table with one row per case, and a column with what you would like to predict",
            name="home",
            receive=upload.new_project,
            multiple=True,
        )
        st.caption(upload.KINDS_SENTENCE)
    with st.expander("Paste cells from a spreadsheet", icon=":material/content_paste:"):
        paste.show("paste", upload.new_project)
    with st.expander("Read a table of a database", icon=":material/database:"):
        database_panel.show("database", upload.new_project)
    with st.expander("Open a saved project", icon=":material/folder_open:"):
        upload.drop_zone(
            "A project that was saved as a file (.workbench)",
            name="saved",
            receive=project_cards.open_saved,
            help="Made with “Save as a file” here or on another computer.",
            type=["workbench"],
        )
with ready:
    st.subheader("Try with practice data")
    practice.show()

if not cards:
    st.subheader("Your projects")
    st.markdown(
        "None yet. A project is made as soon as you open a file or choose a practice table; it keeps your data, "
        "choices and results, and you find it here when you come back."
    )

project_cards.deleted(gone)
usage = store.disk_usage()
st.caption(f"{size(usage.total_bytes)} on disk in use, {size(usage.free_bytes)} free.")
