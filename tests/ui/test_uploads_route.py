"""The way in for files: written to disk as they come, refused in words, and nothing left of what did not arrive."""

import asyncio
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import streamlit as st
from starlette.applications import Starlette

from workbench.errors import NoSpace
from workbench.ui import staged, state, uploads_route

CSV = b"age;city\n31;Ulm\n"


@pytest.fixture(autouse=True)
def store(home, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setattr(uploads_route, "validate_xsrf_token", lambda token, cookie: bool(token) and token == cookie)
    yield state.store()
    state.store().close()
    st.cache_resource.clear()


def ask(method, query, bits=(b"",), token="t", length=None, whole=True):
    """Send a request with this body, bit by bit, to the route; return status and answer (None where none came)."""
    headers = [(b"cookie", b"_streamlit_xsrf=t"), (b"x-xsrftoken", token.encode())]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    messages = [{"type": "http.request", "body": bit, "more_body": True} for bit in bits]
    messages.append({"type": "http.request", "body": b""} if whole else {"type": "http.disconnect"})
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": uploads_route.PATH, "headers": headers, "root_path": ""}
    scope |= {"query_string": urlencode(query).encode(), "scheme": "http", "server": ("127.0.0.1", 80)}
    # In a thread of its own: the browser of other tests keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Starlette(routes=uploads_route.ROUTES)(scope, receive, send)).result()
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


def left(store):
    return sorted(path.name for path in store.staging().iterdir())


def test_a_file_is_kept_under_an_id_with_its_name_and_digest(store):
    asked = {"name": "C:\\sales\\Kunden 2026.csv", "zone": "home", "project": ""}
    status, answer = ask("PUT", asked, [CSV[:5], CSV[5:]], length=len(CSV))
    assert status == 200
    assert (answer["name"], answer["size_bytes"]) == ("Kunden 2026.csv", 16)
    file = staged.find(store.staging(), answer["id"])
    assert file.path.read_bytes() == CSV
    assert (file.zone, file.digest) == ("home", hashlib.sha256(CSV).hexdigest())
    assert staged.waiting(store.staging()) == [file]
    staged.remove(file)
    assert left(store) == []


def test_a_body_in_many_bits_is_written_in_pieces(store, monkeypatch):
    monkeypatch.setattr(uploads_route, "PIECE_BYTES", 10)
    _, answer = ask("PUT", {"name": "a"}, [b"1234567"] * 5)
    assert staged.find(store.staging(), answer["id"]).path.read_bytes() == b"1234567" * 5


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_without_the_token_of_a_page_nothing_is_taken(store, method):
    status, answer = ask(method, {"name": "a.csv", "size": 16}, [CSV], token="other")
    assert status == 403
    assert "did not come from a page of this app" in answer["error"]
    assert left(store) == []


def test_a_file_over_the_limit_is_refused_before_and_while_it_comes(store, monkeypatch):
    monkeypatch.setattr(uploads_route, "limit_bytes", lambda: 10)
    monkeypatch.setattr(uploads_route, "PIECE_BYTES", 4)
    assert ask("GET", {"size": 11})[0] == 413
    assert ask("GET", {"size": 10}) == (200, {"ok": True})
    assert ask("PUT", {"name": "a"}, [CSV], length=16)[0] == 413
    status, answer = ask("PUT", {"name": "a"}, [CSV[:5], CSV[5:]])  # no length was told
    assert (status, answer["error"][:38]) == (413, "The file is larger than 10 bytes, whic")
    assert left(store) == []


def test_a_full_disk_is_told_and_leaves_no_part_of_the_file(store, monkeypatch):
    def require(size_bytes):
        if size_bytes > 3:
            raise NoSpace("The disk is full.", "Free some space.")

    monkeypatch.setattr(state.store().files, "require", require)
    assert ask("GET", {"size": 4}) == (507, {"error": "The disk is full.", "advice": "Free some space."})
    assert ask("PUT", {"name": "a"}, [CSV])[0] == 507
    assert left(store) == []


def test_a_connection_that_breaks_leaves_nothing(store):
    assert ask("PUT", {"name": "a"}, [CSV], length=99, whole=False)[0] == 400
    assert left(store) == []


@pytest.mark.parametrize("upload_id", ["", "..", "../" * 10, "a" * 31, "A" * 32, None])
def test_only_ids_that_were_given_out_find_a_file(store, upload_id):
    assert staged.find(store.staging(), upload_id) is None


def test_a_file_that_is_lent_outlives_the_one_who_moved_it_away(store, tmp_path):
    file = staged.write(store.staging(), "a.csv", CSV)
    staged.lend(file).replace(tmp_path / "moved")
    assert staged.find(store.staging(), file.id).path.read_bytes() == CSV
    staged.remove(file)
    assert (tmp_path / "moved").read_bytes() == CSV
    assert left(store) == []
