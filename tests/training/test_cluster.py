"""The same run on a Dask cluster: the same scores, also where a worker is lost; sentences where there is none."""

import gc
import os
import signal
import sys
import types
import weakref

import pytest

from tests.training.test_engine import SMALL_FOREST, spec_for, table_for
from workbench.errors import NotPossible
from workbench.modeling import planning, splits
from workbench.specs import CandidateSpec
from workbench.training import Session, cluster, scoring, session

WIDE_FOREST = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 150})


@pytest.fixture(scope="module")
def workers():
    distributed = pytest.importorskip("distributed", reason="distributed is not installed (requirements-cluster.txt)")
    # Tests of pages leave their page as the main module, and each new process would run it.
    main, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    try:
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as found:
            yield found
    finally:
        sys.modules["__main__"] = main


def scores_of(spec, n_jobs, models_folder=None, on_score=None):
    found, failures = {}, []

    def keep(score):
        assert (score.candidate, score.fold) not in found
        found[score.candidate, score.fold] = score
        if on_score:
            on_score(score)

    with Session(table_for("binary"), spec, n_jobs=n_jobs, models_folder=models_folder) as opened:
        pairs = [(candidate.key, fold) for candidate in spec.candidates for fold in range(3)]
        opened.score(spec.candidates, pairs, on_score=keep, on_failure=lambda *told: failures.append(told))
    return found, failures


@pytest.mark.filterwarnings("ignore")  # of distributed itself
def test_a_lost_worker_loses_no_fold_and_changes_no_score(workers, monkeypatch, tmp_path):
    spec = spec_for("binary", "logistic", SMALL_FOREST, WIDE_FOREST, "ridge")
    alone, told = scores_of(spec, 1)
    monkeypatch.setenv(cluster.ADDRESS, workers.scheduler_address)
    monkeypatch.setattr(session, "POOL_PAYS_SECONDS", 0.0)
    monkeypatch.setattr(session, "CHEAP_SECONDS", -1.0)
    killed = []

    def kill(_score):
        if not killed:
            killed.append(next(iter(workers.workers.values())).process.pid)
            os.kill(killed[0], signal.SIGKILL)

    found, failures = scores_of(spec, 2, tmp_path, on_score=kill)
    assert killed
    assert [key for key, _ in failures] == [key for key, _ in told] == ["ridge"]  # it predicts numbers
    assert found.keys() == alone.keys()
    for pair, score in found.items():
        assert score.scores == alone[pair].scores
        assert score.probabilities.tolist() == alone[pair].probabilities.tolist()
    assert len(list(tmp_path.glob("*.joblib"))) == 9


def test_a_forest_too_large_to_be_kept_is_scored_and_not_sent(monkeypatch, tmp_path):
    monkeypatch.setattr(cluster.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(scoring, "LARGEST_KEPT_BYTES", 1_000)
    spec, table = spec_for("binary", SMALL_FOREST), table_for("binary")
    inputs, target = planning.modelling_table(table, spec)
    material = scoring.Material(spec, inputs, target, splits.make_folds(inputs, target, spec))
    _, outcome, model = cluster._on_cluster(material, scoring.Task(spec.candidates[-1], 0), "session", True)
    assert outcome.scores["roc_auc"] > 0.5 and model is None


def test_no_cluster_at_the_address(monkeypatch):
    pytest.importorskip("distributed", reason="distributed is not installed (requirements-cluster.txt)")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    for where in ("tcp://127.0.0.1:9", "no address"):
        monkeypatch.setenv(cluster.ADDRESS, where)
        with pytest.raises(NotPossible, match=f"The Dask cluster at {where} .* cannot be reached"):
            Session(table_for("binary"), spec_for("binary", "logistic"), n_jobs=2)


def test_a_client_that_could_not_connect_is_gone_at_once(monkeypatch):
    """One that is collected later may hang the next one, which then holds the lock that closing waits for."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed (requirements-cluster.txt)")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    made = weakref.WeakSet()

    class Client(distributed.Client):
        def __init__(self, *args, **kwargs):
            made.add(self)
            super().__init__(*args, **kwargs)
            raise AssertionError("it connected")

    monkeypatch.setattr(cluster.distributed, "Client", Client)
    gc.disable()
    try:
        with pytest.raises(NotPossible) as told:
            cluster.connect("tcp://127.0.0.1:9")
        assert not made
        assert told.value.__context__ is None
    finally:
        gc.enable()


def test_without_the_package(monkeypatch):
    monkeypatch.setattr(cluster, "distributed", None)
    monkeypatch.setenv(cluster.ADDRESS, "tcp://127.0.0.1:8786")
    with pytest.raises(NotPossible, match="pip install -r requirements-cluster"):
        Session(table_for("binary"), spec_for("binary", "logistic"), n_jobs=2)


@pytest.mark.filterwarnings("ignore")
def test_other_versions_are_refused(workers, monkeypatch):
    mine = {**cluster.versions(), "numpy": "0.1"}
    monkeypatch.setattr(cluster, "versions", Versions(mine))
    with pytest.raises(NotPossible, match="scores would differ"):
        cluster.connect(workers.scheduler_address)


class Versions:
    """Says something else here than it says on the workers."""

    def __init__(self, mine):
        self.mine = mine

    def __call__(self):
        return self.mine

    def __reduce__(self):
        return getattr, (cluster, "versions")
