"""The processes of a Dask cluster in place of this computer's own, where ``WORKBENCH_DASK_ADDRESS`` names one.

Loaded only then: ``distributed`` is optional (``requirements-cluster.txt``). The material is sent to every worker
once; each computer of the cluster prepares columns in a temporary folder of its own. What a lost worker was at, the
scheduler gives to another one.
"""

import asyncio
import contextlib
import functools
import gc
import logging
import platform
import shutil
import tempfile
import threading
import uuid
from importlib import metadata
from pathlib import Path

import joblib

from workbench.errors import NotPossible
from workbench.training.dispatch import Outcome, Processes
from workbench.training.evaluation import FoldScore
from workbench.training.preparation import Preparations
from workbench.training.scoring import Material, Shared, Task, model_file, score_pair

try:
    import distributed
    from joblib._dask import DaskDistributedBackend
except ImportError:  # told by connect()
    distributed, DaskDistributedBackend = None, object

LOG = logging.getLogger(__name__)
ADDRESS = "WORKBENCH_DASK_ADDRESS"
CONNECT_SECONDS = 10
# What must be the same on every computer of a cluster for the scores to be.
ALIKE = ("numpy", "scipy", "pandas", "scikit-learn", "joblib", "lightgbm", "xgboost-cpu", "xgboost", "catboost")
BACKEND = "workbench-dask"
HELP = "See docs/cluster.md, or train without it: remove the variable."

_one_fit_at_a_time = threading.Lock()  # in workers with several threads: native threads are counted by process


class ClusterProcesses(Processes):
    """The workers of a Dask cluster.

    Raises
    ------
    NotPossible
        The cluster cannot be used; says why.
    """

    def __init__(self, material: Material, shared: Shared, where: str):
        super().__init__(material, shared)
        self._client = connect(where)
        self.deaths = (distributed.KilledWorker,)
        self._session = f"workbench-run-{uuid.uuid4().hex}"
        self._backend: dict = {}

    def close(self) -> None:
        super().close()
        with contextlib.suppress(Exception):  # the cluster may be gone
            self._client.run(_clear, self._session)
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECT_SECONDS)

    def _come_up(self) -> None:
        joblib.register_parallel_backend(BACKEND, _Backend)
        self._backend = {"client": self._client, "scatter": [self._material]}

    def _computed(self, tasks, under_way):
        def calls():
            for task in tasks:
                under_way[task] = None
                yield joblib.delayed(_on_cluster)(self._material, task, self._session, keeps)

        keeps = self._shared.models_folder is not None
        with joblib.parallel_config(BACKEND, **self._backend):
            parallel = joblib.Parallel(n_jobs=-1, pre_dispatch="n_jobs", batch_size=1, return_as="generator_unordered")
            found = parallel(calls())
        for task, outcome, model in found:
            if model is not None:
                _put(model_file(self._shared.models_folder, *task.pair), model)
            yield task, outcome

    def _stop(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECT_SECONDS)


def connect(where: str):
    """Return a client of the cluster at ``where``, whose workers have the versions that are installed here.

    Raises
    ------
    NotPossible
        ``distributed`` is not installed, nothing answers at the address, there is no worker, or one differs.
    """
    if distributed is None:
        raise NotPossible(
            f"{ADDRESS} names a Dask cluster, but the package “distributed” is not installed.",
            f"Install it with “pip install -r requirements-cluster.txt”. {HELP}",
        )
    client = None
    try:
        client = distributed.Client(where, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        LOG.info("no cluster at %s: %r", where, error)
    if client is None:
        # A client that was half made closes itself when it is collected. Left to chance, that happens while the next
        # one is made, which holds the lock that closing waits for, and the run stands still: collected here, where
        # no exception and no frame refers to it any more.
        gc.collect()
        raise NotPossible(f"The Dask cluster at {where} ({ADDRESS}) cannot be reached.", HELP)
    try:
        _check_workers(client, where)
    except BaseException:
        client.close()
        raise
    return client


def _check_workers(client, where: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise NotPossible(f"The Dask cluster at {where} has no workers.", HELP) from error
    others = client.run(versions, on_error="return")
    if any(isinstance(answer, ImportError) for answer in others.values()):
        raise NotPossible(f"A worker of the Dask cluster at {where} does not find the app's code.", HELP)
    mine = versions()
    for worker, theirs in others.items():
        if isinstance(theirs, Exception):
            continue  # it left meanwhile
        for name in mine:
            if theirs[name] != mine[name]:
                raise NotPossible(
                    f"The worker {worker} of the Dask cluster has {name} {theirs[name] or 'not installed'}, this "
                    f"computer has {mine[name] or 'none'}: scores would differ.",
                    f"Install the same requirements on both. {HELP}",
                )


def versions() -> dict[str, str]:
    """Return the versions that scores depend on, empty where something is not installed."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for name in ALIKE:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found


class _Backend(DaskDistributedBackend):
    """joblib's backend, which waits for ever where the scheduler gave a task up; here that is raised."""

    async def _collect(self):
        while self._continue:
            async for future, result in self.waiting_futures:
                cf_future, callback = self._results.pop(future), self._callbacks.pop(future)
                if future.status == "error":
                    cf_future.set_exception(result[1])
                    callback(_GivenUp(result[1]))
                else:
                    cf_future.set_result(result)
                    callback(result)
            await asyncio.sleep(0.01)

    def retrieve_result_callback(self, out):
        if isinstance(out, _GivenUp):
            raise out.error
        return super().retrieve_result_callback(out)


class _GivenUp:
    def __init__(self, error: BaseException):
        self.error = error


@functools.lru_cache(maxsize=4)
def _shared_here(session: str, keeps_models: bool) -> Shared:
    """The folder of a session on this computer, for all workers on it."""
    folder = Path(tempfile.gettempdir()) / session
    folder.mkdir(exist_ok=True)
    return Shared(Preparations(folder, keep_steps=keeps_models), folder if keeps_models else None)


def _on_cluster(material: Material, task: Task, session: str, keeps_models: bool) -> tuple[Task, Outcome, bytes | None]:
    # Without the second, joblib would hand the trees of a forest to the cluster one by one, and wait for them here.
    with _one_fit_at_a_time, joblib.parallel_config("sequential"):
        shared = _shared_here(session, keeps_models)
        outcome = score_pair(material, task, shared)
    if not keeps_models or not isinstance(outcome, FoldScore):
        return task, outcome, None
    file = model_file(shared.models_folder, *task.pair)
    if not file.exists():  # too large to be kept
        return task, outcome, None
    model = file.read_bytes()
    file.unlink(missing_ok=True)
    return task, outcome, model


def _clear(session: str) -> None:
    shutil.rmtree(Path(tempfile.gettempdir()) / session, ignore_errors=True)


def _put(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
