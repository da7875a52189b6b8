"""Counts, amounts and quantiles: estimators, losses and metrics made for them, and who says when they do not fit."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import GammaRegressor, PoissonRegressor

from workbench.modeling.models import model
from workbench.modeling.pipeline import build_pipeline
from workbench.modeling.planning import plan_experiment
from workbench.modeling.targets import counts_sentence
from workbench.runtime.log_linear import LogLinear
from workbench.specs import CandidateSpec, ColumnSpec, Draft, Schema

from .conftest import answers, houses, question

TOWN = (ColumnSpec(name="town", meaning="category"),)
BOOSTING = "hist_gradient_boosting"


def fitted(kind, target, columns=TOWN, table=None, **hyperparameters):
    table = houses(len(target)) if table is None else table
    spec = question("regression", columns)
    return build_pipeline(spec, CandidateSpec(kind=kind, hyperparameters=hyperparameters)).fit(table, target)


@pytest.mark.parametrize("kind", ["poisson", "gamma"])
def test_without_restraint_each_level_gets_its_mean(kind):
    table = pd.DataFrame({"town": pd.Series(["Ulm", "Ulm", "Bonn", "Bonn"] * 10, dtype="str")})
    found = fitted(kind, np.array([1.0, 3.0, 10.0, 30.0] * 10), table=table, alpha=1e-6).predict(table.head(3))
    np.testing.assert_allclose(found, [2.0, 2.0, 20.0], rtol=1e-3)


@pytest.mark.parametrize(("family", "theirs"), [("poisson", PoissonRegressor), ("gamma", GammaRegressor)])
def test_the_linear_models_are_scikit_learns_on_a_target_of_mean_one(family, theirs):
    random = np.random.default_rng(0)
    X, weights = random.normal(size=(80, 3)), random.random(80) + 0.5
    y = 100 * np.exp(X @ [0.5, -0.2, 0.0] + random.normal(0, 0.3, 80))
    ours = LogLinear(family, alpha=0.1).fit(X, y, sample_weight=weights)
    mean = np.average(y, weights=weights)
    expected = theirs(alpha=0.1, max_iter=1_000).fit(X, y / mean, sample_weight=weights).predict(X) * mean
    np.testing.assert_allclose(ours.predict(X), np.minimum(expected, y.max()), rtol=1e-12)
    assert ours.predict(np.array([[1e9, 0.0, 0.0]])).tolist() == pytest.approx([y.max()])


def test_a_value_that_cannot_be_learnt_is_counted():
    with pytest.raises(ValueError, match="2 of the values to learn from are below zero"):
        LogLinear("poisson").fit(np.zeros((3, 1)), [1.0, -1.0, -2.0])
    with pytest.raises(ValueError, match="1 of the values to learn from are zero or below"):
        LogLinear("gamma").fit(np.zeros((3, 1)), [1.0, 0.0, 2.0])
    assert LogLinear("poisson").fit(np.zeros((3, 1)), np.zeros(3)).predict(np.ones((2, 1))).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("kind", "settings"), [("quantile", {}), (BOOSTING, {"loss": "quantile", "max_iter": 40})])
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_the_share_of_outcomes_below_is_the_one_asked_for(kind, settings, share):
    table = houses(300)
    target = answers(table, "regression")
    columns = (ColumnSpec(name="size", meaning="number"), *TOWN)
    found = fitted(kind, target, columns, table, quantile=share, **settings).predict(table)
    assert (target <= found).mean() == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "poisson", "gamma"])
def test_boosting_goes_by_the_loss_that_is_asked_for(loss):
    estimator = model(BOOSTING).build("regression", {"loss": loss})
    assert (estimator.loss, estimator.quantile) == (loss, None)
    assert not hasattr(model(BOOSTING).build("binary", {"loss": loss}), "quantile")  # classes have a loss of their own


def planned(target, metric=None, **candidates):
    table = houses(len(target)).assign(answer=np.asarray(target, dtype=float))
    answer = ColumnSpec(name="answer", meaning="number")
    schema = Schema(columns=(ColumnSpec(name="size", meaning="number"), *TOWN, answer))
    asked = tuple(CandidateSpec(kind=kind, hyperparameters=settings) for kind, settings in candidates.items())
    draft = Draft(target="answer", task="regression", candidates=asked or None, metric=metric)
    return plan_experiment(table, schema, draft)


def test_who_cannot_learn_the_target_is_left_out_with_a_sentence():
    target = np.r_[-1.0, 0.0, np.arange(1, 59)]
    found = planned(target, ridge={}, poisson={}, gamma={}, **{BOOSTING: {"loss": "gamma"}})
    assert [candidate.kind for candidate in found.spec.candidates] == ["baseline", "ridge"]
    assert [left.reason for left in found.unsuitable] == [
        "Poisson regression needs values from zero up, and 1 row has none.",
        "Gamma regression needs values above zero, and 2 rows have none.",
        "Gradient boosting with the loss 'gamma' needs values above zero, and 2 rows have none.",
    ]
    assert planned(np.abs(target), ridge={}, poisson={}).unsuitable == ()


def test_a_metric_that_is_not_defined_does_not_decide():
    target = np.r_[0.0, np.arange(1, 60)]
    assert planned(target, "poisson_deviance", ridge={}).spec.metric == "poisson_deviance"
    found = planned(target, "gamma_deviance", ridge={})
    assert found.spec.metric == "rmse"
    assert found.warnings == (
        "mean gamma deviance is not defined for outcomes at zero or below; RMSE decides in its place.",
    )


def test_counts_are_recognised():
    assert "Poisson regression" in counts_sentence(np.array([0.0, 0, 1, 2, 5]))
    assert "1.6 on average" in planned([0.0, 0, 1, 2, 5] * 12).task_reason
    for others in ([1.0, 2, 5], [0.0, 0.5, 2], [-1.0, 0, 1], [0.0, 40, 80]):
        assert counts_sentence(np.array(others)) == ""
    assert counts_sentence(None) == ""
