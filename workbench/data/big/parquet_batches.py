"""Rows of Python values to one Parquet file, batch by batch, in bounded memory."""

import contextlib
import datetime
import json
import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.runtime.delimited import unique_names

# What the cells of a column are, in the order in which they give way: whole numbers and others are numbers,
# anything mixed otherwise is text.
TYPES = {
    "blank": pa.string(),
    "flag": pa.bool_(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "text": pa.string(),
}
WIDER = {frozenset(("whole", "number")): "number", frozenset(("day", "moment")): "moment"}
INT64 = 2**63
NATIVE = {int, float, str, bool, datetime.date, type(None)}


class BatchWriter:
    """Writes batches as they come to pieces beside ``out``, and all of them with common types to ``out``."""

    def __init__(self, out):
        self._out = Path(out)
        self._kinds, self._n_pieces = [], 0

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(dir=self._out.parent)))
        return self

    def __exit__(self, *problem):
        self._stack.close()

    def write(self, names, rows):
        """Write ``rows`` (sequences of cells) as the next piece."""
        arrays, kinds = [], []
        for cells in zip(*rows, strict=True):
            kind, values = _column(cells)
            kinds.append(kind)
            arrays.append(pa.array(values, TYPES[kind]))
        self._kinds = [_common(*pair) for pair in zip(self._kinds or kinds, kinds, strict=True)]
        pq.write_table(pa.Table.from_arrays(arrays, [str(at) for at in range(len(names))]), self._piece(self._n_pieces))
        self._n_pieces += 1

    def finish(self, names):
        """Write the pieces to ``out``."""
        if not self._n_pieces:
            return
        schema = pa.schema(
            [(name, TYPES[kind]) for name, kind in zip(unique_names([str(n) for n in names]), self._kinds, strict=True)]
        )
        with pq.ParquetWriter(self._out, schema, compression="zstd") as writer:
            for number in range(self._n_pieces):
                piece = pq.read_table(self._piece(number))
                columns = [_cast(column, field.type) for column, field in zip(piece.columns, schema, strict=True)]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))

    def _piece(self, number):
        return self._folder / f"{number}.parquet"


def _column(cells):
    """Return (kind, cells brought to it)."""
    kinds = set(map(type, cells))
    values = list(cells) if kinds <= NATIVE else [_plain(cell) for cell in cells]
    if kinds <= {str, type(None)}:
        return ("text" if str in kinds else "blank"), values
    kind = "blank"
    for value in values:
        kind = _common(kind, _kind(value))
        if kind == "text":
            return kind, [_text(value) for value in values]
    if kind == "number":
        values = [None if value is None else float(value) for value in values]
    elif kind == "moment":
        values = [_moment(value) for value in values]
    return kind, values


def _plain(cell):
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() and abs(cell) < INT64 else float(cell)
    if isinstance(cell, (bytes, bytearray, memoryview)):
        try:
            return bytes(cell).decode("utf-8")
        except UnicodeDecodeError:
            return None
    if isinstance(cell, datetime.datetime) and cell.tzinfo is not None:
        return cell.astimezone(datetime.UTC).replace(tzinfo=None)
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds()
    return cell


def _kind(value):
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "whole" if -INT64 <= value < INT64 else "number"
    if isinstance(value, float):
        return "number"
    if isinstance(value, datetime.datetime):
        return "moment"
    return "day" if isinstance(value, datetime.date) else "text"


def _common(one, other):
    if one == other or other == "blank":
        return one
    return other if one == "blank" else WIDER.get(frozenset((one, other)), "text")


def _text(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (dict, list, tuple, set)):
        return json.dumps(list(value) if isinstance(value, set) else value, ensure_ascii=False, default=str)
    return str(value)


def _moment(value):
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime(value.year, value.month, value.day)
    return value


def _cast(column, kind):
    if column.type == pa.bool_() and kind == pa.string():
        return pa.chunked_array([[None if cell is None else str(cell) for cell in column.to_pylist()]], kind)
    return column.cast(kind, safe=False)
