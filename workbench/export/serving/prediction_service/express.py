"""The short way of a plain request for predictions: the answer that Flask would give, for half of what it costs.

``POST /predict`` with JSON rows that can be answered is nearly all that a service is asked. Contexts, routing and
hooks take longer than the prediction then, so such a request is answered in front of them. Everything else (CSV,
reasons, forms, whatever is wrong with a request) goes through Flask, with its body as it was sent. So do all requests
where somebody gave the application hooks of their own, or listens to Flask's signals: these must not be passed over.
"""

import hmac
import io
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, signals
from werkzeug.exceptions import HTTPException

from . import logs
from .answers import as_json, predicted
from .hooks import NO_STORE, REQUEST_ID, SECURITY_HEADERS, request_id_of
from .request_rows import JSON_TYPE, Asked, check_number, json_rows
from .service import Service

PATH = "/predict"
# As programs write it; whatever else a type says is for Flask to look at.
CHARSETS = ("", "; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8")
PLAIN_TYPES = frozenset(JSON_TYPE + charset for charset in CHARSETS)
STATUS_LINES = {200: "200 OK", 422: "422 UNPROCESSABLE ENTITY"}
SIGNALS = (
    signals.request_started, signals.request_finished, signals.request_tearing_down, signals.got_request_exception,
    signals.appcontext_pushed, signals.appcontext_popped, signals.appcontext_tearing_down,
)  # fmt: skip


class Express:
    """A WSGI application around that of Flask.

    Parameters
    ----------
    app : Flask
        With its own hooks and addresses.
    service : Service
    """

    def __init__(self, app: Flask, service: Service):
        self._app, self._wsgi, self._service = app, app.wsgi_app, service
        self._n_hooks = _n_hooks(app)
        self._headers = [("Content-Type", JSON_TYPE), *SECURITY_HEADERS.items(), NO_STORE]
        self._key = service.settings.api_key.encode("ascii")

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        began = time.perf_counter()
        n_bytes = self._plain_bytes(environ)
        if n_bytes is None:
            return self._wsgi(environ, start_response)
        try:
            content = environ["wsgi.input"].read(n_bytes)
        except OSError:  # the caller stopped sending; Flask, which asks again, knows what to say
            return self._wsgi(environ, start_response)
        environ["wsgi.input"] = io.BytesIO(content)
        request_id = request_id_of(environ.get("HTTP_X_REQUEST_ID", ""))
        found = self._predicted(content, request_id) if len(content) == n_bytes else None
        if found is None:
            return self._wsgi(environ, start_response)
        n_rows, text, status = found
        headers = [*self._headers, ("Content-Length", str(len(text))), (REQUEST_ID, request_id)]
        seconds = time.perf_counter() - began
        self._service.metrics.request("POST", PATH, status, seconds)
        logs.answered(request_id, "POST", PATH, status, seconds, n_rows)
        start_response(STATUS_LINES[status], headers)
        return [text]

    def _plain_bytes(self, environ: dict[str, Any]) -> int | None:
        """Return how long the body of a plain request is; None for any other request."""
        length = environ.get("CONTENT_LENGTH") or ""
        if (
            environ.get("PATH_INFO") != PATH
            or environ["REQUEST_METHOD"] != "POST"
            or environ.get("QUERY_STRING")
            or environ.get("CONTENT_TYPE") not in PLAIN_TYPES
            or "HTTP_TRANSFER_ENCODING" in environ
            or not (length.isascii() and length.isdigit())
        ):
            return None
        key = environ.get("HTTP_X_API_KEY", "").encode("utf-8", "replace")
        if self._key and not hmac.compare_digest(key, self._key):
            return None
        if _n_hooks(self._app) != self._n_hooks or any(signal.receivers for signal in SIGNALS):
            return None
        return int(length) if int(length) <= self._service.settings.max_body_bytes else None

    def _predicted(self, content: bytes, request_id: str) -> tuple[int, bytes, int] | None:
        """Return the number of rows, the answer and its status; None where something is wrong with the request."""
        most = self._service.settings.max_rows
        try:
            rows, single = json_rows(content, most)
            check_number(len(rows), most)
            facts, status = predicted(self._service, Asked(rows, single, 0), request_id)
            return len(rows), as_json(facts), status
        except HTTPException:
            return None
        # A defect: Flask comes to it again, and says so in the log and in the answer as it does for all of them.
        except Exception:  # noqa: BLE001
            return None


def _n_hooks(app: Flask) -> int:
    tables = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
    )
    return sum(len(hooks) for table in tables for hooks in table.values()) + len(app.teardown_appcontext_funcs)
