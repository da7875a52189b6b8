"""Data: what was assumed is shown, each assumption can be changed, taken back, and keeps what the file says."""

import zipfile
from dataclasses import replace

import pytest

from workbench.data.questions import Answer, Question
from workbench.specs import ColumnSpec, ReadSpec
from workbench.store import Store
from workbench.ui import (
    all_columns,
    column_heads,
    column_panel,
    data_changes,
    raw_view,
    rows_view,
    state,
    table_pages,
)

CSV = (
    "day;amount;city;left\n"
    + "".join(
        f"{day:02d}.03.2025;{day},50;{'Ulm' if day % 3 else 'Bonn'};{'ja' if day % 2 else 'nein'}\n"
        for day in range(1, 29)
    )
    + "29.03.2025;viel;Ulm;ja\n"
)


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


def chip(app, field):
    """Return the control of a reading rule; its key carries how many changes were tried."""
    kinds = ("selectbox", "number_input", "text_input")
    (found,) = [
        element
        for kind in kinds
        for element in getattr(app, kind)
        if element.key and element.key.startswith(f"page.data.read.{field}.")
    ]
    return found


def said(app):
    """Return the labels of the assumptions in the sentence."""
    labels = [block.proto.popover.label for block in app.get("popover")]
    return [label for label in labels if "note" not in label]


def remembered(dataset):
    """Return what stands in for ``state.dataset``, and always knows the same one."""

    def known(fingerprint):
        return dataset

    known.clear = lambda fingerprint: None
    return known


def test_every_assumption_is_a_control_in_the_sentence(open_app, project):
    app = open_app("data", project.id)
    assert any(element.value == "**sales.csv** is read as" for element in app.markdown)
    assert said(app) == ["semicolon-separated", "UTF-8", "decimal comma", "first line as column names", "more"]
    assert any(element.value == "**29 rows, 4 columns.** No blank cells." for element in app.markdown)
    assert app.button(key="page.data.odd").label == "1 cell does not fit"


def test_heads_carry_meaning_and_shares(open_app, project):
    open_app("data", project.id)
    heads = column_heads.heads_of(project.draft.dataset)
    assert [heads[name]["meaning"] for name in heads] == ["date", "number", "category", "yes/no"]
    assert heads["amount"]["shares"] == pytest.approx([28 / 29, 1 / 29, 0])
    assert heads["amount"]["note"] == "⚠ 1"
    assert heads["city"]["shares"] == [1, 0, 0]


def test_cells_that_do_not_fit_show_the_text_in_the_file(store, open_app, project):
    open_app("data", project.id)
    dataset = data_of(store, project)
    table = store.load_table(dataset.fingerprint).iloc[27:]
    rows = table_pages.rows_of(table, table_pages.odd_texts(dataset, dataset.schema.names, table.index))
    assert rows == [
        {"number": "28", "cells": ["2025-03-28", "28.5", "Ulm", "nein"], "odd": []},
        {"number": "29", "cells": ["2025-03-29", "viel", "Ulm", "ja"], "odd": [1]},
    ]


def test_the_panel_begins_with_the_column_that_has_misfits(open_app, project):
    app = open_app("data", project.id)
    assert app.session_state[column_panel.COLUMN_KEY] == "amount"
    assert column_panel.examples_of(project.draft.dataset, "amount")[0] == ("1,50", "1.5")
    assert column_panel.examples_of(project.draft.dataset, "amount")[-1] == ("viel", "")


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


def test_letters_that_multiply_are_part_of_a_number(open_app, store, tmp_path):
    project = store.create_project("Clubs")
    path = tmp_path / "clubs.csv"
    path.write_text("club,value\n" + "".join(f"C{n} FC,€{n}.5M\n" for n in range(1, 40)), encoding="utf-8")
    dataset = store.add_dataset(project.id, path, "clubs.csv")
    plain = ColumnSpec(name="value", meaning="number", unit="€")
    store.retype_dataset(dataset.fingerprint, project.id, data_changes.with_columns(dataset.schema, (plain,)))
    app = open_app("data", project.id)
    widget(app, "multiselect", ".1.scales").set_value([("M", 1e6)]).run()
    assert not app.exception
    assert data_of(store, project).schema.column("value").scales == (("M", 1e6),)
    examples = column_panel.examples_of(data_of(store, project).fingerprint, "value")
    assert examples[0] == ("€1.5M", "1,500,000")


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


