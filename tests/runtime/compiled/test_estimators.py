"""Compiled estimators answer as the fitted ones, with settings and rows that the registry's contract test has not."""

import warnings

import numpy as np
import pytest
from sklearn.svm import SVC

from workbench.modeling import models
from workbench.runtime.compiled import leaf_masks, trees
from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.compiled.models import compiled_estimator
from workbench.runtime.estimators import MonotoneRegressor

N_ROWS, N_COLUMNS = 90, 5
WITH_BLANKS = {"trees", "native"}


def table(handling, seed=0, n_rows=N_ROWS):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, N_COLUMNS)) * [1, 1, 10, 1, 1]
    X[:, 0] = rng.integers(0, 3, n_rows)
    if handling in WITH_BLANKS:
        X[rng.random(X.shape) < 0.1] = np.nan
        X[:, 0] = np.nan_to_num(X[:, 0])
    return np.abs(X) if handling == "counts" else X


def targets(X):
    sums = np.nan_to_num(X).sum(axis=1)
    return {
        "binary": np.where(sums > np.median(sums), "yes", "no"),
        "multiclass": np.digitize(sums, np.quantile(sums, [0.3, 0.7])),
        "regression": np.exp(sums / 8.0) + 0.1,
    }


FEW_TREES = {"hist_gradient_boosting": {"max_iter": 20}}  # fits are not what is tested
CASES = [(kind.name, task, {}) for kind in models.MODELS for task in kind.tasks] + [
    ("hist_gradient_boosting", "regression", {"loss": "poisson"}),
    ("hist_gradient_boosting", "regression", {"loss": "gamma"}),
    ("hist_gradient_boosting", "regression", {"loss": "quantile", "quantile": 0.8}),
    ("hist_gradient_boosting", "regression", {"loss": "absolute_error", "target": "log"}),
    ("hist_gradient_boosting", "multiclass", {"max_leaf_nodes": 200, "min_samples_leaf": 1}),
    ("extra_trees", "regression", {"target": "around a line"}),
    ("random_forest", "multiclass", {"max_samples": 0.5, "min_samples_leaf": 1}),
    ("lightgbm", "multiclass", {"splits": "random", "num_leaves": 100, "min_child_samples": 1}),
    ("nearest_neighbours", "binary", {"weights": "distance"}),
    ("nearest_neighbours", "regression", {"weights": "distance", "n_neighbors": 3}),
]


@pytest.mark.parametrize(("kind", "task", "settings"), CASES)
def test_answers_are_the_estimators(kind, task, settings):
    entry = models.model(kind)
    X = table(entry.handling)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # so few rows do not let every estimator converge
        estimator = entry.build(task, {**FEW_TREES.get(kind, {}), **settings}).fit(X, targets(X)[task])
    answer = compiled_estimator(estimator)
    asked = np.vstack([table(entry.handling, seed=1), X[:20], 30 * table(entry.handling, seed=2, n_rows=20)])
    asked[:, 0] = np.rint(asked[:, 0])
    expected = estimator.predict(asked) if task == "regression" else estimator.predict_proba(asked)
    found = answer(asked)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    for at in (0, 100, 129):
        np.testing.assert_allclose(answer(asked[at : at + 1]), expected[at : at + 1], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", ["hist_gradient_boosting", "random_forest", "extra_trees", "decision_tree"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_trees_answer_to_the_last_bit(kind, task):
    X = table("trees")
    estimator = models.model(kind).build(task, FEW_TREES.get(kind)).fit(X, targets(X)[task])
    asked = table("trees", seed=3)
    expected = estimator.predict(asked) if task == "regression" else estimator.predict_proba(asked)
    answer = compiled_estimator(estimator)
    assert np.array_equal(answer(asked), expected)
    assert np.array_equal(np.concatenate([answer(asked[at : at + 1]) for at in range(10)]), expected[:10])


def test_many_rows_are_walked_in_parts(monkeypatch):
    X = table("trees")
    estimator = models.model("random_forest").build("binary").fit(X, targets(X)["binary"])
    answer = compiled_estimator(estimator)
    whole = answer(X)
    monkeypatch.setattr(trees, "CELLS_AT_A_TIME", 7 * 200 * (N_COLUMNS + 1))
    assert np.array_equal(answer(X), whole)


def test_single_precision_decides_at_thresholds_of_forests():
    X = np.arange(40, dtype=np.float64)[:, np.newaxis] / 10
    estimator = models.model("random_forest").build("binary", {"min_samples_leaf": 1}).fit(X, np.arange(40) % 2)
    edges = np.unique(np.concatenate([tree.tree_.threshold for tree in estimator.estimators_]))[:, np.newaxis]
    asked = np.vstack([edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf), edges + 1e-8])
    assert np.array_equal(compiled_estimator(estimator)(asked), estimator.predict_proba(asked))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_support_vector_machines_of_rare_classes(n_classes):
    X = table("distance")
    labels = np.arange(N_ROWS) % n_classes
    labels[3:] = np.minimum(labels[3:], n_classes - 2 if n_classes > 2 else 1)
    estimator = models.model("support_vector_machine").build("binary" if n_classes == 2 else "multiclass")
    estimator.fit(X, labels)
    np.testing.assert_allclose(compiled_estimator(estimator)(X), estimator.predict_proba(X), rtol=1e-9, atol=1e-9)


