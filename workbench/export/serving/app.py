"""The prediction service: a model, its contract, and the pages and answers around them.

``create_app(folder)`` serves the model in ``folder`` (``model.joblib`` and ``model.json``); without a folder it takes
the environment variable ``MODEL_FOLDER``, and without that the folder of this file. Every prediction goes through
``workbench.runtime.scorer.Scorer``; there is no second way. This project is the same in every bundle: only the
model, its description and the golden rows differ.

=====================  =========  =========================================================
environment variable   default    meaning
=====================  =========  =========================================================
``MAX_ROWS``           10000      most rows in one request
``MAX_BODY_BYTES``     20000000   most bytes in one request
``HOST``, ``PORT``     127.0.0.1  where ``python app.py`` listens (port 8000)
``MODEL_FOLDER``                  folder of the model, where it is not this one
=====================  =========  =========================================================
"""

import json
import logging
import os
import sys
import tempfile
from pathlib import Path

import pandas as pd
from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType

# Requests run side by side in workers; threads inside one prediction only make them wait for each other. Read by
# NumPy and scikit-learn when they are first imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))  # imported from another folder: what it needs stands beside this file

from prediction_service import web_form  # noqa: E402
from prediction_service.uploaded_file import read_rows  # noqa: E402

from workbench.runtime.delimited import unique_names  # noqa: E402
from workbench.runtime.reading import ReadingError  # noqa: E402
from workbench.runtime.scorer import CannotServe, Scorer  # noqa: E402

service = Blueprint("service", __name__)
LONGEST_INTEGER = 300  # digits; a float cannot hold more, and reading longer ones takes quadratic time
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def create_app(folder: str | Path | None = None) -> Flask:
    """Return the service for the model in ``folder``.

    Raises
    ------
    CannotServe
        The model is missing, damaged, not the one that was tested, or a setting is no whole number.
    """
    app = Flask("prediction_service")
    app.json.sort_keys = False  # classes and fields keep their order
    app.config["MAX_ROWS"] = _limit("MAX_ROWS", 10_000)
    app.config["MAX_CONTENT_LENGTH"] = _limit("MAX_BODY_BYTES", 20_000_000)
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    folder = Path(folder or os.environ.get("MODEL_FOLDER") or HERE)
    app.extensions["scorer"] = Scorer.load(folder)
    app.extensions["example"] = _example(folder, app.extensions["scorer"])
    app.register_blueprint(service)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_defect)
    app.after_request(_add_headers)
    return app


