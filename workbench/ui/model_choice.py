"""Which run and which estimator are looked at, and whether that estimator is fitted on all rows yet."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.specs import canonical_json
from workbench.training import supervisor
from workbench.training.scoring import label_of
from workbench.ui import components, phrases, run_history, setting_words, state

EVERY_SECONDS = 1.0


def choose_run(project, page):
    """Show the choice of a run, the newest by default, and return it."""
    scored = [run for run in state.runs_of(project) if run.n_done]
    current = state.run_in_view(project)
    if len(scored) == 1:
        return scored[0]
    key = f"page.{page}.run"
    by_id = {run.id: run for run in scored}
    # Said each time, so that the list shows what the page is about even where the browser forgot what was chosen.
    st.session_state[key] = current.id if current and current.id in by_id else next(iter(by_id))

    def keep():
        st.session_state["run"] = st.session_state[key]

    st.selectbox(
        "Run",
        list(by_id),
        format_func=lambda run_id: run_history.describe(by_id[run_id]),
        key=key,
        on_change=keep,
    )
    return by_id[st.session_state[key]]


def choose_estimator(run, evaluation, page):
    """Show the choice of an estimator of a run, the best by default, and return its key; None where none has a score.

    The choice is remembered for the other pages of this session.
    """
    scored = _scored(evaluation)
    if not scored:
        return None
    best = evaluation.best()
    key = f"page.{page}.estimator.{run.id}"
    st.session_state[key] = remembered(run, evaluation)  # the dial on Results may have changed it

    def keep():
        remember(run, st.session_state[key])

    def words(candidate):
        return label_of(run.spec, candidate) + (" (best)" if candidate == best else "")

    named = setting_words.explained(run.spec.candidate(candidate) for candidate in scored)
    return st.selectbox(
        "Estimator",
        scored,
        format_func=words,
        key=key,
        on_change=keep,
        help=f"The best by the main metric, unless you choose another.\n\n{named}".strip(),
    )


def remembered(run, evaluation):
    """Return the key of the estimator that was chosen in this session, the best by default; None without any score."""
    scored, chosen, best = _scored(evaluation), st.session_state.get(_place(run)), evaluation.best()
    return chosen if chosen in scored else best if best in scored else next(iter(scored), None)


def remember(run, key):
    """Choose an estimator for all pages of this session; whatever shows the choice asks :func:`remembered`."""
    st.session_state[_place(run)] = key


def _scored(evaluation):
    """Keys of the candidates that can be looked at: with a score, and neither failed nor out of the race."""
    scored = [entry for entry in evaluation.candidates() if entry.folds and not entry.error]
    return [entry.key for entry in scored if not entry.dropped] or [entry.key for entry in scored]


def _place(run):
    return f"estimator.{run.id}"


def decision_of(run, key):
    """Return from which probability on a class is the answer of an estimator; None where it answers as it comes."""
    found = state.store().decision(run.id, key)
    if found is None or canonical_json(found.label) not in {canonical_json(label) for label in run.spec.classes}:
        return None  # a project file may hold anything
    return found.but(scenarios=())  # what is kept by its fingerprint must not depend on amounts


@st.cache_resource(max_entries=32, show_spinner=False)
def _decided(run_id, n_done, status, key, decision_fingerprint, added, _evaluation, _decision):
    return _evaluation.decided({} if _decision is None else {key: _decision}, {key: added} if added else {})


def decided_evaluation(run, evaluation, key, decision, added=0.0):
    """Return the evaluation of a run with the predictions of an estimator by its decision, where there is one, and
    with what is added to its amounts."""
    if decision is None and not added:
        return evaluation
    mark = "" if decision is None else decision.fingerprint
    return _decided(run.id, run.n_done, run.status, key, mark, added, evaluation, decision)


def added_to(run, key):
    """Return what is added to the predicted amounts of an estimator, in the target's unit; 0 where nothing is."""
    shift = None if run.spec.classes else state.store().amount_decision(run.id, key)
    return 0.0 if shift is None else shift.shift


def answers_in_use(run, evaluation, key):
    """Return the evaluation with the classes of an estimator as they are answered, and what is added to its amounts."""
    if key is None:
        return evaluation, 0.0
    return decided_evaluation(run, evaluation, key, decision_of(run, key)), added_to(run, key)


def stored_model(run, key):
    """Return the record of the fitted model of a candidate, or None."""
    return next((model for model in state.store().models(run.id) if model.key == key), None)


def fitted(run, key, page):
    """Tell whether a candidate is fitted on all rows; where not, show why, and a button or the progress of a fit.

    Returns
    -------
    bool
    """
    model = stored_model(run, key)
    if model is not None and model.status == "ready":
        return True
    label, rows = components.plain(label_of(run.spec, key)), phrases.rows_learned(run.spec)
    if model is not None and model.status in ("queued", "fitting"):
        _wait(run, key, label)
        return False
    if run.status in state.ACTIVE and run.best in (key, None):
        st.info(
            f"**{label}** is fitted on {rows} when the run has finished.",
            icon=":material/hourglass_top:",
        )
        return False
    if model is not None and model.error:
        st.warning(components.plain(model.error), icon=":material/warning:")
    else:
        st.info(
            f"**{label}** has been scored, but not been fitted on {rows} yet.",
            icon=":material/extension:",
        )
    offer_fit(run, key, page, again=model is not None)
    return False


def offer_fit(run, key, page, *, again=False):
    """Show a button that fits a candidate on all rows but those locked away, in a process of its own."""
    problem = f"page.{page}.fit_problem"

    def fit():
        try:
            supervisor.fit_model(state.store(), run.id, key)
        except WorkbenchError as error:
            st.session_state[problem] = error

    words = "Fit it again" if again else f"Fit it on {phrases.rows_learned(run.spec)}"
    st.button(words, type="primary", key=f"page.{page}.fit", on_click=fit, icon=":material/model_training:")
    if problem in st.session_state:
        components.show_problem(st.session_state.pop(problem))


def _wait(run, key, label):
    @st.fragment(run_every=EVERY_SECONDS)
    def waiting():
        supervisor.check(state.store(), run.id)
        model = stored_model(run, key)
        if model is None or model.status not in ("queued", "fitting"):
            st.rerun()
        words = (
            "waits for a free core"
            if model.status == "queued"
            else f"is being fitted on {phrases.rows_learned(run.spec)}"
        )
        st.info(f"**{label}** {words} …", icon=":material/hourglass_top:")

    waiting()


def opening(project, page, begin_with=None):
    """Show what Try it and Export begin with, and return the run, its scores and the chosen candidate.

    Stops the page, with the reason, where a run cannot be read or has no score yet.

    Parameters
    ----------
    project : Project
    page : str
    begin_with : callable(Run), optional
        Gives the key to begin with where none was chosen in this session, or None for the best.
    """
    run = choose_run(project, page)
    try:
        evaluation = state.evaluation_of(run)
    except WorkbenchError as error:
        components.show_problem(error)
        st.stop()
    run_history.show_standing(run, project)
    if begin_with and _place(run) not in st.session_state and (begun := begin_with(run)):
        remember(run, begun)
    key = choose_estimator(run, evaluation, page)
    if key is None:
        st.info("No estimator has a score yet.", icon=":material/hourglass_top:")
        st.stop()
    return run, evaluation, key
