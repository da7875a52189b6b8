"""The tab Report: what is saved and shown, and that it follows what is decided elsewhere."""

from tests.pages.projects import project_of
from workbench.specs import DecisionSpec
from workbench.ui.results import failures_work

SAVED = ("page.results.report.html", "page.results.report.md", "page.results.save_board")


def opened(open_app, store):
    app = open_app("results", project_of(store).id)
    app.session_state["page.results.tab"] = "Report"
    app.run()
    assert not app.exception, app.exception
    return app


def written():
    """The texts on offer, newest last."""
    return [entry for about, entry in failures_work._kept().items() if about[0] == "report"]


def test_report_and_card_are_offered_and_the_report_is_shown(open_app, trained, monkeypatch):
    monkeypatch.setattr(failures_work, "PATIENCE_SECONDS", 60)
    app = opened(open_app, trained)
    keys = [button.key for button in app.get("download_button")]
    assert [key for key in keys if key in SAVED] == list(SAVED)
    assert "page.results.save_predictions" in keys
    saved = {button.proto.label: button.proto.help for button in app.get("download_button")}
    assert "out-of-fold predictions" in saved["Predictions of your rows as CSV"]
    (texts,) = written()
    (frame,) = app.get("iframe")
    assert frame.proto.srcdoc == texts.shown
    assert "href" in texts.html and "href" not in texts.shown  # a link would leave the frame
    assert texts.html.startswith("<!doctype html>") and "left = yes" in texts.html
    assert "What the columns change that it needs most" in texts.html  # the model of all rows is there
    assert texts.card.startswith("# Model card: Customers\n")


def test_a_decision_taken_since_is_in_the_report(open_app, trained, monkeypatch):
    monkeypatch.setattr(failures_work, "PATIENCE_SECONDS", 60)
    run = trained.runs(project_of(trained).id)[0]
    app = opened(open_app, trained)
    trained.save_decision(run.id, run.best, DecisionSpec(label="yes", threshold=0.21))
    app.run()
    assert not app.exception
    before, after = written()
    assert "from a probability of 21" not in before.card
    assert "from a probability of 21 % on" in after.card and "from a probability of 21\u00a0% on" in after.html


def test_what_was_not_measured_is_said(open_app, trained, monkeypatch):
    monkeypatch.setattr(failures_work, "PATIENCE_SECONDS", 60)
    run = trained.runs(project_of(trained).id)[0]
    trained.put_artifact("importance", f"{run.id}:{run.best}", None)
    app = opened(open_app, trained)
    assert any("is not in the report yet" in caption.value for caption in app.caption)
    assert trained.importance(run.id, run.best) is None  # opening a tab starts no fits


def test_without_the_table_predictions_are_saved_alone_and_it_is_said(open_app, trained, monkeypatch):
    from workbench.errors import NotFound
    from workbench.store import Store
    from workbench.ui.results import views

    run = trained.runs(project_of(trained).id)[0]
    evaluation = trained.load_evaluation(run.id)
    alone = views.out_of_fold_table(run, evaluation, run.best, None)
    whole = views.out_of_fold_table(run, evaluation, run.best, trained.load_table(run.spec.dataset))
    assert alone.equals(whole[alone.columns]) and "plan" in whole and "plan" not in alone

    def gone(*args):
        raise NotFound("The table is not here any more.", "Add it again.")

    monkeypatch.setattr(Store, "load_table", gone)
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = "Report"
    app.run()
    assert not app.exception
    assert any(caption.value == views.WITHOUT_TABLE for caption in app.caption)
