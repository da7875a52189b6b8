"""The target: how it is distributed, what it goes with, how far any model can get, and how it moves over time."""

import pandas as pd
import streamlit as st

from workbench.charts.target import drift_chart, drift_frame, shape_chart, shape_frame
from workbench.profiling.target.strength import MEASURES, STRENGTH_HELP
from workbench.profiling.wording import counted, figure, percent
from workbench.results.wording import shorten
from workbench.ui import column_charts, pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short, told_apart

COLUMN_KEY, LIST_KEY, DRIFT_KEY = (f"page.profile.target.{name}" for name in ("column", "list", "drift"))
LIST_ROWS, ROW_HEIGHT, HEAD_HEIGHT = 10, 35, 38  # the latter two in pixels
LONGEST_LABEL = 22  # characters of a name in the list
TASKS = {"binary": "one of two answers", "multiclass": "one of several answers", "regression": "a number"}
CEILING_HELP = (
    "Whatever a model says of rows that are equal in every input, it says of all of them. Where their answers differ, "
    "some of it must be wrong: one minus the apparent Bayes error (Devroye, Györfi and Lugosi 1996, chapter 2)."
)


def show(project, look):
    """Show the target alone, against each input, over time and between groups."""
    profile = look.profile
    view = profile.target_view
    if view is None:
        st.info(
            f"“{plain(short(profile.target))}” has the same answer in every row, so there is nothing to tell apart.",
            icon=":material/info:",
        )
        return
    _itself(project, profile, view)
    _ranked(project, profile, view)
    _drifts(view)


def _itself(project, profile, view):
    picture, words = st.columns([3, 2], gap="large")
    chart, numbers = column_charts.target(project.draft.dataset, profile.target, profile.task, view)
    with picture:
        pictures.show(
            chart,
            numbers,
            key="page.profile.target.chart",
            alt=f"How {profile.target} is distributed",
            name=file_name(profile.target, ""),
        )
    with words:
        column = profile.column(profile.target)
        st.markdown(
            f"**{plain(shorten(profile.target, 60))}** is {TASKS[profile.task]}. {plain(balance(column, view))}"
        )
        if column.missing_count:
            st.markdown(f"{counted(column.missing_count, 'row')} without an answer are of no use for learning.")
        if view.ceiling:
            st.markdown(f":orange[:material/vertical_align_top:] {ceiling_words(view.ceiling)}", help=CEILING_HELP)
        else:
            st.markdown(
                ":material/check_circle: No two rows are equal in every input and differ in the answer: nothing of "
                "that kind stands in the way of a good score.",
                help=CEILING_HELP,
            )


def balance(column, view):
    """Return in a sentence how the answers are divided."""
    if not view.of:
        unit = f" {column.unit}" if column.unit else ""
        span = f"Half of them lie between {figure(column.q25)} and {figure(column.q75)}{unit}"
        return f"{span}; the mean is {figure(view.overall)}{unit}."
    least = column.top[-1]
    if column.distinct_count == 2:
        return f"“{view.of}” is the answer in {percent(view.overall)} of the rows."
    rarest = f", the rarest is “{short(least.value, 24)}” with {counted(least.count, 'row')}"
    return f"There are {column.distinct_count:,} answers{rarest if len(column.top) == column.distinct_count else ''}."


def ceiling_words(ceiling):
    """Return the best score that any model can reach, and why, in a sentence."""
    best = (
        f"be right in more than {percent(ceiling.best)} of all rows"
        if ceiling.measure == "accuracy"
        else f"explain more than {percent(ceiling.best)} of the variance"
    )
    return (
        f"**A ceiling on any score:** {counted(ceiling.n_rows, 'row')} in {counted(ceiling.n_groups, 'set')} are equal "
        f"in every input and differ in the answer, so no model of these columns can {best}."
    )


