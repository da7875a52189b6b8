"""How gunicorn runs the service; read by ``gunicorn app:app`` in this folder. Settings are those of app.py."""

import contextlib
import gc
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from prediction_service import logs

from workbench.runtime.scorer import CannotServe

# Loaded here, before any worker begins, so that what cannot be served ends in one sentence and not in a traceback.
try:
    from app import app
except CannotServe as problem:
    raise SystemExit(f"The service does not start: {problem}") from None

service = app.extensions["prediction_service"]
BODY_SECONDS = 10  # that a body may stop coming, or an answer being taken, before the request is given up


class Body:
    """A body that is given up with its connection once it stops coming: each such caller keeps a thread waiting."""

    def __init__(self, body, connection):
        self._body, self._connection = body, connection
        connection.settimeout(BODY_SECONDS)

    def read(self, *size):
        """Return what ``wsgi.input`` reads."""
        try:
            return self._body.read(*size)
        except TimeoutError:
            # Nothing more is waited for: gunicorn closes gently, in its main thread, which would halt all others.
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RD)
            raise

    def __getattr__(self, name):
        return getattr(self._body, name)


def with_patience(wsgi):
    """Return a WSGI application that gives up on callers who stop sending."""

    def answer(environ, start_response):
        environ["wsgi.input"] = Body(environ["wsgi.input"], environ["gunicorn.socket"])
        return wsgi(environ, start_response)

    return answer


app.wsgi_app = with_patience(app.wsgi_app)

bind = f"{service.settings.host}:{service.settings.port}"
workers = service.settings.workers
worker_class = "gthread"  # connections stay open between requests
threads = 4
preload_app = True  # the model is loaded once; workers share its memory and the counters of /metrics
timeout = 120  # seconds without a sign of life after which a worker is replaced
graceful_timeout = 30  # seconds that requests have to end after SIGTERM
keepalive = 5  # seconds that a connection stays open without a request
control_socket_disable = True  # nothing is written anywhere, so the file system may be read-only
accesslog = None  # the service writes a line of JSON per request itself


def when_ready(server):
    """Leave what was loaded out of every later search for garbage, and in memory that workers share."""
    gc.collect()
    gc.freeze()


def post_fork(server, worker):
    """Let each worker write its own lines."""
    logs.to_stream()


def post_worker_init(worker):
    """Ask the golden rows before the first request, so that it finds everything loaded."""
    if reason := service.readiness.reason():
        worker.log.error("The service is not ready: %s", reason)
