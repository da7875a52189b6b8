"""The target: how it is distributed, what it goes with, and how it moves over time and between groups."""

import streamlit as st


def show(project, look):
    """Show the target against everything else."""
    st.empty()
