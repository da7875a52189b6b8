"""Columns whose values must not leave: what a bundle says of them instead, and which columns look like it.

What is masked is everything beside the model (``model.joblib``, ``model.skops``). It keeps what it has learned: the
words that an encoder tells apart, the rows that nearest neighbours are looked up among; :func:`learned_words` says so.
"""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.contract import NUMERIC
from workbench.runtime.field_words import number_text
from workbench.runtime.text_values import moment_text
from workbench.specs import ColumnSpec

STAND_INS = 5  # different made-up words per column
TRIES = 200  # draws until a made-up value is none that a training row has
MANY_WORDS, MANY_SHARE = 30, 0.5  # a column of so many words, of which so many are different, may be names
LOOKED_AT = 1_000  # cells that are looked at for e-mail addresses and the like
MOSTLY = 0.5  # of these cells
ROWS_WITHIN = ("nearest_neighbours", "support_vector_machine")  # kinds that keep training rows inside

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?:\+|00)?[\d\s()/.-]{8,20}")
_NAMES = (
    (re.compile(r"e-?mail", re.I), "is called like an e-mail address"),
    (re.compile(r"phone|telefon|mobile|handy|fax", re.I), "is called like a phone number"),
    (re.compile(r"(?<![a-z])(sur|first|last|fore|family|full|vor|nach|user)[ _-]?name|(?:^|[ _-])names?$", re.I),
     "is called like a person's name"),
    (re.compile(r"birth|geburt|(?<![a-z])dob(?![a-z])", re.I), "is called like a date of birth"),
    (re.compile(r"street|stra(?:ss|ß)e|address|adresse|zip[ _-]?code|post[ _-]?code|(?<![a-z])plz(?![a-z])", re.I),
     "is called like an address"),
    (re.compile(r"passport|(?<![a-z])ssn(?![a-z])|iban|tax[ _-]?id|social[ _-]?sec", re.I), "is called like an "
     "official number"),
)  # fmt: skip


def suggested(table: pd.DataFrame, columns: Sequence[ColumnSpec]) -> dict[str, str]:
    """Return the columns that look personal, and why, to follow "this column".

    Parameters
    ----------
    table : DataFrame
        The typed table.
    columns : sequence of ColumnSpec
        Those that the model uses.

    >>> suggested(pd.DataFrame({"mail": ["a@b.org", "c@d.org"]}), [ColumnSpec(name="mail", meaning="text")])
    {'mail': 'holds e-mail addresses'}
    """
    found = {column.name: _reason(table[column.name], column) for column in columns if column.name in table}
    return {name: reason for name, reason in found.items() if reason}


