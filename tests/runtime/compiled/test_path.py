"""Which path answers: the compiled one where it gives the pipeline's own numbers, the pipeline everywhere else."""

import json
import logging
import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from tests.runtime.fields import field
from workbench.modeling.pipeline import build_pipeline
from workbench.runtime.compiled import models, pipelines, trees
from workbench.runtime.compiled.pipelines import furthest
from workbench.runtime.scorer import Scorer, file_digest, installed_versions
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, MemberSpec, SplitSpec

COLUMNS = (
    ColumnSpec(name="size", meaning="number", decimal=","),
    ColumnSpec(name="city", meaning="category", spellings=(("koeln", "Köln"),)),
    ColumnSpec(name="note", meaning="text"),
)
FIELDS = [field(one.name, one.meaning, **one.model_dump(mode="json", exclude={"name", "meaning"})) for one in COLUMNS]
TARGETS = {"binary": ["No", "Yes"], "multiclass": ["a", "b", "rare"], "regression": []}
METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
N_ROWS = 80
ROWS = [
    {"size": "3,5", "city": "Ulm", "note": "loud"},
    {"size": None, "city": "elsewhere", "note": None},
    {"size": 1e12, "city": "", "note": "quiet quiet garden"},
    {"size": -2, "city": "koeln", "note": "garden"},
]


def spec_of(task, candidate):
    return ExperimentSpec(
        dataset="made", target="y", task=task, classes=tuple(TARGETS[task]),
        positive="Yes" if task == "binary" else None,
        columns=COLUMNS, target_column=ColumnSpec(name="y", meaning="number" if task == "regression" else "category"),
        candidates=(candidate,), metric=METRICS[task], split=SplitSpec(folds=3),
    )  # fmt: skip


def fitted(task, candidate):
    rng = np.random.default_rng(0)
    size = rng.normal(size=N_ROWS)
    table = pd.DataFrame(
        {
            "size": size,
            "city": pd.Series(rng.choice(["Ulm", "Köln", "Bonn"], N_ROWS), dtype="str"),
            "note": pd.Series(rng.choice(["quiet garden", "loud", ""], N_ROWS), dtype="str"),
        }
    )
    target = {
        "binary": np.where(size > 0, "Yes", "No").astype(object),
        "multiclass": np.where(size > 0, "a", "b").astype(object),
        "regression": size * 3,
    }[task]
    if task == "multiclass":
        target[0] = "rare"
    spec = spec_of(task, candidate)
    return build_pipeline(spec, candidate).fit(table, target)


def facts_of(task, **more):
    return {"task": task, "target": "y", "fields": FIELDS, "ignored": [], "model": "", **more}


@pytest.fixture(scope="module")
def logistic():
    return fitted("binary", CandidateSpec(kind="logistic"))


@pytest.fixture(scope="module")
def boosting():
    return fitted("binary", CandidateSpec(kind="hist_gradient_boosting", hyperparameters={"max_iter": 20}))


def near(answers):
    names = ("prediction", "probabilities")
    return [
        {**one, **{name: pytest.approx(one[name], rel=1e-9, abs=1e-9) for name in names if type(one[name]) is not str}}
        for one in answers
    ]


def test_without_rows_the_pipeline_answers(logistic):
    assert Scorer(logistic, facts_of("binary")).path == "pipeline: no rows were given to compare answers on"


def test_compiled_answers_are_the_pipelines_and_it_is_not_asked(logistic, monkeypatch, caplog):
    expected = Scorer(logistic, facts_of("binary")).predict_rows(ROWS)
    with caplog.at_level(logging.INFO):
        scorer = Scorer(logistic, facts_of("binary"), ROWS)
    assert (scorer.path, caplog.messages) == ("compiled", ["Predictions are computed by the compiled model."])
    monkeypatch.setattr(type(logistic), "predict_proba", None)
    assert scorer.predict_rows(ROWS) == near(expected)
    frame = scorer.predict_frame(pd.DataFrame(ROWS))
    assert frame["prediction"].tolist() == [one["prediction"] for one in expected]


def test_many_rows_are_answered_in_parts(logistic, monkeypatch):
    monkeypatch.setattr(pipelines, "MOST_ROWS_AT_A_TIME", 3)
    scorer = Scorer(logistic, facts_of("binary"), ROWS)
    assert scorer.path == "compiled"
    assert scorer.predict_rows(ROWS * 2) == near(Scorer(logistic, facts_of("binary")).predict_rows(ROWS * 2))


def test_a_coefficient_that_is_off_is_found(logistic, monkeypatch):
    def spoiled(estimator):
        other = LogisticRegression()
        other.classes_, other.intercept_ = estimator.classes_, estimator.intercept_
        other.coef_ = estimator.coef_ * (1 + 1e-6)
        return models.sums.compiled_logistic(other)

    monkeypatch.setitem(models.ESTIMATORS, "LogisticRegression", spoiled)
    scorer = Scorer(logistic, facts_of("binary"), ROWS)
    assert scorer.path.startswith("pipeline: compiled answers differ by ")
    assert scorer.predict_rows(ROWS) == Scorer(logistic, facts_of("binary")).predict_rows(ROWS)


