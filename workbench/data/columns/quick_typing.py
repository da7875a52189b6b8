"""Columns of text to typed columns, many cells at a time; every result is that of ``runtime.column_types``.

The quick ways take a column only where every cell has the plain form of its meaning: numbers and ISO dates that
Arrow reads to the same bits, words without blanks around them. Any other column goes the exact way.
"""

from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.runtime.column_types import WORDS, Typed, spellings_of
from workbench.runtime.column_types import type_column as type_exactly

MIN_ROWS = 2_000  # below this the exact way is as quick
LARGEST_EXACT = 2.0**53
EARLIEST, LATEST = np.datetime64("1700-01-01", "us"), np.datetime64("2200-01-01", "us")
ISO_LENGTHS = (10, 16, 19)  # day, minute, second
STR = pd.StringDtype(storage="pyarrow", na_value=np.nan)


def type_column(values, column):
    """Return what :func:`workbench.runtime.column_types.type_column` does, sooner.

    Parameters
    ----------
    values : pandas.Series
        Its text may be stored as categories.
    column : dict
        JSON of a ``ColumnSpec``.
    """
    if isinstance(values.dtype, pd.CategoricalDtype) and isinstance(values.dtype.categories.dtype, pd.StringDtype):
        return _from_categories(values, column)
    if len(values) < MIN_ROWS or values.dtype != STR:
        return type_exactly(values, column)
    typed = _quickly(arrow_text(values), column)
    if typed is None:
        return type_exactly(values, column)
    return Typed(pd.Series(typed, index=values.index, name=values.name, copy=False), np.zeros(len(values), dtype=bool))


def arrow_text(values):
    """Return the pyarrow.ChunkedArray under a ``str`` column."""
    return values.array.__arrow_array__()


def str_array(text):
    """Return Arrow text as pandas' array of ``str``, without a copy of the characters."""
    if not pa.types.is_large_string(text.type):
        text = text.cast(pa.large_string())
    return STR.__from_arrow__(text)


def _from_categories(values, column):
    """Type the distinct texts once and spread them over the rows."""
    codes = values.cat.codes.to_numpy()
    distinct = type_exactly(pd.Series(values.cat.categories.array), column)
    misfits = np.append(distinct.misfits, False)[codes]  # -1, an absent cell, takes the last
    array = distinct.values.array
    if column["meaning"] in WORDS:
        indices = pa.array(codes, mask=codes < 0)
        typed = STR.__from_arrow__(pc.take(arrow_text(distinct.values), indices))
    else:
        array = distinct.values.to_numpy()
        if array.dtype == "int64" and (codes >= 0).all():
            typed = array[codes]
        else:
            missing = np.datetime64("NaT") if array.dtype.kind == "M" else np.nan
            typed = np.append(array if array.dtype.kind == "M" else array.astype("float64"), missing)[codes]
    return Typed(pd.Series(typed, index=values.index, name=values.name, copy=False), misfits)


def _quickly(text, column):
    """Return the typed array, or None where any cell needs the exact way."""
    meaning = column["meaning"]
    if meaning in WORDS:
        return _words(text, column)
    if meaning == "date":
        if column.get("date_format", "ISO8601") not in ("", "ISO8601"):
            return None
        parse = _moments
    elif column.get("thousands") or column.get("unit") or column.get("scales"):
        return None
    else:
        parse = partial(_numbers, decimal=column.get("decimal", "."), whole=meaning == "integer")
    tokens = column.get("missing", ())
    # Blank cells of a big file are null already: mostly nothing needs to be taken out.
    array = None if tokens else parse(text)
    return parse(_without(text, tokens)) if array is None else array


def _without(text, tokens):
    """Return ``text`` with null for blank cells and the ``tokens``."""
    gone = pc.is_in(text, value_set=pa.array(["", *tokens], pa.large_string()))
    return pc.if_else(gone, pa.scalar(None, pa.large_string()), text) if pc.any(gone).as_py() else text


def _numbers(text, decimal, whole):
    if decimal == ",":
        if pc.any(pc.match_substring(text, ".")).as_py():
            return None
        text = pc.replace_substring(text, ",", ".")
    try:
        array = pc.cast(text, pa.float64()).to_numpy()  # NaN for null
    except pa.ArrowInvalid:
        return None
    n_values = len(array) - text.null_count
    if np.isfinite(array).sum() < n_values:
        return None
    if whole:
        if (np.floor(array) == array).sum() < n_values or (np.abs(array) >= LARGEST_EXACT).any():
            return None
        if n_values == len(array):
            return array.astype("int64")
    return array if array.flags.writeable else array.copy()


def _moments(text):
    lengths = pc.unique(pc.binary_length(text)).drop_null()
    if not set(lengths.to_pylist()) <= set(ISO_LENGTHS):
        return None
    try:
        array = pc.cast(text, pa.timestamp("us")).to_numpy()
    except pa.ArrowInvalid:
        return None
    known = array[~np.isnat(array)]
    if len(known) and (known.min() < EARLIEST or known.max() > LATEST):
        return None
    return array if array.flags.writeable else array.copy()


def _words(text, column):
    if has_edges(text):
        return None
    tokens, spellings = column.get("missing", ()), spellings_of(column)
    text = _without(text, tokens)
    return STR.__from_arrow__(_without(_spelt(text, spellings), tokens) if spellings else text)


def _spelt(text, spellings):
    """Return ``text`` with the words that the file writes in several ways as they should read."""
    places = pc.index_in(text, value_set=pa.array(list(spellings), pa.large_string()))
    return pc.coalesce(pc.take(pa.array(list(spellings.values()), pa.large_string()), places), text)


def has_edges(text):
    """Return whether any cell of Arrow text has white space at its begin or end."""
    return any(map(_has_edge, text.chunks)) and bool(pc.any(pc.not_equal(pc.utf8_trim_whitespace(text), text)).as_py())


def _has_edge(chunk):
    """Return whether any cell of a chunk of text begins or ends with a byte that could be white space."""
    offsets = np.frombuffer(chunk.buffers()[1], dtype="int64")[chunk.offset : chunk.offset + len(chunk) + 1]
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    if not len(filled):
        return False
    # Letters beyond ASCII are looked at again: some white space is.
    data = np.frombuffer(chunk.buffers()[2], dtype=np.uint8)
    first, last = data[offsets[filled]], data[offsets[filled + 1] - 1]
    return bool(((first <= 32) | (first >= 128) | (last <= 32) | (last >= 128)).any())
