"""Our autopilot on the splits that its peers ran on: the command line from start to end, as a person would use it.

    python -m benchmarks.autopilot SPLITS OUT.json [--sklearn-only] [--seconds 60] [--tasks a,b] [--lock FILE]
                                   [--predictions FOLDER] [--paired]

SPLITS was written by ``automl_tasks``; what OUT.json already holds is not run again. ``seconds`` is the wall time of
the whole process: start-up, reading the file, profiling, the run, and the final model in the store. Threads are two,
by the cores that the process may use. ``--paired`` compares what is in FOLDER with the default histogram gradient
boosting of ``automl_peers`` (its ``--predictions`` go to the same folder), by a paired bootstrap over the test rows.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.automl_peers import (
    BESIDE,
    LEAST_TIMEOUT_SECONDS,
    PAUSE_SECONDS,
    TIMES_OF_BUDGET,
    _pass_niceness_on,
    _version,
    held,
)

TOOL, TOOL_SKLEARN = "workbench", "workbench_sklearn"
BOOSTERS = "lightgbm,xgboost,catboost"
DRAWS = 2_000  # of the bootstrap
DEFAULT = "hist_gradient_boosting"


def run_one(asked, splits, seconds, sklearn_only, home):
    """Train on one split by the command line and predict its test part with the model that is in the store then.

    Returns
    -------
    dict
        ``score``, wall ``seconds``, ``size_bytes`` of the model, ``chosen``, ``members``, ``n_tried``; or ``error``.
    answers : ndarray or None
        Predictions, or probabilities of the classes in the order of ``asked["classes"]``.
    """
    facts = Path(home) / "facts.json"
    command = [sys.executable, "-m", "workbench", "train", str((splits / asked["train"]).resolve())]
    command += ["--target", asked["target"], "--task", asked["task"], "--metric", asked["metric"]]
    command += ["--auto", str(seconds), "--json", str(facts)]
    for name in asked_about(asked, splits):  # the benchmark's answer: what must not be known is not in the table
        command += ["--known", name]
    if asked["positive"] is not None:
        command += ["--positive", str(asked["positive"])]
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    if sklearn_only:
        environment["WORKBENCH_WITHOUT"] = BOOSTERS
    log = Path(home) / "said.txt"
    timeout = max(LEAST_TIMEOUT_SECONDS, TIMES_OF_BUDGET * seconds)
    began = time.perf_counter()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
        _pass_niceness_on(process.pid)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return {"error": f"not done after {timeout:.0f} s"}, None
    wall = time.perf_counter() - began
    if process.returncode:
        said = log.read_text(encoding="utf-8").strip().splitlines()
        return {"error": (said or ["no output"])[-1][:400], "seconds": wall}, None
    try:
        outcome, answers = _tested(asked, splits, home, json.loads(facts.read_text(encoding="utf-8"))["run"])
    except Exception as error:  # noqa: BLE001 - the other splits go on
        return {"error": f"the model cannot be used: {error}"[:400], "seconds": wall}, None
    return {"seconds": round(wall, 2)} | outcome, answers


def asked_about(asked, splits):
    """Return the columns of which the workbench would ask a person whether they are known when predicting."""
    from workbench.data import open_table
    from workbench.profiling import left_out, profile

    opened = open_table(splits / asked["train"])
    found = profile(opened.table, opened.schema, target=asked["target"], task=asked["task"])
    return [entry.column for entry in left_out(found.availability)]


def _tested(asked, splits, home, run_id):
    """Score the best model of a run on the test part."""
    from workbench.store import Store
    from workbench.training.scoring import predictions

    test = pd.read_parquet(splits / asked["test"])
    with Store.open(home) as store:
        evaluation = store.load_evaluation(run_id)
        key = evaluation.best()
        spec = evaluation.spec
        began = time.perf_counter()
        answers, probabilities = predictions(store.load_model(run_id, key), test, spec)
        predict_seconds = time.perf_counter() - began
        size = next(model.size_bytes for model in store.models(run_id) if model.key == key)
    if probabilities is not None:
        columns = [str(label) for label in spec.classes]
        answers = probabilities[:, [columns.index(str(label)) for label in asked["classes"]]]
    board = evaluation.candidates()
    best = next(score for score in board if score.key == key)
    return {
        "score": score_of(answers, test[asked["target"]], asked),
        "size_bytes": size,
        "chosen": best.kind,
        "members": [[one.kind, round(one.weight, 3)] for one in spec.candidate(key).members],
        "n_tried": sum(bool(score.folds) for score in board),
        "validation": best.mean,
        "left_out": [entry.column for entry in spec.left_out],
        "predict_seconds": round(predict_seconds, 2),
    }, answers


def score_of(answers, y, asked):
    """Return ROC AUC, log loss or RMSE of the answers, by ``automl_peers``."""
    from benchmarks.automl_peers import features_and_target
    from benchmarks.automl_peers import score_of as peers_score

    y = features_and_target(y.to_frame(), y.name)[1]
    return peers_score(answers, y, asked)


def measure(asked, options):
    """Return the row of one split, of the same shape as those of the peers."""
    tool = TOOL_SKLEARN if options.sklearn_only else TOOL
    row = {
        "tool": tool,
        "version": _commit(),
        "data_set": asked["name"],
        "seed": asked["seed"],
        "metric": asked["metric"],
        "budget_seconds": options.seconds,
        "threads": os.cpu_count(),
        "python": platform.python_version(),
        "machine": options.machine,
        "beside": {name: version for name in BESIDE if (version := _version(name))},
    }
    with tempfile.TemporaryDirectory(prefix="autopilot-") as home, held(options.lock):
        row["date"] = datetime.now().astimezone().isoformat(timespec="seconds")
        row["load"] = round(os.getloadavg()[0], 2)
        outcome, answers = run_one(asked, options.splits, options.seconds, options.sklearn_only, home)
        row["load_after"] = round(os.getloadavg()[0], 2)
    if options.predictions and answers is not None:
        options.predictions.mkdir(parents=True, exist_ok=True)
        np.save(options.predictions / f"{tool}-{asked['name']}-{asked['seed']}.npy", answers)
    return row | outcome


def _commit():
    here = Path(__file__).parent
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def paired(tool, splits, predictions, seed=0):
    """Compare a tool with the default histogram gradient boosting on the same test rows.

    The interval is the 2.5 % to 97.5 % range of the mean difference over the splits of a data set when the test rows
    of every split are drawn anew with replacement, the same rows for both (Efron and Tibshirani 1993, chapter 13).

    Returns
    -------
    pandas.DataFrame
        Per data set the mean scores of both, ``better`` (their difference, positive where the tool is better) with
        ``low`` and ``high``, and ``fine``: not worse beyond the interval.
    """
    rows = []
    asked_of = {}
    for asked in json.loads((splits / "tasks.json").read_text(encoding="utf-8")):
        asked_of.setdefault(asked["name"], []).append(asked)
    for name, entries in asked_of.items():
        files = [[predictions / f"{one}-{name}-{asked['seed']}.npy" for one in (tool, DEFAULT)] for asked in entries]
        if not all(path.exists() for pair in files for path in pair):
            continue
        generator = np.random.default_rng(seed)
        sign = 1 if entries[0]["metric"] == "roc_auc" else -1
        means, drawn = np.zeros(2), np.zeros(DRAWS)
        for asked, pair in zip(entries, files, strict=True):
            y = pd.read_parquet(splits / asked["test"])[asked["target"]]
            both = [np.load(path) for path in pair]
            means += np.array([score_of(answers, y, asked) for answers in both]) / len(entries)
            score = drawn_score(asked, y)
            for draw in range(DRAWS):
                chosen = generator.integers(len(y), size=len(y))
                drawn[draw] += sign * (score(both[0], chosen) - score(both[1], chosen)) / len(entries)
        low, high = np.quantile(drawn, [0.025, 0.975])
        rows.append([name, entries[0]["metric"], *means, sign * (means[0] - means[1]), low, high, high >= 0])
    names = ["data_set", "metric", tool, DEFAULT, "better", "low", "high", "fine"]
    return pd.DataFrame(rows, columns=names)


def drawn_score(asked, y):
    """Return a function of answers and of positions of drawn rows that gives the metric; quick, for many draws."""
    if asked["metric"] == "roc_auc":
        from workbench.training.losses import roc_auc

        at, found = asked["classes"].index(asked["positive"]), (y == asked["positive"]).to_numpy()
        return lambda answers, rows: roc_auc(found[rows], answers[rows, at])
    if asked["metric"] == "rmse":
        actual = y.to_numpy(dtype=float)
        return lambda answers, rows: float(np.sqrt(np.square(answers[rows] - actual[rows]).mean()))
    codes = y.map(asked["classes"].index).to_numpy()
    return lambda answers, rows: float(-np.log(np.maximum(answers[rows, codes[rows]], 1e-15)).mean())


def main():
    """Run the splits that have no row yet, or compare with the default boosting."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("splits", type=Path, help="folder that automl_tasks wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--sklearn-only", action="store_true", help="as if no boosting library were installed")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--tasks", help="only these, by name, with commas between")
    parser.add_argument("--lock", help="file that is locked during every single run")
    parser.add_argument("--predictions", type=Path, help="folder that keeps the answers on the test parts")
    parser.add_argument("--machine", default="2 cores, 24 GB")
    parser.add_argument("--again", action="store_true", help="run once more what has a row")
    parser.add_argument("--paired", action="store_true", help="compare with the default boosting instead of running")
    options = parser.parse_args()
    tool = TOOL_SKLEARN if options.sklearn_only else TOOL
    if options.paired:
        print(paired(tool, options.splits, options.predictions).to_string(index=False))
        return
    rows = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else []
    for asked in json.loads((options.splits / "tasks.json").read_text(encoding="utf-8")):
        of_split = [row for row in rows if [row["tool"], row["data_set"], row["seed"]] == [tool, *_split(asked)]]
        chosen = not options.tasks or asked["name"] in options.tasks.split(",")
        if not chosen or (of_split and not options.again):
            continue
        row = measure(asked, options)
        # Read anew: the other of the two settings may write to the same file.
        rows = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else []
        rows = [one for one in rows if [one["tool"], one["data_set"], one["seed"]] != [tool, *_split(asked)]]
        rows.append(row)
        part = options.out.with_suffix(".part")
        part.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        part.replace(options.out)
        outcome = row.get("error") or f"{row['metric']} {row['score']:.5g} in {row['seconds']:.1f} s by {row['chosen']}"
        print(f"{tool} {row['data_set']} {row['seed']}: {outcome}, load {row['load']}", flush=True)
        time.sleep(PAUSE_SECONDS)


def _split(asked):
    return [asked["name"], asked["seed"]]


if __name__ == "__main__":
    main()
