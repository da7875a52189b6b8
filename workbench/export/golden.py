"""Golden rows: rows with the answers they must get, wherever the bundle runs.

Their cells are those of the person's own file, as the text that stands there, so that the reading rules are tested
too. But no golden row is a row of the file: its cells come from different rows, and those of sensitive columns are
made up. To each fault that the contract knows (a blank, an unseen word, a value beyond what was seen, one of the wrong
type, an extra field) and each way to deal with it some are added, those that must be refused among them.
"""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import BundleRefused
from workbench.export.personal import made_up_cells
from workbench.runtime.contract import NUMERIC, WORDS
from workbench.runtime.scorer import Scorer
from workbench.runtime.text_values import moment_text

N_COMBINED = 40
N_PER_CASE = 12  # fields that a fault, and a way to deal with it, is tried on
LEAST = 50
TRIES = 20  # other combinations of a row that happens to be one of the file
UNSEEN_WORD = "a word no training row had"
WRONG_TYPE = ("not of this type", ["a", "list"])
EXTRA_FIELD = "a field no training row had"


def golden_rows(
    table: pd.DataFrame, fields: Sequence[dict], *, seed: int = 0, typed: pd.DataFrame | None = None
) -> list[dict[str, Any]]:
    """Choose golden rows.

    Parameters
    ----------
    table : DataFrame
        Rows the model was trained on, raw or typed.
    fields : sequence of dict
        The model's fields.
    seed : int
        Same seed, same rows.
    typed : DataFrame, optional
        The typed rows, that made-up values keep clear of; ``table`` where it is not given.

    Returns
    -------
    list of dict
        At least 50 JSON rows: combined ones and rows with one fault each.
    """
    rng = np.random.default_rng(seed)
    combined = combined_rows(table, fields, N_COMBINED, rng, typed=typed)
    faulty = [*_faulty_rows(combined, fields), _mostly_blank(combined, fields), dict.fromkeys(combined[0])]
    missing = max(0, LEAST - len(combined) - len(faulty))
    return [*combined, *combined_rows(table, fields, missing, rng, typed=typed), *faulty]


def combined_rows(
    table: pd.DataFrame,
    fields: Sequence[dict],
    n_rows: int,
    rng: np.random.Generator,
    *,
    typed: pd.DataFrame | None = None,
) -> list[dict[str, Any]]:
    """Return JSON rows whose cells stand in the table, each column's in another row; none of them is a row of it,
    unless all combinations are."""
    typed = table if typed is None else typed
    made_up = {
        entry["name"]: made_up_cells(entry, typed[entry["name"]], n_rows, rng)
        for entry in fields
        if entry.get("sensitive")
    }
    drawn = [entry for entry in fields if entry["name"] not in made_up]
    rows = []
    for at in range(n_rows):
        sources = _sources(table, [entry["name"] for entry in drawn], rng)
        cells = {entry["name"]: made_up[entry["name"]][at] for entry in fields if entry["name"] in made_up}
        for entry, source in zip(drawn, sources, strict=True):
            cells[entry["name"]] = json_cell(table[entry["name"]].iloc[source], entry)
        rows.append({entry["name"]: cells[entry["name"]] for entry in fields})
    return rows


def golden_answers(scorer: Scorer, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows that the scorer takes with its answers, and those that it refuses with its reasons.

    Returns
    -------
    dict
        ``rows`` and ``predictions``, at least 50 of each, the plainest row first; ``refused`` with ``rows`` and
        ``errors``.

    Raises
    ------
    BundleRefused
        No row gets an answer; says why the first did not.
    """
    rows = json.loads(json.dumps(rows))
    answers = scorer.predict_rows(rows)
    taken = [at for at, answer in enumerate(answers) if "error" not in answer]
    if not taken:
        raise BundleRefused(
            "The model answers none of the rows chosen to test it.", f"The first says: {answers[0]['error']['message']}"
        )
    # The form and README.md begin with the first one: a row about which there is nothing to say, where there is one.
    taken.sort(key=lambda at: (min(len(answers[at]["warnings"]), 1), at))
    # Where the contract refuses most rows, the others stand in for them.
    places = taken + [taken[at % len(taken)] for at in range(LEAST - len(taken))]
    refused = [at for at, answer in enumerate(answers) if "error" in answer]
    return {
        "rows": [rows[at] for at in places],
        "predictions": [answers[at] for at in places],
        "refused": {"rows": [rows[at] for at in refused], "errors": [answers[at]["error"] for at in refused]},
    }


def json_cell(cell: Any, entry: Mapping[str, Any]) -> Any:
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


def _sources(table: pd.DataFrame, names: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """Return for each column the position of the row that its cell is taken from, so that the cells are those of no
    row together."""
    sources = rng.integers(len(table), size=len(names))
    for _ in range(TRIES):
        same = np.ones(len(table), dtype=bool)
        for name, source in zip(names, sources, strict=True):
            cell = table[name].iloc[source]
            same &= (table[name].isna() if pd.isna(cell) else table[name] == cell).to_numpy(dtype=bool)
            if not same.any():
                return sources
        sources = rng.integers(len(table), size=len(names))
    return sources


def _faulty_rows(combined: list[dict], fields: Sequence[dict]) -> Iterator[dict]:
    """Yield rows with one fault each: every fault and every way to deal with it, on fields spread over the model."""
    cases: dict[tuple[str, str], list[tuple[dict, tuple]]] = {}
    for entry in fields:
        for fault, values in _faults(entry):
            cases.setdefault((fault, entry["behaviour"].get(fault, "")), []).append((entry, values))
    for case in cases.values():
        for at, (entry, values) in enumerate(_spread(case)):
            for value in values:
                yield {**combined[at % len(combined)], entry["name"]: value}
    yield {**combined[0], EXTRA_FIELD: 1}


def _faults(entry: dict) -> Iterator[tuple[str, tuple]]:
    """Yield each fault that a field can have, with values that have it; the ends of what was seen have none."""
    yield "missing", (None, "")
    yield "wrong_type", WRONG_TYPE if entry["meaning"] in (*NUMERIC, "date") else WRONG_TYPE[1:]
    if entry["meaning"] in WORDS and entry["values"] and not entry["more_values"]:
        yield "unseen", (UNSEEN_WORD,)
    if entry["minimum"] is None:
        return
    low, high = entry["minimum"], entry["maximum"]
    if entry["meaning"] in NUMERIC:
        beyond = max(high - low, 1)
        yield "none", (low, high)
        yield "out_of_range", (low - beyond, high + beyond)
    elif int(low[:4]) > 1 and int(high[:4]) < 9999:
        earlier, later = (pd.Timestamp(low) - pd.DateOffset(years=1), pd.Timestamp(high) + pd.DateOffset(years=1))
        yield "out_of_range", (json_cell(earlier, entry), json_cell(later, entry))


def _mostly_blank(combined: list[dict], fields: Sequence[dict]) -> dict:
    """Return a row with values in a third of the fields; a row without any is not answered."""
    row = max(combined, key=lambda row: sum(value not in (None, "") for value in row.values()))
    kept = [entry["name"] for entry in fields if row[entry["name"]] not in (None, "")][: max(1, len(fields) // 3)]
    return {entry["name"]: row[entry["name"]] if entry["name"] in kept else None for entry in fields}


def _spread(cases: list) -> list:
    """Return at most N_PER_CASE of them, evenly spread."""
    if len(cases) <= N_PER_CASE:
        return list(cases)
    return [cases[at] for at in np.linspace(0, len(cases) - 1, N_PER_CASE).round().astype(int)]
