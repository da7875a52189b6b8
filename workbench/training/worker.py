"""The process that works on one run: ``python -m workbench.training.worker RUN_ID [--fit KEY]``; with ``--stand-by``
it loads its libraries and waits until it is told which (``training.standby``).

It waits for a free slot in the order of the queue, scores what has no score yet, fits the best candidate on all
rows, and measures what that one relies on. Everything it finds goes to the store at once, so it may be killed at
any time. Started by ``workbench.training.supervisor``.
"""

import argparse
import contextlib
import logging
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import psutil

from workbench.errors import WorkbenchError
from workbench.store import LeaseLost, Store
from workbench.store.scores import EXPLAIN, FIT, marked
from workbench.training import standby, supervisor, warming

# pandas and scikit-learn are imported when there is work: a worker that waits takes 60 MB instead of 300.

LOG = logging.getLogger("workbench.worker")
HEARTBEAT_SECONDS = 1.0
POLL_SECONDS = 0.3
LOOK_AFTER_SECONDS = 5.0
NICENESS = 10


def slots() -> int:
    """Return how many workers may work at the same time on this computer: ``WORKBENCH_SLOTS``, or 1."""
    text = os.environ.get("WORKBENCH_SLOTS", "")
    return max(int(text), 1) if text.strip().isdigit() else 1


def work(
    store: Store,
    run_id: str,
    candidate: str = "",
    lease: str | None = None,
    *,
    own_process: bool = False,
    began: float | None = None,
) -> None:
    """Wait for a slot and do what is left of a run, in this process.

    Parameters
    ----------
    candidate : str
        Only fit this candidate on all rows.
    lease : str, optional
        From the supervisor that started this process. Without it one is taken, where nobody has it.
    own_process : bool
        This process exists for the run alone: end it at once when the lease is lost. Otherwise the next thing that
        is stored raises LeaseLost.
    began : float, optional
        When an autopilot's budget began to run, as ``time.monotonic`` says it; default when there is a free slot.
    """
    lease = lease or store.enlist(run_id, candidate, host=supervisor.HOST)
    if lease is None:
        LOG.info("another process works on %s already", run_id)
        return
    try:
        store.attach(lease, supervisor.HOST, os.getpid(), psutil.Process().create_time())
        with _heartbeat(store, lease, own_process):
            _wait_for_slot(store, lease)
            if candidate:
                _fit_on_request(store, run_id, candidate, lease)
            else:
                _run(store, run_id, lease, began)
    except LeaseLost as lost:
        LOG.info("%s", lost)
        if not own_process:
            raise


class StoreLedger:
    """The ledger of a run in the store (``course.Ledger``); raises LeaseLost once another process has taken over."""

    def __init__(self, store: Store, run_id: str, lease: str):
        self._store, self._run_id, self._lease = store, run_id, lease

    def evaluation(self):
        return self._store.load_evaluation(self._run_id)

    def started(self, key: str, fold: int) -> None:
        self._store.record_start(self._run_id, key, fold, lease=self._lease)

    def scored(self, score) -> None:
        self._store.record_fold(self._run_id, score, lease=self._lease)

    def failed(self, key: str, sentence: str) -> None:
        self._store.record_failure(self._run_id, key, sentence, lease=self._lease)

    def dropped(self, key: str, sentence: str) -> None:
        self._store.record_drop(self._run_id, key, sentence, lease=self._lease)

    def amended(self, spec, n_to_come: int = 0) -> None:
        self._store.amend_run(self._run_id, spec, n_to_come=n_to_come, lease=self._lease)


def _run(store: Store, run_id: str, lease: str, began: float | None) -> None:
    """Do a run and record how it ended, whatever happens."""
    try:
        best = _score_and_fit(store, run_id, lease, began)
        if best is None:
            causes = list(store.failures(run_id).values())
            error = f"No candidate could be scored. {causes[0]}" if causes else "No candidate could be scored."
            store.end_run(run_id, "failed", error, lease=lease)
        else:
            store.end_run(run_id, "finished", lease=lease)
        shutil.rmtree(store.fold_models(run_id), ignore_errors=True)
    except LeaseLost:
        raise
    except Exception as error:
        LOG.exception("the run ends with an error")
        store.end_run(run_id, "failed", in_words(store, run_id, error), lease=lease)


