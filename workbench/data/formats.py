"""Which kind of file it is, by its first bytes; the name's ending only decides what the bytes leave open."""

import json
from pathlib import Path

from workbench.errors import CannotRead
from workbench.runtime.containers import is_workbook

HEAD_BYTES = 2**16
# (first bytes, what it is): files that are no tables, or none that we read yet.
FOREIGN = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a sound, film or WebP image"),
    (b"BM\x36", "a bitmap image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"RDX", "an R file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x80\x04\x95", "a Python pickle, which is never opened because it could run code"),
    (b"ID3", "a sound"),
    (b"\x00\x00\x00\x20ftyp", "a film"),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")
OLE = b"\xd0\xcf\x11\xe0"


def detect_format(path, head=None):
    """Return the ``format`` of a ``ReadSpec`` for the (unpacked) file at ``path``.

    Raises
    ------
    CannotRead
        The file is empty, or something that is no table.
    """
    path = Path(path)
    if head is None:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise CannotRead("The file is empty.", "Check that it was saved or downloaded completely.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"ARROW1", b"FEA1")):
        return "feather"
    if head.startswith(OLE) or (head.startswith(b"PK") and is_workbook(path)):
        return "excel"
    for magic, what in FOREIGN:
        if head.startswith(magic) and (len(magic) > 2 or b"\0" in head):
            raise CannotRead(f"The file is {what}, not a table.", "Save the table as CSV or Excel and upload that.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:9].lower().startswith(MARKUP):
        raise CannotRead(
            "The file is a web page or XML, not a table.",
            "Open it in a spreadsheet and save it as CSV or xlsx, or download the data itself.",
        )
    if start[:1] in (b"[", b"{") and (kind := _json_kind(start)):
        return kind
    return "delimited"


def _json_kind(start):
    """Return "json_lines", "json" or "" for bytes that begin with a bracket."""
    first, _, rest = start.partition(b"\n")
    if start[:1] == b"{":
        try:
            json.loads(first)
        except ValueError:
            pass
        else:
            return "json_lines" if rest.strip() else "json"
    inside = start[1:].lstrip()[:1]
    return "json" if inside in (b'"', b"{", b"[", b"}", b"]") or start[:1] == b"[" else ""
