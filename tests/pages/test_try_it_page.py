"""Try it: the form holds a typical row and answers as the exported service would; a file does too."""

import io

import pandas as pd
import pytest

from workbench.export import build_bundle, open_bundle
from workbench.export.file_rows import predict_file
from workbench.training import supervisor
from workbench.ui import row_form, scoring_path


def project_of(store):
    return store.project(store.project_ids()[0])


@pytest.fixture
def run(trained):
    return trained.runs(project_of(trained).id)[0]


def shown_share(app):
    return app.metric[0].value


def field_of(app, name):
    return next(
        widget
        for kind in (app.number_input, app.selectbox, app.text_input, app.date_input)
        for widget in kind
        if widget.key.endswith(f".{name}")
    )


def test_without_scores_the_page_says_what_is_missing(open_app, loaded):
    app = open_app("try_it", project_of(loaded).id)
    assert not app.exception and app.info


def test_the_form_holds_a_typical_row(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    assert not app.error
    # All three plans are equally frequent; then it is the first by the alphabet.
    plan = field_of(app, "plan").value
    assert plan == "a plan with a name that is sixty characters long, as some are"
    # A real row: what it says goes together.
    table = trained.load_table(project_of(trained).draft.dataset)
    real = table[(table["months"] == field_of(app, "months").value) & (table["spend"] == field_of(app, "spend").value)]
    assert plan in set(real["plan"])
    assert "Probability of left = yes" in app.metric[0].label


def test_a_change_moves_the_answer(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    field_of(app, "months").set_value(0.0).run()
    early = shown_share(app)
    field_of(app, "months").set_value(19.0).run()
    assert not app.exception
    assert shown_share(app) != early


def test_blank_and_unusual_values_are_taken_with_a_warning(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    field_of(app, "plan").set_value(None).run()
    assert any("no value" in warning.value for warning in app.warning)
    field_of(app, "months").set_value(None).run()
    assert sum("no value" in warning.value for warning in app.warning) == 2
    field_of(app, "months").set_value(1000.0).run()
    assert any("outside what was seen" in warning.value for warning in app.warning)


def test_a_row_of_the_table_fills_the_form(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    app.get_by_key("start").set_value("a row of my table").run()
    app.number_input("row").set_value(3).run()
    assert not app.exception
    assert field_of(app, "spend").value == 10.5 + 26 % 31
    assert any("In your table this row has left" in caption.value for caption in app.caption)


def test_a_row_is_counted_as_in_the_file_where_only_a_sample_is_worked_with(open_app, trained, run, monkeypatch):
    from workbench.ui import state

    table = trained.load_table(run.spec.dataset)
    monkeypatch.setattr(state, "table", lambda fingerprint: table.drop(index=[0, 3, 4]))
    app = open_app("try_it", project_of(trained).id)
    app.get_by_key("start").set_value("a row of my table").run()
    assert "this is row 2, the next" in " ".join(caption.value for caption in app.caption)
    app.number_input("row").set_value(3).run()
    assert field_of(app, "spend").value == table.at[2, "spend"]
    app.number_input("row").set_value(4).run()
    assert field_of(app, "spend").value == table.at[5, "spend"]
    assert "Row 4 is not in the sample" in " ".join(caption.value for caption in app.caption)


def test_an_estimator_without_a_model_is_fitted_on_a_click(open_app, trained, run, monkeypatch):
    asked = []
    monkeypatch.setattr(supervisor, "fit_model", lambda store, run_id, key: asked.append((run_id, key)))
    other = next(key for key in ("logistic", "decision_tree") if key != run.best)
    app = open_app("try_it", project_of(trained).id)
    app.selectbox(f"page.try_it.estimator.{run.id}").set_value(other).run()
    assert "not been fitted on all rows" in app.info[0].value
    app.button("page.try_it.fit").click().run()
    assert asked == [(run.id, other)]


def test_a_model_that_does_not_load_is_told_and_can_be_fitted_again(open_app, trained, run):
    # The file of the model is damaged on disk.
    from sqlalchemy import select

    from workbench.store.tables import MODELS

    with trained.database.read() as connection:
        digest = connection.execute(select(MODELS.c.digest).where(MODELS.c.run_id == run.id)).scalar_one()
    trained.files.path(digest).chmod(0o600)
    trained.files.path(digest).write_bytes(b"not a model")
    app = open_app("try_it", project_of(trained).id)
    assert "damaged" in app.error[0].value
    assert app.button("page.try_it.fit").label == "Fit it again"


def test_the_form_answers_as_the_bundle_does(open_app, trained, run, tmp_path):
    dataset = trained.dataset(run.spec.dataset)
    table = trained.load_table(dataset.fingerprint)
    model = trained.load_model(run.id, run.best)
    bundle = build_bundle(
        model,
        run.spec,
        dataset.read,
        table,
        tmp_path / "b.zip",
        key=run.best,
        evaluation=trained.load_evaluation(run.id),
    )
    exported = open_bundle(bundle.path)
    open_app("try_it", project_of(trained).id)
    scorer = scoring_path.scorer_of(run, run.best)
    row = row_form.typical_row(table, scorer.fields)
    assert scorer.predict_rows([row])[0]["probabilities"] == exported.predict_rows([row])[0]["probabilities"]


def test_a_file_is_predicted_with_its_own_columns_unchanged(open_app, trained, run, tmp_path, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    text = "plan,months,since,spend,prediction\nbasic,3,2024-01-05,20.5,mine\nnever seen,,2024-02-01,11.5,x\n"
    drop_files(app, "try_it", ("rows.csv", text.encode()))
    assert not app.exception
    assert "**2 of 2 rows**" in " ".join(element.value for element in app.markdown)
    assert any("1 rows were" in warning.value or "row 2" in warning.value for warning in app.warning)
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    found = predict_file(path, scoring_path.scorer_of(run, run.best))
    read = pd.read_csv(io.StringIO(found.csv()))
    assert read.columns.tolist() == [
        "plan",
        "months",
        "since",
        "spend",
        "prediction",
        "prediction (2)",
        "probability_no",
        "probability_yes",
    ]
    assert read["prediction"].tolist() == ["mine", "x"]
    assert found.csv().startswith(
        "plan,months,since,spend,prediction,prediction (2),probability_no,probability_yes\r\n"
        "basic,3,2024-01-05,20.5,mine,"
    )


def test_a_file_that_does_not_fit_is_refused_in_words(open_app, trained, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    drop_files(app, "try_it", ("rows.csv", b"a,b\n1,2\n3,4\n"))
    assert not app.exception
    assert app.error[0].value == "The file has none of the columns that the model uses."
    drop_files(app, "try_it", ("rows.csv", b"plan,months,since,spend\n"))
    assert not app.exception and not app.error
    assert "no row below them" in app.info[0].value
    assert "rows** of" not in " ".join(element.value for element in app.markdown)


def test_a_reason_that_many_rows_share_is_said_once(open_app, trained, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    rows = ["basic,3,2024-01-05,20.5", "basic,,2024-01-05,20.5", "basic,3,2024-01-05,", "basic,,2024-01-06,21"]
    drop_files(app, "try_it", ("rows.csv", "\n".join(["plan,months,since,spend", *rows, ""]).encode()))
    (told,) = [warning.value for warning in app.warning if "with a warning" in warning.value]
    head, _, *reasons = told.splitlines()
    known = "basic" in run_of_plans(trained)
    assert head.endswith("rows were predicted with a warning:") and (head.startswith("3 rows") if known else True)
    assert sum("months" in reason for reason in reasons) == 1


def run_of_plans(store):
    return set(store.load_table(project_of(store).draft.dataset)["plan"])


def test_typical_values_are_ones_that_were_seen():
    table = pd.DataFrame({"n": [1.0, 2.0, 100.0, None], "word": ["b", "a", "a", None], "empty": [None] * 4})
    fields = [
        {"name": "n", "meaning": "number"},
        {"name": "word", "meaning": "category"},
        {"name": "empty", "meaning": "text"},
    ]
    assert row_form.typical_row(table, fields) == {"n": 2.0, "word": "a", "empty": None}


def test_numbers_that_a_browser_would_round_are_text():
    from streamlit.testing.v1 import AppTest

    def script():
        from workbench.ui import row_form

        field = {"name": "id", "meaning": "integer", "unit": "", "minimum": 0, "maximum": 2**60, "values": None}
        row = row_form.show([field], {"id": 2**60}, {}, place="page.form")
        assert row == {"id": str(2**60)}

    assert not AppTest.from_function(script).run().exception


def test_the_file_that_the_model_learned_from_is_known(open_app, trained, run, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    own = trained.dataset(run.spec.dataset).raw_path.read_bytes()
    drop_files(app, "try_it", ("again.csv", own))
    assert not app.exception
    assert "the rows the model has learned from" in app.info[0].value


def test_of_the_own_file_it_is_said_how_many_rows_were_locked_away(trained, run, monkeypatch):
    from dataclasses import replace

    from workbench.ui import file_scoring, state

    monkeypatch.setattr(state, "table", trained.load_table)
    file_scoring._counts.clear()
    said = file_scoring._own_rows(replace(run, id="locked", spec=run.spec.but(locked=0.2)))
    assert said.startswith("The model has learned from 48 rows of this file")  # 60 of the 63 have an answer
    assert "12 rows more had been locked away" in said


def test_a_typical_row_is_one_whose_values_go_together():
    # The middle of each column alone would be a tall mouse.
    table = pd.DataFrame({"animal": ["mouse", "mouse", "mouse", "horse", "horse"], "height": [0.1, 0.1, 0.2, 1.6, 1.7]})
    fields = [{"name": "animal", "meaning": "category"}, {"name": "height", "meaning": "number"}]
    assert row_form.typical_row(table, fields) == {"animal": "mouse", "height": 0.2}


def test_the_chosen_start_comes_back_from_the_address(open_app, trained):
    from streamlit.testing.v1 import AppTest

    open_app()  # empties the caches

    def script():
        import streamlit as st

        from workbench.ui import row_start, state

        run = state.store().runs(state.store().project_ids()[0])[0]
        start, _ = row_start.choose_start(run, [{"name": "spend", "meaning": "number"}], {"spend": 0.0})
        st.write(start["spend"])

    app = AppTest.from_function(script)
    app.query_params["start"], app.query_params["row"] = "a row of my table", "3"
    app.run()
    assert not app.exception
    assert app.markdown[-1].value == f"`{10.5 + 26 % 31}`"


def test_reasons_stand_beside_the_answer_and_add_up_to_it(open_app, trained, run):
    app = open_app("try_it", project_of(trained).id)
    field_of(app, "months").set_value(19.0).run()
    assert not app.exception
    said = next(text.value for text in app.markdown if "because of" in text.value)
    assert "“months” (19)" in said
    total = next(text.value for text in app.markdown if "It adds up" in text.value)
    assert f"which is a probability of **{shown_share(app)}**" in total


def test_reasons_are_of_the_answer_with_what_was_decided(open_app, trained, run):
    from workbench.ui import what_if_reasons

    open_app("try_it", project_of(trained).id)
    scorer = scoring_path.scorer_of(run, run.best)
    row = row_form.typical_row(trained.load_table(run.spec.dataset), scorer.fields)
    answer = scorer.predict_rows([row])[0]
    found = what_if_reasons.reasons_of(run, run.best, 1.0, scorer, row, answer)
    assert found.chance == pytest.approx(answer["probabilities"]["yes"], abs=1e-9)
    refused = {**row, "months": "many"}
    answer = scorer.predict_rows([refused])[0]
    assert what_if_reasons.reasons_of(run, run.best, 1.0, scorer, refused, answer) is None


def test_a_hint_below_a_field_says_what_is_unusual(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    assert not any("outside anything seen" in caption.value for caption in app.caption)
    field_of(app, "months").set_value(30.0).run()
    assert any("outside anything seen (0 to 19)" in caption.value for caption in app.caption)


def test_the_form_can_begin_with_the_row_that_was_missed_by_most(open_app, trained, run):
    app = open_app("try_it", project_of(trained).id)
    app.get_by_key("start").set_value("a row it was furthest off on").run()
    assert not app.exception
    rows = trained.load_evaluation(run.id).out_of_fold(run.best)
    given = [row[f"probability_{row['actual']}"] for _, row in rows.iterrows()]
    worst = int(rows["row"].iloc[int(pd.Series(given).argmin())])
    assert app.selectbox("worst").value == worst
    table = trained.load_table(run.spec.dataset)
    assert field_of(app, "spend").value == table.at[worst, "spend"]
    assert any("While it was held out" in caption.value for caption in app.caption)


def test_the_smallest_change_that_turns_the_answer_goes_into_the_form(open_app, trained, run):
    app = open_app("try_it", project_of(trained).id)
    assert app.button("page.try_it.change.look").disabled
    field_of(app, "months").set_value(1.0).run()
    before = shown_share(app)
    app.multiselect(f"page.try_it.changeable.{run.id}.{run.best}").set_value(["months", "spend"]).run()
    assert trained.artifact("changeable", f"{run.id}:{run.best}") == ["months", "spend"]
    app.button("page.try_it.change.look").click().run()
    assert not app.exception
    told = next(text.value for text in app.markdown if "the model then says" in text.value)
    assert "“months” from 1 to" in told and "**no**" in told
    assert any("No value of “spend” gets there" in text.value for text in app.markdown)
    app.button("page.try_it.change.take.1").click().run()
    assert not app.exception
    assert shown_share(app) != before and f"probability of yes: {shown_share(app)}" in told
    assert app.toast[0].value.startswith("In the form now: “months” from 1 to")
    # The row is another one now, so what was found is not shown beside it.
    assert not any("the model then says" in text.value for text in app.markdown)


def test_that_no_change_turns_the_answer_is_said(open_app, trained, run):
    app = open_app("try_it", project_of(trained).id)
    field_of(app, "months").set_value(1.0).run()
    app.multiselect(f"page.try_it.changeable.{run.id}.{run.best}").set_value(["plan"]).run()
    app.button("page.try_it.change.look").click().run()
    assert not app.exception
    assert any("No change of “plan”" in info.value for info in app.info)


def test_a_value_goes_into_the_widget_as_its_field_writes_it():
    from streamlit.testing.v1 import AppTest

    def script():
        import datetime

        import streamlit as st

        from workbench.ui import row_form

        more = {"unit": "€", "minimum": 0.0, "maximum": 5000.0, "values": None, "max_length": 9, "more_values": False}
        price = {"name": "price", "meaning": "number", "decimal": ",", "thousands": ".", **more}
        day = {"name": "day", "meaning": "date", "has_time": False, **more, "minimum": None, "maximum": None}
        plan = {"name": "plan", "meaning": "category", **more, "values": ["a", "b"], "minimum": None, "maximum": None}
        row_form.enter(price, 1245.5, "form")
        row_form.enter(day, datetime.datetime(2024, 5, 1), "form")
        row_form.enter(plan, "b", "form")
        row = row_form.show([price, day, plan], {"price": 1.0, "day": None, "plan": "a"}, {}, place="form")
        st.session_state["row"] = row

    app = AppTest.from_function(script).run()
    assert not app.exception
    found = app.session_state["row"]
    assert (found["price"], found["plan"], str(found["day"])) == ("1.245,5 €", "b", "2024-05-01 00:00:00")


def test_kept_cases_stand_side_by_side_and_outlive_a_refresh(open_app, trained, run):
    app = open_app("try_it", project_of(trained).id)
    field_of(app, "months").set_value(1.0).run()
    early = shown_share(app)
    app.button("page.try_it.keep").click().run()
    assert not app.exception and app.button("page.try_it.keep").disabled
    field_of(app, "months").set_value(19.0).run()
    late = shown_share(app)
    app.button("page.try_it.keep").click().run()

    again = open_app("try_it", project_of(trained).id)
    table = again.dataframe[0].value
    assert table.columns.tolist() == ["Column", "Case 1", "Case 2"]
    shown = table.set_index("Column")
    assert shown.loc["Probability of left = yes"].tolist() == [early, late]
    assert shown.loc["months"].tolist() == ["1", "19"] and "plan" not in shown.index
    again.toggle("page.try_it.cases.all").set_value(True).run()
    assert "plan" in again.dataframe[0].value["Column"].tolist()

    again.get_by_key("page.try_it.cases.remove").set_value(1).run()
    assert not again.exception
    assert again.dataframe[0].value.columns.tolist() == ["Column", "Case 2"]
    assert [case["number"] for case in trained.artifact("cases", f"{run.id}:{run.best}")] == [2]


def there_and_back(app):
    from workbench.ui import navigation

    app.switch_page(navigation.path_of("results")).run()
    assert not app.exception
    app.switch_page(navigation.path_of("try_it")).run()
    assert not app.exception
    return app


def test_what_was_changed_in_the_form_is_still_there_after_another_page(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    own = field_of(app, "spend").value
    field_of(app, "spend").set_value(33.25).run()
    field_of(app, "plan").set_value("plus").run()
    share = shown_share(app)
    there_and_back(app)
    assert (field_of(app, "spend").value, field_of(app, "plan").value) == (33.25, "plus")
    assert shown_share(app) == share
    assert any("Changed:" in text.value and f"spend (was {own:g})" in text.value for text in app.markdown)
    app.button("page.try_it.back").click().run()
    assert not app.exception and field_of(app, "spend").value == own
    assert not any("Changed:" in text.value for text in app.markdown)
    assert field_of(there_and_back(app), "spend").value == own


def test_the_row_that_was_chosen_is_of_one_project(open_app, trained):
    first = project_of(trained).id
    other = trained.duplicate_project(first)
    app = open_app("try_it", first)
    app.get_by_key("start").set_value("a row of my table").run()
    app.number_input("row").set_value(3).run()
    app.session_state["project"] = other.id
    app.run()
    assert not app.exception
    assert app.get_by_key("start").value == "a typical case"


def test_a_file_that_was_predicted_is_still_there_after_another_page(open_app, trained, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    drop_files(app, "try_it", ("rows.csv", b"plan,months,since,spend\nbasic,3,2024-01-05,20.5\n"))
    there_and_back(app)
    assert app.session_state["page.try_it.tab"] == "A whole file"
    assert "**1 of 1 rows**" in " ".join(element.value for element in app.markdown)


def test_of_a_file_it_is_said_how_many_get_each_answer_and_the_most_probable_come_first(
    open_app, trained, run, tmp_path, drop_files
):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    lines = [f"basic,{months},2024-01-05,20.5" for months in (15, 1, 19, 3, 0)]
    text = "plan,months,since,spend\n" + "\n".join(lines) + "\n"
    drop_files(app, "try_it", ("rows.csv", text.encode()))
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    given = predict_file(path, scoring_path.scorer_of(run, run.best)).predictions
    n_yes = int((given["prediction"] == "yes").sum())
    assert any(f"**yes** for {n_yes} rows ({n_yes * 20} %)" in element.value for element in app.markdown)
    table = app.dataframe[0].value
    assert table["Row"].tolist() == (given["probability_yes"].argsort()[::-1] + 1).tolist()
    app.selectbox("page.try_it.file.only").set_value("yes").run()
    assert not app.exception
    assert set(app.dataframe[0].value["prediction"]) == {"yes"} and len(app.dataframe[0].value) == n_yes


def test_a_kept_case_can_be_named(open_app, trained, run):
    app = open_app("try_it", project_of(trained).id)
    app.button("page.try_it.keep").click().run()
    app.text_input(f"page.try_it.cases.name.{run.id}.1").set_value("Anna, *new*").run()
    assert not app.exception
    assert app.dataframe[0].value.columns.tolist() == ["Column", "Anna, *new*"]
    assert trained.artifact("cases", f"{run.id}:{run.best}")[0]["name"] == "Anna, *new*"


def test_a_changed_field_says_what_it_was(open_app, trained):
    app = open_app("try_it", project_of(trained).id)
    own = field_of(app, "spend").value
    field_of(app, "spend").set_value(33.25).run()
    assert any(caption.value.endswith(f"was {own:g}") for caption in app.caption)
