"""SQLite and DuckDB files: their tables and views, opened so that nothing is written and nothing else is reached."""

import contextlib
import sqlite3
import threading
import time
from pathlib import Path

import pandas as pd

from workbench.runtime.errors import ReadingError
from workbench.runtime.table_shape import refuse_size, shaped

BATCH_ROWS = 50_000
LOOK_SECONDS = 2.0  # to count the rows of one table
LEAST_SECONDS = 20.0  # to read one, and more for big files; a view can go on for ever
BYTES_PER_SECOND = 10 * 2**20
STEPS = 10_000  # of SQLite's machine between two looks at the clock
MAX_CELL_BYTES = 100_000_000
DUCKDB_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    "threads": "2",
}


def read_sqlite(path, read, *, max_rows=None):
    """Return a table or view of an SQLite file; cells keep the types they are stored in."""
    name = _chosen(path, read, sqlite_tables, "SQLite")
    quoted = '"' + name.replace('"', '""') + '"'
    with _sqlite(path) as connection, _sqlite_told(name):
        n_rows = None if max_rows is not None else _count(connection, quoted)
        _limit_time(connection, _seconds(path))
        cursor = connection.execute(f"SELECT * FROM {quoted}")
        names = [column[0] for column in cursor.description]
        refuse_size(n_rows, len(names))
        batches, left = [], max_rows
        while rows := cursor.fetchmany(BATCH_ROWS if left is None else min(left, BATCH_ROWS)):
            batches.append(pd.DataFrame([[_plain(cell) for cell in row] for row in rows], columns=range(len(names))))
            refuse_size(len(batches) * BATCH_ROWS, len(names))
            left = None if left is None else left - len(rows)
    frame = pd.concat(batches, ignore_index=True) if batches else pd.DataFrame(columns=range(len(names)))
    frame.columns = names
    return shaped(frame, read, max_rows)


def sqlite_tables(path):
    """Return the tables and views of an SQLite file: dict of name to (rows or None, columns)."""
    with _sqlite(path) as connection, _sqlite_told():
        found = connection.execute(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' ORDER BY type, rowid"
        ).fetchall()
        tables = {}
        for name, kind in found:
            quoted = '"' + name.replace('"', '""') + '"'
            with contextlib.suppress(sqlite3.Error):  # a view of a table that is gone, an extension that is not here
                _limit_time(connection, LOOK_SECONDS)
                n_columns = len(connection.execute(f"PRAGMA table_info({quoted})").fetchall())
                tables[name] = (_count(connection, quoted) if kind == "table" else None, n_columns)
        return tables


@contextlib.contextmanager
def _sqlite(path):
    # "immutable" takes no locks and looks for no journal beside the file.
    address = f"{Path(path).resolve().as_uri()}?mode=ro&immutable=1"
    with _sqlite_told(), contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES)
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


@contextlib.contextmanager
def _sqlite_told(name=""):
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged name in a message is no text either
        what = f"The table “{name}” of the SQLite database" if name else "The SQLite database"
        if "interrupted" in str(error):
            raise ReadingError(f"{what} takes too long to be read.", "Choose another table.") from error
        damaged = ("malformed", "not a database", "codec can't")
        if not name or any(words in str(error) for words in damaged):
            raise ReadingError(
                f"{what} is damaged, cut short or locked: it cannot be read.", "Copy it again."
            ) from error
        raise ReadingError(f"{what} cannot be read ({error}).", "Choose another table.") from error


def _limit_time(connection, seconds):
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)


def _seconds(path):
    return LEAST_SECONDS + path.stat().st_size / BYTES_PER_SECOND


def _count(connection, quoted):
    """Return the number of rows, or None where counting them takes long."""
    _limit_time(connection, LOOK_SECONDS)
    try:
        return connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]
    except sqlite3.OperationalError:
        return None


def _plain(cell):
    """Return bytes as the text they are, or as nothing where they are none."""
    if not isinstance(cell, bytes):
        return cell
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_duckdb(path, read, *, max_rows=None):
    """Return a table or view of a DuckDB file, with its own types."""
    from workbench.runtime.columnar import arrow_frame

    name = _chosen(path, read, duckdb_tables, "DuckDB")
    source = ".".join('"' + part.replace('"', '""') + '"' for part in _parts(path, name))
    limit = "" if max_rows is None else f" LIMIT {int(max_rows)}"
    with _duckdb(path, _seconds(path), name) as connection:
        n_columns = len(connection.sql(f"SELECT * FROM {source}").columns)
        if max_rows is None:
            refuse_size(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0], n_columns)
        table = connection.sql(f"SELECT * FROM {source}{limit}").to_arrow_table()
    return shaped(arrow_frame(table), read, max_rows)


def duckdb_tables(path):
    """Return the tables and views of a DuckDB file: dict of name to (rows or None, columns)."""
    return {name: extent for name, (_, extent) in _duckdb_catalog(path).items()}


def _parts(path, name):
    return _duckdb_catalog(path)[name][0]


def _duckdb_catalog(path):
    with _duckdb(path, LEAST_SECONDS) as connection:
        rows = connection.execute(
            "SELECT schema_name, table_name, estimated_size, column_count FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT schema_name, view_name, NULL, column_count FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
    return {
        table if schema == "main" else f"{schema}.{table}": ((schema, table), (n_rows, n_columns))
        for schema, table, n_rows, n_columns in rows
    }


@contextlib.contextmanager
def _duckdb(path, seconds, name=""):
    try:
        import duckdb
    except ImportError as error:
        raise ReadingError(
            "Reading DuckDB files needs the package duckdb, which is not installed here.",
            "Install it, or save the table as Parquet or CSV.",
        ) from error
    what = f"The table “{name}” of the DuckDB database" if name else "The DuckDB database"
    try:
        with duckdb.connect(str(path), read_only=True, config=DUCKDB_SETTINGS) as connection:
            clock = threading.Timer(seconds, connection.interrupt)
            clock.start()
            try:
                yield connection
            finally:
                clock.cancel()
    except duckdb.InterruptException as error:
        raise ReadingError(f"{what} takes too long to be read.", "Choose another table.") from error
    except duckdb.OutOfMemoryException as error:
        raise ReadingError(f"{what} needs more memory than can be given to it.", "Choose another table.") from error
    except duckdb.PermissionException as error:
        raise ReadingError(f"{what} reads other files, which is not allowed.", "Choose another table.") from error
    except (duckdb.Error, ValueError, OSError, RuntimeError) as error:
        raise ReadingError(
            f"{what} cannot be read: it is damaged, locked, or of another version of DuckDB.",
            "Save the table as Parquet or CSV and upload that.",
        ) from error


def _chosen(path, read, tables_of, kind):
    """Return the name of the table to read: the one that is asked for, or the only one."""
    tables, wanted = tables_of(path), read.get("sheet", "")
    if not tables:
        raise ReadingError(f"The {kind} database holds no table.", "Check that it is the right file.")
    if wanted in tables:
        return wanted
    if len(tables) == 1:
        return next(iter(tables))
    shown = ", ".join(list(tables)[:5]) + (" …" if len(tables) > 5 else "")
    problem = f"holds no table “{wanted}”, only {shown}" if wanted else f"holds {len(tables)} tables ({shown})"
    raise ReadingError(f"The {kind} database {problem}.", "Choose one of them.")
