"""Changes to how the data are read: tried on the first rows, then kept or dropped, and taken back later.

A change of the reading rules is first a trial: it is shown on the first rows of the file, which is quick however big
the file is. A change of columns, and another table of the same file, is applied at once.
"""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from workbench.data.meanings import detect_columns
from workbench.data.opening import told
from workbench.errors import CannotRead, WorkbenchError
from workbench.runtime.reading import read_raw
from workbench.specs import ReadSpec, Schema
from workbench.ui import components, state, upload

TRIAL_KEY = "page.data.trial"
PROBLEM_KEY = "page.data.changes.problem"
TRIES_KEY = "page.data.tries"  # counts changes, so that a control whose change was refused shows what is in force
PREVIEW_ROWS = 100


@dataclass(frozen=True, eq=False)
class Preview:
    """The first rows of a file by other rules, as text, with the columns that would be found in them."""

    raw: pd.DataFrame
    schema: Schema


@st.cache_resource(max_entries=16, show_spinner="Reading the first rows …")
def preview_of(fingerprint, read_json):
    """Return the :class:`Preview` of a data set's file by other rules (cached); raises CannotRead."""
    read = ReadSpec.model_validate_json(read_json)
    raw = told(read_raw)(state.dataset(fingerprint).raw_path, read.model_dump(mode="json"), max_rows=PREVIEW_ROWS)
    if not len(raw) or not len(raw.columns):
        raise CannotRead("By these rules there are no rows left.", "The file is still read as before.")
    return Preview(raw, detect_columns(raw).schema)


def trial_of(dataset):
    """Return the ReadSpec that is being tried on ``dataset``, or None."""
    fingerprint, read_json = st.session_state.get(TRIAL_KEY, ("", ""))
    return ReadSpec.model_validate_json(read_json) if fingerprint == dataset.fingerprint else None


def try_out(dataset, read):
    """Show the first rows by other rules (callback); what cannot be read is said, and nothing changes."""
    _forget_problem()
    read = read.but(names=())
    if read == dataset.read.but(names=()):
        st.session_state.pop(TRIAL_KEY, None)
        return
    try:
        preview_of(dataset.fingerprint, read.model_dump_json())
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
        return
    st.session_state[TRIAL_KEY] = (dataset.fingerprint, read.model_dump_json())


def drop_trial():
    """Go on with the rules in force (callback)."""
    _forget_problem()
    st.session_state.pop(TRIAL_KEY, None)


def keep_trial(project, dataset):
    """Read the whole file by the rules that were tried (callback)."""
    read = trial_of(dataset)
    if read is not None and read_anew(project, dataset, read):
        st.session_state.pop(TRIAL_KEY, None)


def read_anew(project, dataset, read):
    """Read the file by other rules, with what the person decided about columns that are still there."""

    def make():
        store, decided = state.store(), decided_columns(project, dataset)
        made = store.retype_dataset(dataset.fingerprint, project.id, read=read)
        schema = with_columns(made.schema, decided)
        return made if schema == made.schema else store.retype_dataset(made.fingerprint, project.id, schema)

    return _applied(project, make)


def retype(project, dataset, columns):
    """Read columns by other rules: ``columns`` holds the changed ColumnSpecs. Tells whether that worked."""
    schema = with_columns(dataset.schema, columns)
    if schema == dataset.schema:
        return False
    return _applied(project, lambda: state.store().retype_dataset(dataset.fingerprint, project.id, schema))


def answer(project, dataset, question, at):
    """Take over one answer to a question about the file (callback)."""
    _applied(project, lambda: state.store().answer_question(dataset.fingerprint, project.id, question, at))


def undo(project):
    """Take back the last change (callback)."""
    drop_trial()
    upload.back(project)


def show_problem():
    """Show why the last change could not be made, if so."""
    if PROBLEM_KEY in st.session_state:
        components.show_problem(st.session_state[PROBLEM_KEY])


def with_columns(schema, columns):
    """Return ``schema`` with the columns of these names in the place of its own."""
    changed = {column.name: column for column in columns}
    return schema.but(columns=tuple(changed.get(column.name, column) for column in schema.columns))


def decided_columns(project, dataset):
    """Return the columns that the person changed: those that differ from what was found when the file was first read
    by these rules."""
    alike = [
        other
        for other in state.store().project_datasets(project.id)
        if other.raw_path == dataset.raw_path and other.read == dataset.read
    ]
    if not alike:
        return ()
    found = {column.name: column for column in min(alike, key=lambda other: other.created_at).schema.columns}
    return tuple(column for column in dataset.schema.columns if found.get(column.name) != column)


def _forget_problem():
    st.session_state.pop(PROBLEM_KEY, None)
    st.session_state[TRIES_KEY] = st.session_state.get(TRIES_KEY, 0) + 1


def _applied(project, make):
    _forget_problem()
    try:
        upload.replace(state.store().project(project.id), make)
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
        return False
    return True
