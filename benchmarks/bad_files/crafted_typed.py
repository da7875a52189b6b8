"""Hostile workbooks, databases, column stores and statisticians' files."""

import io
import pickle
import struct
import zipfile
from functools import partial

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from benchmarks.bad_files.cases import REFUSED, Case, of_bytes
from benchmarks.bad_files.seeds import duckdb, frame, ods, seeds, sqlite, xls, xlsb, zipped

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
GARBAGE = bytes(range(256)) * 400
MAGIC = {
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "parquet": b"PAR1",
    "arrow": b"ARROW1\0\0",
    "feather": b"FEA1",
    "sqlite": b"SQLite format 3\0",
    "duckdb": bytes(8) + b"DUCK" + struct.pack("<Q", 64),
    "dta": b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>",
    "old dta": b"\x73\x02\x01\x00",
    "sav": b"$FL2@(#) SPSS DATA FILE",
    "zsav": b"$FL3@(#) SPSS DATA FILE",
    "sas7bdat": bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"),
    "xpt": b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  ",
    "rds": b"X\n\0\0\0\2\0\4\3\1\0\2\3\0",
    "old rds": b"A\n2\n262657\n131840\n",
    "rda": b"RDX3\nX\n\0\0\0\3",
    "gz": b"\x1f\x8b\x08\0",
    "xz": b"\xfd7zXZ\0",
    "zst": b"\x28\xb5\x2f\xfd",
    "bz2": b"BZh9",
    "zip": b"PK\x03\x04",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\7\0",
    "pdf": b"%PDF-1.4\n",
    "hdf5": b"\x89HDF\r\n\x1a\n",
    "pickle": b"\x80\x04\x95",
    "orc": b"ORC",
    "avro": b"Obj\1",
}


def cases() -> list[Case]:
    """Return every hostile file with typed cells."""
    return [*magic(), *_workbooks(), *_databases(), *_columnar(), *_statistics()]


def magic():
    """Yield files that begin as those of a format do, and go on with something else."""
    for name, head in MAGIC.items():
        yield of_bytes("magic", f"{name}: nothing behind", head)
        yield of_bytes("magic", f"{name}: garbage behind", head + GARBAGE, REFUSED)
        yield of_bytes("magic", f"{name}: zeros behind", head + bytes(100_000))
        yield of_bytes("magic", f"{name}: the largest numbers behind", head + b"\xff" * 100_000)


