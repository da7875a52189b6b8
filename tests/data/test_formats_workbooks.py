"""Workbooks as people keep them: where the table is, hidden sheets, several tables, xlsb, hostile ones."""

import datetime
import io
import struct
import zipfile

import openpyxl
import pytest

from workbench.data import open_table
from workbench.errors import CannotRead
from workbench.runtime import workbooks


def book(tmp_path, fill, name="book.xlsx"):
    made = openpyxl.Workbook()
    fill(made)
    made.save(tmp_path / name)
    return tmp_path / name


def put(sheet, rows, top=1, left=1):
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            sheet.cell(top + down, left + across).value = value


def table(n_rows, *, offset=0):
    return [["name", "size", "share"], *[[f"item {offset + n}", n, n / 8] for n in range(n_rows)]]


def test_cells_keep_their_values(tmp_path):
    def fill(made):
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        made.active.append(["day", "yes", "wrong", "hours", "n"])
        made.active.append([datetime.datetime(2024, 1, 2), True, "#N/A", datetime.timedelta(hours=30), 1])
        made.active.append([datetime.datetime(1950, 3, 4), False, "#DIV/0!", datetime.timedelta(minutes=5), 2])

    opened = open_table(book(tmp_path, fill))
    assert opened.table["day"].astype(str).tolist() == ["2024-01-02", "1950-03-04"]
    assert opened.table["yes"].tolist() == ["True", "False"]
    assert opened.table["wrong"].isna().all() and opened.table["n"].tolist() == [1, 2]


def test_the_larger_of_two_tables_beside_each_other(tmp_path):
    def fill(made):
        put(made.active, table(15), top=3, left=2)
        put(made.active, [["key", "value"], ["a", 1], ["b", 2], ["c", 3]], top=3, left=7)
        put(made.active, [["Sales of May"]], top=1, left=2)

    opened = open_table(book(tmp_path, fill))
    assert opened.table.columns.tolist() == ["name", "size", "share"] and len(opened.table) == 15
    assert opened.table["size"].sum() == 105
    assert (opened.read.first_column, opened.read.skip_rows) == (1, 2)
    assert "holds another table beside or below the largest one" in opened.notes[0]


def test_the_larger_of_two_tables_below_each_other(tmp_path):
    def fill(made):
        put(made.active, [["key", "value"], ["a", 1], ["b", 2], ["c", 3]])
        put(made.active, table(15), top=7)

    opened = open_table(book(tmp_path, fill))
    assert opened.table.columns.tolist() == ["name", "size", "share"] and opened.table["size"].tolist() == list(
        range(15)
    )

    def turned(made):
        put(made.active, table(15))
        put(made.active, [["key", "value"], ["a", 1], ["b", 2], ["c", 3]], top=24)

    opened = open_table(book(tmp_path, turned))
    assert opened.table.columns.tolist() == ["name", "size", "share"] and opened.table["size"].tolist() == list(
        range(15)
    )


def test_a_blank_column_does_not_cut_one_table(tmp_path):
    def fill(made):
        put(made.active, table(15))
        put(made.active, [["left", "right"], *[[n, -n] for n in range(15)]], left=5)
        put(made.active, [["remark"], ["", ""], ["look here"]], left=8)

    opened = open_table(book(tmp_path, fill))
    assert opened.table.columns.tolist() == [
        "name", "size", "share", "column 4", "left", "right", "column 7", "remark",
    ]  # fmt: skip
    assert opened.table["right"].sum() == -105


def test_blank_rows_do_not_cut_one_table(tmp_path):
    def fill(made):
        put(made.active, table(9))
        put(made.active, table(9, offset=9)[1:], top=12)

    assert len(open_table(book(tmp_path, fill)).table) == 18


def test_visible_sheets_come_first(tmp_path):
    def fill(made):
        put(made.active, table(5))
        put(made.create_sheet("lists"), table(50))
        made["lists"].sheet_state = "hidden"

    opened = open_table(book(tmp_path, fill))
    assert opened.read.sheet == "Sheet" and "there is also “lists”" in opened.notes[0]