def _score_and_fit(store: Store, run_id: str, lease: str, began: float | None) -> str | None:
    """Score what has no score yet, fit the best and explain it; return its key, None where nothing has a score."""
    run = store.run(run_id)
    if run.spec is None:
        raise WorkbenchError(run.problem, "Train again on the Train page.")
    if run.n_done < run.n_total and store.dataset(run.spec.dataset).n_rows >= warming.ROWS_THAT_PAY:
        warming.warm_up()
    from workbench.training import course

    table = store.load_table(run.spec.dataset)
    store.set_phase(run_id, "scoring", lease=lease)
    # Candidates that were in work when the worker died again and again come last, so that they hold up no other.
    suspects = {key for key, step in marked(store.fold_log(run_id), "deferred") if step >= 0}
    # An ensemble is made of the models of the folds, so these outlive a process that dies.
    folder = store.fold_models(run_id) if run.spec.autopilot else None
    ledger = StoreLedger(store, run_id, lease)
    spec = course.pursue(table, run.spec, ledger, models_folder=folder, suspects=suspects, began=began).spec
    best = store.load_evaluation(run_id).best()
    if best is not None:
        skipped = marked(store.fold_log(run_id), "given_up")
        ready = {model.key for model in store.models(run_id) if model.status == "ready"}
        if best not in ready and (best, FIT) not in skipped:
            store.set_phase(run_id, "fitting", lease=lease)
            _fit(store, run_id, spec, table, best, lease, folder)
        if (best, EXPLAIN) not in skipped:
            store.set_phase(run_id, "explaining", lease=lease)
            _explain(store, run_id, spec, table, best, lease, folder)
        _compare(store, run_id, spec, table, lease)
    return best


def _fit(store: Store, run_id: str, spec, table, key: str, lease: str, folder: Path | None = None) -> None:
    """Fit a candidate on all rows. What goes wrong belongs to this model; the scores of the run are not in doubt."""
    from workbench.training import fit

    store.begin_model(run_id, key, lease=lease)
    store.record_start(run_id, key, FIT, lease=lease)
    try:
        model = fit(table, spec, key, **_kept(folder))
        if spec.task == "regression":  # before the model is there: who sees it may ask for another fit
            from workbench.training.all_rows import measured_ratio

            store.save_error_ratio(run_id, key, measured_ratio(table, spec, key, store.load_evaluation(run_id)))
        store.save_model(run_id, key, model, lease=lease)
    except LeaseLost:
        raise
    except Exception as error:
        LOG.exception("%s could not be fitted on all rows", key)
        store.fail_model(run_id, key, in_words(store, run_id, error), lease=lease)
    store.record_step(run_id, key, FIT, "fitted", lease=lease)


def _explain(store: Store, run_id: str, spec, table, key: str, lease: str, folder: Path | None = None) -> None:
    """Measure what a candidate relies on; where that fails, keep the sentence instead."""
    from workbench.results import permutation_importance

    if store.artifact("importance", f"{run_id}:{key}") is not None:
        return
    extent = _extent(store, run_id, spec, key)
    if extent is None:
        return  # it can be measured on a click
    store.record_start(run_id, key, EXPLAIN, lease=lease)
    try:
        store.save_importance(run_id, key, permutation_importance(table, spec, key, **extent, **_kept(folder)))
    except LeaseLost:
        raise
    except Exception as error:
        LOG.exception("the importance of columns could not be measured")
        store.save_importance(run_id, key, None, in_words(store, run_id, error))
    store.record_step(run_id, key, EXPLAIN, "explained", lease=lease)


def _extent(store: Store, run_id: str, spec, key: str) -> dict[str, int] | None:
    if not spec.autopilot:
        return {}
    from workbench.training.autopilot_costs import importance_extent

    return importance_extent(store.load_evaluation(run_id), key)


def _kept(folder: Path | None) -> dict[str, Path]:
    return {} if folder is None else {"models_folder": folder}


