"""The goal: written down beside the target, kept with the run, and answered on the Results page."""

from dataclasses import replace

import pytest

from workbench.specs import SuccessSpec
from workbench.ui import goal_form, goal_verdict


def project_of(store):
    return store.project(store.project_ids()[0])


def words_of(app):
    return " ".join(e.value for e in [*app.markdown, *app.caption, *app.info, *app.success, *app.warning]).replace(
        "\\:", ":"
    )


def unfold(app):
    app.session_state[goal_form.PLACE] = True  # a browser keeps it open
    return app.run()


def test_what_is_written_down_is_stored(open_app, trained):
    project = project_of(trained)
    app = unfold(open_app("features", project.id))
    app.text_area(goal_form.DECISION_KEY).set_value(" whom to *call* ").run()
    unfold(app).text_input(goal_form.COSTS_KEY).set_value("5 € a call").run()
    unfold(app).number_input(goal_form.LEAST_KEY).set_value(0.8).run()
    assert not app.exception
    draft = project_of(trained).draft
    assert draft.goal == "whom to *call*"
    assert draft.success == SuccessSpec(costs="5 € a call", metric="roc_auc", least=0.8)


def test_a_value_to_start_from_is_offered_and_another_metric_asks_anew(open_app, trained):
    project = project_of(trained)
    app = unfold(open_app("features", project.id))
    assert "Guessing reaches 0.5, perfect is 1." in words_of(app)
    app.button(f"{goal_form.PLACE}.take").click().run()
    assert project_of(trained).draft.success == SuccessSpec(metric="roc_auc", least=0.75)
    assert unfold(app).number_input(goal_form.LEAST_KEY).value == 0.75
    app.selectbox(goal_form.METRIC_KEY).set_value("log_loss").run()
    assert not app.exception
    assert project_of(trained).draft.success == SuccessSpec(metric="log_loss", least=None)
    asked = unfold(app).number_input(goal_form.LEAST_KEY)
    assert asked.label == "At most" and asked.value is None
    assert asked.proto.set_value  # or the browser would go on showing the number of the other metric, and send it again


def test_units_are_no_markdown(open_app, trained, monkeypatch):
    monkeypatch.setattr(goal_form, "as_typed", lambda value, unit: "*1* US$")
    app = unfold(open_app("features", project_of(trained).id))
    assert "Guessing reaches \\*1\\* US\\$, perfect is \\*1\\* US\\$." in words_of(app)
    assert app.button(f"{goal_form.PLACE}.take").label == "Take \\*1\\* US\\$"
    app.number_input(goal_form.LEAST_KEY).set_value(0.1234567).run()
    asked = unfold(app).number_input(goal_form.LEAST_KEY)
    assert asked.proto.format % asked.value == "0.1234567"  # no digit is hidden


def test_another_target_has_another_least(open_app, trained):
    project = project_of(trained)
    trained.save_draft(project.id, project.draft.but(goal="g", success=SuccessSpec(costs="c", metric="f1", least=0.5)))
    app = open_app("features", project.id)
    app.selectbox("page.features.target").set_value("spend").run()
    assert project_of(trained).draft.success == SuccessSpec(costs="c")
    assert project_of(trained).draft.goal == "g"


@pytest.mark.parametrize("least, words", [(0.3, "Good enough: ROC AUC"), (0.9999, "eached")])
def test_results_say_whether_it_is_good_enough(open_app, trained, least, words):
    project = project_of(trained)
    trained.save_draft(project.id, project.draft.but(goal="whom to *call*", success=SuccessSpec(least=least)))
    app = open_app("results", project.id)
    said = words_of(app)
    assert words in said and "To decide: whom to \\*call\\*" in said
    assert "Written down after this run had begun" in said


def test_without_a_goal_the_way_to_one_is_shown(open_app, trained):
    said = words_of(open_app("results", project_of(trained).id))
    assert "What would be good enough?" in said and "Good enough" not in said


def test_the_goal_is_that_of_the_moment_the_run_began(open_app, trained):
    from workbench.training import worker

    project = project_of(trained)
    (old,) = trained.runs(project.id)
    note = {"decision": "whom to call", "costs": "", "metric": "roc_auc", "least": 0.3}
    new = trained.create_run(project.id, old.spec.but(seed=1), notes={"goal": note})
    worker.work(trained, new.id)
    trained.save_draft(project.id, project.draft.but(goal="another", success=SuccessSpec(metric="roc_auc", least=1.0)))
    said = words_of(open_app("results", project.id))
    assert "the 0.3 you asked for" in said and "whom to call" in said and "changed since" in said


def test_a_run_that_is_started_keeps_the_goal(open_app, trained, monkeypatch):
    from workbench.training import supervisor

    monkeypatch.setattr(supervisor, "start", lambda *asked: None)
    project = project_of(trained)
    trained.save_draft(project.id, project.draft.but(goal="whom to call", seed=3))
    app = open_app("train", project.id)
    app.button("page.train.start").click().run()
    assert not app.exception
    assert trained.runs(project.id)[0].notes["goal"]["decision"] == "whom to call"


def test_the_ceiling_of_equal_rows_is_told_where_it_matters(open_app, trained, monkeypatch):
    from workbench.results.quality.ceiling import Ceiling

    found = Ceiling("left", "", False, 40, 12, 0.8, 0.7, 0.9, 0.1)
    monkeypatch.setattr(goal_verdict, "ceiling", lambda table, spec: found)
    assert found.sentence in words_of(open_app("results", project_of(trained).id))
    assert "40 rows in 12 sets are equal" in found.sentence and "80 % of the rows (70 % to 90 %)" in found.sentence
    monkeypatch.setattr(goal_verdict, "ceiling", lambda table, spec: replace(found, lost=0.001))
    goal_verdict._ceiling.clear()
    assert "are equal in every column" not in words_of(open_app("results", project_of(trained).id))
