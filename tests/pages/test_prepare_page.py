"""Prepare: steps are added with their effect said beforehand, shown in order, taken away and brought back."""

import pandas as pd
import pytest

from workbench.prepare import ROW_STEPS
from workbench.specs import MEANING_LABELS, DropDuplicates, DropMissing, FilterRows, Recipe
from workbench.ui import recipe_list, step_form


def table():
    """Return 24 rows: of these 4 have no target, and the last two repeat the first two."""
    rows = [*range(22), 0, 1]
    return pd.DataFrame(
        {
            "age": [20.5 + row for row in rows],
            "city": [("Ulm", "Bonn")[row % 2] for row in rows],
            "seen": [f"2025-01-{row + 1:02d}" for row in rows],
            "left": [None if row in (5, 6, 7, 8) else ("yes", "no")[row % 3 == 0] for row in rows],
        }
    )


@pytest.fixture
def project(store):
    made = store.create_project("People")
    store.add_frame(made.id, table(), "people", origin="file")
    made = store.project(made.id)
    return store.save_draft(made.id, made.draft.but(target="left"))


def rows_of(store, project):
    return store.project(project.id).draft.recipe.rows


def with_steps(store, project, *steps):
    return store.save_draft(project.id, project.draft.but(recipe=Recipe(rows=steps)))


def choose(app, kind):
    app.session_state["page.prepare.kind"] = kind
    return app.run()


def test_every_row_step_has_a_form():
    assert set(step_form.FORMS) == {kind.name for kind in ROW_STEPS}


def test_every_meaning_has_conditions():
    assert set(step_form.OPERATORS) == set(MEANING_LABELS)


def test_without_steps_every_row_with_a_target_counts(open_app, project):
    app = open_app("prepare", project.id)
    assert [metric.value for metric in app.metric] == ["24", "24", "20"]
    assert any("None yet" in element.value for element in app.markdown)
    assert any("4 rows have no value in “left” and are set aside" in element.value for element in app.caption)


def test_copies_are_left_out_after_their_number_was_said(open_app, store, project):
    app = choose(open_app("prepare", project.id), "drop_duplicates")
    assert any("leave out 2 of 24 rows" in element.value for element in app.caption)
    app.button(key="page.prepare.add").click().run()
    assert not app.exception
    assert rows_of(store, project) == (DropDuplicates(),)
    assert [metric.value for metric in app.metric] == ["24", "22", "18"]
    assert app.button(key="page.prepare.add").disabled


def test_rows_are_filtered_by_a_number(open_app, store, project):
    app = open_app("prepare", project.id)
    app.selectbox(key="page.prepare.filter.column").select("age").run()
    app.number_input(key="page.prepare.filter.0.at_least").set_value(31.5).run()
    assert any("leave out 13 of 24 rows" in element.value for element in app.caption)
    app.button(key="page.prepare.add").click().run()
    assert rows_of(store, project) == (FilterRows(column="age", operator="at_least", values=(31.5,)),)


def test_rows_are_filtered_by_words(open_app, store, project):
    app = open_app("prepare", project.id)
    app.selectbox(key="page.prepare.filter.column").select("city").run()
    assert app.button(key="page.prepare.add").disabled
    app.multiselect(key="page.prepare.filter.1.one_of").select("Ulm").run()
    app.button(key="page.prepare.add").click().run()
    assert rows_of(store, project) == (FilterRows(column="city", operator="one_of", values=("Ulm",)),)
    assert app.metric[1].value == "12"


def test_rows_are_filtered_by_a_span_of_dates(open_app, store, project):
    app = open_app("prepare", project.id)
    app.selectbox(key="page.prepare.filter.column").select("seen").run()
    app.selectbox(key="page.prepare.filter.operator.date").select("between").run()
    app.date_input(key="page.prepare.filter.2.between.high").set_value("2025-01-10").run()
    app.button(key="page.prepare.add").click().run()
    assert not app.exception
    (step,) = rows_of(store, project)
    assert step.values == ("2025-01-01", "2025-01-10")
    assert app.metric[1].value == "12"


def test_a_span_may_keep_rows_without_a_value(open_app, store, project):
    app = open_app("prepare", project.id)
    app.selectbox(key="page.prepare.filter.column").select("age").run()
    app.selectbox(key="page.prepare.filter.operator.number").select("between_or_blank").run()
    app.button(key="page.prepare.add").click().run()
    assert not app.exception
    (step,) = rows_of(store, project)
    assert step.operator == "between_or_blank" and len(step.values) == 2
    assert any("age has no value or is between" in element.value for element in app.markdown)


def test_a_filter_that_leaves_no_row_is_not_added(open_app, store, project):
    app = open_app("prepare", project.id)
    app.selectbox(key="page.prepare.filter.column").select("age").run()
    app.number_input(key="page.prepare.filter.0.at_least").set_value(1000.0).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.button(key="page.prepare.add").disabled


def test_steps_are_shown_in_order_and_one_can_be_taken_away_and_brought_back(open_app, store, project):
    steps = (DropDuplicates(), DropMissing(column="left"))
    with_steps(store, project, *steps)
    app = open_app("prepare", project.id)
    shown = [element.value for element in app.markdown if element.value.startswith(("**1.**", "**2.**"))]
    assert ["24 → 22 rows" in shown[0], "22 → 18 rows" in shown[1]] == [True, True]
    app.button(key="page.prepare.remove.0").click().run()
    assert rows_of(store, project) == steps[1:]
    app.button(key="page.prepare.undo").click().run()
    assert rows_of(store, project) == steps


def test_steps_that_do_not_fit_the_table_can_still_be_taken_away(open_app, store, project):
    with_steps(store, project, DropMissing(column="gone"))
    app = open_app("prepare", project.id)
    assert len(app.error) == 1
    app.button(key="page.prepare.remove.0").click().run()
    assert not app.exception
    assert rows_of(store, project) == ()
    assert [metric.value for metric in app.metric] == ["24", "24", "20"]


def test_the_cached_table_is_not_changed_by_steps(open_app, store, project):
    with_steps(store, project, FilterRows(column="city", operator="equals", values=("Ulm",)))
    open_app("prepare", project.id)
    from workbench.ui import state

    assert len(state.table(project.draft.dataset)) == 24
    assert len(recipe_list.prepared(project.draft.dataset, store.project(project.id).draft.recipe).table) == 12


def test_why_columns_are_not_changed_is_explained(open_app, project):
    app = open_app("prepare", project.id)
    assert "Why are columns not changed here?" in [box.label for box in app.expander]
    app.button(key="page.next").click().run()
    assert app.title[0].value == "Target and inputs"
