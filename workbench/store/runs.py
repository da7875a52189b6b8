"""Runs: what was asked, how far it is, and how it ended."""

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from workbench.errors import NotFound, NotPossible
from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.store import upgrades
from workbench.store.base import Base
from workbench.store.projects import live_project
from workbench.store.queue import check_lease, log
from workbench.store.records import ACTIVE_STATUSES, DROPPED, Run, checked_id, new_id, storable, when
from workbench.store.tables import DATASETS, FAILURES, FOLD_SCORES, PROJECTS, RUNS, WORKERS
from workbench.store.versions import app_version, library_versions

if TYPE_CHECKING:
    from workbench.training.evaluation import FoldScore

LONGEST_COMMENT = 10_000


class Runs(Base):
    """The part of the store that keeps runs."""

    def create_run(self, project_id: str, spec: ExperimentSpec, *, notes: dict | None = None) -> Run:
        """Record a run of ``spec``; ``training.supervisor.start`` sets it going."""
        run_id, now = new_id("run"), time.time()
        row = {
            "id": run_id,
            "project_id": project_id,
            "fingerprint": spec.fingerprint,
            "spec": json.dumps(spec.model_dump(mode="json")),
            "status": "queued",
            "phase": "",
            "created_at": now,
            "queued_at": now,
            "notes": json.dumps(notes or {}),
            "comment": "",
            "error": "",
            "metric": spec.metric,
            "n_candidates": len(spec.candidates) + _n_tries(spec),
            "n_folds": spec.split.rounds,
            "size_bytes": 0,
            "app_version": app_version(),
            "versions": json.dumps(library_versions()),
        }
        with self.database.write() as connection:
            live_project(connection, project_id)
            last = sa.select(sa.func.coalesce(sa.func.max(RUNS.c.number), 0)).where(RUNS.c.project_id == project_id)
            row["number"] = connection.execute(last).scalar_one() + 1
            connection.execute(sa.insert(RUNS).values(row))
            connection.execute(sa.update(PROJECTS).where(PROJECTS.c.id == project_id).values(updated_at=now))
        return self.run(run_id)

    def run(self, run_id: str) -> Run:
        """Return a run as it is now; NotFound where there is none with this id."""
        checked_id(run_id, "run")
        found = self._runs(RUNS.c.id == run_id)
        if not found:
            raise NotFound("This run does not exist (any more).", "Start a new one on the Train page.")
        return found[0]

    def runs(self, project_id: str) -> list[Run]:
        """Return the runs of a project, newest first."""
        checked_id(project_id, "project")
        return self._runs(RUNS.c.project_id == project_id)

    def comment_run(self, run_id: str, text: str) -> Run:
        """Keep a person's remark on a run."""
        self.run(run_id)
        self._set(run_id, comment=storable(text).strip()[:LONGEST_COMMENT])
        return self.run(run_id)

    def amend_run(self, run_id: str, spec: ExperimentSpec, *, n_to_come: int = 0, lease: str | None = None) -> None:
        """Complete what a run was asked: a plan was made, candidates were added, an ensemble was formed.

        The run keeps the fingerprint of what was asked first: its models are marked with it, and the same question
        asked again is known by it.

        Parameters
        ----------
        n_to_come : int
            Candidates that the plan will add besides those in ``spec``; "n of m" counts them from the start.
        """
        values = {
            "spec": json.dumps(spec.model_dump(mode="json")),
            "n_candidates": len(spec.candidates) + n_to_come,
            "n_folds": spec.split.rounds,
        }
        with self.database.write() as connection:
            check_lease(connection, lease)
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(values))
            log(connection, run_id, "", 0, "amended")

    def add_candidate(self, run_id: str, candidate: CandidateSpec, fold_scores: Sequence["FoldScore"]) -> None:
        """Add a candidate to a run that has ended, with scores that follow from those it has; known ones stay.

        Raises
        ------
        NotPossible
            The run is under way: what it is asked is its worker's to complete.
        """
        run = self.run(run_id)
        if run.spec is None or run.active:
            raise NotPossible("Nothing can be added to this run now.", "Come back when it has finished.")
        if candidate.key not in {one.key for one in run.spec.candidates}:
            self.amend_run(run_id, run.spec.but(candidates=(*run.spec.candidates, candidate)))
        done = {(score.candidate, score.fold) for score in self.load_evaluation(run_id).fold_scores}
        for score in fold_scores:
            if (score.candidate, score.fold) not in done:
                self.record_fold(run_id, score)

    def set_phase(self, run_id: str, phase: str, *, lease: str | None = None) -> None:
        """Record what a running run is doing: ``loading``, ``scoring``, ``fitting`` or ``explaining``."""
        self._set(run_id, lease, phase=phase)

    def end_run(self, run_id: str, status: str, error: str = "", *, lease: str | None = None) -> bool:
        """Record how a run ended and let its worker go, in one step.

        False where the lease does not count any more: someone else decides over this run now.
        """
        with self.database.write() as connection:
            mine = (WORKERS.c.run_id == run_id, WORKERS.c.candidate == "")
            if lease is not None:
                mine = (*mine, WORKERS.c.lease == lease)
            gone = connection.execute(sa.delete(WORKERS).where(*mine)).rowcount
            if lease is not None and not gone:
                return False
            values = {"status": status, "phase": "", "error": storable(error), "finished_at": time.time()}
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(values))
        return True

    def finish_stop(self, run_id: str) -> None:
        """Record that a run that was ``stopping`` has stopped; one that has ended stays as it ended."""
        stopping = (RUNS.c.id == run_id, RUNS.c.status == "stopping")
        values = {"status": "stopped", "phase": "", "error": "", "finished_at": time.time()}
        with self.database.write() as connection:
            connection.execute(sa.update(RUNS).where(*stopping).values(values))

    def orphans(self) -> list[str]:
        """Return the ids of active runs without a worker on record."""
        attended = sa.select(WORKERS.c.run_id).where(WORKERS.c.candidate == "")
        query = sa.select(RUNS.c.id).where(RUNS.c.status.in_(ACTIVE_STATUSES), RUNS.c.id.not_in(attended))
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def failures(self, run_id: str) -> dict[str, str]:
        """Return why candidates failed, by key, the first failure first."""
        return self._left(run_id, FAILURES.c.cause != DROPPED)

    def drops(self, run_id: str) -> dict[str, str]:
        """Return why candidates left the race of a run without having failed, by key, the first one first."""
        return self._left(run_id, FAILURES.c.cause == DROPPED)

    def was_killed(self, run_id: str) -> bool:
        """Whether a candidate is missing because its process was ended again and again."""
        query = sa.select(FAILURES.c.candidate).where(FAILURES.c.run_id == run_id, FAILURES.c.cause == "killed")
        with self.database.read() as connection:
            return connection.execute(query).first() is not None

    def _left(self, run_id: str, which) -> dict[str, str]:
        query = sa.select(FAILURES.c.candidate, FAILURES.c.message).where(FAILURES.c.run_id == run_id, which)
        with self.database.read() as connection:
            return dict(connection.execute(query.order_by(FAILURES.c.at)).all())

    def _set(self, run_id: str, lease: str | None = None, **values) -> None:
        with self.database.write() as connection:
            check_lease(connection, lease)
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(values))

    def _runs(self, which) -> list[Run]:
        worker = ("host", "pid", "pid_created", "heartbeat_at")
        query = (
            sa.select(RUNS, *(WORKERS.c[name] for name in worker))
            .outerjoin(WORKERS, sa.and_(WORKERS.c.run_id == RUNS.c.id, WORKERS.c.candidate == ""))
            .where(which)
            .order_by(RUNS.c.number.desc())
        )
        names = ("run_id", "candidate", "fold", "fit_seconds", "score_seconds", "at")
        with self.database.read() as connection:
            rows = connection.execute(query).all()
            ids = [row.id for row in rows]
            scored: dict[str, list[sa.Row]] = {run_id: [] for run_id in ids}
            failed: dict[str, set[str]] = {run_id: set() for run_id in ids}
            for score in connection.execute(
                sa.select(*(FOLD_SCORES.c[name] for name in names)).where(FOLD_SCORES.c.run_id.in_(ids))
            ):
                scored[score.run_id].append(score)
            failures = sa.select(FAILURES.c.run_id, FAILURES.c.candidate).where(FAILURES.c.run_id.in_(ids))
            for failure in connection.execute(failures):
                failed[failure.run_id].add(failure.candidate)
            sizes = dict(connection.execute(sa.select(DATASETS.c.fingerprint, DATASETS.c.n_rows)).all())
        return [_run(row, scored[row.id], failed[row.id], sizes) for row in rows]


