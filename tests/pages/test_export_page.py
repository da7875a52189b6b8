"""Export: a bundle is made and tested on a click, kept through a refresh, and offered only if it passed."""

import errno
import hashlib
import json
import threading
import time
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from tests.pages.projects import project_of
from workbench.errors import BundleRefused
from workbench.export.bundle import file_names
from workbench.specs import ContractSpec, FieldContract
from workbench.ui import background, bundle_contents, bundle_job, bundle_panel, contract_panel, hand_over, state

DOWNLOAD = "page.export.download"


def keys_of(app):
    links = [DOWNLOAD for part in app.get("bidi_component") if DOWNLOAD in part.proto.id]
    return [*links, *(widget.key for widget in app.button)]


def wait_for_jobs():
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("bundle.")]:
        thread.join(120)
        assert not thread.is_alive()
    time.sleep(0.01)


@pytest.fixture
def app(open_app, trained):
    return open_app("export", project_of(trained).id)


def test_without_scores_the_page_says_what_is_missing(open_app, loaded):
    app = open_app("export", project_of(loaded).id)
    assert not app.exception and app.info and DOWNLOAD not in keys_of(app)


def test_nothing_is_offered_before_it_was_tested(app):
    assert "page.export.make" in keys_of(app) and DOWNLOAD not in keys_of(app)
    words = " ".join(element.value for element in app.markdown)
    assert "`app.py`" in words and "`README.md`" in words


