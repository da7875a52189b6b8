"""A run worked on in this very process, so that Ctrl-C ends it; meanwhile it is said how far it is."""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from workbench.cli.saying import progress
from workbench.errors import Conflict, WorkbenchError

if TYPE_CHECKING:
    from workbench.store import Store
    from workbench.store.records import Run

REPORT_SECONDS = 0.5
PHASES = {
    "loading": "loading the table",
    "scoring": "scoring",
    "fitting": "fitting the best on all rows",
    "explaining": "measuring what it relies on",
    "comparing": "measuring what a division by chance would promise",
}


def worked_on(store: "Store", started: "Run") -> "Run":
    """Do what is left of a run in this process, so that Ctrl-C ends it, and return how it stands then."""
    if started.status == "finished":
        return started
    from workbench.training import supervisor, worker

    try:
        with _log(store.logs / f"{started.id}.log"), _reporting(store, started.id), _stopped_by_terminate():
            worker.work(store, started.id, began=_process_began())
    except KeyboardInterrupt:
        supervisor.end_children()
        stopped = supervisor.stop(store, started.id)
        kept = f"{stopped.n_done} of {stopped.n_total} folds are kept"
        # The argument becomes the one line that is said last (workbench.cli.entry).
        raise KeyboardInterrupt(
            f"Stopped; {kept}. Go on with: python -m workbench train --resume {started.id}"
        ) from None
    finished = store.run(started.id)
    if finished.active:
        raise Conflict(f"Another process works on {started.id} now.", "Its result will be in the app.")
    return finished


def _process_began() -> float:
    """When this process was started, on the clock of ``time.monotonic``: reading the file is part of the budget."""
    return time.monotonic() - (time.time() - psutil.Process().create_time())


@contextmanager
def _stopped_by_terminate() -> Iterator[None]:
    """Take a polite request to end (``kill``, a container that stops) for Ctrl-C, so that the run is not left open."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return

    def stop(*_) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _log(path: Path) -> Iterator[None]:
    """Send the details of what goes wrong to the run's log, as in a worker process, and not to the screen."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


@contextmanager
def _reporting(store: "Store", run_id: str) -> Iterator[None]:
    """Say on standard error how far the run is, whenever that has changed."""
    ended = threading.Event()

    def report() -> None:
        last = ""
        while not ended.wait(REPORT_SECONDS):
            with suppress(WorkbenchError):  # a busy database: the next look may get through
                line = _how_far(store.run(run_id))
                if line != last:
                    progress(line)
                last = line

    thread = threading.Thread(target=report, name="report", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _how_far(now: "Run") -> str:
    if now.status == "queued":
        return "waiting for other runs to end"
    words = PHASES.get(now.phase, now.status)
    # Without the time left: it changes every second, and a line each time would be noise.
    return f"{now.n_done} of {now.n_total} folds done, {words}"
