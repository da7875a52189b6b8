"""Start the workbench: ``streamlit run streamlit_app.py``.

The screens are in ``pages/``, called by ``workbench/ui/main.py``. This file only wraps them into a web
application: imports warmed up before the first visitor, headers that keep other sites out, a health route,
and errors that reach the log instead of the screen.
"""

import gc
import logging
import runpy
import time
import uuid
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from workbench.ui import addresses, downloads_route, uploads_route

ROOT = Path(__file__).resolve().parent
MAIN = ROOT / "workbench" / "ui" / "main.py"
STARTED = time.time()
# Vega, the data grid and inline components need exactly these; nothing may be loaded from another host.
# 'unsafe-eval' lets tools that drive a browser wait for a condition on the page; scripts still come from here only.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: data: blob:; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)
SECURITY_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
]
log = logging.getLogger("workbench")


class SecurityHeaders:
    """Plain ASGI middleware: Starlette's BaseHTTPMiddleware would buffer streamed bodies."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@asynccontextmanager
async def lifespan(_app):
    """Look after runs, import what the pages need before anyone waits for it, and keep the collector away from it.

    Without ``gc.freeze`` every collection walks all imported modules: 226 ms a click were measured, 34 ms with it.
    """
    # A deep link that arrives before the first visitor must go through workbench/ui/main.py and its guard, not
    # straight to a script in pages/.
    from streamlit.runtime.pages_manager import PagesManager

    import workbench.ui.warm_up  # noqa: F401
    from workbench.ui import housekeeping

    housekeeping.at_start()
    PagesManager.uses_pages_directory = False
    gc.collect()
    gc.freeze()
    yield {}


def show_error(error):
    """Log an unexpected error under a reference, and show the reference instead of a traceback."""
    reference = uuid.uuid4().hex[:8]
    log.error("unexpected error %s", reference, exc_info=error)
    from workbench.ui import housekeeping

    if housekeeping.changed_since(STARTED, ROOT):
        # Pages are read anew with every click, modules only once: the two no longer belong together.
        st.error(
            "The program was updated while it was running, and has to be started again: stop it and start it once "
            "more, then reload this page. Nothing you saved is lost. "
            f"For an engineer: the server's log has `{reference}` ({type(error).__name__}).",
            icon="⚠️",
        )
        return True
    st.error(
        "Something went wrong on this page, and it is our fault. Nothing you saved is lost: go back, or reload. "
        f"For an engineer: search the server's log for `{reference}` ({type(error).__name__}).",
        icon="⚠️",
    )
    return True


async def health(_request):
    return JSONResponse({"status": "ok"})


if st.runtime.exists() or st.runtime.scriptrunner.get_script_run_ctx(suppress_warning=True) is not None:
    # Run as an ordinary script (AppTest, or a host that knows no st.App): show the app itself.
    runpy.run_path(str(MAIN), run_name="__main__")
else:
    app = st.App(
        MAIN,
        routes=addresses.reachable([Route("/healthz", health), *uploads_route.ROUTES, *downloads_route.ROUTES]),
        middleware=[Middleware(SecurityHeaders)],
        lifespan=lifespan,
        on_script_error=show_error,
    )
