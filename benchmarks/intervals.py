"""Do intervals around predicted amounts hold as often as they say, and are they narrow?

    python -m benchmarks.intervals FOLDER [--splits 20] [--rows 4000] [--level 0.9]

FOLDER holds the practice tables as CSV (``california_housing.csv``, ``bikeshare.csv`` …). Of each table some rows are
drawn, three quarters are learnt from and the rest tested; histogram boosting goes through our own pipeline. Ours:
scored over five folds, fitted on all rows that are learnt from, the interval of ``results.intervals`` with the ratio
of ``training.all_rows``, as the app ships it. Beside it, on the same rows: plain split conformal, for which half of
the rows are learnt from and the other half are calibrated on, the usual proportion (Lei et al., JASA 113, 2018; its
intervals end at zero where ours do, which only makes them narrower). A mean coverage has a standard error of about
the spread divided by the root of the number of splits.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.automl_tasks import TASKS
from workbench.data import open_table
from workbench.modeling.pipeline import build_pipeline
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.results.deciding.interval_shapes import plain
from workbench.results.deciding.intervals import interval_of
from workbench.runtime.intervals import bounds
from workbench.specs import CandidateSpec, Draft, Schema, SplitSpec
from workbench.training import cross_validate, fit
from workbench.training.all_rows import error_ratio
from workbench.training.scoring import quietly

NAMES = ("california_housing", "bikeshare", "taxis", "concrete", "insurance")
KIND = "hist_gradient_boosting"
LEARNT_FROM = 0.75  # of the rows that are drawn
CALIBRATED_ON = 0.5  # of those, by plain split conformal


def question(task, folder):
    """Return a table without the columns that give the answer away, and what is asked about it."""
    opened = open_table(folder / Path(task.file).name)
    columns = tuple(column for column in opened.schema.columns if column.name not in task.leave_out)
    table = opened.table[[column.name for column in columns]]
    draft = Draft(target=task.target, split=SplitSpec(folds=5), candidates=(CandidateSpec(kind=KIND),))
    spec = plan_experiment(table, Schema(columns=columns), draft).spec
    return table, spec.but(split=SplitSpec(folds=5), candidates=(spec.candidate(KIND),))


def compared(table, spec, seed, n_rows, level):
    """Return coverage and mean width of ours and of split conformal on rows that neither saw, and about ours the
    coverage that it states, its ratio and whether its width follows the prediction."""
    order = np.random.default_rng(seed).permutation(table.index[table[spec.target].notna()])[:n_rows]
    cut = int(LEARNT_FROM * len(order))
    learnt, tested = table.loc[np.sort(order[:cut])], table.loc[order[cut:]]
    spec = spec.but(seed=seed)
    evaluation = cross_validate(learnt, spec, n_jobs=1)
    found = interval_of(evaluation, KIND, level, ratio=error_ratio(learnt, spec, KIND, evaluation))
    actual = tested[spec.target].to_numpy(dtype=float)
    ours = _covered(actual, *bounds(fit(learnt, spec, KIND).predict(tested), found.to_json()))
    inputs, target = modelling_table(learnt, spec)
    halves = np.random.default_rng([seed, 1]).permutation(len(target))
    half, rest = np.split(halves, [int((1 - CALIBRATED_ON) * len(target))])
    with quietly():
        model = build_pipeline(spec, spec.candidate(KIND)).fit(inputs.iloc[half], target[half])
    rule = plain(target[rest] - model.predict(inputs.iloc[rest]), level, found.rule["floor"])
    theirs = _covered(actual, *bounds(model.predict(tested), rule))
    return *ours, *theirs, found.coverage, found.ratio, float(found.shape.scaled)


def _covered(actual, lower, upper):
    return float(np.mean((actual >= lower) & (actual <= upper))), float(np.mean(upper - lower))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--rows", type=int, default=4000, help="drawn of each table, at most")
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--tables", default=",".join(NAMES))
    options = parser.parse_args()
    print(f"{options.splits} splits, level {options.level:.0%}; split conformal calibrates on half of the rows\n")
    print(
        "| table | rows | coverage | spread | stated | split conformal covers "
        "| width / split conformal's | ratio | seconds |"
    )
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for task in TASKS:
        if task.name not in options.tables.split(","):
            continue
        began = time.perf_counter()
        table, spec = question(task, options.folder)
        runs = [compared(table, spec, seed, options.rows, options.level) for seed in range(options.splits)]
        ours, width, theirs, wide, stated, ratio, _ = np.mean(runs, axis=0)
        spread = np.std(runs, axis=0)[0]
        print(
            f"| {task.name} | {min(len(table), options.rows):,} | {ours:.2%} | {spread:.2%} | {stated:.2%} "
            f"| {theirs:.2%} | {width / wide:.3f} | {ratio:.3f} | {time.perf_counter() - began:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
