"""Processes of our own that are given one job by a line of JSON and answer by lines of JSON, and how they end."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import workbench
from workbench import errors
from workbench.errors import WorkbenchError

KILLED = (-9, 137)  # exit codes of a process that the system ended, for lack of memory as a rule


def started(module: str, log: IO[bytes], env: Mapping[str, str], *, does: str) -> subprocess.Popen:
    """Start ``python -m module`` with pipes for its lines.

    Parameters
    ----------
    module : str
    log : binary file
        Takes what it says on standard error.
    env : mapping of str to str
        Variables it has besides ours.
    does : str
        What it is for, as in "that reads files".

    Raises
    ------
    WorkbenchError
        It could not be started.
    """
    options = {"start_new_session": True}
    if os.name == "nt":
        options = {"creationflags": subprocess.CREATE_NO_WINDOW}  # type: ignore[attr-defined]
    try:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=Path(workbench.__file__).resolve().parents[1],
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            **options,
        )
    except OSError as error:
        raise WorkbenchError(
            f"The process {does} could not be started ({error.strerror or error}).",
            "Free memory on this computer and try again.",
        ) from error


def ended(process: subprocess.Popen) -> None:
    """End it, if it has not ended, and close its pipes."""
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError, ValueError):
            stream.close()


def error_of(said: Mapping[str, str], otherwise: type[WorkbenchError] = WorkbenchError) -> WorkbenchError:
    """Return the error that it told by name, as one of ours; ``otherwise`` where there is none of that name."""
    kind = getattr(errors, said["error"], otherwise)
    if not (isinstance(kind, type) and issubclass(kind, WorkbenchError)):
        kind = otherwise
    return kind(said["message"], said["advice"])
