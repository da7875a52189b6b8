"""Files named by the SHA-256 of what is in them, so equal content is stored once and damage is noticed."""

import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from workbench.errors import NoSpace, WorkbenchError

# Left free so that the database, the log and the operating system can still write when we stop.
RESERVE_BYTES = 64 * 1024**2
CHUNK_BYTES = 4 * 1024**2
# A file is written before the row that names it; until then it must not look like rubbish.
YOUNG_SECONDS = 3600
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Stored:
    """A file in the store: its SHA-256, its size, and where nobody had stored it before, by what it is known again."""

    digest: str
    size_bytes: int
    stamp: tuple[int, int] | None = field(default=None, compare=False)


class Files:
    """The folder of content-addressed files below a home folder."""

    def __init__(self, home: Path):
        self.folder = home / "files"
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Return where the file with this digest is (or would be)."""
        if not _DIGEST.match(digest):
            raise ValueError(f"{digest!r} is not a SHA-256")
        return self.folder / digest[:2] / digest

    def require(self, size_bytes: int) -> None:
        """Raise NoSpace where ``size_bytes`` more would not fit."""
        free = shutil.disk_usage(self.folder).free
        if free - size_bytes < RESERVE_BYTES:
            raise NoSpace(
                f"The disk with {self.folder.parent} has {free / 1e6:,.0f} MB left, which is not enough to store this.",
                "Free some space, or delete projects you no longer need, and try again.",
            )

    def add_stream(self, source: BinaryIO, size_limit: int | None = None) -> Stored:
        """Copy a binary stream into the store without holding it in memory.

        Raises
        ------
        NoSpace
            The disk is full.
        ValueError
            The stream is longer than ``size_limit`` bytes.
        """

        def copy(target: Path) -> None:
            n_bytes = 0
            with target.open("wb") as file:
                while chunk := source.read(CHUNK_BYTES):
                    n_bytes += len(chunk)
                    if size_limit is not None and n_bytes > size_limit:
                        raise ValueError("longer than stated")
                    self.require(len(chunk))
                    file.write(chunk)

        return self.add_written(copy)

    def add_written(self, write: Callable[[Path], None]) -> Stored:
        """Let ``write`` make a file at a temporary path, then move it to its place in one step."""
        temporary = self.folder / f"writing-{uuid.uuid4().hex}"
        self.require(0)
        try:
            with space_in_words(self.folder.parent):
                write(temporary)
                return self._take(temporary, "")
        finally:
            temporary.unlink(missing_ok=True)

    def adopt(self, source: Path, digest: str = "") -> Stored:
        """Move a file into the store: renamed where it is on the same disk, copied and deleted where it is not.

        Parameters
        ----------
        digest : str, optional
            Its SHA-256 where that is known; else it is read once more to find out.
        """
        self.require(0)
        with space_in_words(self.folder.parent):
            if source.stat().st_dev == self.folder.stat().st_dev:
                return self._take(source, digest)
            with source.open("rb") as stream:
                stored = self.add_stream(stream)
            source.unlink(missing_ok=True)
            return stored

    def _take(self, path: Path, digest: str) -> Stored:
        with path.open("rb+") as file:
            digest = digest or hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        os.utime(path)  # an upload may have taken long; a file without a row must be young to be kept
        size_bytes, stamp = path.stat().st_size, _stamp(path)
        known = self.path(digest).exists()
        self._place(path, self.path(digest))
        path.unlink(missing_ok=True)  # still there where an equal file is in use on Windows
        return Stored(digest, size_bytes, None if known else stamp)

    def withdraw(self, stored: Stored) -> None:
        """Delete a file that nothing came of, unless somebody else stored the same before or since."""
        path = self.path(stored.digest)
        with suppress(OSError):  # gone, or in use on Windows: the next purge gets it
            if stored.stamp is not None and _stamp(path) == stored.stamp:
                path.unlink()

    def _place(self, temporary: Path, final: Path) -> None:
        final.parent.mkdir(exist_ok=True)
        try:
            temporary.replace(final)
        except PermissionError:
            # Windows does not replace a file that is being read; equal digest means equal content.
            if not final.exists():
                raise
            os.utime(final)
        if os.name == "posix":
            folder = os.open(final.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def is_intact(self, digest: str) -> bool:
        """Whether the file is there and its content still has its digest."""
        try:
            with self.path(digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            return False

    def everything(self) -> Iterator[tuple[Path, os.stat_result]]:
        """All files in the folder, unfinished ones included."""
        for path in self.folder.rglob("*"):
            with suppress(FileNotFoundError):  # another process may be cleaning up too
                if path.is_file():
                    yield path, path.stat()

    def remove_except(self, wanted: set[str]) -> int:
        """Delete files whose digest is not in ``wanted`` and that are not brand new; return the bytes freed."""
        freed = 0
        for path, state in self.everything():
            if path.name in wanted or time.time() - state.st_mtime < YOUNG_SECONDS:
                continue
            with suppress(FileNotFoundError, PermissionError):  # in use on Windows: the next purge gets it
                path.unlink()
                freed += state.st_size
        for folder in self.folder.glob("writing-*"):  # of a server that died while it read a file
            with suppress(OSError):  # in use on Windows: the next purge gets it
                old = folder.is_dir() and time.time() - folder.stat().st_mtime >= YOUNG_SECONDS
                if old and not any(path.is_file() for path in folder.rglob("*")):
                    shutil.rmtree(folder)
        return freed


def _stamp(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_ino, state.st_mtime_ns


@contextmanager
def space_in_words(home: Path) -> Iterator[None]:
    """Turn "no space left on device" into :class:`NoSpace`, and other trouble with the disk into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(
                f"The disk with {home} is full, so this was not stored; what was stored before is intact.",
                "Free some space, or delete projects you no longer need, and try again.",
            ) from error
        if isinstance(error, PermissionError):
            raise WorkbenchError(
                f"The folder {home} cannot be written to ({error.strerror}).",
                "Change its permissions, or choose another folder with WORKBENCH_HOME.",
            ) from error
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise WorkbenchError(
                f"{home} cannot be used as a folder: there is a file in its place.",
                "Choose another folder with WORKBENCH_HOME.",
            ) from error
        raise
