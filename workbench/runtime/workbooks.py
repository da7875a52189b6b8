"""Workbooks (xlsx, xls, xlsb, ods): the cells of a sheet with their types."""

import contextlib
import re
import struct
import zipfile
import zlib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pandas as pd

from workbench.runtime.delimited import column_names
from workbench.runtime.errors import ReadingError

MAX_WORKBOOK_BYTES = 2**30
MAX_TEXT_BYTES = 2**29  # of all cells; the file holds equal texts once, the reader each cell's own
MAX_SHEET_CELLS = 12_000_000  # the reader holds the whole rectangle of cells, blank ones too
CHUNK_BYTES = 2**23
OVERLAP_BYTES = 400  # a tag that the border between two chunks cuts is found in the next one
SHARED_TEXTS = "xl/sharedStrings.xml"
SAVE_AGAIN = "Open it in a spreadsheet and save it again, or upload it again."
XLSX_CELL = re.compile(rb'<c (?:[a-z]+="[^"]*" )*?r="([A-Z]{1,9})(\d{1,19})"[^>/]*>')
XLSX_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*>")
XLSX_USE = re.compile(rb't="s"[^>]*>\s*<v>(\d{1,9})</v>')
XLS_DIMENSIONS = re.compile(rb"\x00\x02\x0e\x00(.{12})\x00\x00", re.DOTALL)
XLS_MOST_CELLS = 2**26  # of a sheet; what says that it has more is damaged
XLSX_COUNT = re.compile(rb'[cC]ount="(\d+)"')
ODS_REPEATED = re.compile(rb"<table:table-(row|cell)\b([^>]*)>")
ODS_TIMES = re.compile(rb'(?:rows|columns)-repeated="(\d+)"')
ODS_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S")


def read_workbook(path, read, *, max_rows=None):
    """Return one table of a workbook (xlsx, xls, xlsb, ods); cells keep the sheet's numbers, dates and booleans."""
    rows = sheet_rows(path, read.get("sheet", ""), most_cells=read.get("most_cells", MAX_SHEET_CELLS))
    first, last = read.get("first_column", 0), None
    if read.get("names"):
        last = first + len(read["names"])  # what stands to the right of the table does not belong to it
    rows = [row[first:last] for row in rows]
    above = read.get("skip_rows", 0)
    below_header = above + read.get("header_rows", 1)
    header = [[cell_text(cell) for cell in row] for row in rows[above:below_header]]
    data = [row for row in rows[below_header + read.get("skip_after_header", 0) :] if not is_blank_row(row)]
    if footer := read.get("footer_rows", 0):
        data = data[: max(0, len(data) - footer)]
    names = column_names(read, header, max((len(row) for row in rows), default=0))
    data = [[*row[: len(names)], *[""] * (len(names) - len(row))] for row in data[:max_rows]]
    frame = pd.DataFrame(data, columns=pd.RangeIndex(len(names)), dtype=object)
    frame.columns = pd.Index(names, dtype="str")
    return frame


def open_workbook(path, most_cells=MAX_SHEET_CELLS):
    """Return the open workbook (``python_calamine.CalamineWorkbook``).

    Raises
    ------
    ReadingError
        It is damaged or locked, or python-calamine is not installed.
    """
    try:
        import python_calamine
    except ImportError as error:
        raise ReadingError(
            "Reading workbooks needs the package python-calamine, which is not installed here.",
            "Install it, or save the table as CSV.",
        ) from error
    _refuse_bomb(path)
    _refuse_dimensions(path)
    _refuse_sparse(path, most_cells)
    try:
        with _told("The workbook is damaged or cut short: it cannot be opened."):
            return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise ReadingError(
            "The workbook is locked with a password.", "Save it without password and upload it again."
        ) from error


def sheet_rows(path, sheet="", n_rows=None, most_cells=MAX_SHEET_CELLS):
    """Return the rows (the first ``n_rows``, or all) of ``sheet`` from cell A1, as lists of equal length.

    The first sheet where ``sheet`` is empty.
    """
    workbook = open_workbook(path, most_cells)
    names = workbook.sheet_names
    if not names:
        raise ReadingError("The workbook has no sheet.", "Check that it is the right file.")
    if sheet and sheet not in names:
        raise ReadingError(f"The workbook has no sheet “{sheet}”, only {', '.join(names[:5])}.", "Choose one of these.")
    return rows_of(workbook, path, sheet or names[0], n_rows)


def rows_of(workbook, path, name, n_rows=None):
    """Return the rows (the first ``n_rows``, or all) of a sheet of the workbook that was opened from ``path``."""
    with _told(f"The sheet “{name}” is damaged: it cannot be read."):
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=n_rows)
    if len(rows) * len(rows[0] if rows else ()) > MAX_SHEET_CELLS:
        _refuse_size(f"The sheet “{name}”")
    return [[_duration(cell) for cell in row] for row in rows] if is_open_document(path) else rows


@contextlib.contextmanager
def _told(sentence):
    import python_calamine

    try:
        yield
    except python_calamine.PasswordError:
        raise
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise ReadingError(sentence, SAVE_AGAIN) from error
    except BaseException as error:
        # The reader is written in Rust; where it gives up, pyo3 raises what even Exception does not catch.
        if type(error).__name__ != "PanicException":
            raise
        raise ReadingError(sentence, SAVE_AGAIN) from error


