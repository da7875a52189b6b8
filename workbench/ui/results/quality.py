"""How good it is: curves, counts and distances, from predictions of rows the model had not seen."""

import streamlit as st

from workbench.ui.results import calibrating, errors_in_time, parts

BELOW = {"residuals": errors_in_time.show, "calibration": calibrating.show}  # what goes on below a view


def show(shown):
    """Show the chosen view of this tab."""
    parts.show(shown, "quality")
    if st.session_state.get(parts.key_of("quality")) in BELOW:
        BELOW[st.session_state[parts.key_of("quality")]](shown)
