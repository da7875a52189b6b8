"""Files to raw cells by given rules: quotes, ragged records, both ways of reading, damaged files."""

import gzip
import json
import zipfile

import pandas as pd
import pytest

from workbench.runtime import containers, delimited, workbooks
from workbench.runtime.reading import ReadingError, read_raw, read_raw_with_repairs
from workbench.runtime.records import Dialect, read_records, split_lines


def written(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "text, width, records",
    [
        ('a,"b ""c"" d"\n', None, [["a", 'b "c" d']]),
        ('"x,y",z\n', None, [["x,y", "z"]]),
        ('"two\nlines",z\n', None, [["two\nlines", "z"]]),
        ('a"b,5"\n', None, [['a"b', '5"']]),
        ('1,"open,2\n3,4,5\n', 3, [["1", '"open', "2"], ["3", "4", "5"]]),
        ('1,""twice",2\n', 3, [["1", '"twice', "2"]]),
        ('a, "b, c" ,d\n', None, [["a", "b, c", "d"]]),
        ("a\r\nb\r\n", None, [["a"], ["b"]]),
        ("a\rb\r", None, [["a"], ["b"]]),
        ("a\r\nb\nc\rd", None, [["a"], ["b"], ["c"], ["d"]]),
        ("a\n\n  \nb", None, [["a"], [], [], ["b"]]),
    ],
)
def test_records(text, width, records):
    lines, end = split_lines(text)
    assert [cells for cells, _ in read_records(lines, end, Dialect(), width=width)] == records


@pytest.mark.parametrize(
    "dialect, line, cells",
    [
        (Dialect(escape="\\"), r'"48\"",x', ['48"', "x"]),
        (Dialect(escape="\\"), r"a\,b,c", ["a,b", "c"]),
        (Dialect(delimiter="::"), "1::a:b::2", ["1", "a:b", "2"]),
        (Dialect(delimiter=r"\s+"), '  a   "b c"\td', ["a", "b c", "d"]),
        (Dialect(delimiter="\t"), "a\t\tb", ["a", "", "b"]),
        (Dialect(quote="'"), "'a,b',c", ["a,b", "c"]),
        (Dialect(quote=""), '"a,b"', ['"a', 'b"']),
        (Dialect(widths=(3, 2)), "ab 12", ["ab", "12"]),
    ],
)
def test_dialects(dialect, line, cells):
    assert [record for record, _ in read_records([line], "\n", dialect)] == [cells]


def test_ragged_records_are_fitted_and_counted(tmp_path):
    rows = "".join(f"{n},Street {n},{20000 + n}\n" for n in range(30))
    path = written(
        tmp_path, f"id,street,code\n{rows}30,Main Road, West,20030\n31,,Hill,20031\n32\n33,a,20033,\n34,a,b,c,d,e,f,g\n"
    )
    read = {"names": ["id", "street", "code"]}
    table, repairs = read_raw_with_repairs(path, read)
    assert table.iloc[30].tolist() == ["30", "Main Road, West", "20030"]
    assert table.iloc[31].tolist() == ["31", "Hill", "20031"]
    assert table.iloc[32].isna().tolist() == [False, True, True]
    assert table.iloc[33].tolist() == ["33", "a", "20033"]
    assert table.iloc[34].tolist() == ["34", "a", "b,c,d,e,f,g"]
    assert (repairs.rejoined, repairs.shorter, repairs.overflowing) == (2, 1, 1)


def test_everything_around_the_table_is_left_out(tmp_path):
    path = written(tmp_path, "Title\n\nname;size\n(text);(m)\na;1\n;\nb;2\n\nSource: me\n")
    read = {"delimiter": ";", "skip_rows": 2, "skip_after_header": 1, "footer_rows": 1}
    table = read_raw(path, read)
    assert table.to_dict("list") == {"name": ["a", "b"], "size": ["1", "2"]}
    assert isinstance(table.index, pd.RangeIndex)
    assert read_raw(path, read, max_rows=1)["name"].tolist() == ["a"]
    assert read_raw(path, read, max_rows=0).columns.tolist() == ["name", "size"]
    assert read_raw(path, {"delimiter": ";", "skip_rows": 4, "header_rows": 0}).columns.tolist() == [
        "column 1",
        "column 2",
    ]


def test_both_ways_of_reading_agree(tmp_path, monkeypatch):
    rows = [f'{n};"Müller; ""{n}""";{n / 7:.3f}; x;' for n in range(300)]
    path = written(
        tmp_path, "Report\r\nno;name;value;more;\r\n" + "\r\n".join([*rows, ";;;;", "", "end of file"]) + "\r\n"
    )
    read = {"delimiter": ";", "skip_rows": 1, "footer_rows": 1, "names": ["no", "name", "value", "more"]}
    monkeypatch.setattr(delimited, "SMALL_BYTES", 0)
    quick = delimited._read_regular(path, read, None)
    assert quick is not None and len(quick) == 300
    forgiving = delimited._read_forgiving(path, read, None)[0]
    forgiving["more"] = forgiving["more"].str.strip()  # the C parser drops blanks after a delimiter
    pd.testing.assert_frame_equal(quick, forgiving)


