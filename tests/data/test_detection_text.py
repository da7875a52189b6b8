"""Encodings, dialects and layouts found out from small files whose answer is plain to see."""

import pytest

from workbench.data import open_table, read_cells, read_table
from workbench.data.files.dialects import detect_dialect
from workbench.data.files.encodings import detect_encoding
from workbench.data.files.fixed_width import find_widths
from workbench.data.files.layouts import find_layout
from workbench.errors import CannotRead
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
        ("l’ami;d’été\n“deux” – trois;1 €\n", "cp1252", "cp1252"),
        ("imię;miasto\nŁukasz;Łódź\nMałgorzata;Kraków\n", "cp1250", "cp1250"),
        ("adı;şehir\nAyşe Yılmaz;İstanbul\nÇağrı;Muğla\n", "cp1254", "cp1254"),
        ("όνομα;πόλη\nΓιώργος;Αθήνα\nΆννα;Πάτρα\n", "cp1253", "cp1253"),
        ("город;имя\nМосква;Иван Петров\nКазань;Анна\n", "koi8-r", "koi8-r"),
        ("город;имя\nМосква;Иван Петров\nКазань;Анна\n", "cp866", "cp866"),
        ("город;имя\nМосква;Иван Петров\nКазань;Анна\n", "utf-16-le", "utf-16-le"),
        ("name;size\nJurgen;cafe\n", "utf-32-le", "utf-32-le"),
        ("城市;姓名\n北京;王 伟\n上海;李 静\n", "gb18030", "gb18030"),
        ("城市;姓名\n臺北;陳 志明\n高雄;林 淑芬\n", "big5", "big5"),
        ("도시;이름\n서울;김 민수\n부산;이 지영\n", "cp949", "cp949"),
        ("都市;名前\n東京;田中さん\n大阪;鈴木さん\n", "euc_jp", "euc_jp"),
        ("都市;名前\n" + "東京;田中さん\n大阪;鈴木さん\n名古屋;佐藤さん\n" * 5, "shift_jis", "cp932"),
    ],
)
def test_encodings(tmp_path, text, encoding, expected):
    path = written(tmp_path, text.encode(encoding))
    assert detect_encoding(path) == expected
    header, rows = read_cells(path)
    assert [header, *rows][0] == text.split("\n")[0].split(";")
    assert rows[0] == text.split("\n")[1].split(";")


def test_utf_8_with_a_few_other_bytes_keeps_its_text(tmp_path):
    path = written(tmp_path, "name;Größe\nJürgen;groß\nZoë;mäßig\n".encode() + "Käthe;5 €\n".encode("cp1252"))
    assert detect_encoding(path) == "utf-8-mixed"
    opened = open_table(path)
    assert opened.table["name"].tolist() == ["Jürgen", "Zoë", "Käthe"]
    assert any("Windows-1252" in note for note in opened.notes)


FIXED = """\
Staff of the north branch, all years

id name             city        pay
 1 Ann Lee          Leeds    1200.5
 2 Bo               New York   80.0
11 Christopher Hall             9.5
12 Di Fox           York     1000.0

Source: the office
"""


def test_columns_of_fixed_width(tmp_path):
    path = written(tmp_path, FIXED)
    opened = open_table(path)
    assert opened.read.format == "fixed_width"
    assert opened.table["name"].tolist() == ["Ann Lee", "Bo", "Christopher Hall", "Di Fox"]
    assert opened.table["pay"].tolist() == [1200.5, 80.0, 9.5, 1000.0]
    assert opened.table["city"].isna().tolist() == [False, False, True, False]
    assert read_cells(path)[0] == ["id", "name", "city", "pay"]


