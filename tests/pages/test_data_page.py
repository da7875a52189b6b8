"""Data: what was assumed is shown, each assumption can be changed, taken back, and keeps what the file says."""

import pytest

from workbench.specs import ColumnSpec
from workbench.store import Store
from workbench.ui import column_panel, table_view

CSV = (
    "day;amount;city;left\n"
    + "".join(
        f"{day:02d}.03.2025;{day},50;{'Ulm' if day % 3 else 'Bonn'};{'ja' if day % 2 else 'nein'}\n"
        for day in range(1, 29)
    )
    + "29.03.2025;viel;Ulm;ja\n"
)


@pytest.fixture
def store(home):
    with Store.open() as opened:
        yield opened


@pytest.fixture
def project(store, tmp_path):
    """Return a project with 29 rows: a date, a number with one word in it, a category and a yes/no."""
    made = store.create_project("Sales")
    path = tmp_path / "sales.csv"
    path.write_text(CSV, encoding="utf-8")
    dataset = store.add_dataset(made.id, path, "sales.csv")
    changed = {"amount": ColumnSpec(name="amount", meaning="number", decimal=",")}
    columns = tuple(changed.get(column.name, column) for column in dataset.schema.columns)
    store.retype_dataset(dataset.fingerprint, made.id, dataset.schema.but(columns=columns))
    return store.project(made.id)


def data_of(store, project):
    return store.dataset(store.project(project.id).draft.dataset)


def widget(app, kind, ending):
    """Return the widget whose key ends so; keys carry the data set's fingerprint."""
    (found,) = [element for element in getattr(app, kind) if element.key and element.key.endswith(ending)]
    return found


def test_the_table_is_shown_with_what_was_assumed(open_app, project):
    app = open_app("data", project.id)
    assert not app.metric  # rows, columns and blanks stand in the sentence
    assert any("**1 cell** in 1 column (marked ⚠) does not fit" in element.value for element in app.markdown)
    assert app.dataframe[0].value.index[[0, -1]].tolist() == [1, 29]
    assert any(element.value.startswith("**sales.csv**: Read as") for element in app.markdown)
    assert len(app.dataframe[0].value) == 29


def test_headers_carry_the_meaning(open_app, project):
    open_app("data", project.id)
    config = table_view.column_config(project.draft.dataset)
    assert [config[name]["label"] for name in ("day", "amount", "city", "left")] == [
        "day · date",
        "⚠ amount · number",
        "city · category",
        "left · yes/no",
    ]


def test_the_panel_begins_with_the_column_that_has_misfits(open_app, project):
    app = open_app("data", project.id)
    assert app.session_state[column_panel.COLUMN_KEY] == "amount"
    found = column_panel.misfits_of(project.draft.dataset, "amount")
    assert found.to_dict("list") == {"row": [28], "in the file": ["viel"]}


def test_a_changed_meaning_is_stored_and_can_be_undone(open_app, store, project):
    app = open_app("data", project.id)
    widget(app, "selectbox", ".1.meaning").select("category").run()
    assert not app.exception
    assert data_of(store, project).schema.column("amount").meaning == "category"
    assert data_of(store, project).misfits == {}
    app.button(key="page.data.undo").click().run()
    assert store.project(project.id).draft.dataset == project.draft.dataset
    assert not [button for button in app.button if button.key == "page.data.undo"]


def test_a_decimal_mark_can_be_changed_and_back_since_the_text_is_kept(open_app, store, project):
    app = open_app("data", project.id)
    widget(app, "selectbox", ".1.decimal").select(".").run()
    assert data_of(store, project).misfits["amount"] == 29
    widget(app, "selectbox", ".1.decimal").select(",").run()
    assert data_of(store, project).misfits["amount"] == 1
    assert store.load_table(data_of(store, project).fingerprint)["amount"].iloc[0] == 1.5


def test_a_token_can_be_said_to_mean_no_value(open_app, store, project):
    app = open_app("data", project.id)
    widget(app, "multiselect", ".1.missing").set_value(["viel"]).run()
    assert not app.exception
    assert data_of(store, project).schema.column("amount").missing == ("viel",)
    assert data_of(store, project).misfits == {}


def test_choosing_another_column_shows_its_rules(open_app, project):
    app = open_app("data", project.id)
    app.selectbox(key=column_panel.COLUMN_KEY).select("day").run()
    assert widget(app, "selectbox", ".0.date_format").value == "%d.%m.%Y"


def test_the_first_line_can_become_data(open_app, store, project):
    app = open_app("data", project.id)
    widget(app, "checkbox", ".read.header").uncheck().run()
    assert not app.exception
    assert data_of(store, project).n_rows == 30


def test_a_reading_that_cannot_work_is_refused_and_loses_nothing(open_app, store, project):
    app = open_app("data", project.id)
    widget(app, "number_input", ".read.skip_rows").set_value(5000).run()
    assert not app.exception
    assert len(app.error) == 1
    assert store.project(project.id).draft.dataset == project.draft.dataset


def test_the_next_step_is_the_profile(open_app, project):
    app = open_app("data", project.id)
    app.button(key="page.next").click().run()
    assert app.title[0].value == "Profile"
