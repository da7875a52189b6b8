"""Packed files: streams, archives, layers, the choice among members, hostile ones."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pyarrow
import pytest

from workbench.runtime import containers
from workbench.runtime.containers import members, unpacked
from workbench.runtime.reading import ReadingError, read_raw, read_raw_with_repairs

PLAIN = b"a,b\n1,2\n"
ROWS = {"a": ["1"], "b": ["2"]}


def zst(content):
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def stored(tmp_path, content, name="file"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zst])
def test_a_stream_and_a_tar_in_it(tmp_path, pack):
    assert read_raw(stored(tmp_path, pack(PLAIN)), {}).to_dict("list") == ROWS
    inside = tarred({"notes.md": b"x" * 99, "deep/table.csv": PLAIN})
    assert read_raw(stored(tmp_path, pack(inside)), {}).to_dict("list") == ROWS
    with pytest.raises(ReadingError, match="cut short"):
        read_raw(stored(tmp_path, pack(bytes(range(256)) * 500)[:60]), {})


def test_old_and_new_tars(tmp_path):
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            entry = tarfile.TarInfo("ä" * 120 + ".csv")
            if form == tarfile.USTAR_FORMAT:
                entry.name = "t.csv"
            entry.size = len(PLAIN)
            archive.addfile(entry, io.BytesIO(PLAIN))
        assert read_raw(stored(tmp_path, out.getvalue()), {}).to_dict("list") == ROWS


@pytest.mark.parametrize("inner", [gzip.compress(PLAIN), zipped({"t.csv": PLAIN})], ids=["gz", "zip"])
def test_packed_inside_packed(tmp_path, inner):
    for outer in (zipped({"t.csv.gz": inner}), tarred({"t.csv.gz": inner}), gzip.compress(inner)):
        assert read_raw(stored(tmp_path, outer), {}).to_dict("list") == ROWS
    layers = PLAIN
    for _ in range(6):
        layers = gzip.compress(layers)
    with pytest.raises(ReadingError, match="too many layers"):
        read_raw(stored(tmp_path, layers), {})


def test_what_stands_beside_the_table_is_no_table(tmp_path):
    files = {
        "__MACOSX/._t.csv": b"x", "._t.csv": b"x", "README.txt": b"x" * 999, "LICENSE": b"x" * 999,
        "Thumbs.db": b"x" * 99,
        "picture.png": b"x" * 999, "t.csv": PLAIN, "empty.csv": b"",
    }  # fmt: skip
    path = stored(tmp_path, zipped(files))
    assert [member.name for member in members(path)] == ["t.csv"]
    assert read_raw(path, {}).to_dict("list") == ROWS
    assert members(stored(tmp_path, PLAIN)) == ()


def test_a_member_is_chosen_by_its_path(tmp_path):
    path = stored(tmp_path, zipped({"x/a.csv": PLAIN, "../../b.csv": b"a,b\n3,4\n"}))
    assert read_raw(path, {"member": "../../b.csv"}).to_dict("list") == {"a": ["3"], "b": ["4"]}
    with pytest.raises(ReadingError, match="holds 2 files"):
        read_raw(path, {})
    with pytest.raises(ReadingError, match=r"holds no file “c\.csv”, only x/a\.csv"):
        read_raw(path, {"member": "c.csv"})
    # The one table of a later archive may have another name, and the file may come unpacked.
    assert read_raw(stored(tmp_path, zipped({"later.csv": PLAIN})), {"member": "x/a.csv"}).to_dict("list") == ROWS
    assert read_raw(stored(tmp_path, PLAIN), {"member": "x/a.csv"}).to_dict("list") == ROWS


def test_all_members_are_appended_by_name(tmp_path):
    files = {"may.csv": "a,b  c\n1,2\n", "june.csv.gz": gzip.compress(b"b  c,a,new\n4,3,x\n5\n"), "readme.md": "no"}
    path = stored(tmp_path, zipped(files))
    table, repairs = read_raw_with_repairs(path, {"member": "*", "names": ["a", "b c", "new"]})
    assert table.to_dict("list")["a"] == ["1", "3", table["a"].iloc[2]]
    assert table["b c"].tolist() == ["2", "4", "5"] and table["new"].isna().tolist() == [True, False, True]
    assert repairs.shorter == 1 and repairs.examples[0][0] == 2
    assert read_raw(path, {"member": "*"}).columns.tolist() == ["a", "b c", "new"]
    assert len(read_raw(path, {"member": "*"}, max_rows=2)) == 2
    with pytest.raises(ReadingError, match=r"“may\.csv” of the archive: The file is not UTF-8"):
        read_raw(stored(tmp_path, zipped({"may.csv": b"a\n\xff\n", "june.csv": "a\n1\n"})), {"member": "*"})


def test_hostile_archives_end_in_a_sentence(tmp_path, monkeypatch):
    for spoiled in (zipped({"t.csv": PLAIN * 99})[:-30], zipped({"t.csv": PLAIN * 99})[:60]):
        with pytest.raises(ReadingError, match="zip file is damaged or cut short"):
            read_raw(stored(tmp_path, spoiled), {})
    with pytest.raises(ReadingError, match="tar file is damaged or cut short"):
        read_raw(stored(tmp_path, tarred({"t.csv": PLAIN * 999})[:2000]), {})
    with pytest.raises(ReadingError, match="zip holds no file"):
        read_raw(stored(tmp_path, zipped({})), {})
    locked = bytearray(zipped({"t.csv": PLAIN}))
    for header, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.index(header) + at] |= 1
    with pytest.raises(ReadingError, match="locked with a password"):
        read_raw(stored(tmp_path, bytes(locked)), {})
    monkeypatch.setattr(containers, "MAX_MEMBERS", 20)
    with pytest.raises(ReadingError, match="more than 20 files"):
        members(stored(tmp_path, zipped({f"{n}.csv": PLAIN for n in range(21)})))
    monkeypatch.setattr(containers, "FREE_BYTES", 1000)
    bomb = zipped({"t.zip": zipped({"t.csv": bytes(5_000_000)})})
    with pytest.raises(ReadingError, match="not plausible"):
        read_raw(stored(tmp_path, bomb), {})
    monkeypatch.setattr(containers, "MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(ReadingError, match="far too many files"):
        read_raw(stored(tmp_path, zipped({f"{n}.csv": PLAIN for n in range(9)})), {})


def test_nothing_is_left_on_the_disk(tmp_path):
    with unpacked(stored(tmp_path, gzip.compress(zipped({"../evil.csv": PLAIN})))) as plain:
        assert plain.read_bytes() == PLAIN
        folder = plain.parent
    assert not folder.exists() and not (tmp_path / "evil.csv").exists()
