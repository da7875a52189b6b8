"""Worker processes on record: who waits for a slot, who works, and whose word still counts.

A worker holds a lease, a random word that changes with every start. Taking the row away (Stop, delete, a worker
found dead) takes the lease away: what that process still writes is refused, and its heartbeat tells it to end.
"""

import os
import secrets
import time

import sqlalchemy as sa

from workbench.errors import NotFound, WorkbenchError
from workbench.store.base import Base
from workbench.store.records import ACTIVE_STATUSES, Worker
from workbench.store.tables import FOLD_LOG, MODELS, RUNS, WORKERS

INTERRUPTED = "The process that worked on this run ended unexpectedly; what it had finished is kept."
FIT_ENDED = "The fit on all rows ended before it was done; it can be started again."


class LeaseLost(WorkbenchError):
    """A worker process writes although it was stopped or replaced; what it found is not kept."""


class Queue(Base):
    """The part of the store that keeps worker processes."""

    def workers(self, run_id: str | None = None) -> list[Worker]:
        """Return all workers on record, or those of one run, in the order they wait."""
        query = sa.select(WORKERS).order_by(WORKERS.c.queued_at, WORKERS.c.run_id, WORKERS.c.candidate)
        if run_id is not None:
            query = query.where(WORKERS.c.run_id == run_id)
        with self.database.read() as connection:
            return [Worker(**row._mapping) for row in connection.execute(query)]

    def enlist(self, run_id: str, candidate: str = "", *, host: str = "", queued_at: float | None = None) -> str | None:
        """Put a worker in the queue and return its lease; None where one is on record already.

        ``queued_at`` keeps the place of a worker that is started again. The run (or the model of ``candidate``)
        becomes ``queued``.
        """
        now = time.time()
        row = {
            "run_id": run_id,
            "candidate": candidate,
            "lease": secrets.token_hex(16),
            "host": host,
            "queued_at": queued_at or now,
            "launched_at": now,
        }
        with self.database.write() as connection:
            if connection.execute(sa.select(RUNS.c.id).where(RUNS.c.id == run_id)).one_or_none() is None:
                raise NotFound("This run does not exist (any more).", "Start a new one on the Train page.")
            mine = (WORKERS.c.run_id == run_id, WORKERS.c.candidate == candidate)
            if connection.execute(sa.select(WORKERS.c.lease).where(*mine)).one_or_none() is not None:
                return None
            connection.execute(sa.insert(WORKERS).values(row))
            if candidate:
                set_model(connection, run_id, candidate, status="queued", error="")
            else:
                values = {"status": "queued", "phase": "", "error": "", "finished_at": None}
                values["queued_at"] = row["queued_at"]
                connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(values))
        return row["lease"]

    def attach(self, lease: str, host: str, pid: int, pid_created: float) -> None:
        """Record which process holds the lease. Raises LeaseLost where it holds none (any more)."""
        self._touch(lease, host=host, pid=pid, pid_created=pid_created, heartbeat_at=time.time())

    def beat(self, lease: str) -> None:
        """Record that the process lives. Raises LeaseLost where it was stopped or replaced: it should end."""
        self._touch(lease, heartbeat_at=time.time())

    def claim(self, lease: str, slots: int) -> bool:
        """Take a free slot where this worker is the first in the queue; False where it has to wait on."""
        with self.database.write() as connection:
            mine = connection.execute(sa.select(WORKERS).where(WORKERS.c.lease == lease)).one_or_none()
            if mine is None:
                raise LeaseLost("This worker was stopped or replaced.")
            if mine.claimed_at is not None:
                return True
            # Each computer has its own slots and its own queue.
            here = sa.select(WORKERS).where(WORKERS.c.host == mine.host)
            rows = connection.execute(here.order_by(WORKERS.c.queued_at, WORKERS.c.run_id)).all()
            waiting = [row for row in rows if row.claimed_at is None]
            if len(rows) - len(waiting) >= slots or waiting[0].lease != lease:
                return False
            now = time.time()
            connection.execute(sa.update(WORKERS).where(WORKERS.c.lease == lease).values(claimed_at=now))
            if mine.candidate:
                set_model(connection, mine.run_id, mine.candidate, status="fitting")
            else:
                values = {"status": "running", "phase": "loading"}
                values["started_at"] = sa.func.coalesce(RUNS.c.started_at, now)
                connection.execute(sa.update(RUNS).where(RUNS.c.id == mine.run_id).values(values))
        return True

    def begin_stop(self, run_id: str, candidate: str = "") -> Worker | None:
        """Take the lease of a run's worker (or of the one that fits ``candidate``) away, in one step with the
        status ``stopping``; return that worker, None where there is none. A run that has ended stays as it ended."""
        with self.database.write() as connection:
            if not candidate:
                active = (RUNS.c.id == run_id, RUNS.c.status.in_(ACTIVE_STATUSES))
                connection.execute(sa.update(RUNS).where(*active).values(status="stopping"))
            return self._take(connection, WORKERS.c.run_id == run_id, WORKERS.c.candidate == candidate)

    def bury(self, lease: str) -> Worker | None:
        """Take a dead worker off the record, and log its death; return it to the one caller who did, None to others.

        Its run becomes ``interrupted``, its unfinished model ``failed``.
        """
        with self.database.write() as connection:
            worker = self._take(connection, WORKERS.c.lease == lease)
            if worker is None:
                return None
            if worker.candidate:
                set_model(connection, worker.run_id, worker.candidate, status="failed", error=FIT_ENDED)
                return worker
            log(connection, worker.run_id, "", 0, "death", worker.pid or 0)
            active = (RUNS.c.id == worker.run_id, RUNS.c.status.in_(("queued", "running")))
            values = {"status": "interrupted", "phase": "", "error": INTERRUPTED, "finished_at": time.time()}
            connection.execute(sa.update(RUNS).where(*active).values(values))
            return worker

    def _take(self, connection: sa.Connection, *which) -> Worker | None:
        row = connection.execute(sa.select(WORKERS).where(*which)).one_or_none()
        if row is None:
            return None
        connection.execute(sa.delete(WORKERS).where(WORKERS.c.lease == row.lease))
        # What this worker was fitting on all rows is not coming any more.
        others = sa.select(WORKERS.c.candidate).where(WORKERS.c.run_id == row.run_id)
        unfinished = (MODELS.c.status.in_(("queued", "fitting")), MODELS.c.candidate.not_in(others))
        values = {"status": "failed", "error": FIT_ENDED}
        connection.execute(sa.update(MODELS).where(MODELS.c.run_id == row.run_id, *unfinished).values(values))
        return Worker(**row._mapping)

    def dismiss(self, lease: str) -> bool:
        """Take a lease away. True for the one caller who did, so that two do not bury the same worker."""
        with self.database.write() as connection:
            return connection.execute(sa.delete(WORKERS).where(WORKERS.c.lease == lease)).rowcount == 1

    def _touch(self, lease: str, **values) -> None:
        with self.database.write() as connection:
            if connection.execute(sa.update(WORKERS).where(WORKERS.c.lease == lease).values(values)).rowcount != 1:
                raise LeaseLost("This worker was stopped or replaced.")


