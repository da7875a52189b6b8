"""All columns in one table of figures, and one of them in full: its chart, its numbers, and what was found about it."""

import math

import numpy as np
import pandas as pd
import streamlit as st

from workbench.charts.columns import column_distribution, histogram, top_values
from workbench.profiling.strength import STRENGTH_HELP
from workbench.profiling.wording import figure, percent
from workbench.specs import MEANING_LABELS
from workbench.ui import column_panel, findings, navigation, pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short

TABLE_ROWS = 11
WHOLE_PERCENT = "%d %%"
FRAME_HEIGHT = 90  # pixels for the title and the axis below the plot


@st.cache_resource(max_entries=8, show_spinner=False)
def figures(fingerprint, target, task):
    """Return the figures of every column as the table that is shown (cached; do not change it)."""
    profile = state.profile_of(fingerprint, target, task)
    rows = [
        {
            "column": column.name,
            "meaning": MEANING_LABELS[column.meaning],
            "missing": column.missing_fraction,
            "distinct": column.distinct_count,
            "shape": [entry.count for entry in column.bins or column.top],
            "strength": round(100 * column.strength.value) if column.strength else np.nan,
            **{name: _number(getattr(column, name)) for name in ("mean", "median", "min", "max")},
            "words": _words(column),
        }
        for column in profile.columns
    ]
    return pd.DataFrame(rows)


def _number(value):
    """Return a figure with four significant digits, but never fewer than its whole part has."""
    if value is None or not value:
        return np.nan if value is None else 0.0
    return round(float(value), max(0, 3 - math.floor(math.log10(abs(value)))))


def _words(column):
    """Return what stands for a column in a word: its span of dates, or its most frequent value."""
    if column.first is not None:
        return f"{column.first} to {column.last}"
    if column.mean is None and column.top:
        top = column.top[0]
        return f"{short(top.value, 40)} ({percent(top.count / column.count)})"
    return ""


def show(project, profile):
    """Show the table of columns, and below it the one that is chosen."""
    draft = project.draft
    table = figures(draft.dataset, draft.target, draft.task)
    wanted = st.text_input(
        "Filter by name",
        key="page.profile.filter",
        placeholder="Filter by name",
        icon=":material/search:",
        label_visibility="collapsed",
        live="200ms",
        width=320,
    )
    if wanted:
        table = table[table["column"].str.contains(wanted, case=False, regex=False)]
        if table.empty:
            st.info(f"No column has “{plain(short(wanted))}” in its name.", icon="🔍")
            return
    names = table["column"].tolist()
    st.dataframe(
        table,
        key="page.profile.table",
        hide_index=True,
        height="auto" if len(table) < TABLE_ROWS else 38 + 35 * TABLE_ROWS,
        column_order=_order(draft, table),
        column_config=_config(draft.target),
        on_select=lambda: _select(names),
        selection_mode="single-row",
        placeholder="",
        alt="Every column with its meaning, blanks, distinct values and distribution",
    )
    st.caption("Click a row's box to see a column in full; click a heading to sort.")
    chosen = st.session_state.get(findings.COLUMN_KEY)
    if chosen not in names:
        st.session_state[findings.COLUMN_KEY] = names[0]
    with st.container(border=True):
        name = st.selectbox("Column in full", names, key=findings.COLUMN_KEY, format_func=short)
        full(project, profile, name)


def _order(draft, table):
    order = ["column", "meaning", "missing", "distinct", "shape", "mean", "median", "min", "max", "words"]
    for name in ("mean", "median", "min", "max"):
        if table[name].isna().all():
            order.remove(name)
    if (table["words"] == "").all():
        order.remove("words")
    if draft.target:
        order.insert(4, "strength")
    return order


def _config(target):
    number = st.column_config.NumberColumn
    return {
        "column": st.column_config.TextColumn("Column", width=170, pinned=True),
        "meaning": st.column_config.TextColumn("Meaning", width=110),
        "missing": st.column_config.ProgressColumn(
            "No value", format="percent", min_value=0, max_value=1, width=110, help="Share of the rows without a value"
        ),
        "distinct": number("Different values", format="localized", width=115),
        "shape": st.column_config.BarChartColumn(
            "Distribution",
            y_min=0,
            width=140,
            help="Rows per range of values, from small to large; for words, rows per value, most frequent first",
        ),
        "strength": st.column_config.ProgressColumn(
            f"Goes with {short(target, 24)}",
            format=WHOLE_PERCENT,
            min_value=0,
            max_value=100,
            width=150,
            help=STRENGTH_HELP,
        ),
        "mean": number("Mean", format="localized", width=90),
        "median": number("Median", format="localized", width=90, help="Half of the rows lie below it"),
        "min": number("Smallest", format="localized", width=90),
        "max": number("Largest", format="localized", width=90),
        "words": st.column_config.TextColumn("Most frequent, or span", width="medium"),
    }


