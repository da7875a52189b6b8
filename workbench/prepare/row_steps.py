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
    "between_or_blank": "has no value or is between",
    "one_of": "is one of",
    "none_of": "is none of",
    "contains": "contains",
    "is_blank": "has no value",
    "not_blank": "has a value",
}
# How many values each operator takes: (fewest, most).
OPERATOR_VALUES = {
    "between": (2, 2),
    "between_or_blank": (2, 2),
    "one_of": (1, 10_000),
    "none_of": (1, 10_000),
    "is_blank": (0, 0),
    "not_blank": (0, 0),
}
BOTH_ENDS = ("between", "between_or_blank")
ORDERED = ("at_least", "at_most", *BOTH_ENDS)  # only where values have an order
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
    if step.operator in ORDERED and not _has_order(values):
        raise NotPossible(
            f"“{step.column}” holds words, so “{OPERATOR_WORDS[step.operator]}” does not apply to it.",
            "Compare with “is” or “contains”, or change the column's meaning on the Data page.",
        )
    bounds = [_bounds(value, values, step) for value in step.values]
    if step.operator == "at_least":
        found = values >= bounds[0][0]
    elif step.operator == "at_most":
        found = values <= bounds[0][1]
    elif step.operator in BOTH_ENDS:
        found = values.between(bounds[0][0], bounds[1][1])
        if step.operator == "between_or_blank":
            return found | values.isna()
    else:
        found = _equals_any(values, bounds)
        if step.operator == "none_of":  # a blank cell is none of them, either
            return ~found.fillna(False).astype(bool)
        found = ~found if step.operator == "not_equals" else found
    return found.fillna(False).astype(bool) & values.notna()


def _has_order(values):
    return pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)


def _equals_any(values, bounds):
    if pd.api.types.is_datetime64_any_dtype(values):
        inside = [values.between(first, last) for first, last in bounds]
        return pd.concat(inside, axis=1).any(axis=1)
    return values.isin([first for first, _ in bounds])


def _bounds(value, values, step):
    """Return the first and last value that ``value`` from a form means in its column: a day is the whole day."""
    try:
        if pd.api.types.is_datetime64_any_dtype(values):
            moment = pd.Timestamp(str(value))
            if moment is pd.NaT:
                raise ValueError
            moment = moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment
            has_time = ":" in str(value)
            return moment, moment if has_time else moment + pd.Timedelta(days=1) - pd.Timedelta(microseconds=1)
        if pd.api.types.is_numeric_dtype(values):
            return float(value), float(value)
    except (ValueError, TypeError, OverflowError):
        kind = "date" if pd.api.types.is_datetime64_any_dtype(values) else "number"
        raise NotPossible(
            f"“{value}” is not a {kind}, so “{step.column}” cannot be compared with it.", "Change that step."
        ) from None
    return str(value), str(value)


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
