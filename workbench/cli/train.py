"""``train``: one run from a file to scores and a proven service, kept in the store like the runs of the app."""

import argparse
import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from workbench.cli import splitting, testing
from workbench.cli.column_names import must_have
from workbench.cli.outputs import check_outputs, is_device, write_json
from workbench.cli.read import existing_file
from workbench.cli.run_facts import run_facts
from workbench.cli.saying import STDOUT, progress, say
from workbench.errors import CandidateFailed, Conflict, ModelUnusable, NotPossible, WorkbenchError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.specs import AutopilotSpec, CandidateSpec, Draft, Label, Schema
    from workbench.store import Store
    from workbench.store.records import Dataset, Run
    from workbench.training.evaluation import Evaluation

REPORT_SECONDS = 0.5
PHASES = {
    "loading": "loading the table",
    "scoring": "scoring",
    "fitting": "fitting the best on all rows",
    "explaining": "measuring what it relies on",
    "comparing": "measuring what a division by chance would promise",
}
DROPPED = "left out on the command line"
# Options that say what to train; a run that is resumed has them already.
ASKED = (
    *("file", "target", "drop", "known", "split", "group", "time", "fold_column", "models", "metric", "task"),
    *("positive", "folds", "repeats", "each", "gap", "seed", "auto", "lock", "test"),
)


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
        _say_warnings(started)  # before the time is spent on training, and once more with the result
        _say_split(started)
        finished = _worked_on(store, started)
        evaluation = store.load_evaluation(finished.id)
        dataset = store.dataset(finished.spec.dataset)
        tested = testing.test(store, finished, evaluation.best())
        if arguments.json:
            facts = run_facts(finished, evaluation, dataset, store.artifact("optimism", finished.id))
            facts["final_tests"] = testing.facts([tested] if tested else [])
            write_json(arguments.json, facts)
        _say_result(finished, evaluation, beside=(arguments.json,))
        _say_optimism(store, finished, beside=(arguments.json,))
        if tested:
            testing.say_opening(tested, finished.spec.target, (arguments.json,))
        if finished.status == "failed" or evaluation.best() is None:
            raise CandidateFailed(finished.error or "No estimator could be trained.")
        if arguments.bundle:
            _write_bundle(store, finished, evaluation, dataset, arguments.bundle)
            say(f"The service is in {arguments.bundle}; its tests passed.", beside=(arguments.json,))


def _started(store: "Store", arguments: argparse.Namespace) -> "Run":
    if arguments.resume:
        return _resumed(store, arguments.resume)
    return _replayed(store, arguments.replay) if arguments.replay else _created(store, arguments)


def _check_arguments(arguments: argparse.Namespace) -> None:
    _check_bundle(arguments.bundle)
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


def _check_bundle(output: str | None) -> None:
    if output == STDOUT:
        raise NotPossible("A bundle cannot go to standard output.", "Give it a file name.")
    if output is not None and is_device(Path(output)) and not Path(output).is_dir():
        raise NotPossible(f"“{output}” is no file, so a bundle cannot take its place.", "Give it a file name.")


_UNSET = (None, "", [])


def _created(store: "Store", arguments: argparse.Namespace) -> "Run":
    """Return a new run in a project of its own; where it cannot be planned, nothing is left behind."""
    from workbench.modeling.columns import screen_columns
    from workbench.modeling.planning import plan_experiment
    from workbench.modeling.targets import target_column
    from workbench.profiling import leakage_warnings, left_out, profile

    path = Path(arguments.file)
    project = store.create_project(path.stem.strip() or path.name)
    try:
        dataset = store.add_dataset(project.id, path, path.name)
        table = store.load_table(dataset.fingerprint)
        draft = _draft(arguments, dataset, table)
        target_column(dataset.schema, draft.target)  # says what cannot be predicted before anything is looked at
        found = profile(table, dataset.schema, target=draft.target, task=draft.task)
        split, said = splitting.asked(arguments, found.findings, dataset.schema)
        draft = draft.but(split=split)
        if said:
            progress(said)
        screened = (*left_out(found.availability), *screen_columns(table, dataset.schema, draft.target))
        plan = plan_experiment(table, dataset.schema, draft, screened=screened)
        if arguments.test:
            second = testing.take_in(store, project.id, arguments.test, dataset)
            testing.check(store, second, dataset, plan.spec)
            draft = draft.but(test_dataset=second.fingerprint)
        if plan.rows_locked:
            progress(f"{plan.rows_locked:,} rows are locked away; open them at the end: test RUN --open")
        store.save_draft(project.id, draft)
        warnings, suggested = splitting.questions(arguments, found.findings, plan)
        notes = {
            "task_reason": plan.task_reason,
            "rows_without_target": plan.rows_without_target,
            "models_left_out": [{"kind": entry.kind, "reason": entry.reason} for entry in plan.models_left_out],
            "unsuitable": [{"kind": entry.kind, "reason": entry.reason} for entry in plan.unsuitable],
            "split_reason": plan.split_reason,
            "suggested_split": suggested or None,
            "warnings": [
                *dataset.warnings,
                *warnings,
                *leakage_warnings(found.findings, [column.name for column in plan.spec.columns], arguments.known),
            ],
        }
        return store.create_run(project.id, plan.spec, notes=notes)
    except BaseException:
        store.delete_project(project.id, final=True)
        raise


