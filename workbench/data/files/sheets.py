"""Where the table is in a workbook: on which sheet, and which block of cells of that sheet."""

from dataclasses import dataclass
from itertools import groupby

from workbench.data.columns.tokens import CERTAIN_TOKENS
from workbench.data.files.layouts import Layout, find_layout
from workbench.errors import CannotRead
from workbench.runtime.limits import refuse_columns
from workbench.runtime.widths import shape
from workbench.runtime.workbooks import cell_text, is_blank_row, open_workbook, rows_of
from workbench.specs import ReadSpec

HEAD_RECORDS = 400
TAIL_RECORDS = 60
MIN_TABLE_CELLS = 4  # on a visible sheet, below which a hidden one may be meant
MIN_BLOCK_ROWS = 3
DENSE = 0.6  # of the cells of a block that are filled in a table
VALUES = {"number", "date", "time"}


@dataclass(frozen=True)
class SheetTable:
    """A table on a sheet: how it is read, and what was left aside."""

    read: ReadSpec
    layout: Layout
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A rectangle of cells; ends are exclusive."""

    top: int
    bottom: int
    left: int
    right: int


def find_sheet_table(path, sheet=""):
    """Return the :class:`SheetTable` of the workbook at ``path``: of ``sheet``, or of the one with the most cells."""
    workbook = open_workbook(path)
    hidden = {entry.name for entry in workbook.sheets_metadata if not str(entry.visible).endswith(".Visible")}
    filled = {}
    rows = None
    for name in [sheet] if sheet else workbook.sheet_names:
        found = rows_of(workbook, path, name)
        count = sum(not _blank(cell) for row in found for cell in row)
        filled[name] = count
        if name == _best(filled, hidden):
            rows = found
    name = _best(filled, hidden)
    if rows is None or not filled[name]:
        raise CannotRead("The workbook has no filled cells.", "Check that it is the right file.")
    read, layout, notes = _table_on(name, rows)
    others = [f"“{other}”" for other in workbook.sheet_names if other != name]
    if others and not sheet:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        kind = "hidden sheet" if name in hidden else "sheet"
        notes = (
            f"The {kind} “{name}” was read, which has the most cells; there is also {', '.join(others[:5])}{more}.",
            *notes,
        )
    return SheetTable(read, layout, notes)


def _best(filled, hidden):
    visible = {name: count for name, count in filled.items() if name not in hidden and count >= MIN_TABLE_CELLS}
    among = visible or filled
    return max(among, key=among.get, default=None)


def _blank(cell):
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _table_on(name, rows):
    """Return (ReadSpec, Layout, notes) of the largest table on a sheet."""
    width = max(map(len, rows), default=0)
    filled = [sum(not _blank(row[at]) for row in rows) for at in range(width)]
    left = next(at for at, count in enumerate(filled) if count)
    right = max(at for at, count in enumerate(filled) if count) + 1
    refuse_columns(right - left)
    band, beside = _band(rows, [at for at in range(left, right) if filled[at]])
    below_band = [row[band.left : band.right] for row in rows]
    block, other_tables = _block(below_band, band)
    inside = below_band[block.top : block.bottom]
    while is_blank_row(inside[-1]):
        inside.pop()
    head = [[cell_text(cell) for cell in row] for row in inside[:HEAD_RECORDS]]
    tail = [[cell_text(cell) for cell in row] for row in inside[-TAIL_RECORDS:]]
    layout = find_layout(head, tail)
    read = ReadSpec(
        format="excel",
        sheet=name,
        first_column=band.left,
        skip_rows=block.top + layout.skip_rows,
        header_rows=layout.header_rows,
        skip_after_header=layout.skip_after_header,
        footer_rows=layout.footer_rows + sum(not is_blank_row(row) for row in below_band[block.bottom :]),
        names=layout.names,
    )
    notes = ()
    if beside + other_tables:
        noun = "another table" if beside + other_tables == 1 else f"{beside + other_tables} other tables"
        notes = (f"The sheet “{name}” holds {noun} beside or below the largest one, which was read.",)
    return read, layout, notes


def _band(rows, columns):
    """Return (the columns of the largest table, tables beside it); tables stand beside each other between blank
    columns."""
    bands = []
    for _, run in groupby(enumerate(columns), key=lambda pair: pair[1] - pair[0]):
        run = [column for _, column in run]
        span = [at for at, row in enumerate(rows) if not is_blank_row(row[run[0] : run[-1] + 1])]
        bands.append(Block(span[0], span[-1] + 1, run[0], run[-1] + 1))
    whole = Block(min(band.top for band in bands), max(band.bottom for band in bands), bands[0].left, bands[-1].right)
    tables = [band for band in bands if _is_table(rows, band)] if len(bands) > 1 else []
    if not tables:
        return whole, 0
    main = max(tables, key=lambda band: _n_filled(rows, band))
    apart = [band for band in bands if band != main and _is_apart(rows, band, main)]
    kept = [band for band in bands if band not in apart]
    # Columns set apart by a blank one still belong to the table where they begin and end with it.
    near = Block(min(b.top for b in kept), max(b.bottom for b in kept), kept[0].left, kept[-1].right)
    inside = [band for band in apart if near.left <= band.left < near.right]
    return (whole, 0) if inside else (near, sum(_is_table(rows, band) for band in apart))


def _is_apart(rows, band, main):
    height, shorter = main.bottom - main.top, main.bottom - band.bottom
    if band.right - band.left == 1:
        # A column of remarks begins at the header of its table, a note beside it does not.
        return not main.top <= band.top <= main.top + 1 and _n_filled(rows, band) < 0.3 * height
    return abs(shorter) > max(1, 0.1 * height) or abs(band.top - main.top) > 2


def _is_table(rows, block):
    size = (block.bottom - block.top) * (block.right - block.left)
    enough = block.bottom - block.top >= MIN_BLOCK_ROWS and block.right - block.left >= 2
    return enough and _n_filled(rows, block) >= DENSE * size


def _n_filled(rows, block):
    return sum(not _blank(cell) for row in rows[block.top : block.bottom] for cell in row[block.left : block.right])


def _block(rows, band):
    """Return (the rows of the largest table in ``rows``, other tables); all rows where there is one table."""
    whole = Block(0, len(rows), 0, band.right - band.left)
    runs = [list(run) for blank, run in groupby(range(len(rows)), key=lambda at: is_blank_row(rows[at])) if not blank]
    if len(runs) < 2:
        return whole, 0
    blocks = []
    for run in runs:
        columns = [at for at in range(whole.right) if any(not _blank(row[at]) for row in rows[run[0] : run[-1] + 1])]
        blocks.append(Block(run[0], run[-1] + 1, columns[0], columns[-1] + 1))
    tables = [block for block in blocks if _is_table(rows, block)]
    starts = [block for block in tables if _begins_table(rows, block)]
    if len(starts) < 2:
        return whole, 0
    # A table reaches to the next one that begins; titles above it stay with it.
    parts = []
    for number, start in enumerate(starts):
        top = 0 if number == 0 else start.top
        bottom = starts[number + 1].top if number + 1 < len(starts) else len(rows)
        parts.append(Block(top, bottom, start.left, start.right))
    best = max(parts, key=lambda part: _n_filled(rows, part))
    return best, len(parts) - 1


def _begins_table(rows, block):
    """Return whether the first row of a block names its columns: texts only, over columns that hold values."""
    first = rows[block.top][block.left : block.right]
    texts = [cell_text(cell).strip() for cell in first]
    if not all(texts) or any(shape(text) in VALUES for text in texts):
        return False
    body = rows[block.top + 1 : block.top + 50]
    for at in range(block.left, block.right):
        kinds = [shape(cell_text(row[at]).strip()) for row in body if cell_text(row[at]).strip() not in CERTAIN_TOKENS]
        kinds = [kind for kind in kinds if kind != "blank"]
        if kinds and sum(kind in VALUES for kind in kinds) > 0.7 * len(kinds):
            return True
    return False
