"""Two estimators beside each other: against scipy's tests, figures by hand, and repeated draws."""

import math

import numpy as np
import pytest
from scipy import stats

from workbench import results
from workbench.results.candidates.board import recommended
from workbench.results.candidates.comparison import LEVEL, Comparison, compare, standing, tied_with_best
from workbench.results.candidates.measured import learnt_from, measured, variance_of_difference
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore

N = 500
RANDOM = np.random.default_rng(5)
ACTUAL = RANDOM.normal(100, 10, N)
KINDS = ("baseline", "ridge", "decision_tree", "random_forest", "nearest_neighbours")


def spec_for(split, kinds=KINDS):
    return ExperimentSpec(
        dataset="0" * 64,
        target="rent",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="rent", meaning="number", unit="€"),
        candidates=tuple(CandidateSpec(kind=kind) for kind in kinds),
        split=split,
        metric="mae",
    )


def folds_of(split, seed=0):
    """Return the positions tested in each round, each row once for each drawing."""
    rng, parts = np.random.default_rng(seed), []
    for _ in range(split.repeats):
        if split.folds == 1:
            parts.append(np.sort(rng.permutation(N)[: int(split.share * N)]))
        else:
            parts += [np.sort(part) for part in np.array_split(rng.permutation(N), split.folds)]
    return parts


def evaluated(split, seconds=(), **predicted):
    """Score predictions for all rows (shape (N,), or (rounds, N)) on the folds of ``split``."""
    scores = []
    for key, values in predicted.items():
        for fold, rows in enumerate(folds_of(split)):
            mine = np.broadcast_to(values, (split.rounds, N))[fold][rows]
            value = {"mae": float(np.abs(mine - ACTUAL[rows]).mean())}
            scores.append(FoldScore(key, fold, value, 1.0, dict(seconds).get(key, 0.1), rows, ACTUAL[rows], mine))
    return Evaluation(spec_for(split), tuple(scores))


def noisy(size, seed):
    return ACTUAL + np.random.default_rng(seed).normal(0, size, N)


FIVE, ONCE = SplitSpec(), SplitSpec(folds=1, share=0.2)


def test_checked_once_it_is_the_paired_t_test_of_the_rows_with_their_variance_raised():
    one, other = noisy(2.0, 1), noisy(2.6, 2)
    found = compare(evaluated(ONCE, ridge=one, nearest_neighbours=other), "ridge", "nearest_neighbours")
    (rows,) = folds_of(ONCE)
    losses = np.abs(other - ACTUAL)[rows] - np.abs(one - ACTUAL)[rows]
    assert found.difference == pytest.approx(losses.mean())
    error = losses.std(ddof=1) / math.sqrt(len(rows)) * math.sqrt(1 + 0.2 / 0.8)
    centred = losses - losses.mean()
    squares = (centred**2).sum()
    freedom = min(len(rows) - 1, 2 * squares**2 / ((centred**4).sum() - squares**2 / len(rows)))
    assert found.p_value == pytest.approx(2 * stats.t.sf(losses.mean() / error, freedom), rel=1e-9)
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, freedom) * error, rel=1e-9)


def test_over_groups_it_is_nadeau_and_bengios_test():
    split = SplitSpec(kind="group", column="shop", folds=5)
    one, other = noisy(2.0, 1), noisy(2.6, 2)
    evaluation = evaluated(split, ridge=one, nearest_neighbours=other)
    found = compare(evaluation, "ridge", "nearest_neighbours")
    values = (
        np.array(evaluation.candidate("nearest_neighbours").scores["mae"]) - evaluation.candidate("ridge").scores["mae"]
    )
    error = math.sqrt((1 / 5 + 1 / 4) * values.var(ddof=1))
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(values.mean()) / error, 4), rel=1e-9)
    assert found.low == pytest.approx(values.mean() - stats.t.ppf(0.975, 4) * error, rel=1e-9)


