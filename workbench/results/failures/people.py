"""Columns whose names say that they are about people: those that are asked about first when groups are compared."""

import re
from collections.abc import Iterable

from workbench.specs import ColumnSpec

MOST_COLUMNS = 3
GROUPED = ("category", "yes_no", "number", "integer", "date")  # meanings that have groups or ranges
# German, French and Spanish beside English.
ABOUT_PEOPLE = re.compile(
    r"sex|gender|geschlecht|^age|alter|race|ethnic|religion|nation|disab|marital|foreign", re.IGNORECASE
)


def about_people(columns: Iterable[ColumnSpec], target: str = "") -> tuple[ColumnSpec, ...]:
    """Return the columns that say by their names that they are about people, at most ``MOST_COLUMNS``.

    >>> from workbench.specs import ColumnSpec
    >>> names = ("Contract", "gender", "Age")
    >>> [one.name for one in about_people(ColumnSpec(name=name, meaning="category") for name in names)]
    ['gender', 'Age']
    """
    found = (one for one in columns if ABOUT_PEOPLE.search(one.name) and one.meaning in GROUPED and one.name != target)
    return tuple(found)[:MOST_COLUMNS]
