"""What every entry of MODELS must do, for every task it claims."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_validate

from workbench.errors import NotPossible
from workbench.modeling import boosting_kinds
from workbench.modeling.models import MODELS, model
from workbench.modeling.pipeline import HANDLINGS, build_pipeline
from workbench.specs import CandidateSpec, ColumnSpec

from .conftest import COLUMNS, answers, houses, question

PAIRS = [pytest.param(kind, task, id=f"{kind.name}-{task}") for kind in MODELS for task in kind.tasks]
BOOSTERS = [kind.name for kind in boosting_kinds.installed()]
KINDS = {
    "classes": [
        "baseline",
        "logistic",
        "additive",
        "nearest_neighbours",
        "decision_tree",
        "random_forest",
        "extra_trees",
        "hist_gradient_boosting",
        *BOOSTERS,
        "support_vector_machine",
        "naive_bayes",
        "mlp",
    ],
    "regression": [
        "baseline",
        "ridge",
        "elastic_net",
        "additive",
        "poisson",
        "gamma",
        "quantile",
        "nearest_neighbours",
        "decision_tree",
        "random_forest",
        "extra_trees",
        "hist_gradient_boosting",
        *BOOSTERS,
        "support_vector_machine",
        "mlp",
    ],
}


# Contracts do not depend on the number of trees, and these tests must stay quick.
FEWER = {
    "random_forest": {"n_estimators": 15},
    "extra_trees": {"n_estimators": 15},
    "hist_gradient_boosting": {"max_iter": 15},
    **{name: {"n_estimators": 15} for name in BOOSTERS},
}


def pipeline_of(kind, task, columns=COLUMNS):
    return build_pipeline(question(task, columns), CandidateSpec(kind=kind, hyperparameters=FEWER.get(kind, {})))


def fitted(kind, task, table=None, columns=COLUMNS, y=None):
    table = houses() if table is None else table
    y = answers(houses(len(table)), task) if y is None else y
    return pipeline_of(kind.name, task, columns).fit(table, y)


def answer_of(pipeline, rows, task):
    return pipeline.predict(rows) if task == "regression" else pipeline.predict_proba(rows)


def test_the_kinds_are_those_of_the_contract():
    for task, names in (("binary", "classes"), ("multiclass", "classes"), ("regression", "regression")):
        assert [kind.name for kind in MODELS if task in kind.tasks] == KINDS[names]
    assert model("random_forest").build("binary").n_estimators == 200
    assert {kind.handling for kind in (*MODELS, *boosting_kinds.BOOSTERS)} == set(HANDLINGS)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.name)
def test_an_entry_speaks_to_people(kind):
    assert kind.label[0].isupper()
    for sentence in (kind.sentence, *(parameter.sentence for parameter in kind.hyperparameters)):
        assert sentence.endswith(".") and len(sentence) < 140
    for parameter in kind.hyperparameters:
        assert parameter.problem(parameter.default) == ""
        if parameter.type != "choice":
            assert parameter.problem(parameter.low) == "" and parameter.problem(parameter.high + 1) != ""
            assert parameter.problem("many") != ""


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind.hyperparameters], ids=lambda kind: kind.name)
def test_a_search_knows_what_to_vary(kind):
    varied = [parameter for parameter in kind.hyperparameters if parameter.search_low is not None]
    assert varied
    for parameter in varied:
        assert parameter.search_low < parameter.search_high
        assert parameter.problem(parameter.search_low) == "" == parameter.problem(parameter.search_high)
        assert parameter.search_low > 0 or not parameter.log


@pytest.mark.parametrize(("kind", "task"), PAIRS)
def test_fits_predicts_clones_and_pickles(kind, task):
    table = houses()
    pipeline = fitted(kind, task, table)
    again = clone(pipeline).fit(table, answers(table, task))
    found = answer_of(pipeline, table, task)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(answer_of(again, table, task), found)  # same seed, same answers
    np.testing.assert_array_equal(answer_of(pickle.loads(pickle.dumps(pipeline)), table, task), found)
    if task != "regression":
        assert pipeline.classes_.tolist() == list(question(task).classes)
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-9)
        np.testing.assert_array_equal(pipeline.predict(table), pipeline.classes_[found.argmax(axis=1)])


@pytest.mark.parametrize(("kind", "task"), PAIRS)
def test_blank_unseen_extreme_and_raw_rows(kind, task):
    table = houses()
    pipeline = fitted(kind, task, table)
    blank = pd.DataFrame({name: pd.Series([None], dtype=values.dtype) for name, values in table.items()})
    unseen = table.head(1).assign(town="Mars", street="nowhere", garden="perhaps", note="žluťoučký", size=1e300)
    assert np.isfinite(answer_of(pipeline, blank, task)).all()
    assert np.isfinite(answer_of(pipeline, unseen, task)).all()
    text = table.astype({"rooms": "Int64"}).astype(object)
    raw = text.where(table.notna(), "").map(str)
    raw["sold"] = [value[:10] for value in raw["sold"]]
    raw = raw.astype("str").assign(extra="ignored")[["extra", *reversed(table.columns)]]
    np.testing.assert_allclose(answer_of(pipeline, raw, task), answer_of(pipeline, table, task), atol=1e-12)


@pytest.mark.parametrize(("kind", "task"), PAIRS)
def test_odd_tables(kind, task):
    table = houses(60)
    one = ColumnSpec(name="town", meaning="category")
    note = ColumnSpec(name="note", meaning="text")
    day = ColumnSpec(name="sold", meaning="date")
    odd = table.assign(size=None, rooms=3.0, note=None, sold=pd.NaT, town="Ulm", street=None)
    odd = odd.astype({"size": "float64", "note": "str", "street": "str", "sold": "datetime64[us]"})
    for frame, columns in ((table, (one,)), (table, (note,)), (table, (day,)), (odd, COLUMNS), (odd, (note,))):
        assert np.isfinite(answer_of(fitted(kind, task, frame, columns), frame, task)).all()


@pytest.mark.parametrize("kind", [kind for kind in MODELS if "multiclass" in kind.tasks], ids=lambda kind: kind.name)
def test_a_class_with_a_single_training_row(kind):
    table = houses(60)
    y = answers(table, "multiclass")
    y[y == "mid"] = "low"
    y[5] = "mid"
    pipeline = fitted(kind, "multiclass", table, y=y)
    assert pipeline.predict_proba(table).shape == (60, 3)


@pytest.mark.parametrize("labels", [(3, 7), (-1.0, 2.0)], ids=["whole", "float"])
@pytest.mark.parametrize("kind", [kind for kind in MODELS if "binary" in kind.tasks], ids=lambda kind: kind.name)
def test_labels_may_be_numbers(kind, labels):
    table = houses(60)
    y = np.where(answers(table, "binary") == "yes", labels[1], labels[0])
    pipeline = fitted(kind, "binary", table, COLUMNS[:3], y)
    found = pipeline.predict(table.head(1))
    assert pipeline.classes_.tolist() == list(labels) and found[0] in labels and found.dtype == y.dtype


@pytest.mark.parametrize("kind", [kind for kind in MODELS if "binary" in kind.tasks], ids=lambda kind: kind.name)
def test_a_shuffled_target_scores_at_chance(kind):
    # A high-cardinality column is where an encoder that sees the answer of its own row would give itself away.
    columns = (COLUMNS[0], COLUMNS[3], ColumnSpec(name="code", meaning="identifier"))
    table = houses(300).assign(code=[f"c{i // 2}" for i in range(300)]).astype({"code": "str"})
    y = np.random.default_rng(7).permutation(answers(table, "binary"))
    pipeline = pipeline_of(kind.name, "binary", columns)
    folds = StratifiedKFold(4, shuffle=True, random_state=0)
    score = cross_validate(pipeline, table, y, cv=folds, scoring="roc_auc")["test_score"].mean()
    assert abs(score - 0.5) < 0.12  # about three standard errors of an AUC on 300 rows


@pytest.mark.parametrize("kind", ["random_forest", "ridge", "hist_gradient_boosting", "support_vector_machine", "mlp"])
def test_a_shuffled_number_is_not_predicted(kind):
    table = houses(200)
    y = np.random.default_rng(3).permutation(answers(table, "regression"))
    pipeline = pipeline_of(kind, "regression")
    predicted = cross_val_predict(pipeline, table, y, cv=4)
    assert np.corrcoef(predicted, y)[0, 1] < 0.2


def test_wishes_that_cannot_be_met_are_sentences():
    with pytest.raises(NotPossible, match="Known are: baseline"):
        model("gradient_descent")
    with pytest.raises(NotPossible, match="predicts classes"):
        model("logistic").build("regression")
    with pytest.raises(NotPossible, match="no setting called 'depth'"):
        model("decision_tree").build("binary", {"depth": 3})
    with pytest.raises(NotPossible, match="must lie between 1 and 500"):
        model("decision_tree").build("binary", {"min_samples_leaf": 0})
    for endless in (float("inf"), float("nan")):
        with pytest.raises(NotPossible, match="must be a whole number; it was"):
            model("decision_tree").check({"min_samples_leaf": endless})
    assert model("decision_tree").build("binary", {"min_samples_leaf": 4.0}).min_samples_leaf == 4
