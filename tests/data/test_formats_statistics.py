"""Files of Stata, SPSS, SAS and R: labels, dates, missing codes, which object of a file; damaged ones."""

import base64
import datetime
import zlib

import pandas as pd
import pyreadstat
import pytest

from workbench.data import open_table
from workbench.errors import CannotRead
from workbench.runtime.reading import ReadingError, read_raw

FRAME = pd.DataFrame(
    {
        "q1": [1.0, 2.0, 9.0, None, 3.0],
        "age": [20.0, 31.0, 42.0, 99.0, 64.0],
        "name": ["a", "ü", "", "d", "e"],
        "day": [datetime.date(2024, 1, 1), datetime.date(1600, 1, 2), None, datetime.date(2024, 5, 6), None],
    }
)
LABELS = {"q1": {1: "yes", 2: "no", 3: "perhaps"}, "age": {99: "no answer"}}
WRITERS = {
    "t.dta": lambda path: pyreadstat.write_dta(FRAME, path, variable_value_labels=LABELS),
    "t.sav": lambda path: pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS),
    "t.zsav": lambda path: pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS, compress=True),
}


@pytest.mark.parametrize("name", WRITERS)
def test_labels_become_words_and_dates_dates(tmp_path, name):
    WRITERS[name](tmp_path / name)
    (tmp_path / "table").write_bytes((tmp_path / name).read_bytes())  # the name says nothing
    opened = open_table(tmp_path / "table")
    assert opened.table["q1"].fillna("").tolist() == ["yes", "no", "9", "", "perhaps"]
    assert opened.table["age"].tolist() == [20, 31, 42, 99, 64]  # one label does not make a number words
    assert opened.table["name"].fillna("").tolist() == ["a", "ü", "", "d", "e"]
    days = opened.table["day"].astype(str).fillna("").tolist()
    assert days == ["2024-01-01", "1600-01-02", "", "2024-05-06", ""]
    again = open_table(tmp_path / "table", read=opened.read, schema=opened.schema)
    pd.testing.assert_frame_equal(again.table, opened.table)


def test_codes_that_mean_missing_are_missing(tmp_path):
    pyreadstat.write_sav(FRAME, tmp_path / "t.sav", missing_ranges={"q1": [9]}, column_labels={"q1": "Happy?"})
    opened = open_table(tmp_path / "t.sav")
    assert opened.table["q1"].isna().tolist() == [False, False, True, True, False]
    assert opened.notes[0] == "The file describes its columns: “q1” is “Happy?”."
    assert opened.notes[1] == "The file declares codes as missing, and they are read as no value: “q1”: 9."


def test_ranges_and_words_that_mean_missing_are_said(tmp_path):
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, -5.0], "b": [1.0, 98.0, 99.0, 2.0], "c": ["x", "NK", "y", "z"]})
    ranges = {"a": [{"lo": float("-inf"), "hi": -1}], "b": [{"lo": 98, "hi": 99}], "c": ["NK"]}
    pyreadstat.write_sav(frame, tmp_path / "t.sav", missing_ranges=ranges)
    (note,) = [note for note in open_table(tmp_path / "t.sav").notes if "declares" in note]
    assert note.endswith("“a”: -1 and below; “b”: 98 to 99; “c”: NK.")


def test_transport_and_portable_files(tmp_path):
    pyreadstat.write_xport(FRAME, tmp_path / "t5.xpt", file_format_version=5)
    pyreadstat.write_xport(FRAME, tmp_path / "t8.xpt", file_format_version=8)
    pyreadstat.write_por(FRAME.replace("ü", "u"), tmp_path / "t.por")
    for name, kind in (("t5.xpt", "sas"), ("t8.xpt", "sas"), ("t.por", "spss")):
        opened = open_table(tmp_path / name)
        assert opened.read.format == kind and opened.table.iloc[:, 1].tolist() == [20, 31, 42, 99, 64]
        assert str(opened.table.iloc[1, 3])[:10] == "1600-01-02"


