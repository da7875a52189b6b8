"""The head of a file as the text that stands in it, for choosing where its table begins."""

from pathlib import Path

from workbench.data.files.structure import HEAD_BYTES, dialect_of
from workbench.data.opening import told
from workbench.runtime.containers import unpacked
from workbench.runtime.delimited import decoded
from workbench.runtime.records import read_records, split_lines

MOST_BYTES = 2**24  # of a file with long lines that are looked at


@told
def file_head(path, read, *, limit=60):
    """Return the first records of a file before anything is skipped, as lists of cells.

    Parameters
    ----------
    path : path-like
    read : ReadSpec
        Delimited or fixed-width text, or a workbook.
    limit : int
        Records at most.

    Returns
    -------
    list of list of str
        Numbered as ``ReadSpec.skip_rows`` counts them: a blank line is a record without cells, lines of comment are
        left out. Formats that have no lines (Parquet, JSON …) give an empty list.
    """
    with unpacked(Path(path), read.member) as plain:
        if read.format in ("delimited", "fixed_width"):
            return _text_head(plain, read, limit)
        if read.format == "excel":
            return _sheet_head(plain, read, limit)
    return []


def _text_head(path, read, limit):
    size, n_bytes, records = path.stat().st_size, HEAD_BYTES, []
    while True:
        with path.open("rb") as file:
            whole = n_bytes >= size
            text = decoded(file.read(n_bytes), read.encoding, final=whole)
        lines, end = split_lines(text)
        if not whole and len(lines) > 1:
            lines = lines[:-1]  # may be cut
        width = len(read.names) or None
        records = [cells for cells, _ in read_records(lines, end, dialect_of(read), width=width, limit=limit)]
        if whole or len(records) >= limit or n_bytes >= MOST_BYTES:
            return records
        n_bytes *= 4


def _sheet_head(path, read, limit):
    # Imported here: text needs no reader of workbooks.
    from workbench.runtime.workbooks import cell_text, sheet_rows

    rows = sheet_rows(path, read.sheet, limit)[:limit]
    return [[cell_text(cell) for cell in row[read.first_column :]] for row in rows]
