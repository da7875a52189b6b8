"""What an AutoML library makes of the benchmark's splits in a given time; run in that library's environment.

    python automl_peers.py TOOL SPLITS OUT.json [--seconds 60] [--threads 2] [--lock FILE] [--predictions FOLDER]

TOOL is one of flaml, autogluon, h2o, mljar, hist_gradient_boosting; SPLITS was written by ``automl_tasks``. Needs
pandas, pyarrow, NumPy, scikit-learn and the tool, nothing of the workbench. Every tool gets the typed table and the
metric, and is otherwise left to its own defaults. Every split runs in a process of its own, which is ended after four
times its budget; what OUT.json already holds is not run again, except what failed, with ``--again``.
"""

import argparse
import contextlib
import ctypes
import fcntl
import importlib.metadata
import json
import os
import pickle
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

TIMES_OF_BUDGET = 4  # mljar and AutoGluon overrun; what takes longer than this hangs
LEAST_TIMEOUT_SECONDS = 240
PAUSE_SECONDS = 2  # between two runs, so that whoever waits for the lock gets it
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
MOST_CATEGORIES = 255  # scikit-learn's histogram boosting takes no more


def features_and_target(rows, target):
    """Return the columns to learn from, in types every version of pandas and every tool knows, and the target.

    Words become plain str objects with NaN where there is none, and dates nanoseconds: FLAML looks for
    ``datetime64[ns]`` by name, and new pandas reads other units.
    """
    table = pd.DataFrame(index=rows.index)
    for name in rows.columns.drop(target):
        values = rows[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            table[name] = values.dt.tz_localize(None).astype("datetime64[ns]")
        elif pd.api.types.is_bool_dtype(values) and not values.isna().any():
            table[name] = values.astype(int)
        elif pd.api.types.is_numeric_dtype(values):
            table[name] = values.astype(float) if values.isna().any() else values
        else:
            words = [np.nan if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]
            table[name] = pd.Series(words, index=rows.index, dtype=object)
    y = rows[target]
    return table, y if pd.api.types.is_numeric_dtype(y) else y.astype(str).astype(object)


def run_flaml(X, y, X_test, asked):
    """FLAML with its own list of estimators."""
    from flaml import AutoML

    automl = AutoML()
    metric = {"roc_auc": "roc_auc", "log_loss": "log_loss", "rmse": "rmse"}[asked["metric"]]
    task = "regression" if asked["task"] == "regression" else "classification"
    started = time.perf_counter()
    automl.fit(X, y, task=task, metric=metric, time_budget=asked["seconds"], n_jobs=asked["threads"], verbose=0)
    seconds = time.perf_counter() - started
    answers = _answers(automl, X_test, asked)
    return answers, seconds, len(pickle.dumps(automl.model)), {"chosen": automl.best_estimator}


def run_autogluon(X, y, X_test, asked):
    """AutoGluon, medium quality."""
    from autogluon.tabular import TabularPredictor

    metric = {"roc_auc": "roc_auc", "log_loss": "log_loss", "rmse": "root_mean_squared_error"}[asked["metric"]]
    positive = {"positive_class": asked["positive"]} if asked["task"] == "binary" else {}
    predictor = TabularPredictor(
        label=asked["target"], problem_type=asked["task"], eval_metric=metric, path="models", verbosity=2, **positive
    )
    started = time.perf_counter()
    predictor.fit(
        X.assign(**{asked["target"]: y}),
        presets="medium_quality",
        time_limit=asked["seconds"],
        num_cpus=asked["threads"],
    )
    seconds = time.perf_counter() - started
    if asked["task"] == "regression":
        answers = predictor.predict(X_test).to_numpy()
    else:
        answers = predictor.predict_proba(X_test)[asked["classes"]].to_numpy()
    return answers, seconds, _folder_bytes("models"), {"chosen": predictor.model_best}


def run_h2o(X, y, X_test, asked):
    """H2O's AutoML, in a Java process with as many threads."""
    import h2o
    from h2o.automl import H2OAutoML

    h2o.init(nthreads=asked["threads"], max_mem_size="6G", port=54321 + os.getpid() % 5_000 * 2)
    for server in _descendants(os.getpid()):  # H2O starts Java in a session of its own
        _pass_niceness_on(server)
    try:
        kinds = {
            name: "time"
            if pd.api.types.is_datetime64_any_dtype(X[name])
            else ("enum" if X[name].dtype == object else "numeric")
            for name in X.columns
        }
        metric = {"roc_auc": "AUC", "log_loss": "logloss", "rmse": "RMSE"}[asked["metric"]]
        kinds[asked["target"]] = "numeric" if asked["task"] == "regression" else "enum"
        started = time.perf_counter()
        train = h2o.H2OFrame(X.assign(**{asked["target"]: y}), column_types=kinds)
        automl = H2OAutoML(max_runtime_secs=asked["seconds"], sort_metric=metric)
        automl.train(x=list(X.columns), y=asked["target"], training_frame=train)
        seconds = time.perf_counter() - started
        told = automl.leader.predict(h2o.H2OFrame(X_test, column_types={name: kinds[name] for name in X.columns}))
        frame = told.as_data_frame()
        if asked["task"] == "regression":
            answers = frame["predict"].to_numpy()
        else:
            # The columns after "predict" follow the order of the levels, whatever h2o renames them to.
            levels = train[asked["target"]].levels()[0]
            answers = frame.iloc[:, 1 + np.array([levels.index(str(label)) for label in asked["classes"]])].to_numpy()
        size = Path(h2o.save_model(automl.leader, path=".", force=True)).stat().st_size
        return answers, seconds, size, {"chosen": automl.leader.algo}
    finally:
        h2o.cluster().shutdown()


def run_mljar(X, y, X_test, asked):
    """mljar-supervised in its mode for competitions."""
    from supervised.automl import AutoML

    metric = {"roc_auc": "auc", "log_loss": "logloss", "rmse": "rmse"}[asked["metric"]]
    kinds = {"binary": "binary_classification", "multiclass": "multiclass_classification", "regression": "regression"}
    automl = AutoML(
        mode="Compete",
        ml_task=kinds[asked["task"]],
        eval_metric=metric,
        total_time_limit=asked["seconds"],
        n_jobs=asked["threads"],
        results_path="models",
    )
    started = time.perf_counter()
    automl.fit(X, y)
    seconds = time.perf_counter() - started
    return _answers(automl, X_test, asked), seconds, _folder_bytes("models"), {"chosen": automl._best_model.get_type()}


def run_hist_gradient_boosting(X, y, X_test, asked):
    """scikit-learn's histogram gradient boosting as it comes; no search, so the budget is not used up.

    Words are ordinal codes, told to be categories where there are at most 255; dates are seconds.
    """
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder
    from threadpoolctl import threadpool_limits

    dates = list(X.select_dtypes("datetime").columns)
    X, X_test = (
        table.assign(**{name: (table[name] - pd.Timestamp(0)).dt.total_seconds() for name in dates})
        for table in (X, X_test)
    )
    words = list(X.select_dtypes(object).columns)
    few = [name for name in words if X[name].nunique() <= MOST_CATEGORIES]
    kind = HistGradientBoostingRegressor if asked["task"] == "regression" else HistGradientBoostingClassifier
    columns = words + list(X.columns.drop(words))
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    model = make_pipeline(
        make_column_transformer((encoder, words), remainder="passthrough"),
        kind(random_state=asked["seed"], categorical_features=[name in few for name in columns]),
    )
    with threadpool_limits(asked["threads"]):
        started = time.perf_counter()
        model.fit(X, y)
        seconds = time.perf_counter() - started
    return _answers(model, X_test, asked), seconds, len(pickle.dumps(model)), {}


def _answers(model, X_test, asked):
    if asked["task"] == "regression":
        return np.asarray(model.predict(X_test)).ravel()
    probabilities = np.asarray(model.predict_proba(X_test))
    # Every tool that comes here sorts its classes; a class without a training row has no probability.
    known = asked["known_classes"]
    return np.column_stack(
        [
            probabilities[:, known.index(label)] if label in known else np.zeros(len(X_test))
            for label in asked["classes"]
        ]
    )


def _folder_bytes(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


TOOLS = {
    "autogluon": (run_autogluon, "autogluon.tabular"),
    "flaml": (run_flaml, "flaml"),
    "hist_gradient_boosting": (run_hist_gradient_boosting, "scikit-learn"),
    "h2o": (run_h2o, "h2o"),
    "mljar": (run_mljar, "mljar-supervised"),
}
BESIDE = ("lightgbm", "xgboost", "xgboost-cpu", "catboost", "scikit-learn", "pandas")


def score_of(answers, y, asked):
    """Return ROC AUC, log loss or RMSE of the answers on the test part.

    Parameters
    ----------
    answers : numpy.ndarray of shape (n_rows,) or (n_rows, n_classes)
        Numbers, or the probability of every class in the order of ``asked["classes"]``.
    y : pandas.Series of shape (n_rows,)
    asked : dict
    """
    from sklearn.metrics import log_loss, roc_auc_score

    if asked["metric"] == "rmse":
        return float(np.sqrt(np.mean((np.asarray(y, dtype=float) - answers) ** 2)))
    if asked["metric"] == "roc_auc":
        return float(roc_auc_score(y == asked["positive"], answers[:, asked["classes"].index(asked["positive"])]))
    return float(log_loss(y, answers / answers.sum(axis=1, keepdims=True), labels=asked["classes"]))


def run_one(tool, splits, asked, predictions=None):
    """Fit and score a tool on one split; to be called in a process and a folder of its own.

    Returns
    -------
    dict
        ``score``, ``seconds`` of the fit, ``size_bytes`` of the model and what the tool chose.
    """
    train, test = (pd.read_parquet(splits / asked[part]) for part in ("train", "test"))
    X, y = features_and_target(train, asked["target"])
    X_test, y_test = features_and_target(test, asked["target"])
    asked["known_classes"] = [label for label in asked["classes"] if (y == label).any()]
    answers, seconds, size, more = TOOLS[tool][0](X, y, X_test, asked)
    if predictions:
        predictions.mkdir(parents=True, exist_ok=True)
        np.save(predictions / f"{tool}-{asked['name']}-{asked['seed']}.npy", answers)
    return {"score": score_of(answers, y_test, asked), "seconds": round(seconds, 2), "size_bytes": size, **more}


@contextlib.contextmanager
def held(lock):
    """Hold the lock file, so that nothing else that respects it is measured meanwhile."""
    if not lock:
        yield
        return
    with Path(lock).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def in_a_process(arguments, folder, timeout):
    """Run this file with ``arguments`` in ``folder``; return its last line of output as JSON, or ``{"error": …}``."""
    command = [sys.executable, str(Path(__file__).resolve()), *arguments]
    log = Path(folder) / "log.txt"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, start_new_session=True)
        _pass_niceness_on(process.pid)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            return {"error": f"not done after {timeout:.0f} s"}
        finally:
            for left in _descendants(os.getpid()):  # also what it started, such as a Java server
                with contextlib.suppress(ProcessLookupError):
                    os.kill(left, signal.SIGKILL)
            process.wait()
    result = Path(folder) / "result.json"
    if result.exists():
        return json.loads(result.read_text(encoding="utf-8"))
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return {"error": lines[-1][:400] if lines else f"ended with {process.returncode}"}


def _descendants(process_id):
    """Return the ids of the processes that a process started, and they in turn."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
    found, added = set(), {process_id}
    while added:
        added = {child for child, parent in parents.items() if parent in added} - found
        found |= added
    return found


def _pass_niceness_on(process_id):
    """Give a session the niceness of this process: Linux divides the processor among sessions first."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{process_id}/autogroup").write_text(str(os.nice(0)), encoding="utf-8")


