"""Interval and shift of an estimator's predicted amounts, as they are in use; the interval is kept, since it is sorted
out of every held-out error."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.export.amounts import shipped
from workbench.results.deciding.intervals import interval_of
from workbench.ui import model_choice, state


@st.cache_resource(max_entries=32, show_spinner=False)
def _interval(run_id, n_done, key, level, ratio, _evaluation):
    return interval_of(_evaluation, key, level, ratio=ratio)


def interval_in_use(run, key, evaluation):
    """Return the interval around an estimator's predictions, at the level that was chosen for it; it stays where
    something is added to them.

    Raises
    ------
    NotPossible
        There are too few held-out rows for the level.
    NotFound
        The estimator has no finished fold.
    """
    store = state.store()
    level, ratio = store.interval_level(run.id, key), store.error_ratio(run.id, key)
    return _interval(run.id, run.n_done, key, level, ratio, evaluation.decided(evaluation.decisions))


def held_out_answers(run, key, evaluation):
    """Return the out-of-fold predictions of an estimator as they would be answered: amounts with what is added to
    them, and with the ends of the interval that the other folds give."""
    found = evaluation.decided(evaluation.decisions, {key: model_choice.added_to(run, key)}).out_of_fold(key)
    if run.spec.task != "regression":
        return found
    try:
        ends = interval_in_use(run, key, evaluation).frame()
    except WorkbenchError:
        return found
    return found.merge(ends[["row", "lower", "upper"]], on="row", how="left")


def facts_in_use(run, key, evaluation):
    """Return what the manifest of this estimator says about amounts; nothing for classes."""
    if run.spec.task != "regression":
        return {}
    try:
        interval = interval_in_use(run, key, evaluation)
    except WorkbenchError:  # too few rows: predictions go without
        interval = None
    return shipped(interval, state.store().amount_decision(run.id, key))