def _select(names):
    """Take over the row that was clicked (callback)."""
    rows = st.session_state["page.profile.table"].selection.rows
    if rows and rows[0] < len(names):
        st.session_state[findings.COLUMN_KEY] = names[rows[0]]


def full(project, profile, name):
    """Show one column: what it holds, its chart beside its numbers, and what was found about it."""
    column = profile.column(name)
    picture, numbers = st.columns([2, 1], gap="large")
    with picture:
        if column.count and column.bins == () and column.distinct_count == column.count > 1:
            st.info("Every row has a value of its own, so there is no distribution to draw. Some of them:", icon="🔤")
            st.code("\n".join(short(entry.value, 90) for entry in column.top), language=None)
        elif column.count:
            chart, behind = drawn(project.draft.dataset, name)
            pictures.show(
                chart, behind, key="page.profile.chart", alt=f"Distribution of {name}", name=file_name(name, "")
            )
        else:
            st.info("This column has no value in any row, so there is nothing to draw.", icon="∅")
    with numbers:
        st.table(facts(column, profile.n_rows, profile.target), border="horizontal", hide_header=True)
        if st.button(
            "Change how it is read",
            key="page.profile.to_data",
            icon=":material/tune:",
            help="Meaning, decimal mark, and what stands for a missing value: on the Data page.",
        ):
            st.session_state[column_panel.ASKED_KEY] = name
            st.switch_page(navigation.path_of("data"), query_params={})
    for finding in profile.findings:
        if name in finding.columns:
            mark = ":orange[:material/help:]" if finding.status == "alerted" else ":blue[:material/task_alt:]"
            st.markdown(f"{mark} {plain(finding.sentence)} :small[{plain(finding.advice)}]")


def facts(column, n_rows, target=""):
    """Return the figures of a column that a person reads, as {label: text} (Markdown)."""
    unit = f" {column.unit}" if column.unit else ""
    found = {
        "Meaning": MEANING_LABELS[column.meaning],
        "Rows with a value": f"{column.count:,} of {n_rows:,}",
        "No value": f"{column.missing_count:,} ({percent(column.missing_fraction)})",
        "Different values": f"{column.distinct_count:,}",
    }
    numbers = {
        "Mean": column.mean,
        "Spread (standard deviation)": column.std,
        "Smallest": column.min,
        "A quarter lies below": column.q25,
        "Half lies below (median)": column.median,
        "Three quarters lie below": column.q75,
        "Largest": column.max,
    }
    found |= {label: f"{figure(value)}{unit}" for label, value in numbers.items() if value is not None}
    counts = {"Zeros": column.zeros, "Below zero": column.negatives, "Infinite": column.infinite_count}
    found |= {label: f"{value:,}" for label, value in counts.items() if value}
    if column.first is not None:
        found |= {"First": column.first, "Last": column.last}
    if column.length_max is not None:
        found["Characters"] = f"{column.length_min:,} to {column.length_max:,}, {figure(column.length_mean)} on average"
    if column.words_mean is not None:
        found["Words on average"] = f"{column.words_mean:.1f}"
    if column.strength is not None:
        found[f"Goes with {short(target, 24)}"] = column.strength.words
    return {plain(label): plain(text) for label, text in found.items()}


@st.cache_data(max_entries=256, show_spinner=False)
def drawn(fingerprint, name):
    """Return the chart of one column and the numbers behind it (cached)."""
    column, values = state.dataset(fingerprint).schema.column(name), state.table(fingerprint)[name]
    chart = column_distribution(values, column.meaning, name=name, unit=column.unit)
    numbers = histogram(values) if column.meaning in ("number", "integer", "date") else top_values(values)
    # Streamlit fits plot, axis and title into the height, which leaves nothing for a chart of three bars.
    chart = {**chart, "height": chart["height"] + FRAME_HEIGHT}
    return chart, numbers.drop(columns="other", errors="ignore")
