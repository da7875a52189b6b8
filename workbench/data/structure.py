"""How the bytes of a file become cells: format, encoding, dialect and layout as one ReadSpec."""

from dataclasses import dataclass
from pathlib import Path

from workbench.data.dialects import DELIMITER_WORDS, detect_dialect
from workbench.data.encodings import ENCODING_LABELS, detect_encoding
from workbench.data.formats import detect_format
from workbench.data.layouts import Layout, find_layout, table_width
from workbench.errors import CannotRead
from workbench.runtime.delimited import decoded
from workbench.runtime.mixed_text import MIXED
from workbench.runtime.records import Dialect, read_records, split_lines
from workbench.runtime.workbooks import cell_text, is_blank_row, open_workbook, sheet_rows
from workbench.specs import ReadSpec

WHOLE_BYTES = 8 * 2**20  # files up to here are looked at as a whole, bigger ones at begin and end
HEAD_BYTES = 2**20
TAIL_BYTES = 2**17
HEAD_RECORDS = 400
TAIL_RECORDS = 60
MAX_COLUMNS = 5_000
MAX_CONTROL_SHARE = 0.01  # of the characters of a text that may be control characters
MIXED_NOTE = "The text is UTF-8 with a few bytes that are not; these were read as Windows-1252. Have a look at them."
MAX_SHEET_CELLS = 20_000_000


@dataclass(frozen=True)
class Structure:
    """A ReadSpec and what was seen on the way."""

    read: ReadSpec
    layout: Layout
    words: tuple[str, ...]  # for the sentence: "semicolon-separated", "UTF-8", …
    notes: tuple[str, ...] = ()


def detect_structure(path, *, sheet=""):
    """Return the :class:`Structure` of the (unpacked) file at ``path``; ``sheet`` is the one of its tables to take."""
    path = Path(path)
    kind = detect_format(path)
    if kind == "excel":
        return _workbook_structure(path)
    if kind in ("json", "json_lines"):
        encoding = detect_encoding(path)
        words = ("JSON, one record a line" if kind == "json_lines" else "JSON", _label(encoding))
        return Structure(ReadSpec(format=kind, encoding=encoding), Layout(0, 0, 0, 0, 0, (), ()), words)
    if kind in ("parquet", "feather"):
        return Structure(ReadSpec(format=kind), Layout(0, 0, 0, 0, 0, (), ()), (kind.capitalize(),))
    return _text_structure(path)


def _label(encoding):
    return ENCODING_LABELS.get(encoding, encoding)


def _text_structure(path):
    encoding = detect_encoding(path)
    head, tail = _samples(path, encoding)
    _refuse_binary(head)
    lines, end = split_lines(head)
    if not any(line.strip() for line in lines):
        raise CannotRead("The file holds no text, only blank lines.", "Check that it was saved completely.")
    dialect, first = detect_dialect(lines[:1500], end)
    records = _records(lines, end, dialect, None, HEAD_RECORDS)
    width = table_width([cells for cells in records if cells])
    if width > MAX_COLUMNS:
        raise CannotRead(
            f"The file has {width:,} columns; at most {MAX_COLUMNS:,} can be read.", "Keep the columns you need."
        )
    records = _records(lines, end, dialect, width, HEAD_RECORDS)
    if tail is None:
        # From the middle of a cell over several lines only the first few of these records suffer.
        below = _records(lines[-4 * TAIL_RECORDS :], end, dialect, width, None)[-TAIL_RECORDS:]
    else:
        tail_lines, _ = split_lines(tail)
        below = _records(tail_lines[1:], end, dialect, width, None)[-TAIL_RECORDS:]
    layout = find_layout(records, below, first=first)
    read = ReadSpec(
        encoding=encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        comment=dialect.comment,
        skip_rows=layout.skip_rows,
        header_rows=layout.header_rows,
        skip_after_header=layout.skip_after_header,
        footer_rows=layout.footer_rows,
        names=layout.names,
    )
    separated = DELIMITER_WORDS.get(dialect.delimiter, f"“{dialect.delimiter}”") + "-separated"
    kind = "one column of text" if len(layout.names) == 1 else separated
    notes = (MIXED_NOTE,) if encoding == MIXED else ()
    return Structure(read, layout, (kind, _label(encoding)), (*notes, *_layout_notes(layout)))


