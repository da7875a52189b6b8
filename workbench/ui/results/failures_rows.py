"""The rows behind a group: the worst first, with the person's own columns, and all of them to save."""

import numpy as np
import pandas as pd
import streamlit as st

from workbench.profiling.wording import counted
from workbench.results.failures.row_errors import chances
from workbench.ui import pictures, readable
from workbench.ui.components import plain
from workbench.ui.phrases import short
from workbench.ui.results.own_rows import ROW, beside, looks, opened, rows_of

MOST_ROWS = 200


def show(shown, labels, words, *, place, name, first=()):
    """Show rows, worst first.

    Parameters
    ----------
    shown : Shown
    labels : int64 ndarray
        Index labels of the rows.
    words : str
        Which rows they are, in the person's words.
    place : str
        Of the widgets; begins with "page.".
    name : str
        Of the saved file, without ending.
    first : sequence of str
        Columns that stand first: those that the group is about.
    """
    table = opened(shown.table)
    if table is None:
        return
    known = [column for column in first if column in table]
    order = [*known, *(column for column in table.columns if column not in known)]
    ours = errors_of(shown.evaluation, shown.key, labels)
    head = ours.head(MOST_ROWS)
    frame = beside(_numbered(head), rows_of(table, head["row"])[order])
    more = ", the furthest off first" if len(ours) > 1 else ""
    if len(ours) > MOST_ROWS:
        more = f", the {MOST_ROWS} furthest off are shown"
    st.markdown(f"**{counted(len(ours), 'row')} where {plain(words)}**{more}.")
    dressed, columns = readable.dressed(frame, ours.shape[1], **looks(shown.run.spec))
    st.dataframe(dressed, hide_index=True, key=f"{place}.rows", alt=f"Rows where {words}", column_config=columns)
    st.download_button(
        f"Save these {len(ours):,} rows as CSV" if len(ours) > 1 else "Save this row as CSV",
        data=lambda: pictures.csv_of(beside(_numbered(ours), rows_of(table, ours["row"])[order])),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"{place}.csv",
        on_click="ignore",
        icon=":material/download:",
    )
    if shown.run.spec.task != "regression":
        st.caption("“Off by” is 100 % minus the probability that the actual class was given.")


def show_behind(shown, found, groups, *, key, place):
    """Show the choice of a group, which follows the clicks in its picture, and the rows of the one that is chosen.

    Parameters
    ----------
    shown : Shown
    found : Slices or Fairness
        Has ``column`` and ``labels_of(group)``.
    groups : list of str
    key : str
        Of the choice; see :func:`take_click`.
    place : str
        Of the other widgets.
    """
    group = st.selectbox(
        "Rows behind a group",
        groups,
        index=None,
        placeholder="Choose a group, or click it in the picture",
        format_func=lambda one: short(one, 80),
        key=key,
    )
    if group is not None:
        words = f"{short(found.column)} is {short(group)}"
        name = f"rows-of-a-group-run-{shown.run.number}"
        show(shown, found.labels_of(group), words, place=place, name=name, first=[found.column])


def take_click(chart_key, key, groups):
    """Put the group that was clicked in a picture into the choice ``key`` (callback)."""
    place = picked(chart_key)
    st.session_state[key] = None if place is None else groups[place]


def errors_of(evaluation, key, labels):
    """Return ``row``, ``actual``, ``prediction`` and ``error`` of rows, the worst first.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
    labels : ndarray
        Index labels of the rows.
    """
    rows = evaluation.out_of_fold(key)
    rows = rows[rows["row"].isin(labels)]
    if evaluation.spec.task == "regression":
        error = np.abs(rows["actual"] - rows["prediction"])
    else:
        error = 1 - chances(rows, evaluation.spec)
    ours = rows[["row", "actual", "prediction"]].assign(error=error)
    return ours.sort_values(["error", "row"], ascending=[False, True], ignore_index=True)


def _numbered(ours: pd.DataFrame) -> pd.DataFrame:
    """Number rows as a person does."""
    ours = ours.assign(**{ROW: ours["row"] + 1}).drop(columns="row")
    return ours[[ROW, *(name for name in ours.columns if name != ROW)]]


def picked(key):
    """Return the place of the group that was clicked in a picture, None where nothing is picked there."""
    state = st.session_state.get(key)
    found = state["selection"].get("picked") if state else None
    return int(found[0]["place"]) if found and "place" in found[0] else None
