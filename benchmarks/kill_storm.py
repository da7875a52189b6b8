"""Kill the workers of runs, and with --server the app's server too, ten times at random moments; see what is left.

    python benchmarks/kill_storm.py [--kills 10] [--runs 1] [--seed 0] [--sample NAME] [--server] [--url postgresql://…]

With ``--runs 2`` two runs go on at the same time and the worker of each is killed so often. Says, with figures, whether
every finished fold was kept, the runs completed, and nothing was scored twice; the exit code is 1 where one of these
does not hold. Only processes that this script started are killed.
"""

import argparse
import math
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e")]

from driving import Server

from workbench.data.samples import SAMPLES
from workbench.modeling.planning import plan_experiment
from workbench.store import Store
from workbench.training import supervisor

LONGEST_PAUSE_SECONDS = 8.0
GIVE_UP_SECONDS = 1800.0


def begin(store: Store, sample_name: str, folds: int):
    """Start a run of the default candidates on a practice table."""
    sample = next(sample for sample in SAMPLES if sample.name == sample_name)
    project = store.create_project(f"Kill storm on {sample.title}")
    dataset = store.add_frame(project.id, sample.load(), sample.name)
    draft = store.project(project.id).draft.but(target=sample.target)
    draft = draft.but(split=draft.split.but(folds=folds))
    plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
    return supervisor.start(store, store.create_run(project.id, plan.spec).id)


def storm(store: Store, run_id: str, kills: int, numbers: random.Random, server: Server | None) -> dict:
    """Kill the worker ``kills`` times, wait for the end, and return what was counted."""
    done, lost, resumed, moments = 0, 0, 0, []
    kept: frozenset = frozenset()
    doomed, next_kill = None, 0.0
    until = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < until:
        run = supervisor.check(store, run_id)
        now = store.finished_pairs(run_id)
        lost += len(kept - now)
        kept = now
        if run.status == "interrupted":  # several deaths without a new fold: what a person does then
            supervisor.resume(store, run_id)
            resumed += 1
        elif not run.active:
            break
        elif run.status != "running" or run.pid is None:
            pass
        elif run.pid != doomed:  # each worker gets a random time to live, counted from when it has its slot
            doomed, next_kill = run.pid, time.monotonic() + numbers.uniform(0, LONGEST_PAUSE_SECONDS)
        elif done < kills and time.monotonic() >= next_kill:
            try:
                os.kill(run.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            except ProcessLookupError:
                continue
            moments.append(f"{run.phase} {run.n_done}/{run.n_total}")
            done, next_kill = done + 1, math.inf
            if server:
                server.kill()
                server.start()
        time.sleep(0.05)
    return {
        "kills": done,
        "lost": lost,
        "resumed by hand": resumed,
        "killed while": moments,
        "server killed": done if server else 0,
    }


def report(store: Store, run_id: str, counted: dict) -> bool:
    """Print the figures; True where everything that is promised held."""
    run = store.run(run_id)
    log = store.fold_log(run_id)
    events = Counter(entry["event"] for entry in log)
    scores = Counter((entry["candidate"], entry["fold"]) for entry in log if entry["event"] == "score")
    twice = [pair for pair, count in scores.items() if count > 1]
    failures = store.failures(run_id)
    evaluation = store.load_evaluation(run_id)
    lengths = {len(evaluation.out_of_fold(score.key)) for score in evaluation.candidates() if score.complete}
    starts = Counter((entry["candidate"], entry["fold"]) for entry in log if entry["event"] == "start")
    for name, value in (
        *counted.items(),
        ("deaths noticed", events["death"]),
        ("ended as", f"{run.status} {run.error}".strip()),
        ("folds", f"{run.n_done} of {run.n_total}"),
        ("scored twice", len(twice)),
        ("second scores refused", events["refused"]),
        ("folds begun again after a kill", sum(count - 1 for pair, count in starts.items() if pair[1] >= 0)),
        ("rows with out-of-fold predictions, per candidate", sorted(lengths)),
        ("candidates failed", failures or "none"),
        ("best", f"{run.best}, {run.metric} {run.best_mean:.4f}" if run.best else "none"),
        ("model", ", ".join(f"{model.key} {model.status}" for model in store.models(run_id)) or "none"),
        ("seconds", round((run.finished_at - run.created_at).total_seconds(), 1) if run.finished_at else "-"),
    ):
        print(f"{name:>50}: {value}")
    n_rows = store.dataset(run.spec.dataset).n_rows
    whole = run.status == "finished" and run.n_done == run.n_total and not failures
    return whole and not twice and not counted["lost"] and lengths == {n_rows}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--runs", type=int, default=1, help="so many at the same time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--sample", choices=[sample.name for sample in SAMPLES], default=SAMPLES[0].name)
    parser.add_argument("--server", action="store_true", help="kill and restart the app's server as well")
    parser.add_argument("--url", help="database address; default SQLite in a temporary folder")
    options = parser.parse_args()
    os.environ["WORKBENCH_SLOTS"] = str(options.runs)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, Store.open(home, options.url) as store:
        server = Server(Path(home), Path(home) / "server.log").start() if options.server else None
        runs = [begin(store, options.sample, options.folds).id for _ in range(options.runs)]

        def stormed(number: int) -> dict:
            with Store.open(home, options.url) as own:
                numbers = random.Random(options.seed + number)
                return storm(own, runs[number], options.kills, numbers, None if number else server)

        try:
            with ThreadPoolExecutor(options.runs) as threads:
                counts = list(threads.map(stormed, range(options.runs)))
            held = all(
                [
                    report(store, run_id, counted) and counted["kills"] == options.kills
                    for run_id, counted in zip(runs, counts, strict=True)
                ]
            )
        finally:
            for run_id in runs:
                supervisor.stop(store, run_id)
            if server:
                server.stop()
    print("every finished fold kept, run completed, nothing scored twice" if held else "NOT AS PROMISED")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
