"""Results: the run and the estimator that are chosen are shown, with numbers, pictures and the person's own rows."""

import io

import pandas as pd
import pytest

from workbench import charts
from workbench.modeling import split_words
from workbench.results import VIEWS, confusion, leaderboard
from workbench.specs import SplitSpec
from workbench.ui import background, components, navigation, pictures
from workbench.ui.results import behind, parts, tabs
from workbench.ui.results import views as result_views
from workbench.ui.results.shown import Shown


def project_of(store):
    return store.project(store.project_ids()[0])


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.subheader])


@pytest.fixture
def run(trained):
    return trained.runs(project_of(trained).id)[0]


@pytest.fixture
def evaluation(trained, run):
    return trained.load_evaluation(run.id)


def test_without_scores_the_page_says_what_is_missing(open_app, loaded):
    project = project_of(loaded)
    loaded.save_draft(project.id, project.draft.but(target="left"))
    app = open_app("results", project.id)
    assert "Nothing has been trained yet" in app.info[0].value


def test_where_rows_were_divided_several_times_it_is_said_which_are_counted(open_app, trained, monkeypatch):
    assert "each row counts once" not in words_of(open_app("results", project_of(trained).id))
    often = SplitSpec(folds=3, repeats=4)
    monkeypatch.setattr(tabs, "counted_once", lambda split: split_words.counted_once(often))
    said = words_of(open_app("results", project_of(trained).id))
    assert "Rows were divided 4 times: scores are means over all of them; counts" in said


def test_the_result_is_said_and_the_best_is_looked_at(open_app, trained, run):
    app = open_app("results", project_of(trained).id)
    assert "left = yes" in app.markdown[1].value + app.markdown[2].value + words_of(app)
    assert app.selectbox(f"page.results.estimator.{run.id}").value == run.best


def test_another_estimator_is_remembered_on_the_next_page(open_app, trained, run):
    app = open_app("results", project_of(trained).id)
    other = next(key for key in ("logistic", "decision_tree") if key != run.best)
    app.selectbox(f"page.results.estimator.{run.id}").set_value(other).run()
    assert not app.exception
    assert app.session_state[f"estimator.{run.id}"] == other
    app.switch_page(navigation.path_of("export")).run()
    assert app.selectbox(f"page.export.estimator.{run.id}").value == other


@pytest.mark.parametrize("view", [kind for kind in VIEWS if "binary" in kind.tasks], ids=lambda kind: kind.name)
def test_every_view_opens(open_app, trained, view):
    app = open_app("results", project_of(trained).id)
    tab = next(kind for kind in tabs.TABS if kind.name == view.tab)
    app.session_state["page.results.tab"] = tab.label
    app.session_state[f"page.results.view.{view.tab}"] = view.name
    app.run()
    assert not app.exception and not app.error
    if [button for button in app.button if button.key == f"page.results.measure.{view.name}"]:
        return  # measured on a click
    assert components.plain(view.definition) in words_of(app)


def test_a_cell_of_right_and_wrong_leads_to_its_rows(open_app, trained, run, evaluation):
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = "How good"
    app.session_state["page.results.view.quality"] = "confusion"
    app.run()
    cells = next(box for box in app.selectbox if box.label == "Rows behind a cell")
    assert cells.value is None and len(cells.options) >= 2
    place = int(confusion(evaluation, run.best).frame()["count"].gt(0).to_numpy().argmax())
    cells.set_value(place).run()
    assert not app.exception
    rows = app.dataframe[-1].value
    found = evaluation.out_of_fold(run.best)
    expected = found[(found["actual"] == rows["actual"].iloc[0]) & (found["prediction"] == rows["prediction"].iloc[0])]
    assert sorted(rows["row of the table"]) == [row + 1 for row in expected["row"]]
    assert f"{len(expected)} rows where left is" in words_of(app)


