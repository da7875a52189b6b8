"""A worker whose fits take as long as a script says: ``python -m tests.training.scripted_worker RUN_ID``.

Everything but the engine is the real thing. The script is ``script.json`` in the home folder: ``seconds`` per fold,
``slow`` (candidate keys that take a minute), ``children`` (processes started beside each fold), ``deadly``
(candidate keys whose fit ends the process), ``failing`` (keys that fail), ``full`` (a key whose fold meets a full
disk).
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import workbench.results
import workbench.training.course
from workbench.errors import NoSpace
from workbench.training import worker
from workbench.training.evaluation import FoldScore

SCRIPT = json.loads((Path(os.environ["WORKBENCH_HOME"]) / "script.json").read_text(encoding="utf-8"))


def pursue(table, spec, ledger, *, suspects=(), **_):
    rows = np.array_split(np.arange(len(table)), spec.split.folds)
    for candidate in sorted(spec.candidates, key=lambda one: one.key in suspects):
        key, known = candidate.key, ledger.evaluation()
        done = {score.fold for score in known.fold_scores if score.candidate == key}
        for fold in range(spec.split.folds):
            if fold in done or key in known.failures:
                continue
            ledger.started(key, fold)
            if key in SCRIPT.get("failing", ()):
                ledger.failed(key, "It does not suit this table.")
                break
            if key in SCRIPT.get("full", ()):
                raise NoSpace("The disk is full.", "Free some space.")
            pretend(key)
            ledger.scored(fold_score(spec, table, key, fold, rows[fold]))
    return ledger.evaluation()


def pretend(key):
    for _ in range(SCRIPT.get("children", 0)):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    if key in SCRIPT.get("deadly", ()):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60 if key in SCRIPT.get("slow", ()) else SCRIPT.get("seconds", 0.0))


def fold_score(spec, table, key, fold, rows):
    actual = table[spec.target].to_numpy()[rows]
    value = {"baseline": 10.0}.get(key, 5.0) + fold
    return FoldScore(key, fold, {spec.metric: value}, 0.1, 0.0, rows, actual, actual + 1.0)


def fit(table, spec, key=None):
    pretend(f"fit {key}")
    return {"fitted": key}


def permutation_importance(table, spec, key):
    from workbench.errors import NotPossible

    raise NotPossible("Nothing was fitted.")


workbench.training.course.pursue = pursue
workbench.training.fit = fit
workbench.results.permutation_importance = permutation_importance

if __name__ == "__main__":
    sys.exit(worker.main())
