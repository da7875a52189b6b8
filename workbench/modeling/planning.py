"""From the choices made so far to a complete experiment, with every decision explained in a sentence."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.errors import NotFound, NotPossible, OutOfScope, TooFewRows
from workbench.modeling import metrics, models
from workbench.modeling.columns import screen_columns
from workbench.modeling.splits import split
from workbench.prepare import apply_recipe
from workbench.specs import CandidateSpec, ColumnSpec, Draft, ExperimentSpec, Label, LeftOut, Schema, SplitSpec, Task

BASELINE = "baseline"
FOREST = "random_forest"
COSTLIEST = 5.0  # times the forest's predicted cost, beyond which a kind is not tried by default
MOST_CLASSES = 30  # whole numbers with more values than this are an amount, not a class
MOST_TEXT_CLASSES = 100
FEW_NUMBERS = 10  # whole numbers with at most this many values (and few a value) may be classes
FEWEST_ROWS = 10
RARE_CLASS_ROWS = 10
POSITIVE_WORDS = ("yes", "true", "1", "y", "t", "ja", "oui", "si", "sí", "positive", "spam", "churn", "bad", "default")
LIKELY_NAMES = ("target", "label", "class", "outcome", "churn", "survived", "result", "y", "price", "default", "status")


@dataclass(frozen=True)
class ModelLeftOut:
    """An estimator that is not tried, and why."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """A complete experiment, and in sentences how it came about.

    Parameters
    ----------
    spec : ExperimentSpec
    task_reason, positive_reason : str
    rows_without_target : int
        Rows set aside because there is nothing to learn from or to compare with.
    models_left_out : tuple of ModelLeftOut
        Kinds of the default set that would take too long.
    unsuitable : tuple of ModelLeftOut
        Kinds that were asked for and do not suit the task.
    warnings : tuple of str
    """

    spec: ExperimentSpec
    task_reason: str
    positive_reason: str = ""
    rows_without_target: int = 0
    models_left_out: tuple[ModelLeftOut, ...] = ()
    unsuitable: tuple[ModelLeftOut, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def plan_experiment(table: pd.DataFrame, schema: Schema, draft: Draft) -> Plan:
    """Complete ``draft`` to an experiment on ``table``.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Typed table.
    schema : Schema
        Its columns.
    draft : Draft
        What the person chose; everything else is decided here, with its reason.

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
    column = _target_column(schema, draft.target)
    rows = apply_recipe(table, draft.recipe).table
    target = rows[column.name]
    known = rows[target.notna()]
    _check_target(known[column.name], column, len(rows))
    task, task_reason = _task(known[column.name], column, draft.task)
    warnings = _scope_warnings(known, schema, column, draft)
    classes, positive, positive_reason = (), None, ""
    if task != "regression":
        classes = tuple(np.unique(labels_of(known[column.name])).tolist())
        if task == "binary":
            positive, positive_reason = _positive(known[column.name], classes, draft.positive)
    folds, fold_warnings = _folds(known[column.name], task, draft.split, schema)
    columns, left_out = _inputs(rows, schema, column.name, draft, folds)
    candidates, models_left_out, unsuitable = _candidates(draft, task, len(known), len(columns), len(classes))
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
        split=folds,
        metric=_metric(draft.metric, task),
        seed=draft.seed,
    )
    return Plan(
        spec=spec,
        task_reason=task_reason,
        positive_reason=positive_reason,
        rows_without_target=len(rows) - len(known),
        models_left_out=models_left_out,
        unsuitable=unsuitable,
        warnings=(*warnings, *fold_warnings),
    )


def modelling_table(table: pd.DataFrame, spec: ExperimentSpec) -> tuple[pd.DataFrame, np.ndarray]:
    """Return what estimators are given: inputs and target of the rows that count.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        The data set's typed table.
    spec : ExperimentSpec

    Returns
    -------
    X : DataFrame of shape (n_known_rows, n_inputs)
        The inputs, and behind them the group or time column where it is no input (pipelines ignore it). Index
        labels are those of ``table``.
    y : ndarray of shape (n_known_rows,)
        float64 for regression; otherwise labels: int64, or object for words.
    """
    rows = apply_recipe(table, spec.recipe).table
    names = [column.name for column in spec.columns]
    missing = [name for name in [*names, spec.target] if name not in rows]
    if missing:
        raise NotFound(f"The table has no column “{missing[0]}”, which this experiment uses.", "Choose other columns.")
    if spec.split.column and spec.split.column not in names and spec.split.column in rows:
        names.append(spec.split.column)
    rows = rows[rows[spec.target].notna()]
    if spec.task == "regression":
        return rows[names], rows[spec.target].to_numpy(dtype=np.float64)
    return rows[names], labels_of(rows[spec.target])


