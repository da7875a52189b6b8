"""Whether the model is good enough for what was written down before the run, and what stands in its way."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.quality import goals
from workbench.results.quality.ceiling import ceiling
from workbench.specs import fingerprint_of
from workbench.ui import beside, components, state

LOOKS = {
    "reached": (st.success, ":material/check_circle:"),
    "not surely": (st.info, ":material/help:"),
    "perhaps": (st.warning, ":material/trending_down:"),
    "missed": (st.warning, ":material/cancel:"),
    "unknown": (st.info, ":material/help:"),
}
LATER = "Written down after this run had begun."
SINCE = "What you ask for was changed since; this is about what you had asked when the run began."


@st.cache_data(max_entries=64, show_spinner=False)
def _verdict(run_id, n_done, key, success_fingerprint, mark, added, _success, _evaluation):
    return goals.verdict(_evaluation, key, _success, added)


@st.cache_data(max_entries=64, show_spinner=False)
def _ceiling(dataset, spec_fingerprint, _spec):
    return ceiling(state.table(dataset), _spec)


def show(project, run, evaluation, key, added=0.0, *, so_far=False):
    """Show the verdict on the answers of the estimator ``key``, with the decision it is meant for.

    Parameters
    ----------
    project : Project
    run : Run
    evaluation : Evaluation
    key : str or None
        None where no estimator has a score.
    added : float, default=0
        To predicted amounts.
    so_far : bool, default=False
        The run is going on.
    """
    now = goals.as_note(project.draft)
    same_question = project.draft.target == run.spec.target
    note = run.notes.get("goal") or (now if same_question else None)
    decision, success = goals.from_note(note)
    in_use = evaluation.decisions.get(key)
    mark = in_use.fingerprint if in_use is not None else ""
    asked = (success.fingerprint, mark, added, success, evaluation)
    found = _verdict(run.id, run.n_done, key, *asked) if key else None
    aside = [f"To decide: {components.plain(decision)}"] if decision else []
    if success.costs:
        aside.append(f"A mistake costs: {components.plain(success.costs)}")
    if found is not None:
        look, icon = LOOKS[found.standing]
        if so_far:  # neither good news nor bad before the end
            look, icon = st.info, ":material/hourglass_top:"
        look(components.plain(("So far: " if so_far else "") + found.sentence), icon=icon)
        if not run.notes.get("goal"):
            aside.append(LATER)
        elif same_question and now != note:
            aside.append(SINCE)
    elif not run.notes.get("goal") and same_question and now is None:
        aside.append("What would be good enough? Write it down under “What is it for?” on Target and inputs.")
    if aside:
        st.caption(" · ".join(aside))


def show_ceiling(run):
    """Say where equal rows with different outcomes limit every model of the columns in use, if that matters."""
    about = fingerprint_of(_asked(run.spec))
    said = beside.fact("ceiling", run.id, about, run.spec.dataset, lambda: _said_ceiling(run.spec))
    if said:
        st.markdown(f":material/vertical_align_top: {components.plain(said)}")


def _said_ceiling(spec):
    try:
        found = _ceiling(spec.dataset, _asked(spec), spec)
    except WorkbenchError:  # the rows are not there any more as they were
        return ""
    return found.sentence if found is not None and found.matters else ""


def _asked(spec):
    """Return what the ceiling depends on; a run that goes on keeps it."""
    return (spec.recipe.fingerprint, spec.target, spec.task, spec.locked, spec.seed, spec.split.fingerprint, *(
        column.fingerprint for column in spec.columns
    ))  # fmt: skip
