"""Cases that were kept from the form, side by side with what the model says about each."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.results.uses.reasons import in_words

CASE = "Case"


def as_json(row: Mapping[str, Any]) -> dict:
    """Return a row of the form as plain JSON values; :func:`from_json` reads it.

    >>> as_json({"since": datetime.datetime(2024, 5, 1), "months": 3})
    {'since': '2024-05-01T00:00:00', 'months': 3}
    """
    return {name: cell.isoformat() if isinstance(cell, datetime.datetime) else cell for name, cell in row.items()}


def from_json(row: Mapping[str, Any], fields: Sequence[Mapping]) -> dict:
    """Return a kept row as the form gives it; what it does not hold is blank, what the model does not ask for left out.

    Parameters
    ----------
    row : mapping
        As :func:`as_json` wrote it.
    fields : sequence of dict
        Of the model's manifest.
    """
    found = {}
    for field in fields:
        cell = row.get(field["name"])
        is_moment = field["meaning"] == "date" and isinstance(cell, str)
        found[field["name"]] = datetime.datetime.fromisoformat(cell) if is_moment else cell
    return found


def cases_frame(names: Sequence[str], rows: Sequence[Mapping], answers: Sequence[Mapping]) -> pd.DataFrame:
    """Return kept cases with their answers, one per line, for a file.

    Parameters
    ----------
    names : sequence of str
        What the cases are called.
    rows : sequence of dict
        As the form gives them; all with the same fields.
    answers : sequence of dict
        Of ``Scorer.predict_rows``.

    Returns
    -------
    DataFrame
        ``Case``, the fields, ``prediction``, ``probability_<class>`` (0 to 1) or ``lower`` and ``upper``, and
        ``error``, where any is there. A field that is called like one of these is marked "(your column)".
    """
    told = [_told(answer) for answer in answers]
    ours = {CASE}.union(*told)
    lines = []
    for name, row, answer in zip(names, rows, told, strict=True):
        fields = {f"{field} (your column)" if field in ours else field: cell for field, cell in row.items()}
        lines.append({CASE: name, **fields, **answer})
    return pd.DataFrame(lines)


def _told(answer: Mapping) -> dict[str, Any]:
    """Return what a model says about a case, by the name of its column."""
    told = {"prediction": answer.get("prediction")}
    told |= {f"probability_{label}": share for label, share in answer.get("probabilities", {}).items()}
    told |= {end: answer[end] for end in ("lower", "upper") if end in answer}
    return told | ({"error": answer["error"]["message"]} if "error" in answer else {})


def side_by_side(
    names: Sequence[str], rows: Sequence[Mapping], told: Sequence[Sequence[str]], heads: Sequence[str]
) -> tuple[pd.DataFrame, list[bool]]:
    """Return the cases as columns of a table, and which of its lines differ between them.

    Parameters
    ----------
    told : sequence of sequence of str
        For each case, its answer in words, one entry per head.
    heads : sequence of str
        What the first lines are called.

    Returns
    -------
    frame : DataFrame
        ``Column`` and one column of text per case; the answer first, then the fields in their order.
    differs : list of bool
        By line; lines of the answer always count.
    """
    fields = list(rows[0]) if rows else []
    lines = [[head, *(words[at] for words in told)] for at, head in enumerate(heads)]
    lines += [[name, *(_words(row[name]) for row in rows)] for name in fields]
    differs = [True] * len(heads) + [len(set(line[1:])) > 1 for line in lines[len(heads) :]]
    return pd.DataFrame(lines, columns=["Column", *names]), differs


def _words(cell: Any) -> str:
    return in_words(pd.Timestamp(cell) if isinstance(cell, datetime.datetime) else cell)
