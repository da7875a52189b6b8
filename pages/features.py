"""Target and inputs: which column is predicted, from which columns, and how rows are split for scoring."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import columns_table, components, split_choice, state, target_choice

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
    if plan.time_column:
        target_choice.show_time_order(project, plan)

st.subheader("What it may be predicted from", anchor=False)
summary = st.container()
doubts = st.container()
before = project.draft.choices
doubtful = {name for finding in state.leaks_of(project.draft) for name in finding.columns} if plan else ()
project = columns_table.edit(project, schema, doubtful)
if project.draft.choices != before:
    try:
        plan, problem = state.plan_of(project.draft), None
    except WorkbenchError as error:
        plan, problem = None, error
with summary:
    columns_table.show_summary(plan)
with doubts:
    if plan:
        used = {column.name for column in plan.spec.columns}
        columns_table.show_leaks(project, state.leaks_of(project.draft), used)
columns_table.show_decided(project)

st.subheader("How it is checked", anchor=False)
split_choice.choose(project, schema, plan.spec.task if plan else project.draft.task)
cannot_split = split_choice.problem_of(plan.spec) if plan else None
if cannot_split:
    components.show_problem(cannot_split)

ready = plan is not None and cannot_split is None
state.note_plan(project.draft, ready)
components.next_step(
    "Next: train", "train", disabled=not ready, help=None if ready else "Something above has to be decided first."
)
