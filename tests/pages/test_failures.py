"""Where it fails: weak groups, any column as a slice, fairness, and the rows behind each."""

import threading

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotFound
from workbench.results.failures.fairness import fairness
from workbench.results.failures.fairness_rates import RATES
from workbench.results.failures.row_errors import chances
from workbench.results.failures.segments import find_segments
from workbench.results.failures.slices import slices
from workbench.specs import DecisionSpec
from workbench.store import Store
from workbench.ui import background
from workbench.ui.results import (
    failures,
    failures_fairness,
    failures_groups,
    failures_rows,
    failures_slices,
    failures_work,
)
from workbench.ui.results.shown import Shown

TAB = "Where it fails"


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(failures_work, "PATIENCE_SECONDS", 60)


@pytest.fixture
def run(trained):
    return trained.runs(trained.project_ids()[0])[0]


def opened(open_app, run, view):
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = TAB
    app.session_state["page.results.view.failures"] = view
    app.run()
    assert not app.exception and not app.error
    return app


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.success])


def test_no_weak_group_is_said_with_what_was_searched(open_app, trained, run, patient):
    app = opened(open_app, run, "weak_groups")
    assert "No weak group was found" in app.success[0].value and "60 rows" in app.success[0].value
    app.segmented_control("page.results.weak_groups.by").set_value("log_loss").run()
    assert not app.exception and "No weak group was found" in app.success[0].value


def test_a_weak_group_is_shown_with_its_rows_and_what_to_do(open_app, trained, run, patient, monkeypatch):
    planted = with_a_weak_group(trained, run)
    monkeypatch.setattr(failures_groups, "find_segments", lambda *args, **kwargs: planted)
    app = opened(open_app, run, "weak_groups")
    segment = planted.segments[0]
    assert f"1. {segment.words}" in words_of(app).replace("\\", "") and "**What now:**" in words_of(app)
    cards = {metric.label: metric.value for metric in app.metric}
    assert cards["Rows in the group"] == f"{segment.n_rows:,}"
    assert cards["Wrong answers here"] == planted.say(segment.error)
    app.button("page.results.weak_groups.show.0").click().run()
    assert not app.exception
    rows = app.dataframe[0].value
    assert len(rows) == min(segment.n_rows, 200) and rows.columns[4] == "months"
    assert f"{segment.n_rows:,} rows where" in words_of(app)
    app.button("page.results.weak_groups.show.0").click().run()
    assert f"{segment.n_rows:,} rows where" not in words_of(app)


