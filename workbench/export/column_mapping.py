"""Columns of a new file that are called otherwise than those the model knows: suggestions, and the renaming itself.

Suggested is what has a similar name and holds what the field takes, or what alone holds it; nothing is renamed before
a person said so. Order of columns never matters; absent ones count as blank, extra ones as the contract says.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import NotFound, NotPossible
from workbench.results.wording import percent
from workbench.runtime.cell_checks import check_column
from workbench.runtime.contract import NUMERIC

ALIKE = 0.6  # of difflib's ratio, its own default
FITS = 0.5  # share of cells that a field takes as usual, beside a similar name
FITS_ALONE = 0.95  # … without one
FEWEST_CELLS, MOST_CELLS = 5, 300  # with a value, that fit is judged by
LISTED = 20


@dataclass(frozen=True)
class Suggestion:
    """A column of the file that may be what the model knows by another name.

    Attributes
    ----------
    field : str
        As the model knows it.
    column : str
        As the file calls it.
    reason : str
        Why, in words.
    """

    field: str
    column: str
    reason: str


def suggestions(raw: pd.DataFrame, fields: Sequence[Mapping[str, Any]], known: Iterable[str] = ()) -> list[Suggestion]:
    """Return for each field that a file lacks the column that it most likely is, each column at most once.

    Parameters
    ----------
    raw : DataFrame
        Rows of the file, as text or typed.
    fields : sequence of mapping
        Of ``model.json``.
    known : iterable of str
        Columns of the training file that are no fields; they are nothing else.
    """
    names, taken = {entry["name"] for entry in fields}, {*known}
    absent = [entry for entry in fields if entry["name"] not in raw.columns]
    extra = [name for name in raw.columns if name not in names and name not in taken]
    if not absent or not extra:
        return []
    scored = [
        (score, entry["name"], column, reason)
        for entry in absent
        for column in extra
        for score, reason in [_likeness(raw[column], column, entry)]
        if score
    ]
    found: dict[str, Suggestion] = {}
    used: set[str] = set()
    # Fields and columns in the order of the file decide between equal scores.
    for _, name, column, reason in sorted(scored, key=lambda one: -one[0]):
        if name not in found and column not in used:
            found[name] = Suggestion(name, column, reason)
            used.add(column)
    return [found[entry["name"]] for entry in absent if entry["name"] in found]


def renamed(raw: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    """Return the file's rows under the names that the model knows.

    Parameters
    ----------
    raw : DataFrame
    mapping : mapping of str to str
        Name in the file to name that the model knows.

    Raises
    ------
    NotFound
        The file has no column of that name.
    NotPossible
        Two columns would have the same name.
    """
    for column in mapping:
        if column not in raw.columns:
            have = ", ".join(f"“{name}”" for name in raw.columns[:LISTED])
            raise NotFound(f"The file has no column “{column}”.", f"It has {have}.")
    names = [mapping.get(name, name) for name in raw.columns]
    twice = sorted({name for name in mapping.values() if names.count(name) > 1})
    if twice:
        raise NotPossible(f"Two columns of the file would be “{twice[0]}”.", "Map only one of them.")
    return raw.set_axis(names, axis=1)


def parsed(texts: Iterable[str], columns: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return what ``new name=old name`` says, several times; names may hold equals signs themselves.

    Raises
    ------
    NotPossible
        A text is no such pair, or the old name is none that the model knows.

    >>> parsed(["a=b=plan"], ["a=b", "c"], ["plan"])
    {'a=b': 'plan'}
    """
    columns, known, mapping = set(columns), list(known), {}
    for text in texts:
        places = [at for at, mark in enumerate(text) if mark == "="]
        pairs = [(text[:at].strip(), text[at + 1 :].strip()) for at in places]
        fitting = [pair for pair in pairs if pair[1] in known]
        if not fitting:
            raise NotPossible(
                f"--map “{text}” does not end in a column that the model knows.",
                f'Say it as --map "name in the file=name in the model"; it knows {", ".join(known[:LISTED])}.',
            )
        column, field = next((pair for pair in fitting if pair[0] in columns), fitting[0])
        mapping[column] = field
    return mapping


def _likeness(cells: pd.Series, column: str, entry: Mapping[str, Any]) -> tuple[float, str]:
    """Return how much a column is like a field, 0 where it is not, and why."""
    one, other = _folded(column), _folded(entry["name"])
    name = 1.0 if one == other else difflib.SequenceMatcher(a=one, b=other).ratio()
    fit, n_cells = _fit(cells, entry)
    takes = f"{percent(fit)} of its values are as usual there" if n_cells else "it has no values"
    if name == 1.0 and fit >= FITS:
        return 2 + fit, f"called the same but for case and marks; {takes}"
    if name >= ALIKE and (fit >= FITS or not n_cells):
        return name + fit, f"called alike; {takes}"
    telling = entry["meaning"] == "date" or (entry["values"] and not entry["more_values"])
    if telling and n_cells >= FEWEST_CELLS and fit >= FITS_ALONE:
        return fit, takes
    return 0.0, ""


def _fit(cells: pd.Series, entry: Mapping[str, Any]) -> tuple[float, int]:
    """Return the share of cells with a value that the field takes without a remark, and how many there are."""
    if isinstance(cells, pd.DataFrame):  # two columns of one name
        return 0.0, 0
    present = cells[cells.notna() & (cells.astype(str).str.strip() != "")].head(MOST_CELLS).reset_index(drop=True)
    if not len(present):
        return 0.0, 0
    if entry["meaning"] not in (*NUMERIC, "date") and not entry["values"]:
        return FITS, len(present)  # any text fits, which says nothing
    checked = check_column(present, {**entry, "behaviour": {}})
    odd = {at for at, _ in (*checked.errors, *checked.warnings)}
    return 1 - len(odd) / len(present), len(present)


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
