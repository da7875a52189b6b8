"""Golden rows: rows with the predictions they must give, wherever the bundle runs.

Most are rows of the person's own file, as the text that stands there, so that the reading rules are tested too. To
each kind of fault that the contract takes (a blank, an unseen word, a value beyond what was seen) some are added.
"""

import datetime
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import BundleRefused
from workbench.runtime.contract import NUMERIC, WORDS
from workbench.runtime.scorer import Scorer
from workbench.runtime.text_values import moment_text

N_REAL = 40
N_PER_FAULT = 12
LEAST = 50
UNSEEN_WORD = "a word no training row had"


def golden_rows(table: pd.DataFrame, fields: Sequence[dict], *, seed: int = 0) -> list[dict[str, Any]]:
    """Choose golden rows.

    Parameters
    ----------
    table : DataFrame
        Rows the model was trained on, raw or typed.
    fields : sequence of dict
        The model's fields.
    seed : int
        Same seed, same rows.

    Returns
    -------
    list of dict
        At least 50 JSON rows: real ones (repeated where the table has fewer) and rows with one fault each.
    """
    chosen = np.random.default_rng(seed).permutation(len(table))[:N_REAL]
    real = [{entry["name"]: json_cell(table[entry["name"]].iloc[at], entry) for entry in fields} for at in chosen]
    faults = [row for make in (_blank_rows, _unseen_rows, _extreme_rows) for row in make(real, fields)]
    missing = LEAST - len(real) - len(faults) - 1
    repeated = [real[at % len(real)] for at in range(max(0, missing))]
    return [*real, *repeated, *faults, _mostly_blank(real, fields)]


def golden_answers(scorer: Scorer, rows: list[dict[str, Any]]) -> dict[str, list]:
    """Return ``{"rows", "predictions"}``: the rows that the scorer takes, and its answers to them.

    Raises
    ------
    BundleRefused
        Fewer than 50 rows get an answer; says why the first did not.
    """
    rows = json.loads(json.dumps(rows))
    answers = scorer.predict_rows(rows)
    taken = [at for at, answer in enumerate(answers) if "error" not in answer]
    if not taken:
        raise BundleRefused(
            "The model answers none of the rows chosen to test it.", f"The first says: {answers[0]['error']['message']}"
        )
    # Rows that the contract refuses (a number that is none) leave gaps; the others stand in for them.
    places = taken + [taken[at % len(taken)] for at in range(LEAST - len(taken))]
    return {"rows": [rows[at] for at in places], "predictions": [answers[at] for at in places]}


def json_cell(cell: Any, entry: dict) -> Any:
    """Return a raw or typed cell as JSON that the contract reads back as the same value.

    >>> json_cell(pd.Timestamp("2025-12-31"), {"meaning": "date", "date_format": "%d.%m.%Y"})
    '31.12.2025'
    """
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and not np.isfinite(cell)):
        return None
    if isinstance(cell, datetime.date):
        return moment_text(cell, entry.get("date_format") or "ISO8601", entry.get("language", ""))
    if isinstance(cell, float) and entry["meaning"] == "integer" and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, str | bool | int | float) else str(cell)


def _blank_rows(real: list[dict], fields: Sequence[dict]) -> list[dict]:
    return [{**real[at % len(real)], entry["name"]: None} for at, entry in enumerate(_spread(fields))]


def _mostly_blank(real: list[dict], fields: Sequence[dict]) -> dict:
    """Return a row with values in a third of the fields; a row without any is not answered."""
    row = max(real, key=lambda row: sum(value not in (None, "") for value in row.values()))
    kept = [entry["name"] for entry in fields if row[entry["name"]] not in (None, "")][: max(1, len(fields) // 3)]
    return {entry["name"]: row[entry["name"]] if entry["name"] in kept else None for entry in fields}


def _unseen_rows(real: list[dict], fields: Sequence[dict]) -> list[dict]:
    words = [entry for entry in fields if entry["meaning"] in WORDS]
    return [{**real[at % len(real)], entry["name"]: UNSEEN_WORD} for at, entry in enumerate(_spread(words))]


def _extreme_rows(real: list[dict], fields: Sequence[dict]) -> list[dict]:
    """Return rows with the smallest and largest value seen, and one beyond each."""
    rows = []
    numbers = [entry for entry in fields if entry["meaning"] in NUMERIC and entry["minimum"] is not None]
    for at, entry in enumerate(_spread(numbers)):
        low, high = entry["minimum"], entry["maximum"]
        beyond = max(high - low, 1)
        values = (low, high) if at % 2 else (low - beyond, high + beyond)
        rows += [{**real[at % len(real)], entry["name"]: value} for value in values]
    return rows


def _spread(fields: Sequence[dict]) -> list[dict]:
    """Return at most N_PER_FAULT of the fields, evenly spread."""
    if len(fields) <= N_PER_FAULT:
        return list(fields)
    return [fields[at] for at in np.linspace(0, len(fields) - 1, N_PER_FAULT).round().astype(int)]
