"""One small valid file of every format, to be spoiled; formats that nothing here can write are made by hand."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
from contextlib import closing
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

N_ROWS = 60


@cache
def frame() -> pd.DataFrame:
    """Return the table in every seed: numbers, words, dates, yes and no, blanks."""
    numbers = range(N_ROWS)
    return pd.DataFrame(
        {
            "no": list(numbers),
            "size": [None if n % 9 == 0 else n * 1.25 for n in numbers],
            "name": [f"Müller {n % 7}, “{n}”" for n in numbers],
            "day": [f"{n % 28 + 1:02}.03.2024" for n in numbers],
            "ok": ["yes" if n % 3 else "no" for n in numbers],
        }
    )


@cache
def seeds() -> dict[str, bytes]:
    """Return the content of a valid file for each name of a format."""
    text = frame().to_csv(index=False).encode()
    german = (
        frame().to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n").replace("“", '"').replace("”", '"')
    )
    records = frame().to_json(orient="records").encode()
    found = {
        "csv": text,
        "csv of Windows": german.encode("cp1252"),
        "tsv in UTF-16": frame().to_csv(index=False, sep="\t").encode("utf-16"),
        "titles and notes": b"Sizes\nof March\n\n" + text + b"\nSource: us\n",
        "fixed width": frame()[["no", "size", "day"]].to_string(index=False).encode(),
        "json": records,
        "json lines": frame().to_json(orient="records", lines=True).encode(),
        "nested json": json.dumps({"data": json.loads(records), "n": {"a": [1, {"b": 2}]}}).encode(),
        "xlsx": xlsx(),
        "ods": ods(),
        "xlsb": xlsb(),
        "xls": xls(),
        "gz": gzip.compress(text),
        "bz2": bz2.compress(text),
        "xz": lzma.compress(text),
        "zip": zipped({"table.csv": text}),
        "zip of two": zipped({"a/table.csv": text, "b/table.csv": text}),
        "tar": tarred({"table.csv": text}),
        "tar.gz": gzip.compress(tarred({"table.csv": text})),
        "sqlite": sqlite(),
        "rds": rds(),
        "rds unpacked": gzip.decompress(rds()),
        **_columnar(),
    }
    for name, make in {
        "zst": zst,
        "duckdb": duckdb,
        "dta": dta,
        "sav": sav,
        "por": por,
        "xpt": xpt,
        "rds": rds,
    }.items():
        try:
            found[name] = make()
        except ImportError:
            continue
    return found


def zipped(members: dict[str, bytes], compression=zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of ``members``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """Return a tar of ``members``."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _through_file(write) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed"
        return write(path) or path.read_bytes()


def _columnar():
    table = pa.Table.from_pandas(
        frame().assign(day=pd.to_datetime(frame()["day"], dayfirst=True)), preserve_index=False
    )
    found = {}
    for compression in ("none", "snappy", "zstd"):
        buffer = io.BytesIO()
        pyarrow.parquet.write_table(table, buffer, compression=compression)
        found[f"parquet {compression}"] = buffer.getvalue()
    for compression in ("uncompressed", "lz4"):
        buffer = io.BytesIO()
        pyarrow.feather.write_feather(table, buffer, compression=compression)
        found[f"feather {compression}"] = buffer.getvalue()
    return found


def xlsx() -> bytes:
    buffer = io.BytesIO()
    frame().to_excel(buffer, index=False, engine="openpyxl")
    return buffer.getvalue()


def ods(content: bytes = b"") -> bytes:
    """Return an ods of the table, or around the given ``content.xml``."""
    rows = [list(frame().columns), *frame().astype(object).to_numpy().tolist()]
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    document = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="s">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<manifest:file-entry manifest:full-path="/" manifest:media-type="' + kind + b'"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "content.xml": content or document.encode(), "META-INF/manifest.xml": manifest})


