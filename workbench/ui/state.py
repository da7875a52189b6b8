"""What a page needs to know: the store, the project in work, its table and profile, all cached by fingerprint.

Session state holds ids, small values and widget keys only. Frames come from the store through caches that are
shared by all sessions and must be treated as read-only.
"""

import streamlit as st

from workbench.errors import Conflict, NotFound
from workbench.modeling.columns import screen_columns
from workbench.modeling.planning import plan_experiment
from workbench.prepare import apply_recipe
from workbench.profiling import leakage_warnings, leaks, left_out
from workbench.specs import AutopilotSpec, LeftOut
from workbench.store import Store
from workbench.training import supervisor
from workbench.ui.navigation import Progress

PROJECT_KEY = "project"  # widget key and URL parameter
HELD_KEY = "project_held"  # the project of the run before
NO_PLAN_KEY = "cannot_be_planned"  # fingerprint of the draft that was found so
ONLY_SEEN = ("profile", "prepare", "results", "try_it")  # pages that leave nothing else behind
ATTEMPTS = 5  # at a draft that is being changed elsewhere at the same moment
ACTIVE = ("queued", "running", "stopping")


@st.cache_resource
def store() -> Store:
    """Return the one store of this server."""
    return Store.open()


def project_in_work():
    """Return the project named in the URL, or None. One database query, remembered for this run of the script."""
    wanted = st.session_state.get(PROJECT_KEY)
    if not wanted:
        return None
    try:
        found = store().project(wanted)
    except NotFound:
        return None
    return None if found.deleted_at else found


def new_project(name):
    """Make a project as a person finds it: it looks for a good model for about a minute."""
    return save_draft(store().create_project(name), autopilot=AutopilotSpec())


def open_project(project_id):
    """Make ``project_id`` the project in work. Only from a callback, before the bound widget is drawn."""
    st.session_state[PROJECT_KEY] = project_id


def open_next(project_id):
    """Make ``project_id`` the project in work from the next run on, where no callback is at hand: lead on after it."""
    st.session_state["open_next"] = project_id


def settle_project():
    """Take over what ``open_next`` left. Before the bound widget is drawn, which must not be set afterwards."""
    if "open_next" in st.session_state:
        open_project(st.session_state.pop("open_next"))


def hold_project(project, page, wanted):
    """Keep ``project`` in work where the address lost it: a page that is changed before the one before it had settled
    leaves the parameter behind, and the next run of the script would forget which project is open.

    ``page`` is the path of the page that is shown ("" for the home page, where no project has to be open) and
    ``wanted`` the project that the address names, if any.
    """
    if project:
        st.session_state[HELD_KEY] = project.id
        return
    held = st.session_state.pop(HELD_KEY, None)
    if held and page and not wanted and held in store().project_ids():
        open_next(held)
        st.rerun()


def save_draft(project, **changes):
    """Store changed choices of ``project`` and return it; a change made in another tab is kept, not overwritten."""
    try:
        return store().save_draft(project.id, project.draft.but(**changes), project.revision)
    except Conflict:
        fresh = store().project(project.id)
        return store().save_draft(fresh.id, fresh.draft.but(**changes), fresh.revision)


def show_as_stored(key, value):
    """Have the widget ``key``, which is drawn next, show ``value`` of the draft, whatever it showed before.

    The one way in which a widget follows its draft: buttons and other pages change the draft, never a widget. A browser
    goes on showing what was last clicked there and sends it again with the next click, which would be stored; to
    forget the key here would not tell it. Such a widget takes no ``index``, ``default`` or ``value``.
    """
    st.session_state[key] = value


def change_draft(project, change):
    """Store what ``change(draft) -> dict`` says of the draft as it is stored now, and return the project.

    For choices that are kept as a whole but made one by one (columns, row steps): what another tab decided about the
    others stays.
    """
    for attempt in range(ATTEMPTS):
        fresh = store().project(project.id)
        try:
            return store().save_draft(fresh.id, fresh.draft.but(**change(fresh.draft)), fresh.revision)
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise


def decide_columns(project, decided):
    """Store the ColumnChoice (None: as suggested) of each column in ``decided``; other columns stay as they are."""

    def change(draft):
        kept = [choice for choice in draft.choices if choice.name not in decided]
        return {"choices": (*kept, *(choice for choice in decided.values() if choice))}

    return change_draft(project, change)


@st.cache_resource(max_entries=4, show_spinner="Opening the table …")
def table(fingerprint):
    """Return the typed table of a data set. Shared: do not change it."""
    return store().load_table(fingerprint)


@st.cache_resource(max_entries=32, show_spinner=False)
def column(fingerprint, name):
    """Return one column of a data set, also where its table is still being opened. Shared: do not change it."""
    return store().load_table(fingerprint, [name])[name]


@st.cache_resource(max_entries=64, show_spinner=False)
def dataset(fingerprint):
    """Return the facts of a data set."""
    return store().dataset(fingerprint)


def profile_of(fingerprint, target="", task=None):
    """Return the complete profile of a data set, made once and then kept; waits where it is still being made."""
    from workbench.ui import profile_job  # which needs the caches of this module

    return profile_job.wait(profile_job.Asked(fingerprint, target, task))


