import io
import time
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from workbench.errors import CannotRead, Conflict, ModelUnusable, NoSpace, NotFound, NotPossible, WorkbenchError
from workbench.specs import ColumnChoice, Draft, DropMissing, Recipe, Schema, SplitSpec
from workbench.specs import ColumnSpec as Column
from workbench.store import Store, files
from workbench.store.datasets import carry_over
from workbench.store.tables import PROJECTS

CSV = b"a,b,when\n1,x,2024-01-02\n2,y,2024-01-03\n"


def test_a_project_is_there_again_after_a_restart(store):
    project = store.create_project("  Who will   leave? ", Draft(goal="keep customers"))
    with Store.open(store.home, store.url) as other:
        assert other.project(project.id) == project
    assert project.name == "Who will leave?"
    assert project.id.startswith("who-will-leave-")
    assert project.revision == 0


@pytest.mark.parametrize("bad", ["../etc", "", "A", "a" * 42, "a/b", "ä", "-a", None, 7])
def test_an_id_from_an_address_is_checked_before_use(store, bad):
    with pytest.raises(NotFound, match="no project"):
        store.project(bad)


def test_a_project_that_is_not_there_is_said_in_words(store):
    with pytest.raises(NotFound, match="“gone-1” \\(any more\\)"):
        store.project("gone-1")


def test_a_blank_name_is_refused(store):
    with pytest.raises(NotPossible, match="needs a name"):
        store.create_project(" \n ")


def test_a_name_of_other_letters_still_gets_an_address(store):
    assert store.create_project("顧客").id.startswith("project-")


def test_the_second_of_two_tabs_is_told_of_the_first(store):
    project = store.create_project("p")
    first = store.save_draft(project.id, Draft(goal="a"), project.revision)
    with pytest.raises(Conflict, match="another window"):
        store.save_draft(project.id, Draft(goal="b"), project.revision)
    assert store.project(project.id).draft.goal == "a"
    assert store.save_draft(project.id, Draft(goal="a"), first.revision).revision == 1, (
        "nothing changed, nothing counts"
    )
    assert store.save_draft(project.id, Draft(goal="b")).revision == 2


def test_a_deleted_project_can_be_restored_until_it_is_purged(store):
    project = store.create_project("p")
    store.delete_project(project.id)
    with pytest.raises(NotFound, match="was deleted"):
        store.project(project.id)
    assert store.project_cards() == []
    assert [card.id for card in store.project_cards(deleted=True)] == [project.id]
    assert store.purge_deleted() == 0
    assert store.restore_project(project.id).deleted_at is None

    store.delete_project(project.id)
    with store.database.write() as connection:
        connection.execute(sa.update(PROJECTS).values(deleted_at=time.time() - 31 * 86_400))
    assert store.purge_deleted() == 1
    with pytest.raises(NotFound):
        store.restore_project(project.id)


def test_a_file_becomes_the_data_set_in_work(store, plain_reading):
    project = store.create_project("p")
    dataset = store.add_dataset(project.id, io.BytesIO(CSV), "C:\\data\\table.csv")
    assert (dataset.name, dataset.n_rows, dataset.n_columns, dataset.size_bytes) == ("table.csv", 2, 3, len(CSV))
    assert dataset.raw_path.read_bytes() == CSV
    assert dataset.misfits == {}
    assert store.project(project.id).draft.dataset == dataset.fingerprint
    assert [one.fingerprint for one in store.project_datasets(project.id)] == [dataset.fingerprint]
    card = store.project_cards()[0]
    assert (card.dataset_name, card.n_rows, card.n_columns) == ("table.csv", 2, 3)
    assert card.size_bytes == len(CSV) + dataset.table_path.stat().st_size


