"""Profile: findings are decided in one click and taken back in another; every column can be seen in full."""

import numpy as np
import pandas as pd
import pytest

from workbench.specs import DropDuplicates, Recipe
from workbench.ui import column_facts, column_panel, components, findings, profile_columns, state


def table():
    """Return 120 rows: an identifier, a number, a word that hardly ever changes, a mostly blank one, and a target;
    the last ten rows repeat the ten before them in everything."""
    rows = np.arange(120)
    rows[110:] = np.arange(100, 110)
    return pd.DataFrame(
        {
            "size": 40.0 + rows % 37,
            "flag": np.where(rows == 3, "odd", "usual"),
            "note": [f"text {row % 5}" if row % 10 == 0 else None for row in rows],
            "grade": [("low", "mid", "high")[row % 3] for row in rows],
            "price": rows * 10.0 + 7.5,
        }
    )


@pytest.fixture
def project(store):
    made = store.create_project("Flats")
    store.add_frame(made.id, table(), "flats", origin="file")
    return store.project(made.id)


def keys(app, beginning):
    return [button.key for button in app.button if button.key and button.key.startswith(beginning)]


def draft_of(store, project):
    return store.project(project.id).draft


def test_the_headline_and_the_groups_are_shown(open_app, project):
    app = open_app("profile", project.id)
    profile = state.profile_of(project.draft.dataset, "", None)
    decide, done, passed = findings.groups(project.draft, profile.findings)
    assert {finding.code for finding in decide} >= {"near_constant", "missing_share", "duplicate_rows"}
    words = "\n".join(element.value for element in app.markdown)
    assert "Alerted: you decide" in words
    assert "Done, or good to know" in words
    assert f"Passed: {len(passed)} checks found nothing wrong" in [box.label for box in app.expander]
    assert len(decide) + len(done) + len(passed) == len(profile.findings)


def test_copies_are_dropped_in_one_click_and_come_back_in_another(open_app, store, project):
    app = open_app("profile", project.id)
    (key,) = keys(app, "page.apply.duplicate_rows")
    app.button(key=key).click().run()
    assert not app.exception
    assert draft_of(store, project).recipe.rows == (DropDuplicates(),)
    (key,) = keys(app, "page.undo.duplicate_rows")
    app.button(key=key).click().run()
    assert draft_of(store, project).recipe == Recipe()


def test_a_column_is_left_out_in_one_click_and_put_back_in_another(open_app, store, project):
    app = open_app("profile", project.id)
    (key,) = keys(app, "page.apply.near_constant")
    app.button(key=key).click().run()
    (choice,) = draft_of(store, project).choices
    assert (choice.name, choice.use) == ("flag", False)
    profile = state.profile_of(project.draft.dataset, "", None)
    decide, done, _ = findings.groups(draft_of(store, project), profile.findings)
    headline = profile.headline_with(len(decide), len(done))
    assert f"{len(decide)} findings to decide about, {len(done)} already handled" in headline
    assert components.plain(headline) in [element.value for element in app.markdown]
    assert f"Findings · {len(decide)} to decide, {len(done)} done" in app.get_by_key(findings.VIEW_KEY).options
    app.button(key=keys(app, "page.undo.near_constant")[0]).click().run()
    assert draft_of(store, project).choices == ()


def test_the_rows_concerned_are_shown_when_they_are_asked_for(open_app, project):
    app = open_app("profile", project.id)
    assert len(app.dataframe) == 0
    (key,) = keys(app, "page.apply.duplicate_rows")
    app.session_state[key.replace("page.apply", "page.rows").removesuffix(".step")] = True
    app.run()
    assert len(app.dataframe) == 1
    assert app.dataframe[0].value.index.min() >= 110


def test_a_finding_leads_to_its_column_in_full(open_app, project):
    app = open_app("profile", project.id)
    app.button(key=keys(app, "page.look.near_constant")[0]).click().run()
    assert not app.exception
    assert app.session_state[findings.VIEW_KEY] == "columns"
    assert app.selectbox(key=findings.COLUMN_KEY).value == "flag"


