"""A form for one row step, fitted to the column it is about."""

import datetime

import streamlit as st

from workbench.prepare.row_steps import BOTH_ENDS
from workbench.specs import DropDuplicates, DropMissing, FilterRows
from workbench.ui import state
from workbench.ui.phrases import short

CHOICES_OFFERED = 500
NO_VALUE = ("is_blank", "not_blank")
SEVERAL = ("one_of", "none_of")
NUMBER_OPERATORS = {
    "at_least": "is at least",
    "at_most": "is at most",
    "between": "is between",
    "between_or_blank": "is between, or has no value",
    "equals": "is exactly",
    "not_equals": "is anything but",
}
DATE_OPERATORS = {
    "at_least": "is on or after",
    "at_most": "is on or before",
    "between": "is between",
    "between_or_blank": "is between, or has no value",
    "equals": "is exactly",
}
WORD_OPERATORS = {
    "one_of": "is one of",
    "none_of": "is none of",
    "equals": "is",
    "not_equals": "is anything but",
    "contains": "contains",
}
BLANK_OPERATORS = {"not_blank": "has a value", "is_blank": "has no value"}
OPERATORS = {
    "number": NUMBER_OPERATORS | BLANK_OPERATORS,
    "integer": NUMBER_OPERATORS | BLANK_OPERATORS,
    "date": DATE_OPERATORS | BLANK_OPERATORS,
    "yes_no": WORD_OPERATORS | BLANK_OPERATORS,
    "category": WORD_OPERATORS | BLANK_OPERATORS,
    "text": {"contains": "contains", "equals": "is"} | BLANK_OPERATORS,
    "identifier": WORD_OPERATORS | BLANK_OPERATORS,
}


@st.cache_data(max_entries=64, show_spinner=False)
def values_of(fingerprint, name):
    """Return the most frequent words of a column (cached)."""
    counts = state.table(fingerprint)[name].dropna().astype(str).value_counts()
    return counts.index[:CHOICES_OFFERED].tolist()


@st.cache_data(max_entries=64, show_spinner=False)
def range_of(fingerprint, name):
    """Return the smallest and the largest value of a column of numbers or dates, or None where it has none."""
    values = state.table(fingerprint)[name].dropna()
    return None if values.empty else (values.min(), values.max())


@st.cache_data(max_entries=64, show_spinner=False)
def has_times(fingerprint, name):
    """Tell whether a column of dates holds a time of day."""
    values = state.table(fingerprint)[name].dropna()
    return bool((values != values.dt.normalize()).any())


def drop_duplicates(dataset):
    """Ask for the columns in which rows must be equal to count as copies."""
    columns = st.multiselect(
        "Rows are copies when they are equal in",
        dataset.schema.names,
        key="page.prepare.duplicates.columns",
        placeholder="every column",
        format_func=short,
        help="Choose columns, such as everything but an identifier; without a choice, all columns must be equal.",
    )
    return DropDuplicates(columns=tuple(columns))


def drop_missing(dataset):
    """Ask for the column that must have a value."""
    return DropMissing(column=_column(dataset, "missing", "Leave out rows without a value in"))


def filter_rows(dataset):
    """Ask for a condition on one column; None while it is incomplete."""
    one, two = st.columns(2)
    with one:
        name = _column(dataset, "filter", "Keep rows whose")
    meaning = dataset.schema.column(name).meaning
    words = OPERATORS[meaning]
    with two:
        operator = st.selectbox(
            "Condition", list(words), format_func=words.get, key=f"page.prepare.filter.operator.{meaning}"
        )
    values = () if operator in NO_VALUE else _values(dataset, name, meaning, operator)
    return None if values is None else FilterRows(column=name, operator=operator, values=values)


FORMS = {"drop_duplicates": drop_duplicates, "drop_missing": drop_missing, "filter_rows": filter_rows}


def _column(dataset, key, label):
    names = dataset.schema.names
    # Nobody filters by a row's own number: start from the first column that says something.
    start = next((at for at, column in enumerate(dataset.schema.columns) if column.meaning != "identifier"), 0)
    return st.selectbox(label, names, index=start, key=f"page.prepare.{key}.column", format_func=short)


def _values(dataset, name, meaning, operator):
    """Ask for the values to compare with; None while there are none."""
    key = f"page.prepare.filter.{dataset.schema.names.index(name)}.{operator}"
    if meaning in ("number", "integer", "date"):
        ends = range_of(dataset.fingerprint, name)
        if ends is None:
            st.caption("This column has no value in any row.")
            return None
        # A day alone would mean its midnight: "on or before" it would leave out what happened during the day.
        ask = _number if meaning != "date" else _moment if has_times(dataset.fingerprint, name) else _date
        whole = meaning == "integer"
        if operator not in BOTH_ENDS:
            start = ends[1] if operator == "at_most" else ends[0]
            value = ask("Value", start, key, whole)
            return None if value is None else (value,)
        left, right = st.columns(2)
        with left:
            low = ask("From", ends[0], f"{key}.low", whole)
        with right:
            high = ask("To", ends[1], f"{key}.high", whole)
        return None if low is None or high is None else tuple(sorted((low, high)))
    if operator == "contains":
        text = st.text_input("Text", key=key, placeholder="Part of the text")
        return (text,) if text else None
    offered = values_of(dataset.fingerprint, name)
    if operator in SEVERAL:
        chosen = st.multiselect(
            "Values", offered, key=key, accept_new_options=True, placeholder="Choose values", format_func=short
        )
        return tuple(chosen) or None
    value = st.selectbox("Value", offered, key=key, index=None, accept_new_options=True, placeholder="Choose a value")
    return None if value is None else (value,)


def _number(label, start, key, whole):
    whole = whole and abs(start) < 2**53
    start = int(start) if whole else float(start)
    return st.number_input(label, value=start, step=1 if whole else None, format=None if whole else "%g", key=key)


def _date(label, start, key, _whole):
    earliest, latest = datetime.date(1, 1, 1), datetime.date(9999, 12, 31)
    day = st.date_input(label, value=start.date(), min_value=earliest, max_value=latest, key=key)
    return day.isoformat() if isinstance(day, datetime.date) else None


def _moment(label, start, key, _whole):
    earliest, latest = datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59)
    start = start.to_pydatetime()
    moment = st.datetime_input(label, value=start, min_value=earliest, max_value=latest, key=key)
    return moment.isoformat(sep=" ") if isinstance(moment, datetime.datetime) else None
