"""A store in a temporary folder, and a reader of CSV files that needs no detection."""

import os
from types import SimpleNamespace

import pandas as pd
import pytest

import workbench.data
from workbench.errors import CannotRead
from workbench.specs import ColumnSpec, ReadSpec, Schema
from workbench.store import Store


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store on SQLite, or on the PostgreSQL server that WORKBENCH_TEST_DATABASE_URL names."""
    for name in ("WORKBENCH_HOME", "WORKBENCH_DATABASE_URL", "WORKBENCH_SLOTS"):
        monkeypatch.delenv(name, raising=False)
    url = os.environ.get("WORKBENCH_TEST_DATABASE_URL")
    with Store.open(tmp_path / "home", url) as store:
        yield store
        if url:
            with store.database.write() as connection:
                for table in ("projects", "datasets", "artifacts"):
                    connection.exec_driver_sql(f"DELETE FROM {table}")


MEANINGS = {"i": "integer", "f": "number", "M": "date"}


def read_csv(path, out, *, name=None, read=None, schema=None, on_progress=None, should_stop=None):
    """Stands in for ``workbench.data.open_to_parquet``, so that these tests are about the store alone."""
    try:
        table = pd.read_csv(path)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise CannotRead("This is not a table.") from error
    read = read or ReadSpec(names=tuple(table.columns))
    if schema is None:
        kinds = [(column, MEANINGS.get(table[column].dtype.kind, "category")) for column in table.columns]
        schema = Schema(columns=tuple(ColumnSpec(name=column, meaning=meaning) for column, meaning in kinds))
    dtypes = {"integer": "int64", "number": "float64", "date": "datetime64[us]"}
    table = table.astype({column.name: dtypes.get(column.meaning, "str") for column in schema.columns})
    table.to_parquet(out, index=False)
    size = {"n_rows": len(table), "n_columns": table.shape[1], "table_bytes": int(table.memory_usage(deep=True).sum())}
    said = {"sentence": "comma, UTF-8", "notes": (), "misfits": {"a": 0}, "questions": ()}
    return SimpleNamespace(**size, read=read, schema=schema, **said)


@pytest.fixture
def plain_reading(monkeypatch):
    monkeypatch.setattr(workbench.data, "open_to_parquet", read_csv, raising=False)
