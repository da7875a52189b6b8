"""Cells copied from a spreadsheet and pasted into the page, as a file of text."""

import uuid

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import components, scrolling, staged, state

FILE_NAME = "pasted.txt"


def show(name, receive, *, project_id=""):
    """Show a text area for cells, and hand what was pasted to ``receive(files)``, as a drop zone does."""
    problem, key = f"page.{name}.problem", f"page.{name}.cells"
    if problem in st.session_state:
        components.show_problem(st.session_state[problem])
    cells = st.text_area(
        "Paste the cells here, with their column names in the first row",
        key=key,
        height=150,
        placeholder="name\tage\tcity\nAnna\t34\tUlm\nJonas\t27\tKiel",
        help="In the spreadsheet, mark the cells, copy them (Ctrl+C), click here and paste (Ctrl+V).",
    )
    if not st.button("Use these cells", key=f"page.{name}.use", icon=":material/content_paste:"):
        return
    st.session_state.pop(problem, None)
    try:
        receive([_kept(cells, name, project_id)])
        st.session_state[scrolling.AGAIN_KEY] = uuid.uuid4().hex
    except WorkbenchError as error:
        st.session_state[problem] = error
    st.rerun()


def _kept(cells, name, project_id):
    if not cells.strip():
        raise WorkbenchError("Nothing was pasted.", "Copy cells in your spreadsheet and paste them into the field.")
    folder = state.store().staging()
    return staged.write(folder, FILE_NAME, cells.encode("utf-8"), zone=name, project_id=project_id)