def is_open_document(path):
    """Return whether the workbook at ``path`` is an OpenDocument (ods)."""
    with Path(path).open("rb") as file:
        return b"mimetypeapplication/vnd.oasis" in file.read(100)


def _duration(cell):
    found = ODS_DURATION.fullmatch(cell) if isinstance(cell, str) and cell.startswith("PT") else None
    if not found:
        return cell
    hours, minutes, seconds, part = found.groups(default="0")
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=float(f"{seconds}.{part}"))


def _refuse_bomb(path):
    """Raise where a workbook, which is a zip, would unpack beyond :data:`MAX_WORKBOOK_BYTES`."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return  # xls is no zip; a broken one is told by the reader
    if size > MAX_WORKBOOK_BYTES:
        raise ReadingError(
            f"The workbook unpacks to {size // 2**20:,} MB, which is more than can be read.", "Save the table as CSV."
        )


def _refuse_dimensions(path):
    """Raise where an xls says that a sheet has billions of cells: the reader makes room for them, and would die."""
    data = Path(path).read_bytes()
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return
    for found in XLS_DIMENSIONS.finditer(data):
        top, bottom, left, right = struct.unpack("<IIHH", found[1])
        if (bottom - top) * (right - left) > XLS_MOST_CELLS:
            raise ReadingError("The workbook is damaged: it says that it has billions of cells.", SAVE_AGAIN)


def _refuse_size(what, most_cells=MAX_SHEET_CELLS):
    raise ReadingError(
        f"{what} spans more than {most_cells:,} cells, which is more than can be read.",
        "Delete what stands far off the table, or save the table as CSV.",
    )


def _refuse_sparse(path, most_cells):
    """Raise where a few cells far apart would make the reader reserve a rectangle beyond the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                if _ods_cells(archive) > most_cells:
                    _refuse_size("The workbook", most_cells)
                return
            sheets = sorted(name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name))
            if SHARED_TEXTS in names:
                _refuse_texts(archive, sheets)
            for name in sheets:
                n_rows, n_columns = _xlsx_extent(archive, name)
                if n_rows * n_columns > most_cells:
                    _refuse_size("A sheet of the workbook", most_cells)
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile):
        return  # told by the reader


def _refuse_texts(archive, sheets):
    """Raise where the reader would make room for more texts than there are, or repeat long ones beyond the memory."""
    with archive.open(SHARED_TEXTS) as file:
        head = XLSX_STRINGS.search(file.read(4096))
    counts = XLSX_COUNT.findall(head.group()) if head else []
    # One of them is of the cells that refer to the texts, so only a number beyond any sheet is telling.
    if any(int(count) > max(archive.getinfo(SHARED_TEXTS).file_size, MAX_SHEET_CELLS) for count in counts):
        raise ReadingError("The workbook is damaged: it says that it holds more texts than it does.", SAVE_AGAIN)
    longest = open_end = 0
    for chunk in _chunks(archive, SHARED_TEXTS, overlap=0):
        pieces = [len(piece) for piece in chunk.split(b"<")]
        pieces[0] += open_end
        longest, open_end = max(longest, *pieces), pieces[-1]
    for name in sheets:
        if longest * sum(chunk.count(b't="s"') for chunk in _chunks(archive, name, overlap=0)) > MAX_TEXT_BYTES:
            _refuse_repeated(archive, name)


def _refuse_repeated(archive, name):
    lengths = [len(text) for text in archive.read(SHARED_TEXTS).split(b"<si")[1:]]
    uses = Counter(XLSX_USE.findall(archive.read(name)))
    if sum(lengths[int(at)] * count for at, count in uses.items() if int(at) < len(lengths)) > MAX_TEXT_BYTES:
        raise ReadingError(
            f"The texts in the cells of the workbook take more than {MAX_TEXT_BYTES // 2**20:,} MB, which is more than "
            "can be read.",
            "Save the table as CSV.",
        )


def _chunks(archive, name, overlap=OVERLAP_BYTES):
    with archive.open(name) as file:
        kept = b""
        while chunk := file.read(CHUNK_BYTES):
            yield kept + chunk
            kept = chunk[-overlap:] if overlap else b""


def _xlsx_extent(archive, name):
    """Return the last row and column, counted from one, that hold a value."""
    n_rows, letters = 0, set()
    for chunk in _chunks(archive, name):
        found = XLSX_CELL.findall(chunk)
        if found:
            letters.update(column for column, _ in found)
            n_rows = max(n_rows, max(int(row) for row in {row for _, row in found}))
    return n_rows, max(map(_column_number, letters), default=0)


def _column_number(letters):
    """Return the number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _ods_cells(archive):
    """Return how many filled cells the repetitions in an OpenDocument stand for, at most."""
    total, times = 0, 1
    for chunk in _chunks(archive, "content.xml"):
        for kind, attributes in ODS_REPEATED.findall(chunk):
            repeated = ODS_TIMES.search(attributes)
            count = int(repeated[1]) if repeated else 1
            if kind == b"row":
                times = count
            elif b"value-type" in attributes:
                total += times * count
    return total


def is_blank_row(row):
    """Return whether no cell of a sheet's row holds anything."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def cell_text(cell):
    """Return a sheet's cell as text, as a person sees it in a header.

    >>> cell_text(1980.0), cell_text(None), cell_text("Age")
    ('1980', '', 'Age')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)
