"""A worker process that has its libraries loaded before there is a run: the first score is there seconds sooner.

The server starts one where a run is likely (the Train page), and hands it the next run over its standard input. It
ends by itself when the server does, and when nobody came for a while.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

import workbench

MODULE = "workbench.training.worker"
OPTION = "--stand-by"
PATIENCE_SECONDS = 600.0
LEAST_MEMORY_BYTES = 1.5e9  # free; where there is less, libraries are loaded when they are needed
LOG = logging.getLogger("workbench.standby")


@dataclass(frozen=True)
class _Standby:
    process: subprocess.Popen
    home: str
    url: str


_waiting: _Standby | None = None
_lock = threading.Lock()


def enabled() -> bool:
    """Whether processes may stand by: not where ``WORKBENCH_STANDBY`` is 0."""
    return os.environ.get("WORKBENCH_STANDBY", "").strip() != "0"


def prepare(home: Path, url: str, log: Path) -> None:
    """Start a process that waits for a run of this store; nothing happens where one waits, or memory is short.

    Parameters
    ----------
    home : Path
        The folder of the store.
    url : str
        Its database.
    log : Path
        Where to write what the process says until it has a run.
    """
    global _waiting
    if not enabled() or psutil.virtual_memory().available < LEAST_MEMORY_BYTES:
        return
    with _lock:
        if _waiting is not None and _waiting.process.poll() is None:
            return
        environment = {**os.environ, "WORKBENCH_HOME": str(home), "WORKBENCH_DATABASE_URL": url}
        command = [sys.executable, "-m", MODULE, OPTION]
        with contextlib.suppress(OSError):  # the run starts one of its own, and says what is wrong
            process = spawn(command, {**environment, **UNBUFFERED}, log, stdin=subprocess.PIPE)
            _waiting = _Standby(process, str(home), url)


def hand_over(home: Path, url: str, order: dict) -> subprocess.Popen | None:
    """Give the waiting process its run, and return the process; None where none waits for this store.

    Parameters
    ----------
    order : dict
        ``arguments`` of the worker, ``environment`` variables, ``log`` file.
    """
    global _waiting
    with _lock:
        standby = _waiting
        if standby is None or (standby.home, standby.url) != (str(home), url):
            return None
        _waiting = None
    message = json.dumps(order).encode("utf-8") + b"\n"
    try:
        with standby.process.stdin as pipe:
            pipe.write(message)
    except OSError:  # it has just ended
        standby.process.wait()
        return None
    return standby.process


def dismiss() -> None:
    """Let the process that waits end."""
    global _waiting
    with _lock:
        standby, _waiting = _waiting, None
    if standby is not None:
        with contextlib.suppress(OSError):
            standby.process.stdin.close()
        standby.process.wait(PATIENCE_SECONDS)


def wait_for_order() -> list[str] | None:
    """In the process that stands by: load the libraries, wait, and return the arguments of the worker; None where
    nobody came. Environment, temporary folder and log are those of the run then."""
    lines: list[bytes] = []
    reader = threading.Thread(target=lambda: lines.append(sys.stdin.buffer.readline()), daemon=True)
    reader.start()
    _load()
    reader.join(PATIENCE_SECONDS)
    if not lines or not lines[0].strip():
        return None
    order = json.loads(lines[0])
    os.environ.update(order["environment"])
    tempfile.tempdir = None  # it may have been asked for already
    with Path(order["log"]).open("ab") as log:
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
    return order["arguments"]


def _load() -> None:
    """Import what every run needs."""
    try:
        import workbench.results
        import workbench.training.course  # noqa: F401
    except ImportError:  # the run meets the same, and says so
        LOG.exception("a library could not be loaded")


UNBUFFERED = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def spawn(
    command: list[str], environment: dict[str, str], log: Path, *, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen:
    """Start a process that outlives this one, with its output in ``log``."""
    root = Path(workbench.__file__).resolve().parents[1]
    options = {"start_new_session": True}
    if os.name == "nt":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined]
        options = {"creationflags": flags}
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            close_fds=True,
            **options,
        )
