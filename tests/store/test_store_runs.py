import io
import json

import numpy as np
import pytest
import sqlalchemy as sa
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from workbench.errors import ModelUnusable, NoSpace, NotFound, NotPossible
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.store import LeaseLost
from workbench.store.scores import deaths_since_progress, marked
from workbench.store.tables import FOLD_SCORES, MODELS, RUNS
from workbench.training.evaluation import FoldScore

CSV = b"x,y\n1,no\n2,yes\n3,no\n4,yes\n"


@pytest.fixture
def project(store, plain_reading):
    project = store.create_project("p")
    store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    return store.project(project.id)


@pytest.fixture
def run(store, project):
    return store.create_run(project.id, spec_for(project), notes={"task_reason": "two words", "warnings": ["w"]})


def spec_for(project, kinds=("baseline", "logistic", "mlp")):
    return ExperimentSpec(
        dataset=project.draft.dataset,
        target="y",
        task="binary",
        classes=("no", "yes"),
        positive="yes",
        columns=(ColumnSpec(name="x", meaning="integer"),),
        target_column=ColumnSpec(name="y", meaning="yes_no"),
        candidates=tuple(CandidateSpec(kind=kind) for kind in kinds),
        split=SplitSpec(folds=2),
        metric="roc_auc",
    )


def fold(key, number, value):
    rows = np.array([2 * number, 2 * number + 1])
    words = np.array(["no", "yes"], dtype=object)
    scores = {"roc_auc": value, "log_loss": float("nan")}
    return FoldScore(
        key, number, scores, 0.5, 0.1, rows, words, words[::-1], np.array([[0.8, 0.2], [0.4, 0.6]]), ("w",)
    )


def test_a_run_is_numbered_and_keeps_what_the_plan_said(store, project, run):
    second = store.create_run(project.id, spec_for(project))
    assert (run.number, second.number) == (1, 2)
    assert [one.number for one in store.runs(project.id)] == [2, 1]
    assert run.notes == {"task_reason": "two words", "warnings": ["w"]}
    assert (run.status, run.n_done, run.n_total, run.seconds_left) == ("queued", 0, 6, None)
    assert run.spec == spec_for(project)
    assert run.fingerprint == run.spec.fingerprint
    assert set(run.versions) == {"python", "numpy", "pandas", "scikit-learn"}
    assert store.comment_run(run.id, " first try ").comment == "first try"


def test_a_fold_is_kept_once_and_the_second_is_refused_and_counted(store, run):
    assert store.record_fold(run.id, fold("logistic", 0, 0.8)) is True
    assert store.record_fold(run.id, fold("logistic", 0, 0.1)) is False
    (score,) = store.load_evaluation(run.id).fold_scores
    assert score.scores["roc_auc"] == 0.8
    assert [entry["event"] for entry in store.fold_log(run.id)] == ["score", "refused"]
    assert store.finished_pairs(run.id) == {("logistic", 0)}


def test_what_was_found_is_read_back_as_it_was(store, run):
    store.record_fold(run.id, fold("logistic", 1, 0.8))
    (score,) = store.load_evaluation(run.id).fold_scores
    original = fold("logistic", 1, 0.8)
    assert (score.candidate, score.fold, score.fit_seconds, score.score_seconds) == ("logistic", 1, 0.5, 0.1)
    assert score.warnings == ("w",)
    assert np.isnan(score.scores["log_loss"])
    for name in ("rows", "actual", "predicted", "probabilities"):
        np.testing.assert_array_equal(getattr(score, name), getattr(original, name))
    assert store.load_evaluation(run.id).out_of_fold("logistic")["row"].tolist() == [2, 3]


def test_the_leaderboard_opens_no_file(store, run, monkeypatch):
    for number in range(2):
        store.record_fold(run.id, fold("logistic", number, 0.8))
    monkeypatch.setattr("workbench.store.stored_scores.Path.read_bytes", lambda path: pytest.fail(f"opened {path}"))
    evaluation = store.load_evaluation(run.id)
    assert evaluation.best() == "logistic"
    assert evaluation.candidates()[0].key == "logistic"


def test_lost_predictions_are_said_in_words(store, run):
    store.record_fold(run.id, fold("logistic", 0, 0.8))
    with store.database.read() as connection:
        digest = connection.execute(sa.select(FOLD_SCORES.c.digest)).scalar_one()
    store.files.path(digest).unlink()
    with pytest.raises(ModelUnusable, match="predictions of “logistic” are missing"):
        store.load_evaluation(run.id).out_of_fold("logistic")


