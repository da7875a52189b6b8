"""Files that come in: read in a process of its own with limits and a Stop, and sampled where they are too big."""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from workbench.data.questions import Answer, Question
from workbench.errors import CannotRead, NoSpace, NotFound, Stopped
from workbench.specs import ColumnSpec, FilterRows
from workbench.store import Store, reading, reading_process, worker_process
from workbench.store.reading import rows_to_keep
from workbench.store.tables import DATASETS

ROOT = Path(__file__).resolve().parents[2]
N = 5_000


def big_csv():
    """5,000 rows whose number says the row: 0.5, 1.5, … and a word with a comma."""
    return "".join(["n,word,code\n", *(f'{row}.5,"w,{row % 7}",00{row % 50}\n' for row in range(N))]).encode()


@pytest.fixture
def project(store):
    return store.create_project("p")


@pytest.fixture
def apart(monkeypatch):
    """Everything is read in a process of its own."""
    monkeypatch.setattr(reading_process, "SMALL_BYTES", -1)


@pytest.fixture
def small_memory(monkeypatch):
    """Tables of more than 0.1 MB are sampled, to 0.05 MB."""
    monkeypatch.setattr(reading, "table_budget_bytes", lambda: 100_000)


def staged(store, content, name="upload"):
    path = store.staging() / name
    path.write_bytes(content)
    return path


def test_a_staged_file_is_moved_not_copied(store, project):
    path = staged(store, b"a,b\n1,x\n2,y\n")
    same_file = path.stat().st_ino
    dataset = store.take_in(project.id, path, "C:\\data\\t.csv")
    assert not path.exists()
    assert dataset.raw_path.stat().st_ino == same_file
    assert (dataset.name, dataset.n_rows, dataset.n_file_rows, dataset.is_sample) == ("t.csv", 2, 2, False)
    assert store.project(project.id).draft.dataset == dataset.fingerprint


def test_a_digest_that_is_known_is_not_computed_again(store, project, monkeypatch):
    content = b"a,b\n1,x\n2,y\n"
    digest = hashlib.sha256(content).hexdigest()
    dataset = store.take_in(project.id, staged(store, content), "t.csv", digest=digest)
    assert dataset.raw_path.name == digest
    assert store.files.is_intact(digest)


def test_a_second_name_of_a_stored_file_is_taken_too(store, project):
    path = staged(store, b"a,b\n1,x\n2,y\n")
    other = path.with_name("lent")
    os.link(path, other)
    first = store.take_in(project.id, other, "t.csv")
    again = store.take_in(project.id, path, "t.csv")
    assert again.fingerprint == first.fingerprint
    assert not path.exists()
    assert not other.exists()


def test_a_file_from_another_disk_is_copied(store, project, monkeypatch):
    path = staged(store, b"a,b\n1,x\n2,y\n")
    real = Path.stat

    def elsewhere(self, **options):
        found = real(self, **options)
        return os.stat_result([*found[:2], found[2] + 1, *found[3:10]]) if self == path else found

    monkeypatch.setattr(Path, "stat", elsewhere)
    dataset = store.take_in(project.id, path, "t.csv")
    monkeypatch.undo()
    assert not path.exists()
    assert dataset.raw_path.read_bytes() == b"a,b\n1,x\n2,y\n"


def test_a_file_that_is_gone_is_said_in_words(store, project):
    with pytest.raises(CannotRead, match="not there"):
        store.take_in(project.id, store.staging() / "gone", "t.csv")


def test_read_apart_is_the_same_as_read_here(store, project, monkeypatch):
    content = big_csv()
    here = store.take_in(project.id, staged(store, content), "t.csv")
    table = store.load_table(here.fingerprint)
    monkeypatch.setattr(reading_process, "SMALL_BYTES", -1)
    said = []
    apart = store.take_in(project.id, staged(store, content), "t.csv", on_progress=lambda *facts: said.append(facts))
    assert apart.fingerprint == here.fingerprint
    assert (apart.sentence, apart.notes, apart.schema, apart.misfits) == (
        here.sentence,
        here.notes,
        here.schema,
        here.misfits,
    )
    assert store.load_table(apart.fingerprint).equals(table)
    assert said
    assert said[-1][0] <= said[-1][1]


