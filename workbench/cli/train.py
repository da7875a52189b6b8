"""``train``: one run from a file to scores and a proven service, kept in the store like the runs of the app."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli import goal, run_words, splitting, testing
from workbench.cli.asked_run import created
from workbench.cli.outputs import check_outputs, is_device, write_json
from workbench.cli.read import existing_file
from workbench.cli.run_at_work import worked_on
from workbench.cli.run_facts import run_facts
from workbench.cli.saying import STDOUT, progress, say
from workbench.errors import CandidateFailed, Conflict, ModelUnusable, NotPossible

if TYPE_CHECKING:
    from workbench.store import Store
    from workbench.store.openings import Opening
    from workbench.store.records import Run
    from workbench.training.evaluation import Evaluation

# Options that say what to train; a run that is resumed has them already.
ASKED = (
    *("file", "target", "drop", "known", "split", "group", "time", "fold_column", "models", "metric", "task"),
    *("positive", "folds", "repeats", "each", "gap", "seed", "auto", "lock", "test"),
    *goal.NAMES,
)
_UNSET = (None, "", [])


def run(arguments: argparse.Namespace) -> None:
    """Train on ``FILE`` or go on with a run; write what was asked for."""
    _check_arguments(arguments)
    check_outputs(arguments.json, arguments.bundle, inputs=[arguments.file, arguments.test])
    for given in (arguments.file, arguments.test):
        if given is not None:
            existing_file(given)
    from workbench.store import Store

    with Store.open() as store:
        started = _started(store, arguments)
        progress(started.id)
        run_words.say_warnings(started)  # before the time is spent on training, and once more with the result
        run_words.say_split(started)
        finished = worked_on(store, started)
        evaluation = store.load_evaluation(finished.id)
        dataset = store.dataset(finished.spec.dataset)
        tested, problem = _tested(store, finished, evaluation)
        if arguments.json:
            facts = run_facts(finished, evaluation, dataset, store.artifact("optimism", finished.id))
            facts["final_tests"] = testing.facts([tested] if tested else [])
            write_json(arguments.json, facts)
        run_words.say_result(finished, evaluation, beside=(arguments.json,))
        run_words.say_optimism(store, finished, beside=(arguments.json,))
        if tested:
            testing.say_opening(tested, finished.spec.target, (arguments.json,))
        if finished.status == "failed" or evaluation.best() is None:
            raise CandidateFailed(finished.error or "No estimator could be trained.")
        if arguments.bundle:
            _write_bundle(store, finished, evaluation.best(), arguments.bundle)
            told = f"The service of the highest score ({evaluation.best()}) is in {arguments.bundle}; its tests passed."
            say(f"{told} For another estimator: export {finished.id} --model KIND.", beside=(arguments.json,))
        if problem:
            raise problem


def _tested(store: "Store", finished: "Run", evaluation: "Evaluation") -> tuple["Opening | None", Exception | None]:
    """Test the best model on the second file, if there is one; what goes wrong is told behind the scores."""
    try:
        return testing.test(store, finished, evaluation.best()), None
    except Exception as error:  # noqa: BLE001 - whatever it is, the scores were hours of work and come first
        return None, error


def _started(store: "Store", arguments: argparse.Namespace) -> "Run":
    if arguments.resume:
        return _resumed(store, arguments.resume)
    return _replayed(store, arguments.replay) if arguments.replay else created(store, arguments)


def _check_arguments(arguments: argparse.Namespace) -> None:
    check_bundle(arguments.bundle)
    if arguments.resume or arguments.replay:
        given = [
            f"--{name.replace('_', '-')}" if name != "file" else "FILE"
            for name in ASKED
            if getattr(arguments, name) not in _UNSET
        ]
        if arguments.resume and arguments.replay:
            given = ["--replay"]
        if given:
            option = "--resume goes on with" if arguments.resume else "--replay repeats"
            raise NotPossible(f"{option} a run as it was asked for, so {given[0]} cannot be given.")
        return
    if arguments.file is None or not arguments.target:
        lacking = "FILE" if arguments.file is None else "--target"
        raise NotPossible(f"Training needs {lacking}.", "For instance: train customers.csv --target Churn.")
    splitting.check(arguments)


def check_bundle(output: str | None) -> None:
    """Make sure that a bundle can be put where it is to go."""
    if output == STDOUT:
        raise NotPossible("A bundle cannot go to standard output.", "Give it a file name.")
    if output is not None and is_device(Path(output)) and not Path(output).is_dir():
        raise NotPossible(f"“{output}” is no file, so a bundle cannot take its place.", "Give it a file name.")


def _replayed(store: "Store", run_id: str) -> "Run":
    """Return a new run that follows the stored plan of another one, whatever the clock says."""
    from workbench.training.autopilot import replayed

    found = store.run(run_id)
    if found.spec is None:
        raise ModelUnusable(found.problem, "Train again.")
    if found.spec.autopilot is None or not found.spec.autopilot.rounds:
        raise NotPossible(f"{run_id} has no plan that could be repeated.", "Plans are made by train --auto SECONDS.")
    return store.create_run(found.project_id, replayed(found.spec), notes=found.notes)


def _resumed(store: "Store", run_id: str) -> "Run":
    """Return a run that can be gone on with by this process."""
    found = store.run(run_id)
    if found.spec is None:
        raise ModelUnusable(found.problem, "Train again.")
    from workbench.training import supervisor

    for worker in store.workers(run_id):
        if supervisor.is_alive(worker):
            raise Conflict(f"Another process works on {run_id} already.", "Wait for it, or stop it in the app.")
        store.bury(worker.lease)
    found = store.run(run_id)
    if found.status != "finished":
        store.forgive(run_id)
    return found


def _write_bundle(store: "Store", finished: "Run", key: str, output: str) -> None:
    """Build the bundle of the best estimator and prove it; only a proven one is put in place."""
    from workbench.export.stored_bundle import bundle_of_run

    progress("building the service and running its tests")
    bundle_of_run(store, finished, key, Path(output).resolve(), proof="process")  # a link stays a link
