"""What it uses: effects, pairs and reasons of the run's own columns; what is measured once is kept."""

from dataclasses import replace

import numpy as np
import pytest

from tests.charts.uses_cases import effect, pair
from workbench.modeling.planning import plan_experiment
from workbench.results.uses.interactions import Interactions
from workbench.specs import CandidateSpec, ColumnSpec, SplitSpec
from workbench.training import worker
from workbench.ui import background, phrases, readable
from workbench.ui.results import uses, uses_effects, uses_pairs


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.subheader])


@pytest.fixture
def run(trained):
    return trained.runs(trained.project_ids()[0])[0]


@pytest.fixture
def open_view(open_app, run):
    """Return a function that opens a view of the tab."""

    def open_tab(name):
        app = open_app("results", run.project_id)
        app.session_state["page.results.tab"] = "What it uses"
        app.session_state["page.results.view.uses"] = name
        app.run()
        assert not app.exception, app.exception
        return app

    return open_tab


def column_in_view(app, run):
    return app.selectbox(f"page.results.uses.column.{run.id}")


def test_the_effect_of_the_most_needed_column_is_shown_and_another_can_be_chosen(open_view, trained, run):
    needed = trained.importance(run.id, run.best).rows["column"].tolist()
    app = open_view("column_effect")
    assert column_in_view(app, run).value == needed[0]
    assert "Partial dependence" in words_of(app)
    for name in needed[1:]:
        column_in_view(app, run).set_value(name).run()
        assert not app.exception and not app.error


def test_columns_with_names_of_figures_keep_them_above_the_numbers():
    made = effect(np.array([1.0, 2.0]), "number", "yes", name="count")
    shown, config = readable.dressed(uses_effects.numbers(made))
    assert next(iter(config.values()))["label"] == "Value of count (kg)"
    beside = pair([1.0, 2.0], "number", ["a"])
    renamed = replace(
        beside, one=ColumnSpec(name="row", meaning="integer"), other=ColumnSpec(name="fold", meaning="integer")
    )
    shown, config = readable.dressed(uses_pairs.pair_numbers(renamed))
    assert [entry["label"] for entry in config.values()][:2] == ["Value of row", "Value of fold"]
    assert shown.iloc[:, 0].tolist() == [1.0, 2.0]  # not counted from 1 like rows of ours


def test_names_in_lists_stand_as_they_are(open_app, trained, run):
    table = trained.load_table(run.spec.dataset).rename(columns={"months": "months_*_$"})
    project = trained.create_project("Names")
    dataset = trained.add_frame(project.id, table, "names", origin="file")
    draft = trained.project(project.id).draft.but(
        target="left", split=SplitSpec(folds=2), candidates=(CandidateSpec(kind="logistic"),)
    )
    plan = plan_experiment(table, dataset.schema, trained.save_draft(project.id, draft).draft)
    named = trained.create_run(project.id, plan.spec)
    worker.work(trained, named.id)
    app = open_app("results", project.id)
    app.session_state["page.results.tab"] = "What it uses"
    app.session_state["page.results.view.uses"] = "column_effect"
    app.run()
    assert "months_*_$" in column_in_view(app, named).options
    app = open_app("try_it", project.id)
    assert "months_*_$" in next(one for one in app.multiselect if "changeable" in one.key).options


def test_single_rows_can_be_left_out_and_centred(open_view, run):
    app = open_view("column_effect")
    column_in_view(app, run).set_value("months").run()
    assert "individual conditional expectation" in words_of(app)
    app.toggle("page.results.uses.centred").set_value(True).run()
    assert "moves from its own first value" in words_of(app)
    app.toggle("page.results.uses.lines").set_value(False).run()
    assert not app.exception
    assert "individual conditional expectation" not in words_of(app)


def test_pairs_are_looked_for_on_a_click_and_kept(open_view, trained, run):
    app = open_view("pairs")
    app.button("page.results.uses.measure_pairs").click().run()
    name = f"interactions.{run.id}.{run.best}.yes"
    found = background._jobs().get(name)
    if found is not None:
        assert found._ended.wait(60) and found.problem is None, found.problem
    app.run()
    assert not app.exception
    kept = Interactions.from_json(trained.artifact("interactions", f"{run.id}:{run.best}:yes"))
    if kept.rows.empty:
        assert "no two columns" in words_of(app)
    else:
        assert "Friedman" in words_of(app) and "two columns" in words_of(app)


def test_reasons_add_up_for_the_row_that_is_furthest_off(open_view, trained, run):
    app = open_view("reasons")
    number = app.number_input(f"page.results.uses.row.{run.id}")
    worst = trained.load_evaluation(run.id).out_of_fold(run.best)
    off = 1 - worst["probability_yes"].where(worst["actual"] == "yes", worst["probability_no"])
    assert number.value - 1 in worst.loc[off == off.max(), "row"].tolist()
    assert "It adds up:" in words_of(app) and "log odds" in words_of(app)
    assert "While this row was held out, the probability of yes was" in words_of(app)
    assert "most similar known rows" in words_of(app)
    kept = trained.artifact("background", f"{run.id}:{run.best}")
    number.set_value(8).run()
    assert not app.exception
    assert trained.artifact("background", f"{run.id}:{run.best}") == kept


def test_a_row_that_was_picked_is_let_go_where_another_is_typed(open_view, run):
    app = open_view("reasons")
    picks = app.get_by_key(f"page.results.uses.worst.{run.id}.{run.best}")
    picks.set_value(int(picks.options[1].replace(",", "")) - 1).run()
    assert app.number_input(f"page.results.uses.row.{run.id}").value == int(picks.options[1].replace(",", ""))
    app.number_input(f"page.results.uses.row.{run.id}").set_value(8).run()
    assert not app.exception
    assert app.get_by_key(f"page.results.uses.worst.{run.id}.{run.best}").value is None


def test_rows_that_are_locked_away_are_not_said_to_be_learnt(open_view, monkeypatch):
    monkeypatch.setattr(phrases, "rows_learned", lambda spec: "all rows but those locked away")
    assert "fitted on all rows but those locked away answers" in words_of(open_view("column_effect"))
    assert "learnt from all rows but those locked away, from this one too" in words_of(open_view("reasons"))


def test_a_row_that_the_model_did_not_learn_from_is_refused_in_words(open_view, run):
    app = open_view("reasons")
    app.number_input(f"page.results.uses.row.{run.id}").set_value(6).run()  # row 5, counted from 0, has no outcome
    assert "did not learn from row 6" in words_of(app)


def test_a_candidate_that_is_not_fitted_can_be(open_app, trained, run):
    app = open_app("results", run.project_id)
    other = next(key for key in ("logistic", "decision_tree") if key != run.best)
    app.selectbox(f"page.results.estimator.{run.id}").set_value(other)
    app.session_state["page.results.tab"] = "What it uses"
    app.session_state["page.results.view.uses"] = "reasons"
    app.run()
    assert not app.exception
    assert app.button("page.results.uses.fit").label == "Fit it on all rows"


def test_views_of_the_tab_have_labels():
    assert [label for label, _ in uses.OWN.values()] == [
        "What a column changes",
        "Columns together",
        "Reasons for a row",
    ]
