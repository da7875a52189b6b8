"""Fold scores: each is stored the moment it is there, and nothing is scored twice.

The predictions of a fold are a file, written first; its row follows in one transaction with the log entry and the
run's standing. A process may die anywhere in between: at worst a file is left over, which the next purge removes.
"""

import json
import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from workbench.errors import ModelUnusable, NotFound, NotPossible
from workbench.specs import ExperimentSpec
from workbench.store import upgrades
from workbench.store.base import Base
from workbench.store.queue import check_lease, log, set_model
from workbench.store.records import DROPPED, checked_id, storable
from workbench.store.tables import FAILURES, FOLD_LOG, FOLD_SCORES, RUNS

if TYPE_CHECKING:
    from workbench.results.quality.learning_curve import LearningCurve
    from workbench.results.uses.importance import Importance
    from workbench.training.evaluation import Evaluation, FoldScore

# Work that is not a fold, in the log: fitting the best candidate on all rows, computing what it relies on.
FIT, EXPLAIN = -1, -2
_PROGRESS = ("score", "failed", "dropped", "deferred", "given_up", "fitted", "explained", "resumed")
_ENDS = ("score", "refused", "failed", "given_up", "fitted", "explained")


class Scores(Base):
    """The part of the store that keeps what a run found."""

    def record_start(self, run_id: str, key: str, fold: int, *, lease: str | None = None) -> None:
        """Log that a (candidate, fold) is being worked on."""
        with self.database.write() as connection:
            check_lease(connection, lease)
            log(connection, run_id, key, fold, "start")

    def record_step(self, run_id: str, key: str, step: int, event: str, *, lease: str | None = None) -> None:
        """Log another event (``fitted``, ``explained``) of a step."""
        with self.database.write() as connection:
            check_lease(connection, lease)
            log(connection, run_id, key, step, event)

    def record_fold(self, run_id: str, score: "FoldScore", *, lease: str | None = None) -> bool:
        """Store a fold score with its predictions.

        Returns
        -------
        bool
            False where this (candidate, fold) has a score already: the second one is refused and the log says so.

        Raises
        ------
        NoSpace
            The disk is full; nothing of this fold is stored, everything before is.
        LeaseLost
            The worker was stopped or replaced in the meantime.
        """
        data = score.to_bytes()
        self.files.require(len(data))
        stored = self.files.add_written(lambda path: path.write_bytes(data))
        row = {
            "run_id": run_id,
            "candidate": score.candidate,
            "fold": int(score.fold),
            "scores": json.dumps({name: _number(value) for name, value in score.scores.items()}),
            "fit_seconds": float(score.fit_seconds),
            "score_seconds": float(score.score_seconds),
            "warnings": json.dumps(list(score.warnings)),
            "digest": stored.digest,
            "size_bytes": stored.size_bytes,
            "at": time.time(),
        }
        with self.database.write() as connection:
            check_lease(connection, lease)
            names = ("run_id", "candidate", "fold")
            same = sa.select(FOLD_SCORES.c.fold).where(*(FOLD_SCORES.c[name] == row[name] for name in names))
            if connection.execute(same).one_or_none() is not None:
                log(connection, run_id, score.candidate, score.fold, "refused")
                return False
            connection.execute(sa.insert(FOLD_SCORES).values(row))
            log(connection, run_id, score.candidate, score.fold, "score")
            self._update_standing(connection, run_id, stored.size_bytes)
        return True

    def record_failure(
        self, run_id: str, key: str, message: str, *, cause: str = "error", lease: str | None = None
    ) -> None:
        """Record why a candidate failed; the others go on. ``cause`` is ``error`` or ``killed`` (tried again when
        the run is resumed)."""
        with self.database.write() as connection:
            check_lease(connection, lease)
            self._fail(connection, run_id, key, message, cause)
            log(connection, run_id, key, 0, "failed")
            self._update_standing(connection, run_id, 0)

    def record_drop(self, run_id: str, key: str, sentence: str, *, lease: str | None = None) -> None:
        """Record that a candidate left the race, and why: its other folds are not scored. One that has failed or
        was dropped already stays as it is."""
        with self.database.write() as connection:
            check_lease(connection, lease)
            mine = (FAILURES.c.run_id == run_id, FAILURES.c.candidate == key)
            if connection.execute(sa.select(FAILURES.c.cause).where(*mine)).one_or_none() is not None:
                return
            self._fail(connection, run_id, key, sentence, DROPPED)
            log(connection, run_id, key, 0, "dropped")
            self._update_standing(connection, run_id, 0)

    def give_up(self, run_id: str, key: str, step: int, message: str) -> None:
        """Do not try a step again that ended its process several times: a fold, the final fit or the explanation."""
        with self.database.write() as connection:
            if step == FIT:
                set_model(connection, run_id, key, status="failed", error=message)
            elif step >= 0:
                self._fail(connection, run_id, key, message, "killed")
                self._update_standing(connection, run_id, 0)
            log(connection, run_id, key, step, "given_up")

    def forgive(self, run_id: str) -> None:
        """Try again what was given up or failed for want of memory; part of resuming a run."""
        with self.database.write() as connection:
            connection.execute(sa.delete(FAILURES).where(FAILURES.c.run_id == run_id, FAILURES.c.cause == "killed"))
            log(connection, run_id, "", 0, "resumed")

    def finished_pairs(self, run_id: str) -> frozenset[tuple[str, int]]:
        """Return the (candidate key, fold) pairs not to score again: scored ones, and all of failed and dropped
        candidates."""
        with self.database.read() as connection:
            scored = connection.execute(
                sa.select(FOLD_SCORES.c.candidate, FOLD_SCORES.c.fold).where(FOLD_SCORES.c.run_id == run_id)
            ).all()
            failed = connection.execute(sa.select(FAILURES.c.candidate).where(FAILURES.c.run_id == run_id)).scalars()
            n_folds = connection.execute(sa.select(RUNS.c.n_folds).where(RUNS.c.id == run_id)).scalar_one_or_none() or 0
            return frozenset(
                {(row.candidate, row.fold) for row in scored}
                | {(key, fold) for key in failed for fold in range(n_folds)}
            )

    def fold_log(self, run_id: str) -> list[dict]:
        """Return the append-only log of a run: ``candidate``, ``fold``, ``event``, ``pid``, ``at``, oldest first.

        Events: ``start``, ``score``, ``refused`` (a second score of the same pair), ``failed``, ``dropped`` (left the
        race), ``amended`` (the question was completed), ``deferred`` and ``given_up`` (see
        ``training.supervisor.check``), ``death``, ``resumed``, ``fitted``, ``explained``. Fold -1 is the final fit, -2
        the explanation.
        """
        names = ("candidate", "fold", "event", "pid", "at")
        query = sa.select(*(FOLD_LOG.c[name] for name in names)).where(FOLD_LOG.c.run_id == run_id)
        with self.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(query.order_by(FOLD_LOG.c.id))]

    def load_evaluation(self, run_id: str) -> "Evaluation":
        """Return all that is known of a run. Cheap: the predictions of a fold are read when they are first asked
        for, so a leaderboard opens no file.

        Raises
        ------
        NotFound
            There is no such run.
        ModelUnusable
            The run's settings cannot be read by this version.
        """
        checked_id(run_id, "run")
        with self.database.read() as connection:
            row = connection.execute(sa.select(RUNS.c.spec).where(RUNS.c.id == run_id)).one_or_none()
            if row is None:
                raise NotFound("This run does not exist (any more).", "Start a new one on the Train page.")
            spec, problem = upgrades.experiment_spec(json.loads(row.spec))
            if spec is None:
                raise ModelUnusable(problem, "Train again on the Train page.")
            return self._evaluation(connection, run_id, spec)

    def save_importance(self, run_id: str, key: str, found: "Importance | None", problem: str = "") -> None:
        """Keep what a candidate relies on, or the sentence why that is not known."""
        value = {"problem": problem}
        if found is not None:
            facts = {
                "metric": found.metric,
                "label": found.label,
                "score": found.score,
                "n_rows": found.n_rows,
                "unit": found.unit,
            }
            value = {**facts, "rows": found.rows.to_dict("list")}
        self.put_artifact("importance", f"{run_id}:{key}", value)

    def importance(self, run_id: str, key: str) -> "Importance | None":
        """Return what a candidate relies on, None where that was not computed (yet).

        Raises
        ------
        NotPossible
            It was tried and cannot be said; tells why.
        """
        import pandas as pd

        from workbench.results.uses.importance import Importance

        value = self.artifact("importance", f"{run_id}:{key}")
        if value is None:
            return None
        if "problem" in value:
            raise NotPossible(value["problem"])
        return Importance(**{**value, "rows": pd.DataFrame(value["rows"])})

    def save_learning_curve(self, run_id: str, key: str, found: "LearningCurve | None", problem: str = "") -> None:
        """Keep whether more rows would help a candidate, or the sentence why that is not known."""
        value = {"problem": problem} if found is None else found.to_json()
        self.put_artifact("learning_curve", f"{run_id}:{key}", value)

    def learning_curve(self, run_id: str, key: str) -> "LearningCurve | None":
        """Return whether more rows would help a candidate; None and NotPossible as for :meth:`importance`."""
        from workbench.results.quality.learning_curve import LearningCurve

        value = self.artifact("learning_curve", f"{run_id}:{key}")
        if value is None:
            return None
        if "problem" in value:
            raise NotPossible(value["problem"])
        return LearningCurve.from_json(value)

    def _evaluation(self, connection: sa.Connection, run_id: str, spec: ExperimentSpec) -> "Evaluation":
        from workbench.store.stored_scores import StoredFoldScore
        from workbench.training.evaluation import Evaluation

        rows = connection.execute(
            sa.select(FOLD_SCORES).where(FOLD_SCORES.c.run_id == run_id).order_by(FOLD_SCORES.c.at)
        )
        scores = tuple(
            StoredFoldScore(
                row.candidate,
                row.fold,
                {name: float(value) for name, value in json.loads(row.scores).items()},
                row.fit_seconds,
                row.score_seconds,
                tuple(json.loads(row.warnings)),
                self.files.path(row.digest),
            )
            for row in rows
        )
        left = connection.execute(
            sa.select(FAILURES.c.candidate, FAILURES.c.message, FAILURES.c.cause)
            .where(FAILURES.c.run_id == run_id)
            .order_by(FAILURES.c.at)
        ).all()
        failures = {row.candidate: row.message for row in left if row.cause != DROPPED}
        dropped = {row.candidate: row.message for row in left if row.cause == DROPPED}
        return Evaluation(spec, scores, failures, dropped)

    def _update_standing(self, connection: sa.Connection, run_id: str, new_bytes: int) -> None:
        """Keep the run's best candidate beside the run, where lists and cards find it without any computation."""
        text = connection.execute(sa.select(RUNS.c.spec).where(RUNS.c.id == run_id)).scalar_one()
        spec, _ = upgrades.experiment_spec(json.loads(text))
        values = {"size_bytes": RUNS.c.size_bytes + new_bytes}
        if spec is not None:
            evaluation = self._evaluation(connection, run_id, spec)
            best, baseline = evaluation.best(), evaluation.baseline()
            values["best"] = best
            values["best_mean"] = None if best is None else _finite(evaluation.candidate(best).mean)
            values["baseline_mean"] = None if baseline is None else _finite(baseline.mean)
        connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(values))

    def _fail(self, connection: sa.Connection, run_id: str, key: str, message: str, cause: str) -> None:
        mine = (FAILURES.c.run_id == run_id, FAILURES.c.candidate == key)
        values = {"message": storable(message), "cause": cause, "at": time.time()}
        if connection.execute(sa.update(FAILURES).where(*mine).values(values)).rowcount == 0:
            connection.execute(sa.insert(FAILURES).values({"run_id": run_id, "candidate": key, **values}))


