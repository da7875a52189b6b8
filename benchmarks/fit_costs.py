"""Measure what one fold costs per kind of estimator, beside what ``workbench.modeling.costs`` predicts.

    python benchmarks/fit_costs.py [--quick] [--kinds a,b] [--tasks binary,regression] > costs.csv

Prints CSV: task, rows, columns, classes, kind, measured and predicted CPU seconds (fit on the rows and scoring of a
quarter as many, one thread), and their ratio. CPU time, so that a busy machine does not matter much. A fit predicted
to take more than two minutes is skipped.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from workbench.modeling.models import MODELS
from workbench.modeling.pipeline import build_pipeline
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec

SIZES = ((500, 10), (2_000, 10), (2_000, 40), (8_000, 10), (8_000, 40), (32_000, 14), (32_000, 50))
QUICK = ((500, 10), (4_000, 20))
CLASSES = {"binary": 2, "multiclass": 6, "regression": 0}
LONGEST_SECONDS = 120.0


def made_up(n_rows, n_columns, task, seed=0):
    """Return a seeded table, two thirds numbers and one third categories, and its ExperimentSpec."""
    random = np.random.default_rng(seed)
    table, columns, signal = {}, [], np.zeros(n_rows)
    for i in range(n_columns):
        if i % 3 == 2:
            n_levels = (3, 8, 15, 60)[i // 3 % 4]
            codes = random.integers(0, n_levels, n_rows)
            signal += random.normal(0, 1, n_levels)[codes]
            table[f"c{i}"] = pd.Series([f"level {code}" for code in codes], dtype="str")
            columns.append(ColumnSpec(name=f"c{i}", meaning="category"))
        else:
            values = random.normal(size=n_rows)
            signal += values * random.normal() + np.abs(values)
            table[f"x{i}"] = np.where(random.random(n_rows) < 0.03, np.nan, values)
            columns.append(ColumnSpec(name=f"x{i}", meaning="number"))
    noisy = signal + random.normal(0, signal.std(), n_rows)
    n_classes = CLASSES[task]
    y = np.argsort(np.argsort(noisy)) * n_classes // n_rows if n_classes else noisy
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task=task,
        classes=tuple(range(n_classes)),
        positive=1 if n_classes == 2 else None,
        columns=tuple(columns),
        target_column=ColumnSpec(name="y", meaning="integer" if n_classes else "number"),
        candidates=(CandidateSpec(kind="baseline"),),
        metric="rmse" if task == "regression" else "log_loss",
    )
    return pd.DataFrame(table), y, spec


def main():
    """Print one line of CSV per task, size and kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two small sizes only")
    parser.add_argument("--kinds", default=",".join(kind.name for kind in MODELS))
    parser.add_argument("--tasks", default=",".join(CLASSES))
    chosen = parser.parse_args()
    print("task,rows,columns,classes,kind,measured_seconds,predicted_seconds,ratio")
    for task in chosen.tasks.split(","):
        for n_rows, n_columns in QUICK if chosen.quick else SIZES:
            X, y, spec = made_up(n_rows * 5 // 4, n_columns, task)
            for kind in MODELS:
                predicted = kind.seconds(n_rows, n_columns, CLASSES[task])
                if task not in kind.tasks or kind.name not in chosen.kinds.split(",") or predicted > LONGEST_SECONDS:
                    continue
                pipeline = build_pipeline(spec, CandidateSpec(kind=kind.name))
                with threadpool_limits(1):
                    began = time.process_time()
                    pipeline.fit(X[:n_rows], y[:n_rows])
                    pipeline.predict(X[n_rows:])
                    measured = time.process_time() - began
                ratio = measured / predicted
                print(
                    f"{task},{n_rows},{n_columns},{CLASSES[task]},{kind.name},{measured:.3f},{predicted:.3f},{ratio:.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