def test_folds_that_scatter_more_than_their_rows_explain_count_as_other_fits():
    shift = np.repeat([[0.0], [6.0], [0.5], [4.0], [3.0]], N, axis=1)
    evaluation = evaluated(FIVE, ridge=ACTUAL + 1 + shift, nearest_neighbours=ACTUAL + 3)
    values = np.array([1.0, 7.0, 1.5, 5.0, 4.0]) - 3
    variance, freedom, paired = variance_of_difference(
        *(measured(evaluation, key, "mae") for key in ("ridge", "nearest_neighbours"))
    )
    # The errors of all rows of a fold are equal, so only the folds are left: an ordinary paired t test.
    assert (variance, freedom, paired) == (pytest.approx(values.var(ddof=1) / 5), pytest.approx(4), True)
    assert compare(evaluation, "ridge", "nearest_neighbours").p_value == pytest.approx(
        stats.ttest_1samp(values, 0).pvalue
    )


def test_drawing_the_folds_again_makes_no_new_rows():
    one, other = noisy(2.0, 1), noisy(2.6, 2)
    thrice = evaluated(SplitSpec(repeats=3), ridge=one, nearest_neighbours=other)
    once = evaluated(FIVE, ridge=one, nearest_neighbours=other)
    wide = [
        variance_of_difference(*(measured(evaluation, key, "mae") for key in ("ridge", "nearest_neighbours")))[0]
        for evaluation in (once, thrice)
    ]
    assert wide[1] == pytest.approx(wide[0], rel=0.15)  # not a third of it


def test_identical_predictions_are_always_level():
    for split in (FIVE, ONCE, SplitSpec(kind="group", column="shop"), SplitSpec(repeats=2)):
        same = noisy(2.0, 1)
        found = compare(evaluated(split, ridge=same, nearest_neighbours=same), "ridge", "nearest_neighbours")
        assert found.tied and found.p_value == 1.0
        assert found.sentence == (
            "Ridge regression and Nearest neighbours are level: there is no difference in mean absolute error."
        )
        assert set(tied_with_best(evaluated(split, ridge=same, nearest_neighbours=same))) == {
            "ridge",
            "nearest_neighbours",
        }


def test_the_sentence_is_in_the_persons_unit_whichever_way_the_metric_points():
    apart = compare(
        evaluated(FIVE, ridge=noisy(2.0, 1), nearest_neighbours=noisy(6.0, 2)), "nearest_neighbours", "ridge"
    )
    assert apart.difference < 0 and not apart.tied
    assert apart.sentence.startswith("Ridge regression is better by 3.")
    assert apart.sentence.endswith("): more than chance.") and " € mean absolute error (" in apart.sentence
    level = compare(
        evaluated(FIVE, ridge=noisy(2.0, 1), nearest_neighbours=noisy(2.0, 4)), "ridge", "nearest_neighbours"
    )
    assert "are not told apart" in level.sentence and level.low < 0 < level.high


def test_an_end_that_is_not_0_is_not_written_as_0():
    found = Comparison("A", "B", "f1", "", 0.0286, 0.0021, 0.0551, 0.03)
    assert found.sentence == "A is better by 0.029 F1 (0.002 to 0.055): more than chance."
    level = Comparison("A", "B", "rmse", "€", -0.2, -12.3, 11.9, 0.9)
    assert level.sentence == (
        "A and B are not told apart: B is ahead by 0.2 € RMSE, and chance alone could have done that (−12 to 12)."
    )


def test_what_is_not_there_is_not_compared():
    evaluation = evaluated(FIVE, ridge=noisy(2.0, 1))
    found = compare(evaluation, "ridge", "nearest_neighbours")
    assert found.tied and math.isnan(found.p_value) and "cannot be compared" in found.sentence
    assert tied_with_best(evaluation) == ("ridge",)
    assert tied_with_best(evaluated(FIVE)) == ()


def test_the_more_are_equally_good_the_larger_a_difference_chance_brings():
    good = {key: noisy(2.0, seed) for seed, key in enumerate(KINDS[1:])}
    evaluation = evaluated(FIVE, baseline=np.full(N, 100.0), **good)
    best = evaluation.best()
    for key, p_value in standing(evaluation).items():
        alone = compare(evaluation, best, key).p_value
        assert key == best or p_value >= alone
    assert set(tied_with_best(evaluation)) == set(good)
    assert "baseline" not in standing(evaluation)
    # Four independent, equally noisy scores: Tukey's range of four.
    worst = min((key for key in good if key != best), key=lambda key: standing(evaluation)[key])
    alone = compare(evaluation, best, worst).p_value
    expected = stats.studentized_range.sf(stats.norm.isf(alone / 2) * math.sqrt(2), 4, np.inf)
    assert standing(evaluation)[worst] == pytest.approx(expected, abs=0.03)  # their noise is only about equal


