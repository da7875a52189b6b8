"""What an autopilot is doing, has tried and plans, in words; scores are made up."""

import numpy as np
import pytest

from workbench.results.candidates.dial import choices, milliseconds_per_row
from workbench.results.candidates.tried import plan_in_words, stage_of, stages, summary, tried_table
from workbench.specs import (
    AutopilotSpec,
    CandidateSpec,
    ColumnSpec,
    ExperimentSpec,
    MemberSpec,
    RoundSpec,
    SplitSpec,
)
from workbench.training.evaluation import Evaluation, FoldScore

BASELINE, TREE, RIDGE = (CandidateSpec(kind=kind) for kind in ("baseline", "decision_tree", "ridge"))
FOREST = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 50})
MEMBERS = (MemberSpec(kind="decision_tree", weight=0.75), MemberSpec(kind="ridge", weight=0.25))
AVERAGE = CandidateSpec(kind="ensemble", members=MEMBERS)
PLAN = (
    RoundSpec(folds=(0,), candidates=(BASELINE, TREE, RIDGE), keep=1),
    RoundSpec(folds=(0, 1)),
    RoundSpec(folds=(0,), trials={"random_forest": 3}, kinds=1, keep=1),
    RoundSpec(folds=(0, 1)),
)


def question(*candidates, rounds=PLAN, **changes):
    values = {
        "dataset": "0" * 64,
        "target": "price",
        "task": "regression",
        "columns": (ColumnSpec(name="size", meaning="number"),),
        "target_column": ColumnSpec(name="price", meaning="number", unit="€"),
        "candidates": candidates,
        "split": SplitSpec(folds=2),
        "metric": "rmse",
        "autopilot": AutopilotSpec(rounds=rounds, largest_ensemble=5),
    }
    return ExperimentSpec(**{**values, **changes})


def scored(candidate, fold, value, seconds=0.0):
    nothing = np.zeros(10)
    return FoldScore(candidate.key, fold, {"rmse": value}, 1.0, seconds, nothing, nothing, nothing)


def both(candidate, value, seconds=0.0):
    return scored(candidate, 0, value - 1, seconds), scored(candidate, 1, value + 1, seconds)


FIRST = (scored(BASELINE, 0, 50.0), scored(TREE, 0, 20.0), scored(RIDGE, 0, 30.0))
RACE = (*FIRST, scored(TREE, 1, 24.0), scored(BASELINE, 1, 52.0))
OUT = {RIDGE.key: "Dropped after 1 of 2 folds."}


@pytest.mark.parametrize(
    ("candidates", "scores", "rounds", "name"),
    [
        ((BASELINE, TREE), FIRST[:2], (), "usual"),  # no plan yet
        ((BASELINE, TREE, RIDGE), FIRST, PLAN, "race"),
        ((BASELINE, TREE, RIDGE), RACE, PLAN, "variations"),
        ((BASELINE, TREE, RIDGE, FOREST), (*RACE, scored(FOREST, 0, 19.0)), PLAN, "variations"),
        ((BASELINE, TREE, RIDGE, FOREST), (*RACE, *both(FOREST, 19.0)), PLAN, "together"),
        ((BASELINE, TREE, RIDGE), RACE, PLAN[:2], "together"),  # nothing is varied
        ((BASELINE, TREE, RIDGE, AVERAGE), RACE, PLAN, "together"),
    ],
)
def test_the_step_follows_from_what_is_scored(candidates, scores, rounds, name):
    spec = question(*candidates, rounds=rounds)
    found = Evaluation(spec, scores, {}, OUT if RIDGE in candidates else {})
    assert stages(spec)[stage_of(found)].name == name


def test_steps_speak_of_as_many_folds_as_there_are():
    assert stages(question(TREE))[1].sentence == "The race: the better ones on all two folds"
    once = question(TREE, split=SplitSpec(folds=1))
    assert stages(once)[0].sentence == "Trying the usual ones on the rows held out"


def test_everything_tried_is_told_with_what_became_of_it():
    spec = question(BASELINE, TREE, RIDGE, FOREST, AVERAGE)
    scores = (*RACE, *both(AVERAGE, 18.0))
    found = Evaluation(spec, scores, {FOREST.key: "Random forest failed on fold 1 of 2: no memory."}, OUT)
    rows = tried_table(found).set_index("Estimator")
    assert rows["What became of it"].to_dict() == {
        "Ensemble of 2": "The best.",
        "Decision tree": "Went all the way.",
        "Baseline": "For comparison.",
        "Ridge regression": "Dropped after 1 of 2 folds.",
        "Random forest (trees 50)": "Random forest failed on fold 1 of 2: no memory.",
    }
    assert rows["Score"].tolist() == ["18 ± 1.0 €", "22 ± 2.0 €", "51 ± 1.0 €", "30 €", "–"]
    assert rows["Folds"].tolist() == ["2 of 2", "2 of 2", "2 of 2", "1 of 2", "0 of 2"]
    assert rows["Came in as"].tolist() == [
        "average of two",
        "strong settings",
        "comparison",
        "strong settings",
        "variation",
    ]
    assert summary(found) == "3 candidates were tried: 1 on every fold, 1 dropped on the way and 1 failed."


