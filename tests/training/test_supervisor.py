"""Real processes, really killed; only the engine is scripted (``scripted_worker.py``)."""

import json
import os
import signal
import time
from collections import Counter

import pandas as pd
import psutil
import pytest

from workbench.errors import NotFound, NotPossible, WorkbenchError
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.store import Store
from workbench.training import standby, supervisor, worker

KINDS = ("baseline", "ridge", "mlp")
ENDED = ("stopped", "finished", "failed", "interrupted")


@pytest.fixture
def store(home, monkeypatch):
    monkeypatch.setattr(standby, "MODULE", "tests.training.scripted_worker")
    monkeypatch.setattr(worker, "LOOK_AFTER_SECONDS", 0.2)
    url = os.environ.get("WORKBENCH_TEST_DATABASE_URL")
    with Store.open(home, url) as store:
        yield store
        for project in store.project_ids():
            for run in store.runs(project):
                supervisor.stop(store, run.id)
            store.delete_project(project, final=True)


@pytest.fixture
def make_run(store):
    project = store.create_project("p")
    dataset = store.add_frame(project.id, pd.DataFrame({"x": range(12), "y": [i * 0.5 for i in range(12)]}), "t")

    def make(kinds=KINDS, folds=3, **script):
        (store.home / "script.json").write_text(json.dumps(script), encoding="utf-8")
        spec = ExperimentSpec(
            dataset=dataset.fingerprint,
            target="y",
            task="regression",
            columns=(ColumnSpec(name="x", meaning="integer"),),
            target_column=ColumnSpec(name="y", meaning="number"),
            candidates=tuple(CandidateSpec(kind=kind) for kind in kinds),
            split=SplitSpec(folds=folds),
            metric="rmse",
        )
        return store.create_run(project.id, spec)

    return make


def wait(store, run_id, condition, seconds=150.0, look=supervisor.check):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run = look(store, run_id)
        if condition(run):
            return run
        time.sleep(0.05)
    log = (store.logs / f"{run_id}.log").read_text(encoding="utf-8")
    raise AssertionError(f"{run}\n{log[-3000:]}")


def scores_per_pair(store, run_id):
    return Counter((entry["candidate"], entry["fold"]) for entry in store.fold_log(run_id) if entry["event"] == "score")


def refused(store, run_id):
    return [entry for entry in store.fold_log(run_id) if entry["event"] == "refused"]


def test_a_run_goes_to_its_end_without_anyone_looking(store, make_run):
    run = supervisor.start(store, make_run(failing=["mlp"]).id)
    assert run.status in ("queued", "running")
    run = wait(store, run.id, lambda run: run.status in ENDED, look=lambda store, run_id: store.run(run_id))
    assert (run.status, run.error, run.phase) == ("finished", "", "")
    assert (run.n_done, run.n_total) == (9, 9)
    assert (run.best, run.best_mean, run.baseline_mean) == ("ridge", 6.0, 11.0)
    assert run.started_at < run.finished_at
    assert store.failures(run.id) == {"mlp": "It does not suit this table."}
    assert scores_per_pair(store, run.id) == {(kind, fold): 1 for kind in ("baseline", "ridge") for fold in range(3)}
    assert [(model.key, model.status) for model in store.models(run.id)] == [("ridge", "ready")]
    assert store.load_model(run.id, "ridge") == {"fitted": "ridge"}
    with pytest.raises(NotPossible, match="Nothing was fitted"):
        store.importance(run.id, "ridge")
    assert store.workers() == []


