"""Decide, for amounts: what the tab shows is what is shipped, and what is put in use is answered everywhere."""

import shutil

import numpy as np
import pandas as pd
import pytest

from workbench.export.run_summary import run_summary
from workbench.results.deciding.amount_costs import Costs, amount_errors
from workbench.results.deciding.intervals import interval_of
from workbench.results.report import report_html
from workbench.results.wording import number
from workbench.runtime.intervals import bounds
from workbench.specs import AmountDecisionSpec, CandidateSpec, SplitSpec
from workbench.training import worker
from workbench.ui import navigation
from workbench.ui.results import views


@pytest.fixture(scope="module")
def rents_home(tmp_path_factory):
    """A home folder with a finished run on amounts, made once; copy it, do not change it."""
    from workbench.modeling.planning import plan_experiment
    from workbench.store import Store
    from workbench.training import worker

    home = tmp_path_factory.mktemp("rents") / "home"
    rng = np.random.default_rng(0)
    size = rng.normal(70, 20, 120).round(1)
    frame = pd.DataFrame({"size": size, "rent*": (size * 12 + rng.gamma(2, 60, 120)).round(2)})
    with Store.open(home) as store:
        project = store.create_project("Rents")
        dataset = store.add_frame(project.id, frame, "rents", origin="file")
        project = store.project(project.id)
        draft = project.draft.but(target="rent*", split=SplitSpec(folds=3), candidates=(CandidateSpec(kind="ridge"),))
        project = store.save_draft(project.id, draft)
        plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, project.draft)
        run = store.create_run(project.id, plan.spec)
        worker.work(store, run.id)
        assert store.run(run.id).status == "finished", store.run(run.id).error
    return home


@pytest.fixture
def rents(home, rents_home):
    from workbench.store import Store

    shutil.copytree(rents_home, home)
    with Store.open() as store:
        (project_id,) = store.project_ids()
        (run,) = store.runs(project_id)
        yield store, project_id, run


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def widget(app, name, part):
    (found,) = [one for one in getattr(app, name) if part in (one.key or "")]
    return found


def test_the_interval_is_said_as_it_is_shipped_and_its_level_is_kept(open_app, rents):
    store, project_id, run = rents
    app = open_app("results", project_id)
    evaluation = store.load_evaluation(run.id)
    ratio = store.error_ratio(run.id, "ridge")
    interval = interval_of(evaluation, "ridge", ratio=ratio)
    assert f"{100 * interval.coverage:.1f}" in words_of(app) and "in 9 of 10 cases" in words_of(app)
    level = widget(app, "segmented_control", "decide.level")
    level.set_value(0.8).run()
    assert not app.exception
    assert store.interval_level(run.id, "ridge") == 0.8 and "in 8 of 10 cases" in words_of(app)
    app.switch_page(navigation.path_of("try_it")).run()
    assert not app.exception
    assert "in 8 of 10 cases" in words_of(app)


def test_what_is_added_moves_with_the_costs_and_goes_into_use(open_app, rents):
    store, project_id, run = rents
    app = open_app("results", project_id)
    evaluation = store.load_evaluation(run.id)
    errors = amount_errors(evaluation, "ridge")
    widget(app, "number_input", "decide.low").set_value(4.0).run()
    widget(app, "button", "Set the best").click().run()
    assert not app.exception
    best = errors.best_shift(Costs(4.0, 1.0))
    assert widget(app, "select_slider", "decide.shift").value == best
    widget(app, "button", "decide.use_shift").click().run()
    assert not app.exception
    expected = AmountDecisionSpec(shift=best, too_low=4.0, too_high=1.0)
    assert store.amount_decision(run.id, "ridge") == expected
    assert "is added to what the model predicts" in words_of(app)
    widget(app, "button", "decide.unshift").click().run()
    assert store.amount_decision(run.id, "ridge") is None


