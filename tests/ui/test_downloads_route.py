"""The way out for projects: written to disk, sent from there, and gone afterwards."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import streamlit as st
from starlette.applications import Starlette

from workbench.store import Store
from workbench.ui import addresses, downloads_route, state


@pytest.fixture
def store(home):
    st.cache_resource.clear()
    yield state.store()
    state.store().close()
    st.cache_resource.clear()


def get(link, routes=downloads_route.ROUTES):
    """Ask for ``link``; return status, headers and body."""
    parts, sent = urlsplit(link), []
    messages = [{"type": "http.request", "body": b""}]

    async def receive():
        return messages.pop() if messages else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": parts.path, "query_string": parts.query.encode(), "headers": []}
    # In a thread of its own: the browser of other tests keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Starlette(routes=routes)(scope | {"root_path": ""}, receive, send)).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_project_is_sent_as_a_file_that_can_be_opened(store, tmp_path):
    project = store.create_project("Kunden")
    status, headers, body = get(downloads_route.project_link(project.id, "Kunden.workbench"))
    assert status == 200
    assert headers["content-disposition"] == 'attachment; filename="Kunden.workbench"'
    assert list(store.staging().iterdir()) == []
    path = tmp_path / "Kunden.workbench"
    path.write_bytes(body)
    with Store.open(tmp_path / "other") as other:
        assert other.import_project(path).name == "Kunden"


def test_without_a_token_of_this_server_nothing_is_written(store):
    project = store.create_project("Kunden")
    link = downloads_route.project_link(project.id, "a.workbench")
    assert get(link[:-1] + ("0" if link[-1] != "0" else "1"))[0] == 403
    assert get(link.partition("?")[0])[0] == 403


def test_a_project_that_is_gone_is_told(store):
    status, _, body = get(downloads_route.project_link("gone-1234567890", "a.workbench"))
    assert status == 409
    assert b"Traceback" not in body


def test_a_service_is_sent_as_it_is_and_nothing_else_from_the_disk(store):
    file = "a" * 64 + ".zip"
    folder = store.home / "bundles" / "p-1"
    folder.mkdir(parents=True)
    (folder / file).write_bytes(b"PK service")
    (folder / "notes.txt").write_bytes(b"secret")
    status, headers, body = get(downloads_route.service_link("p-1", file, "Kunden-service.zip"))
    assert (status, body) == (200, b"PK service")
    assert headers["content-disposition"] == 'attachment; filename="Kunden-service.zip"'
    assert (folder / file).is_file()
    assert get(downloads_route.service_link("p-1", "notes.txt", "a.zip"))[0] == 403
    other = downloads_route.service_link("p-1", "b" * 64 + ".zip", "a.zip")
    assert get(other)[0] == 409
    # A link to one file does not open another.
    assert get(other.replace("b" * 64, "a" * 64))[0] == 403


def test_links_and_routes_follow_the_path_of_the_server(store, monkeypatch):
    project = store.create_project("Kunden")
    monkeypatch.setattr(st, "get_option", lambda _name: "/wb/")
    link = downloads_route.project_link(project.id, "a.workbench")
    assert link.startswith(f"/wb/api/projects/{project.id}/file?")
    paths = [route.path for route in addresses.reachable(downloads_route.ROUTES)]
    assert paths == [f"/wb{downloads_route.PROJECT}", f"/wb{downloads_route.SERVICE}",
                     downloads_route.PROJECT, downloads_route.SERVICE]  # fmt: skip
    assert get(link, addresses.reachable(downloads_route.ROUTES))[0] == 200