def test_with_two_candidates_the_board_says_what_the_pair_says():
    evaluation = evaluated(FIVE, ridge=noisy(2.0, 1), nearest_neighbours=noisy(2.3, 2))
    assert standing(evaluation)["nearest_neighbours"] == compare(evaluation, "ridge", "nearest_neighbours").p_value


def test_within_a_tie_the_simplest_of_the_fast_is_recommended_and_the_reason_said():
    same = noisy(2.0, 1)
    level = {"ridge": same, "random_forest": same, "nearest_neighbours": same}
    usual = recommended(evaluated(FIVE, {"ridge": 0.02, "random_forest": 5.0, "nearest_neighbours": 4.0}, **level))
    assert (usual.key, usual.because) == ("ridge", "the simplest of them and the fastest to serve")
    slow = recommended(evaluated(FIVE, {"ridge": 60.0, "random_forest": 9.0, "nearest_neighbours": 100.0}, **level))
    assert (slow.key, slow.because) == ("random_forest", "the simplest of those that are fast to serve")
    about = recommended(evaluated(FIVE, {"ridge": 15.0, "random_forest": 9.0, "nearest_neighbours": 100.0}, **level))
    assert (about.key, about.because) == ("ridge", "the simplest of them")
    assert recommended(evaluated(FIVE)) is None


def test_only_what_is_better_than_the_baseline_is_recommended():
    guess = np.full(N, ACTUAL.mean())
    level = {"ridge": noisy(30.0, 1), "nearest_neighbours": noisy(30.0, 2)}
    assert recommended(evaluated(FIVE, baseline=guess, **level)) is None
    assert recommended(evaluated(FIVE, **level)) is not None
    # Level with the best, and the simpler one: but worse than guessing.
    near = guess + np.random.default_rng(0).normal(0, 0.5, N) + 0.2 * (ACTUAL - guess)
    spread = guess + np.random.default_rng(1).normal(0, 0.6, N)
    found = evaluated(FIVE, {"ridge": 0.1, "random_forest": 0.1}, baseline=guess, ridge=spread, random_forest=near)
    advice = recommended(found)
    assert advice is not None and advice.key == "random_forest"


def test_at_five_percent_false_winners_are_at_most_that():
    rng, n_false = np.random.default_rng(11), 0
    for _ in range(300):
        one, other = (ACTUAL + rng.normal(0, 2, N) for _ in range(2))
        n_false += not compare(evaluated(FIVE, ridge=one, nearest_neighbours=other), "ridge", "nearest_neighbours").tied
    # Nothing is fitted here, so raising the variance by a quarter makes it 2.8 %; three standard errors above.
    assert n_false / 300 <= 0.028 + 3 * math.sqrt(0.028 * 0.972 / 300)
    assert LEVEL == 0.05


def test_stretches_of_time_learn_from_ever_more_rows():
    assert learnt_from(SplitSpec(kind="time", column="day", folds=3)) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_the_headline_needs_more_than_chance_above_guessing():
    guess = np.full(N, ACTUAL.mean())
    barely = evaluated(FIVE, baseline=guess, ridge=guess + np.random.default_rng(0).normal(0, 0.5, N))
    assert not results.headline(barely).beats_baseline
    assert results.headline(evaluated(FIVE, baseline=guess, ridge=noisy(3.0, 1))).beats_baseline


def test_the_best_of_many_needs_more_to_be_called_better_than_guessing():
    guess = np.full(N, ACTUAL.mean())
    slightly = guess + 0.088 * (ACTUAL - guess) + np.random.default_rng(7).normal(0, 3, N)
    few = evaluated(FIVE, baseline=guess, ridge=slightly)
    worse = {key: guess + np.random.default_rng(seed).normal(0, 9, N) for seed, key in enumerate(KINDS[2:])}
    many = evaluated(FIVE, baseline=guess, ridge=slightly, **worse)
    p_value = compare(few, "ridge", "baseline").p_value
    assert 2 * LEVEL / 4 < p_value <= LEVEL
    assert results.headline(few).beats_baseline and not results.headline(many).beats_baseline
