"""The final test on the results page: rows that were locked away, or a second file, opened on a click and on record."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.export.file_outcomes import MOST_PROBABLE, WITHOUT_SHIFT
from workbench.profiling.wording import counted
from workbench.store import final_tests
from workbench.training.scoring import label_of
from workbench.ui import background, components, final_decision, model_choice, phrases, state, test_view

PLACE = "page.results.final"
FIRST = (
    "Open them when the model is settled. They are unseen only once: whatever you change after you have seen the "
    "result was chosen knowing it."
)
AGAIN = (
    "These rows were opened before, so this would no longer be an unseen test. The record, this page and the model "
    "card will say so."
)


def show(project, run, key):
    """Show the final tests that there are for a model, each opened or with a button that opens it.

    Parameters
    ----------
    project : Project
    run : Run
    key : str
        The candidate in view.
    """
    second = _second_file(project, run)
    if not run.spec.locked and second is None:
        return
    st.subheader("Final test", anchor=False)
    openings = state.store().openings(project.id)
    if run.spec.locked:
        _one(project, run, key, "locked", state.dataset(run.spec.dataset), openings)
    if second is not None:
        _one(project, run, key, "file", second, openings)


def _second_file(project, run):
    fingerprint = project.draft.test_dataset
    if not fingerprint or fingerprint == run.spec.dataset:
        return None
    return next((each for each in state.store().project_datasets(project.id) if each.fingerprint == fingerprint), None)


def _one(project, run, key, rows, dataset, openings):
    mine = [opening for opening in openings if opening.rows == rows and opening.dataset == dataset.fingerprint]
    opened = next((opening for opening in mine if (opening.run_id, opening.key) == (run.id, key)), None)
    with st.container(border=True, key=f"{PLACE}.{rows}"):
        if opened is not None:
            test_view.show(
                opened.test, opened.sentence, run.spec.target, opened.caveats, key=f"{PLACE}.{rows}.measures"
            )
            if model_choice.decision_of(run, key) is not None:
                st.caption(MOST_PROBABLE)
            elif model_choice.added_to(run, key):
                st.caption(WITHOUT_SHIFT)
            final_decision.show(run, key, rows, dataset.fingerprint, f"{PLACE}.{rows}")
            st.caption(f"Opened {phrases.ago(opened.at)} with {_model(run, key)}; on record.")
        else:
            _offer(project, run, key, rows, dataset)
        _others(mine, opened, run)


def _offer(project, run, key, rows, dataset):
    """Show what may be opened, and the way there: a first click, a word of warning, a second click."""
    name = f"final:{run.id}:{key}:{rows}:{dataset.fingerprint}"
    job = background.job(name)
    st.markdown(_told(run, rows, dataset))
    if job is not None and not job.done:
        background.show(job)
        return
    if job is not None:
        components.show_problem(job.problem)
        background.forget(name)
    if not model_choice.fitted(run, key, f"results.{rows}"):
        return
    asked = f"{PLACE}.asked.{run.id}.{key}.{rows}"
    words = "Open the locked rows" if rows == "locked" else "Test on this file"
    if not st.session_state.get(asked):
        st.button(
            f"{words} …",
            key=f"{PLACE}.{rows}.ask",
            icon=":material/lock_open:" if rows == "locked" else ":material/rule:",
            on_click=st.session_state.__setitem__,
            args=(asked, True),
        )
        return
    before = _opened_before(project, run, rows, dataset)
    st.warning(AGAIN if before else FIRST, icon=":material/lock_open:" if before else ":material/lock:")
    with st.container(horizontal=True):
        st.button(
            f"{words} with {_model(run, key)}",
            key=f"{PLACE}.{rows}.open",
            on_click=_open,
            args=(run, key, rows, dataset.fingerprint, name, asked),
        )
        st.button(
            "Not yet",
            type="tertiary",
            key=f"{PLACE}.{rows}.cancel",
            on_click=st.session_state.pop,
            args=(asked, None),
        )


def _told(run, rows, dataset):
    if rows == "file":
        name = components.plain(phrases.short(dataset.name))
        return f"**{name}** ({counted(dataset.n_rows, 'row')}) holds known outcomes that this model can be tested on."
    count = counted(_n_locked(run.id, run), "row")
    return f":material/lock: **{count}** of your table were locked away: no model of this run has learned from them."


@st.cache_data(max_entries=64, show_spinner=False)
def _n_locked(run_id, _run):
    return len(final_tests.locked_labels(_run, state.table(_run.spec.dataset)))


def _opened_before(project, run, rows, dataset):
    labels = final_tests.locked_labels(run, state.table(run.spec.dataset)) if rows == "locked" else None
    return state.store().opened_before(project.id, rows, dataset.raw_path.name, labels)


def _open(run, key, rows, fingerprint, name, asked):
    """Test the model in the background (callback)."""
    store = state.store()
    st.session_state.pop(asked, None)

    def work(job):
        job.say("Opening the model and the rows")

        def on_draw(share):
            job.say("Drawing rows again to see how far chance moves the scores", share)

        if rows == "locked":
            final_tests.open_locked(store, run.id, key, on_draw=on_draw)
        else:
            final_tests.test_on_dataset(store, run.id, key, fingerprint, on_draw=on_draw)

    background.start(name, work)


def _others(mine, opened, run):
    """List the other openings of these rows, the first one first."""
    others = [opening for opening in mine if opening is not opened]
    if not others:
        return
    with st.expander(f"Other openings of these rows: {len(others)}"):
        for opening in others:
            said = components.plain(opening.sentence)
            st.markdown(
                f"- Run {opening.run_number}, {_label(opening, run)}, {phrases.ago(opening.at)}: {said}"
                + ("" if opening.unseen else " *Not unseen.*")
            )


def _model(run, key):
    return components.plain(label_of(run.spec, key))


def _label(opening, run):
    try:
        spec = run.spec if opening.run_id == run.id else state.store().run(opening.run_id).spec
        return components.plain(label_of(spec, opening.key))
    except (KeyError, AttributeError, WorkbenchError):  # of another version of the workbench
        return components.plain(opening.key)
