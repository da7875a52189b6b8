"""Data on their way in: a newer file is looked at first, more rows, pasted cells, several files, and what waits."""

import threading
import time

import pandas as pd
import pytest

from workbench.errors import Stopped
from workbench.specs import DropMissing, Recipe
from workbench.store import Store
from workbench.ui import incoming, reading_job, staged

CSV = "city,amount,left\n" + "Ulm,1.5,yes\nBonn,2.5,no\n" * 10


@pytest.fixture
def project(store, tmp_path):
    """Return a project with 20 rows of city, amount and left."""
    made = store.create_project("Sales")
    path = tmp_path / "sales.csv"
    path.write_text(CSV, encoding="utf-8")
    store.add_dataset(made.id, path, "sales.csv")
    return store.project(made.id)


def data_of(store, project):
    return store.dataset(store.project(project.id).draft.dataset)


def texts(app):
    return "\n".join(element.value for element in app.markdown)


def buttons(app):
    return [button.key for button in app.button]


def test_without_data_a_file_can_be_opened_on_the_data_page(open_app, store, drop_files):
    project = store.create_project("Empty")
    app = drop_files(open_app("data", project.id), "data", ("sales.csv", CSV.encode()))
    assert not app.exception
    assert data_of(store, project).n_rows == 20
    assert list(store.staging().iterdir()) == []


def test_a_newer_file_takes_effect_when_the_person_has_seen_what_differs(open_app, store, project, drop_files):
    recipe = Recipe(rows=(DropMissing(column="amount"), DropMissing(column="city")))
    store.save_draft(project.id, project.draft.but(target="left", recipe=recipe))
    newer = pd.DataFrame({"city": ["Ulm", "Bonn"] * 15, "left": ["yes", "no"] * 15, "since": ["2024-05-01"] * 30})
    app = drop_files(open_app("data", project.id), "newer", ("new.csv", newer.to_csv(index=False).encode()))
    assert not app.exception
    assert data_of(store, project).n_rows == 20
    assert "It has **30 rows** (10 more than now) and **3 columns** (as now)." in texts(app)
    assert "New column: **since**" in texts(app)
    assert "Column that is gone: **amount**" in texts(app)
    assert "1 row steps named columns" in app.warning[0].value

    app.button(key="page.newer.use").click().run()
    assert not app.exception
    draft = store.project(project.id).draft
    assert data_of(store, project).n_rows == 30
    assert (draft.target, draft.recipe.rows) == ("left", (DropMissing(column="city"),))
    assert "page.newer.use" not in buttons(app)


def test_the_old_file_is_kept_and_the_newer_one_forgotten(open_app, store, project, drop_files):
    app = drop_files(open_app("data", project.id), "newer", ("new.csv", b"a,b\n1,2\n3,4\n"))
    app.button(key="page.newer.keep").click().run()
    assert not app.exception
    assert store.project(project.id).draft == project.draft
    assert [found.name for found in store.project_datasets(project.id)] == ["sales.csv"]
    assert "page.newer.use" not in buttons(app)


def test_the_same_file_again_is_known_and_not_taken_out(open_app, store, project, drop_files):
    app = drop_files(open_app("data", project.id), "newer", ("again.csv", CSV.encode()))
    assert "It is the same table" in app.info[0].value
    app.button(key="page.newer.keep").click().run()
    assert data_of(store, project).n_rows == 20
    assert len(store.project_datasets(project.id)) == 1


def test_a_broken_file_leaves_the_data_as_they_are(open_app, store, project, drop_files):
    app = drop_files(open_app("data", project.id), "newer", ("broken.parquet", b"PAR1garbage"))
    assert not app.exception
    assert len(app.error) == 1
    assert store.project(project.id).draft == project.draft
    assert list(store.staging().iterdir()) == []


def test_more_rows_are_put_below(open_app, store, project, drop_files):
    app = open_app("data", project.id)
    app.session_state["page.data.other"] = "More rows"
    app = drop_files(app, "more", ("feb.csv", b"city,amount,left\nKiel,7.5,yes\n"))
    assert not app.exception
    assert data_of(store, project).n_rows == 21


def test_pasted_cells_become_a_project(open_app, store):
    app = open_app("home")
    app.text_area(key="page.paste.cells").set_value("name\tage\nAnna\t34\nJonas\t27\nEva\t51").run()
    app.button(key="page.paste.use").click().run()
    assert not app.exception
    (card,) = store.project_cards()
    assert (card.name, card.n_rows, card.n_columns) == ("pasted", 3, 2)
    assert app.title[0].value == "Data"


def test_pasting_nothing_is_told(open_app, store):
    app = open_app("home")
    app.button(key="page.paste.use").click().run()
    assert "Nothing was pasted" in app.error[0].value
    assert store.project_cards() == []


def test_files_with_the_same_columns_can_become_one_table(open_app, store, drop_files):
    months = [(f"{month}.csv", CSV.encode()) for month in ("jan", "feb")]
    app = drop_files(open_app("home"), "home", *months)
    assert not app.exception
    assert store.project_cards() == []
    assert "**2 files arrived.**" in texts(app)
    app.button(key="page.several.all").click().run()
    assert not app.exception
    (card,) = store.project_cards()
    assert (card.name, card.n_rows) == ("jan", 40)


