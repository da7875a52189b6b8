"""Tables out of databases by their address: read only, batches of differing types, errors without secrets."""

import datetime
import json
import sqlite3
import traceback
from decimal import Decimal

import pandas as pd
import pytest

from workbench.data import databases
from workbench.data.big.parquet_batches import BatchWriter
from workbench.data.databases import Fetched, address, fetch, table_names, tables
from workbench.data.sql_text import one_select
from workbench.errors import CannotRead


@pytest.fixture
def shop(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE sales (id INTEGER, item TEXT, price REAL)")
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?)", [(n, f"100 %s {n % 2}", n / 4) for n in range(50)])
        connection.execute('CREATE TABLE "odd "" name" (a, a2)')
        connection.execute('INSERT INTO "odd "" name" VALUES (1, \'x\'), (2.5, 3)')
        connection.execute("CREATE TABLE unfilled (a)")
        connection.execute("CREATE VIEW dear AS SELECT * FROM sales WHERE price > 10")
    connection.close()
    return f"sqlite:///{tmp_path / 'shop.db'}"


def test_tables_and_views(shop):
    assert table_names(shop) == ["dear", 'odd " name', "sales", "unfilled"]
    assert tables(shop)[0].n_rows is None


def test_a_table_goes_to_parquet(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "BATCH_ROWS", 7)
    out = tmp_path / "out.parquet"
    assert fetch(shop, table="sales", out=out) == Fetched(50, "SQLite database “shop.db”, table “sales”", False)
    frame = pd.read_parquet(out)
    assert frame["price"].sum() == 306.25 and frame["id"].tolist() == list(range(50))
    assert fetch(shop, table="sales", max_rows=50, out=out).truncated is False
    assert fetch(shop, table="sales", max_rows=20, out=out) == Fetched(
        20, "SQLite database “shop.db”, table “sales”", True
    )
    assert len(pd.read_parquet(out)) == 20
    fetch(shop, table='odd " name', out=out)
    assert pd.read_parquet(out).to_dict("list") == {"a": [1.0, 2.5], "a2": ["x", "3"]}


def test_a_query_goes_to_parquet(shop, tmp_path):
    out = tmp_path / "out.parquet"
    query = "SELECT item, count(*) AS n, ':x' AS c FROM sales WHERE item LIKE '100 \\%s%' ESCAPE '\\' GROUP BY item;"
    assert fetch(shop, query=query, out=out).words == "SQLite database “shop.db”, a query"
    assert pd.read_parquet(out).to_dict("list") == {"item": ["100 %s 0", "100 %s 1"], "n": [25, 25], "c": [":x", ":x"]}


@pytest.mark.parametrize(
    "query, sentence",
    [
        ("", "no query"),
        ("-- only this", "no query"),
        ("DROP TABLE sales", "does not only read"),
        ("SELECT 1; DROP TABLE sales", "more than one statement"),
        ("SELECT ';'; SELECT 2", "more than one statement"),
        ("PRAGMA writable_schema = 1", "does not only read"),
        ("SELECT 1 /*! INTO OUTFILE 'x' */", "MySQL would run"),
        ("SELECT 1 INTO  OUTFILE 'x'", "does not only read"),
        ("WITH x AS (SELECT 1) DELETE FROM sales", "would change the database|could not do it"),
        ("SELECT * FROM gone", "no such table: gone"),
        ("SELECT FROM", "could not do it"),
    ],
)
def test_queries_that_are_refused(shop, tmp_path, query, sentence):
    with pytest.raises(CannotRead, match=sentence):
        fetch(shop, query=query, out=tmp_path / "out.parquet")
    assert table_names(shop) == ["dear", 'odd " name', "sales", "unfilled"]
    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]


def test_one_select_keeps_the_query():
    assert (
        one_select("  select '--;' as a, \"x;y\" -- why\n from t ;\n") == "select '--;' as a, \"x;y\" -- why\n from t"
    )
    assert one_select("(select 1) union (select $q$;$q$)") == "(select 1) union (select $q$;$q$)"


def test_what_is_not_there_is_said(shop, tmp_path):
    out = tmp_path / "out.parquet"
    with pytest.raises(CannotRead, match="has no table “gone”"):
        fetch(shop, table="gone", out=out)
    with pytest.raises(CannotRead, match="is empty"):
        fetch(shop, table="unfilled", out=out)
    assert not out.exists()
    for url, sentence in (
        (f"sqlite:///{tmp_path}/none.db", "no SQLite file “none.db”"),
        ("nonsense", "no address of a database"),
        ("oracle://u:s3cret@host/db", "needs the package"),
        ("nosuch://u:s3cret@host/db", "no driver"),
    ):
        with pytest.raises(CannotRead, match=sentence):
            table_names(url)


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_no_secret_leaves_with_an_error(kind):
    for url in (f"{kind}://someone:s3cret@127.0.0.1:1/shop", f"{kind}://someone:s3cret@nowhere.invalid/shop"):
        with pytest.raises(CannotRead) as caught:
            table_names(url)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
        assert "s3cret" not in told.replace(url, "") and "someone" not in str(caught.value)
        assert caught.value.advice


def test_addresses():
    url = address("postgres://me@db.example/shop", password="a@b/c")
    assert url.drivername == "postgresql+psycopg" and url.password == "a@b/c"
    assert "a%40b%2Fc" in url.render_as_string(hide_password=False) and "a@b" not in str(url)
    assert address("mysql://u:p%40ss@h/d").password == "p@ss"


def test_batches_of_differing_types(tmp_path):
    moment = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    first = [(1, None, Decimal("1.50"), datetime.date(1600, 1, 2), {"a": [1]}, True, b"ok", 2**70)]
    second = [
        (2.5, "x", Decimal("2"), moment, None, None, b"\xff", 1),
        ("odd", None, None, None, [2], False, None, None),
    ]
    names = ["mixed", "late", "price", "when", "json", "flag", "bytes", "big"]
    with BatchWriter(tmp_path / "t.parquet") as writer:
        writer.write(names, first)
        writer.write(names, second)
        writer.finish(names)
    rows = json.loads(pd.read_parquet(tmp_path / "t.parquet").astype(str).to_json(orient="values"))
    assert rows[0] == ["1", None, "1.5", "1600-01-02 00:00:00", '{"a": [1]}', "True", "ok", "1.1805916207174113e+21"]
    assert rows[1][:4] == ["2.5", "x", "2.0", "2024-05-01 10:00:00"] and rows[2][0] == "odd"
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