@pytest.mark.parametrize("name", WRITERS)
def test_damaged_statistics_files(tmp_path, name):
    WRITERS[name](tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(CannotRead, match="damaged, cut short or locked"):
        open_table(tmp_path / name)


# What R 4.2 writes with saveRDS(…, ascii = TRUE), line ends shown as blanks.
ASCII_RDS = (
    r"A 3 262658 197888 5 UTF-8 787 6 14 2 1.5 NA 781 2 1 NA 1026 1 262153 6 levels 16 1 262153 2 lo 1026 1 262153 5 "
    r"class 16 1 262153 6 factor 254 16 2 32777 2 \303\274 262153 3 a\040b 782 2 19724 NA 1026 767 16 1 262153 4 Date "
    r"254 782 2 1719833415 NA 1026 767 16 2 262153 7 POSIXct 262153 6 POSIXt 1026 1 262153 5 tzone 16 1 262153 13 "
    r"Europe/Berlin 254 10 2 1 NA 1026 1 262153 5 names 16 6 262153 1 x 262153 1 f 262153 1 s 262153 3 day 262153 1 t "
    r"262153 1 l 1026 1 262153 9 row.names 13 2 NA -2 1026 767 16 1 262153 10 data.frame 254 "
).replace(" ", "\n")
# save(f, small, big) with a compiled function f before two data frames.
TWO_FRAMES = zlib.decompress(
    base64.b85decode(
        "c-oCpO-sW-5S?Tbo2DNWtVj=Dy{HB4#hV^P@G1(uN!q3oXp@>0TJYj87NOq6th4ECvWZD);Wd-lH#6_e=J9Sgu!lAPFfeo-n28~n&rkOk*MJ#("
        "(ZGPZcuq0FF!(JVtnu#$5hIQe2BL-NA)1J8LI!9gV*o^P8*xnB6T|`HRE(yasH;&QL+R0>{5is+oK5v&KB&UpX_z?pro%EKn+Bmm&Gqo|2RbkG)"
        "GB(Ki_r6z`C^k3DOR3pGrh{m*$x#z>(p+(K>evhG^)`^#3mg82l8E`>uV`j(9L+s)v5K`mdg_UN5&)Mz7cagbE1guPbNF=dJ(!&<OP28;7{B&iE"
        "Wn{+K^#6uvZw!3NS0cN+5gG2v!DR!s7es&Kr*A&TNML52^Vl8IXkbIG8V-@$v<~lE{54oEjr1ax=?v*XerLE$v0FNLkfCDZVpzi@VpH3Ul_vSvv"
        "h`h&6>i^)OiVWiKH{7k9upk4uKKk@rgO^~}9Z-))2M^k(hymZ)W!4GKm=A&TK!Ax-H^mjqu1t9_lfcww3zUZ&Ai8VyKS{0CDQedG"
    )
)


def test_a_data_frame_of_r(tmp_path):
    (tmp_path / "t.rds").write_text(ASCII_RDS, encoding="ascii")
    table = read_raw(tmp_path / "t.rds", {"format": "r"})
    assert table.columns.tolist() == ["x", "f", "s", "day", "t", "l"]
    first, second = table.iloc[0].tolist(), table.isna().iloc[1].tolist()
    assert first[:3] == [1.5, "lo", "ü"] and first[5] is True
    assert (str(first[3])[:10], str(first[4])) == ("2024-01-02", "2024-07-01 11:30:15")
    assert second == [True, True, False, True, True, True] and table["s"].iloc[1] == "a b"
    assert open_table(tmp_path / "t.rds").read.format == "r"


def test_an_r_file_with_several_objects(tmp_path):
    (tmp_path / "t.RData").write_bytes(TWO_FRAMES)
    opened = open_table(tmp_path / "t.RData")
    assert opened.read.sheet == "big" and opened.table["w"].fillna("").tolist() == ["a", "b", ""]
    assert opened.table["rownames"].tolist() == ["r1", "r2", "r3"]
    assert opened.notes[0] == "The object “big” was read, which is the largest; there is also “small”."
    assert read_raw(tmp_path / "t.RData", {"format": "r", "sheet": "small"})["a"].tolist() == [1, 2]
    with pytest.raises(ReadingError, match="holds no table “none”, only small, big"):
        read_raw(tmp_path / "t.RData", {"format": "r", "sheet": "none"})


def test_damaged_r_files(tmp_path):
    for at in (15, 100, 700, len(TWO_FRAMES) - 3):
        (tmp_path / "t.RData").write_bytes(TWO_FRAMES[:at])
        with pytest.raises(CannotRead, match="R file is damaged or cut short"):
            open_table(tmp_path / "t.RData")
    endless = b"X\n" + b"".join(n.to_bytes(4, "big") for n in (2, 262658, 131840, 13, 2**31 - 1))
    (tmp_path / "t.rds").write_bytes(endless)
    with pytest.raises(CannotRead, match="R file is damaged or cut short"):
        open_table(tmp_path / "t.rds")
    deep = b"X\n" + b"".join(n.to_bytes(4, "big") for n in (2, 262658, 131840, *[19, 1] * 50_000))
    (tmp_path / "t.rds").write_bytes(deep)
    with pytest.raises(CannotRead, match="R file is damaged or cut short"):
        open_table(tmp_path / "t.rds")
