"""What a row must hold: what is allowed per field, and what happens where it is not.

One table of rules serves the JSON interface, the web form, a file of rows and the app's own form. A *field* is a
plain dictionary (an entry of ``fields`` in ``model.json``): the column's reading rules (name, meaning, decimal and
thousands marks, unit, date format, missing tokens) and what the training rows held:

==================  ====================================================================================
``minimum``         smallest and largest value seen; numbers, or ISO 8601 text for dates; None elsewhere
``maximum``
``values``          the words seen, for yes/no and category; None elsewhere
``more_values``     True where ``values`` is only the most frequent of them: then no word counts as unseen
``blanks_seen``     whether training rows had no value here
``max_length``      longest text taken, in characters
``behaviour``       fault to what is done about it, see :data:`BEHAVIOUR`
==================  ====================================================================================
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.field_words import (
    MAX_LENGTH,
    NUMERIC,
    WORDS,
    allowed_text,
    example_date,
    example_number,
    listed,
    max_length,
    seen_range,
    shown,
    worded,
)
from workbench.runtime.json_cells import json_value
from workbench.runtime.reading import type_column

__all__ = [
    "BEHAVIOUR",
    "MAX_LENGTH",
    "NUMERIC",
    "WORDS",
    "CheckedColumn",
    "CheckedRows",
    "FieldError",
    "allowed_text",
    "check_cells",
    "check_column",
    "check_frame",
    "check_row",
    "check_rows",
    "example_date",
    "example_number",
]

# What is done about each fault unless a field says otherwise: "warn" takes the row and says so, "reject" does not.
BEHAVIOUR: dict[str, str] = {
    "missing": "warn",  # the model fills in what it learned from the training rows
    "unseen": "warn",
    "out_of_range": "warn",
    "wrong_type": "reject",
    "extra": "warn",
}
LARGEST = 1e38  # estimators that compute in float32 take nothing beyond
NOTHING_TO_GO_ON = "Every field of this row is blank, so there is nothing to go on. Fill in what you know."
EXTRA_NAMED = 20  # extra fields named one by one; more are counted


class FieldError(Exception):
    """A value that a field does not take; ``field`` is None where the whole row is meant."""

    def __init__(self, field: str | None, value: Any, allowed: str, message: str = ""):
        where = "The row" if field is None else f"The field “{field}”"
        super().__init__(message or f"{where} takes {allowed}, not {worded(value)}.")
        self.field, self.value, self.allowed = field, value, allowed

    def __reduce__(self):
        return type(self), (self.field, self.value, self.allowed, str(self))

    def as_dict(self) -> dict:
        """Return the error as an answer shows it: field, value, allowed and a sentence."""
        return {"field": self.field, "value": self.value, "allowed": self.allowed, "message": str(self)}


@dataclass(frozen=True)
class CheckedColumn:
    """Cells of one field, and by position what was wrong with them.

    ``values`` is float64, datetime64[us], or object holding str or None: Arrow's text costs a row more than the model.
    """

    values: np.ndarray
    errors: list[tuple[int, FieldError]]
    warnings: list[tuple[int, dict]]


@dataclass(frozen=True)
class CheckedRows:
    """Rows after the contract: those to score as one typed frame, the others as errors.

    Attributes
    ----------
    frame : DataFrame
        The rows without error, typed, with the fields in their order.
    positions : ndarray of int
        Where each row of ``frame`` stood.
    errors : dict of int to dict
        Position to what is wrong there, for every row that is not in ``frame``.
    warnings : dict of int to list of dict
        Position to ``{"field", "message"}``, for rows that have any.
    """

    frame: pd.DataFrame
    positions: np.ndarray
    errors: dict[int, dict] = field(default_factory=dict)
    warnings: dict[int, list[dict]] = field(default_factory=dict)


def check_row(row: Any, fields: Sequence[dict], *, known: Iterable[str] = ()) -> tuple[dict, list[dict]]:
    """Check one JSON row.

    Parameters
    ----------
    row : dict
        Field name to JSON value. Numbers are numbers, text follows the field's reading rule, and None, ``""`` or
        an absent name mean "no value".
    fields : list of dict
        As described at the top of this module.
    known : iterable of str, optional
        Other columns of the training file; they are ignored without a warning.

    Returns
    -------
    values : dict
        Field name to typed value (float, Timestamp, str; NaN or NaT for no value).
    warnings : list of dict
        ``{"field", "message"}`` for everything that was taken although it is unusual.

    Raises
    ------
    FieldError
        A value is of the wrong type, or the row is no object, holds none of the fields, or no value in any of them.
    """
    checked = check_rows([row], fields, known=known)
    if checked.errors:
        first = checked.errors[0]
        raise FieldError(first["field"], first["value"], first["allowed"], first["message"])
    return {name: checked.frame[name].iloc[0] for name in checked.frame.columns}, checked.warnings.get(0, [])


def check_rows(rows: Sequence[Any], fields: Sequence[dict], *, known: Iterable[str] = ()) -> CheckedRows:
    """Check JSON rows; see :func:`check_row`. One bad row does not spoil the others."""
    names = {entry["name"] for entry in fields}
    known = names | set(known)
    errors: dict[int, list[FieldError]] = {}
    warnings: dict[int, list[dict]] = {}
    candidates = []
    for position, row in enumerate(rows):
        if not isinstance(row, Mapping) or names.isdisjoint(row):
            errors[position] = [FieldError(None, shown(row), f"an object with the fields {listed(names)}")]
        else:
            candidates.append(position)
    columns = {}
    for entry in fields:
        cells = [rows[position].get(entry["name"]) for position in candidates]
        columns[entry["name"]] = _collect(check_cells(cells, entry), candidates, errors, warnings)
    _note_blank(columns, candidates, errors, warnings)
    behaviour = fields[0]["behaviour"] if fields else BEHAVIOUR
    for position in candidates:
        extra = [name for name in rows[position] if name not in known]
        _note_extra(extra, position, behaviour, errors, warnings)
    return _checked_rows(columns, candidates, errors, warnings)


def check_frame(raw: pd.DataFrame, fields: Sequence[dict], *, known: Iterable[str] = ()) -> CheckedRows:
    """Check rows as they were read from a file (text, typed or mixed cells); the same contract as for JSON rows."""
    names = {entry["name"] for entry in fields}
    positions = list(range(len(raw)))
    if names.isdisjoint(raw.columns):
        error = FieldError(None, listed(raw.columns), f"the columns {listed(names)}")
        return _checked_rows({}, [], {position: [error] for position in positions}, {})
    errors: dict[int, list[FieldError]] = {}
    warnings: dict[int, list[dict]] = {}
    columns = {}
    for entry in fields:
        if entry["name"] in raw.columns:
            checked = check_column(raw[entry["name"]].reset_index(drop=True), entry)
        else:
            checked = check_cells([None] * len(raw), entry)
        columns[entry["name"]] = _collect(checked, positions, errors, warnings)
    _note_blank(columns, positions, errors, warnings)
    extra = [name for name in raw.columns if name not in names and name not in set(known)]
    behaviour = fields[0]["behaviour"]
    for position in positions if extra else []:
        _note_extra(extra, position, behaviour, errors, warnings)
    return _checked_rows(columns, positions, errors, warnings)


def check_cells(cells: Sequence[Any], entry: dict) -> CheckedColumn:
    """Check the JSON values of one field."""
    natives: dict[int, Any] = {}
    texts: dict[int, str] = {}
    refused: set[int] = set()
    for position, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        native, text, fits = json_value(cell, entry)
        if not fits:
            refused.add(position)
        elif text is not None:
            texts[position] = text
        else:
            natives[position] = native
    values = _nothing(entry, len(cells))
    if texts:
        typed = type_column(pd.Series(list(texts.values()), dtype=object), entry)
        positions = np.fromiter(texts, dtype=np.int64, count=len(texts))
        values[positions] = _plain_values(typed.values, entry)
        refused.update(positions[np.asarray(typed.misfits, dtype=bool)].tolist())
    for position, native in natives.items():
        values[position] = native
    return _judged(values, refused, cells.__getitem__, entry)


def check_column(cells: pd.Series, entry: dict) -> CheckedColumn:
    """Check the cells of one column of a file, text or typed."""
    typed = type_column(cells, entry)
    refused = set(np.flatnonzero(np.asarray(typed.misfits, dtype=bool)).tolist())
    if cells.dtype == "str" or cells.dtype == object:
        longest = max_length(entry)
        too_long = (isinstance(cell, str) and len(cell) > longest for cell in cells)
        refused.update(np.flatnonzero(np.fromiter(too_long, dtype=bool, count=len(cells))).tolist())
    return _judged(_plain_values(typed.values, entry), refused, cells.iloc.__getitem__, entry)


def _judged(values: np.ndarray, refused: set[int], cell_at: Callable[[int], Any], entry: dict) -> CheckedColumn:
    """Find missing, unseen and extreme values among typed ones, and say so as the field's behaviour asks."""
    name = entry["name"]
    if entry["meaning"] in NUMERIC:
        refused = refused | set(np.flatnonzero(np.abs(values) > LARGEST).tolist())
    errors = [(at, FieldError(name, shown(cell_at(at)), allowed_text(entry))) for at in sorted(refused)]
    warnings = []
    for fault, flags in _faults(values, entry):
        positions = [at for at in np.flatnonzero(flags).tolist() if at not in refused]
        if not positions:
            continue
        if _behaviour(entry, fault) == "reject":
            errors += [(at, FieldError(name, shown(cell_at(at)), allowed_text(entry))) for at in positions]
        elif fault == "missing":
            note = {"field": name, "message": _MESSAGES[fault]}
            warnings += [(at, note) for at in positions]
        else:
            message = _message(fault, entry)
            warnings += [
                (at, {"field": name, "message": f"{worded(shown(cell_at(at)))} {message}"}) for at in positions
            ]
    return CheckedColumn(values, errors, warnings)


