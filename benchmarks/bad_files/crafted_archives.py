"""Hostile archives: bombs, links, paths that lead out, archives in archives, and what is cut short."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from functools import partial

import pyarrow

from benchmarks.bad_files.cases import REFUSED, Case, of_bytes
from benchmarks.bad_files.seeds import seeds, seeds_text, tarred, zipped

BLOCK = 64 * 2**20
BOMB_BLOCKS = 24  # 1.5 GB


def cases() -> list[Case]:
    """Return every hostile archive."""
    return [*_bombs(), *_zips(), *_tars(), *_cut()]


def _bombs():
    def make(name, content, expect=REFUSED):
        return Case("bomb", name, lambda path: path.write_bytes(content()) and None, expect)

    zeros = bytes(BLOCK)
    yield make("gz", lambda: gzip.compress(zeros, 6) * BOMB_BLOCKS)
    yield make("bz2", lambda: bz2.compress(zeros) * BOMB_BLOCKS)
    yield make("xz", lambda: lzma.compress(zeros, preset=0) * BOMB_BLOCKS)
    yield make("zst", _zst_bomb)
    yield make("gz of rows", lambda: gzip.compress(b"1,2\n" * (BLOCK // 4), 6) * BOMB_BLOCKS)
    yield make("gz in gz in gz", lambda: gzip.compress(gzip.compress(gzip.compress(zeros) * BOMB_BLOCKS)))
    yield make("zip", lambda: zip_bomb("table.csv"))
    yield make("zip that says it is small", lambda: zip_bomb("table.csv", says=1000))
    yield make("zip whose members share their bytes", overlapping_zip)
    yield make("xlsx sheet", lambda: _workbook_bomb("xl/worksheets/sheet1.xml"))
    yield make("xlsx shared strings", lambda: _workbook_bomb("xl/sharedStrings.xml"))
    yield make("xlsx that says it is small", lambda: _workbook_bomb("xl/worksheets/sheet1.xml", says=1000))
    yield make("ods content", lambda: _workbook_bomb("content.xml"))
    yield make(
        "tar.gz",
        lambda: gzip.compress(_tar_head("table.csv", BLOCK * BOMB_BLOCKS)) + gzip.compress(zeros) * BOMB_BLOCKS,
    )
    yield make("zip of 100,000 members", lambda: zipped({f"{n}.csv": b"" for n in range(100_000)}, zipfile.ZIP_STORED))
    yield make(
        "zip of 20,000 tables", lambda: zipped({f"{n}.csv": b"a\n1\n" for n in range(20_000)}, zipfile.ZIP_STORED)
    )
    yield make("tar of 100,000 members", lambda: tarred({f"{n}.csv": b"" for n in range(100_000)}))


def _zst_bomb():
    return pyarrow.compress(bytes(BLOCK), "zstd", asbytes=True) * BOMB_BLOCKS


def _deflated_zeros(n_blocks):
    """Return a deflate stream of zeros; a flushed block can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * n_blocks + packer.flush()


def zip_bomb(
    name: str, says: int = BLOCK * BOMB_BLOCKS, n_blocks: int = BOMB_BLOCKS, beside: dict | None = None
) -> bytes:
    """Return a zip whose member unpacks to gigabytes, whatever its head says."""
    packed = _deflated_zeros(n_blocks)
    label, says = name.encode(), min(says, 2**32 - 2)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), says, len(label), 0)
    local = b"PK\x03\x04" + fields + label + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + label
    n_members = 1
    for other, content in (beside or {}).items():
        fields = struct.pack(
            "<HHHHHIIIHH", 20, 0, 0, 0, 0, zlib.crc32(content), len(content), len(content), len(other), 0
        )
        entry += b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(local))
        entry += other.encode()
        local += b"PK\x03\x04" + fields + other.encode() + content
        n_members += 1
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, n_members, n_members, len(entry), len(local), 0)
    return local + entry + end


def overlapping_zip(n_members: int = 5000) -> bytes:
    """Return a zip whose entries all point to the same packed bytes."""
    packed = _deflated_zeros(1)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), BLOCK, 5, 0)
    local = b"PK\x03\x04" + fields + b"a.csv" + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"a.csv"
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, n_members, n_members, len(entry) * n_members, len(local), 0)
    return local + entry * n_members + end


