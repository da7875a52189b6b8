"""This table against another: one of the project, or a file that is only looked at."""

import streamlit as st


def show(project):
    """Show what differs between the table in work and another."""
    st.empty()
