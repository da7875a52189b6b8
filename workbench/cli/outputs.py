"""Files that a command writes: checked before the work begins, and never left half written."""

import csv
import json
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from workbench.cli.saying import STDOUT
from workbench.errors import NotPossible


def check_outputs(*outputs: str | None, inputs: Iterable[str | None] = ()) -> None:
    """Make sure that every output can be written, before hours of work depend on it.

    Parameters
    ----------
    outputs : str or None
        Paths; ``-`` is standard output, None is left out.
    inputs : iterable of str or None
        Files that the command reads and must not write over.

    Raises
    ------
    NotPossible
        Names the output and what is wrong with it.
    """
    given = [output for output in outputs if output is not None]
    if given.count(STDOUT) > 1:
        raise NotPossible("Only one output can go to standard output.", "Give the others a file name.")
    files = [Path(output) for output in given if output != STDOUT]
    sources = [Path(source) for source in inputs if source is not None]
    for position, path in enumerate(files):
        if any(_same(path, source) for source in sources):
            raise NotPossible(f"“{path}” is the file that is read.", "Choose another name for the output.")
        if any(_same(path, other) for other in files[:position]):
            raise NotPossible(f"Two outputs have the same name, “{path}”.", "Give each its own.")
        _check_writable(path)


def write_text(output: str, text: str) -> None:
    """Write UTF-8 text to a path or, for ``-``, to standard output."""
    _write(output, lambda stream: stream.write(text))


def write_json(output: str, value: Any) -> None:
    """Write a JSON value; NaN and infinity, which JSON does not know, are refused."""
    write_text(output, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_csv(output: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write records as RFC 4180 asks: comma, quotes doubled, CRLF; UTF-8 without a mark in front."""

    def write(stream: TextIO) -> None:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)

    _write(output, write)


def write_bytes_of(output: str, make: Callable[[Path], Any]) -> None:
    """Let ``make`` write a file at a temporary path, and put it in place when it is complete."""
    path = Path(output)
    if is_device(path):
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / "part"
            make(part)
            path.write_bytes(part.read_bytes())
        return
    target = path.resolve()  # a link stays a link
    part = target.with_name(f".workbench-{os.getpid()}.part")
    try:
        make(part)
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write(output: str, write: Callable[[TextIO], Any]) -> None:
    if output == STDOUT:
        if hasattr(sys.stdout, "reconfigure"):  # the bytes are the same on every system
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="")
        write(sys.stdout)
        sys.stdout.flush()
        return

    def make(path: Path) -> None:
        # Text of a damaged file may hold lone surrogates; they are written as "?" rather than not at all.
        with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            write(stream)

    write_bytes_of(output, make)


def _check_writable(path: Path) -> None:
    folder = path.resolve().parent
    if path.is_dir():
        raise NotPossible(f"“{path}” is a folder.", "Name a file to write.")
    if not folder.is_dir():
        raise NotPossible(f"There is no folder “{folder}” to write “{path.name}” to.", "Make it, or name another.")
    if is_device(path):
        return
    try:
        if path.exists():
            with path.open("ab"):
                pass
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise NotPossible(f"“{path}” cannot be written ({reason}).", "Choose another folder.") from error


def is_device(path: Path) -> bool:
    """Return whether the path is a device or a pipe, which is written to and not replaced."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        if one.exists() and other.exists():
            return one.samefile(other)
    return one.resolve() == other.resolve()
