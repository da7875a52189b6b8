"""A file comes in: kept on disk at once, read, and the uploader emptied, which would hold the file twice in memory."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.store.datasets import carry_over
from workbench.ui import components, navigation, state
from workbench.ui.phrases import project_name, short

KINDS_SENTENCE = (
    "CSV or other text, Excel, OpenDocument, JSON, Parquet or Feather. The table may start anywhere in the file: "
    "how it is read is found out, shown, and can be changed."
)
UNDO_KEY = "page.data.before"  # the draft, as JSON, before the data were read anew


def drop_zone(label, *, name, receive, help=None, type=None, label_visibility="visible"):
    """Show an uploader and hand the file that was dropped to ``receive(file)``.

    The uploader gets a new key after every file, since it cannot be emptied in any other way. A problem is shown
    above it until the next attempt, or until the page is left.
    """
    counter, problem = f"upload.{name}.count", f"page.{name}.problem"
    if problem in st.session_state:
        components.show_problem(st.session_state[problem])
    key = f"upload.{name}.{st.session_state.get(counter, 0)}"
    file = st.file_uploader(label, key=key, help=help, type=type, label_visibility=label_visibility)
    if file is None:
        return
    st.session_state.pop(problem, None)
    try:
        with st.spinner(f"Reading {components.plain(short(file.name))} …", show_time=True):
            receive(file)
    except WorkbenchError as error:
        st.session_state[problem] = error
    finally:
        st.session_state[counter] = st.session_state.get(counter, 0) + 1
    st.rerun()


def new_project(file):
    """Make a project out of an uploaded file and lead to its data; no project is left where it cannot be read."""
    start_project(project_name(file.name), lambda project_id: state.store().add_dataset(project_id, file, file.name))


def start_project(name, add_data, **choices):
    """Make a project, give it data by ``add_data(project_id)``, and lead to the Data page.

    Parameters
    ----------
    choices
        What is set in the draft besides the data, such as ``target``.
    """
    store = state.store()
    project = store.create_project(name)
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
    """Return a function that makes an uploaded file the data of ``project``."""

    def receive(file):
        replace(project, lambda: state.store().add_dataset(project.id, file, file.name))

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
