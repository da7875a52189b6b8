"""Keep an eye on runs from whatever page is open: progress in the sidebar, and a word when one has finished."""

import streamlit as st

from workbench.training import supervisor
from workbench.ui import figures, notify, state, time_left

EVERY_SECONDS = 2.0
TOAST_SECONDS = 12
FINISHED_WORDS = {
    "finished": (":material/check_circle:", "has finished"),
    "stopped": (":material/stop_circle:", "was stopped; what was finished is kept"),
    "failed": (":material/warning:", "could not be completed"),
    "interrupted": (":material/warning:", "was interrupted; it can be resumed on the Train page"),
}


def sidebar(project):
    """Show the active run of ``project`` and announce its end, also while the person is on another page."""
    if project is None:
        return
    active = [run.id for run in state.store().runs(project.id) if run.status in state.ACTIVE]
    watched = st.session_state.setdefault("watched_runs", [])
    watched.extend(run_id for run_id in active if run_id not in watched)

    @st.fragment(run_every=EVERY_SECONDS if active else None)
    def panel():
        announce()
        for run_id in active:
            run = supervisor.check(state.store(), run_id)
            if run.status not in state.ACTIVE:
                st.rerun()  # the whole page: menu, results and this panel change
            share, words = progress(run)
            st.progress(share, text=f"Run {run.number}: {words}")
        if active or st.session_state.get("ended_run"):
            notify.bell(active=bool(active), ended=st.session_state.get("ended_run"))

    panel()


def progress(run):
    """Return how full the bar of a run in the sidebar is, and a few words: of a search its time, for how much it will
    have scored is not known before its end."""
    if run.status == "queued":
        return 0.0, "waiting for a free core"
    if run.spec is not None and run.spec.autopilot is not None:
        given, left = run.spec.autopilot.seconds, run.seconds_left
        share = 1 - min(left, given) / given if left is not None else 0.0
        words = "" if left is None else f", {figures.about(left)} left" if left else f", {time_left.PLANNED_LATER}"
        return share, f"searching{words}"
    share = run.n_done / run.n_total if run.n_total else 0.0
    return min(share, 1.0), f"{run.n_done} of {run.n_total} scored"


def announce():
    """Tell, once per session, that a watched run has ended."""
    watched = st.session_state.get("watched_runs", [])
    for run_id in list(watched):
        run = state.store().run(run_id)
        if run.status in state.ACTIVE:
            continue
        watched.remove(run_id)
        icon, words = FINISHED_WORDS.get(run.status, (":material/info:", run.status))
        st.toast(f"Run {run.number} {words}.", icon=icon, duration=TOAST_SECONDS)
        if run.status == "stopped":
            continue  # by the person, who knows
        ended = f"{run.id} {run.finished_at}"  # a run that was resumed ends more than once
        st.session_state["ended_run"] = {"id": ended, "title": f"Run {run.number} {words}.", "body": _project_of(run)}


def _project_of(run):
    return f"Project: {state.store().project(run.project_id).name}"
