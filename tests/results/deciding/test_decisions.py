"""Deciding by a threshold: every count, gain, best threshold and interval against brute force and scikit-learn."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sklearn_metrics

from workbench.errors import NotPossible
from workbench.results.deciding.best import LEVEL, best_threshold, outcomes_elsewhere, value_interval
from workbench.results.deciding.decisions import decisions, per_class
from workbench.results.deciding.purposes import BALANCED_ACCURACY, F1, filled, gain, goal_of, share_of
from workbench.results.deciding.sweeps import Outcomes, simplest_between, sweep
from workbench.specs import CandidateSpec, ColumnSpec, DecisionSpec, ExperimentSpec, ScenarioSpec, SplitSpec
from workbench.training.evaluation import Evaluation, FoldScore

CALLS = ScenarioSpec(name="Calls", found=40.0, false_alarm=-5.0, missed=-12.5, left_alone=0.25, unit="€")
GOALS = (F1, BALANCED_ACCURACY, goal_of(CALLS))
CLASSES = {"binary": ("No", "Yes"), "multiclass": ("a", "b", "c")}


def evaluation_of(task="binary", folds=3, n_rows=90, seed=0, decimals=2, strength=0.5):
    rng, classes = np.random.default_rng(seed), CLASSES[task]
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="Churn",
        task=task,
        classes=classes,
        positive="Yes" if task == "binary" else None,
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="Churn", meaning="category"),
        candidates=(CandidateSpec(kind="logistic"),),
        split=SplitSpec(folds=folds),
        metric="roc_auc" if task == "binary" else "log_loss",
    )
    labels, scores = np.array(classes, dtype=object), []
    for fold in range(folds):
        codes = rng.integers(len(classes), size=n_rows)
        raw = rng.random((n_rows, len(classes))) + np.eye(len(classes))[codes] * strength
        chances = (raw / raw.sum(axis=1, keepdims=True)).round(decimals)
        if task == "binary":
            chances[:, 0] = 1 - chances[:, 1]
        rows = np.arange(n_rows) * folds + fold
        predicted = labels[chances.argmax(axis=1)]
        scores.append(FoldScore("logistic", fold, {}, 0.0, 0.0, rows, labels[codes], predicted, chances))
    return Evaluation(spec, tuple(scores))


def by_hand(actual, probability, threshold):
    yes = probability >= threshold
    return [
        sum(actual & yes).item(), sum(~actual & yes).item(), sum(actual & ~yes).item(), sum(~actual & ~yes).item()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def decided():
    return decisions(evaluation_of(), "logistic", "Yes")


def test_every_threshold_counts_what_counting_gives(decided):
    thresholds = [np.inf, *sorted(set(decided.probability.tolist()), reverse=True)]
    assert decided.pooled.thresholds.tolist() == thresholds
    for position, threshold in enumerate(thresholds):
        counts = [int(count[position]) for count in decided.pooled.outcomes.counts]
        assert counts == by_hand(decided.actual, decided.probability, threshold)


@pytest.mark.parametrize("threshold", [0.0, 0.123456, 0.31, 0.5, 0.6666, 1.0])
def test_any_threshold_is_looked_up(decided, threshold):
    found = decided.pooled.at(threshold)
    assert list(found.counts) == by_hand(decided.actual, decided.probability, threshold)
    yes = decided.probability >= threshold
    assert found.share == pytest.approx(yes.mean(), abs=1e-12)
    assert found.recall == pytest.approx(sklearn_metrics.recall_score(decided.actual, yes), abs=1e-12)
    if yes.any():
        assert found.precision == pytest.approx(sklearn_metrics.precision_score(decided.actual, yes), abs=1e-12)
    else:
        assert np.isnan(found.precision)
    assert sum(found.scaled().counts) == pytest.approx(1000)


def test_a_threshold_for_a_position_decides_as_the_position_does(decided):
    pooled = decided.pooled
    for position in range(pooled.first, len(pooled.thresholds)):
        assert int(pooled.position(pooled.cut(position))) == position


def test_cuts_lie_off_the_probabilities_and_are_plain():
    found = sweep(np.array([True, False, True]), np.array([0.25, 0.5, 0.75]))
    assert [found.cut(position) for position in range(4)] == [1.0, 0.6, 0.4, 0.0]
    assert simplest_between(0.1, np.nextafter(0.1, 1)) == np.nextafter(0.1, 1)


def test_rows_with_probability_1_cannot_be_left_out():
    found = sweep(np.array([True, False]), np.array([1.0, 0.5]))
    assert found.first == 1
    assert found.stops() == [0.0, 0.8]  # 1 would do the same as 0.8
    assert goal_of(CALLS.but(false_alarm=-1e6, found=-1e6)).choose(found.outcomes, found.first) == 1


def test_stops_are_many_at_most_and_hold_what_they_must():
    rng = np.random.default_rng(0)
    probability = rng.random(5000) ** 4
    found = sweep(rng.random(5000) < probability, probability)
    stops = found.stops(also=(0.31415,))
    assert 200 < len(stops) <= 405
    assert stops == sorted(set(stops)) and 0.31415 in stops
    positions = [int(found.position(stop)) for stop in stops]
    assert len(set(positions)) == len(positions)
    assert positions[0] == 5000 and positions[-1] == 0
    few = sweep(np.array([True, False, True]), np.array([0.25, 0.5, 0.75]))
    assert few.stops() == [0.0, 0.4, 0.6, 1.0]
    assert few.stops(also=(0.5,)) == [0.0, 0.5, 0.6, 1.0]


@pytest.mark.parametrize("rare", [1.0, 0.03], ids=["usual", "rare"])
def test_the_slider_is_even_in_probability_and_no_step_lies_on_a_row(rare):
    rng = np.random.default_rng(0)
    probability = (rare * rng.random(3000) ** 2).round(4)
    found = sweep(rng.random(3000) < probability, probability)
    stops = np.array(found.scale(also=(0.0123,)))
    assert 0.0123 in stops and stops[0] == 0.0 and len(stops) <= 252
    assert (stops[-1] == 1.0) if rare == 1.0 else (rare < stops[-1] < 1.02 * rare + found.step)
    place = np.linspace(0, 1, len(stops))
    assert np.abs(stops / stops[-1] - place).max() < 0.01  # where it stands is what it says
    own = stops[stops != 0.0123][1:]
    assert np.abs(own[:, None] - probability[None, :]).min() > 1e-9


def test_a_step_that_is_the_probability_of_rows_goes_below_it():
    for level in (0.3, 0.5, 1.0):
        found = sweep(np.array([True, False]), np.full(2, level))
        stops = np.array(found.scale())
        assert not np.isclose(stops, level, atol=1e-12).any()
        assert (found.position(stops) == np.where(stops < level, 1, 0)).all()
    nothing = sweep(np.array([True, False]), np.zeros(2)).scale()
    assert (nothing[0], nothing[-1]) == (0.0, 1.0)


def test_an_offered_threshold_is_as_short_as_its_gap_between_rows_allows():
    probability = np.random.default_rng(3).random(400)
    found = sweep(probability > 0.5, probability)
    for position in range(1, 400, 13):
        low, high = found.thresholds[position + 1], found.thresholds[position]
        cut = found.cut(position)
        decimals = len(repr(cut).split(".")[1])
        assert low < cut < high
        shorter = np.arange(10 ** (decimals - 1) + 1) / 10 ** (decimals - 1)  # every number with a decimal less
        assert decimals == 1 or not ((shorter > low) & (shorter < high)).any()


def test_as_the_model_comes_is_its_most_probable_class(decided):
    rows = evaluation_of().out_of_fold("logistic")
    matrix = sklearn_metrics.confusion_matrix(rows["actual"], rows["prediction"], labels=["No", "Yes"])
    (alone, alarms), (missed, found) = matrix.tolist()
    assert list(decided.as_it_comes.counts) == [found, alarms, missed, alone]
    assert list(decided.pooled.at(decided.threshold_as_it_comes).counts) == [found, alarms, missed, alone]


def test_of_several_classes_one_is_decided_against_the_rest():
    evaluation = evaluation_of("multiclass")
    rows = evaluation.out_of_fold("logistic")
    for label in "abc":
        decided = decisions(evaluation, "logistic", label)
        assert decided.actual.tolist() == (rows["actual"] == label).tolist()
        assert decided.probability.tolist() == rows[f"probability_{label}"].tolist()
        yes, so = rows["prediction"] == label, rows["actual"] == label
        assert list(decided.as_it_comes.counts) == [
            (yes & so).sum(),
            (yes & ~so).sum(),
            (~yes & so).sum(),
            (~yes & ~so).sum(),
        ]
        assert decided.pooled.at(decided.threshold_as_it_comes).taken <= decided.as_it_comes.taken


def value_by_hand(goal, actual, probability, threshold):
    yes = probability >= threshold
    if goal is F1:
        return sklearn_metrics.f1_score(actual, yes, zero_division=0.0)
    if goal is BALANCED_ACCURACY:
        return sklearn_metrics.balanced_accuracy_score(actual, yes)
    worth = np.select([actual & yes, ~actual & yes, actual & ~yes], [40.0, -5.0, -12.5], 0.25)
    return worth.mean()


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_the_best_threshold_equals_brute_force(decided, goal):
    values = {
        threshold: value_by_hand(goal, decided.actual, decided.probability, threshold)
        for threshold in [*set(decided.probability.tolist()), 2.0]
    }
    best = best_threshold(decided, goal)
    assert best.value == pytest.approx(max(values.values()), abs=1e-9)
    assert value_by_hand(goal, decided.actual, decided.probability, best.threshold) == pytest.approx(
        best.value, abs=1e-9
    )
    assert best.without == pytest.approx(max(values[2.0], values[min(values)]), abs=1e-9)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_the_interval_is_that_of_each_folds_own_best(decided, goal):
    best = best_threshold(decided, goal)
    for fold, own in enumerate(best.own):
        rows = decided.part == fold
        actual, probability = decided.actual[rows], decided.probability[rows]
        values = [value_by_hand(goal, actual, probability, one) for one in [*set(probability.tolist()), 2.0]]
        assert value_by_hand(goal, actual, probability, own) == pytest.approx(max(values), abs=1e-9)
    assert (best.low, best.high) == (min(*best.own, best.threshold), max(*best.own, best.threshold))
    inside = [one for one in decided.probability if best.low <= one <= best.high]
    lowest = min(
        value_by_hand(goal, decided.actual, decided.probability, one) for one in [*inside, best.low, best.high]
    )
    assert best.worst == pytest.approx(lowest, abs=1e-9)
    assert best.shortfall >= 0


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_elsewhere_the_threshold_is_chosen_on_the_other_folds(decided, goal):
    thresholds = sorted({2.0, *decided.probability.tolist()}, reverse=True)
    total = np.zeros(4)
    for fold in range(3):
        there = decided.part == fold
        values = [value_by_hand(goal, decided.actual[~there], decided.probability[~there], one) for one in thresholds]
        chosen = thresholds[int(np.argmax(np.array(values) > max(values) - 1e-12))]
        total += by_hand(decided.actual[there], decided.probability[there], chosen)
    assert list(outcomes_elsewhere(decided, goal).counts) == total.tolist()
    assert best_threshold(decided, goal).honest == pytest.approx(goal.value(Outcomes(*total)), abs=1e-9)


def test_the_best_on_the_same_rows_is_optimistic_where_there_is_nothing_to_learn():
    gaps = []
    for seed in range(20):
        decided = decisions(evaluation_of(strength=0.0, seed=seed), "logistic", "Yes")
        best = best_threshold(decided, goal_of(ScenarioSpec(name="Bet", found=1.0, false_alarm=-1.0)))
        gaps.append(best.value - best.honest)
    assert np.mean(gaps) > 0.01 and min(gaps) >= 0


def test_the_interval_over_folds_by_hand(decided):
    goal = goal_of(CALLS)
    values = [
        value_by_hand(goal, decided.actual[decided.part == fold], decided.probability[decided.part == fold], 0.4)
        for fold in range(3)
    ]
    reach = stats.t.ppf(0.95, 2) * np.std(values, ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    expected = np.mean(values)  # folds of equal size
    low, high = value_interval(decided, goal, 0.4)
    assert (low, high) == (pytest.approx(expected - reach, abs=1e-9), pytest.approx(expected + reach, abs=1e-9))


def with_a_fold_of_others():
    """Four folds, the last of which has no row of the class."""
    evaluation = evaluation_of(folds=4, strength=1.5)
    *usual, last = evaluation.fold_scores
    nobody = np.full(90, "No", dtype=object)
    last = FoldScore("logistic", 3, {}, 0.0, 0.0, last.rows, nobody, last.predicted, last.probabilities)
    return Evaluation(evaluation.spec, (*usual, last))


@pytest.mark.parametrize("goal", [F1, BALANCED_ACCURACY], ids=lambda goal: goal.name)
def test_a_fold_without_a_row_of_the_class_has_no_best_threshold_of_its_own(goal):
    decided = decisions(with_a_fold_of_others(), "logistic", "Yes")
    best = best_threshold(decided, goal)
    usual = best_threshold(decisions(evaluation_of(folds=4, strength=1.5), "logistic", "Yes"), goal)
    assert best.own == usual.own[:3] and best.high < 1.0
    assert (best.low, best.high) == (min(*best.own, best.threshold), max(*best.own, best.threshold))
    three = [goal.value(part.at(0.4)) for part in decided.parts[:3]]
    reach = stats.t.ppf(0.95, 2) * np.std(three, ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    low, high = value_interval(decided, goal, 0.4)
    assert (high - low) / 2 == pytest.approx(reach, abs=1e-9)


def test_where_no_fold_tells_thresholds_apart_there_is_one_threshold():
    decided = decisions(with_a_fold_of_others(), "logistic", "Yes")
    best = best_threshold(decided, goal_of(ScenarioSpec(name="Nothing")))
    assert best.own == () and best.low == best.threshold == best.high and best.value == 0.0


def test_tested_once_rows_are_drawn_instead():
    decided = decisions(evaluation_of(folds=1, n_rows=400), "logistic", "Yes")
    goal = goal_of(CALLS)
    assert decided.tested_once and len(decided.parts) == 5
    low, high = value_interval(decided, goal, 0.4)
    yes = decided.probability >= 0.4
    worth = np.select([decided.actual & yes, ~decided.actual & yes, decided.actual & ~yes], [40.0, -5.0, -12.5], 0.25)
    error = worth.std() / np.sqrt(400)
    assert low == pytest.approx(worth.mean() - 1.645 * error, abs=0.1 * error + 0.05)
    assert high == pytest.approx(worth.mean() + 1.645 * error, abs=0.1 * error + 0.05)


def test_tested_once_the_best_threshold_moves_as_drawn_rows_move_it():
    decided = decisions(evaluation_of(folds=1, n_rows=300), "logistic", "Yes")
    goal, rng = goal_of(CALLS), np.random.default_rng(5)
    chosen = []
    for _ in range(400):
        rows = rng.integers(0, 300, 300)
        drawn = sweep(decided.actual[rows], decided.probability[rows])
        chosen.append(drawn.thresholds[goal.choose(drawn.outcomes, drawn.first)])
    low, high = np.quantile(chosen, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    best = best_threshold(decided, goal)
    assert best.own == ()
    assert best.low == pytest.approx(low, abs=0.05) and best.high == pytest.approx(high, abs=0.05)


def test_an_unstable_threshold_is_noticed_and_a_sure_one_is_not():
    sure = best_threshold(decisions(evaluation_of(strength=3.0), "logistic", "Yes"), goal_of(CALLS))
    assert sure.is_useful and not sure.is_unstable
    weak = decisions(evaluation_of(strength=0.15, n_rows=25, seed=3), "logistic", "Yes")
    bet = best_threshold(weak, goal_of(ScenarioSpec(name="Bet", found=1.0, false_alarm=-1.0)))
    assert bet.is_useful and bet.is_unstable
    assert bet.value - bet.honest > 0.25 * (bet.value - bet.without)
    few = decisions(evaluation_of(n_rows=40), "logistic", "Yes")
    wide = best_threshold(few, goal_of(ScenarioSpec(name="Calls", kind="capacity", capacity=1, of=20)))
    assert wide.is_unstable == (wide.shares[1] - wide.shares[0] > 0.25 * 0.05)


def test_exactly_as_many_as_there_is_capacity_for_and_ties_are_chance():
    actual = np.array([True, True, False, True, False, False, True, False, False, False])
    probability = np.array([0.9, 0.8, 0.8, 0.5, 0.5, 0.5, 0.5, 0.2, 0.2, 0.1])
    found = filled(sweep(actual, probability), 0.5)
    assert (found.n_taken, found.above, found.fitting, found.tied, found.probability) == (5, 3, 2, 4, 0.5)
    assert found.by_chance
    assert found.outcomes.counts == pytest.approx((2 + 2 * 2 / 4, 1 + 2 * 2 / 4, 2 - 1, 5 - 1))
    # Brute force: the average over every way to break the tie.
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(4000):
        order = np.lexsort((rng.random(10), -probability))
        drawn.append(actual[order[:5]].sum())
    assert np.mean(drawn) == pytest.approx(found.outcomes.found, abs=0.05)
    whole = filled(sweep(actual, probability), 0.7)
    assert (whole.n_taken, whole.above, whole.fitting) == (7, 7, 0) and not whole.by_chance


@pytest.mark.parametrize(("capacity", "of", "share"), [(200, 1000, 0.2), (200, 5000, 0.04), (9, 5, 1.0), (3, 0, 0.0)])
def test_a_capacity_is_a_share_and_is_not_exceeded(decided, capacity, of, share):
    scenario = ScenarioSpec(name="Calls", kind="capacity", capacity=capacity, of=of)
    assert share_of(scenario) == pytest.approx(share)
    goal, pooled = goal_of(scenario), decided.pooled
    position = goal.choose(pooled.outcomes, pooled.first)
    assert pooled.outcomes.taken[position] <= share * 270 + 1e-6
    if position + 1 < len(pooled.thresholds):
        assert pooled.outcomes.taken[position + 1] > share * 270
    room = filled(pooled, share)
    assert room.n_taken == math.floor(share * 270 + 1e-9)
    if not room.fitting:  # no ties: who is taken is who the threshold takes
        assert room.outcomes.counts == pooled.outcomes[position].counts
    best = best_threshold(decided, goal)
    assert best.value == pytest.approx(pooled.at(best.threshold).recall, nan_ok=True)
    assert best.without == pytest.approx(pooled.at(best.threshold).share)


def test_guessing_as_many_finds_their_share(decided):
    found = decided.pooled.at(0.4)
    guess = found.guessed()
    assert guess.taken == pytest.approx(found.taken)
    assert guess.precision == pytest.approx(decided.actual.mean())
    assert guess.n_rows == pytest.approx(270)


def test_gain_by_hand():
    assert gain(Outcomes(2, 3, 1, 4), CALLS) == pytest.approx((80 - 15 - 12.5 + 1.0) / 10)
    assert goal_of(CALLS).value(Outcomes(2, 3, 1, 4)) == gain(Outcomes(2, 3, 1, 4), CALLS)


def test_per_class_follows_the_decision():
    evaluation = evaluation_of("multiclass").decided({"logistic": DecisionSpec(label="b", threshold=0.2)})
    rows = evaluation.out_of_fold("logistic")
    found = per_class(evaluation, "logistic")
    labels = ["a", "b", "c"]
    assert found["precision"].tolist() == pytest.approx(
        sklearn_metrics.precision_score(rows["actual"], rows["prediction"], labels=labels, average=None).tolist()
    )
    assert found["recall"].tolist() == pytest.approx(
        sklearn_metrics.recall_score(rows["actual"], rows["prediction"], labels=labels, average=None).tolist()
    )
    assert found["count"].sum() == found["answered"].sum() == len(rows)
    assert ((rows["prediction"] == "b") == (rows["probability_b"] >= 0.2)).all()


def test_numbers_have_no_class_to_decide_about():
    evaluation = evaluation_of()
    spec = evaluation.spec.but(task="regression", classes=(), positive=None, metric="rmse")
    with pytest.raises(NotPossible, match="no class to decide about"):
        decisions(Evaluation(spec, evaluation.fold_scores), "logistic", "Yes")
