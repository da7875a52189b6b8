"""Costs of errors of predicted amounts, against brute force, scikit-learn and figures worked out by hand."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn import metrics

from tests.results.amounts import scored
from workbench.errors import NotPossible
from workbench.results.deciding.amount_costs import Costs, amount_errors, best_shift, cost_finding
from workbench.results.deciding.amount_measures import amount_measures
from workbench.results.quality.headlines import headline
from workbench.results.wording import number
from workbench.specs import CandidateSpec
from workbench.training import Evaluation, FoldScore


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
    for part in range(3):
        shift = np.quantile(errors.residual[fold != part], 0.75, method="inverted_cdf")
        own = errors.residual[fold == part]
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
    guess = [np.quantile(actual[fold != part], 0.75, method="inverted_cdf") for part in fold]
    found = errors.constants(costs).set_index("name")["cost"]
    assert found["quantile"] == pytest.approx(costs.of(actual - guess).mean(), rel=1e-12)
    means = np.array([actual[fold != part].mean() for part in fold])
    assert found["mean"] == pytest.approx(costs.of(actual - means).mean(), rel=1e-12)


def rents(**split):
    """Predictions of 301 rents on folds of unequal size, drawn as often as asked."""
    rng = np.random.default_rng(4)
    predicted = rng.uniform(50, 150, 301)
    actual = predicted + rng.gamma(2, 5, 301) - 8
    evaluation = scored(actual, predicted, np.minimum(np.arange(301) % 5, 2), **split)
    if "repeats" not in split:
        return evaluation, actual, predicted
    fold = np.random.default_rng(5).permutation(np.arange(301) % 3)
    again = scored(actual, predicted + rng.normal(0, 9, 301), fold).fold_scores
    later = (FoldScore("ridge", 3 + s.fold, s.scores, 1.0, 1.0, s.rows, s.actual, s.predicted) for s in again)
    return Evaluation(evaluation.spec, (*evaluation.fold_scores, *later)), actual, predicted


def over_folds(evaluation, measure, added=0.0):
    return [measure(one.actual, one.predicted + added) for one in evaluation.fold_scores]


@pytest.mark.parametrize("split", [{}, {"repeats": 2}], ids=["once", "drawn twice"])
@pytest.mark.parametrize("added", [0.0, 7.5])
def test_measures_are_means_over_every_fold(split, added):
    evaluation, _, _ = rents(**split)
    found = amount_measures(evaluation, "ridge", added).set_index("name")
    expected = {
        "mae": metrics.mean_absolute_error,
        "median": metrics.median_absolute_error,
        "percent": metrics.mean_absolute_percentage_error,
        "near": lambda actual, predicted: np.mean(np.abs(actual - predicted) <= actual / 10),
        "bias": lambda actual, predicted: np.mean(actual - predicted),
    }
    for name, measure in expected.items():
        values = over_folds(evaluation, measure, added)
        assert found.loc[name, "value"] == pytest.approx(np.mean(values), rel=1e-9)
        assert found.loc[name, "std"] == pytest.approx(np.std(values), rel=1e-9)


@pytest.mark.parametrize("split", [{}, {"repeats": 2}], ids=["once", "drawn twice"])
def test_the_measures_and_the_headline_agree(split):
    evaluation, actual, _ = rents(**split)
    spec = evaluation.spec.but(candidates=(CandidateSpec(kind="baseline"), CandidateSpec(kind="ridge")))
    guess = [np.full(len(one.rows), np.delete(actual, one.rows).mean()) for one in evaluation.fold_scores]
    guesses = (
        FoldScore("baseline", s.fold, {"rmse": 9.0}, 1.0, 1.0, s.rows, s.actual, g)
        for s, g in zip(evaluation.fold_scores, guess, strict=True)
    )
    both = Evaluation(spec, (*evaluation.fold_scores, *guesses))
    found = amount_measures(both, "ridge").set_index("name")
    said = str(headline(both, "ridge"))
    assert f"off by {number(found.loc['mae', 'value'], unit='€')} on average" in said
    assert f"guessing the mean would be off by {number(found.loc['mae', 'always_mean'], unit='€')}." in said
    without = amount_measures(evaluation, "ridge").set_index("name")  # of the other folds, which learn of all others
    assert without["always_mean"].to_numpy() == pytest.approx(found["always_mean"].to_numpy(), rel=1e-9)


def test_constants_of_measures_come_from_the_other_rows():
    evaluation, actual, _ = rents(repeats=2)
    found = amount_measures(evaluation, "ridge").set_index("name")
    off = [np.abs(one.actual - np.median(np.delete(actual, one.rows))).mean() for one in evaluation.fold_scores]
    assert found.loc["mae", "always_median"] == pytest.approx(np.mean(off), rel=1e-9)


def test_by_time_the_median_is_of_earlier_stretches():
    evaluation, _, _ = rents(kind="time", column="day")
    first, second, third = (one.actual for one in evaluation.fold_scores)
    found = amount_measures(evaluation, "ridge").set_index("name").loc["mae", "always_median"]
    off = [np.abs(second - np.median(first)).mean(), np.abs(third - np.median(np.append(first, second))).mean()]
    assert found == pytest.approx(np.mean(off), rel=1e-9)


def test_rows_without_an_actual_amount_are_left_out_of_percent():
    found = scored(np.array([0.0, 10.0]), np.array([5.0, 8.0]), np.array([0, 1]))
    measures = amount_measures(found, "ridge").set_index("name")["value"]
    assert measures["percent"] == pytest.approx(0.2) and measures["near"] == 0.0
    zeros = scored(np.zeros(2), np.ones(2), np.array([0, 1]))
    assert math.isnan(amount_measures(zeros, "ridge").set_index("name").loc["percent", "value"])


def test_findings_in_words(errors):
    costs = Costs(3.0, 1.0)
    assert cost_finding(errors, costs, 0.0, "€").startswith("As the model comes an error costs ")
    assert cost_finding(errors, costs, 5.0, "€").startswith("Adding 5 € brings the cost per row from ")


def test_classes_have_no_amounts():
    evaluation = scored(np.ones(4), np.ones(4), np.arange(4) % 2)
    classes = Evaluation(evaluation.spec.but(task="multiclass", classes=("a", "b", "c")), evaluation.fold_scores)
    with pytest.raises(NotPossible, match="predicted as a class"):
        amount_errors(classes, "ridge")
