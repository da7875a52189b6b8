"""The cells of one field: to typed values, and what is wrong with or unusual about them.

What is said about rows, and what a field is, stands in :mod:`workbench.runtime.contract`.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.runtime.column_types import SHORT, type_column, typed_texts
from workbench.runtime.field_words import (
    NUMERIC,
    allowed_text,
    max_length,
    shown,
    value_text,
    worded,
)
from workbench.runtime.json_cells import json_value
from workbench.runtime.plain_cells import LARGEST, PlainCells

# What is done about each fault unless a field says otherwise: "warn" takes the row as it is and says so, "impute" puts
# the field's ``typical`` value or the end of what was seen in its place and says that, "reject" does not take the row.
BEHAVIOUR: dict[str, str] = {
    "missing": "warn",  # the model fills in what it learned from the training rows
    "unseen": "warn",
    "out_of_range": "warn",
    "wrong_type": "reject",
    "extra": "warn",
}
FEW, REPEATED = 8, 2  # texts that are read one by one; how often each must stand there to be read once for all
_TEXT_TYPES = frozenset((str, type(None)))


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


class CheckedColumn(NamedTuple):
    """Cells of one field, and by position what was wrong with them.

    Attributes
    ----------
    values : ndarray of shape (n_cells,)
        float64, datetime64[us], or object holding str or None: Arrow's text costs a row more than the model.
    errors : sequence of (int, FieldError)
    warnings : sequence of (int, dict)
    blank : ndarray of bool of shape (n_cells,) or None
        Where there is no value; None where all cells have one.
    """

    values: np.ndarray
    errors: Sequence[tuple[int, FieldError]] = ()
    warnings: Sequence[tuple[int, dict]] = ()
    blank: np.ndarray | None = None


def check_cells(cells: Sequence[Any], entry: dict, plain: PlainCells | None = None) -> CheckedColumn:
    """Check the JSON values of one field; ``plain`` is made of ``entry`` where it is not at hand."""
    plain = plain or PlainCells(entry)
    values, refused = plain.values(cells), set()
    if values is None:
        values, refused = _typed_cells(cells, plain)
    elif values.dtype == object:  # words that were seen, each of them
        return CheckedColumn(values)
    return _judged(values, refused, cells.__getitem__, plain)


def _typed_cells(cells: Sequence[Any], plain: PlainCells) -> tuple[np.ndarray, set[int]]:
    """Return values, and the positions of cells that are none of the field's."""
    if len(cells) > FEW and _TEXT_TYPES.issuperset(map(type, cells)):
        odd = list(dict.fromkeys(cells) if not plain.words else set(cells).difference(plain.words))
        if REPEATED * len(odd) <= len(cells):  # each different text is read once
            return _typed_texts_once(cells, odd, plain)
    return _typed_each(cells, plain.entry)


def _typed_texts_once(
    cells: Sequence[str | None], odd: list[str | None], plain: PlainCells
) -> tuple[np.ndarray, set[int]]:
    """Type texts by a table of those that are not plain, which are ``odd``."""
    found, misfits = _typed_each(odd, plain.entry)
    bad = {odd[at] for at in misfits}
    refused = {at for at, cell in enumerate(cells) if cell in bad} if bad else set()
    if plain.words:
        table = dict(zip(odd, found.tolist(), strict=True))
        values = np.empty(len(cells), dtype=object)
        values[:] = [table.get(cell, cell) for cell in cells]
        return values, refused
    places = dict(zip(odd, itertools.count(), strict=False))
    return found[[places[cell] for cell in cells]], refused


def _typed_each(cells: Sequence[Any], entry: dict) -> tuple[np.ndarray, set[int]]:
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
    if not _TEXT_TYPES.issuperset(map(type, cells)):
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
    return _judged(_plain_values(typed.values, entry), refused, cells.iloc.__getitem__, PlainCells(entry))


def _typed(texts: list[str], entry: dict) -> tuple[np.ndarray, np.ndarray]:
    if len(texts) <= SHORT:
        return typed_texts(texts, entry)
    typed = type_column(pd.Series(texts, dtype=object), entry)  # each different text is read once
    return _plain_values(typed.values, entry), np.asarray(typed.misfits, dtype=bool)