def test_a_click_in_a_picture_is_put_into_the_choice(monkeypatch, evaluation, run):
    import streamlit as st

    result = confusion(evaluation, run.best)
    place = int(result.frame()["count"].gt(0).to_numpy().argmax())
    session = {"page.c": {"selection": {"picked": [{"place": place}]}}}
    monkeypatch.setattr(st, "session_state", session)
    kind = behind.BEHIND["confusion"]
    behind.on_click(kind, result, "page.c")
    assert session[behind.chosen_key("page.c")] == place
    session["page.c"]["selection"]["picked"] = []
    behind.on_click(kind, result, "page.c")
    assert session[behind.chosen_key("page.c")] is None
    amounts = behind.BEHIND["predicted_against_actual"]
    session["page.a"] = {"selection": {"picked": [{"place": 7}]}}
    assert behind.choose(amounts, None, "page.a") == 7


def test_the_words_of_a_bar_say_which_rows_are_behind_it(evaluation, run):
    found = result_views.view("score_histogram").compute(evaluation, run.best, None)
    shown = Shown(None, run, evaluation, run.best, lambda: None)
    place = 20 + int(found.bars["n_second"].to_numpy().argmax())
    labels, words = behind.BEHIND["score_histogram"].find(shown, found, place)
    assert len(labels) == found.bars["n_second"].max()
    low = 5 * (place - 20)
    assert words == f"left = no, the probability of left = yes from {low} to {low + 5} %"
    assert not len(behind.BEHIND["score_histogram"].find(shown, found, 40)[0])


def test_a_newer_run_takes_the_place_and_the_older_can_be_chosen(open_app, trained, run):
    from workbench.training import worker

    newer = trained.create_run(run.project_id, run.spec.but(seed=1))
    worker.work(trained, newer.id)
    app = open_app("results", run.project_id)
    box = app.selectbox("page.results.run")
    assert box.value == newer.id
    box.set_value(run.id).run()
    assert not app.exception
    assert app.session_state["run"] == run.id
    assert "Settings changed since" not in words_of(app)


def test_a_note_is_kept_and_shown_with_the_runs(open_app, trained, run):
    app = open_app("results", run.project_id)
    app.text_input(f"page.results.note.{run.id}").set_value("first *try*").run()
    assert not app.exception
    assert trained.run(run.id).comment == "first *try*"
    app.switch_page(navigation.path_of("train")).run()
    assert "Note: first \\*try\\*" in words_of(app)


def test_out_of_fold_predictions_stand_beside_the_own_rows(trained, run, evaluation):
    table = trained.load_table(run.spec.dataset)
    found = result_views.out_of_fold_table(run, evaluation, run.best, table)
    assert len(found) == 60  # three of 63 rows have no answer
    assert found["row of the table"].tolist() == [row + 1 for row in range(63) if row not in (5, 25, 45)]
    assert found["left"].tolist() == found["actual"].tolist()
    assert {"fold", "prediction", "probability_yes", "customer"} <= set(found.columns)


def test_rows_that_are_not_in_the_sample_here_have_blank_columns(trained, run, evaluation):
    table = trained.load_table(run.spec.dataset)
    found = result_views.out_of_fold_table(run, evaluation, run.best, table.drop(index=[0, 2]))
    assert len(found) == 60
    assert found.index[found["left"].isna()].tolist() == [0, 2]
    assert found["prediction"].notna().all()


def test_csv_of_rows_is_safe_in_a_spreadsheet():
    frame = pd.DataFrame({"note": ["=1+1", "fine"], "n": [1, 2]})
    read = pd.read_csv(io.BytesIO(pictures.csv_of(frame)))
    assert not read.loc[0, "note"].startswith("=") and read.loc[1, "note"] == "fine"


def test_leaderboard_table_has_every_fold_of_the_main_metric(evaluation):
    table = result_views.board_table(leaderboard(evaluation), evaluation)
    assert len(table) == 3
    folds = table[["roc_auc fold 1", "roc_auc fold 2"]].mean(axis=1)
    assert folds.tolist() == pytest.approx(table["roc_auc mean"].tolist())
    assert "log_loss mean" in table


def test_charts_are_saved_as_pictures_with_their_words(evaluation):
    chart = charts.leaderboard(leaderboard(evaluation), metric="ROC AUC", higher_is_better=True)
    drawn = pictures.svg(chart)
    assert drawn.startswith("<svg") and "Decision tree" in drawn and "ROC AUC" in drawn
    picture = pictures.png(chart)
    assert picture.startswith(b"\x89PNG")
    # A font that is not found would leave the words out.
    mute = {**chart, "title": {"text": " "}}
    assert len(picture) > len(pictures.png(mute))


