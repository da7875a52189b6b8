"""Tests of how the service runs: settings, keys, reasons, readiness, counters, logs, a place in another application.

Run with ``test_service.py``; see there.
"""

import base64
import io
import json
import logging
import re
import tempfile
import unittest
from pathlib import Path

import test_service
from flask import Flask
from prediction_service import logs, settings
from prediction_service.service import Service
from test_service import FOLDER, NEVER_SEEN, ServiceTest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from workbench.runtime.scorer import CannotServe

KEY = "a key of this test"
WRONG = {
    "THRESHOLD": ("1.5", "half", "-0.1", "nan"), "MAX_ROWS": ("0", "-1", "many"), "MAX_REASON_ROWS": ("0", "x"),
    "MAX_BODY_BYTES": ("0", "1e6"), "API_KEY": ("short", "Schlüssel!"), "HOST": ("two words", "http://host"),
    "LOG_PREDICTIONS": ("/no/such/folder/log",), "PORT": ("0", "70000", "http"), "WORKERS": ("0", "two"),
}  # fmt: skip


class RunningTest(ServiceTest):
    """The model of the tests under other settings; it is loaded once."""

    def client_with(self, **chosen):
        service = Service.of(self.served.scorer, FOLDER, settings.Settings.from_environment(chosen))
        return test_service.service.application(service).test_client()

    @property
    def served(self):
        return self.application.extensions["prediction_service"]

    def body(self, n_rows=1):
        return {"rows": self.rows[:n_rows]}


