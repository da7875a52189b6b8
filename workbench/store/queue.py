"""Worker processes on record: who waits for a slot, who works, and whose word still counts.

A worker holds a lease, a random word that changes with every start. Taking the row away (Stop, delete, a worker
found dead) takes the lease away: what that process still writes is refused, and its heartbeat tells it to end.
"""

import secrets
import time

import sqlalchemy as sa

from workbench.errors import NotFound, WorkbenchError
from workbench.store.base import Base
from workbench.store.records import Worker
from workbench.store.tables import MODELS, RUNS, WORKERS


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
            rows = connection.execute(sa.select(WORKERS).order_by(WORKERS.c.queued_at, WORKERS.c.run_id)).all()
            mine = next((row for row in rows if row.lease == lease), None)
            if mine is None:
                raise LeaseLost("This worker was stopped or replaced.")
            if mine.claimed_at is not None:
                return True
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
