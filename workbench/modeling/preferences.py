"""What a person asks of every fit: rows that count more, classes that count alike, inputs that pull one way only."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotFound, NotPossible, WorkbenchError
from workbench.modeling.ways_out import WayOut
from workbench.specs import Draft, LeftOut, Schema, Task

NUMERIC = ("number", "integer")
ALIKE = WayOut("Count every row the same", {"weight_column": ""})


@dataclass(frozen=True)
class Preferences:
    """What of a draft's wishes holds for this question; ``warnings`` says what does not, in sentences."""

    weight_column: str = ""
    class_weight: str = ""
    monotone: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()


def left_out_as_weight(draft: Draft) -> tuple[LeftOut, ...]:
    """Return the weight column as a column that is no input, or nothing where there is none."""
    if not draft.weight_column:
        return ()
    reason = f"{draft.weight_column} says how much each row counts; it is not an input."
    return (LeftOut(column=draft.weight_column, reason=reason),)


def preferences(known: pd.DataFrame, schema: Schema, draft: Draft, task: Task, inputs: list[str]) -> Preferences:
    """Return what ``draft`` asks of every fit, as far as it means something here.

    Parameters
    ----------
    known : DataFrame
        The rows that have a target.
    inputs : list of str
        Names of the columns in use.

    Raises
    ------
    NotFound
        The weight column does not exist.
    NotPossible
        It is the target, or not a number above zero in every row.
    """
    warnings = []
    if draft.weight_column:
        check_weights(known, schema, draft)
    class_weight = draft.class_weight
    if class_weight and task == "regression":
        class_weight = ""
        warnings.append("Rare answers cannot count more where the answer is a number; this choice is left aside.")
    meanings = {column.name: column.meaning for column in schema.columns}
    monotone = []
    for name, direction in draft.monotone:
        if name in inputs and meanings.get(name) in NUMERIC:
            monotone.append((name, direction))
        else:
            why = "is not a number" if name in inputs else "is not among the inputs"
            warnings.append(f"The prediction cannot be held to rise or fall with “{name}”: it {why}.")
    if monotone and task == "multiclass":
        monotone = []
        warnings.append("With more than two answers no prediction can be held to rise or fall; this is left aside.")
    return Preferences(draft.weight_column, class_weight, tuple(monotone), tuple(warnings))


def check_weights(known: pd.DataFrame, schema: Schema, draft: Draft) -> None:
    """Raise where the column that says how much each row counts cannot say it."""
    try:
        _check_weights(known, schema, draft)
    except WorkbenchError as error:
        error.ways_out = (ALIKE,)
        raise


def _check_weights(known, schema, draft) -> None:
    name = draft.weight_column
    if name not in schema.names or name not in known:
        raise NotFound(f"The table has no column “{name}” that could say how much each row counts.", "Choose another.")
    if name == draft.target:
        raise NotPossible(f"“{name}” is to be predicted, so it cannot say how much each row counts.", "Choose another.")
    if schema.column(name).meaning not in NUMERIC:
        raise NotPossible(f"“{name}” holds no numbers, so it cannot say how much each row counts.", "Choose another.")
    weights = known[name].to_numpy(dtype=np.float64)
    wrong = int((~((weights > 0) & np.isfinite(weights))).sum())
    if wrong:
        rows = "1 row is" if wrong == 1 else f"{wrong:,} rows are"
        raise NotPossible(
            f"“{name}” is to say how much each row counts, but {rows} without a number above zero there.",
            "Leave those rows out on the page Prepare, or choose another column.",
        )
