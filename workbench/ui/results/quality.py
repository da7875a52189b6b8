"""How good it is: curves, counts and distances, from predictions of rows the model had not seen."""

import streamlit as st

from workbench.ui.results import errors_in_time, parts


def show(shown):
    """Show the chosen view of this tab."""
    parts.show(shown, "quality")
    if st.session_state.get(parts.key_of("quality")) == "residuals":
        errors_in_time.show(shown)
