"""The columns of a file that is read without holding it: its text and what became of it, in temporary Arrow files."""

from collections.abc import MutableMapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.data.big.text_columns import array_of, has_few
from workbench.data.columns.quick_typing import arrow_text
from workbench.runtime.column_types import Typed

GROUP_ROWS = 2**17  # of the Parquet file, and of what is kept for it


class StoredColumns:
    """Raw cells as :class:`~workbench.data.big.text_columns.TextColumns` gives them, kept on the disk.

    Attributes
    ----------
    columns, index : pandas.Index
    typed : StoredTyped
    threads : int
        Columns that may be in memory at a time.
    """

    threads = 1

    def __init__(self, folder, names, on_column):
        self.columns = pd.Index(list(names), dtype="str")
        self.typed = StoredTyped(Path(folder))
        self._path, self._on_column = Path(folder) / "text.arrow", on_column
        self._places = {name: place for place, name in enumerate(names)}
        self._n_rows = 0

    def fill(self, tables):
        """Take the rows of ``tables``, whose columns are text."""
        schema = pa.schema([(str(place), pa.string()) for place in range(len(self.columns))])
        packed = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.OSFile(str(self._path), "wb") as sink, pa.ipc.new_file(sink, schema, options=packed) as writer:
            for table in tables:
                writer.write_table(table.rename_columns(schema.names))
                self._n_rows += table.num_rows
        pa.default_memory_pool().release_unused()

    def __len__(self):
        return self._n_rows

    @property
    def index(self):
        return pd.RangeIndex(self._n_rows)

    def __getitem__(self, name):
        self._on_column(name)
        pa.default_memory_pool().release_unused()
        chunks = list(_batches(self._path, self._places[name]))
        first = next((chunk for chunk in chunks if len(chunk)), None)
        values = array_of(chunks, first is not None and has_few(first))
        return pd.Series(values, index=self.index, name=name, copy=False)

    def take(self, positions):
        """Return a pandas.DataFrame of the rows at ``positions``, which are sorted."""
        taken, begin = [], 0
        with pa.OSFile(str(self._path)) as source:
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                first, last = np.searchsorted(positions, (begin, begin + batch.num_rows))
                if last > first:
                    taken.append(batch.take(pa.array(positions[first:last] - begin)))
                begin += batch.num_rows
        table = pa.Table.from_batches(taken)
        columns = {name: array_of(table.column(place).chunks, False) for name, place in self._places.items()}
        return pd.DataFrame(columns, index=positions, copy=False)


def _batches(path, place=0):
    """Yield the arrays of one column of an Arrow file."""
    options = pa.ipc.IpcReadOptions(included_fields=[place], use_threads=False)
    with pa.OSFile(str(path)) as source:
        reader = pa.ipc.open_file(source, options=options)
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number).column(0)


class StoredTyped(MutableMapping):
    """Typed columns by name, each in a file of its own."""

    def __init__(self, folder):
        self._folder, self._misfits, self._dtypes, self._counts = folder, {}, {}, {}

    def __setitem__(self, name, typed):
        place = self._dtypes.setdefault(name, (len(self._dtypes), typed.values.dtype))[0]
        self._misfits[name] = np.packbits(typed.misfits) if typed.misfits.any() else None
        self._counts[name] = (int(typed.misfits.sum()), int(typed.values.isna().sum()))
        if isinstance(typed.values.dtype, pd.StringDtype):
            array = arrow_text(typed.values)
        else:
            array = pa.array(typed.values, from_pandas=True)
        table = pa.table([array], names=["values"])
        packed = pa.ipc.IpcWriteOptions(compression="lz4")
        with (
            pa.OSFile(self._path(place), "wb") as sink,
            pa.ipc.new_file(sink, table.schema, options=packed) as writer,
        ):
            for begin in range(0, len(table), GROUP_ROWS):
                writer.write_table(table.slice(begin, GROUP_ROWS).combine_chunks())
        del array, table, typed
        pa.default_memory_pool().release_unused()

    def _path(self, place):
        return str(self._folder / f"{place}.arrow")

    def __getitem__(self, name):
        place, dtype = self._dtypes[name]
        array = pa.chunked_array(list(_batches(self._path(place))))
        values = array.to_pandas().astype(dtype)
        packed = self._misfits[name]
        misfits = np.zeros(len(values), dtype=bool)
        if packed is not None:
            misfits = np.unpackbits(packed, count=len(values)).astype(bool)
        return Typed(values.rename(name), misfits)

    def counts(self, name):
        """Return how many cells of a column did not fit its meaning, and how many are blank."""
        return self._counts[name]

    def __delitem__(self, name):
        place, _ = self._dtypes.pop(name)
        Path(self._path(place)).unlink()

    def __iter__(self):
        return iter(self._dtypes)

    def __len__(self):
        return len(self._dtypes)

    def __contains__(self, name):
        return name in self._dtypes

    def write_parquet(self, names, out, on_group):
        """Write the columns ``names`` as one table to Parquet; return the bytes it would take in memory.

        Parameters
        ----------
        on_group : callable
            Called with the rows that are written, before each group.
        """
        empty = pd.DataFrame({name: pd.Series([], dtype=self._dtypes[name][1]) for name in names})
        schema, n_bytes, done = pa.Schema.from_pandas(empty, preserve_index=False), 0, 0
        columns = [_batches(self._path(self._dtypes[name][0])) for name in names]
        words = [
            field.name for field in schema if pa.types.is_large_string(field.type) or pa.types.is_string(field.type)
        ]
        with pq.ParquetWriter(out, schema, compression="zstd", use_dictionary=words) as writer:
            for arrays in zip(*columns, strict=True):
                on_group(done)
                table = pa.table([array.cast(field.type) for array, field in zip(arrays, schema, strict=True)], schema)
                writer.write_table(table)
                done += table.num_rows
                n_bytes += table.nbytes
        return n_bytes
