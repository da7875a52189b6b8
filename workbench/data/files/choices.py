"""What a file offers to choose from: members of an archive, sheets of a workbook, tables of a database file."""

import re
from dataclasses import dataclass
from pathlib import Path

from workbench.data.files.formats import detect_format
from workbench.data.files.packed import structure_of
from workbench.data.files.typed_formats import typed_tables
from workbench.data.opening import told
from workbench.runtime.containers import members, unpacked


@dataclass(frozen=True)
class TableName:
    """One of the tables that a file offers.

    Attributes
    ----------
    member, sheet : str
        As ``ReadSpec`` names it.
    n_rows, n_columns : int or None
        None where counting would mean reading.
    words : str
        How it is shown: “sales”, 1,200 rows.
    """

    member: str
    sheet: str
    n_rows: int | None
    n_columns: int | None
    words: str


@told
def tables_in(path, member=""):
    """Return the tables that the file at ``path`` offers: tuple of :class:`TableName`, of one where there is no choice.

    Parameters
    ----------
    path : path-like
    member : str
        Of an archive: the file inside whose own tables are meant.

    Raises
    ------
    CannotRead
        The file is damaged, locked or no table.
    """
    path = Path(path)
    found = members(path) if not member else ()
    if len(found) > 1:
        return tuple(
            TableName(one.name, "", None, None, f"“{one.name}”, {_size(one.size)}")
            for one in sorted(found, key=lambda one: _in_reading_order(one.name))
        )
    with unpacked(path, member) as plain:
        tables = typed_tables(plain, detect_format(plain))
    return tuple(
        TableName(member, name, rows, columns, _table_words(name, rows, columns))
        for name, (rows, columns) in tables.items()
    ) or (TableName(member, "", None, None, "the table"),)


@told
def rules_for(path, member="", sheet=""):
    """Return the ``ReadSpec`` that is found out for one of the tables of :func:`tables_in`."""
    with structure_of(path, member=member, sheet=sheet) as (_, structure):
        return structure.read


def _in_reading_order(name):
    """Return what sorts names as a person would: part 2 before part 10."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"([0-9]+)", name.lower())]


def _table_words(name, n_rows, n_columns):
    shown = f"“{name}”" if name else "the table"
    if n_rows is None:
        return shown
    return f"{shown}, {n_rows:,} row{'' if n_rows == 1 else 's'}, {n_columns:,} column{'' if n_columns == 1 else 's'}"


def _size(n_bytes):
    return f"{n_bytes / 2**20:,.1f} MB" if n_bytes >= 2**20 else f"{max(1, n_bytes // 2**10):,} kB"
