"""How long it takes to measure what an estimator relies on: at least 5,000 held-out rows, five shuffles per column.

    python benchmarks/importance.py [--rows 100000] [--columns 50] [KIND ...]

The model is fitted first and counted separately, as where a run kept the models of its folds. The exit code is 1
where a kind of the promise (the default: gradient boosting, ours and LightGBM's) takes more than ten seconds.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

MOST_SECONDS = 10.0
PROMISED = ("hist_gradient_boosting", "lightgbm")


def measured(table, spec, key, folder) -> tuple[float, float, float, int]:
    """Return seconds of the fit, seconds and processor seconds of the shuffles, and rows used."""
    from workbench.modeling import planning, splits
    from workbench.results import permutation_importance
    from workbench.training import preparation
    from workbench.training.bagging import fit_round
    from workbench.training.scoring import model_file

    inputs, target = planning.modelling_table(table, spec)
    train, _ = splits.make_folds(inputs, target, spec)[0]
    began = time.perf_counter()
    preparation.write(fit_round(inputs, target, spec, spec.candidate(key), train, 0), model_file(folder, key, 0))
    fitted, worked = time.perf_counter(), time.process_time()
    found = permutation_importance(table, spec, key, models_folder=folder)
    return fitted - began, time.perf_counter() - fitted, time.process_time() - worked, found.n_rows


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("kinds", nargs="*", default=PROMISED)
    arguments = parser.parse_args()
    from frames import frame

    from workbench.data import detect_schema
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import CandidateSpec, Draft

    table = frame(arguments.rows, arguments.columns)
    schema, _ = detect_schema(table)
    candidates = tuple(CandidateSpec(kind=kind) for kind in arguments.kinds)
    spec = plan_experiment(table, schema, Draft(target="target", candidates=candidates)).spec
    missed = False
    print(f"{arguments.rows:,} rows, {len(spec.columns)} columns used")
    print(f"{'kind':28s} {'fit s':>8s} {'shuffles s':>11s} {'cpu s':>6s} {'rows':>7s}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in arguments.kinds:
            fit, shuffles, busy, n_rows = measured(table, spec, kind, Path(folder))
            missed |= kind in PROMISED and shuffles > MOST_SECONDS
            print(f"{kind:28s} {fit:8.1f} {shuffles:11.1f} {busy:6.1f} {n_rows:7,}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
