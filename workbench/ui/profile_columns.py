"""Every column in a table of figures, to be filtered, sorted and saved; the chosen one is shown in full below."""

import math
from zlib import crc32

import numpy as np
import pandas as pd
import streamlit as st

from workbench.profiling.target.strength import STRENGTH_HELP
from workbench.profiling.wording import moment, percent
from workbench.specs import MEANING_LABELS
from workbench.ui import column_filters, column_view, findings
from workbench.ui.phrases import short, told_apart

TABLE_ROWS, FIRST_ROWS = 9, 12
LONGEST_LABEL, LONG_LABEL = 36, 24  # characters of a name in the table, and from which on it gets more room
ROW_HEIGHT, HEAD_HEIGHT = 35, 38  # pixels
WHOLE_PERCENT = "%d %%"
TABLE_KEY = "page.profile.table"
NUMBERS = ("mean", "median", "min", "max")


@st.cache_resource(max_entries=16, show_spinner=False)
def figures(fingerprint, target, task, stage, _profile):
    """Return the figures of every column as the table that is shown (cached; do not change it)."""
    labels = told_apart([column.name for column in _profile.columns], LONGEST_LABEL)
    rows = [
        {
            "column": column.name,
            "label": label,
            "meaning": MEANING_LABELS[column.meaning],
            "missing": column.missing_fraction,
            "strength": round(100 * column.strength.value) if column.strength else np.nan,
            "shape": [entry.count for entry in column.bins or column.top],
            "distinct": np.nan if _profile.sample_rows else column.distinct_count,
            **{name: rounded(getattr(column, name)) for name in NUMBERS},
            "words": in_a_word(column),
        }
        for column, label in zip(_profile.columns, labels, strict=True)
    ]
    return pd.DataFrame(rows)


def rounded(value):
    """Return a figure with four significant digits, but never fewer than its whole part has; NaN for None."""
    if value is None or not value:
        return np.nan if value is None else 0.0
    return round(float(value), max(0, 3 - math.floor(math.log10(abs(value)))))


def in_a_word(column):
    """Return what stands for a column in a word: its span of dates, or its most frequent value."""
    if column.first is not None:
        return f"{moment(column.first)} to {moment(column.last)}"
    if column.mean is None and column.top:
        top = column.top[0]
        return f"{short(top.value, 40)} ({percent(top.count / column.count)})"
    return ""


def first_look(project, look):
    """Show the columns as far as they are known, to look at only."""
    draft = project.draft
    table = figures(draft.dataset, draft.target, draft.task, look.stage, look.profile)
    st.dataframe(
        table,
        key="page.profile.first",
        hide_index=True,
        height=_height(len(table), FIRST_ROWS),
        column_order=order_of(table, with_strength=False, with_note=False),
        column_config=config_of(draft.target, table),
        placeholder="",
        alt="Every column with its meaning, blanks and distribution, as far as it is known",
    )
    _say_sample(look.profile)


def show(project, look):
    """Show the table of columns, and below it the one that is chosen."""
    draft, profile = project.draft, look.profile
    notes = column_filters.notes_of(draft, profile)
    names = column_filters.choose(draft, profile, notes)
    if not names:
        st.info("No column fits what you look for.", icon=":material/search_off:")
        return
    table = figures(draft.dataset, draft.target, draft.task, look.stage, profile)
    table = table.set_index("column", drop=False).loc[names]
    table = table.assign(note=[notes.get(name, "") for name in names])
    chosen = st.session_state.get(findings.COLUMN_KEY)
    if chosen not in names:
        chosen = st.session_state[findings.COLUMN_KEY] = names[0]
    # Another choice of rows is another table: what was ticked at a place must not be another column.
    key = f"{TABLE_KEY}.{crc32(repr(names).encode()):08x}"
    st.session_state[key] = {"selection": {"rows": [names.index(chosen)], "columns": [], "cells": []}}
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=_height(len(table), TABLE_ROWS),
        column_order=order_of(table, with_strength=bool(draft.target) and profile.complete),
        column_config=config_of(draft.target, table),
        on_select=lambda: _select(key, names),
        selection_mode="single-row-required",
        placeholder="",
        alt="Every column with its meaning, blanks, distinct values and distribution",
    )
    if not _say_sample(profile):
        st.caption("Tick a row to see its column in full below; click a heading to sort.")
    with st.container(border=True, key="page.profile.full"):
        column_view.show(project, look, names)


def _say_sample(profile):
    """Say what the figures were taken of, where that is not the whole table."""
    if profile.sample_rows:
        st.caption(
            f":material/casino: From {profile.sample_rows:,} of the {profile.n_rows:,} rows so far; blanks, smallest "
            "and largest values are those of all rows. The rest follows by itself."
        )
    return bool(profile.sample_rows)


def _height(n_rows, most):
    return "content" if n_rows <= most else HEAD_HEIGHT + ROW_HEIGHT * most


def _select(key, names):
    """Take over the row that was clicked (callback)."""
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(names):
        st.session_state[findings.COLUMN_KEY] = names[rows[0]]


def order_of(table, with_strength, with_note=True):
    """Return the columns of the table that are shown: those in which something stands."""
    order = ["label", "meaning", "missing", "strength", "shape", "note", "distinct", *NUMBERS, "words"]
    empty = {name for name in (*NUMBERS, "distinct") if table[name].isna().all()}
    if not with_strength:
        empty.add("strength")
    if not with_note or "note" not in table or (table["note"] == "").all():
        empty.add("note")
    if (table["words"] == "").all():
        empty.add("words")
    return [name for name in order if name not in empty]


def config_of(target, table):
    """Return how the columns of the table are shown."""
    number, progress, text = st.column_config.NumberColumn, st.column_config.ProgressColumn, st.column_config.TextColumn
    return {
        "label": text("Column", width=260 if (table["label"].str.len() > LONG_LABEL).any() else 170, pinned=True),
        "meaning": text("Meaning", width=105),
        "missing": progress(
            "No value", format="percent", min_value=0, max_value=1, width=105, help="Share of the rows without a value"
        ),
        "strength": progress(
            f"Goes with {short(target, 24)}",
            format=WHOLE_PERCENT,
            min_value=0,
            max_value=100,
            width=130,
            help=STRENGTH_HELP,
        ),
        "shape": st.column_config.BarChartColumn(
            "Distribution",
            y_min=0,
            width=130,
            help="Rows per range of values, from small to large; for words, rows per value, most frequent first",
        ),
        "note": text("To note", width=135),
        "distinct": number("Different values", format="localized", width=115),
        "mean": number("Mean", format="localized", width=90),
        "median": number("Median", format="localized", width=90, help="Half of the rows lie below it"),
        "min": number("Smallest", format="localized", width=90),
        "max": number("Largest", format="localized", width=90),
        "words": text("Most frequent, or span", width="medium"),
    }
