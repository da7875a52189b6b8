"""An autopilot's run in the store: the worker, the numbers on screen, and an end before its time."""

import numpy as np
import pandas as pd
import pytest

from workbench.modeling.planning import plan_experiment
from workbench.specs import AutopilotSpec, CandidateSpec, RoundSpec, SplitSpec
from workbench.training import supervisor, worker
from workbench.training.autopilot import cut_short
from workbench.training.course import Session

NAMED = tuple(CandidateSpec(kind=kind) for kind in ("baseline", "ridge", "decision_tree"))
PLAN = (
    RoundSpec(folds=(0,), candidates=NAMED, keep=1),
    RoundSpec(folds=(0, 1, 2)),
    RoundSpec(folds=(0,), trials={"ridge": 2}, kinds=1, keep=1),
    RoundSpec(folds=(0, 1, 2)),
)


@pytest.fixture
def run(store):
    numbers = np.random.default_rng(0)
    size = numbers.normal(70, 20, 90).round(1)
    place = numbers.choice(["north", "south", "west"], 90)
    rent = size * 12 + 100 * (place == "south") + numbers.normal(0, 50, 90)
    frame = pd.DataFrame({"size": size, "place": place, "rent": rent.round(2)})
    project = store.create_project("rents")
    dataset = store.add_frame(project.id, frame, "rents")
    draft = store.project(project.id).draft.but(
        target="rent", split=SplitSpec(folds=3), autopilot=AutopilotSpec(seconds=30.0, rounds=PLAN)
    )
    plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
    return store.create_run(project.id, plan.spec)


def test_a_run_races_and_its_numbers_add_up(store, run):
    assert [one.kind for one in run.spec.candidates] == ["baseline"]
    worker.work(store, run.id)
    done = store.run(run.id)
    assert (done.status, done.error, done.fingerprint) == ("finished", "", run.fingerprint)
    evaluation = store.load_evaluation(run.id)
    assert len(done.spec.candidates) >= 5
    assert done.n_done == done.n_total == 3 * len(done.spec.candidates)
    assert store.drops(run.id) == evaluation.dropped
    assert store.failures(run.id) == {}
    assert done.best == evaluation.best() not in evaluation.dropped
    assert store.load_model(run.id, done.best).predict(store.load_table(run.spec.dataset).head(2)).shape == (2,)
    assert store.importance(run.id, done.best) is not None
    assert not store.fold_models(run.id).exists()
    starts = [(one["candidate"], one["fold"]) for one in store.fold_log(run.id) if one["event"] == "start"]
    assert len(starts) == len(set(starts))


def test_candidates_to_come_count_from_the_start(store, run):
    store.amend_run(run.id, run.spec.but(candidates=NAMED), n_to_come=2)
    assert store.run(run.id).n_total == 15
    store.record_drop(run.id, "decision_tree", "Too slow.")
    store.record_drop(run.id, "decision_tree", "Another reason.")
    assert store.run(run.id).n_done == 3
    assert store.drops(run.id) == {"decision_tree": "Too slow."}
    assert {("decision_tree", fold) for fold in range(3)} <= store.finished_pairs(run.id)


@pytest.fixture
def half_done(store, run):
    """A run whose ridge is done and whose tree is not."""
    spec = run.spec.but(candidates=NAMED)
    store.amend_run(run.id, spec)
    pairs = [("baseline", 0), *(("ridge", fold) for fold in range(3)), ("decision_tree", 0)]
    with Session(store.load_table(spec.dataset), spec, n_jobs=1) as session:
        session.score(NAMED, pairs, on_score=lambda score: store.record_fold(run.id, score))
    return run


def test_a_search_is_ended_with_what_it_has(store, half_done, monkeypatch):
    launched = []
    monkeypatch.setattr(supervisor, "_launch", lambda store, run_id: launched.append(run_id))
    supervisor.finish_now(store, half_done.id)
    assert launched == [half_done.id]
    worker.work(store, half_done.id)
    done = store.run(half_done.id)
    assert (done.status, done.best) == ("finished", "ridge")
    assert store.drops(done.id) == {"decision_tree": "The search was ended when it was tested on 1 of 3 folds."}
    assert store.load_evaluation(done.id).candidate("baseline").complete
    assert [model.key for model in store.models(done.id)] == ["ridge"]


def test_without_a_complete_candidate_the_furthest_goes_on(store, half_done):
    evaluation = store.load_evaluation(half_done.id)
    tree = type(evaluation)(
        evaluation.spec, tuple(score for score in evaluation.fold_scores if score.candidate == "decision_tree")
    )
    spec, leaving = cut_short(tree)
    assert [one.kind for one in spec.autopilot.rounds[0].candidates] == ["baseline", "decision_tree"]
    assert list(leaving) == ["ridge"]
    assert cut_short(type(evaluation)(evaluation.spec)) is None
