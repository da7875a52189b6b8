"""Bad and hostile files: CannotRead with a sentence, or a table; never another exception."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.data import detect, open_table, read_cells, read_table
from workbench.errors import CannotRead
from workbench.specs import ColumnSpec, ReadSpec, Schema

BAD = {
    "empty": (b"", "is empty"),
    "blank lines": (b"\n \n\n", "is empty"),
    "nothing but NULs": (b"\0" * 99, "is empty"),
    "header only": (b"a,b\n", r"column names \(“a”, “b”\) but no rows"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG image"),
    "pdf": (b"%PDF-1.7 ...", "a PDF document"),
    "web page": (b"<!DOCTYPE html><html></html>", "a web page"),
    "pickle": (b"\x80\x04\x95\x00\x00", "a Python pickle, which is never opened"),
    "noise": (bytes(range(1, 32)) * 50, "not text"),
    "cut gz": (gzip.compress(b"a,b\n1,2\n" * 500)[:30], "gz file is damaged or cut short"),
    "cut xlsx": (b"PK\x03\x04[Content_Types].xml", "workbook is damaged"),
    "cut parquet": (b"PAR1\x15\x04", "Parquet file is damaged"),
    "cut json": (b'[{"a": 1}, {"a"', "not complete JSON"),
    "too many columns": (b"a" + b",b" * 30_000 + b"\n", "30,001 columns; at most 20,000"),
    "deep json": (b"[" * 100_000, "not complete JSON"),
    "empty json": (b"[]", "no list of records"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_sentence_for_every_bad_file(tmp_path, kind):
    content, sentence = BAD[kind]
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    for function in (detect, open_table, read_table):
        with pytest.raises(CannotRead, match=sentence):
            function(path)


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(CannotRead, match="cannot be opened"):
        open_table(tmp_path / "gone.csv")


SEED = b'no;name;"when";price\n' + b"".join(
    b'%d;"M\xc3\xbcller; ""%d""";%02d.03.2024;1.%03d,5\n' % (n, n, n % 28 + 1, n) for n in range(40)
)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(SEED)),
        st.integers(0, 12),
        st.sampled_from([b'"', b";", b"\n", b"\r", b"\0", b"\xff", b",", b"\\", b"\t"]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_spoiled_files_are_read_or_refused(tmp_path, changes):
    content = bytearray(SEED)
    for at, n_deleted, inserted in changes:
        content[at : at + n_deleted] = inserted
    path = tmp_path / "spoiled.csv"
    path.write_bytes(bytes(content))
    try:
        opened = open_table(path)
        _, rows = read_cells(path)
    except CannotRead:
        return
    assert len(opened.table) == len(rows)
    assert list(opened.table.columns) == opened.schema.names == list(opened.read.names)


def test_what_does_not_fit_is_counted_and_said(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("n\n" + "\n".join(str(n % 7) for n in range(60)) + "\nabc\n", encoding="utf-8")
    opened = open_table(path)
    assert opened.misfits == {"n": 1}
    assert opened.notes == ("“n”: 1 cell is no whole number (“abc”) and is left blank.",)
    assert np.isnan(opened.table["n"].iloc[-1])


def test_given_rules_are_applied_and_not_guessed(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a;b\n1;x\n2;y\n", encoding="utf-8")
    schema = Schema(columns=(ColumnSpec(name="a", meaning="category"),))
    opened = open_table(path, read=ReadSpec(delimiter=";"), schema=schema)
    assert opened.table.to_dict("list") == {"a": ["1", "2"]}
    with pytest.raises(CannotRead, match="no column “c”"):
        open_table(path, read=ReadSpec(delimiter=";"), schema=Schema(columns=(ColumnSpec(name="c", meaning="text"),)))


def test_detection_and_opening_agree(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(SEED)
    detection, opened = detect(path), open_table(path)
    assert (detection.read, detection.schema, detection.sentence, detection.notes) == (
        opened.read, opened.schema, opened.sentence, opened.notes,
    )  # fmt: skip
    again = open_table(path, read=opened.read, schema=opened.schema)
    pd.testing.assert_frame_equal(again.table, opened.table)


def test_workbook_with_the_largest_sheet_and_notes(tmp_path):
    path = tmp_path / "book.xlsx"
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-02"] * 9), "size": np.arange(9) / 2, "ok": [True] * 9})
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        pd.DataFrame({"a": ["read me"]}).to_excel(book, sheet_name="about", index=False)
        frame.to_excel(book, sheet_name="data", startrow=2, startcol=1, index=False)
        book.sheets["data"]["B1"] = "Sizes of May"
    opened = open_table(path)
    assert opened.table.dtypes.astype(str).tolist() == ["datetime64[us]", "float64", "str"]
    assert opened.table["size"].sum() == 18
    assert (opened.read.sheet, opened.read.skip_rows, opened.read.first_column) == ("data", 2, 1)
    assert opened.notes[0] == "The sheet “data” was read, which has the most cells; there is also “about”."
