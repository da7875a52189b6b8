"""Where a file is read: here if it is small and harmless, else in a process with limits that can be stopped."""

import contextlib
import json
import logging
import queue
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from workbench.errors import CannotRead, Stopped, WorkbenchError
from workbench.store import worker_process
from workbench.store.looking import AT_ENDS
from workbench.store.reading import TOO_MUCH_MEMORY, Progress

LOG = logging.getLogger(__name__)
MB = 2**20
# A process takes 1 s to start; below this size, text is read here in less, and nobody else notices.
SMALL_BYTES = 4 * MB
# A small workbook may unpack to gigabytes; a first line without end is no table that people keep.
SMALL_UNPACKED_BYTES = 64 * MB
LONGEST_FIRST_LINE = 2**18
# Together with the libraries (150 MB of code) this keeps a hostile file below 2 GB. A big file may be honest, so it
# gets more: a workbook's cells take some 16 times its size.
MEMORY_BYTES = 1600 * MB
MEMORY_PER_BYTE = 16
MEMORY_SHARE = 0.75  # of what is free on this computer
# Without any progress for so long, the reading is given up.
SILENT_SECONDS = 25
SILENT_SECONDS_PER_MB = 2
POLL_SECONDS = 0.1
# Each may take its memory at the same time.
_turns = threading.BoundedSemaphore(2)
# A look does not wait until big files are read.
_looks = threading.BoundedSemaphore(2)


def read_file(job: dict[str, Any], on_progress: Progress | None = None, should_stop=None) -> dict[str, Any]:
    """Do a job of :func:`workbench.store.reading.read_to_files`, or of :mod:`workbench.store.looking`, where it can do
    no harm.

    Raises
    ------
    CannotRead
        The file is no table, or what reads it died, took too much memory or made no progress.
    NoSpace, Stopped
    """
    if _is_harmless(job):
        return work_of(job)(job, on_progress, should_stop)
    turns = _looks if "look" in job else _turns
    while not turns.acquire(timeout=POLL_SECONDS):
        _check(should_stop)
        if on_progress:
            on_progress(0, 1, "Waiting until other files are read")
    try:
        return _Reading(job).answer(on_progress, should_stop)
    finally:
        turns.release()


def work_of(job: dict[str, Any]):
    """Return the function ``(job, on_progress, should_stop)`` that does a job."""
    from workbench.store import looking, reading

    return (lambda job, *_: looking.look(job)) if "look" in job else reading.read_to_files


def _is_harmless(job: dict[str, Any]) -> bool:
    """Whether a job may be done in this process."""
    paths = _paths(job)
    if job.get("look") in AT_ENDS:
        return all(is_plain(path) for path in paths)
    return sum(path.stat().st_size for path in paths) <= SMALL_BYTES and all(is_small(path) for path in paths)


def _paths(job: dict[str, Any]) -> list[Path]:
    return [Path(job["path"]), *(Path(path) for path, _ in job.get("parts", ()))]


def is_small(path: Path) -> bool:
    """Whether a file is small, and of a kind that is read by Python alone or by readers that do not break."""
    return path.stat().st_size <= SMALL_BYTES and is_plain(path)


def is_plain(path: Path) -> bool:
    """Whether a file is lines of text, or small and of a kind that does no harm."""
    from workbench.data.files.formats import detect_format
    from workbench.runtime.containers import packing

    with path.open("rb") as file:
        head = file.read(LONGEST_FIRST_LINE)
    if packing(path, head[:8]) is not None:
        return False
    try:
        kind = detect_format(path)
    except WorkbenchError:
        return True  # it is refused by its first bytes
    if kind not in ("delimited", "fixed_width", "json_lines") and path.stat().st_size > SMALL_BYTES:
        return False
    if kind == "excel":
        return head.startswith(b"PK") and _unpacked_bytes(path) <= SMALL_UNPACKED_BYTES
    text = kind in ("delimited", "fixed_width", "json", "json_lines")
    return text and (len(head) < LONGEST_FIRST_LINE or b"\n" in head or b"\r" in head or kind == "json")


