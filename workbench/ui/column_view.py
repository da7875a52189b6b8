"""One column in full: its chart, its figures, what was found about it, and what it goes with."""

import streamlit as st

from workbench.charts.columns import column_distribution, histogram, top_values
from workbench.profiling.wording import figure, percent
from workbench.specs import MEANING_LABELS
from workbench.ui import column_panel, findings, navigation, pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short

FRAME_HEIGHT = 90  # pixels for the title and the axis below the plot


def show(project, look, names):
    """Show the chosen one of the columns ``names``, with ways to the one before and after it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="page.profile.column.choice"):
        name = st.selectbox("Column in full", names, key=findings.COLUMN_KEY, format_func=short)
        at = names.index(name)
        for label, icon, step in (("Before", ":material/arrow_back:", -1), ("Next", ":material/arrow_forward:", 1)):
            st.button(
                label,
                icon=icon,
                key=f"page.profile.column.{step}",
                on_click=_choose,
                args=(names[(at + step) % len(names)],),
                disabled=len(names) < 2,
            )
        if st.button(
            "Change how it is read",
            key="page.profile.to_data",
            icon=":material/tune:",
            help="Meaning, decimal mark, and what stands for a missing value: on the Data page.",
        ):
            st.session_state[column_panel.ASKED_KEY] = name
            st.switch_page(navigation.path_of("data"), query_params={})
    full(project, look, name)


def _choose(name):
    """Choose another column (callback)."""
    st.session_state[findings.COLUMN_KEY] = name


def full(project, look, name):
    """Show one column: what it holds, its chart beside its numbers, and what was found about it."""
    profile = look.profile
    column = profile.column(name)
    picture, numbers = st.columns([3, 2], gap="large")
    with picture:
        _picture(project, column)
    with numbers:
        st.table(facts(column, profile.n_rows, profile.target), border="horizontal", hide_header=True)
        if profile.sample_rows:
            st.caption(f":material/casino: From {profile.sample_rows:,} of the {profile.n_rows:,} rows so far.")
    for finding in profile.findings:
        if name in finding.columns:
            mark = ":orange[:material/help:]" if finding.status == "alerted" else ":blue[:material/task_alt:]"
            st.markdown(f"{mark} {plain(finding.sentence)} :small[{plain(finding.advice)}]")


def _picture(project, column):
    name = column.name
    if column.count and column.bins == () and column.distinct_count == column.count > 1:
        st.info("Every row has a value of its own, so there is no distribution to draw. Some of them:", icon="🔤")
        st.code("\n".join(short(entry.value, 90) for entry in column.top), language=None)
    elif column.count:
        chart, behind = drawn(project.draft.dataset, name)
        pictures.show(chart, behind, key="page.profile.chart", alt=f"Distribution of {name}", name=file_name(name, ""))
    else:
        st.info("This column has no value in any row, so there is nothing to draw.", icon="∅")


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
    column, values = state.dataset(fingerprint).schema.column(name), state.column(fingerprint, name)
    chart = column_distribution(values, column.meaning, name=name, unit=column.unit)
    numbers = histogram(values) if column.meaning in ("number", "integer", "date") else top_values(values)
    # Streamlit fits plot, axis and title into the height, which leaves nothing for a chart of three bars.
    chart = {**chart, "height": chart["height"] + FRAME_HEIGHT}
    return chart, numbers.drop(columns="other", errors="ignore")
