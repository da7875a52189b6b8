"""Looks into files: what they say, and that files which may do harm are looked into elsewhere."""

import gzip

import openpyxl
import pytest

from workbench.errors import CannotRead
from workbench.specs import ReadSpec
from workbench.store import looking, reading_process

CSV = "a;b\n" + "".join(f"{row};{row},5\n" for row in range(80)) + "x;7,5\n"


@pytest.fixture
def book(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.title = "people"
    for row in (["Title"], [], ["name", "age"], ["Anna", 34], ["Ben", "unknown"]):
        workbook.active.append(row)
    workbook.create_sheet("towns").append(["town"])
    path = tmp_path / "book.xlsx"
    workbook.save(path)
    return path


@pytest.mark.parametrize("elsewhere", [False, True])
def test_looks_into_a_workbook(book, monkeypatch, elsewhere):
    if elsewhere:
        monkeypatch.setattr(reading_process, "SMALL_BYTES", 0)
    assert [entry.sheet for entry in looking.tables_in(book)] == ["people", "towns"]
    assert looking.columns_of(book, "book.xlsx") == ("name", "age")
    rules = looking.rules_for(book, sheet="people")
    assert (rules.format, rules.skip_rows) == ("excel", 2)
    head, tail = looking.lines_of(book, rules, 60, 12)
    assert [cells[:1] for cells in head] == [["Title"], [""], ["name"], ["Anna"], ["Ben"]] and tail == []
    raw, schema = looking.first_rows(book, rules, 1)
    assert raw.to_dict("list") == {"name": ["Anna"], "age": [34]} and schema.names == ["name", "age"]


def test_lines_of_text_are_looked_at_here_and_packed_ones_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_process, "SMALL_BYTES", 100)
    asked = []
    monkeypatch.setattr(reading_process._Reading, "answer", lambda self, *_: asked.append(self.job["look"]) or {})
    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    plain.write_text(CSV)
    packed.write_bytes(gzip.compress(CSV.encode()))
    head, tail = looking.lines_of(plain, ReadSpec(delimiter=";"), 60, 12)
    assert (head[0], tail[-1], asked) == (["a", "b"], ["x", "7,5"], [])
    with pytest.raises(KeyError):  # nothing is answered
        looking.lines_of(packed, ReadSpec(delimiter=";"), 60, 12)
    assert asked == ["lines"]


def test_a_file_that_is_none_is_a_sentence(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(200))
    for look in (lambda: looking.tables_in(path), lambda: looking.columns_of(path, "a.xlsx")):
        with pytest.raises(CannotRead) as problem:
            look()
        assert problem.value.message and problem.value.advice


@pytest.mark.parametrize("megabytes", ["", "1"])
def test_cells_that_do_not_fit_are_found_also_in_a_sample(store, tmp_path, monkeypatch, megabytes):
    monkeypatch.setenv("WORKBENCH_TABLE_MB", megabytes)
    path = tmp_path / "a.csv"
    path.write_text(
        "a,b\n" + "".join(f"{'odd' if row % 1000 == 3 else row},x y z {row} {'n' * 20}\n" for row in range(60_000))
    )
    dataset = store.add_dataset(store.create_project("p").id, path, "a.csv")
    assert dataset.is_sample == bool(megabytes) and dataset.misfits == {"a": 60}
    found = looking.odd_cells(dataset)
    kept = [row for row in store.load_table(dataset.fingerprint).index if row % 1000 == 3]
    assert kept and found["a"].to_dict() == dict.fromkeys(kept, "odd") and list(found) == ["a"]


def test_rows_for_a_model_are_read_elsewhere_first(book, tmp_path, monkeypatch):
    manifest = {"fields": [{"name": "age", "meaning": "integer"}], "read": ReadSpec().model_dump(mode="json")}
    monkeypatch.setattr(reading_process, "SMALL_BYTES", 0)
    looking.check_rows(book, manifest)
    other = {**manifest, "fields": [{"name": "height"}]}
    with pytest.raises(CannotRead, match="none of the columns"):
        looking.check_rows(book, other)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(book.read_bytes()[:900])
    with pytest.raises(CannotRead):
        looking.check_rows(broken, manifest)
