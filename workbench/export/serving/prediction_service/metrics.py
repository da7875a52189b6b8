"""Counters and durations, as Prometheus reads them: one number each for all workers of a server.

The numbers stand in memory that worker processes share. It is made with the application, so it is shared where the
application is loaded before the workers begin (``preload_app`` in ``gunicorn.conf.py``), and by all threads anyway.
Where each worker loads its own application, each counts for itself, and ``prediction_counted_info`` says so. No
further package is needed: ``prometheus_client`` would keep a file per worker in a folder that somebody must empty.
"""

import bisect
import mmap
import os
import tempfile
import threading
import time
import weakref
from collections.abc import Iterable, Sequence

import numpy as np

try:
    import fcntl
except ImportError:  # Windows: waitress runs one process, so the lock between threads suffices
    fcntl = None

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_PROCESSES = 1_024  # more than WORKERS may ask for, and the one that starts them
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "other")
STATUSES = ("200", "302", "304", "400", "401", "404", "405", "413", "415", "422", "500", "503", "other")
STATIC, OTHER = "/static", "other"
ROUTES = (
    "/", "/predict", "/predict/file", "/schema", "/openapi.json", "/docs", "/metadata", "/health", "/ready",
    "/metrics", STATIC, OTHER,
)  # fmt: skip
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
TOTALS = {
    "prediction_rows_predicted_total": "Rows that got a prediction.",
    "prediction_rows_refused_total": "Rows that were answered with an error.",
    "prediction_rows_warned_total": "Rows that got a prediction and a warning.",
    "prediction_rows_explained_total": "Rows that were answered with reasons.",
}


class SharedNumbers:
    """Numbers that processes forked after they were made add to, each in a copy of its own; what counts is the sum.

    So a request waits for no other process, and what a worker that ended had counted stays.
    """

    def __init__(self, size: int):
        self._size = size
        # Pages that nobody wrote to cost no memory.
        self._copies = memoryview(mmap.mmap(-1, 8 * size * MOST_PROCESSES)).cast("d")
        self._owners = memoryview(mmap.mmap(-1, 8 * MOST_PROCESSES)).cast("q")  # process ids; 0 where there is none yet
        self._threads = threading.Lock()
        # A file without a name; its lock is let go of by the system, too, where a worker is killed while it holds it.
        self._file = _nameless_file() if fcntl else None
        if self._file is not None:
            weakref.finalize(self, os.close, self._file)
        self._process, self._start = 0, 0

    def add(self, changes: Iterable[tuple[int, float]]) -> None:
        """Add to numbers, by their places."""
        with self._threads:
            if self._process != os.getpid():  # the first time, or the first time after a fork
                self._process, self._start = os.getpid(), self._size * self._own_copy()
            for place, amount in changes:
                self._copies[self._start + place] += amount

    def read(self) -> np.ndarray:
        """Return all of them, of shape (size,)."""
        n_used = sum(owner != 0 for owner in self._owners)
        return np.array(self._copies[: self._size * n_used]).reshape(n_used, self._size).sum(axis=0)

    def _own_copy(self) -> int:
        """Return a copy for this process: the one of a process that ended, else the next."""
        if self._file is None:  # no forks
            self._owners[0] = os.getpid()
            return 0
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            place = next(at for at, owner in enumerate(self._owners) if not _is_running(owner))
            self._owners[place] = os.getpid()
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        return place


def _is_running(process: int) -> bool:
    if process in (0, os.getpid()):
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and another user's
        pass
    return True


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):  # works where no folder can be written to
        return os.memfd_create("metrics")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Metrics:
    """Count requests and rows of one application."""

    def __init__(self):
        self._n_requests = len(METHODS) * len(ROUTES) * len(STATUSES)
        self._n_times = len(ROUTES) * (len(BUCKETS) + 2)  # buckets, beyond them, and the sum of seconds
        self._numbers = SharedNumbers(self._n_requests + self._n_times + len(TOTALS))
        self._made_in, self._started = os.getpid(), time.time()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        of_route = _place(ROUTES, route)
        at = (_place(METHODS, method) * len(ROUTES) + of_route) * len(STATUSES) + _place(STATUSES, str(status))
        times = self._n_requests + of_route * (len(BUCKETS) + 2)
        bucket = times + bisect.bisect_left(BUCKETS, seconds)
        self._numbers.add(((at, 1), (bucket, 1), (times + len(BUCKETS) + 1, seconds)))

    def rows(self, predicted: int, refused: int, warned: int, explained: int = 0) -> None:
        """Count rows that were answered."""
        start = self._n_requests + self._n_times
        amounts = enumerate((predicted, refused, warned, explained), start)
        self._numbers.add([(place, amount) for place, amount in amounts if amount])

    def text(self, model: str, estimator: str) -> str:
        """Return everything in the text format of Prometheus (version 0.0.4)."""
        numbers = self._numbers.read()
        requests = numbers[: self._n_requests].reshape(len(METHODS), len(ROUTES), len(STATUSES))
        times = numbers[self._n_requests : self._n_requests + self._n_times].reshape(len(ROUTES), -1)
        lines = [*_head("prediction_requests_total", "counter", "Requests by method, route and status.")]
        for method, route, status in np.argwhere(requests > 0):
            labels = _labels(method=METHODS[method], route=ROUTES[route], status=STATUSES[status])
            lines.append(f"prediction_requests_total{labels} {requests[method, route, status]:.0f}")
        lines += _head("prediction_request_seconds", "histogram", "Time from the request's begin to its answer.")
        for place, route in enumerate(ROUTES):
            lines += _histogram(route, times[place])
        for name, amount in zip(TOTALS, numbers[self._n_requests + self._n_times :], strict=True):
            lines += [*_head(name, "counter", TOTALS[name]), f"{name} {amount:.0f}"]
        lines += _head("prediction_start_time_seconds", "gauge", "When the application was loaded (Unix time).")
        lines.append(f"prediction_start_time_seconds {self._started:.3f}")
        lines += _head("prediction_model_info", "gauge", "The model that is served.")
        lines.append(f"prediction_model_info{_labels(model=model, estimator=estimator)} 1")
        scope = "this process" if os.getpid() == self._made_in else "all workers"
        lines += _head("prediction_counted_info", "gauge", "Whose requests these numbers count.")
        lines.append(f"prediction_counted_info{_labels(scope=scope)} 1")
        return "\n".join(lines) + "\n"


def _histogram(route: str, numbers: np.ndarray) -> list[str]:
    below = numbers[:-1].cumsum()
    if not below[-1]:
        return []
    ends = [*(f"{end:g}" for end in BUCKETS), "+Inf"]
    lines = [
        f"prediction_request_seconds_bucket{_labels(route=route, le=end)} {count:.0f}"
        for end, count in zip(ends, below, strict=True)
    ]
    lines.append(f"prediction_request_seconds_sum{_labels(route=route)} {float(numbers[-1])!r}")
    lines.append(f"prediction_request_seconds_count{_labels(route=route)} {below[-1]:.0f}")
    return lines


def _head(name: str, kind: str, words: str) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]


def _labels(**labels: str) -> str:
    escaped = {
        name: str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"


def _place(known: Sequence[str], name: str) -> int:
    return known.index(name) if name in known else len(known) - 1
