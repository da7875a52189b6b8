"""The table and its column in work, side by side, and the other ways to look at the same file."""

import streamlit as st

from workbench.ui import all_columns, column_panel, data_changes, raw_view, rows_view, table_pages

VIEWS = {
    "table": ":material/table: Table",
    "columns": ":material/view_column: Columns",
    "file": ":material/description: The file as it is",
    "rows": ":material/search: Rows to look at",
}


@st.fragment
def show(project, dataset):
    """Show the chosen view beside the column's panel. A fragment: a click on a column draws only this anew."""
    trial = data_changes.trial_of(dataset)
    left, right = st.columns([2.6, 1], gap="medium")
    name = column_panel.chosen(dataset)
    with left:
        views = [view for view in VIEWS if view != "file" or dataset.read.format in raw_view.FORMATS]
        if st.session_state.get(rows_view.VIEW_KEY) not in views:
            st.session_state[rows_view.VIEW_KEY] = "table"
        view = st.segmented_control(
            "View",
            views,
            key=rows_view.VIEW_KEY,
            required=True,
            format_func=VIEWS.get,
            label_visibility="collapsed",
        )
        if view == "file":
            raw_view.show(project, dataset)
        elif trial is not None:
            raw_view.show_preview(dataset, trial, height=470)
        elif view == "columns":
            all_columns.show(project, dataset)
        elif view == "rows":
            rows_view.show(project, dataset, name)
        else:
            table_pages.show(dataset, name)
    with right:
        if trial is None:
            column_panel.show(project, dataset)
        else:
            st.caption("Columns can be changed one by one once this reading is kept.")
