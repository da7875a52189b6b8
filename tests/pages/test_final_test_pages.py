"""The final test from page to page: rows are locked, a second file is chosen, both are opened, later files judged."""

import numpy as np
import pandas as pd
import pytest

from tests.pages.projects import project_of
from tests.sales import sales
from workbench.modeling import planning
from workbench.modeling.planning import plan_experiment
from workbench.results.deciding.in_use import rows_of_1000
from workbench.results.wording import number, percent
from workbench.specs import CandidateSpec, DecisionSpec, ScenarioSpec, SplitSpec
from workbench.store import Store
from workbench.training import bootstrap, cross_validate, fit


def csv_of(frame):
    return frame.to_csv(index=False).encode()


def words_of(app):
    kinds = (app.markdown, app.caption, app.info, app.warning, app.subheader, app.error)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


@pytest.fixture
def store(home, monkeypatch):
    """A project with a finished run of two fitted models, 40 of 160 rows locked away."""
    monkeypatch.setattr(bootstrap, "DRAWS", 20)
    with Store.open() as store:
        project = store.create_project("Sales")
        dataset = store.add_frame(project.id, sales(), "sales", origin="file")
        kinds = ("logistic", "decision_tree")
        draft = store.project(project.id).draft.but(
            target="sold",
            locked=0.25,
            split=SplitSpec(folds=2),
            candidates=tuple(CandidateSpec(kind=kind) for kind in kinds),
        )
        store.save_draft(project.id, draft)
        table = store.load_table(dataset.fingerprint)
        spec = plan_experiment(table, dataset.schema, draft).spec
        run = store.create_run(project.id, spec)
        for score in cross_validate(table, spec, n_jobs=1).fold_scores:
            store.record_fold(run.id, score)
        for kind in kinds:
            store.save_model(run.id, kind, fit(table, spec, kind))
        store.end_run(run.id, "finished")
        yield store


def opened_with(app, run, key, rows="locked"):
    """Choose an estimator, ask for its final test, and confirm."""
    from workbench.ui import background

    app.selectbox(f"page.results.estimator.{run.id}").set_value(key).run()
    app.button(f"page.results.final.{rows}.ask").click().run()
    warned = app.warning[-1].value
    app.button(f"page.results.final.{rows}.open").click().run()
    for name, job in list(background._jobs().items()):
        assert not name.startswith("final:") or job.wait(60)
    app.run()
    assert not app.exception and not app.error
    return warned


def test_rows_are_locked_away_on_the_page_of_the_target(open_app, store):
    app = open_app("features", project_of(store).id)
    share = next(widget for widget in app.get("button_group") if widget.key == "page.features.locked")
    assert share.value == 0.25
    assert "40 rows are locked away: drawn by chance" in words_of(app)
    share.set_value(0.1).run()
    assert not app.exception
    assert project_of(store).draft.locked == 0.1
    assert "16 rows are locked away" in words_of(app)
    share = next(widget for widget in app.get("button_group") if widget.key == "page.features.locked")
    share.set_value(0.0).run()
    assert "locked away:" not in words_of(app)


def test_before_training_it_is_said_what_stays_locked_and_later_what_has_changed(open_app, store):
    from workbench.ui.run_changes import changes

    project = project_of(store)
    assert "**40 rows** stay locked away until the end." in words_of(open_app("train", project.id))
    spec = store.runs(project.id)[0].spec
    assert changes(spec, spec.but(locked=0.1)) == ["10 % of the rows locked away"]
    assert changes(spec, spec.but(locked=0.0)) == ["no rows locked away"]


def test_a_second_file_is_taken_in_beside_the_table_in_work(open_app, store, drop_files):
    project = project_of(store)
    app = open_app("features", project.id)
    drop_files(app, "test_file", ("later.csv", csv_of(pd.concat([sales(60, 1), sales().head(5)]))))
    assert not app.exception and not app.error
    draft = project_of(store).draft
    assert draft.dataset == project.draft.dataset
    assert store.dataset(draft.test_dataset, project.id).name == "later.csv"
    said = words_of(app)
    assert "It fits: 65 rows with a known outcome." in said and "5 of its 65 rows are also in the training file" in said
    app.selectbox("page.features.test_file").set_value("").run()
    assert project_of(store).draft.test_dataset == ""


