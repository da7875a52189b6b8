"""SQLite and DuckDB files: which table, types, views without end, nothing written, damaged ones."""

import sqlite3

import duckdb
import pytest

from workbench.data import open_table
from workbench.data.files.choices import rules_for, tables_in
from workbench.errors import CannotRead
from workbench.runtime import database_files
from workbench.specs import ReadSpec


@pytest.fixture
def sqlite_file(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sales (id INTEGER, item TEXT, day DATE, price REAL, picture BLOB)")
        rows = [(n, f"item {n % 3}", f"2024-01-{n + 1:02d}", n / 4, b"\xff\x00") for n in range(12)]
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute('CREATE TABLE "odd "" name" (a)')
        connection.execute('INSERT INTO "odd "" name" VALUES (1), (NULL), (2.5)')
        connection.execute(
            "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
        )
        connection.execute("CREATE VIEW broken AS SELECT * FROM gone")
    connection.close()
    return path


def test_the_largest_table_of_sqlite(sqlite_file):
    before = sqlite_file.read_bytes()
    opened = open_table(sqlite_file)
    assert (opened.read.format, opened.read.sheet) == ("sqlite", "sales")
    assert opened.table["price"].sum() == 16.5 and str(opened.table["day"].iloc[11])[:10] == "2024-01-12"
    assert opened.table["picture"].isna().all()
    assert opened.notes[0] == 'The table “sales” was read, which is the largest; there is also “odd " name”, “endless”.'
    assert sqlite_file.read_bytes() == before
    assert [path.name for path in sqlite_file.parent.iterdir()] == ["shop.db"]


def test_another_table_is_chosen(sqlite_file):
    offered = tables_in(sqlite_file)
    assert [(one.sheet, one.n_rows, one.n_columns) for one in offered] == [
        ("sales", 12, 5), ('odd " name', 3, 1), ("endless", None, 1),
    ]  # fmt: skip
    rules = rules_for(sqlite_file, sheet='odd " name')
    table = open_table(sqlite_file, read=rules).table
    assert table["a"].dropna().tolist() == [1, 2.5] and len(table) == 3
    with pytest.raises(CannotRead, match="holds no table “none”, only sales"):
        open_table(sqlite_file, read=ReadSpec(format="sqlite", sheet="none"))


def test_a_view_without_end_is_stopped(sqlite_file, monkeypatch):
    monkeypatch.setattr(database_files, "LEAST_SECONDS", 0.1)
    monkeypatch.setattr(database_files, "LOOK_SECONDS", 0.1)
    with pytest.raises(CannotRead, match="“endless” of the SQLite database takes too long"):
        open_table(sqlite_file, read=ReadSpec(format="sqlite", sheet="endless"))


def test_damaged_sqlite_files(sqlite_file):
    content = sqlite_file.read_bytes()
    sqlite_file.write_bytes(content[:100] + bytes(4000))
    with pytest.raises(CannotRead, match="SQLite database"):
        open_table(sqlite_file)
    sqlite_file.write_bytes(content[:8192])
    with pytest.raises(CannotRead, match="SQLite database"):
        open_table(sqlite_file)
    with sqlite3.connect(sqlite_file.with_name("empty.db")) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("DROP TABLE t")
    connection.close()
    with pytest.raises(CannotRead, match="holds no table"):
        open_table(sqlite_file.with_name("empty.db"))


@pytest.fixture
def duckdb_file(tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE sales AS SELECT range % 4 AS n, 'item ' || range % 3 AS item, DATE '1600-01-01' AS day, "
            "1.25::DECIMAL(10, 2) AS price, {'x': range, 'y': {'z': 'q'}} AS place, [1, 2] AS parts FROM range(9)"
        )
        connection.execute("CREATE SCHEMA other")
        connection.execute("CREATE TABLE other.small AS SELECT 1 AS a")
        connection.execute(f"CREATE VIEW outside AS SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")
    return path


def test_the_largest_table_of_duckdb(duckdb_file):
    before = duckdb_file.read_bytes()
    opened = open_table(duckdb_file)
    assert (opened.read.format, opened.read.sheet) == ("duckdb", "sales")
    assert opened.table.columns.tolist() == ["n", "item", "day", "price", "place.x", "place.y.z", "parts"]
    assert opened.table["price"].tolist() == [1.25] * 9 and str(opened.table["day"].iloc[0])[:10] == "1600-01-01"
    assert opened.table["parts"].iloc[0] == "[1, 2]"
    assert duckdb_file.read_bytes() == before
    assert open_table(duckdb_file, read=ReadSpec(format="duckdb", sheet="other.small")).table["a"].tolist() == [1]


def test_a_view_of_duckdb_reaches_no_other_file(duckdb_file):
    with pytest.raises(CannotRead, match="“outside” of the DuckDB database reads other files"):
        open_table(duckdb_file, read=ReadSpec(format="duckdb", sheet="outside"))


def test_a_damaged_duckdb_file(duckdb_file):
    duckdb_file.write_bytes(duckdb_file.read_bytes()[:5000])
    with pytest.raises(CannotRead, match="DuckDB database cannot be read"):
        open_table(duckdb_file)
