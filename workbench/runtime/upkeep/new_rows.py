"""A new file like the training file: read by the same rules, and refused in words where it is not like it."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.runtime.errors import ReadingError
from workbench.runtime.reading import read_raw, type_column

TEXT_FORMATS = ("delimited", "fixed_width")
MORE_UNREADABLE = 0.01  # of the cells with a text, beyond the share that the training file had
NAMED = 5
LONGEST_SHOWN = 60
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "“|”"}


class UnlikeTraining(Exception):
    """The file cannot be used for this model; ``problems`` are sentences, each with what to do."""

    def __init__(self, problems: list[str]):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, eq=False)
class NewRows:
    """The rows of a file, as text and typed.

    Attributes
    ----------
    raw, table : DataFrame of shape (n_rows, n_columns)
        Index 0 … n-1. ``table`` has the columns that were asked for and are there, typed.
    notes : list of str
        What to know and need not stop anything, one sentence each.
    """

    raw: pd.DataFrame
    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)


def read_new_rows(
    path: Path,
    read: dict,
    columns: list[dict],
    unreadable: dict[str, float | None],
    hidden: Collection[str] = (),
) -> NewRows:
    """Read a file by the rules of the training file.

    Parameters
    ----------
    path : Path
    read : dict
        JSON of a ``ReadSpec``.
    columns : list of dict
        What has to be there, each the JSON of a ``ColumnSpec``.
    unreadable : dict of str to float or None
        Column to the share of its cells that could not be read in the training file; 0 where it is not
        named, None where that is not known.
    hidden : collection of str, optional
        Sensitive columns: no sentence repeats a value of theirs, since notes are kept in CHANGES.md.

    Raises
    ------
    UnlikeTraining
        The file cannot be read, lacks columns, or has cells that cannot be read; every problem is named.
    """
    raw, notes = _cells(path, read)
    lacking = [column["name"] for column in columns if column["name"] not in raw.columns]
    if lacking:
        if told := _another_separator(raw, columns, read):
            raise UnlikeTraining([told])
        raise UnlikeTraining([_lacking(name, raw, columns) for name in lacking])
    if raw.empty:
        raise UnlikeTraining(["The file has no rows below its header."])
    problems, typed = [], {}
    for column in columns:
        found = type_column(raw[column["name"]], column)
        typed[column["name"]] = found.values
        n_read = int(found.values.notna().sum()) + int(found.misfits.sum())
        share = found.misfits.sum() / n_read if n_read else 0.0
        trained = unreadable.get(column["name"], 0.0)
        told = _unreadable(raw[column["name"]], column, found.misfits, column["name"] in hidden)
        if trained is not None and share > trained + MORE_UNREADABLE:
            problems.append(told)
        elif told:
            notes.append(f"{told} {'It counts' if found.misfits.sum() == 1 else 'They count'} as blank.")
    if problems:
        raise UnlikeTraining(problems)
    extra = [str(name) for name in raw.columns if name not in typed]
    if extra:
        notes.append(f"The model does not use {_listed(extra)}.")
    return NewRows(raw, pd.DataFrame(typed, index=raw.index), notes)


def _cells(path: Path, read: dict) -> tuple[pd.DataFrame, list[str]]:
    notes = []
    if read["format"] in TEXT_FORMATS and path.suffix.lower() in WORKBOOKS:
        raise UnlikeTraining([f"{path.name} is a workbook, and the training file was text. Save its sheet as CSV."])
    rules = {**read, "names": _names(path, read)}
    for key, where in (("skip_after_header", "below the header"), ("footer_rows", "at the end")):
        if n_rows := rules.get(key, 0):
            rows = "1 record" if n_rows == 1 else f"{n_rows} records"
            notes.append(f"As in the training file, {rows} {where} are taken as notes and left out.")
    try:
        return read_raw(path, rules).reset_index(drop=True), notes
    except FileNotFoundError:
        raise UnlikeTraining([f"There is no file {path}."]) from None
    # Which file is given is not ours to choose; readers of other formats fail on it in these ways.
    except (ReadingError, OSError, ValueError, LookupError, ImportError) as error:
        raise UnlikeTraining([f"{path.name} cannot be read by the rules of the training file: {error}"]) from error


def _names(path: Path, read: dict) -> list[str]:
    """Return the names of the columns as this file has them: they may stand in another order."""
    if read["format"] not in TEXT_FORMATS or not path.is_file():
        return []
    if not read.get("header_rows", 1):
        return list(read["names"])
    try:
        return [str(name) for name in read_raw(path, {**read, "names": [], "footer_rows": 0}, max_rows=0).columns]
    except (ReadingError, OSError, ValueError, LookupError) as error:
        raise UnlikeTraining([f"{path.name} cannot be read by the rules of the training file: {error}"]) from error


def _lacking(name: str, raw: pd.DataFrame, columns: list[dict]) -> str:
    known = {column["name"] for column in columns}
    free = [str(other) for other in raw.columns if other not in known]
    folded = {other.strip().casefold(): other for other in free}
    close = difflib.get_close_matches(name.strip().casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"There is no column “{name}”. Is it the one called “{folded[close[0]]}” now? Rename it to “{name}”."
    there = f"Add it, or rename the column that holds it, if {_listed(free)} does" if free else "Add it"
    return f"There is no column “{name}”, which the model needs. {there}."


def _another_separator(raw: pd.DataFrame, columns: list[dict], read: dict) -> str:
    """Say that a file is divided at another character than the training file was; "" where it does not look so."""
    if len(raw.columns) != 1 or read["format"] != "delimited":
        return ""
    (header,) = map(str, raw.columns)
    names = {column["name"] for column in columns}
    usual = read.get("delimiter", ",")
    found = next((one for one in SEPARATORS if len(names & {name.strip(' "') for name in header.split(one)}) > 1), "")
    if not found:
        return ""
    return (
        f"The columns are separated by {SEPARATORS[found]}, and those of the training file were by "
        f"{SEPARATORS.get(usual, f'“{usual}”')}. Save it as the training file was; numbers and dates have to be "
        "written as there, too."
    )


def _unreadable(raw: pd.Series, column: dict, misfits: np.ndarray, hidden: bool) -> str:
    rows = np.flatnonzero(misfits)
    if not len(rows):
        return ""
    first = str(raw.iloc[rows[0]])
    shown = "" if hidden else f"“{first if len(first) <= LONGEST_SHOWN else first[:LONGEST_SHOWN] + '…'}” "
    kind = {"date": "a date", "integer": "a whole number", "number": "a number"}.get(column["meaning"], "a value")
    many = "One cell" if len(rows) == 1 else f"{len(rows):,} cells"
    where = f"the first is {shown}in row {rows[0] + 1:,} of the data"
    return f"{many} of “{column['name']}” cannot be read as {kind} by the rules of the training file; {where}."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(f"“{name}”" for name in names[:NAMED]) + more
