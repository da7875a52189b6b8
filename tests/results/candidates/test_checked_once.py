"""Runs that were checked once, and runs whose folds were drawn several times."""

import math

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error

from workbench import charts, results
from workbench.results.candidates.board import near_best
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore

N = 400
RANDOM = np.random.default_rng(2)
ACTUAL = RANDOM.normal(100, 10, N)


def spec_for(split):
    return ExperimentSpec(
        dataset="0" * 64,
        target="charges",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=tuple(CandidateSpec(kind=kind) for kind in ("baseline", "ridge", "decision_tree")),
        split=split,
        metric="mae",
    )


def scored(key, predicted, fold=0):
    rows = np.arange(N)
    return FoldScore(key, fold, {"mae": mean_absolute_error(ACTUAL, predicted)}, 1.0, 0.1, rows, ACTUAL, predicted)


NOISE = RANDOM.normal(0, 2, N)
GUESS, GOOD = np.full(N, ACTUAL.mean()), ACTUAL + NOISE
AS_GOOD = ACTUAL + RANDOM.permutation(NOISE)


def held_out(*scores):
    return Evaluation(spec_for(SplitSpec(folds=1)), scores)


def test_what_was_checked_once_has_no_spread_and_says_on_which_rows():
    found = held_out(scored("baseline", GUESS), scored("ridge", GOOD))
    assert math.isnan(found.candidate("ridge").std)
    head = results.headline(found)
    assert head.beats_baseline
    assert "±" not in str(head)
    (note,) = [note for note in head.notes if "Ridge" in note]
    assert f"mean absolute error {np.abs(NOISE).mean():.2f} on 20 % of the rows; guessing" in note
    board = results.leaderboard(found)
    drawn = charts.leaderboard(board, metric="mean absolute error", higher_is_better=False)
    assert "±" not in drawn["title"]["text"] if isinstance(drawn["title"], dict) else "±" not in drawn["title"]
    assert board["std"].isna().all()


def test_candidates_that_other_rows_would_reverse_are_level():
    level = held_out(scored("baseline", GUESS), scored("ridge", GOOD), scored("decision_tree", AS_GOOD))
    assert level.candidate("ridge").mean == pytest.approx(level.candidate("decision_tree").mean)
    assert len(near_best(level)) == 1
    assert "Decision tree (1.60) is not told apart from Ridge regression" in str(results.headline(level))
    apart = held_out(scored("baseline", GUESS), scored("ridge", GOOD), scored("decision_tree", ACTUAL + 2 * NOISE))
    assert near_best(apart) == []


def test_no_better_than_guessing_is_said_of_a_single_check_too():
    found = held_out(scored("baseline", GUESS), scored("ridge", GUESS + RANDOM.normal(0, 0.01, N)))
    assert not results.headline(found).beats_baseline


def test_nothing_tested_yet():
    assert results.headline(held_out()).sentence == "No estimator has been tested yet."


def test_of_several_drawings_each_row_is_shown_once():
    spec = spec_for(SplitSpec(folds=1, repeats=3))
    found = Evaluation(spec, tuple(scored("ridge", ACTUAL + place, place) for place in (1, 2, 0)))
    rows = found.out_of_fold("ridge")
    assert len(rows) == N and rows["prediction"].to_numpy() == pytest.approx(ACTUAL)
    assert found.candidate("ridge").scores == {"mae": pytest.approx((0.0, 1.0, 2.0))}
    head = str(results.headline(found))
    assert "off by 1 on average" in head and "1 ± 0.82 over 3 drawings of 20 % of the rows" in head
