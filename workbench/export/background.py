"""The rows that the service compares a row with when it gives reasons: ``reasons.json`` of a bundle.

They are no rows of the person's file: as in the golden rows, the cells of one come from different rows, and those of
sensitive columns are made up. What a column adds to an answer is therefore measured against what is usual in each
column by itself (decision 30).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.export.golden import combined_rows
from workbench.runtime.contract import NUMERIC, check_rows
from workbench.runtime.reasons import BACKGROUND_ROWS, EVALUATIONS

REASONS_FILE = "reasons.json"
MOST_TRIES = 10  # times as many rows are drawn as are needed, where a contract refuses many of them


def background(
    table: pd.DataFrame, fields: Sequence[dict], *, seed: int = 0, typed: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return what ``reasons.json`` holds.

    Parameters
    ----------
    table : DataFrame
        Rows that the model was trained on, raw or typed.
    fields : sequence of dict
        The model's fields.
    seed : int
        Same seed, same rows.
    typed : DataFrame, optional
        The typed rows, that made-up values keep clear of.

    Returns
    -------
    dict
        ``evaluations``, how many rows the model is asked for one explanation, about; ``columns``, name to typed cells:
        numbers, ISO 8601 text for dates, words, None.
    """
    rng = np.random.default_rng(seed)
    found: list[pd.DataFrame] = []
    for _ in range(MOST_TRIES):
        drawn = combined_rows(table, fields, BACKGROUND_ROWS, rng, typed=typed)
        found.append(check_rows(drawn, fields).frame)
        if sum(map(len, found)) >= BACKGROUND_ROWS:
            break
    rows = pd.concat([frame for frame in found if len(frame)] or found[:1], ignore_index=True).head(BACKGROUND_ROWS)
    columns = {entry["name"]: _cells(rows[entry["name"]], entry) for entry in fields if entry["name"] in rows}
    return {"evaluations": EVALUATIONS, "columns": columns}


def _cells(values: pd.Series, entry: dict) -> list:
    if entry["meaning"] in NUMERIC:
        return [None if cell != cell else cell for cell in values.astype(float).tolist()]
    if entry["meaning"] == "date":
        return [None if pd.isna(cell) else cell.isoformat() for cell in values]
    return values.astype(object).where(values.notna(), None).tolist()
