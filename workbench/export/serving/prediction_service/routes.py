"""The addresses of the service; each asks :class:`Service` and says the answer."""

import tempfile
from pathlib import Path

import pandas as pd
from flask import Blueprint, Response, g, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from workbench.runtime.delimited import unique_names
from workbench.runtime.reading import ReadingError
from workbench.runtime.spreadsheet_text import defuse

from . import openapi, web_form
from .answers import as_json, predicted
from .contract_words import FAULT_WORDS, described
from .hooks import is_browser
from .metrics import CONTENT_TYPE
from .request_rows import CSV_TYPE, JSON_TYPE, asked, body_of, check_number
from .service import Service
from .uploaded_file import ANY_FILE, WORKBOOK_TYPES, read_rows

FORM_REASONS = 5


class Routes:
    """One method per address."""

    def __init__(self, service: Service):
        self.service = service

    def blueprint(self, name: str = "service") -> Blueprint:
        """Return the addresses as a blueprint, which any Flask application can register under any prefix."""
        found = Blueprint(
            name, __name__, template_folder="templates", static_folder="static", static_url_path="/static"
        )
        for rule, method, view in (
            ("/", "GET", self.form),
            ("/", "POST", self.predict_form),
            ("/predict", "POST", self.predict),
            ("/predict/file", "POST", self.predict_file),
            ("/schema", "GET", self.schema),
            ("/openapi.json", "GET", self.openapi),
            ("/docs", "GET", self.docs),
            ("/metadata", "GET", self.metadata),
            ("/health", "GET", self.health),
            ("/ready", "GET", self.ready),
            ("/metrics", "GET", self.metrics),
        ):
            found.add_url_rule(rule, endpoint=view.__name__, view_func=view, methods=[method])
        return found

    def predict(self):
        """Predict one row or many."""
        service, known = self.service, g._get_current_object()
        wish = asked(
            request._get_current_object(),
            service.manifest,
            max_rows=service.settings.max_rows,
            max_reason_rows=service.settings.max_reason_rows,
        )
        if wish.reasons and service.reasons is None:
            raise BadRequest("This bundle has no reasons.json, so no reasons can be given.")
        known.n_rows = len(wish.rows)
        facts, status = predicted(service, wish, known.request_id)
        return Response(as_json(facts), status, mimetype=JSON_TYPE)

    def predict_file(self):
        """Predict a file of rows; answer with its own columns and the predictions, as CSV."""
        if "reasons" in request.args:
            raise BadRequest("Reasons are given by POST /predict?reasons=3, not for files.")
        raw = self._uploaded()
        check_number(len(raw), self.service.settings.max_rows)
        g.n_rows = len(raw)
        answer = self.service.answer_table(raw, request_id=g.request_id)
        # A column of the file that is called like one of ours stays; ours gets another name.
        names = unique_names([*raw.columns, *answer.columns])
        table, encoding = pd.concat([raw, answer], axis=1).set_axis(names, axis=1), "utf-8"
        if is_browser():  # a person opens it in a spreadsheet, which runs what looks like a formula
            table, encoding = defuse(table), "utf-8-sig"
        text = table.to_csv(index=False, lineterminator="\r\n")
        headers = {"Content-Disposition": 'attachment; filename="predictions.csv"'}
        return Response(text.encode(encoding), mimetype=CSV_TYPE, headers=headers)

    def _uploaded(self) -> pd.DataFrame:
        """Return the rows of the file that was sent."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            if upload := request.files.get("file"):
                upload.save(path)
            elif request.mimetype in (CSV_TYPE, ANY_FILE, *WORKBOOK_TYPES):
                path.write_bytes(body_of(request))
            else:
                raise UnsupportedMediaType("Send the file as the form field “file”, or as a body of type text/csv.")
            try:
                # One row more than allowed is enough to see that there are too many.
                return read_rows(path, self.service.manifest, self.service.settings.max_rows + 1)
            except ReadingError as error:
                raise BadRequest(str(error)) from None

    def schema(self):
        """Say what goes in and what comes out."""
        manifest = self.service.manifest
        names = ("name", "model", "created_at", "task", "target", "classes", "positive", "ignored", "versions")
        facts = {name: manifest.get(name) for name in names}
        facts |= {name: manifest[name] for name in ("interval", "shift") if name in manifest}
        fields = [described(field) for field in self.service.scorer.fields]
        return jsonify(fields=fields, **facts, **self.service.decision(), limits=self.service.limits())

    def openapi(self):
        """Say all of it as OpenAPI 3.1."""
        return jsonify(self._document("/openapi.json"))

    def docs(self):
        """Show the description for programs to people."""
        document = self._document("/docs")
        fields = [described(field) for field in self.service.scorer.fields]
        facts = {"document": document, "fields": fields, "fault_words": FAULT_WORDS}
        return render_template("docs.html", manifest=self.service.manifest, **facts)

    def metadata(self):
        """Say where the model comes from, how good it is, and how it decides here."""
        return jsonify(self.service.metadata())

    def health(self):
        """Say that the service is alive, and which model it serves."""
        return jsonify(status="ok", model=self.service.scorer.fingerprint)

    def ready(self):
        """Say whether the golden rows get their golden answers."""
        if reason := self.service.readiness.reason():
            return jsonify(status="not ready", reason=reason, model=self.service.scorer.fingerprint), 503
        n_rows = self.service.readiness.n_rows
        return jsonify(status="ready", golden_rows=n_rows, model=self.service.scorer.fingerprint)

    def metrics(self):
        """Say what was counted, for Prometheus."""
        estimator = self.service.manifest.get("estimator", {}).get("label", "")
        text = self.service.metrics.text(self.service.scorer.fingerprint, estimator)
        return Response(text, content_type=CONTENT_TYPE)

    def form(self):
        """Show the form, filled with the example of request.json, or empty with ``?clear``."""
        return self._page({} if "clear" in request.args else self._example(), None)

    def predict_form(self):
        """Predict the row in the form, and show it again with the answer."""
        posted = request.form.to_dict()
        row = web_form.row_of(posted, self.service.scorer.fields)
        g.n_rows = 1
        (answer,) = self.service.answer([row], reasons=FORM_REASONS, request_id=g.request_id)
        return self._page(posted, answer), 400 if "error" in answer else 200

    def _page(self, posted: dict[str, str], answer: dict | None) -> str:
        scorer, outcome, errors, warnings = self.service.scorer, None, {}, ()
        if answer is not None:
            outcome = web_form.outcome(answer, scorer, posted)
            errors, warnings = web_form.errors_by_field(answer), answer.get("warnings", ())
        first = scorer.manifest.get("importance") or ()
        widgets = web_form.widgets(scorer.fields, posted, errors, warnings, first)
        return render_template(
            "form.html",
            manifest=scorer.manifest,
            groups=web_form.groups(widgets),
            outcome=outcome,
            example=bool(posted) and answer is None,
            first=first,
        )

    def _example(self) -> dict[str, str]:
        return web_form.example_of(self.service.example_row, self.service.scorer.fields)

    def _document(self, address: str) -> dict:
        """Return the OpenAPI document, below the prefix that this service was registered under."""
        return openapi.document(self.service, request.script_root + request.url_rule.rule.removesuffix(address))