def _adopt_orphans():
    """Have Linux make this process the parent of what its children leave behind, so that it can be ended."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(tool, asked, options):
    """Return the row of one split: what was asked, where, and what came out."""
    row = {
        "tool": tool,
        "version": importlib.metadata.version(TOOLS[tool][1]),
        "data_set": asked["name"],
        "seed": asked["seed"],
        "metric": asked["metric"],
        "budget_seconds": options.seconds,
        "threads": options.threads,
        "python": platform.python_version(),
        "machine": options.machine,
        "beside": {name: version for name in BESIDE if (version := _version(name))},
    }
    arguments = [tool, str(options.splits.resolve()), "result.json", "--one", json.dumps(asked)]
    arguments += ["--seconds", str(options.seconds), "--threads", str(options.threads)]
    if options.predictions:
        arguments += ["--predictions", str(options.predictions.resolve())]
    folder = tempfile.mkdtemp(prefix=f"{tool}-")
    try:
        with held(options.lock):
            row["date"] = datetime.now().astimezone().isoformat(timespec="seconds")
            row["load"] = round(os.getloadavg()[0], 2)
            timeout = max(LEAST_TIMEOUT_SECONDS, TIMES_OF_BUDGET * options.seconds)
            row |= in_a_process(arguments, folder, timeout)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return row


def _version(name):
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(name)


def main():
    """Run a tool on every split that has no row yet, and write the rows after each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("splits", type=Path, help="folder that automl_tasks wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tasks", help="only these, by name, with commas between")
    parser.add_argument("--lock", help="file that is locked during every single run")
    parser.add_argument("--predictions", type=Path, help="folder that keeps the answers on the test parts")
    parser.add_argument("--machine", default="2 cores, 24 GB")
    parser.add_argument("--again", action="store_true", help="run what failed once more")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        asked = json.loads(options.one) | {"seconds": options.seconds, "threads": options.threads}
        result = run_one(options.tool, options.splits, asked, options.predictions)
        options.out.write_text(json.dumps(result), encoding="utf-8")
        return
    _adopt_orphans()
    rows = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else []
    if options.again:
        rows = [row for row in rows if row["tool"] != options.tool or "score" in row]
    done = {(row["tool"], row["data_set"], row["seed"]) for row in rows}
    for asked in json.loads((options.splits / "tasks.json").read_text(encoding="utf-8")):
        chosen = not options.tasks or asked["name"] in options.tasks.split(",")
        if not chosen or (options.tool, asked["name"], asked["seed"]) in done:
            continue
        row = measure(options.tool, asked, options)
        rows.append(row)
        part = options.out.with_suffix(".part")
        part.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        part.replace(options.out)
        outcome = row.get("error") or f"{row['metric']} {row['score']:.5g} in {row['seconds']:.1f} s"
        print(f"{row['tool']} {row['data_set']} {row['seed']}: {outcome}, load {row['load']}", flush=True)
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
