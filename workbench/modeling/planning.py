"""From the choices made so far to a complete experiment, with every decision explained in a sentence."""

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.modeling import metrics, models, row_budget
from workbench.modeling.candidates import candidates_of
from workbench.modeling.columns import screen_columns
from workbench.modeling.kinds import in_range
from workbench.modeling.locking import Locked, doubts, locked_among
from workbench.modeling.plan import CHECK_BY_TIME, ModelLeftOut, Plan
from workbench.modeling.preferences import left_out_as_weight, preferences
from workbench.modeling.searches import checked_tunings
from workbench.modeling.split_plan import plan_split
from workbench.modeling.targets import (
    FEWEST_ROWS,
    check_target,
    classes_of,
    counts_sentence,
    detect_task,
    has_target,
    labels_of,
    likely_targets,
    positive_class,
    target_column,
)
from workbench.modeling.ways_out import WayOut
from workbench.modeling.weighting import ignored_wishes
from workbench.prepare import apply_recipe
from workbench.runtime.learning.rows import inputs_and_target
from workbench.specs import ColumnSpec, Draft, ExperimentSpec, LeftOut, Schema

__all__ = [
    "ModelLeftOut",
    "Plan",
    "labels_of",
    "likely_targets",
    "locked_table",
    "modelling_table",
    "plan_experiment",
]

TIME_ORDER = (
    "Rows are in the order of “{name}”, one for each moment, but are checked as if they had no order."
    + CHECK_BY_TIME
    + " Continuing the series beyond your file without knowing the other columns is not offered."
)
DIVIDES = {"group": "says which rows belong together", "own": "marks your folds"}  # columns that are no inputs, then
TOO_NARROW = "This table has a single column, but a model needs two at least: one to predict and one to predict from."
TOO_NARROW_ADVICE = (
    "Open a file with more columns; if this one has them, change on the Data page what parts its columns."
)


def plan_experiment(
    table: pd.DataFrame, schema: Schema, draft: Draft, *, screened: tuple[LeftOut, ...] | None = None
) -> Plan:
    """Complete ``draft`` to an experiment on ``table``.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Typed table.
    schema : Schema
        Its columns.
    draft : Draft
        What the person chose; everything else is decided here, with its reason.
    screened : tuple of LeftOut, optional
        What ``screen_columns`` says of the prepared rows, where that is known already: it is most of the work.

    Raises
    ------
    NotFound
        A column that was chosen does not exist.
    OutOfScope
        The question is one this tool does not answer, such as predicting a date.
    NotPossible
        Nothing to learn from, or choices that contradict each other.
    TooFewRows
        Too few rows, or a class with a single one.
    """
    column = target_column(schema, draft.target)
    if len(schema.columns) < 2:
        raise NotPossible(TOO_NARROW, TOO_NARROW_ADVICE)
    rows = apply_recipe(table, draft.recipe).table
    target = rows[column.name]
    known = rows[has_target(target)]
    check_target(known[column.name], column, len(rows))
    task, task_reason = detect_task(known[column.name], column, draft.task)
    time_column = _time_order(known, schema, column, draft)
    warnings = (TIME_ORDER.format(name=time_column),) if time_column else ()
    classes, positive, positive_reason = (), None, ""
    if task != "regression":
        classes = tuple(classes_of(known[column.name]).tolist())
        if task == "binary":
            positive, positive_reason = positive_class(known[column.name], classes, draft.positive)
    locked = _locked(known, column.name, task, draft)
    left = known[locked.left] if draft.locked else known
    division = plan_split(left, column, task, draft, schema)
    columns, left_out = _inputs(rows, schema, column.name, draft, division.split, screened)
    asked = preferences(known, schema, draft, task, [entry.name for entry in columns])
    tunings = () if draft.autopilot else checked_tunings(draft.tunings, task)
    numbers = known[column.name].to_numpy(dtype=np.float64) if task == "regression" else None
    candidates, models_left_out, unsuitable = candidates_of(draft, task, len(left), len(columns), len(classes), numbers)
    metric, metric_warnings = _metric(draft.metric, task, numbers)
    spec = ExperimentSpec(
        dataset=draft.dataset or "0" * 64,
        recipe=draft.recipe,
        target=column.name,
        task=task,
        classes=classes,
        positive=positive,
        columns=columns,
        target_column=column,
        left_out=left_out,
        candidates=candidates,
        split=division.split,
        metric=metric,
        seed=draft.seed,
        locked=draft.locked,
        autopilot=draft.autopilot,
        tunings=tunings,
        weight_column=asked.weight_column,
        class_weight=asked.class_weight,
        monotone=asked.monotone,
    )
    spec, too_many = _affordable(spec, len(left))
    return Plan(
        spec=spec,
        task_reason=task_reason + counts_sentence(numbers),
        positive_reason=positive_reason,
        rows_without_target=len(rows) - len(known),
        models_left_out=models_left_out,
        unsuitable=unsuitable,
        warnings=(
            *warnings,
            *division.warnings,
            *too_many,
            *doubts(known, column.name, task, locked.rows),
            *metric_warnings,
            *asked.warnings,
            *ignored_wishes(spec, _kinds_tried(spec)),
            *_choices_without_column(schema, draft),
        ),
        time_column=time_column,
        rows_locked=int(locked.rows.sum()),
        split_reason=division.reason,
        ways_out=division.ways_out,
    )