def _compare(store: Store, run_id: str, spec, table, lease: str) -> None:
    """Measure what a division by chance would promise too much, where rows are divided otherwise or should be."""
    from workbench.specs import SplitSpec
    from workbench.training.optimism import optimism_gap

    suggested = store.run(run_id).notes.get("suggested_split")
    split = spec.split if spec.split.kind != "random" else suggested and SplitSpec.model_validate(suggested)
    if not split or store.artifact("optimism", run_id) is not None:
        return
    store.set_phase(run_id, "comparing", lease=lease)
    # Noted first: a process that dies of it is not to die of it again.
    store.put_artifact("optimism", run_id, {"problem": "It was interrupted."})
    try:
        value = optimism_gap(table, spec, against=split).to_json()
    except Exception as error:  # the scores of the run are not in doubt
        LOG.exception("the two divisions could not be compared")
        value = {"problem": in_words(store, run_id, error)}
    store.put_artifact("optimism", run_id, value)


def _fit_on_request(store: Store, run_id: str, key: str, lease: str) -> None:
    try:
        spec = store.run(run_id).spec
        folder = store.fold_models(run_id)  # of a run that was stopped
        _fit(store, run_id, spec, store.load_table(spec.dataset), key, lease, folder if folder.is_dir() else None)
    except LeaseLost:
        raise
    except Exception as error:
        LOG.exception("%s could not be fitted on all rows", key)
        store.fail_model(run_id, key, in_words(store, run_id, error), lease=lease)
    store.dismiss(lease)


def in_words(store: Store, run_id: str, error: Exception) -> str:
    """Return an error as a sentence for the person; the details are in the log."""
    if isinstance(error, WorkbenchError):
        return str(error)
    if isinstance(error, MemoryError):
        return "The memory of this computer did not suffice. Use fewer rows or columns, or fewer candidates."
    log = store.logs / f"{run_id}.log"
    return f"Something went wrong that should not have ({type(error).__name__}: {error}). The details are in {log}."


@contextlib.contextmanager
def _heartbeat(store: Store, lease: str, own_process: bool):
    """Say every second that this process lives, and notice when it should not any more."""
    finished = threading.Event()

    def beat():
        while not finished.wait(HEARTBEAT_SECONDS):
            try:
                store.beat(lease)
            except LeaseLost:
                # A fit cannot be interrupted from a thread; what is in the store is whole, so leaving is safe.
                if own_process and not finished.is_set():
                    LOG.info("stopped")
                    supervisor.end_children()
                    os._exit(0)
            except WorkbenchError as error:
                LOG.warning("%s", error)  # a busy or full database: the next beat may get through

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join(HEARTBEAT_SECONDS)


def _wait_for_slot(store: Store, lease: str) -> None:
    looked = time.monotonic()
    while not store.claim(lease, slots()):
        time.sleep(POLL_SECONDS)
        if time.monotonic() - looked > LOOK_AFTER_SECONDS:
            # The worker in front may have died while no server is there to notice.
            supervisor.check_all(store)
            looked = time.monotonic()


def _be_nice() -> None:
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process()
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else NICENESS)


def main(arguments: list[str] | None = None) -> int:
    """Run the worker; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m workbench.training.worker", description=__doc__.splitlines()[0])
    parser.add_argument("run_id", nargs="?")
    parser.add_argument("--fit", metavar="KEY", default="", help="only fit this candidate on all rows")
    parser.add_argument(standby.OPTION, action="store_true", help="wait to be told, on standard input, what to do")
    options = parser.parse_args(arguments)
    form = "%(asctime)s %(process)d %(levelname)s %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, stream=sys.stderr)
    _be_nice()
    if options.stand_by:
        order = standby.wait_for_order()
        if order is None:
            return 0
        options = parser.parse_args(order)
    if not options.run_id:
        parser.error("which run?")
    # Not inherited by the processes this one starts.
    lease = os.environ.pop("WORKBENCH_LEASE", None)
    try:
        with Store.open() as store:
            work(store, options.run_id, options.fit, lease, own_process=True)
    except WorkbenchError as error:
        LOG.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