def _judged(values: np.ndarray, refused: set[int], cell_at: Callable[[int], Any], plain: PlainCells) -> CheckedColumn:
    """Find missing, unseen and extreme values among typed ones, and say so as the field's behaviour asks."""
    entry, name = plain.entry, plain.name
    if not refused and _nothing_to_say(values, plain):
        return CheckedColumn(values)
    if entry["meaning"] in NUMERIC and np.fmax.reduce(sizes := np.abs(values), initial=0.0) > LARGEST:
        refused = refused.union(np.flatnonzero(sizes > LARGEST).tolist())
    errors = [(at, FieldError(name, shown(cell_at(at)), allowed_text(entry))) for at in sorted(refused)]
    warnings, blank = [], None
    for fault, found in _faults(values, plain):
        if fault == "missing":
            blank = np.zeros(len(values), dtype=bool)
            blank[found] = True
        positions = [at for at in found if at not in refused] if refused else found
        if not positions:
            continue
        action = _behaviour(entry, fault)
        if action == "reject":
            errors += [(at, _refusal(fault, cell_at(at), entry)) for at in positions]
            continue
        if action == "impute":
            values, message = _imputed(values, positions, fault, plain)
        else:
            message = _message(fault, plain)
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


def _imputed(values: np.ndarray, positions: list[int], fault: str, plain: PlainCells) -> tuple[np.ndarray, str]:
    """Return the values with others in the place of faulty ones, and what is said about that."""
    values, entry = values.copy(), plain.entry
    if fault == "out_of_range":
        low, high = _range(entry)
        values[positions] = np.clip(values[positions], low, high)
        return values, f"{_message(fault, plain)}; the nearest value seen is taken"
    typical = entry["typical"]
    values[positions] = np.datetime64(typical, "us") if entry["meaning"] == "date" else typical
    reason = "no value" if fault == "missing" else "was not seen in training"
    return values, f"{reason}; {worded(value_text(typical, entry))} is taken, which is usual"


def _nothing_to_say(values: np.ndarray, plain: PlainCells) -> bool:
    """Whether values are quickly seen to have no fault of :func:`_faults`, which decides all other cases."""
    entry = plain.entry
    if entry["meaning"] not in (*NUMERIC, "date"):
        words = set(values.tolist())
        return None not in words and (plain.seen is None or words <= plain.seen)
    low, high = entry.get("minimum"), entry.get("maximum")
    if low is None or high is None or not len(values):
        return False
    if entry["meaning"] == "date":
        low, high = np.datetime64(low, "us"), np.datetime64(high, "us")
    elif max(-low, high) > LARGEST:
        return False
    if len(values) == 1:
        return bool(low <= values[0] <= high)  # not so for NaN and NaT
    return bool(low <= np.minimum.reduce(values) and np.maximum.reduce(values) <= high)


def _faults(values: np.ndarray, plain: PlainCells) -> Iterator[tuple[str, list[int]]]:
    """Yield each kind of fault that the field knows, with the positions of what has it."""
    entry = plain.entry
    if entry["meaning"] not in (*NUMERIC, "date"):
        words = values.tolist()
        different = set(words)
        yield "missing", [at for at, word in enumerate(words) if word is None] if None in different else []
        unseen = set() if plain.seen is None else different.difference(plain.seen, (None,))
        if unseen:
            yield "unseen", [at for at, word in enumerate(words) if word in unseen]
        return
    yield "missing", np.flatnonzero(np.isnat(values) if entry["meaning"] == "date" else np.isnan(values)).tolist()
    if entry.get("minimum") is not None and entry.get("maximum") is not None:
        low, high = _range(entry)
        # Comparisons with NaN and NaT are false, so what is missing is not out of range.
        yield "out_of_range", np.flatnonzero((values < low) | (values > high)).tolist()


def _range(entry: dict) -> tuple[Any, Any]:
    """Return the smallest and largest value seen, as checked values are."""
    ends = entry["minimum"], entry["maximum"]
    return tuple(np.datetime64(end, "us") for end in ends) if entry["meaning"] == "date" else ends


_MESSAGES = {
    "missing": "no value; the model uses what it learned for blanks",
    "unseen": "was not seen in training; the model treats it as unknown",
    "out_of_range": "lies outside what was seen in training",
}


def _message(fault: str, plain: PlainCells) -> str:
    return _MESSAGES[fault] + (plain.range_words if fault == "out_of_range" else "")


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
