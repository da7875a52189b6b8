"""What can be done, in one click, about an estimator that failed."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.specs import CandidateSpec
from workbench.training import supervisor
from workbench.training.scoring import label_of
from workbench.ui import components, state

FEWEST_FOLDS = 3  # that are offered in place of more


def show_failed(run, evaluation):
    """Show each estimator that failed with its reason, and what can be done about it."""
    for key, cause in evaluation.failures.items():
        with st.container(border=True, key=f"failed-{run.number}-{key}"):
            label = label_of(run.spec, key)
            said = cause.removeprefix(label).strip() if cause.startswith(f"{label} ") else f": {cause}"
            st.markdown(f":material/warning: **{components.plain(label)}** {components.plain(said)}")
            with st.container(horizontal=True):
                for name, words, help_text, act in _ways_out(run, key):
                    st.button(
                        words,
                        key=f"page.train.way.{name}.{run.id}.{key}",
                        on_click=act,
                        args=(run, key),
                        help=help_text,
                    )


def _ways_out(run, key):
    """Return (name, words, help, action) of what can be done about a failure."""
    ways = [("alone", "Try it again alone", "A run of its own: nothing else takes memory or time.", _try_alone)]
    if _among_own(key):
        ways.append(("without", "Leave it out from now on", "The next run does not try it.", _leave_out))
    split = run.spec.split
    if split.kind in ("random", "group", "time") and not split.each and split.folds > FEWEST_FOLDS:
        words = f"Use {FEWEST_FOLDS} folds from now on"
        ways.append(("fewer", words, "Fewer and larger parts: each holds more rows of a rare answer.", _fewer_folds))
    return ways


def _among_own(key):
    draft = state.project_in_work().draft
    return draft.autopilot is None and key in {one.key for one in _planned(draft)}


def _planned(draft):
    """Return the candidates that would be trained now; those of the draft where it cannot be trained as it is."""
    try:
        return state.plan_of(draft).spec.candidates
    except WorkbenchError:
        return draft.candidates or ()


def _try_alone(run, key):
    """Start a run of this candidate beside the baseline."""
    baseline = CandidateSpec(kind="baseline")
    spec = run.spec.but(candidates=(baseline, run.spec.candidate(key)), autopilot=None, tunings=())
    try:
        new = state.store().create_run(run.project_id, spec, notes=run.notes)
        supervisor.start(state.store(), new.id)
    except WorkbenchError as error:
        st.session_state["page.train.problem"] = error


def _leave_out(run, key):
    draft = state.project_in_work().draft
    kept = tuple(one for one in _planned(draft) if one.key != key)
    state.save_draft(state.project_in_work(), candidates=kept)


def _fewer_folds(run, key):
    """Use fewer folds, drawn as often as in the run that they are to mend."""
    split = state.project_in_work().draft.split
    repeats = split.repeats if split.folds else run.spec.split.repeats
    state.save_draft(state.project_in_work(), split=split.but(folds=FEWEST_FOLDS, repeats=repeats))
