"""What was changed since a run; to say it means planning anew."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.wording import listed
from workbench.ui import beside, components, state
from workbench.ui.run_changes import changes

KIND = "changed_since"  # of what is kept in the store: about the draft that was last compared
NOT_POSSIBLE = "the choices made since cannot be trained as they are"


def show(run, project):
    """Say which settings were changed since a run."""
    draft = project.draft
    if not draft.target:
        return
    found = beside.fact(KIND, run.id, draft.fingerprint, draft.dataset, lambda: _compared(run, draft))
    if found:
        said = listed([components.plain(text) for text in found], most=4)
        st.caption(f"Settings changed since run {run.number}: {said}. These results are about the run as it was.")


def _compared(run, draft):
    try:
        return changes(run.spec, state.plan_of(draft).spec)
    except WorkbenchError:
        return [NOT_POSSIBLE]
