"""Boosted trees of LightGBM, XGBoost and CatBoost: where they stop, what they answer to odd tables, what is absent."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import NotPossible
from workbench.modeling import boosting_kinds, models
from workbench.runtime import boosters
from workbench.runtime.boosting import FEWEST_ROWS_TREES, MOST_TREES, WATCHED_ROWS, dealt

HERE = {kind.name for kind in boosting_kinds.installed()}
CLASSIFIERS = {
    "lightgbm": boosters.LightGBMClassifier,
    "xgboost": boosters.XGBoostClassifier,
    "catboost": boosters.CatBoostClassifier,
}
REGRESSORS = {
    "lightgbm": boosters.LightGBMRegressor,
    "xgboost": boosters.XGBoostRegressor,
    "catboost": boosters.CatBoostRegressor,
}
each = pytest.mark.parametrize("name", [name for name in CLASSIFIERS if name in HERE])
LABELS = {"words": ["no", "yes"], "whole": [3, 7], "several": [-1.5, 0.5, 2.5]}


def rows(n_rows, seed=0):
    """Return three columns, the third of them half missing, and a signal of the first two."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n_rows, 3))
    signal = X[:, 0] + np.abs(X[:, 1]) + random.normal(0, 0.5, n_rows)
    X[::2, 2] = np.nan
    return X, signal


def labelled(signal, labels):
    edges = np.quantile(signal, np.linspace(0, 1, len(labels) + 1)[1:-1])
    return np.array(labels, dtype=object if isinstance(labels[0], str) else None)[np.digitize(signal, edges)]


@each
@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
@pytest.mark.parametrize("n_rows", [300, WATCHED_ROWS])
def test_trees_are_added_until_they_no_longer_help(name, labels, n_rows, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X, signal = rows(n_rows)
    y = labelled(signal, labels)
    settings = {"learning_rate": 0.3, "patience": 5}
    model = CLASSIFIERS[name](**settings).fit(X, y)
    assert 1 <= model._n_trees(model.booster_) < MOST_TREES / 4
    assert model.classes_.tolist() == labels
    found = model.predict_proba(X)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    assert (model.predict(X) == y).mean() > 0.6
    np.testing.assert_array_equal(CLASSIFIERS[name](**settings).fit(X, y).predict_proba(X), found)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), found)
    np.testing.assert_allclose(model.predict_proba(X[5:6]), found[5:6], atol=1e-12)
    assert list(Path().iterdir()) == []


@each
@pytest.mark.parametrize("n_rows", [300, WATCHED_ROWS])
def test_numbers_of_any_size_are_learnt(name, n_rows):
    X, signal = rows(n_rows)
    kind = REGRESSORS[name]
    model = kind(learning_rate=0.3, patience=5).fit(X, signal)
    found = model.predict(X)
    assert np.corrcoef(found, signal)[0, 1] > 0.8
    tiny = kind(learning_rate=0.3, patience=5).fit(X, signal * 1e-9 + 5).predict(X)
    np.testing.assert_allclose((tiny - 5) * 1e9, found, atol=0.3)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), found)


@each
def test_a_number_of_trees_that_is_asked_for_is_kept(name):
    X, signal = rows(120)
    model = REGRESSORS[name](n_estimators=7).fit(X, signal)
    assert model._n_trees(model.booster_) == 7
    leaf = {"min_child_samples": 2} if name == "lightgbm" else {}
    few = CLASSIFIERS[name](**leaf).fit(X[:40], signal[:40] > 1)
    assert few._n_trees(few.booster_) == FEWEST_ROWS_TREES  # nothing can be told from a part of forty rows


@each
def test_what_does_not_vary_is_answered_by_shares_and_means(name):
    X = rows(60)[0]
    y = np.array(["a"] * 45 + ["b"] * 15, dtype=object)
    same = CLASSIFIERS[name]().fit(np.ones((60, 2)), y)
    assert same.predict_proba(np.ones((2, 2))).tolist() == [[0.75, 0.25]] * 2
    assert same.predict(np.ones((1, 2))).tolist() == ["a"]
    weighed = CLASSIFIERS[name]().fit(np.ones((60, 2)), y, sample_weight=np.where(y == "a", 1.0, 3.0))
    assert weighed.predict_proba(np.ones((1, 2))).tolist() == [[0.5, 0.5]]
    assert REGRESSORS[name]().fit(X, np.full(60, 4.5)).predict(X[:2]).tolist() == [4.5, 4.5]
    assert CLASSIFIERS[name]().fit(X, np.full(60, 2)).predict_proba(X[:1]).tolist() == [[1.0]]


