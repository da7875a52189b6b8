"""A file of rows sent to the service: text or a workbook, its columns found by their names.

It is read by the rules of the training file. Where these do not find the model's columns (a workbook where the training
file was text, commas where it had semicolons, no notes above the header where it had some), the plain rules for its
kind are tried; the cells of each column follow the column's own rule either way.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from workbench.runtime.containers import is_workbook, packing
from workbench.runtime.reading import ReadingError, read_raw

TEXT_FORMATS = ("delimited", "fixed_width")
WORKBOOK_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
)
ANY_FILE = "application/octet-stream"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # xls
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # spreadsheets write it before text
LEAST_HEAD_BYTES = 65_536
MORE_COLUMNS = 1_000  # that a file may have beside those of the training file
MORE_ROWS, MORE_SHEET_COLUMNS = 1_000, 200  # the same of a sheet, of which the blank cells take room, too
NAMED = 10
DELIMITERS = (",", ";", "\t")
PLAIN = {
    "skip_rows": 0, "header_rows": 1, "skip_after_header": 0, "footer_rows": 0, "first_column": 0, "comment": "",
    "widths": [], "member": "", "sheet": "", "names": [], "quote": '"', "escape": "",
}  # fmt: skip
# What bytes are sent is not ours to choose; readers fail on them in these ways.
FAILURES = (OSError, ValueError, LookupError, ImportError)


def read_rows(path: Path, manifest: dict, max_rows: int) -> pd.DataFrame:
    """Return at most ``max_rows`` rows of a file as they stand there.

    Columns may be missing, more, or in another order than in the training file. Rows that the training file had
    between header and data or below the data (units, notes) are not looked for: a service must not leave out rows.

    Raises
    ------
    ReadingError
        The file is compressed, cannot be read, or has none of the model's columns.
    """
    fields = [field["name"] for field in manifest["fields"]]
    with path.open("rb") as stream:
        magic = stream.read(8)
    if not magic.strip():
        raise ReadingError("The file is empty.", "Send one with a line of column names and a row.")
    if packing(path, magic):
        raise ReadingError("The file is compressed.", "Send it unpacked.")
    is_sheet = magic.startswith(OLD_WORKBOOK) or (magic.startswith(b"PK") and is_workbook(path))
    n_columns = len(fields) + len(manifest.get("ignored", ())) + MORE_SHEET_COLUMNS
    limits = {"most_cells": (max_rows + MORE_ROWS) * n_columns} if is_sheet else {}
    best, n_best, problem = None, 0, None
    for rules in _ways({**manifest["read"], **limits}, is_sheet, magic):
        try:
            raw = _named(path, rules, max_rows)
        except ReadingError as error:
            problem = problem or error
            continue
        except FAILURES as error:
            problem = problem or ReadingError(f"The file cannot be read: {error}.", "Send one like the training file.")
            continue
        n_found = len(set(fields).intersection(raw.columns))
        if n_found > n_best:
            best, n_best = raw, n_found
        if n_best == len(fields):
            break
    if best is not None:
        return _as_shown(best) if is_sheet else best
    raise problem or ReadingError(
        "The file has none of the columns that the model uses.", f"It uses {_listed(fields)}."
    )


def _as_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a sheet's rows with whole numbers as such: all are floats there, and 100234.0 is nobody's customer."""
    for at in range(rows.shape[1]):
        cells = [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in rows.iloc[:, at]]
        rows.isetitem(at, pd.Series(cells, index=rows.index, dtype=object))
    return rows


def _ways(trained: dict, is_sheet: bool, magic: bytes) -> Iterator[dict]:
    """Yield the rules to try, those of the training file first."""
    own = {**trained, "footer_rows": 0, "skip_after_header": 0}
    if magic.startswith(BYTE_ORDER_MARK) and own["format"] in TEXT_FORMATS:
        own["encoding"] = "utf-8-sig"
    if is_sheet == (own["format"] == "excel"):
        yield own
    # A training file without names had those that were made up for it; they may well stand in the file that is sent.
    if is_sheet:
        yield {**PLAIN, "format": "excel", "most_cells": own["most_cells"]}
        return
    for delimiter in DELIMITERS:
        yield {**PLAIN, "format": "delimited", "encoding": "utf-8-sig", "delimiter": delimiter}


def _named(path: Path, rules: dict, max_rows: int) -> pd.DataFrame:
    """Return the rows under the names that stand in the file."""
    names = _names(path, rules) if rules["format"] in TEXT_FORMATS else []
    return read_raw(path, {**rules, "names": names}, max_rows=max_rows)


def _names(path: Path, rules: dict) -> list[str]:
    """Return the column names in the file, looking only at its begin."""
    trained = list(rules["names"])
    head = path.with_name("head")
    with path.open("rb") as stream:
        begin = stream.read(max(LEAST_HEAD_BYTES, 8 * sum(len(name) + 1 for name in trained)))
    # A line of nothing but separators must not become tens of thousands of columns: each costs time to make.
    text = begin.decode(rules["encoding"], errors="ignore")
    if rules["format"] == "delimited":
        widest = max((line.count(rules["delimiter"]) for line in text.splitlines()), default=0)
        if widest > MORE_COLUMNS + 2 * len(trained):
            raise ReadingError(f"A line has more than {widest} columns, the training file had {len(trained)}.")
    head.write_bytes(begin)
    found = list(read_raw(head, {**rules, "names": []}, max_rows=0 if rules["header_rows"] else 1).columns)
    if rules["header_rows"]:
        return [str(name) for name in found]
    if len(found) != len(trained):
        raise ReadingError(
            f"The training file has no header and {len(trained)} columns, this file has {len(found)}.",
            f"Send the columns {_listed(trained)}, in this order.",
        )
    return trained


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(f"“{name}”" for name in names[:NAMED]) + more