@st.cache_resource(max_entries=8, show_spinner="Applying the steps …")
def prepared(fingerprint, recipe_fingerprint, _recipe):
    """Return a data set after the row steps of a recipe, with what each step did. Shared: do not change it."""
    return apply_recipe(table(fingerprint), _recipe)


@st.cache_data(max_entries=16, show_spinner=False)
def screened(fingerprint, recipe_fingerprint, _recipe):
    """Return the columns of the prepared rows that cannot help, with their reasons (the target among them)."""
    return screen_columns(prepared(fingerprint, recipe_fingerprint, _recipe).table, dataset(fingerprint).schema)


def screened_of(draft):
    """Return the columns that cannot help, with their reasons: the profile knows them, unless row steps change them."""
    if draft.recipe.rows:
        return screened(draft.dataset, draft.recipe.fingerprint, draft.recipe)
    target = draft.target if draft.target in dataset(draft.dataset).schema.names else ""
    found = profile_of(draft.dataset, target, draft.task if target else None).screened
    return tuple(LeftOut(column=name, reason=reason) for name, reason in found.items())


def availability_of(draft):
    """Return, for each input, whether it will be known when predicting, as far as the data say; () without target."""
    if draft.target not in dataset(draft.dataset).schema.names:
        return ()
    return profile_of(draft.dataset, draft.target, draft.task).availability


def set_aside(draft):
    """Return the columns that are left out unless the person says otherwise, each with the reason.

    They will not be known when predicting, as far as the data say, or cannot help. Of several reasons the last counts.
    """
    return (*left_out(availability_of(draft)), *screened_of(draft))


@st.cache_data(max_entries=32, show_spinner=False)
def _plan(draft_fingerprint, _draft):
    schema = dataset(_draft.dataset).schema
    return plan_experiment(table(_draft.dataset), schema, _draft, screened=set_aside(_draft))


def plan_of(draft):
    """Return the completed experiment for ``draft`` (cached by its fingerprint); raises what planning raises."""
    return _plan(draft.fingerprint, draft)


def leaks_of(draft):
    """Return the findings about columns that may give the answer away, in use or not (from the cached profile)."""
    found = profile_of(draft.dataset, draft.target, draft.task)
    return leaks(found.findings, {column.name for column in found.columns})


def warnings_of(draft, plan):
    """Return every sentence that is said before ``plan`` is trained, and kept with its run."""
    from workbench.ui import known_question, split_suggestions  # which need this module

    used = {column.name for column in plan.spec.columns}
    leaking = leakage_warnings(leaks_of(draft), used, known_question.confirmed(draft))
    return (*dataset(draft.dataset).warnings, *leaking, *split_suggestions.questions(draft, plan))


@st.cache_resource(max_entries=16, show_spinner=False)
def _evaluation(run_id, n_done, n_total, status):
    return store().load_evaluation(run_id)


def evaluation_of(run):
    """Return the scores of a run so far."""
    return _evaluation(run.id, run.n_done, run.n_total, run.status)


def runs_of(project):
    """Return the runs of a project, newest first, each checked for a worker that died."""
    return [supervisor.check(store(), run.id) if run.status in ACTIVE else run for run in store().runs(project.id)]


def progress_of(project) -> Progress:
    """Tell how far a project is."""
    if project is None:
        return Progress()
    runs = store().runs(project.id)
    return Progress(
        project=True,
        data=bool(project.draft.dataset),
        target=bool(project.draft.target),
        scores=any(run.n_done for run in runs),
        exported=store().artifact("exported", project.id) is not None,
        seen=frozenset(name for name, data in _visits(project).items() if data == project.draft.dataset),
        problem=st.session_state.get(NO_PLAN_KEY) == project.draft.fingerprint,
    )


def _visits(project):
    return store().artifact("visited", project.id) or {}


def note_visit(project, name):
    """Keep that the page ``name`` was opened with the data set in work; ticks in the menu ask for it."""
    if project and project.draft.dataset and name in ONLY_SEEN:
        visits = _visits(project)
        if visits.get(name) != project.draft.dataset:
            store().put_artifact("visited", project.id, {**visits, name: project.draft.dataset})


def note_plan(draft, possible):
    """Keep, for the tick in the menu, whether ``draft`` can be trained; run again where the tick is wrong."""
    known = st.session_state.get(NO_PLAN_KEY) == draft.fingerprint
    if known == possible:
        st.session_state[NO_PLAN_KEY] = "" if possible else draft.fingerprint
        st.rerun()


def run_in_view(project):
    """Return the run that results, try it and export show, or None where there is none with scores.

    It is the chosen one, else the newest that has finished, else the newest: a run that was stopped or is under
    way must not take the place of a finished one by itself.
    """
    scored = [run for run in store().runs(project.id) if run.n_done]
    chosen = st.session_state.get("run")
    for run in scored:
        if run.id == chosen:
            return run
    return next((run for run in scored if run.status == "finished"), scored[0] if scored else None)
