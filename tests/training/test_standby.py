"""A process that waits for the next run: it takes it up, and goes when nobody needs it."""

import os
import subprocess
import time

import pandas as pd
import psutil
import pytest

from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.store import Store
from workbench.training import standby, supervisor

WAIT_SECONDS = 120.0


@pytest.fixture
def store(home, monkeypatch):
    monkeypatch.delenv("WORKBENCH_STANDBY")
    monkeypatch.setattr(standby, "LEAST_MEMORY_BYTES", 0)
    with Store.open(home) as store:
        yield store
        standby.dismiss()


@pytest.fixture
def run(store):
    project = store.create_project("p")
    table = pd.DataFrame({"x": range(30), "y": [i * 0.5 for i in range(30)]})
    dataset = store.add_frame(project.id, table, "t")
    spec = ExperimentSpec(
        dataset=dataset.fingerprint,
        target="y",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="integer"),),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=(CandidateSpec(kind="baseline"),),
        split=SplitSpec(folds=2),
        metric="rmse",
    )
    return store.create_run(project.id, spec)


def waiting_pid():
    return standby._waiting.process.pid if standby._waiting else None


def test_who_waits_takes_up_the_next_run(store, run):
    supervisor.stand_by(store)
    supervisor.stand_by(store)
    pid = waiting_pid()
    assert psutil.Process(pid).is_running()
    supervisor.start(store, run.id)
    assert waiting_pid() is None  # whoever waited is at work, and no other was started meanwhile
    assert [worker.pid for worker in store.workers()] == [pid]
    until = time.monotonic() + WAIT_SECONDS
    while supervisor.check(store, run.id).active and time.monotonic() < until:
        supervisor.stand_by(store)
        assert waiting_pid() is None or not store.workers()
        time.sleep(0.1)
    found = store.run(run.id)
    assert (found.status, found.n_done) == ("finished", 2)
    assert {entry["pid"] for entry in store.fold_log(run.id)} == {pid}
    assert (store.logs / f"{run.id}.log").exists()


def test_a_run_starts_where_the_one_who_waited_has_died(store, run):
    supervisor.stand_by(store)
    process = standby._waiting.process
    process.kill()
    process.wait()
    supervisor.start(store, run.id)
    assert [worker.pid for worker in store.workers()] != [process.pid]
    supervisor.stop(store, run.id)
    assert store.run(run.id).status == "stopped"


def test_a_run_whose_process_stood_by_can_be_stopped(store, run):
    supervisor.stand_by(store)
    pid = waiting_pid()
    supervisor.start(store, run.id)
    supervisor.stop(store, run.id)
    assert store.run(run.id).status == "stopped"
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_another_store_does_not_get_it(store, tmp_path):
    supervisor.stand_by(store)
    assert standby.hand_over(tmp_path, store.url, {}) is None
    assert waiting_pid() is not None


def test_it_ends_with_who_started_it(store):
    supervisor.stand_by(store)
    process = standby._waiting.process
    standby.dismiss()
    assert process.returncode == 0


def test_none_waits_where_that_is_switched_off_or_memory_is_short(store, monkeypatch):
    monkeypatch.setattr(standby, "LEAST_MEMORY_BYTES", 1e18)
    supervisor.stand_by(store)
    assert waiting_pid() is None
    monkeypatch.setattr(standby, "LEAST_MEMORY_BYTES", 0)
    monkeypatch.setenv("WORKBENCH_STANDBY", "0")
    supervisor.stand_by(store)
    assert waiting_pid() is None


def test_without_a_run_the_worker_says_what_is_missing():
    import sys

    found = subprocess.run([sys.executable, "-m", standby.MODULE], capture_output=True, text=True, env=os.environ)
    assert found.returncode == 2
    assert "which run?" in found.stderr