@pytest.mark.parametrize("column", ["num_threshold", "value", "left"])
def test_nodes_of_trees_that_are_off_are_found(boosting, monkeypatch, column):
    joined = trees._joined

    def spoiled(*args):
        nodes = joined(*args)
        nodes[column][-40:] = nodes[column][-40:] + 1
        return nodes

    assert Scorer(boosting, facts_of("binary"), ROWS).path == "compiled"
    monkeypatch.setattr(trees, "_joined", spoiled)
    rows = [{"size": size, "city": "Ulm", "note": "loud"} for size in np.linspace(-2, 2, 40).tolist()]
    assert Scorer(boosting, facts_of("binary"), rows).path.startswith("pipeline: ")


@pytest.mark.parametrize("fault", [lambda values: 1 / 0, lambda values: np.full((len(ROWS), 2), np.nan)])
def test_what_the_compiled_model_cannot_take_goes_to_the_pipeline(logistic, monkeypatch, fault):
    scorer = Scorer(logistic, facts_of("binary"), ROWS)
    monkeypatch.setattr(scorer, "_compiled", fault)
    assert scorer.predict_rows(ROWS) == Scorer(logistic, facts_of("binary")).predict_rows(ROWS)


def test_it_can_be_switched_off(logistic, monkeypatch):
    monkeypatch.setenv("WORKBENCH_WITHOUT_COMPILING", "1")
    assert Scorer(logistic, facts_of("binary"), ROWS).path == "pipeline: WORKBENCH_WITHOUT_COMPILING is 1"


def changed(name, **facts):
    return [{**entry, **facts} if entry["name"] == name else entry for entry in FIELDS]


@pytest.mark.parametrize(
    ("fields", "words"),
    [(changed("city", meaning="number"), "“city” is not as the model has it"),
     (changed("city", missing=["?"]), "“city” is not as the model has it"),
     (FIELDS[:2], "“note” is not as the model has it")],
)  # fmt: skip
def test_fields_that_are_not_the_models_are_left_to_the_pipeline(logistic, fields, words):
    assert words in Scorer(logistic, facts_of("binary", fields=fields), [{"size": 1}]).path


class Other:
    classes_ = np.array(["No", "Yes"])

    def predict_proba(self, frame):
        return np.full((len(frame), 2), 0.5)


def test_other_models_are_left_alone():
    scorer = Scorer(Other(), facts_of("binary"), ROWS)
    assert scorer.path == "pipeline: the model is no pipeline of this workbench"
    assert scorer.predict_rows(ROWS)[0]["probabilities"] == {"No": 0.5, "Yes": 0.5}


def test_rows_that_are_all_refused_show_nothing(logistic):
    assert "no rows to compare" in Scorer(logistic, facts_of("binary"), [{"size": "many"}]).path


MEMBERS = ("hist_gradient_boosting", "decision_tree", "mlp", "nearest_neighbours")


@pytest.mark.parametrize("task", TARGETS)
def test_ensembles_of_folds(task):
    kinds = (*MEMBERS, "ridge") if task == "regression" else (*MEMBERS, "logistic", "naive_bayes")
    settings = {"hist_gradient_boosting": {"max_iter": 20}, "mlp": {"max_passes": 5}}
    members = tuple(
        MemberSpec(kind=kind, hyperparameters=settings.get(kind, {}), weight=1 / len(kinds)) for kind in kinds
    )
    calibration = {"binary": {"a": 1.1, "b": 0.9, "c": 0.2}, "multiclass": {"temperature": 1.3}, "regression": {}}[task]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class of one row is missing in two of three folds
        model = fitted(task, CandidateSpec(kind="ensemble", members=members, hyperparameters=calibration))
    scorer = Scorer(model, facts_of(task), ROWS)
    assert scorer.path == "compiled"
    if task == "multiclass":
        assert {len(one.classes_) for _, parts in model[-1].fitted_ for one, _ in parts} == {2, 3}
    assert scorer.predict_rows(ROWS) == near(Scorer(model, facts_of(task)).predict_rows(ROWS))


@pytest.mark.parametrize(
    ("content", "path"), [(json.dumps({"rows": ROWS}), "compiled"), ("{", "pipeline: "), (None, "pipeline: ")]
)
def test_a_folders_golden_rows_decide(logistic, tmp_path, content, path):
    joblib.dump(logistic, tmp_path / "model.joblib")
    facts = facts_of("binary", classes=["No", "Yes"], versions=installed_versions())
    facts["model"] = file_digest(tmp_path / "model.joblib")
    (tmp_path / "model.json").write_text(json.dumps(facts), encoding="utf-8")
    if content is not None:
        (tmp_path / "golden.json").write_text(content, encoding="utf-8")
    assert Scorer.load(tmp_path).path.startswith(path)


@pytest.mark.parametrize(
    ("found", "expected", "off"),
    [([[0.5]], [[0.25]], 0.25), ([[1000.0]], [[1001.0]], 1 / 1001), ([[1.0]], [[1.0, 2.0]], np.inf),
     ([[np.nan]], [[1.0]], np.inf), ([[np.nan]], [[np.nan]], 0.0), ([[np.inf]], [[np.inf]], 0.0)],
)  # fmt: skip
def test_differences_are_relative_to_answers_beyond_one(found, expected, off):
    assert furthest(np.array(found), np.array(expected)) == pytest.approx(off)
