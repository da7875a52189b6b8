"""One SQL database, reached from many threads and processes at once."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from workbench.errors import NoSpace, WorkbenchError

# Writers wait for each other this long before they give up. One write takes a few milliseconds.
BUSY_SECONDS = 30
_POSTGRES_DISK_FULL = "53100"


class Database:
    """Transactions on SQLite (in WAL mode) or PostgreSQL, and their failures in words.

    Parameters
    ----------
    url : str
        SQLAlchemy address. ``postgres://`` and ``postgresql://`` mean the psycopg driver.
    """

    def __init__(self, url: str):
        self.url = sa.make_url(url)
        if self.url.drivername in ("postgres", "postgresql"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        # A server's pages and fragments each hold a connection for milliseconds; the limit is a backstop.
        pool = {"pool_size": 5, "max_overflow": 60, "pool_pre_ping": self.url.get_backend_name() != "sqlite"}
        self.engine = sa.create_engine(self.url, **pool)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def place(self) -> str:
        """Where the data is, fit for a sentence: without the password."""
        return self.url.database if self.is_sqlite else self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view for several queries."""
        with self._in_words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that holds the write lock from its first statement; rolled back on any exception."""
        with self._in_words(), self.engine.connect() as connection:
            connection = connection.execution_options(workbench_write=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self._sentence(error) from error
        except sa.exc.TimeoutError as error:
            raise WorkbenchError("Too many people use this workbench right now.", "Try again in a moment.") from error

    def _sentence(self, error: sa.exc.DBAPIError) -> WorkbenchError:
        cause, text = error.orig, str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
        full = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        if full or getattr(cause, "sqlstate", None) == _POSTGRES_DISK_FULL:
            return NoSpace(
                "The disk is full, so this was not stored; what was stored before is intact.",
                "Free some space, or delete projects you no longer need, and try again.",
            )
        if "locked" in text or "busy" in text:
            return WorkbenchError(
                f"The projects in {self.place} were busy for {BUSY_SECONDS} seconds.", "Try again in a moment."
            )
        if "not a database" in text or "malformed" in text:
            return WorkbenchError(
                f"{self.place} is damaged or is not a workbench database ({text}).",
                "Put a copy from a backup in its place, or choose another folder with WORKBENCH_HOME.",
            )
        if isinstance(error, sa.exc.OperationalError):
            return WorkbenchError(
                f"The projects in {self.place} could not be reached ({text}).",
                "Check that the folder can be written to and that the database server, if there is one, is running.",
            )
        return WorkbenchError(f"The database refused this: {text}.")


def _prepare_sqlite(connection: sqlite3.Connection, _record) -> None:
    # Transactions are begun by _begin_sqlite; sqlite3's own would leave reads and schema changes outside of them.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _switch_to_wal(connection)
    # In WAL mode NORMAL loses nothing when a process dies; after a power cut the file is whole, at worst minus
    # the last moments (sqlite.org/pragma.html#pragma_synchronous).
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # The switch does not wait for other connections (busy_timeout is not consulted), so two first starts collide.
    for attempt in range(100):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == 99:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails at once when another writer got in between; taking the
    # write lock at the start makes it wait its turn instead.
    writing = connection.get_execution_options().get("workbench_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def sqlite_url(home: Path) -> str:
    """Return the address of the database in a home folder."""
    return sa.URL.create("sqlite", database=str(home / "workbench.db")).render_as_string(hide_password=False)
