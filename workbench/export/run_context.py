"""What a run's summary takes from the store beside the run itself: other runs, and the columns that act together."""

from typing import TYPE_CHECKING

from workbench.errors import ModelUnusable, NotFound, WorkbenchError
from workbench.modeling import planning
from workbench.results.candidates.runs_beside import MOST_RUNS, OtherRun, RunBeside, runs_beside
from workbench.results.uses.importance import Importance
from workbench.results.uses.interactions import Interactions, PairEffect, interactions, pair_effect
from workbench.specs import ColumnSpec, Label
from workbench.training.scoring import quietly

if TYPE_CHECKING:
    import pandas as pd

    from workbench.store import Store
    from workbench.store.records import Run
    from workbench.training.evaluation import Evaluation

PAIRS = "interactions"  # the artifact's name; its place is the run, the estimator and the class
SHOWN_PAIRS = 2  # that are drawn
FEWEST_COLUMNS = 2  # that make a pair


def other_runs(store: "Store", run: "Run") -> list["Run"]:
    """Return the other runs of a project that have scores, the newest first."""
    return [one for one in store.runs(run.project_id) if one.id != run.id and one.n_done and one.spec is not None]


def beside(
    store: "Store", run: "Run", evaluation: "Evaluation", key: str, others: list["Run"]
) -> tuple[RunBeside, ...]:
    """Return what came of the newest other runs, beside an estimator of this one."""
    tables = {each.fingerprint: each.name for each in store.project_datasets(run.project_id)}
    given = [
        OtherRun(
            each.number,
            each.spec,
            lambda of=each: store.load_evaluation(of.id),
            each.finished_at or each.started_at or each.created_at,
            each.comment,
        )
        for each in others[:MOST_RUNS]
    ]
    return runs_beside(evaluation, key, run.number, given, tables)


def table_columns(store: "Store", run: "Run") -> tuple[ColumnSpec, ...]:
    """Return all columns of a run's table as they are read, those that it looks at as it reads them."""
    read = {column.name: column for column in run.spec.columns}
    try:
        known = store.dataset(run.spec.dataset).schema.columns
    except NotFound:
        return tuple(run.spec.columns)
    return tuple(read.get(column.name, column) for column in known)


def measured_pairs(
    store: "Store", run: "Run", key: str, label: Label | None, needed: Importance | None, table, say
) -> Interactions | None:
    """Return which columns act together; where ``table`` is given it is measured if need be, and kept.

    Parameters
    ----------
    label : label or None
        The class that is meant; None for amounts.
    needed : Importance or None
        Without it no columns are known to be looked at.
    table : DataFrame or None
    say : callable(str)
    """
    place = f"{run.id}:{key}:{label}"
    kept = store.artifact(PAIRS, place)
    if kept is not None:
        return _kept(kept, say)
    columns = [] if needed is None else needed.rows.loc[needed.rows["mean"] > 0, "column"].tolist()
    if table is None or len(columns) < FEWEST_COLUMNS:
        return None
    say("looking for columns that act together")
    try:
        found = interactions(table, run.spec, key, columns, label=label)
    except WorkbenchError as error:
        say(str(error))
        return None
    store.put_artifact(PAIRS, place, found.to_json())
    return found


def _kept(value: dict, say) -> Interactions | None:
    try:
        return Interactions.from_json(value)
    except (KeyError, TypeError, ValueError):  # a project file may hold anything
        say("which columns act together was kept by another version and is not told")
        return None


def drawn_pairs(
    store: "Store", run: "Run", key: str, label: Label | None, pairs: Interactions | None, table: "pd.DataFrame | None"
) -> tuple[PairEffect, ...]:
    """Return what the first pairs that are worth a look do together, where the model of all rows is there."""
    worth = [] if pairs is None or table is None else pairs.rows[pairs.rows["worth"]].head(SHOWN_PAIRS)
    if not len(worth):
        return ()
    try:
        model = store.load_model(run.id, key)
        rows = planning.modelling_table(table, run.spec)[0]  # those it learnt from
        with quietly():
            return tuple(
                pair_effect(model, rows, run.spec, one, other, label=label)
                for one, other in zip(worth["one"], worth["other"], strict=True)
            )
    except (NotFound, ModelUnusable):
        return ()
