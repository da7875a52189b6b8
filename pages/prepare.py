"""Prepare: which rows the model learns from, as steps that can be taken back."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import components, recipe_list, state, table_view

WHY_ROWS_ONLY = """
Only **rows** are chosen here, once, before anything is learnt. What happens to **columns** (filling in blanks, scaling
numbers, turning words and dates into numbers) is part of the model itself: it is learnt again from the training rows
of every round, so the scores are honest, and the finished service does exactly the same to every new row. Whoever uses
the service sends rows as they are in your file.
"""

project = state.project_in_work()
draft = project.draft
components.header("prepare")
dataset = state.dataset(draft.dataset)

try:
    done = recipe_list.prepared(draft.dataset, draft.recipe)
    n_left, n_blank = recipe_list.counts(draft)
except WorkbenchError as error:
    components.show_problem(error)
    recipe_list.bare_steps(project)
    st.stop()

recipe_list.summary(dataset, n_left, n_blank, draft.target)
if n_left == n_blank:
    st.warning("No row is left to learn from. Remove a step below.", icon="⚠️")

mine, new = st.columns([1, 1], gap="large")
with mine:
    st.markdown("#### Steps")
    if not draft.recipe.rows:
        st.markdown("None yet: the model learns from every row of the file. Add a step only if you have a reason to.")
    recipe_list.steps(project, done.log, draft.target, n_blank)
with new:
    st.markdown("#### Add a step")
    with st.container(border=True):
        recipe_list.add(project, dataset)

st.markdown("#### The table after the steps")
table_view.show(done.table, draft.dataset, key="page.prepare.table", alt="The rows that are left", height=320)
with st.expander("Why are columns not changed here?", icon=":material/help:"):
    st.markdown(WHY_ROWS_ONLY)

components.next_step(
    "Choose what to predict",
    "features",
    disabled=n_left == n_blank,
    help="No row is left." if n_left == n_blank else None,
)