def labels_of(values: pd.Series) -> np.ndarray:
    """Return class labels as estimators take them: int64 for whole numbers, object for words.

    >>> labels_of(pd.Series([1.0, 0.0])).tolist(), labels_of(pd.Series(["b", "a"])).tolist()
    ([1, 0], ['b', 'a'])
    """
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=np.float64)
        return numbers.astype(np.int64) if (numbers == np.floor(numbers)).all() else numbers
    return values.astype(object).to_numpy(dtype=object)


def likely_targets(table: pd.DataFrame, schema: Schema) -> list[str]:
    """Return every column that could be predicted, the likeliest first.

    Names that people give to outcomes come first, then the last column, then yes/no and categories, then numbers;
    identifiers, dates, constants and free text are left out.
    """
    unhelpful = {entry.column for entry in screen_columns(table, schema)}
    last = schema.names[-1] if schema.columns else ""

    def rank(column):
        words = column.name.lower().replace("_", " ").replace(".", " ").split()
        named = any(word in LIKELY_NAMES for word in words)
        order = {"yes_no": 0, "category": 1, "integer": 2, "number": 3}[column.meaning]
        return (not named, column.name != last, order)

    offered = [
        column
        for column in schema.columns
        if column.meaning in ("yes_no", "category", "integer", "number") and column.name not in unhelpful
    ]
    return [column.name for column in sorted(offered, key=rank)]


def _target_column(schema, name) -> ColumnSpec:
    if not name:
        raise NotPossible("It is not decided which column should be predicted.", "Choose one.")
    try:
        return schema.column(name)
    except KeyError:
        names = schema.names
        if "," in name and all(part.strip() in names for part in name.split(",")):
            raise OutOfScope(
                "Several columns at once cannot be predicted.", "Choose one target, and train again for the next."
            ) from None
        known = ", ".join(f"“{column}”" for column in names[:20])
        raise NotFound(f"There is no column “{name}” in this table.", f"There are: {known}.") from None


def _check_target(known, column, n_rows):
    if known.empty:
        raise NotPossible(f"“{column.name}” has no value in any row, so there is nothing to learn from.")
    if column.meaning == "date":
        raise OutOfScope(
            f"“{column.name}” is a date; predicting when something happens (forecasting, survival) is out of scope.",
            "Choose a yes/no column, a category or a number, such as the number of days until then.",
        )
    if known.nunique() == 1:
        raise NotPossible(f"“{column.name}” is the same in every row, so there is nothing to learn.")
    if len(known) < FEWEST_ROWS:
        raise TooFewRows(
            f"Only {len(known)} of {n_rows} rows have a value in “{column.name}”.",
            f"At least {FEWEST_ROWS} are needed.",
        )


def _task(known, column, asked: Task | None) -> tuple[Task, str]:
    n_distinct, numeric = known.nunique(), pd.api.types.is_numeric_dtype(known)
    name = column.name
    if asked == "regression" and not numeric:
        raise NotPossible(f"“{name}” holds words, so no number can be predicted.", "Choose a task with classes.")
    if asked == "binary" and n_distinct != 2:
        raise NotPossible(f"“{name}” has {n_distinct:,} different values, not two.", "Choose another task.")
    if asked in ("binary", "multiclass"):
        _check_classes(known, column)
        return ("binary" if n_distinct == 2 else "multiclass"), "You chose to predict which of its values applies."
    if asked:
        return asked, "You chose to predict a number."
    if n_distinct == 2:
        words = " and ".join(str(label) for label in np.unique(labels_of(known)))
        return "binary", f"“{name}” has two different values, {words}: this is a question with two answers."
    if not numeric:
        _check_classes(known, column)
        return "multiclass", f"“{name}” holds words, {n_distinct:,} different ones: this asks which of them applies."
    whole = (known == np.floor(known)).all()
    if whole and n_distinct <= FEW_NUMBERS and len(known) / n_distinct >= 10 and column.meaning != "number":
        return (
            "multiclass",
            f"“{name}” has only {n_distinct} different whole numbers: they are taken as classes. "
            "If they are amounts, change the task to a number.",
        )
    return "regression", f"“{name}” is a number with {n_distinct:,} different values: this asks how much."


def _check_classes(known, column):
    n_distinct = known.nunique()
    limit = MOST_CLASSES if pd.api.types.is_numeric_dtype(known) else MOST_TEXT_CLASSES
    if n_distinct > limit or n_distinct > len(known) / 2:
        raise NotPossible(
            f"“{column.name}” has {n_distinct:,} different values in {len(known):,} rows, too many to tell apart.",
            "Choose a column whose values come back, or group its values in your file first.",
        )


def _positive(known, classes, asked: Label | None) -> tuple[Label, str]:
    if asked is not None:
        for label in classes:
            if str(label) == str(asked) or (isinstance(label, float) and str(int(label)) == str(asked)):
                return label, "You chose this class."
        options = " and ".join(f"“{label}”" for label in classes)
        raise NotPossible(f"“{asked}” is not among the two classes; they are {options}.", "Choose one of these.")
    for label in classes:
        if str(label).lower() in POSITIVE_WORDS:
            return label, f"“{label}” is taken as the answer you want to find, by its name."
    counts = [(labels_of(known) == label).sum() for label in classes]
    rarer = classes[int(np.argmin(counts))]
    return rarer, f"“{rarer}” is the rarer answer, so it is taken as the one you want to find."