def workbook(sheet: str, strings: str = "", types: bytes = b"<Types/>") -> bytes:
    """Return an xlsx around the XML of a sheet and its shared strings."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheets = '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{relation}">{sheets}</workbook>'

    def related(*targets):
        each = (f'<Relationship Id="r{n}" Type="{relation}/{kind}" Target="{target}"/>' for n, kind, target in targets)
        return f'<Relationships xmlns="{package}">{"".join(each)}</Relationships>'.encode()

    parts = ((1, "worksheet", "worksheets/sheet1.xml"), (2, "sharedStrings", "sharedStrings.xml"))
    members = {
        "[Content_Types].xml": types,
        "_rels/.rels": related((0, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": related(*parts),
        "xl/worksheets/sheet1.xml": sheet.encode(errors="surrogatepass"),
    }
    return zipped({**members, "xl/sharedStrings.xml": strings.encode()} if strings else members)


def _sheet(inside, head=""):
    return f'<?xml version="1.0"?>{head}<worksheet xmlns="{SPREADSHEET}"><sheetData>{inside}</sheetData></worksheet>'


def _cell(where, value, kind="n"):
    return f'<c r="{where}" t="{kind}"><v>{value}</v></c>'


def _rows(*cells, kind="str"):
    return "".join(f"<row>{_cell(where, value, kind)}</row>" for where, value in cells)


def _workbooks():
    make = partial(of_bytes, "workbook")
    two = _rows(("A1", "a"), ("A2", "1"), ("A3", "2"))
    yield make("a cell in the farthest corner", workbook(_sheet(_rows(("A1", "a"), ("XFD1048576", "1")))))
    yield make("a cell in the farthest row", workbook(_sheet(_rows(("A1", "a"), ("A1048576", "1")))))
    yield make("a cell in the farthest column", workbook(_sheet(_rows(("A1", "a"), ("XFD2", "1")))))
    yield make("cells beyond any sheet", workbook(_sheet(_rows(("A1", "a"), ("ZZZZZZ99999999999", "1")))))
    yield make(
        "cells named badly", workbook(_sheet(_rows(("1A", "a"), ("", "1"), ("A0", "1"), ("$A$1", "2"), ("A-1", "3"))))
    )
    yield make(
        "the largest dimension",
        workbook(_sheet(two).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
    )
    yield make(
        "a dimension turned round",
        workbook(_sheet(two).replace("<sheetData>", '<dimension ref="XFD1048576:A1"/><sheetData>')),
    )
    yield make(
        "a dimension of nonsense",
        workbook(_sheet(two).replace("<sheetData>", '<dimension ref="A1:ZZZZZZZZ9999999999999"/><sheetData>')),
    )
    yield make(
        "strings that are not there",
        workbook(_sheet(_rows(("A1", "0"), ("A2", "99999999999"), ("A3", "-1"), kind="s"))),
    )
    yield make(
        "says it has 4 billion strings",
        workbook(
            _sheet(_rows(("A1", "0"), ("A2", "0"), kind="s")),
            f'<sst xmlns="{SPREADSHEET}" count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>',
        ),
    )
    yield make(
        "one string of 10 MB in 3,000 cells",
        workbook(
            _sheet(_rows(*[(f"A{n}", "0") for n in range(1, 3001)], kind="s")),
            f'<sst xmlns="{SPREADSHEET}"><si><t>{"x" * 10_000_000}</t></si></sst>',
        ),
    )
    yield make(
        "external entity",
        workbook(_sheet(_rows(("A1", "a"), ("A2", "&x;")), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield make(
        "billion laughs",
        workbook(_sheet(_rows(("A1", "a"), ("A2", "&l9;")), f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>')),
    )
    yield make("elements nested 200,000 deep", workbook("<a>" * 200_000))
    yield make("attribute of 5 MB", workbook(_sheet(f'<row x="{"y" * 5_000_000}"/>' + two)))
    yield make(
        "serial dates beyond time", workbook(_sheet(_rows(("A1", "a"), ("A2", "99999999999"), ("A3", "-5"), kind="d")))
    )
    yield make(
        "numbers that are none",
        workbook(_sheet(_rows(("A1", "a"), ("A2", "1e999"), ("A3", "NaN"), ("A4", "x"), kind="n"))),
    )
    yield make(
        "errors in cells", workbook(_sheet(_rows(("A1", "a"), *[(f"A{n}", "#DIV/0!") for n in range(2, 9)], kind="e")))
    )
    yield make("half surrogates", workbook(_sheet(_rows(("A1", "a\ud800"), ("A2", "b")))))
    yield make("escaped characters", workbook(_sheet(_rows(("A1", "a_x0000_"), ("A2", "_xD800_"), ("A3", "_x000D_")))))
    yield make("a sheet that is not there", seeds()["xlsx"].replace(b"sheet1.xml", b"sheet9.xml"))
    yield make("no sheets", workbook("").replace(b"<sheet ", b"<SHEET "))
    yield make("empty sheet", workbook(_sheet("")), REFUSED)
    yield make("header only", workbook(_sheet(_rows(("A1", "a")))), REFUSED)
    yield make("1,000 sheets", _sheets(1000))
    yield make("sheet names of HTML and 10 kB", _sheets(3, "<b>" + "x" * 10_000))
    yield make("locked with a password", _locked_workbook(), REFUSED)
    yield make("xls that says 65,536 × 256", xls(2**31))
    yield make("xlsb that says 2 billion rows", xlsb(2**31 - 1))
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    tags = ("office:document-content", "office:body", "office:spreadsheet", "table:table")
    around = f'<{tags[0]} {spaces}><{tags[1]}><{tags[2]}><{tags[3]} table:name="s">%s'
    around += "".join(f"</{tag}>" for tag in reversed(tags))
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="%d"/>'
    row = f'<table:table-row table:number-rows-repeated="%d">{cell}</table:table-row>'
    yield make("ods: a million rows repeated", ods((around % (row % (1_048_576, 1))).encode()))
    yield make("ods: rows and columns repeated", ods((around % (row % (1_048_576, 16_384))).encode()))
    yield make("ods: 4 billion columns", ods((around % (row % (1, 2**32 - 1))).encode()))
    yield make("ods: 2^63 rows", ods((around % (row % (2**63, 1))).encode()))
    yield make(
        "ods: blank rows repeated between",
        ods(
            (
                around
                % (
                    (row % (1, 2))
                    + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
                    + row % (1, 2)
                )
            ).encode()
        ),
    )


def _sheets(count, name="sheet"):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for n in range(count):
        sheet = book.create_sheet(f"sheet{n}")
        sheet.append(["a", "b"])
        sheet.append([1, n])
    buffer = io.BytesIO()
    book.save(buffer)
    if name == "sheet":
        return buffer.getvalue()
    with zipfile.ZipFile(buffer) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    label = name.replace("<", "&lt;").encode()
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(b'name="sheet', b'name="' + label)
    return zipped(members)


def _locked_workbook():
    """Return a compound file with the streams of an encrypted workbook."""
    from benchmarks.bad_files.seeds import _compound

    return _compound("EncryptedPackage", b"\4\0\4\0" + GARBAGE[:5000])


def _databases():
    make = partial(of_bytes, "database")
    forever = "with recursive t(n) as (select 1 union all select n + 1 from t) select n from t"
    counted = "with recursive t(n) as (select 1 union all select n + 1 from t limit {})"
    big = counted.format(50_000_000) + " select n, zeroblob(100) z from t"
    yield make("sqlite: view without an end", sqlite((f"create view a as {forever}",)))
    yield make("sqlite: only a view without an end", sqlite(("drop table sizes", f"create view a as {forever}")))
    yield make(
        "sqlite: view that counts without an end",
        sqlite(("drop table sizes", f"create view a as select count(*) c from ({forever})")),
    )
    yield make("sqlite: view of 50,000,000 rows", sqlite(("drop table sizes", f"create view a as {big}")))
    yield make("sqlite: view of an error", sqlite(("create view a as select * from gone",)))
    yield make(
        "sqlite: view of itself", sqlite(("create view a as select * from sizes", "create view b as select * from a"))
    )
    yield make(
        "sqlite: one cell of 900 MB", sqlite(("drop table sizes", "create view a as select zeroblob(900000000) z"))
    )
    yield make(
        "sqlite: a thousand cells of 9 MB",
        sqlite(
            (
                "drop table sizes",
                f"create view a as {counted.format(1000)} select hex(randomblob(4500000)) z from t",
            )
        ),
    )
    yield make("sqlite: no table", sqlite(("drop table sizes",)), REFUSED)
    yield make("sqlite: empty table", sqlite(("delete from sizes",)), REFUSED)
    yield make(
        "sqlite: names of SQL and HTML",
        sqlite(
            ('create table "a""; drop table sizes; --<b>" (x)', 'insert into "a""; drop table sizes; --<b>" values (1)')
        ),
    )
    yield make("sqlite: 500 tables", sqlite(tuple(f"create table t{n} (a)" for n in range(500))))
    yield make(
        "sqlite: 2,000 columns",
        sqlite(
            (
                "drop table sizes",
                f"create table t ({','.join(f'c{n}' for n in range(2000))})",
                "insert into t (c0) values (1)",
            )
        ),
    )
    yield make(
        "sqlite: cells of every type",
        sqlite(
            (
                "drop table sizes",
                "create table t (a)",
                "insert into t values (1), (2.5), ('x'), (null), (x'ff00'), (9e999), (-9e999), (cast(x'ff' as text))",
            )
        ),
    )
    yield make(
        "sqlite: texts that are no UTF-8",
        sqlite(
            (
                "drop table sizes",
                "create table t (a text, b)",
                "insert into t values (cast(x'fffe80' as text), 1), ('x', 2)",
            )
        ),
    )
    yield make(
        "sqlite: a column twice", sqlite(("drop table sizes", 'create view t as select 1 as a, 2 as "a:1", 3 as "A"'))
    )
    yield make("sqlite: schema that lies", _lying_sqlite())
    yield make(
        "sqlite: virtual table",
        sqlite(("drop table sizes", "create virtual table t using fts5(a)", "insert into t values ('x'), ('y')")),
    )
    yield make(
        "sqlite: generated and hidden columns",
        sqlite(
            (
                "drop table sizes",
                "create table t (a, b generated always as (a * 2))",
                "insert into t (a) values (1), (2)",
            )
        ),
    )
    for name, statements in {
        "duckdb: view of a file of the system": (
            "create table t as select 1 a",
            "create view v as select * from read_text('/etc/passwd')",
        ),
        "duckdb: only a view of a file of the system": (
            "drop table sizes",
            "create view v as select * from read_text('/etc/passwd')",
        ),
        "duckdb: only a view from the network": ("drop table sizes", "create macro m() as 1"),
        "duckdb: view of 10 billion rows": (
            "drop table sizes",
            "create view v as select range a from range(10000000000)",
        ),
        "duckdb: view that writes": (
            "drop table sizes",
            "create sequence s",
            "create view v as select nextval('s') a from range(5)",
        ),
        "duckdb: cells of every type": (
            "drop table sizes",
            "create table t as select 1 a, [1, 2] b, {'x': 1} c, interval 1 day d, "
            "'\\xff'::blob e, date '2020-01-01' f, "
            "170141183460469231731687303715884105727::hugeint g, uuid() h, time '10:00' i, map {'k': 1} j, "
            "1.5::decimal(38, 10) k",
        ),
        "duckdb: no table": ("drop table sizes",),
        "duckdb: dates beyond time": (
            "drop table sizes",
            "create table t as select date '290000-01-01' a, timestamp 'infinity' b, date '-infinity' c",
        ),
    }.items():
        yield Case("database", name, partial(_written_duckdb, statements))


def _written_duckdb(statements, path):
    path.write_bytes(duckdb(statements))


def _lying_sqlite():
    """Return a database whose schema names columns that its rows do not have."""
    content = sqlite(("create table t (aaa, bbb)", "insert into t values (1, 2)"))
    return content.replace(b"CREATE TABLE", b"CREATE TABEL").replace(
        b"create table t (aaa, bbb)", b"create table t (aaa,bbb,c"
    )


def _columnar():
    make = partial(of_bytes, "columnar")

    def parquet(table, name, expect=None, **options):
        buffer = io.BytesIO()
        pyarrow.parquet.write_table(table, buffer, **options)
        return make(f"parquet: {name}", buffer.getvalue(), expect)

    def feather(table, name, expect=None):
        buffer = io.BytesIO()
        with pa.ipc.new_file(buffer, table.schema) as writer:
            writer.write_table(table)
        return make(f"feather: {name}", buffer.getvalue(), expect)

    plain = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    for save in (parquet, feather):
        yield save(plain.slice(0, 0), "no rows", REFUSED)
        yield save(pa.table({}), "no columns", REFUSED)
        yield save(plain.replace_schema_metadata({"pandas": "{not json"}), "metadata of pandas that are no JSON", None)
        yield save(
            plain.replace_schema_metadata(
                {"pandas": '{"index_columns": ["gone"], "columns": [], "column_indexes": []}'}
            ),
            "metadata of pandas that lie",
            None,
        )
        yield save(
            plain.replace_schema_metadata(
                {
                    "pandas": '{"index_columns": ["a"], "column_indexes": [], "columns": [{"name": "a", '
                    '"field_name": "a", '
                    '"pandas_type": "datetimetz", "numpy_type": "evil[1]", "metadata": {"timezone": "Nowhere/Else"}}]}'
                }
            ),
            "metadata of pandas with unknown types",
            None,
        )
        yield save(pa.table([[1, 2], [3, 4]], names=["a", "a"]), "equal names", (2, 2))
        yield save(pa.table({"": [1, 2], "\n": [1, 2], "=1+1": [3, 4], "a" * 100_000: [1, 2]}), "bad names", (2, 4))
        yield save(
            pa.table({"a": [[1], [2, 3]], "b": [{"x": 1}, {"x": 2}], "c": [b"\xff", b"\0"]}),
            "nested cells and bytes",
            None,
        )
        yield save(pa.table({"a": pa.array([b"\xff\xfe", b"x"]).view(pa.string())}), "texts that are no UTF-8", None)
        yield save(pa.table({"a": pa.array([2**62, -(2**62)], pa.timestamp("us"))}), "dates beyond time", None)
        yield save(pa.table({"a": pa.nulls(9), "b": pa.array([None] * 9, pa.float64())}), "nothing but nulls", None)
        yield save(pa.table({f"c{n}": [1] for n in range(21_000)}), "21,000 columns", REFUSED)
        yield save(
            pa.table({"a": pa.array(["x" * 1000]).take(pa.array([0] * 5)).dictionary_encode()}), "categories", (5, 1)
        )
    run = pa.table({"a": pa.array([7] * 30_000_000, pa.int8())})
    yield Case("columnar", "parquet: 30,000,000 equal numbers", lambda path: pyarrow.parquet.write_table(run, path))
    texts = pa.table({"a": pa.DictionaryArray.from_arrays(pa.array([0] * 20_000_000, pa.int32()), ["x" * 200])})
    yield Case(
        "columnar",
        "parquet: 4 GB of one text",
        lambda path: pyarrow.parquet.write_table(texts, path, compression="zstd"),
    )
    content = seeds()["parquet snappy"]
    yield make("parquet: footer of 4 GB", content[:-8] + b"\xff\xff\xff\x7fPAR1", REFUSED)
    yield make("parquet: footer of nothing", content[:-8] + b"\0\0\0\0PAR1", REFUSED)
    yield make(
        "parquet: footer twice as long",
        content[:-8] + struct.pack("<I", 2 * struct.unpack("<I", content[-8:-4])[0]) + b"PAR1",
    )
    yield make("parquet: encrypted", content.replace(b"PAR1", b"PARE"), REFUSED)


def _statistics():
    make = partial(of_bytes, "statistics")
    yield make("pickle that runs code", pickle.dumps(_Runs()), REFUSED)
    yield make("pickle of a table", pickle.dumps(frame()), REFUSED)
    for name in ("dta", "sav", "xpt", "rds"):
        if name not in seeds():
            continue
        content = seeds()[name]
        for at in range(0, min(len(content), 4000), 397):
            spoiled = content[:at] + b"\xff\xff\xff\x7f" + content[at + 4 :]
            yield make(f"{name}: the largest number at byte {at}", spoiled)
    yield make("rds: a vector of 2^31 numbers", MAGIC["rds"] + b"\0\0\0\x0e\x7f\xff\xff\xff")
    yield make("rds: a list in itself", MAGIC["rds"] + b"\0\0\0\x13\0\0\0\1" * 50_000)
    yield make("rds: a promise of code", MAGIC["rds"] + b"\0\0\0\6\0\0\0\1\0\4\0\x09\0\0\0\6system")
    broken = io.BytesIO()
    pd.DataFrame({"a": range(5)}).to_stata(broken, write_index=False, version=118)
    yield make(
        "dta: says it has 2^60 rows",
        broken.getvalue().replace(b"<N>" + struct.pack("<Q", 5), b"<N>" + struct.pack("<Q", 2**60)),
    )
    yield make(
        "dta: says it has 32,767 columns",
        broken.getvalue().replace(b"<K>" + struct.pack("<H", 1), b"<K>" + struct.pack("<H", 32_767)),
    )


class _Runs:
    def __reduce__(self):
        return print, ("a pickle was opened",)
