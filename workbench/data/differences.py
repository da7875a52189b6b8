"""How the columns of a newer table differ from those of the one before it."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from workbench.specs import Schema

ChangeKind = Literal["removed", "added", "renamed", "meaning", "order"]
# Ratcliff and Obershelp's measure, as difflib has it: "price"/"prices" 0.91, "cust_id"/"customer_id" 0.78,
# "price"/"weight" 0.36. A rename is only suggested, and only where place and meaning agree too.
ALIKE = 0.6


@dataclass(frozen=True)
class ColumnChange:
    """One difference between two schemas.

    Attributes
    ----------
    kind : str
    column : str
        Its name in the newer table, or in the older one where it is gone; "" for ``order``, which is about all.
    was, now : str
        The two names for ``renamed``, the two meanings for ``meaning``; else "".
    """

    kind: ChangeKind
    column: str = ""
    was: str = ""
    now: str = ""


def compare_schemas(old: Schema, new: Schema) -> tuple[ColumnChange, ...]:
    """Return what changed from ``old`` to ``new``, in the order of the columns.

    A column that is gone and one that is new are one renamed column where they stand at the same place (counted from
    either end), mean the same and have similar names.

    Examples
    --------
    >>> from workbench.specs import ColumnSpec
    >>> old = Schema(columns=(ColumnSpec(name="price", meaning="number"), ColumnSpec(name="day", meaning="date")))
    >>> new = Schema(columns=(ColumnSpec(name="Prices", meaning="number"), ColumnSpec(name="day", meaning="text")))
    >>> [(change.kind, change.was, change.now) for change in compare_schemas(old, new)]
    [('renamed', 'price', 'Prices'), ('meaning', 'date', 'text')]
    """
    were, are = _meanings(old), _meanings(new)
    removed = [name for name in were if name not in are]
    added = [name for name in are if name not in were]
    renamed = _renamed(were, are)
    now_known = set(renamed.values())
    changes = [ColumnChange("removed", name) for name in removed if name not in renamed]
    changes += [ColumnChange("added", name) for name in added if name not in now_known]
    changes += [ColumnChange("renamed", now, was, now) for was, now in renamed.items()]
    for name, meaning in are.items():
        if name in were and were[name] != meaning:
            changes.append(ColumnChange("meaning", name, were[name], meaning))
    if [name for name in were if name in are] != [name for name in are if name in were]:
        changes.append(ColumnChange("order"))
    return tuple(changes)


def _meanings(schema: Schema) -> dict[str, str]:
    return {column.name: column.meaning for column in schema.columns}


def _renamed(were: dict[str, str], are: dict[str, str]) -> dict[str, str]:
    """Return old names with the new names they probably have now."""
    from_left, from_right = list(are), list(are)[::-1]
    found: dict[str, str] = {}
    for at, was in enumerate(were):
        if was in are:
            continue
        for place, names in ((at, from_left), (len(were) - 1 - at, from_right)):
            now = names[place] if place < len(names) else ""
            new = now and now not in were and now not in found.values()
            if new and were[was] == are[now] and _alike(was, now):
                found[was] = now
                break
    return found


def _alike(first: str, second: str) -> bool:
    return SequenceMatcher(None, plain_name(first), plain_name(second), autojunk=False).ratio() >= ALIKE


def plain_name(name: str) -> str:
    """Return a column's name as two files of the same shape agree on it: without case and with single blanks.

    >>> plain_name("  Unit  Price ")
    'unit price'
    """
    return " ".join(name.split()).casefold()
