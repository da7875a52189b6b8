"""Profile: every kind of remedy of a finding is applied in one click and taken back in another, also days later."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotPossible
from workbench.profiling import Finding
from workbench.specs import ColumnChoice, ColumnSpec, Draft, Schema, SplitSpec
from workbench.store.datasets import carry_over
from workbench.ui import components, decisions, findings, reread, state

ROWS = np.arange(120)
STEADY = pd.DataFrame(
    {
        "size": 40 + ROWS * 7 % 37 + ROWS / 1000,
        "grade": np.array(["A", "B", "C"])[ROWS * 7 % 3],
        "price": 100.25 + ROWS * 13 % 101,
    }
)


@pytest.fixture
def made(store):
    """Return a function that makes a project of the steady columns and others."""

    def make(**columns):
        project = store.create_project("Things")
        store.add_frame(project.id, STEADY.assign(**columns), "things", origin="file")
        return store.project(project.id)

    return make


def keys(app, beginning):
    return [button.key for button in app.button if button.key and button.key.startswith(beginning)]


def press(app, beginning):
    """Press the only button whose key begins so."""
    (key,) = keys(app, beginning)
    app.button(key=key).click().run()
    assert not app.exception
    assert not app.error
    return app


def draft_of(store, project):
    return store.project(project.id).draft


def values_of(store, project, name):
    return store.load_table(draft_of(store, project).dataset)[name]


def text_of(app):
    return "\n".join(element.value for element in app.markdown)


SPELT = np.where(ROWS % 10 == 0, "usa", np.where(ROWS % 3 == 0, "UK", "USA"))


def test_a_stand_in_is_read_as_blank_in_one_click_and_back(open_app, store, made):
    project = made(wind=np.where(ROWS % 10 == 0, -999.0, 3.0 + ROWS % 7), flag=np.where(ROWS == 0, "a", "b"))
    app = press(open_app("profile", project.id), "page.apply.disguised_missing")
    assert values_of(store, project, "wind").isna().sum() == 12
    assert keys(app, "page.apply.disguised_missing") == []
    app = press(app, "page.accept.")  # what is decided meanwhile stays
    accepted = draft_of(store, project).accepted
    press(app, "page.undo.reread")
    assert draft_of(store, project) == project.draft.but(accepted=accepted) and len(accepted) == 1
    assert values_of(store, project, "wind").isna().sum() == 0
    assert keys(app, "page.undo.reread") == []


def test_many_columns_are_read_anew_at_once_and_back(open_app, store, made):
    columns = {f"answer {place}": np.where(ROWS % (7 + place) == 0, "unknown", SPELT) for place in range(8)}
    project = made(**columns)
    app = open_app("profile", project.id)
    (key,) = keys(app, "page.apply.disguised_missing")
    assert app.button(key=key).label == "Treat 8 values as blank"
    press(app, "page.apply.disguised_missing")
    table = store.load_table(draft_of(store, project).dataset)
    assert [int(table[name].isna().sum()) for name in columns] == [len(ROWS[:: 7 + place]) for place in range(8)]
    assert "“unknown” in “answer 0” counts as “no value”. The same for 7 more." in text_of(app)
    press(app, "page.undo.reread")
    assert draft_of(store, project) == project.draft


def test_spellings_are_read_as_one_and_taken_back_after_the_page_was_left(open_app, store, made):
    project = made(country=SPELT)
    app = open_app("profile", project.id)
    assert app.button(key=keys(app, "page.apply.mixed_spellings")[0]).label == "Read all as “USA”"
    press(app, "page.apply.mixed_spellings")
    assert set(values_of(store, project, "country")) == {"USA", "UK"}
    dataset = store.dataset(draft_of(store, project).dataset)
    assert dataset.schema.column("country").spellings == (("usa", "USA"),)
    app = open_app("profile", project.id)  # as another day
    assert keys(app, "page.undo.reread") == []
    assert "In “country”, 1 spelling is read as “USA”." in text_of(app)
    press(app, "page.undo.mixed_spellings")
    assert set(values_of(store, project, "country")) == {"USA", "usa", "UK"}
    assert draft_of(store, project) == project.draft


def test_the_data_page_shows_spellings_and_takes_them_away(open_app, store, made):
    project = made(country=SPELT)
    press(open_app("profile", project.id), "page.apply.mixed_spellings")
    app = open_app("data", project.id)
    app.selectbox(key="page.data.column").select("country").run()
    (box,) = (box for box in app.multiselect if box.key.endswith(".spellings"))
    assert box.options == ["usa → USA"]
    box.set_value([]).run()
    assert not app.exception
    assert set(values_of(store, project, "country")) == {"USA", "usa", "UK"}


def test_words_are_read_as_numbers_by_the_marks_that_fit_and_back(open_app, store, made):
    # A fifth of words of many kinds is too much for the column to be read as numbers at once.
    project = made(
        amount=np.where(ROWS % 5 == 0, [f"see page {row}" for row in ROWS], [f"1.{row % 40:03d},5" for row in ROWS])
    )
    assert store.dataset(project.draft.dataset).schema.column("amount").meaning == "category"
    app = open_app("profile", project.id)
    assert app.button(key=keys(app, "page.apply.numbers_as_text")[0]).label == "Read as number"
    press(app, "page.apply.numbers_as_text")
    amounts = values_of(store, project, "amount")
    assert amounts.isna().sum() == 24 and amounts[1] == 1001.5
    assert "it was found to be category" in text_of(app)
    press(app, "page.undo.meaning")
    assert values_of(store, project, "amount")[1] == "1.001,5"


def test_values_apart_are_left_out_or_read_as_blank_and_back(open_app, store, made):
    project = made(load=np.where(ROWS == 7, 90_000.0, 20 + ROWS * 11 % 53))
    app = open_app("profile", project.id)
    labels = [app.button(key=key).label for key in keys(app, "page.apply.skew")]
    assert labels == ["Leave out these rows", "Treat it as blank"]
    app.button(key=keys(app, "page.apply.skew")[0]).click().run()
    (step,) = draft_of(store, project).recipe.rows
    assert (step.operator, step.values) == ("between_or_blank", (20, 72))
    app = open_app("profile", project.id)
    assert components.plain("You chose: Leave out these rows.") in text_of(app)
    assert keys(app, "page.apply.skew") == []
    press(app, "page.undo.skew")
    assert draft_of(store, project) == project.draft
    app.button(key=keys(app, "page.apply.skew")[1]).click().run()
    assert values_of(store, project, "load").isna().tolist() == (ROWS == 7).tolist()


def test_the_way_of_testing_is_changed_and_goes_back_to_what_it_was(open_app, store, made):
    project = made(patient=[f"P{row // 4:03d}" for row in ROWS])
    store.save_draft(project.id, project.draft.but(split=SplitSpec(folds=10)))
    app = open_app("profile", project.id)
    key = keys(app, "page.apply.grouped_rows")[0]
    assert app.button(key=key).label == "Keep each “patient” together"
    app.button(key=key).click().run()
    assert not app.exception
    assert draft_of(store, project).split == SplitSpec(kind="group", column="patient", folds=10)
    app = open_app("profile", project.id)
    press(app, "page.undo.grouped_rows")
    assert draft_of(store, project).split == SplitSpec(folds=10)


def test_everything_can_be_said_to_be_fine_until_nothing_is_left_to_decide(open_app, store, made):
    project = made(flag=np.where(ROWS == 0, "other", "usual"), country=SPELT)
    app = open_app("profile", project.id)
    n_asked = len(keys(app, "page.accept."))
    assert n_asked >= 2
    for _ in range(n_asked):
        app.button(key=keys(app, "page.accept.")[0]).click().run()
        assert not app.exception
    assert keys(app, "page.accept.") == []
    assert len(draft_of(store, project).accepted) == n_asked
    profile = state.profile_of(project.draft.dataset, "", None)
    assert any("nothing to decide about" in element.value for element in app.markdown)
    assert "Nothing is left for you to decide." in [element.value for element in app.caption]
    assert text_of(app).count("You said that it is fine.") == n_asked
    app = open_app("profile", project.id)
    assert keys(app, "page.accept.") == []
    press(app, "page.undo.near_constant")
    assert len(keys(app, "page.accept.")) == 1
    assert len(findings.groups(draft_of(store, project), profile.findings)[0]) == 1


def test_a_remedy_that_cannot_be_is_told_in_words(open_app, store, made, monkeypatch):
    project = made(country=SPELT)
    app = open_app("profile", project.id)

    def refuse(*_):
        raise NotPossible("No cell of “country” can be read so.", "Look at it.")

    monkeypatch.setattr(reread, "with_spellings", refuse)
    (key,) = keys(app, "page.apply.mixed_spellings")
    app.button(key=key).click().run()
    assert not app.exception
    assert [error.value for error in app.error] == ["No cell of “country” can be read so."]
    assert draft_of(store, project) == project.draft


LEFT_OUT = Finding("x", "alerted", ("a",), "", choices=({"name": "a", "use": False, "reason": "blank"},))


def test_deciding_replaces_an_earlier_choice_about_the_same_column_and_gives_it_back():
    draft = Draft(choices=(ColumnChoice(name="a", use=True, known="yes"), ColumnChoice(name="b", use=True)))
    assert not decisions.applied(draft, LEFT_OUT)
    after = draft.but(**decisions.with_finding(draft, LEFT_OUT))
    assert [(choice.name, choice.use) for choice in after.choices] == [("b", True), ("a", False)]
    assert decisions.applied(after, LEFT_OUT)
    before = decisions.replaced_by(draft, LEFT_OUT)
    back = after.but(**decisions.without_finding(after, LEFT_OUT, before))
    assert sorted(back.choices, key=lambda choice: choice.name) == list(draft.choices)
    assert [choice.name for choice in after.but(**decisions.without_finding(after, LEFT_OUT)).choices] == ["b"]


def test_one_of_several_remedies_is_enough():
    finding = Finding(
        "x", "alerted", ("a",), "", step={"step": "drop_missing", "column": "a"}, choices=LEFT_OUT.choices
    )
    draft = Draft()
    after = draft.but(**decisions.with_finding(draft, finding, ("step",)))
    assert decisions.applied_kinds(after, finding) == ("step",) and after.choices == ()
    assert decisions.decided(after, finding)
    assert after.but(**decisions.without_finding(after, finding)) == draft


def test_settings_go_back_to_those_of_a_new_draft_where_nothing_is_known_of_before():
    finding = Finding("x", "alerted", (), "", settings={"metric": "log_loss", "split": {"kind": "time", "column": "d"}})
    draft = Draft(split=SplitSpec(folds=3))
    after = draft.but(**decisions.with_finding(draft, finding))
    assert (after.metric, after.split) == ("log_loss", SplitSpec(kind="time", column="d", folds=3))
    assert after.but(**decisions.without_finding(after, finding)) == draft


@pytest.mark.parametrize("settings", [{"split": {"kind": "moon"}}, {"nothing": 1}, {"seed": -1}])
def test_settings_that_this_version_does_not_know_are_not_offered(settings):
    finding = Finding("x", "alerted", (), "", settings=settings)
    assert decisions.kinds_of(Draft(), finding) == ()
    assert not decisions.applied(Draft(), finding)


def test_what_is_fine_stays_so_for_another_table_and_is_asked_again_of_other_columns():
    finding = Finding("skew", "alerted", ("a",), "In “a” …")
    draft = Draft(dataset="old", accepted=(decisions.key_of(Draft(), finding),))
    carried = carry_over(draft, Schema(columns=(ColumnSpec(name="a", meaning="number"),)), "new").draft
    assert decisions.accepted(carried, finding)
    assert not decisions.accepted(carried, Finding("skew", "alerted", ("a", "b"), "In “a” …"))
    assert not decisions.accepted(carried, Finding("infinite", "alerted", ("a",), "In “a” …"))


def test_what_was_said_of_one_target_is_asked_again_for_another():
    leak = Finding("target_leakage", "alerted", ("a",), "")
    draft = Draft(target="y")
    draft = draft.but(accepted=(decisions.key_of(draft, leak),))
    assert decisions.accepted(draft, leak)
    assert not decisions.accepted(draft.but(target="z"), leak)


SPELLINGS = ({"name": "a", "spellings": [["usa", "USA"], ["uk", "UK"]]},)


@pytest.mark.parametrize(
    ("finding", "kind", "words"),
    [
        (Finding("x", "alerted", (), "", step={"step": "drop_duplicates"}), "step", "Drop the copies"),
        (Finding("x", "alerted", (), "", step={"step": "drop_missing", "column": "a"}), "step", "Leave out these rows"),
        (Finding("x", "done", (), "", choices=({"name": "a", "use": True},)), "choices", "Put it back"),
        (
            Finding("x", "alerted", ("a", "b"), "", choices=({"name": "b", "use": False},)),
            "choices",
            "Leave out “b”",
        ),
        (Finding("x", "alerted", (), "", choices=({"name": "a", "use": False},) * 2), "choices", "Leave out 2 columns"),
        (
            Finding("x", "alerted", (), "", blanks=({"name": "a", "values": [0, -1]},)),
            "blanks",
            "Treat 2 values as blank",
        ),
        (Finding("x", "alerted", (), "", reads=SPELLINGS), "reads", "Read as in most rows"),
        (Finding("x", "alerted", (), "", reads=({"name": "a", "meaning": "text"},)), "reads", "Read as text"),
        (Finding("x", "alerted", (), "", settings={"metric": "log_loss"}), "settings", "Judge by log loss"),
        (
            Finding("x", "alerted", (), "", settings={"split": {"kind": "time", "column": "day"}}),
            "settings",
            "Predict the future by “day”",
        ),
    ],
)
def test_a_button_says_what_it_does(finding, kind, words):
    said, explanation = findings.offer(finding, kind)
    assert said == words and explanation.endswith(".")


def test_further_spellings_follow_where_those_there_lead():
    column = ColumnSpec(name="a", meaning="category", spellings=(("usa", "USA"), ("uk", "UK")))
    changed = reread.with_spellings(column, [["USA", "U.S."], ["U.K. ", "UK"]])
    assert changed.spellings == (("usa", "U.S."), ("uk", "UK"), ("USA", "U.S."), ("U.K.", "UK"))
    assert reread.with_spellings(changed, [["U.S.", "usa"]]).spellings == (
        ("uk", "UK"),
        ("USA", "usa"),
        ("U.K.", "UK"),
        ("U.S.", "usa"),
    )


def test_a_meaning_that_no_cell_fits_is_refused():
    cells = pd.Series(["red", "green"])
    with pytest.raises(NotPossible, match="No cell of “a” can be read as date"):
        reread.with_meaning(ColumnSpec(name="a", meaning="category"), "date", cells)
    days = reread.with_meaning(ColumnSpec(name="a", meaning="category"), "date", pd.Series(["31.12.2024", "soon"]))
    assert days.date_format == "%d.%m.%Y"


def test_another_way_of_dividing_rows_is_told_and_can_still_be_chosen_instead(open_app, made, store):
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(ROWS, unit="D")
    project = made(customer=[f"C{row % 40:03d}" for row in ROWS], day=day)
    app = open_app("profile", project.id)
    press(app, "page.apply.grouped_rows")
    assert draft_of(store, project).split == SplitSpec(kind="group", column="customer", folds=0)
    # The other suggestion has moved to Done with its reason; it has nothing to take back, only its own button.
    assert "rows are divided by “customer”." in " ".join(element.value for element in app.markdown)
    assert keys(app, "page.undo.time_order") == [] and keys(app, "page.accept.time_order") == []
    press(app, "page.apply.time_order")
    assert draft_of(store, project).split == SplitSpec(kind="time", column="day", folds=0)
    assert "rows are divided by “day”." in " ".join(element.value for element in app.markdown)
    press(app, "page.undo.time_order")
    assert draft_of(store, project).split == SplitSpec(kind="group", column="customer", folds=0)
