"""Encodings, dialects and layouts found out from small files whose answer is plain to see."""

import pytest

from workbench.data import open_table, read_cells, read_table
from workbench.data.dialects import detect_dialect
from workbench.data.encodings import detect_encoding
from workbench.data.layouts import find_layout
from workbench.runtime.records import split_lines

ROWS = "".join(f"{n};Name {n};{n},5\n" for n in range(1, 30))


def written(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "text, encoding, expected",
    [
        ("name;Größe\nJürgen;café\n", "utf-8", "utf-8"),
        ("name;Größe\nJürgen;café\n", "utf-8-sig", "utf-8"),
        ("name;Größe\nJürgen;café\n", "utf-16", "utf-16"),
        ("name;size\nJurgen;cafe\n", "utf-16-le", "utf-16-le"),
        ("name;size\nJurgen;cafe\n", "utf-16-be", "utf-16-be"),
        ("name;Größe\nJürgen;café\n", "utf-32", "utf-32"),
        ("name;Größe\nJürgen;l’été à 5 €\n", "cp1252", "cp1252"),
        ("name;Größe\nJürgen;l’été à Zürich\n", "mac-roman", "mac-roman"),
        ("город;имя\nМосква;Иван Петров\nКазань;Анна\n", "cp1251", "cp1251"),
        ("都市;名前\n" + "東京;田中さん\n大阪;鈴木さん\n名古屋;佐藤さん\n" * 5, "shift_jis", "cp932"),
    ],
)
def test_encodings(tmp_path, text, encoding, expected):
    path = written(tmp_path, text.encode(encoding))
    assert detect_encoding(path) == expected
    header, rows = read_cells(path)
    assert [header, *rows][0] == text.split("\n")[0].split(";")
    assert rows[0] == text.split("\n")[1].split(";")


@pytest.mark.parametrize(
    "text, delimiter, quote, escape",
    [
        ("a,b\n1,2\n3,4\n", ",", '"', ""),
        ("a;b\n1,5;2,5\n3,25;4,5\n", ";", '"', ""),
        ("a\tb c\n1\tx y\n3\tz, w\n", "\t", '"', ""),
        ("a|b\n1|2\n", "|", '"', ""),
        ("1::Toy Story (1995)::Comedy|Children\n2::Heat, (1995)::Action\n3::X: (1995)::Drama\n", "::", '"', ""),
        ("a  1.5  2\nb  2.5  3\ncc 3.5  4\n", r"\s+", '"', ""),
        ("a,b\n'x, y',1\n'z, w',2\n'u, v',3\n", ",", "'", ""),
        ('a,b\n"48\\" wide",1\n"a \\"b\\" c",2\n', ",", '"', "\\"),
        ('a,b\n"48"" wide",1\n"smile :\\",2\n', ",", '"', ""),
        ("\n".join("word " * (1 + n * n % 11) + "end, of it" for n in range(40)), ",", '"', ""),
        ("sep=;\na;b\n1;2\n", ";", '"', ""),
    ],
)
def test_dialects(text, delimiter, quote, escape):
    dialect, skip = detect_dialect(*split_lines(text))
    assert (dialect.delimiter, dialect.quote, dialect.escape) == (delimiter, quote, escape)
    assert skip == text.startswith("sep=")


def rows(text):
    return [line.split(",") if line else [] for line in text.strip("\n").split("\n")]


@pytest.mark.parametrize(
    "text, skip, header_rows, after, footer, names",
    [
        ("a,b\n1,2\n3,4", 0, 1, 0, 0, ["a", "b"]),
        ("1,2\n3,4", 0, 0, 0, 0, ["column 1", "column 2"]),
        ("Report of May\n\na,b,c\n1,2,3\n4,5,6", 2, 1, 0, 0, ["a", "b", "c"]),
        ("x,y,x,y\n1,2,3,4\n5,6,7,8", 0, 1, 0, 0, ["x", "y", "x (2)", "y (2)"]),
        ("left,,right,\nX,Y,X,Y\n1,2,3,4\n5,6,7,8", 0, 2, 0, 0, ["left X", "left Y", "right X", "right Y"]),
        ("Industry,2000,2001,2002\nTimber,5,7,8\nPaper,3,1,9", 0, 1, 0, 0, ["Industry", "2000", "2001", "2002"]),
        ("depth,temp\n(m),(°C)\n1,2\n3,4", 0, 1, 1, 0, ["depth", "temp"]),
        ("a,b,c\n1,2,3\n4,5,6\n\nSource: us", 0, 1, 0, 1, ["a", "b", "c"]),
        ("a,b,c\n1,2,3\n4,5,6\nTotal,7,9", 0, 1, 0, 0, ["a", "b", "c"]),
        ("a,,c,,\n1,2,3,,\n4,5,6,,", 0, 1, 0, 0, ["a", "column 2", "c"]),
        ("carrier,name\n9E,Endeavor\nAA,American\nB6,JetBlue", 0, 1, 0, 0, ["carrier", "name"]),
        ("red,yes\nblue,no\nred,no\nblue,yes", 0, 0, 0, 0, ["column 1", "column 2"]),
        ("a,b\nx,1,5\ny,2,6\nz,3,7", 0, 1, 0, 0, ["column 1", "a", "b"]),
    ],
)
def test_layouts(text, skip, header_rows, after, footer, names):
    layout = find_layout(rows(text), rows(text))
    assert (layout.skip_rows, layout.header_rows, layout.skip_after_header) == (skip, header_rows, after)
    assert layout.footer_rows == footer
    assert list(layout.names) == names


def test_the_sentence_and_the_notes_say_what_was_assumed(tmp_path):
    path = written(tmp_path, "Stock list\n\nno;name;price\n" + ROWS + "30;Name x;\n\nSource: the shop\n")
    opened = open_table(path)
    assert opened.sentence == (
        "Read as semicolon-separated, UTF-8, decimal comma, 2 lines above skipped, line 3 as column names, "
        "1 line below left out: 30 rows, 3 columns. 1 blank cell in 1 column."
    )
    assert "The first 2 lines above the table were skipped." in opened.notes
    assert "One line of notes below the table was left out." in opened.notes
    assert opened.schema.column("price").decimal == ","
    assert opened.table["price"].sum() == sum(n + 0.5 for n in range(1, 30))


def test_cells_stand_as_in_the_file(tmp_path):
    header, cells = read_cells(written(tmp_path, 'a,,"b ""c"""\n 1 ,x,"2\n3"\n,,\n007,,\n'))
    assert header == ["a", "", 'b "c"']
    assert cells == [[" 1 ", "x", "2\n3"], ["007", "", ""]]
    assert read_cells(written(tmp_path, "a,b\n"))[1] == []


def test_table_without_hints(tmp_path):
    table = read_table(
        written(tmp_path, "id,when,share,ok\n" + "".join(f"{n},2024-01-{n:02},{n}.5%,yes\n" for n in range(1, 25)))
    )
    assert table.dtypes.astype(str).tolist() == ["int64", "datetime64[us]", "float64", "str"]
