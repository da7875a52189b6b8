"""What a search tries, that it goes on where it was, and what it says of its ranges; scores follow from a formula."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotPossible
from workbench.modeling import models
from workbench.modeling.searches import checked_tunings, n_trials, suggested_range, suggested_tuning
from workbench.results.candidates.tuning_curves import edge_warnings, tuning_curves
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SearchRange, SplitSpec, TuningSpec
from workbench.training.evaluation import Evaluation, FoldScore
from workbench.training.pace import seconds_left
from workbench.training.tuning import n_to_come, pursue_tunings, trials

LEAF = SearchRange(name="min_samples_leaf", low=2, high=200, log=True)
ALPHA = SearchRange(name="alpha", low=0.001, high=1000, log=True)
DEPTH = SearchRange(name="max_depth", values=(2, 8, None))


def question(*tunings):
    return ExperimentSpec(
        dataset="0" * 64,
        target="price",
        task="regression",
        columns=(ColumnSpec(name="size", meaning="number"),),
        target_column=ColumnSpec(name="price", meaning="number"),
        candidates=(CandidateSpec(kind="baseline"),),
        split=SplitSpec(folds=2),
        metric="rmse",
        tunings=tunings,
    )


def loss(settings):
    """Best at 20 rows per leaf; on training rows smaller leaves are always better."""
    return abs(np.log(settings.get("min_samples_leaf", 20) / 20)) + 1


class Race:
    """Stands for ``course.Race``: scores by :func:`loss`, and remembers what was scored."""

    def __init__(self, evaluation, loss=loss):
        self.evaluation, self.loss = evaluation, loss
        self.session = SimpleNamespace(rounds=2)
        self.scored, self.to_come = [], []

    @property
    def spec(self):
        return self.evaluation.spec

    def add(self, candidates, n_to_come=0):
        known = {candidate.key for candidate in self.spec.candidates}
        new = [candidate for candidate in candidates if candidate.key not in known]
        self.to_come.append(n_to_come)
        spec = self.spec.but(candidates=(*self.spec.candidates, *new))
        self.evaluation = replace(self.evaluation, spec=spec)

    def score(self, keys, folds):
        done = {(score.candidate, score.fold) for score in self.evaluation.fold_scores}
        for key in keys:
            for fold in folds:
                if (key, fold) not in done:
                    self.scored.append(key)
                    self.evaluation = replace(
                        self.evaluation, fold_scores=(*self.evaluation.fold_scores, self._score(key, fold))
                    )

    def _score(self, key, fold):
        settings = self.spec.candidate(key).hyperparameters
        leaf = settings.get("min_samples_leaf", 20)
        scores, trained = {"rmse": self.loss(settings)}, {"rmse": float(np.log(leaf + 1))}
        nothing = np.array([0.0])
        return FoldScore(key, fold, scores, 1.0, 0.0, nothing, nothing, nothing, train_scores=trained)


def pursued(*tunings, loss=loss, seed=0):
    race = Race(Evaluation(question(*tunings).but(seed=seed)), loss)
    pursue_tunings(race)
    return race


def settings_of(candidates, name):
    return [candidate.hyperparameters[name] for candidate in candidates if candidate.kind == "decision_tree"]


def test_a_grid_is_every_combination():
    leaf = SearchRange(name="min_samples_leaf", values=(5, 50))
    found = trials(TuningSpec(kind="decision_tree", ranges=(leaf, DEPTH), method="grid"), 0)
    assert [(one.hyperparameters["min_samples_leaf"], one.hyperparameters["max_depth"]) for one in found] == [
        (5, 2),
        (5, 8),
        (5, None),
        (50, 2),
        (50, 8),
        (50, None),
    ]


def test_random_draws_are_inside_and_by_ratio():
    found = trials(TuningSpec(kind="decision_tree", ranges=(LEAF, DEPTH), trials=60), 7)
    leaves = settings_of(found, "min_samples_leaf")
    assert len(found) == 60 and len({one.key for one in found}) == 60
    assert all(isinstance(leaf, int) and 2 <= leaf <= 200 for leaf in leaves)
    assert set(settings_of(found, "max_depth")) == {2, 8, None}
    assert found == trials(TuningSpec(kind="decision_tree", ranges=(LEAF, DEPTH), trials=60), 7)
    assert found != trials(TuningSpec(kind="decision_tree", ranges=(LEAF, DEPTH), trials=60), 8)
    alphas = [one.hyperparameters["alpha"] for one in trials(TuningSpec(kind="ridge", ranges=(ALPHA,), trials=100), 7)]
    assert 0.5 < np.median(alphas) < 2.0, "half of the draws lie below the geometric middle, 1"


def test_numbers_have_few_digits_and_stay_inside():
    rate = SearchRange(name="learning_rate", low=0.0123456, high=0.2, log=True)
    found = trials(TuningSpec(kind="hist_gradient_boosting", ranges=(rate,), trials=40), 0)
    drawn = [one.hyperparameters["learning_rate"] for one in found]
    assert all(0.0123456 <= value <= 0.2 for value in drawn)
    assert all(value == float(f"{value:.3g}") or value == 0.0123456 for value in drawn)


def test_where_there_are_fewer_values_than_trials_each_is_tried_once():
    found = trials(TuningSpec(kind="decision_tree", ranges=(DEPTH,), trials=20), 0)
    assert settings_of(found, "max_depth") == [2, 8, None]
    narrow = SearchRange(name="min_samples_leaf", low=2, high=5)
    found = trials(TuningSpec(kind="decision_tree", ranges=(narrow,), trials=20), 0)
    assert sorted(settings_of(found, "min_samples_leaf")) == [2, 3, 4, 5]


@pytest.mark.parametrize("method", ["grid", "random", "model"])
def test_a_search_scores_its_trials_on_every_fold(method):
    race = pursued(TuningSpec(kind="decision_tree", ranges=(LEAF,), method=method, trials=10))
    keys = [candidate.key for candidate in race.spec.candidates[1:]]
    assert len(keys) == (5 if method == "grid" else 10)
    assert sorted(race.scored) == sorted(keys * 2)


@pytest.mark.parametrize("seed", range(3))
def test_a_model_of_the_scores_finds_better_than_chance(seed):
    def off(settings):
        return np.log10(settings["alpha"] / 0.02) ** 2 + (settings["l1_ratio"] - 0.3) ** 2

    alpha = SearchRange(name="alpha", low=1e-5, high=10, log=True)
    ranges = (alpha, SearchRange(name="l1_ratio", low=0, high=1))
    search = TuningSpec(kind="elastic_net", ranges=ranges, method="model", trials=24)
    race = pursued(search, loss=off, seed=seed)
    found = [off(candidate.hyperparameters) for candidate in race.spec.candidates[1:]]
    drawn = [off(candidate.hyperparameters) for candidate in trials(search.but(method="random"), seed)]
    assert min(found) < 0.1 * min(drawn)


def test_a_search_that_is_taken_up_again_scores_nothing_twice():
    search = TuningSpec(kind="decision_tree", ranges=(LEAF,), method="model", trials=12)
    whole = pursued(search)
    half = replace(whole.evaluation, spec=question(search), fold_scores=whole.evaluation.fold_scores[:13])
    kept = [
        candidate for candidate in whole.spec.candidates if candidate.key in {s.candidate for s in half.fold_scores}
    ]
    again = Race(replace(half, spec=question(search).but(candidates=(CandidateSpec(kind="baseline"), *kept))))
    pursue_tunings(again)
    assert again.spec.candidates == whole.spec.candidates
    assert again.scored == whole.scored[13:]


def test_what_is_to_come_is_counted_down():
    first = TuningSpec(kind="decision_tree", ranges=(LEAF,), method="model", trials=12)
    second = TuningSpec(kind="random_forest", ranges=(LEAF,), method="grid")
    assert pursued(first, second).to_come == [4 + 5, 5, 0]


@pytest.mark.parametrize("method", ["grid", "random", "model"])
def test_tries_are_counted_from_the_start_and_when_a_search_is_taken_up(method):
    search = TuningSpec(kind="decision_tree", ranges=(LEAF,), method=method, trials=12)
    whole = pursued(search).spec
    for n_known in (1, 4, len(whole.candidates)):
        begun = whole.but(candidates=whole.candidates[:n_known])
        assert n_to_come(begun, begun.tunings) == len(whole.candidates) - n_known


def test_fewer_values_than_trials_are_counted_as_they_are():
    few = TuningSpec(kind="decision_tree", ranges=(DEPTH,), trials=20)
    assert n_to_come(question(few), (few,)) == 3


def test_a_trial_without_a_score_does_not_end_the_search():
    def undefined(settings):
        return float("nan") if settings["min_samples_leaf"] > 20 else loss(settings)

    race = pursued(TuningSpec(kind="decision_tree", ranges=(LEAF,), method="model", trials=12), loss=undefined)
    assert len(race.spec.candidates) == 13


def test_curves_show_both_scores_by_value():
    leaf = SearchRange(name="min_samples_leaf", values=(50, 5, 20))
    search = TuningSpec(kind="decision_tree", ranges=(leaf,), method="grid")
    (curve,) = tuning_curves(pursued(search).evaluation, search)
    assert curve.numeric and curve.log and curve.n_varied == 1
    assert curve.rows["value"].tolist() == [5.0, 20.0, 50.0]
    np.testing.assert_allclose(curve.rows["validation"], [1 + np.log(4), 1.0, 1 + np.log(2.5)])
    np.testing.assert_allclose(curve.rows["training"], np.log([6, 21, 51]))
    assert curve.rows["spread"].tolist() == [0.0, 0.0, 0.0]
    assert curve.finding() == "Best with Rows per leaf, at least 20: RMSE 1, and 3.04 on the rows it learned from"


def test_a_setting_without_limit_is_no_number():
    search = TuningSpec(kind="decision_tree", ranges=(DEPTH,), method="grid")
    (curve,) = tuning_curves(pursued(search).evaluation, search)
    assert not curve.numeric and set(curve.rows["value"]) == {2, 8, None}


def test_a_best_value_on_the_edge_is_told_with_a_wider_range():
    low = SearchRange(name="min_samples_leaf", low=40, high=200, log=True)
    search = TuningSpec(kind="decision_tree", ranges=(low,), method="grid")
    (warning,) = edge_warnings(pursued(search).evaluation, search)
    assert warning.sentence == (
        "Decision tree: the best value, Rows per leaf, at least 40, lies on the edge of what was tried (40 to 200). "
        "A wider range may hold a better one."
    )
    assert warning.wider == SearchRange(name="min_samples_leaf", low=10, high=200, log=True)


@pytest.mark.parametrize(
    ("entry", "wider"),
    [
        (SearchRange(name="min_samples_leaf", low=2, high=200, log=True), None),  # best inside
        (SearchRange(name="min_samples_leaf", values=(1, 2, 3, 8)), (1, 2, 3, 8, 32)),  # best is the largest
        (SearchRange(name="min_samples_leaf", values=(30, 60, 120, 240)), (8, 30, 60, 120, 240)),
    ],
)
def test_only_edges_are_told(entry, wider):
    search = TuningSpec(kind="decision_tree", ranges=(entry,), method="grid")
    found = edge_warnings(pursued(search).evaluation, search)
    assert [warning.wider.values for warning in found] == ([] if wider is None else [wider])


def test_the_edge_of_what_is_allowed_is_no_edge():
    search = TuningSpec(kind="decision_tree", ranges=(LEAF.but(low=1, high=8),), method="grid")
    found = pursued(search, loss=lambda settings: settings["min_samples_leaf"]).evaluation
    assert edge_warnings(found, search) == ()


@pytest.mark.parametrize("kind", [kind for kind in models.MODELS if kind.hyperparameters], ids=lambda kind: kind.name)
def test_every_suggested_search_is_allowed(kind):
    task = kind.tasks[0]
    search = suggested_tuning(kind.name)
    assert checked_tunings((search,), task) == (search,)
    for candidate in trials(search, 0):
        kind.check(candidate.hyperparameters)
    for entry in kind.hyperparameters:
        assert suggested_range(kind.name, entry.name).name == entry.name


def test_too_many_combinations_are_refused():
    many = TuningSpec(
        kind="hist_gradient_boosting", ranges=suggested_tuning("hist_gradient_boosting").ranges, method="grid"
    )
    assert n_trials(many) == 5**4
    with pytest.raises(NotPossible, match="has 625 combinations, and at most 500 are tried"):
        checked_tunings((many,), "binary")


def test_only_what_a_search_tries_is_scored_on_its_training_rows():
    from workbench.training.engine import cross_validate

    rows = np.arange(12)
    table = pd.DataFrame({"size": rows.astype(float), "price": rows * 2.0})
    alone = CandidateSpec(kind="decision_tree", hyperparameters={"min_samples_leaf": 1})
    search = TuningSpec(kind="decision_tree", ranges=(LEAF.but(values=(1,)),), method="grid")
    spec = question(search).but(candidates=(CandidateSpec(kind="baseline"), CandidateSpec(kind="decision_tree"), alone))
    found = cross_validate(table, spec, n_jobs=1)
    trained = {score.candidate: score.train_scores for score in found.fold_scores}
    assert trained == {"baseline": {}, "decision_tree": {}, alone.key: {"rmse": 0.0}}


def test_a_run_scores_its_candidates_and_then_what_its_search_asks_for():
    from workbench.training.course import MemoryLedger, pursue

    told = []

    class Told(MemoryLedger):
        def amended(self, spec, n_to_come=0):
            told.append(len(spec.candidates) + n_to_come)
            super().amended(spec, n_to_come)

    rows = np.arange(24)
    table = pd.DataFrame({"size": rows.astype(float), "price": rows * 2.0})
    leaf = LEAF.but(values=(1, 6))
    spec = question(TuningSpec(kind="decision_tree", ranges=(leaf,), method="grid"))
    found = pursue(table, spec, Told(spec), n_jobs=1)
    assert set(told) == {3}
    tried = [one.hyperparameters for one in found.spec.candidates]
    assert tried == [{}, {"min_samples_leaf": 1}, {"min_samples_leaf": 6}]
    assert len(found.fold_scores) == 6 and found.best() == found.spec.candidates[1].key
    half = MemoryLedger(found.spec)
    for score in found.fold_scores[:3]:
        half.scored(score)
    again = pursue(table, found.spec, half, n_jobs=1)
    assert again.spec == found.spec and len(again.fold_scores) == 6


def test_the_time_left_counts_what_a_search_will_add():
    search = TuningSpec(kind="decision_tree", ranges=(LEAF.but(values=(1, 6)),), method="grid")
    found = pursued(search).evaluation
    assert seconds_left(found.spec, 24, found.fold_scores, {"baseline"}, n_jobs=1) == 0.0
    # Three more, on two folds, of one second each, side by side on two cores.
    assert seconds_left(found.spec, 24, found.fold_scores, {"baseline"}, n_jobs=2, n_to_come=3) == 3.0
