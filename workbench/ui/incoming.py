"""What is on its way into a project: files being read, files that wait, and a newer table to be looked at first."""

import time

import streamlit as st

from workbench.errors import NotFound, WorkbenchError
from workbench.ui import background, components, reading_job, several, staged, state, table_changes, upload
from workbench.ui.components import plain
from workbench.ui.phrases import ago_seconds, short, size

STARTED = time.time()
SETTLED_SECONDS = 20  # a file that this server was given just now is being handed over by the tab it came from
OFFERED = 5
PROBLEM_KEY = "page.unread.problem"
NEW_ZONES = ("home", "paste", "database")  # drop zones whose files become a project


def show(project):
    """Show, on top of the Data page, all that is on its way into ``project``; nothing where nothing is."""
    reading_job.show(project)
    several.show(project)
    _waiting([file for file in _unread() if file.project_id == project.id], project)
    _newer(project)


def show_home():
    """Show, on the home page, files that did not become a project (yet)."""
    for job in reading_job.lost():
        with st.container(border=True, key=f"page.lost.{job.name}"):
            st.markdown(f"**{components.plain(job.about)}** was not read.")
            components.show_problem(job.problem)
            st.button("Close", key=f"page.lost.close.{job.name}", on_click=background.forget, args=(job.name,))
    several.show()
    _waiting([file for file in _unread() if not file.project_id and file.zone in NEW_ZONES], None)


def _unread():
    """Return the files that wait and that nobody is dealing with at the moment."""
    chosen = {upload_id for ids in st.session_state.get(several.KEY, {}).values() for upload_id in ids}
    found = []
    for file in staged.waiting(state.store().staging()):
        job = reading_job.job_of(file.project_id)
        fresh = file.at > STARTED and time.time() - file.at < SETTLED_SECONDS
        busy = (job is not None and not job.done) or fresh or file.id in chosen
        if not busy:
            found.append(file)
    return found[:OFFERED]


def _waiting(files, project):
    """Offer files that were uploaded but not read: the server was restarted, or the page left meanwhile."""
    if PROBLEM_KEY in st.session_state:
        components.show_problem(st.session_state[PROBLEM_KEY])
    for file in files:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"page.unread.{file.id}"):
            st.markdown(
                f"**{plain(short(file.name))}** ({size(file.size_bytes)}) was uploaded {ago_seconds(file.at)} "
                "but not read.",
                width="stretch",
            )
            if st.button("Read it", key=f"page.unread.read.{file.id}", icon=":material/table_view:"):
                _read(file, project)
            st.button("Remove", key=f"page.unread.remove.{file.id}", on_click=staged.remove, args=(file,))


def _read(file, project):
    st.session_state.pop(PROBLEM_KEY, None)
    try:
        if project is None:
            upload.lead_on(reading_job.start_new([file]).id)
        upload.into_project(project)([file])
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
    st.rerun()


def _newer(project):
    """Show how a newer table differs from the one in work, and let the person choose between them."""
    store = state.store()
    kept = store.artifact(reading_job.INCOMING, project.id)
    if not kept or not project.draft.dataset:
        return
    try:
        new = store.dataset(kept["fingerprint"], project.id)
    except NotFound:
        store.put_artifact(reading_job.INCOMING, project.id, None)
        return
    old = state.dataset(project.draft.dataset)
    with st.container(border=True, key="page.newer"):
        table_changes.show(project, old, new)
        with st.container(horizontal=True):
            st.button(
                "Use this file", type="primary", key="page.newer.use", on_click=_use, args=(project, new.fingerprint)
            )
            st.button("Keep the old one", key="page.newer.keep", on_click=_keep, args=(project, kept))


def _use(project, fingerprint):
    st.session_state[upload.UNDO_KEY] = project.draft.model_dump(mode="json")
    state.store().use_dataset(project.id, fingerprint)
    state.store().put_artifact(reading_job.INCOMING, project.id, None)


def _keep(project, kept):
    if not kept["known"]:
        state.store().drop_dataset(project.id, kept["fingerprint"])
    state.store().put_artifact(reading_job.INCOMING, project.id, None)
