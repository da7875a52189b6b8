"""Worker processes that come up while the calling process still imports and reads; itself light to import."""

import contextlib
import os
import threading

ROWS_THAT_PAY = 5_000  # below this a run is usually over before the processes are up
IMPORT_NICENESS = 5  # so that what the calling process does in the meantime comes first

_warming: threading.Thread | None = None


def warm_up(n_jobs: int | None = None) -> None:
    """Start the worker processes of the next session on this computer, without waiting for them.

    Parameters
    ----------
    n_jobs : int, optional
        As for ``Session``.
    """
    global _warming
    if os.environ.get("WORKBENCH_DASK_ADDRESS", "").strip() or n_jobs == 1:
        return
    _warming = threading.Thread(target=_start, args=(n_jobs,), name="warming up", daemon=True)
    _warming.start()


def wait() -> None:
    """Wait for what :func:`warm_up` began; a session uses the same processes."""
    if _warming is not None:
        _warming.join()


def _start(n_jobs: int | None) -> None:
    import joblib

    n_jobs = n_jobs or joblib.cpu_count()
    if n_jobs == 1:
        return
    with contextlib.suppress(Exception):  # a session starts them again, and tells what is wrong
        parallel(n_jobs)(joblib.delayed(_import)() for _ in range(n_jobs))


def parallel(n_jobs: int, **options):
    """Return joblib's ``Parallel`` over the worker processes, always with the settings by which it keeps them."""
    import joblib

    with joblib.parallel_config(inner_max_num_threads=1, backend="loky"):
        return joblib.Parallel(n_jobs=n_jobs, pre_dispatch="n_jobs", batch_size=1, **options)


def _import() -> None:
    if hasattr(os, "nice"):
        os.nice(IMPORT_NICENESS)
    import workbench.training.scoring  # noqa: F401 - what takes long when a process begins