@pytest.mark.parametrize("spoiled", ['5,"open\n', "5,6,7,8\n", "5,\0\n", "5,6\r7,8\n", '"two\nlines",6\n'])
def test_the_quick_way_refuses_what_it_could_misread(tmp_path, spoiled):
    path = written(tmp_path, "a,b\n1,2\n" + spoiled + "9,9\n")
    assert delimited._read_regular(path, {"names": ["a", "b"]}, None) is None


def test_mistaken_controls_and_nul_are_put_right(tmp_path):
    path = written(tmp_path, "a,b\nit\x92s,x\0y\n")
    assert read_raw(path, {}).iloc[0].tolist() == ["it’s", "xy"]


def test_json_and_lines(tmp_path):
    records = [{"a": 1, "b": {"c": "x", "d": {"e": None}}}, {"a": "3", "f": [1, 2]}]
    as_list = read_raw(written(tmp_path, json.dumps(records)), {"format": "json"})
    as_lines = read_raw(written(tmp_path, "\n".join(map(json.dumps, records))), {"format": "json_lines"})
    pd.testing.assert_frame_equal(as_list, as_lines)
    assert as_list.columns.tolist() == ["a", "b.c", "b.d.e", "f"]
    assert as_list["a"].tolist() == [1, "3"] and as_list["f"].tolist() == [None, [1, 2]]
    assert read_raw(written(tmp_path, json.dumps(records)), {"format": "json", "names": ["f", "new"]}).shape == (2, 2)


def test_workbook_keeps_types_and_place(tmp_path):
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-02", "2024-03-04"]), "n": [1, 2], "word": ["a", None]})
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        frame.to_excel(book, sheet_name="second", startrow=3, startcol=2, index=False)
    read = {"format": "excel", "sheet": "second", "skip_rows": 3, "first_column": 2}
    table = read_raw(path, read)
    assert table.columns.tolist() == ["day", "n", "word"]
    assert [day.isoformat()[:10] for day in table["day"]] == ["2024-01-02", "2024-03-04"]
    assert table["n"].tolist() == [1, 2] and table["word"].tolist() == ["a", ""]
    with pytest.raises(ReadingError, match="no sheet “third”"):
        read_raw(path, {**read, "sheet": "third"})


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_WORKBOOK_BYTES", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    with pytest.raises(ReadingError, match="unpacks to 4 MB"):
        read_raw(tmp_path / "bomb.xlsx", {"format": "excel"})


def test_parquet_and_feather_keep_types(tmp_path):
    frame = pd.DataFrame({"x": [1.5, None], "word": pd.Categorical(["a", "b"]), "yes": [True, False]}, index=[7, 8])
    frame.to_parquet(tmp_path / "t.parquet")
    frame.reset_index(drop=True).to_feather(tmp_path / "t.feather")
    for kind in ("parquet", "feather"):
        table = read_raw(tmp_path / f"t.{kind}", {"format": kind})
        assert table.index.tolist() == [0, 1] and table.dtypes.astype(str).tolist() == ["float64", "str", "bool"]


def test_packed_files_are_unpacked(tmp_path):
    plain = b"a,b\n1,2\n"
    packed = [written(tmp_path, gzip.compress(plain), "t.csv.gz"), tmp_path / "t.zip"]
    with zipfile.ZipFile(packed[1], "w") as archive:
        archive.writestr("../outside.csv", plain)
        archive.writestr("__MACOSX/._outside.csv", b"x")
    for path in packed:
        assert read_raw(path, {}).to_dict("list") == {"a": ["1"], "b": ["2"]}
    assert not (tmp_path.parent / "outside.csv").exists()


def test_damaged_and_hostile_files_end_in_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(ReadingError, match="cut short"):
        read_raw(written(tmp_path, gzip.compress(b"a,b\n" * 9999)[:40]), {})
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "1")
        archive.writestr("b.csv", "2")
    with pytest.raises(ReadingError, match=r"holds 2 files \(a.csv, b.csv\)"):
        read_raw(tmp_path / "two.zip", {})
    monkeypatch.setattr(containers, "FREE_BYTES", 1000)
    with pytest.raises(ReadingError, match="not plausible"):
        read_raw(written(tmp_path, gzip.compress(b"0" * 5_000_000)), {})
    with pytest.raises(ReadingError, match="not UTF-8: line 2"):
        read_raw(written(tmp_path, b"a\n\xff\n"), {})
    with pytest.raises(ReadingError, match="Parquet file is damaged"):
        read_raw(written(tmp_path, b"PAR1 and no more"), {"format": "parquet"})
    with pytest.raises(ReadingError, match="workbook is damaged"):
        read_raw(written(tmp_path, b"PK\x03\x04 xl/"), {"format": "excel"})
    with pytest.raises(ReadingError, match="not complete JSON"):
        read_raw(written(tmp_path, b'[{"a": 1}, {"a"'), {"format": "json"})
    with pytest.raises(ReadingError, match="Line 2"):
        read_raw(written(tmp_path, b'{"a": 1}\n{"a"\n'), {"format": "json_lines"})
    with pytest.raises(ReadingError, match="cannot be opened"):
        read_raw(tmp_path / "nowhere.csv", {})
