"""A table written by the rules of a ReadSpec, so that these rules read it back cell by cell."""

import io
import json
import tempfile
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from workbench.errors import CannotRead
from workbench.specs import ReadSpec

if TYPE_CHECKING:
    import pandas as pd

ADVICE = "Save it in the same form as the first file and try again."
_FIRST_DAY = datetime(1899, 12, 30)  # day 0 of a spreadsheet


def write_part(table: "pd.DataFrame", header: list[str], read: ReadSpec) -> bytes:
    """Return the file.

    Parameters
    ----------
    table : pandas.DataFrame
        Cells as text, or with the types of a workbook; as many columns as ``header``.
    header : list of str

    Raises
    ------
    CannotRead
        These rules cannot say what is in a cell (a character that the encoding does not have, a delimiter where there
        are no quotes), or the format is not written here.
    """
    if read.format not in WRITERS:
        raise CannotRead(
            "It is stored otherwise than the first file, which is of a kind that is not written here.", ADVICE
        )
    content = WRITERS[read.format](table, header, read)
    _check(content, table, read)
    return content


def _check(content: bytes, table: "pd.DataFrame", read: ReadSpec) -> None:
    """Read what was written and compare."""
    from workbench.runtime.reading import read_raw

    with tempfile.TemporaryDirectory(prefix="workbench-part-") as folder:
        path = Path(folder) / "part"
        path.write_bytes(content)
        rules = read.but(member="", names=()).model_dump(mode="json")
        again = read_raw(path, rules)
    if len(again) != len(table) or again.shape[1] < table.shape[1]:
        raise CannotRead("Its rows cannot be written by the rules of the first file.", ADVICE)
    for position in range(table.shape[1]):
        written, found = texts(table.iloc[:, position]), texts(again.iloc[:, position])
        if written != found:
            row = next(at for at, pair in enumerate(zip(written, found, strict=True)) if pair[0] != pair[1])
            raise CannotRead(
                f"The cell “{written[row][:40]}” in row {row + 1:,} cannot be written by the rules of the first file.",
                ADVICE,
            )


def texts(values: "pd.Series") -> list[str]:
    """Return cells as text without blanks around it; "" where there is nothing."""
    from workbench.runtime.workbooks import cell_text

    return ["" if cell is None or cell != cell else cell_text(_day(cell)).strip() for cell in values.tolist()]


def _day(cell):
    """Return a moment at midnight as its day, as sheets do."""
    at_midnight = isinstance(cell, datetime) and cell.time() == time() and cell.tzinfo is None
    return cell.date() if at_midnight else cell


def _rows(table: "pd.DataFrame"):
    columns = [texts(table.iloc[:, position]) for position in range(table.shape[1])]
    return list(zip(*columns, strict=True))


def _text(table: "pd.DataFrame", header: list[str], read: ReadSpec) -> bytes:
    lines = [""] * read.skip_rows
    if read.header_rows:
        lines += [*[""] * (read.header_rows - 1), _line(header, read)]
    lines += [""] * read.skip_after_header
    lines += [_line(row, read) for row in _rows(table)]
    lines += ["end"] * read.footer_rows
    try:
        return ("\n".join(lines) + "\n").encode(read.encoding)
    except UnicodeEncodeError as error:
        raise CannotRead(
            f"It has the character “{error.object[error.start]}”, which the encoding of the first file "
            f"({read.encoding}) does not have.",
            "Save both files as UTF-8 and try again.",
        ) from error
    except (LookupError, NotImplementedError) as error:
        raise CannotRead(
            f"The encoding of the first file ({read.encoding}) is only read, not written.", ADVICE
        ) from error


def _line(cells, read: ReadSpec) -> str:
    if read.format == "fixed_width":
        return "".join(cell.ljust(width) for cell, width in zip(cells, read.widths, strict=False)).rstrip()
    delimiter = " " if read.delimiter == r"\s+" else read.delimiter
    return delimiter.join(_quoted(cell, delimiter, read) for cell in cells)


def _quoted(cell: str, delimiter: str, read: ReadSpec) -> str:
    odd = (delimiter, read.quote, read.escape, read.comment, "\n", "\r")
    if not read.quote or not any(mark and mark in cell for mark in odd):
        return cell
    marked = cell.replace(read.escape, read.escape * 2) if read.escape else cell
    return f"{read.quote}{marked.replace(read.quote, (read.escape or read.quote) + read.quote)}{read.quote}"


def _json(table: "pd.DataFrame", header: list[str], read: ReadSpec) -> bytes:
    columns = [table.iloc[:, position].tolist() for position in range(table.shape[1])]
    records = [
        {name: cell for name, cell in zip(header, row, strict=True) if not (cell is None or cell != cell or cell == "")}
        for row in zip(*columns, strict=True)
    ]
    if records:  # names of columns without any value must not be lost
        records[0] = {name: records[0].get(name) for name in header}
    dumps = [json.dumps(record, ensure_ascii=True, default=str) for record in records]
    return ("\n".join(dumps) if read.format == "json_lines" else f"[{','.join(dumps)}]").encode(read.encoding)


def _columnar(table: "pd.DataFrame", header: list[str], read: ReadSpec) -> bytes:
    import pyarrow as pa
    import pyarrow.feather as feather
    import pyarrow.parquet as pq

    arrays = []
    for position in range(table.shape[1]):
        cells = [None if cell is None or cell != cell or cell == "" else cell for cell in table.iloc[:, position]]
        try:
            arrays.append(pa.array(cells))
        except (pa.ArrowException, TypeError, OverflowError):
            arrays.append(pa.array([None if cell is None else str(cell) for cell in cells], pa.string()))
    buffer = io.BytesIO()
    (pq.write_table if read.format == "parquet" else feather.write_feather)(pa.table(arrays, names=header), buffer)
    return buffer.getvalue()


def _workbook(table: "pd.DataFrame", header: list[str], read: ReadSpec) -> bytes:
    """Return an xlsx of one sheet, with the parts that ECMA-376 asks for."""
    left = [""] * read.first_column
    rows = [[]] * read.skip_rows
    if read.header_rows:
        rows = [*rows, *[[]] * (read.header_rows - 1), [*left, *header]]
    rows = [*rows, *[[]] * read.skip_after_header]
    columns = [table.iloc[:, position].tolist() for position in range(table.shape[1])]
    rows += [[*left, *row] for row in zip(*columns, strict=True)]
    rows += [[*left, "end"]] * read.footer_rows
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(cell, f"{_letters(at)}{number}") for at, cell in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheet = escape(read.sheet or "Sheet1", {'"': "&quot;"})
    begin = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{mime}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{mime}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{mime}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="{sheet}" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/styles" '
        'Target="styles.xml"/></Relationships>',
        # Style 1 is a date with time.
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/>'
        "</cellXfs></styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, begin + text)
    return buffer.getvalue()


def _cell(value, place: str) -> str:
    if value is None or value != value or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        return f'<c r="{place}" s="1"><v>{(moment - _FIRST_DAY).total_seconds() / 86_400!r}</v></c>'
    text = "".join(character for character in str(value) if character >= " " or character in "\n\t")
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _letters(position: int) -> str:
    """Return the letters of a sheet's column.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


WRITERS = {
    "delimited": _text,
    "fixed_width": _text,
    "json": _json,
    "json_lines": _json,
    "parquet": _columnar,
    "feather": _columnar,
    "excel": _workbook,
}
