"""Uploaded files are read into a project: one job per project, with progress and Stop, seen by every tab.

A file that is read within a moment is not noticed as a job. A longer one shows its progress on the Data page of its
project, also after a refresh; whoever stops it finds everything as it was.
"""

import streamlit as st

from workbench.errors import Conflict, NotFound, Stopped
from workbench.ui import background, components, navigation, staged, state
from workbench.ui.phrases import project_name, short

PREFIX = "reading:"
PATIENCE_SECONDS = 1.5  # a reading that takes longer shows its progress
# What was read and waits for the person's word: {"fingerprint", "known"}; a known one was in the project before.
INCOMING = "incoming"
BESIDE = "beside"  # fingerprints of the data sets of a project that came only to be looked at


def job_of(project_id):
    """Return the reading that is under way in a project, or that ended with a problem; else None."""
    return background.job(f"{PREFIX}{project_id}")


def start_new(files):
    """Make a project and begin to read ``files`` into it, one below the other; return the project.

    A project whose first file cannot be read, or was stopped, is removed again.
    """
    store = state.store()
    project = state.new_project(project_name(files[0].name))

    def read(job):
        try:
            _take_in(store, project.id, files, job)
        except BaseException:
            store.delete_project(project.id, final=True)
            raise

    _start(project.id, files, read)
    return project


def start_first(project, files):
    """Begin to read ``files`` into a project that has no data yet."""
    store = state.store()
    _start(project.id, files, lambda job: _take_in(store, project.id, files, job))


def start_newer(project, files):
    """Begin to read a newer file; it waits beside the table in work until the person has seen what differs."""
    store, file = state.store(), files[0]

    def read(job):
        known = {dataset.fingerprint for dataset in store.project_datasets(project.id)}
        path = staged.lend(file)
        found = store.take_in(project.id, path, file.name, digest=file.digest, use=False, **_watched(job))
        store.put_artifact(
            INCOMING, project.id, {"fingerprint": found.fingerprint, "known": found.fingerprint in known}
        )

    _start(project.id, files, read)


def start_beside(project, files):
    """Begin to read a file that is only looked at: it is added to the project, and the table in work stays."""
    store, file = state.store(), files[0]

    def read(job):
        known = {dataset.fingerprint for dataset in store.project_datasets(project.id)}
        found = store.take_in(project.id, staged.lend(file), file.name, digest=file.digest, use=False, **_watched(job))
        if found.fingerprint not in known:
            beside = store.artifact(BESIDE, project.id) or []
            store.put_artifact(BESIDE, project.id, [*beside, found.fingerprint])

    _start(project.id, files, read)


def start_more(project, dataset, files):
    """Begin to read ``files``, whose rows are put below those of ``dataset``."""
    store = state.store()
    _start(project.id, files, lambda job: _append(store, project.id, dataset.fingerprint, files, job))


def _take_in(store, project_id, files, job):
    first, *others = files
    path = staged.lend(first)
    dataset = store.take_in(project_id, path, first.name, digest=first.digest, **_watched(job))
    if others:
        _append(store, project_id, dataset.fingerprint, others, job)


def _append(store, project_id, fingerprint, files, job):
    pairs = [(staged.lend(file), file.name) for file in files]
    store.append_files(project_id, fingerprint, pairs, **_watched(job))


def _watched(job):
    """Return the arguments by which a reading tells how far it is and asks whether to stop."""

    def on_progress(n_done, n_total, words):
        job.say(words, n_done / n_total if n_total else None)

    return {"on_progress": on_progress, "should_stop": job.should_stop}


def _start(project_id, files, read):
    folder = state.store().staging()
    for file in files:
        staged.claim(folder, file, project_id)

    def work(job):
        try:
            read(job)
        finally:
            for file in files:
                staged.remove(file)

    about = short(files[0].name) + (f" and {len(files) - 1} more" if len(files) > 1 else "")
    if background.start(f"{PREFIX}{project_id}", work, about=about) is None:
        raise Conflict(
            "Another file is being read into this project at the moment.", "Wait until it is read, or stop it."
        )


def wait(project_id):
    """Wait a moment for the reading of a project; raise its problem if it ended with one.

    Returns
    -------
    bool
        Whether it has ended (well); otherwise it goes on and is shown by :func:`show`.
    """
    job = job_of(project_id)
    if job is None:
        return True
    with st.spinner(f"Reading {components.plain(job.about)} …", show_time=True):
        ended = job.wait(PATIENCE_SECONDS)
    if ended and job.problem:
        background.forget(job.name)
        raise job.problem
    return ended


def show(project):
    """Show the reading that is under way in ``project``, if any; where there is no table yet, nothing else follows."""
    job = job_of(project.id)
    if job is None:
        return
    if job.done:
        with st.container(border=True, key="page.reading.problem"):
            components.show_problem(job.problem)
            st.button("Close", key="page.reading.close", on_click=background.forget, args=(job.name,))
        return
    with st.container(border=True, key="page.reading"):
        st.markdown(f"**Reading {components.plain(job.about)}**")
        background.show(job, stop="Stop", at_end=lambda: _at_end(project.id, job))
        st.caption(
            "You can leave this page or close it; reading goes on. Stop leaves everything as it was before."
            if project.draft.dataset
            else "You can leave this page or close it; reading goes on."
        )
    if not project.draft.dataset:
        # Tools that drive a browser wait while something with this name is on the page, so they see the table.
        st.html('<span data-testid="stSpinner" hidden></span>')
        st.skeleton(height=360)
        st.stop()


def _at_end(project_id, job):
    """Show the page again; where the project went with its only file, the home page, which says why."""
    try:
        state.store().project(project_id)
    except NotFound:
        _told_if_stopped(job)
        state.open_next(None)
        st.switch_page(navigation.path_of("home"), query_params={})
    _told_if_stopped(job)
    st.rerun()


def _told_if_stopped(job):
    """Who stopped a reading needs no more than a word; any other problem stays until it is closed."""
    if isinstance(job.problem, Stopped):
        background.forget(job.name)
        st.toast(f"{components.plain(job.about)} was not read; everything is as it was.", icon="ℹ️")


def lost():
    """Return the jobs that ended with a problem and whose project went with it: nobody may have been told yet."""
    ids = set(state.store().project_ids())
    return [job for job in background.failed(PREFIX) if job.name.removeprefix(PREFIX) not in ids]
