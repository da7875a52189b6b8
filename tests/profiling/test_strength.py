"""A column alone against the target, on rows held out."""

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from workbench.profiling.target.strength import _binned_auc, hold_out, strength_of


def test_auc_of_bins_equals_scikit_learn():
    random = np.random.default_rng(0)
    rate = np.round(random.random(12), 1)  # with ties
    positives, negatives = random.integers(0, 20, 12), random.integers(0, 20, 12)
    score = np.repeat(np.concatenate([rate, rate]), np.concatenate([positives, negatives]))
    truth = np.repeat([1, 0], [positives.sum(), negatives.sum()])
    assert _binned_auc(rate, positives, negatives) == pytest.approx(roc_auc_score(truth, score), abs=1e-12)


def test_what_decides_the_target_scores_one():
    target = np.arange(400) % 2
    strength = strength_of(target.astype(float), True, hold_out(target, False))
    assert (strength.measure, strength.score, strength.value, strength.n_rows) == ("roc_auc", 1.0, 1.0, 400)


def test_a_unique_code_scores_nothing():
    target = np.random.default_rng(0).integers(0, 2, 1000)
    assert strength_of(np.arange(1000), False, hold_out(target, False)).score == pytest.approx(0.5)


def test_missingness_that_follows_the_outcome_is_seen():
    target = np.random.default_rng(0).integers(0, 2, 1000)
    values = np.where(target == 1, np.nan, 5.0)
    assert strength_of(values, True, hold_out(target, False)).value == 1.0


def test_regression_score_equals_scikit_learn_by_hand():
    random = np.random.default_rng(1)
    codes = random.integers(0, 3, 600)
    y = codes * 1.0 + random.random(600)
    prepared = hold_out(y, True)
    x, ranks = codes[prepared.rows], prepared.told[:, 0]
    expected = []
    for side in (False, True):
        learnt, scored = prepared.half == side, prepared.half != side
        overall = ranks[learnt].mean()
        told = {
            code: (ranks[learnt & (x == code)].sum() + 5 * overall) / ((learnt & (x == code)).sum() + 5)
            for code in range(3)
        }
        expected.append(r2_score(ranks[scored], [told[code] for code in x[scored]]))
    strength = strength_of(codes, False, prepared)
    assert strength.measure == "rank_r2"
    assert strength.score == pytest.approx(np.mean(expected), abs=1e-12)


def test_several_classes():
    target = np.arange(900) % 3
    assert strength_of(target, False, hold_out(target, False)).score == 1.0
    noise = np.random.default_rng(0).random(900)
    assert strength_of(noise, True, hold_out(target, False)).score == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("target", [np.zeros(10, int), np.full(10, -1), np.array([0, 1, -1]), np.array([], int)])
def test_nothing_to_tell_apart(target):
    assert hold_out(target, False) is None


def test_the_same_rows_give_the_same_strength():
    target = np.random.default_rng(0).integers(0, 2, 30_000)
    values = np.random.default_rng(1).normal(size=30_000)
    first, second = (strength_of(values, True, hold_out(target, False)) for _ in range(2))
    assert first == second and first.n_rows == 20_000
