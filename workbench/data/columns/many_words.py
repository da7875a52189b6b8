"""Columns of very many different texts: what the choice between category, text and identifier needs, by counting."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.data.columns.quick_typing import MIN_ROWS, STR, arrow_text, has_edges

PART_ROWS = 1_000_000
FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class ManyWords:
    """The cells of a column of words.

    Attributes
    ----------
    n_cells : int
        Filled ones that are no token.
    n_kinds : int
        Different texts among them.
    n_pairs : int
        Cells of two characters.
    tokens : tuple of str
        Those that occur.
    """

    n_cells: int
    n_kinds: int
    n_pairs: int
    tokens: tuple[str, ...]


def many_words(values, tokens):
    """Return the :class:`ManyWords` of a ``str`` column, or None where its cells have to be looked at one by one."""
    if len(values) < MIN_ROWS or values.dtype != STR:
        return None
    text = arrow_text(values)
    if has_edges(text):
        return None
    lengths = pc.fill_null(pc.binary_length(text), 0)
    filled = pc.greater(lengths, 0)
    n_filled = pc.sum(filled).as_py() or 0
    if not n_filled:
        return None
    longest = max(len(token.encode()) for token in tokens)
    short = text.filter(pc.and_(filled, pc.less_equal(lengths, longest)))
    found = pc.value_counts(short.filter(pc.is_in(short, value_set=pa.array(sorted(tokens), pa.large_string()))))
    present = {item["values"]: item["counts"] for item in found.to_pylist()}
    n_pairs = pc.sum(pc.equal(pc.utf8_length(short), 2)).as_py() or 0
    n_cells = n_filled - sum(present.values())
    return ManyWords(n_cells, _n_different(text) - len(present), n_pairs, tuple(sorted(present)))


def _n_different(text):
    """Return the number of different texts that are not blank.

    They are told by hashes of 64 bits: two texts of a million that share one are as good as impossible.
    """
    hashes, done = np.empty(len(text), dtype="uint64"), 0
    for chunk in text.chunks:
        some = _hashes(chunk)
        hashes[done : done + len(some)] = some
        done += len(some)
    hashes = hashes[:done]
    n_parts = np.uint64(1 + done // PART_ROWS)  # so that no big table of hashes is needed
    return sum(len(pd.unique(hashes[hashes % n_parts == part])) for part in np.arange(n_parts))


def _hashes(chunk):
    offsets = np.frombuffer(chunk.buffers()[1], dtype="int64")[chunk.offset : chunk.offset + len(chunk) + 1]
    data = np.frombuffer(chunk.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]]
    padded = np.append(data, np.zeros(8, dtype=np.uint8))
    eights = np.ndarray(len(padded) - 7, dtype="<u8", buffer=padded, strides=(1,))  # the eight bytes at each place
    begins, lengths = offsets[:-1] - offsets[0], np.diff(offsets)
    begins, lengths = begins[lengths > 0], lengths[lengths > 0]
    hashes = lengths.astype("uint64") * FACTOR
    result, rows = np.empty_like(hashes), np.arange(len(hashes))
    while len(rows):
        # Of fewer than eight bytes that are left, only these count.
        block = eights[begins] << (8 * np.clip(8 - lengths, 0, 7)).astype("uint64")
        hashes = (hashes ^ block) * FACTOR
        hashes ^= hashes >> np.uint64(29)
        more = lengths > 8
        if not more.all():
            result[rows[~more]] = hashes[~more]
            rows, hashes, begins, lengths = rows[more], hashes[more], begins[more], lengths[more]
        begins, lengths = begins + 8, lengths - 8
    return result
