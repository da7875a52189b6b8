"""A new bundle from the current one and a new model: written whole, tested, and only then put in its place."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.runtime.answer_words import answer_in_words
from workbench.runtime.scorer import MANIFEST_FILE, MODEL_FILE, file_digest
from workbench.runtime.upkeep.changes import changes
from workbench.runtime.upkeep.retraining import Retrained, golden_again
from workbench.runtime.upkeep.skops_copy import SKOPS_FILE, NoCopy, skops_copy
from workbench.runtime.upkeep.training_profile import PROFILE_FILE

GOLDEN_FILE, CHANGES_FILE, SUMS_FILE, PREVIOUS = "golden.json", "CHANGES.md", "SHA256SUMS", "previous"
REQUEST_FILE = "request.json"
DOCUMENTS = ("README.md", "MODEL_CARD.md")  # written once, by the workbench
# What is another file with another model. model.json comes last: before it the model that is there is not its own.
RENEWED = (MODEL_FILE, GOLDEN_FILE, PROFILE_FILE, SKOPS_FILE, *DOCUMENTS, CHANGES_FILE, SUMS_FILE, MANIFEST_FILE)
EXAMPLE = re.compile(
    r'(?<=```json\n)\{\n "predictions": .*?\n\}(?=\n```)', re.DOTALL
)  # the answer that README.md shows
LEFT_OUT = {PREVIOUS, "__pycache__", ".pytest_cache", ".ruff_cache", ".git"}
TEST_SECONDS = 600
DIGITS = 12  # of the SHA-256, in the name of a folder
NOTE = (
    "> **Trained anew.** The figures, ranges and words in this file are those of the first model, but for its "
    "SHA-256 and the answer to `request.json`. What changed since is in [CHANGES.md](CHANGES.md); "
    "what is so now is in model.json.\n\n"
)


class NotWritten(Exception):
    """The new bundle was not put in its place; the current one is as it was. The text says why."""


@contextmanager
def written(folder: Path, found: Retrained, file: str) -> Iterator[Path]:
    """Write a whole new bundle beside ``folder``, test it, and yield where it is; it is removed in the end.

    Parameters
    ----------
    folder : Path
        Of the current bundle.
    found : Retrained
        With a new model.
    file : str
        Name of the file it has learnt from; one of that name is not taken along.

    Raises
    ------
    NotWritten
        The new bundle does not pass its own tests, or there is no room for it.
    """
    try:
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-new-"))
    except OSError as error:
        raise NotWritten(f"No folder can be made beside {folder}: {error}") from error
    try:
        try:
            new.chmod(stat.S_IMODE(folder.stat().st_mode))  # a temporary folder is its maker's alone
            _copy(folder, new, {*LEFT_OUT, file})
            for name, content in _changed(folder, found, file).items():
                (new / name).write_bytes(content)
            if "trusted" not in found.manifest.get("skops", {}):
                (new / SKOPS_FILE).unlink(missing_ok=True)
            _renew_sums(new)
        except OSError as error:
            raise NotWritten(f"The new bundle could not be written: {error}") from error
        _test(new)
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def put_beside(new: Path, out: Path) -> None:
    """Put a whole new bundle at ``out``, at once; NotWritten where something is there already."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise NotWritten(f"{out} is there already; name a folder that is not.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            out.rmdir()
        shutil.move(new, out)  # a rename within a file system
    except OSError as error:
        raise NotWritten(f"The new bundle could not be put at {out}: {error}") from error


def put_in_place(new: Path, folder: Path, digest: str) -> Path:
    """Take the files of the new model (:data:`RENEWED`) into ``folder``, and keep the earlier ones aside.

    Returns
    -------
    Path
        The folder ``previous/<first digits of the earlier model's SHA-256>`` with the earlier files.

    Raises
    ------
    NotWritten
        A file could not be replaced; all are as they were.

    Notes
    -----
    Each file is replaced at once, ``model.json`` last. A service that starts in between finds that ``model.joblib``
    does not have the SHA-256 that ``model.json`` tells, and says so rather than answer by halves. Whatever stops this,
    Ctrl+C among it, what was replaced is put back; only of a process that is killed outright the files aside have to
    be copied back by hand.
    """
    aside = folder / PREVIOUS / digest[:DIGITS]
    # Other files are not touched: somebody may write into them meanwhile, as the service does into its log.
    differ = [name for name in RENEWED if not _same(new / name, folder / name)]
    there = [name for name in differ if (folder / name).exists()]
    try:
        for name in there:
            aside.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, aside / name)
    except OSError as error:
        raise NotWritten(f"The earlier files could not be kept: {error}. Nothing was replaced.") from error
    try:
        for name in differ:
            if (new / name).exists():
                (new / name).replace(folder / name)
            else:  # the copy for those who do not load pickles, where the new model has none
                (folder / name).unlink()
    except BaseException as error:
        _put_back(differ, there, aside, folder)
        if isinstance(error, OSError):
            raise NotWritten(
                f"The new bundle could not be put in place: {error}. The current one is as it was."
            ) from error
        raise
    return aside


