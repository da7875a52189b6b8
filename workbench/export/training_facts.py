"""What a bundle needs to train its model anew: every column that matters, who goes by weights, what was learnt from."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.data import detect_schema
from workbench.modeling import models
from workbench.modeling.averages import groups_of, members_of
from workbench.modeling.pipeline import build_pipeline
from workbench.runtime.reading import type_column
from workbench.runtime.upkeep.row_digests import table_digests
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, Schema


def training_facts(
    spec: ExperimentSpec,
    candidate: CandidateSpec,
    table: pd.DataFrame,
    raw: pd.DataFrame | None = None,
    schema: Schema | None = None,
) -> dict[str, Any]:
    """Return ``training`` of ``model.json``.

    Parameters
    ----------
    spec : ExperimentSpec
    candidate : CandidateSpec
        What the model is.
    table : DataFrame of shape (n_rows, n_columns)
        The typed table before row steps.
    raw : DataFrame, optional
        The same rows as text, or some of their columns.
    schema : Schema, optional
        Of the table; where it is not given, columns that are no inputs are read by rules that are found out anew.

    Returns
    -------
    dict
        JSON: ``columns`` (inputs, target, and what rows are divided, weighted or left out by, each a ``ColumnSpec``),
        ``weighted`` (see ``runtime.upkeep.fitting``), ``n_rows`` and ``digests`` of the file's rows, ``unreadable``
        (share of the cells with a text that could not be read, by column, where it is not 0; None where it is not
        known).
    """
    known_text = set() if raw is None else set(raw.columns)
    columns = [*spec.columns, spec.target_column, *_others(spec, table, raw, schema)]
    typed, unreadable = {}, {}
    for column in columns:
        cells = raw[column.name] if column.name in known_text else table[column.name]
        found = type_column(cells, column.model_dump(mode="json"))
        typed[column.name] = found.values
        if found.misfits.any():
            n_read = int(found.values.notna().sum()) + int(found.misfits.sum())
            unreadable[column.name] = float(found.misfits.sum() / n_read)
        elif known_text and column.name not in known_text:
            unreadable[column.name] = None
    return {
        "columns": [column.model_dump(mode="json") for column in columns],
        "weighted": weighted(spec, candidate),
        "n_rows": len(table),
        "digests": table_digests(pd.DataFrame(typed, index=table.index)),
        "unreadable": unreadable,
    }


def weighted(spec: ExperimentSpec, candidate: CandidateSpec) -> bool | list[list[bool]]:
    """Tell whether a candidate goes by weights of rows; of an ensemble each member, in the shape of its groups."""
    if not candidate.members:
        return models.model(candidate.kind).takes_weights
    members = members_of(candidate)
    groups = groups_of(candidate, lambda member: build_pipeline(spec, member))
    return [[models.model(members[place].kind).takes_weights for place in places] for places in groups]


def _others(
    spec: ExperimentSpec, table: pd.DataFrame, raw: pd.DataFrame | None, schema: Schema | None
) -> list[ColumnSpec]:
    """Return the columns that matter besides inputs and target, in the order of the table."""
    known = {column.name for column in spec.columns} | {spec.target}
    names = {spec.split.column, spec.weight_column} | set(_of_steps(spec, table.columns))
    wanted = [str(name) for name in table.columns if name in names and name not in known]
    if schema is None and wanted:
        schema = detect_schema(table[wanted] if raw is None or set(wanted) - set(raw.columns) else raw[wanted])[0]
    return [schema.column(name) for name in wanted]


def _of_steps(spec: ExperimentSpec, every: Sequence) -> list[str]:
    names = []
    for step in spec.recipe.rows:
        if step.step == "drop_duplicates":
            names += step.columns or [str(name) for name in every]
        else:
            names.append(step.column)
    return names