def _ranked(project, profile, view):
    """Show the inputs, the strongest first, beside how the target moves with the chosen one."""
    st.markdown("#### What it goes with, each column alone", help=STRENGTH_HELP)
    ranked = profile.ranked
    if not ranked:
        st.info("No single column tells anything of it. Together they may.", icon=":material/info:")
        return
    names = [column.name for column in ranked]
    if st.session_state.get(COLUMN_KEY) not in names:
        st.session_state[COLUMN_KEY] = names[0]
    st.session_state[LIST_KEY] = {
        "selection": {"rows": [names.index(st.session_state[COLUMN_KEY])], "columns": [], "cells": []}
    }
    listed, picture = st.columns([11, 12], gap="medium")
    with listed:
        measure = MEASURES[ranked[0].strength.measure]
        st.dataframe(
            frame_of(ranked),
            key=LIST_KEY,
            hide_index=True,
            height="content" if len(names) <= LIST_ROWS else HEAD_HEIGHT + ROW_HEIGHT * LIST_ROWS,
            on_select=lambda: _select(names),
            selection_mode="single-row-required",
            column_order=["label", "strength", "margin", "score", "blank"],
            column_config={
                "label": st.column_config.TextColumn("Column", width=140),
                "strength": st.column_config.ProgressColumn(
                    "By", format="%d %%", min_value=0, max_value=100, width=100, help=STRENGTH_HELP
                ),
                "margin": st.column_config.NumberColumn(
                    "±", format="%d", width=40, help="In 19 of 20 tables it lies within so many percent points"
                ),
                "score": st.column_config.NumberColumn(measure, format="%.2f", width=80),
                "blank": st.column_config.NumberColumn("No value", format="percent", width=80),
            },
            alt="Columns by how far each alone tells the target, the strongest first",
        )
        _sampled(profile, ranked)
    with picture:
        shapes = {shape.column: shape for shape in view.shapes}
        chosen = st.session_state[COLUMN_KEY]
        if chosen in shapes:
            show_shape(project, profile, shapes[chosen], key="page.profile.target.shape")
        else:
            st.info(
                "Its values are too many, or too weak, for a picture of how the target moves with it.",
                icon=":material/info:",
            )


def _sampled(profile, ranked):
    n_rows = max(column.strength.n_rows for column in ranked)
    known = profile.column(profile.target).count
    of = f":material/casino: Scored on {n_rows:,} of {known:,} rows, drawn at random. " if n_rows < known else ""
    st.caption(f"{of}Tick a column to see how the target moves with it.")


def frame_of(ranked):
    """Return the columns with strength and margin in percent, the measure's score, and the share of blanks."""
    labels = told_apart([column.name for column in ranked], LONGEST_LABEL)
    return pd.DataFrame(
        [
            {
                "column": column.name,
                "label": label,
                "strength": round(100 * column.strength.value),
                "margin": max(round(100 * column.strength.error), 1),
                "score": column.strength.score,
                "blank": column.missing_fraction,
            }
            for column, label in zip(ranked, labels, strict=True)
        ]
    )


def _select(names):
    """Take over the row that was clicked (callback)."""
    rows = st.session_state[LIST_KEY].selection.rows
    if rows and rows[0] < len(names):
        st.session_state[COLUMN_KEY] = names[rows[0]]


def show_shape(project, profile, shape, *, key):
    """Show how the target moves with one column."""
    column = state.dataset(project.draft.dataset).schema.column(shape.column)
    pictures.show(
        pictures.narrowed(shape_chart(shape, profile.target_view, column)),
        shape_frame(shape),
        key=key,
        alt=f"How {profile.target} moves with {shape.column}",
        definition="The line through each dot is its 95 % interval; the dashed line is all rows.",
        name=file_name(f"{profile.target}-{shape.column}", ""),
    )


def _drifts(view):
    """Show how the target moves along dates and between the values of categories, where it does beyond chance."""
    if not view.drifts:
        return
    st.markdown(
        "#### Where it drifts",
        help="Over time or between groups, beyond chance, and by at least a hundredth of its variance. Rows may then "
        "not be divided at random for a fair score: see the page on target and inputs.",
    )
    labels = [_drift_label(drift) for drift in view.drifts]
    chosen = labels[0]
    if len(labels) > 1:
        chosen = st.selectbox("Along", labels, key=DRIFT_KEY, label_visibility="collapsed")
    drift = view.drifts[labels.index(chosen)]
    pictures.show(
        drift_chart(drift, view),
        drift_frame(drift),
        key="page.profile.target.drifts",
        alt=f"How the target moves along {drift.column}",
        definition="The band, or the line through each dot, is the 95 % interval; the dashed line is all rows.",
        name=file_name(f"drift-{drift.column}", ""),
    )


def _drift_label(drift):
    over = "Over time" if drift.by == "time" else "Between the values of"
    along = f" along {shorten(drift.column, 50)}" if drift.by == "time" else f" {shorten(drift.column, 50)}"
    return f"{over}{along} · explains {percent(drift.strength)}"
