"""The way out for files of any size: a project as one file, made on the disk and sent from there.

``st.download_button`` would hold all of it in memory, several times over. Links carry a token of this server, so that
only its pages can ask for the work.
"""

import hashlib
import hmac
import secrets
import uuid
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from workbench.errors import WorkbenchError

PATH = "/api/projects/{project_id}/file"
_SECRET = secrets.token_bytes(32)


def link(project_id: str, file_name: str) -> str:
    """Return the address at which a page offers a project as a file; it is valid until the server ends."""
    return f"{PATH.format(project_id=project_id)}?{urlencode({'name': file_name, 'token': _token(project_id)})}"


def _token(project_id):
    return hmac.new(_SECRET, project_id.encode(), hashlib.sha256).hexdigest()


def _written(project_id):
    # Imported late: caches that are declared before the server runs would be made without it.
    from workbench.ui import state

    store = state.store()
    return store.export_project(project_id, store.staging() / f"{uuid.uuid4().hex}.workbench")


async def send(request: Request) -> Response:
    """Write the project to a file, send it, and remove it."""
    project_id, asked = request.path_params["project_id"], request.query_params
    if not hmac.compare_digest(asked.get("token", ""), _token(project_id)):
        return PlainTextResponse("This link is of an earlier start of the server. Reload the page you came from.", 403)
    try:
        path = await run_in_threadpool(_written, project_id)
    except WorkbenchError as error:
        return PlainTextResponse(str(error), 409)
    gone = BackgroundTask(path.unlink, missing_ok=True)
    name = asked.get("name") or "project.workbench"
    return FileResponse(path, filename=name, media_type="application/octet-stream", background=gone)


ROUTES = [Route(PATH, send, methods=["GET"])]
