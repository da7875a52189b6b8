"""Large tables are profiled and compared in a process of their own, so that nobody's click waits for it meanwhile."""

import json
import logging
import subprocess
import tempfile
from collections.abc import Callable
from typing import IO

from workbench.errors import WorkbenchError
from workbench.profiling import Profile
from workbench.specs import Task
from workbench.store import worker_process
from workbench.store.home import Store

LOG = logging.getLogger(__name__)
ADVICE = "Try again. If it happens again, work with fewer rows: leave some out on the Prepare page, or in the file."


def profile_apart(
    store: Store,
    fingerprint: str,
    key: str,
    *,
    target: str = "",
    task: Task | None = None,
    on_table: Callable[[], None] | None = None,
    on_columns: Callable[[Profile], None] | None = None,
) -> None:
    """Have the profile of a data set made by another process, which keeps it in the store as ``("profile", key)``.

    Parameters
    ----------
    on_table : callable, optional
        Called when the table is open.
    on_columns : callable, optional
        Called with the profile that is not complete as soon as every column is described.

    Raises
    ------
    WorkbenchError
        The table cannot be opened, or the process died.
    """
    job = {"fingerprint": fingerprint, "key": key, "target": target, "task": task}

    def hear(said: dict) -> None:
        if "columns" in said and on_columns:
            on_columns(Profile.from_json(said["columns"]))
        elif "opened" in said and on_table:
            on_table()

    _ask(store, job, hear)


def compare_apart(
    store: Store,
    fingerprint: str,
    other: str,
    key: str,
    *,
    target: str = "",
    on_tables: Callable[[], None] | None = None,
) -> None:
    """Have two data sets compared by another process, which keeps the outcome in the store as ``("differences", key)``.

    Parameters
    ----------
    fingerprint, other : str
        The table before, and the one now.
    on_tables : callable, optional
        Called when both are open.

    Raises
    ------
    WorkbenchError
        A table cannot be opened, or the process died.
    """
    job = {"fingerprint": fingerprint, "other": other, "key": key, "target": target}
    _ask(store, job, lambda said: on_tables() if on_tables and "opened" in said else None)


def _ask(store: Store, job: dict, hear: Callable[[dict], None]) -> None:
    """Have the process do ``job``; call ``hear`` with each line that it says until it is done."""
    with tempfile.TemporaryFile() as log:
        # Where the store is does not depend on what the variables of this process say by now.
        env = {"WORKBENCH_HOME": str(store.home), "WORKBENCH_DATABASE_URL": store.url}
        process = worker_process.started(
            "workbench.store.profile_worker", log, env, does="that looks through the table"
        )
        try:
            # Open until the end: the process ends when it is closed, also where this one dies.
            process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
            process.stdin.flush()
            for line in process.stdout:
                said = json.loads(line)
                if "error" in said:
                    raise worker_process.error_of(said)
                if "done" in said:
                    return
                hear(said)
            raise _died(process, log)
        except BrokenPipeError:
            raise _died(process, log) from None
        finally:
            worker_process.ended(process)


def _died(process: subprocess.Popen, log: IO[bytes]) -> WorkbenchError:
    code = process.wait()
    log.seek(0)
    said = log.read().decode("utf-8", "replace").strip()
    LOG.error("profiling ended with code %s: %s", code, said[-4000:])
    if code in worker_process.KILLED or "MemoryError" in said[-500:]:
        return WorkbenchError("There was not enough memory to look through this table.", ADVICE)
    return WorkbenchError("Looking through this table broke off; the details are in the server's log.", ADVICE)
