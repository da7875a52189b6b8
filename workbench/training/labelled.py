"""Rows of another file with known outcomes, read by the rules of the file that the model was trained on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotFound, NotPossible
from workbench.modeling.targets import has_target, label_words, labels_of
from workbench.prepare import apply_recipe
from workbench.profiling.rows.row_hashes import equal_rows
from workbench.runtime.column_types import type_column, type_table
from workbench.specs import ExperimentSpec, Recipe, Schema

NAMED = 5  # columns or classes that a message names
DEVIATIONS = 2.0  # above the number of equal rows that is expected, from which on it is more than chance
MOST_MISFITS = 0.5  # share of the cells of a column beyond which it is another column of the same name


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows whose outcome is known, as a fitted pipeline takes them.

    Parameters
    ----------
    inputs : DataFrame of shape (n_rows, n_inputs)
        And the group column behind them where the file has it. Index labels are those of the file's rows.
    target : ndarray of shape (n_rows,)
    n_file_rows : int
    notes : tuple of str
        What was left out, or does not fit, as sentences.
    """

    inputs: pd.DataFrame
    target: np.ndarray
    n_file_rows: int
    notes: tuple[str, ...] = ()


def labelled_rows(
    raw: pd.DataFrame, schema: Schema, spec: ExperimentSpec, name: str = "the file", *, all_inputs: bool = True
) -> Labelled:
    """Read rows of another file as the model's own file was read, and keep those whose outcome is known.

    The row steps of the experiment apply: they say which rows the question is about.

    Parameters
    ----------
    raw : DataFrame
        The other file's cells, as text or typed.
    schema : Schema
        Of the file that the model was trained on, or of as many of its columns as are known.
    name : str
        Of the file, for sentences.
    all_inputs : bool
        Whether every column that the model uses has to be there. Without, only those that are stand in ``inputs``:
        the rows were predicted already.

    Raises
    ------
    NotFound
        A column that the model, the target or a row step needs is absent.
    NotPossible
        A column holds something else here, or no row has an outcome that the model knows.
    """
    needed = [column.name for column in spec.columns if all_inputs or column.name in raw]
    _check_names(raw, spec, needed, name)
    typed, notes = _typed(raw, schema, {*needed, spec.target}, name)
    recipe, skipped = _steps(spec.recipe, typed, raw)
    rows = apply_recipe(typed, recipe).table
    notes += skipped
    if len(rows) < len(typed):
        notes.append(f"{len(typed) - len(rows):,} of its {len(typed):,} rows are left out by your row steps.")
    known = rows[has_target(rows[spec.target])]
    if len(known) < len(rows):
        n_blank = len(rows) - len(known)
        notes.append(f"{n_blank:,} of its rows {'has' if n_blank == 1 else 'have'} no value in “{spec.target}”.")
    known, strange = _of_known_classes(known, spec)
    notes += strange
    if known.empty:
        raise NotPossible(
            f"No row of {name} has a “{spec.target}” that the predictions can be compared with.", " ".join(notes)
        )
    if spec.split.column in known and spec.split.column not in needed:
        needed.append(spec.split.column)
    target = known[spec.target]
    values = target.to_numpy(dtype=np.float64) if spec.task == "regression" else labels_of(target)
    return Labelled(known[needed], values, len(raw), tuple(notes))


