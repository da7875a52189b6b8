"""Which rows a step of a recipe keeps. None estimates anything from the data."""

import pandas as pd

from workbench.errors import NotFound, NotPossible

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


# Name of a step to which rows of a table it keeps: (table, step) -> Series of bool.
KEEP = {"filter_rows": _matches, "drop_duplicates": _first_of_copies, "drop_missing": _has_value}


def kept_rows(table: pd.DataFrame, steps) -> pd.DataFrame:
    """Return the rows that remain after all ``steps``, with the labels they had.

    Raises
    ------
    NotFound, NotPossible
        A step names a column that is not there, a value does not fit its column, or no row is left.
    """
    for number, step in enumerate(steps, 1):
        kept = KEEP[step.step](table, step)
        left = table if kept.all() else table[kept]
        if left.empty and not table.empty:
            raise NotPossible(f"No row is left after step {number} of those that leave rows out.")
        table = left
    return table
