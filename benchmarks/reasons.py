"""Reasons for one prediction: seconds per estimator, and how far they are from adding up.

    python benchmarks/reasons.py [--rows 10000] [--columns 20] [--task binary|regression] [KIND ...]

Every kind is fitted on a seeded mixed table; then rows that it was not fitted on are explained, each against the
background that would be kept with the model. The median of a kind must be within 0.3 s, and what the columns add up
to within 1e-6 of the answer for the row alone; else the exit code is 1. The background is made once per model; how
long that takes is told beside, and the processor's own seconds, which a busy machine makes no longer. ``average`` is
an average of three kinds, fitted on five folds: fifteen models, which a service asks for a single answer, too.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

MOST_SECONDS, FURTHEST = 0.3, 1e-6
EXPLAINED = 15
AVERAGED = ("hist_gradient_boosting", "mlp", "logistic")
AVERAGED_AMOUNTS = ("hist_gradient_boosting", "mlp", "ridge")


def planned(task, n_rows, n_columns):
    """Return the table, the spec and its candidates: every kind, and an average of folds."""
    from frames import frame

    from workbench.data import detect_schema
    from workbench.modeling.models import MODELS
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import CandidateSpec, Draft, MemberSpec

    table = frame(n_rows + EXPLAINED, n_columns + 1)
    target = "target" if task == "binary" else "number_0"
    if task == "regression":
        table = table.drop(columns="target")
        table[target] = table[target] - table[target].min() + 1.0  # some kinds learn amounts above zero only
    schema, _ = detect_schema(table)
    kinds = [kind.name for kind in MODELS if task in kind.tasks]
    averaged = AVERAGED if task == "binary" else AVERAGED_AMOUNTS
    members = tuple(MemberSpec(kind=kind, weight=1 / len(averaged)) for kind in averaged)
    candidates = {kind: CandidateSpec(kind=kind) for kind in kinds}
    candidates["average"] = CandidateSpec(kind="ensemble", members=members)
    return table, plan_experiment(table, schema, Draft(target=target)).spec, candidates


def explained(model, background, rows, label):
    """Return seconds per row, processor seconds, the largest deviation from adding up, and the last explanation."""
    from workbench.runtime import reasons

    seconds, busy, off, found = [], [], 0.0, None
    for at in range(len(rows)):
        row = rows.iloc[[at]]
        began, worked = time.perf_counter(), time.process_time()
        found = reasons.explain(model, row, background.rows, label=label, evaluations=background.evaluations)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
        if label is None:
            answer = float(model.predict(row)[0])
        else:
            answer = float(reasons.log_odds(model.predict_proba(row)[:, list(model.classes_).index(label)])[0])
        off = max(off, abs(found.base + found.contributions.sum() - answer))
    return statistics.median(seconds), statistics.median(busy), off, found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--task", choices=("binary", "regression"), default="binary")
    parser.add_argument("kinds", nargs="*")
    arguments = parser.parse_args()
    from workbench.modeling import pipeline, planning
    from workbench.results.uses.reasons import background_of
    from workbench.training.scoring import quietly

    table, spec, candidates = planned(arguments.task, arguments.rows, arguments.columns)
    inputs, target = planning.modelling_table(table, spec)
    train, rows = slice(None, -EXPLAINED), inputs.iloc[-EXPLAINED:]
    missed = False
    print(f"{len(inputs) - EXPLAINED:,} rows, {len(spec.columns)} columns used, {arguments.task}")
    print(
        f"{'kind':24s} {'fit s':>6s} {'made s':>7s} {'reasons s':>10s} {'cpu s':>6s} {'off by':>9s} {'asked':>7s} exact"
    )
    for kind in arguments.kinds or candidates:
        with quietly():
            began = time.perf_counter()
            model = pipeline.build_pipeline(spec, candidates[kind]).fit(inputs.iloc[train], target[train])
            fitted = time.perf_counter()
            background = background_of(model, table, spec)
            made = time.perf_counter()
            seconds, busy, off, found = explained(model, background, rows, spec.positive)
        missed |= seconds > MOST_SECONDS or off > FURTHEST
        print(
            f"{kind:24s} {fitted - began:6.1f} {made - fitted:7.2f} {seconds:10.3f} {busy:6.3f} {off:9.1e} "
            f"{background.evaluations:7,} {'yes' if found.exact else 'no'}",
            flush=True,
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
