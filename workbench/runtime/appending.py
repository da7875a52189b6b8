"""Several files of the same shape as one table."""

import re

import pandas as pd

from workbench.runtime.containers import members
from workbench.runtime.delimited import unique_names
from workbench.runtime.errors import ReadingError
from workbench.runtime.records import Repairs


def appended(archive, read, read_one, *, max_rows=None):
    """Return (rows of every table in ``archive``, one below the other, and their Repairs or None).

    Parameters
    ----------
    archive : path-like
        A zip or tar.
    read : dict
        JSON of a ``ReadSpec``: every file is read by its rules. Columns are matched by their names, so that they may
        stand in another order; what a file lacks is missing, what it has more comes behind.
    read_one : callable
        ``read_one(path, read, max_rows=…) -> (table, Repairs or None)``.

    Raises
    ------
    ReadingError
        A file cannot be read by the rules; names it.
    """
    found = members(archive)
    if not found:
        return read_one(archive, {**read, "member": ""}, max_rows=max_rows)
    final, own_of_first, tables, repairs, n_rows = list(read.get("names", ())), None, [], None, 0
    for member in found:
        rules = {**read, "member": member.name, "names": []}
        left = None if max_rows is None else max(0, max_rows - n_rows)
        try:
            table, repaired = read_one(archive, rules, max_rows=left)
        except ReadingError as error:
            raise ReadingError(f"“{member.name}” of the archive: {error.message}", error.advice) from error
        own = [re.sub(r"\s+", " ", name) for name in table.columns]
        if own_of_first is None:
            own_of_first = own
        table.columns = pd.Index(_final_names(own, own_of_first, final), dtype="str")
        repairs = _sum(repairs, repaired, n_rows)
        n_rows += len(table)
        tables.append(table)
    whole = pd.concat(tables, ignore_index=True)
    if final:
        whole = whole.reindex(columns=pd.Index(final, dtype="str"))
    return whole, repairs


def _final_names(own, first, final):
    """Return the names of a file's columns in the whole table; ``final`` begins with those of the first file."""
    if not final or len(final) < len(first):
        return unique_names(own)
    renamed = dict(zip(first, final, strict=False))
    return unique_names([renamed.get(name, name) for name in own])


def _sum(total, more, offset):
    if more is None or total is None:
        return more or total
    examples = [(position + offset, *rest) for position, *rest in more.examples]
    return Repairs(
        total.shorter + more.shorter,
        total.rejoined + more.rejoined,
        total.overflowing + more.overflowing,
        total.examples + examples,
    )