def test_the_rows_that_do_not_fit_are_one_click_away_with_the_remedy(open_app, store, project):
    app = open_app("data", project.id)
    app.button(key="page.data.odd").click().run()
    assert app.session_state[rows_view.VIEW_KEY] == "rows"
    assert rows_view.labels_of(data_of(store, project), "amount", rows_view.ODD) == [28]
    assert app.button(key="page.data.remedy.missing.0").label == "“viel” means “no value” (1)"
    app.button(key="page.data.remedy.missing.0").click().run()
    assert not app.exception
    assert data_of(store, project).misfits == {}
    assert data_of(store, project).schema.column("amount").missing == ("viel",)


def test_a_reading_rule_is_tried_on_the_first_rows_before_it_is_kept(open_app, store, project):
    app = open_app("data", project.id)
    chip(app, "header_rows").select(0).run()
    assert not app.exception
    assert "without column names" in said(app)
    assert store.project(project.id).draft.dataset == project.draft.dataset
    app.button(key="page.data.keep").click().run()
    assert not app.exception
    assert data_of(store, project).n_rows == 30
    assert data_of(store, project).schema.names == ["column 1", "column 2", "column 3", "column 4"]


def test_a_trial_can_be_dropped(open_app, store, project):
    app = open_app("data", project.id)
    chip(app, "delimiter").select(",").run()
    assert "comma-separated" in said(app)
    app.button(key="page.data.drop").click().run()
    assert "semicolon-separated" in said(app)
    assert store.project(project.id).draft.dataset == project.draft.dataset


def test_what_was_decided_about_columns_survives_another_reading(open_app, store, project):
    city = ColumnSpec(name="city", meaning="text")
    dataset = data_of(store, project)
    schema = data_changes.with_columns(dataset.schema, (city,))
    store.retype_dataset(dataset.fingerprint, project.id, schema)
    app = open_app("data", project.id)
    chip(app, "quote").select("'").run()
    app.button(key="page.data.keep").click().run()
    assert not app.exception
    assert data_of(store, project).read.quote == "'"
    assert data_of(store, project).schema.column("city") == city


def test_a_clicked_line_can_become_the_column_names(open_app, store, project):
    app = open_app("data", project.id)
    app.session_state[rows_view.VIEW_KEY] = "file"
    app.session_state[raw_view.LINE_KEY] = 2  # a click in the browser
    app.run()
    assert app.button(key="page.data.offer.0").label == "Make this line the column names"
    app.button(key="page.data.offer.0").click().run()
    app.button(key="page.data.keep").click().run()
    assert not app.exception
    assert data_of(store, project).schema.names == ["02.03.2025", "2,50", "Ulm", "nein"]
    assert data_of(store, project).n_rows == 27


def test_lines_are_marked_by_what_they_are():
    lines = [["Stock"], [], ["no", "m"], ["1", "2"], ["Source: us"]]
    rows = raw_view.line_rows(lines, [], ReadSpec(skip_rows=2, footer_rows=1))
    assert [row["role"] for row in rows] == ["skipped", "skipped", "names", "data", "left out"]
    assert [row["dim"] for row in rows] == [True, True, False, False, True]
    long = raw_view.line_rows(lines[2:4], [["8", "9"], ["Source: us"]], ReadSpec(footer_rows=1))
    assert [row["number"] for row in long] == ["1", "2", "⋮", "last − 1", "last"]


def test_a_reading_that_cannot_work_is_refused_and_loses_nothing(open_app, store, project):
    app = open_app("data", project.id)
    chip(app, "skip_rows").set_value(5000).run()
    assert not app.exception
    assert len(app.error) == 1
    assert chip(app, "skip_rows").value == 0
    assert store.project(project.id).draft.dataset == project.draft.dataset


def test_columns_of_fixed_width_are_refused_where_there_are_none(open_app, project):
    app = open_app("data", project.id)
    app.button(key="page.data.to.fixed").click().run()
    assert not app.exception
    assert "no blanks go through its lines" in app.error[0].value
    assert "semicolon-separated" in said(app)