def modelling_table(table: pd.DataFrame, spec: ExperimentSpec) -> tuple[pd.DataFrame, np.ndarray]:
    """Return what estimators are given: inputs and target of the rows that count and are not locked away.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        The data set's typed table.
    spec : ExperimentSpec

    Returns
    -------
    X : DataFrame of shape (n_known_rows, n_inputs)
        The inputs, and behind them the columns of groups or times and of weights where they are no inputs (pipelines
        ignore them). Index labels are those of ``table``.
    y : ndarray of shape (n_known_rows,)
        float64 for regression; otherwise labels: int64, or object for words.
    """
    return inputs_and_target(table, spec)


def locked_table(table: pd.DataFrame, spec: ExperimentSpec) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the rows that were locked away for the final test, like :func:`modelling_table` those worked with."""
    return inputs_and_target(table, spec, final=True)


def _locked(known, target, task, draft) -> Locked:
    """Choose the rows to put away; a column for dividing them that is not there is told by the split."""
    lacking = draft.split.kind in ("group", "time") and draft.split.column not in known
    return locked_among(known, target, task, draft.split, 0.0 if lacking else draft.locked, draft.seed)


def _inputs(rows, schema, target, draft, folds, screened) -> tuple[tuple[ColumnSpec, ...], tuple[LeftOut, ...]]:
    choices = {choice.name: choice for choice in draft.choices}
    if screened is None:
        screened = screen_columns(rows, schema, target)
    screened = {entry.column: entry for entry in screened}
    if folds.kind in DIVIDES:
        sentence = f"{folds.column} {DIVIDES[folds.kind]}; it is used to divide the rows, not as an input."
        screened.setdefault(folds.column, LeftOut(column=folds.column, reason=sentence))
    screened |= {entry.column: entry for entry in left_out_as_weight(draft)}
    used, left_out = [], []
    for column in schema.columns:
        if column.name == target:
            continue
        choice = choices.get(column.name)
        if choice is not None and not choice.use:
            left_out.append(LeftOut(column=column.name, reason=choice.reason or "You left it out."))
        elif choice is None and column.name in screened:
            left_out.append(screened[column.name])
        else:
            used.append(column)
    if not used:
        raise NotPossible("No column is left to predict from.", "Put some back on the page Target and inputs.")
    return tuple(used), tuple(left_out)


def _choices_without_column(schema, draft) -> tuple[str, ...]:
    lost = [choice.name for choice in draft.choices if choice.name not in schema.names]
    return tuple(f"You decided about “{name}”, but this table has no such column." for name in lost)


def _affordable(spec: ExperimentSpec, n_rows: int) -> tuple[ExperimentSpec, tuple[str, ...]]:
    n_learnt = row_budget.affordable_rows(spec, n_rows)
    if not n_learnt:
        return spec, ()
    spec = spec.but(autopilot=spec.autopilot.but(rows=n_learnt))
    return spec, (row_budget.sentence(spec, n_rows),)


def _kinds_tried(spec):
    if spec.autopilot:  # whose candidates are not known yet
        return [kind for kind in models.MODELS if spec.task in kind.tasks]
    return [models.model(candidate.kind) for candidate in spec.candidates if not candidate.members]


def _metric(asked, task, numbers):
    if asked is None:
        return metrics.main_metric(task), ()
    kind = metrics.metric(asked)
    if task not in kind.tasks:
        options = ", ".join(other.name for other in metrics.suited(task))
        error = NotPossible(f"{kind.label} does not fit this question.", f"These do: {options}.")
        error.ways_out = (WayOut(f"Judge by {metrics.metric(metrics.main_metric(task)).label}", {"metric": None}),)
        raise error
    if numbers is not None and not in_range(numbers, kind.target_range):
        main = metrics.metric(metrics.main_metric(task))
        bound = "below zero" if kind.target_range == "zero or more" else "at zero or below"
        return main.name, (f"{kind.label} is not defined for outcomes {bound}; {main.label} decides in its place.",)
    return kind.name, ()


def _time_order(known, schema, column, draft) -> str:
    """Return the column that rows are in the order of, one for each moment: chance would look into the future."""
    if draft.split.kind == "time" or not pd.api.types.is_numeric_dtype(known[column.name]):
        return ""
    for other in schema.columns:
        if other.meaning != "date" or other.name not in known:
            continue
        moments = known[other.name].dropna()
        ordered = moments.is_monotonic_increasing or moments.is_monotonic_decreasing
        if len(moments) > FEWEST_ROWS and ordered and moments.nunique() >= 0.95 * len(known):
            return other.name
    return ""