def test_the_interval_on_decide_is_that_of_the_amount_as_it_is_answered(open_app, rents):
    store, project_id, run = rents
    store.save_amount_decision(run.id, "ridge", AmountDecisionSpec(shift=-259.0, too_low=3.0))
    app = open_app("results", project_id)
    said = next(one.value for one in app.markdown if "is answered" in one.value).replace("\\", "")
    answered = float(said.split("Where ")[1].split(" is answered")[0].replace(",", ""))
    assert "(259 taken off)" in said
    rule = interval_of(store.load_evaluation(run.id), "ridge", ratio=store.error_ratio(run.id, "ridge")).rule
    (low,), (high,) = bounds(np.array([answered + 259.0]), rule)
    assert f"between {number(low)} and {number(high)} in 9 of 10 cases" in said
    # Try it, for the row that is predicted so: the same amount and the same ends.
    ridge = store.load_model(run.id, "ridge")
    two = ridge.predict(pd.DataFrame({"size": [50.0, 60.0]}))
    size = 50.0 + 10.0 * (answered + 259.0 - two[0]) / (two[1] - two[0])
    from workbench.ui import scoring_path

    (answer,) = scoring_path.scorer_of(run, "ridge").predict_rows([{"size": float(size)}])
    assert answer["prediction"] == pytest.approx(answered, abs=1e-6)
    assert (answer["lower"], answer["upper"]) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


def test_what_was_written_about_costs_stands_beside_them_and_an_odd_shift_is_explained(open_app, rents):
    store, project_id, run = rents
    project = store.project(project_id)
    store.save_draft(project_id, project.draft.but(success=project.draft.success.but(costs="too low costs 3 times")))
    errors = amount_errors(store.load_evaluation(run.id), "ridge")
    below = float((errors.residual <= 0).mean())
    app = open_app("results", project_id)
    assert "you wrote: “too low costs 3 times”." in words_of(app).replace("\\", "")
    assert not any("still something is best" in one.value for one in app.info)
    # Too low is dearer, yet by so little that fewer should be below than are already.
    ratio = 1 + (below / (1 - below) - 1) / 2
    assert ratio > 1
    widget(app, "number_input", "decide.low").set_value(ratio).run()
    (said,) = [one.value for one in app.info if "still something is best taken off" in one.value]
    assert f"{100 * below:.0f}" in said and f"{100 * ratio / (1 + ratio):.0f}" in said
    assert errors.best_shift(Costs(ratio, 1.0)) < 0


def test_what_another_run_takes_off_is_found_anew_for_its_costs(open_app, rents):
    store, project_id, run = rents
    store.save_amount_decision(run.id, "ridge", AmountDecisionSpec(shift=40.0, too_low=3.0, unit="€"))
    newer = store.create_run(project_id, run.spec.but(seed=4))
    worker.work(store, newer.id)
    app = open_app("results", project_id)
    assert "Run 1 has 40 added to each prediction; run 2 has not yet." in words_of(app)
    app.button("page.results.elsewhere.anew").click().run()
    assert not app.exception
    found = store.amount_decision(newer.id, "ridge")
    assert found.shift == amount_errors(store.load_evaluation(newer.id), "ridge").best_shift(Costs(3.0, 1.0))
    assert (found.too_low, found.unit) == (3.0, "€")
    assert widget(app, "select_slider", "decide.shift").value == found.shift
    said = next(one.value for one in app.markdown if one.value.startswith("#### Adding"))
    assert "brings the cost per row from" in said


def test_try_it_and_the_saved_table_say_the_same(open_app, rents):
    store, project_id, run = rents
    store.save_amount_decision(run.id, "ridge", AmountDecisionSpec(shift=25.0, too_low=3.0))
    app = open_app("try_it", project_id)
    assert "25 was added to what the model says" in words_of(app)
    evaluation = store.load_evaluation(run.id)
    table = store.load_table(run.spec.dataset)
    saved = views.out_of_fold_table(run, evaluation, "ridge", table)
    found = interval_of(evaluation, "ridge").frame()
    np.testing.assert_allclose(saved["prediction"], found["prediction"] + 25.0, rtol=1e-12)
    np.testing.assert_allclose(saved["lower"], found["lower"], rtol=1e-12)
    answer = _answer(run, table)
    rule = interval_of(evaluation, "ridge", ratio=store.error_ratio(run.id, "ridge")).rule
    assert answer["lower"] == pytest.approx(bounds([answer["prediction"] - 25.0], rule)[0][0], rel=1e-9)


