"""The worker with the real engine, on a table small enough to score at once."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.modeling.planning import plan_experiment
from workbench.specs import CandidateSpec, SplitSpec
from workbench.store import LeaseLost
from workbench.training import cross_validate, worker
from workbench.training.optimism import stored_gap


@pytest.fixture
def run(store):
    numbers = np.random.default_rng(0)
    size = numbers.normal(70, 20, 90).round(1)
    place = numbers.choice(["north", "south", "west"], 90)
    frame = pd.DataFrame({"size": size, "place": place, "rent": (size * 12 + 100 * (place == "south")).round(2)})
    project = store.create_project("rents")
    dataset = store.add_frame(project.id, frame, "rents")
    kinds = ("baseline", "ridge", "decision_tree")
    draft = store.project(project.id).draft.but(
        target="rent", candidates=tuple(CandidateSpec(kind=kind) for kind in kinds), split=SplitSpec(folds=3)
    )
    plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
    return store.create_run(project.id, plan.spec)


def test_a_run_is_scored_fitted_and_explained(store, run):
    worker.work(store, run.id)
    done = store.run(run.id)
    assert (done.status, done.error, done.n_done, done.n_total) == ("finished", "", 9, 9)
    table = store.load_table(run.spec.dataset)
    direct = cross_validate(table, run.spec, n_jobs=1)
    stored = store.load_evaluation(run.id)
    assert stored.best() == direct.best() == done.best == "ridge"
    for candidate in run.spec.candidates:
        assert stored.candidate(candidate.key).scores == direct.candidate(candidate.key).scores
        pd.testing.assert_frame_equal(stored.out_of_fold(candidate.key), direct.out_of_fold(candidate.key))
    assert done.best_mean == direct.candidate("ridge").mean
    assert done.baseline_mean == direct.baseline().mean
    model = store.load_model(run.id, "ridge")
    assert model.predict(table.head(3)) == pytest.approx(table["rent"].head(3), rel=0.05)
    importance = store.importance(run.id, "ridge")
    assert importance.rows["column"].tolist() == ["size", "place"]
    assert store.importance(run.id, "decision_tree") is None
    assert store.artifact("all_rows", f"{run.id}:ridge") == {"ratio": 1.0}  # 90 rows are too few to tell
    assert store.workers() == []


def test_what_has_a_score_is_not_scored_again(store, run):
    table = store.load_table(run.spec.dataset)
    first = cross_validate(table, run.spec, n_jobs=1).fold_scores[:4]
    for score in first:
        store.record_fold(run.id, score)
    worker.work(store, run.id)
    log = store.fold_log(run.id)
    begun = [(entry["candidate"], entry["fold"]) for entry in log if entry["event"] == "start" and entry["fold"] >= 0]
    assert len(begun) == 5
    assert not set(begun) & {(score.candidate, score.fold) for score in first}
    assert store.run(run.id).status == "finished"


def test_a_defect_ends_the_run_with_a_sentence_that_names_the_log(store, run, monkeypatch):
    monkeypatch.setattr("workbench.training.course.pursue", lambda *args, **kwargs: 1 / 0)
    worker.work(store, run.id)
    failed = store.run(run.id)
    assert failed.status == "failed"
    assert "ZeroDivisionError" in failed.error
    assert f"{run.id}.log" in failed.error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (WorkbenchError("Too few rows.", "Add some."), "Too few rows. Add some."),
        (MemoryError(), "The memory of this computer did not suffice."),
    ],
)
def test_errors_are_said_in_words(store, error, sentence):
    assert worker.in_words(store, "run-1", error).startswith(sentence)


def test_a_run_whose_data_set_is_damaged_fails_in_words(store, run):
    store.dataset(run.spec.dataset).table_path.write_bytes(b"damaged")
    worker.work(store, run.id)
    assert "missing or damaged. Add the file again" in store.run(run.id).error


def test_a_run_that_was_stopped_in_between_is_left_as_it_is(store, run, monkeypatch):
    def stopped_meanwhile(table, spec, ledger, **kwargs):
        store.begin_stop(run.id)
        ledger.started("ridge", 0)

    monkeypatch.setattr("workbench.training.course.pursue", stopped_meanwhile)
    with pytest.raises(LeaseLost):
        worker.work(store, run.id)
    store.finish_stop(run.id)
    assert (store.run(run.id).status, store.fold_log(run.id)) == ("stopped", [])


@pytest.mark.parametrize(("text", "expected"), [("", 1), ("3", 3), ("0", 1), ("many", 1), ("-2", 1)])
def test_slots_come_from_the_environment(monkeypatch, text, expected):
    monkeypatch.setenv("WORKBENCH_SLOTS", text)
    assert worker.slots() == expected


def test_a_run_that_does_not_exist_is_one_line(home, capsys, caplog):
    assert worker.main(["run-gone"]) == 1
    assert "This run does not exist (any more)." in caplog.text


def test_what_chance_would_promise_is_measured_where_rows_belong_together(store, run):
    worker.work(store, run.id)
    assert store.artifact("optimism", run.id) is None  # rows are divided by chance, and nothing else is suggested
    suggested = SplitSpec(kind="group", column="place", folds=0).model_dump(mode="json")
    other = store.create_run(run.project_id, run.spec.but(seed=1), notes={"suggested_split": suggested})
    worker.work(store, other.id)
    kept = store.artifact("optimism", other.id)
    assert kept["sentence"].startswith("RMSE") and kept["split"]["folds"] == 3
    store.put_artifact("optimism", run.id, {"problem": "It was interrupted."})
    store.forgive(run.id)
    worker.work(store, run.id)
    assert stored_gap(store.artifact("optimism", run.id)) is None  # what ended a process is not tried again


def test_a_comparison_that_fails_leaves_the_run_as_it_is(store, run):
    suggested = SplitSpec(kind="time", column="place").model_dump(mode="json")
    other = store.create_run(run.project_id, run.spec.but(seed=1), notes={"suggested_split": suggested})
    worker.work(store, other.id)
    assert store.run(other.id).status == "finished"
    assert set(store.artifact("optimism", other.id)) == {"problem"}
