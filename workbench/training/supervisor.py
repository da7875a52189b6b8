"""Worker processes seen from outside: start them, notice when they died, stop them, resume what they left.

Workers are detached: a refresh, a closed tab or a killed server changes nothing for them. All state is in the store,
so any process may look after the workers of any other.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from workbench.errors import ModelUnusable, NotFound, NotPossible, WorkbenchError
from workbench.store import LeaseLost, Run, Store, Worker
from workbench.store.scores import EXPLAIN, FIT, deaths_since_progress, marked
from workbench.training import standby

HOST = socket.gethostname()
MOST_DEATHS = 3
# A process that was started this recently may not have said who it is yet.
LAUNCH_SECONDS = 20.0
# The processes of another computer cannot be looked at; theirs are dead when they were silent for this long.
SILENT_SECONDS = 60.0
# The start time of a process is a difference of two clocks, so it may be off a little; process ids are not used
# again within seconds.
CREATED_TOLERANCE_SECONDS = 2.0
END_SECONDS = 1.5
_MEMORY = "was stopped by the operating system, probably for lack of memory"

# Only to collect the exit status of processes that this one started; everything else is in the store.
_started: dict[int, subprocess.Popen] = {}
_started_lock = threading.Lock()


def start(store: Store, run_id: str) -> Run:
    """Start the worker of a run; it waits for a free slot and then works. Nothing happens where it has one."""
    _launch(store, run_id)
    return store.run(run_id)


def check(store: Store, run_id: str) -> Run:
    """Return a run as it is now, after looking whether its processes live. Cheap enough to be called every second.

    A run whose worker died is started again and goes on where it was. After three deaths without anything finished
    in between, the candidate whose fold was in work each time has to wait until all others are done, and after three
    more it is given up (``resume`` tries it again). Where it was not the same one, the run stays ``interrupted``
    with a sentence.

    Notes
    -----
    The processes that fit are children of the worker, and the engine deals with their deaths; what kills the worker
    itself may well have nothing to do with the candidate. Hence the second chance: ten kills at random moments
    blamed a healthy forest before there was one.
    """
    _reap()
    workers = store.workers(run_id)
    for worker in workers:
        if not is_alive(worker):
            _bury(store, worker)
    run = store.run(run_id)
    if run.active and not any(worker.candidate == "" for worker in workers):
        _pick_up(store, run)
        run = store.run(run_id)
    return run


def check_all(store: Store) -> None:
    """Look after every worker on record: at the start of a server, and while a worker waits for its turn."""
    _reap()
    for worker in store.workers():
        if not is_alive(worker):
            _bury(store, worker)
    for run_id in store.orphans():
        _pick_up(store, store.run(run_id))


def stop(store: Store, run_id: str) -> Run:
    """End a run within two seconds and keep what is finished. One that has ended already stays as it is."""
    worker = store.begin_stop(run_id)
    if worker is not None:
        _end(store, worker)
    store.finish_stop(run_id)
    return store.run(run_id)


def finish_now(store: Store, run_id: str) -> Run:
    """End the search of an autopilot and go on to the end of its run with what it has: what is tested on all folds is
    averaged, and the best is fitted. A run that has no score yet is stopped."""
    run = stop(store, run_id)
    if run.spec is None or run.spec.autopilot is None or run.status == "finished":
        return run
    from workbench.training.autopilot import cut_short  # scikit-learn: only where something is running

    found = cut_short(store.load_evaluation(run_id))
    if found is None:
        return run
    spec, leaving = found
    for key, sentence in leaving.items():
        store.record_drop(run_id, key, sentence)
    store.amend_run(run_id, spec)
    return start(store, run_id)


def stop_fit(store: Store, run_id: str, key: str) -> None:
    """End the fit of one candidate on all rows."""
    worker = store.begin_stop(run_id, key)
    if worker is not None:
        _end(store, worker)


def resume(store: Store, run_id: str) -> Run:
    """Go on with a run that was stopped, interrupted or failed, or that finished without what was given up because
    its process was ended again and again: that is tried again. Nothing that has a score is scored again.

    Raises
    ------
    ModelUnusable
        Its settings cannot be read by this version.
    """
    run = check(store, run_id)
    if run.active or (run.status == "finished" and not store.was_killed(run_id)):
        return run
    if run.spec is None:
        raise ModelUnusable(run.problem, "Train again on the Train page.")
    store.forgive(run_id)
    return start(store, run_id)


def fit_model(store: Store, run_id: str, key: str) -> None:
    """Fit a candidate on all rows, in a process of its own; ``store.models`` shows how far it is.

    Raises
    ------
    NotFound
        The run has no such candidate.
    NotPossible
        The candidate failed in the run.
    """
    run = check(store, run_id)
    if run.spec is None:
        raise ModelUnusable(run.problem, "Train again on the Train page.")
    if key not in {candidate.key for candidate in run.spec.candidates}:
        raise NotFound(f"This run has no candidate “{key}”.", "Choose one of its leaderboard.")
    problem = store.failures(run_id).get(key)
    if problem:
        raise NotPossible(f"“{key}” could not be scored, so it is not fitted: {problem}", "Choose another candidate.")
    if run.active and run.phase == "fitting" and run.best == key:
        return  # the run itself is at it
    _launch(store, run_id, key)


def is_alive(worker: Worker) -> bool:
    """Whether the process behind a worker on record lives."""
    now = time.time()
    if worker.host != HOST:
        return now - (worker.heartbeat_at or worker.launched_at) < SILENT_SECONDS
    if worker.pid is None:
        return now - worker.launched_at < LAUNCH_SECONDS
    return _process(worker) is not None


def scratch_folder(store: Store, worker_run: str, candidate: str) -> Path:
    """Where a worker and the processes it starts put temporary files, so that they can be removed when it died."""
    return store.home / "scratch" / (f"{worker_run}-{candidate}" if candidate else worker_run)


def _launch(store: Store, run_id: str, candidate: str = "", queued_at: float | None = None) -> None:
    lease = store.enlist(run_id, candidate, host=HOST, queued_at=queued_at)
    if lease is None:
        return
    try:
        process = _process_for(store, run_id, candidate, lease)
    except OSError as error:
        store.dismiss(lease)
        message = f"The process that trains could not be started ({error.strerror or error})."
        if candidate:
            store.fail_model(run_id, candidate, message)
        else:
            store.end_run(run_id, "failed", message)
        raise WorkbenchError(message, "Free memory or disk space on this computer and resume the run.") from error
    with _started_lock:
        _started[process.pid] = process
    # The worker says the same about itself; LeaseLost: it was so quick that it has finished.
    with contextlib.suppress(psutil.NoSuchProcess, LeaseLost):
        store.attach(lease, HOST, process.pid, psutil.Process(process.pid).create_time())


def stand_by(store: Store) -> None:
    """Let a process load its libraries for the next run of this store, where none is under way; cheap to call."""
    if not store.workers():
        standby.prepare(store.home, store.url, store.logs / "standby.log")


def _process_for(store: Store, run_id: str, candidate: str, lease: str) -> subprocess.Popen:
    """The process that waited for a run, or else a new one."""
    arguments = [run_id, *(["--fit", candidate] if candidate else [])]
    variables = _variables(store, run_id, candidate, lease)
    log = store.logs / f"{run_id}.log"
    order = {"arguments": arguments, "environment": variables, "log": str(log)}
    waiting = standby.hand_over(store.home, store.url, order)
    if waiting is not None:
        return waiting
    command = [sys.executable, "-m", standby.MODULE, *arguments]
    return standby.spawn(command, {**os.environ, **variables, **standby.UNBUFFERED}, log)


def _variables(store: Store, run_id: str, candidate: str, lease: str) -> dict[str, str]:
    scratch = scratch_folder(store, run_id, candidate)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, exist_ok=True)
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "JOBLIB_TEMP_FOLDER"), str(scratch))
    return {
        **temporary,
        "WORKBENCH_HOME": str(store.home),
        "WORKBENCH_DATABASE_URL": store.url,
        "WORKBENCH_LEASE": lease,
    }


def _bury(store: Store, worker: Worker) -> None:
    """Take a dead worker off the record and decide how its run goes on."""
    if store.bury(worker.lease) is None:
        return  # someone else was quicker
    _end_group(worker)
    shutil.rmtree(scratch_folder(store, worker.run_id, worker.candidate), ignore_errors=True)
    if worker.candidate or store.run(worker.run_id).status != "interrupted":
        return
    log = store.fold_log(worker.run_id)
    deaths = deaths_since_progress(log)
    if len(deaths) >= MOST_DEATHS:
        culprits = frozenset.intersection(*deaths[-MOST_DEATHS:])
        if not culprits:
            message = f"The process that worked on this run ended {MOST_DEATHS} times before it had finished anything."
            advice = f"What is finished is kept. See {store.logs / f'{worker.run_id}.log'}, then resume."
            store.end_run(worker.run_id, "interrupted", f"{message} {advice}")
            return
        key, step = max(culprits, key=lambda one: (one[1], one[0]))
        # Folds of a candidate are suspects together; the final fit and the explanation each on their own.
        suspects = {(name, min(number, 0)) for name, number in marked(log, "deferred")}
        if (key, min(step, 0)) in suspects:
            message = _given_up_sentence(key, step)
            store.give_up(worker.run_id, key, step, message)
            if step == EXPLAIN:
                store.save_importance(worker.run_id, key, None, message)
        else:
            store.record_step(worker.run_id, key, step, "deferred")
    _launch(store, worker.run_id, queued_at=worker.queued_at)


def _given_up_sentence(key: str, step: int) -> str:
    what = {FIT: "Fitting it on all rows", EXPLAIN: "Measuring what it relies on"}.get(step, f"“{key}”")
    way_out = {FIT: "It can be fitted again.", EXPLAIN: "The scores are not touched by this."}.get(
        step, "Resume the run to try it again."
    )
    return f"{what} {_MEMORY} ({2 * MOST_DEATHS} times). {way_out}"


def _pick_up(store: Store, run: Run) -> None:
    """Deal with an active run that has no worker: its server died between recording and starting or ending it."""
    if run.status == "stopping":
        store.finish_stop(run.id)
    elif time.time() - run.created_at.timestamp() > LAUNCH_SECONDS:
        _launch(store, run.id)


def _process(worker: Worker) -> psutil.Process | None:
    try:
        process = psutil.Process(worker.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if abs(process.create_time() - worker.pid_created) <= CREATED_TOLERANCE_SECONDS:
            return process
        # The computer's clock was set: the same process seems to have another age. What it was started as tells.
        command = process.cmdline()
        ours = worker.run_id in command or standby.OPTION in command
        return process if standby.MODULE in command and ours else None
    except psutil.AccessDenied:
        return None  # a process of another user got the number
    except psutil.NoSuchProcess:
        return None


def _end(store: Store, worker: Worker) -> None:
    """End a worker and the processes it started. On another computer its heartbeat tells it to."""
    process = _process(worker) if worker.host == HOST and worker.pid is not None else None
    if process is not None and process.pid != os.getpid():
        family = [process, *_own_children(process)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        _wait(family)
        _end_group(worker)
    _reap()
    shutil.rmtree(scratch_folder(store, worker.run_id, worker.candidate), ignore_errors=True)


def _own_children(process: psutil.Process) -> list[psutil.Process]:
    """The processes a worker computes with, without workers of other runs that it may have restarted."""
    with contextlib.suppress(psutil.NoSuchProcess):
        mine = []
        for child in process.children():
            try:
                if standby.MODULE not in child.cmdline():
                    mine += [child, *_own_children(child)]
            except psutil.Error:
                mine.append(child)
        return mine
    return []


def end_children() -> None:
    """End the processes that this one started; for a worker that leaves at once."""
    for child in _own_children(psutil.Process()):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _end_group(worker: Worker) -> None:
    """End what a dead worker left behind. Its processes share its number as their group."""
    if os.name == "nt" or worker.host != HOST or worker.pid is None or psutil.pid_exists(worker.pid):
        return
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == worker.pid:
                process.kill()
                left.append(process)
    _wait(left)


def _wait(processes: list[psutil.Process]) -> None:
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until and any(_is_running(process) for process in processes):
        _reap()
        time.sleep(0.02)


def _is_running(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _reap() -> None:
    with _started_lock:
        for pid in [pid for pid, process in _started.items() if process.poll() is not None]:
            del _started[pid]