def test_rows_and_pictures_follow_what_is_added_and_the_interval_stays(open_app, rents):
    store, project_id, run = rents
    rows = store.load_evaluation(run.id).out_of_fold("ridge")
    app = open_app("results", project_id)
    before = next(one.value for one in app.markdown if "Measured on rows it was not calibrated on" in one.value)
    store.save_amount_decision(run.id, "ridge", AmountDecisionSpec(shift=500.0, too_low=3.0))
    app = open_app("results", project_id)
    assert before in [one.value for one in app.markdown]
    off = (rows["actual"] - rows["prediction"] - 500.0).abs().sort_values(ascending=False)

    app.session_state["page.results.tab"] = "Where it fails"
    app.session_state["page.results.view.failures"] = "largest_errors"
    app.run()
    assert not app.exception and "**500** is added to what the model predicts, here as well." in words_of(app)
    shown = app.dataframe[-1].value
    assert shown["row of the table"].iloc[0] == rows.loc[off.index[0], "row"] + 1
    assert shown["error"].iloc[0] == pytest.approx(off.iloc[0], rel=1e-3)

    app.session_state["page.results.tab"] = "What it uses"
    app.session_state["page.results.view.uses"] = "reasons"
    app.run()
    told = next(one.value for one in app.caption if "While this row was held out" in one.value)
    answered = rows.loc[off.index[0], "prediction"] + 500.0
    assert f"the answer was {number(answered)}" in told.replace("\\", "")

    app = open_app("try_it", project_id)
    assert f"off by {number(float(_mean_off(store, run, 500.0)))} on average" in words_of(app)


def _mean_off(store, run, added):
    rows = store.load_evaluation(run.id).out_of_fold("ridge")
    return (rows["actual"] - rows["prediction"] - added).abs().groupby(rows["fold"]).mean().mean()


def test_weak_groups_of_a_summary_are_those_of_the_answers(rents, monkeypatch):
    store, _, run = rents
    store.save_amount_decision(run.id, "ridge", AmountDecisionSpec(shift=500.0))
    asked = []
    monkeypatch.setattr("workbench.results.summary.find_segments", lambda *given: asked.append(given))
    summary = run_summary(store, run, measure=False)
    np.testing.assert_allclose(asked[0][0].out_of_fold("ridge")["prediction"], summary.predictions["prediction"])
    worst = (summary.predictions["actual"] - summary.predictions["prediction"]).abs().max()
    assert f"missed by {number(worst)}" in report_html(summary)


def _answer(run, table):
    from workbench.ui import scoring_path

    return scoring_path.scorer_of(run, "ridge").predict_rows([{"size": float(table["size"].iloc[0])}])[0]


def test_costs_that_were_typed_are_there_after_another_page(open_app, rents):
    store, project_id, run = rents
    app = open_app("results", project_id)
    widget(app, "number_input", "decide.low").set_value(4.0).run()
    widget(app, "text_input", "decide.unit").set_value("hours").run()
    assert widget(app, "number_input", "decide.low").value == 4.0
    app = open_app("results", project_id)  # a new session
    assert widget(app, "number_input", "decide.low").value == 4.0
    assert widget(app, "number_input", "decide.high").value == 1.0
    assert widget(app, "text_input", "decide.unit").value == "hours"
    assert store.amount_decision(run.id, "ridge") is None  # nothing is in use by that


def test_a_cost_of_nothing_is_told(open_app, rents):
    _, project_id, _ = rents
    app = open_app("results", project_id)
    widget(app, "number_input", "decide.low").set_value(0.0)
    widget(app, "number_input", "decide.high").set_value(0.0).run()
    assert not app.exception
    assert any("nothing to choose" in one.value for one in app.info)


def test_the_form_moves_an_amount_past_a_value_with_the_shift_in_use(rents, open_app):
    store, project_id, run = rents
    store.save_amount_decision(run.id, "ridge", AmountDecisionSpec(shift=100.0))
    app = open_app("try_it", project_id)
    row = app.number_input[0].value if app.number_input[0].label == "size" else None
    table = store.load_table(run.spec.dataset)
    ridge = store.load_model(run.id, "ridge")
    answer = float(ridge.predict(pd.DataFrame({"size": [row]}))[0]) + 100.0
    total = next(text.value for text in app.markdown if "It adds up" in text.value)
    assert float(total.rsplit("= **", 1)[1].split("**")[0].replace(",", "")) == pytest.approx(answer, abs=0.1)
    app.multiselect(f"page.try_it.changeable.{run.id}.ridge").set_value(["size"]).run()
    app.number_input(f"page.try_it.change.past.{run.id}").set_value(round(answer + 60)).run()
    app.button("page.try_it.change.look").click().run()
    assert not app.exception
    # Rent rises with size, so the nearest size that occurs and gets there is the smallest of those that do.
    rents_then = ridge.predict(table[["size"]]) + 100.0
    size = table.loc[rents_then >= round(answer + 60), "size"].min()
    assert f"“size” from {row:.10g} to {size:.10g}" in words_of(app)
    app.button("page.try_it.keep").click().run()
    assert "Predicted rent*" in app.dataframe[0].value["Column"].tolist()