@pytest.mark.parametrize(
    "lines, widths",
    [
        (["| no | name |", "|  1 | Ann  |", "|  2 | Bo   |", "|  3 | Cy   |"], ()),
        (["name , no", "Ann  ,  1", "Bo   ,  2", "Cy   , 13"], ()),
        (["name    n", "Ann     1", "Bob Lee 2", "Cy Day  3", "Di      4"], (8, 1)),
        (["code year  sum", "ab122001 10.5", "cd342002  9.0", "ef562003  8.5", "gh782004  1.5"], (9, 5)),
        (["town   pop", "Leeds  800", "Bath    90", "Stoke-o250", "York   200"], (7, 3)),
        (["one line of words", "and another one", "then a third", "the fourth line here", "the last"], ()),
    ],
)
def test_widths(lines, widths):
    assert find_widths(lines) == widths


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
        ("Ann:7,5:3\nBo:81,25:4\nCy:9,0:5\n", ":", '"', ""),
        ("12:30,5\n12:45,6\n13:00,7\n", ",", '"', ""),
        ("a||b||c\n1||||2\n3||x||4\n", "||", '"', ""),
        ('"Ann Lee" Leeds 7,5\n"Bo Fox" York 8,25\n"Cy Day" Bath 9,0\n', r"\s+", '"', ""),
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
        (
            "who,,money,\nid,name,pay,tax\n1,Ann,3,4\n5,Bo,7,8",  # complete names need no group
            1,
            1,
            0,
            0,
            ["id", "name", "pay", "tax"],
        ),
        (
            "who,,money,\nid,name,id,tax\n1,Ann,3,4\n5,Bo,7,8",
            0,
            2,
            0,
            0,
            ["who id", "who name", "money id", "money tax"],
        ),
        (
            "Lots,,\nsome,,notes\nat,the,top of\nname,age,paid\nAnn,2,3\nBo,5,6\nCy,7,8\nDi,9,1",
            3,
            1,
            0,
            0,
            ["name", "age", "paid"],
        ),
        (
            ",2019,,2020,\ntown,a,b,a,b\nX,1,2,3,4\nY,5,6,7,8",
            0,
            2,
            0,
            0,
            ["town", "2019 a", "2019 b", "2020 a", "2020 b"],
        ),
        ("Author,Ann,,\nUnit,m,,\na,b,c,d\n1,2,3,4\n5,6,7,8", 2, 1, 0, 0, ["a", "b", "c", "d"]),
        ("Annex B,,\nx,1,5\ny,2,6\nz,3,7", 1, 0, 0, 0, ["column 1", "column 2", "column 3"]),
        ("a,b,c\nu,9,8\nv,7,6\nw,3,2\nx,1,2\ny,3,4\nz,5,6\n(c) The,Statistical,Office", 0, 1, 0, 1, ["a", "b", "c"]),
        ("name,pay\n----,---\nAnn,3\nBo,7", 0, 1, 1, 0, ["name", "pay"]),
        ("x,NULL,3\ny,1,NULL\nz,2,5", 0, 0, 0, 0, ["column 1", "column 2", "column 3"]),
        (",x\n1,5\n2,7.5\n3,8", 0, 1, 0, 0, ["column 1", "x"]),
        (",spoken,written\n1,abc,xyz\n2,defg,uvw\n3,hi,rst", 0, 1, 0, 0, ["column 1", "spoken", "written"]),
        (",10.5,11.5,12.5\na,1,5,3\nb,4,9,6\nc,7,8,2", 0, 1, 0, 0, ["column 1", "10.5", "11.5", "12.5"]),
        (
            "Museum,2011,2010\nGallery,23.8,closed\nPalace,closed,17.5\nVilla,closed,closed",
            0,
            1,
            0,
            0,
            ["Museum", "2011", "2010"],
        ),
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


def test_a_record_that_lacks_a_cell_keeps_its_quoted_cells_whole(tmp_path):
    rows = "".join(f'{n},"big, red {n}",x\n' for n in range(1, 9))
    _, cells = read_cells(written(tmp_path, f'no,what,mark\n{rows}"9 ""big, red"" 9",x\n"a, b",y\n'))
    assert cells[-2:] == [['9 "big, red" 9', "x", ""], ["a, b", "y", ""]]


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


@pytest.mark.parametrize(
    "amounts", ["−98,79 −1,07 1.202,12", "2.2K 119.1 1.4K", "5 kg|13 kg|7 kg", "n. v.|3,5|n. v.|2,1"]
)
def test_names_stand_over_amounts_however_they_are_written(amounts):
    cells = amounts.split("|") if "|" in amounts else amounts.split()
    layout = find_layout(*2 * [[["Stadt", "Betrag"], *(["Köln", cell] for cell in cells * 3)]])
    assert (layout.skip_rows, layout.names) == (0, ("Stadt", "Betrag"))


def test_a_total_in_a_column_of_units_is_no_note():
    rows = [["a", "x", "y", "1.2K"], ["b", "x", "y", "3K"], ["c", "x", "y", "2.2K"], ["Total", "", "", "6.4K"]]
    assert find_layout(*2 * [[["name", "k", "l", "n"], *rows]]).footer_rows == 0


@pytest.mark.parametrize("encoding", ["cp037", "cp273", "cp500"])
@pytest.mark.parametrize("end", ["\n", "\x85"])
def test_text_of_mainframes(tmp_path, encoding, end):
    path = tmp_path / "host.txt"
    rows = ["name,city,amount", *["Jürgen Müller,Köln,12.50", "Ute Groß,Lübeck,8.10"] * 4]
    path.write_bytes(end.join(rows).encode(encoding))
    header, cells = read_cells(path)
    assert (header, cells[0]) == (["name", "city", "amount"], ["Jürgen Müller", "Köln", "12.50"])


def test_text_of_mainframes_without_line_ends_is_refused(tmp_path):
    path = tmp_path / "host.dat"
    path.write_bytes(
        "".join(f"{name:10}{number:05}" for number, name in enumerate(["ANNA", "BEN"] * 20)).encode("cp037")
    )
    with pytest.raises(CannotRead, match="mainframe"):
        open_table(path)


@pytest.mark.parametrize("encoding", ["cp1255", "cp862"])
def test_hebrew_is_told_from_russian(tmp_path, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes(("שם,עיר\n" + "דוד כהן,ירושלים\nשרה לוי,תל אביב\nמשה פרץ,חיפה\n" * 5).encode(encoding))
    assert read_cells(path)[1][0] == ["דוד כהן", "ירושלים"]


def test_lines_drawn_between_the_rows_of_a_report_are_no_rows(tmp_path):
    path = tmp_path / "report.txt"
    rows = [f"{name:<12}{number:>8.2f}" for number, name in enumerate(["Bonn", "Köln am Rhein"[:11], "Hof", "Ulm"] * 3)]
    lines = [f"{'Town':<12}{'Amount':>8}", "----------- --------", *rows[:6], "----------- --------", *rows[6:]]
    path.write_text("\n".join(lines), encoding="utf-8")
    header, cells = read_cells(path)
    assert header == ["Town", "Amount"]
    assert [row[1] for row in cells] == [f"{number:.2f}" for number in range(12)]
