"""Tables out of databases: read only, in batches, to Parquet; user and password appear in nothing that is kept.

PostgreSQL, MySQL and MariaDB, SQLite, and whatever else SQLAlchemy has a driver for.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from workbench.data.big.parquet_batches import BatchWriter
from workbench.data.database_errors import told
from workbench.data.sql_text import one_select
from workbench.errors import CannotRead

BATCH_ROWS = 20_000
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 300
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}
SYSTEM_SCHEMAS = {"information_schema", "mysql", "performance_schema", "sys", "pg_catalog", "pg_toast"}
ESTIMATES = {
    "postgresql": "SELECT n.nspname, c.relname, c.reltuples FROM pg_class c JOIN pg_namespace n "
    "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm')",
    "mysql": "SELECT table_schema, table_name, table_rows FROM information_schema.tables",
}


@dataclass(frozen=True)
class DatabaseTable:
    """A table or view that can be read.

    Attributes
    ----------
    name : str
        With its schema and a dot before it where it is not in the usual one.
    n_rows : int or None
        As the database estimates it; None where it does not.
    """

    name: str
    n_rows: int | None


@dataclass(frozen=True)
class Fetched:
    """What was taken out of a database.

    Attributes
    ----------
    words : str
        Kind, host, database and table, for the person; never user or password.
    truncated : bool
        Whether there were more rows than were asked for.
    """

    n_rows: int
    words: str
    truncated: bool


def address(text, *, user="", password=""):
    """Return the SQLAlchemy address for what a person typed, with the driver that is used here.

    Parameters
    ----------
    text : str or URL
        ``postgresql://host:5432/shop``; user and password may stand in it, with special characters percent-encoded.
    user, password : str
        As they are; they win over those in ``text``.
    """
    try:
        url = text if isinstance(text, URL) else make_url(text.strip())
    except (sa.exc.ArgumentError, ValueError):
        raise CannotRead(
            "This is no address of a database.", "It looks like postgresql://host:5432/database; check it."
        ) from None
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    if user:
        url = url.set(username=user)
    return url.set(password=password) if password else url


def tables(url):
    """Return the tables and views that can be seen at ``url``: tuple of :class:`DatabaseTable`, sorted by name."""
    url = address(url)
    with _connected(url) as connection:
        inspector = sa.inspect(connection)
        usual = inspector.default_schema_name
        names = set()
        for schema in inspector.get_schema_names():
            if schema in SYSTEM_SCHEMAS or schema.startswith("pg_temp"):
                continue
            found = {*inspector.get_table_names(schema), *inspector.get_view_names(schema)}
            if connection.dialect.name == "postgresql":
                found |= set(inspector.get_materialized_view_names(schema))
            names |= {(schema, name) for name in found}
        rows = _estimates(connection)
    return tuple(
        DatabaseTable(name if schema == usual or usual is None else f"{schema}.{name}", rows.get((schema, name)))
        for schema, name in sorted(names)
    )


def table_names(url):
    """Return the names of :func:`tables`."""
    return [table.name for table in tables(url)]


def fetch(url, *, table=None, query=None, max_rows=1_000_000, out):
    """Write a table, or what a query finds, to Parquet at ``out``.

    Parameters
    ----------
    url : str or URL
    table : str, optional
        One of :func:`table_names`.
    query : str, optional
        One SELECT, instead of a table.
    max_rows : int
        Rows at most.
    out : path-like
        Nothing is left there where it fails.

    Returns
    -------
    Fetched

    Raises
    ------
    CannotRead
        The database cannot be reached or does not let the user in, has no such table, or the query is not one SELECT.
    """
    url, out = address(url), Path(out)
    if query is not None:
        query = one_select(query)
    try:
        with _connected(url) as connection, BatchWriter(out) as writer:
            statement = query or f"SELECT * FROM {_quoted(connection, table)}"
            streaming = connection.execution_options(stream_results=True, no_parameters=True, max_row_buffer=BATCH_ROWS)
            result = streaming.exec_driver_sql(statement)
            names, left = list(result.keys()), max_rows
            while left > 0 and (rows := result.fetchmany(min(left, BATCH_ROWS))):
                writer.write(names, rows)
                left -= len(rows)
            truncated = left <= 0 and result.fetchone() is not None
            result.close()
            writer.finish(names)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    if max_rows - left == 0:
        out.unlink(missing_ok=True)
        raise CannotRead("The table is empty: there is no row to take.", "Choose another table or query.")
    return Fetched(max_rows - left, _words(url, table), truncated)


def _words(url, table):
    kind = NAMES.get(url.get_backend_name(), url.get_backend_name())
    if url.get_backend_name() == "sqlite":
        place = f"“{Path(url.database or '').name}”"
    else:
        place = f"“{url.database}” on {url.host}"
    return f"{kind} database {place}, {f'table “{table}”' if table else 'a query'}"


@contextlib.contextmanager
def _connected(url):
    """Yield a connection that cannot write and does not wait for ever."""
    with told(url):
        engine = sa.create_engine(_guarded(url), poolclass=NullPool, connect_args=_options(url), hide_parameters=True)
        if url.get_backend_name() == "sqlite":
            sa.event.listen(engine, "connect", _limit_sqlite)
        with engine.connect() as connection:
            if url.get_backend_name() == "postgresql":
                connection = connection.execution_options(postgresql_readonly=True)
            yield connection
            connection.rollback()


def _guarded(url):
    if url.get_backend_name() != "sqlite":
        return url
    path = Path(url.database or "")
    if not url.database or not path.is_file():
        raise CannotRead(f"There is no SQLite file “{path.name}”.", "Check the path.")
    return url.set(database=path.resolve().as_uri(), query={"mode": "ro", "uri": "true"})


def _options(url):
    """Return what the driver is told when it connects."""
    if url.get_backend_name() == "postgresql":
        limits = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS * 1000}"
        return {"connect_timeout": CONNECT_SECONDS, "options": limits}
    if url.get_backend_name() in ("mysql", "mariadb"):
        return {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": STATEMENT_SECONDS,
            "init_command": "SET SESSION TRANSACTION READ ONLY",
            "local_infile": False,
        }
    return {}


def _limit_sqlite(connection, _record):
    import time

    end = time.monotonic() + STATEMENT_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)


def _estimates(connection):
    statement = ESTIMATES.get({"mariadb": "mysql"}.get(connection.dialect.name, connection.dialect.name))
    if statement is None:
        return {}
    rows = connection.exec_driver_sql(statement).fetchall()
    return {(schema, name): int(count) for schema, name, count in rows if count is not None and count >= 0}


def _quoted(connection, table):
    """Return ``table`` as it is written in a statement; it must be one that is there."""
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote_identifier
    schema, name = (None, table) if _has(inspector, table, None) else (table or "").rpartition(".")[::2]
    if schema is None:
        return quote(name)
    if not schema or not _has(inspector, name, schema):
        raise CannotRead(f"The database has no table “{table}”.", "Choose one of its tables.")
    return f"{quote(schema)}.{quote(name)}"


def _has(inspector, table, schema):
    return bool(table) and (
        inspector.has_table(table, schema=schema) or table in inspector.get_view_names(schema=schema)
    )
