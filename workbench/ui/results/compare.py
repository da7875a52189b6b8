"""Compare: which estimator is ahead, any two of them, two runs, and everything that was tried in this project."""

import streamlit as st

from workbench.ui.results import compare_history, compare_pair, compare_runs, views

VIEWS = {
    "estimators": "Estimators of this run",
    "runs": "Two runs",
    "history": "All runs of this project",
}
VIEW_KEY = "page.results.view.compare"


def show(shown):
    """Show the chosen part of this tab; only that is computed."""
    name = st.segmented_control(
        "View",
        list(VIEWS),
        default="estimators",
        required=True,
        format_func=VIEWS.get,
        key=VIEW_KEY,
        label_visibility="collapsed",
    )
    if name == "runs":
        compare_runs.show(shown)
    elif name == "history":
        compare_history.show(shown)
    else:
        views.show_board(shown.run, shown.evaluation)
        compare_pair.show(shown)
