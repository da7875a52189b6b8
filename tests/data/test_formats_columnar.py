"""Parquet and Feather: nested and unusual types, damaged and oversized files, names that lie."""

import datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from workbench.data import open_table
from workbench.errors import CannotRead
from workbench.runtime import columnar, table_shape
from workbench.runtime.reading import read_raw

COLUMNS = {
    "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
    "word": pa.array(["a", "b"]).dictionary_encode(),
    "lasts": pa.array([datetime.timedelta(hours=30), None], pa.duration("s")),
    "at": pa.array([datetime.time(12, 30), None], pa.time64("us")),
    "when": pa.array([datetime.datetime(2024, 7, 1, 12), None], pa.timestamp("ns", "Europe/Berlin")),
    "old": pa.array([datetime.date(1500, 1, 2), None], pa.date32()),
    "older": pa.array([datetime.datetime(1500, 1, 2, 3), None], pa.timestamp("us")),
    "place": pa.array([{"x": 1.5, "y": {"z": "q"}}, None]),
    "parts": pa.array([[1, 2], None]),
    "pairs": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
    "bytes": pa.array([b"ab", None]),
    "tiny": pa.array([1, None], pa.int8()),
    "none": pa.nulls(2),
}
EXPECTED = {
    "price": 1.5, "word": "a", "lasts": 108_000.0, "at": "12:30:00", "place.x": 1.5, "place.y.z": "q",
    "parts": "[1, 2]", "pairs": '[["k", 1]]', "tiny": 1,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream"])
def test_unusual_types_become_plain_ones(tmp_path, kind):
    table, path = pa.table(COLUMNS), tmp_path / "table.csv"  # the name lies
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "feather":
        feather.write_feather(table, path)
    else:
        with pa.ipc.new_stream(path, table.schema) as writer:
            writer.write_table(table)
    opened = open_table(path)
    first = opened.table.iloc[0]
    assert {name: first[name] for name in EXPECTED} == EXPECTED
    assert str(first["when"]) == "2024-07-01 12:00:00"  # in UTC
    assert str(first["old"])[:10] == "1500-01-02" and str(first["older"]) == "1500-01-02 03:00:00"
    assert opened.table["none"].isna().all() and len(opened.table) == 2


def test_text_that_is_called_parquet(tmp_path):
    for text in ("PARENT;x\n1;2\n", "PAR1,x\n1,2\n"):
        (tmp_path / "t.parquet").write_text(text, encoding="utf-8")
        assert open_table(tmp_path / "t.parquet").read.format == "delimited"


def test_first_rows_and_names(tmp_path):
    pq.write_table(pa.table({"a": range(1000), "b": range(1000)}), tmp_path / "t.parquet", row_group_size=10)
    table = read_raw(tmp_path / "t.parquet", {"format": "parquet", "names": ["b", "new"]}, max_rows=3)
    assert table["b"].tolist() == [0, 1, 2] and table["new"].isna().all()
    assert read_raw(tmp_path / "t.parquet", {"format": "parquet"}, max_rows=0).shape == (0, 2)
    indexed = pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "b"], name="key"))
    indexed.to_parquet(tmp_path / "i.parquet")
    assert read_raw(tmp_path / "i.parquet", {"format": "parquet"}).to_dict("list") == {"key": ["a", "b"], "x": [1, 2]}


def test_a_table_beyond_the_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    # 4 million equal cells in a few bytes: run lengths and a dictionary.
    pq.write_table(pa.table({"a": pa.array(["x" * 100] * 100_000)}), tmp_path / "t.parquet")
    monkeypatch.setattr(table_shape, "MAX_CELLS", 50_000)
    with pytest.raises(CannotRead, match="100,000 × 1 cells, which is more than can be read"):
        open_table(tmp_path / "t.parquet")
    monkeypatch.undo()
    monkeypatch.setattr(columnar, "MAX_TABLE_BYTES", 100)
    with pytest.raises(CannotRead, match="more than can be read at once"):
        open_table(tmp_path / "t.parquet")


def test_damaged_and_locked_files(tmp_path):
    pq.write_table(pa.table(COLUMNS), tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    for spoiled in (content[:-4], content[: len(content) // 2], content[:200] + bytes(300) + content[500:]):
        (tmp_path / "t.parquet").write_bytes(spoiled)
        with pytest.raises(CannotRead, match="Parquet file is damaged"):
            open_table(tmp_path / "t.parquet")
    (tmp_path / "t.parquet").write_bytes(b"PARE" + bytes(100) + b"PARE")
    with pytest.raises(CannotRead, match="locked with a key"):
        open_table(tmp_path / "t.parquet")
