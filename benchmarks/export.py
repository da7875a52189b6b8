"""From the click to the offered download: how long each step of an export takes, on a mid-sized run.

``python benchmarks/export.py [--rows 20000] [--kind hist_gradient_boosting] [--home FOLDER]`` trains one model (kept in
FOLDER, so that a second call only exports), makes the clean environment where it is not there yet, and exports
``--times`` times with the environment cached. Wall seconds; the issue asks for at most 15.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from workbench.export.stored_bundle import bundle_of_run
from workbench.modeling.planning import plan_experiment
from workbench.specs import CandidateSpec, SplitSpec
from workbench.store import Store
from workbench.training import worker

AT_MOST_SECONDS = 15


def mixed_table(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """Return rows of 14 mixed columns and a yes/no answer that depends on them; blanks in two columns."""
    rng = np.random.default_rng(seed)
    columns = {f"amount {at}": np.round(rng.lognormal(3, 1, n_rows), 2) for at in range(5)}
    columns |= {f"count {at}": rng.integers(0, 40, n_rows) for at in range(3)}
    words = [[f"{name} {value}" for value in range(size)] for name, size in (("city", 40), ("plan", 4), ("shop", 300))]
    columns |= {group[0].split()[0]: rng.choice(group, n_rows) for group in words}
    columns["member"] = rng.choice(["yes", "no"], n_rows)
    columns["since"] = (pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3000, n_rows), unit="D")).astype(
        str
    )
    columns["rate"] = rng.normal(0, 1, n_rows)
    table = pd.DataFrame(columns)
    signal = np.log(table["amount 0"]) + table["count 0"] / 20 + (table["plan"] == "plan 1") + rng.normal(0, 1, n_rows)
    table.loc[rng.random(n_rows) < 0.1, ["amount 1", "city"]] = None
    return table.assign(left=np.where(signal > signal.median(), "yes", "no"))


def trained(store: Store, n_rows: int, kind: str):
    """Return a finished run of one estimator, trained where the store has none."""
    name = f"export {n_rows} {kind}"
    for project_id in store.project_ids():
        if store.project(project_id).name == name:
            return store.runs(project_id)[0]
    project = store.create_project(name)
    dataset = store.add_frame(project.id, mixed_table(n_rows), "mixed", origin="file")
    candidates = (CandidateSpec(kind=kind),)
    draft = store.project(project.id).draft.but(target="left", split=SplitSpec(folds=2), candidates=candidates)
    plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
    run = store.create_run(project.id, plan.spec)
    worker.work(store, run.id)
    return store.run(run.id)


def timed(store: Store, run, out: Path, proof: str) -> tuple[list[tuple[str, float]], float]:
    """Export once; return the seconds of each step, and of all."""
    steps, started = [], time.perf_counter()
    bundle_of_run(store, run, run.best, out, proof=proof, say=lambda words: steps.append((words, time.perf_counter())))
    ended = time.perf_counter()
    ends = [at for _, at in steps[1:]] + [ended]
    return [(words, end - at) for (words, at), end in zip(steps, ends, strict=True)], ended - started


def main() -> None:
    """Train where need be, export, print a line per step and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kind", default="hist_gradient_boosting")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "workbench-export-benchmark")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--proof", choices=("clean", "process"), default="clean")
    asked = parser.parse_args()
    with Store.open(asked.home) as store:
        run = trained(store, asked.rows, asked.kind)
        out = asked.home / "service.zip"
        _, first = timed(store, run, out, asked.proof)
        print(f"first export, environment made where there was none: {first:.1f} s")
        totals = []
        for _ in range(asked.times):
            steps, total = timed(store, run, out, asked.proof)
            totals.append(total)
            print(f"{total:.1f} s: " + "; ".join(f"{words} {seconds:.1f} s" for words, seconds in steps))
        verdict = "within" if statistics.median(totals) <= AT_MOST_SECONDS else "over"
        print(f"median {statistics.median(totals):.1f} s, {verdict} {AT_MOST_SECONDS} s; {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
