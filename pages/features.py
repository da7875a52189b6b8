"""Target and inputs: which column is predicted, from which columns, and how rows are split for scoring."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import (
    columns_table,
    components,
    final_test_choice,
    goal_form,
    known_question,
    split_choice,
    state,
    target_choice,
)

project = state.project_in_work()
components.header("features")
schema = state.dataset(project.draft.dataset).schema

if len(schema.columns) < 2:
    components.show_too_narrow()
    st.stop()
if not project.draft.target:
    target_choice.choose_target(project, schema)
    st.stop()
left, right = st.columns(2, gap="large")
with left:
    target_choice.choose_target(project, schema)

project = columns_table.settle(project)
try:
    plan, problem = state.plan_of(project.draft), None
except WorkbenchError as error:
    plan, problem = None, error

with right:
    target_choice.choose_task(project, plan)
with left:
    if plan and plan.spec.task == "binary":
        target_choice.choose_positive(plan)
if problem:
    components.show_problem(problem)
else:
    target_choice.show_facts(plan)
goal_form.choose(project, plan)

st.subheader("What it may be predicted from", anchor=False)
st.markdown(known_question.EXPLAINED)
standings = columns_table.standings_of(project.draft)
columns_table.show_summary(standings)
columns_table.show(project.draft, standings)

st.subheader("How it is checked", anchor=False)
split_choice.suggest(project, plan)
split_choice.choose(project, schema, plan.spec.task if plan else project.draft.task)
cannot_split = split_choice.problem_of(plan.spec) if plan else None
if cannot_split:
    components.show_problem(cannot_split)
final_test_choice.choose(project, plan)

ready = plan is not None and cannot_split is None
state.note_plan(project.draft, ready)
components.next_step(
    "Next: train", "train", disabled=not ready, help=None if ready else "Something above has to be decided first."
)
