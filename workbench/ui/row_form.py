"""A form for one row, made from the model's fields and filled with a typical row; blanks are allowed."""

import datetime
import math

import numpy as np
import pandas as pd
import streamlit as st

from workbench.profiling.wording import counted
from workbench.results.uses import reasons
from workbench.results.wording import shorten, told_apart
from workbench.runtime.contract import NUMERIC, allowed_text
from workbench.runtime.field_words import number_text, scale_words
from workbench.ui import components

FIRST_FIELDS = 12  # shown at once; the others are folded, with their typical values
PER_LINE = 3
SAMPLE_ROWS = 1_000
TYPICAL_ROWS = 2_000  # looked at for a typical one
MOST_DECIMALS = 6
LARGEST_IN_BROWSER = 2**53 - 1  # JavaScript has no larger whole numbers
LONGEST_LABEL = 44  # characters of a name above a widget: two lines
LONG_TEXT = 120  # characters from which a text gets more than one line


def typical_row(table, fields):
    """Return the row of the table that is nearest to the usual values: the middle of numbers and dates, the most
    frequent words. It is a real row, so its values go together.

    Parameters
    ----------
    table : DataFrame
        The rows the model was trained on; of many, a sample is looked at, always the same.
    fields : list of dict
        The fields of the model's manifest.

    Returns
    -------
    dict
        Field name to value; None where that row has none.
    """
    if table.empty:
        return {field["name"]: None for field in fields}
    rows = table.sample(TYPICAL_ROWS, random_state=0).sort_index() if len(table) > TYPICAL_ROWS else table
    distance = np.zeros(len(rows))
    for field in fields:
        distance += _distance(rows[field["name"]], field["meaning"])
    return row_of_table(rows, fields, rows.index[int(distance.argmin())])


def _distance(values, meaning):
    """How far each value is from the usual one, 0 to 1; a blank is as far as can be, free text does not count."""
    known = values.dropna()
    if known.empty or meaning in ("text", "identifier"):
        return values.isna().to_numpy(dtype=float)
    if meaning in NUMERIC or meaning == "date":
        # By rank, so that neither the unit nor a few huge values decide.
        return (values.rank(pct=True) - 0.5).abs().mul(2).fillna(1.0).to_numpy(dtype=float)
    return (values != known.mode().iloc[0]).to_numpy(dtype=float)


def row_of_table(table, fields, label):
    """Return the values of one row of the table, as the form takes them."""
    row = {}
    for field in fields:
        value = table.at[label, field["name"]]
        if pd.isna(value):
            row[field["name"]] = None
        elif field["meaning"] == "date":
            row[field["name"]] = pd.Timestamp(value).to_pydatetime()
        elif field["meaning"] in NUMERIC:
            row[field["name"]] = int(value) if field["meaning"] == "integer" else float(value)
        else:
            row[field["name"]] = str(value)
    return row


def decimals_of(table, fields):
    """Return how many decimals each number field is written with, at most six."""
    found = {}
    for field in fields:
        if field["meaning"] == "number":
            sample = table[field["name"]].dropna().head(SAMPLE_ROWS)
            found[field["name"]] = max((_decimals(value) for value in sample), default=2)
    return found


def _decimals(value):
    """Count the decimals of a number.

    >>> _decimals(3.0), _decimals(0.25), _decimals(1e-9)
    (0, 2, 6)
    """
    text = f"{value:.{MOST_DECIMALS}f}".rstrip("0")
    digits = len(text.partition(".")[2])
    return MOST_DECIMALS if value and digits == 0 and abs(value) < 1 else digits


def show(fields, start, decimals, *, place, seen=None):
    """Show the form and return the row that it holds.

    Parameters
    ----------
    fields : list of dict
        In the order in which they are shown.
    start : dict
        Field name to the value to begin with.
    decimals : dict
        Number field to its decimals.
    place : str
        Key prefix; another one makes the form begin anew. Keys of columns have a point behind it, others a colon.
    seen : dict of str to Seen, optional
        What the training rows hold, for a hint below a field whose value is unusual.

    Returns
    -------
    dict
        Field name to value; None for blank.
    """
    row, seen = dict(start), seen or {}
    whole = [_whole_name(field) for field in fields]
    fields = [field | {"label": label} for field, label in zip(fields, told_apart(whole, LONGEST_LABEL), strict=True)]
    _lines(fields[:FIRST_FIELDS], start, decimals, place, row, seen)
    rest = fields[FIRST_FIELDS:]
    if rest:
        label = f"{counted(len(rest), 'more column')} (as in the chosen case unless you change them)"
        with st.expander(label, key=f"{place}:rest", on_change="rerun") as unfolded:
            # Widgets that are not drawn lose what was entered, so once unfolded they stay.
            if unfolded.open or st.session_state.get(f"{place}:seen"):
                st.session_state[f"{place}:seen"] = True
                _lines(rest, start, decimals, place, row, seen)
    return row


def enter(field, value, place):
    """Put a value into the widget of a field, folded away or not. Only from a callback, before the form is drawn."""
    st.session_state[f"{place}.{field['name']}"] = as_widget(field, value)
    st.session_state[f"{place}:seen"] = True


def as_widget(field, value):
    """Return a value of a row as the widget of its field holds it."""
    if field["meaning"] in NUMERIC and (field.get("scales") or field.get("decimal") == ","):
        return number_text(value, field)
    if field["meaning"] in NUMERIC and _largest(field, value) > LARGEST_IN_BROWSER:
        return str(value)  # its widget takes text, also where it was not drawn yet
    return value.date() if field["meaning"] == "date" and not field["has_time"] else value


