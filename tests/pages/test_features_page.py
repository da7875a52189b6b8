"""Target and inputs: what is chosen reaches the draft; what is set aside says why and can be put back."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TooFewRows
from workbench.specs import ColumnChoice, SplitSpec
from workbench.ui import columns_table, model_choice, navigation, split_choice, state

TARGET = "page.features.target"


def project_of(store):
    return store.project(store.project_ids()[0])


def draft_of(store):
    return project_of(store).draft


@pytest.fixture
def targeted(loaded):
    project = project_of(loaded)
    loaded.save_draft(project.id, project.draft.but(target="left"))
    return loaded


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def editor_of(store):
    return columns_table.place_of(draft_of(store))


def tick(app, store, name, use):
    """Tick or untick a column, as the browser tells it."""
    base = app.session_state[editor_of(store)]
    position = base.index[base["column"] == name][0]
    edits = {"edited_rows": {int(position): {"use": use}}, "added_rows": [], "deleted_rows": []}
    app.session_state[f"{editor_of(store)}.edits"] = edits
    app.run()
    assert not app.exception
    return app


def test_without_a_target_only_the_question_is_shown(open_app, loaded):
    app = open_app("features", project_of(loaded).id)
    assert app.selectbox(TARGET).value is None
    assert "left" in app.get_by_key("page.features.likely").options
    assert not [button for button in app.button if button.key == "page.next"]


def test_choosing_a_likely_column_stores_it(open_app, loaded):
    app = open_app("features", project_of(loaded).id)
    app.get_by_key("page.features.likely").set_value("left").run()
    assert not app.exception
    assert draft_of(loaded).target == "left"
    assert app.selectbox(TARGET).value == "left"


def test_another_target_forgets_what_was_chosen_for_the_last(open_app, targeted):
    project = project_of(targeted)
    choices = (ColumnChoice(name="months", use=False), ColumnChoice(name="plan", use=False))
    targeted.save_draft(
        project.id,
        project.draft.but(
            positive="no", metric="log_loss", choices=choices, split=SplitSpec(kind="group", column="plan")
        ),
    )
    app = open_app("features", project.id)
    app.selectbox(TARGET).set_value("plan").run()
    assert not app.exception
    draft = draft_of(targeted)
    assert (draft.target, draft.positive, draft.metric) == ("plan", None, None)
    assert draft.choices == (ColumnChoice(name="months", use=False),)
    assert draft.split == SplitSpec()


def test_rows_without_target_are_counted_and_the_reason_is_told(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    assert "**3** rows have no value in **left**" in words_of(app)
    assert "two different values, no and yes" in words_of(app)


def test_the_class_to_find_is_chosen_with_its_share(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    radio = app.radio("page.features.positive")
    shares = {label.split(" (")[0]: label for label in radio.options}
    assert set(shares) == {"no", "yes"} and all(
        "%\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}rows" in label for label in shares.values()
    )
    radio.set_value("no").run()
    assert not app.exception
    assert draft_of(targeted).positive == "no"


def test_a_number_that_could_be_classes_can_be_changed(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    app.selectbox(TARGET).set_value("months").run()
    task = app.get_by_key("page.features.task")
    task.set_value("multiclass").run()
    assert not app.exception
    assert draft_of(targeted).task == "multiclass"


def test_what_cannot_be_predicted_is_said_and_the_page_stays_usable(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    app.selectbox(TARGET).set_value("since").run()
    assert not app.exception
    assert "out of scope" in app.error[0].value
    assert app.button("page.next").disabled
    assert app.selectbox(TARGET).set_value("left").run().error == []
    assert draft_of(targeted).target == "left"


def test_a_column_is_left_out_and_one_is_put_back(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    base = app.session_state[editor_of(targeted)]
    assert base.loc[0, "column"] == "customer" and not base.loc[0, "use"] and "memorised" in base.loc[0, "why"]
    tick(app, targeted, "spend", False)
    assert draft_of(targeted).choices == (ColumnChoice(name="spend", use=False),)
    assert "Left out by you: spend" in words_of(app)
    tick(app, targeted, "customer", True)
    assert draft_of(targeted).choices == (ColumnChoice(name="customer", use=True),)
    assert "Put back by you: customer" in words_of(app)


def test_choices_survive_a_new_session(open_app, targeted):
    tick(open_app("features", project_of(targeted).id), targeted, "spend", False)
    app = open_app("features", project_of(targeted).id)
    base = app.session_state[editor_of(targeted)]
    assert not base.loc[base["column"] == "spend", "use"].item()
    assert draft_of(targeted).choices == (ColumnChoice(name="spend", use=False),)


def test_rows_that_belong_together_stay_together(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    app.radio("page.features.split").set_value("group").run()
    app.selectbox("page.features.split_column").set_value("plan").run()
    app.get_by_key("page.features.folds").set_value(3).run()
    assert not app.exception
    assert draft_of(targeted).split == SplitSpec(kind="group", folds=3, column="plan")


def test_too_few_groups_are_said_before_training(open_app, targeted):
    project = project_of(targeted)
    targeted.save_draft(project.id, project.draft.but(split=SplitSpec(kind="group", folds=5, column="plan")))
    app = open_app("features", project.id)
    assert "3 different values" in " ".join(element.value for element in [*app.error, *app.warning])


def test_rows_that_cannot_be_divided_block_the_way_on(open_app, targeted, monkeypatch):
    problem = TooFewRows("One of the folds would be learnt from rows of a single class.", "Use fewer folds.")
    monkeypatch.setattr(split_choice, "problem_of", lambda spec: problem)
    app = open_app("features", project_of(targeted).id)
    assert "single class" in app.error[0].value
    assert app.button("page.next").disabled


def test_times_are_offered_by_their_meaning(targeted):
    schema = targeted.dataset(draft_of(targeted).dataset).schema
    assert split_choice.possible_columns(schema, "time", "left")[0] == "since"
    assert "left" not in split_choice.possible_columns(schema, "group", "left")


def test_ticks_and_suggestions_make_the_choices():
    ticks, suggestions = {"id": True, "age": False}, {"id": "memorised"}
    assert columns_table.decided_of(ticks, suggestions) == {
        "id": ColumnChoice(name="id", use=True),
        "age": ColumnChoice(name="age", use=False),
    }
    assert columns_table.decided_of({"id": False, "age": True}, suggestions) == {"id": None, "age": None}


def test_another_tab_keeps_what_it_decided(open_app, targeted):
    project = project_of(targeted)
    first, second = open_app("features", project.id), open_app("features", project.id)
    tick(first, targeted, "spend", False)
    tick(second, targeted, "months", False)
    assert {choice.name for choice in draft_of(targeted).choices} == {"spend", "months"}
    base = second.session_state[editor_of(targeted)]
    assert not base.loc[base["column"] == "spend", "use"].item()  # and it is seen
    first.run()
    assert not first.exception
    assert {choice.name for choice in draft_of(targeted).choices} == {"spend", "months"}


@pytest.fixture
def rentals(home):
    """Return a store with a table whose target is the sum of two columns, in the order of its dates."""
    from workbench.store import Store

    random = np.random.default_rng(0)
    guests, members = random.integers(0, 500, 120), random.integers(0, 500, 120)
    day = pd.date_range("2024-01-01", periods=120).strftime("%Y-%m-%d")
    table = {"day": day, "heat": random.normal(20, 5, 120).round(1), "guests": guests, "members": members}
    with Store.open() as store:
        project = store.create_project("Rentals")
        store.add_frame(project.id, pd.DataFrame({**table, "total": guests + members}), "rentals", origin="file")
        store.save_draft(project.id, store.project(project.id).draft.but(target="total"))
        yield store


SUM = "“guests” and “members” add up to “total” exactly, in every row."


def test_columns_that_give_the_answer_away_are_said_and_left_out_in_one_click(open_app, rentals):
    app = open_app("features", project_of(rentals).id)
    assert SUM in words_of(app)
    base = app.session_state[editor_of(rentals)]
    assert set(base["column"][:2]) == {"guests", "members"}
    assert base["strength"].max() > 30
    app.button("page.features.leak.0.guests").click().run()
    assert not app.exception
    assert [(choice.name, choice.use) for choice in draft_of(rentals).choices] == [("guests", False)]
    shown = app.session_state[editor_of(rentals)]
    assert not shown.loc[shown["column"] == "guests", "use"].item()
    app.button("page.features.leak.0.guests").click().run()
    assert draft_of(rentals).choices == ()


def test_the_warning_goes_with_the_run(open_app, rentals, monkeypatch):
    from workbench.training import supervisor

    monkeypatch.setattr(supervisor, "start", lambda store, run_id: None)
    app = open_app("train", project_of(rentals).id)
    assert any(SUM in element.value for element in app.warning)
    app.button("page.train.start").click().run()
    (run,) = rentals.runs(project_of(rentals).id)
    assert run.notes["warnings"][0] == f"{SUM} Leave them out unless you will know them when you predict."


def test_rows_in_order_of_time_are_checked_that_way_in_one_click(open_app, rentals):
    app = open_app("features", project_of(rentals).id)
    assert not any("class" in caption for caption in app.radio("page.features.split").proto.captions)
    app.button("page.features.by_time").click().run()
    assert not app.exception
    assert draft_of(rentals).split == SplitSpec(kind="time", column="day")
    assert app.radio("page.features.split").value == "time"
    assert not [button for button in app.button if button.key == "page.features.by_time"]


def test_a_table_of_one_column_is_told_so_at_once(open_app, home):
    from workbench.store import Store

    with Store.open() as store:
        project = store.create_project("Narrow")
        store.add_frame(project.id, pd.DataFrame({"price": range(40)}), "narrow", origin="file")
        for page in ("data", "features"):
            app = open_app(page, project.id)
            assert "one to predict and one to predict from" in app.error[0].value


def tick_of(store, name):
    return state.progress_of(project_of(store)).done(navigation.page(name))


def test_a_step_is_ticked_only_when_it_was_done(open_app, targeted):
    open_app("features", project_of(targeted).id)
    assert [name for name in ("profile", "prepare", "features", "train") if tick_of(targeted, name)] == ["features"]
    open_app("profile", project_of(targeted).id)
    assert tick_of(targeted, "profile") and not tick_of(targeted, "prepare")
    project = project_of(targeted)
    targeted.add_frame(project.id, pd.DataFrame({"left": ["yes", "no"] * 20, "a": range(40)}), "other")
    assert not tick_of(targeted, "profile")  # of other data


def test_a_target_that_cannot_be_predicted_is_not_ticked(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    app.selectbox(TARGET).set_value("since").run()
    assert not app.exception
    assert app.session_state[state.NO_PLAN_KEY] == draft_of(targeted).fingerprint
    assert not navigation.Progress(project=True, data=True, target=True, problem=True).done(navigation.page("features"))
    app.selectbox(TARGET).set_value("left").run()
    assert app.session_state[state.NO_PLAN_KEY] != draft_of(targeted).fingerprint


def test_results_show_the_warnings_of_the_run(open_app, trained, monkeypatch):
    (run,) = trained.runs(project_of(trained).id)
    warned = replace(run, notes={**run.notes, "warnings": [SUM]})
    monkeypatch.setattr(model_choice, "choose_run", lambda project, page: warned)
    app = open_app("results", project_of(trained).id)
    assert [element.value for element in app.warning] == [SUM]
