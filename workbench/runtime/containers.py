"""Packed files: the file inside, unpacked to a temporary place, with limits against bombs.

A stream (gz, bz2, xz, zst) holds one file, an archive (zip, tar) several, of which one is chosen by its path. No path
inside an archive is ever used on the disk.
"""

import bz2
import contextlib
import gzip
import itertools
import lzma
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

from workbench.runtime.archive_names import Member, is_table_name
from workbench.runtime.errors import ReadingError

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 300  # text that people keep packs 3 to 50 times; deflate can at most 1,032
FREE_BYTES = 64 * 2**20  # the ratio is looked at only beyond this
CHUNK_BYTES = 2**20
MAX_LAYERS = 4  # a tar.gz with a csv.gz inside has three
MAX_MEMBERS = 10_000
MAX_DIRECTORY_BYTES = 2**24  # of a zip; it is held in memory
ALL = "*"
STREAMS = (("gz", b"\x1f\x8b"), ("bz2", b"BZh"), ("xz", b"\xfd7zXZ\x00"), ("zst", b"\x28\xb5\x2f\xfd"))
ARCHIVES = ("zip", "tar")
DAMAGE = (OSError, EOFError, ValueError, IndexError, zlib.error, lzma.LZMAError, struct.error, tarfile.TarError)


@contextlib.contextmanager
def unpacked(path, member=""):
    """Yield the path of the file inside ``path``, or ``path`` itself where it is not packed.

    Parameters
    ----------
    path : path-like
    member : str
        Of an archive: the path of the file inside, "" for its only table. ``"*"`` (all of them) yields the archive,
        for :func:`members` and one ``unpacked`` after the other.

    Raises
    ------
    ReadingError
        The file is damaged or locked, the member is not there or not the only one, or it unpacks beyond the limits.
    """
    path = Path(path)
    with contextlib.ExitStack() as stack:
        folder, packed_bytes = None, None
        for layer in range(MAX_LAYERS + 1):
            kind = _kind(path)
            if kind is None or (member == ALL and kind in ARCHIVES):
                yield path
                return
            if layer == MAX_LAYERS:
                raise ReadingError("The file is packed in too many layers.", "Unpack it and upload the table.")
            packed_bytes = packed_bytes or path.stat().st_size
            folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="workbench-unpacked-")))
            target = folder / f"layer-{layer}"
            _unpack(path, kind, member, target, packed_bytes)
            if layer:
                path.unlink()
            path, member = target, "" if kind in ARCHIVES else member


def members(path):
    """Return the table-like files in the archive at ``path`` (tuple of ``Member``), in the archive's order.

    Empty where the file is no archive. Notes, licences, pictures and what systems leave behind are no tables;
    where nothing but such is in the archive, they are all there is.
    """
    with unpacked(path, ALL) as archive:
        kind = _kind(archive)
        if kind is None:
            return ()
        with _damage_told(kind), _archive(archive, kind) as opened:
            found = _listed(opened, kind)
    return tuple(member for member in found if is_table_name(member.name)) or found


def packing(path, magic):
    """Return "gz", "bz2", "xz", "zst", "zip", "tar" or None, by the first bytes; office files are zips too, and none
    here."""
    for kind, start in STREAMS:
        if magic.startswith(start):
            return kind
    if magic[:4] in (b"PK\x03\x04", b"PK\x05\x06") and not is_workbook(path):
        return "zip"
    return "tar" if _is_tar(path) else None


def is_workbook(path):
    """Return whether the zip at ``path`` is an office document; True also where the zip is too broken to tell
    but holds a workbook's first entry."""
    try:
        with _zip(path) as archive:
            names = set(archive.namelist())
    except (*DAMAGE, zipfile.BadZipFile, NotImplementedError):
        with Path(path).open("rb") as file:
            head = file.read(4096)
        return b"[Content_Types].xml" in head or b"xl/" in head or b"opendocument" in head
    return "[Content_Types].xml" in names or "mimetype" in names or any(name.startswith("xl/") for name in names)


