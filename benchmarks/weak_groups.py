"""How often chance is listed as a weak group, how often a real one is found, and how long the search takes.

Tables of words and numbers with blanks; errors are exponential, so their spread is as large as their mean. *Null*: they
depend on nothing. *Planted*: they are larger by a factor where one column is a level and another above a limit.

Run: ``python -m benchmarks.weak_groups [--tables 400]`` (about half a minute).
"""

import argparse
import time

import numpy as np
import pandas as pd

from workbench.results.failures.segments import find_segments
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore

LEVELS = list("abcdefgh")
BLANKS = 0.05  # share of the cells of a column of numbers


def made(n_rows, n_columns, rng, factor=1.0):
    """Return a table, an evaluation, and the twenty-fifth of its rows in which errors are ``factor`` times as large."""
    columns, specs = {}, []
    for place in range(n_columns):
        words = place % 3 == 0
        specs.append(ColumnSpec(name=f"column {place}", meaning="category" if words else "number"))
        if words:
            columns[f"column {place}"] = pd.Series(rng.choice(LEVELS, n_rows), dtype="str")
        else:
            blank = rng.random(n_rows) < BLANKS
            columns[f"column {place}"] = np.where(blank, np.nan, rng.normal(size=n_rows))
    table = pd.DataFrame(columns)
    weak = (table["column 0"] == "b") & (table["column 1"] > 0.5)
    actual = rng.normal(100, 10, n_rows)
    predicted = actual + rng.exponential(1, n_rows) * np.where(weak, factor, 1.0)
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task="regression",
        columns=tuple(specs),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=(CandidateSpec(kind="ridge"),),
        split=SplitSpec(folds=1),
        metric="mae",
        seed=int(rng.integers(1_000_000)),
    )
    fold = FoldScore("ridge", 0, {"mae": 1.0}, 1.0, 0.1, np.arange(n_rows), actual, predicted)
    return table, Evaluation(spec, (fold,)), np.flatnonzero(weak)


def listed(table, evaluation):
    """Return the rows of every group that is listed."""
    return [segment.rows for segment in find_segments(evaluation, "ridge", table).segments]


def is_found(table, evaluation, weak):
    """Whether a group is listed that holds at least half of the weak rows, and at least half of whose rows are weak."""
    shared = [(len(np.intersect1d(rows, weak)), len(rows)) for rows in listed(table, evaluation)]
    return any(both >= len(weak) / 2 and both >= n_rows / 2 for both, n_rows in shared)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=int, default=400)
    n_tables, rng = parser.parse_args().tables, np.random.default_rng(0)
    n_false = sum(bool(listed(*made(400, 6, rng)[:2])) for _ in range(n_tables))
    print(
        f"null, 400 rows x 6 columns: a group is listed in {n_false / n_tables:.1%} of {n_tables} tables (at most 5 %)"
    )
    for factor in (1.5, 2.0, 3.0):
        n_found = sum(is_found(*made(3000, 10, rng, factor)) for _ in range(n_tables // 8))
        print(f"planted, 3,000 x 10, errors x {factor}: found in {n_found / (n_tables // 8):.0%} of {n_tables // 8}")
    for n_rows, n_columns in ((100_000, 50), (20_000, 400)):
        table, evaluation, _ = made(n_rows, n_columns, rng, 1.5)
        started, cpu = time.perf_counter(), time.process_time()
        listed(table, evaluation)
        took = f"{time.perf_counter() - started:.1f} s, {time.process_time() - cpu:.1f} s of a core"
        print(f"{n_rows:,} x {n_columns}: {took}")


if __name__ == "__main__":
    main()
