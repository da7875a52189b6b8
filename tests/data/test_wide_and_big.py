"""Tables of thousands of columns, and big text that no plain parser reads."""

import numpy as np
import pandas as pd
import pytest

from workbench.data import open_table, open_to_parquet, opening, read_sample_text
from workbench.data.big import irregular_pieces
from workbench.errors import CannotRead


def test_a_table_of_thousands_of_columns_has_each_meaning_found(tmp_path):
    kinds = [
        ("1.5", "2.25", "3.75"),
        ("7", "7", "9"),
        ("red", "blue", "red"),
        ("2024-01-31", "2024-02-29", "2024-03-01"),
    ]
    n = 6_000
    lines = [",".join(f"c{i}" for i in range(n))]
    lines += [",".join(kinds[i % 4][row] for i in range(n)) for row in range(3)]
    (tmp_path / "wide.csv").write_text("\n".join(lines) + "\n")
    opened = open_table(tmp_path / "wide.csv")
    assert opened.table.shape == (3, n)
    assert [column.meaning for column in opened.schema.columns[:4]] == ["number", "integer", "category", "date"]
    assert [column.meaning for column in opened.schema.columns[-4:]] == ["number", "integer", "category", "date"]
    assert opened.table["c5999"].tolist()[1].isoformat() == "2024-02-29T00:00:00"
    assert opened.table["c5996"].tolist() == [1.5, 2.25, 3.75]


def test_more_columns_than_can_be_worked_with_are_refused_in_a_sentence(tmp_path):
    (tmp_path / "wide.csv").write_text(",".join(f"c{i}" for i in range(20_001)) + "\n" + "1," * 20_000 + "1\n")
    with pytest.raises(CannotRead, match="20,001 columns; at most 20,000"):
        open_table(tmp_path / "wide.csv")


def test_a_day_that_no_calendar_has_is_left_blank_among_plain_days(tmp_path):
    days = [f"2024-01-{day:02}" for day in range(1, 32)]
    (tmp_path / "t.csv").write_text("day,n\n" + "".join(f"{day},1\n" for day in [*days, "2023-02-29"]))
    opened = open_table(tmp_path / "t.csv")
    values = opened.table["day"].to_numpy()
    assert values[0] == np.datetime64("2024-01-01") and np.isnat(values[31])
    assert opened.misfits == {"day": 1}


@pytest.mark.parametrize("n_lines", [6_000, 2_500_000])
def test_a_cell_of_very_many_lines_is_kept_whole(tmp_path, n_lines):
    (tmp_path / "t.csv").write_text('a,b\n1,2\n3,"' + "xyz\n" * n_lines + '"\n' + "5,6\n" * 9)
    opened = open_table(tmp_path / "t.csv")
    assert opened.table.shape == (11, 2)
    assert len(opened.table["b"][1]) == 4 * n_lines - 1  # the line end at the edge is taken off


def test_a_stray_quote_takes_no_rows_with_it_however_far_the_next_one_is(tmp_path):
    rows = "5,6,7\n" * 8_000
    (tmp_path / "t.csv").write_text(f'a,b,c\n1,"2,3\n{rows}8,9",10\n{rows}')
    assert len(open_table(tmp_path / "t.csv").table) == 16_002


def rows_of(texts, delimiter=","):
    return "".join(f"{n}{delimiter}{text}{delimiter}{n / 8}\n" for n, text in enumerate(texts))