def test_a_bundle_that_passes_is_offered_and_survives_a_refresh(app, open_app, trained):
    project = project_of(trained)
    app.button("page.export.make").click().run()
    assert not app.exception
    wait_for_jobs()
    app.run()
    assert DOWNLOAD in keys_of(app), [error.value for error in app.error]
    (entry,) = bundle_job.bundles(project)
    path = trained.home / "bundles" / project.id / entry["file"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as archive:
        assert {"app.py", "model.joblib", "model.json", "test_service.py", "README.md", "MODEL_CARD.md"} <= set(
            archive.namelist()
        )
        names = archive.namelist()
        n_golden = len(json.loads(archive.read("golden.json"))["rows"])
    assert entry["n_tests"] > 5
    words = " ".join(element.value for element in app.markdown)
    assert f"to {n_golden} example rows" in words and "Unusual rows" in words
    assert all(f"`{name}`" in words for name in names if "/" not in name)
    assert "`prediction_service/`" in words and "`examples/`" in words and "`workbench/`" in words
    assert entry["file"] == f"{digest}.zip" and any(digest in block.value for block in app.code)
    assert state.progress_of(project).exported
    again = open_app("export", project.id)
    assert DOWNLOAD in keys_of(again)


def test_every_file_of_a_bundle_is_told_once_and_none_is_told_that_is_not_there():
    told = bundle_contents.contents(file_names())
    assert "Other files." not in [sentence for _, sentence in told]
    assert bundle_contents.contents(["app.py", "new.txt"])[-1] == (("new.txt",), "Other files.")
    assert [files for files, _ in bundle_contents.contents(["app.py", "golden.json"])] == [
        ("app.py",),
        ("golden.json",),
    ]


def test_what_the_checklist_says_comes_from_the_tests_that_passed():
    entry = {"n_tests": 3, "seconds": 1.0, "environment": "a process", "groups": {"Answers": 3}, "n_golden": 57}
    passed, answers = bundle_panel.proven(entry)
    assert "3 of 3 tests passed" in passed and "57 example rows" in answers


def test_a_proof_that_stood_in_is_not_ticked_as_the_one_that_was_asked_for():
    entry = {"n_tests": 3, "seconds": 1.0, "environment": "a separate process. No index answered."}
    assert bundle_panel.proven(entry) == ["**3 of 3 tests passed** in 1.0 s, in a separate process"]
    assert hand_over.environment_of(entry)[1] == "No index answered."
    assert hand_over.environment_of({"environment": "a process"}) == ("a process", "")


def test_a_bundle_that_fails_is_refused_with_the_reason(app, monkeypatch):
    def refuse(*_, **__):
        raise BundleRefused("The bundle did not pass its own tests: golden row 3 differs.", "It is not offered.")

    monkeypatch.setattr(bundle_job, "bundle_of_run", refuse)
    app.button("page.export.make").click().run()
    wait_for_jobs()
    app.run()
    assert not app.exception
    assert "golden row 3 differs" in app.error[0].value
    assert DOWNLOAD not in keys_of(app) and "page.export.make" in keys_of(app)


def test_a_file_that_is_gone_is_not_offered(app, trained):
    project = project_of(trained)
    entry = {"run": "run-x", "key": "logistic", "model_at": "", "file": "gone.zip"}
    trained.put_artifact(bundle_job.ARTIFACT, project.id, {"bundles": [entry]})
    assert bundle_job.bundles(project) == []
    app.run()
    assert not app.exception and DOWNLOAD not in keys_of(app)


def run_of(store):
    (run,) = store.runs(project_of(store).id)
    return run


def test_a_click_agrees_on_all_columns_at_once_and_is_kept(app, open_app, trained):
    run = run_of(trained)
    assert trained.contract(run.id, run.best) == ContractSpec()
    app.segmented_control("page.export.contract.way").set_value(contract_panel.STRICT).run()
    assert not app.exception
    strict = trained.contract(run.id, run.best)
    assert strict.extra == "reject" and any(one.unseen == "reject" for one in strict.fields)
    again = open_app("export", project_of(trained).id)
    assert again.segmented_control("page.export.contract.way").value == contract_panel.STRICT
    again.radio("page.export.contract.extra").set_value("warn").run()
    assert trained.contract(run.id, run.best) == strict.but(extra="warn")
    assert again.segmented_control("page.export.contract.way").value == contract_panel.OWN
    again.segmented_control("page.export.contract.way").set_value(contract_panel.TOLERANT).run()
    assert trained.contract(run.id, run.best) == ContractSpec()


def test_columns_that_look_personal_are_marked_on_a_click(app, trained, monkeypatch):
    name = run_of(trained).spec.columns[0].name
    monkeypatch.setattr(contract_panel, "suggested", lambda table, columns: {name: "holds e-mail addresses"})
    contract_panel._facts.clear()
    app.run()
    words = " ".join(element.value for element in app.markdown)
    assert f"**{name}** holds e-mail addresses" in words
    app.button("page.export.contract.mark").click().run()
    run = run_of(trained)
    assert trained.contract(run.id, run.best).sensitive == (name,)
    told = " ".join(element.value for element in app.caption)
    assert "For 1 column the examples, ranges and lists are made up or rounded. What the model has learned" in told
    assert "page.export.contract.mark" not in keys_of(app)


def test_words_that_the_model_itself_keeps_are_not_said_to_be_made_up(app, trained):
    run = run_of(trained)
    words = next(column.name for column in run.spec.columns if column.meaning == "category")
    figures = next(column.name for column in run.spec.columns if column.meaning in ("number", "integer"))
    leave_out = "page.export.contract.leave_out"
    trained.save_contract(run.id, run.best, ContractSpec(sensitive=(figures,)))
    app.run()
    assert leave_out not in keys_of(app)
    trained.save_contract(run.id, run.best, ContractSpec(sensitive=(words, figures)))
    app.run()
    told = " ".join(element.value for element in app.markdown)
    assert leave_out in keys_of(app) and f"can read the words of “{words}” out of the model" in told
    entry = {"key": run.best, "contract": {"sensitive": [words, figures]}, "run_number": 1}
    (said,) = bundle_panel._decided(entry, run)
    assert said.startswith("**Made-up values for 2 columns**") and said.endswith(f"keeps the words of {words}")
    (said,) = bundle_panel._decided(entry | {"contract": {"sensitive": [figures]}}, run)
    assert "the model itself" not in said


def test_a_service_made_under_another_contract_is_not_offered(app, trained):
    app.button("page.export.make").click().run()
    wait_for_jobs()
    app.run()
    assert DOWNLOAD in keys_of(app)
    app.segmented_control("page.export.contract.way").set_value(contract_panel.STRICT).run()
    assert DOWNLOAD not in keys_of(app) and "page.export.make" in keys_of(app)
    app.segmented_control("page.export.contract.way").set_value(contract_panel.TOLERANT).run()
    assert DOWNLOAD in keys_of(app)


def test_cells_of_the_table_become_the_contract():
    frame = pd.DataFrame({"Column": ["age", "plan"]})
    begun = ContractSpec(fields=(FieldContract(column="age", missing="reject"),), sensitive=("age",))
    edits = {
        0: {"Beyond what was seen": "Take the nearest value", contract_panel.SENSITIVE: False},
        1: {"Word not seen before": "Refuse the row", contract_panel.SENSITIVE: True, "No value": None},
    }
    assert contract_panel.edited(begun, frame, edits) == ContractSpec(
        fields=(
            FieldContract(column="age", missing="reject", out_of_range="impute"),
            FieldContract(column="plan", unseen="reject"),
        ),
        sensitive=("plan",),
    )


def test_where_no_clean_environments_are_made_none_is_offered(app, open_app, trained, monkeypatch):
    assert bundle_panel.CLEAN_KEY not in [toggle.key for toggle in app.toggle]
    monkeypatch.delenv(bundle_job.PROOF)
    app = open_app("export", project_of(trained).id)
    assert app.toggle(bundle_panel.CLEAN_KEY).value
    asked = []
    monkeypatch.setattr(bundle_job, "bundle_of_run", lambda *_, proof, **__: asked.append(proof))
    app.toggle(bundle_panel.CLEAN_KEY).set_value(False).run()
    app.button("page.export.make").click().run()
    wait_for_jobs()
    assert asked == ["process"]


def test_services_that_are_ready_at_the_same_moment_are_all_kept(trained, monkeypatch):
    project, run = project_of(trained), run_of(trained)
    artifact, never = trained.artifact, threading.Event()

    def slow(name, key):
        found = artifact(name, key)
        if name == bundle_job.ARTIFACT:
            never.wait(0.5)  # both would have read by now
        return found

    def made(*given, say, **_):
        say("Writing the service")
        out = given[3]
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"zip")
        facts = {"n_golden": 1, "fields": []}
        proof = SimpleNamespace(n_tests=1, seconds=1.0, environment="a process", groups={})
        return SimpleNamespace(sha256=f"{given[2]:0<64}", size_bytes=3, manifest=facts), proof

    monkeypatch.setattr(trained, "artifact", slow)
    monkeypatch.setattr(bundle_job, "bundle_of_run", made)
    monkeypatch.setattr(state, "store", lambda: trained)
    model = SimpleNamespace(at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(bundle_job.model_choice, "stored_model", lambda run, key: model)
    for key in ("a", "b"):
        bundle_job.make(project, run, key, False)
    wait_for_jobs()
    monkeypatch.setattr(trained, "artifact", artifact)
    assert sorted(entry["key"] for entry in bundle_job.bundles(project)) == ["a", "b"]


def test_a_refresh_while_a_service_is_made_shows_that_very_service(open_app, trained):
    run, release = run_of(trained), threading.Event()
    other = next(
        score.key for score in state.evaluation_of(run).candidates() if score.key not in (run.best, "baseline")
    )
    name = bundle_job.name_of(project_of(trained), run, other)
    job = background.start(name, lambda job: release.wait(60))
    try:
        again = open_app("export", project_of(trained).id)
        assert again.selectbox(f"page.export.estimator.{run.id}").value == other
        again.selectbox(f"page.export.estimator.{run.id}").set_value(run.best).run()
        assert again.selectbox(f"page.export.estimator.{run.id}").value == run.best
    finally:
        release.set()
        assert job.wait(60)
    place = f"page.export.estimator.{run.id}"
    assert open_app("export", project_of(trained).id).selectbox(place).value == run.best


def test_after_it_was_made_the_page_begins_with_the_service_that_was_made_last(app, trained, monkeypatch):
    run = run_of(trained)
    made = [{"run": "run-of-another", "key": "x"}, {"run": run.id, "key": "second"}, {"run": run.id, "key": "first"}]
    monkeypatch.setattr(bundle_job, "bundles", lambda project: made)
    assert bundle_job.worked_on(project_of(trained), run) == "second"
    monkeypatch.setattr(bundle_job, "bundles", lambda project: made[:1])
    assert bundle_job.worked_on(project_of(trained), run) is None


def test_a_full_disk_is_told_as_one(app, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle_job, "bundle_of_run", full)
    app.button("page.export.make").click().run()
    wait_for_jobs()
    app.run()
    assert not app.exception and "is full" in app.error[0].value
    assert DOWNLOAD not in keys_of(app) and "page.export.make" in keys_of(app)
