"""What differs between two tables: in a sentence, column by column, and one column of both beside each other."""

import pandas as pd
import streamlit as st

from workbench.charts.two_tables import two_distributions, two_distributions_frame
from workbench.profiling.wording import counted
from workbench.ui import pictures, state, table_changes
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short, told_apart

VERDICT_WORDS = {
    "differs much": "differs much",
    "differs": "differs",
    "later": "goes on in time",
    "too few": "too few rows",
    "same": "as before",
}
COLUMN_KEY, TABLE_KEY = "page.profile.compare.column", "page.profile.compare.table"
TABLE_ROWS, ROW_HEIGHT, HEAD_HEIGHT = 9, 35, 38
LONGEST_LABEL, LONGEST_CHOICE = 26, 80  # characters of a name in the table, and in the box to choose from
DISTANCE_HELP = (
    "The Jensen-Shannon distance of the two distributions, blanks included, with what chance brings taken off: 0 % is "
    "the same, 100 % is nothing in common. From 13 % on it is called a difference, from 21 % on a large one, where the "
    "population stability index has 0.1 and 0.25."
)


def show(project, old, new, found):
    """Show the differences ``found`` between two data sets."""
    with st.container(border=True, key="page.profile.compare.headline", gap="xsmall"):
        st.markdown(f"**{plain(found.headline)}**")
        st.markdown(
            f":gray-badge[before: {plain(short(old.name, 40))}, {counted(found.n_rows_before, 'row')}] "
            f":gray-badge[now: {plain(short(new.name, 40))}, {counted(found.n_rows_now, 'row')}]"
        )
        lines = table_changes.told(found.changes)
        if lines:
            st.markdown("  \n".join(lines))
    if not found.columns:
        return
    names = [column.column for column in found.columns]
    if st.session_state.get(COLUMN_KEY) not in names:
        st.session_state[COLUMN_KEY] = names[0]
    frame = frame_of(found)
    st.session_state[TABLE_KEY] = {
        "selection": {"rows": [names.index(st.session_state[COLUMN_KEY])], "columns": [], "cells": []}
    }
    st.dataframe(
        frame,
        key=TABLE_KEY,
        hide_index=True,
        height="content" if len(names) <= TABLE_ROWS else HEAD_HEIGHT + ROW_HEIGHT * TABLE_ROWS,
        on_select=lambda: _select(names),
        selection_mode="single-row-required",
        placeholder="",
        column_order=["label", "verdict", "distance", "blank_before", "blank_now", "new", "sentence"],
        column_config=_config(),
        alt="Every column that both tables have, with how much it differs, the most different first",
    )
    with st.container(border=True, key="page.profile.compare.full"):
        labels = dict(zip(names, told_apart(names, LONGEST_CHOICE), strict=True))
        name = st.selectbox("Column in both tables", names, key=COLUMN_KEY, format_func=labels.get)
        _full(old, new, found, name)


def frame_of(found):
    """Return a row per column that both tables have: verdict, distance in percent, blanks, what is new, a sentence."""
    labels = told_apart([column.column for column in found.columns], LONGEST_LABEL)
    return pd.DataFrame(
        [
            {
                "column": column.column,
                "label": label,
                "verdict": VERDICT_WORDS[column.verdict],
                "distance": None if column.distance is None else 100 * column.distance,
                "blank_before": column.blank_before,
                "blank_now": column.blank_now,
                "new": column.n_rows_new + column.n_below + column.n_above,
                "sentence": column.sentence,
            }
            for column, label in zip(found.columns, labels, strict=True)
        ]
    ).astype({"distance": "float64"})


def _config():
    text, progress, number = st.column_config.TextColumn, st.column_config.ProgressColumn, st.column_config.NumberColumn
    return {
        "label": text("Column", width=170, pinned=True),
        "verdict": text("Verdict", width=110),
        "distance": progress("By", format="%d %%", min_value=0, max_value=100, width=110, help=DISTANCE_HELP),
        "blank_before": number("Blank before", format="percent", width=100),
        "blank_now": number("Blank now", format="percent", width=90),
        "new": number(
            "New",
            format="localized",
            width=70,
            help="Rows with a value never seen before, or beyond the range of before",
        ),
        "sentence": text("In a sentence", width="large"),
    }


def _select(names):
    """Take over the row that was clicked (callback)."""
    rows = st.session_state[TABLE_KEY].selection.rows
    if rows and rows[0] < len(names):
        st.session_state[COLUMN_KEY] = names[rows[0]]


def _full(old, new, found, name):
    """Show one column of both tables: its sentence, its distributions, and what is new in it."""
    column = found.column(name)
    st.markdown(plain(column.sentence))
    was = column.was or name
    chart, numbers = drawn(old.fingerprint, new.fingerprint, was, name)
    if chart is not None:
        pictures.show(
            chart,
            numbers,
            key="page.profile.compare.chart",
            alt=f"{name} in the table before and in the one now",
            name=file_name(f"compared-{name}", ""),
        )
    if column.new_values:
        shown = " · ".join(
            f"{plain(short(each.value, 40))} :gray[{counted(each.n_rows, 'row')}]" for each in column.new_values
        )
        more = column.n_new_values - len(column.new_values)
        st.markdown(f"**Never seen before:** {shown}{f' and {more:,} more' if more > 0 else ''}")


@st.cache_data(max_entries=64, show_spinner="Drawing the two tables …")
def drawn(old, new, was, name):
    """Return the chart of a column in two data sets and the numbers behind it (cached); None where kinds differ."""
    values = state.column(old, was), state.column(new, name)
    kinds = [pd.api.types.is_numeric_dtype(each.dtype) + 2 * (each.dtype.kind == "M") for each in values]
    if kinds[0] != kinds[1]:
        return None, None
    column = state.dataset(new).schema.column(name)
    return two_distributions(*values, column), two_distributions_frame(*values, column)