def test_what_is_no_table_is_said_by_the_process_too(store, project, apart):
    with pytest.raises(CannotRead, match="PNG image"):
        store.take_in(project.id, staged(store, b"\x89PNG\r\n\x1a\n" + bytes(1000)), "photo.csv")
    assert store.project(project.id).draft.dataset == ""
    assert list(store.files.folder.glob("writing-*")) == []


def test_a_file_that_is_refused_takes_no_room(store, project):
    with pytest.raises(CannotRead):
        store.take_in(project.id, staged(store, b"\x89PNG\r\n\x1a\n" + bytes(1000)), "photo.csv")
    assert list(store.files.everything()) == []


def test_a_file_that_is_refused_stays_where_it_is_known(store, project):
    content = b"a,b\n1,x\n2,y\n"
    dataset = store.take_in(project.id, staged(store, content), "t.csv")
    with pytest.raises(CannotRead, match="no column “zzz”"):
        schema = dataset.schema.but(columns=(ColumnSpec(name="zzz", meaning="text"),))
        store.take_in(project.id, staged(store, content), "t.csv", schema=schema)
    assert dataset.raw_path.read_bytes() == content


def in_place_of_the_worker(monkeypatch, code):
    """Let the reading process run ``code`` instead."""
    real = subprocess.Popen

    def popen(command, **options):
        return real([sys.executable, "-c", code], **options)

    monkeypatch.setattr(worker_process.subprocess, "Popen", popen)


SLEEP = "import time; time.sleep(60)"


def test_stop_ends_the_process_and_keeps_nothing(store, project, apart, monkeypatch):
    in_place_of_the_worker(monkeypatch, SLEEP)
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) > 3

    before = set(psutil.Process().children())
    with pytest.raises(Stopped):
        store.take_in(project.id, staged(store, big_csv()), "t.csv", should_stop=should_stop)
    assert set(psutil.Process().children()) == before
    assert store.project_datasets(project.id) == []
    assert list(store.files.folder.glob("writing-*")) == []


def test_a_process_that_is_killed_is_a_sentence(store, project, apart, monkeypatch):
    in_place_of_the_worker(monkeypatch, SLEEP)
    before = set(psutil.Process().children())

    def kill():
        while not (new := set(psutil.Process().children()) - before):
            time.sleep(0.01)
        new.pop().kill()

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(CannotRead, match="broke off") as caught:
        store.take_in(project.id, staged(store, big_csv()), "t.csv")
    thread.join()
    assert "memory" in caught.value.message
    assert "save it as CSV" in caught.value.advice


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import faulthandler; faulthandler._sigsegv()", "broke off"),
        ("raise SystemExit(3)", "broke off"),
        ("raise MemoryError", "more memory"),
        (SLEEP, "no progress for 1 second"),
        ("import time; x = bytearray(300 * 2**20); time.sleep(60)", "more memory"),
    ],
)
def test_whatever_happens_to_the_process_is_a_sentence(store, project, apart, monkeypatch, code, message):
    monkeypatch.setattr(reading_process, "SILENT_SECONDS", 1 if code == SLEEP else 30)
    monkeypatch.setattr(reading_process, "memory_limit", lambda _size: 200 * 2**20)
    in_place_of_the_worker(monkeypatch, code)
    with pytest.raises(CannotRead, match=message):
        store.take_in(project.id, staged(store, b"a,b\n1,2\n"), "t.csv")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is checked where the platform has it")
