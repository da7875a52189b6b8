"""Changes to how the data are read: tried on the first rows, then kept or dropped, and taken back later.

A change of the reading rules is first a trial: it is shown on the first rows of the file, which is quick however big
the file is. A change of columns, and another table of the same file, is applied at once.
"""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from workbench.errors import CannotRead, Conflict, WorkbenchError
from workbench.specs import ReadSpec, Schema
from workbench.store import looking
from workbench.store.datasets import carry_over
from workbench.ui import background, components, reading_job, state, upload
from workbench.ui.phrases import short

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
    raw, schema = looking.first_rows(state.dataset(fingerprint).raw_path, read, PREVIEW_ROWS)
    if not len(raw) or not len(raw.columns):
        raise CannotRead("By these rules there are no rows left.", "The file is still read as before.")
    return Preview(raw, schema)


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

    store, decided = state.store(), decided_columns(project, dataset)

    def make(**watched):
        made = store.retype_dataset(dataset.fingerprint, project.id, read=read, **watched)
        schema = with_columns(made.schema, decided)
        return made if schema == made.schema else store.retype_dataset(made.fingerprint, project.id, schema, **watched)

    return _applied(project, dataset, make)


def retype(project, dataset, columns):
    """Read columns by other rules: ``columns`` holds the changed ColumnSpecs. Tells whether that worked."""
    schema = with_columns(dataset.schema, columns)
    if schema == dataset.schema:
        return False
    store = state.store()
    return _applied(
        project, dataset, lambda **watched: store.retype_dataset(dataset.fingerprint, project.id, schema, **watched)
    )


def answer(project, dataset, question, at):
    """Take over one answer to a question about the file (callback)."""
    store = state.store()
    before = store.project(project.id).draft
    worked = _applied(
        project,
        dataset,
        lambda **watched: store.answer_question(dataset.fingerprint, project.id, question, at, **watched),
    )
    # The same data set without this question: what is remembered of it is out of date.
    state.dataset.clear(dataset.fingerprint)
    if worked and question.answers[at].step:
        st.session_state[upload.UNDO_KEY] = before.model_dump(mode="json")
        st.toast("They are left out before learning, by a step on the page Prepare.", icon="ℹ️")


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


def first_columns(project, dataset):
    """Return the columns as they were found when the file was first read by these rules."""
    alike = [
        other
        for other in state.store().project_datasets(project.id)
        if other.raw_path == dataset.raw_path and other.read == dataset.read
    ]
    return min(alike, key=lambda other: other.created_at).schema.columns if alike else dataset.schema.columns


def decided_columns(project, dataset):
    """Return the columns that the person changed: those that differ from what was found when the file was first read
    by these rules."""
    found = {column.name: column for column in first_columns(project, dataset)}
    return tuple(column for column in dataset.schema.columns if found.get(column.name) != column)


def _forget_problem():
    st.session_state.pop(PROBLEM_KEY, None)
    st.session_state[TRIES_KEY] = st.session_state.get(TRIES_KEY, 0) + 1


def _applied(project, dataset, make):
    """Let ``make(on_progress, should_stop)`` read the data anew; tell whether that worked, or goes on.

    What takes longer than a moment goes on as the project's reading, which the page shows with progress and Stop.
    """
    _forget_problem()
    draft = state.store().project(project.id).draft
    made = []

    def work(job):
        def on_progress(n_done, n_total, words):
            job.say(words, n_done / n_total if n_total else None)

        made.append(make(on_progress=on_progress, should_stop=job.should_stop))

    try:
        if background.start(f"{reading_job.PREFIX}{project.id}", work, about=short(dataset.name)) is None:
            raise Conflict("This project's data are being read at the moment.", "Wait until that is done, or stop it.")
        reading_job.wait(project.id)
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
        return False
    if not made or made[0].fingerprint != draft.dataset:
        st.session_state[upload.UNDO_KEY] = draft.model_dump(mode="json")
    for found in made:
        for sentence in carry_over(draft, found.schema, found.fingerprint).lost:
            st.toast(components.plain(sentence), icon="ℹ️", duration="long")
    return True