def _limit(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise CannotServe(f"The environment variable {name} must be a whole number above 0, not “{text}”.")
    return int(text)


def _example(folder: Path, scorer: Scorer) -> dict[str, str]:
    """Return the row of request.json for the form to begin with; the service works without that file."""
    try:
        (row,) = json.loads((folder / "request.json").read_text(encoding="utf-8"))["rows"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return web_form.example_of(row, scorer.fields)


def _scorer() -> Scorer:
    return current_app.extensions["scorer"]


@service.get("/health")
def health():
    """Say that the service is alive, and which model it serves."""
    return jsonify(status="ok", model=_scorer().fingerprint)


@service.get("/schema")
def schema():
    """Say what goes in and what comes out."""
    manifest = _scorer().manifest
    names = ("name", "model", "created_at", "task", "target", "classes", "positive", "fields", "ignored", "versions")
    limits = {"rows": current_app.config["MAX_ROWS"], "body_bytes": current_app.config["MAX_CONTENT_LENGTH"]}
    amounts = {name: manifest[name] for name in ("interval", "shift") if name in manifest}
    return jsonify({**{name: manifest.get(name) for name in names}, **_decision(), **amounts, "limits": limits})


@service.post("/predict")
def predict():
    """Predict the rows of ``{"rows": [{field: value}]}``."""
    rows = _rows_of_body()
    return jsonify(predictions=_scorer().predict_rows(rows), model=_scorer().fingerprint, **_decision())


def _decision() -> dict:
    """Return from which probability on a class is the answer; nothing where it is the most probable one."""
    return {"decision": _scorer().decision} if _scorer().decision else {}


def _rows_of_body() -> list:
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with the header Content-Type: application/json.")
    try:
        body = json.loads(request.get_data(), parse_int=_integer)
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not valid JSON: {error}.") from None
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise BadRequest('Send an object with a list of rows: {"rows": [{"field": value}]}.')
    _check_number_of_rows(len(rows))
    return rows


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _check_number_of_rows(n_rows: int) -> None:
    most = current_app.config["MAX_ROWS"]
    if n_rows > most:
        raise RequestEntityTooLarge(f"{n_rows} rows are too many for one request; send at most {most}.")


@service.post("/predict/file")
def predict_file():
    """Predict a file like the training file; answer with its columns and the predictions as CSV.

    The file comes as the form field ``file``, or as the body itself (``Content-Type: text/csv``).
    """
    scorer = _scorer()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        if upload := request.files.get("file"):
            upload.save(path)
        elif request.mimetype in ("text/csv", "application/octet-stream"):
            path.write_bytes(request.get_data())
        else:
            raise UnsupportedMediaType("Send the file as the form field “file”, or as a body of type text/csv.")
        try:
            # One row more than allowed is enough to see that there are too many.
            raw = read_rows(path, scorer.manifest, current_app.config["MAX_ROWS"] + 1)
        except ReadingError as error:
            raise BadRequest(str(error)) from None
    _check_number_of_rows(len(raw))
    answer = scorer.predict_frame(raw)
    # A column of the file that is called like one of ours stays; ours gets another name.
    names = unique_names([*raw.columns, *answer.columns])
    text = pd.concat([raw, answer], axis=1).to_csv(index=False, lineterminator="\r\n", header=names)
    headers = {"Content-Disposition": 'attachment; filename="predictions.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


@service.get("/")
def form():
    """Show the form, filled with the example of request.json, or empty with ``?clear``."""
    return _page({} if "clear" in request.args else current_app.extensions["example"], None)


@service.post("/")
def predict_form():
    """Predict the row in the form, and show it again with the answer."""
    scorer = _scorer()
    posted = request.form.to_dict()
    row = web_form.row_of(posted, scorer.fields)
    answer = scorer.predict_rows([row])[0]
    return _page(posted, answer), 400 if "error" in answer else 200


def _page(posted: dict[str, str], answer: dict | None) -> str:
    scorer, outcome, errors, warnings = _scorer(), None, {}, ()
    if answer is not None:
        outcome = web_form.outcome(answer, scorer, posted)
        errors, warnings = web_form.errors_by_field(answer), answer.get("warnings", ())
    first = scorer.manifest.get("importance") or ()
    widgets = web_form.widgets(scorer.fields, posted, errors, warnings, first)
    example = bool(posted) and answer is None
    return render_template(
        "form.html", manifest=scorer.manifest, widgets=widgets, outcome=outcome, example=example, first=first
    )


def _answer_http_error(error: HTTPException):
    if error.code is None or error.code < 400:
        return error
    response = jsonify(error={"message": error.description, "status": error.code})
    response.status_code = error.code
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _answer_defect(error: Exception):
    # The caller learns that it is not their fault; the cause goes to the log only.
    logging.getLogger(__name__).exception("A request failed.", exc_info=error)
    return jsonify(error={"message": "The service failed on this request; its log says why.", "status": 500}), 500


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"  # answers hold the data of whoever asked
    return response


if __name__ == "__main__":
    import waitress

    try:
        application = create_app()
        host, port = os.environ.get("HOST", "127.0.0.1"), _limit("PORT", 8000)
    except CannotServe as problem:
        raise SystemExit(f"The service does not start: {problem}") from None
    print(f"Serving on http://{host}:{port} (stop with Ctrl+C)", flush=True)
    waitress.serve(application, host=host, port=port)
else:
    app = create_app()
