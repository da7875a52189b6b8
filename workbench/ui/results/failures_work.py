"""What the views of groups compute: once for all who look, in a thread where it takes longer than a moment."""

import threading
from collections import OrderedDict

import streamlit as st

from workbench.ui import background, components

PATIENCE_SECONDS = 0.7  # that a page waits before it shows that work is under way
MOST_KEPT = 64
_lock = threading.Lock()


@st.cache_resource
def _kept() -> OrderedDict:
    return OrderedDict()


def result(about, compute, words):
    """Return what ``compute()`` returns; while it is under way, or where it failed, show that and return None.

    Parameters
    ----------
    about : tuple of str
        Everything that the result depends on.
    compute : callable() -> object
        Runs in a thread: it draws nothing. Never None.
    words : str
        What is being done.
    """
    kept = _kept()
    found = kept.get(about)
    if found is not None:
        return found
    name = "failures." + ".".join(about)
    if background.job(name) is None:
        background.start(name, lambda job: _work(job, kept, about, compute, words))
    job = background.job(name)
    if job is not None and not job.done and not job.wait(PATIENCE_SECONDS):
        background.show(job)
        return None
    if job is not None and job.problem is not None:
        components.show_problem(job.problem)
        st.button("Try again", key=f"page.results.{about[0]}.again", on_click=background.forget, args=(name,))
        return None
    return kept.get(about)


def _work(job, kept, about, compute, words):
    job.say(words)
    found = compute()
    with _lock:
        kept[about] = found
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)


def about(shown, view, *more):
    """Return what a result of a view depends on: the run, its folds, the estimator, the decision, and ``more``."""
    return (view, shown.run.id, str(shown.run.n_done), shown.key, shown.mark, *map(str, more))