def _kind(path):
    try:
        with path.open("rb") as file:
            magic = file.read(8)
    except OSError as error:
        raise ReadingError(
            f"The file cannot be opened ({error.strerror or error}).", "Check that it still exists."
        ) from error
    return packing(path, magic)


def _is_tar(path):
    with Path(path).open("rb") as file:
        block = file.read(tarfile.BLOCKSIZE)
    try:  # the header carries a checksum, so that old tars without a mark are told too
        tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.HeaderError:
        return False
    return True


def _unpack(path, kind, member, target, packed_bytes):
    with _damage_told(kind), contextlib.ExitStack() as stack:
        if kind in ARCHIVES:
            source = _member(stack.enter_context(_archive(path, kind)), kind, member)
        else:
            source = _stream(path, kind)
        _copy(stack.enter_context(source), stack.enter_context(target.open("wb")), packed_bytes, kind)


@contextlib.contextmanager
def _damage_told(kind):
    try:
        yield
    except RuntimeError as error:  # zipfile: "password required for extraction", a compression of its own
        if isinstance(error, NotImplementedError):
            raise ReadingError(f"The {kind} file is packed in a way that cannot be read here.", "Unpack it.") from error
        raise ReadingError(f"The {kind} file is locked with a password.", "Unpack it first.") from error
    except (*DAMAGE, zipfile.BadZipFile) as error:
        if getattr(error, "errno", None) == 28:
            raise ReadingError("There is no room on the disk to unpack the file.", "Free some space.") from error
        raise ReadingError(
            f"The {kind} file is damaged or cut short: it cannot be unpacked.", "Upload or download it again."
        ) from error


def _stream(path, kind):
    if kind != "zst":
        return {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}[kind](path, "rb")
    try:
        import pyarrow
    except ImportError as error:
        raise ReadingError("Unpacking zst needs the package pyarrow, which is not installed here.") from error
    return pyarrow.CompressedInputStream(pyarrow.OSFile(str(path)), "zstd")  # tells where the stream is cut short


def _archive(path, kind):
    return _zip(path) if kind == "zip" else tarfile.open(path, "r:")


def _zip(path):
    """Return the open zip; refuses a list of files that would fill the memory before it can be looked at."""
    with Path(path).open("rb") as file:
        file.seek(max(0, Path(path).stat().st_size - 2**16 - 22))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and struct.unpack_from("<I", tail, at + 12)[0] > MAX_DIRECTORY_BYTES:
        raise ReadingError("The zip lists far too many files to be looked through.", "Unpack it and upload the table.")
    return zipfile.ZipFile(path)


def _listed(opened, kind):
    if kind == "zip":
        every = ((entry.filename, entry.file_size, not entry.is_dir()) for entry in opened.infolist())
    else:
        every = ((entry.name, entry.size, entry.isreg()) for entry in opened)
    found = tuple(
        Member(name, size)
        for name, size, is_file in itertools.islice(every, MAX_MEMBERS + 1)
        if is_file and size and not name.startswith("__MACOSX/")
    )
    if len(found) > MAX_MEMBERS:
        raise ReadingError(
            f"The {kind} holds more than {MAX_MEMBERS:,} files.", "Unpack it and upload the one table, or a few."
        )
    return found


def _member(opened, kind, wanted):
    found = _listed(opened, kind)
    if not found:
        raise ReadingError(f"The {kind} holds no file.", "Check that it was packed completely.")
    tables = [member.name for member in found if is_table_name(member.name)] or [member.name for member in found]
    name = wanted if any(member.name == wanted for member in found) else tables[0]
    if name != wanted and len(tables) > 1:  # a later archive may name its one table otherwise
        shown = ", ".join(tables[:5]) + (" …" if len(tables) > 5 else "")
        if wanted:
            raise ReadingError(f"The {kind} holds no file “{wanted}”, only {shown}.", "Choose one of these.")
        raise ReadingError(f"The {kind} holds {len(tables)} files ({shown}).", "Choose one of them.")
    if kind == "zip":
        if opened.getinfo(name).flag_bits & 1:
            raise ReadingError("The zip file is locked with a password.", "Unpack it first.")
        return opened.open(name)
    return opened.extractfile(name)


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
