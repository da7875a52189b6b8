"""Files to tables by given rules: read_raw, type_column, type_table. Nothing here guesses.

Shipped with every bundle, so that a later file is read exactly as the first one was. Detection, which finds the
rules, is in ``workbench.data``.
"""

from pathlib import Path

from workbench.runtime import typed_files
from workbench.runtime.appending import appended
from workbench.runtime.column_types import Typed, type_column, type_table
from workbench.runtime.containers import ALL, unpacked
from workbench.runtime.delimited import read_delimited
from workbench.runtime.errors import ReadingError

__all__ = ["ReadingError", "Typed", "read_raw", "read_raw_with_repairs", "type_column", "type_table"]


def read_raw(path, read, *, max_rows=None):
    """Return the cells of the file at ``path``, with final column names and without type.

    Parameters
    ----------
    path : path-like
        May be packed (gz, bz2, xz, zst, zip, tar); ``read["member"]`` says which file of an archive, "*" for all.
    read : dict
        JSON of a ``ReadSpec``.
    max_rows : int, optional
        Read only so many data rows from the top.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_columns)
        Index 0 … n-1. Text files: ``str`` columns, blank cells ``""``, absent cells ``""`` or NaN. Workbooks and JSON:
        object columns that hold what the file holds. Parquet and Feather: the file's own types.

    Raises
    ------
    ReadingError
        The file is damaged, or cannot be read by these rules.
    """
    return read_raw_with_repairs(path, read, max_rows=max_rows)[0]


def read_raw_with_repairs(path, read, *, max_rows=None):
    """Return (the table of :func:`read_raw`, what had to be repaired in ragged text or None)."""
    kind = read.get("format", "delimited")
    with unpacked(Path(path), read.get("member", "")) as plain:
        if read.get("member") == ALL:
            return appended(plain, read, read_raw_with_repairs, max_rows=max_rows)
        if kind in ("delimited", "fixed_width"):
            return read_delimited(plain, read, max_rows=max_rows)
        return typed_files.reader(kind)(plain, read, max_rows=max_rows), None
