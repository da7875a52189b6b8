"""What each line of a file is for the table (title, names, data, note below), and what a line could become."""

from dataclasses import dataclass
from pathlib import Path

from workbench.data.files.fixed_width import find_widths
from workbench.data.files.preview import file_head
from workbench.data.files.structure import dialect_of
from workbench.data.opening import told
from workbench.errors import CannotRead
from workbench.runtime.containers import unpacked
from workbench.runtime.delimited import is_blank
from workbench.runtime.records import read_records, split_lines
from workbench.specs import ReadSpec

TAIL_BYTES = 2**16
WIDTH_LINES = 300
MOST_HEADER_ROWS = 6
SKIPPED, NAMES, DATA, BLANK, BELOW = "skipped", "names", "data", "blank", "left out"


@dataclass(frozen=True)
class Offer:
    """One thing that a line could become: words for a button, and the rules that make it so."""

    label: str
    read: ReadSpec


@told
def file_tail(path, read, *, limit=12):
    """Return the last records of a file, blank ones at its very end left out, as lists of cells.

    Parameters
    ----------
    path : path-like
    read : ReadSpec
        Delimited or fixed-width text, or a workbook; other formats give an empty list.
    limit : int
        Records at most. A cell over many lines that is cut in two only harms the first of them.
    """
    with unpacked(Path(path), read.member) as plain:
        if read.format in ("delimited", "fixed_width"):
            records = _text_tail(plain, read)
        elif read.format == "excel":
            # Imported here: text needs no reader of workbooks.
            from workbench.runtime.workbooks import cell_text, sheet_rows

            rows = sheet_rows(plain, read.sheet)[-4 * limit :]
            records = [[cell_text(cell) for cell in row[read.first_column :]] for row in rows]
        else:
            return []
    while records and is_blank(records[-1]):
        records.pop()
    return records[-limit:]


def _text_tail(path, read):
    size = path.stat().st_size
    at = max(0, size - TAIL_BYTES)
    with path.open("rb") as file:
        file.seek(at - at % 4)  # on a character's border in UTF-16 and UTF-32
        data = file.read()
    wide = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"} if at else {}
    text = data.decode(wide.get(read.encoding, read.encoding), errors="ignore").replace("\0", "").removeprefix("\ufeff")
    lines, end = split_lines(text)
    lines = lines[1:] if at else lines
    return [cells for cells, _ in read_records(lines, end, dialect_of(read), width=len(read.names) or None)]


def as_fixed_width(path, read):
    """Return the rules that read a text file by columns of fixed width, with the widths found in its lines.

    Raises
    ------
    CannotRead
        No blanks go through the lines.
    """
    # A mark that no text holds (it is taken out when text is decoded) leaves the lines whole.
    lines = file_head(path, read.but(format="delimited", delimiter="\0", quote="", names=()), limit=WIDTH_LINES)
    widths = find_widths(["".join(cells) for cells in lines])
    if not widths:
        raise CannotRead(
            "The columns of this file do not stand below each other: no blanks go through its lines.",
            "Choose what stands between the values.",
        )
    return read.but(format="fixed_width", widths=widths, names=())


def head_roles(records, read):
    """Return what each of the first records of a file is for the table.

    >>> head_roles([["Stock"], [], ["no", "m"], ["1", "2"]], ReadSpec(skip_rows=2))
    ['skipped', 'skipped', 'names', 'data']
    """
    roles = [SKIPPED] * read.skip_rows + [NAMES] * read.header_rows + [SKIPPED] * read.skip_after_header
    roles += [BLANK if is_blank(cells) else DATA for cells in records[len(roles) :]]
    return roles[: len(records)]


def tail_roles(records, read):
    """Return what each of the last records of a file is: notes below the table count without blank lines.

    >>> tail_roles([["1", "2"], [], ["Source: us"]], ReadSpec(footer_rows=1))
    ['data', 'blank', 'left out']
    """
    roles, left = [], read.footer_rows
    for cells in reversed(records):
        blank = is_blank(cells)
        roles.append(BLANK if blank else BELOW if left else DATA)
        left -= bool(left and not blank)
    return roles[::-1]


def head_offers(read, at):
    """Return what the record at position ``at`` of the file could become; what it is already is not offered.

    Lines above it are left out then, unless they name the columns.

    >>> [offer.label for offer in head_offers(ReadSpec(), 2)][:2]
    ['Make this line the column names', 'The data begin here']
    """
    names_end = read.skip_rows + read.header_rows
    plain = read.but(names=(), skip_after_header=0)
    offers = [("Make this line the column names", plain.but(skip_rows=at, header_rows=1))]
    if read.header_rows and at >= names_end:
        offers.append(
            ("The data begin here", plain.but(header_rows=read.header_rows, skip_after_header=at - names_end))
        )
    else:
        offers.append(("The data begin here, without names", plain.but(skip_rows=at, header_rows=0)))
    if read.header_rows and names_end <= at < read.skip_rows + MOST_HEADER_ROWS:
        offers.append(("The column names reach down to here", plain.but(header_rows=at - read.skip_rows + 1)))
    return _others(offers, read)


def tail_offers(read, records, at):
    """Return what the record at position ``at`` of the last ``records`` of a file could become."""
    below = sum(not is_blank(cells) for cells in records[at + 1 :])
    here = below + (not is_blank(records[at]))
    offers = [
        ("Leave out this line and all below", read.but(footer_rows=here, names=())),
        ("The data end here", read.but(footer_rows=below, names=())),
    ]
    return _others(offers, read)


def _others(offers, read):
    """Return the offers that change something, each outcome once."""
    seen, kept = {read.but(names=()).fingerprint}, []
    for label, changed in offers:
        if changed.fingerprint not in seen:
            seen.add(changed.fingerprint)
            kept.append(Offer(label, changed))
    return kept
