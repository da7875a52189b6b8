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
``typical``         what is taken where that is to "impute" what is missing or unseen: the median, the most
                    frequent word; absent where nothing is
``sensitive``       True where no value of the training rows may leave: ends are rounded outward, no words listed
==================  ====================================================================================
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.cell_checks import (
    BEHAVIOUR,
    CheckedColumn,
    FieldError,
    check_cells,
    check_column,
)
from workbench.runtime.field_words import (
    MAX_LENGTH,
    NUMERIC,
    WORDS,
    allowed_text,
    example_date,
    example_number,
    listed,
    shown,
)
from workbench.runtime.plain_cells import PlainCells

__all__ = [
    "BEHAVIOUR",
    "MAX_LENGTH",
    "NUMERIC",
    "WORDS",
    "CheckedColumn",
    "CheckedRows",
    "Contract",
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

NOTHING_TO_GO_ON = "Every field of this row is blank, so there is nothing to go on. Fill in what you know."
EXTRA_NAMED = 20  # extra fields named one by one; more are counted


@dataclass(frozen=True)
class CheckedRows:
    """Rows after the contract: those to score with their typed values, the others as errors.

    Attributes
    ----------
    values : dict of str to ndarray of shape (n_rows,)
        Field name to the values of the rows without error, as :class:`CheckedColumn` has them.
    positions : ndarray of int of shape (n_rows,)
        Where each of these rows stood.
    errors : dict of int to dict
        Position to what is wrong there, for every row that is not in ``values``.
    warnings : dict of int to list of dict
        Position to ``{"field", "message"}``, for rows that have any.
    """

    values: dict[str, np.ndarray]
    positions: np.ndarray
    errors: dict[int, dict] = field(default_factory=dict)
    warnings: dict[int, list[dict]] = field(default_factory=dict)

    @functools.cached_property
    def frame(self) -> pd.DataFrame:
        """The rows without error as a typed frame, with the fields in their order; made where it is asked for."""
        typed = {
            name: pd.Series(values, dtype="str" if values.dtype == object else None, copy=False)
            for name, values in self.values.items()
        }
        return pd.DataFrame(typed)


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


class Contract:
    """The fields of a model, ready to check rows.

    Parameters
    ----------
    fields : sequence of dict
        As described at the top of this module.
    known : iterable of str, optional
        Other columns of the training file; they are ignored without a warning.
    """

    def __init__(self, fields: Sequence[dict], known: Iterable[str] = ()):
        self.fields = fields
        self._names = frozenset(entry["name"] for entry in fields)
        self._known = self._names | set(known)
        self._plain = [PlainCells(entry) for entry in fields]
        self._behaviour = fields[0]["behaviour"] if fields else BEHAVIOUR

    def check_rows(self, rows: Sequence[Any]) -> CheckedRows:
        """Check JSON rows; see :func:`check_row`. One bad row does not spoil the others."""
        errors: dict[int, list[FieldError]] = {}
        warnings: dict[int, list[dict]] = {}
        names, candidates = self._names, []
        for position, row in enumerate(rows):
            if (type(row) is not dict and not isinstance(row, Mapping)) or names.isdisjoint(row):
                errors[position] = [_no_row(row, names)]
            else:
                candidates.append(position)
        taken = [rows[position] for position in candidates] if errors else rows
        columns = self._of_one(taken[0]) if len(taken) == 1 else self._of_many(taken)
        for checked in columns.values():
            _collect(checked, candidates, errors, warnings)
        _note_blank(columns.values(), candidates, errors, warnings)
        for position, extra in self._extras(candidates, taken):
            _note_extra(extra, position, self._behaviour, errors, warnings)
        return _checked_rows(columns, candidates, errors, warnings)

    def _extras(self, positions: Sequence[int], rows: Sequence[Mapping]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that hold what is no column, with the names of that."""
        shape = None
        for position, row in zip(positions, rows, strict=True):
            if (names := tuple(row)) != shape:
                shape, extra = names, [name for name in names if name not in self._known]
            if extra:
                yield position, extra

    def _of_one(self, row: Mapping) -> dict[str, CheckedColumn]:
        """Return the columns of a single row: plain cells share an array a kind, which costs less than one each."""
        found = [plain.value(row.get(plain.name)) for plain in self._plain]
        numbers = np.array([value for value in found if type(value) is float])
        words = np.array([value for value in found if type(value) is str], dtype=object)
        columns, n_numbers, n_words = {}, 0, 0
        for plain, value in zip(self._plain, found, strict=True):
            if value is None:
                columns[plain.name] = check_cells([row.get(plain.name)], plain.entry, plain)
            elif type(value) is float:
                columns[plain.name] = CheckedColumn(numbers[n_numbers : n_numbers + 1], (), ())
                n_numbers += 1
            else:
                columns[plain.name] = CheckedColumn(words[n_words : n_words + 1], (), ())
                n_words += 1
        return columns

    def _of_many(self, rows: Sequence[Mapping]) -> dict[str, CheckedColumn]:
        cells = _columns_of(rows, self._plain)
        return {plain.name: check_cells(cells[plain.name], plain.entry, plain) for plain in self._plain}

    def check_frame(self, raw: pd.DataFrame) -> CheckedRows:
        """Check rows as they were read from a file (text, typed or mixed cells); the same contract as for JSON."""
        positions = list(range(len(raw)))
        if self._names.isdisjoint(raw.columns):
            error = FieldError(None, listed(raw.columns), f"the columns {listed(self._names)}")
            return _checked_rows({}, [], {position: [error] for position in positions}, {})
        errors: dict[int, list[FieldError]] = {}
        warnings: dict[int, list[dict]] = {}
        columns = {}
        for entry in self.fields:
            if entry["name"] in raw.columns:
                checked = check_column(raw[entry["name"]].reset_index(drop=True), entry)
            else:
                checked = check_cells([None] * len(raw), entry)
            columns[entry["name"]] = checked
            _collect(checked, positions, errors, warnings)
        _note_blank(columns.values(), positions, errors, warnings)
        extra = [name for name in raw.columns if name not in self._known]
        for position in positions if extra else []:
            _note_extra(extra, position, self._behaviour, errors, warnings)
        return _checked_rows(columns, positions, errors, warnings)


def check_rows(rows: Sequence[Any], fields: Sequence[dict], *, known: Iterable[str] = ()) -> CheckedRows:
    """Check JSON rows by a contract that is needed once; see :class:`Contract`."""
    return Contract(fields, known).check_rows(rows)


def check_frame(raw: pd.DataFrame, fields: Sequence[dict], *, known: Iterable[str] = ()) -> CheckedRows:
    """Check rows of a file by a contract that is needed once; see :class:`Contract`."""
    return Contract(fields, known).check_frame(raw)


def _no_row(row: Any, names: Iterable[str]) -> FieldError:
    """Return why something is no row of this model."""
    allowed = f"an object with the fields {listed(names)}"
    told = f"The row has none of the fields of this model: {listed(names)}." if isinstance(row, Mapping) else ""
    return FieldError(None, shown(row), allowed, told)


def _columns_of(rows: Sequence[Mapping], fields: Sequence[PlainCells]) -> dict[str, Sequence[Any]]:
    """Return the cells of rows by field; None where a row lacks one."""
    shape = tuple(rows[0]) if rows else ()
    if not all(tuple(row) == shape for row in rows):
        return {field.name: [row.get(field.name) for row in rows] for field in fields}
    # As programs send them: all with the same names in the same order.
    nothing = (None,) * len(rows)
    found = dict(zip(shape, zip(*(row.values() for row in rows), strict=True), strict=True))
    return {field.name: found.get(field.name, nothing) for field in fields}


def _collect(checked: CheckedColumn, positions: Sequence[int], errors: dict, warnings: dict) -> None:
    """Enter what one column showed under the rows it belongs to."""
    for at, error in checked.errors:
        errors.setdefault(positions[at], []).append(error)
    for at, warning in checked.warnings:
        warnings.setdefault(positions[at], []).append(warning)


def _note_blank(columns: Iterable[CheckedColumn], positions: Sequence[int], errors: dict, warnings: dict) -> None:
    """Refuse rows without any value, and warn where more than half of the fields have none.

    A model answers such a row with what is usual in the training rows, which looks like knowledge and is none.
    """
    n_columns, blanks = 0, []
    for checked in columns:
        n_columns += 1
        if checked.blank is not None:
            blanks.append(checked.blank)
    if 2 * len(blanks) <= n_columns:
        return
    n_blank = np.sum(blanks, axis=0, dtype=np.int64)
    for at in np.flatnonzero(2 * n_blank > n_columns).tolist():
        if positions[at] in errors:
            continue  # a cell that was refused is no value either, and says so itself
        if n_blank[at] == n_columns:
            errors[positions[at]] = [FieldError(None, None, "a value in at least one field", NOTHING_TO_GO_ON)]
        else:
            message = (
                f"{n_blank[at]} of {n_columns} fields have no value, so the answer says little: "
                "it is mostly what is usual in the training rows"
            )
            warnings.setdefault(positions[at], []).insert(0, {"field": None, "message": message})


def _note_extra(extra: list[str], position: int, behaviour: Mapping, errors: dict, warnings: dict) -> None:
    if extra and behaviour.get("extra") == "reject":
        found, told = errors.setdefault(position, []), "is no field of this model, and rows with others are refused."
        found += [FieldError(shown(name), None, "no value", f"“{shown(name)}” {told}") for name in extra[:EXTRA_NAMED]]
    elif extra:
        notes = [
            {"field": shown(name), "message": "not a field of this model; ignored"} for name in extra[:EXTRA_NAMED]
        ]
        if len(extra) > EXTRA_NAMED:
            count = len(extra) - EXTRA_NAMED
            notes.append({"field": None, "message": f"{count} more fields are not of this model; ignored"})
        warnings.setdefault(position, []).extend(notes)


def _checked_rows(
    columns: Mapping[str, CheckedColumn], candidates: Sequence[int], errors: dict, warnings: dict
) -> CheckedRows:
    values = {name: checked.values for name, checked in columns.items()}
    positions = np.asarray(candidates, dtype=np.int64)
    if errors:
        keep = np.array([position not in errors for position in candidates], dtype=bool)
        values, positions = {name: cells[keep] for name, cells in values.items()}, positions[keep]
        warnings = {position: notes for position, notes in warnings.items() if position not in errors}
    told = {}
    for position, found in errors.items():
        told[position] = found[0].as_dict()
        if len(found) > 1:
            told[position]["others"] = [error.as_dict() for error in found[1:]]
    return CheckedRows(values, positions, errors=told, warnings=warnings)