def _records(lines, end, dialect, width, limit):
    return [cells for cells, _ in read_records(lines, end, dialect, width=width, limit=limit)]


def _samples(path, encoding):
    """Return (begin of the text, end of the text); the whole text and None where the file is small."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= WHOLE_BYTES:
            return decoded(file.read(), encoding), None
        head = decoded(file.read(HEAD_BYTES), encoding, final=False)
        at = size - TAIL_BYTES
        file.seek(at - at % 4)  # on a character's border in UTF-16 and UTF-32
        end = file.read()
    wide = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    if encoding in wide and head:
        encoding = wide[encoding]
    return head.rpartition("\n")[0] or head, end.decode(encoding, errors="ignore").replace("\0", "")


def _refuse_binary(text):
    sample = text[:HEAD_BYTES]
    control = sum(sample.count(chr(code)) for code in range(32) if code not in (9, 10, 13, 1, 26, 28, 29, 30, 31))
    if control > MAX_CONTROL_SHARE * len(sample) or sample.count("\ufffd") > MAX_CONTROL_SHARE * len(sample):
        raise CannotRead(
            "The file is not text: it holds bytes that no table would.",
            "Check that it is the file you meant, or save the table as CSV or Excel.",
        )


def _layout_notes(layout):
    notes = []
    if layout.skip_rows:
        rows = "The first line" if layout.skip_rows == 1 else f"The first {layout.skip_rows} lines"
        notes.append(f"{rows} above the table {'was' if layout.skip_rows == 1 else 'were'} skipped.")
    if layout.header_rows > 1:
        notes.append(f"The column names are joined from {layout.header_rows} lines.")
    if not layout.header_rows:
        notes.append("The file has no line of column names; they were numbered.")
    if layout.footer_rows:
        one = layout.footer_rows == 1
        rows = "One line" if one else f"{layout.footer_rows} lines"
        notes.append(f"{rows} of notes below the table {'was' if one else 'were'} left out.")
    return tuple(notes)


def _workbook_structure(path):
    """The sheet with the largest table, and where on it the table is."""
    names = open_workbook(path).sheet_names
    best = None
    for name in names:
        rows = sheet_rows(path, name)
        if sum(map(len, rows[:1])) * len(rows) > MAX_SHEET_CELLS:
            raise CannotRead(f"The sheet “{name}” is too large to be read.", "Save it as CSV.")
        cells = sum(not is_blank_row([cell]) for row in rows for cell in row)
        if best is None or cells > best[0]:
            best = (cells, name, rows)
    if best is None or not best[0]:
        raise CannotRead("The workbook has no filled cells.", "Check that it is the right file.")
    _, name, rows = best
    texts = [[cell_text(cell) for cell in row] for row in rows]
    n_columns = max(map(len, texts), default=0)
    filled = [sum(bool(row[at].strip()) for row in texts) for at in range(n_columns)]
    first = next(at for at, count in enumerate(filled) if count)
    last = max(at for at, count in enumerate(filled) if count) + 1
    if last - first > MAX_COLUMNS:
        raise CannotRead(f"The sheet has {last - first:,} columns; at most {MAX_COLUMNS:,} can be read.")
    texts = [row[first:last] for row in texts]
    end = max(number for number, row in enumerate(texts) if any(cell.strip() for cell in row)) + 1
    layout = find_layout(texts[: min(end, HEAD_RECORDS)], texts[max(0, end - TAIL_RECORDS) : end])
    read = ReadSpec(
        format="excel",
        sheet=name,
        first_column=first,
        skip_rows=layout.skip_rows,
        header_rows=layout.header_rows,
        skip_after_header=layout.skip_after_header,
        footer_rows=layout.footer_rows,
        names=layout.names,
    )
    notes = _layout_notes(layout)
    if len(names) > 1:
        others = ", ".join(f"“{other}”" for other in names if other != name)
        notes = (f"The sheet “{name}” was read, which has the most cells; there is also {others}.", *notes)
    return Structure(read, layout, (f"the sheet “{name}” of a workbook",), notes)


def dialect_of(read):
    """Return the :class:`~workbench.runtime.records.Dialect` of a ReadSpec."""
    return Dialect.of(read.model_dump(mode="json"))
