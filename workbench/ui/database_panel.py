"""A table of a database: address, tables, a look at the first rows, and the rows as a file of the project.

The password is in its own field and nowhere else: it goes from there to the database with each step, and is gone
when the page is left.
"""

import tempfile
import uuid
from pathlib import Path

import pandas as pd
import streamlit as st
from sqlalchemy.engine import URL

from workbench.data import databases
from workbench.errors import WorkbenchError
from workbench.ui import components, scrolling, staged, state

POSTGRESQL, MYSQL, OTHER = "PostgreSQL", "MySQL or MariaDB", "Other, by address"
DRIVERS = {POSTGRESQL: ("postgresql", 5432), MYSQL: ("mysql", 3306)}
TABLE, QUERY = "A table", "A query"
PREVIEW_ROWS = 20
DEFAULT_ROWS, MOST_ROWS = 1_000_000, 20_000_000
COPY_BYTES = 2**20
LOOK_ICON = ":material/visibility:"


def show(name, receive, *, project_id=""):
    """Show the way to a table of a database, and hand its rows to ``receive(files)``, as a drop zone does.

    Parameters
    ----------
    name : str
        Of the panel; unique on the page.
    receive : callable
        Takes a list of one ``Staged`` file (Parquet).
    project_id : str
        The project the table is meant for.
    """
    key, problem = f"page.{name}", f"page.{name}.problem"
    kind = st.segmented_control(
        "Kind of database", [*DRIVERS, OTHER], default=POSTGRESQL, required=True, key=f"{key}.kind",
        on_change=_forget, args=(key,),
    )  # fmt: skip
    # In a form, the browser sends the fields together with the click: no password stays behind in a field.
    with st.form(f"{key}.form", border=False):
        fields = _address_fields(key, kind)
        if st.form_submit_button("Connect", icon=":material/link:"):
            _forget(key)
            _attempt(problem, lambda: _connect(key, _address(kind, fields)))
    if problem in st.session_state:
        components.show_problem(st.session_state[problem])
    tables = st.session_state.get(f"{key}.tables")
    if tables is None:
        st.caption("Nothing is changed in the database: it is opened for reading only. The password is not kept.")
        return
    source, label = _source_fields(key, tables)
    max_rows = st.number_input("Rows at most", 1, MOST_ROWS, DEFAULT_ROWS, step=100_000, key=f"{key}.rows", width=220)
    ready = bool(source.get("table") or source.get("query", "").strip())
    with st.container(horizontal=True):
        look = st.button(f"Show {PREVIEW_ROWS} rows", key=f"{key}.look", icon=LOOK_ICON, disabled=not ready)
        use = st.button("Use this table", key=f"{key}.use", type="primary", disabled=not ready)
    if look:
        _look_away(key)
        _attempt(problem, lambda: _look(key, _address(kind, fields), source))
        st.rerun()
    if use:
        rows = (source, label, max_rows, name, project_id)
        if _attempt(problem, lambda: receive([_taken(_address(kind, fields), *rows)])):
            st.session_state[scrolling.AGAIN_KEY] = uuid.uuid4().hex
        st.rerun()
    if (preview := st.session_state.get(f"{key}.preview")) is not None:
        st.dataframe(preview, hide_index=True, key=f"{key}.preview_table")


def _attempt(problem, act):
    """Do ``act()``; keep the sentence where it fails. Return whether it worked."""
    st.session_state.pop(problem, None)
    try:
        act()
    except WorkbenchError as error:
        st.session_state[problem] = error
    return problem not in st.session_state


def _address_fields(key, kind):
    """Show the fields for the address; return what stands in them."""
    fields = {}
    if kind == OTHER:
        fields["address"] = st.text_input(
            "Address", key=f"{key}.address", placeholder="postgresql://host:5432/database?sslmode=require",
            help="As SQLAlchemy writes it, best without the password, which has a field of its own.",
        )  # fmt: skip
    else:
        driver, port = DRIVERS[kind]
        left, right = st.columns([3, 1])
        fields["host"] = left.text_input("Host", key=f"{key}.host", placeholder="db.example.org")
        fields["port"] = right.number_input("Port", 1, 65_535, port, key=f"{key}.port.{driver}")
        fields["database"] = st.text_input("Database", key=f"{key}.database")
    left, right = st.columns(2)
    fields["user"] = left.text_input("User", key=f"{key}.user", autocomplete="off")
    fields["password"] = right.text_input(
        "Password", key=f"{key}.password", type="password", autocomplete="new-password"
    )
    return fields


def _address(kind, fields):
    """Return the address in the fields; raises where something is missing or wrong."""
    if kind == OTHER:
        text = fields["address"].strip()
    else:
        host, database = fields["host"].strip(), fields["database"].strip()
        if not host or not database:
            raise WorkbenchError("The host or the database is missing.", "Fill in both fields.")
        text = URL.create(DRIVERS[kind][0], host=host, port=int(fields["port"]), database=database)
    return databases.address(text, user=fields["user"].strip(), password=fields["password"])


def _forget(key):
    """Forget the tables of another database."""
    for part in ("tables", "preview", "problem"):
        st.session_state.pop(f"{key}.{part}", None)


def _look_away(key):
    st.session_state.pop(f"{key}.preview", None)


def _connect(key, url):
    with st.spinner("Asking the database for its tables …", show_time=True):
        tables = databases.tables(url)
    if not tables:
        raise WorkbenchError("The database has no table that this user can see.", "Check the name of the database.")
    st.session_state[f"{key}.tables"] = tables


def _source_fields(key, tables):
    """Show what can be chosen; return (arguments for ``fetch``, name for the file)."""
    rows = {table.name: table.n_rows for table in tables}
    changed = {"on_change": _look_away, "args": (key,)}
    way = st.segmented_control(
        "What to read", [TABLE, QUERY], default=TABLE, required=True, key=f"{key}.way", **changed
    )
    if way == QUERY:
        query = st.text_area(
            "Query", key=f"{key}.query", height=120, placeholder="SELECT … FROM … WHERE …",
            help="One SELECT. It is sent to the database as it stands, in a transaction that can only read.", **changed,
        )  # fmt: skip
        return {"query": query}, "query"
    table = st.selectbox(
        f"Table ({len(tables):,} in the database)",
        list(rows),
        index=max(range(len(tables)), key=lambda at: tables[at].n_rows or 0),
        format_func=lambda name: name if not rows[name] else f"{name} – rows: about {rows[name]:,}",
        key=f"{key}.table",
        **changed,
    )
    return {"table": table}, table


def _look(key, url, source):
    with tempfile.TemporaryDirectory() as folder, st.spinner("Reading the first rows …"):
        out = Path(folder) / "preview.parquet"
        databases.fetch(url, **source, max_rows=PREVIEW_ROWS, out=out)
        st.session_state[f"{key}.preview"] = pd.read_parquet(out)


def _taken(url, source, label, max_rows, name, project_id):
    """Return the rows as an uploaded file."""
    folder = state.store().staging()
    with tempfile.TemporaryDirectory(dir=folder) as inside, st.spinner("Reading from the database …", show_time=True):
        out = Path(inside) / "table.parquet"
        fetched = databases.fetch(url, **source, max_rows=int(max_rows), out=out)
        arriving = staged.Arriving(folder, lambda _size: None)
        with out.open("rb") as file:
            while piece := file.read(COPY_BYTES):
                arriving.add(piece)
        file = arriving.finish(f"{label}.parquet", name, project_id)
    if fetched.truncated:
        st.toast(f"The first {fetched.n_rows:,} rows were taken; the database has more.", icon="ℹ️", duration="long")
    return file