def test_the_standing_is_beside_the_run(store, project, run):
    for key, values in {"baseline": (0.5, 0.5), "logistic": (0.7, 0.9), "mlp": (0.95,)}.items():
        for number, value in enumerate(values):
            store.record_fold(run.id, fold(key, number, value))
    now = store.run(run.id)
    assert (now.best, now.baseline_mean, now.n_done) == ("logistic", 0.5, 5), "mlp is not complete"
    assert now.best_mean == pytest.approx(0.8)
    assert now.size_bytes > 0
    card = store.project_cards()[0]
    assert (card.best, card.metric, card.n_runs, card.running) == ("logistic", "roc_auc", 1, True)
    store.record_failure(run.id, "mlp", "It ran away.")
    assert store.run(run.id).n_done == 6
    assert store.load_evaluation(run.id).failures == {"mlp": "It ran away."}
    assert store.finished_pairs(run.id) >= {("mlp", 0), ("mlp", 1)}


def test_a_full_disk_keeps_the_folds_before(store, run, monkeypatch):
    store.record_fold(run.id, fold("logistic", 0, 0.8))

    class Full:
        free = 0

    monkeypatch.setattr("workbench.store.files.shutil.disk_usage", lambda path: Full)
    with pytest.raises(NoSpace):
        store.record_fold(run.id, fold("logistic", 1, 0.8))
    assert store.finished_pairs(run.id) == {("logistic", 0)}
    assert store.load_evaluation(run.id).out_of_fold("logistic")["row"].tolist() == [0, 1]


def test_whoever_lost_the_lease_cannot_write(store, run):
    lease = store.enlist(run.id)
    assert store.enlist(run.id) is None, "one worker per run"
    store.record_fold(run.id, fold("logistic", 0, 0.8), lease=lease)
    assert store.begin_stop(run.id).lease == lease
    for write in (
        lambda: store.record_fold(run.id, fold("logistic", 1, 0.8), lease=lease),
        lambda: store.record_start(run.id, "logistic", 1, lease=lease),
        lambda: store.record_failure(run.id, "logistic", "late", lease=lease),
        lambda: store.save_model(run.id, "logistic", {}, lease=lease),
        lambda: store.beat(lease),
        lambda: store.claim(lease, 1),
    ):
        with pytest.raises(LeaseLost):
            write()
    assert store.end_run(run.id, "finished", lease=lease) is False
    store.finish_stop(run.id)
    assert store.run(run.id).status == "stopped"
    assert store.finished_pairs(run.id) == {("logistic", 0)}


def test_slots_are_taken_in_the_order_of_the_queue(store, project):
    runs = [store.create_run(project.id, spec_for(project)) for _ in range(3)]
    first, second, third = (store.enlist(run.id) for run in runs)
    assert [store.claim(lease, 1) for lease in (second, first, second)] == [False, True, False]
    assert store.claim(first, 1) is True, "claiming again is harmless"
    assert [store.claim(lease, 2) for lease in (third, second, third)] == [False, True, False]
    assert [store.run(run.id).status for run in runs] == ["running", "running", "queued"]
    store.end_run(runs[0].id, "finished", lease=first)
    assert store.claim(third, 2) is True


def test_of_two_who_find_a_worker_dead_one_buries_it(store, run):
    lease = store.enlist(run.id)
    assert store.bury(lease).run_id == run.id
    assert store.bury(lease) is None
    assert store.run(run.id).status == "interrupted"
    assert [entry["event"] for entry in store.fold_log(run.id)] == ["death"]


def test_a_model_is_kept_and_checked_before_it_is_opened(store, run):
    with pytest.raises(NotFound, match="no fitted model yet"):
        store.load_model(run.id, "logistic")
    model = make_pipeline(LinearRegression()).fit([[0.0], [1.0]], [1.0, 3.0])
    store.save_model(run.id, "logistic", model)
    assert store.load_model(run.id, "logistic").predict([[2.0]]) == pytest.approx([5.0])
    (entry,) = store.models(run.id)
    assert (entry.key, entry.status, entry.error) == ("logistic", "ready", "")
    assert store.run(run.id).size_bytes == entry.size_bytes


def test_a_damaged_model_is_refused_in_words(store, run):
    store.save_model(run.id, "logistic", {"a": 1})
    path = _model_path(store)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelUnusable, match=r"missing or damaged.*Fit it again"):
        store.load_model(run.id, "logistic")
    path.unlink()
    with pytest.raises(ModelUnusable, match="missing or damaged"):
        store.load_model(run.id, "logistic")


def test_a_model_slipped_into_the_store_is_not_opened(store, run, tmp_path):
    """The digest alone would not tell: whoever writes the database can write any digest."""
    store.save_model(run.id, "logistic", {"a": 1})
    foreign = store.files.add_stream(io.BytesIO(b"cos\nsystem\n(S'true'\ntR."))
    with store.database.write() as connection:
        connection.execute(sa.update(MODELS).values(digest=foreign.digest))
    with pytest.raises(ModelUnusable, match="not made by this installation"):
        store.load_model(run.id, "logistic")


def test_a_model_of_other_library_versions_is_refused_in_words(store, run):
    store.save_model(run.id, "logistic", {"a": 1})
    with store.database.write() as connection:
        connection.execute(sa.update(MODELS).values(versions='{"scikit-learn": "0.24.1", "numpy": "2.0.0"}'))
    with pytest.raises(ModelUnusable, match=r"scikit-learn 0\.24\.1 then, "):
        store.load_model(run.id, "logistic")


