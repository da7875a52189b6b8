"""Scoring: one call for all good rows, answers in row order, and no row that spoils another."""

import json
import math

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from tests.runtime.fields import field
from workbench.runtime.scorer import CannotServe, Scorer, file_digest, installed_versions

FIELDS = [field("x", "number", minimum=0, maximum=4, decimal=","), field("word", "category", values=["a", "b"])]
X = pd.DataFrame({"x": [0.0, 1, 2, 3, 4, 2], "word": ["a", "b", "a", "b", "a", "b"]})
LABELS = {"str": ["No", "No", "No", "Yes", "Yes", "Yes"], "int": [0, 1, 1, 2, 2, 1], "bool": [True, False] * 3}


class Counting:
    """A model that counts how often it is asked, and cannot take x = 3."""

    classes_ = np.array(["No", "Yes"])

    def __init__(self):
        self.calls = []

    def predict_proba(self, frame):
        self.calls.append(len(frame))
        if (frame["x"] == 3).any():
            raise ValueError("x must not be 3\nsecond line")
        p = (frame["x"] / 10).to_numpy()
        return np.column_stack([1 - p, p])


class Half:
    """A regression that knows no answer for blanks."""

    def predict(self, frame):
        return frame["x"].to_numpy() / 2


def pipeline(estimator, labels):
    columns = ColumnTransformer([("word", OneHotEncoder(handle_unknown="ignore"), ["word"])], remainder="passthrough")
    return make_pipeline(columns, estimator).fit(X, labels)


def manifest(task, **facts):
    return {
        "task": task,
        "target": "y",
        "fields": FIELDS,
        "ignored": [{"column": "id", "reason": ""}],
        "model": "",
        **facts,
    }


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_labels_keep_the_json_type_of_the_target(labels):
    model = pipeline(LogisticRegression(), labels)
    scorer = Scorer(model, manifest("multiclass"))
    answers = scorer.predict_rows(X.to_dict("records"))
    assert [answer["prediction"] for answer in answers] == model.predict(X).tolist()
    assert {type(answer["prediction"]) for answer in answers} == {type(labels[0])}
    for answer, expected in zip(answers, model.predict_proba(X), strict=True):
        assert list(answer["probabilities"]) == [str(label) for label in sorted(set(labels))]
        assert list(answer["probabilities"].values()) == pytest.approx(expected.tolist(), abs=1e-12)
    json.dumps(answers, allow_nan=False)


def test_regression_has_no_probabilities():
    answers = Scorer(pipeline(LinearRegression(), [0, 2, 2, 4, 4, 3]), manifest("regression")).predict_rows(
        [{"x": 1, "word": "a"}]
    )
    assert answers == [{"prediction": pytest.approx(1.0), "probabilities": {}, "warnings": []}]
    assert type(answers[0]["prediction"]) is float


def test_a_classifier_without_probabilities_still_predicts():
    model = pipeline(RidgeClassifier(), LABELS["str"])
    scorer = Scorer(model, manifest("binary"))
    assert [answer["prediction"] for answer in scorer.predict_rows(X.to_dict("records"))] == model.predict(X).tolist()
    assert list(scorer.predict_frame(X).columns) == ["prediction", "warnings", "error"]


def test_good_rows_are_scored_in_one_call_and_in_their_order():
    model = Counting()
    rows = [{"x": 1, "word": "a"}, "bad", {"x": "abc"}, {"x": "2,5", "word": "c"}, {}]
    answers = Scorer(model, manifest("binary")).predict_rows(rows)
    assert model.calls == [2]
    assert [answer.get("probabilities", {}).get("Yes") for answer in answers] == [0.1, None, None, 0.25, None]
    assert answers[2]["error"]["field"] == "x"
    assert [note["field"] for note in answers[3]["warnings"]] == ["word"]


def test_a_row_that_the_model_cannot_take_costs_only_itself():
    rows = [{"x": x, "word": "a"} for x in (0, 1, 2, 3, 4)]
    scorer = Scorer(Counting(), manifest("binary"))
    answers = scorer.predict_rows(rows)
    assert [round(answer["probabilities"]["Yes"], 9) if "prediction" in answer else None for answer in answers] == [
        0,
        0.1,
        0.2,
        None,
        0.4,
    ]
    assert answers[3]["error"]["message"].endswith("x must not be 3")
    frame = scorer.predict_frame(pd.DataFrame(rows))
    assert frame["prediction"].fillna("none").tolist() == ["No", "No", "No", "none", "No"]
    assert [bool(text) for text in frame["error"]] == [False, False, False, True, False]