def test_a_monotone_estimator_is_the_one_inside():
    X = table("trees")
    inside = models.model("hist_gradient_boosting").build("regression", {"max_iter": 20})
    estimator = MonotoneRegressor(inside, ((1, 1),)).fit(X, targets(X)["regression"])
    assert np.array_equal(compiled_estimator(estimator)(X), estimator.predict(X))


def test_targets_and_inputs_that_do_not_vary():
    X = np.zeros((60, 2))
    for kind in models.MODELS:
        if kind.package or kind.name in ("poisson", "hist_gradient_boosting"):
            estimator = kind.build("regression").fit(X, np.zeros(60))
            assert compiled_estimator(estimator)(X[:2]).tolist() == estimator.predict(X[:2]).tolist()


def test_what_is_not_known_is_named():
    with pytest.raises(CannotCompile, match="SVC is not compiled"):
        compiled_estimator(SVC())


def test_a_class_of_the_same_name_from_elsewhere_is_not_known():
    class Ridge:
        coef_, intercept_ = np.ones(2), 0.0

    with pytest.raises(CannotCompile, match="Ridge is not compiled"):
        compiled_estimator(Ridge())


def test_trees_that_divide_by_sets_of_levels_are_left_to_the_library():
    X = table("trees")
    inside = (
        models.model("hist_gradient_boosting").build("binary", {"max_iter": 20}).set_params(categorical_features=[0])
    )
    with pytest.raises(CannotCompile, match="sets of levels"):
        compiled_estimator(inside.fit(X, targets(X)["binary"]))


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_masks_of_leaves_end_where_a_walk_does(task, monkeypatch):
    X = table("trees")
    estimator = models.model("hist_gradient_boosting").build(task, {"max_iter": 20, "min_samples_leaf": 12})
    nodes = [tree.nodes for parts in estimator.fit(X, targets(X)[task])._predictors for tree in parts]
    edges = np.concatenate([tree["num_threshold"][tree["is_leaf"] == 0] for tree in nodes])
    asked = np.vstack(
        [table("trees", seed=4), np.full((1, N_COLUMNS), np.nan), np.tile(edges[:200, np.newaxis], N_COLUMNS)]
    )
    monkeypatch.setattr(leaf_masks, "ROWS_AT_A_TIME", 33)
    masked = trees.Walk(nodes).values(asked)
    monkeypatch.setattr(trees, "MANY_ROWS", 10**9)
    walked = trees.Walk(nodes).values(asked)
    assert len({tree["is_leaf"].sum() for tree in nodes}) > 1
    assert np.array_equal(masked, walked)


def test_masks_are_for_small_trees_only():
    X = table("trees", n_rows=2_000)
    estimator = models.model("decision_tree").build("regression", {"min_samples_leaf": 1})
    tree = trees._nodes_of(estimator.fit(X, np.nan_to_num(X[:, 1])).tree_, np.zeros(estimator.tree_.node_count))
    assert (tree["is_leaf"].sum() > leaf_masks.MOST_LEAVES, leaf_masks.suited([tree])) == (True, False)
