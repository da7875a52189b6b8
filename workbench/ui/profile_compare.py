"""This table against another: one of the project, or a file that is only looked at."""

import streamlit as st

from workbench.profiling.wording import counted
from workbench.ui import difference_job, difference_view, reading_job, state, upload
from workbench.ui.phrases import ago, short

OTHER_KEY, WHEN_KEY, SEEN_KEY = (f"page.profile.compare.{name}" for name in ("other", "when", "seen"))
NEWER, OLDER = "newer than the table in work", "older than the table in work"


def show(project):
    """Show what differs between the table in work and another that the person chooses."""
    reading_job.show(project)
    current = state.dataset(project.draft.dataset)
    others = [each for each in state.store().project_datasets(project.id) if each.fingerprint != current.fingerprint]
    if not others:
        st.markdown(
            "Does another table differ from this one? This month's file from the one you train on, for example."
        )
        _drop(project)
        return
    chosen = _choose(project, others)
    with st.expander("Compare with another file", icon=":material/upload_file:"):
        _drop(project)
    other = {each.fingerprint: each for each in others}[chosen]
    newer = st.session_state[WHEN_KEY] == NEWER
    old, new = (current, other) if newer else (other, current)
    found = difference_job.look(project, old, new)
    if found:
        difference_view.show(project, old, new, found)


def _choose(project, others):
    """Show the other tables of the project, and return the fingerprint of the chosen one."""
    by_fingerprint = {each.fingerprint: each for each in others}
    # A table that has come since the last look is the one that is meant.
    if st.session_state.get(SEEN_KEY) != list(by_fingerprint) or st.session_state.get(OTHER_KEY) not in by_fingerprint:
        st.session_state[SEEN_KEY] = list(by_fingerprint)
        st.session_state[OTHER_KEY] = others[0].fingerprint
        st.session_state.pop(WHEN_KEY, None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            "Compare with",
            list(by_fingerprint),
            format_func=lambda fingerprint: _label(by_fingerprint[fingerprint], project),
            key=OTHER_KEY,
        )
        current = state.dataset(project.draft.dataset)
        st.session_state.setdefault(
            WHEN_KEY, NEWER if by_fingerprint[chosen].created_at >= current.created_at else OLDER
        )
        st.selectbox("which is", [NEWER, OLDER], key=WHEN_KEY, width=250)
        if chosen in (state.store().artifact(reading_job.BESIDE, project.id) or []):
            st.button(
                "Remove",
                key="page.profile.compare.remove",
                icon=":material/delete:",
                on_click=_remove,
                args=(project, chosen),
                help="Take this file out of the project again.",
            )
    return chosen


def _label(dataset, project):
    same_file = dataset.raw_path == state.dataset(project.draft.dataset).raw_path
    how = ", the same file read in another way" if same_file else ""
    shape = f"{counted(dataset.n_rows, 'row')}, {counted(dataset.n_columns, 'column')}"
    return f"{short(dataset.name, 40)} · {shape}, added {ago(dataset.created_at)}{how}"


def _drop(project):
    def receive(files):
        reading_job.start_beside(project, files)
        if reading_job.wait(project.id):
            newest = state.store().project_datasets(project.id)[0]
            if newest.fingerprint == project.draft.dataset:
                st.toast("This file holds the same table as the one in work.", icon=":material/info:")

    upload.drop_zone(
        "A file to compare with: it is only looked at, and the table in work stays",
        name="beside",
        receive=receive,
        project_id=project.id,
    )


def _remove(project, fingerprint):
    """Take a file that was only looked at out of the project (callback)."""
    store = state.store()
    if store.project(project.id).draft.dataset != fingerprint:
        store.drop_dataset(project.id, fingerprint)
    beside = store.artifact(reading_job.BESIDE, project.id) or []
    store.put_artifact(reading_job.BESIDE, project.id, [each for each in beside if each != fingerprint])