def test_several_columns_get_a_meaning_at_once(open_app, store, project):
    app = open_app("data", project.id)
    ticked = {"selection": {"rows": [2, 3], "columns": [], "cells": []}}
    app.session_state[rows_view.VIEW_KEY] = "columns"
    app.session_state[f"{all_columns.LIST_KEY}.{project.draft.dataset[:12]}"] = ticked
    app.run()
    app.selectbox(key="page.data.many.meaning").select("text")
    app.session_state[f"{all_columns.LIST_KEY}.{project.draft.dataset[:12]}"] = ticked
    app.run()
    app.button(key="page.data.many.set").click().run()
    assert not app.exception
    schema = data_of(store, project).schema
    assert [schema.column(name).meaning for name in ("city", "left", "day")] == ["text", "text", "date"]


def test_a_question_is_shown_with_its_answers_and_blocks_nothing(open_app, store, project, monkeypatch):
    as_read = data_of(store, project).schema.column("city")
    answers = (Answer("No, it is a city"), Answer("Yes", (as_read.but(missing=("Bonn",)),)))
    question = Question("sentinel", ("city",), "Does “Bonn” stand for “no value”?", answers)
    found = replace(data_of(store, project), questions=(question,))
    asked = []
    monkeypatch.setattr(Store, "answer_question", lambda store, *given, **watched: asked.append(given) or found)
    monkeypatch.setattr(state, "dataset", remembered(found))
    app = open_app("data", project.id)
    assert any("Does “Bonn” stand for" in element.value for element in app.markdown)
    assert any("city: “Ulm”, “Bonn”" in element.value for element in app.caption)
    assert not app.button(key="page.next").disabled
    app.button(key="page.data.answer.0.1").click().run()
    assert not app.exception
    assert asked == [(found.fingerprint, project.id, question, 1)]


def test_a_sample_says_so(open_app, store, project, monkeypatch):
    found = replace(data_of(store, project), n_file_rows=5_000_000)
    monkeypatch.setattr(state, "dataset", remembered(found))
    app = open_app("data", project.id)
    assert any("The file has 5,000,000 rows" in element.value for element in app.markdown)


def test_leaving_out_totals_is_said_and_can_be_taken_back(open_app, store, tmp_path):
    project, path = store.create_project("Totals"), tmp_path / "shops.csv"
    path.write_text("shop;jan;feb\nBonn;3;10\nKöln;4;20\nHof;5;30\nTotal;12;60\n", encoding="utf-8")
    store.add_dataset(project.id, path, "shops.csv")
    app = open_app("data", project.id)
    app.button(key="page.data.answer.0.1").click().run()
    assert not app.exception
    assert len(store.project(project.id).draft.recipe.rows) == 1
    assert any("1 step on the page Prepare leaves rows out" in element.value for element in app.caption)
    app.button(key="page.data.undo").click().run()
    assert store.project(project.id).draft.recipe.rows == ()


def test_a_file_of_an_archive_is_switched_with_one_click(open_app, store, tmp_path):
    project, path = store.create_project("Archive"), tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("big.csv", CSV)
        archive.writestr("small.csv", "city;n\n" + "Ulm;1\n" * 12 + "Bonn;2\n" * 8)
    dataset = store.add_dataset(project.id, path, "two.zip")
    city = ColumnSpec(name="city", meaning="text")
    store.retype_dataset(dataset.fingerprint, project.id, data_changes.with_columns(dataset.schema, (city,)))
    app = open_app("data", project.id)
    assert app.button(key="page.data.member.0").label == "All 2 files, one below the other"
    assert app.button(key="page.data.member.1").disabled
    app.button(key="page.data.member.2").click().run()
    assert not app.exception
    assert (data_of(store, project).read.member, data_of(store, project).n_rows) == ("small.csv", 20)
    assert data_of(store, project).schema.column("city") == city  # decided before, and the other file has it, too


def test_columns_of_a_wide_table_are_shown_in_pages(open_app, store, tmp_path):
    project, path = store.create_project("Wide"), tmp_path / "wide.csv"
    rows = [[f"m{n}" for n in range(130)], *[["1.5"] * 130] * 20]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    store.add_dataset(project.id, path, "wide.csv")
    app = open_app("data", project.id)
    assert any(element.value == "columns 1 to 60" for element in app.caption)
    app.text_input(key=column_heads.FILTER_KEY).set_value("m12").run()
    assert not app.exception
    assert not [element for element in app.caption if element.value.startswith("columns")]


def test_the_next_step_is_the_profile(open_app, project):
    app = open_app("data", project.id)
    app.button(key="page.next").click().run()
    assert app.title[0].value == "Profile"
