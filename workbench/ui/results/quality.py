"""How good it is: curves, counts and distances, from predictions of rows the model had not seen."""

import streamlit as st

from workbench.ui.results import errors_in_time, views

VIEW_KEY = "page.results.view.quality"


def show(shown):
    """Show the views of this tab."""
    views.show_views(shown, "quality")
    if st.session_state.get(VIEW_KEY) == "residuals":
        errors_in_time.show(shown)
