"""What was kept for the end is opened on record: once unseen, after that marked; also in a project file."""

import pandas as pd
import pytest

from tests.sales import sales
from workbench.errors import NotFound, NotPossible
from workbench.modeling.locking import locked_rows
from workbench.modeling.planning import plan_experiment
from workbench.specs import AutopilotSpec, CandidateSpec, SplitSpec
from workbench.store import Store
from workbench.store.final_tests import open_locked, test_on_dataset
from workbench.store.openings import NO_LONGER_UNSEEN
from workbench.training import bootstrap, cross_validate, fit

KINDS = ("logistic", "decision_tree")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home folder with one project: a run with locked rows and two fitted models, and a second file."""
    home = tmp_path_factory.mktemp("openings") / "home"
    with Store.open(home) as store:
        project = store.create_project("Sales")
        dataset = store.add_frame(project.id, sales(), "sales", origin="file")
        store.add_frame(project.id, pd.concat([sales(60, 1), sales().head(5)]), "later", origin="file")
        store.use_dataset(project.id, dataset.fingerprint)
        draft = store.project(project.id).draft.but(
            target="sold",
            locked=0.25,
            split=SplitSpec(folds=2),
            candidates=tuple(CandidateSpec(kind=kind) for kind in KINDS),
        )
        project = store.save_draft(project.id, draft)
        trained(store, project, draft, fitted=KINDS)
    return home


def trained(store, project, draft, fitted=()):
    table = store.load_table(draft.dataset)
    spec = plan_experiment(table, store.dataset(draft.dataset).schema, draft).spec
    run = store.create_run(project.id, spec)
    for score in cross_validate(table, spec, n_jobs=1).fold_scores:
        store.record_fold(run.id, score)
    for key in fitted:
        store.save_model(run.id, key, fit(table, spec, key))
    store.end_run(run.id, "finished")
    return store.run(run.id)


@pytest.fixture
def store(made, tmp_path, monkeypatch):
    import shutil

    monkeypatch.setattr(bootstrap, "DRAWS", 20)
    shutil.copytree(made, tmp_path / "copy")
    with Store.open(tmp_path / "copy") as store:
        yield store


def project_of(store):
    return store.project(store.project_ids()[0])


def run_of(store):
    return store.runs(project_of(store).id)[-1]


def test_the_first_opening_is_unseen_and_on_record(store):
    run = run_of(store)
    opened = open_locked(store, run.id, "logistic")
    assert opened.unseen and opened.caveats == () and opened.rows == "locked"
    assert opened.sentence.startswith("On 40 rows that nothing had seen, ROC AUC is ")
    assert opened.test.expected["roc_auc"][0] == store.load_evaluation(run.id).candidate("logistic").mean
    (kept,) = store.openings(run.project_id)
    assert (kept.key, kept.run_number, kept.result, kept.at) == ("logistic", 1, opened.result, opened.at)


def test_the_same_model_again_shows_what_is_on_record(store):
    first, again = (open_locked(store, run_of(store).id, "logistic") for _ in range(2))
    assert again.at == first.at and again.unseen
    assert len(store.openings(project_of(store).id)) == 1


def test_a_second_model_on_the_same_rows_is_marked(store):
    run = run_of(store)
    open_locked(store, run.id, "logistic")
    second = open_locked(store, run.id, "decision_tree")
    assert second.earlier == 1 and not second.unseen
    assert second.caveats[0].startswith(NO_LONGER_UNSEEN)
    assert second.sentence.startswith("On 40 rows that had been opened before, ")
    assert [found.earlier for found in store.openings(run.project_id)] == [0, 1]


def test_another_seed_locks_some_of_the_same_rows_and_is_marked_too(store):
    run, project = run_of(store), project_of(store)
    open_locked(store, run.id, "logistic")
    newer = trained(store, project, project.draft.but(seed=5), fitted=["logistic"])
    table = store.load_table(run.spec.dataset)
    before, now = locked_rows(table, run.spec), locked_rows(table, newer.spec)
    assert (before & now).any() and (before != now).any()
    opened = open_locked(store, newer.id, "logistic")
    assert opened.earlier == 1 and opened.seen == (now & ~before).sum()  # the first run had learned from those


def test_rows_that_runs_without_the_lock_had_learned_from_are_counted(store):
    run, project = run_of(store), project_of(store)
    trained(store, project, project.draft.but(locked=0.0))
    opened = open_locked(store, run.id, "logistic")
    assert (opened.earlier, opened.seen, opened.unseen) == (0, 40, False)
    assert opened.sentence.startswith("On 40 rows that this model had not seen")
    assert "had learned from 40 of these rows" in opened.caveats[0]


def test_a_run_on_a_sample_does_not_hide_one_that_learned_from_all(store):
    run, project = run_of(store), project_of(store)
    open_to_all = project.draft.but(locked=0.0)
    trained(store, project, open_to_all)
    sampled = store.runs(project.id)[0].spec.but(autopilot=AutopilotSpec(rows=60))
    newest = store.create_run(project.id, sampled)
    table = store.load_table(run.spec.dataset)
    for score in cross_validate(table, sampled, n_jobs=1).fold_scores:
        store.record_fold(newest.id, score)
    store.end_run(newest.id, "finished")
    assert store.runs(project.id)[0].id == newest.id  # looked at first
    assert open_locked(store, run.id, "logistic").seen == 40


def test_a_second_file_is_tested_on_and_what_it_shares_is_said(store):
    run = run_of(store)
    later = next(found for found in store.project_datasets(run.project_id) if found.name.startswith("later"))
    opened = test_on_dataset(store, run.id, "logistic", later.fingerprint)
    assert opened.sentence.startswith("On 65 rows of “later.csv”, ROC AUC is ")
    assert opened.caveats == (
        "5 of its 65 rows are also in the training file, so the result may look better than it is.",
    )
    again = test_on_dataset(store, run.id, "decision_tree", later.fingerprint)
    assert again.earlier == 1 and again.caveats[0].startswith(NO_LONGER_UNSEEN)
    # Locked rows are others than those of the file.
    assert open_locked(store, run.id, "logistic").unseen


def test_the_training_table_is_no_second_file(store):
    run = run_of(store)
    with pytest.raises(NotPossible, match="trained on"):
        test_on_dataset(store, run.id, "logistic", run.spec.dataset)


def test_a_model_that_is_not_fitted_opens_nothing(store):
    run = run_of(store)
    with pytest.raises(NotFound):
        open_locked(store, run.id, "baseline")
    assert store.openings(run.project_id) == []


def test_openings_travel_with_the_project(store, tmp_path):
    run = run_of(store)
    opened = open_locked(store, run.id, "logistic")
    out = store.export_project(run.project_id, tmp_path / "sales.workbench")
    copy = store.import_project(out)
    (kept,) = store.openings(copy.id)
    assert kept.result == opened.result and kept.run_id != run.id
    assert store.opened_before(copy.id, "locked", "another file") == 0


def test_a_record_that_is_none_is_passed_over(store):
    run = run_of(store)
    for value in ({"key": "logistic"}, [], {"key": 1, "rows": "locked", "result": {}, "labels": "!", "source": "x"}):
        store.put_artifact("final_test", f"{run.id}:x:{len(str(value))}", value)
    assert store.openings(run.project_id) == []
    assert open_locked(store, run.id, "logistic").unseen


def test_later_files_make_a_history_and_the_same_file_counts_once(store):
    run = run_of(store)
    result = open_locked(store, run.id, "logistic").result
    for digest, name in (("a" * 64, "may.csv"), ("b" * 64, "june.csv"), ("a" * 64, "may again.csv")):
        store.record_outcome(run.id, "logistic", digest=digest, name=name, result=result)
    assert [found.name for found in store.outcomes(run.id, "logistic")] == ["may.csv", "june.csv"]
    assert store.outcomes(run.id, "decision_tree") == []
    assert store.outcomes(run.id, "logistic")[0].test.n_rows == 40