def _n_tries(spec: ExperimentSpec) -> int:
    """Return how many candidates the searches of a question will add, so that "n of m" counts them from the start."""
    if not spec.tunings:
        return 0
    from workbench.training.tuning import n_to_come  # scikit-learn: only where something is searched

    return n_to_come(spec, spec.tunings)


def _run(row: sa.Row, scored: list[sa.Row], failed: set[str], sizes: dict[str, int]) -> Run:
    spec, problem = upgrades.experiment_spec(json.loads(row.spec))
    n_scored = sum(score.candidate not in failed for score in scored)
    n_total = row.n_candidates * row.n_folds
    left = None
    if spec is not None and row.status == "running" and spec.autopilot is not None:
        left = max(spec.autopilot.seconds - (time.time() - row.started_at), 0.0)  # its plan was made for that
    elif spec is not None and row.status == "running" and scored and spec.dataset in sizes:
        from workbench.training.pace import seconds_left, slowness  # scikit-learn: only where something is running

        n_to_come = max(row.n_candidates - len(spec.candidates), 0)
        left = seconds_left(spec, sizes[spec.dataset], scored, failed, n_to_come=n_to_come)
        left *= slowness(score for score in scored if score.at >= (row.queued_at or 0.0))
    return Run(
        id=row.id,
        project_id=row.project_id,
        number=row.number,
        spec=spec,
        fingerprint=row.fingerprint,
        status=row.status,
        phase=row.phase,
        created_at=when(row.created_at),
        started_at=when(row.started_at),
        finished_at=when(row.finished_at),
        notes=json.loads(row.notes),
        comment=row.comment,
        error=row.error,
        metric=row.metric,
        n_done=min(n_scored + len(failed) * row.n_folds, n_total),
        n_total=n_total,
        best=row.best,
        best_mean=row.best_mean,
        baseline_mean=row.baseline_mean,
        seconds_left=left,
        app_version=row.app_version,
        versions=json.loads(row.versions),
        host=row.host or "",
        pid=row.pid,
        pid_created=row.pid_created,
        heartbeat_at=when(row.heartbeat_at),
        size_bytes=row.size_bytes,
        problem=problem,
    )
