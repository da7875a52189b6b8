"""The way to a table of a database: address, tables, a look, and the rows as an uploaded file."""

import sqlite3

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from workbench.store import Store
from workbench.ui import staged


def panel():
    from workbench.ui import database_panel

    def receive(files):
        import streamlit as st

        st.session_state["received"] = files

    database_panel.show("database", receive, project_id="p1")


@pytest.fixture
def app(tmp_path, monkeypatch):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE sales (id INTEGER, price REAL)")
        connection.executemany("INSERT INTO sales VALUES (?, ?)", [(n, n / 4) for n in range(50)])
    connection.close()
    store = Store.open(tmp_path / "home")
    monkeypatch.setattr("workbench.ui.state.store", lambda: store)
    app = AppTest.from_function(panel, default_timeout=30).run()
    app.segmented_control(key="page.database.kind").set_value("Other, by address").run()
    app.text_input(key="page.database.address").set_value(f"sqlite:///{tmp_path / 'shop.db'}")
    return app


def test_a_table_becomes_an_uploaded_file(app):
    app.button[0].click().run()
    assert app.selectbox(key="page.database.table").options == ["sales"]
    app.button(key="page.database.look").click().run()
    assert len(app.dataframe[0].value) == 20
    app.number_input(key="page.database.rows").set_value(30).run()
    app.button(key="page.database.use").click().run()
    assert not app.exception
    (file,) = app.session_state["received"]
    assert (file.name, file.zone, file.project_id) == ("sales.parquet", "database", "p1")
    assert staged.find(file.path.parent, file.id) == file
    assert pd.read_parquet(file.path)["price"].sum() == 108.75


def test_a_query_and_what_is_wrong_with_it(app):
    app.button[0].click().run()
    app.segmented_control(key="page.database.way").set_value("A query").run()
    app.text_area(key="page.database.query").set_value("DROP TABLE sales").run()
    app.button(key="page.database.look").click().run()
    assert "does not only read" in app.error[0].value
    app.text_area(key="page.database.query").set_value("SELECT count(*) AS n FROM sales").run()
    app.button(key="page.database.look").click().run()
    assert not app.error and app.dataframe[0].value["n"].tolist() == [50]


def test_problems_are_said_and_the_password_is_in_its_field_only(app):
    app.text_input(key="page.database.address").set_value("postgresql://127.0.0.1:1/shop")
    app.text_input(key="page.database.password").set_value("s3cret")
    app.button[0].click().run()
    assert "does not answer" in app.error[0].value and not app.exception
    problem = app.session_state["page.database.problem"]
    assert "s3cret" not in repr((problem, problem.__context__, problem.__cause__, app.main))
    app.segmented_control(key="page.database.kind").set_value("PostgreSQL").run()
    app.button[0].click().run()
    assert "host or the database is missing" in app.error[0].value
