"""Worker processes for (candidate, fold) pairs: who computes what, in what order, and what if a process dies."""

import logging
import queue
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from workbench.errors import NoSpace
from workbench.training.evaluation import FoldScore
from workbench.training.scoring import Failure, Material, label_of, score_pair, stored_material

LOG = logging.getLogger(__name__)
POLL_SECONDS = 0.1  # how often the start of a fit is looked for; the end of one is noticed at once
PATIENCE_SECONDS = 10.0  # how long to wait for worker processes to end after a stop

Pair = tuple[str, int]
Outcome = FoldScore | Failure


class Work:
    """The pairs still to do, cheapest first, taken by the worker processes and by the calling one."""

    def __init__(self, pairs: list[Pair]):
        self._left = deque(pairs)
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def take(self, suits: Callable[[Pair], bool] = lambda pair: True) -> Pair | None:
        """Return the next pair of a candidate that has not failed; None when there is none, or it does not suit."""
        with self._lock:
            while self._left and self._left[0][0] in self._failed:
                self._left.popleft()
            return self._left.popleft() if self._left and suits(self._left[0]) else None

    def seconds(self, predicted: dict[str, float]) -> float:
        """Predicted seconds of the fits that are left, one after the other."""
        with self._lock:
            return sum(predicted[key] for key, _ in self._left if key not in self._failed)

    def fail(self, key: str) -> bool:
        """Give up on a candidate. True the first time."""
        with self._lock:
            first = key not in self._failed
            self._failed.add(key)
            return first

    def stop(self) -> None:
        with self._lock:
            self._left.clear()


def in_this_process(work: Work, material: Material, on_start, suits: Callable[[Pair], bool]) -> Iterator[Outcome]:
    """Compute pairs one after the other, here, as long as the next one suits."""
    while (pair := work.take(suits)) is not None:
        on_start(*pair)
        yield score_pair(material, *pair)


def in_worker_processes(
    work: Work, material: Material, on_start, *, n_jobs: int, help_with: Iterator[Outcome]
) -> Iterator[Outcome]:
    """Compute pairs in ``n_jobs`` worker processes; yields outcomes as they finish, in the calling thread.

    joblib runs in a thread of its own, so that this one can tell of starts and lend a hand (``help_with``) until
    the workers have come up. A process that dies (usually ended by the system for want of memory) takes the whole
    pool with it; the pairs that were under way are then tried again one at a time, which shows whose fault it was.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-run-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            joblib.dump(material, folder / "material.joblib")
        except OSError as error:
            raise NoSpace(
                f"The table could not be written to the temporary folder {folder.parent} ({error.strerror}).",
                "Free some space there and train again; what is finished is kept.",
            ) from error
        try:
            suspects = yield from _pool(work, material, on_start, folder, n_jobs=n_jobs, help_with=help_with)
            while suspects:
                for pair in suspects:
                    alone = Work([pair])
                    if (yield from _pool(alone, material, on_start, folder, n_jobs=2, help_with=None)):
                        LOG.warning("the process that fitted %s, fold %d was ended from outside", *pair)
                        yield _ended_from_outside(material, *pair)
                suspects = yield from _pool(work, material, on_start, folder, n_jobs=n_jobs, help_with=None)
        finally:
            work.stop()


def _pool(work: Work, material: Material, on_start, folder: Path, *, n_jobs: int, help_with):
    """Run pairs until none is left; returns those that were under way when a worker process died."""
    outcomes: queue.SimpleQueue = queue.SimpleQueue()
    started: dict[Path, Pair] = {}
    under_way: dict[Pair, Path] = {}
    thread = threading.Thread(
        target=_run_joblib, args=(work, folder, n_jobs, under_way, outcomes), name="joblib", daemon=True
    )
    thread.start()
    finished = False
    try:
        while True:
            if help_with is not None:
                # While the workers are still importing, this process can do something.
                helped = None if _tell_starts(under_way, started, on_start) else next(help_with, None)
                if helped is None:
                    help_with = None
                else:
                    yield helped
            try:
                item = outcomes.get(timeout=POLL_SECONDS) if help_with is None else outcomes.get_nowait()
            except queue.Empty:
                _tell_starts(under_way, started, on_start)
                continue
            _tell_starts(under_way, started, on_start)
            if isinstance(item, FoldScore | Failure):
                under_way.pop((item.candidate, item.fold), None)
                yield item
            elif item is None:
                finished = True
                return []
            elif isinstance(item, BrokenProcessPool):
                finished = True
                return list(under_way)
            else:
                raise item
    finally:
        if not finished:
            # Someone stopped listening: an exception in a callback, Ctrl-C, a closed generator.
            work.stop()
            get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)
        thread.join(PATIENCE_SECONDS)


def _run_joblib(work: Work, folder: Path, n_jobs: int, under_way: dict, outcomes: queue.SimpleQueue) -> None:
    """Feed joblib and put what comes out of it, then None or the exception that ended it, on the queue."""

    def tasks():
        while (pair := work.take()) is not None:
            marker = folder / f"{len(under_way)}-{time.monotonic_ns()}.started"
            under_way[pair] = marker
            yield joblib.delayed(_in_worker)(str(folder / "material.joblib"), str(marker), *pair)

    try:
        with joblib.parallel_config(inner_max_num_threads=1, backend="loky"):
            parallel = joblib.Parallel(
                n_jobs=n_jobs, return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1
            )
            for outcome in parallel(tasks()):
                outcomes.put(outcome)
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
        outcomes.put(error)
    else:
        outcomes.put(None)


def _in_worker(path: str, marker: str, key: str, fold: int) -> Outcome:
    Path(marker).touch()
    return score_pair(stored_material(path), key, fold)


def _tell_starts(under_way: dict, started: dict, on_start) -> bool:
    """Report pairs whose worker has begun; True once any has."""
    for pair, marker in list(under_way.items()):
        if marker not in started and marker.exists():
            started[marker] = pair
            on_start(*pair)
    return bool(started)


def _ended_from_outside(material: Material, key: str, fold: int) -> Failure:
    return Failure(
        key,
        fold,
        f"{label_of(material.spec, key)} failed on fold {fold + 1} of {material.spec.split.rounds}: its process was "
        "ended by the system, most likely because the memory did not suffice. Use fewer rows or columns, or leave "
        "it out.",
        "worker process died",
    )
