"""The first records of a file before anything is skipped, as ``ReadSpec.skip_rows`` counts them."""

import openpyxl
import pytest

from workbench.data import file_head, open_table
from workbench.specs import ReadSpec


def test_delimited_text_with_title_blank_line_and_a_cell_over_two_lines(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('Report;\n\nn;text\n1;"two\nlines"\n2;b\n3;c\n')
    read = ReadSpec(format="delimited", delimiter=";", skip_rows=2, names=("n", "text"))
    assert file_head(path, read, limit=5) == [["Report", ""], [], ["n", "text"], ["1", "two\nlines"], ["2", "b"]]


def test_comments_are_not_counted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("# made by us\nn,size\n# checked\n1,2\n")
    read = ReadSpec(format="delimited", comment="#")
    assert file_head(path, read) == [["n", "size"], ["1", "2"]]


def test_fixed_width(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("List of 2024\n\nname  size\nAnna    12\nBo       7\n")
    read = ReadSpec(format="fixed_width", widths=(6, 4), skip_rows=2)
    assert file_head(path, read) == [["List o", "f 2024"], [], ["name", "size"], ["Anna", "12"], ["Bo", "7"]]


@pytest.mark.parametrize("encoding", ["utf-16", "shift_jis"])
def test_other_encodings(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text("n,都市\n1,東京\n", encoding=encoding)
    assert file_head(path, ReadSpec(format="delimited", encoding=encoding)) == [["n", "都市"], ["1", "東京"]]


def test_the_begin_of_a_long_file_that_is_read_in_growing_parts(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{n},{'x' * 40_000}\n" for n in range(60)))
    head = file_head(path, ReadSpec(format="delimited"), limit=50)
    assert [cells[0] for cells in head] == [str(n) for n in range(50)]


def test_a_sheet_that_begins_below_and_to_the_right(tmp_path):
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"], sheet["B5"], sheet["C5"] = "Report", "name", "size"
    for row in range(6, 200):
        sheet[f"B{row}"], sheet[f"C{row}"] = f"n{row}", row
    book.save(path)
    opened = open_table(path)
    assert (opened.read.skip_rows, opened.read.first_column) == (4, 1)
    head = file_head(path, opened.read, limit=6)
    assert head == [["", ""], ["", ""], ["Report", ""], ["", ""], ["name", "size"], ["n6", "6"]]
    assert len(file_head(path, opened.read, limit=500)) == 199


def test_formats_without_lines_have_no_head(tmp_path):
    path = tmp_path / "t.json"
    path.write_text('[{"a": 1}]')
    assert file_head(path, ReadSpec(format="json")) == []