def test_a_table_keeps_its_types(store, plain_reading):
    project = store.create_project("p")
    text = b"n,f,s,d,a.b,a\n1,0.5,x,2024-01-02,7,8\n2,,,,7,8\n"
    columns = [
        ("n", "integer"),
        ("f", "number"),
        ("s", "category"),
        ("d", "date"),
        ("a.b", "integer"),
        ("a", "integer"),
    ]
    schema = Schema(columns=tuple(Column(name=name, meaning=meaning) for name, meaning in columns))
    dataset = store.add_dataset(project.id, io.BytesIO(text), "t.csv", schema=schema)
    table = store.load_table(dataset.fingerprint)
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {
        "n": "int64",
        "f": "float64",
        "s": "str",
        "d": "datetime64[us]",
        "a.b": "int64",
        "a": "int64",
    }
    assert table.index.equals(pd.RangeIndex(2))
    assert table["s"].isna().tolist() == [False, True]
    assert list(store.load_table(dataset.fingerprint, ["a", "n"]).columns) == ["a", "n"]
    with pytest.raises(NotFound, match="no column “zzz”"):
        store.load_table(dataset.fingerprint, ["zzz"])


def test_other_rules_for_the_same_bytes_are_another_data_set(store, plain_reading):
    project = store.create_project("p")
    old = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    store.save_draft(project.id, store.project(project.id).draft.but(target="b"))
    columns = tuple(column.but(meaning="category") if column.name == "a" else column for column in old.schema.columns)
    new = store.retype_dataset(old.fingerprint, project.id, Schema(columns=columns))
    assert new.fingerprint != old.fingerprint
    assert new.raw_path == old.raw_path
    draft = store.project(project.id).draft
    assert (draft.dataset, draft.target) == (new.fingerprint, "b")
    assert str(store.load_table(new.fingerprint)["a"].dtype) == "str"
    assert len(store.project_datasets(project.id)) == 2


def test_choices_about_columns_that_are_gone_are_reset_and_said():
    draft = Draft(
        target="gone",
        task="binary",
        choices=(ColumnChoice(name="a", use=False), ColumnChoice(name="gone", use=False)),
        recipe=Recipe(rows=(DropMissing(column="a"), DropMissing(column="gone"))),
        split=SplitSpec(kind="group", column="gone", folds=3),
    )
    carried = carry_over(draft, Schema(columns=(Column(name="a", meaning="integer"),)), "f" * 64)
    assert carried.draft.target == ""
    assert carried.draft.task is None
    assert [choice.name for choice in carried.draft.choices] == ["a"]
    assert carried.draft.recipe.rows == (DropMissing(column="a"),)
    assert carried.draft.split == SplitSpec(folds=3)
    assert len(carried.lost) == 4


def test_equal_files_are_stored_once_and_go_with_their_last_project(store, plain_reading, monkeypatch):
    monkeypatch.setattr("workbench.store.files.YOUNG_SECONDS", -1)
    first, second = store.create_project("one"), store.create_project("two")
    dataset = store.add_dataset(first.id, io.BytesIO(CSV), "mine.csv")
    same = store.add_dataset(second.id, io.BytesIO(CSV), "yours.csv")
    assert same.fingerprint == dataset.fingerprint
    assert store.dataset(dataset.fingerprint, first.id).name == "mine.csv"
    assert store.dataset(dataset.fingerprint, second.id).name == "yours.csv"
    assert len(list(store.files.everything())) == 2
    store.put_artifact("profile", f"{dataset.fingerprint}-b", {"n": 1})

    store.delete_project(first.id, final=True)
    assert dataset.raw_path.exists()
    assert store.artifact("profile", f"{dataset.fingerprint}-b") == {"n": 1}
    store.delete_project(second.id, final=True)
    assert list(store.files.everything()) == []
    assert store.artifact("profile", f"{dataset.fingerprint}-b") is None
    with pytest.raises(NotFound, match="data set"):
        store.dataset(dataset.fingerprint)


def test_a_file_that_is_no_table_changes_nothing(store, plain_reading):
    project = store.create_project("p")
    with pytest.raises(WorkbenchError, match="not a table"):
        store.add_dataset(project.id, io.BytesIO(b""), "empty.csv")
    assert store.project(project.id).revision == 0
    assert store.project_datasets(project.id) == []


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(store, plain_reading, monkeypatch):
    project = store.create_project("p")
    dataset = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    before = sorted(path for path, _ in store.files.everything())

    class NearlyFull:
        free = files.RESERVE_BYTES + 10

    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: NearlyFull)
    with pytest.raises(NoSpace, match="MB left"):
        store.add_dataset(project.id, io.BytesIO(CSV + CSV), "more.csv")
    monkeypatch.undo()
    assert sorted(path for path, _ in store.files.everything()) == before
    assert len(store.load_table(dataset.fingerprint)) == 2