def check_lease(connection: sa.Connection, lease: str | None) -> None:
    """Raise LeaseLost inside a transaction where ``lease`` does not count any more; None is not checked."""
    if lease is None:
        return
    if connection.execute(sa.select(WORKERS.c.run_id).where(WORKERS.c.lease == lease)).one_or_none() is None:
        raise LeaseLost("This worker was stopped or replaced, so what it found is not kept.")


def set_model(connection: sa.Connection, run_id: str, candidate: str, **values) -> None:
    """Change the row of a model, or make it."""
    values["at"] = time.time()
    mine = (MODELS.c.run_id == run_id, MODELS.c.candidate == candidate)
    if connection.execute(sa.update(MODELS).where(*mine).values(values)).rowcount:
        return
    empty = {"status": "queued", "digest": "", "mark": "", "size_bytes": 0, "versions": "{}", "error": ""}
    connection.execute(sa.insert(MODELS).values({"run_id": run_id, "candidate": candidate, **empty, **values}))


def log(connection: sa.Connection, run_id: str, key: str, fold: int, event: str, pid: int | None = None) -> None:
    """Append to the log of a run."""
    entry = {"run_id": run_id, "candidate": key, "fold": int(fold), "event": event}
    pid = os.getpid() if pid is None else pid
    connection.execute(sa.insert(FOLD_LOG).values(**entry, pid=pid, at=time.time()))
