"""Errors of predicted amounts over time, where the table knows a time."""

import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.profiling.wording import counted
from workbench.results.quality.errors_in_time import errors_in_time
from workbench.ui import components, pictures, state

DEFINITION = (
    "Residuals: actual minus predicted value of held-out rows, in stretches of time with about equally many rows each: "
    "the median, and the range that holds the middle 80 %. Above the dashed line predictions were too low. Where the "
    "median leaves the line, or the range widens, the model ages."
)
HEADS = {"n_rows": "rows", "q10": "10 % are below", "q90": "10 % are above", "mae": "off by, on average"}


def time_columns(run):
    """Return the columns that may order the rows in time, the one that rows are divided by first."""
    split = run.spec.split
    dates = [column.name for column in state.dataset(run.spec.dataset).schema.columns if column.meaning == "date"]
    if split.kind == "time":
        return [split.column, *(name for name in dates if name != split.column)]
    return dates


@st.cache_resource(max_entries=32, show_spinner=False)
def _found(run_id, n_done, key, mark, column, _evaluation, _table):
    result = errors_in_time(_evaluation, key, _table()[column])
    return result, charts.errors_in_time(result)


def show(shown):
    """Show the errors over the chosen column of times; nothing where the table has none."""
    run = shown.run
    names = time_columns(run) if run.spec.task == "regression" else []
    if not names:
        return
    st.markdown("**Over time**")
    column = names[0]
    if len(names) > 1:
        column = st.selectbox("Column of times", names, key=f"page.results.time_column.{run.id}")
    try:
        result, chart = _found(run.id, run.n_done, shown.key, shown.mark, column, shown.evaluation, shown.table)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    without = f" {counted(result.n_without, 'row')} without a value left out." if result.n_without else ""
    pictures.show(
        chart,
        result.frame().rename(columns=HEADS),
        key="page.results.errors_in_time",
        name=f"errors-in-time-{run.number}",
        alt=f"Errors over time: {result.finding()}",
        definition=components.plain(DEFINITION + without),
    )
