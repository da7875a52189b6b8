"""Home: a file or practice data makes a project; projects are opened, renamed, copied, deleted, brought back, saved."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from workbench.data.samples import SAMPLES
from workbench.ui import practice, project_cards

MAIN = Path(practice.__file__).with_name("main.py")
CSV = b"age,city,left\n31,Ulm,yes\n45,Bonn,no\n27,Ulm,no\n52,Kiel,yes\n"


def texts(app):
    return "\n".join(element.value for kind in ("markdown", "caption") for element in getattr(app, kind))


def card_menu(app, project_id):
    """Open the menu of a project's card, which is drawn only then."""
    app.session_state[f"page.more.{project_id}"] = True
    return app.run()


def test_first_visit_has_two_ways_in_and_says_where_projects_will_be(open_app):
    app = open_app("home")
    assert app.title[0].value == "What would you like to predict?"
    assert "upload.home.round" in app.session_state and "upload.saved.round" in app.session_state
    assert len([b for b in app.button if b.key.startswith("page.practice.")]) == len(SAMPLES)
    assert "None yet" in texts(app)


def test_an_uploaded_file_becomes_a_project_and_leads_to_its_data(open_app, store, drop_files):
    app = open_app("home")
    drop_files(app, "home", ("customers 2025.csv", CSV))
    assert not app.exception
    (card,) = store.project_cards()
    assert (card.name, card.n_rows, card.n_columns) == ("customers 2025", 4, 3)
    assert app.session_state["project"] == card.id
    assert app.title[0].value == "Data"


def test_a_file_that_is_no_table_is_refused_in_words_and_leaves_nothing_behind(open_app, store, drop_files):
    app = open_app("home")
    drop_files(app, "home", ("empty.csv", b""))
    assert not app.exception
    assert len(app.error) == 1
    assert any("What now" in element.value for element in app.markdown)
    assert store.project_cards() == []


@pytest.mark.parametrize("sample", SAMPLES[::2], ids=lambda sample: sample.name)
def test_a_practice_table_becomes_a_project_with_its_target_in_one_click(open_app, store, sample):
    app = open_app("home")
    app.button(key=f"page.practice.{sample.name}").click().run()
    assert not app.exception
    (card,) = store.project_cards()
    assert (card.target, card.n_rows) == (sample.target, sample.n_rows)
    assert app.title[0].value == "Data"
    assert ("made up" in texts(open_app("home"))) == any(entry.made_up for entry in SAMPLES)


def test_a_card_says_what_the_project_is_about(store):
    project = store.create_project("Churn *2025*")
    (card,) = store.project_cards()
    assert project_cards.lines(card)[:3] == ("No data yet", "Not decided yet what to predict", "Nothing trained yet")
    assert project_cards.where(card) == "data"
    assert card.id == project.id


def test_open_puts_the_project_into_the_address(open_app, store):
    project = store.create_project("Mine")
    app = open_app("home")
    app.button(key=f"page.open.{project.id}").click().run()
    assert app.session_state["project"] == project.id
    assert app.title[0].value == "Data"


def test_projects_come_before_the_ways_in_and_one_button_stands_out(open_app, store):
    for number in range(3):
        store.create_project(f"Project {number}")
    app = open_app("home")
    assert [element.value for element in app.subheader] == ["Your projects", "Open my file", "Try with practice data"]
    opens = [button for button in app.button if button.key.startswith("page.open.")]
    assert [button.proto.type for button in opens] == ["primary", "secondary", "secondary"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_rows_of_practice_data_are_said_once(sample):
    assert practice.facts(sample).count(f"{sample.n_rows:,}") == 1


def test_an_address_with_an_unknown_project_says_so_and_leads_home(open_app, store):
    app = open_app("home", "no-such-project")
    assert "does not exist here" in app.warning[0].value
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["project"] = "no-such-project"
    app.switch_page(str(MAIN.parents[2] / "pages" / "results.py")).run()
    assert not app.exception
    assert "does not exist here (any more)" in app.info[0].value
    app.button(key="page.guard").click().run()
    assert app.title[0].value == "What would you like to predict?"


def test_rename_and_duplicate(open_app, store):
    project = store.create_project("Old name")
    app = card_menu(open_app("home"), project.id)
    app.text_input(key=f"page.name.{project.id}").set_value("New name").run()
    assert store.project(project.id).name == "New name"
    card_menu(app, project.id).button(key=f"page.copy.{project.id}").click().run()
    assert sorted(card.name for card in store.project_cards()) == ["New name", "New name (copy)"]


def test_a_blank_name_changes_nothing(open_app, store):
    project = store.create_project("Kept")
    app = card_menu(open_app("home"), project.id)
    app.text_input(key=f"page.name.{project.id}").set_value("   ").run()
    assert store.project(project.id).name == "Kept"


@pytest.mark.parametrize("in_work", [False, True])
def test_delete_can_be_undone_at_once(open_app, store, in_work):
    project = store.create_project("Precious")
    app = card_menu(open_app("home", project.id if in_work else None), project.id)
    app.button(key=f"page.delete.{project.id}").click().run()
    assert store.project_cards() == []
    app.button(key="page.undo").click().run()
    assert [card.name for card in store.project_cards()] == ["Precious"]


def test_a_deleted_project_can_be_restored_later_or_removed_for_good(open_app, store):
    kept, gone = store.create_project("Kept"), store.create_project("Gone")
    store.delete_project(kept.id)
    store.delete_project(gone.id)
    app = open_app("home")
    app.button(key=f"page.restore.{kept.id}").click().run()
    assert [card.name for card in store.project_cards()] == ["Kept"]
    app.button(key=f"page.gone.yes.{gone.id}").click().run()
    assert store.project_cards(deleted=True) == []


def test_a_project_saved_as_a_file_can_be_opened_again(open_app, store, drop_files, tmp_path):
    app = open_app("home")
    drop_files(app, "home", ("customers.csv", CSV))
    (card,) = store.project_cards()
    content = store.export_project(card.id, tmp_path / "saved.workbench").read_bytes()
    store.delete_project(card.id, final=True)
    app = open_app("home")
    drop_files(app, "saved", ("customers.workbench", content))
    assert not app.exception
    (back,) = store.project_cards()
    assert (back.name, back.n_rows) == ("customers", 4)


def test_a_file_that_is_no_saved_project_is_refused_in_words(open_app, store, drop_files):
    app = open_app("home")
    drop_files(app, "saved", ("fake.workbench", b"not an archive"))
    assert not app.exception
    assert len(app.error) == 1
    assert store.project_cards() == []


def test_many_projects_are_shown_a_page_at_a_time_and_found_by_name(open_app, store):
    for number in range(project_cards.PER_PAGE + 2):
        store.create_project(f"Project {number}")
    app = open_app("home")
    assert len([b for b in app.button if b.key.startswith("page.open.")]) == project_cards.PER_PAGE
    app.text_input(key="page.home.search").set_value("project 13").run()
    assert len([b for b in app.button if b.key.startswith("page.open.")]) == 1
