"""From a typed table to what estimators are given, and to what is kept for the end."""

import numpy as np
import pandas as pd

from workbench.errors import NotFound
from workbench.runtime.learning.locking import locked_among
from workbench.runtime.learning.row_steps import kept_rows
from workbench.runtime.learning.sampling import drawn
from workbench.runtime.learning.targets import has_target, labels_of


def inputs_and_target(table: pd.DataFrame, spec, *, final: bool = False) -> tuple[pd.DataFrame, np.ndarray]:
    """Return inputs and target of the rows that are learnt from, or with ``final`` of those locked away.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        The typed table of a file; its index labels are positions there.
    spec : ExperimentSpec or Question

    Returns
    -------
    X : DataFrame of shape (n_known_rows, n_inputs)
        With the columns of groups or times and of weights behind the inputs, where they are none.
    y : ndarray of shape (n_known_rows,)
        float64 for regression; otherwise labels: int64, or object for words.

    Raises
    ------
    NotFound
        The table lacks a column that is used.
    TooFewRows
        Too few rows to lock any away.
    """
    rows = kept_rows(table, spec.recipe.rows)
    names = [column.name for column in spec.columns]
    missing = [name for name in [*names, spec.target] if name not in rows]
    if missing:
        raise NotFound(f"The table has no column “{missing[0]}”, which this experiment uses.", "Choose other columns.")
    for behind in (spec.split.column, spec.weight_column):
        if behind and behind not in names and behind in rows:
            names.append(behind)
    rows = rows[has_target(rows[spec.target])]
    if spec.locked or final:
        locked = locked_among(rows, spec.target, spec.task, spec.split, spec.locked, spec.seed)
        rows = rows[locked.rows if final else locked.left]
    if not final and (chosen := drawn(rows, spec)) is not None:
        rows = rows.iloc[chosen]
    if spec.task == "regression":
        return rows[names], rows[spec.target].to_numpy(dtype=np.float64)
    return rows[names], labels_of(rows[spec.target])
