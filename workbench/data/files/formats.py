"""Which kind of file it is, by its first bytes; the name's ending only decides what the bytes leave open."""

import codecs
import json
import re
import zipfile
from pathlib import Path

from workbench.errors import CannotRead
from workbench.runtime.containers import is_workbook

HEAD_BYTES = 2**16
CHUNK_BYTES = 2**22
AS_TABLE = "Save the table as CSV or Excel and upload that."
# (first bytes, format of a ReadSpec)
MAGIC = (
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),  # its footer is encrypted
    (b"ARROW1", "feather"),
    (b"FEA1", "feather"),
    (b"\xff\xff\xff\xff", "feather"),  # an Arrow stream
    (b"SQLite format 3\0", "sqlite"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
    (b"HEADER RECORD*******LIBRARY HEADER RECORD", "sas"),  # transport files, version 5
    (b"HEADER RECORD*******LIBV8", "sas"),
    (b"\0" * 12 + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"), "sas"),
    (b"RDX2\n", "r"),
    (b"RDX3\n", "r"),
    (b"X\n\0\0\0", "r"),  # what saveRDS writes, unpacked
)
# What R writes as text: its own version, and the oldest that can read it.
R_TEXT = re.compile(rb"(RDA[23]\n)?A\n[23]\n\d{6}\n\d{6}\n")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# (first bytes, what it is, what now): files that are no tables, or none that we read.
FOREIGN = (
    (b"\x89PNG", "a PNG image", AS_TABLE),
    (b"\xff\xd8\xff", "a JPEG image", AS_TABLE),
    (b"GIF8", "a GIF image", AS_TABLE),
    (b"RIFF", "a sound, film or WebP image", AS_TABLE),
    (b"BM\x36", "a bitmap image", AS_TABLE),
    (b"II*\x00", "a TIFF image", AS_TABLE),
    (b"MM\x00*", "a TIFF image", AS_TABLE),
    (b"%PDF", "a PDF document", "Copy the table out of it into a spreadsheet, save that and upload it."),
    (b"{\\rtf", "a text document (RTF)", "Copy the table out of it into a spreadsheet, save that and upload it."),
    (b"\x7fELF", "a program", AS_TABLE),
    (b"MZ", "a program", AS_TABLE),
    (b"Rar!", "a RAR archive", "Unpack it and upload the table inside, or pack it as zip."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and upload the table inside, or pack it as zip."),
    (b"\x1f\x9d", "an old Unix archive (.Z)", "Unpack it and upload the table inside."),
    (b"\x04\x22\x4d\x18", "an LZ4 archive", "Unpack it and upload the table inside, or pack it as gz."),
    (b"\x89HDF", "an HDF5 file", "Export the table in it as CSV or Parquet and upload that."),
    (b"CDF\x01", "a NetCDF file", "Export the table in it as CSV or Parquet and upload that."),
    (b"\x93NUMPY", "a NumPy array", "Save it as CSV or Parquet and upload that."),
    (b"Obj\x01", "an Avro file", "Export the table in it as CSV or Parquet and upload that."),
    (b"ORC", "an ORC file", "Export the table in it as CSV or Parquet and upload that."),
    (b"MATLAB 5.0", "a MATLAB file", "Export the table in it as CSV and upload that."),
    (b"\0\1\0\0Standard", "an Access database", "Export the table in it as CSV or Excel and upload that."),
    (b"ID3", "a sound", AS_TABLE),
    (b"\x00\x00\x00\x20ftyp", "a film", AS_TABLE),
)
PICKLE = re.compile(rb"\x80[\x02-\x05](\x95|c|\}|\]|\()")
FEW_BYTES = 3  # a mark as short as this is believed only in a file that is no text
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")
WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OLE = b"\xd0\xcf\x11\xe0"
OLE_PARTS = (
    ("EncryptedPackage", "The workbook is locked with a password.", "Save it without password and upload it again."),
    ("WordDocument", "The file is a Word document, not a table.", AS_TABLE),
    ("PowerPoint Document", "The file is a presentation, not a table.", AS_TABLE),
    ("__properties_version1.0", "The file is an e-mail, not a table.", AS_TABLE),
)
ZIP_PARTS = (
    ("word/", "a Word document"),
    ("ppt/", "a presentation"),
    ("Index/Document.iwa", "an Apple Numbers file or another of Apple’s office files"),
    ("META-INF/container.xml", "an electronic book"),
)


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
    binary = CONTROL.search(head) is not None  # a text may begin with PAR1 too
    for magic, kind in MAGIC:
        if head.startswith(magic) and (binary or magic.startswith((b"<", b"$", b"HEADER"))):
            return kind
    if R_TEXT.match(head):
        return "r"
    if head[8:12] == b"DUCK":
        return "duckdb"
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise CannotRead("The file is empty.", "Check that it was saved or downloaded completely.")
    if head.startswith(OLE):
        _refuse_other_ole(path)
        return "excel"
    if head.startswith(b"PK") and is_workbook(path):
        _refuse_other_zip(path)
        return "excel"
    if _is_old_stata(head):
        return "stata"
    if _is_portable(head):
        return "spss"
    _refuse_foreign(head)
    start = _plain_start(head)
    if start[:1] in (b"[", b"{") and (kind := _json_kind(start)):
        return kind
    return "delimited"


def _refuse_foreign(head):
    for magic, what, advice in FOREIGN:
        if head.startswith(magic) and (len(magic) > FEW_BYTES or b"\0" in head):
            raise CannotRead(f"The file is {what}, not a table.", advice)
    if PICKLE.match(head):
        raise CannotRead(
            "The file is a Python pickle, which is never opened because it could run code.",
            "Save the table as CSV or Parquet and upload that.",
        )
    start = _plain_start(head)
    if start[:9].lower().startswith(MARKUP):
        raise CannotRead(
            "The file is a web page or XML, not a table.",
            "Open it in a spreadsheet and save it as CSV or xlsx, or download the data itself.",
        )


def _plain_start(head):
    """Return the begin of a text as UTF-8, without mark and blanks."""
    for mark, encoding in WIDE_MARKS:
        if head.startswith(mark):
            head = head[: len(head) // 4 * 4].decode(encoding, errors="ignore").encode("utf-8", errors="ignore")
            break
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _refuse_other_ole(path):
    """Raise where an old office file is no workbook, by the names in its directory."""
    names = [name.encode("utf-16-le") for name, _, _ in OLE_PARTS]
    books = [name.encode("utf-16-le") for name in ("Workbook", "Book")]
    found, is_book, kept = set(), False, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            data = kept + chunk
            found.update(at for at, name in enumerate(names) if name in data)
            is_book = is_book or any(name in data for name in books)
            kept = chunk[-64:]
    if found and (min(found) == 0 or not is_book):
        _, message, advice = OLE_PARTS[min(found)]
        raise CannotRead(message, advice)


def _refuse_other_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return  # told by the reader
    if any(name.startswith("xl/") for name in names):
        return
    for part, what in ZIP_PARTS:
        if any(name.startswith(part) for name in names):
            raise CannotRead(f"The file is {what}, not a table.", AS_TABLE)


def _is_old_stata(head):
    """Return whether the file begins as Stata files of version 104 to 115 do: version, byte order, 1, 0."""
    return len(head) > 60 and 104 <= head[0] <= 115 and head[1] in (1, 2) and head[2] == 1 and head[3] in (0, 1)


def _is_portable(head):
    """Return whether the file is an SPSS portable file: its first lines say so in ASCII or EBCDIC."""
    lines = head[:600].replace(b"\r", b"").replace(b"\n", b"")
    return b"SPSSPORT" in lines[400:520] or b"ASCII SPSS PORT FILE" in lines[:60]


def _json_kind(start):
    """Return "json_lines", "json" or "" for bytes that begin with a bracket."""
    first, _, rest = start.partition(b"\n")
    if start[:1] == b"{":
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            pass
        else:
            return "json_lines" if rest.strip() else "json"
    inside = start[1:].lstrip()[:1]
    return "json" if inside in (b'"', b"{", b"[", b"}", b"]") or start[:1] == b"[" else ""
