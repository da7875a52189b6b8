"""Files to typed Parquet, and samples of it, without holding the whole table in memory."""

import contextlib
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.data import opening
from workbench.data.big.irregular_pieces import irregular_pieces
from workbench.data.big.stored_columns import GROUP_ROWS, StoredColumns
from workbench.data.big.text_pieces import Irregular, text_pieces
from workbench.data.columns.quick_typing import str_array
from workbench.data.files.choices import structure_of
from workbench.data.opening import described, repair_notes, told, too_irregular
from workbench.data.questions import Question
from workbench.errors import Stopped
from workbench.runtime.containers import unpacked
from workbench.runtime.limits import brief
from workbench.runtime.reading import read_raw
from workbench.runtime.records import Repairs
from workbench.specs import ReadSpec, Schema

PIECES_BYTES = 32 * 2**20  # of text from which it is not held in memory
MAX_PIECES_COLUMNS = 2_000  # of more, each piece holds too few rows
ROW = "__row__"  # in a sample: the position of the row in the file's table


@dataclass(frozen=True)
class OpenedFile:
    """What :func:`open_to_parquet` found in a file; the table itself is on the disk.

    Attributes
    ----------
    table_bytes : int
        What the whole table would take in memory, estimated.
    misfits : dict of str to int
        Per column, the cells that did not fit its meaning; columns without any may be absent.
    questions : tuple of Question
        What only the person can know; empty where the schema was given.
    """

    n_rows: int
    n_columns: int
    table_bytes: int
    read: ReadSpec
    schema: Schema
    sentence: str
    notes: tuple[str, ...]
    misfits: dict[str, int]
    questions: tuple[Question, ...] = ()


@told
def open_to_parquet(
    path, out, *, name=None, read=None, schema=None, sample_rows=None, on_progress=None, should_stop=None
):
    """Read the file at ``path`` and write its typed table to Parquet at ``out``.

    Parameters
    ----------
    path, out : path-like
    name, read, schema
        As in :func:`open_table`.
    sample_rows : int, optional
        Write only so many rows, drawn as :func:`sample_parquet` does, where the table has more.
    on_progress : callable, optional
        Called as ``on_progress(done_bytes, total_bytes, words)``.
    should_stop : callable, optional
        Asked between pieces; where it returns True the reading ends.

    Returns
    -------
    OpenedFile

    Raises
    ------
    CannotRead
        As :func:`open_table`.
    Stopped
        ``should_stop`` said so; nothing is left at ``out``.
    """
    progress = _Progress(on_progress, should_stop)
    progress(0.0, "Reading the file")
    out = Path(out)
    try:
        with _located(path, read) as (plain, read, notes):
            progress.total = plain.stat().st_size
            if _is_for_pieces(plain, read):
                try:
                    return _by_columns(plain, out, read, schema, notes, progress)
                except Irregular:
                    pass
            if _is_irregular(plain, read):
                try:
                    return _by_columns(plain, out, read, schema, notes, progress, Repairs())
                except Irregular as error:
                    raise too_irregular() from error
        progress(0.1, "Reading the file")
        return _in_memory(path, out, read, schema, notes, progress)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


class _Progress:
    """Tells how far the reading is, and ends it where that was asked for."""

    def __init__(self, on_progress, should_stop):
        self.on_progress, self.should_stop, self.total = on_progress, should_stop, 1

    def __call__(self, share, words):
        if self.should_stop and self.should_stop():
            raise Stopped("Reading was stopped.")
        if self.on_progress:
            self.on_progress(int(share * self.total), self.total, words)


@contextlib.contextmanager
def _located(path, read):
    """Yield (the unpacked file, its ReadSpec, notes)."""
    if read is None:
        with structure_of(path) as (plain, structure):
            yield plain, structure.read, structure.notes
    else:
        with unpacked(Path(path), read.member) as plain:
            yield plain, read, ()


def _is_for_pieces(path, read):
    return (
        read.format == "delimited"
        and read.member != "*"
        and path.stat().st_size > PIECES_BYTES
        and 0 < len(read.names) <= MAX_PIECES_COLUMNS
    )


def _is_irregular(path, read):
    """Return whether text is too big for the reader that holds it as a whole."""
    return (
        read.format in ("delimited", "fixed_width")
        and read.member != "*"
        and path.stat().st_size > opening.MAX_IRREGULAR_BYTES
        and 0 < len(read.names) <= MAX_PIECES_COLUMNS
    )


def _pieces(path, read, repairs=None):
    """Yield (table, share of the file that is done); with ``repairs`` of text of any kind."""
    if repairs is not None:
        yield from irregular_pieces(path, read, repairs)
        return
    size = path.stat().st_size
    for table, done in text_pieces(path, read):
        yield table, done / size