def with_a_weak_group(trained, run):
    """What a search would find in ten times as many rows, of which those with few months are wrong."""
    from workbench.training import Evaluation, FoldScore

    rng, n_rows = np.random.default_rng(0), 60
    months = np.repeat([2.0, 15.0], n_rows * 10 // 2)
    wrong = rng.random(len(months)) < np.where(months < 5, 0.5, 0.05)
    actual = np.where(rng.random(len(months)) < 0.5, "yes", "no").astype(object)
    predicted = np.where(wrong, np.where(actual == "yes", "no", "yes"), actual).astype(object)
    probabilities = np.where((predicted == "yes")[:, None], [[0.2, 0.8]], [[0.8, 0.2]])
    rows = np.arange(len(months))
    fold = FoldScore(run.best, 0, {"roc_auc": 0.8}, 1.0, 0.1, rows, actual, predicted, probabilities)
    names = [column.name for column in run.spec.columns]
    table = pd.DataFrame({name: pd.Series(["a"] * len(rows), dtype="str") for name in names}).assign(months=months)
    found = find_segments(Evaluation(run.spec, (fold,)), run.best, table)
    assert len(found.segments) == 1
    # The page shows rows of the run's own table.
    from dataclasses import replace

    return replace(found, segments=(replace(found.segments[0], rows=np.arange(0, 60, 2)),))


def test_a_column_is_a_slice_and_its_rows_can_be_seen(open_app, trained, run, patient):
    app = opened(open_app, run, "by_column")
    box = app.selectbox(f"page.results.by_column.column.{run.id}")
    assert set(box.options) == {"customer", "plan", "months", "since", "spend"}
    box.set_value("plan").run()
    assert not app.exception and "Dashed line: all rows" in words_of(app)
    groups = next(one for one in app.selectbox if one.label == "Rows behind a group")
    assert len(groups.options) == 3
    groups.set_value("plus").run()
    assert not app.exception
    rows = app.dataframe[0].value
    assert (rows["plan"] == "plus").all() and "20 rows where plan is plus" in words_of(app)
    errors = rows["error"].tolist()
    assert errors == sorted(errors, reverse=True)
    app.segmented_control("page.results.by_column.by").set_value("roc_auc").run()
    assert not app.exception and "How well the ranking works" in words_of(app)


def test_fairness_names_rates_definitions_and_what_it_does_not_tell(open_app, trained, run, patient):
    app = opened(open_app, run, "fairness")
    app.selectbox(f"page.results.fairness.column.{run.id}").set_value("plan").run()
    assert "demographic parity" in words_of(app) and "What this does not tell" in words_of(app)
    assert "Answers are as the model gives them" in words_of(app)
    table = app.dataframe[0].value
    assert len(table) == 3 and set(table["Beyond chance"]) <= {"Yes", "No", "too few rows"}
    app.segmented_control("page.results.fairness.rate").set_value("precision").run()
    assert not app.exception and "predictive parity" in words_of(app)


def test_the_decision_counts_in_fairness(open_app, trained, run, patient):
    trained.save_decision(run.id, run.best, DecisionSpec(label="yes", threshold=0.01))
    app = opened(open_app, run, "fairness")
    app.selectbox(f"page.results.fairness.column.{run.id}").set_value("plan").run()
    assert "from a probability of 1 % on" in words_of(app)
    shares = app.dataframe[0].value["Selection rate"]
    evaluation = trained.load_evaluation(run.id)
    lowest = evaluation.out_of_fold(run.best)["probability_yes"]
    if (lowest >= 0.01).all():
        assert all(share.startswith("100 %") for share in shares)


def test_a_single_row_behind_a_group_is_said_as_one(open_app, trained, run, patient):
    app = opened(open_app, run, "by_column")
    app.selectbox(f"page.results.by_column.column.{run.id}").set_value("customer").run()
    choice = next(box for box in app.selectbox if box.label == "Rows behind a group")
    choice.set_value(choice.options[-1]).run()
    assert not app.exception
    told = next(element.value for element in app.markdown if " where customer is " in element.value)
    assert told.startswith("**1 row where") and told.endswith("**.")
    assert any(button.label == "Save this row as CSV" for button in app.get("download_button"))


@pytest.mark.parametrize(
    ("tab", "view"), [(TAB, "failures.largest_errors"), (TAB, "failures.by_column"), ("How good", "quality.confusion")]
)
def test_without_the_table_its_rows_are_said_to_be_gone(open_app, trained, run, patient, monkeypatch, tab, view):
    def gone(*args):
        raise NotFound("The table is not here any more.", "Add it again.")

    monkeypatch.setattr(Store, "load_table", gone)
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = tab
    app.session_state[f"page.results.view.{view.partition('.')[0]}"] = view.partition(".")[2]
    app.run()
    if view == "quality.confusion":
        next(box for box in app.selectbox if box.label == "Rows behind a cell").set_value(0).run()
    assert not app.exception
    assert [problem.value for problem in app.error] == ["The table is not here any more."]


def test_what_is_being_measured_is_said_with_the_name_as_it_stands(open_app, trained, run, monkeypatch):
    monkeypatch.setattr(failures_work, "PATIENCE_SECONDS", 0)
    release = threading.Event()
    monkeypatch.setattr(failures_slices, "slices", lambda *args: release.wait(60))
    schema = trained.dataset(run.spec.dataset).schema
    named = schema.column("plan").but(name="*plan*")
    monkeypatch.setattr(failures_slices, "choose_column", lambda *args: named)
    app = opened(open_app, run, "by_column")
    release.set()
    assert any("“\\*plan\\*”" in element.value for element in app.info), [element.value for element in app.info]


def test_a_click_in_a_picture_picks_its_group(monkeypatch):
    import streamlit as st

    session = {"chart": {"selection": {"picked": [{"place": 2}]}}, "none": {"selection": {"picked": []}}}
    monkeypatch.setattr(st, "session_state", session)
    assert failures_rows.picked("chart") == 2
    assert failures_rows.picked("none") is None and failures_rows.picked("absent") is None
    failures_rows.take_click("chart", "level", ["a", "b", "c"])
    assert session["level"] == "c"
    failures_rows.take_click("none", "level", ["a", "b", "c"])
    assert session["level"] is None
    failures_groups._toggle("open", 1)
    assert session["open"] == 1
    failures_groups._toggle("open", 1)
    assert session["open"] is None


def test_rows_of_a_group_are_the_worst_first(trained, run):
    evaluation = trained.load_evaluation(run.id)
    labels = np.arange(0, 60, 3)
    ours = failures_rows.errors_of(evaluation, run.best, labels)
    assert set(ours["row"]) == {label for label in labels if label not in (5, 25, 45)}
    rows = evaluation.out_of_fold(run.best).set_index("row").loc[ours["row"]].reset_index()
    assert ours["error"].tolist() == pytest.approx((1 - chances(rows, run.spec)).tolist())
    assert ours["error"].is_monotonic_decreasing


def test_numbers_behind_pictures_have_headers_and_percent(trained, run):
    evaluation, table = trained.load_evaluation(run.id), trained.load_table(run.spec.dataset)
    column = next(column for column in run.spec.columns if column.name == "plan")
    found = slices(evaluation, run.best, table, column)
    numbers = failures_slices.numbers_of(found)
    assert numbers["Wrong answers (%)"].tolist() == pytest.approx((found.frame()["value"] * 100).tolist())
    rates = fairness(evaluation, run.best, table, column)
    assert failures_fairness.numbers_of(rates, RATES[0])["Selection rate (%)"].between(0, 100).all()
    told = failures_fairness.gaps_table(rates, RATES[0])
    assert told.loc[0, "Selection rate"].count("%") == 3 and "to" in told.loc[0, "Difference (points)"]
    groups = failures_groups.numbers_of(with_a_weak_group(trained, run))
    assert len(groups) == 1 and groups.loc[0, "Share of all errors (%)"] > 50


def test_work_that_takes_long_is_shown_and_a_failure_can_be_tried_again(open_app, trained, run, monkeypatch):
    monkeypatch.setattr(failures_work, "PATIENCE_SECONDS", 0.01)
    import threading

    go_on = threading.Event()

    def slow(*args, **kwargs):
        go_on.wait(30)
        raise ValueError("no")

    monkeypatch.setattr(failures_groups, "find_segments", slow)
    app = open_app("results", run.project_id)
    app.session_state["page.results.tab"] = TAB
    app.run()
    assert any("Looking for groups of rows" in told.value for told in app.info)
    go_on.set()
    name = ".".join(["failures", "weak_groups", run.id, str(run.n_done), run.best, "", "wrong"])
    assert background.job(name).wait(30)
    app.run()
    assert app.error and app.button("page.results.weak_groups.again")


def test_what_was_computed_is_kept():
    calls = []
    import streamlit as st

    st.cache_resource.clear()
    for _ in range(2):
        assert failures_work.result(("view", "a"), lambda: calls.append(1) or "found", "Working") == "found"
    assert calls == [1]


def test_columns_to_slice_by_begin_with_what_the_model_uses(trained, run, monkeypatch):
    class Found:
        rows = pd.DataFrame({"column": ["months", "spend", "gone"]})

    monkeypatch.setattr(failures_slices.views, "stored_importance", lambda run, key: Found)
    monkeypatch.setattr(failures_slices.state, "dataset", trained.dataset)
    shown = Shown(None, run, None, run.best, lambda: None)
    names = list(failures_slices.columns_of(shown))
    assert names[:2] == ["months", "spend"] and names[-1] == "customer" and "left" not in names


def test_every_own_view_has_a_name():
    assert list(failures.OWN) == ["weak_groups", "by_column", "fairness"]
