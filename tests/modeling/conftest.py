"""Small mixed tables, the same for every test of this folder."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec

COLUMNS = (
    ColumnSpec(name="size", meaning="number"),
    ColumnSpec(name="rooms", meaning="integer"),
    ColumnSpec(name="town", meaning="category"),
    ColumnSpec(name="street", meaning="category"),
    ColumnSpec(name="garden", meaning="yes_no"),
    ColumnSpec(name="sold", meaning="date"),
    ColumnSpec(name="note", meaning="text"),
)
WORDS = np.array(
    ["sunny", "quiet", "large", "small", "near", "station", "old", "new", "kitchen", "view", "broken", "roof"]
)


@pytest.fixture(autouse=True)
def _one_thread():
    # As the engine fits: on a busy machine the threads of small fits wait for each other for seconds.
    with threadpool_limits(1):
        yield


def houses(n_rows=160, seed=0):
    """Return a typed table of numbers, categories of few and many levels, yes/no, dates, text, blanks in each."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "size": random.normal(100, 30, n_rows).round(1),
            "rooms": random.integers(1, 7, n_rows).astype("float64"),
            "town": pd.Series(random.choice(["Ulm", "Bonn", "Kiel"], n_rows), dtype="str"),
            "street": pd.Series([f"street {i}" for i in random.integers(0, 60, n_rows)], dtype="str"),
            "garden": pd.Series(random.choice(["yes", "no"], n_rows), dtype="str"),
            "sold": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 700, n_rows), unit="D"),
            "note": pd.Series([" ".join(random.choice(WORDS, 6)) for _ in range(n_rows)], dtype="str"),
        }
    )
    table["sold"] = table["sold"].astype("datetime64[us]")
    for place, name in enumerate(table.columns):
        table.loc[place::17, name] = None
    return table


def answers(table, task, seed=0):
    """Return a target that depends on size, town and garden."""
    random = np.random.default_rng(seed)
    value = table["size"].fillna(100) + 40 * (table["town"] == "Bonn") + 30 * (table["garden"] == "yes")
    value = (value + random.normal(0, 10, len(table))).to_numpy()
    if task == "regression":
        return value * 1_000
    places = np.argsort(np.argsort(value))
    if task == "binary":
        return np.where(places < len(table) // 2, "no", "yes").astype(object)
    return np.array(["high", "low", "mid"], dtype=object)[np.digitize(places, [len(table) // 3, 2 * len(table) // 3])]


def question(task, columns=COLUMNS, **changes):
    """Return an ExperimentSpec over ``columns``."""
    classes = {"binary": ("no", "yes"), "multiclass": ("high", "low", "mid"), "regression": ()}[task]
    values = {
        "dataset": "0" * 64,
        "target": "answer",
        "task": task,
        "classes": classes,
        "positive": "yes" if task == "binary" else None,
        "columns": columns,
        "target_column": ColumnSpec(name="answer", meaning="number" if task == "regression" else "category"),
        "candidates": (CandidateSpec(kind="baseline"),),
        "metric": {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}[task],
    }
    return ExperimentSpec(**{**values, **changes})