def _draft(arguments: argparse.Namespace, dataset: "Dataset", table: "pd.DataFrame") -> "Draft":
    from workbench.specs import ColumnChoice, Draft

    schema = dataset.schema
    by = (arguments.group, arguments.time, arguments.fold_column)
    for name in (arguments.target, *arguments.drop, *arguments.known, *by):
        if name:
            must_have(schema.names, name)
    if arguments.target in arguments.drop:
        raise NotPossible(f"“{arguments.target}” is the target, so it cannot be dropped.")
    if arguments.target in arguments.known:
        raise NotPossible(f"“{arguments.target}” is the target: it is not known when predicting.")
    both = [name for name in arguments.known if name in arguments.drop]
    if both:
        raise NotPossible(f"“{both[0]}” cannot be given with --drop and with --known.", "Choose one of them.")
    return Draft(
        dataset=dataset.fingerprint,
        target=arguments.target,
        task=arguments.task,
        positive=None if arguments.positive is None else _label(arguments.positive, schema, arguments.target),
        choices=(
            *(ColumnChoice(name=name, use=False, reason=DROPPED) for name in dict.fromkeys(arguments.drop)),
            *(ColumnChoice(name=name, use=True, known="yes") for name in dict.fromkeys(arguments.known)),
        ),
        candidates=_candidates(arguments.models),
        metric=arguments.metric,
        seed=arguments.seed or 0,
        locked=arguments.lock or 0.0,
        autopilot=_autopilot(arguments.auto),
    )


def _autopilot(seconds: float | None) -> "AutopilotSpec | None":
    from workbench.specs import AutopilotSpec
    from workbench.training.autopilot import purpose_of

    return None if seconds is None else AutopilotSpec(purpose=purpose_of(seconds), seconds=seconds)


def _label(text: str, schema: "Schema", target: str) -> "Label":
    """Return a class as the target column holds it: whole numbers are numbers."""
    if schema.column(target).meaning == "integer":
        try:
            return int(text)
        except ValueError:
            pass  # not among the classes, then; planning says which there are
    return text


def _candidates(names: str | None) -> tuple["CandidateSpec", ...] | None:
    from workbench.modeling.boosting_kinds import check_installed
    from workbench.modeling.models import MODELS
    from workbench.specs import CandidateSpec

    if names is None:
        return None
    kinds = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    known = [kind.name for kind in MODELS]
    unknown = [kind for kind in kinds if kind not in known]
    if unknown or not kinds:
        check_installed((unknown or [""])[0])
        raise NotPossible(f"There is no estimator “{(unknown or [''])[0]}”.", f"There are {', '.join(known)}.")
    return tuple(CandidateSpec(kind=kind) for kind in kinds)


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


def _worked_on(store: "Store", started: "Run") -> "Run":
    """Do what is left of a run in this process, so that Ctrl-C ends it, and return how it stands then."""
    if started.status == "finished":
        return started
    from workbench.training import supervisor, worker

    try:
        with _log(store.logs / f"{started.id}.log"), _reporting(store, started.id), _stopped_by_terminate():
            worker.work(store, started.id, began=_process_began())
    except KeyboardInterrupt:
        supervisor.end_children()
        stopped = supervisor.stop(store, started.id)
        kept = f"{stopped.n_done} of {stopped.n_total} folds are kept"
        # The argument becomes the one line that is said last (workbench.cli.entry).
        raise KeyboardInterrupt(
            f"Stopped; {kept}. Go on with: python -m workbench train --resume {started.id}"
        ) from None
    finished = store.run(started.id)
    if finished.active:
        raise Conflict(f"Another process works on {started.id} now.", "Its result will be in the app.")
    return finished


