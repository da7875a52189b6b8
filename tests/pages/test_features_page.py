"""Target and inputs: what is chosen reaches the draft; what is set aside says why and can be put back."""

import json
import uuid
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.pages.projects import draft_of, project_of
from workbench.errors import TooFewRows
from workbench.specs import ColumnChoice, SplitSpec
from workbench.ui import (
    columns_table,
    components,
    decisions,
    findings,
    known_question,
    model_choice,
    navigation,
    optimism_panel,
    split_choice,
    state,
)

TARGET = "page.features.target"


def words_of(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def table_of(app):
    """Return what the table of inputs shows, as {name: row} in its order."""
    (table,) = [each for each in app.get("bidi_component") if each.proto.component_name == "columns_table"]
    return {row["name"]: row for row in json.loads(table.proto.json)["rows"]}


def say(app, act, value, *names, visit=None, number=1):
    """Answer, tick or undo in the table of inputs, as the browser tells it."""
    entry = {"id": number, "names": list(names), "do": act, "value": value}
    app.session_state[columns_table.SAID_KEY] = {"visit": visit or uuid.uuid4().hex, "entries": [entry]}
    app.run()
    assert not app.exception
    return app


def tick(app, name, use):
    return say(app, "use", use, name)


def answer(app, name, value):
    return say(app, "answer", value, name)


def left_out_of(store):
    return {entry.column: entry.reason for entry in state.plan_of(draft_of(store)).spec.left_out}


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
    (name, first), *_ = table_of(app).items()
    assert name == "customer" and not first["use"] and "memorised" in first["why"]
    assert "**4 of 5 columns are used**; 1 cannot help." in words_of(app)
    tick(app, "spend", False)
    assert draft_of(targeted).choices == (ColumnChoice(name="spend", use=False),)
    assert table_of(app)["spend"]["why"] == "Left out by you"
    tick(app, "customer", True)
    assert ColumnChoice(name="customer", use=True) in draft_of(targeted).choices
    assert "**4 of 5 columns are used**; 1 is left out by you." in words_of(app)
    tick(app, "spend", True)
    tick(app, "customer", False)
    assert draft_of(targeted).choices == ()


def test_choices_survive_a_new_session(open_app, targeted):
    tick(open_app("features", project_of(targeted).id), "spend", False)
    app = open_app("features", project_of(targeted).id)
    assert not table_of(app)["spend"]["use"]
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


def test_another_tab_keeps_what_it_decided(open_app, targeted):
    project = project_of(targeted)
    first, second = open_app("features", project.id), open_app("features", project.id)
    tick(first, "spend", False)
    answer(second, "months", "later")
    assert {choice.name for choice in draft_of(targeted).choices} == {"spend", "months"}
    assert not table_of(second)["spend"]["use"]  # and it is seen
    first.run()
    assert not first.exception
    assert table_of(first)["months"]["answer"] == "later"
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


@pytest.fixture
def calls(home):
    """Return a store with a table of calls: how long each took tells by its name, a note by being filled in."""
    from workbench.store import Store

    random = np.random.default_rng(3)
    age, seconds = random.integers(20, 70, N_CALLS), random.integers(10, 600, N_CALLS)
    bought = seconds + random.normal(0, 200, N_CALLS) > 300
    note = np.where(bought, random.choice(["box", "bag"], N_CALLS), None)
    table = {"age": age, "town": random.choice(["A", "B", "C"], N_CALLS), "duration": seconds, "wrapping": note}
    with Store.open() as store:
        project = store.create_project("Calls")
        frame = pd.DataFrame({**table, "bought": np.where(bought, "yes", "no")})
        store.add_frame(project.id, frame, "calls", origin="file")
        store.save_draft(project.id, store.project(project.id).draft.but(target="bought"))
        yield store


N_CALLS = 300
SUM = "“guests” and “members” add up to “total” exactly, in every row."
NAMED = "“duration” in its name tells of something after the outcome."


def test_what_the_data_show_is_answered_in_advance(open_app, rentals):
    app = open_app("features", project_of(rentals).id)
    rows = table_of(app)
    assert list(rows) == ["guests", "members", "day", "heat"]
    for name in ("guests", "members"):
        row = rows[name]
        assert (row["use"], row["answer"], row["by"], row["why"]) == (False, "no", "advance", SUM)
    assert rows["members"]["strength"] > 30
    assert (rows["heat"]["use"], rows["heat"]["answer"], rows["heat"]["by"]) == (True, "yes", "")
    assert "**2 of 4 columns are used**; 2 are set aside because they may not be known yet." in words_of(app)
    assert left_out_of(rentals) == dict.fromkeys(("guests", "members"), f"not known when predicting, it seems: {SUM}")
    assert draft_of(rentals).choices == ()  # nothing was asked


def test_doubts_come_first_and_wait_for_an_answer(open_app, calls):
    app = open_app("features", project_of(calls).id)
    rows = table_of(app)
    assert list(rows) == ["duration", "wrapping", "age", "town"]
    assert (rows["duration"]["use"], rows["duration"]["answer"], rows["duration"]["by"]) == (True, "", "wait")
    assert rows["duration"]["why"] == NAMED
    assert (rows["wrapping"]["use"], rows["wrapping"]["answer"]) == (False, "no")
    assert "it looks like something written down afterwards" in rows["wrapping"]["why"]
    assert "1 is set aside because it may not be known yet; :orange[**1 is waiting for your answer**]." in words_of(app)


@pytest.mark.parametrize("value", ["no", "later"])
def test_no_leaves_a_column_out_with_that_reason_until_it_is_undone(open_app, calls, value):
    app = answer(open_app("features", project_of(calls).id), "duration", value)
    reason = known_question.REASONS[value]
    assert draft_of(calls).choices == (ColumnChoice(name="duration", use=False, known=value, reason=reason),)
    assert left_out_of(calls)["duration"] == reason
    assert "waiting" not in words_of(app)
    for opened in (app, open_app("features", project_of(calls).id)):  # a new session, too
        row = table_of(opened)["duration"]
        assert (row["use"], row["answer"], row["by"], row["doubt"]) == (False, value, "you", False)
        assert row["why"] == f"{reason[0].upper()}{reason[1:]}. {NAMED}"
    row = table_of(say(app, "undo", None, "duration"))["duration"]
    assert (row["use"], row["answer"], row["by"]) == (True, "", "wait")
    assert draft_of(calls).choices == ()


def test_yes_takes_the_doubt_away_here_and_before_training(open_app, calls):
    assert any(NAMED in each.value for each in open_app("train", project_of(calls).id).warning)
    app = answer(open_app("features", project_of(calls).id), "duration", "yes")
    assert draft_of(calls).choices == (ColumnChoice(name="duration", use=True, known="yes"),)
    assert next(iter(table_of(app))) == "duration"  # rows stay where they are while one looks at them
    app = open_app("features", project_of(calls).id)
    rows = table_of(app)
    assert list(rows) == ["wrapping", "age", "town", "duration"]
    assert (rows["duration"]["by"], rows["duration"]["why"], rows["duration"]["doubt"]) == ("you", "", False)
    assert not open_app("train", project_of(calls).id).warning


def test_yes_puts_back_what_was_left_out_in_advance(open_app, rentals):
    app = say(open_app("features", project_of(rentals).id), "answer", "yes", "guests", "members")
    assert left_out_of(rentals) == {}
    assert {(choice.name, choice.use, choice.known) for choice in draft_of(rentals).choices} == {
        ("guests", True, "yes"),
        ("members", True, "yes"),
    }
    assert "**4 of 4 columns are used**." in words_of(app)
    say(app, "undo", None, "guests", "members")
    assert left_out_of(rentals) == dict.fromkeys(("guests", "members"), f"not known when predicting, it seems: {SUM}")


def test_to_use_what_is_not_known_in_time_is_to_say_that_it_is(open_app, rentals):
    app = tick(open_app("features", project_of(rentals).id), "guests", True)
    assert draft_of(rentals).choices == (ColumnChoice(name="guests", use=True, known="yes"),)
    assert table_of(app)["guests"]["answer"] == "yes"


def test_where_nothing_is_known_in_time_that_is_said_and_can_be_undone(open_app, calls):
    names = ("age", "town", "duration", "wrapping")
    app = say(open_app("features", project_of(calls).id), "answer", "no", *names)
    assert app.error[0].value == "No column is left to predict from."
    assert app.button("page.next").disabled
    assert "**0 of 4 columns are used**; 4 are set aside because they are not known yet." in words_of(app)
    app = say(app, "undo", None, *names)
    assert not app.error and not app.button("page.next").disabled


def test_with_another_target_a_doubt_is_asked_about_anew(open_app, calls):
    app = answer(open_app("features", project_of(calls).id), "duration", "yes")
    answer(app, "age", "no")
    app.selectbox(TARGET).set_value("town").run()
    assert not app.exception
    assert [(choice.name, choice.known) for choice in draft_of(calls).choices] == [("age", "no")]


def test_any_column_can_be_left_out_as_not_known_and_come_back(open_app, calls):
    app = answer(open_app("features", project_of(calls).id), "age", "no")
    assert left_out_of(calls)["age"] == "not known when predicting (you said so)"
    answer(app, "age", "yes")
    assert draft_of(calls).choices == ()
    assert table_of(app)["age"]["by"] == ""


def test_two_quick_clicks_both_count_and_none_counts_twice(open_app, calls):
    app = open_app("features", project_of(calls).id)
    first = {"id": 1, "names": ["age"], "do": "answer", "value": "no"}
    second = {"id": 2, "names": ["town"], "do": "use", "value": False}
    app.session_state[columns_table.SAID_KEY] = {"visit": "v", "entries": [first, second]}
    app.run()
    assert {choice.name for choice in draft_of(calls).choices} == {"age", "town"}
    project = project_of(calls)
    calls.save_draft(project.id, project.draft.but(choices=()))  # in another tab, say
    third = {"id": 3, "names": ["age", "no such column"], "do": "answer", "value": "perhaps"}
    app.session_state[columns_table.SAID_KEY] = {"visit": "v", "entries": [first, second, third]}
    app.run()
    assert not app.exception
    assert draft_of(calls).choices == ()


def test_what_is_fine_on_the_profile_page_is_known_here(open_app, calls):
    project = project_of(calls)
    found = state.profile_of(project.draft.dataset, "bought").findings
    (finding,) = [each for each in found if each.columns == ("duration",) and each.code == "known_later"]
    decisions.accept(project, finding)
    app = open_app("features", project.id)
    row = table_of(app)["duration"]
    assert (row["use"], row["answer"], row["by"], row["doubt"]) == (True, "yes", "you", False)
    assert not open_app("train", project.id).warning
    assert table_of(say(app, "undo", None, "duration"))["duration"]["by"] == "wait"
    assert draft_of(calls).accepted == ()


def test_what_is_answered_here_is_decided_on_the_profile_page(open_app, calls):
    def finding_of(code):
        draft = draft_of(calls)
        found = state.profile_of(draft.dataset, "bought").findings
        return draft, next(each for each in found if each.code == code and each.status == "alerted")

    app = answer(open_app("features", project_of(calls).id), "duration", "yes")
    draft, finding = finding_of("known_later")
    assert decisions.decided(draft, finding)
    assert findings.decision_words(draft, finding) == "You said that you will know it when you predict."
    assert not decisions.decided(*finding_of("blank_leakage"))
    decisions.take_back(project_of(calls), finding)
    assert draft_of(calls).choices == ()
    assert table_of(app.run())["duration"]["by"] == "wait"


def test_the_warning_goes_with_the_run(open_app, calls, monkeypatch):
    from workbench.training import supervisor

    monkeypatch.setattr(supervisor, "start", lambda store, run_id: None)
    app = open_app("train", project_of(calls).id)
    assert any(NAMED in element.value for element in app.warning)
    app.button("page.train.start").click().run()
    (run,) = calls.runs(project_of(calls).id)
    assert run.notes["warnings"][0] == f"{NAMED} Leave it out unless you will know it when you predict."


def test_rows_in_order_of_time_are_checked_that_way_in_one_click(open_app, rentals):
    app = open_app("features", project_of(rentals).id)
    assert not any("class" in caption for caption in app.radio("page.features.split").proto.captions)
    assert "The rows are in the order of “day”, from 2024-01-01 to 2024-04-29" in words_of(app)
    app.button("page.features.suggested.0.apply").click().run()
    assert not app.exception
    assert draft_of(rentals).split == SplitSpec(kind="time", column="day", folds=0)
    assert app.radio("page.features.split").value == "time"
    assert "Predict the future by “day”.**]" in words_of(app)
    app.button("page.features.suggested.0.undo").click().run()
    assert draft_of(rentals).split == SplitSpec(folds=0)
    assert app.radio("page.features.split").value == "random"
    app.button("page.features.suggested.0.accept").click().run()
    assert len(draft_of(rentals).accepted) == 1 and "You said that it is fine." in words_of(app)


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
    assert SUM in [element.value for element in app.warning]


# How rows are divided ------------------------------------------------------------------------------------------------


@pytest.fixture
def visits(home):
    """Return a store with visits of people who are alike on each, a column of parts, and a target of few rows."""
    from workbench.store import Store

    random = np.random.default_rng(1)
    who = np.repeat(np.arange(24), 5)
    traits, answers = random.normal(size=(24, 2)), random.random(24) < 0.5
    table = {
        "customer_id": [f"C{1000 + one}" for one in who],
        "visit": np.tile(np.arange(1, 6), 24),
        "weight": (50 + 9 * traits[who, 0] + random.normal(0, 0.1, 120)).round(2),
        "height": (170 + 9 * traits[who, 1] + random.normal(0, 0.1, 120)).round(2),
        "part": random.choice(["train", "test"], 120, p=[0.75, 0.25]),
        "ill": np.where(answers[who], "yes", "no"),
        "kind": ["c"] * 3 + ["a"] * 60 + ["b"] * 57,
    }
    with Store.open() as store:
        project = store.create_project("Visits")
        store.add_frame(project.id, pd.DataFrame(table), "visits", origin="file")
        store.save_draft(project.id, store.project(project.id).draft.but(target="ill"))
        yield store


def test_how_often_is_decided_and_said_with_its_reason(open_app, visits):
    app = open_app("features", project_of(visits).id)
    assert "Every estimator is checked **15 times (5 folds, drawn 3 times)**." in words_of(app)
    assert "120 rows are few" in words_of(app)
    app.get_by_key("page.features.folds").set_value(3).run()
    assert draft_of(visits).split == SplitSpec(folds=3)
    assert "checked **3 times**." in words_of(app) and "120 rows are few" not in words_of(app)
    app.get_by_key("page.features.repeats").set_value(2).run()
    assert not app.exception
    assert draft_of(visits).split == SplitSpec(folds=3, repeats=2)
    app.get_by_key("page.features.folds").set_value(1).run()
    app.get_by_key("page.features.share").set_value(0.3).run()
    assert draft_of(visits).split == SplitSpec(folds=1, repeats=2, share=0.3)
    assert "2 times, each on another 30 % of the rows" in words_of(app)


def test_each_meaning_begins_with_its_likeliest_column(open_app, visits):
    app = open_app("features", project_of(visits).id)
    app.radio("page.features.split").set_value("own").run()
    assert app.selectbox("page.features.split_column").value == "part"
    assert draft_of(visits).split == SplitSpec(kind="own", column="part", folds=0)
    assert "The rows with “test” in “part” are tested" in words_of(app)
    assert table_of(app)["part"]["why"].startswith("part marks your folds")
    app.radio("page.features.split").set_value("group").run()
    assert app.selectbox("page.features.split_column").value == "customer_id"
    assert draft_of(visits).split == SplitSpec(kind="group", column="customer_id", folds=0)
    app.get_by_key("page.features.each").set_value(True).run()
    assert not app.exception
    assert draft_of(visits).split == SplitSpec(kind="group", column="customer_id", folds=0, each=True)
    # In each of them all rows have the same answer, which the metric cannot be computed of: that has its ways out.
    ways = {button.label: button for button in app.button if button.key.startswith("page.features.way.")}
    assert list(ways) == ["Keep several together in a fold", "Judge by log loss"]
    ways["Judge by log loss"].click().run()
    assert "24 times, once for each “customer\\_id”" in words_of(app)


def test_a_gap_is_left_before_what_is_predicted(open_app, rentals):
    app = open_app("features", project_of(rentals).id)
    app.radio("page.features.split").set_value("time").run()
    app.get_by_key("page.features.gap").set_value(7.0).run()
    assert not app.exception
    assert draft_of(rentals).split == SplitSpec(kind="time", column="day", folds=0, gap=7)


def test_what_chance_would_promise_too_much_is_measured_on_a_click(open_app, visits, monkeypatch):
    from workbench.ui import background

    def at_once(name, work, *, about=""):
        job = background.Job(name, about)
        job.run(work)
        assert job.problem is None, job.problem

    monkeypatch.setattr(background, "start", at_once)
    app = open_app("features", project_of(visits).id)
    app.button("page.features.optimism").click().run()
    assert not app.exception
    assert "falls to" in words_of(app) and "when the same “customer\\_id” cannot be on both sides." in words_of(app)
    assert "on 120 rows, 5 parts each" in words_of(app)
    again = open_app("features", project_of(visits).id)  # it is kept
    assert not [button for button in again.button if button.key == "page.features.optimism"]
    app.button("page.features.suggested.0.accept").click().run()
    assert "falls to" not in words_of(app)  # nothing is suggested any more


def test_what_is_not_answered_is_asked_before_training(open_app, visits, monkeypatch):
    from workbench.training import supervisor

    def asked(app):
        return [each.value for each in app.warning if "share “customer\\_id” with another row" in each.value]

    project = project_of(visits)
    (warning,) = asked(open_app("train", project.id))
    assert warning.endswith("Answer it on the page Target and inputs.")
    monkeypatch.setattr(supervisor, "start", lambda store, run_id: None)
    open_app("train", project.id).button("page.train.start").click().run()
    (run,) = visits.runs(project.id)  # what is suggested goes with the run, to be measured
    assert SplitSpec.model_validate(run.notes["suggested_split"]).column == "customer_id"
    visits.save_draft(project.id, project.draft.but(split=SplitSpec(kind="group", column="customer_id", folds=0)))
    assert asked(open_app("train", project.id)) == []


def test_results_say_what_chance_would_have_promised(open_app, trained):
    from workbench.training.optimism import OptimismGap

    (run,) = trained.runs(project_of(trained).id)
    split = SplitSpec(kind="group", column="plan", folds=2)
    gap = OptimismGap("roc_auc", (0.9, 0.94), (0.7, 0.72), split, "decision_tree", 60, 60, 0.05)
    trained.put_artifact("optimism", run.id, gap.to_json())
    app = open_app("results", project_of(trained).id)
    assert "ROC AUC 0.92 falls to 0.71 when the same “plan” cannot be on both sides." in words_of(app)
    assert "comes from rows divided by chance: it is probably too good" in words_of(app)
    trained.put_artifact("optimism", run.id, {"problem": "It was interrupted."})
    assert "falls to" not in words_of(open_app("results", project_of(trained).id))
    assert "nothing to take off it" in optimism_panel.meaning(gap, split)
    level = replace(gap, suggested=gap.random)
    assert "is not too good for that reason" in optimism_panel.meaning(level, SplitSpec())


def test_a_class_that_is_too_rare_has_ways_out(open_app, visits):
    project = project_of(visits)
    visits.save_draft(project.id, project.draft.but(target="kind"))
    app = open_app("features", project.id)
    assert any("class “c” has only 3 rows, so 3 folds" in each.value for each in app.warning)
    ways = {button.label: button for button in app.button if button.key.startswith("page.features.way.")}
    assert list(ways) == ["Leave out the 3 rows of “c”", "Count “c” as “b”"]  # fewer folds are used already
    ways["Leave out the 3 rows of “c”"].click().run()
    assert not app.exception
    assert state.plan_of(draft_of(visits)).spec.classes == ("a", "b")
    assert not [button for button in app.button if button.key.startswith("page.features.way.")]


def test_a_rare_class_can_be_counted_as_another(open_app, visits):
    project = project_of(visits)
    visits.save_draft(project.id, project.draft.but(target="kind"))
    app = open_app("features", project.id)
    which = app.selectbox("page.features.way.1.which")
    assert (which.label, which.options, which.value) == ("Count “c” as", ["b", "a"], "Count “c” as “b”")
    which.set_value("Count “c” as “a”").run()
    app.button("page.features.way.1").click().run()
    assert not app.exception
    assert state.plan_of(draft_of(visits)).spec.classes == ("a", "b")
    assert (state.table(draft_of(visits).dataset)["kind"] == "a").sum() == 63  # with those called c until now
    app.button("page.undo.reread").click().run()
    assert state.plan_of(draft_of(visits)).spec.classes == ("a", "b", "c")


# A browser sends what its widgets show with every click: what a button changes has to be put into them.


@pytest.fixture
def inspections(home):
    """Return a store with five inspections of each of 24 machines, in no order, each with a day of one year."""
    from workbench.store import Store

    random = np.random.default_rng(2)
    machine, day = np.repeat(np.arange(24), 5), random.integers(0, 360, 120)
    table = {
        "Machine number": [f"M{100 + one}" for one in machine],
        "Inspection date": (pd.Timestamp("2023-01-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
        "hours": (50 + 9 * random.normal(size=24)[machine] + random.normal(0, 0.1, 120)).round(2),
        "heat": random.normal(20, 5, 120).round(1),
        "faulty": np.where(random.random(120) < 0.4, "yes", "no"),
    }
    with Store.open() as store:
        project = store.create_project("Inspections")
        store.add_frame(project.id, pd.DataFrame(table), "inspections", origin="file")
        store.save_draft(project.id, store.project(project.id).draft.but(target="faulty"))
        yield store


def told(widget):
    """Return what the browser is told to show in a widget, whatever it has shown before; None where it is not."""
    return widget.value if widget.proto.set_value else None


def test_the_browser_is_told_what_a_button_has_chosen(open_app, inspections):
    app = open_app("features", project_of(inspections).id)
    app.button("page.features.suggested.0.apply").click().run()
    assert not app.exception
    group = SplitSpec(kind="group", column="Machine number", folds=0)
    assert draft_of(inspections).split == group
    assert told(app.radio("page.features.split")) == "group"
    assert told(app.selectbox("page.features.split_column")) == "Machine number"
    app.get_by_key("page.features.locked").set_value(0.2).run()
    assert (draft_of(inspections).split, draft_of(inspections).locked) == (group, 0.2)
    app.radio("page.features.split").set_value("time").run()
    assert told(app.selectbox("page.features.split_column")) == "Inspection date"
    app.button("page.features.suggested.0.apply").click().run()
    assert told(app.selectbox("page.features.split_column")) == "Machine number"


def test_the_browser_is_told_what_a_way_out_has_chosen(open_app, visits):
    project = project_of(visits)
    split = SplitSpec(kind="group", column="customer_id", folds=0, each=True)
    visits.save_draft(project.id, project.draft.but(split=split))
    app = open_app("features", project.id)
    (together,) = [button for button in app.button if button.label == "Keep several together in a fold"]
    together.click().run()
    assert not app.exception
    assert draft_of(visits).split == split.but(each=False)
    each = app.get_by_key("page.features.each")
    assert told(each) is False


def test_the_browser_is_told_of_another_target(open_app, targeted):
    app = open_app("features", project_of(targeted).id)
    app.selectbox(TARGET).set_value("months").run()
    app.get_by_key("page.features.task").set_value("multiclass").run()
    app.selectbox(TARGET).set_value("spend").run()
    assert told(app.get_by_key("page.features.task")) == "regression"


def test_of_entities_and_time_one_is_kept_apart_and_what_was_answered_stays(open_app, inspections):
    app = open_app("features", project_of(inspections).id)
    dated = components.plain("Every row has a date: “Inspection date”, from 2023-01-")
    assert dated in words_of(app)  # beside the question about groups
    app.button("page.features.suggested.0.apply").click().run()
    assert not table_of(app)["Machine number"]["use"]
    assert "Only one of the two can be kept apart at a time, “Machine number” or the time. Rows may" in words_of(app)
    labels = [button.label for button in app.button if button.key.startswith("page.features.suggested.")]
    assert labels == ["Undo", "Predict the future by “Inspection date” instead"]
    app.button("page.features.suggested.1.apply").click().run()
    assert draft_of(inspections).split == SplitSpec(kind="time", column="Inspection date", folds=0)
    row = table_of(app)["Machine number"]
    assert (row["use"], row["why"]) == (False, "It says which rows belong together (you said so)")
    said = words_of(app)
    assert "Rows of one “Machine number” may now be on both sides\\: later rows of known ones are predicted" in said
    assert "“Machine number” is still no input, because you said" in said
    labels = [button.label for button in app.button if button.key.startswith("page.features.suggested.")]
    assert labels == ["Keep each “Machine number” together instead", "Undo"]  # nothing is asked anew
    tick(app, "Machine number", True)
    assert table_of(app)["Machine number"]["use"] and "is still no input" not in words_of(app)
    assert "Rows of one “Machine number” may now be on both sides" in words_of(app)
    app.radio("page.features.split").set_value("group").run()
    app.radio("page.features.split").set_value("time").run()
    assert not table_of(app)["Machine number"]["use"]
    app.radio("page.features.split").set_value("random").run()
    assert draft_of(inspections).choices == () and not app.exception
    assert "Only one of the two" not in words_of(app)


def test_dates_without_an_order_are_asked_about_quietly(open_app, inspections):
    app = open_app("features", project_of(inspections).id)
    app.button("page.features.suggested.0.accept").click().run()
    app.button("page.features.suggested.1.accept").click().run()
    assert len(draft_of(inspections).accepted) == 2 and words_of(app).count("You said that it is fine.") == 2
    assert not [each for each in open_app("train", project_of(inspections).id).warning if "has a date" in each.value]


def test_train_says_how_rows_are_divided(open_app, inspections):
    project = project_of(inspections)
    assert "on rows it has not learned from, drawn by chance." in words_of(open_app("train", project.id))
    inspections.save_draft(project.id, project.draft.but(split=SplitSpec(kind="group", column="Machine number")))
    said = words_of(open_app("train", project.id))
    assert "on rows it has not learned from; rows of the same “Machine number” stay together." in said


def test_another_purpose_that_checks_as_often_otherwise_is_told(open_app, home):
    from workbench.specs import AutopilotSpec
    from workbench.store import Store

    random = np.random.default_rng(5)
    table = pd.DataFrame({"x": random.normal(size=700), "y": np.where(random.random(700) < 0.4, "yes", "no")})
    with Store.open() as store:
        project = store.create_project("Purposes")
        store.add_frame(project.id, table, "purposes", origin="file")
        project = store.save_draft(project.id, store.project(project.id).draft.but(target="y"))
        quick = words_of(open_app("features", project.id))
        assert "checked **5 times**" in quick
        assert "with “Balanced” or “Thorough” there, 15 times (5 folds, drawn 3 times)." in quick
        store.save_draft(project.id, project.draft.but(autopilot=AutopilotSpec()))
        searched = words_of(open_app("features", project.id))
        assert "**15 times" in searched and "with “Quick look” there, 5 times." in searched


def test_that_nothing_suits_as_a_target_is_said_before_one_is_chosen(open_app, home):
    from workbench.store import Store

    day = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
    words = ("pump", "loud", "again", "hall", "oil", "drops", "noon", "repaired", "belt", "new", "old", "cold")
    draw = np.random.default_rng(4)
    notes = [" ".join(draw.choice(words, size=draw.integers(8, 20))) for _ in range(60)]
    with Store.open() as store:
        project = store.create_project("Diary")
        store.add_frame(project.id, pd.DataFrame({"day": day, "note": notes}), "diary", origin="file")
        app = open_app("features", project.id)
        assert app.info[0].value.startswith("No column of this table suits as what is to be predicted.")
        assert app.selectbox(TARGET).label == "The column to predict"
