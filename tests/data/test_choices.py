"""What a file offers to choose from, and the rules found out for a choice."""

import io
import zipfile

import pandas as pd

from workbench.data import open_table
from workbench.data.files.choices import rules_for, tables_in


def workbook(sheets):
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as book:
        for name, n_rows in sheets.items():
            pd.DataFrame({"n": [n % 3 for n in range(n_rows)], "word": ["a", "b"] * (n_rows // 2)}).to_excel(
                book, sheet_name=name, index=False
            )
    return out.getvalue()


def test_members_of_an_archive_and_their_sheets(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("small.csv", "a;b\n1;x\n2;y\n")
        archive.writestr("book.xlsx", workbook({"first": 4, "second": 8}))
        archive.writestr("README.txt", "words " * 9_999)
    assert [(one.member, one.sheet) for one in tables_in(path)] == [("book.xlsx", ""), ("small.csv", "")]
    assert [(one.member, one.sheet) for one in tables_in(path, "book.xlsx")] == [
        ("book.xlsx", "first"), ("book.xlsx", "second"),
    ]  # fmt: skip
    opened = open_table(path)
    assert (opened.read.member, opened.read.sheet, len(opened.table)) == ("book.xlsx", "second", 8)
    assert opened.notes[0] == "“book.xlsx” was read, the largest file of the archive; there is also “small.csv”."
    rules = rules_for(path, member="small.csv")
    assert (rules.member, rules.delimiter) == ("small.csv", ";")
    assert open_table(path, read=rules).table.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
    rules = rules_for(path, member="book.xlsx", sheet="first")
    assert len(open_table(path, read=rules).table) == 4


def test_files_of_an_archive_are_offered_in_the_order_of_their_names(tmp_path):
    path = tmp_path / "months.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for month, rows in (("10", 9), ("2", 3), ("1", 5)):
            archive.writestr(f"Month {month}.csv", "a;b\n" + "1;x\n" * rows)
    assert [one.member for one in tables_in(path)] == ["Month 1.csv", "Month 2.csv", "Month 10.csv"]


def test_all_members_of_an_archive(tmp_path):
    path = tmp_path / "months.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("may.csv", "a;b\n1;x\n2;y\n")
        archive.writestr("june.csv", "b;a\nz;3\n")
    rules = rules_for(path, member="may.csv").but(member="*", names=())
    opened = open_table(path, read=rules)
    assert opened.table.to_dict("list") == {"a": [1, 2, 3], "b": ["x", "y", "z"]} and opened.read.names == ("a", "b")


def test_one_table_is_no_choice(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (only,) = tables_in(tmp_path / "t.csv")
    assert (only.member, only.sheet) == ("", "")
