"""A file comes in: streamed to disk, then read into a new project or the one in work."""

import uuid
from pathlib import Path

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.store.datasets import carry_over
from workbench.ui import (
    addresses,
    components,
    navigation,
    reading_job,
    scrolling,
    several,
    staged,
    state,
    uploads_route,
)
from workbench.ui.phrases import size

KINDS_SENTENCE = (
    "Text such as CSV, Excel and OpenDocument sheets, JSON, Parquet, Feather, Stata, SPSS, SAS, R, SQLite and DuckDB, "
    "also packed (zip, gz, tar …). "
    "The table may start anywhere in the file: how it is read is found out, shown, and can be changed."
)
UNDO_KEY = "page.data.before"  # the draft, as JSON, before the data were read anew

_parts = Path(__file__).with_name("upload_zone.html")
_component = st.components.v2.component(
    "upload_zone",
    html=_parts.read_text(encoding="utf-8"),
    css=_parts.with_suffix(".css").read_text(encoding="utf-8"),
    js=_parts.with_suffix(".js").read_text(encoding="utf-8"),
)


def drop_zone(
    label, *, name, receive, help="", type=None, label_visibility="visible", multiple=False, project_id="", kinds=""
):
    """Show a place to drop a file on, and hand what arrived to ``receive(files)``, a list of ``Staged``.

    A problem is shown above it until the next attempt, or until the page is left.

    Parameters
    ----------
    name : str
        Of the zone; unique on the page.
    help, kinds : str
        What to know about the file, and which kinds are taken; shown inside.
    type : list of str, optional
        Endings of files that are taken, such as ``["workbench"]``; by default all.
    multiple : bool
        Whether several files may come at once.
    project_id : str
        The project the file is meant for; an upload that is under way does not mix with another project's.
    """
    arrived, problem, round_key = f"upload.{name}.arrived", f"page.{name}.problem", f"upload.{name}.round"
    if arrived in st.session_state:
        _hand_over(st.session_state.pop(arrived), receive, problem, round_key)
    if problem in st.session_state:
        components.show_problem(st.session_state[problem])
    key = f"upload.{name}"
    limit = f"Up to {size(uploads_route.limit_bytes())}"
    data = {
        "path": addresses.address(uploads_route.PATH),
        "zone": name,
        "project": project_id,
        "label": label,
        "label_hidden": label_visibility != "visible",
        "hint": ". ".join(part.rstrip(".") for part in (kinds, help, limit) if part),
        "types": [f".{ending}" for ending in type or ()],
        "limit": uploads_route.limit_bytes(),
        "multiple": multiple,
        # Another one tells the component that what it has sent was dealt with.
        "round": st.session_state.setdefault(round_key, uuid.uuid4().hex),
    }

    def keep_ids():
        """Keep what arrived until the zone is drawn: the one way in for files, also for tests without a browser."""
        st.session_state[arrived] = st.session_state[key].uploaded

    _component(key=key, data=data, on_uploaded_change=keep_ids)


def _hand_over(ids, receive, problem, round_key):
    """Give the files with these ids to ``receive``, and free the drop zone."""
    folder = state.store().staging()
    files = [file for file in (staged.find(folder, upload_id) for upload_id in ids or ()) if file]
    st.session_state.pop(problem, None)
    try:
        if files:
            receive(files)
            st.session_state[scrolling.AGAIN_KEY] = uuid.uuid4().hex
    except WorkbenchError as error:
        st.session_state[problem] = error
    finally:
        st.session_state[round_key] = uuid.uuid4().hex
    st.rerun()


def new_project(files):
    """Make a project out of uploaded files and lead to its data; no project is left where they cannot be read."""
    if len(files) > 1:
        several.ask(files)
        return
    lead_on(reading_job.start_new(files).id)


def lead_on(project_id):
    """Wait a moment for a project's reading and open its Data page; raise the problem it ended with."""
    reading_job.wait(project_id)
    state.open_next(project_id)
    st.switch_page(navigation.path_of("data"), query_params={})


def start_project(name, add_data, **choices):
    """Make a project, give it data by ``add_data(project_id)``, and lead to the Data page.

    Parameters
    ----------
    choices
        What is set in the draft besides the data, such as ``target``.
    """
    store = state.store()
    project = state.new_project(name)
    try:
        add_data(project.id)
        if choices:
            state.save_draft(store.project(project.id), **choices)
    except BaseException:
        store.delete_project(project.id, final=True)
        raise
    state.open_next(project.id)
    st.switch_page(navigation.path_of("data"), query_params={})


def into_project(project):
    """Return a function that makes uploaded files the data of ``project``.

    Where it has data already, the new table waits until the person has seen what differs.
    """

    def receive(files):
        if project.draft.dataset:
            reading_job.start_newer(project, files)
        elif len(files) > 1:
            several.ask(files, project.id)
            return
        else:
            reading_job.start_first(project, files)
        reading_job.wait(project.id)

    return receive


def replace(project, make):
    """Let ``make() -> Dataset`` change the data of ``project``; say which choices that cost, and keep the way back."""
    with st.spinner("Reading the table …", show_time=True):
        dataset = make()
    if project.draft.dataset:
        if dataset.fingerprint != project.draft.dataset:
            st.session_state[UNDO_KEY] = project.draft.model_dump(mode="json")
        for sentence in carry_over(project.draft, dataset.schema, dataset.fingerprint).lost:
            st.toast(components.plain(sentence), icon="ℹ️", duration="long")
    return dataset


def back(project):
    """Take back the last change of how the data are read (for ``on_click``)."""
    before = st.session_state.pop(UNDO_KEY, None)
    if before:
        state.save_draft(project, **{name: value for name, value in before.items() if name != "version"})