def _in_memory(path, out, read, schema, notes, progress):
    n_columns, seen = max(len(read.names), 1), []

    def on_column(name):
        seen.append(name)
        progress(min(0.2 + 0.6 * len(seen) / n_columns, 0.8), "Looking at the columns")

    opened = opening.open_whole(path, read, schema, on_column)
    progress(0.9, "Writing the table")
    opened.table.to_parquet(out, index=False, compression="zstd", row_group_size=GROUP_ROWS)
    progress(1.0, "Writing the table")
    found = {field.name: getattr(opened, field.name) for field in fields(opened) if field.name != "table"}
    found["notes"] = (*map(brief, notes), *opened.notes)  # the rules were found before the table was opened
    n_bytes = int(opened.table.memory_usage(index=False, deep=True).sum())
    return OpenedFile(*opened.table.shape, n_bytes, **found)


def _by_columns(plain, out, read, schema, notes, progress, repairs=None):
    """Keep the text of the columns on the disk, type one after the other, and put them together."""
    n_columns, seen = len(read.names), set()

    def on_column(name):
        seen.add(name)
        progress(0.5 + 0.3 * len(seen) / n_columns, "Finding out what the columns hold")

    def tables():
        for table, done in _pieces(plain, read, repairs):
            progress(0.5 * done, "Reading the file")
            yield table

    with tempfile.TemporaryDirectory(prefix=".reading-", dir=out.parent) as folder:
        raw = StoredColumns(folder, read.names, on_column)
        raw.fill(tables())
        if not len(raw):
            raise Irregular  # says why
        done, facts = described(raw, read, schema, (*notes, *repair_notes(repairs)))
        names = facts["schema"].names
        words = "Writing the table"
        n_bytes = done.write_parquet(names, out, lambda n: progress(0.8 + 0.2 * n / len(raw), words))
        progress(1.0, words)
        return OpenedFile(len(raw), len(names), n_bytes, read, **facts)


def sample_parquet(table_path, n_rows, out, *, seed):
    """Write a uniform random sample without replacement of the rows of a Parquet file.

    Parameters
    ----------
    table_path : path-like
        As :func:`open_to_parquet` writes it.
    n_rows : int
        All rows where the table has no more.
    out : path-like
        Gets the rows in the order of the table, and behind the columns their positions as ``__row__`` (int64).
    seed : int

    Returns
    -------
    numpy.ndarray of int64, shape (n_sampled,)
        The sorted positions.
    """
    source = pq.ParquetFile(table_path)
    positions = sampled_positions(source.metadata.num_rows, n_rows, seed)
    schema = source.schema_arrow.append(pa.field(ROW, pa.int64()))
    begin = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in range(source.num_row_groups):
            end = begin + source.metadata.row_group(group).num_rows
            chosen = positions[np.searchsorted(positions, begin) : np.searchsorted(positions, end)]
            if len(chosen):
                rows = source.read_row_group(group).take(pa.array(chosen - begin))
                writer.write_table(rows.append_column(schema.field(ROW), pa.array(chosen)))
            begin = end
    return positions


def sampled_positions(total, n_rows, seed):
    """Return ``n_rows`` sorted positions below ``total``, drawn without replacement; all where there are no more."""
    if n_rows >= total:
        return np.arange(total, dtype="int64")
    return np.sort(np.random.default_rng(seed).choice(total, n_rows, replace=False)).astype("int64")


@told
def read_sample_text(path, read, positions):
    """Return the text cells of the rows at ``positions`` of the file at ``path``.

    Parameters
    ----------
    path : path-like
    read : ReadSpec
    positions : array-like of int
        Of rows of the table, sorted.

    Returns
    -------
    pandas.DataFrame
        Index: ``positions``.
    """
    positions = np.asarray(positions, dtype="int64")
    with unpacked(Path(path), read.member) as plain:
        if _is_for_pieces(plain, read):
            with contextlib.suppress(Irregular):
                return _text_rows(_pieces(plain, read), read, positions)
        if _is_irregular(plain, read):
            return _text_rows(_pieces(plain, read, Repairs()), read, positions)
    return read_raw(path, read.model_dump(mode="json")).iloc[positions]


def _text_rows(pieces, read, positions):
    taken, begin = [], 0
    for table, _ in pieces:
        first, last = np.searchsorted(positions, (begin, begin + table.num_rows))
        taken.append(table.take(pa.array(positions[first:last] - begin)))
        begin += table.num_rows
    if len(positions) and positions[-1] >= begin:
        raise IndexError(f"there is no row {positions[-1]}")
    rows = pa.concat_tables(taken)
    columns = {name: str_array(pc.fill_null(column, "")) for name, column in zip(read.names, rows.columns, strict=True)}
    return pd.DataFrame(columns, index=positions, copy=False)