def _put_back(names: list[str], there: list[str], aside: Path, folder: Path) -> None:
    for name in names:
        with suppress(OSError):
            if name not in there:
                (folder / name).unlink(missing_ok=True)
            elif not _same(aside / name, folder / name):
                shutil.copy2(aside / name, folder / name)


def _changed(folder: Path, found: Retrained, file: str) -> dict[str, bytes]:
    """Return the content of every file that is another one with the new model."""
    golden = golden_again(json.loads((folder / GOLDEN_FILE).read_text(encoding="utf-8")), found.scorer)
    copy = _skops_copy(found, golden)
    example = _example(folder, found)
    told = changes(found.before, found.manifest, found.verdict.sentences, found.rows.notes, file)
    return {
        **copy,
        MODEL_FILE: found.model,
        MANIFEST_FILE: _json(found.manifest),
        GOLDEN_FILE: _json(golden),
        **({PROFILE_FILE: (json.dumps(found.profile) + "\n").encode("ascii")} if found.profile else {}),
        CHANGES_FILE: _with_earlier(told, folder / CHANGES_FILE).encode("utf-8"),
        **{
            name: _renewed_document((folder / name).read_text(encoding="utf-8"), found, example).encode("utf-8")
            for name in DOCUMENTS
            if (folder / name).is_file()
        },
    }


def _skops_copy(found: Retrained, golden: dict[str, Any]) -> dict[str, bytes]:
    """Return the copy for those who do not load pickles, where there was one and there can be one again."""
    if "trusted" not in found.before.get("skops", {}):
        return {}
    try:
        content, trusted = skops_copy(found.scorer.model, len(found.model), found.manifest, golden["rows"])
    except NoCopy as reason:
        found.manifest["skops"] = {"absent": str(reason)}
        found.rows.notes.append(f"{SKOPS_FILE} is gone, since it was of the model before: {reason}.")
        return {}
    found.manifest["skops"] = {"trusted": trusted}
    return {SKOPS_FILE: content}


def _with_earlier(told: str, path: Path) -> str:
    title = "# Changes\n\n"
    earlier = path.read_text(encoding="utf-8").removeprefix(title) if path.is_file() else ""
    return title + told + (f"\n{earlier}" if earlier else "")


def _example(folder: Path, found: Retrained) -> str:
    """Return the new model's answer to ``request.json`` as the README shows it; "" where there is none."""
    try:
        rows = json.loads((folder / REQUEST_FILE).read_text(encoding="utf-8"))["rows"]
        (answer,) = found.scorer.predict_rows(rows)
    except (OSError, ValueError, KeyError, TypeError):  # somebody's own file; the README keeps what it shows
        return ""
    if "error" not in answer:
        answer["in_words"] = answer_in_words(answer, found.scorer)
    decision = {"decision": found.manifest["decision"]} if "decision" in found.manifest else {}
    shown = {"predictions": [answer], "model": found.manifest["model"], **decision}
    return json.dumps(shown, indent=1, ensure_ascii=True)


def _renewed_document(text: str, found: Retrained, example: str) -> str:
    """Name the new model's SHA-256, show its answer, and say at the top what the document is about."""
    text = text.replace(found.before["model"], found.manifest["model"])
    if example:
        text = EXAMPLE.sub(lambda _: example, text, count=1)
    if NOTE in text:
        return text
    title, _, rest = text.partition("\n\n")
    return f"{title}\n\n{NOTE}{rest}"


def _renew_sums(folder: Path) -> None:
    """Write the digests of the files anew that say that none was changed."""
    sums = folder / SUMS_FILE
    if not sums.is_file():
        return
    names = {line.split("  ", 1)[1] for line in sums.read_text(encoding="utf-8").splitlines() if "  " in line}
    present = sorted(name for name in names | {CHANGES_FILE} if (folder / name).is_file())
    sums.write_text("".join(f"{file_digest(folder / name)}  {name}\n" for name in present), encoding="utf-8")


def _copy(folder: Path, new: Path, left_out: set[str]) -> None:
    for path in folder.iterdir():
        environment = path.is_dir() and (path / "pyvenv.cfg").exists()
        if path.name in left_out or environment or path.name.startswith(f".{folder.name}-new-"):
            continue
        if path.is_dir():
            shutil.copytree(path, new / path.name, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy2(path, new / path.name)


def _test(folder: Path) -> None:
    """Run the bundle's own tests where it is; NotWritten, with what they said, where they do not pass."""
    kept = {name: value for name, value in os.environ.items() if name not in ("MODEL_FOLDER", "PYTHONPATH")}
    command = [sys.executable, "-B", "-m", "unittest", "-q", "test_service"]
    try:
        done = subprocess.run(
            command, cwd=folder, env=kept, capture_output=True, text=True, timeout=TEST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotWritten(f"The tests of the new bundle did not run: {error}") from error
    if done.returncode:
        raise NotWritten(f"The new bundle does not pass its own tests:\n{done.stderr[-2000:]}")


def _same(one: Path, other: Path) -> bool:
    if not (one.is_file() and other.is_file()):
        return one.exists() == other.exists()
    return one.read_bytes() == other.read_bytes()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=True, allow_nan=False) + "\n").encode("utf-8")
