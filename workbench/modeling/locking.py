"""Rows that are put away until the end: where they are in a table, and what a test on them would be worth."""

import numpy as np
import pandas as pd

from workbench.modeling.targets import has_target, label_words
from workbench.prepare import apply_recipe
from workbench.runtime.learning.locking import Locked, locked_among
from workbench.specs import ExperimentSpec, Task

__all__ = ["Locked", "doubts", "locked_among", "locked_rows"]

FEW_ROWS = 50  # locked rows below which a final test says little
FEW_OF_A_CLASS = 10


def locked_rows(table: pd.DataFrame, spec: ExperimentSpec) -> np.ndarray:
    """Tell which rows of a table are put away until the end.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        The data set's typed table; its index labels are positions in the file.
    spec : ExperimentSpec
        ``locked`` is the share of the rows that remain after row steps and have a target.

    Returns
    -------
    bool ndarray of shape (n_rows,)

    Raises
    ------
    TooFewRows
        The rows, groups or moments do not suffice.
    """
    rows = apply_recipe(table, spec.recipe).table
    known = rows[has_target(rows[spec.target])]
    labels = known.index[locked_among(known, spec.target, spec.task, spec.split, spec.locked, spec.seed).rows]
    return table.index.isin(labels)


def doubts(known: pd.DataFrame, target: str, task: Task, chosen: np.ndarray) -> tuple[str, ...]:
    """Return, in sentences, why a final test on the ``chosen`` rows would say little; empty as a rule."""
    count = int(chosen.sum())
    if not count:
        return ()
    if count < FEW_ROWS:
        return (f"Only {count} rows are locked away; the final test on them will be rough.",)
    if task == "regression":
        return ()
    counts = known[target][chosen].value_counts()
    for label in known[target].drop_duplicates():
        if (found := int(counts.get(label, 0))) < FEW_OF_A_CLASS:
            some = f"Only {found}" if found else "None"
            verb = "is" if found < 2 else "are"
            named = f"of the class “{label_words(label)}”"
            return (f"{some} of the {count:,} rows locked away {verb} {named}; the final test will be rough about it.",)
    return ()
