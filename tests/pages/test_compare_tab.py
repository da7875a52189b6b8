"""The tab Compare: the leaderboard with its ties, two estimators, two runs, and the history with comments."""

from dataclasses import replace

import pytest

from workbench import charts
from workbench.results import leaderboard
from workbench.results.candidates.comparison import compare
from workbench.training import worker
from workbench.ui import state
from workbench.ui.results import compare as compare_tab
from workbench.ui.results import compare_history, compare_pair


def words_of(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.error, *app.warning]
    return " ".join(element.value for element in shown).replace("\\", "")


@pytest.fixture
def run(trained):
    return trained.runs(trained.project_ids()[0])[0]


@pytest.fixture
def second(trained, run):
    """Another run, on two more folds and with another seed."""
    newer = trained.create_run(run.project_id, run.spec.but(seed=1, locked=0.1))
    worker.work(trained, newer.id)
    return trained.run(newer.id)


def opened(open_app, run, view="estimators"):
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = "Compare"
    app.session_state[compare_tab.VIEW_KEY] = view
    app.run()
    assert not app.exception and not app.error
    return app


def table_named(app, *columns):
    found = [each.value for each in app.dataframe if set(columns) <= set(each.value.columns)]
    assert found, [list(each.value.columns) for each in app.dataframe]
    return found[0]


def test_two_estimators_stand_beside_each_other_in_every_metric(open_app, trained, run):
    app = opened(open_app, run)
    evaluation = trained.load_evaluation(run.id)
    other = next(key for key in ("decision_tree", "logistic") if key != run.best)
    boxes = [box for box in app.selectbox if str(box.key).startswith(compare_pair.PLACE)]
    boxes[1].set_value(other).run()
    assert compare(evaluation, run.best, other).sentence in words_of(app)
    table = table_named(app, "Metric", "Difference")
    assert table["Metric"].tolist()[:2] == ["ROC AUC", "average precision"]
    assert set(table["Better is"]) == {"higher", "lower"}
    boxes = [box for box in app.selectbox if str(box.key).startswith(compare_pair.PLACE)]
    boxes[1].set_value(run.best).run()
    assert "Choose two different ones" in words_of(app)


def test_the_leaderboard_marks_what_is_level(trained, run):
    board = leaderboard(trained.load_evaluation(run.id))
    board["tied"] = [True, False, False]
    drawn = charts.leaderboard(board, metric="ROC AUC", higher_is_better=True)
    points = drawn["layer"][-1]["encoding"]["fillOpacity"]
    assert points == {"condition": {"test": "datum.hollow", "value": 0}, "value": 1}
    assert [row["hollow"] for row in drawn["data"]["values"]] == [False, True, False]
    board["tied"] = False
    drawn = charts.leaderboard(board, metric="ROC AUC", higher_is_better=True)
    assert not any(row["hollow"] for row in drawn["data"]["values"])


def test_with_one_run_there_is_nothing_to_compare_it_with(open_app, run):
    assert "Train again, with something changed" in words_of(opened(open_app, run, "runs"))


def test_two_runs_are_compared_in_words_with_the_settings_that_differ(open_app, run, second):
    app = opened(open_app, second, "runs")
    said = words_of(app)
    assert "Run 1: " in said and "Run 2: " in said and "ROC AUC" in said
    assert "they are compared" in said.lower() or "compared row by row" in said
    table = table_named(app, "Setting", "Run 1", "Run 2")
    assert table.to_numpy().tolist() == [["Locked away", "–", "10 % of the rows"], ["Seed of chance", "0", "1"]]
    assert "Several things were changed at once" in said


def test_runs_that_predict_something_else_are_said_not_to_compare(open_app, trained, run, second, monkeypatch):
    other = trained.load_evaluation(second.id)
    elsewhere = replace(other, spec=other.spec.but(target="churned"))
    monkeypatch.setattr(state, "evaluation_of", _either(trained, second, elsewhere))
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = "Compare"
    app.session_state[compare_tab.VIEW_KEY] = "runs"
    app.run()
    assert not app.exception
    (problem,) = app.error
    assert "One run predicts “left”, the other “churned”" in problem.value
    assert table_named(app, "Setting", "Run 1", "Run 2")["Setting"].tolist() == ["Locked away", "Seed of chance"]


def _either(store, second, elsewhere):
    return lambda each: elsewhere if each.id == second.id else store.load_evaluation(each.id)


def test_the_history_has_every_run_and_its_comment(open_app, trained, run, second):
    trained.comment_run(run.id, "first *try*")
    opened(open_app, second, "history")
    frame = compare_history.history([trained.run(second.id), trained.run(run.id)], second.id)
    assert frame["Run"].tolist() == ["2 (this one)", "1"]
    assert frame["Your comment"].tolist() == ["", "first *try*"]
    assert frame["Score"].str.startswith("ROC AUC 0.").all() and frame["Score"].str.contains("±").all()
    assert frame["Better is"].tolist() == ["higher", "higher"]
    assert frame["What was asked"].str.startswith("left from ").all()
    compare_history.keep_comment(second.id, "with fewer rows")
    assert trained.run(second.id).comment == "with fewer rows"
    compare_history.keep_comment(second.id, None)
    assert trained.run(second.id).comment == ""