def test_an_answer_that_is_no_number_is_an_error():
    answers = Scorer(Half(), manifest("regression")).predict_rows([{"x": 3, "word": "a"}, {"x": None, "word": "a"}])
    assert answers[0]["prediction"] == 1.5
    assert "no finite answer" in answers[1]["error"]["message"]


def test_of_equal_probabilities_the_first_class_counts():
    assert Scorer(Counting(), manifest("binary")).predict_rows([{"x": 5, "word": "a"}])[0]["prediction"] == "No"


def test_frame_keeps_the_index_and_writes_what_json_answers():
    scorer = Scorer(Counting(), manifest("binary"))
    raw = pd.DataFrame(
        {"word": ["a", "c", "b"], "id": ["1", "2", "3"], "x": ["1,5", "x", "9"]}, index=[7, 5, 3], dtype="str"
    )
    frame = scorer.predict_frame(raw)
    answers = scorer.predict_rows(raw.to_dict("records"))
    assert frame.index.tolist() == [7, 5, 3]
    assert list(frame.columns) == ["prediction", "probability_No", "probability_Yes", "warnings", "error"]
    assert frame["probability_Yes"].tolist()[::2] == [
        answers[0]["probabilities"]["Yes"],
        answers[2]["probabilities"]["Yes"],
    ]
    assert math.isnan(frame["probability_Yes"].iloc[1]) and pd.isna(frame["prediction"].iloc[1])
    assert frame["error"].iloc[1] == answers[1]["error"]["message"]
    assert frame["warnings"].iloc[2] == f"x: {answers[2]['warnings'][0]['message']}"
    assert frame["warnings"].iloc[0] == ""


def test_whole_number_labels_are_written_as_such_beside_an_error():
    scorer = Scorer(pipeline(LogisticRegression(), LABELS["int"]), manifest("multiclass"))
    frame = scorer.predict_frame(pd.DataFrame({"x": ["0", "abc"], "word": ["a", "a"]}, dtype="str"))
    assert frame["prediction"].to_csv(index=False).split() == ["prediction", "0", '""']


def test_no_rows():
    scorer = Scorer(Counting(), manifest("binary"))
    assert scorer.predict_rows([]) == []
    assert list(scorer.predict_frame(pd.DataFrame({"x": []}, dtype="str")).columns)[:2] == [
        "prediction",
        "probability_No",
    ]


def test_a_file_with_none_of_the_columns_is_an_error_in_each_row():
    frame = Scorer(Counting(), manifest("binary")).predict_frame(pd.DataFrame({"a": ["1", "2"]}))
    assert all("x" in text for text in frame["error"])


@pytest.fixture
def folder(tmp_path):
    joblib.dump(pipeline(LogisticRegression(), LABELS["str"]), tmp_path / "model.joblib", compress=3)
    facts = manifest("binary", classes=["No", "Yes"], versions=installed_versions())
    write(tmp_path, {**facts, "model": file_digest(tmp_path / "model.joblib")})
    return tmp_path


def write(folder, facts):
    (folder / "model.json").write_text(json.dumps(facts), encoding="utf-8")


def facts_of(folder):
    return json.loads((folder / "model.json").read_text(encoding="utf-8"))


def test_a_folder_is_loaded(folder):
    scorer = Scorer.load(folder)
    assert scorer.classes == ("No", "Yes")
    assert scorer.fingerprint == file_digest(folder / "model.joblib")


class Trap:
    """Unpickling it would be noticed."""

    def __reduce__(self):
        return (pytest.fail, ("It was unpickled.",))


def test_nothing_is_unpickled_whose_digest_differs(folder):
    joblib.dump(Trap(), folder / "model.joblib")
    with pytest.raises(CannotServe, match="SHA-256"):
        Scorer.load(folder)


@pytest.mark.parametrize(("name", "version"), [("scikit-learn", "0.24.1"), ("numpy", "1.26.4")])
def test_other_versions_are_refused_unless_allowed(folder, monkeypatch, name, version):
    facts = facts_of(folder)
    facts["versions"][name] = version
    write(folder, facts)
    with pytest.raises(CannotServe, match=f"saved with {name} {version}.*WORKBENCH_ALLOW_VERSIONS=1"):
        Scorer.load(folder)
    monkeypatch.setenv("WORKBENCH_ALLOW_VERSIONS", "1")
    assert Scorer.load(folder).classes == ("No", "Yes")


