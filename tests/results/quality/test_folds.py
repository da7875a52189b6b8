"""The score of each fold beside what chance makes of its rows, against formulas worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.results.test_results import amount_fold, made, spec_for
from workbench.errors import NotFound
from workbench.results.quality.folds import fold_scores
from workbench.results.wording import number
from workbench.specs import SplitSpec
from workbench.training import Evaluation


def absolute(errors, split=None):
    """Folds of amounts that are off by what is given, scored by the mean absolute error."""
    folds = [
        replace(
            amount_fold("random_forest", at, np.zeros(len(off)), off, 0.0), scores={"mae": float(np.abs(off).mean())}
        )
        for at, off in enumerate(errors)
    ]
    spec = spec_for("regression", folds=len(folds)).but(metric="mae", split=split or SplitSpec(folds=len(folds)))
    return Evaluation(spec, tuple(folds))


def test_each_fold_is_compared_with_the_others_by_hand():
    rng = np.random.default_rng(0)
    errors = [rng.exponential(2.0, n) for n in (60, 90, 150)]
    found = fold_scores(absolute(errors), "random_forest").frame()
    n_rows, score = np.array([60, 90, 150]), np.array([off.mean() for off in errors])
    pooled = np.average([off.var() for off in errors], weights=n_rows)
    p_values = []
    for at in range(3):
        others = [place for place in range(3) if place != at]
        error = np.sqrt(pooled / n_rows[at] + pooled * sum(1 / n_rows[place] for place in others) / 4)
        mean = score[others].mean()
        assert found["others"][at] == pytest.approx(mean, abs=1e-9)
        ends = stats.norm.interval(0.95, mean, error)
        assert found.loc[at, ["expected_low", "expected_high"]].tolist() == pytest.approx(ends, abs=1e-9)
        p_values.append(2 * stats.norm.sf(abs(score[at] - mean) / error))
    assert found["p_value"].tolist() == pytest.approx([min(3 * one, 1.0) for one in p_values], abs=1e-9)
    assert found["p_value"].min() > 0.05
    assert found["score"].tolist() == pytest.approx(score.tolist(), abs=1e-12)


def test_a_fold_that_stands_out_is_named_with_unit_and_direction():
    rng = np.random.default_rng(0)
    errors = [rng.exponential(2.0 + 4 * (at == 2), 200) for at in range(5)]
    found = fold_scores(absolute(errors), "random_forest")
    others = np.mean([errors[at].mean() for at in (0, 1, 3, 4)])
    assert found.finding() == (
        f"Fold 3 stands out as worse: {found.label} {number(errors[2].mean(), unit='€')}, the others "
        f"{number(others, unit='€')} "
        "on average; more than its 200 rows explain"
    )
    assert found.stands_out.tolist() == [False, False, True, False, False]
    assert "rows of another kind" in found.notes()[0]


def test_two_folds_that_differ_are_not_blamed():
    rng = np.random.default_rng(0)
    found = fold_scores(absolute([rng.exponential(size, 300) for size in (2.0, 5.0)]), "random_forest")
    assert found.finding().endswith("the two folds differ by more than their numbers of rows explain")


def test_folds_that_are_alike_seldom_stand_out():
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(300):
        errors = [rng.exponential(2.0, n) for n in (100, 120, 140, 160, 180)]
        alarms += fold_scores(absolute(errors), "random_forest").stands_out.any()
    assert alarms <= 15 + 3 * np.sqrt(300 * 0.05 * 0.95)


def test_a_trend_from_earlier_to_later_folds_by_hand():
    rng = np.random.default_rng(0)
    errors = [rng.exponential(2.0 + 0.4 * at, 300) for at in range(5)]
    split = SplitSpec(kind="time", column="day", folds=5)
    found = fold_scores(absolute(errors, split), "random_forest")
    score, pooled = [off.mean() for off in errors], np.mean([off.var() for off in errors])
    slope = np.polyfit(range(5), score, 1)[0]
    assert found.slope == pytest.approx(slope, abs=1e-9)
    assert found.trend == pytest.approx(2 * stats.norm.sf(slope / np.sqrt(pooled / 300 / 10)), abs=1e-9)
    assert found.finding().startswith("It gets worse from earlier to later folds, more than chance")
    assert np.isnan(fold_scores(absolute(errors), "random_forest").trend)


def test_folds_drawn_anew_are_compared_within_their_drawing():
    rng = np.random.default_rng(0)
    errors = [rng.exponential(2.0, 50) for _ in range(6)]
    found = fold_scores(absolute(errors, SplitSpec(folds=3, repeats=2)), "random_forest").frame()
    means = [off.mean() for off in errors]
    assert found["others"][4] == pytest.approx((means[3] + means[5]) / 2, abs=1e-9)
    alone = fold_scores(absolute(errors, SplitSpec(folds=1, repeats=6)), "random_forest")
    assert alone.frame()["p_value"].isna().all() and "too little was tested" in alone.finding()


def test_one_part_and_none():
    found = fold_scores(absolute([np.array([1.0, 3.0])]), "random_forest")
    assert found.finding().startswith("Tested once") and "2 €" in found.finding()
    with pytest.raises(NotFound):
        fold_scores(absolute([np.array([1.0])]), "decision_tree")
    undefined = made("binary")
    folds = tuple(replace(one, scores={"roc_auc": float("nan")}) for one in undefined.fold_scores)
    none = fold_scores(Evaluation(undefined.spec, folds), "random_forest")
    assert none.finding() == "ROC AUC is not defined on any fold" and isinstance(none.frame(), pd.DataFrame)