def test_names_that_both_have_are_told_apart():
    ours, theirs = pd.DataFrame({"fold": [0]}), pd.DataFrame({"fold": ["x"], "age": [3]})
    assert result_views.beside(ours, theirs).columns.tolist() == ["fold", "fold (your column)", "age"]


def test_a_stopped_run_does_not_take_the_place_of_a_finished_one(open_app, trained, run):
    from workbench.training import worker
    from workbench.ui import project_cards

    def card():
        return trained.project_cards()[0]

    assert card().best == run.best.split("-")[0] and not card().exported
    newer = trained.create_run(run.project_id, run.spec.but(metric="log_loss", seed=1))
    worker.work(trained, newer.id)
    assert card().metric == "log_loss"  # finished: the newest counts
    trained.end_run(newer.id, "stopped")
    assert card().metric == "roc_auc"
    app = open_app("results", run.project_id)
    assert app.selectbox("page.results.run").value == run.id
    trained.end_run(run.id, "stopped")
    assert card().metric == "log_loss"  # none has finished: the newest with a score
    trained.put_artifact("exported", run.project_id, {"bundles": []})
    assert card().exported and any("Service made" in line for line in project_cards.lines(card()))


def test_numbers_are_shown_without_names_of_ours(evaluation):
    from workbench.ui import readable

    shown, config = readable.dressed(result_views.board_table(leaderboard(evaluation), evaluation))
    assert config["kind"] is None and config["roc_auc mean"]["label"] == "ROC AUC mean"
    own = pd.DataFrame({"error": [0.123456], "wind": [12.99801], "day": pd.to_datetime(["2024-01-05"])})
    shown, config = readable.dressed(own, n_ours=1)
    assert shown["error"].tolist() == [0.1235] and shown["wind"].tolist() == [12.99801]
    assert config["day"]["type_config"]["type"] == "date"


def test_names_in_headers_are_not_escaped_and_own_numbers_show_no_binary_fractions():
    from workbench.ui import readable

    frame = pd.DataFrame({"probability_a_b*": [0.5], "ours_too": [1.25], "capital_gain": [35.529999999999994]})
    shown, config = readable.dressed(frame, n_ours=2)
    assert [config[name]["label"] for name in frame] == ["Probability of a_b*", "ours_too", "capital_gain"]
    for name in ("ours_too", "capital_gain"):  # "plain" would show 35.529999999999994 even of 35.53
        assert config[name]["type_config"]["format"] % 35.529999999999994 == "35.53"
    assert shown["capital_gain"].iloc[0] == 35.529999999999994


def test_computed_amounts_have_their_unit_and_lacking_probability_is_in_percent():
    from workbench.ui import readable

    frame = pd.DataFrame({"actual": [1.5], "error": [0.25], "error_share": [0.1], "prediction": [2.5]})
    _, config = readable.dressed(frame, n_ours=3, unit="m_2")
    assert [entry["label"] for entry in config.values()] == [
        "Actual (m_2)", "Off by (m_2)", "Off by, in percent of the actual value", "prediction"
    ]  # fmt: skip
    _, config = readable.dressed(frame, shares=("error",))
    assert config["error"]["label"] == "Off by" and config["error"]["type_config"]["format"] == "percent"


def test_a_calibrated_variant_is_made_on_a_click_and_chosen_at_the_top(open_app, trained, run):
    app = open_app("results", project_of(trained).id)
    key = run.best
    app.session_state["page.results.tab"] = next(kind.label for kind in tabs.TABS if kind.name == "quality")
    app.session_state[parts.key_of("quality")] = "calibration"
    app.run()
    app.button(key="page.results.calibrate").click().run()
    job = background.job(f"calibrated.{run.id}.{key}")
    assert job is None or job.wait(30)  # one that has ended and been told is not kept
    app.run()
    told = trained.artifact("calibrated", f"{run.id}:{key}")
    said = " ".join(one.value for one in app.markdown)
    assert ("calibrated** is among the estimators" in said) == told["added"]
    assert ("would not make these probabilities better" in said) == (not told["added"])
    assert not app.exception and len(trained.run(run.id).spec.candidates) == len(run.spec.candidates) + told["added"]
