"""From a file to a finished run with every estimator, by the command line, as a person would do it."""

import contextlib
import io
import json
import os
from pathlib import Path

from benchmarks.bundle_ways.sets import DataSet, column_in_words
from workbench.cli.entry import STOPPED
from workbench.cli.entry import main as command_line
from workbench.data import open_table
from workbench.export.amounts import stored_amount_facts
from workbench.export.description import describe
from workbench.export.run_summary import decision_in_use
from workbench.modeling.models import MODELS
from workbench.runtime.scorer import Scorer
from workbench.specs import AmountDecisionSpec, DecisionSpec
from workbench.store import Store
from workbench.store.records import Run
from workbench.training import worker

THRESHOLD, LEVEL, SHIFT = 0.3, 0.8, 1.25  # of decisions that a person might make
FOLDS, AUTOPILOT_FOLDS = "2", "3"  # two would leave an ensemble two models


def by_command_line(*arguments: str) -> str:
    """Run a command of the workbench in this process and return what it printed; ValueError where it failed."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        code = command_line(arguments)
    if code == STOPPED:
        raise KeyboardInterrupt
    if code:
        last = stream.getvalue().strip().splitlines()[-1:] or ["no output"]
        raise ValueError(f"{arguments[0]} ended with {code}: {last[0]}")
    return stream.getvalue()


def finished_run(store: Store, data: DataSet, path: Path, kinds: list[str]) -> Run:
    """Return the run of a file with these estimators: the one that is there, resumed where it is not finished.

    ``path`` is the file to learn from; its project is called like it.
    """
    for run in _runs(store, path):
        if set(kinds) <= {candidate.kind for candidate in run.spec.candidates} | _unsuitable(run):
            return _finished(store, run)
    return _trained(store, data, path, "--folds", FOLDS, "--models", ",".join(kinds))


def autopilot_run(store: Store, data: DataSet, path: Path, seconds: float) -> Run:
    """Return the run of an autopilot on a file, whose best is an ensemble as a rule; see :func:`finished_run`."""
    runs = [run for run in _runs(store, path) if run.status == "finished"]
    return runs[0] if runs else _trained(store, data, path, "--folds", AUTOPILOT_FOLDS, "--auto", f"{seconds:g}")


def _runs(store: Store, path: Path) -> list[Run]:
    return [run for at in store.project_ids() if store.project(at).name == path.stem for run in store.runs(at)]


def _finished(store: Store, run: Run) -> Run:
    if run.status != "finished":
        by_command_line("train", "--resume", run.id)
    return store.run(run.id)


def _trained(store: Store, data: DataSet, path: Path, *options: str) -> Run:
    names = open_table(path).schema.names
    target = column_in_words(data.target, names)
    known_later = [name for name in map(str.strip, data.leakage) if name in names]
    drops = [part for name in known_later for part in ("--drop", name)]
    facts = path.with_suffix(".run.json")
    by_command_line(
        *("train", str(path), "--target", target, "--split", "random", *options, *drops, "--json", str(facts))
    )
    return store.run(json.loads(facts.read_text(encoding="utf-8"))["run"])


def _unsuitable(run: Run) -> set[str]:
    return {entry["kind"] for entry in run.notes.get("unsuitable", [])}


def kinds_of(run: Run) -> tuple[list[str], dict[str, str]]:
    """Return the estimators of the registry that suit the run's task and target, and why others of the task do not."""
    unsuitable = {entry["kind"]: entry["reason"] for entry in run.notes.get("unsuitable", [])}
    of_task = [kind.name for kind in MODELS if run.spec.task in kind.tasks]
    asked = {candidate.kind for candidate in run.spec.candidates}
    return [name for name in of_task if name in asked], {
        name: unsuitable[name] for name in of_task if name in unsuitable
    }


def fitted(store: Store, run: Run, key: str) -> None:
    """Fit a candidate on all rows, as a click on *Export* does, unless it is; ValueError where it failed."""
    if not _is_ready(store, run, key):
        worker.work(store, run.id, key)
    if not _is_ready(store, run, key):
        failed = [model.error for model in store.models(run.id) if model.key == key]
        raise ValueError(f"{key} could not be fitted: {(failed or [store.failures(run.id).get(key, 'no reason')])[0]}")


def _is_ready(store: Store, run: Run, key: str) -> bool:
    return any(model.key == key and model.status == "ready" for model in store.models(run.id))


def decide(store: Store, run: Run, key: str) -> None:
    """Decide about an estimator as a person might: a threshold for a class; a level and a shift for amounts."""
    if run.spec.task == "regression":
        store.save_interval_level(run.id, key, LEVEL)
        store.save_amount_decision(run.id, key, AmountDecisionSpec(shift=SHIFT))
    else:
        label = run.spec.positive if run.spec.task == "binary" else run.spec.classes[-1]
        store.save_decision(run.id, key, DecisionSpec(label=label, threshold=THRESHOLD))


def scorer_of(store: Store, run: Run, key: str) -> Scorer:
    """Return the scorer that the page *Try it* asks (``ui/scoring_path.py``)."""
    model, evaluation = store.load_model(run.id, key), store.load_evaluation(run.id)
    facts = describe(
        model,
        run.spec,
        store.load_table(run.spec.dataset),
        digest="app",
        read=store.dataset(run.spec.dataset).read,
        evaluation=evaluation,
        key=key,
        decision=decision_in_use(store, run, key),
        amounts=stored_amount_facts(store, run.id, key, evaluation),
    )
    return Scorer(model, facts)


def at_home(home: Path, cache: Path) -> None:
    """Make ``home`` the store of this process, with clean environments kept in ``cache``."""
    home.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    os.environ["WORKBENCH_HOME"] = str(home)
    kept = home / "environments"
    if not kept.is_symlink():
        kept.symlink_to(cache.resolve(), target_is_directory=True)