def masked(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a field of ``model.json`` without values of the training rows.

    Ends of what was seen are moved outward to round ones; words are not listed, so that none counts as unseen, but
    for the two of a yes/no column, which say nothing about anybody.
    """
    hidden = {**entry, "sensitive": True}
    if entry["minimum"] is not None:
        ends = _outward_days if entry["meaning"] == "date" else _outward
        hidden["minimum"], hidden["maximum"] = ends(entry["minimum"], entry["maximum"])
    if entry["meaning"] != "yes_no" and entry["values"] is not None:
        hidden |= {"values": None, "more_values": False}
    return hidden


def rounded(value: Any, entry: Mapping[str, Any]) -> Any:
    """Return a usual value of a sensitive field as it may leave: two digits of a number, the year of a date."""
    if value is None or entry["meaning"] not in (*NUMERIC, "date"):
        return value if entry["meaning"] == "yes_no" else None
    if entry["meaning"] == "date":
        return f"{value[:4]}-07-01T00:00:00"
    return _two_digits(value, entry)


def made_up_cells(entry: Mapping[str, Any], values: pd.Series, n_cells: int, rng: np.random.Generator) -> list[Any]:
    """Make up cells of a sensitive field as JSON, as the column's rule writes them.

    Numbers and dates are drawn evenly from the rounded range, and so that no training row has them where that is
    possible (a count of rooms may always be somebody's). Words are stand-ins ("made-up 1"), which a model treats as
    it treats words it does not know; those of a yes/no column are drawn.

    Parameters
    ----------
    entry : mapping
        The masked field.
    values : Series
        The typed column, so that made-up values can keep clear of it.
    n_cells : int
    rng : Generator
    """
    if entry["meaning"] == "yes_no" and entry["values"]:
        return [entry["values"][at] for at in rng.integers(len(entry["values"]), size=n_cells)]
    if entry["meaning"] not in (*NUMERIC, "date"):
        return [f"made-up {1 + at % STAND_INS}" for at in range(n_cells)]
    if entry["minimum"] is None:
        return [None] * n_cells
    taken = set(values.dropna().tolist())
    return [_drawn(entry, taken, rng) for _ in range(n_cells)]


def learned_words(fields: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> str:
    """Say what of the sensitive columns is inside the model itself; "" where none is sensitive.

    Parameters
    ----------
    fields : sequence of mapping
    kinds : sequence of str
        Kinds of estimators that the model is made of.
    """
    sensitive = [entry for entry in fields if entry.get("sensitive")]
    if not sensitive:
        return ""
    said = []
    if any(kind in ROWS_WITHIN for kind in kinds):
        said.append("it keeps rows of the training data, scaled, since it answers by those that are alike")
    if any(entry["meaning"] not in (*NUMERIC, "date") for entry in sensitive):
        said.append("it keeps the words that it tells apart")
    if not said:
        said.append("it keeps figures such as means and the limits between its branches")
    return f"What the model has learned is in its own files and cannot be taken out: {' and '.join(said)}."


def words_kept(names: Sequence[str], columns: Sequence[ColumnSpec]) -> list[str]:
    """Return those of the sensitive columns whose words stand in the model itself, in the order of the table.

    Numbers and dates leave figures there, and the two words of a yes/no column say nothing about anybody.

    Parameters
    ----------
    names : sequence of str
        The sensitive columns.
    columns : sequence of ColumnSpec
        Those that the model uses.

    >>> columns = [ColumnSpec(name="born", meaning="date"), ColumnSpec(name="name", meaning="category")]
    >>> words_kept(["name", "born"], columns)
    ['name']
    """
    figures = (*NUMERIC, "date", "yes_no")
    return [column.name for column in columns if column.name in names and column.meaning not in figures]


def _reason(values: pd.Series, column: ColumnSpec) -> str:
    if column.meaning == "identifier":
        return "identifies rows"
    for pattern, words in _NAMES:
        if pattern.search(column.name):
            return words
    if column.meaning in (*NUMERIC, "date", "yes_no"):
        return ""
    present = values.dropna().astype(str)
    cells = present.head(LOOKED_AT)
    if not len(cells):
        return ""
    if cells.str.fullmatch(_EMAIL).mean() >= MOSTLY:
        return "holds e-mail addresses"
    if cells.str.fullmatch(_PHONE).mean() >= MOSTLY:
        return "holds what may be phone numbers"
    n_different = present.nunique()
    if column.meaning == "text":
        return "holds free text, in which anything may stand"
    if n_different >= MANY_WORDS and n_different >= MANY_SHARE * len(present):
        return "has hardly two rows with the same words"
    return ""


def _outward(low: float, high: float) -> tuple[float, float]:
    """Return round ends beyond both; zero stays, since it says nothing about anybody."""
    span = high - low or abs(high) or 1
    step = 10.0 ** math.floor(math.log10(span))
    ends = (
        low if low == 0 else (math.ceil(low / step) - 1) * step,
        high if high == 0 else (math.floor(high / step) + 1) * step,
    )
    if low > 0:
        ends = (max(ends[0], 0), ends[1])
    if isinstance(low, int) and isinstance(high, int):
        return math.floor(ends[0]), math.ceil(ends[1])
    return tuple(float(f"{end:.12g}") for end in ends)


def _outward_days(low: str, high: str) -> tuple[str, str]:
    return f"{low[:4]}-01-01T00:00:00", f"{high[:4]}-12-31T00:00:00"


def _drawn(entry: Mapping[str, Any], taken: set, rng: np.random.Generator) -> Any:
    for _ in range(TRIES):
        if entry["meaning"] == "date":
            first, last = (int(entry[end][:4]) for end in ("minimum", "maximum"))
            moment = datetime.datetime(int(rng.integers(first, last + 1)), int(rng.integers(1, 13)), 1)
            value, clear = moment, pd.Timestamp(moment) not in taken
        else:
            value = _two_digits(float(rng.uniform(entry["minimum"], entry["maximum"])), entry)
            clear = value not in taken
        if clear:
            break
    if entry["meaning"] == "date":
        return moment_text(value, entry.get("date_format") or "ISO8601", entry.get("language", ""))
    # Text, where the column's rule is another than JSON's, so that the rule is tested, too.
    return number_text(value, entry) if entry.get("decimal") == "," or entry.get("unit") else value


def _two_digits(value: float, entry: Mapping[str, Any]) -> float | int:
    rough = float(f"{value:.2g}")
    return int(rough) if entry["meaning"] == "integer" else rough
