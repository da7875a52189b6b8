"""Packed files: which of the files inside is the table."""

import contextlib
from dataclasses import replace
from pathlib import Path

from workbench.data.files.structure import detect_structure
from workbench.runtime.archive_names import TABLES, table_suffix
from workbench.runtime.containers import members, unpacked

MOST_NAMED = 5


@contextlib.contextmanager
def structure_of(path, *, member="", sheet=""):
    """Yield (path of the table's file inside, its :class:`~workbench.data.files.structure.Structure`).

    Parameters
    ----------
    path : path-like
        May be packed.
    member, sheet : str
        What was chosen; "" lets the only table be taken, or the largest.
    """
    path = Path(path)
    member, notes = (member, ()) if member else chosen_member(path)
    with unpacked(path, member) as plain:
        found = detect_structure(plain, sheet=sheet)
        yield plain, replace(found, read=found.read.but(member=member), notes=(*notes, *found.notes))


def chosen_member(path):
    """Return (member to read, notes) for the file at ``path``; ("", ()) where there is nothing to choose."""
    found = members(path)
    if len(found) < 2:
        return "", ()
    best = max(found, key=lambda member: (table_suffix(member.name) in TABLES, member.size))
    others = [f"“{member.name}”" for member in found if member != best]
    shown = ", ".join(others[:MOST_NAMED]) + (
        f" and {len(others) - MOST_NAMED:,} more" if len(others) > MOST_NAMED else ""
    )
    return best.name, (f"“{best.name}” was read, the largest file of the archive; there is also {shown}.",)
