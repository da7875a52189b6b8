"""Train: metric, estimators and settings reach the draft; a run is started, shown, stopped, resumed and listed."""

import json

import psutil

from tests.pages.projects import project_of, spec_of
from workbench.specs import CandidateSpec, ColumnChoice, SplitSpec
from workbench.training import worker
from workbench.ui import run_changes, run_panel, scrolling


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.error])


def test_without_a_target_the_page_says_what_is_missing(open_app, loaded):
    app = open_app("train", project_of(loaded).id)
    assert "not decided yet" in app.info[0].value
    assert not [button for button in app.button if button.key == "page.train.start"]


def test_metric_is_chosen_with_its_sentence(open_app, targeted):
    app = open_app("train", project_of(targeted).id)
    box = app.selectbox("page.train.metric")
    assert box.value == "roc_auc" and "Higher is better." in words_of(app)
    box.set_value("log_loss").run()
    assert not app.exception
    assert project_of(targeted).draft.metric == "log_loss"
    assert "Lower is better." in words_of(app)


def unfold(app):
    app.session_state["page.train.own"] = True
    return app.run()


def test_estimators_are_left_out_and_the_suggested_set_comes_back(open_app, targeted):
    app = unfold(open_app("train", project_of(targeted).id))
    assert app.checkbox("page.train.use.baseline.True").disabled
    app.checkbox("page.train.use.random_forest.True").uncheck().run()
    assert not app.exception
    kinds = [candidate.kind for candidate in project_of(targeted).draft.candidates]
    assert "random_forest" not in kinds and "logistic" in kinds
    app.checkbox("page.train.use.random_forest.False").check().run()
    assert [candidate.kind for candidate in project_of(targeted).draft.candidates].count("random_forest") == 1
    app.button("page.train.default_set").click().run()
    assert project_of(targeted).draft.candidates is None


def test_settings_that_differ_from_the_default_are_kept(open_app, targeted):
    app = unfold(open_app("train", project_of(targeted).id))
    app.session_state["page.train.open.decision_tree"] = True
    app.run()
    field = app.number_input("page.train.decision_tree.min_samples_leaf")
    assert (field.value, field.min, field.max) == (10, 1, 500)
    field.set_value(25)
    app.button("page.train.submit.decision_tree").click().run()
    assert not app.exception
    assert (
        CandidateSpec(kind="decision_tree", hyperparameters={"min_samples_leaf": 25})
        in project_of(targeted).draft.candidates
    )


def test_a_setting_that_was_emptied_is_the_usual_one(open_app, targeted):
    app = unfold(open_app("train", project_of(targeted).id))
    app.session_state["page.train.open.decision_tree"] = True
    app.run()
    app.number_input("page.train.decision_tree.min_samples_leaf").set_value(None)
    app.number_input("page.train.decision_tree.max_depth").set_value(4)
    app.button("page.train.submit.decision_tree").click().run()
    assert not app.exception and not app.error
    tree = CandidateSpec(kind="decision_tree", hyperparameters={"max_depth": 4})
    assert tree in project_of(targeted).draft.candidates


def test_train_stores_the_question_and_starts_it(open_app, targeted, launched):
    app = open_app("train", project_of(targeted).id)
    app.button("page.train.start").click().run()
    assert not app.exception
    assert app.session_state[scrolling.AGAIN_KEY], "its progress stands at the top of the page"
    (run,) = targeted.runs(project_of(targeted).id)
    assert launched == [(run.id,)]
    assert run.fingerprint == spec_of(targeted).fingerprint
    assert run.notes["rows_without_target"] == 3
    assert f"**Run {run.number}** · waiting" in words_of(app)


def test_a_queued_run_is_stopped_and_can_be_resumed(open_app, targeted, launched):
    run = targeted.create_run(project_of(targeted).id, spec_of(targeted))
    app = open_app("train", project_of(targeted).id)
    app.button(f"page.train.stop.{run.id}").click().run()
    assert not app.exception
    assert targeted.run(run.id).status == "stopped"
    app.run()
    assert scrolling.AGAIN_KEY not in app.session_state
    app.button(f"page.train.resume.{run.id}").click().run()
    assert app.session_state[scrolling.AGAIN_KEY]
    assert launched[-1] == (run.id,)


def test_a_finished_run_is_listed_with_what_changed_since(open_app, trained):
    project = project_of(trained)
    app = open_app("train", project.id)
    assert "Same settings as now." in words_of(app)
    assert app.button("page.train.start").label == "Train again"
    trained.save_draft(
        project.id, project.draft.but(choices=(ColumnChoice(name="spend", use=False),), metric="log_loss")
    )
    app = open_app("train", project.id)
    assert "Settings changed since: without “spend” and main metric log loss." in words_of(app).replace("\\", "")
    assert app.button("page.train.start").label == "Train"


