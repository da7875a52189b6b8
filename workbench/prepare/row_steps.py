"""The row steps on offer. Each keeps some rows and says how many; none estimates anything from the data."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from workbench.runtime.learning.row_steps import BOTH_ENDS, KEEP, OPERATOR_WORDS
from workbench.specs import DropDuplicates, DropMissing, FilterRows

MOST_NAMED = 12  # values that a step names in its words


@dataclass(frozen=True)
class RowStepKind:
    """One row step: its name in a recipe, its words on the screen, and the rows it keeps."""

    name: str
    label: str
    sentence: str
    spec: type
    keep: Callable[[pd.DataFrame, object], pd.Series]
    words: Callable[[object], str]


def _filter_words(step):
    named = [str(value) for value in step.values[:MOST_NAMED]]
    more = len(step.values) - len(named)
    values = " and ".join(named) if step.operator in BOTH_ENDS else ", ".join(named)
    values += f" and {more:,} more" if more else ""
    return f"Keep rows where {step.column} {OPERATOR_WORDS[step.operator]} {values}".rstrip()


def _duplicate_words(step):
    return "Leave out copies" + (f" (rows equal in {', '.join(step.columns)})" if step.columns else " of whole rows")


ROW_STEPS: tuple[RowStepKind, ...] = (
    RowStepKind(
        "filter_rows",
        "Keep only some rows",
        "Keep the rows for which a condition holds, such as orders of the last two years.",
        FilterRows,
        KEEP["filter_rows"],
        _filter_words,
    ),
    RowStepKind(
        "drop_duplicates",
        "Leave out copies",
        "Keep the first of rows that are equal; copies on both sides of a test make a score look better than it is.",
        DropDuplicates,
        KEEP["drop_duplicates"],
        _duplicate_words,
    ),
    RowStepKind(
        "drop_missing",
        "Leave out rows without a value",
        "Leave out rows that have no value in a column. Rarely needed: estimators handle blanks by themselves.",
        DropMissing,
        KEEP["drop_missing"],
        lambda step: f"Leave out rows without a value in {step.column}",
    ),
)


def row_step(name: str) -> RowStepKind:
    """Return the row step called ``name``; KeyError where there is none."""
    for kind in ROW_STEPS:
        if kind.name == name:
            return kind
    raise KeyError(name)
