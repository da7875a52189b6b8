"""The way out for files of any size: sent from the disk, as they come.

``st.download_button`` would hold all of it in memory, several times over. Links carry a token of this server, so that
only its pages can ask for the work.
"""

import hashlib
import hmac
import re
import secrets
import uuid
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from workbench.errors import NotFound, WorkbenchError
from workbench.ui.addresses import address

PROJECT = "/api/projects/{project_id}/file"
SERVICE = "/api/projects/{project_id}/services/{file}"
STALE = "This link is of an earlier start of the server. Reload the page you came from."
_SECRET = secrets.token_bytes(32)
_BUNDLE = re.compile(r"[0-9a-f]{64}\.zip\Z")


def project_link(project_id: str, file_name: str) -> str:
    """Return the address at which a page offers a project as a file; it is valid until the server ends."""
    return _link(PROJECT.format(project_id=project_id), file_name)


def service_link(project_id: str, file: str, file_name: str) -> str:
    """Return the address at which a page offers a service that was made; it is valid until the server ends."""
    return _link(SERVICE.format(project_id=project_id, file=file), file_name)


def _link(path, file_name):
    return f"{address(path)}?{urlencode({'name': file_name, 'token': _token(path)})}"


def _token(path):
    return hmac.new(_SECRET, path.encode(), hashlib.sha256).hexdigest()


def _is_ours(request, path):
    return hmac.compare_digest(request.query_params.get("token", "").encode(), _token(path).encode())


def _store():
    # Imported late: caches that are declared before the server runs would be made without it.
    from workbench.ui import state

    return state.store()


def _written(project_id):
    store = _store()
    return store.export_project(project_id, store.staging() / f"{uuid.uuid4().hex}.workbench")


async def send_project(request: Request) -> Response:
    """Write the project to a file, send it, and remove it."""
    project_id = request.path_params["project_id"]
    if not _is_ours(request, PROJECT.format(project_id=project_id)):
        return PlainTextResponse(STALE, 403)
    try:
        path = await run_in_threadpool(_written, project_id)
    except WorkbenchError as error:
        return PlainTextResponse(str(error), 409)
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return _sent(path, request, "project.workbench", "application/octet-stream", background=gone)


async def send_service(request: Request) -> Response:
    """Send a service that was made and has passed its tests."""
    project_id, file = request.path_params["project_id"], request.path_params["file"]
    if not _is_ours(request, SERVICE.format(project_id=project_id, file=file)) or not _BUNDLE.match(file):
        return PlainTextResponse(STALE, 403)
    path = _store().home / "bundles" / project_id / file
    if not path.is_file():
        gone = NotFound("This service is not there any more.", "Make it again on the Export page.")
        return PlainTextResponse(str(gone), 409)
    return _sent(path, request, "service.zip", "application/zip")


def _sent(path, request, name, media_type, background=None):
    name = request.query_params.get("name") or name
    return FileResponse(path, filename=name, media_type=media_type, background=background)


ROUTES = [Route(PROJECT, send_project, methods=["GET"]), Route(SERVICE, send_service, methods=["GET"])]