def test_a_disk_that_fills_up_while_writing_is_said_too(store, monkeypatch):
    def full(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NoSpace, match="is full"):
        store.files.add_stream(io.BytesIO(b"abc"))
    monkeypatch.undo()
    assert list(store.files.everything()) == []


def test_a_full_database_is_a_sentence_and_what_was_stored_is_intact(store):
    if not store.database.is_sqlite:
        pytest.skip("fills SQLite's file")
    project = store.create_project("p")
    pages = []
    sa.event.listen(store.database.engine, "checkout", lambda connection, *_: pages.append(_limit(connection)))
    with pytest.raises(NoSpace, match="disk is full"):
        store.put_artifact("profile", "k", "x" * 10_000_000)
    assert pages
    assert store.project(project.id) == project


def _limit(connection):
    used = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {used + 2}")


def test_a_copy_shows_the_same_and_is_independent(store, plain_reading):
    project = store.create_project("p")
    dataset = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    copy = store.duplicate_project(project.id)
    assert copy.name == "p (copy)"
    assert copy.id != project.id
    store.delete_project(project.id, final=True)
    assert store.project_datasets(copy.id)[0].fingerprint == dataset.fingerprint
    assert len(store.load_table(copy.draft.dataset)) == 2


def test_the_last_changed_project_comes_first(store):
    first, second = store.create_project("one"), store.create_project("two")
    assert [card.name for card in store.project_cards()] == ["two", "one"]
    store.rename_project(first.id, "uno")
    assert [card.name for card in store.project_cards()] == ["uno", "two"]
    assert store.project_ids() == [first.id, second.id]


def test_cards_take_two_queries_however_many_projects(store):
    for number in range(5):
        store.create_project(f"p{number}")
    queries = []
    sa.event.listen(store.database.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    assert len(store.project_cards()) == 5
    assert sum(query.startswith("SELECT") for query in queries) == 2


def test_a_draft_of_another_version_keeps_what_can_be_read(store):
    project = store.create_project("p", Draft(goal="g", target="t"))
    text = '{"version": 1, "goal": "g", "target": "t", "split": {"kind": "spiral"}, "novelty": 1}'
    with store.database.write() as connection:
        connection.execute(sa.update(PROJECTS).values(draft=text))
    read = store.project(project.id)
    assert (read.draft.goal, read.draft.target, read.draft.split) == ("g", "t", Draft().split)
    assert "split" in read.problem


def test_disk_usage_adds_up(store, plain_reading):
    project = store.create_project("p")
    dataset = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    usage = store.disk_usage()
    assert usage.by_project == {project.id: len(CSV) + dataset.table_path.stat().st_size}
    assert usage.total_bytes >= usage.by_project[project.id]
    assert usage.free_bytes > 0


def test_text_that_no_database_takes_is_cleaned(store, plain_reading):
    project = store.create_project("a\0b\ud800 ")
    assert project.name == "ab?"
    assert store.save_draft(project.id, Draft(goal="\0\ud800")).draft.goal == "\0\ud800"
    assert store.add_dataset(project.id, io.BytesIO(CSV), "x\0.csv").name == "x.csv"


def test_a_file_that_is_gone_is_said_in_words(store, plain_reading, tmp_path):
    project = store.create_project("p")
    with pytest.raises(CannotRead, match="could not be opened"):
        store.add_dataset(project.id, tmp_path / "gone.csv", "gone.csv")
    dataset = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    dataset.raw_path.unlink()
    with pytest.raises(ModelUnusable, match="is missing"):
        store.retype_dataset(dataset.fingerprint, project.id, dataset.schema)
    dataset.table_path.unlink()
    with pytest.raises(ModelUnusable, match="missing or damaged"):
        store.load_table(dataset.fingerprint)
    again = store.add_dataset(project.id, io.BytesIO(CSV), "t.csv")
    assert again.fingerprint == dataset.fingerprint
    assert len(store.load_table(again.fingerprint)) == 2, "adding it again mends it"
