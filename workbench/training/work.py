"""The fits that are still to do, and which of them comes next."""

import threading
from collections.abc import Callable, Sequence

from workbench.training.evaluation import BASELINE
from workbench.training.scoring import Task

WORTH_KEEPING = 0.1  # of the longest fit: shorter ones fill no gap at the end


class Work:
    """Tasks taken by the worker processes and by the calling one: cheapest first, and no long one at the very end.

    Parameters
    ----------
    tasks : sequence of Task
    seconds : dict of str to float
        Predicted seconds of one fit, per candidate; what is measured takes their place.
    n_jobs : int, default=1
        How many fits there are at a time.
    in_order : bool
        Take the tasks as they are given.

    Notes
    -----
    The first scores shall come soon, so cheap candidates go first, and the cheapest that learns right after one fold of
    the baseline, for a person waits for its score; and no core shall wait for one long fit at the
    end, so the longest fits are begun while there is enough of the others left to fill the other cores (longest
    processing time first, Graham 1969). Fits of which another one computes the preparation just now are
    put off while there are others.
    """

    def __init__(self, tasks: Sequence[Task], seconds: dict[str, float], *, n_jobs: int = 1, in_order: bool = False):
        self._left = list(tasks)
        self._seconds = dict(seconds)
        self._measured: dict[str, list[float]] = {}
        self._n_jobs = n_jobs
        self._in_order = in_order
        self._lock = threading.Lock()
        self._failed: set[str] = set()
        self._preparing: dict[Task, str] = {}
        self._prepared: set[str] = set()
        self._guessed, self._learned = False, False  # whether a fit of the baseline, of another one was handed out

    def take(self, suits: Callable[[Task], bool] = lambda task: True) -> Task | None:
        """Return the next task of a candidate that has not failed; None when there is none, or it does not suit."""
        with self._lock:
            self._left = [task for task in self._left if task.candidate.key not in self._failed]
            if not self._left:
                return None
            order = self._left if self._in_order else ordered(self._left, self._seconds, self._n_jobs)
            busy = set(self._preparing.values()) - self._prepared
            task = order[0]
            if not self._in_order:
                task = next((one for one in order if one.preparation not in busy), task)
                if self._guessed and not self._learned:
                    task = next((one for one in order if one.candidate.kind != BASELINE), task)
            if not suits(task):
                return None
            self._left.remove(task)
            self._guessed |= task.candidate.kind == BASELINE
            self._learned |= task.candidate.kind != BASELINE
            if task.preparation:
                self._preparing[task] = task.preparation
            return task

    def done(self, task: Task, seconds: float | None = None) -> list[str]:
        """Note that a task ended, after ``seconds`` if in a score; returns the preparations that none needs now."""
        with self._lock:
            self._preparing.pop(task, None)
            if seconds is not None:
                self._prepared.add(task.preparation)
                measured = self._measured.setdefault(task.candidate.key, [])
                measured.append(seconds)
                self._seconds[task.candidate.key] = sum(measured) / len(measured)
            failed = self._failed
            needed = {one.preparation for one in self._left if one.candidate.key not in failed}
            needed.update(self._preparing.values())
            return [task.preparation] if task.preparation and task.preparation not in needed else []

    def seconds(self) -> float:
        """Predicted seconds of the fits that are left, one after the other."""
        with self._lock:
            return sum(
                self._seconds[task.candidate.key] for task in self._left if task.candidate.key not in self._failed
            )

    def seconds_of(self, task: Task) -> float:
        """Predicted seconds of one fit."""
        return self._seconds[task.candidate.key]

    def fail(self, key: str) -> bool:
        """Give up on a candidate. True the first time."""
        with self._lock:
            first = key not in self._failed
            self._failed.add(key)
            return first

    def has_failed(self, key: str) -> bool:
        with self._lock:
            return key in self._failed

    def stop(self) -> None:
        with self._lock:
            self._left.clear()


def ordered(tasks: Sequence[Task], seconds: dict[str, float], n_jobs: int = 1) -> list[Task]:
    """Return tasks from the cheapest candidate up, the baseline first, but with some work kept for the end.

    Behind the longest fits come as many others, the longer ones first, as keep ``n_jobs`` cores busy while the last
    of the longest is under way. Very short ones are not kept: their scores are worth more at the beginning.
    """

    def cost(task):
        return seconds[task.candidate.key]

    found = sorted(tasks, key=lambda task: (task.candidate.kind != BASELINE, cost(task), task.candidate.key, task.fold))
    if not found or n_jobs == 1:
        return found
    longest = [task for task in found if task.candidate.key == found[-1].candidate.key]
    others = found[: len(found) - len(longest)]
    kept, to_fill = [], (n_jobs - 1) * cost(longest[0])
    while others and to_fill > 0 and cost(others[-1]) >= WORTH_KEEPING * cost(longest[0]):
        kept.append(others.pop())
        to_fill -= cost(kept[-1])
    kept.sort(key=lambda task: (-cost(task), task.candidate.key, task.fold))
    return [*others, *longest, *kept]
