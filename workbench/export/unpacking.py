"""Opening a bundle: nothing is written outside the folder, nothing unpacks without bound, nothing unknown is loaded."""

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from workbench.errors import ModelUnusable
from workbench.runtime.saved_model import GOLDEN_FILE
from workbench.runtime.scorer import MANIFEST_FILE, MODEL_FILE, CannotServe, Scorer

MOST_FILES = 2_000
MOST_BYTES = 8 * 1024**3
MOST_MANIFEST_BYTES = 64 * 1024**2
ADVICE = "Choose a bundle.zip that this workbench made."


def open_bundle(path: Path | str) -> Scorer:
    """Return the scorer of a bundle; nothing stays on disk.

    Raises
    ------
    ModelUnusable
        The file is no bundle, is damaged, or was made with library versions that would answer differently.
    """
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        unpack(path, Path(folder), only=(MODEL_FILE, MANIFEST_FILE), also=(GOLDEN_FILE,))
        try:
            return Scorer.load(folder)
        except CannotServe as error:
            raise ModelUnusable(f"{Path(path).name}: {error}") from error


def unpack(path: Path | str, folder: Path, *, only: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> None:
    """Unpack a bundle, or only the named files of it, into ``folder``; of ``also`` those that are there.

    Raises
    ------
    ModelUnusable
        It is no zip, is damaged, lacks a named file, or holds something that no bundle holds (paths that lead out
        of it, links, too many or too large files).
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
            if absent := [name for name in only if name not in members]:
                raise ModelUnusable(f"{path.name} is no bundle: there is no {absent[0]} in it.", ADVICE)
            _check(path, archive.infolist())
            for name in (*only, *(name for name in also if name in members)) or members:
                _copy(archive, members[name], folder)
    except FileNotFoundError:
        raise ModelUnusable(f"There is no file {path}.", ADVICE) from None
    # zipfile raises these on damaged, encrypted and unknown-method archives; OSError on what is no file.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError, ValueError) as error:
        raise ModelUnusable(f"{path.name} cannot be opened as a bundle ({error}).", ADVICE) from error


def _check(path: Path, members: list[zipfile.ZipInfo]) -> None:
    reason = ""
    if len(members) > MOST_FILES:
        reason = f"it holds {len(members)} files"
    elif sum(info.file_size for info in members) > MOST_BYTES:
        reason = "it would unpack to more than 8 GB"
    elif len({info.filename.casefold() for info in members}) < len(members):
        reason = "it holds two files of the same name"
    for info in members:
        parts = PurePosixPath(info.filename).parts
        if ".." in parts or info.filename.startswith("/") or "\\" in info.filename or ":" in info.filename:
            reason = f"the path {info.filename[:80]!r} in it leads elsewhere"
        elif stat.S_ISLNK(info.external_attr >> 16):
            reason = f"{info.filename[:80]!r} in it is a link"
        elif info.filename == MANIFEST_FILE and info.file_size > MOST_MANIFEST_BYTES:
            reason = f"{MANIFEST_FILE} in it is too large"
    if reason:
        raise ModelUnusable(f"{path.name} is no bundle: {reason}.", ADVICE)


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / info.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    # zipfile itself stops at the stated size, whose sum was checked; it raises BadZipFile where the checksum differs.
    with archive.open(info) as source, target.open("wb") as stream:
        shutil.copyfileobj(source, stream)