def test_a_model_that_fails_to_open_is_refused_in_words(store, run, monkeypatch):
    store.save_model(run.id, "logistic", {"a": 1})

    def fail(path):
        raise AttributeError("no such class")

    monkeypatch.setattr("joblib.load", fail)
    with pytest.raises(ModelUnusable, match="could not be opened \\(AttributeError\\)"):
        store.load_model(run.id, "logistic")


def _model_path(store):
    with store.database.read() as connection:
        return store.files.path(connection.execute(sa.select(MODELS.c.digest)).scalar_one())


def test_a_run_of_another_version_stays_readable(store, run):
    store.record_fold(run.id, fold("logistic", 0, 0.8))
    store.record_fold(run.id, fold("logistic", 1, 0.8))
    with store.database.write() as connection:
        spec = json.dumps({**run.spec.model_dump(mode="json"), "version": 7})
        connection.execute(sa.update(RUNS).values(spec=spec))
    old = store.run(run.id)
    assert old.spec is None
    assert "another version" in old.problem
    assert (old.best, old.best_mean, old.n_done) == ("logistic", 0.8, 2)
    assert store.project_cards()[0].best == "logistic"
    with pytest.raises(ModelUnusable, match="another version"):
        store.load_evaluation(run.id)


def test_a_copied_project_has_the_results_of_the_original(store, project, run):
    store.record_fold(run.id, fold("logistic", 0, 0.8))
    store.save_model(run.id, "logistic", {"a": 1})
    store.put_artifact("importance", f"{run.id}:logistic", {"problem": "none"})
    copy = store.duplicate_project(project.id)
    store.delete_project(project.id, final=True)
    (mine,) = store.runs(copy.id)
    assert mine.status == "stopped", "the worker of a run is not copied"
    assert store.load_evaluation(mine.id).out_of_fold("logistic")["row"].tolist() == [0, 1]
    assert store.load_model(mine.id, "logistic") == {"a": 1}
    assert store.artifact("importance", f"{mine.id}:logistic") == {"problem": "none"}


def test_purging_removes_the_files_of_a_run_and_its_cached_results(store, project, run, monkeypatch):
    store.record_fold(run.id, fold("logistic", 0, 0.8))
    store.save_model(run.id, "logistic", {"a": 1})
    store.put_artifact("importance", f"{run.id}:logistic", {"problem": "none"})
    monkeypatch.setattr("workbench.store.files.YOUNG_SECONDS", -1)
    store.delete_project(project.id, final=True)
    assert list(store.files.everything()) == []
    assert store.artifact("importance", f"{run.id}:logistic") is None


START, DEATH = {"event": "start"}, {"candidate": "", "fold": 0, "event": "death"}


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], []),
        ([DEATH], [set()]),
        ([("mlp", 0, "start"), DEATH, ("mlp", 0, "start"), DEATH], [{("mlp", 0)}, {("mlp", 0)}]),
        ([("mlp", 0, "start"), DEATH, ("mlp", 0, "start"), ("mlp", 0, "score"), DEATH], [set()]),
        ([("a", 0, "start"), ("b", 0, "start"), ("a", 0, "score"), DEATH], [{("b", 0)}]),
        ([DEATH, DEATH, ("", 0, "resumed"), DEATH], [set()]),
        ([("a", -1, "start"), DEATH, ("a", -1, "given_up")], []),
    ],
)
def test_deaths_are_counted_since_something_was_finished(log, expected):
    names = ("candidate", "fold", "event")
    entries = [entry if isinstance(entry, dict) else dict(zip(names, entry, strict=True)) for entry in log]
    assert deaths_since_progress(entries) == [frozenset(one) for one in expected]


def test_what_was_given_up_is_tried_again_after_a_person_resumed():
    log = [{"candidate": "mlp", "fold": 0, "event": "given_up"}]
    assert marked(log, "given_up") == {("mlp", 0)}
    assert marked([*log, {"candidate": "", "fold": 0, "event": "resumed"}], "given_up") == set()


def test_a_candidate_that_follows_from_the_others_is_added_once(store, run):
    variant = CandidateSpec(kind="ensemble", hyperparameters={"a": 1.0}, members=({"kind": "mlp", "weight": 1.0},))
    scores = [fold(variant.key, number, 0.75) for number in range(2)]
    with pytest.raises(NotPossible, match="Come back when it has finished"):
        store.add_candidate(run.id, variant, scores)
    for key in ("baseline", "logistic", "mlp"):
        for number in range(2):
            store.record_fold(run.id, fold(key, number, 0.5))
    store.end_run(run.id, "finished")
    for _ in range(2):
        store.add_candidate(run.id, variant, scores)
    found = store.run(run.id)
    assert [one.key for one in found.spec.candidates] == ["baseline", "logistic", "mlp", variant.key]
    assert (found.n_done, found.status) == (8, "finished")
    assert store.load_evaluation(run.id).candidate(variant.key).mean == 0.75
