"""A small table with a column of every meaning, and runs of it; shared by tests of what a model uses."""

import numpy as np
import pandas as pd

from workbench.modeling import pipeline, planning
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, MemberSpec, SplitSpec
from workbench.training.scoring import quietly

INPUTS = (
    ColumnSpec(name="size [m²]", meaning="number"),
    ColumnSpec(name="rooms", meaning="integer"),
    ColumnSpec(name="district", meaning="category"),
    ColumnSpec(name="lift", meaning="yes_no"),
    ColumnSpec(name="built", meaning="date"),
    ColumnSpec(name="remark", meaning="text"),
    ColumnSpec(name="the same everywhere", meaning="number"),
)
UNUSED = "the same everywhere"
WORDS = ["late", "order", "broken", "refund", "happy", "slow", "price", "box"]
CLASSES = {"binary": ("no", "yes"), "multiclass": ("high", "low", "mid"), "regression": ()}
MAIN = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def mixed_table(task, n_rows=150, seed=0):
    rng = np.random.default_rng(seed)
    size, rooms = rng.normal(70, 20, n_rows).round(1), rng.integers(1, 6, n_rows)
    district = rng.choice(["north", "south", "west"], n_rows)
    signal = size / 20 + (district == "north") * rooms + rng.normal(0, 0.5, n_rows)
    if task == "regression":
        target = pd.Series((signal * 100).round(2))
    else:
        labels = {"binary": ["no", "yes"], "multiclass": ["low", "mid", "high"]}[task]
        target = pd.Series([labels[code] for code in pd.qcut(signal, len(labels), labels=False)], dtype="str")
    return pd.DataFrame(
        {
            "size [m²]": np.where(rng.random(n_rows) < 0.1, np.nan, size),
            "rooms": rooms,
            "district": pd.Series(np.where(rng.random(n_rows) < 0.1, None, district), dtype="str"),
            "lift": pd.Series(rng.choice(["yes", "no"], n_rows), dtype="str"),
            "built": pd.Timestamp("2001-01-01") + pd.to_timedelta(rng.integers(0, 5_000, n_rows), unit="D"),
            "remark": pd.Series([" ".join(rng.choice(WORDS, 5)) for _ in range(n_rows)], dtype="str"),
            "the same everywhere": 1.0,
            "y": target,
        }
    )


def mixed_spec(task, *candidates, **changes):
    facts = {
        "dataset": "0" * 64,
        "target": "y",
        "task": task,
        "classes": CLASSES[task],
        "positive": "yes" if task == "binary" else None,
        "columns": INPUTS,
        "target_column": ColumnSpec(name="y", meaning="number" if task == "regression" else "category"),
        "candidates": tuple(one if isinstance(one, CandidateSpec) else CandidateSpec(kind=one) for one in candidates),
        "split": SplitSpec(folds=3),
        "metric": MAIN[task],
        "seed": 3,
    }
    return ExperimentSpec(**{**facts, **changes})


def ensemble(task):
    """An average of two members that prepare columns in different ways; calibrated where it gives probabilities."""
    kinds = ("ridge" if task == "regression" else "logistic", "decision_tree")
    members = tuple(MemberSpec(kind=kind, weight=0.5) for kind in kinds)
    settings = {} if task == "regression" else {"temperature": 1.5}
    return CandidateSpec(kind="ensemble", hyperparameters=settings, members=members)


def fitted(spec, table):
    inputs, target = planning.modelling_table(table, spec)
    with quietly():
        return pipeline.build_pipeline(spec, spec.candidates[0]).fit(inputs, target), inputs, target