def _process_began() -> float:
    """When this process was started, on the clock of ``time.monotonic``: reading the file is part of the budget."""
    return time.monotonic() - (time.time() - psutil.Process().create_time())


@contextmanager
def _stopped_by_terminate() -> Iterator[None]:
    """Take a polite request to end (``kill``, a container that stops) for Ctrl-C, so that the run is not left open."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return

    def stop(*_) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _log(path: Path) -> Iterator[None]:
    """Send the details of what goes wrong to the run's log, as in a worker process, and not to the screen."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


@contextmanager
def _reporting(store: "Store", run_id: str) -> Iterator[None]:
    """Say on standard error how far the run is, whenever that has changed."""
    ended = threading.Event()

    def report() -> None:
        last = ""
        while not ended.wait(REPORT_SECONDS):
            with suppress(WorkbenchError):  # a busy database: the next look may get through
                line = _how_far(store.run(run_id))
                if line != last:
                    progress(line)
                last = line

    thread = threading.Thread(target=report, name="report", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _how_far(now: "Run") -> str:
    if now.status == "queued":
        return "waiting for other runs to end"
    words = PHASES.get(now.phase, now.status)
    # Without the time left: it changes every second, and a line each time would be noise.
    return f"{now.n_done} of {now.n_total} folds done, {words}"


def _say_result(finished: "Run", evaluation: "Evaluation", beside: tuple[str | None, ...]) -> None:
    from workbench.modeling import metrics
    from workbench.results import headline
    from workbench.results.wording import with_spread

    for column in evaluation.spec.left_out:
        progress(f"left out: {column.column} ({column.reason})")
    for entry in finished.notes.get("models_left_out", []) + finished.notes.get("unsuitable", []):
        progress(f"not trained: {entry['kind']} ({entry['reason']})")
    _say_warnings(finished)
    label = metrics.metric(evaluation.spec.metric).label
    for score in evaluation.candidates():
        words = (
            score.error
            or score.dropped
            or f"{label} {with_spread(score.mean, score.std)}, fitted in {score.fit_seconds:.1f} s"
        )
        say(f"{score.kind:<24}{words}", beside=beside)
    say(str(headline(evaluation)), beside=beside)


def _say_optimism(store: "Store", finished: "Run", beside: tuple[str | None, ...]) -> None:
    from workbench.training.optimism import stored_gap

    gap = stored_gap(store.artifact("optimism", finished.id))
    if gap is not None:
        say(f"{gap.sentence} {gap.measured}", beside=beside)


def _say_split(asked: "Run") -> None:
    from workbench.modeling.split_words import divided, how_often

    if asked.spec is not None and asked.spec.split.folds:
        reason = asked.notes.get("split_reason") or ""
        progress(f"{divided(asked.spec.split)}; checked {how_often(asked.spec.split)}. {reason}".strip())


def _say_warnings(asked: "Run") -> None:
    for warning in asked.notes.get("warnings", []):
        progress(f"warning: {warning}")


def _write_bundle(store: "Store", finished: "Run", evaluation: "Evaluation", dataset: "Dataset", output: str) -> None:
    """Build the bundle of the best estimator and prove it; only a proven one is put in place."""
    from workbench.export import proven_bundle
    from workbench.training.optimism import stored_gap

    key, gap = evaluation.best(), stored_gap(store.artifact("optimism", finished.id))
    pipeline, relied_on = store.load_model(finished.id, key), store.importance(finished.id, key)
    progress("building the service and running its tests")
    proven_bundle(
        pipeline,
        evaluation.spec,
        dataset.read,
        store.load_table(dataset.fingerprint),
        Path(output).resolve(),  # a link stays a link
        raw=store.load_raw(dataset.fingerprint, [column.name for column in evaluation.spec.columns]),
        evaluation=evaluation,
        key=key,
        warnings=finished.notes.get("warnings") or (),
        importance=tuple(relied_on.rows["column"]) if relied_on else (),
        optimism=gap.sentence if gap else "",
        final_tests=testing.facts(store.openings_of(finished.id, key)),
    )