def test_results_of_an_earlier_run_are_opened(open_app, trained):
    project = project_of(trained)
    (run,) = trained.runs(project.id)
    app = open_app("train", project.id)
    app.button(f"page.train.results.{run.id}").click().run()
    assert not app.exception
    assert app.session_state["run"] == run.id
    assert app.title[0].value == "Results"


def test_an_estimator_that_fails_stays_listed_with_its_cause(open_app, trained, monkeypatch):
    project = project_of(trained)
    run = trained.create_run(project.id, spec_of(trained))
    trained.record_failure(run.id, "logistic", "It could not be fitted: the moon was full.")
    frame = run_panel.progress_frame(trained.load_evaluation(run.id), {("decision_tree", 1)})
    marks = frame.set_index("Estimator")["Folds"].to_dict()
    assert marks == {"Baseline": "○○", "Decision tree": "○◐", "Logistic regression": "failed"}
    assert frame["Note"].tolist()[-1] == "It could not be fitted: the moon was full."


def test_changes_are_told_most_important_first(trained):
    old = spec_of(trained)
    assert run_changes.changes(old, old) == []
    new = spec_of(trained, positive="no", split=SplitSpec(kind="time", column="since", folds=2), metric="log_loss")
    assert run_changes.changes(old, new) == [
        "“no” is the class to find",
        "predicting the future by “since”, checked 2 times",
        "main metric log loss",
    ]
    assert run_changes.changes(old, spec_of(trained, target="plan", candidates=None)) == ["another target, “plan”"]


def test_more_runs_than_fit_are_paged(open_app, trained):
    project = project_of(trained)
    for _ in range(9):
        run = trained.create_run(project.id, spec_of(trained))
        trained.end_run(run.id, "stopped")
    words = words_of(open_app("train", project.id))
    assert "**Run 10**" in words and "**Run 3**" in words and "**Run 2**" not in words


def test_a_run_goes_on_where_it_was_stopped(trained):
    run = trained.create_run(project_of(trained).id, spec_of(trained))
    trained.end_run(run.id, "stopped")
    worker.work(trained, run.id)
    assert trained.run(run.id).n_done == trained.run(run.id).n_total == 6


def test_the_words_of_a_run_agree_with_its_bar(trained, monkeypatch):
    from dataclasses import replace

    (run,) = trained.runs(project_of(trained).id)
    half = replace(run, status="running", phase="scoring", n_done=21, n_total=30)
    assert run_panel.progress_words(half, 8.0) == (0.7, "Scoring: 21 of 30 done (70 %) · about 10 seconds left")
    monkeypatch.setattr(psutil, "getloadavg", lambda: (0.0, 0.0, 0.0))
    assert run_panel.progress_words(half, 0.0)[1].endswith("(70 %) · longer than expected")
    fitting = replace(half, phase="fitting", n_done=30)
    assert "Fitting the best one on all rows, so" in run_panel.progress_words(fitting, None)[1]
    locked = replace(fitting, spec=fitting.spec.but(locked=0.2))
    assert "Fitting the best one on all rows but those locked away, so" in run_panel.progress_words(locked, None)[1]
    share, words = run_panel.progress_words(replace(half, phase="explaining", n_done=30), None)
    assert share == 1.0 and "Every score is there (30 of 30). Finding out which columns matter" in words


def test_a_finished_run_is_told_at_the_top_with_the_way_to_its_results(open_app, trained):
    app = open_app("train", project_of(trained).id)
    assert "**Run 1** has finished. " in app.markdown[0].value + app.markdown[1].value
    app.button("page.train.outcome").click().run()
    assert not app.exception and app.title[0].value == "Results"


def test_notes_of_estimators_are_wrapped():
    from streamlit.testing.v1 import AppTest

    def script():
        from types import SimpleNamespace

        import pandas as pd

        from workbench.ui import run_panel

        columns = {
            "Estimator": ["a"],
            "Folds": ["●"],
            "Score": ["1"],
            "Time": ["1 s"],
            "Note": [""],
            "Dropped": [False],
        }
        frame, spec = pd.DataFrame(columns), SimpleNamespace(candidates=())
        run_panel.show_frame(frame, key="short", spec=spec)
        run_panel.show_frame(frame.assign(Note="Dropped after 1 of 5 folds."), key="long", spec=spec)

    app = AppTest.from_function(script).run()
    assert not app.exception
    short, long = (table.proto for table in app.dataframe)
    assert not short.HasField("row_height") and long.row_height == run_panel.NOTE_PIXELS
    widths = [entry["width"] for entry in json.loads(long.columns).values() if isinstance(entry.get("width"), int)]
    assert sum(widths) < 790, "what fits beside the menu in a window of 1280"
