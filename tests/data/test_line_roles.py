"""What each line of a file is, what a clicked line could become, and the last lines of a long file."""

import openpyxl
import pytest

from workbench.data.files.line_roles import as_fixed_width, file_tail, head_offers, head_roles, tail_offers, tail_roles
from workbench.errors import CannotRead
from workbench.runtime.reading import read_raw
from workbench.specs import ReadSpec

LINES = [["Report"], [], ["no", "m"], ["", "(kg)"], ["1", "2"], [], ["3", "4"], ["Source: us"]]
READ = ReadSpec(skip_rows=2, skip_after_header=1, footer_rows=1)


def test_every_line_has_a_role():
    assert head_roles(LINES, READ) == ["skipped", "skipped", "names", "skipped", "data", "blank", "data", "data"]
    assert tail_roles(LINES, READ)[-3:] == ["blank", "data", "left out"]
    assert head_roles(LINES[:1], READ) == ["skipped"]


@pytest.mark.parametrize(
    ("at", "labels"),
    [
        (0, ["Make this line the column names", "The data begin here, without names"]),
        (2, ["Make this line the column names", "The data begin here, without names"]),
        (3, ["Make this line the column names", "The data begin here", "The column names reach down to here"]),
        (6, ["Make this line the column names", "The data begin here", "The column names reach down to here"]),
    ],
)
def test_a_line_can_become_what_it_is_not_yet(at, labels):
    assert [offer.label for offer in head_offers(READ, at)] == labels


def test_what_is_so_already_is_not_offered():
    assert [offer.label for offer in head_offers(ReadSpec(), 0)] == ["The data begin here, without names"]
    without = ReadSpec(header_rows=0, skip_rows=1)
    assert [offer.label for offer in head_offers(without, 3)] == [
        "Make this line the column names",
        "The data begin here, without names",
    ]


def test_the_end_of_the_table_can_be_set():
    offers = {offer.label: offer.read.footer_rows for offer in tail_offers(ReadSpec(), LINES, 6)}
    assert offers == {"Leave out this line and all below": 2, "The data end here": 1}


def test_an_offer_is_read_as_it_says(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Stock\n\nno,m\n1,2\n3,4\nSource: us\n", encoding="utf-8")
    names = next(offer for offer in head_offers(ReadSpec(footer_rows=1), 2))
    raw = read_raw(path, names.read.model_dump(mode="json"))
    assert raw.to_dict("list") == {"no": ["1", "3"], "m": ["2", "4"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_last_lines_of_a_long_file(tmp_path, encoding):
    path = tmp_path / "long.csv"
    rows = "".join(f"{n},Käufer {n}\n" for n in range(9_000))
    path.write_text("no,name\n" + rows + "\nQuelle: wir\n\n\n", encoding=encoding)
    read = ReadSpec(encoding=encoding, names=("no", "name"))
    assert file_tail(path, read, limit=4) == [["8998", "Käufer 8998"], ["8999", "Käufer 8999"], [], ["Quelle: wir"]]


def test_formats_without_lines_have_none(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1}, {"a": 2}]', encoding="utf-8")
    assert file_tail(path, ReadSpec(format="json")) == []


def test_the_last_lines_of_a_sheet(tmp_path):
    workbook = openpyxl.Workbook()
    for number in range(1, 5):
        workbook.active.cell(number, 2, number)
    workbook.save(tmp_path / "book.xlsx")
    read = ReadSpec(format="excel", sheet="Sheet", first_column=1)
    assert file_tail(tmp_path / "book.xlsx", read, limit=2) == [["3"], ["4"]]


def test_a_file_can_be_read_by_columns_of_fixed_width(tmp_path):
    path = tmp_path / "fixed.txt"
    path.write_text("name    n\n" + "Ann Lee 1\nBob     2\nCy Day  3\nDi      4\n", encoding="utf-8")
    read = as_fixed_width(path, ReadSpec(delimiter=","))
    assert (read.format, read.widths) == ("fixed_width", (8, 1))
    raw = read_raw(path, read.model_dump(mode="json"))
    assert raw.to_dict("list") == {"name": ["Ann Lee", "Bob", "Cy Day", "Di"], "n": ["1", "2", "3", "4"]}


def test_a_file_without_columns_of_fixed_width_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6\n7,8\n", encoding="utf-8")
    with pytest.raises(CannotRead, match="no blanks go through its lines"):
        as_fixed_width(path, ReadSpec())