def test_a_killed_worker_is_replaced_and_nothing_is_scored_twice(store, make_run):
    run = make_run(seconds=0.15, folds=4)
    supervisor.start(store, run.id)
    for n_done in (2, 6):
        now = wait(store, run.id, lambda run, n_done=n_done: run.n_done >= n_done and run.status == "running")
        kept = store.finished_pairs(run.id)
        os.kill(now.pid, signal.SIGKILL)
        wait(store, run.id, lambda run, pid=now.pid: run.pid != pid)
        assert kept <= store.finished_pairs(run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert run.status == "finished"
    assert scores_per_pair(store, run.id) == {(kind, fold): 1 for kind in KINDS for fold in range(4)}
    assert refused(store, run.id) == []
    assert sum(entry["event"] == "death" for entry in store.fold_log(run.id)) == 2


def test_stop_answers_within_two_seconds_and_keeps_what_is_finished(store, make_run):
    run = make_run(slow=["ridge"], children=1)
    supervisor.start(store, run.id)
    now = wait(store, run.id, lambda run: run.n_done == 3 and _in_work(store, run.id) == {("ridge", 0)})
    family = [psutil.Process(now.pid), *psutil.Process(now.pid).children(recursive=True)]
    assert len(family) == 5
    began = time.monotonic()
    run = supervisor.stop(store, run.id)
    assert time.monotonic() - began < 2.0
    assert (run.status, run.n_done, run.best) == ("stopped", 3, "baseline")
    assert not any(supervisor._is_running(process) for process in family)
    assert supervisor.check(store, run.id).status == "stopped", "a stopped run is not started again"

    (store.home / "script.json").write_text("{}", encoding="utf-8")
    supervisor.resume(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert (run.status, run.n_done) == ("finished", 9)
    assert set(scores_per_pair(store, run.id).values()) == {1}


def _in_work(store, run_id):
    started = {(entry["candidate"], entry["fold"]) for entry in store.fold_log(run_id) if entry["event"] == "start"}
    return started - store.finished_pairs(run_id)


def test_a_stopped_worker_that_lives_on_cannot_write(store, make_run, monkeypatch):
    """As on another computer, where the process cannot be ended from here: its heartbeat tells it."""
    run = make_run(slow=["ridge"])
    supervisor.start(store, run.id)
    now = wait(store, run.id, lambda run: run.n_done == 3)
    monkeypatch.setattr(supervisor, "_end", lambda store, worker: None)
    supervisor.stop(store, run.id)
    process = psutil.Process(now.pid)
    until = time.monotonic() + 10
    while supervisor._is_running(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not supervisor._is_running(process)
    assert store.run(run.id).status == "stopped"


def test_runs_take_their_turn_in_the_order_they_came(store, make_run):
    first, second, third = (make_run(kinds=("baseline", "ridge"), seconds=0.3) for _ in range(3))
    for run in (first, second, third):
        supervisor.start(store, run.id)
    wait(store, first.id, lambda run: run.status == "running")
    assert supervisor.stop(store, second.id).status == "stopped", "one that waits can be stopped too"
    last = wait(store, third.id, lambda run: run.status in ENDED)
    first = store.run(first.id)
    assert (first.status, last.status) == ("finished", "finished")
    assert last.started_at >= first.finished_at
    assert store.run(second.id).started_at is None


def test_the_next_in_the_queue_notices_that_the_one_in_front_died(store, make_run):
    """No server is there to look: the waiting worker does, and the dead run is finished first."""
    first, second = (make_run(kinds=("baseline", "ridge"), seconds=0.3) for _ in range(2))
    supervisor.start(store, first.id)
    now = wait(store, first.id, lambda run: run.n_done >= 1)
    supervisor.start(store, second.id)
    os.kill(now.pid, signal.SIGKILL)
    supervisor._reap()
    ended = wait(store, second.id, lambda run: run.status in ENDED, look=lambda store, run_id: store.run(run_id))
    assert ended.status == "finished"
    assert store.run(first.id).status == "finished"


def test_a_candidate_that_ends_its_process_comes_last_and_is_then_given_up(store, make_run, monkeypatch):
    monkeypatch.setattr(supervisor, "MOST_DEATHS", 1)
    run = make_run(deadly=["ridge"])
    supervisor.start(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert (run.status, run.n_done, run.best) == ("finished", 9, "mlp")
    assert store.failures(run.id) == {
        "ridge": "“ridge” was stopped by the operating system, probably for lack of memory (2 times). "
        "Resume the run to try it again."
    }
    events = [(entry["candidate"], entry["event"]) for entry in store.fold_log(run.id)]
    assert events.count(("", "death")) == 2
    assert events.index(("ridge", "deferred")) < events.index(("mlp", "score")) < events.index(("ridge", "given_up"))

    (store.home / "script.json").write_text("{}", encoding="utf-8")
    supervisor.resume(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert (run.status, store.failures(run.id)) == ("finished", {})
    assert set(scores_per_pair(store, run.id).values()) == {1}


def test_a_final_fit_that_ends_its_process_leaves_the_scores(store, make_run, monkeypatch):
    monkeypatch.setattr(supervisor, "MOST_DEATHS", 1)
    run = make_run(kinds=("baseline", "ridge"), deadly=["fit ridge"])
    supervisor.start(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert (run.status, run.best) == ("finished", "ridge")
    (model,) = store.models(run.id)
    assert (model.status, model.error) == (
        "failed",
        "Fitting it on all rows was stopped by the operating system, probably for lack of memory (2 times). "
        "It can be fitted again.",
    )


def test_a_worker_that_cannot_even_begin_is_not_started_for_ever(store, make_run, monkeypatch):
    monkeypatch.setattr(standby, "MODULE", "tests.training.no_such_worker")
    run = make_run()
    supervisor.start(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert run.status == "interrupted"
    assert "ended 3 times before it had finished anything" in run.error


def test_a_full_disk_ends_the_run_with_a_sentence_and_it_can_be_resumed(store, make_run):
    run = make_run(full=["ridge"])
    supervisor.start(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert (run.status, run.error, run.n_done) == ("failed", "The disk is full. Free some space.", 3)
    (store.home / "script.json").write_text("{}", encoding="utf-8")
    supervisor.resume(store, run.id)
    assert wait(store, run.id, lambda run: run.status in ENDED).status == "finished"
    assert set(scores_per_pair(store, run.id).values()) == {1}


def test_a_run_without_any_score_has_failed(store, make_run):
    run = make_run(failing=list(KINDS))
    supervisor.start(store, run.id)
    run = wait(store, run.id, lambda run: run.status in ENDED)
    assert (run.status, run.error) == ("failed", "No candidate could be scored. It does not suit this table.")


def test_another_candidate_can_be_fitted_on_request(store, make_run):
    run = make_run(kinds=("baseline", "ridge", "mlp"), failing=["mlp"])
    supervisor.start(store, run.id)
    wait(store, run.id, lambda run: run.status in ENDED)
    with pytest.raises(NotFound, match="no candidate “forest”"):
        supervisor.fit_model(store, run.id, "forest")
    with pytest.raises(NotPossible, match="could not be scored"):
        supervisor.fit_model(store, run.id, "mlp")
    supervisor.fit_model(store, run.id, "baseline")
    with pytest.raises(NotFound, match="no fitted model yet"):
        store.load_model(run.id, "baseline")
    wait(store, run.id, lambda run: {model.key: model.status for model in store.models(run.id)}["baseline"] == "ready")
    assert store.load_model(run.id, "baseline") == {"fitted": "baseline"}

    (store.home / "script.json").write_text('{"deadly": ["fit baseline"]}', encoding="utf-8")
    supervisor.fit_model(store, run.id, "baseline")
    wait(store, run.id, lambda run: {model.key: model.status for model in store.models(run.id)}["baseline"] == "failed")
    assert "ended before it was done" in store.models(run.id)[0].error
    assert store.run(run.id).status == "finished"


def test_deleting_the_project_ends_its_run(store, make_run):
    run = make_run(slow=["ridge"])
    supervisor.start(store, run.id)
    now = wait(store, run.id, lambda run: run.n_done == 3)
    process = psutil.Process(now.pid)
    store.delete_project(run.project_id)
    until = time.monotonic() + 10
    while supervisor._is_running(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not supervisor._is_running(process)
    store.restore_project(run.project_id)
    assert store.run(run.id).status == "stopped"


def test_a_second_worker_by_hand_leaves_the_first_alone(store, make_run):
    run = make_run(slow=["ridge"])
    supervisor.start(store, run.id)
    now = wait(store, run.id, lambda run: run.n_done == 3)
    worker.work(store, run.id)
    assert supervisor.start(store, run.id).pid == now.pid
    assert len(store.workers()) == 1


def test_an_unusable_python_is_told(store, make_run, monkeypatch):
    monkeypatch.setattr(supervisor.sys, "executable", "/no/such/python")
    run = make_run()
    with pytest.raises(WorkbenchError, match="could not be started"):
        supervisor.start(store, run.id)
    assert store.run(run.id).status == "failed"
