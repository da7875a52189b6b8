"""Metrics equal scikit-learn's own figures, also where a fold lacks a class."""

import warnings

import numpy as np
import pytest
from sklearn import metrics as sk

from workbench.errors import NotPossible
from workbench.modeling.metrics import METRICS, main_metric, metric, score_all, scored, suited

from .conftest import question

RANDOM = np.random.default_rng(5)
THREE = ("high", "low", "mid")
WORDS = {
    "binary": RANDOM.choice(["no", "yes"], 80).astype(object),
    "multiclass": RANDOM.choice(THREE, 80).astype(object),
}


def chances(n_rows, n_classes):
    found = RANDOM.random((n_rows, n_classes)) + 0.05
    return found / found.sum(axis=1, keepdims=True)


def expected(name, actual, predicted, chance, classes, positive):
    """scikit-learn's figure, asked for in the plainest way."""
    found = actual == positive
    yes = chance[:, classes.index(positive)] if positive else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "roc_auc": lambda: (
                sk.roc_auc_score(found, yes)
                if positive
                else sk.roc_auc_score(actual, chance, labels=classes, multi_class="ovr", average="weighted")
            ),
            "average_precision": lambda: sk.average_precision_score(found, yes),
            "log_loss": lambda: sk.log_loss(actual, chance, labels=classes),
            "accuracy": lambda: sk.accuracy_score(actual, predicted),
            "balanced_accuracy": lambda: sk.balanced_accuracy_score(actual, predicted),
            "f1": lambda: (
                sk.f1_score(found, predicted == positive, zero_division=0)
                if positive
                else sk.f1_score(actual, predicted, labels=classes, average="macro", zero_division=0)
            ),
        }[name]()


@pytest.mark.parametrize("absent", [None, "yes", "no", "mid"])
@pytest.mark.parametrize("task", ["binary", "multiclass"])
@pytest.mark.parametrize("kind", [kind for kind in METRICS if "binary" in kind.tasks], ids=lambda kind: kind.name)
def test_metrics_of_classes_equal_scikit_learn(kind, task, absent):
    if task not in kind.tasks:  # average precision is for two classes
        return
    classes = THREE if task == "multiclass" else ("no", "yes")
    actual = WORDS[task][WORDS[task] != absent]
    chance = chances(len(actual), len(classes))
    predicted = np.array(classes, dtype=object)[chance.argmax(axis=1)]
    positive = "yes" if task == "binary" else None
    found = kind.score(actual, predicted, chance, classes, positive)
    own = expected(kind.name, actual, predicted, chance, classes, positive)
    assert found == pytest.approx(own, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("rmse", sk.root_mean_squared_error),
        ("mae", sk.mean_absolute_error),
        ("median_absolute_error", sk.median_absolute_error),
        ("r2", sk.r2_score),
    ],
)
def test_metrics_of_numbers_equal_scikit_learn(name, function):
    actual, predicted = RANDOM.normal(size=30), RANDOM.normal(size=30)
    assert metric(name).score(actual, predicted) == pytest.approx(function(actual, predicted), abs=1e-12)
    assert "regression" in metric(name).tasks


@pytest.mark.parametrize(
    ("name", "function", "more"),
    [
        ("poisson_deviance", sk.mean_poisson_deviance, {}),
        ("gamma_deviance", sk.mean_gamma_deviance, {}),
        ("pinball_10", sk.mean_pinball_loss, {"alpha": 0.1}),
        ("pinball_90", sk.mean_pinball_loss, {"alpha": 0.9}),
    ],
)
def test_metrics_of_special_targets_equal_scikit_learn(name, function, more):
    actual, predicted = RANDOM.integers(1, 9, 30).astype(float), RANDOM.random(30) * 8 + 0.1
    assert metric(name).score(actual, predicted) == pytest.approx(function(actual, predicted, **more), abs=1e-12)
    assert metric(name).special


def test_deviances_are_not_defined_beyond_their_range():
    one = np.ones(2)
    assert np.isnan(metric("poisson_deviance").score([1.0, -1.0], one))
    assert np.isnan(metric("poisson_deviance").score([1.0, 2.0], np.array([1.0, 0.0])))
    assert np.isnan(metric("gamma_deviance").score([1.0, 0.0], one))
    assert metric("poisson_deviance").score([1.0, 0.0], one) == pytest.approx(1.0)  # 2·(1 − 0) for the second, halved


def test_special_metrics_are_computed_where_they_decide():
    usual = ["rmse", "mae", "median_absolute_error", "r2"]
    assert [kind.name for kind in scored(question("regression"))] == usual
    asked = question("regression", metric="pinball_90")
    assert [kind.name for kind in scored(asked)] == [*usual, "pinball_90"]
    scores = score_all(asked, np.array([1.0, 2.0]), np.array([0.0, 2.0]), None)
    assert scores["pinball_90"] == pytest.approx(0.45) and list(scores) == [*usual, "pinball_90"]


def test_values_that_can_be_worked_out_by_hand():
    chance = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    given = (["no", "yes", "yes"], np.array(["no", "yes", "no"], dtype=object), chance, ("no", "yes"))
    assert metric("roc_auc").score(*given, positive="yes") == 1.0
    assert metric("accuracy").score(*given, positive="yes") == pytest.approx(2 / 3)
    # "no" as the class that is looked for: one of the two that were called, and the only one there was.
    assert metric("f1").score(*given, positive="no") == pytest.approx(2 / 3)
    assert metric("rmse").score([0.0, 0.0], np.array([3.0, 4.0])) == pytest.approx(12.5**0.5)


def test_each_task_has_its_main_metric():
    assert [main_metric(task) for task in ("binary", "multiclass", "regression")] == ["roc_auc", "log_loss", "rmse"]
    for task in ("binary", "multiclass", "regression"):
        assert main_metric(task) in [kind.name for kind in suited(task)]
    assert [kind.name for kind in METRICS if not kind.higher_is_better] == [
        "log_loss",
        "rmse",
        "mae",
        "median_absolute_error",
        "poisson_deviance",
        "gamma_deviance",
        "pinball_10",
        "pinball_90",
    ]
    with pytest.raises(NotPossible, match="There are: roc_auc"):
        metric("auc")