def test_the_process_gets_no_more_memory_than_it_was_given():
    code = (
        "from workbench.store.reading_worker import _be_modest\n_be_modest(400 * 2**20)\n"
        "try:\n    bytearray(600 * 2**20)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "refused"


def test_the_process_ends_with_the_one_that_started_it(tmp_path):
    job = {"memory_bytes": 2**40, "path": "/dev/null", "name": "x"}
    code = (
        "import sys, time, workbench.store.reading_worker as worker\n"
        "worker.read_to_files = lambda *args: time.sleep(60)\nworker.main()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(json.dumps(job).encode() + b"\n")
    process.stdin.flush()
    process.stdin.close()  # as the kernel does when the parent is killed
    assert process.wait(timeout=30) == 1
    process.stdout.close()


def test_a_full_disk_is_said_by_the_process_too(store, project, monkeypatch):
    from workbench import data

    def full(*args, **kwargs):
        try:
            raise OSError(28, "No space left on device")
        except OSError as error:
            raise CannotRead("The file cannot be opened.") from error

    monkeypatch.setattr(data, "open_to_parquet", full, raising=False)
    with pytest.raises(NoSpace, match="disk is full"):
        store.take_in(project.id, staged(store, b"a,b\n1,2\n"), "t.csv")


def test_which_files_are_read_here(tmp_path):
    def small(content, name="x"):
        path = tmp_path / name
        path.write_bytes(content)
        return reading_process.is_small(path)

    assert small(b"a,b\n1,2\n")
    assert small(b'[{"a": 1}]')
    assert small(b"\x89PNG\r\n\x1a\n" + bytes(100)), "it is refused by its first bytes"
    assert not small(b"\x1f\x8b\x08" + bytes(100)), "what it unpacks to is not known"
    assert not small(b"PAR1" + bytes(100)), "its reader is written in C++"
    assert not small(b"1," * 200_000), "one endless line"
    assert not small(b"a,b\n" * (3 * 2**20)), "12 MB"
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 70 * 2**20)
    assert not small(sheet.getvalue()), "70 MB when unpacked"


def test_how_many_rows_are_worked_with(monkeypatch):
    monkeypatch.delenv("WORKBENCH_TABLE_MB", raising=False)
    assert rows_to_keep(10, 0) == 10
    assert rows_to_keep(2_000_000, 800_000_000) == 2_000_000
    assert rows_to_keep(2_000_000, 800_000_001) == 999_999
    assert rows_to_keep(30_000_000, 1_600_000_000) == 1_000_000
    monkeypatch.setenv("WORKBENCH_TABLE_MB", "1")
    assert rows_to_keep(1_000, 4_000_000) == 125
    assert rows_to_keep(1_000, 4_000_000, asked=40) == 40
    assert rows_to_keep(1_000, 4_000_000, asked=900) == 250, "never more than fits"


@pytest.fixture
def sampled(store, project, small_memory):
    return store.take_in(project.id, staged(store, big_csv()), "t.csv")


def test_a_table_beyond_the_memory_is_worked_with_as_a_sample(store, sampled):
    assert sampled.is_sample
    assert sampled.n_file_rows == N
    assert 100 < sampled.n_rows < N
    assert "The file has 5,000 rows. A random sample of " in sampled.notes[0]
    assert f"a random sample: {sampled.n_rows:,} of the 5,000 rows of “t.csv”" in sampled.warnings[0]
    table, raw = store.load_table(sampled.fingerprint), store.load_raw(sampled.fingerprint)
    assert len(table) == sampled.n_rows
    assert (table["n"] == table.index + 0.5).all(), "the index is the row in the file"
    assert table.index.is_monotonic_increasing
    assert table.index.name is None
    assert raw.index.equals(table.index)
    assert raw["n"].tolist() == [f"{row}.5" for row in table.index]
    assert raw["code"].tolist() == [f"00{row % 50}" for row in table.index]
    assert list(raw.columns) == list(table.columns) == ["n", "word", "code"]
    assert store.load_raw(sampled.fingerprint, ["word"])["word"].tolist() == [f"w,{row % 7}" for row in table.index]
    assert store.load_table(sampled.fingerprint, ["code", "n"]).columns.tolist() == ["code", "n"]
    assert pd.read_parquet(sampled.full_path)["n"].tolist() == [row + 0.5 for row in range(N)]
    # Uniform: the mean of that many rows is off by more than this once in 10,000 times.
    assert abs(np.mean(table.index) - N / 2) < 4 * N / np.sqrt(12 * len(table))


def test_the_same_file_gives_the_same_sample(store, project, sampled):
    again = store.take_in(store.create_project("q").id, staged(store, big_csv()), "t.csv")
    assert again.fingerprint == sampled.fingerprint


def test_a_sample_of_another_size_is_another_data_set(store, project, sampled, monkeypatch):
    monkeypatch.setattr(reading, "table_budget_bytes", lambda: 50_000)
    other = store.take_in(project.id, staged(store, big_csv()), "t.csv")
    assert other.n_rows < sampled.n_rows
    assert other.fingerprint != sampled.fingerprint
    assert len(store.load_table(sampled.fingerprint)) == sampled.n_rows


def test_the_files_of_a_sample_stay_are_counted_and_go_with_it(store, project, sampled, monkeypatch):
    monkeypatch.setattr("workbench.store.files.YOUNG_SECONDS", -1)
    store.remove_unused()
    paths = (sampled.raw_path, sampled.table_path, sampled.full_path, sampled.text_path)
    assert all(path.is_file() for path in paths)
    assert store.project_cards()[0].size_bytes == sum(path.stat().st_size for path in paths)
    store.delete_project(project.id, final=True)
    assert list(store.files.everything()) == []


def test_a_sample_that_is_read_by_other_rules_stays_a_sample(store, project, sampled):
    columns = [column.but(meaning="text") if column.name == "code" else column for column in sampled.schema.columns]
    new = store.retype_dataset(sampled.fingerprint, project.id, sampled.schema.but(columns=tuple(columns)))
    assert (new.is_sample, new.schema.column("code").meaning) == (True, "text")
    assert store.load_table(new.fingerprint)["code"].str.len().min() == 3


def test_a_project_with_a_sample_opens_elsewhere_with_the_same_rows(store, project, sampled, tmp_path, monkeypatch):
    out = store.export_project(project.id, tmp_path / "p.workbench")
    monkeypatch.setattr(reading, "table_budget_bytes", lambda: 10**9)
    with Store.open(tmp_path / "elsewhere") as other:
        opened = other.import_project(out)
        assert opened.draft.dataset == sampled.fingerprint
        dataset = other.dataset(sampled.fingerprint)
        assert (dataset.n_rows, dataset.n_file_rows) == (sampled.n_rows, N)
        assert other.load_table(dataset.fingerprint).equals(store.load_table(sampled.fingerprint))
        assert other.load_raw(dataset.fingerprint).equals(store.load_raw(sampled.fingerprint))


def test_single_columns_of_a_big_file_are_read_in_pieces(store, project, monkeypatch):
    content = b"a;b;c\n" + b"".join(b'%d;"x;%d";%s\n' % (row, row, b"" if row % 3 else b"k") for row in range(2_000))
    dataset = store.take_in(project.id, staged(store, content), "t.csv")
    whole = store.load_raw(dataset.fingerprint)
    monkeypatch.setattr("workbench.store.datasets.BIG_BYTES", 10)
    some = store.load_raw(dataset.fingerprint, ["c", "b"])
    assert some.equals(whole[["c", "b"]])
    assert some["b"].iloc[1] == "x;1"


def test_a_workbook_that_mixes_kinds_of_cells_keeps_its_text(tmp_path):
    cells = pd.DataFrame({"a": pd.Series([1.0, "x", pd.Timestamp("2025-01-02"), None], dtype=object)})
    reading.write_cells(cells, tmp_path / "text")
    assert pd.read_parquet(tmp_path / "text")["a"].fillna("").tolist() == ["1", "x", "2025-01-02 00:00:00", ""]


DAYS = b"day,n\n" + b"".join(b"0%d/0%d/2024,%d\n" % (1 + n % 9, 1 + n % 8, n * 7 % 31) for n in range(60))


@pytest.fixture
def asked(store, project):
    """A data set with two open questions: about the order of day and month, and about rows with totals."""
    dataset = store.take_in(project.id, staged(store, DAYS), "days.csv")
    day = ColumnSpec(name="day", meaning="date", date_format="%d/%m/%Y")
    step = FilterRows(column="n", operator="not_equals", values=(30,)).model_dump(mode="json")
    questions = (
        Question("day_first", ("day",), "Which?", (Answer("month", ()), Answer("day", (day,)))),
        Question("summary_rows", (), "Totals?", (Answer("keep"), Answer("leave out", step=step)), (3,)),
    )
    text = json.dumps([question.to_json() for question in questions])
    with store.database.write() as connection:
        connection.execute(
            DATASETS.update().where(DATASETS.c.fingerprint == dataset.fingerprint).values(questions=text)
        )
    return store.dataset(dataset.fingerprint, project.id)


def test_an_answer_about_a_column_is_how_it_is_read(store, project, asked):
    first, second = asked.questions
    new = store.answer_question(asked.fingerprint, project.id, first, 1)
    assert new.schema.column("day").date_format == "%d/%m/%Y"
    assert new.questions == (second,)
    assert store.project(project.id).draft.dataset == new.fingerprint
    assert store.load_table(new.fingerprint)["day"].iloc[1] == pd.Timestamp("2024-02-02")


def test_an_answer_may_be_a_step_of_the_recipe(store, project, asked):
    first, second = asked.questions
    new = store.answer_question(asked.fingerprint, project.id, second, 1)
    assert new.fingerprint == asked.fingerprint
    assert new.questions == (first,)
    assert store.project(project.id).draft.recipe.rows == (FilterRows(column="n", operator="not_equals", values=(30,)),)
    with pytest.raises(NotFound, match="answered already"):
        store.answer_question(asked.fingerprint, project.id, second, 0)


def test_questions_stay_until_they_are_answered(store, project, asked, tmp_path):
    first, second = asked.questions
    others = tuple(column.but(missing=("0",)) if column.name == "n" else column for column in asked.schema.columns)
    new = store.retype_dataset(asked.fingerprint, project.id, asked.schema.but(columns=others))
    assert new.questions == (first, second), "another column was changed"
    with Store.open(tmp_path / "elsewhere") as other:
        opened = other.import_project(store.export_project(project.id, tmp_path / "p.workbench"))
        assert other.dataset(opened.draft.dataset).questions == (first, second)
    text = tuple(column.but(meaning="text", date_format="") if column.name == "day" else column for column in others)
    new = store.retype_dataset(new.fingerprint, project.id, new.schema.but(columns=text))
    assert new.questions == (second,), "the day is no date any more"


def test_notes_about_the_file_are_kept_and_stay_when_a_column_is_read_in_another_way(store, project):
    text = b"Sales of the year\n\nday;price;n\n" + b"".join(b"%d;%dK;x%d\n" % (n, n + 10, n) for n in range(30))
    dataset = store.take_in(project.id, staged(store, text), "sales.csv")
    above, price = dataset.notes
    assert above == "The first 2 lines above the table were skipped."
    assert price.startswith("“price”: ")
    as_text = tuple(c.but(meaning="text") if c.name == "day" else c for c in dataset.schema.columns)
    new = store.retype_dataset(dataset.fingerprint, project.id, dataset.schema.but(columns=as_text))
    assert new.notes == dataset.notes
    as_text = tuple(c.but(meaning="text", scales=()) if c.name == "price" else c for c in dataset.schema.columns)
    new = store.retype_dataset(dataset.fingerprint, project.id, dataset.schema.but(columns=as_text))
    assert new.notes == (above,)


def test_what_a_dead_server_left_behind_goes_too(store, monkeypatch):
    folder = store.files.folder / "writing-abc"
    (folder / "pieces").mkdir(parents=True)
    (folder / "pieces" / "text").write_bytes(b"x")
    store.remove_unused()
    assert folder.exists(), "it may be in use"
    monkeypatch.setattr("workbench.store.files.YOUNG_SECONDS", -1)
    store.remove_unused()
    assert not folder.exists()


def test_uploads_that_were_left_behind_go_after_a_day(store):
    old, new = staged(store, b"x", "old"), staged(store, b"x", "new")
    os.utime(old, (time.time() - 90_000,) * 2)
    store.remove_unused()
    assert (old.exists(), new.exists()) == (False, True)