def shared_rows(raw: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> int:
    """Return how many rows of another file are also in the first: equal in every column that both have.

    Parameters
    ----------
    raw : DataFrame
        The other file's cells, as text or typed.
    table : DataFrame
        The first file's typed table.
    schema : Schema
        Of the first file; the other one is read by it.
    """
    positions, groups, n = _equal(raw, table, schema)
    there = np.unique(groups[positions >= n])
    return int(np.isin(groups[positions < n], there).sum())


def learnt_rows(raw: pd.DataFrame, table: pd.DataFrame, schema: Schema) -> np.ndarray:
    """Tell which rows of another file a model has learned from: equal to a training row in every column of both.

    None is, where no more of them are equal than chance explains: of a table whose rows are mostly like another one,
    so are new rows of the same kind.

    Parameters
    ----------
    raw : DataFrame
        The other file's cells, as text or typed.
    table : DataFrame
        The rows that the model learned from, typed.
    schema : Schema
        Of their file; the other one is read by it.

    Returns
    -------
    bool ndarray of shape (n_rows,)
    """
    positions, groups, n = _equal(raw, table, schema)
    ours = positions >= n
    size = np.bincount(groups[ours], minlength=int(groups.max()) + 1 if len(groups) else 0)
    found = np.zeros(n, dtype=bool)
    found[positions[~ours]] = size[groups[~ours]] > 0
    alike = float(size[size > 1].sum()) / len(table) if len(table) else 0.0
    by_chance = n * alike + DEVIATIONS * np.sqrt(n * alike * (1 - alike))
    return found if found.sum() > by_chance else np.zeros(n, dtype=bool)


def _equal(raw, table, schema) -> tuple[np.ndarray, np.ndarray, int]:
    """Return what ``equal_rows`` says of the rows of a file, with those of the first behind them, and their number."""
    shared = [column.model_dump(mode="json") for column in schema.columns if column.name in raw]
    other = type_table(raw, shared)
    columns = [_numbered(pd.concat([other[name], table[name]], ignore_index=True)) for name in other.columns]
    columns.sort(key=lambda codes: -len(np.unique(codes[:1000])))  # those with many values first are quickest
    positions, groups = equal_rows(columns, len(other) + len(table))
    return positions, groups, len(other)


def _numbered(values: pd.Series) -> np.ndarray:
    return pd.factorize(values)[0]


def _check_names(raw, spec, needed, name):
    if spec.target not in raw:
        raise NotFound(
            f"There is no column “{spec.target}” in {name}, so there is nothing to compare predictions with.",
            "Give a file that has the outcomes, under the same name.",
        )
    absent = [column for column in needed if column not in raw]
    if absent:
        named = ", ".join(f"“{column}”" for column in absent[:NAMED])
        more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
        raise NotFound(
            f"Of the columns that the model uses, {name} lacks {len(absent)}: {named}{more}.",
            "Give a file with the columns of the one the model was trained on.",
        )


def _typed(raw, schema, used, name) -> tuple[pd.DataFrame, list[str]]:
    columns, notes = {}, []
    for column in schema.columns:
        if column.name not in raw:
            continue
        typed = type_column(raw[column.name], column.model_dump(mode="json"))
        columns[column.name] = typed.values
        n_misfits, n_values = int(typed.misfits.sum()), int(typed.values.notna().sum())
        if column.name not in used or not n_misfits:
            continue
        example = str(raw[column.name][typed.misfits].iloc[0])[:40]
        if n_misfits > MOST_MISFITS * (n_misfits + n_values):
            raise NotPossible(
                f"“{column.name}” holds something else in {name}: {n_misfits:,} of its {n_misfits + n_values:,} values "
                f"cannot be read as in the file the model was trained on, such as “{example}”.",
                "Give a file whose columns hold the same.",
            )
        words = "1 value does not fit and counts" if n_misfits == 1 else f"{n_misfits:,} values do not fit and count"
        notes.append(f"“{column.name}”: {words} as blank, such as “{example}”.")
    return pd.DataFrame(columns, index=raw.index, copy=False), notes


def _steps(recipe: Recipe, typed, raw) -> tuple[Recipe, list[str]]:
    """Keep the row steps whose columns can be read; where the rules are not known (of a bundle), a step is skipped."""
    kept, notes = [], []
    for step in recipe.rows:
        asked = [*getattr(step, "columns", ()), *([step.column] if hasattr(step, "column") else [])]
        unread = [column for column in asked if column in raw and column not in typed]
        if unread:
            notes.append(f"The row step about “{unread[0]}” was not applied: how to read it is not known here.")
        else:
            kept.append(step)
    return Recipe(rows=tuple(kept)), notes


def _of_known_classes(known, spec) -> tuple[pd.DataFrame, list[str]]:
    if spec.task == "regression" or known.empty:
        return known, []
    labels = pd.Series(labels_of(known[spec.target]), index=known.index)
    strange = ~labels.isin(list(spec.classes))
    if not strange.any():
        return known, []
    names = [label_words(label) for label in labels[strange].unique()[:NAMED]]
    classes = ", ".join(f"“{label_words(label)}”" for label in spec.classes[:NAMED])
    listed = ", ".join(f"“{label}”" for label in names)
    count = int(strange.sum())
    sentence = (
        f"{count:,} {'row has' if count == 1 else 'rows have'} a “{spec.target}” that the model does not know "
        f"({listed}; it knows {classes}): left out."
    )
    return known[~strange], [sentence]
