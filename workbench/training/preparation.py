"""Prepared columns: computed once per fold and kind of preparation, in files that all processes of a run share.

Whoever needs a preparation first computes it and leaves it in the session's folder; the others map that file into
their memory. A lock file keeps two processes from doing the same work at the same time; the system takes it from a
process that dies.
"""

import contextlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import psutil
from scipy import sparse
from sklearn.pipeline import Pipeline

LOG = logging.getLogger(__name__)
# Of what is free on the disk and in memory (where the temporary folder may live, and where the system keeps files that
# are read often) prepared columns take this much; what has no room is computed again by each candidate.
LARGEST_SHARE = 0.5
COLUMNS, STEPS, IDLE, LOCK = ".columns.joblib", ".steps.joblib", ".idle", ".lock"


@dataclass(frozen=True, eq=False)
class Prepared:
    """The columns of one fold as an estimator takes them.

    Parameters
    ----------
    train, test : ndarray or sparse matrix of shape (n_rows, n_features)
    fit_seconds, transform_seconds : float
        What fitting the preparation and applying it to the tested rows took, where it was computed.
    warnings : tuple of str
        What was complained about meanwhile.
    """

    train: Any
    test: Any
    fit_seconds: float
    transform_seconds: float
    warnings: tuple[str, ...] = ()


class Preparations:
    """The prepared columns of a session, by name, in one folder.

    Parameters
    ----------
    folder : Path
    keep_steps : bool
        Also keep the fitted steps, of which whole models are made.
    limit_bytes : int, optional
        How much all of them may take; default half of what is free.
    """

    def __init__(self, folder: Path, *, keep_steps: bool = False, limit_bytes: int | None = None):
        self.folder = folder
        self.keep_steps = keep_steps
        self.limit_bytes = room(folder) if limit_bytes is None else limit_bytes

    def get(self, name: str, compute: Callable[[], tuple[Pipeline, Prepared]]) -> tuple[Pipeline | None, Prepared]:
        """Return the prepared columns called ``name``, and the fitted steps where they are kept."""
        found = self._stored(name)
        if found is None:
            with locked(self.folder / f"{name}{LOCK}"):
                found = self._stored(name)  # somebody else may have been at it
                if found is None:
                    found = compute()
                    self._store(name, *found)
        return found

    def is_ready(self, name: str) -> bool:
        return (self.folder / f"{name}{COLUMNS}").exists()

    def need(self, name: str) -> None:
        """Say that ``name`` must not be cleared away."""
        (self.folder / f"{name}{IDLE}").unlink(missing_ok=True)

    def release(self, name: str) -> None:
        """Say that nobody waits for ``name``; it stays as long as there is room for it."""
        (self.folder / f"{name}{IDLE}").touch()

    def _stored(self, name):
        try:
            # Copy on write: shared between processes, and yet safe with estimators that ask for arrays to write on.
            columns = _plain(joblib.load(self.folder / f"{name}{COLUMNS}", mmap_mode="c"))
            return joblib.load(self.folder / f"{name}{STEPS}") if self.keep_steps else None, columns
        except FileNotFoundError:
            return None

    def _store(self, name, steps, columns):
        if not self._make_room(size_of(columns.train) + size_of(columns.test)):
            LOG.info("no room for prepared columns %s", name)
            return
        try:
            if self.keep_steps:
                write(steps, self.folder / f"{name}{STEPS}")
            write(columns, self.folder / f"{name}{COLUMNS}")
        except OSError as error:  # it works without, only slower
            LOG.warning("prepared columns could not be kept: %s", error)

    def _make_room(self, size_bytes: int) -> bool:
        sizes = {path.name.removesuffix(COLUMNS): path.stat().st_size for path in self.folder.glob(f"*{COLUMNS}")}
        used = sum(sizes.values())
        idle = sorted(self.folder.glob(f"*{IDLE}"), key=lambda path: path.stat().st_mtime)
        for path in idle:
            if used + size_bytes <= self.limit_bytes:
                break
            name = path.name.removesuffix(IDLE)
            with contextlib.suppress(OSError):  # Windows: still mapped
                (self.folder / f"{name}{COLUMNS}").unlink(missing_ok=True)
                path.unlink(missing_ok=True)
                used -= sizes.get(name, 0)
        return used + size_bytes <= self.limit_bytes


def prepare(steps: Pipeline, train_rows, train_target, test_rows, caught: list) -> tuple[Pipeline, Prepared]:
    """Fit the steps before the estimator on the training rows, as ``Pipeline.fit`` does, and apply them to the others.

    Parameters
    ----------
    caught : list of warnings
        Grows while this runs.
    """
    if not len(steps):
        return steps, Prepared(train_rows, test_rows, 0.0, 0.0)
    before = len(caught)
    began = time.perf_counter()
    train = steps.fit_transform(train_rows, train_target)
    fitted = time.perf_counter()
    test = steps.transform(test_rows)
    texts = tuple(dict.fromkeys(str(warning.message) for warning in caught[before:]))
    return steps, Prepared(train, test, fitted - began, time.perf_counter() - fitted, texts)


def name_of(steps: Pipeline, fold: int) -> str:
    """Name of a preparation of one fold: equal steps have equal names, whoever asks."""
    return f"{fold}-{joblib.hash(steps)}"


def write(value, path: Path) -> None:
    """Write a file that is there whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        joblib.dump(value, unfinished)
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def size_of(values) -> int:
    """Bytes of an array or a sparse matrix."""
    if sparse.issparse(values):
        return values.data.nbytes + sum(getattr(values, part).nbytes for part in ("indices", "indptr"))
    return np.asarray(values).nbytes


def room(folder: Path) -> int:
    """Bytes that prepared columns may take in a folder."""
    return int(LARGEST_SHARE * min(shutil.disk_usage(folder).free, psutil.virtual_memory().available))


@contextlib.contextmanager
def locked(path: Path):
    """Hold a lock that ends with this process, however that ends."""
    with path.open("a+b") as file:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            while True:
                with contextlib.suppress(OSError):  # it gives up after ten tries of a second each
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
                    break
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _plain(columns: Prepared) -> Prepared:
    """Arrays of NumPy's own class, which what is computed from them then is as well."""
    return Prepared(
        _as_array(columns.train),
        _as_array(columns.test),
        columns.fit_seconds,
        columns.transform_seconds,
        columns.warnings,
    )


def _as_array(values):
    if isinstance(values, np.memmap):
        return np.asarray(values)
    if sparse.issparse(values):
        for part in ("data", "indices", "indptr"):
            if isinstance(getattr(values, part, None), np.memmap):
                setattr(values, part, np.asarray(getattr(values, part)))
    return values
