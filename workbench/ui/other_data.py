"""Other data for a project that has a table: a newer file, more rows, pasted cells, or a table of a database."""

import streamlit as st

from workbench.ui import database_panel, paste, reading_job, upload

NEWER, MORE, PASTE, DATABASE = "Newer file", "More rows", "Paste", "Database"
SENTENCES = {
    NEWER: "The new table takes the place of this one. You see first what differs, and choices about columns that it "
    "has, too, are kept.",
    MORE: "The rows of the new files are put below the rows of this table. The files need the same columns.",
    PASTE: "Cells copied from a spreadsheet take the place of this table. You see first what differs.",
    DATABASE: "A table of a database takes the place of this one. You see first what differs.",
}


def show(project, dataset):
    """Show, folded, the ways to other data; what is brought in is shown on top of the page.

    Parameters
    ----------
    project : Project
    dataset : Dataset
        The one in work.
    """
    with st.expander("Use other data in this project", icon=":material/swap_horiz:"):
        way = st.segmented_control(
            "Where the data come from",
            list(SENTENCES),
            default=NEWER,
            required=True,
            key="page.data.other",
            label_visibility="collapsed",
        )
        st.caption(SENTENCES[way])
        newer = upload.into_project(project)
        if way == NEWER:
            upload.drop_zone("A file with the new table", name="newer", receive=newer, project_id=project.id)
        elif way == MORE:

            def more(files):
                st.session_state[upload.UNDO_KEY] = project.draft.model_dump(mode="json")
                reading_job.start_more(project, dataset, files)
                reading_job.wait(project.id)

            upload.drop_zone("Files with more rows", name="more", receive=more, project_id=project.id, multiple=True)
        elif way == PASTE:
            paste.show("paste_newer", newer, project_id=project.id)
        else:
            database_panel.show("database", newer, project_id=project.id)
