"""What the finished model is tested on: rows that are locked away until then, or a second file with known outcomes."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.wording import counted
from workbench.training.labelled import labelled_rows, shared_rows
from workbench.ui import components, reading_job, state, upload
from workbench.ui.phrases import ago, short

SHARES = (0.0, 0.1, 0.2, 0.3)
LOCKED_KEY = "page.features.locked"
FILE_KEY = "page.features.test_file"
HOW = {
    "random": "drawn by chance",
    "group": "whole groups, so that none of them is on both sides",
    "time": "the latest ones, as it will be in service",
    "own": "drawn by chance",
}


def choose(project, plan):
    """Show what is kept for the end, and store what is chosen.

    Parameters
    ----------
    project : Project
    plan : Plan or None
        None where the question cannot be planned yet.
    """
    st.subheader("What it is tested on at the end", anchor=False)
    reading_job.show(project)
    locked, file = st.columns(2, gap="large")
    with locked:
        _choose_share(project, plan)
    with file:
        _choose_file(project, plan)


def _choose_share(project, plan):
    current = project.draft.locked

    def save():
        state.save_draft(state.project_in_work(), locked=st.session_state[LOCKED_KEY])

    state.show_as_stored(LOCKED_KEY, current)
    st.segmented_control(
        "Lock rows away for a final test",
        sorted({*SHARES, current}),
        required=True,
        format_func=lambda share: f"{100 * share:g} %" if share else "None",
        key=LOCKED_KEY,
        on_change=save,
        help="No estimator learns from these rows and no score is made of them until you open them, once, on the "
        "Results page. Choosing among many models by their scores flatters the winner; these rows do not.",
    )
    if plan and plan.rows_locked:
        st.caption(
            f":material/lock: {counted(plan.rows_locked, 'row')} are locked away: {HOW[plan.spec.split.kind]}. "
            "The Profile page still counts every row."
        )


def _choose_file(project, plan):
    others = {
        each.fingerprint: each
        for each in state.store().project_datasets(project.id)
        if each.fingerprint != project.draft.dataset
    }
    current = project.draft.test_dataset if project.draft.test_dataset in others else ""
    if others:
        current = _choose_among(others, current)
    if current and plan:
        _show_fit(project, plan.spec, others[current])
    with st.expander("I have a second file with known outcomes for testing", icon=":material/upload_file:"):
        upload.drop_zone(
            "A file with the same columns, the outcome among them",
            name="test_file",
            receive=_receive(project),
            project_id=project.id,
            help="Nothing is learned from it. The finished model is tested on it on the Results page.",
        )


def _choose_among(others, current):
    def save():
        state.save_draft(state.project_in_work(), test_dataset=st.session_state[FILE_KEY])

    options = ["", *others]
    state.show_as_stored(FILE_KEY, current)
    return st.selectbox(
        "Test the finished model on a second file",
        options,
        format_func=lambda fingerprint: _label(others.get(fingerprint)),
        key=FILE_KEY,
        on_change=save,
        help="It is read by the rules of the file in work, and your row steps apply to it, too.",
    )


def _label(dataset):
    if dataset is None:
        return "None"
    return f"{short(dataset.name, 40)} · {counted(dataset.n_rows, 'row')}, added {ago(dataset.created_at)}"


def _receive(project):
    def receive(files):
        reading_job.start_beside(project, files)
        if not reading_job.wait(project.id):
            return  # a large one: it can be chosen when it is read
        newest = state.store().project_datasets(project.id)[0]
        if newest.fingerprint == project.draft.dataset:
            st.toast("This file holds the same table as the one in work.", icon=":material/info:")
            return
        state.save_draft(state.store().project(project.id), test_dataset=newest.fingerprint)

    return receive


def _show_fit(project, spec, second):
    """Say whether the second file fits the question, before anything is trained for it."""
    facts = (spec.dataset, spec.recipe, spec.target, spec.columns, spec.classes, second.fingerprint)
    with st.spinner("Looking at the second file …"):
        problem, notes = _fit(facts, spec, second.name)
    if problem:
        components.show_problem(problem)
        return
    st.caption(components.plain(" ".join(notes)))


@st.cache_data(max_entries=16, show_spinner=False)
def _fit(facts, _spec, name):
    """Return why a second file cannot be tested on, or what of it is left out and what it shares with the first."""
    store, schema = state.store(), state.dataset(_spec.dataset).schema
    raw = store.load_raw(facts[-1])
    try:
        found = labelled_rows(raw, schema, _spec, f"“{name}”")
        n_shared = shared_rows(raw, state.table(_spec.dataset), schema)
    except WorkbenchError as error:
        return error, ()
    said = [f"It fits: {counted(len(found.target), 'row')} with a known outcome.", *found.notes]
    if n_shared:
        said.append(f"{n_shared:,} of its {counted(len(raw), 'row')} are also in the training file.")
    return None, tuple(said)
