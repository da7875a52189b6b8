"""Cumulative gain and lift, against scikit-learn's ROC curve, the headline's figure and counting."""

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from tests.results.test_results import class_fold, made, spec_for
from workbench.errors import NotPossible
from workbench.results.quality.gain import MARKED, SHARES, cumulative_gain, gain_at
from workbench.results.quality.headlines import reach
from workbench.training import Evaluation


@pytest.mark.parametrize("decimals", [9, 1])  # with one, many probabilities are equal
def test_gain_equals_what_follows_from_sklearns_roc_curve(decimals):
    rng = np.random.default_rng(0)
    found = rng.random(777) < 0.2
    chances = (rng.random(777) * 0.6 + 0.4 * found).round(decimals)
    false, true, _ = sklearn_metrics.roc_curve(found, chances, drop_intermediate=False)
    taken = true * found.mean() + false * (1 - found.mean())
    gains = gain_at(SHARES, found, chances)
    np.testing.assert_allclose(gains, np.interp(SHARES, taken, true), atol=1e-9)
    np.testing.assert_allclose(gains[1:], [reach(found, chances, share) for share in SHARES[1:]], atol=1e-9)
    assert gains[0] == 0 and gains[-1] == 1


def test_the_curve_is_the_mean_over_folds_as_in_the_headline():
    evaluation = made("binary")
    found = cumulative_gain(evaluation, "random_forest")
    rows = evaluation.out_of_fold("random_forest", every=True)
    for share in MARKED:
        per_fold = [
            reach((fold["actual"] == "Yes").to_numpy(), fold["probability_Yes"].to_numpy(), share)
            for _, fold in rows.groupby("fold")
        ]
        point = found.at(share)
        assert point["share_taken"] == pytest.approx(share, abs=1e-12)
        assert point["gain"] == pytest.approx(np.mean(per_fold), abs=1e-9)
        assert point["spread"] == pytest.approx(np.std(per_fold), abs=1e-9)
        assert point["lift"] == pytest.approx(np.mean(per_fold) / share, abs=1e-9)
    shares = [(fold["actual"] == "Yes").mean() for _, fold in rows.groupby("fold")]
    assert found.at(0.2)["perfect"] == pytest.approx(np.mean([0.2 / share for share in shares]), abs=1e-9)
    assert "Spread of the gain over folds" in found.notes()[0]


def test_gain_by_hand():
    spec = spec_for("binary")
    yes = np.array([0.9, 0.8, *np.linspace(0.5, 0.1, 8)])
    fold = class_fold("random_forest", 0, ["Yes", "No", "Yes"] + ["No"] * 7, np.column_stack([1 - yes, yes]), 0.5, spec)
    found = cumulative_gain(Evaluation(spec, (fold,)), "random_forest")
    assert [found.at(share)["gain"] for share in MARKED] == pytest.approx([0.5, 0.5, 1.0])
    assert found.finding() == (
        "The 10 % of rows ranked highest hold 50 % of all with Churn = Yes, 5.0 times as many as picking at random"
    )
    assert found.lift_finding() == (
        "Lift: 5.0 times as many with Churn = Yes as at random in the first 10 % of rows, 2.5 in the first 20 %, 3.3 "
        "in the first 30 %"
    )
    assert found.notes() == ("No order of the rows finds all of them before 20 % of the rows are taken.",)


def test_guessing_is_about_as_good_as_picking_at_random():
    found = cumulative_gain(made("binary"), "baseline")
    np.testing.assert_allclose(found.frame()["gain"], SHARES, atol=1e-12)
    assert found.finding().endswith("about as many as picking at random")


def test_without_a_class_to_find_there_is_no_gain():
    with pytest.raises(NotPossible, match="more than two classes"):
        cumulative_gain(made("multiclass"), "random_forest")
    spec = spec_for("binary")
    fold = class_fold("random_forest", 0, ["No", "No"], [[0.6, 0.4]] * 2, 0.5, spec)
    with pytest.raises(NotPossible, match="No row seen so far"):
        cumulative_gain(Evaluation(spec, (fold,)), "random_forest")