def _workbook_bomb(name, says=BLOCK * BOMB_BLOCKS):
    if name == "content.xml":
        return zip_bomb(name, says, beside={"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    with zipfile.ZipFile(io.BytesIO(seeds()["xlsx"])) as archive:
        beside = {other: archive.read(other) for other in archive.namelist() if other != name}
    return zip_bomb(name, says, beside=beside)


def _zips():
    make = partial(of_bytes, "zip")
    text, table = seeds_text(), (60, 5)
    yield make("empty", zipped({}), REFUSED)
    yield make("only folders", zipped({"a/": b"", "b/": b""}), REFUSED)
    yield make("an empty member", zipped({"table.csv": b""}), REFUSED)
    yield make("path upwards", zipped({"../../../tmp/evil.csv": text}))
    yield make("path from the root", zipped({"/etc/evil.csv": text}))
    yield make("path of Windows", zipped({"..\\..\\evil.csv": text, "C:\\evil.csv": text}))
    yield make("name with NUL and line end", zipped({"a\nb\x1b[31m.csv": text}))
    yield make("name of 60,000 characters", zipped({"a" * 60_000 + ".csv": text}))
    yield make("two names of 60,000 characters", zipped({"a" * 60_000: text, "b" * 60_000: text}))
    yield make("HTML as a name", zipped({"<img src=x onerror=alert(1)>.csv": text, "b.csv": text}))
    yield make("the same name twice", _twice(text))
    yield make("zip in zip", zipped({"inner.zip": zipped({"table.csv": text})}))
    yield make(
        "zip in zip, 200 deep", _nested(200, lambda inner: zipped({"a.zip": inner}, zipfile.ZIP_STORED)), REFUSED
    )
    yield make("gz in gz, 200 deep", _nested(200, gzip.compress))
    yield make("gz in zip", zipped({"table.csv.gz": gzip.compress(text)}))
    yield make("a table and a read-me", zipped({"table.csv": text, "README.md": b"# read me"}))
    yield make("a picture only", zipped({"a.png": b"\x89PNG\r\n\x1a\n" + bytes(100)}), REFUSED)
    yield make("locked", _locked(zipped({"table.csv": text})), REFUSED)
    yield make("unknown packing", zipped({"table.csv": text}).replace(b"\x08\x00", b"\x63\x00"))
    yield make(
        "wrong checksum",
        zipped({"table.csv": text}, zipfile.ZIP_STORED).replace(b"Source", b"source").replace(b"yes", b"YES", 1),
        REFUSED,
    )
    yield make("a program in front", b"MZ" + bytes(500) + zipped({"table.csv": text}))
    yield make("a table behind", zipped({"table.csv": text}) + text)
    yield make(
        "members of MacOS",
        zipped({"__MACOSX/._table.csv": b"\0\5\x16\7", ".DS_Store": b"\0", "table.csv": text}),
        table,
    )
    yield make("document of Word", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), REFUSED)
    yield make(
        "Java archive",
        zipped({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "A.class": b"\xca\xfe\xba\xbe"}),
    )


def _twice(text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("A.csv", text)
    return buffer.getvalue().replace(b"A.csv", b"a.csv")


def _nested(depth, pack):
    content = seeds_text()
    for _ in range(depth):
        content = pack(content)
    return content


def _locked(content):
    """Return a zip whose members say that they are encrypted."""
    content = bytearray(content)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(magic) + at] |= 1
    return bytes(content)


def _tar_head(name, size, kind=tarfile.REGTYPE, link=""):
    entry = tarfile.TarInfo(name)
    entry.size, entry.type, entry.linkname = size, kind, link
    return entry.tobuf(tarfile.GNU_FORMAT)


def _tars():
    make = partial(of_bytes, "tar")
    text = seeds_text()
    end = bytes(1024)
    yield make("path upwards", tarred({"../../../tmp/evil.csv": text}))
    yield make("path from the root", tarred({"/etc/evil.csv": text}))
    yield make("link to a file of the system", _tar_head("a.csv", 0, tarfile.SYMTYPE, "/etc/passwd") + end, REFUSED)
    yield make(
        "hard link to a file of the system", _tar_head("a.csv", 0, tarfile.LNKTYPE, "/etc/passwd") + end, REFUSED
    )
    yield make("device", _tar_head("a.csv", 0, tarfile.CHRTYPE) + end, REFUSED)
    yield make("named pipe", _tar_head("a.csv", 0, tarfile.FIFOTYPE) + end, REFUSED)
    yield make("link to itself", _tar_head("a.csv", 0, tarfile.SYMTYPE, "a.csv") + end, REFUSED)
    yield make("size beyond the file", _tar_head("a.csv", 2**33) + text, REFUSED)
    yield make("negative size", _tar_head("a.csv", -5) + text)
    yield make("empty", end * 10)
    yield make("tar in tar.gz in zip", zipped({"a.tar.gz": gzip.compress(tarred({"a.csv": text}))}))
    yield make("gz of links", gzip.compress(_tar_head("a.csv", 0, tarfile.SYMTYPE, "/etc/passwd") + end), REFUSED)


def _cut():
    for name, content in seeds().items():
        if name in ("csv", "json lines", "tsv in UTF-16", "csv of Windows", "titles and notes", "fixed width"):
            continue
        for share in (0.02, 0.3, 0.7, 0.98):
            yield of_bytes("cut short", f"{name} after {share:.0%}", content[: int(share * len(content))])
        yield of_bytes("cut short", f"{name}: rubbish behind its first bytes", content[:16] + bytes(range(256)) * 40)
        yield of_bytes("cut short", f"{name}: zeros behind its first bytes", content[:16] + bytes(20_000))
        yield of_bytes("cut short", f"{name}: table behind its first bytes", content[:8] + seeds_text())