def _unpacked_bytes(path: Path) -> int:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return SMALL_UNPACKED_BYTES + 1


def memory_limit(size_bytes: int) -> int:
    """Return how much memory the reading of a file of this size may take, in bytes."""
    generous = MEMORY_BYTES + MEMORY_PER_BYTE * max(size_bytes - SMALL_BYTES, 0)
    return max(min(generous, int(psutil.virtual_memory().available * MEMORY_SHARE)), MEMORY_BYTES)


def _check(should_stop) -> None:
    if should_stop and should_stop():
        raise Stopped("Reading was stopped.")


class _Reading:
    """A process at work on one job."""

    def __init__(self, job: dict[str, Any]):
        size_bytes = sum(path.stat().st_size for path in _paths(job))
        self.memory_bytes = memory_limit(size_bytes)
        self.silent_seconds = SILENT_SECONDS + SILENT_SECONDS_PER_MB * size_bytes / MB
        if job.get("seconds"):
            self.silent_seconds = min(self.silent_seconds, job["seconds"])
        self.job = {**job, "memory_bytes": self.memory_bytes}
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.log = Path(job["folder"]) / "log"

    def answer(self, on_progress: Progress | None, should_stop) -> dict[str, Any]:
        with self.log.open("wb") as log:
            # A stack per thread counts as taken memory, and nothing here multiplies matrices.
            modest = {"OPENBLAS_NUM_THREADS": "1"}
            self.process = worker_process.started(
                "workbench.store.reading_worker", log, modest, does="that reads files"
            )
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            with contextlib.suppress(OSError):  # it died at once: its silence is noticed below
                self.process.stdin.write(json.dumps(self.job).encode("ascii") + b"\n")
                self.process.stdin.flush()
            return self._follow(on_progress, should_stop)
        finally:
            worker_process.ended(self.process)

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def _follow(self, on_progress: Progress | None, should_stop) -> dict[str, Any]:
        heard, done = time.monotonic(), None
        while True:
            _check(should_stop)
            try:
                line = self.lines.get(timeout=POLL_SECONDS)
            except queue.Empty:
                if self._memory() > self.memory_bytes:
                    raise CannotRead(**TOO_MUCH_MEMORY) from None
                if time.monotonic() - heard > self.silent_seconds:
                    raise CannotRead(
                        f"Reading this file made no progress for {self.silent_seconds:,.0f} seconds and was given up.",
                        "It may be damaged. Open it where it comes from, save it as CSV, and try that.",
                    ) from None
                continue
            if line is None:
                raise self._died()
            said = json.loads(line)
            if "answer" in said:
                return said["answer"]
            if "error" in said:
                raise worker_process.error_of(said, CannotRead)
            if (now := (said["done"], said["words"])) != done:
                heard, done = time.monotonic(), now
            if on_progress:
                on_progress(said["done"], said["total"], said["words"])

    def _memory(self) -> int:
        """Return what the process holds, without the pages of mapped files."""
        with contextlib.suppress(psutil.Error, OSError):
            memory = psutil.Process(self.process.pid).memory_info()
            return memory.rss - getattr(memory, "shared", 0)
        return 0

    def _died(self) -> CannotRead:
        code = self.process.wait()
        said = self.log.read_text("utf-8", "replace").strip()
        LOG.error("reading %s ended with code %s: %s", self.job["name"], code, said[-4000:])
        if "MemoryError" in said[-500:] or "bad_alloc" in said[-500:]:
            return CannotRead(**TOO_MUCH_MEMORY)
        return CannotRead(
            "The file could not be read: what reads it broke off"
            + (", or the computer ran out of memory." if code in worker_process.KILLED else "."),
            "It may be damaged. Open it where it comes from, save it as CSV, and try that.",
        )
