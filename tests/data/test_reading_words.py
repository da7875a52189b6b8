"""What is assumed about a file is said in the same words, found out or given."""

from workbench.data import open_table
from workbench.data.files.reading_words import reading_words, usual_decimal
from workbench.specs import ColumnSpec, ReadSpec, Schema


def said(**read):
    return ", ".join(reading_words(ReadSpec(**read)).values())


def test_every_rule_that_differs_from_the_usual_is_said():
    read = {"delimiter": "\t", "encoding": "cp1252", "quote": "", "skip_rows": 3, "footer_rows": 2, "comment": "#"}
    assert said(**read, skip_after_header=1, names=("a", "b")) == (
        "tab-separated, Windows-1252 (Western), no quotes, 3 lines above skipped, line 4 as column names, "
        "1 line below the names skipped, 2 lines below left out, lines that begin with “#” left out"
    )


def test_tables_of_other_formats_are_named():
    assert said(format="parquet") == "Parquet"
    assert said(format="sqlite", sheet="orders") == "the table “orders” of an SQLite database"
    assert said(format="excel", sheet="Q1", header_rows=2) == (
        "the sheet “Q1” of a workbook, 2 lines joined to column names"
    )
    assert said(member="*", names=("a",)).startswith("all files, one below the other, one column of text")
    assert said(member="b.csv", names=("a",)).startswith("“b.csv” of the archive, one column of text, UTF-8")


def test_the_usual_decimal_mark_is_that_of_most_numbers():
    columns = [("a", "number", ","), ("b", "number", ","), ("c", "number", "."), ("d", "text", ".")]
    schema = Schema(columns=tuple(ColumnSpec(name=n, meaning=m, decimal=d) for n, m, d in columns))
    assert usual_decimal(schema) == ","
    assert reading_words(ReadSpec(), schema)["decimal"] == "decimal comma"
    assert usual_decimal(Schema()) == ""


def test_a_reading_that_was_asked_for_is_said_like_one_that_was_found(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Report\n\na;b\n1,5;x\n2,5;y\n", encoding="utf-8")
    found = open_table(path)
    assert "semicolon-separated, UTF-8, decimal comma, 2 lines above skipped, line 3 as column" in found.sentence
    assert open_table(path, read=found.read, schema=found.schema).sentence == found.sentence