def _folds(known, task, wanted: SplitSpec, schema) -> tuple[SplitSpec, tuple[str, ...]]:
    kind = split(wanted.kind)
    if kind.needs_column:
        if not wanted.column:
            raise NotPossible("It is not said by which column rows are divided.", "Choose the column.")
        if wanted.column not in schema.names:
            raise NotFound(f"There is no column “{wanted.column}” to divide rows by.", "Choose another one.")
        if wanted.column == schema.column(wanted.column).name == known.name:
            raise NotPossible(f"Rows cannot be divided by the target, “{wanted.column}”.", "Choose another column.")
    if task == "regression" or wanted.kind != "random":
        return wanted, ()
    counts = known.value_counts()
    rarest, fewest = counts.index[-1], int(counts.iloc[-1])
    if fewest < 2:
        raise TooFewRows(
            f"The class “{rarest}” has a single row, so it cannot be both learnt and tested.",
            "Leave that row out on the Prepare page, or get more rows of this class.",
        )
    if fewest < wanted.folds:
        sentence = f"The class “{rarest}” has only {fewest} rows, so {fewest} folds are used instead of {wanted.folds}."
        return wanted.but(folds=fewest), (sentence,)
    if fewest < RARE_CLASS_ROWS:
        return wanted, (f"The class “{rarest}” has only {fewest} rows; scores about it are rough.",)
    return wanted, ()


def _inputs(rows, schema, target, draft, folds) -> tuple[tuple[ColumnSpec, ...], tuple[LeftOut, ...]]:
    choices = {choice.name: choice for choice in draft.choices}
    screened = {entry.column: entry for entry in screen_columns(rows, schema, target)}
    if folds.kind == "group":
        sentence = f"{folds.column} says which rows belong together; it is used to divide them, not as an input."
        screened.setdefault(folds.column, LeftOut(column=folds.column, reason=sentence))
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


def _candidates(draft, task, n_rows, n_columns, n_classes):
    baseline = CandidateSpec(kind=BASELINE)
    if draft.candidates is not None:
        suited, unsuitable = [], []
        for candidate in draft.candidates:
            kind = models.model(candidate.kind)
            if task not in kind.tasks:
                unsuitable.append(ModelLeftOut(candidate.kind, kind.unsuitable(task)))
                continue
            kind.check(candidate.hyperparameters)
            if candidate.key not in [other.key for other in suited]:
                suited.append(candidate)
        if not suited:
            asked = ", ".join(candidate.kind for candidate in draft.candidates) or "nothing"
            raise NotPossible(
                f"None of the estimators that were asked for ({asked}) suits this question.",
                f"These do: {', '.join(kind.name for kind in models.MODELS if task in kind.tasks)}.",
            )
        if all(candidate.key != BASELINE for candidate in suited):
            suited.insert(0, baseline)
        return tuple(suited), (), tuple(unsuitable)
    offered = [kind for kind in models.MODELS if task in kind.tasks]
    limit = COSTLIEST * models.model(FOREST).seconds(n_rows, n_columns, n_classes)
    kept, left_out = [], []
    for kind in offered:
        cost = kind.seconds(n_rows, n_columns, n_classes)
        if cost > limit and kind.name != BASELINE:
            times = cost / (limit / COSTLIEST)
            reason = (
                f"{kind.label} would take about {times:,.0f} times as long as the forest on {n_rows:,} rows; "
                "it can be chosen by hand."
            )
            left_out.append(ModelLeftOut(kind.name, reason))
        else:
            kept.append(CandidateSpec(kind=kind.name))
    return tuple(kept), tuple(left_out), ()


def _metric(asked, task):
    if asked is None:
        return metrics.main_metric(task)
    kind = metrics.metric(asked)
    if task not in kind.tasks:
        options = ", ".join(other.name for other in metrics.suited(task))
        raise NotPossible(f"{kind.label} does not fit this question.", f"These do: {options}.")
    return kind.name


def _scope_warnings(known, schema, column, draft) -> tuple[str, ...]:
    """Notice rows in time order: forecasting is out of scope, and a random split would look into the future."""
    if draft.split.kind == "time" or not pd.api.types.is_numeric_dtype(known[column.name]):
        return ()
    for other in schema.columns:
        if other.meaning != "date" or other.name not in known:
            continue
        moments = known[other.name].dropna()
        ordered = moments.is_monotonic_increasing or moments.is_monotonic_decreasing
        if len(moments) > FEWEST_ROWS and ordered and moments.nunique() >= 0.95 * len(known):
            return (
                f"Rows are in the order of “{other.name}”, one for each moment. Continuing such a series into the "
                "future (forecasting) is out of scope; if later rows are to be predicted from earlier ones, divide "
                f"rows by “{other.name}”.",
            )
    return ()