class Settings(RunningTest):
    def test_a_wrong_setting_is_said_in_one_sentence(self):
        for name, texts in WRONG.items():
            for text in texts:
                with self.subTest(name=name, text=text), self.assertRaisesRegex(CannotServe, name) as raised:
                    settings.Settings.from_environment({name: text})
                self.assertEqual(str(raised.exception).count("\n"), 0)
                if name == "API_KEY":
                    self.assertNotIn(text, str(raised.exception))

    def test_every_setting_is_documented(self):
        text = test_service.service.__doc__
        for name, _, _ in settings.SETTINGS:
            self.assertIn(f"``{name}``", text)

    def test_limits(self):
        client = self.client_with(MAX_ROWS="2", MAX_BODY_BYTES="300", MAX_REASON_ROWS="1")
        self.assertEqual(client.post("/predict", json={"rows": [{}] * 2}).status_code, 200)
        self.assertEqual(client.post("/predict", json={"rows": [{}] * 3}).status_code, 413)
        self.assertEqual(client.post("/predict?reasons=1", json={"rows": [{}] * 2}).status_code, 413)
        large = client.post("/predict", json={"rows": [{"x": "x" * 400}]})
        self.assertEqual(large.status_code, 413)
        self.assertIn("300 bytes", large.get_json()["error"]["message"])
        self.assertEqual(client.post("/", data={"x": "x" * 400}).status_code, 413)

    def test_the_threshold_decides_and_is_said(self):
        chances = next((answer["probabilities"] for answer in self.expected), {})
        decided = self.manifest.get("decision") or {"label": self.manifest.get("positive")}
        if not chances or decided["label"] is None:
            with self.assertRaisesRegex(CannotServe, "THRESHOLD"):
                self.client_with(THRESHOLD="0.5")
            return
        for threshold, expected in (("0", True), ("1", False)):
            client = self.client_with(THRESHOLD=threshold)
            told = client.get("/metadata").get_json()["decision"]
            self.assertEqual((told["threshold"], told["set_by"]), (float(threshold), "THRESHOLD"))
            answers = client.post("/predict", json={"rows": self.rows}).get_json()["predictions"]
            certain = [str(answer["probabilities"][str(decided["label"])] == 1) for answer in answers]
            for answer, sure in zip(answers, certain, strict=True):
                self.assertEqual(answer["prediction"] == decided["label"], expected or sure == "True")
            self.assertEqual(client.get("/ready").status_code, 200)
        self.assertEqual(self.served.scorer.decision, self.manifest.get("decision"))

    def test_a_key_closes_all_but_health_and_readiness(self):
        client = self.client_with(API_KEY=KEY)
        for path in ("/health", "/ready", "/static/style.css"):
            with client.get(path) as response:
                self.assertEqual(response.status_code, 200, path)
        basic = "Basic " + base64.b64encode(f"anybody:{KEY}".encode()).decode()
        right = ({"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"Authorization": basic})
        wrong = ({}, {"X-API-Key": KEY + "x"}, {"Authorization": f"Bearer {KEY[:-1]}"}, {"Authorization": "Basic ?"})
        for path in ("/", "/docs", "/schema", "/openapi.json", "/metadata", "/metrics"):
            for headers in wrong:
                self.assertEqual(client.get(path, headers=headers).status_code, 401, path)
            for headers in right:
                self.assertEqual(client.get(path, headers=headers).status_code, 200, path)
        self.assertEqual(client.post("/predict", json=self.body()).status_code, 401)
        self.assertEqual(client.post("/predict", json=self.body(), headers=right[0]).status_code, 200)
        asked = client.get("/", headers={"Accept": "text/html"})
        self.assertIn("Basic", asked.headers["WWW-Authenticate"])  # a browser asks for the key

    def test_predictions_are_logged_only_where_that_is_asked_for_and_sensitive_fields_never(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "predictions.jsonl"
            client = self.client_with(LOG_PREDICTIONS=str(path))
            row = {**self.rows[0], NEVER_SEEN: "somebody's secret"}
            answer = client.post("/predict", json={"rows": [row, "no row"]}, headers={"X-Request-ID": "abc-1"})
            lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
        self.assertEqual([line["request_id"] for line in lines], ["abc-1"] * 2)
        shown = {field["name"] for field in self.fields if not field.get("sensitive")}
        self.assertEqual(lines[0]["row"], {name: self.rows[0][name] for name in shown if name in self.rows[0]})
        if "prediction" in answer.get_json()["predictions"][0]:
            told, expected = lines[0]["answer"]["prediction"], self.expected[0]["prediction"]
            # A row alone may take another way through the model than many: the last digit of an amount may differ.
            (self.assert_close if isinstance(expected, float) else self.assertEqual)(told, expected, "logged")
        self.assertNotIn("somebody's secret", json.dumps(lines))
        self.assertIsNone(self.served.log)
        hidden = logs.PredictionLog("stdout", self.served.scorer)
        self.assertEqual(set(hidden._names), shown)


class Running(RunningTest):
    def test_it_is_ready_where_the_golden_rows_are_right(self):
        answer = self.client.get("/ready")
        self.assertEqual((answer.status_code, answer.get_json()["status"]), (200, "ready"))

    def test_it_is_not_ready_where_one_is_not(self):
        golden = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
        shorter = {**golden, "predictions": golden["predictions"][1:]}
        bare = {**golden, "predictions": [{}, *golden["predictions"][1:]]}
        golden["predictions"][3]["prediction"] = "another answer"
        for content in (json.dumps(golden), json.dumps(shorter), json.dumps(bare), "{", None):
            with tempfile.TemporaryDirectory() as folder:
                if content is not None:
                    (Path(folder) / "golden.json").write_text(content, encoding="utf-8")
                service = Service.of(self.served.scorer, Path(folder), settings.Settings())
                client = test_service.service.application(service).test_client()
                answer = client.get("/ready")
                self.assertEqual(answer.status_code, 503)
                self.assertIn("olden", answer.get_json()["reason"])
                self.assertEqual(client.get("/health").status_code, 200)

    def test_reasons_add_up(self):
        if self.served.reasons is None:
            self.skipTest("This bundle has no reasons.json.")
        response = self.client.post("/predict?reasons=3", json={"row": self.rows[0]})
        reasons = response.get_json()["reasons"]
        self.assertLessEqual(len(reasons["columns"]), 3)
        self.assertLessEqual({entry["field"] for entry in reasons["columns"]}, {field["name"] for field in self.fields})
        total = reasons["start"] + reasons["others"] + sum(entry["contribution"] for entry in reasons["columns"])
        self.assert_close(total, reasons["end"], "start and contributions")
        sizes = [abs(entry["contribution"]) for entry in reasons["columns"]]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertEqual(self.client.post("/predict?reasons=many", json=self.body()).status_code, 400)

    def test_one_row_is_answered_by_itself(self):
        one = self.client.post("/predict", json={"row": self.rows[0]}).get_json()
        self.assertEqual(one.pop("model"), self.manifest["model"])
        one.pop("decision", None)
        self.assert_same(one, self.expected[0], "one row")
        refused = self.client.post("/predict", json={"row": {}})
        self.assertEqual(refused.status_code, 422)
        self.assertTrue(refused.get_json()["error"]["allowed"])
        for body in ({}, {"row": {}, "rows": []}, self.rows[0] | {"rows": 1}, [self.rows[0]]):
            self.assertEqual(self.client.post("/predict", json=body).status_code, 400)

    def test_the_description_for_programs_names_every_field_and_address(self):
        document = self.client.get("/openapi.json").get_json()
        self.assertEqual(document["openapi"], "3.1.0")
        row = document["components"]["schemas"]["Row"]["properties"]
        self.assertEqual(list(row), [field["name"] for field in self.fields])
        for field in self.fields:
            self.assertIn("missing", row[field["name"]]["x-otherwise"])
        rules = {rule.rule for rule in self.application.url_map.iter_rules() if "filename" not in rule.arguments}
        self.assertEqual(rules, set(document["paths"]))
        references = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document))
        self.assertLessEqual(set(references), set(document["components"]["schemas"]))
        page = self.client.get("/docs").get_data(as_text=True)
        self.assertEqual(page.count("<tr>"), len(self.fields) + 1 + self.n_answers(document))
        self.assertNotIn("<script", page)
        self.assertNotIn("style=", page)

    def n_answers(self, document):
        """Return how many lines the tables of answers have, headings included."""
        operations = [operation for path in document["paths"].values() for operation in path.values()]
        return sum(1 + len(operation["responses"]) for operation in operations)

    def test_requests_and_rows_are_counted(self):
        client = self.client_with()
        client.post("/predict", json={"rows": [self.rows[0], "no row"]})
        client.get("/no-such-page")
        text = client.get("/metrics").get_data(as_text=True)
        line = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+')
        for entry in text.splitlines():
            self.assertTrue(entry.startswith(("# HELP ", "# TYPE ")) or line.fullmatch(entry), entry)
        self.assertIn('prediction_requests_total{method="POST",route="/predict",status="200"} 1\n', text)
        self.assertIn('prediction_requests_total{method="GET",route="other",status="404"} 1\n', text)
        self.assertIn("prediction_rows_predicted_total 1\n", text)
        self.assertIn("prediction_rows_refused_total 1\n", text)
        self.assertIn('prediction_request_seconds_count{route="/predict"} 1\n', text)
        self.assertIn('prediction_request_seconds_bucket{route="/predict",le="+Inf"} 1\n', text)

    def test_a_request_is_one_line_without_values(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logs.JsonLine())
        level = logs.LOGGER.level
        logs.LOGGER.addHandler(handler)
        logs.LOGGER.setLevel(logging.INFO)
        try:
            row = {**self.rows[0], self.fields[0]["name"]: "very private"}
            answer = self.client.post("/predict?who=private", json={"rows": [row]}, headers={"X-Request-ID": "abc-2"})
            bad = self.client.get("/private", headers={"X-Request-ID": "not an id\t"})
        finally:
            logs.LOGGER.removeHandler(handler)
            logs.LOGGER.setLevel(level)
        first, second = (json.loads(line) for line in stream.getvalue().splitlines())
        told = {name: first[name] for name in ("request_id", "method", "route", "status", "rows")}
        self.assertEqual(told, {"request_id": "abc-2", "method": "POST", "route": "/predict", "status": 200, "rows": 1})
        self.assertGreater(first["ms"], 0)
        self.assertNotIn("private", stream.getvalue())
        self.assertEqual(answer.headers["X-Request-ID"], "abc-2")
        self.assertEqual(bad.headers["X-Request-ID"], second["request_id"])

    def test_it_can_be_part_of_another_application(self):
        host = Flask("host")
        host.add_url_rule("/", view_func=lambda: "the host's own page")
        test_service.service.mount(host, FOLDER, url_prefix="/model", settings=settings.Settings())
        client = host.test_client()
        self.assertEqual(client.get("/").get_data(as_text=True), "the host's own page")
        self.assertEqual(client.get("/absent").content_type.split(";")[0], "text/html")  # the host's own errors
        answers = client.post("/model/predict", json=self.body()).get_json()["predictions"]
        self.assert_same(answers[0], self.expected[0], "mounted")
        self.assertEqual(client.get("/model/openapi.json").get_json()["servers"], [{"url": "/model"}])
        self.assertIn('href="/model/static/style.css"', client.get("/model/").get_data(as_text=True))

    def test_it_can_be_below_another_address(self):
        outer = DispatcherMiddleware(Flask("outer"), {"/below": self.application})
        client = Client(outer)
        self.assertEqual(client.post("/below/predict", json=self.body()).status_code, 200)
        self.assertEqual(client.get("/below/openapi.json").get_json()["servers"], [{"url": "/below"}])
        page = client.get("/below/").get_data(as_text=True)
        self.assertIn('href="/below/static/style.css"', page)
        self.assertIn('action="/below/predict/file"', page)


if __name__ == "__main__":
    unittest.main()