def _record(number, content):
    """Return a record of xlsb: number and length in groups of seven bits."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = b"", len(content)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(n_rows: int = N_ROWS) -> bytes:
    """Return an xlsb with a sheet of two columns."""
    sheet = _record(129, b"") + _record(148, struct.pack("<4I", 0, n_rows, 0, 1)) + _record(145, b"")
    for row in range(min(n_rows, N_ROWS) + 1):
        sheet += _record(0, struct.pack("<II", row, 0) + bytes(17))
        for column, name in enumerate(("no", "size")):
            head = struct.pack("<II", column, 0)
            sheet += _record(6, head + _wide(name)) if not row else _record(5, head + struct.pack("<d", row * 1.5))
    sheet += _record(146, b"") + _record(130, b"")
    book = _record(131, b"") + _record(143, b"")
    book += _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("s")) + _record(144, b"") + _record(132, b"")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations.encode(),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _biff(number, content):
    return struct.pack("<HH", number, len(content)) + content


def xls(n_rows: int = N_ROWS) -> bytes:
    """Return an xls (BIFF8 in a compound file) with a sheet of two columns."""
    sheet = _biff(0x809, struct.pack("<6H", 0x600, 0x10, 0, 0, 0, 0))
    sheet += _biff(0x200, struct.pack("<IIHHH", 0, n_rows + 1, 0, 2, 0))
    for column, name in enumerate(("no", "size")):
        sheet += _biff(0x204, struct.pack("<4HB", 0, column, 0, len(name), 0) + name.encode())
    for row in range(1, min(n_rows, N_ROWS) + 1):
        for column in range(2):
            sheet += _biff(0x203, struct.pack("<3Hd", row, column, 0, row * 1.5))
    sheet += _biff(0x0A, b"")
    begin = _biff(0x809, struct.pack("<6H", 0x600, 0x5, 0, 0, 0, 0))
    offset = len(begin) + 4 + 9 + 4
    book = begin + _biff(0x85, struct.pack("<IBBBB", offset, 0, 0, 1, 0) + b"s") + _biff(0x0A, b"") + sheet
    return _compound("Workbook", book)


def _compound(name, stream):
    """Return an OLE compound file with one stream, in sectors of 512 bytes."""
    stream = stream.ljust(4096, b"\0")  # smaller ones would have to be in the mini stream
    n_sectors = -(-len(stream) // 512)
    stream = stream.ljust(512 * n_sectors, b"\0")
    last, free = 0xFFFFFFFE, 0xFFFFFFFF
    table = [0xFFFFFFFD, last, *range(3, 2 + n_sectors), last]
    table = struct.pack("<128I", *table, *[free] * (128 - len(table)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)

    def entry(label, kind, child, start, size):
        wide = label.encode("utf-16-le")
        return (
            wide.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(wide) + 2, kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, last, 0) + entry(name, 2, free, 2, len(stream))
    return head + table + directory.ljust(512, b"\0") + stream


def sqlite(statements: tuple[str, ...] = ()) -> bytes:
    """Return an SQLite file with the table, after the given statements."""

    def write(path):
        with closing(sqlite3.connect(path)) as connection, connection:
            frame().to_sql("sizes", connection, index=False)
            for statement in statements:
                connection.execute(statement)

    return _through_file(write)


def duckdb(statements: tuple[str, ...] = ()) -> bytes:
    """Return a DuckDB file with the table, after the given statements."""
    import duckdb as engine

    def write(path):
        with engine.connect(str(path)) as connection:
            connection.register("given", frame())
            connection.execute("create table sizes as select * from given")
            for statement in statements:
                connection.execute(statement)

    return _through_file(write)


def zst() -> bytes:
    return pa.compress(seeds_text(), "zstd", asbytes=True)


def seeds_text() -> bytes:
    return frame().to_csv(index=False).encode()


def dta() -> bytes:
    buffer = io.BytesIO()
    frame().astype({"ok": "category"}).to_stata(buffer, write_index=False, version=118)
    return buffer.getvalue()


def sav() -> bytes:
    import pyreadstat

    return _through_file(lambda path: pyreadstat.write_sav(frame(), str(path), compress=True))


def por() -> bytes:
    import pyreadstat

    return _through_file(
        lambda path: pyreadstat.write_por(frame().drop(columns="name").rename(columns=str.upper), str(path))
    )


def xpt() -> bytes:
    import pyreadstat

    return _through_file(lambda path: pyreadstat.write_xport(frame(), str(path)))


def rds() -> bytes:
    """Return the table as R's saveRDS writes it."""
    return gzip.compress(b"X\n" + struct.pack(">iii", 2, 0x40300, 0x20300) + _r_frame())


def _r_text(text):
    content = text.encode()
    return struct.pack(">ii", 0x00008009, len(content)) + content


def _r_texts(texts):
    return struct.pack(">ii", 16, len(texts)) + b"".join(map(_r_text, texts))


def _r_attribute(name, value):
    return struct.pack(">iii", 0x402, 1, 9 | 0x40000) + struct.pack(">i", len(name)) + name.encode() + value


def _r_frame():
    names = list(frame().columns)
    content = struct.pack(">ii", 0x313, len(names))  # a list that is an object and has attributes
    for name in names:
        cells = frame()[name]
        if cells.dtype.kind in "if":
            content += struct.pack(">ii", 14, len(cells)) + cells.to_numpy(dtype=">f8").tobytes()
        else:
            content += _r_texts(cells.tolist())
    rows = struct.pack(">iiii", 13, 2, -(2**31), -len(frame()))
    attributes = {"names": _r_texts(names), "row.names": rows, "class": _r_texts(["data.frame"])}
    return content + b"".join(_r_attribute(*pair) for pair in attributes.items()) + struct.pack(">i", 254)
