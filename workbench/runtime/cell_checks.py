"""The cells of one field: to typed values, and what is wrong with or unusual about them.

What is said about rows, and what a field is, stands in :mod:`workbench.runtime.contract`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.column_types import SHORT, type_column, typed_texts
from workbench.runtime.field_words import (
    NUMERIC,
    WORDS,
    allowed_text,
    max_length,
    seen_range,
    shown,
    value_text,
    worded,
)
from workbench.runtime.json_cells import json_value

# What is done about each fault unless a field says otherwise: "warn" takes the row as it is and says so, "impute" puts
# the field's ``typical`` value or the end of what was seen in its place and says that, "reject" does not take the row.
BEHAVIOUR: dict[str, str] = {
    "missing": "warn",  # the model fills in what it learned from the training rows
    "unseen": "warn",
    "out_of_range": "warn",
    "wrong_type": "reject",
    "extra": "warn",
}
LARGEST = 1e38  # estimators that compute in float32 take nothing beyond
FEW_WORDS = 2  # up to so many are looked up in the list of words seen, rather than in a set made of it


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

    Attributes
    ----------
    values : ndarray of shape (n_cells,)
        float64, datetime64[us], or object holding str or None: Arrow's text costs a row more than the model.
    errors : list of (int, FieldError)
    warnings : list of (int, dict)
    blank : ndarray of bool of shape (n_cells,) or None
        Where there is no value; None where all cells have one.
    """

    values: np.ndarray
    errors: list[tuple[int, FieldError]]
    warnings: list[tuple[int, dict]]
    blank: np.ndarray | None = None


def check_cells(cells: Sequence[Any], entry: dict) -> CheckedColumn:
    """Check the JSON values of one field."""
    if len(cells) == 1 and (value := _plain_value(cells[0], entry)) is not None:
        return CheckedColumn(np.array([value], dtype=object if type(value) is str else np.float64), [], [])
    values, refused = _plain_numbers(cells, entry), set()
    if values is None:
        values, refused = _typed_cells(cells, entry)
    return _judged(values, refused, cells.__getitem__, entry)


def _plain_value(cell: Any, entry: dict) -> float | str | None:
    """Return the value of a cell that is plainly one like those seen; None where all others must look closer."""
    kind, meaning = type(cell), entry["meaning"]
    if kind is str and meaning in WORDS:
        as_written = not entry.get("spellings") and cell not in entry.get("missing", ()) and cell == cell.strip()
        return cell if cell in (entry.get("values") or ()) and as_written and len(cell) <= max_length(entry) else None
    if (kind is float or kind is int) and meaning in NUMERIC and not entry.get("missing"):
        low, high = entry.get("minimum"), entry.get("maximum")
        if low is None or high is None or not low <= cell <= high or max(-low, high) > LARGEST:
            return None
        value = float(cell)
        return value if meaning == "number" or value.is_integer() else None
    return None


def _plain_numbers(cells: Sequence[Any], entry: dict) -> np.ndarray | None:
    """Return JSON numbers of a field of numbers, NaN for None; None where :func:`_typed_cells` must look closer."""
    if (
        entry["meaning"] not in NUMERIC
        or entry.get("missing")
        or not {int, float, type(None)}.issuperset(map(type, cells))
    ):
        return None
    try:
        values = np.array(cells, dtype=np.float64)
    except OverflowError:
        return None
    known = values[np.isfinite(values)]
    if len(known) != len(cells) - cells.count(None):
        return None
    return values if entry["meaning"] == "number" or (np.floor(known) == known).all() else None


def _typed_cells(cells: Sequence[Any], entry: dict) -> tuple[np.ndarray, set[int]]:
    """Return values, and the positions of cells that are none of the field's."""
    natives: dict[int, Any] = {}
    texts: dict[int, str] = {}
    refused: set[int] = set()
    if _are_plain_texts(cells, entry):
        texts = {position: cell for position, cell in enumerate(cells) if cell}
    else:
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
        typed, misfits = _typed(list(texts.values()), entry)
        if len(texts) == len(cells):
            values = typed
        else:
            values[list(texts)] = typed
        if misfits.any():
            refused.update(at for at, misfit in zip(texts, misfits.tolist(), strict=True) if misfit)
    for position, native in natives.items():
        values[position] = native
    return values, refused


def _are_plain_texts(cells: Sequence[Any], entry: dict) -> bool:
    """Whether all cells are None or short texts of plain letters, which need no closer look one by one."""
    if not {str, type(None)}.issuperset(map(type, cells)):
        return False
    texts = [cell for cell in cells if cell]
    return not texts or (max(map(len, texts)) <= max_length(entry) and "".join(texts).isascii())


def check_column(cells: pd.Series, entry: dict) -> CheckedColumn:
    """Check the cells of one column of a file, text or typed."""
    typed = type_column(cells, entry)
    refused = set(np.flatnonzero(np.asarray(typed.misfits, dtype=bool)).tolist())
    if cells.dtype == "str" or cells.dtype == object:
        longest = max_length(entry)
        too_long = (isinstance(cell, str) and len(cell) > longest for cell in cells)
        refused.update(np.flatnonzero(np.fromiter(too_long, dtype=bool, count=len(cells))).tolist())
    return _judged(_plain_values(typed.values, entry), refused, cells.iloc.__getitem__, entry)