def _faults(values: np.ndarray, entry: dict) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each kind of fault that the field knows, with the rows that have it."""
    if entry["meaning"] not in (*NUMERIC, "date"):
        yield "missing", np.fromiter((word is None for word in values), dtype=bool, count=len(values))
        if entry.get("values") is not None and not entry.get("more_values"):
            seen = {None, *entry["values"]}
            yield "unseen", np.fromiter((word not in seen for word in values), dtype=bool, count=len(values))
        return
    yield "missing", pd.isna(values)
    if entry.get("minimum") is not None and entry.get("maximum") is not None:
        low, high = entry["minimum"], entry["maximum"]
        if entry["meaning"] == "date":
            low, high = np.datetime64(low, "us"), np.datetime64(high, "us")
        # Comparisons with NaN and NaT are false, so what is missing is not out of range.
        yield "out_of_range", (values < low) | (values > high)


_MESSAGES = {
    "missing": "no value; the model uses what it learned for blanks",
    "unseen": "was not seen in training; the model treats it as unknown",
    "out_of_range": "lies outside what was seen in training",
}


def _message(fault: str, entry: dict) -> str:
    return _MESSAGES[fault] + (seen_range(entry) if fault == "out_of_range" else "")


def _behaviour(entry: dict, fault: str) -> str:
    return entry.get("behaviour", BEHAVIOUR).get(fault, BEHAVIOUR[fault])


def _nothing(entry: dict, n_rows: int) -> np.ndarray:
    """Return ``n_rows`` cells without value, in the dtype that checked values have."""
    if entry["meaning"] in NUMERIC:
        return np.full(n_rows, np.nan)
    if entry["meaning"] == "date":
        return np.full(n_rows, np.datetime64("NaT"), dtype="datetime64[us]")
    return np.full(n_rows, None, dtype=object)


def _plain_values(values: pd.Series, entry: dict) -> np.ndarray:
    if entry["meaning"] in NUMERIC:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    if entry["meaning"] == "date":
        return values.to_numpy(dtype="datetime64[us]")
    return values.to_numpy(dtype=object, na_value=None)


def _collect(checked: CheckedColumn, positions: Sequence[int], errors: dict, warnings: dict) -> pd.Series:
    """Enter what one column showed under the rows it belongs to."""
    for at, error in checked.errors:
        errors.setdefault(positions[at], []).append(error)
    for at, warning in checked.warnings:
        warnings.setdefault(positions[at], []).append(warning)
    words = checked.values.dtype == object
    return pd.Series(checked.values, dtype="str" if words else None, copy=False)


def _note_blank(columns: dict, positions: Sequence[int], errors: dict, warnings: dict) -> None:
    """Refuse rows without any value, and warn where more than half of the fields have none.

    A model answers such a row with what is usual in the training rows, which looks like knowledge and is none.
    """
    n_blank = np.zeros(len(positions), dtype=np.int64)
    for values in columns.values():
        n_blank += values.isna().to_numpy()
    for at in np.flatnonzero(2 * n_blank > len(columns)).tolist():
        if positions[at] in errors:
            continue  # a cell that was refused is no value either, and says so itself
        if n_blank[at] == len(columns):
            errors[positions[at]] = [FieldError(None, None, "a value in at least one field", NOTHING_TO_GO_ON)]
        else:
            message = (
                f"{n_blank[at]} of {len(columns)} fields have no value, so the answer says little: "
                "it is mostly what is usual in the training rows"
            )
            warnings.setdefault(positions[at], []).insert(0, {"field": None, "message": message})


def _note_extra(extra: list[str], position: int, behaviour: Mapping, errors: dict, warnings: dict) -> None:
    if extra and behaviour.get("extra") == "reject":
        errors.setdefault(position, []).append(FieldError(shown(extra[0]), "an extra field", "only the model's fields"))
    elif extra:
        notes = [
            {"field": shown(name), "message": "not a field of this model; ignored"} for name in extra[:EXTRA_NAMED]
        ]
        if len(extra) > EXTRA_NAMED:
            count = len(extra) - EXTRA_NAMED
            notes.append({"field": None, "message": f"{count} more fields are not of this model; ignored"})
        warnings.setdefault(position, []).extend(notes)


def _checked_rows(columns: dict, candidates: list[int], errors: dict, warnings: dict) -> CheckedRows:
    keep = np.array([position not in errors for position in candidates], dtype=bool)
    frame = pd.DataFrame(columns)[keep] if columns else pd.DataFrame()
    told = {}
    for position, found in errors.items():
        told[position] = found[0].as_dict()
        if len(found) > 1:
            told[position]["others"] = [error.as_dict() for error in found[1:]]
    warnings = {position: notes for position, notes in warnings.items() if position not in errors}
    return CheckedRows(
        frame.reset_index(drop=True), np.asarray(candidates, dtype=np.int64)[keep], errors=told, warnings=warnings
    )
