"""Files whose cells have types: workbooks, JSON, Parquet and Feather."""

import json
import zipfile
from datetime import time, timedelta

import pandas as pd

from workbench.runtime.delimited import column_names, decoded, unique_names
from workbench.runtime.errors import ReadingError

MAX_NESTING = 20
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


def read_json(path, read, *, max_rows=None):
    """Return the records of a JSON file or of JSON lines; what is nested is flattened to names with dots."""
    text = decoded(path.read_bytes(), read.get("encoding", "utf-8"))
    if read.get("format") == "json_lines":
        records = json_lines(text, max_rows)
    else:
        try:
            records = json_records(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            where = f" at line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
            raise ReadingError(
                f"The file is not complete JSON: it breaks off or has a mistake{where}.", "Export or upload it again."
            ) from error
    flat = [flattened(record) for record in records[:max_rows]]
    found = list(dict.fromkeys(name for record in flat for name in record))
    columns = {name: pd.Series([record.get(name) for record in flat], dtype=object) for name in found}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(flat)))
    frame.columns = pd.Index([str(name) for name in frame.columns], dtype="str")
    if names := read.get("names"):
        frame = frame.reindex(columns=pd.Index(list(names), dtype="str"))
    return frame


def json_lines(text, max_rows=None):
    """Return the objects of JSON lines; names the line that is none."""
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ReadingError(
                f"Line {number:,} of the file is not complete JSON.", "Export or upload the file again."
            ) from error
        if not isinstance(record, dict):
            raise ReadingError(f"Line {number:,} of the file is not a JSON object.", "Each line must be one record.")
        records.append(record)
        if len(records) == max_rows:
            break
    return records


def json_records(content):
    """Return the records in a JSON document: a list of objects, columns of lists, or the one list inside.

    >>> json_records({"data": [{"a": 1}], "n": 1})
    [{'a': 1}]
    >>> json_records({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        of_objects = [value for value in lists.values() if value and all(isinstance(item, dict) for item in value)]
        if of_objects:
            return max(of_objects, key=len)
        if lists and len(lists) == len(content) and len({len(value) for value in lists.values()}) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
        inner = list(content.values())
        if len(inner) > 1 and all(isinstance(value, dict) for value in inner):
            return inner
        return [content]
    if not isinstance(content, list) or not content:
        raise ReadingError("The JSON file holds no list of records.", "It should look like [{…}, {…}].")
    if all(isinstance(item, dict) for item in content):
        return content
    if all(isinstance(item, list) for item in content):
        header, *rows = content
        if rows and all(isinstance(name, str) for name in header):
            return [dict(zip(unique_names(header), row, strict=False)) for row in rows]
        return [{f"column {at + 1}": cell for at, cell in enumerate(row)} for row in content]
    return [item if isinstance(item, dict) else {"value": item} for item in content]


def flattened(record, prefix="", depth=0):
    """Return ``record`` without nested objects: ``{"a": {"b": 1}}`` becomes ``{"a.b": 1}``.

    >>> flattened({"a": {"b": 1}, "c": [2]})
    {'a.b': 1, 'c': [2]}
    """
    flat = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and depth < MAX_NESTING:
            flat.update(flattened(value, f"{prefix}{name}.", depth + 1))
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def read_columnar(path, read, *, max_rows=None):
    """Return the table of a Parquet or Feather file with its own types; categories become their words."""
    kind = "Parquet" if read.get("format") == "parquet" else "Feather"
    try:
        frame = pd.read_parquet(path) if kind == "Parquet" else pd.read_feather(path)
        for _, values in frame.items():
            _check_text(values)
    except ImportError as error:
        raise ReadingError(f"Reading {kind} needs the package pyarrow, which is not installed here.") from error
    except Exception as error:
        # pyarrow raises its own classes for damaged files, and those of the standard library for some.
        raise ReadingError(
            f"The {kind} file is damaged or cut short: it cannot be read.", "Export or upload it again."
        ) from error
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    if isinstance(frame.columns, pd.MultiIndex):
        frame.columns = [" ".join(str(part) for part in parts if str(part)) for parts in frame.columns]
    frame.columns = pd.Index(unique_names([str(name) for name in frame.columns]), dtype="str")
    if names := read.get("names"):
        frame = frame.reindex(columns=pd.Index(list(names), dtype="str"))
    for name in frame.columns:
        frame[name] = plain_types(frame[name])
    return frame if max_rows is None else frame.iloc[:max_rows]


def _check_text(values):
    """Raise what pyarrow raises where a text column holds bytes that are no UTF-8; reading does not look at them."""
    if isinstance(values.dtype, pd.StringDtype) and hasattr(values.array, "__arrow_array__"):
        values.array.__arrow_array__().validate(full=True)


def plain_types(values):
    """Return a column in numpy's or pandas' plain types (nullable and Arrow numbers, durations, times)."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return values.astype(dtype.categories.dtype)
    if dtype.kind == "m":
        return values.dt.total_seconds()
    if dtype.kind in "iufb" and pd.api.types.is_extension_array_dtype(dtype):
        if values.isna().any():
            return values.astype("float64") if dtype.kind != "b" else values.astype(object)
        return values.astype(dtype.numpy_dtype if hasattr(dtype, "numpy_dtype") else "float64")
    if dtype.kind == "O" and values.map(lambda cell: isinstance(cell, (time, timedelta))).any():
        return values.map(lambda cell: None if cell is None else str(cell))
    return values
