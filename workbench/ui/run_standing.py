"""What was changed since a run: for a large table worked out beside the page, since it means planning anew."""

import time

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.wording import listed
from workbench.ui import background, components, profile_job, state
from workbench.ui.run_changes import changes

KIND = "changed_since"  # of what is kept in the store: for each run, about the draft that was last compared
HEAD_START_SECONDS = 2.0  # that the page gets to be drawn, before its thread shares the processor
EVERY_SECONDS = 2.0
NOT_POSSIBLE = "the choices made since cannot be trained as they are"


def show(run, project):
    """Say which settings were changed since a run, where that is known; else have it worked out, and say it then."""
    draft = project.draft
    if not draft.target:
        return
    found = _known(run, draft)
    if found is None and _at_once(draft):
        found = _compared(run, draft)
    if found is None:
        _work_out(run, draft)
    elif found:
        said = listed([components.plain(text) for text in found], most=4)
        st.caption(f"Settings changed since run {run.number}: {said}. These results are about the run as it was.")


def _known(run, draft):
    kept = state.store().artifact(KIND, run.id)
    return kept["changes"] if kept and kept["draft"] == draft.fingerprint else None


def _at_once(draft):
    try:
        return profile_job.is_small(draft.dataset)
    except WorkbenchError:  # the table is gone: that is soon said
        return True


def _compared(run, draft):
    try:
        return changes(run.spec, state.plan_of(draft).spec)
    except WorkbenchError:
        return [NOT_POSSIBLE]


def _work_out(run, draft):
    name = f"{KIND}.{run.id}.{draft.fingerprint}"

    def work(job):
        time.sleep(HEAD_START_SECONDS)
        found = _compared(run, draft)
        state.store().put_artifact(KIND, run.id, {"draft": draft.fingerprint, "changes": found})

    job = background.job(name)
    if job is None:
        job = background.start(name, work) or background.job(name)
    if job is None or job.problem is not None:  # the log says why; the page is about the run all the same
        return

    @st.fragment(run_every=EVERY_SECONDS)
    def waiting():
        if job.done:
            st.rerun()

    waiting()
