"""Stated probabilities beside what happened, against scikit-learn, scipy and figures worked out by hand."""

import numpy as np
import pytest
from scipy import stats
from sklearn.calibration import calibration_curve

from tests.results.test_results import class_fold, made, spec_for
from workbench import results
from workbench.errors import NotPossible
from workbench.profiling.target.intervals import wilson
from workbench.results.quality.calibration import binned, calibration, chance_of
from workbench.specs import CandidateSpec
from workbench.training import Evaluation


def binary(stated, happened, kinds=("baseline", "random_forest")):
    spec = spec_for("binary", kinds)
    actual = ["Yes" if one else "No" for one in happened]
    fold = class_fold("random_forest", 0, actual, np.column_stack([1 - stated, stated]), 0.5, spec)
    return Evaluation(spec, (fold,))


@pytest.mark.parametrize("decimals", [6, 1])  # with one, many probabilities are equal
def test_bins_equal_sklearn(decimals):
    rng = np.random.default_rng(0)
    stated = rng.beta(0.5, 2, 3000).round(decimals)
    happened = rng.random(3000) < stated**1.3
    observed, predicted = calibration_curve(happened, stated, n_bins=10, strategy="quantile")
    bins = calibration(binary(stated, happened), "random_forest").frame()
    np.testing.assert_allclose(bins["observed"], observed, atol=1e-9)
    np.testing.assert_allclose(bins["stated"], predicted, atol=1e-9)
    assert bins["n_rows"].sum() == 3000
    inside = [((stated >= low) & (stated <= high)).sum() for low, high in bins[["from", "to"]].to_numpy()]
    assert inside == bins["n_rows"].tolist()
    hits = bins["observed"] * bins["n_rows"]
    np.testing.assert_allclose(bins[["observed_low", "observed_high"]].T, wilson(hits, bins["n_rows"]), atol=1e-9)


def test_the_calibration_error_by_hand():
    stated = np.repeat([0.2, 0.8], [40, 60])
    happened = np.r_[np.arange(40) < 12, np.arange(60) < 30]  # 30 % and 50 %
    found = calibration(binary(stated, happened), "random_forest")
    assert found.error == pytest.approx(0.4 * 0.1 + 0.6 * 0.3, abs=1e-12)
    assert found.statistic == pytest.approx((12 - 8) ** 2 / (40 * 0.16) + (30 - 48) ** 2 / (60 * 0.16), abs=1e-9)
    assert found.finding() == (
        "Where it says 80 %, only 50 % are Churn = Yes: probabilities are off by 22.0 percentage points on average, "
        "more than chance"
    )
    assert found.notes()[0].startswith("Expected calibration error: 22.0 percentage points; lower is better")
    assert "p-value below 0.001" in found.notes()[0]
    assert "no calibrated variant" in found.notes()[1]


def test_the_p_value_is_that_of_chi_square_where_rows_are_many():
    n_rows, stated = np.full(10, 5000), np.linspace(0.2, 0.8, 10)
    hits = (n_rows * stated + np.tile([40, -35], 5)).round()
    statistic, p_value, by_chance = chance_of(hits, n_rows, stated)
    expected = ((hits - n_rows * stated) ** 2 / (n_rows * stated * (1 - stated))).sum()
    assert statistic == pytest.approx(expected, abs=1e-9)
    exact = stats.chi2.sf(expected, 10)
    assert p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 10_000) + 1e-3)
    usual = np.sqrt(2 / np.pi) * np.sqrt(n_rows * stated * (1 - stated)).sum() / n_rows.sum()
    assert by_chance == pytest.approx(usual, rel=0.02)


def test_right_probabilities_are_rarely_called_wrong():
    rng = np.random.default_rng(1)
    called = 0
    for _ in range(300):
        stated = rng.beta(0.3, 3, 400)
        bins = binned(stated, rng.random(400) < stated)
        hits = bins["observed"].to_numpy() * bins["n_rows"].to_numpy()
        called += chance_of(hits, bins["n_rows"].to_numpy(), bins["stated"].to_numpy(), 500)[1] <= 0.05
    assert called <= 15 + 3 * np.sqrt(300 * 0.05 * 0.95)


def test_what_was_given_no_chance_and_happened_is_never_chance():
    statistic, p_value, _ = chance_of(np.array([0.0, 1.0]), np.array([50, 50]), np.array([0.0, 0.0]))
    assert np.isinf(statistic) and p_value < 0.001
    statistic, p_value, by_chance = chance_of(np.array([0.0, 50.0]), np.array([50, 50]), np.array([0.0, 1.0]))
    assert (statistic, p_value, by_chance) == (0.0, 1.0, 0.0)


def test_of_several_classes_it_is_the_most_probable_one():
    evaluation = made("multiclass")
    rows = evaluation.out_of_fold("random_forest")
    chances = rows[[f"probability_{label}" for label in evaluation.spec.classes]].to_numpy()
    right = np.array(evaluation.spec.classes)[chances.argmax(axis=1)] == rows["actual"].to_numpy()
    observed, predicted = calibration_curve(right, chances.max(axis=1), n_bins=10, strategy="quantile")
    found = calibration(evaluation, "random_forest")
    np.testing.assert_allclose(found.frame()["observed"], observed, atol=1e-9)
    np.testing.assert_allclose(found.frame()["stated"], predicted, atol=1e-9)
    assert found.so == "right"


def test_a_calibrated_variant_is_named_and_itself_known():
    rng = np.random.default_rng(0)
    stated = rng.random(400)
    evaluation = binary(stated, rng.random(400) < stated)
    variant = CandidateSpec(kind="ensemble", hyperparameters={"temperature": 1.5})
    spec = evaluation.spec.but(candidates=(*evaluation.spec.candidates, variant))
    found = calibration(Evaluation(spec, evaluation.fold_scores), "random_forest")
    assert not found.more_than_chance
    assert found.finding().startswith("Probabilities can be taken at their word")
    assert "calibrated variant is there" in found.notes()[1]
    from dataclasses import replace

    fold = replace(evaluation.fold_scores[0], candidate=variant.key)
    assert "This estimator is calibrated" in calibration(Evaluation(spec, (fold,)), variant.key).notes()[1]


def test_amounts_have_no_calibration():
    with pytest.raises(NotPossible, match="is predicted as a number"):
        results.view("calibration").compute(made("regression"), "random_forest", None)