def _typed(texts: list[str], entry: dict) -> tuple[np.ndarray, np.ndarray]:
    if len(texts) <= SHORT:
        return typed_texts(texts, entry)
    typed = type_column(pd.Series(texts, dtype=object), entry)  # each different text is read once
    return _plain_values(typed.values, entry), np.asarray(typed.misfits, dtype=bool)


def _judged(values: np.ndarray, refused: set[int], cell_at: Callable[[int], Any], entry: dict) -> CheckedColumn:
    """Find missing, unseen and extreme values among typed ones, and say so as the field's behaviour asks."""
    if not refused and _nothing_to_say(values, entry):
        return CheckedColumn(values, [], [])
    name = entry["name"]
    if entry["meaning"] in NUMERIC:
        refused = refused | set(np.flatnonzero(np.abs(values) > LARGEST).tolist())
    errors = [(at, FieldError(name, shown(cell_at(at)), allowed_text(entry))) for at in sorted(refused)]
    warnings, blank = [], None
    for fault, flags in _faults(values, entry):
        if fault == "missing":
            blank = flags
        positions = [at for at in np.flatnonzero(flags).tolist() if at not in refused]
        if not positions:
            continue
        action = _behaviour(entry, fault)
        if action == "reject":
            errors += [(at, _refusal(fault, cell_at(at), entry)) for at in positions]
            continue
        if action == "impute":
            values, message = _imputed(values, positions, fault, entry)
        else:
            message = _message(fault, entry)
        if fault == "missing":
            note = {"field": name, "message": message}
            warnings += [(at, note) for at in positions]
        else:
            warnings += [
                (at, {"field": name, "message": f"{worded(shown(cell_at(at)))} {message}"}) for at in positions
            ]
    return CheckedColumn(values, errors, warnings, blank)


def _refusal(fault: str, cell: Any, entry: dict) -> FieldError:
    """Return why a row is not taken whose value has a fault that the field rejects."""
    allowed, message = allowed_text(entry), ""
    if fault == "missing":
        message = f"The field “{entry['name']}” needs a value: {allowed}."
    return FieldError(entry["name"], shown(cell), allowed, message)


def _imputed(values: np.ndarray, positions: list[int], fault: str, entry: dict) -> tuple[np.ndarray, str]:
    """Return the values with others in the place of faulty ones, and what is said about that."""
    values = values.copy()
    if fault == "out_of_range":
        low, high = _range(entry)
        values[positions] = np.clip(values[positions], low, high)
        return values, f"{_message(fault, entry)}; the nearest value seen is taken"
    typical = entry["typical"]
    values[positions] = np.datetime64(typical, "us") if entry["meaning"] == "date" else typical
    reason = "no value" if fault == "missing" else "was not seen in training"
    return values, f"{reason}; {worded(value_text(typical, entry))} is taken, which is usual"


def _nothing_to_say(values: np.ndarray, entry: dict) -> bool:
    """Whether values are quickly seen to have no fault of :func:`_faults`, which decides all other cases."""
    if entry["meaning"] not in (*NUMERIC, "date"):
        words = set(values.tolist())
        if None in words or entry.get("values") is None or entry.get("more_values"):
            return None not in words
        return (
            words <= set(entry["values"]) if len(words) > FEW_WORDS else all(map(entry["values"].__contains__, words))
        )
    low, high = entry.get("minimum"), entry.get("maximum")
    if low is None or high is None or not len(values):
        return False
    if entry["meaning"] == "date":
        low, high = np.datetime64(low, "us"), np.datetime64(high, "us")
    elif max(-low, high) > LARGEST:
        return False
    if len(values) == 1:
        return bool(low <= values[0] <= high)  # not so for NaN and NaT
    return bool(low <= values.min() and values.max() <= high)


def _faults(values: np.ndarray, entry: dict) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each kind of fault that the field knows, with the rows that have it."""
    if entry["meaning"] not in (*NUMERIC, "date"):
        yield "missing", np.equal(values, None).astype(bool)
        if entry.get("values") is not None and not entry.get("more_values"):
            unseen = set(values.tolist()).difference(entry["values"], (None,))
            if unseen:
                yield "unseen", np.fromiter((word in unseen for word in values), dtype=bool, count=len(values))
        return
    yield "missing", np.isnat(values) if entry["meaning"] == "date" else np.isnan(values)
    if entry.get("minimum") is not None and entry.get("maximum") is not None:
        low, high = _range(entry)
        # Comparisons with NaN and NaT are false, so what is missing is not out of range.
        yield "out_of_range", (values < low) | (values > high)


def _range(entry: dict) -> tuple[Any, Any]:
    """Return the smallest and largest value seen, as checked values are."""
    ends = entry["minimum"], entry["maximum"]
    return tuple(np.datetime64(end, "us") for end in ends) if entry["meaning"] == "date" else ends


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
