"""Workbooks (xlsx, xls, xlsb, ods): the cells of a sheet with their types."""

import zipfile

import pandas as pd

from workbench.runtime.delimited import column_names
from workbench.runtime.errors import ReadingError

MAX_WORKBOOK_BYTES = 2**30


def read_workbook(path, read, *, max_rows=None):
    """Return one table of a workbook (xlsx, xls, xlsb, ods); cells keep the sheet's numbers, dates and booleans."""
    rows = sheet_rows(path, read.get("sheet", ""))
    first = read.get("first_column", 0)
    rows = [row[first:] for row in rows]
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


def open_workbook(path):
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
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise ReadingError(
            "The workbook is locked with a password.", "Save it without password and upload it again."
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ReadingError(
            "The workbook is damaged or cut short: it cannot be opened.",
            "Open it in a spreadsheet and save it again, or upload it again.",
        ) from error


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


def sheet_rows(path, sheet=""):
    """Return all rows of ``sheet`` (the first sheet where empty) from cell A1, as lists of equal length."""
    import python_calamine

    workbook = open_workbook(path)
    names = workbook.sheet_names
    if not names:
        raise ReadingError("The workbook has no sheet.", "Check that it is the right file.")
    if sheet and sheet not in names:
        raise ReadingError(f"The workbook has no sheet “{sheet}”, only {', '.join(names[:5])}.", "Choose one of these.")
    try:
        return workbook.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise ReadingError(
            f"The sheet “{sheet or names[0]}” is damaged: it cannot be read.",
            "Open the workbook in a spreadsheet and save it again.",
        ) from error


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