def record(kind, data=b""):
    """Return a record of a binary workbook (MS-XLSB 2.1.4): kind and size in 7 bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return head + (bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])) + data


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_cell(at, value):
    place = struct.pack("<II", at, 0)
    if isinstance(value, bool):
        return record(4, place + bytes([value]))
    if isinstance(value, str):
        return record(6, place + wide(value))
    return record(3, place + b"\x2a") if value is None else record(5, place + struct.pack("<d", value))


def binary_book(rows):
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)) + record(145)
    for at, row in enumerate(rows):
        cells = b"".join(binary_cell(place, value) for place, value in enumerate(row))
        sheet += record(0, struct.pack("<IIHBBI", at, 0, 300, 0, 0, 0)) + cells
    opening = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Sheet1"))
    ns, out = "http://schemas.openxmlformats.org", io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{ns}/package/2006/content-types"/>')
        archive.writestr("xl/workbook.bin", opening + record(144) + record(132))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument/'
            '2006/relationships/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet + record(146) + record(130))
    return out.getvalue()


def test_binary_workbooks(tmp_path):
    (tmp_path / "t.xlsb").write_bytes(binary_book([["name", "size", "ok"], ["a", 1.5, True], ["b", None, False]]))
    opened = open_table(tmp_path / "t.xlsb")
    assert opened.table["name"].tolist() == ["a", "b"] and opened.table["ok"].tolist() == ["True", "False"]
    assert opened.table["size"].iloc[0] == 1.5 and opened.table["size"].isna().iloc[1]


OPEN_DOCUMENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="one">{}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def open_document(tmp_path, rows):
    with zipfile.ZipFile(tmp_path / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", OPEN_DOCUMENT.format(rows))
    return tmp_path / "t.ods"


def ods_row(*cells):
    return "<table:table-row>" + "".join(cells) + "</table:table-row>"


def ods_cell(kind, value, shown):
    name = {"float": "value", "string": "string-value"}.get(kind, f"{kind}-value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def test_open_documents(tmp_path):
    head = ods_row(*[ods_cell("string", word, word) for word in ("day", "n", "lasts", "ok")])
    rows = [
        ods_row(
            ods_cell("date", f"2024-01-0{n}", f"{n}.1.24"),
            ods_cell("float", n / 2, n),
            ods_cell("time", "PT30H00M01S", "30:00:01"),
            ods_cell("boolean", "true", "WAHR"),
        )
        for n in range(1, 5)
    ]
    blank = ods_row('<table:table-cell table:number-columns-repeated="9"/>').replace(
        "<table:table-row", '<table:table-row table:number-rows-repeated="1048570"'
    )
    opened = open_table(open_document(tmp_path, head + "".join(rows) + blank))
    assert opened.table["n"].tolist() == [0.5, 1, 1.5, 2] and str(opened.table["day"].iloc[3])[:10] == "2024-01-04"
    assert opened.table["lasts"].iloc[0] == "1 day, 6:00:01" and opened.table["ok"].tolist() == ["True"] * 4


def test_a_workbook_beyond_the_memory_is_refused(tmp_path):
    def far(made):
        made.active["A1"], made.active["XFD1048576"] = 1, 2

    with pytest.raises(CannotRead, match="spans more than 12,000,000 cells"):
        open_table(book(tmp_path, far))
    cell = ods_cell("float", 1, 1).replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"'
    )
    row = ods_row(cell).replace("<table:table-row", '<table:table-row table:number-rows-repeated="1000000"')
    with pytest.raises(CannotRead, match="spans more than 12,000,000 cells"):
        open_table(open_document(tmp_path, row))


def test_formats_far_off_the_table_are_no_cells(tmp_path):
    def fill(made):
        put(made.active, table(5))
        made.active["ZZ1000000"].font = openpyxl.styles.Font(bold=True)

    assert open_table(book(tmp_path, fill)).table.shape == (5, 3)


def test_a_panic_of_the_reader_is_a_sentence(tmp_path, monkeypatch):
    class PanicException(BaseException):
        pass

    class Broken:
        @staticmethod
        def from_path(path):
            raise PanicException("index out of bounds")

    monkeypatch.setattr("python_calamine.CalamineWorkbook", Broken)
    with pytest.raises(workbooks.ReadingError, match="damaged or cut short"):
        workbooks.open_workbook(book(tmp_path, lambda made: None))


def test_locked_and_other_office_files(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for inside, sentence in (
        ("EncryptedPackage", "locked with a password"),
        ("WordDocument", "a Word document"),
        ("Nothing", "workbook is damaged"),
    ):
        (tmp_path / "t.xls").write_bytes(ole + inside.encode("utf-16-le") + bytes(600))
        with pytest.raises(CannotRead, match=sentence):
            open_table(tmp_path / "t.xls")
    for name, sentence in (("word/document.xml", "a Word document"), ("ppt/presentation.xml", "a presentation")):
        with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(name, "<x/>")
        with pytest.raises(CannotRead, match=sentence):
            open_table(tmp_path / "t.xlsx")


def test_names_in_two_rows_with_years_over_groups_of_columns(tmp_path):
    def fill(made):
        rows = [["Revenue by machine 2024"], ["Machine", "Country", 2023, None, 2024, None]]
        rows.append([None, None, "Pieces", "Revenue", "Pieces", "Revenue"])
        rows += [[f"M{n:03}", ["DE", "FR"][n % 2], n % 7, n * 1.5, n % 9, n * 2.25] for n in range(30)]
        put(made.active, rows, top=5, left=3)
        made.active.merge_cells("C5:H5")

    opened = open_table(book(tmp_path, fill))
    assert list(opened.table.columns) == [
        "Machine", "Country", "2023 Pieces", "2023 Revenue", "2024 Pieces", "2024 Revenue",
    ]  # fmt: skip
    assert len(opened.table) == 30
    assert (opened.read.skip_rows, opened.read.header_rows) == (5, 2)
    assert opened.table["2024 Revenue"].iloc[2] == 4.5
