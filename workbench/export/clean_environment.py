"""Virtual environments made from a bundle's own requirements.txt, kept so that equal pins share one."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench.errors import NotPossible

try:
    import fcntl
except ImportError:  # Windows: the app is one process there
    fcntl = None

READY = ".installed"  # marks an environment in which the installation came to its end
INSTALL_SECONDS = 900
KEPT = 5  # environments of half a gigabyte: for bundles of each boosting library, and of none; the longest unused goes
PIP_RETRIES, PIP_SECONDS = "1", "15"  # an index that cannot be reached is to be found out soon
NO_ENVIRONMENT = "Check that a package index can be reached, or use the proof that needs none."
CACHED = "The clean environment for the tests is there already"
# What pip says of an index that does not answer, whichever words the system has for the reason.
UNREACHABLE = ("connection broken by", "ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError")
MAKING = "Making a clean environment from the service's requirements.txt: once for these versions, a minute or two"

Say = Callable[[str], None]
_THREADS = threading.Lock()


def nothing(words: str) -> None:
    """Say nothing."""


def environment(requirements: Path, cache_dir: Path, *, say: Say = nothing) -> Path:
    """Return the Python of a virtual environment with ``requirements`` installed, made where there is none yet.

    Parameters
    ----------
    requirements : Path
        A requirements.txt with exact pins.
    cache_dir : Path
        Where environments are kept; the ``KEPT`` that were used last stay.
    say : callable(str), optional
        Told whether one is there or has to be made.

    Raises
    ------
    NotPossible
        It could not be made, for instance because no package index is reachable.
    """
    home = home_of(requirements, cache_dir)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    cache_dir.mkdir(parents=True, exist_ok=True)
    if not _ready(home):
        say(MAKING)
        with _alone(home):
            if not _ready(home):  # another process may have made it meanwhile
                _make(home, python, requirements)
    else:
        say(CACHED)
    (home / READY).touch()
    _forget_old(cache_dir)
    return python


def home_of(requirements: Path, cache_dir: Path) -> Path:
    """Return where the environment for ``requirements`` is kept."""
    content = requirements.read_bytes() + sys.version.encode("utf-8")
    return cache_dir.resolve() / f"env-{hashlib.sha256(content).hexdigest()[:16]}"


def _ready(home: Path) -> bool:
    return (home / READY).is_file()


def _make(home: Path, python: Path, requirements: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)  # what an interrupted installation left
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    patience = ["--retries", PIP_RETRIES, "--timeout", PIP_SECONDS]
    steps = ([sys.executable, "-m", "venv", str(home)], [*pip, *patience, "-r", str(requirements)])
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, timeout=INSTALL_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            shutil.rmtree(home, ignore_errors=True)
            raise NotPossible(f"No environment for the tests could be made ({error}).", NO_ENVIRONMENT) from error
        if done.returncode:
            shutil.rmtree(home, ignore_errors=True)
            raise NotPossible(_reason(done), NO_ENVIRONMENT)
    (home / READY).write_text("", encoding="utf-8")


def _reason(done: subprocess.CompletedProcess) -> str:
    said = (done.stderr or done.stdout).decode("utf-8", errors="replace").strip()
    if any(mark in said for mark in UNREACHABLE):
        return "No environment for the tests could be made, since no package index answered."
    last = said.splitlines()[-1] if said else "no reason"
    return f"No environment for the tests could be made ({last})."


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one thread of one process at a time make an environment; the system lets go of the lock of one that ends."""
    with _THREADS, home.with_name(f".{home.name}.lock").open("ab") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_old(cache_dir: Path) -> None:
    used = {}
    for marker in cache_dir.glob(f"env-*/{READY}"):
        with suppress(OSError):
            used[marker.parent] = marker.stat().st_mtime
    for home in sorted(used, key=used.get, reverse=True)[KEPT:]:
        shutil.rmtree(home, ignore_errors=True)
