"""Two runs side by side: the settings in which they differ, and what became of the score."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_absolute_error

from workbench.errors import NotPossible
from workbench.results.candidates.comparison import compare, standing, tied_with_best
from workbench.results.candidates.run_settings import CARDS, differing
from workbench.results.candidates.runs_compared import compare_runs
from workbench.specs import (
    AutopilotSpec,
    CandidateSpec,
    ColumnSpec,
    DropMissing,
    ExperimentSpec,
    Recipe,
    SplitSpec,
    TuningSpec,
)
from workbench.specs import SearchRange as Range
from workbench.training import Evaluation, FoldScore
from workbench.ui import autopilot_choice

N = 600
RANDOM = np.random.default_rng(8)
ACTUAL = RANDOM.normal(100, 10, N)
X, Z = ColumnSpec(name="x", meaning="number"), ColumnSpec(name="z", meaning="yes_no")


def spec_for(**changes):
    facts = {
        "dataset": "0" * 64,
        "target": "rent",
        "task": "regression",
        "columns": (X, Z),
        "target_column": ColumnSpec(name="rent", meaning="number", unit="€"),
        "candidates": (
            CandidateSpec(kind="baseline"),
            CandidateSpec(kind="ridge"),
            CandidateSpec(kind="decision_tree"),
        ),
        "metric": "mae",
    }
    return ExperimentSpec(**{**facts, **changes})


def evaluated(errors, *, seed=0, rows=None, key="ridge", **changes):
    """Score predictions that are off by ``errors`` on five folds, drawn by ``seed`` among ``rows``."""
    rows = np.arange(N) if rows is None else rows
    scores = []
    for fold, part in enumerate(np.array_split(np.random.default_rng(seed).permutation(rows), 5)):
        part = np.sort(part)
        predicted = ACTUAL[part] + errors[part]
        value = mean_absolute_error(ACTUAL[part], predicted)
        scores.append(FoldScore(key, fold, {"mae": value}, 1.0, 0.1, part, ACTUAL[part], predicted))
    return Evaluation(spec_for(**changes), tuple(scores))


GOOD, SHARED = RANDOM.normal(0, 2, N), RANDOM.normal(0, 0.6, N)
WORSE = GOOD + SHARED


def test_in_the_same_folds_it_is_the_comparison_within_a_run():
    first, second = evaluated(WORSE), evaluated(GOOD)
    both = Evaluation(
        first.spec,
        (*second.fold_scores, *evaluated(WORSE, key="decision_tree").fold_scores),
    )
    inside, across = compare(both, "ridge", "decision_tree"), compare_runs(first, "ridge", second, "ridge")
    assert across.pairing == "folds" and across.n_common == N
    assert across.comparison.difference == pytest.approx(inside.difference)
    assert across.comparison.p_value == pytest.approx(inside.p_value)
    assert across.sentence.startswith("The second run is better by 0.") and "more than chance" in across.sentence
    assert (across.first, across.second) == (first.candidate("ridge").mean, second.candidate("ridge").mean)


def several(offsets, *, seed=0, **changes):
    """Score an estimator for each of ``offsets``, which differ in noise of their own."""
    kinds = ("ridge", "decision_tree", "random_forest", "nearest_neighbours", "elastic_net", "extra_trees")
    noise = np.random.default_rng(4).normal(0, 0.5, (len(offsets), N))
    scores = [
        score
        for kind, offset, own in zip(kinds, offsets, noise, strict=False)
        for score in evaluated(GOOD + offset * np.sign(GOOD) + own, seed=seed, key=kind).fold_scores
    ]
    candidates = tuple(CandidateSpec(kind=kind) for kind in kinds[: len(offsets)])
    return Evaluation(spec_for(candidates=candidates, **changes), tuple(scores))


def test_two_of_a_run_are_judged_alike_beside_each_other_and_as_two_runs():
    many = several([0.0, 0.03, 0.035, 0.04, 0.045, 0.02])
    keys = [score.key for score in many.candidates()]
    best = many.best()
    for other in (key for key in keys if key != best):
        found = compare_runs(many, other, many, best)
        assert found.comparison.p_value == pytest.approx(compare(many, best, other).p_value)
        # The same estimators twice: what chance brings among them is the same, but for the draws.
        assert found.among == pytest.approx(standing(many)[other], abs=0.02)
        assert found.tied == (other in tied_with_best(many))
    assert found.n_compared == 12


def test_the_best_of_many_is_not_told_to_be_better_where_chance_explains_it():
    many = several([0.0, 0.04, 0.06, 0.08, 0.1, 0.12])
    others = [score.key for score in many.candidates() if score.key != many.best()]
    picked = [compare_runs(many, key, many, many.best()) for key in others]
    told = [one for one in picked if not one.comparison.tied and one.tied]
    assert told, [(one.comparison.p_value, one.among) for one in picked]
    for one in told:
        assert "are not told apart" in one.sentence and "picked among 12 estimators of both runs" in one.sentence
        assert "more than chance" not in one.sentence
    pair = compare_runs(evaluated(WORSE), "ridge", evaluated(GOOD), "ridge")
    assert pair.n_compared == 2 and pair.among == pair.comparison.p_value


def test_runs_on_different_rows_are_corrected_too():
    first, second = several([0.0, 0.02, 0.03]), several([0.0, 0.02], dataset="1" * 64)
    found = compare_runs(first, first.best(), second, second.best())
    assert found.pairing == "none" and found.n_compared == 5 and found.among >= found.comparison.p_value
    fewer = Evaluation(second.spec, evaluated(GOOD, seed=1, rows=np.arange(100, N)).fold_scores)
    common = compare_runs(first, first.best(), Evaluation(first.spec, fewer.fold_scores), "ridge")
    assert common.pairing == "common" and common.n_compared == 4 and common.among >= common.comparison.p_value


def test_in_other_folds_rows_are_still_paired():
    across = compare_runs(evaluated(WORSE), "ridge", evaluated(GOOD, seed=1), "ridge")
    losses = np.abs(WORSE) - np.abs(GOOD)
    assert across.pairing == "rows" and "row by row" in across.how
    assert across.comparison.difference == pytest.approx(losses.mean())
    width = across.comparison.high - across.comparison.low
    alone = 2 * 1.96 * math.sqrt((np.abs(WORSE).var() + np.abs(GOOD).var()) / N)
    assert width < 0.8 * alone  # what two runs have in common cancels


def test_on_fewer_rows_those_in_common_are_compared():
    second = evaluated(GOOD, seed=1, rows=np.arange(100, N))
    across = compare_runs(evaluated(WORSE), "ridge", second, "ridge")
    assert across.pairing == "common" and across.n_common == N - 100 and "500 rows" in across.how
    folds = [
        np.abs(WORSE)[score.rows[score.rows >= 100]].mean() for score in evaluated(WORSE).fold_scores
    ]  # each fold's own mean, then their mean
    assert across.first == pytest.approx(np.mean(folds))
    assert across.second == pytest.approx(second.candidate("ridge").mean)


def test_another_table_is_compared_unpaired():
    first, second = evaluated(WORSE), evaluated(GOOD, dataset="1" * 64)
    across = compare_runs(first, "ridge", second, "ridge")
    assert across.pairing == "none" and across.n_common == 0 and not across.comparison.paired
    variance = sum((np.abs(errors).var(ddof=0) * (2 * N / (2 * N - 1)) / N) for errors in (WORSE, GOOD))
    width = across.comparison.high - across.comparison.low
    # At least what rows bring with their variance raised; the folds may scatter a little more.
    assert width >= 0.97 * 2 * stats.norm.ppf(0.975) * math.sqrt(1.25 * variance)
    assert "only a large difference shows" in across.how


def test_few_rows_in_common_are_not_enough():
    across = compare_runs(
        evaluated(WORSE, rows=np.arange(0, 320)), "ridge", evaluated(GOOD, rows=np.arange(280, N)), "ridge"
    )
    assert across.pairing == "none"


def test_other_questions_are_not_compared():
    first = evaluated(GOOD)
    for changes, words in (
        ({"target": "price"}, "One run predicts “rent”, the other “price”"),
        ({"task": "multiclass", "classes": (1, 2), "metric": "accuracy"}, "different kinds of answers"),
    ):
        with pytest.raises(NotPossible, match=words):
            compare_runs(first, "ridge", Evaluation(spec_for(**changes)), "ridge")
    with pytest.raises(NotPossible, match="not known of both"):
        compare_runs(first, "ridge", Evaluation(spec_for()), "ridge")


def test_where_another_metric_decides_the_second_runs_is_taken():
    first, second = evaluated(WORSE), evaluated(GOOD)
    for score in (*first.fold_scores, *second.fold_scores):
        score.scores["rmse"] = float(np.sqrt(np.mean((score.actual - score.predicted) ** 2)))
    other = Evaluation(spec_for(metric="rmse"), second.fold_scores)
    assert compare_runs(first, "ridge", other, "ridge").comparison.metric == "rmse"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, []),
        ({"seed": 4}, [("Seed of chance", "0", "4")]),
        ({"metric": "rmse"}, [("What decides", "mean absolute error", "RMSE")]),
        ({"columns": (X,)}, [("Inputs", "2 columns, among them z", "1 column")]),
        ({"locked": 0.2}, [("Locked away", "–", "20 % of the rows")]),
        (
            {"recipe": Recipe(rows=(DropMissing(column="x"),))},
            [("Rows", "all rows", "Leave out rows without a value in x")],
        ),
        (
            {"split": SplitSpec(repeats=3)},
            [("Checked", "5 times; rows are independent", "15 times (5 folds, drawn 3 times); rows are independent")],
        ),
        (
            {"candidates": (CandidateSpec(kind="ridge", hyperparameters={"alpha": 3.0}),)},
            [("Estimators", "Ridge regression and Decision tree", "Ridge regression (strength of shrinkage 3)")],
        ),
        (
            {"columns": (X, Z.but(meaning="category"))},
            [("How columns are read", "z (yes/no)", "z (category)")],
        ),
        ({"monotone": (("x", 1),)}, [("Must rise or fall", "–", "x rises")]),
    ],
)
def test_exactly_the_settings_that_differ_are_listed(changes, expected):
    found = [(row.name, row.first, row.second) for row in differing(spec_for(), spec_for(**changes))]
    assert [row[0] for row in found] == [row[0] for row in expected]
    if found and found[0][0] != "Estimators":  # the setting's own words are the registry's
        assert found == expected


def test_a_search_is_told_as_what_was_asked_not_by_what_it_found():
    found = differing(
        spec_for(autopilot=AutopilotSpec(seconds=60)),
        spec_for(autopilot=AutopilotSpec(purpose="thorough", seconds=600), candidates=(CandidateSpec(kind="mlp"),)),
    )
    assert [(row.name, row.first, row.second) for row in found] == [
        ("How it looks", "“Balanced”, 1 min", "“Thorough”, 10 min")
    ]
    titles = {name: title for name, title, _ in autopilot_choice.CARDS}
    assert {**titles, **CARDS} == titles  # the words of the Train page
    tuned = spec_for(tunings=(TuningSpec(kind="ridge", ranges=(Range(name="alpha", low=0.1, high=10.0),), trials=7),))
    (row,) = differing(spec_for(), tuned)
    assert (row.name, row.second) == ("Searches", "Ridge regression: 7 of alpha 0.1 to 10 (random)")


def test_tables_have_their_names():
    (row,) = differing(spec_for(), spec_for(dataset="1" * 64), {"0" * 64: "old.csv", "1" * 64: "new.csv"})
    assert (row.name, row.first, row.second) == ("Table", "old.csv", "new.csv")
    (row,) = differing(spec_for(), spec_for(dataset="1" * 64), {"0" * 64: "a.csv", "1" * 64: "a.csv"})
    assert row.second == "a.csv, read or put together differently"
