"""Tests of the service with its own model, through the interface that callers use.

Run ``python -m unittest`` in this folder, or ``python -m unittest discover -s FOLDER`` or ``pytest FOLDER`` from
anywhere. Nothing is needed beyond ``requirements.txt``.
"""

import html
import json
import math
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
FOLDER = Path(os.environ.get("MODEL_FOLDER") or HERE)
sys.path.insert(0, str(HERE))
from prediction_service import web_form  # noqa: E402
from prediction_service.settings import SETTINGS  # noqa: E402

for setting, _, _ in SETTINGS:  # the tests are about the model, not about what was set on this machine
    if setting != "MODEL_FOLDER":
        os.environ.pop(setting, None)

import app as service  # noqa: E402

from workbench.runtime.intervals import bounds  # noqa: E402
from workbench.runtime.scorer import CannotServe  # noqa: E402

TOLERANCE = 1e-9
NEVER_SEEN = "a word that no training row had"


class ServiceTest(unittest.TestCase):
    """One application for all tests; it holds no state between requests."""

    @classmethod
    def setUpClass(cls):
        cls.application = service.app
        cls.client = cls.application.test_client()
        cls.manifest = json.loads((FOLDER / "model.json").read_text(encoding="utf-8"))
        golden = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
        cls.rows, cls.expected, cls.refused = golden["rows"], golden["predictions"], golden["refused"]
        cls.fields = cls.manifest["fields"]

    def predict(self, rows):
        response = self.client.post("/predict", json={"rows": rows})
        self.assertEqual(response.status_code, 200, response.get_data(as_text=True))
        return response.get_json()["predictions"]

    def assert_same(self, answer, expected, place):
        self.assertEqual(answer.keys() - {"in_words"}, expected.keys(), place)
        self.assertTrue(answer["in_words"], place)
        self.assertEqual(answer["warnings"], expected["warnings"], place)
        self.assertEqual(type(answer["prediction"]), type(expected["prediction"]), place)
        self.assertEqual(list(answer["probabilities"]), list(expected["probabilities"]), place)
        if isinstance(expected["prediction"], float):
            self.assert_close(answer["prediction"], expected["prediction"], place)
        else:
            self.assertEqual(answer["prediction"], expected["prediction"], place)
        for name in {"lower", "upper"} & expected.keys():
            self.assert_close(answer[name], expected[name], f"{place}, {name}")
        for name, p in expected["probabilities"].items():
            self.assert_close(answer["probabilities"][name], p, f"{place}, probability of {name}")

    def assert_close(self, value, expected, place):
        if not math.isclose(value, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            self.fail(f"{place}: {value!r} is not the expected {expected!r}")


class Answers(ServiceTest):
    def test_there_are_at_least_fifty(self):
        self.assertGreaterEqual(len(self.rows), 50)
        self.assertEqual(len(self.rows), len(self.expected))

    def test_all_at_once(self):
        for at, answer in enumerate(self.predict(self.rows)):
            self.assert_same(answer, self.expected[at], f"golden row {at}")

    def test_one_by_one(self):
        for at in range(0, len(self.rows), 5):
            self.assert_same(self.predict([self.rows[at]])[0], self.expected[at], f"golden row {at}")

    def test_the_answer_names_the_model_and_the_decision(self):
        answer = self.client.post("/predict", json={"rows": self.rows[:1]}).get_json()
        self.assertEqual(answer["model"], self.manifest["model"])
        self.assertEqual(answer.get("decision"), self.manifest.get("decision"))

    def test_the_answer_follows_from_the_probabilities(self):
        classes = self.manifest["classes"]
        if not classes:
            self.skipTest("A number follows from no probabilities.")
        decision = self.manifest.get("decision")
        for answer in self.predict(self.rows):
            chances = {label: answer["probabilities"][str(label)] for label in classes}
            if decision is not None and chances.pop(decision["label"]) >= decision["threshold"]:
                self.assertEqual(answer["prediction"], decision["label"])
            else:
                self.assertEqual(answer["prediction"], max(chances, key=chances.get))

    def test_an_amount_lies_in_its_interval_which_is_there_if_the_model_has_one(self):
        interval, shift = self.manifest.get("interval"), (self.manifest.get("shift") or {}).get("shift", 0.0)
        for answer in self.predict(self.rows):
            self.assertEqual({"lower", "upper"} <= answer.keys(), interval is not None)
            if interval is not None:
                lower, upper = bounds([answer["prediction"] - shift], interval)
                self.assert_close(answer["lower"], lower[0], "lower end")
                self.assert_close(answer["upper"], upper[0], "upper end")
                self.assertLessEqual(answer["lower"], answer["upper"])


class Descriptions(ServiceTest):
    def test_health(self):
        response = self.client.get("/health")
        self.assertEqual(response.get_json(), {"status": "ok", "model": self.manifest["model"]})

    def test_schema(self):
        answer = self.client.get("/schema").get_json()
        self.assertEqual([field["name"] for field in answer["fields"]], [field["name"] for field in self.fields])
        self.assertEqual(answer["target"], self.manifest["target"])
        self.assertEqual(answer["classes"], self.manifest["classes"])
        for name in ("decision", "interval", "shift"):
            self.assertEqual(answer.get(name), self.manifest.get(name))


class Contract(ServiceTest):
    def test_a_bad_row_does_not_spoil_the_others(self):
        name = self.fields[0]["name"]
        answers = self.predict([self.rows[0], {**self.rows[0], name: ["a", "list"]}, "no object", {}, self.rows[1]])
        self.assertEqual([("error" in answer) for answer in answers], [False, True, True, True, False])
        self.assertEqual(answers[1]["error"]["field"], name)
        self.assertTrue(answers[1]["error"]["allowed"])
        self.assert_same(answers[0], self.expected[0], "the row before")
        self.assert_same(answers[4], self.expected[1], "the row after")

    def behaviour(self, field, fault):
        """Return what was agreed on for a fault of a field: "warn", "impute" or "reject"."""
        return field["behaviour"][fault]

    def test_golden_rows_that_must_be_refused(self):
        for at, answer in enumerate(self.predict(self.refused["rows"])):
            error = self.refused["errors"][at]
            self.assertEqual(answer.keys(), {"error"}, f"refused row {at}")
            for name in ("field", "value", "allowed"):
                self.assertEqual(answer["error"][name], error[name], f"refused row {at}")

    def test_wrong_type(self):
        for field in self.fields:
            if field["meaning"] in ("number", "integer", "date"):
                answer = self.predict([{**self.rows[0], field["name"]: "not of this type"}])[0]
                self.assertEqual(answer["error"]["field"], field["name"])
                self.assertEqual(answer["error"]["value"], "not of this type")

    def test_unseen_values_are_dealt_with_as_agreed(self):
        for field in self.fields:
            if field["values"] and not field["more_values"]:
                answer = self.predict([{**self.rows[0], field["name"]: NEVER_SEEN}])[0]
                if self.behaviour(field, "unseen") == "reject":
                    self.assertEqual(answer["error"]["field"], field["name"])
                    continue
                self.assertIn("prediction", answer)
                self.assertIn(field["name"], [warning["field"] for warning in answer["warnings"]])

    def test_missing_values_are_dealt_with_as_agreed(self):
        needed = [field for field in self.fields if self.behaviour(field, "missing") == "reject"]
        for field in needed:
            answer = self.predict([{**self.rows[0], field["name"]: None}])[0]
            self.assertEqual((answer["error"]["field"], answer["error"]["value"]), (field["name"], None))
        if needed:
            return
        known = self.known()
        for blank in (None, ""):
            row = {field["name"]: self.rows[0][known] if field["name"] == known else blank for field in self.fields}
            answer = self.predict([row])[0]
            self.assertIn("prediction", answer)
            warned = {warning["field"] for warning in answer["warnings"]} - {None, known}
            self.assertEqual(warned, {field["name"] for field in self.fields} - {known})
            says_little = any("says little" in warning["message"] for warning in answer["warnings"])
            self.assertEqual(says_little, len(self.fields) > 2)

    def test_a_row_without_any_value_is_refused(self):
        for blank in (None, ""):
            answer = self.predict([{field["name"]: blank for field in self.fields}])[0]
            self.assertEqual(answer.keys(), {"error"})
            if not any(self.behaviour(field, "missing") == "reject" for field in self.fields):
                self.assertIn("nothing to go on", answer["error"]["message"])
        response = self.client.post("/", data={field["name"]: "" for field in self.fields})
        self.assertEqual(response.status_code, 400)
        page = html.unescape(response.get_data(as_text=True))
        self.assertIn(answer["error"]["message"], page)

    def known(self):
        """Return a field that has a value in the first golden row."""
        return next(name for name, value in self.rows[0].items() if self.answers_alone(name, value))

    def answers_alone(self, name, value):
        blank = {field["name"]: None for field in self.fields}
        return value not in (None, "") and "error" not in self.predict([{**blank, name: value}])[0]

    def test_an_extra_field_is_dealt_with_as_agreed(self):
        answer = self.predict([{**self.rows[0], NEVER_SEEN: 1}])[0]
        if self.behaviour(self.fields[0], "extra") == "reject":
            self.assertEqual(answer["error"]["field"], NEVER_SEEN)
            return
        self.assertEqual(answer["prediction"], self.predict([self.rows[0]])[0]["prediction"])
        self.assertIn(NEVER_SEEN, [warning["field"] for warning in answer["warnings"]])


class Form(ServiceTest):
    def test_every_field_has_a_labelled_input(self):
        page = self.client.get("/").get_data(as_text=True)
        for at in range(len(self.fields)):
            self.assertIn(f'<label for="field-{at}">', page)
            self.assertIn(f'id="field-{at}"', page)

    def test_it_predicts(self):
        posted = {field["name"]: self.entered(self.rows[0][field["name"]], field) for field in self.fields}
        response = self.client.post("/", data=posted)
        self.assertEqual(response.status_code, 200)
        shown = web_form.outcome(self.expected[0], self.application.extensions["prediction_service"].scorer, posted)
        page = html.unescape(response.get_data(as_text=True))
        self.assertIn('class="answered"', page)
        self.assertIn(f">{shown['prediction']}</span>", page)
        for line in shown["probabilities"]:
            self.assertIn(line["percent"], page)
        for sentence in ("decision", "interval", "shift"):
            self.assertIn(shown[sentence], page)

    def entered(self, value, field):
        if value is None:
            return ""
        return value if isinstance(value, str) else str(value).replace(".", field["decimal"])

    def test_an_error_stands_beside_its_field(self):
        for at, field in enumerate(self.fields):
            if field["meaning"] in ("number", "integer", "date"):
                response = self.client.post("/", data={field["name"]: "<b>not of this type"})
                self.assertEqual(response.status_code, 400)
                self.assertIn(f'id="field-{at}-error"', response.get_data(as_text=True))
                self.assertNotIn("<b>", response.get_data(as_text=True))
                return
        self.skipTest("Every field takes any text.")


class Refusals(ServiceTest):
    def test_errors_are_json_with_a_message(self):
        requests = [
            (400, self.client.post("/predict", data="{", content_type="application/json")),
            (400, self.client.post("/predict", json=[1])),
            (404, self.client.get("/no-such-page")),
            (405, self.client.get("/predict")),
            (
                413,
                self.client.post(
                    "/predict",
                    json={"rows": [{}] * (self.application.extensions["prediction_service"].settings.max_rows + 1)},
                ),
            ),
            (415, self.client.post("/predict", data="x", content_type="text/plain")),
        ]
        for status, response in requests:
            self.assertEqual(response.status_code, status)
            self.assertTrue(response.get_json()["error"]["message"])

    def test_another_model_file_is_not_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(FOLDER / "model.json", folder)
            # Not a pickle at all: if it were read before its digest is compared, the error would be another.
            (Path(folder) / "model.joblib").write_bytes(b"something else")
            with self.assertRaisesRegex(CannotServe, "SHA-256"):
                service.create_app(folder)

    def test_other_versions_are_refused_in_words(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
            os.environ.pop("WORKBENCH_ALLOW_VERSIONS", None)
            shutil.copy(FOLDER / "model.joblib", folder)
            manifest = {**self.manifest, "versions": {**self.manifest["versions"], "scikit-learn": "0.1.0"}}
            (Path(folder) / "model.json").write_text(json.dumps(manifest), encoding="utf-8")
            with self.assertRaisesRegex(CannotServe, r"scikit-learn 0\.1\.0"):
                service.create_app(folder)


if __name__ == "__main__":
    unittest.main()
