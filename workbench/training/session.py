"""One table and one split, on which candidates are scored as they come to mind."""

import contextlib
import logging
import os
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import WorkbenchError
from workbench.modeling import pipeline, planning, splits
from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.training.dispatch import Outcome, Pair, Processes, WorkerProcesses, in_this_process, remove
from workbench.training.evaluation import BASELINE, FoldScore
from workbench.training.pace import predicted_seconds
from workbench.training.preparation import Preparations, name_of
from workbench.training.scoring import Material, Shared, Task
from workbench.training.work import Work

LOG = logging.getLogger(__name__)
# Worker processes take about 2 s to come up (imports) on the machine this was measured on; below this much predicted
# work the calling process is done sooner alone.
POOL_PAYS_SECONDS = 4.0
# While the workers come up the calling process scores candidates predicted to be cheaper than this per fold.
CHEAP_SECONDS = 0.5


class Session:
    """One table and one split, on which candidates are scored as they come to mind.

    Worker processes, the table they have read and the columns prepared for estimators stay between calls of
    :meth:`score`; leaving the ``with`` block removes them.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n_rows, n_columns)
        The typed table. Row steps run here, once; everything that learns is fitted again inside each fold.
    spec : ExperimentSpec
        Split, metrics and seed; its candidates play no part.
    n_jobs : int, optional
        Worker processes; default the number of cores. Scores do not depend on it: each fit has one thread. With 1
        everything runs in the calling process.
    models_folder : Path, optional
        Where to keep the fitted pipeline of every pair, as ``{key}-{fold}.joblib``; it is there before the score is
        told.
    build : callable(spec, candidate) -> Pipeline
        What a candidate is; for pipelines of other making. A function that can be imported.

    Attributes
    ----------
    n_rows : int
        Rows that count.
    rounds : int
        Number of (train, test) parts.

    Raises
    ------
    NotPossible, TooFewRows
        From planning and splits: the rows do not suffice for what was asked; names the class and its count.

    Examples
    --------
    >>> with Session(table, spec) as session:  # doctest: +SKIP
    ...     session.score([forest], [(forest.key, fold) for fold in range(session.rounds)], on_score=print)
    """

    def __init__(
        self,
        table: pd.DataFrame,
        spec: ExperimentSpec,
        *,
        n_jobs: int | None = None,
        models_folder: Path | None = None,
        build: Callable[[ExperimentSpec, CandidateSpec], Pipeline] = pipeline.build_pipeline,
    ):
        inputs, target = planning.modelling_table(table, spec)
        self._spec = spec
        self._material = Material(spec, inputs, target, splits.make_folds(inputs, target, spec), build)
        self.n_rows = len(inputs)
        self.rounds = len(self._material.folds)
        self._n_jobs = n_jobs or joblib.cpu_count()
        self._folder = Path(tempfile.mkdtemp(prefix="workbench-run-"))
        weakref.finalize(self, remove, self._folder)  # for those who do not close it
        if models_folder is not None:
            models_folder.mkdir(parents=True, exist_ok=True)
        preparations = Preparations(self._folder, keep_steps=models_folder is not None)
        self._shared = Shared(preparations, models_folder)
        self._processes = self._workers()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def warm_up(self) -> None:
        """Let the worker processes come up, without waiting for that: what is to be scored will need them."""
        if self._n_jobs > 1:
            self._processes.start()

    def close(self) -> None:
        """Remove what was kept between calls."""
        try:
            self._processes.close()
        finally:
            remove(self._folder)

    def score(
        self,
        candidates: Sequence[CandidateSpec],
        pairs: Sequence[Pair],
        *,
        on_start: Callable[[str, int], None] | None = None,
        on_score: Callable[[FoldScore], None] | None = None,
        on_failure: Callable[[str, str], None] | None = None,
        in_order: bool = False,
    ) -> None:
        """Score pairs of candidate and fold.

        Parameters
        ----------
        candidates : sequence of CandidateSpec
        pairs : sequence of (candidate key, fold)
        on_start : callable(key, fold), optional
            Called, about when it happens, as a pair begins; again where a pair has to be repeated because another
            one took the worker processes down with it.
        on_score : callable(FoldScore), optional
            Called as each pair finishes, in the order they finish. What it raises ends the call and is passed on.
        on_failure : callable(key, sentence), optional
            Called once for a candidate that failed; its remaining pairs are skipped and the others go on.
        in_order : bool
            Begin the pairs in the order given, rather than the cheapest first.

        Notes
        -----
        All callbacks run in the calling thread.
        """
        work, names = self._work(candidates, pairs, in_order)
        started = on_start or (lambda key, fold: None)
        with contextlib.closing(self._outcomes(work, started)) as outcomes:
            for task, outcome in outcomes:
                scored = isinstance(outcome, FoldScore)
                for idle in work.done(task, outcome.fit_seconds + outcome.score_seconds if scored else None):
                    self._shared.preparations.release(idle)
                if scored and not work.has_failed(outcome.candidate):  # else it finished beside the fold that failed
                    if on_score:
                        on_score(outcome)
                elif not scored and work.fail(outcome.candidate):
                    LOG.info("%s\n%s", outcome.cause, outcome.details)
                    if on_failure:
                        on_failure(outcome.candidate, outcome.cause)
        for name in names:  # also those that a candidate which failed did not come to
            self._shared.preparations.release(name)

    def _workers(self) -> Processes:
        """This computer's own processes, or those of a cluster."""
        where = os.environ.get("WORKBENCH_DASK_ADDRESS", "").strip()
        if not where or self._n_jobs == 1:
            return WorkerProcesses(self._material, self._shared, self._folder, self._n_jobs)
        from workbench.training.cluster import ClusterProcesses  # optional

        try:
            return ClusterProcesses(self._material, self._shared, where)
        except WorkbenchError:
            remove(self._folder)
            raise

    def _work(
        self, candidates: Sequence[CandidateSpec], pairs: Sequence[Pair], in_order: bool
    ) -> tuple[Work, set[str]]:
        """Return what is to do, and the names of the preparations that it needs."""
        by_key = {candidate.key: candidate for candidate in candidates}
        seconds = predicted_seconds(self._spec.but(candidates=tuple(by_key.values())), self.n_rows)
        steps = {key: self._steps(candidate) for key, candidate in by_key.items()}
        tasks = []
        for key, fold in dict.fromkeys(pairs):
            name = "" if steps[key] is None else name_of(steps[key], fold)
            tasks.append(Task(by_key[key], fold, name))
            if name:
                self._shared.preparations.need(name)
        names = {task.preparation for task in tasks if task.preparation}
        return Work(tasks, seconds, n_jobs=self._n_jobs, in_order=in_order), names

    def _steps(self, candidate: CandidateSpec) -> Pipeline | None:
        """The unfitted steps before the estimator; None where there are none, or the candidate cannot be built."""
        try:
            estimator = self._material.build(self._spec, candidate)
        except Exception:  # noqa: BLE001 - told, in words, when it is its turn
            return None
        return estimator[:-1] if len(estimator.steps) > 1 else None

    def _outcomes(self, work: Work, on_start) -> Iterator[tuple[Task, Outcome]]:
        """Outcomes as they come: small work from this process alone, more from worker processes too."""

        def here(suits):
            return in_this_process(work, self._material, self._shared, on_start, suits)

        if self._n_jobs == 1:
            yield from here(lambda task: True)
            return
        if work.seconds() >= POOL_PAYS_SECONDS:
            self._processes.start()
        yield from here(lambda task: task.candidate.kind == BASELINE)
        if not self._processes.started:
            # Predictions can be wrong: what is left after this time goes to worker processes after all.
            until = time.monotonic() + 2 * POOL_PAYS_SECONDS if work.seconds() < POOL_PAYS_SECONDS else 0.0
            yield from here(lambda task: time.monotonic() < until)
        if work.seconds():
            cheap = here(lambda task: work.seconds_of(task) < CHEAP_SECONDS)
            yield from self._processes.run(work, on_start, help_with=cheap)
