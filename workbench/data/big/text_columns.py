"""The text of a big file by columns, compact: columns of few different texts are kept as categories."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.data.big.text_pieces import THREADS, text_pieces
from workbench.data.columns.quick_typing import str_array

FEW_SHARE = 0.2  # of a piece's cells that may be different texts for it to be kept as categories
LOOKED_AT = 10_000


class TextColumns:
    """Raw cells as ``runtime.reading.read_raw`` gives them, made to columns when they are asked for.

    Attributes
    ----------
    columns, index : pandas.Index
    typed : dict of str to Typed
        What became of the columns; the text of those without misfits is let go.
    threads : int
        Columns that may be typed at a time.
    """

    threads = THREADS

    def __init__(self, names):
        self.columns = pd.Index(list(names), dtype="str")
        self.typed = _InsteadOfText(self)
        self._chunks = {name: [] for name in names}
        self._few = {}
        self._made = {}
        self._n_rows = 0

    @classmethod
    def read(cls, path, read, pieces=text_pieces):
        """Return the cells of the file at ``path``; ``pieces`` is what cuts it.

        Raises
        ------
        workbench.data.big.text_pieces.Irregular
        """
        cells = cls(read.names)
        for table, _ in pieces(path, read, then=cells.compact):
            cells.append(table)
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(cells.__getitem__, [name for name in cells.columns if cells._few.get(name)]))
        return cells

    def compact(self, table):
        """Return ``table`` with its columns of few different texts as dictionaries."""
        columns = []
        for name, column in zip(self.columns, table.columns, strict=True):
            if name not in self._few and table.num_rows:
                self._few[name] = has_few(column)
            columns.append(pc.dictionary_encode(column) if self._few.get(name) else column)
        return pa.table(columns, names=table.column_names)

    def append(self, table):
        """Add the rows of a table that was made compact."""
        self._n_rows += table.num_rows
        for name, column in zip(self.columns, table.columns, strict=True):
            self._chunks[name] += column.chunks

    def __len__(self):
        return self._n_rows

    @property
    def index(self):
        return pd.RangeIndex(self._n_rows)

    def __getitem__(self, name):
        if name in self._made:
            return self._made[name]
        values = pd.Series(array_of(self._chunks[name], self._few.get(name)), index=self.index, name=name, copy=False)
        if self._few.get(name):
            self.replace_text(name, values)
        return values

    def replace_text(self, name, values):
        """Keep ``values`` (of the same meaning, typed perhaps) for the cells of a column, which frees their memory."""
        self._made[name] = values
        self._chunks[name] = []
        pa.default_memory_pool().release_unused()

    def take(self, positions):
        """Return a pandas.DataFrame of the rows at ``positions``, which are sorted."""
        with ThreadPoolExecutor(THREADS) as threads:
            arrays = list(threads.map(lambda name: self._rows(name, positions), self.columns))
        return pd.DataFrame(dict(zip(self.columns, arrays, strict=True)), index=positions, copy=False)

    def _rows(self, name, positions):
        if name in self._made:
            return self._made[name].array.take(positions)
        chunks, taken, begin = self._chunks[name], [], 0
        for chunk in chunks:
            first, last = np.searchsorted(positions, (begin, begin + len(chunk)))
            if last > first:
                taken.append(chunk.take(pa.array(positions[first:last] - begin)))
            begin += len(chunk)
        return array_of(taken, self._few.get(name))


class _InsteadOfText(dict):
    """Typed columns that take the place of the text they came from."""

    def __init__(self, cells):
        super().__init__()
        self._cells = cells

    def __setitem__(self, name, typed):
        super().__setitem__(name, typed)
        if not typed.misfits.any():
            self._cells.replace_text(name, typed.values)


def has_few(column):
    """Return whether the first cells of a column of text are mostly the same ones."""
    head = column[:LOOKED_AT]
    return len(pc.unique(head)) <= FEW_SHARE * len(head)


def array_of(chunks, few):
    """Return pandas' array of chunks of Arrow text: categories where there are ``few`` different ones."""
    if not few:
        return str_array(pa.chunked_array(chunks, pa.string()))
    encoded = [chunk if pa.types.is_dictionary(chunk.type) else pc.dictionary_encode(chunk) for chunk in chunks]
    return _categories(pa.chunked_array(encoded))


def _categories(encoded):
    encoded = encoded.unify_dictionaries()
    texts = encoded.chunk(encoded.num_chunks - 1).dictionary if encoded.num_chunks else pa.array([], pa.string())
    indices = pa.chunked_array([chunk.indices for chunk in encoded.chunks], pa.int32())
    codes = pc.fill_null(indices, -1).to_numpy()
    n_texts = len(texts)
    used = np.zeros(n_texts + 1, dtype=bool)
    used[codes] = True  # -1 marks the last, which is no text
    if not used[:n_texts].all():
        codes = np.append(np.cumsum(used[:n_texts]) - 1, -1)[codes]
        texts = texts.filter(pa.array(used[:n_texts]))
    dtype = pd.CategoricalDtype(
        pd.Index(str_array(texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([texts])))
    )
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)