def test_a_second_file_that_does_not_fit_says_so_before_anything_is_trained(open_app, store, drop_files):
    app = open_app("features", project_of(store).id)
    drop_files(app, "test_file", ("later.csv", csv_of(sales(30).drop(columns="sold").assign(other=1))))
    assert "no column “sold” in “later.csv”" in app.error[0].value


def test_locked_rows_are_opened_once_and_a_second_model_is_marked(open_app, store):
    run = store.runs(project_of(store).id)[0]
    app = open_app("results", run.project_id)
    assert "**40 rows** of your table were locked away" in words_of(app)
    assert store.openings(run.project_id) == []  # to look at the page opens nothing
    assert "unseen only once" in opened_with(app, run, "logistic")
    assert "On 40 rows that nothing had seen, ROC AUC is" in words_of(app)
    assert "no longer be an unseen test" in opened_with(app, run, "decision_tree")
    assert "Opened before: this is no longer an unseen test." in words_of(app)
    assert [found.earlier for found in store.openings(run.project_id)] == [0, 1]


def test_a_final_test_says_that_the_threshold_in_use_plays_no_part_in_it(open_app, store):
    run = store.runs(project_of(store).id)[0]
    app = open_app("results", run.project_id)
    opened_with(app, run, "logistic")
    assert "plays no part" not in words_of(app)
    label = run.spec.positive
    store.save_decision(run.id, "logistic", DecisionSpec(label=label, threshold=0.31))
    app = open_app("results", run.project_id)
    app.selectbox(f"page.results.estimator.{run.id}").set_value("logistic").run()
    assert "the threshold of the decision plays no part in them" in words_of(app)


def test_a_final_test_says_what_the_decision_in_use_does_on_those_rows(open_app, store):
    run = store.runs(project_of(store).id)[0]
    label = run.spec.positive
    money = ScenarioSpec(name="Offers", found=30.0, false_alarm=-4.0, unit="€")
    store.save_scenarios(run.id, label, (money,))
    store.save_decision(run.id, "logistic", DecisionSpec(label=label, threshold=0.31, scenario="Offers"))
    app = open_app("results", run.project_id)
    opened_with(app, run, "logistic")
    inputs, target = planning.locked_table(store.load_table(run.spec.dataset), run.spec)
    model = store.load_model(run.id, "logistic")
    chance = model.predict_proba(inputs)[:, list(model.classes_).index(label)]
    yes, so = chance >= 0.31, target == label
    (table,) = [one.value for one in app.dataframe if "Found, of 1,000 rows" in one.value.to_string()]
    here = table.set_index("Measure")["On these rows"]
    for name, rows in {
        "Found": yes & so,
        "For nothing": yes & ~so,
        "Missed": ~yes & so,
        "Rightly left alone": ~yes & ~so,
    }.items():
        assert here[f"{name}, of 1,000 rows"] == rows_of_1000(1000 * rows.mean())
    assert here["Precision"].startswith(f"{percent(so[yes].mean())} (95 %: ")
    earned = 1000 * (30 * (yes & so).mean() - 4 * (yes & ~so).mean())
    assert here["By “Offers”, 1,000 rows"].startswith(f"earns {number(earned)} € (95 %: ± ")
    rows = store.load_evaluation(run.id).out_of_fold("logistic")
    found = 1000 * ((rows[f"probability_{label}"] >= 0.31) & (rows["actual"] == label)).mean()
    assert table.set_index("Measure")["Promised"]["Found, of 1,000 rows"] == rows_of_1000(found)
    assert "With what is in use" in words_of(app)


def test_asking_is_not_opening(open_app, store):
    run = store.runs(project_of(store).id)[0]
    app = open_app("results", run.project_id)
    app.button("page.results.final.locked.ask").click().run()
    app.button("page.results.final.locked.cancel").click().run()
    assert app.button("page.results.final.locked.ask").label == "Open the locked rows …"
    assert store.openings(run.project_id) == []


