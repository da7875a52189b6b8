"""What the decision in use does on rows that were opened at last, beside what the held-out rows had promised."""

import numpy as np
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling import planning
from workbench.results.deciding.amount_costs import Costs, amount_errors
from workbench.results.deciding.in_use import decision_in_words
from workbench.results.deciding.unseen import amounts_beside, decided_on, threshold_beside
from workbench.runtime.decisions import place_of
from workbench.training.labelled import labelled_rows
from workbench.training.scoring import predictions, quietly
from workbench.ui import amount_rules, model_choice, state
from workbench.ui.results import decide_counts
from workbench.ui.results.decide_place import plain_words

HOW = (
    "In brackets: what chance explains, 19 times of 20, on as many rows. Promised: the same decision on the rows that "
    "were held out while training."
)


@st.cache_data(max_entries=16, show_spinner="Asking the model about these rows …")
def _answers(run_id, key, rows, dataset, made_at, _run):
    """Return outcomes, predictions and probabilities of the opened rows, by the model of all other rows."""
    store, spec = state.store(), _run.spec
    if rows == "locked":
        inputs, target = planning.locked_table(state.table(spec.dataset), spec)
    else:
        found = labelled_rows(store.load_raw(dataset), store.dataset(spec.dataset).schema, spec)
        inputs, target = found.inputs, found.target
    with quietly():
        predicted, probabilities = predictions(store.load_model(run_id, key), inputs, spec)
    return np.asarray(target), predicted, probabilities


def show(run, key, rows, dataset, place):
    """Show what the decision in use does on the rows of an opened final test; nothing where nothing was decided.

    Parameters
    ----------
    run : Run
    key : str
        The candidate.
    rows : {"locked", "file"}
    dataset : str
        Fingerprint of what the rows are of.
    place : str
        Begins the keys of widgets.
    """
    model = model_choice.stored_model(run, key)
    if model is None or model.status != "ready":
        return
    try:
        evaluation = state.evaluation_of(run)
        asked = (run, key, (run.id, key, rows, dataset, model.at), evaluation)
        said, frame = (_of_class if run.spec.classes else _of_amounts)(*asked)
    except (WorkbenchError, ValueError):  # the rows, or the model, are not there any more as they were
        return
    if frame is None or not len(frame):
        return
    st.markdown(f"**With what is in use.** {plain_words(said)}".rstrip())
    st.dataframe(
        frame, hide_index=True, key=f"{place}.decision", alt="What the decision does on these rows beside its promise"
    )
    st.caption(HOW)


def _of_class(run, key, known, evaluation):
    decision = model_choice.decision_of(run, key)
    if decision is None:
        return "", None
    promised = decide_counts.counted(run, key, decision.label, evaluation)
    actual, predicted, probabilities = _answers(*known, run)
    position = place_of(run.spec.classes, decision.label)
    found = decided_on(
        promised, actual == decision.label, probabilities[:, position].copy(), predicted == decision.label
    )
    money = decide_counts.money_of(run, decision)
    frame = threshold_beside(found, promised, decision.threshold, money)
    return decision_in_words(found, decision.threshold, money), frame


def _of_amounts(run, key, known, evaluation):
    shift = state.store().amount_decision(run.id, key)
    try:
        interval = amount_rules.interval_in_use(run, key, evaluation)
    except WorkbenchError:  # too few rows for one
        interval = None
    used = shift is not None and shift.too_low + shift.too_high > 0
    costs = Costs(shift.too_low, shift.too_high) if used else None
    actual, predicted, _ = _answers(*known, run)
    added = (shift.shift, shift.unit) if used else (0.0, "")
    frame = amounts_beside(actual.astype(float), predicted, interval, amount_errors(evaluation, key), costs, *added)
    return "", frame