def open_columns(app):
    app.session_state[findings.VIEW_KEY] = "columns"
    return app.run()


def test_the_table_of_columns_has_a_row_each_with_exact_figures(open_app, project):
    app = open_columns(open_app("profile", project.id))
    assert not app.exception
    shown = app.dataframe[0].value.set_index("column")
    assert list(shown.index) == ["size", "flag", "note", "grade", "price"]
    assert shown.loc["note", "missing"] == 0.9
    assert shown.loc["flag", "distinct"] == 2
    assert shown.loc["size", ["min", "max"]].tolist() == [40.0, 76.0]
    assert sum(shown.loc["grade", "shape"]) == 120
    assert np.isnan(shown.loc["size", "strength"])


def test_a_target_adds_what_goes_with_it(open_app, store, project):
    store.save_draft(project.id, project.draft.but(target="price"))
    app = open_columns(open_app("profile", project.id))
    shown = app.dataframe[0].value.set_index("column")
    assert shown.loc["size", "strength"] >= 0
    assert shown.loc["size", "strength"] == round(shown.loc["size", "strength"])
    size = state.profile_of(project.draft.dataset, "price", None).column("size")
    words = column_facts.facts(size, 120, "price")["Goes with price"]
    assert words.startswith(components.plain(size.strength.words)) and "% (R² of ranks" in words
    assert "strength" in profile_columns.order_of(app.dataframe[0].value, with_strength=True)


def test_columns_are_filtered_by_name(open_app, project):
    app = open_columns(open_app("profile", project.id))
    app.text_input(key="page.profile.filter").set_value("PRI").run()
    assert app.dataframe[0].value["column"].tolist() == ["price"]
    assert app.selectbox(key=findings.COLUMN_KEY).value == "price"
    app.text_input(key="page.profile.filter").set_value("[").run()
    assert not app.exception
    assert "No column fits" in app.info[0].value


def test_each_column_can_be_seen_in_full(open_app, project):
    app = open_columns(open_app("profile", project.id))
    for name in ("size", "flag", "note", "grade", "price"):
        app.selectbox(key=findings.COLUMN_KEY).select(name).run()
        assert not app.exception, name


def test_the_column_view_leads_to_how_it_is_read(open_app, project):
    app = open_columns(open_app("profile", project.id))
    app.selectbox(key=findings.COLUMN_KEY).select("grade").run()
    app.button(key="page.profile.to_data").click().run()
    assert app.title[0].value == "Data"
    assert app.session_state[column_panel.COLUMN_KEY] == "grade"


def test_the_report_is_offered(open_app, project):
    app = open_app("profile", project.id)
    assert [button.label for button in app.get("download_button")] == ["Save report", "JSON"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, np.nan), (0, 0.0), (0.123456, 0.1235), (43.921, 43.92), (1234567.8, 1234568.0), (-2.5, -2.5)],
)
def test_figures_keep_four_digits_and_never_lose_whole_ones(value, shown):
    np.testing.assert_equal(profile_columns.rounded(value), shown)


def test_an_identifier_that_was_set_aside_can_be_put_back(open_app, store):
    made = store.create_project("Customers")
    frame = table().assign(customer_id=[f"C{row:05d}" for row in range(120)])
    store.add_frame(made.id, frame, "customers", origin="file")
    app = open_app("profile", made.id)
    (key,) = keys(app, "page.apply.identifier")
    assert app.button(key=key).label == "Put it back"
    app.button(key=key).click().run()
    assert not app.exception
    assert [(choice.name, choice.use) for choice in draft_of(store, made).choices] == [("customer_id", True)]
    app.button(key=keys(app, "page.undo.identifier")[0]).click().run()
    assert draft_of(store, made).choices == ()
