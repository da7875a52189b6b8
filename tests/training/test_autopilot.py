"""The plan that seconds are turned into, and the race that follows it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.data import detect_schema
from workbench.modeling.planning import plan_experiment
from workbench.results.wording import number
from workbench.specs import AutopilotSpec, CandidateSpec, Draft, RoundSpec, SplitSpec
from workbench.training import autopilot, autopilot_costs, autopilot_plan
from workbench.training.autopilot_costs import Measured
from workbench.training.autopilot_plan import make_plan
from workbench.training.course import MemoryLedger, pursue
from workbench.training.evaluation import Evaluation, FoldScore

CANDIDATES = {
    kind: CandidateSpec(kind=kind) for kind in ("baseline", "ridge", "decision_tree", "nearest_neighbours", "mlp")
}


def rents(n_rows=150):
    numbers = np.random.default_rng(0)
    size = numbers.normal(70, 20, n_rows).round(1)
    place = numbers.choice(["north", "south", "west"], n_rows)
    noise = numbers.normal(0, 60, n_rows)
    return pd.DataFrame({"size": size, "place": place, "rent": (size * 12 + 100 * (place == "south") + noise).round(2)})


@pytest.fixture(scope="module")
def table():
    return rents()


def question(table, *kinds, target="rent", seconds=60.0, folds=3, rounds=(), metric=None):
    draft = Draft(
        target=target,
        candidates=tuple(CandidateSpec(kind=kind) for kind in kinds) if kinds else None,
        split=SplitSpec(folds=folds),
        autopilot=AutopilotSpec(seconds=seconds, rounds=rounds),
        metric=metric,
    )
    return plan_experiment(table, detect_schema(table)[0], draft).spec


@pytest.fixture(scope="module")
def spec(table):
    return question(table)


def measured(seconds, losses, n_tested=1_000):
    return Measured(tuple(CANDIDATES[kind] for kind in seconds), seconds, losses, n_tested)


def test_all_go_on_where_there_is_time_for_all(spec):
    found = measured({"baseline": 0.1, "ridge": 0.1, "mlp": 0.5}, {"baseline": 9.0, "ridge": 2.0, "mlp": 1.0})
    first, second, *_ = make_plan(found, spec, 60.0, 2)
    assert (first.folds, first.candidates, first.keep) == ((0,), found.candidates, 0)
    assert (second.folds, second.trials) == ((0, 1, 2), {})


def test_the_best_go_on_where_time_is_short(spec):
    # Two other folds of the mlp take 4 s, of the ridge 4 s, of the tree 4 s; there are 12 s, 0.85 of which are planned.
    seconds = {"ridge": 2.0, "decision_tree": 2.0, "mlp": 2.0}
    found = measured(seconds, {"ridge": 2.0, "decision_tree": 3.0, "mlp": 1.0})
    first, *_ = make_plan(found, spec, 6.0, 2)
    assert first.keep == 2


def test_what_would_take_too_long_leaves_however_good_it_is(spec):
    seconds = {"baseline": 0.0, "ridge": 0.5, "decision_tree": 20.0, "mlp": 1.0}
    found = measured(seconds, {"baseline": 9.0, "ridge": 3.0, "decision_tree": 1.0, "mlp": 2.0})
    first, *_ = make_plan(found, spec, 5.0, 2)  # two other folds of the tree take 40 s
    assert (first.keep, first.too_dear) == (2, (CANDIDATES["decision_tree"].key,))
    # With nothing left at all the tenth of the minute is given to an answer: 12 s on two cores.
    first, *_ = make_plan(found, spec, -3.0, 2)
    assert (first.keep, first.too_dear) == (2, (CANDIDATES["decision_tree"].key,))
    nothing = measured({"ridge": 20.0, "mlp": 30.0}, {"ridge": 2.0, "mlp": 1.0})
    first, *_ = make_plan(nothing, spec, 1.0, 2)
    assert (first.keep, first.too_dear) == (1, (CANDIDATES["mlp"].key,))


def test_what_was_too_dear_says_so(table):
    tree, ridge = CandidateSpec(kind="decision_tree"), CandidateSpec(kind="ridge")
    baseline = CandidateSpec(kind="baseline")
    plan = (
        RoundSpec(folds=(0,), candidates=(baseline, tree, ridge), keep=1, too_dear=(ridge.key,)),
        RoundSpec(folds=(0, 1, 2)),
    )
    found = pursue(table, spec := question(table, rounds=plan), MemoryLedger(spec), n_jobs=1)
    assert found.best() == tree.key
    assert "longer than there was time for" in found.dropped[ridge.key]
    assert number(found.candidate(ridge.key).mean) in found.dropped[ridge.key]


def test_trees_count_where_early_stopping_would_choose_their_number():
    few, many = (CandidateSpec(kind="hist_gradient_boosting", hyperparameters={"max_iter": n}) for n in (100, 400))
    assert autopilot_costs.effort(many) == 4 * autopilot_costs.effort(few)
    lightgbm = pytest.importorskip("lightgbm") and CandidateSpec(kind="lightgbm", hyperparameters={"n_estimators": 600})
    assert autopilot_costs.effort(lightgbm) == 600 / autopilot_costs.STOPPED_ROUNDS


def test_what_is_hardly_better_than_chance_does_not_go_on(spec):
    seconds = {"baseline": 0.1, "ridge": 0.1, "decision_tree": 0.1, "mlp": 0.1}
    found = measured(seconds, {"baseline": 10.0, "ridge": 5.6, "decision_tree": 2.0, "mlp": 1.0})
    first, *_ = make_plan(found, spec, 60.0, 2)
    assert first.keep == 2  # the ridge brings 4.4 of the 9 that the mlp brings


def test_variations_fill_what_is_left(spec):
    found = measured({"baseline": 0.0, "mlp": 1.0}, {"baseline": 9.0, "mlp": 1.0})
    plan = make_plan(found, spec, 10.0, 2)
    assert [entry.folds for entry in plan] == [(0,), (0, 1, 2), (0,), (0, 1, 2)]
    efforts = sorted(
        autopilot_costs.effort(one) for one in autopilot_plan.variations("mlp", plan[2].trials["mlp"], spec.seed)
    )
    room = 10.0 * 2 * autopilot_plan.SAFETY - 2  # beside two folds of the mlp itself
    assert sum(efforts) <= room * autopilot_plan.TRIALS_SHARE
    assert sum(efforts) + 2 * plan[2].keep * autopilot_plan.DEARER * np.mean(efforts) <= room
    assert make_plan(found, spec, 60.0, 2)[2].trials["mlp"] > plan[2].trials["mlp"]
    assert len(make_plan(found, spec, 0.5, 2)) == 2


def test_few_tested_rows_are_compared_on_more_folds(spec):
    found = measured({"baseline": 0.0, "mlp": 0.1}, {"baseline": 9.0, "mlp": 1.0}, n_tested=200)
    assert make_plan(found, spec, 30.0, 2)[2].folds == (0, 1)


def test_a_single_tested_part_is_all_there_is(spec):
    once = spec.but(split=SplitSpec(folds=1))
    found = measured({"baseline": 0.1, "ridge": 0.1, "mlp": 0.5}, {"baseline": 9.0, "ridge": 2.0, "mlp": 1.0})
    first, second, trials, last = make_plan(found, once, 60.0, 2)
    assert {entry.folds for entry in (first, second, trials, last)} == {(0,)}
    assert (first.keep, trials.keep) == (0, 0)


def test_members_that_are_fitted_once_more_are_as_many_as_there_is_time_for(spec):
    found = measured({"baseline": 0.1, "ridge": 2.0, "mlp": 4.0}, {"baseline": 9.0, "ridge": 2.0, "mlp": 1.0})
    assert autopilot_costs.largest_ensemble(found, spec, 2) == 12  # the models of the folds are there already
    once = spec.but(split=SplitSpec(folds=1))
    assert autopilot_costs.largest_ensemble(found, once, 2) == 6  # 0.15 of 60 s on two cores, 3 s each
    assert autopilot_costs.largest_ensemble(found, once.but(autopilot=AutopilotSpec(seconds=10.0)), 2) == 3


def plan_of(*rounds):
    named = tuple(CANDIDATES.values())[:4]
    return (RoundSpec(folds=(0,), candidates=named, keep=2), *rounds)


PLAN = plan_of(RoundSpec(folds=(0, 1, 2)), RoundSpec(folds=(0,), trials={"ridge": 2}, kinds=1, keep=1))
PLAN += (RoundSpec(folds=(0, 1, 2)),)


def leaderboard(evaluation):
    return [(one.key, one.scores, one.folds, one.dropped) for one in evaluation.candidates()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def finished(table, folder):
    asked = question(table, "ridge", rounds=PLAN)
    return pursue(table, asked, MemoryLedger(asked), models_folder=folder, n_jobs=1)


def test_models_of_what_stays_are_kept_and_no_others(finished, folder):
    staying = [
        one.key for one in finished.spec.candidates if one.kind != "ensemble" and one.key not in finished.dropped
    ]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{key}-{fold}.joblib" for key in staying for fold in range(3)
    )


def test_who_is_not_among_the_best_leaves_with_the_figures(finished):
    sentences = {key: text for key, text in finished.dropped.items() if not key.startswith("ensemble")}
    assert len(sentences) == 2  # one of three after the first fold, one of two variations
    first = {key: finished.candidate(key).scores["rmse"][0] for key in ("ridge", "decision_tree", "nearest_neighbours")}
    slowest = max(first, key=first.get)
    assert sentences[slowest] == (
        f"Dropped after 1 of 3 folds: RMSE {number(first[slowest])}, the best has {number(min(first.values()))}."
    )
    for key in sentences:
        assert finished.candidate(key).folds == (0,)
        assert not finished.candidate(key).complete
    assert finished.best() not in finished.dropped
    assert len([one for one in finished.spec.candidates if one.kind == "ridge"]) == 3


def test_a_plan_gives_the_same_scores_again_and_with_other_numbers_of_processes(table, finished):
    asked = autopilot.replayed(finished.spec)
    assert [one.kind for one in asked.candidates] == ["baseline"]
    again = pursue(table, asked, MemoryLedger(asked), n_jobs=2, began=-1e9)
    assert leaderboard(again) == leaderboard(finished)


class Killed(Exception):
    pass


class Mortal(MemoryLedger):
    """A ledger whose process dies after so many entries."""

    def __init__(self, spec, entries):
        super().__init__(spec)
        self.left = entries
        self.pairs = []

    def scored(self, score):
        self.pairs.append((score.candidate, score.fold))
        super().scored(score)

    def _keep(self, **changes):
        if self.left == 0:
            raise Killed
        self.left -= 1
        super()._keep(**changes)


@pytest.mark.parametrize("entries", [0, 2, 5, 8, 11, 14])
def test_a_run_that_dies_anywhere_goes_on_where_it_was(table, finished, entries):
    asked = question(table, "ridge", rounds=PLAN)
    ledger = Mortal(asked, entries)
    with pytest.raises(Killed):
        pursue(table, asked, ledger, n_jobs=1)
    ledger.left = 10_000
    found = pursue(table, ledger.evaluation().spec, ledger, n_jobs=1)
    assert leaderboard(found) == leaderboard(finished)
    kept = [(score.candidate, score.fold) for score in found.fold_scores]
    assert len(kept) == len(set(kept))
    assert len(ledger.pairs) <= len(kept) + 1  # the one that was under way


def test_a_fold_without_a_value_wins_no_race(spec):
    asked = spec.but(metric="poisson_deviance", candidates=(CANDIDATES["ridge"], CANDIDATES["mlp"]))
    actual = np.full(3, 5.0)
    scores = {"ridge": (0.1, float("nan")), "mlp": (0.9, 1.1)}
    folds = [
        FoldScore(key, fold, {"poisson_deviance": value}, 0.1, 0.0, np.arange(3), actual, actual)
        for key, values in scores.items()
        for fold, value in enumerate(values)
    ]
    found = Evaluation(asked, tuple(folds))
    assert np.isnan(autopilot._loss(found, "ridge", (0, 1)))
    assert autopilot._loss(found, "mlp", (0, 1)) == pytest.approx(1.0)
    assert autopilot._loss(found, "ridge", (0,)) == pytest.approx(0.1)


def test_without_a_plan_one_is_made_and_kept(table):
    asked = question(table, "ridge", "decision_tree", seconds=3.0)
    found = pursue(table, asked, MemoryLedger(asked), n_jobs=1)
    assert found.spec.autopilot.kinds == ("ridge", "decision_tree")
    assert {one.kind for one in found.spec.candidates} <= {"baseline", "ridge", "decision_tree", "ensemble"}
    assert found.spec.autopilot.rounds[0].folds == (0,)
    replayed = autopilot.replayed(found.spec)
    assert leaderboard(pursue(table, replayed, MemoryLedger(replayed), n_jobs=1)) == leaderboard(found)


def test_purposes_have_names_not_parameters():
    assert [autopilot.purpose_of(seconds) for seconds in (10, 15, 60, 600)] == [
        "quick",
        "quick",
        "balanced",
        "thorough",
    ]


def test_what_the_outcome_relies_on_is_measured_as_long_as_there_is_time(finished):
    key = next(one.key for one in finished.candidates() if one.kind == "ridge")
    slow = [
        replace(one, score_seconds=0.001 * len(one.rows)) if one.candidate == key else one
        for one in finished.fold_scores
    ]
    spec = finished.spec
    assert len(spec.columns) == 2
    for seconds, extent in (
        (1_000.0, {"folds": 1, "repeats": 5, "max_rows": 2_000}),  # 150 s, and 20 s are needed
        (60.0, {"folds": 1, "repeats": 3, "max_rows": 1_000}),  # 9 s, and 6 s
        (20.0, {"folds": 1, "repeats": 1, "max_rows": 1_000}),  # 3 s, and 2 s
        (2.0, None),  # 0.3 s; the least takes 0.5 s
    ):
        asked = spec.but(autopilot=spec.autopilot.but(seconds=seconds))
        found = replace(finished, spec=asked, fold_scores=tuple(slow))
        assert autopilot_costs.seconds_of_a_row(found, key) == pytest.approx(0.001)
        assert autopilot_costs.importance_extent(found, key) == extent
