"""Files that were uploaded and wait to be read: each with a note that says what it is, so that none is forgotten.

A file lies in ``store.staging()`` under an id that cannot be guessed; ``<id>.json`` beside it says its name, size,
digest, the drop zone it came from and the project it is meant for. The note is written last: a file without one is
not whole.
"""

import hashlib
import json
import os
import re
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

LONGEST_NAME = 200
_ID = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True)
class Staged:
    """An uploaded file.

    Attributes
    ----------
    id : str
        32 hexadecimal digits.
    path : Path
    name : str
        As the person's computer calls it, without folders.
    size_bytes : int
    digest : str
        SHA-256 of its bytes.
    zone : str
        Name of the drop zone.
    project_id : str
        The project it is meant for; "" where it is to become one.
    at : float
        When it was complete (seconds since 1970).
    """

    id: str
    path: Path
    name: str
    size_bytes: int
    digest: str
    zone: str = ""
    project_id: str = ""
    at: float = 0.0


class Arriving:
    """A file on its way: written and digested piece by piece; call ``finish`` or ``drop``."""

    def __init__(self, folder: Path, require):
        self.id = uuid.uuid4().hex
        self.size_bytes = 0
        self._folder, self._require = folder, require
        self._part = folder / f"{self.id}.part"
        self._digest = hashlib.sha256()
        self._file = self._part.open("wb")

    def add(self, piece: bytes) -> None:
        """Write the next bytes; raises ``NoSpace`` while there is still room for everything else."""
        self._require(len(piece))
        self._file.write(piece)
        self._digest.update(piece)
        self.size_bytes += len(piece)

    def finish(self, name: str, zone: str = "", project_id: str = "") -> Staged:
        """Give the whole file its place and its note."""
        self._file.close()
        path = self._folder / self.id
        self._part.replace(path)
        staged = Staged(
            id=self.id,
            path=path,
            name=plain_name(name),
            size_bytes=self.size_bytes,
            digest=self._digest.hexdigest(),
            zone=zone,
            project_id=project_id,
            at=time.time(),
        )
        _write_note(self._folder, staged)
        return staged

    def drop(self) -> None:
        """Leave nothing behind of a file that did not arrive."""
        self._file.close()
        self._part.unlink(missing_ok=True)


def plain_name(name: str) -> str:
    """Return a file's name without folders and line breaks.

    >>> plain_name("C:\\\\data\\\\sales.csv"), plain_name("../../etc/passwd"), plain_name("..")
    ('sales.csv', 'passwd', 'table')
    """
    last = " ".join(str(name).replace("\\", "/").rsplit("/", 1)[-1].split())
    return last[-LONGEST_NAME:] if last.strip(". ") else "table"


def write(folder: Path, name: str, content: bytes, *, zone: str = "", project_id: str = "") -> Staged:
    """Keep ``content``, which is at hand already, as an uploaded file."""
    arriving = Arriving(folder, lambda _size: None)
    arriving.add(content)
    return arriving.finish(name, zone, project_id)


def _note(folder, upload_id):
    return folder / f"{upload_id}.json"


def _write_note(folder, staged):
    part = folder / f"{staged.id}.note"
    part.write_text(json.dumps({**asdict(staged), "path": staged.path.name}), encoding="utf-8")
    part.replace(_note(folder, staged.id))


def find(folder: Path, upload_id: str) -> Staged | None:
    """Return the uploaded file with this id, or None where it is not there (any more)."""
    if not _ID.match(str(upload_id)):
        return None
    try:
        facts = json.loads(_note(folder, upload_id).read_text(encoding="utf-8"))
        staged = Staged(**{**facts, "path": folder / upload_id})
    except (OSError, ValueError, TypeError):
        return None
    return staged if staged.path.is_file() else None


def waiting(folder: Path) -> list[Staged]:
    """Return every uploaded file that was not read yet, the newest first."""
    found = [find(folder, note.stem) for note in folder.glob("*.json")]
    return sorted((staged for staged in found if staged), key=lambda staged: -staged.at)


def claim(folder: Path, staged: Staged, project_id: str) -> None:
    """Note for which project an uploaded file is read, so that it is offered there if the server ends meanwhile."""
    with suppress(OSError):  # the reading itself will say what is wrong with the disk
        _write_note(folder, replace(staged, project_id=project_id))


def lend(staged: Staged) -> Path:
    """Return a path that may be moved away: another name of the same bytes, so that the file outlives a server that
    ends while it is read. On disks that know no second names it is the file itself."""
    other = staged.path.with_name(f"{staged.id}.lent")
    try:
        other.unlink(missing_ok=True)
        os.link(staged.path, other)
    except OSError:
        return staged.path
    return other


def remove(staged: Staged) -> None:
    """Forget an uploaded file; the file itself may have been moved into the store already."""
    folder = staged.path.parent
    for path in (_note(folder, staged.id), staged.path, folder / f"{staged.id}.lent"):
        with suppress(OSError):
            path.unlink(missing_ok=True)
