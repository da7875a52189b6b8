"""Profile: what matters in the table in words, findings to decide about, every column in numbers, pairs, the target."""

import streamlit as st

from workbench.ui import components, profile_job, profile_overview, profile_views, reread, state

project = state.project_in_work()
draft = project.draft
components.header("profile")

look = profile_job.look(profile_job.Asked(draft.dataset, draft.target, draft.task))
profile_overview.show(project, look)
reread.show_undo()
if look.profile is None:
    st.stop()
view = profile_views.choose(project, look)
profile_views.show(project, look, view)

components.next_step("Next: target and inputs" if draft.target else "Choose what to predict", "features")
