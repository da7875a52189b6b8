"""Cross-validation beside a plain scikit-learn loop, on a table like the census: how long, and how good.

    python benchmarks/training.py [--rows 32561] [--only default|same] [--boosters]

The loop: for each of nine one-hot pipelines ``sklearn.model_selection.cross_validate(…, n_jobs=2)``, timed alone.
*default*: our default set as it is with scikit-learn alone, the same kinds, as a whole process with its start-up,
reading and planning; ``--boosters`` leaves in what an installed boosting library adds, which the loop has not.
*same*: the loop's own pipelines through our engine; the scores must be equal. The exit code is 1 where a promise is
not kept: at most 0.4 × and 0.85 × the loop's time, no kind worse by more than 0.002, equal to 1e-9.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

BOOSTERS = ("lightgbm", "xgboost", "catboost")
MOST_OF_LOOP, MOST_OF_LOOP_SAME, WORSE, EQUAL = 0.4, 0.85, 0.002, 1e-9


def planned(table):
    from census_like import TARGET

    from workbench.data import detect_schema
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import Draft

    schema, _ = detect_schema(table)
    return plan_experiment(table, schema, Draft(target=TARGET)).spec


def loop(table, folds) -> dict:
    """The alternative; returns seconds and, per kind, seconds and scores of the folds."""
    from census_like import TARGET
    from one_hot import ESTIMATORS, one_hot
    from sklearn.model_selection import cross_validate

    inputs, target = table.drop(columns=TARGET), table[TARGET].to_numpy(dtype=object)
    found, began = {}, time.perf_counter()
    for kind in ESTIMATORS:
        start = time.perf_counter()
        scores = cross_validate(one_hot(kind), inputs, target, cv=folds, scoring="roc_auc", n_jobs=2)["test_score"]
        found[kind] = (time.perf_counter() - start, scores.tolist())
    return {"seconds": time.perf_counter() - began, "kinds": found}


def same(table, spec) -> dict:
    """The loop's pipelines through our engine, in a process that has come up, as the loop's."""
    from one_hot import ESTIMATORS, build

    from workbench.specs import CandidateSpec
    from workbench.training import Session

    candidates, found = [CandidateSpec(kind=kind) for kind in ESTIMATORS], {}
    began = time.perf_counter()
    with Session(table, spec, n_jobs=2, build=build) as session:
        pairs = [(one.key, fold) for one in candidates for fold in range(session.rounds)]
        session.score(candidates, pairs, on_score=lambda score: found.__setitem__((score.candidate, score.fold), score))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "kinds": by_kind(found.values(), ESTIMATORS)}


def ours(path: str, boosters: bool) -> dict:
    """Our default set, in this process from its first import on."""
    from workbench.training import warming

    warming.warm_up(2)  # as the app's worker does
    import pandas as pd

    from workbench.training import cross_validate

    table = pd.read_parquet(path)
    spec = planned(table)
    if not boosters:
        spec = spec.but(candidates=tuple(one for one in spec.candidates if one.kind not in BOOSTERS))
    evaluation = cross_validate(table, spec, n_jobs=2)
    assert not evaluation.failures, evaluation.failures
    return {"kinds": by_kind(evaluation.fold_scores, [candidate.key for candidate in spec.candidates])}


def by_kind(scores, keys) -> dict:
    folds = {key: sorted((one for one in scores if one.candidate == key), key=lambda one: one.fold) for key in keys}
    return {
        key: (sum(one.fit_seconds + one.score_seconds for one in found), [one.scores["roc_auc"] for one in found])
        for key, found in folds.items()
    }


def apart(name: str, path: str) -> dict:
    """Run one of them in a process of its own; ``process`` is its whole time."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, "--run", name, path], capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stderr)
    return {**json.loads(done.stdout.splitlines()[-1]), "process": seconds}


def run(name: str, path: str) -> dict:
    if name in ("ours", "boosters"):
        return ours(path, name == "boosters")
    import pandas as pd

    from workbench.modeling import planning, splits

    table = pd.read_parquet(path)
    spec = planned(table)
    if name == "same":
        return same(table, spec)
    return loop(table, splits.make_folds(*planning.modelling_table(table, spec), spec))


def mean(values) -> float:
    return sum(values) / len(values)


def compare(title: str, seconds: float, loop_seconds: float, most: float, mine: dict, theirs: dict) -> bool:
    ratio = seconds / loop_seconds
    print(f"\n{title}: {seconds:.1f} s, loop {loop_seconds:.1f} s, {ratio:.2f} × (at most {most})")
    print(f"{'kind':>24} {'seconds':>8} {'loop':>8} {'ROC AUC':>8} {'loop':>8}")
    for kind, (spent, scores) in mine["kinds"].items():
        other = theirs["kinds"].get(kind)
        words = f"{other[0]:8.1f}" if other else f"{'-':>8}"
        print(
            f"{kind:>24} {spent:8.1f} {words} {mean(scores):8.4f} "
            + (f"{mean(other[1]):8.4f}" if other else f"{'-':>8}")
        )
    return ratio <= most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--only", choices=["default", "same"])
    parser.add_argument("--boosters", action="store_true", help="with the boosting libraries that are installed")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(run(*options.run)))
        return 0
    from census_like import N_ROWS, census_like

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "table.parquet")
        census_like(options.rows or N_ROWS).to_parquet(path)
        theirs, held = apart("loop", path), []
        if options.only != "same":
            mine = apart("boosters" if options.boosters else "ours", path)
            held.append(
                compare("default set", mine["process"], theirs["seconds"], MOST_OF_LOOP, mine, theirs)
                and all(
                    mean(mine["kinds"][kind][1]) >= mean(found[1]) - WORSE for kind, found in theirs["kinds"].items()
                )
            )
        if options.only != "default":
            mine = apart("same", path)
            held.append(compare("same pipelines", mine["seconds"], theirs["seconds"], MOST_OF_LOOP_SAME, mine, theirs))
            largest = max(
                abs(one - other)
                for kind, (_, scores) in theirs["kinds"].items()
                for one, other in zip(scores, mine["kinds"][kind][1], strict=True)
            )
            print(f"largest difference of a score: {largest:.1e} (at most {EQUAL:.0e})")
            held.append(largest <= EQUAL)
    print("as promised" if all(held) else "NOT AS PROMISED")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
