"""The summary of an estimator of a stored run: its facts are gathered, and what was never measured is, if wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.errors import ModelUnusable, NotFound, NotPossible, WorkbenchError
from workbench.export.run_context import beside, drawn_pairs, measured_pairs, other_runs, table_columns
from workbench.modeling import planning
from workbench.results.quality.goals import as_note, from_note
from workbench.results.quality.learning_curve import LearningCurve
from workbench.results.summary import Origin, Summary, summarise
from workbench.results.uses.effects import Effect, effect
from workbench.results.uses.importance import Importance, permutation_importance
from workbench.specs import DecisionSpec, Label
from workbench.training.optimism import stored_gap
from workbench.training.scoring import quietly

if TYPE_CHECKING:
    import pandas as pd

    from workbench.store import Store
    from workbench.store.records import Run
    from workbench.training.evaluation import Evaluation

SHOWN_EFFECTS = 4  # of the columns that the model relies on most


def _nothing(words: str) -> None:
    """Say nothing."""


def run_summary(
    store: "Store",
    run: "Run",
    key: str | None = None,
    *,
    measure: bool = True,
    with_effects: bool = False,
    say: Callable[[str], None] = _nothing,
) -> Summary:
    """Return what is known of an estimator of a run.

    Parameters
    ----------
    store : Store
    run : Run
    key : str, optional
        Default the best one.
    measure : bool, default=True
        Measure what the estimator relies on where that was not done yet, and keep it; else it is left out.
    with_effects : bool, default=False
        Say what the columns change that it relies on most, where the model of all rows is there.
    say : callable(str)
        Is told in a few words what is being done, where it may take a while.

    Raises
    ------
    ModelUnusable
        The run's settings cannot be read by this version.
    NotPossible
        No estimator has all of its scores.
    """
    if run.spec is None:
        raise ModelUnusable(run.problem, "Train again.")
    evaluation = store.load_evaluation(run.id)
    key = key or evaluation.best()
    if key is None:
        raise NotPossible("No model of this run has all its scores.", f"Go on with it: train --resume {run.id}.")
    table = _table(store, run, say)
    found = _importance(store, run, evaluation, key, table if measure else None, say)
    decision = decision_in_use(store, run, key)
    label = None if table is None else _explained(run, table, decision)
    # They are for the report only, as are effects.
    pairs = measured_pairs(store, run, key, label, found, table if measure and with_effects else None, say)
    others = other_runs(store, run)
    return summarise(
        evaluation,
        key,
        table,
        origin=origin_of(store, run, key),
        decision=decision,
        shift=store.amount_decision(run.id, key),
        level=store.interval_level(run.id, key),
        ratio=store.error_ratio(run.id, key),
        importance=found,
        learning=_learning(store, run, key),
        effects=_effects(store, run, key, table, found, label, say) if with_effects else (),
        columns=table_columns(store, run),
        pairs=pairs,
        pair_effects=drawn_pairs(store, run, key, label, pairs, table) if with_effects else (),
        beside=beside(store, run, evaluation, key, others),
        n_other_runs=len(others),
    )


def decision_in_use(store: "Store", run: "Run", key: str) -> DecisionSpec | None:
    """Return from which probability on a class is the answer of an estimator; None where it answers as it comes."""
    found = store.decision(run.id, key)
    # A project file may hold anything.
    return None if found is None or found.label not in run.spec.classes else found


def origin_of(store: "Store", run: "Run", key: str) -> Origin:
    """Return where the results of a run come from. What was written down about the goal is that of the run, where it
    kept it."""
    project, notes = store.project(run.project_id), run.notes
    kept = notes.get("goal")
    now = as_note(project.draft) if project.draft.target == run.spec.target else None
    goal, success = from_note(kept or now)
    try:
        dataset = store.dataset(run.spec.dataset)
        file = {"file": dataset.name, "n_file_rows": dataset.n_file_rows or dataset.n_rows, "n_rows": dataset.n_rows}
    except NotFound:
        file = {}
    gap = stored_gap(store.artifact("optimism", run.id))
    left_out = [*notes.get("models_left_out", []), *notes.get("unsuitable", [])]
    return Origin(
        project=project.name,
        run_id=run.id,
        run_number=run.number,
        goal=goal,
        success=success,
        goal_later=now is not None and not kept,
        comment=run.comment,
        made_at=run.finished_at or run.started_at or run.created_at,
        app_version=run.app_version,
        versions=dict(run.versions),
        warnings=tuple(notes.get("warnings") or ()),
        split_reason=notes.get("split_reason") or "",
        optimism=gap.sentence if gap else "",
        left_out=tuple((entry["kind"], entry["reason"]) for entry in left_out),
        rows_without_target=notes.get("rows_without_target") or 0,
        final_tests=tuple(opening.to_json() for opening in store.openings_of(run.id, key)),
        **file,
    )


def _table(store: "Store", run: "Run", say) -> "pd.DataFrame | None":
    try:
        return store.load_table(run.spec.dataset)
    except NotFound:
        say("The table is not here any more, so groups of rows cannot be looked at.")
        return None


def _importance(store, run: "Run", evaluation: "Evaluation", key, table, say) -> Importance | None:
    """Return what an estimator relies on; where ``table`` is given it is measured if need be, and kept."""
    try:
        found = store.importance(run.id, key)
        if found is not None or table is None:
            return found
        say("measuring what the estimator relies on")
        found = permutation_importance(table, evaluation.spec, key)
    except NotPossible as error:
        say(str(error))
        return None
    store.save_importance(run.id, key, found)
    return found


def _learning(store, run: "Run", key) -> LearningCurve | None:
    try:
        return store.learning_curve(run.id, key)
    except NotPossible:
        return None


def _effects(store, run: "Run", key, table, found: Importance | None, label, say) -> tuple[Effect, ...]:
    if found is None or table is None:
        return ()
    try:
        model = store.load_model(run.id, key)
    except (NotFound, ModelUnusable):  # not fitted on all rows, or not opened here: the report does without
        return ()
    say("looking at what the columns change that it relies on most")
    relied_on = found.rows.loc[found.rows["mean"] > found.rows["std"], "column"].tolist()
    rows = planning.modelling_table(table, run.spec)[0]  # those it learnt from
    effects = []
    for column in relied_on:
        if len(effects) == SHOWN_EFFECTS:
            break
        try:
            with quietly():
                effects.append(effect(model, rows, run.spec, column, label=label))
        except WorkbenchError:  # free text, or no value: the next one is looked at instead
            continue
    return tuple(effects)


def _explained(run: "Run", table, decision: DecisionSpec | None) -> Label | None:
    """Return the class whose probability is looked at: the one decided about, else the one to find, else the rarest."""
    spec = run.spec
    if spec.task != "multiclass" or decision is not None:
        return decision.label if decision is not None else spec.positive
    counts = table[spec.target].value_counts()
    return min(spec.classes, key=lambda label: counts.get(label, 0) or len(table))