def test_a_plan_in_words():
    assert plan_in_words(question(BASELINE, TREE, RIDGE)) == (
        "1. Two settings of Decision tree and Ridge regression, on one of two folds; the best one goes on.",
        "2. Those still in the race, on all folds.",
        "3. Three variations of Random forest, on one of two folds; the best one goes on.",
        "4. Those still in the race, on all folds.",
        "5. A weighted average of at most five of those with all folds, where it is better than the best single one "
        "beyond chance.",
    )
    assert plan_in_words(question(BASELINE, rounds=())) == ()


def test_the_dial_goes_from_fast_to_accurate():
    slow, middle = CandidateSpec(kind="mlp"), CandidateSpec(kind="extra_trees")
    spec = question(BASELINE, RIDGE, TREE, middle, slow)
    scores = (
        *both(BASELINE, 50.0, 0.001),
        *both(RIDGE, 30.0, 0.01),
        *both(TREE, 20.0, 0.04),
        *both(middle, 25.0, 0.039),  # about as fast as the tree, and worse
        *both(slow, 10.0, 0.1),
    )
    found = choices(Evaluation(spec, scores), {TREE.key: 1234})
    assert [(one.key, one.milliseconds, one.size_bytes) for one in found] == [
        ("ridge", pytest.approx(1.0), None),
        ("decision_tree", pytest.approx(4.0), 1234),
        ("mlp", pytest.approx(10.0), None),
    ]
    assert found[1].score == "20 ± 1.0 €"


def test_what_is_no_better_than_guessing_is_no_choice():
    spec = question(BASELINE, RIDGE, TREE)
    scores = (*both(BASELINE, 25.0), *both(RIDGE, 30.0, 0.01), *both(TREE, 20.0, 0.04))
    assert [one.key for one in choices(Evaluation(spec, scores))] == ["decision_tree"]


@pytest.mark.parametrize(
    ("split", "times"), [(SplitSpec(folds=2), 2), (SplitSpec(kind="time", column="day", folds=2), 1)]
)
def test_an_average_takes_as_long_as_its_members(split, times):
    spec = question(BASELINE, RIDGE, TREE, AVERAGE, split=split)
    scores = (*both(RIDGE, 30.0, 0.01), *both(TREE, 20.0, 0.04), *both(AVERAGE, 18.0, 0.0))
    assert milliseconds_per_row(Evaluation(spec, scores), AVERAGE.key) == pytest.approx(times * 5.0)


def test_of_many_stops_the_ends_and_averages_stay():
    kinds = ("ridge", "elastic_net", "nearest_neighbours", "decision_tree", "random_forest", "extra_trees", "mlp")
    candidates = [CandidateSpec(kind=kind) for kind in kinds]
    scores = [score for at, one in enumerate(candidates) for score in both(one, 40.0 - 3 * at, 0.01 * (at + 1))]
    small = CandidateSpec(kind="ensemble", members=MEMBERS, hyperparameters={"members": 2})
    spec = question(*candidates, small, AVERAGE)
    scores += [*both(small, 16.0), *both(AVERAGE, 12.0)]
    found = choices(Evaluation(spec, tuple(scores)))
    assert found[0].key == "ridge" and found[-1].key == AVERAGE.key and len(found) <= 6


def test_the_recommended_one_is_on_the_dial(monkeypatch):
    from workbench.results.candidates import dial
    from workbench.results.candidates.board import Advice

    forest, slow = CandidateSpec(kind="random_forest"), CandidateSpec(kind="mlp")
    spec = question(BASELINE, RIDGE, TREE, forest, slow)
    scores = (
        *both(BASELINE, 50.0, 0.001),
        *both(RIDGE, 30.0, 0.01),
        *both(TREE, 12.0, 0.045),
        *both(forest, 11.0, 0.05),  # about as fast as the tree, and better
        *both(slow, 10.0, 0.1),
    )
    found = Evaluation(spec, scores)
    monkeypatch.setattr(dial, "recommended", lambda evaluation: Advice(slow.key, "the best"))
    assert [one.key for one in choices(found)] == ["ridge", "random_forest", "mlp"]
    monkeypatch.setattr(dial, "recommended", lambda evaluation: Advice(TREE.key, "the simplest of them"))
    stops = choices(found)
    assert [one.key for one in stops] == ["ridge", "decision_tree", "mlp"]
    assert [one.advised for one in stops] == ["", "the simplest of them", ""]


def test_speed_that_nobody_feels_makes_no_stop():
    spec = question(BASELINE, RIDGE, TREE)
    scores = (*both(BASELINE, 50.0), *both(RIDGE, 30.0, 0.0001), *both(TREE, 20.0, 0.0004))  # 0.01 and 0.04 ms
    assert [one.key for one in choices(Evaluation(spec, scores))] == ["decision_tree"]
