"""Try it: what the model says about one case, or about a whole file."""

import streamlit as st

from workbench.errors import ModelUnusable, NotFound
from workbench.ui import (
    components,
    earlier_decision,
    file_scoring,
    model_choice,
    prediction_view,
    row_changes,
    row_form,
    row_start,
    state,
    try_it_kept,
    what_if_cases,
    what_if_change,
    what_if_reasons,
)
from workbench.ui.scoring_path import answer_of, by_importance, form_facts, scorer_of, seen_of

project = state.project_in_work()
components.header("try_it")
run, evaluation, key = model_choice.opening(project, "try_it")
earlier_decision.show(project, run, evaluation, key, "try_it")
if not model_choice.fitted(run, key, "try_it"):
    st.stop()
try:
    scorer = scorer_of(run, key)
except (ModelUnusable, NotFound) as error:
    components.show_problem(error)
    model_choice.offer_fit(run, key, "try_it", again=True)
    st.stop()
made_at = model_choice.stored_model(run, key).at

try_it_kept.restore_tab(project.id)
one, many = st.tabs([try_it_kept.ONE, try_it_kept.MANY], key=try_it_kept.TAB_KEY, on_change="rerun")
try_it_kept.of(project.id)["tab"] = try_it_kept.ONE if one.open else try_it_kept.MANY
if one.open:
    what_if_change.tell()
    with one:

        @st.fragment
        def live():
            """The form and its answer: a change here runs nothing else of the page again."""
            what_if_change.lead_up()
            typical, decimals = form_facts(run.id, run, scorer.fields)
            worst = row_start.worst_rows(run, evaluation, key)
            start, place = row_start.choose_start(run, scorer.fields, typical, worst)
            try_it_kept.restore_form(project.id, place)
            form, beside = st.columns([5, 2], gap="medium")
            with form:
                seen = seen_of(run.id, run, scorer.fields)
                fields = by_importance(run, key, scorer.fields)
                row = row_form.show(fields, start, decimals, place=place, seen=seen)
                try_it_kept.keep_form(project.id, place)
                row_changes.show(project.id, fields, start, row)
            answer = answer_of(scorer.fingerprint, row, scorer)
            reasons = what_if_reasons.reasons_of(run, key, made_at, scorer, row, answer)
            with beside:
                prediction_view.show(answer, scorer, evaluation, key, reasons)
                what_if_cases.offer(run, key, row, answer)
            what_if_cases.show(run, key, scorer, fields)
            if reasons is not None:
                what_if_reasons.show_picture(run, reasons)
            what_if_change.show(run, key, scorer, fields, row, answer, place)

        live()
if many.open:
    with many:
        file_scoring.show(run, key, made_at)

components.next_step("Next: hand it over", "export")
