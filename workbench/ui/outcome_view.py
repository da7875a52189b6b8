"""How good the model still is: a scored file that holds the outcomes, too, and what earlier ones said."""

from pathlib import Path

import pandas as pd
import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.export.file_outcomes import file_outcomes
from workbench.modeling import metrics
from workbench.modeling.planning import modelling_table
from workbench.training.final_test import promised_by
from workbench.training.labelled import learnt_rows
from workbench.ui import components, pictures, state, test_view
from workbench.ui.run_panel import unit_of

PLACE = "page.try_it.outcomes"


@st.cache_resource(max_entries=8, show_spinner="Comparing the predictions with what came …")
def _compared(path, columns, run_id, key, made_at, decided, name, _run, _found, _scorer):
    promised = promised_by(state.evaluation_of(_run), key)
    schema = state.dataset(_run.spec.dataset).schema
    inputs, _ = modelling_table(state.table(_run.spec.dataset), _run.spec)
    seen = learnt_rows(_found.raw, state.table(_run.spec.dataset).loc[inputs.index], schema)
    return file_outcomes(_found, _scorer, _run.spec, schema, promised, name=f"“{name}”", learnt=seen)


def show(run, key, made_at, found, scorer, path, name):
    """Show how good the model was on a file that holds the outcomes, put it on record, and draw the history.

    Parameters
    ----------
    run : Run
    key : str
    made_at
        When the model was made.
    found : FilePredictions
    scorer : Scorer
    path, name : str
        Of the file; its path is named by its content.
    """
    if run.spec.target not in found.raw:
        return
    with st.container(border=True, key=PLACE):
        try:
            columns = tuple(found.raw.columns)  # a person may say that they are what the model knows by another name
            compared = _compared(path, columns, run.id, key, made_at, scorer.fingerprint, name, run, found, scorer)
        except WorkbenchError as error:
            components.show_problem(error)
            return
        if compared.n_learnt:  # no test, so it goes into no history
            test_view.show(compared.test, compared.sentence, run.spec.target, compared.notes, key=f"{PLACE}.measures")
            return
        digest = Path(path).name.partition(".")[0]
        result = compared.test.to_json()
        state.store().record_outcome(run.id, key, digest=digest, name=name, result=result, notes=compared.notes)
        test_view.show(compared.test, compared.sentence, run.spec.target, compared.notes, key=f"{PLACE}.measures")
        _history(run, key)


def _history(run, key):
    outcomes = state.store().outcomes(run.id, key)
    if len(outcomes) < 2:
        return
    kind = metrics.metric(run.spec.metric)
    rows = history_of(outcomes, run.spec.metric)
    mean, std = state.evaluation_of(run).candidate(key).spread(run.spec.metric)
    pictures.show(
        charts.score_history(
            rows,
            metric=kind.label,
            higher_is_better=kind.greater_is_better,
            promised=mean,
            std=std,
            unit=unit_of(run.spec),
        ),
        rows,
        key=f"{PLACE}.history",
        name="still-as-good",
        alt="Score on each later file with its interval, beside what was promised",
        definition="One dot for each file with known outcomes, in the order in which they were looked at; the bar is "
        "its 95 % interval. The dashed line is what the scores of its run had promised (cross-validation).",
    )


def history_of(outcomes, metric):
    """Return one row per later file: when it was looked at, its name, its rows, score and interval."""
    rows = []
    for outcome in outcomes:
        test = outcome.test
        low, high = test.intervals[metric]
        rows.append(
            {
                "at": outcome.at.replace(tzinfo=None),
                "file": outcome.name,
                "n_rows": test.n_rows,
                "score": test.scores[metric],
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)
