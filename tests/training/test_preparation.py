"""Prepared columns are computed once, shared through files, and change no score."""

import threading

import joblib
import numpy as np
import pytest
from scipy import sparse
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from tests.training.test_engine import SMALL_FOREST, spec_for, table_for
from workbench.modeling import pipeline, planning, splits
from workbench.specs import CandidateSpec
from workbench.training import Session
from workbench.training.preparation import Preparations, Prepared, name_of, prepare
from workbench.training.scoring import Material, Task, score_pair

ROWS = np.arange(12.0).reshape(6, 2)
STEPS = Pipeline([("scale", StandardScaler())])


def columns(n_rows=100, values=None):
    return STEPS, Prepared(np.ones((n_rows, 10)) if values is None else values, np.zeros((1, 10)), 1.0, 2.0)


def test_computed_once_and_the_same_from_the_file(tmp_path):
    shared, calls = Preparations(tmp_path, keep_steps=True), []

    def compute():
        calls.append(1)
        return prepare(Pipeline([("scale", StandardScaler())]), ROWS[:4], None, ROWS[4:], [])

    _, first = shared.get("0-a", compute)
    steps, second = shared.get("0-a", compute)
    assert calls == [1]
    expected = StandardScaler().fit(ROWS[:4])
    for found in (first, second):
        assert found.train.tolist() == expected.transform(ROWS[:4]).tolist()
        assert found.test.tolist() == expected.transform(ROWS[4:]).tolist()
    assert type(second.train) is np.ndarray
    assert steps.transform(ROWS).tolist() == expected.transform(ROWS).tolist()
    second.train[:] = 0  # an estimator may write on its own view
    assert shared.get("0-a", compute)[1].train.tolist() == first.train.tolist()


def test_order_in_memory_and_sparse_matrices_survive(tmp_path):
    shared = Preparations(tmp_path)
    for name, values in (("f", np.asfortranarray(ROWS)), ("c", ROWS), ("sparse", sparse.csr_matrix(ROWS))):
        shared.get(name, lambda values=values: columns(values=values))
        found = shared.get(name, pytest.fail)[1].train
        if name == "sparse":
            assert (found != values).nnz == 0
            assert type(found.data) is np.ndarray
        else:
            assert found.flags.f_contiguous == values.flags.f_contiguous


def test_two_who_need_the_same_wait_for_one(tmp_path):
    shared, calls, inside = Preparations(tmp_path), [], threading.Event()

    def compute():
        calls.append(1)
        inside.wait(5)
        return columns()

    threads = [threading.Thread(target=shared.get, args=("0-a", compute)) for _ in range(3)]
    for thread in threads:
        thread.start()
    inside.set()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_what_is_needed_stays_and_what_is_not_makes_room(tmp_path):
    shared = Preparations(tmp_path, limit_bytes=20_000)  # two of them, and not three
    shared.get("a", columns)
    shared.get("b", columns)
    shared.get("c", columns)
    assert [shared.is_ready(name) for name in "abc"] == [True, True, False]
    shared.release("a")
    shared.release("b")
    shared.need("a")
    shared.get("c", columns)
    assert [shared.is_ready(name) for name in "abc"] == [True, False, True]


def test_equal_steps_have_equal_names():
    spec = spec_for("binary", "decision_tree", SMALL_FOREST, "hist_gradient_boosting", "logistic")
    names = [name_of(pipeline.build_pipeline(spec, candidate)[:-1], 1) for candidate in spec.candidates]
    assert names[0] == names[1] == names[2] != names[3]
    assert name_of(pipeline.build_pipeline(spec, spec.candidates[0])[:-1], 2) != names[0]


@pytest.mark.parametrize(
    "task, kinds", [("binary", ["logistic", SMALL_FOREST, "naive_bayes"]), ("regression", ["mlp"])]
)
def test_scores_and_kept_models_are_those_of_the_whole_pipeline(task, kinds, tmp_path):
    table, spec = table_for(task), spec_for(task, *kinds, folds=2)
    inputs, target = planning.modelling_table(table, spec)
    material, scored = Material(spec, inputs, target, splits.make_folds(inputs, target, spec)), []
    with Session(table, spec, models_folder=tmp_path / "models", n_jobs=1) as session:
        assert (session.n_rows, session.rounds) == (178, 2)
        pairs = [(candidate.key, fold) for candidate in spec.candidates for fold in range(2)]
        session.score(spec.candidates, pairs, on_score=scored.append)
    assert len(scored) == len(pairs)
    for score in scored:
        alone = score_pair(material, Task(spec.candidate(score.candidate), score.fold))
        assert score.scores == alone.scores
        assert score.predicted.tolist() == alone.predicted.tolist()
        model = joblib.load(tmp_path / "models" / f"{score.candidate}-{score.fold}.joblib")
        assert model.predict(inputs.loc[score.rows]).tolist() == score.predicted.tolist()


def test_a_session_goes_on_after_a_failure_and_leaves_nothing_behind():
    table, spec, scored = table_for("binary"), spec_for("binary", "baseline", folds=2), []
    candidate = spec_for("binary", "decision_tree").candidates[0]
    with Session(table, spec, n_jobs=1) as session:
        folder = session._folder
        session.score(spec_for("binary", "ridge").candidates, [("ridge", 0)])
        session.score([candidate], [(candidate.key, 1)], on_score=scored.append)
        assert list(folder.glob("1-*.columns.joblib"))
    assert [(score.candidate, score.fold) for score in scored] == [("decision_tree", 1)]
    assert not folder.exists()


def test_what_a_failed_candidate_did_not_come_to_makes_room_as_well():
    table, spec = table_for("regression"), spec_for("regression", "decision_tree", folds=2)
    unfit = CandidateSpec(
        kind="hist_gradient_boosting", hyperparameters={"loss": "poisson"}
    )  # there are numbers below 0
    failed = []
    with Session(table, spec, n_jobs=1) as session:
        session.score(spec.candidates, [("decision_tree", 1)])
        session.score([unfit], [(unfit.key, 0), (unfit.key, 1)], on_failure=lambda key, _: failed.append(key))
        assert failed == [unfit.key]
        assert list(session._folder.glob("1-*.columns.joblib")) and list(session._folder.glob("1-*.idle"))
