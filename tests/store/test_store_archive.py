import io
import json
import zipfile

import numpy as np
import pytest

from workbench.errors import CannotRead, NoSpace
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.store import Store, archive
from workbench.training.evaluation import FoldScore

CSV = b"x,y\n1,0.5\n2,1.5\n3,2.5\n4,3.5\n"


@pytest.fixture
def project(store, plain_reading):
    """A project with a data set and a run that has a score, a failure, a model and a remark."""
    project = store.create_project("Größe & Preis")
    dataset = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    project = store.save_draft(project.id, store.project(project.id).draft.but(target="y"))
    spec = ExperimentSpec(
        dataset=dataset.fingerprint,
        target="y",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="integer"),),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=(CandidateSpec(kind="ridge"), CandidateSpec(kind="mlp")),
        split=SplitSpec(folds=2),
        metric="rmse",
    )
    run = store.create_run(project.id, spec, notes={"task_reason": "a number"})
    for fold in range(2):
        rows, actual = np.array([2 * fold, 2 * fold + 1]), np.array([0.5, 1.5])
        store.record_fold(run.id, FoldScore("ridge", fold, {"rmse": 1.0, "r2": np.nan}, 0.1, 0.1, rows, actual, actual))
    store.record_failure(run.id, "mlp", "It ran away.")
    store.save_model(run.id, "ridge", {"made": "here"})
    store.put_artifact("importance", f"{run.id}:ridge", {"problem": "none"})
    store.comment_run(run.id, "the first")
    store.end_run(run.id, "finished")
    return store.project(project.id)


def facts(run):
    """What has to be the same on the other side."""
    names = ("number", "spec", "fingerprint", "status", "created_at", "finished_at", "notes", "comment", "error")
    names += ("metric", "n_done", "n_total", "best", "best_mean", "baseline_mean", "versions", "size_bytes")
    return {name: getattr(run, name) for name in names}


def test_a_project_can_be_opened_elsewhere(store, project, tmp_path):
    out = store.export_project(project.id, tmp_path / "p.workbench")
    with Store.open(tmp_path / "elsewhere") as other:
        opened = other.import_project(out)
        assert (opened.name, opened.draft) == (project.name, project.draft)
        (dataset,) = other.project_datasets(opened.id)
        assert dataset.raw_path.read_bytes() == CSV
        assert other.load_table(dataset.fingerprint).equals(store.load_table(dataset.fingerprint))
        (run,), (old,) = other.runs(opened.id), store.runs(project.id)
        assert facts(run) == facts(old)
        frame = other.load_evaluation(run.id).out_of_fold("ridge")
        assert frame.equals(store.load_evaluation(old.id).out_of_fold("ridge"))
        assert other.load_evaluation(run.id).failures == {"mlp": "It ran away."}
        assert [entry["event"] for entry in other.fold_log(run.id)] == ["score", "score", "failed"]
        assert other.artifact("importance", f"{run.id}:ridge") == {"problem": "none"}
        (model,) = other.models(run.id)
        assert model.status == "to_refit", "it was not made there, so it is never opened"
        assert "not made here" in model.error


def test_opened_where_it_was_saved_the_model_is_ours(store, project, tmp_path):
    opened = store.import_project(store.export_project(project.id, tmp_path / "p.workbench"))
    (run,) = store.runs(opened.id)
    assert store.load_model(run.id, "ridge") == {"made": "here"}
    assert len(store.project_cards()) == 2


def test_a_stream_can_be_opened_too(store, project, tmp_path):
    data = store.export_project(project.id, tmp_path / "p.workbench").read_bytes()
    assert store.import_project(io.BytesIO(data)).name == project.name


def edited(path, change=lambda contents: None, files=None, extra=()):
    """Return the archive at ``path`` with its JSON changed, files replaced, and entries added."""
    source = zipfile.ZipFile(path)
    contents = json.loads(source.read(archive.CONTENTS))
    contents = change(contents) or contents
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(archive.CONTENTS, json.dumps(contents))
        for entry in source.infolist():
            if entry.filename != archive.CONTENTS:
                target.writestr(entry.filename, (files or {}).get(entry.filename, source.read(entry)))
        for name, data in extra:
            target.writestr(name, data)
    buffer.seek(0)
    return buffer


def replace(**changes):
    return lambda contents: {**contents, **changes}


QUESTION = {"code": "day_first", "columns": ["x"], "sentence": "Which?", "answers": [], "rows": [1]}


def in_data(**changes):
    return lambda contents: {**contents, "datasets": [{**contents["datasets"][0], **changes}]}