@each
def test_a_class_of_one_row_is_known(name):
    X, signal = rows(200)
    y = labelled(signal, [1, 2])
    y[17] = 3
    assert CLASSIFIERS[name]().fit(X, y).predict_proba(X).shape == (200, 3)


@each
def test_classes_that_cannot_spare_a_row_are_learnt_all_the_same(name):
    labels = np.repeat(np.arange(30), 2)
    X = np.column_stack([labels % 6, labels // 6]).astype(float)
    assert CLASSIFIERS[name]().fit(X, labels).predict_proba(X).shape == (60, 30)


@pytest.mark.skipif("catboost" not in HERE, reason="absent")
def test_catboost_takes_levels_as_they_are():
    random = np.random.default_rng(1)
    codes = random.integers(0, 30, 600)
    good = np.isin(codes, random.permutation(30)[:15])  # no order of the codes tells
    X = np.column_stack([codes, random.normal(size=600)]).astype(float)
    told = boosters.CatBoostClassifier(n_estimators=30, n_categories=1).fit(X, good)
    assert (told.predict(X) == good).mean() > 0.95
    unseen = told.predict_proba(np.array([[-2.0, 0.0], [99.0, 0.0]]))
    np.testing.assert_array_equal(unseen[0], unseen[1])


@pytest.mark.skipif("catboost" not in HERE, reason="absent")
@pytest.mark.parametrize("n_classes", [0, 2, 3])
def test_catboost_answers_few_rows_as_it_answers_many(n_classes, monkeypatch):
    rng = np.random.default_rng(3)
    levels, numbers = rng.integers(-1, 40, (300, 2)), rng.normal(size=(300, 3))
    numbers[rng.random(numbers.shape) < 0.1] = np.nan
    X = np.column_stack([levels, numbers])
    score = (levels[:, 0] % 5) + np.nan_to_num(numbers[:, 0])
    kind = boosters.CatBoostClassifier if n_classes else boosters.CatBoostRegressor
    y = np.digitize(score, np.quantile(score, np.arange(1, n_classes) / n_classes)) if n_classes else score
    model = kind(n_estimators=10, n_categories=2).fit(X, y)
    ask = model.predict_proba if n_classes else model.predict
    few, alone = ask(X), ask(X[7:8])
    monkeypatch.setattr(boosters, "FEW_ROWS", 0)
    np.testing.assert_array_equal(few, ask(X))
    np.testing.assert_array_equal(alone, ask(X)[7:8])


@pytest.mark.skipif("xgboost" not in HERE, reason="absent")
@pytest.mark.parametrize("n_estimators", [5, None], ids=["all trees", "as many as help"])
def test_xgboost_keeps_to_one_thread_when_it_is_saved_and_loaded(n_estimators):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(WATCHED_ROWS, 2))
    model = boosters.XGBoostClassifier(n_estimators=n_estimators).fit(X, X[:, 0] > 0)
    for one in (model, pickle.loads(pickle.dumps(model))):
        settings = json.loads(one.booster_.save_config())
        assert settings["learner"]["generic_param"]["nthread"] == "1"


def test_rows_are_dealt_out_evenly_within_each_class():
    labels = np.array(["a"] * 20 + ["b"] * 10 + ["c"] * 2)
    parts = dealt(labels, 5, seed=3)
    for label, expected in (("a", [4] * 5), ("b", [2] * 5)):
        assert np.bincount(parts[labels == label]).tolist() == expected
    assert parts[labels == "c"].tolist() == [-1, -1]
    assert parts.tolist() == dealt(labels, 5, seed=3).tolist() != dealt(labels, 5, seed=4).tolist()


def test_what_is_not_installed_is_not_on_offer_and_says_how_to_come_by_it(monkeypatch):
    monkeypatch.setattr(boosting_kinds.importlib.util, "find_spec", lambda name: None if name == "xgboost" else name)
    assert [kind.name for kind in boosting_kinds.installed()] == ["lightgbm", "catboost"]
    with pytest.raises(NotPossible) as caught:
        boosting_kinds.check_installed("xgboost")
    assert "XGBoost is not installed here" in str(caught.value)
    assert caught.value.advice == "Install it with: pip install -r requirements-boost.txt"
    boosting_kinds.check_installed("ridge")


def test_a_run_made_elsewhere_keeps_its_words(monkeypatch):
    monkeypatch.setattr(models, "MODELS", tuple(kind for kind in models.MODELS if not kind.package))
    assert models.described("catboost").label == "CatBoost"
    assert models.described("ridge").label == "Ridge regression"
    with pytest.raises(NotPossible, match="CatBoost is not installed here"):
        models.model("catboost")