def _lines(fields, start, decimals, place, row, seen):
    for at in range(0, len(fields), PER_LINE):
        line = fields[at : at + PER_LINE]
        columns = st.columns(PER_LINE, vertical_alignment="bottom")
        for field, column in zip(line, columns, strict=False):
            with column:
                row[field["name"]] = _input(field, start.get(field["name"]), decimals, f"{place}.{field['name']}")
        _hints(line, row, start, seen)


def same_value(field, before, now):
    """Tell whether a field holds what a row has; a number may stand there as text."""
    if before is None or now is None:
        return before is now
    return now == (as_widget(field, before) if isinstance(now, str) and not isinstance(before, str) else before)


def in_words(value):
    """Say a value of a row in a few words."""
    if value is None:
        return "blank"
    return shorten(reasons.in_words(pd.Timestamp(value) if isinstance(value, datetime.datetime) else value))


def _hints(line, row, start, seen):
    """Say below the fields of a line what was changed, and what is unusual about their values."""
    hints = []
    for field in line:
        name = field["name"]
        before, now = start.get(name), row[name]
        was = (
            "" if same_value(field, before, now) else f":blue[:material/edit:] was {components.plain(in_words(before))}"
        )
        rare = seen[name].hint(now) if name in seen else ""
        hints.append(
            "  \n".join(filter(None, [was, rare and f":orange[:material/visibility:] {components.plain(rare)}"]))
        )
    # A place of its own, there or not: below one widget a hint would push it out of its line.
    with st.container():
        if any(hints):
            for hint, column in zip(hints, st.columns(PER_LINE), strict=False):
                if hint:
                    column.caption(hint)


def _input(field, value, decimals, key):
    """Show the widget of one field and return what it holds.

    The value to begin with goes in through the session: a widget with a default of its own cannot be emptied.
    """
    name = _whole_name(field)
    label = components.plain(field["label"])
    # Labels of many lines would push the widgets of a line apart; the whole name stands in the help.
    cut = f"**{components.plain(name)}**  \n" if len(name) > LONGEST_LABEL else ""
    words = {"help": cut + components.plain(_help(field)), "key": key}
    if field["meaning"] in NUMERIC:
        return _number(label, field, value, decimals, words)
    if field["meaning"] == "date":
        return _date(label, field, value, words)
    if field["values"]:
        options = list(field["values"])
        if value is not None and value not in options:
            options.append(value)
        _begin(key, value)
        return st.selectbox(
            label, options, index=None, placeholder="blank", accept_new_options=field["more_values"], **words
        )
    _begin(key, value or "")
    text = st.text_area if len(str(value or "")) > LONG_TEXT else st.text_input
    return text(label, max_chars=field["max_length"], **words) or None


def _whole_name(field):
    return field["name"] + (f" ({field['unit']})" if field["unit"] else "")


def _begin(key, value):
    if key not in st.session_state:
        st.session_state[key] = value


def _date(label, field, value, words):
    if field["has_time"]:
        _begin(words["key"], value)
        return st.datetime_input(label, value=None, min_value=_EARLIEST, max_value=_LATEST, **words)
    _begin(words["key"], value.date() if value else None)
    day = st.date_input(label, value=None, min_value=_EARLIEST.date(), max_value=_LATEST.date(), **words)
    return datetime.datetime.combine(day, datetime.time()) if isinstance(day, datetime.date) else None


_EARLIEST, _LATEST = datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31)


def _number(label, field, value, decimals, words):
    largest = _largest(field, value)
    if largest > LARGEST_IN_BROWSER:
        # As text, which the contract reads by the column's own rule; a browser would round the last digits.
        _begin(words["key"], "" if value is None else str(value))
        return st.text_input(label, **words) or None
    # So that a person can type 110M, or 1.245,21 € as the file has it, which a number field would refuse.
    if field.get("scales") or field.get("decimal") == ",":
        _begin(words["key"], "" if value is None else number_text(value, field))
        return st.text_input(label, **words) or None
    words = {**words, "value": None, "placeholder": "blank"}
    if field["meaning"] == "integer":
        _begin(words["key"], value)
        return st.number_input(label, step=1, **words)
    _begin(words["key"], None if value is None else float(value))
    places = decimals.get(field["name"], 2)
    if 0 < largest < 10.0**-MOST_DECIMALS * 100:
        return st.number_input(label, step=10.0 ** math.floor(math.log10(largest)) / 10, format="%.3e", **words)
    # A step that moves through the range in a hundred clicks or so, in steps a person would take.
    span = (field["maximum"] or 0.0) - (field["minimum"] or 0.0)
    step = max(10.0 ** (len(str(int(span))) - 3) if span >= 10 else 0.1, 10.0**-places)
    return st.number_input(label, step=step, format=f"%.{places}f", **words)


def _largest(field, value):
    """Return the largest size that a number of a field is known to have."""
    return max((abs(end) for end in (field["minimum"], field["maximum"], value) if end is not None), default=0)


def _help(field):
    if field["minimum"] is not None and field["meaning"] in NUMERIC:
        scales = f", {scale_words(field)}" if field.get("scales") else ""
        low, high = (
            number_text(field[end], field) if field.get("decimal") == "," else f"{field[end]:,.12g}"
            for end in ("minimum", "maximum")
        )
        return f"Seen in your data: {low} to {high}{scales}. Empty means no value."
    if field["minimum"] is not None:
        return f"Seen in your data: {field['minimum'][:10]} to {field['maximum'][:10]}. Empty means no value."
    if field["values"]:
        return f"{len(field['values']):,} different values seen in your data. Empty means no value."
    return f"Takes {allowed_text(field)}. Empty means no value."
