"""The way in for files of any size: ``PUT /api/upload`` writes the body to disk as it comes, never more in memory.

Streamlit's own uploader holds a file twice in memory for as long as it is shown. The component in
``upload_zone`` first asks (``GET``) whether a file of this size may come, since a browser that is still sending does
not listen to a refusal, then sends it.
"""

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.web.server.server_util import is_xsrf_enabled
from streamlit.web.server.starlette.starlette_app_utils import validate_xsrf_token

from workbench.errors import NoSpace, WorkbenchError
from workbench.ui.phrases import size
from workbench.ui.staged import Arriving

PATH = "/api/upload"
PIECE_BYTES = 2 * 1024**2  # written and digested at once, in a thread, so that other visitors are answered meanwhile
XSRF_COOKIE = "_streamlit_xsrf"


class TooLarge(WorkbenchError):
    """A file is larger than the server takes."""


class Foreign(WorkbenchError):
    """A request did not come from a page of this app."""


STATUS = {Foreign: 403, TooLarge: 413, NoSpace: 507}


def _store():
    # Imported late: caches that are declared before the server runs would be made without it.
    from workbench.ui import state

    return state.store()


def limit_bytes() -> int:
    """Return the size of the largest file that is taken."""
    return st.get_option("server.maxUploadSize") * 1_000_000


def check(request: Request, n_bytes: int) -> None:
    """Raise the error that says why a file of ``n_bytes`` cannot come."""
    token, cookie = request.headers.get("x-xsrftoken"), request.cookies.get(XSRF_COOKIE)
    if is_xsrf_enabled() and not validate_xsrf_token(token, cookie):
        raise Foreign("The file did not come from a page of this app.", "Reload the page and open the file again.")
    check_size(n_bytes)
    _store().files.require(n_bytes)


def check_size(n_bytes: int) -> None:
    """Raise ``TooLarge`` where a file is longer than the server takes."""
    if n_bytes > limit_bytes():
        raise TooLarge(
            f"The file is larger than {size(limit_bytes())}, which is the most that is taken here.",
            "Pack it (zip, gz), leave out rows or columns, or ask the person who runs this server for a larger limit.",
        )


def refusal(error: WorkbenchError) -> JSONResponse:
    """Return an error as the component shows it."""
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
    return JSONResponse({"error": error.message, "advice": error.advice}, status)


async def may_come(request: Request) -> JSONResponse:
    """Answer whether a file of ``?size=`` bytes may be sent."""
    try:
        await run_in_threadpool(check, request, _number(request.query_params.get("size")))
    except WorkbenchError as error:
        return refusal(error)
    return JSONResponse({"ok": True})


async def receive(request: Request) -> JSONResponse:
    """Write the body to disk; answer with the id under which it waits to be read."""
    try:
        await run_in_threadpool(check, request, _number(request.headers.get("content-length")))
        arriving = await run_in_threadpool(lambda: Arriving(_store().staging(), _store().files.require))
        staged = None
        try:
            await _write(request, arriving)
            asked = request.query_params
            staged = await run_in_threadpool(
                arriving.finish, asked.get("name", ""), asked.get("zone", ""), asked.get("project", "")
            )
        finally:
            if staged is None:
                arriving.drop()
    except WorkbenchError as error:
        return refusal(error)
    except ClientDisconnect:
        # Cancelled by the person, or the connection broke: nobody listens to the answer.
        return JSONResponse({"error": "The file did not arrive as a whole."}, 400)
    return JSONResponse({"id": staged.id, "name": staged.name, "size_bytes": staged.size_bytes})


async def _write(request, arriving):
    """Hand the body over in pieces of even size: bodies come in bits of 64 kB, too small for a thread each."""
    gathered = bytearray()
    async for bit in request.stream():
        gathered += bit
        if len(gathered) >= PIECE_BYTES:
            check_size(arriving.size_bytes + len(gathered))
            await run_in_threadpool(arriving.add, gathered)
            gathered = bytearray()
    check_size(arriving.size_bytes + len(gathered))
    await run_in_threadpool(arriving.add, gathered)


def _number(text):
    return int(text) if text and text.isdecimal() else 0


ROUTES = [Route(PATH, may_come, methods=["GET"]), Route(PATH, receive, methods=["PUT"])]