BREAKS = ['"two\nlines, ""said"""' if n % 3 else "plain" for n in range(900)]
IRREGULAR = {
    "line ends in cells": ("n,text,share\n" + rows_of(BREAKS), "utf-8"),
    "CR LF in cells": (("n,text,share\n" + rows_of(BREAKS)).replace("\n", "\r\n"), "utf-8"),
    "a mark before it": ("\ufeffn,text,share\n" + rows_of(BREAKS), "utf-8"),
    "odd quotes": ("n,text,share\n" + rows_of([*BREAKS, '5" pipe', '"a" b', '"x', *BREAKS]), "utf-8"),
    "UTF-16": ("n,text,share\n" + rows_of(["größer\u2009als", *BREAKS]), "utf-16"),
    "UTF-32": ("n,text,share\n" + rows_of(["größer", *BREAKS]), "utf-32"),
    "Japanese": ("n,text,share\n" + rows_of(["東京都の天気", "大阪", "これはテストです"] * 300), "shift_jis"),
    "Chinese": ("n,text,share\n" + rows_of(["北京今天天气", "上海", "我们的数据"] * 300), "gb18030"),
    "Windows-1252": ("n,text,share\n" + rows_of(["über", *BREAKS]), "cp1252"),
    "CR": (("n,text,share\n" + rows_of(["a", "b"] * 500)).replace("\n", "\r"), "utf-8"),
    "NULs": ("n,text,share\n" + rows_of(["a\0", "b"] * 500), "utf-8"),
    "two bars": ("n||text||share\n" + rows_of(["a", "b|c", '"d\n||e"'] * 300, "||"), "utf-8"),
    "notes": ("Report of 2024\n\nn,text,share\n" + rows_of(BREAKS) + "\nSource: us\n", "utf-8"),
    "short records": ("n,text,share\n" + rows_of(BREAKS) + "7,\n8,only\n" + rows_of(BREAKS), "utf-8"),
    "fixed width": (
        "name      size  day\n" + "".join(f"n{n:<9}{n:>4}  2024-01-{n % 28 + 1:02}\n" for n in range(900)),
        "",
    ),
}


@pytest.mark.parametrize("case", IRREGULAR)
@pytest.mark.parametrize("piece_bytes", [1_500, 40_000])
def test_big_irregular_text_is_read_in_pieces_as_it_is_read_as_a_whole(tmp_path, monkeypatch, case, piece_bytes):
    text, encoding = IRREGULAR[case]
    path, out = tmp_path / "t.txt", tmp_path / "t.parquet"
    path.write_bytes(text.encode(encoding or "utf-8"))
    whole = open_table(path)
    assert len(whole.table) >= 900
    monkeypatch.setattr(opening, "QUICK_BYTES", 0)
    monkeypatch.setattr(opening, "MAX_IRREGULAR_BYTES", 0)
    monkeypatch.setattr(irregular_pieces, "PIECE_BYTES", piece_bytes)
    pieces = open_table(path)
    file = open_to_parquet(path, out)
    for found in (pieces, file):
        assert (found.read, found.schema, found.sentence) == (whole.read, whole.schema, whole.sentence)
        assert found.notes == whole.notes
        assert found.questions == whole.questions
    pd.testing.assert_frame_equal(pieces.table, whole.table)
    pd.testing.assert_frame_equal(pd.read_parquet(out), whole.table)
    some = read_sample_text(path, whole.read, [0, 5, 899])
    assert some.iloc[:, 0].tolist() == [
        whole.table.iloc[at, 0] if case == "fixed width" else str(at) for at in (0, 5, 899)
    ]


def test_bytes_of_no_encoding_in_big_irregular_text_are_told_with_their_line(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("n,text,share\n" + rows_of(BREAKS))
    read = open_table(path).read
    monkeypatch.setattr(opening, "QUICK_BYTES", 0)
    monkeypatch.setattr(opening, "MAX_IRREGULAR_BYTES", 0)
    path.write_bytes(path.read_bytes() + b"\xff\xfe,1,2\n")
    with pytest.raises(CannotRead, match="line 1,502 holds bytes"):
        open_table(path, read=read)


def test_columns_of_a_wide_table_are_progress(tmp_path):
    """A reading that says nothing for long is given up by the store."""
    path, said = tmp_path / "wide.csv", []
    names = [f"c{at}" for at in range(200)]
    path.write_text("\n".join([",".join(names), *[",".join("7" for _ in names)] * 3]))
    open_to_parquet(path, tmp_path / "out", on_progress=lambda done, total, words: said.append((done, words)))
    looked = [done for done, words in said if words == "Looking at the columns"]
    assert len(set(looked)) > 50
    assert looked == sorted(looked)
