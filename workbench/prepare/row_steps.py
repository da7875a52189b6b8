"""The row steps on offer. Each keeps some rows and says how many; none estimates anything from the data."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from workbench.errors import NotFound, NotPossible
from workbench.specs import DropDuplicates, DropMissing, FilterRows

OPERATOR_WORDS = {
    "equals": "is",
    "not_equals": "is anything but",
    "at_least": "is at least",
    "at_most": "is at most",
    "between": "is between",
    "one_of": "is one of",
    "contains": "contains",
    "is_blank": "has no value",
    "not_blank": "has a value",
}
# How many values each operator takes: (fewest, most).
OPERATOR_VALUES = {"between": (2, 2), "one_of": (1, 10_000), "is_blank": (0, 0), "not_blank": (0, 0)}


@dataclass(frozen=True)
class RowStepKind:
    """One row step: its name in a recipe, its words on the screen, and the rows it keeps."""

    name: str
    label: str
    sentence: str
    spec: type
    keep: Callable[[pd.DataFrame, object], pd.Series]
    words: Callable[[object], str]


def _column(table, name):
    if name not in table:
        known = ", ".join(f"“{column}”" for column in list(table.columns)[:20])
        raise NotFound(f"There is no column “{name}” in this table.", f"There are: {known}.")
    return table[name]


def _first_of_copies(table, step):
    for name in step.columns:
        _column(table, name)
    return ~table.duplicated(subset=list(step.columns) or None, keep="first")


def _has_value(table, step):
    return _column(table, step.column).notna()


def _matches(table, step):
    values = _column(table, step.column)
    fewest, most = OPERATOR_VALUES.get(step.operator, (1, 1))
    if not fewest <= len(step.values) <= most:
        raise NotPossible(
            f"The filter on “{step.column}” needs {fewest} value{'s' if fewest != 1 else ''} to compare with.",
            "Change or remove that step.",
        )
    if step.operator == "is_blank":
        return values.isna()
    if step.operator == "not_blank":
        return values.notna()
    if step.operator == "contains":
        return values.astype("str").str.contains(str(step.values[0]), case=False, regex=False) & values.notna()
    wanted = [_comparable(value, values, step) for value in step.values]
    compared = {
        "equals": lambda: values == wanted[0],
        "not_equals": lambda: values != wanted[0],
        "at_least": lambda: values >= wanted[0],
        "at_most": lambda: values <= wanted[0],
        "between": lambda: values.between(wanted[0], wanted[-1]),
        "one_of": lambda: values.isin(wanted),
    }[step.operator]()
    return compared.fillna(False).astype(bool) & values.notna()


def _comparable(value, values, step):
    """Give a value from a form the type of its column; NotPossible in words where that cannot be done."""
    try:
        if pd.api.types.is_datetime64_any_dtype(values):
            return pd.Timestamp(str(value)).tz_localize(None)
        if pd.api.types.is_numeric_dtype(values):
            return float(value)
    except (ValueError, TypeError, OverflowError):
        kind = "date" if pd.api.types.is_datetime64_any_dtype(values) else "number"
        raise NotPossible(
            f"“{value}” is not a {kind}, so “{step.column}” cannot be compared with it.", "Change that step."
        ) from None
    return str(value)


def _filter_words(step):
    values = " and ".join(map(str, step.values)) if step.operator == "between" else ", ".join(map(str, step.values))
    return f"Keep rows where {step.column} {OPERATOR_WORDS[step.operator]} {values}".rstrip()


def _duplicate_words(step):
    return "Leave out copies" + (f" (rows equal in {', '.join(step.columns)})" if step.columns else " of whole rows")


ROW_STEPS: tuple[RowStepKind, ...] = (
    RowStepKind(
        "filter_rows",
        "Keep only some rows",
        "Keep the rows for which a condition holds, such as orders of the last two years.",
        FilterRows,
        _matches,
        _filter_words,
    ),
    RowStepKind(
        "drop_duplicates",
        "Leave out copies",
        "Keep the first of rows that are equal; copies on both sides of a test make a score look better than it is.",
        DropDuplicates,
        _first_of_copies,
        _duplicate_words,
    ),
    RowStepKind(
        "drop_missing",
        "Leave out rows without a value",
        "Leave out rows that have no value in a column. Rarely needed: estimators handle blanks by themselves.",
        DropMissing,
        _has_value,
        lambda step: f"Leave out rows without a value in {step.column}",
    ),
)


def row_step(name: str) -> RowStepKind:
    """Return the row step called ``name``; KeyError where there is none."""
    for kind in ROW_STEPS:
        if kind.name == name:
            return kind
    raise KeyError(name)