def test_of_files_that_differ_one_is_read_and_the_others_removed(open_app, store, drop_files):
    app = drop_files(open_app("home"), "home", ("a.csv", CSV.encode()), ("b.csv", b"x,y\n1,2\n3,4\n"), ("c.csv", b""))
    assert "page.several.all" not in buttons(app)
    assert "3 columns: city, amount, left" in texts(app)
    app.selectbox(key="page.several.one").select_index(1).run()
    app.button(key="page.several.read").click().run()
    assert not app.exception
    (card,) = store.project_cards()
    assert (card.name, card.n_rows, card.n_columns) == ("b", 2, 2)
    assert list(store.staging().iterdir()) == []


def test_a_file_that_was_left_unread_is_offered_where_it_belongs(open_app, store, project, monkeypatch):
    monkeypatch.setattr(incoming, "SETTLED_SECONDS", 0)
    staged.write(store.staging(), "for home.csv", CSV.encode(), zone="home")
    kept = staged.write(store.staging(), "for sales.csv", CSV.encode(), zone="newer", project_id=project.id)
    staged.write(store.staging(), "rows.csv", CSV.encode(), zone="try_it")
    app = open_app("data", project.id)
    assert "**for sales.csv**" in texts(app)
    assert "for home" not in texts(app)
    app.button(key=f"page.unread.remove.{kept.id}").click().run()
    assert staged.find(store.staging(), kept.id) is None

    app = open_app("home")
    (read,) = [button for button in app.button if button.key.startswith("page.unread.read.")]
    read.click().run()
    assert not app.exception
    assert sorted(card.name for card in store.project_cards()) == ["Sales", "for home"]


def test_a_file_that_waited_and_cannot_be_read_is_told(open_app, store, monkeypatch):
    monkeypatch.setattr(incoming, "SETTLED_SECONDS", 0)
    file = staged.write(store.staging(), "empty.csv", b"", zone="home")
    app = open_app("home")
    app.button(key=f"page.unread.read.{file.id}").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert store.project_cards() == []
    assert list(store.staging().iterdir()) == []


@pytest.fixture
def slow_reading(monkeypatch):
    """Let readings wait until the event is set, or until they are stopped; pages wait for none of them."""
    go_on, take_in = threading.Event(), Store.take_in

    def slowly(self, *args, should_stop, on_progress, **more):
        on_progress(1, 4, "Reading row 1,000")
        while not go_on.wait(0.01):
            if should_stop():
                raise Stopped("Reading was stopped.")
        return take_in(self, *args, should_stop=should_stop, on_progress=on_progress, **more)

    monkeypatch.setattr(Store, "take_in", slowly)
    yield go_on
    go_on.set()


def ended(project_id):
    deadline = time.monotonic() + 30
    job = reading_job.job_of(project_id)
    while job and not job.done and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_long_reading_shows_its_progress_and_is_found_again_after_a_refresh(
    open_app, store, drop_files, slow_reading, monkeypatch
):
    app = open_app("home")
    monkeypatch.setattr(reading_job, "PATIENCE_SECONDS", 0.05)
    app = drop_files(app, "home", ("big.csv", CSV.encode()))
    (card,) = store.project_cards()
    assert app.title[0].value == "Data"
    assert "**Reading big.csv**" in texts(app)
    slow_reading.set()
    ended(card.id)
    assert data_of(store, store.project(card.id)).n_rows == 20
    app.run()
    assert "**Reading big.csv**" not in texts(app)


def test_a_reading_that_is_stopped_leaves_no_project(open_app, store, drop_files, slow_reading, monkeypatch):
    app = open_app("home")
    monkeypatch.setattr(reading_job, "PATIENCE_SECONDS", 0.05)
    app = drop_files(app, "home", ("big.csv", CSV.encode()))
    (card,) = store.project_cards()
    (stop,) = [button for button in app.button if button.key.startswith("page.stop.")]
    stop.click().run()
    ended(card.id)
    assert store.project_cards() == []
    assert list(store.staging().iterdir()) == []


def test_two_readings_do_not_mix_and_a_third_into_the_same_project_waits(
    open_app, store, project, drop_files, slow_reading, monkeypatch
):
    app, other = open_app("data", project.id), store.create_project("Other")
    monkeypatch.setattr(reading_job, "PATIENCE_SECONDS", 0.05)
    drop_files(app, "newer", ("one.csv", b"a,b\n1,2\n3,4\n"))
    app = drop_files(app, "newer", ("two.csv", b"c,d\n1,2\n3,4\n"))
    assert "Another file is being read into this project" in app.error[0].value
    reading_job.start_first(other, [staged.write(store.staging(), "three.csv", b"e,f\n1,2\n3,4\n3,4\n")])
    slow_reading.set()
    ended(project.id)
    ended(other.id)
    assert data_of(store, other).n_rows == 3
    assert data_of(store, project).n_rows == 20
    assert store.dataset(store.artifact(reading_job.INCOMING, project.id)["fingerprint"]).schema.names == ["a", "b"]