def test_other_patch_versions_are_taken(folder):
    facts = facts_of(folder)
    facts["versions"]["numpy"] = ".".join([*installed_versions()["numpy"].split(".")[:2], "99"])
    facts["versions"]["python"] = "3.99.0"
    write(folder, facts)
    assert Scorer.load(folder).classes == ("No", "Yes")


@pytest.mark.parametrize(
    ("change", "words"),
    [(lambda folder: (folder / "model.joblib").unlink(), "no model.joblib"),
     (lambda folder: (folder / "model.json").unlink(), "no model.json"),
     (lambda folder: (folder / "model.json").write_text("{", encoding="utf-8"), "cannot be read"),
     (lambda folder: write(folder, []), "does not describe a model"),
     (lambda folder: write(folder, {**facts_of(folder), "classes": ["a", "b"]}), "do not belong together")],
)  # fmt: skip
def test_what_is_missing_or_damaged_is_told_in_words(folder, change, words):
    change(folder)
    with pytest.raises(CannotServe, match=words):
        Scorer.load(folder)


def test_a_pickle_that_fails_is_told_in_words(folder):
    (folder / "model.joblib").write_bytes(b"no pickle")
    write(folder, {**facts_of(folder), "model": file_digest(folder / "model.joblib")})
    with pytest.raises(CannotServe, match="does not load here"):
        Scorer.load(folder)


def test_a_decision_changes_the_answer_and_not_the_probabilities():
    rows = [{"x": x, "word": "a"} for x in (0, 2, 4)]
    plain = Scorer(Counting(), manifest("binary")).predict_rows(rows)
    decision = {"label": "Yes", "threshold": 0.2, "scenario": "Calls"}
    scorer = Scorer(Counting(), manifest("binary", decision=decision))
    answers = scorer.predict_rows(rows)
    assert [answer["prediction"] for answer in plain] == ["No", "No", "No"]
    assert [answer["prediction"] for answer in answers] == ["No", "Yes", "Yes"]
    assert [answer["probabilities"] for answer in answers] == [answer["probabilities"] for answer in plain]
    assert scorer.predict_frame(pd.DataFrame(rows))["prediction"].tolist() == ["No", "Yes", "Yes"]


@pytest.mark.parametrize(
    ("model", "label", "words"), [(Counting(), "Maybe", "“Maybe”"), (RidgeClassifier(), "Yes", "no probabilities")]
)
def test_a_decision_that_cannot_be_made_is_refused(model, label, words):
    if isinstance(model, RidgeClassifier):
        model = pipeline(model, LABELS["str"])
    with pytest.raises(CannotServe, match=words):
        Scorer(model, manifest("binary", decision={"label": label, "threshold": 0.5}))


INTERVAL = {"level": 0.9, "below": 1.0, "above": 2.0, "at": [0.0, 2.0], "scale": [1.0, 3.0], "floor": 0.0}


def amounts(**facts):
    return Scorer(Half(), {"task": "regression", "target": "y", "fields": FIELDS, "ignored": [], **facts})


def test_amounts_have_an_interval_and_a_shift_where_the_manifest_says_so():
    scorer = amounts(interval=INTERVAL, shift={"shift": 0.25, "too_low": 3.0, "too_high": 1.0})
    (answer,) = scorer.predict_rows([{"x": 2, "word": "a"}])
    # 1 from the model; the usual error there is 2. The ends are about the actual value, so the shift is not in them.
    assert (answer["prediction"], answer["lower"], answer["upper"]) == (1.25, 0.0, 5.0)
    table = scorer.predict_frame(pd.DataFrame({"x": ["2", "", "4"], "word": ["a", "b", "b"]}))
    assert table.columns.tolist() == ["prediction", "lower", "upper", "warnings", "error"]
    assert table.loc[[0, 2], ["prediction", "lower", "upper"]].to_numpy().tolist() == [[1.25, 0, 5], [2.25, 0, 8]]
    assert table.loc[1, ["prediction", "lower", "upper"]].isna().all() and table.loc[1, "error"]


def test_a_manifest_of_before_has_neither():
    (answer,) = amounts().predict_rows([{"x": 2, "word": "a"}])
    assert answer["prediction"] == 1.0 and answer.keys() == {"prediction", "probabilities", "warnings"}
    assert "lower" not in amounts().predict_frame(pd.DataFrame({"x": ["2"], "word": ["a"]}))


@pytest.mark.parametrize("damage", [{"interval": {**INTERVAL, "below": None}}, {"shift": {"shift": "2"}}])
def test_a_damaged_interval_or_shift_is_refused_in_words(damage):
    with pytest.raises(CannotServe, match="Unpack the bundle again"):
        amounts(**damage)
