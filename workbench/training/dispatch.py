"""Worker processes for (candidate, fold) pairs: who computes what, and what if a process dies."""

import contextlib
import logging
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from workbench.errors import NoSpace
from workbench.training import memory, warming
from workbench.training.evaluation import FoldScore
from workbench.training.scoring import Failure, Material, Shared, Task, label_of_candidate, score_pair, stored_material
from workbench.training.work import Work

LOG = logging.getLogger(__name__)
POLL_SECONDS = 0.1  # how often the start of a fit is looked for; the end of one is noticed at once
PATIENCE_SECONDS = 10.0  # how long to wait for worker processes to end after a stop

Pair = tuple[str, int]
Outcome = FoldScore | Failure


def in_this_process(
    work: Work, material: Material, shared: Shared, on_start, suits: Callable[[Task], bool] = lambda task: True
) -> Iterator[tuple[Task, Outcome]]:
    """Compute pairs one after the other, here, as long as the next one suits."""
    while (task := work.take(suits)) is not None:
        on_start(*task.pair)
        yield task, score_pair(material, task, shared)


class Processes:
    """Processes that score pairs; what those of this computer and those of a cluster have in common.

    joblib runs in a thread of its own, so that the calling one can tell of starts and lend a hand until the workers
    have come up. A process that dies (usually ended by the system for want of memory) may take others with it; the
    pairs that were under way are then tried again one at a time, which shows whose fault it was.
    """

    deaths: tuple[type[BaseException], ...] = ()  # what joblib raises when a process died

    def __init__(self, material: Material, shared: Shared):
        self._material = material
        self._shared = shared
        self._starting: threading.Thread | None = None

    @property
    def started(self) -> bool:
        return self._starting is not None

    def start(self) -> None:
        """Hand out the material and let the processes come up, without waiting for that."""
        if self._starting is None:
            self._starting = threading.Thread(target=self._come_up, name="worker processes", daemon=True)
            self._starting.start()

    def close(self) -> None:
        """Wait until the start is through, whatever became of it."""
        if self._starting is not None:
            self._starting.join(PATIENCE_SECONDS)

    def run(self, work: Work, on_start, help_with: Iterator | None = None) -> Iterator[tuple[Task, Outcome]]:
        """Compute all pairs of ``work``; yields outcomes as they finish, in the calling thread.

        Parameters
        ----------
        help_with : iterator of outcomes, optional
            What the calling process computes while the workers come up.
        """
        self.start()
        try:
            suspects = yield from self._pool(work, on_start, help_with)
            while suspects:
                for task in suspects:
                    if (yield from self._pool(Work([task], {task.candidate.key: 0.0}), on_start)):
                        LOG.warning("the process that fitted %s, fold %d was ended from outside", *task.pair)
                        yield task, _ended_from_outside(task, self._material.spec.split.rounds)
                suspects = yield from self._pool(work, on_start)
        finally:
            work.stop()

    def _come_up(self) -> None:
        raise NotImplementedError

    def _computed(self, tasks: Iterator[Task], under_way: dict[Task, Path | None]) -> Iterator[tuple[Task, Outcome]]:
        """Compute tasks as they are taken; notes them in ``under_way``, with the file that tells of their start."""
        raise NotImplementedError

    def _stop(self) -> None:
        """End what is under way at once."""
        raise NotImplementedError

    def _pool(self, work: Work, on_start, help_with: Iterator | None = None):
        """Run pairs until none is left; returns those that were under way when a worker process died."""
        outcomes: queue.SimpleQueue = queue.SimpleQueue()
        started: set[Task] = set()
        under_way: dict[Task, Path | None] = {}
        thread = threading.Thread(target=self._feed, args=(work, under_way, outcomes), name="joblib", daemon=True)
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
                if isinstance(item, tuple):
                    under_way.pop(item[0], None)
                    yield item
                elif item is None:
                    finished = True
                    return []
                elif isinstance(item, self.deaths):
                    finished = True
                    return list(under_way)
                else:
                    raise item
        finally:
            if not finished:
                # Someone stopped listening: an exception in a callback, Ctrl-C, a closed generator.
                work.stop()
                self._stop()
            thread.join(PATIENCE_SECONDS)

    def _feed(self, work: Work, under_way: dict, outcomes: queue.SimpleQueue) -> None:
        """Feed joblib and put what comes out of it, then None or the exception that ended it, on the queue."""
        try:
            self._starting.join()
            for outcome in self._computed(iter(work.take, None), under_way):
                outcomes.put(outcome)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
            outcomes.put(error)
        else:
            outcomes.put(None)


class WorkerProcesses(Processes):
    """``n_jobs`` processes on this computer. They come up in the background and stay when the session is over."""

    deaths = (BrokenProcessPool,)

    def __init__(self, material: Material, shared: Shared, folder: Path, n_jobs: int):
        super().__init__(material, shared)
        self._folder = folder
        self._path = folder / "material.joblib"
        self._n_jobs = n_jobs
        self._memory_bytes = memory.limit_bytes(n_jobs)
        self._problem: OSError | None = None

    def _come_up(self) -> None:
        warming.wait()
        try:
            joblib.dump(self._material, self._path)
        except OSError as error:
            self._problem = error
            return
        with contextlib.suppress(BrokenProcessPool):  # whoever needs them starts them again
            calls = (joblib.delayed(_be_ready)(str(self._path), self._memory_bytes) for _ in range(self._n_jobs))
            warming.parallel(self._n_jobs)(calls)

    def _computed(self, tasks, under_way):
        if self._problem is not None:
            raise _no_space(self._folder, self._problem)

        def calls():
            for task in tasks:
                under_way[task] = self._folder / f"{len(under_way)}-{time.monotonic_ns()}.started"
                arguments = str(self._path), str(under_way[task]), task, self._shared, self._memory_bytes
                yield joblib.delayed(_in_worker)(*arguments)

        return warming.parallel(self._n_jobs, return_as="generator_unordered")(calls())

    def _stop(self) -> None:
        get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)


def remove(folder: Path) -> None:
    """Remove a session's folder, as far as other processes do not hold files in it (Windows)."""
    shutil.rmtree(folder, ignore_errors=True)


def _be_ready(path: str, memory_bytes: int) -> None:
    memory.limit_this_process(memory_bytes)
    stored_material(path)


def _in_worker(path: str, marker: str, task: Task, shared: Shared, memory_bytes: int) -> tuple[Task, Outcome]:
    Path(marker).touch()
    memory.limit_this_process(memory_bytes)
    return task, score_pair(stored_material(path), task, shared)


def _tell_starts(under_way: dict, started: set, on_start) -> bool:
    """Report pairs whose worker has begun; True once any has."""
    for task, marker in list(under_way.items()):
        if task not in started and (marker is None or marker.exists()):
            started.add(task)
            on_start(*task.pair)
    return bool(started)


def _no_space(folder: Path, error: OSError) -> NoSpace:
    return NoSpace(
        f"The table could not be written to the temporary folder {folder.parent} ({error.strerror}).",
        "Free some space there and train again; what is finished is kept.",
    )


def _ended_from_outside(task: Task, n_folds: int) -> Failure:
    return Failure(
        *task.pair,
        f"{label_of_candidate(task.candidate)} failed on fold {task.fold + 1} of {n_folds}: its process was "
        "ended by the system, most likely because the memory did not suffice. Use fewer rows or columns, or leave "
        "it out.",
        "worker process died",
    )
