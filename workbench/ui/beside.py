"""Facts about a run that take a large table: worked out beside the page, which does not wait, and kept with the run."""

import time

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import background, profile_job, state

HEAD_START_SECONDS = 2.0  # that the page gets to be drawn, before a thread shares the processor
EVERY_SECONDS = 2.0


def fact(kind, run_id, about, dataset, compute):
    """Return a fact; None while it is being worked out, after which the page runs again.

    Parameters
    ----------
    kind : str
        Of what is kept in the store, once for each run.
    run_id : str
    about : str
        Everything else that it depends on; what was kept about something else is worked out anew.
    dataset : str
        Fingerprint of the table that it takes. Of a small one the fact is worked out at once.
    compute : callable() -> JSON
        Never None; draws nothing.
    """
    kept = state.store().artifact(kind, run_id)
    if isinstance(kept, dict) and kept.get("about") == about:
        return kept.get("fact")
    if _is_small(dataset):
        return compute()
    name = f"{kind}.{run_id}.{about}"

    def work(job):
        time.sleep(HEAD_START_SECONDS)
        state.store().put_artifact(kind, run_id, {"about": about, "fact": compute()})

    job = background.job(name)
    if job is None:
        job = background.start(name, work) or background.job(name)
    if job is not None and job.problem is None:  # the log has a problem; the page is about the run all the same
        _wait(job)
    return None


def _is_small(dataset):
    try:
        return profile_job.is_small(dataset)
    except WorkbenchError:  # the table is gone: that is soon said
        return True


def _wait(job):
    @st.fragment(run_every=EVERY_SECONDS)
    def waiting():
        if job.done:
            st.rerun()

    waiting()
