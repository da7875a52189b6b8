"""The prediction service: a model, its contract, and the pages and answers around them.

Start it with ``gunicorn app:app`` or, where gunicorn cannot run, with ``python app.py`` (waitress). A request goes
through ``prediction_service/hooks.py`` (limits, key), ``routes.py`` (its address), ``service.py`` (rows in, answers
out) and ``workbench/runtime/scorer.py``, the one way to a prediction. A plain ``POST /predict`` takes a shorter way to
``service.py``, with the same answer (``express.py``). This project is the same in every bundle: only the model, its
description and the golden rows differ.

======================  =========  ====================================================================================
environment variable    default    meaning
======================  =========  ====================================================================================
``THRESHOLD``                      from this probability on (0 to 1) the class that was decided about, else the positive
                                   one, is the answer
``MAX_ROWS``            10000      most rows in one request; of wide tables fewer fit into ``MAX_BODY_BYTES``
``MAX_REASON_ROWS``     20         most rows in one request that asks for reasons
``MAX_BODY_BYTES``      20000000   most bytes in one request
``API_KEY``                        what callers must send as ``X-API-Key`` or ``Authorization: Bearer``
``LOG_PREDICTIONS``     off        ``stdout`` or a file that rows and answers are appended to, a line of JSON each
``HOST``, ``PORT``      127.0.0.1  where it listens (port 8000); ``HOST=0.0.0.0`` for all addresses
``WORKERS``             2          processes under gunicorn
``MODEL_FOLDER``                   folder of the model, where it is not the folder of this file
======================  =========  ====================================================================================

In another Flask application: ``mount(application, folder, url_prefix="/model")``. In any other WSGI application:
``create_app(folder)`` is a WSGI application of its own.
"""

import gc
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))  # imported from another folder: what it needs stands beside this file

from flask import Flask  # noqa: E402
from prediction_service import logs  # noqa: E402
from prediction_service.express import Express  # noqa: E402
from prediction_service.hooks import Hooks  # noqa: E402
from prediction_service.routes import Routes  # noqa: E402
from prediction_service.service import Service  # noqa: E402
from prediction_service.settings import Settings  # noqa: E402

from workbench.runtime.scorer import CannotServe  # noqa: E402

THREADS = 4  # of waitress; requests of slow clients do not wait for each other
GRACE_SECONDS = 30  # that requests have to end after SIGTERM
MORE_BODY = 2  # times as many bytes as are allowed, beyond which waitress itself refuses a body


def create_app(folder: str | Path | None = None, settings: Settings | None = None) -> Flask:
    """Return the service for the model in ``folder``.

    Parameters
    ----------
    folder : path, optional
        Holds ``model.joblib`` and ``model.json``; without it the environment variable ``MODEL_FOLDER`` says which,
        and without that it is the folder of this file.
    settings : Settings, optional
        Without them the environment variables decide.

    Raises
    ------
    CannotServe
        The model is missing, damaged, not the one that was tested, or a setting is not possible.
    """
    return application(_service(folder, settings))


def application(service: Service) -> Flask:
    """Return the application around a service."""
    app = Flask("prediction_service", static_folder=None)
    app.json.sort_keys = False  # classes and fields keep their order
    app.extensions["prediction_service"] = service
    Hooks(service).install(app)
    app.register_blueprint(Routes(service).blueprint())
    app.wsgi_app = Express(app, service)
    return app


def mount(
    app: Flask,
    folder: str | Path | None = None,
    *,
    url_prefix: str,
    name: str = "service",
    settings: Settings | None = None,
) -> None:
    """Serve a model within another Flask application, below ``url_prefix``; ``name`` tells several apart.

    Limits, key, headers and error pages hold for these addresses only. Raises what :func:`create_app` does.
    """
    service = _service(folder, settings)
    blueprint = Routes(service).blueprint(name)
    Hooks(service).install(blueprint)
    app.register_blueprint(blueprint, url_prefix=url_prefix)


def _service(folder: str | Path | None, settings: Settings | None) -> Service:
    settings = settings or Settings.from_environment()
    folder = Path(folder or settings.model_folder)
    return Service.load(folder, replace(settings, model_folder=folder))


def main() -> None:
    """Serve with waitress until Ctrl+C or SIGTERM; requests that are being answered are finished."""
    import waitress

    try:
        settings = Settings.from_environment()
        served = create_app(settings=settings)
    except CannotServe as problem:
        raise SystemExit(f"The service does not start: {problem}") from None
    logs.to_stream()
    gc.collect()
    gc.freeze()  # what was loaded stays, so no later search for garbage needs to look at it
    try:
        server = waitress.create_server(
            served,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            # Waitress keeps a body on the disk before the service sees its length; up to here the service refuses it.
            max_request_body_size=MORE_BODY * settings.max_body_bytes,
        )
    except OSError as problem:  # another program has the port, or the address is not of this machine
        raise SystemExit(
            f"The service does not start: it cannot listen on {settings.host}:{settings.port} ({problem.strerror}). "
            "PORT and HOST say where it is to."
        ) from None
    # waitress ends orderly on SystemExit: it takes no more requests and finishes those it has, within its five seconds
    # unless it is told otherwise.
    finish = server.task_dispatcher.shutdown
    server.task_dispatcher.shutdown = partial(finish, timeout=GRACE_SECONDS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"Serving on http://{settings.host}:{settings.port} (stop with Ctrl+C)", flush=True)
    server.run()


def __getattr__(name: str) -> Flask:
    """Make ``app`` when it is first asked for, as ``gunicorn app:app`` does, and not whenever this file is imported."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = create_app()
    return globals()["app"]


if __name__ == "__main__":
    main()
