"""The way from a row to a prediction that the exported service takes, for one fitted model of a run."""

import streamlit as st

from workbench.export.description import describe, training_rows
from workbench.results.uses.rarity import seen_in
from workbench.runtime.scorer import Scorer
from workbench.specs import fingerprint_of
from workbench.ui import amount_rules, model_choice, row_form, state


@st.cache_resource(max_entries=3, show_spinner="Opening the model …")
def _scorer(run_id, key, made_at, decision_fingerprint, amounts_fingerprint, _decision, _amounts):
    store = state.store()
    run = store.run(run_id)
    model = store.load_model(run_id, key)
    facts = describe(
        model,
        run.spec,
        state.table(run.spec.dataset),
        # The digest of the file in the bundle is not known before it is written. What is kept of answers asks for it,
        # so it stands for everything that an answer depends on.
        digest=fingerprint_of([run.fingerprint, key, str(made_at), decision_fingerprint, amounts_fingerprint]),
        read=state.dataset(run.spec.dataset).read,
        evaluation=state.evaluation_of(run),
        key=key,
        decision=_decision,
        amounts=_amounts,
    )
    return Scorer(model, facts)


def scorer_of(run, key):
    """Return the scorer of a fitted candidate, kept as long as its model and the decision about it are the same.

    Raises
    ------
    ModelUnusable
        The stored model does not load here; it can be fitted again.
    NotFound
        The candidate was not fitted on all rows yet.
    """
    model = model_choice.stored_model(run, key)
    decision = model_choice.decision_of(run, key)
    amounts = amount_rules.facts_in_use(run, key, state.evaluation_of(run))
    marks = decision.fingerprint if decision else "", fingerprint_of(amounts)
    return _scorer(run.id, key, model.at if model else None, *marks, decision, amounts)


@st.cache_resource(max_entries=8, show_spinner=False)
def form_facts(run_id, _run, _fields):
    """Return the typical row and the decimals of number fields, of the rows that the run learned from."""
    rows = training_rows(state.table(_run.spec.dataset), _run.spec)
    return row_form.typical_row(rows, _fields), row_form.decimals_of(rows, _fields)


@st.cache_resource(max_entries=8, show_spinner=False)
def seen_of(run_id, _run, _fields):
    """Return the counted values of the rows that the run learned from, by field: ``results.rarity.Seen``."""
    return seen_in(training_rows(state.table(_run.spec.dataset), _run.spec), _fields)


def by_importance(run, key, fields):
    """Return the fields with the ones that the model needs most first, where that was computed."""
    from workbench.ui.results.views import stored_importance

    found = stored_importance(run, key)
    if found is None:
        return list(fields)
    place = {name: position for position, name in enumerate(found.rows["column"])}
    return sorted(fields, key=lambda field: place.get(field["name"], len(place)))


@st.cache_data(max_entries=256, show_spinner=False)
def answer_of(fingerprint, row, _scorer):
    """Return what the model with this fingerprint says about one row; asked again for the same row, at once."""
    return _scorer.predict_rows([row])[0]
