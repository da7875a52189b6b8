"""How the bytes of a file become cells: format, encoding, dialect and layout as one ReadSpec."""

from dataclasses import dataclass
from pathlib import Path

from workbench.data.files.dialects import detect_dialect
from workbench.data.files.encodings import detect_encoding
from workbench.data.files.fixed_width import with_whole_titles
from workbench.data.files.formats import detect_format
from workbench.data.files.layouts import Layout, find_layout, table_width
from workbench.data.files.typed_formats import find_typed_table
from workbench.errors import CannotRead
from workbench.runtime.delimited import decoded
from workbench.runtime.limits import refuse_columns
from workbench.runtime.mixed_text import MIXED
from workbench.runtime.records import MAX_LINES_IN_CELL, Dialect, read_records, split_lines
from workbench.specs import ReadSpec

WHOLE_BYTES = 8 * 2**20  # files up to here are looked at as a whole, bigger ones at begin and end
HEAD_BYTES = 2**20
TAIL_BYTES = 2**17
HEAD_RECORDS = 400
TAIL_RECORDS = 60
MAX_CONTROL_SHARE = 0.01  # of the characters of a text that may be control characters
MIXED_NOTE = "The text is UTF-8 with a few bytes that are not; these were read as Windows-1252. Have a look at them."


@dataclass(frozen=True)
class Structure:
    """A ReadSpec and what was seen on the way."""

    read: ReadSpec
    layout: Layout
    notes: tuple[str, ...] = ()


def detect_structure(path, *, sheet=""):
    """Return the :class:`Structure` of the (unpacked) file at ``path``; ``sheet`` is the one of its tables to take."""
    path = Path(path)
    kind = detect_format(path)
    if kind != "delimited":
        read, layout, notes = find_typed_table(path, kind, sheet)
        return Structure(read, layout, (*notes, *(_layout_notes(layout) if layout.names else ())))
    return _text_structure(path)


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
    refuse_columns(width)
    records = _records(lines, end, dialect, width, HEAD_RECORDS)
    if tail is None:
        # From the middle of a cell over several lines only the first few of these records suffer.
        below = _records(lines[-4 * TAIL_RECORDS :], end, dialect, width, None)[-TAIL_RECORDS:]
    else:
        tail_lines, _ = split_lines(tail)
        below = _records(tail_lines[1:], end, dialect, width, None)[-TAIL_RECORDS:]
    layout = find_layout(records, below, first=first)
    read = ReadSpec(
        format="fixed_width" if dialect.widths else "delimited",
        encoding=encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        comment=dialect.comment,
        widths=dialect.widths,
        skip_rows=layout.skip_rows,
        header_rows=layout.header_rows,
        skip_after_header=layout.skip_after_header,
        footer_rows=layout.footer_rows,
        names=layout.names,
    )
    notes = (MIXED_NOTE,) if encoding == MIXED else ()
    return Structure(read, layout, (*notes, *_layout_notes(layout)))


def _records(lines, end, dialect, width, limit):
    records = read_records(lines, end, dialect, width=width, limit=limit)
    if not dialect.widths:
        return [cells for cells, _ in records]
    records = [(cells, lines[number]) for cells, number in records]
    return with_whole_titles(records, dialect.widths)


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
    head, end = head.rpartition("\n")[0] or head, end.decode(encoding, errors="ignore").replace("\0", "")
    return _before_open_cell(head), _behind_open_cell(end)


def _before_open_cell(head):
    """Return the begin of a file without a record whose quoted cell goes on for very many lines to its end."""
    at = head.rfind('"')
    if at < 0 or head.count('"') % 2 == 0 or head.count("\n", at) < MAX_LINES_IN_CELL:
        return head
    return head[: head.rfind("\n", 0, at) + 1] or head


def _behind_open_cell(end):
    """Return the end of a file from where a cell is closed that began in front of it, over very many lines."""
    at = end.find('"')
    if at < 0 or end.count('"') % 2 == 0 or end.count("\n", 0, at) < MAX_LINES_IN_CELL:
        return end
    return end[at:]


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


def dialect_of(read):
    """Return the :class:`~workbench.runtime.records.Dialect` of a ReadSpec."""
    return Dialect.of(read.model_dump(mode="json"))