def test_the_second_file_is_tested_on(open_app, store, drop_files):
    run = store.runs(project_of(store).id)[0]
    app = open_app("features", run.project_id)
    drop_files(app, "test_file", ("later.csv", csv_of(sales(60, 1))))
    app = open_app("results", run.project_id)
    opened_with(app, run, "logistic", "file")
    assert "On 60 rows of “later.csv”, ROC AUC is" in words_of(app)
    assert store.openings(run.project_id)[0].rows == "file"


def test_later_files_tell_how_good_the_model_still_is(open_app, store, drop_files):
    run = store.runs(project_of(store).id)[0]
    app = open_app("try_it", run.project_id)
    app.selectbox(f"page.try_it.estimator.{run.id}").set_value("logistic").run()
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    drop_files(app, "try_it", ("may.csv", csv_of(sales(80, 2))))
    assert not app.exception and not app.error
    assert "On these 80 rows, ROC AUC is" in words_of(app) and "as promised" in words_of(app)
    assert "It expected" in words_of(app)
    # What is decided about the model shows at once.
    store.save_decision(run.id, "logistic", DecisionSpec(label="yes", threshold=0.3))
    app.run()
    assert "the threshold of the decision plays no part in them" in words_of(app)
    # Chance instead of a pattern: the model is far from what was promised.
    turned = sales(80, 3).assign(sold=lambda rows: np.where(rows["sold"] == "yes", "no", "yes"))
    drop_files(app, "try_it", ("june.csv", csv_of(turned)))
    assert "It is worse than promised: retrain it with newer rows." in words_of(app)
    assert [found.name for found in store.outcomes(run.id, "logistic")] == ["may.csv", "june.csv"]
    app.run()
    assert len(store.outcomes(run.id, "logistic")) == 2  # looked at again, not counted again


def test_a_later_file_without_outcomes_is_only_predicted(open_app, store, drop_files):
    run = store.runs(project_of(store).id)[0]
    app = open_app("try_it", run.project_id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    drop_files(app, "try_it", ("new.csv", csv_of(sales(30, 4).drop(columns="sold"))))
    assert not app.exception and "30 of 30 rows" in words_of(app) and "promised" not in words_of(app)
    blank = sales(30, 4).assign(sold="")
    drop_files(app, "try_it", ("blank.csv", csv_of(blank)))
    assert "No row of “blank.csv” has a “sold”" in app.error[0].value
    assert store.outcomes(run.id, run.best) == []


def test_the_history_has_a_row_per_file(store):
    from workbench.ui.outcome_view import history_of

    run = store.runs(project_of(store).id)[0]
    labelled = sales(30, 5)
    chances = np.column_stack([np.full(30, 0.6), np.full(30, 0.4)])
    from workbench.training.final_test import judge

    found = judge(run.spec, labelled["sold"].to_numpy(object), np.full(30, "no", dtype=object), chances)
    store.record_outcome(run.id, "logistic", digest="a" * 64, name="may.csv", result=found.to_json())
    history = history_of(store.outcomes(run.id, "logistic"), "accuracy")
    assert history["score"].tolist() == [(labelled["sold"] == "no").mean()]
    assert history.loc[0, ["file", "n_rows"]].tolist() == ["may.csv", 30]


def test_the_numbers_of_a_test_are_a_table(store):
    from workbench.training.final_test import FinalTest
    from workbench.ui.test_view import numbers_of

    found = FinalTest(
        "rmse", {"r2": 0.5, "rmse": 12.34}, {"r2": (0.4, 0.6), "rmse": (11.0, 14.0)}, 9, {"rmse": (12.0, 1.0)}, unit="€"
    )
    frame = numbers_of(found)
    assert frame.iloc[0].tolist() == ["RMSE", "12.3 € (95 %: 11.0 to 14.0)", "12 €", "lower"]
    assert frame.iloc[1].tolist() == ["R²", "0.500 (95 %: 0.40 to 0.60)", "–", "higher"]
