"""Charts of single columns of a stored table, with the numbers behind them: drawn once, and kept."""

import streamlit as st

from workbench.charts.columns import column_distribution, histogram, top_values
from workbench.charts.target import target_chart
from workbench.ui import state

FRAME_HEIGHT = 90  # pixels for the title and the axis below the plot
AMOUNTS = ("number", "integer", "date")


@st.cache_data(max_entries=256, show_spinner=False)
def distribution(fingerprint, name):
    """Return the chart of how one column is distributed, and the numbers behind it (cached)."""
    column, values = state.dataset(fingerprint).schema.column(name), state.column(fingerprint, name)
    return _tall(column_distribution(values, column.meaning, name=name, unit=column.unit)), _numbers(values, column)


@st.cache_data(max_entries=32, show_spinner=False)
def target(fingerprint, name, task, _view):
    """Return the same of the column that is predicted, with its mean or the share of the class looked for (cached)."""
    column, values = state.dataset(fingerprint).schema.column(name), state.column(fingerprint, name)
    return _tall(target_chart(values, _view, column)), _numbers(values, column, as_words=bool(_view.of))


def _numbers(values, column, as_words=False):
    amounts = column.meaning in AMOUNTS and not as_words
    return histogram(values) if amounts else top_values(values).drop(columns="other")


def _tall(chart):
    # Streamlit fits plot, axis and title into the height, which leaves nothing for a chart of three bars.
    return {**chart, "height": chart["height"] + FRAME_HEIGHT}
