"""Apply the row steps of a recipe, in order, and say what each of them did."""

from dataclasses import dataclass

import pandas as pd

from workbench.errors import NotPossible
from workbench.prepare.row_steps import row_step
from workbench.specs import Recipe


@dataclass(frozen=True)
class StepLog:
    """What one step did, in numbers and in a sentence."""

    step: object
    rows_before: int
    rows_after: int
    sentence: str


@dataclass(frozen=True)
class Prepared:
    """The rows that remain, with the labels they had, and what each step did."""

    table: pd.DataFrame
    log: tuple[StepLog, ...]


def apply_recipe(table: pd.DataFrame, recipe: Recipe) -> Prepared:
    """Apply the row steps of ``recipe``.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Typed table; not changed.
    recipe : Recipe

    Returns
    -------
    Prepared
        The remaining rows keep their index labels.

    Raises
    ------
    NotFound
        A step names a column that the table does not have.
    NotPossible
        A value does not fit its column, or no row is left; says after which step.
    """
    log = []
    for step in recipe.rows:
        kind = row_step(step.step)
        before = len(table)
        kept = kind.keep(table, step)
        if not kept.all():  # a step that keeps every row makes no copy of a large table
            table = table[kept]
        gone = before - len(table)
        what = "no row left out" if not gone else f"{gone:,} of {before:,} rows left out"
        log.append(StepLog(step, before, len(table), f"{kind.words(step)}: {what}."))
        if before and table.empty:
            raise NotPossible(f"No row is left after the step “{kind.words(step)}”.", "Change or remove that step.")
    return Prepared(table, tuple(log))
