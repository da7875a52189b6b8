"""Compressed files: the one file inside, unpacked to a temporary place, with limits against bombs."""

import bz2
import contextlib
import gzip
import lzma
import tempfile
import zipfile
import zlib
from pathlib import Path

from workbench.runtime.errors import ReadingError

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 300  # text that people keep packs 3 to 50 times; deflate can at most 1,032
FREE_BYTES = 64 * 2**20  # the ratio is looked at only beyond this
CHUNK_BYTES = 2**20
SUFFIXES = (".gz", ".bz2", ".xz", ".zip")


@contextlib.contextmanager
def unpacked(path):
    """Yield the path of the file inside ``path`` (gz, bz2, xz, zip of one file), or ``path`` itself.

    Raises
    ------
    ReadingError
        The archive is damaged, locked, holds no or several files, or unpacks beyond the limits.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            magic = file.read(8)
    except OSError as error:
        raise ReadingError(
            f"The file cannot be opened ({error.strerror or error}).", "Check that it still exists."
        ) from error
    kind = packing(path, magic)
    if kind is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="workbench-unpacked-") as folder:
        target = Path(folder) / "table"
        try:
            with _opened(path, kind) as source, target.open("wb") as file:
                _copy(source, file, path.stat().st_size, kind)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError) as error:
            if getattr(error, "errno", None) == 28:
                raise ReadingError("There is no room on the disk to unpack the file.", "Free some space.") from error
            raise ReadingError(
                f"The {kind} file is damaged or cut short: it cannot be unpacked.", "Upload or download it again."
            ) from error
        except RuntimeError as error:  # zipfile: "password required for extraction"
            raise ReadingError(f"The {kind} file is locked with a password.", "Unpack it first.") from error
        yield target


def packing(path, magic):
    """Return "gz", "bz2", "xz", "zip" or None, by the first bytes; workbooks are zips too, and are none here."""
    if magic[:2] == b"\x1f\x8b":
        return "gz"
    if magic[:3] == b"BZh":
        return "bz2"
    if magic[:6] == b"\xfd7zXZ\x00":
        return "xz"
    if magic[:4] in (b"PK\x03\x04", b"PK\x05\x06") and not is_workbook(path):
        return "zip"
    return None


def is_workbook(path):
    """Return whether the zip at ``path`` is an office document; True also where the zip is too broken to tell
    but holds a workbook's first entry."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        with Path(path).open("rb") as file:
            head = file.read(4096)
        return b"[Content_Types].xml" in head or b"xl/" in head or b"opendocument" in head
    return "[Content_Types].xml" in names or "mimetype" in names or any(name.startswith("xl/") for name in names)


@contextlib.contextmanager
def _opened(path, kind):
    if kind != "zip":
        with {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}[kind](path, "rb") as source:
            yield source
        return
    with zipfile.ZipFile(path) as archive:
        entries = [
            entry
            for entry in archive.infolist()
            if not entry.is_dir() and not entry.filename.startswith("__MACOSX/") and entry.file_size
        ]
        if len(entries) != 1:
            names = ", ".join(entry.filename for entry in entries[:5]) + (" …" if len(entries) > 5 else "")
            what = f"holds {len(entries)} files ({names})" if entries else "holds no file"
            raise ReadingError(f"The zip {what}.", "Unpack it and upload the one table.")
        with archive.open(entries[0]) as source:
            yield source


def _copy(source, target, packed_bytes, kind):
    done = 0
    while chunk := source.read(CHUNK_BYTES):
        done += len(chunk)
        if done > MAX_UNPACKED_BYTES or (done > FREE_BYTES and done > MAX_RATIO * packed_bytes):
            raise ReadingError(
                f"The {kind} file unpacks to more than {done // 2**20:,} MB, which is not plausible for a table.",
                "Unpack it yourself and upload the table if it is what you expect.",
            )
        target.write(chunk)
