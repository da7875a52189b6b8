"""Files to typed Parquet, and samples of it, without holding the whole table in memory."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.data.opening import open_table, told
from workbench.data.questions import Question
from workbench.errors import Stopped
from workbench.runtime.reading import read_raw
from workbench.specs import ReadSpec, Schema

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
    total = Path(path).stat().st_size
    if on_progress:
        on_progress(0, total, "Reading the file")
    if should_stop and should_stop():
        raise Stopped("Reading was stopped.")
    opened = open_table(path, name=name, read=read, schema=schema)
    if should_stop and should_stop():
        raise Stopped("Reading was stopped.")
    opened.table.to_parquet(out, index=False, compression="zstd")
    if on_progress:
        on_progress(total, total, "Reading the file")
    return OpenedFile(
        n_rows=len(opened.table),
        n_columns=opened.table.shape[1],
        table_bytes=int(opened.table.memory_usage(index=False, deep=True).sum()),
        read=opened.read,
        schema=opened.schema,
        sentence=opened.sentence,
        notes=opened.notes,
        misfits=opened.misfits,
        questions=opened.questions,
    )


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
    import pyarrow as pa
    import pyarrow.parquet as pq

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
    return read_raw(path, read.model_dump(mode="json")).iloc[positions]