def in_run(**changes):
    return lambda contents: {**contents, "runs": [{**contents["runs"][0], **changes}]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (replace(version=2), "newer version"),
        (replace(format="something else"), "not a project file"),
        (replace(files={}), "not a project file"),
        (replace(files={"../../etc/passwd": 3}), "not a project file"),
        (replace(name=7), "not a project file"),
        (replace(runs="none"), "not a project file"),
        (in_run(status="won"), "not a project file"),
        (in_run(number=0), "not a project file"),
        (in_run(fingerprint="../x"), "not a project file"),
        (lambda contents: {**contents, "runs": contents["runs"] * 2}, "not a project file"),
        (lambda contents: {**contents, "files": dict.fromkeys(contents["files"], 1)}, "not a project file"),
        (lambda contents: {**contents, "files": dict.fromkeys(contents["files"], 10**15)}, "would unpack to"),
        (lambda contents: {**contents, "files": {**contents["files"], "0" * 64: 1}}, "incomplete"),
        (
            lambda contents: {**contents, "datasets": [{**contents["datasets"][0], "read": {"format": "telepathy"}}]},
            "reading rules",
        ),
        (in_data(sample_rows=0), "not a project file"),
        (in_data(questions=[{"code": "day_first"}]), "reading rules"),
        (in_data(questions=[{**QUESTION, "rows": [{}]}]), "reading rules"),
        (in_data(questions=[{**QUESTION, "sentence": 7}]), "reading rules"),
        (
            in_data(questions=[{**QUESTION, "answers": [{"label": "a", "columns": [], "step": {"step": "rm"}}]}]),
            "rules",
        ),
    ],
)
def test_a_changed_archive_is_refused_in_words(store, project, tmp_path, change, message):
    path = store.export_project(project.id, tmp_path / "p.workbench")
    with pytest.raises(CannotRead, match=message):
        store.import_project(edited(path, change))
    assert len(store.project_cards()) == 1


def test_a_file_that_is_not_what_it_says_is_refused(store, project, tmp_path):
    path = store.export_project(project.id, tmp_path / "p.workbench")
    raw = store.project_datasets(project.id)[0].raw_path.name
    with pytest.raises(CannotRead, match="not what it says"):
        store.import_project(edited(path, files={f"files/{raw}": CSV.replace(b"1", b"9")}))


def test_a_file_longer_than_it_says_is_refused_before_it_fills_the_disk(store, project, tmp_path):
    path = store.export_project(project.id, tmp_path / "p.workbench")
    raw = store.project_datasets(project.id)[0].raw_path.name
    with pytest.raises(CannotRead, match="damaged"):
        store.import_project(edited(path, files={f"files/{raw}": b"0" * 50_000_000}))


def test_other_entries_are_never_unpacked(store, project, tmp_path):
    path = store.export_project(project.id, tmp_path / "p.workbench")
    extra = [("../../escaped", b"x"), ("/tmp/escaped-too", b"x"), ("files/../../escaped", b"x")]
    store.import_project(edited(path, extra=extra))
    assert not list(tmp_path.rglob("escaped*"))


def test_a_model_with_a_forged_mark_is_not_ours(store, project, tmp_path):
    path = store.export_project(project.id, tmp_path / "p.workbench")
    contents = json.loads(zipfile.ZipFile(path).read(archive.CONTENTS))
    mark = contents["runs"][0]["models"][0]["mark"]

    def forge(contents):  # a mark we made, put on another candidate
        model = {**contents["runs"][0]["models"][0], "candidate": "mlp", "mark": mark}
        return {**contents, "runs": [{**contents["runs"][0], "models": [model]}]}

    opened = store.import_project(edited(path, forge))
    (run,) = store.runs(opened.id)
    assert [(model.key, model.status) for model in store.models(run.id)] == [("mlp", "to_refit")]


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 100, b"\xff" * 5000])
def test_what_is_no_archive_is_refused_in_words(store, data):
    with pytest.raises(CannotRead, match="not a project file"):
        store.import_project(io.BytesIO(data))


def test_every_truncation_and_many_flipped_bytes_are_refused_or_harmless(store, project, tmp_path):
    data = store.export_project(project.id, tmp_path / "p.workbench").read_bytes()
    n_projects = len(store.project_cards())
    for length in range(0, len(data), max(len(data) // 40, 1)):
        with pytest.raises(CannotRead):
            store.import_project(io.BytesIO(data[:length]))
    assert len(store.project_cards()) == n_projects
    numbers = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(data)
        damaged[numbers.integers(len(data))] ^= 1 << int(numbers.integers(8))
        try:
            store.import_project(io.BytesIO(bytes(damaged)))
        except CannotRead:
            continue


def test_a_full_disk_leaves_no_half_project_and_no_half_archive(store, project, tmp_path, monkeypatch):
    out = store.export_project(project.id, tmp_path / "p.workbench")

    class Full:
        free = 0

    monkeypatch.setattr("workbench.store.files.shutil.disk_usage", lambda path: Full)
    with pytest.raises(NoSpace):
        store.import_project(out)
    assert len(store.project_cards()) == 1

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.store.archive.zipfile.ZipFile.write", full)
    with pytest.raises(NoSpace):
        store.export_project(project.id, tmp_path / "q.workbench")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["p.workbench"]
