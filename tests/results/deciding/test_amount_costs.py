"""Costs of errors of predicted amounts, against brute force, scikit-learn and figures worked out by hand."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn import metrics

from workbench.errors import NotPossible
from workbench.results.deciding.amount_costs import Costs, amount_errors, best_shift, cost_finding
from workbench.results.deciding.amount_measures import amount_measures
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore


def scored(actual, predicted, fold, **split):
    n_folds = int(fold.max()) + 1
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="rent",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="rent", meaning="number", unit="€"),
        candidates=(CandidateSpec(kind="ridge"),),
        split=SplitSpec(folds=n_folds, **split),
        metric="rmse",
    )
    rows = np.arange(len(actual))
    parts = [(number, fold == number) for number in range(n_folds)]
    folds = (FoldScore("ridge", at, {"rmse": 1.0}, 1.0, 1.0, rows[p], actual[p], predicted[p]) for at, p in parts)
    return Evaluation(spec, tuple(folds))


@pytest.fixture
def errors():
    rng = np.random.default_rng(0)
    predicted = rng.uniform(50, 150, 301)
    actual = predicted + rng.gamma(2, 5, 301) - 8
    return amount_errors(scored(actual, predicted, np.arange(301) % 3), "ridge")


COSTS = [Costs(3.0, 1.0), Costs(1.0, 9.0), Costs(1.0, 1.0), Costs(0.0, 2.0), Costs(5.0, 0.0)]


@pytest.mark.parametrize("costs", COSTS[:3])
def test_the_best_shift_is_the_minimum_of_the_cost(errors, costs):
    mean = lambda shift: metrics.mean_pinball_loss(errors.residual, np.full(301, shift), alpha=costs.quantile)  # noqa: E731
    found = errors.best_shift(costs)
    least = minimize_scalar(mean, bounds=(errors.residual.min(), errors.residual.max()), method="bounded")
    assert mean(found) <= least.fun + 1e-12
    assert mean(found) == pytest.approx(min(mean(one) for one in errors.residual), abs=1e-12)
    scale = costs.too_low + costs.too_high  # scikit-learn's weights add up to 1
    assert errors.mean_cost(costs, found) == pytest.approx(scale * mean(found), rel=1e-12)


def test_by_hand():
    residual = np.array([-4.0, -1.0, 2.0, 10.0])
    costs = Costs(too_low=3.0, too_high=1.0)
    assert best_shift(residual, costs) == 2.0  # three of four are not above it
    assert costs.of(residual).tolist() == [4.0, 1.0, 6.0, 30.0]
    assert costs.of(residual, 2.0).tolist() == [6.0, 3.0, 0.0, 24.0]


@pytest.mark.parametrize("costs", COSTS)
def test_the_curve_equals_computing_each_shift(errors, costs):
    curve = errors.curve(costs, also=(7.5,))
    assert {0.0, 7.5, errors.best_shift(costs)} <= set(curve["shift"])
    expected = [errors.mean_cost(costs, shift) for shift in curve["shift"]]
    np.testing.assert_allclose(curve["cost"], expected, rtol=1e-9, atol=1e-9)
    assert curve["cost"].min() == pytest.approx(errors.mean_cost(costs, errors.best_shift(costs)), abs=1e-9)


def test_the_gain_is_measured_where_the_shift_was_not_chosen(errors):
    costs, fold = Costs(3.0, 1.0), np.arange(301) % 3
    gains = []
    for number in range(3):
        shift = np.quantile(errors.residual[fold != number], 0.75, method="inverted_cdf")
        own = errors.residual[fold == number]
        gains.append(costs.of(own).mean() - costs.of(own, shift).mean())
    found = errors.elsewhere(costs)
    np.testing.assert_allclose(found.parts["gain"], gains, rtol=1e-12)
    assert found.mean == pytest.approx(np.average(gains, weights=[101, 100, 100]), rel=1e-12)
    assert found.std == pytest.approx(np.std(gains), rel=1e-12) and found.settled


def test_no_gain_is_called_one_where_there_is_none():
    rng = np.random.default_rng(1)
    predicted = rng.normal(0, 1, 500)
    found = amount_errors(scored(predicted + rng.normal(0, 1, 500), predicted, np.arange(500) % 5), "ridge")
    assert not found.elsewhere(Costs()).settled


def test_time_chooses_on_earlier_parts():
    rng = np.random.default_rng(2)
    predicted, fold = rng.normal(0, 1, 90), np.arange(90) // 30
    actual = predicted + rng.normal(0, 1, 90)
    parts = amount_errors(scored(actual, predicted, fold, kind="time", column="day"), "ridge").elsewhere(Costs()).parts
    residual = actual - predicted
    expected = [np.quantile(residual[: 30 * at], 0.5, method="inverted_cdf") for at in (1, 2)]
    assert parts["part"].tolist() == [1, 2] and parts["shift"].tolist() == expected


def test_constants_come_from_the_other_parts(errors):
    costs, fold = Costs(3.0, 1.0), np.arange(301) % 3
    actual = errors.rows["actual"].to_numpy()
    guess = [np.quantile(actual[fold != number], 0.75, method="inverted_cdf") for number in fold]
    found = errors.constants(costs).set_index("name")["cost"]
    assert found["quantile"] == pytest.approx(costs.of(actual - guess).mean(), rel=1e-12)
    means = np.array([actual[fold != number].mean() for number in fold])
    assert found["mean"] == pytest.approx(costs.of(actual - means).mean(), rel=1e-12)


def test_measures_equal_scikit_learn(errors):
    actual, predicted = errors.rows["actual"], errors.rows["prediction"]
    found = amount_measures(errors).set_index("name")
    assert found.loc["mae", "value"] == pytest.approx(metrics.mean_absolute_error(actual, predicted), rel=1e-9)
    assert found.loc["median", "value"] == pytest.approx(metrics.median_absolute_error(actual, predicted), rel=1e-9)
    expected = metrics.mean_absolute_percentage_error(actual, predicted)
    assert found.loc["percent", "value"] == pytest.approx(expected, rel=1e-9)
    near = sum(abs(a - p) <= a / 10 for a, p in zip(actual, predicted, strict=True)) / 301
    assert found.loc["near", "value"] == pytest.approx(near, abs=1e-12)
    assert found.loc["bias", "value"] == pytest.approx(np.mean(actual - predicted), rel=1e-9)
    by_fold = [metrics.mean_absolute_error(actual[at::3], predicted[at::3]) for at in range(3)]
    assert found.loc["mae", "std"] == pytest.approx(np.std(by_fold), rel=1e-9)
    guess = np.array([np.median(actual[np.arange(301) % 3 != at % 3]) for at in range(301)])
    assert found.loc["mae", "always_median"] == pytest.approx(metrics.mean_absolute_error(actual, guess), rel=1e-9)


def test_rows_without_an_actual_amount_are_left_out_of_percent():
    found = amount_errors(scored(np.array([0.0, 10.0]), np.array([5.0, 8.0]), np.array([0, 1])), "ridge")
    measures = amount_measures(found).set_index("name")["value"]
    assert measures["percent"] == pytest.approx(0.2) and measures["near"] == 0.0
    zeros = amount_errors(scored(np.zeros(2), np.ones(2), np.array([0, 1])), "ridge")
    assert math.isnan(amount_measures(zeros).set_index("name").loc["percent", "value"])


def test_findings_in_words(errors):
    costs = Costs(3.0, 1.0)
    assert cost_finding(errors, costs, 0.0, "€").startswith("As the model comes an error costs ")
    assert cost_finding(errors, costs, 5.0, "€").startswith("Adding 5 € brings the cost per row from ")


def test_classes_have_no_amounts():
    evaluation = scored(np.ones(4), np.ones(4), np.arange(4) % 2)
    classes = Evaluation(evaluation.spec.but(task="multiclass", classes=("a", "b", "c")), evaluation.fold_scores)
    with pytest.raises(NotPossible, match="predicted as a class"):
        amount_errors(classes, "ridge")