def deaths_since_progress(log: list[dict]) -> list[frozenset[tuple[str, int]]]:
    """Return, for each death of the worker since something was last finished, what it was working on.

    >>> log = [{"candidate": "mlp", "fold": 0, "event": "start"}, {"candidate": "", "fold": 0, "event": "death"}]
    >>> deaths_since_progress(log)
    [frozenset({('mlp', 0)})]
    """
    deaths: list[frozenset[tuple[str, int]]] = []
    in_work: set[tuple[str, int]] = set()
    for entry in log:
        step = (entry["candidate"], entry["fold"])
        if entry["event"] == "start":
            in_work.add(step)
        elif entry["event"] == "death":
            deaths.append(frozenset(in_work))
            in_work = set()
        if entry["event"] in _ENDS:
            in_work.discard(step)
        if entry["event"] in _PROGRESS:
            deaths = []
    return deaths


def marked(log: list[dict], event: str) -> set[tuple[str, int]]:
    """Return the steps that are ``deferred`` or ``given_up``, unless a person resumed the run since."""
    steps: set[tuple[str, int]] = set()
    for entry in log:
        if entry["event"] == "resumed":
            steps = set()
        elif entry["event"] == event:
            steps.add((entry["candidate"], entry["fold"]))
    return steps


def _number(value: float) -> float | str:
    """JSON has no word for NaN and infinity; Python's own spelling reads back with ``float``."""
    value = float(value)
    return value if value == value and abs(value) != float("inf") else str(value)


def _finite(value: float) -> float | None:
    return float(value) if value == value and abs(value) != float("inf") else None
