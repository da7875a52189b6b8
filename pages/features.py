"""Target and inputs: which column is predicted, from which columns, and how rows are split for scoring."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import columns_table, components, split_choice, state, target_choice

project = state.project_in_work()
components.header("features")
schema = state.dataset(project.draft.dataset).schema

project = target_choice.choose_target(project, schema)
if not project.draft.target:
    st.info("Choose a column above: everything else on this page follows from it.", icon=":material/arrow_upward:")
    st.stop()

try:
    plan, problem = state.plan_of(project.draft), None
except WorkbenchError as error:
    plan, problem = None, error

project = target_choice.choose_task(project, plan)
if problem:
    components.show_problem(problem)
elif plan.spec.task == "binary":
    target_choice.choose_positive(project, plan)
if plan:
    target_choice.show_facts(plan)

st.subheader("What it may be predicted from", anchor=False)
summary = st.container()
before = project.draft.choices
project = columns_table.edit(project, schema)
if project.draft.choices != before:
    try:
        plan, problem = state.plan_of(project.draft), None
    except WorkbenchError as error:
        plan, problem = None, error
with summary:
    columns_table.show_summary(project, plan)

st.subheader("How it is checked", anchor=False)
split_choice.choose(project, schema)

components.next_step(
    "Next: train",
    "train",
    disabled=plan is None,
    help=None if plan else "Something above has to be decided first.",
)
