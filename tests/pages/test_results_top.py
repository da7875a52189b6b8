"""The top of the Results page: while a run is going on, and with a decision in use."""

import pytest

from workbench.results.quality import headlines
from workbench.specs import DecisionSpec, ScenarioSpec
from workbench.training import supervisor
from workbench.ui import state


@pytest.fixture
def run(trained):
    return trained.runs(trained.project_ids()[0])[0]


def words_of(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.success]
    return " ".join(one.value for one in shown).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def going(trained, run, monkeypatch):
    """A second run of the same question with half of its scores, still under way."""
    newer = trained.create_run(run.project_id, run.spec.but(seed=1))
    scores = trained.load_evaluation(run.id).fold_scores
    for score in scores[: len(scores) // 2]:
        trained.record_fold(newer.id, score)
    monkeypatch.setattr(supervisor, "check", lambda store, run_id: store.run(run_id))
    assert trained.run(newer.id).status in state.ACTIVE
    return trained.run(newer.id)


def test_while_a_run_is_going_on_all_of_it_is_so_far(open_app, trained, going, monkeypatch):
    monkeypatch.setattr(headlines, "_beats", lambda *given: False)
    project = trained.project(going.project_id)
    success = project.draft.success.but(metric="roc_auc", least=0.6)
    trained.save_draft(project.id, project.draft.but(success=success))
    app = open_app("results", going.project_id)
    app.session_state["run"] = going.id
    app.run()
    assert not app.exception
    assert f"Run {going.number} is still under way: {going.n_done} of {going.n_total} scored." in words_of(app)
    said = words_of(app)
    assert "Nothing useful" not in said and "Good enough" not in said.replace("So far: Good enough", "")
    assert "### So far: " in said or "### No estimator has finished" in said


def test_the_top_follows_the_run_and_what_is_below_waits_for_a_click(open_app, trained, run, going):
    app = open_app("results", going.project_id)
    app.session_state["run"] = going.id
    app.run()
    assert not [one for one in app.button if one.key == "page.results.follow"]
    scores = trained.load_evaluation(run.id).fold_scores
    trained.record_fold(going.id, scores[len(scores) // 2])
    app.run()
    assert f"{going.n_done + 1} of {going.n_total} scored." in words_of(app)


def test_with_a_decision_the_second_sentence_is_about_it_in_rows_and_money(open_app, trained, run):
    rows = trained.load_evaluation(run.id).out_of_fold(run.best)
    assert "At 50 %: of" not in words_of(open_app("results", run.project_id))
    calls = ScenarioSpec(name="Calls", found=-20.0, false_alarm=-20.0, missed=-300.0, unit="€")
    room = ScenarioSpec(name="Room", kind="capacity", capacity=20, of=100)
    trained.save_scenarios(run.id, "yes", (room, calls))
    trained.save_decision(run.id, run.best, DecisionSpec(label="yes", threshold=0.4, scenario="Room"))
    yes, so = rows["probability_yes"] >= 0.4, rows["actual"] == "yes"
    app = open_app("results", run.project_id)
    (said,) = [one.value for one in app.markdown if one.value.startswith("#### ")]
    said = said.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
    assert f"At 40 %: of 1,000 rows {1000 * yes.mean():.0f} are decided “yes”" in said
    assert f"{1000 * (so & yes).mean():.0f} of them" in said
    assert "It costs " in said and "deciding “yes” for all of them costs 20,000 €, which is better." in said
