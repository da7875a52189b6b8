"""What a run does from beginning to end, in the app's worker and in a notebook: the same steps, another ledger.

``pursue`` asks the ledger what is known and does what is left. It may be ended at any moment and called again: every
decision follows from scores that the ledger keeps, so nothing is scored twice and nothing is decided differently.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import joblib
import pandas as pd

from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.training.autopilot import pursue_autopilot
from workbench.training.combination import combine
from workbench.training.engine import Session
from workbench.training.evaluation import BASELINE, Evaluation, FoldScore
from workbench.training.scoring import model_file

LOG = logging.getLogger(__name__)


class Ledger(Protocol):
    """Where the facts of a run are kept: the store in the app, memory in notebooks and benchmarks."""

    def evaluation(self) -> Evaluation:
        """Return all that is known, with the spec as it was last amended."""

    def started(self, key: str, fold: int) -> None:
        """Note that a fit began."""

    def scored(self, score: FoldScore) -> None:
        """Keep a fold score."""

    def failed(self, key: str, sentence: str) -> None:
        """Keep why a candidate failed."""

    def dropped(self, key: str, sentence: str) -> None:
        """Keep why a candidate left the race."""

    def amended(self, spec: ExperimentSpec, n_to_come: int = 0) -> None:
        """Keep the completed question: a plan was made, candidates were added, an ensemble was formed."""


class MemoryLedger:
    """A ledger for notebooks and benchmarks: what it is told stays in this object.

    Parameters
    ----------
    spec : ExperimentSpec
    on_change : callable(Evaluation), optional
        Called with all that is known whenever something was added.
    """

    def __init__(self, spec: ExperimentSpec, on_change: Callable[[Evaluation], None] | None = None):
        self._found = Evaluation(spec)
        self._on_change = on_change

    def evaluation(self) -> Evaluation:
        return self._found

    def started(self, key: str, fold: int) -> None:
        pass

    def scored(self, score: FoldScore) -> None:
        self._keep(fold_scores=(*self._found.fold_scores, score))

    def failed(self, key: str, sentence: str) -> None:
        self._keep(failures={**self._found.failures, key: sentence})

    def dropped(self, key: str, sentence: str) -> None:
        self._keep(dropped={**self._found.dropped, key: sentence})

    def amended(self, spec: ExperimentSpec, n_to_come: int = 0) -> None:
        self._keep(spec=spec)

    def _keep(self, **changes) -> None:
        self._found = replace(self._found, **changes)
        if self._on_change:
            self._on_change(self._found)


class Race:
    """A run under way: its session, its ledger, and what is known so far.

    Parameters
    ----------
    session : Session
    ledger : Ledger
    suspects : collection of str
        Keys of candidates during which the process ended again and again; in every call they are scored last.
    models_folder : Path, optional
        Where the session keeps models; those of candidates that leave the race are removed.

    Attributes
    ----------
    evaluation : Evaluation
        All that is known, also of earlier processes.
    """

    def __init__(
        self, session: Session, ledger: Ledger, suspects: Collection[str] = (), models_folder: Path | None = None
    ):
        self.session = session
        self.evaluation = ledger.evaluation()
        self._ledger = ledger
        self._suspects = frozenset(suspects)
        self._models_folder = models_folder

    @property
    def spec(self) -> ExperimentSpec:
        return self.evaluation.spec

    def score(self, keys: Sequence[str], folds: Sequence[int], *, in_order: bool = False) -> None:
        """Score candidates of the spec on folds, where they have no score yet and have neither failed nor left."""
        found = self.evaluation
        done = {(score.candidate, score.fold) for score in found.fold_scores}
        out = {*found.failures, *found.dropped}
        pairs = [(key, fold) for key in keys if key not in out for fold in folds if (key, fold) not in done]
        for last in (False, True):
            part = [pair for pair in pairs if (pair[0] in self._suspects) == last]
            if part:
                candidates = [self.spec.candidate(key) for key in dict.fromkeys(key for key, _ in part)]
                self.session.score(
                    candidates,
                    part,
                    on_start=self._ledger.started,
                    on_score=self.keep,
                    on_failure=self._failed,
                    in_order=in_order,
                )

    def keep(self, score: FoldScore) -> None:
        """Add a fold score to what is known."""
        self._ledger.scored(score)
        self.evaluation = replace(self.evaluation, fold_scores=(*self.evaluation.fold_scores, score))

    def drop(self, key: str, sentence: str) -> None:
        """Let a candidate leave the race."""
        if key not in self.evaluation.dropped:
            self._ledger.dropped(key, sentence)
            self.evaluation = replace(self.evaluation, dropped={**self.evaluation.dropped, key: sentence})
        if self._models_folder is not None:  # nothing will be made of them
            for fold in range(self.session.rounds):
                model_file(self._models_folder, key, fold).unlink(missing_ok=True)

    def amend(self, spec: ExperimentSpec, n_to_come: int = 0) -> None:
        """Complete the question; nothing happens where it is the same."""
        if spec != self.spec:
            self._ledger.amended(spec, n_to_come)
            self.evaluation = replace(self.evaluation, spec=spec)

    def expect(self, n_to_come: int) -> None:
        """Say how many candidates the question will get besides those it has, so that "n of m" counts them."""
        self._ledger.amended(self.spec, n_to_come)

    def add(self, candidates: Sequence[CandidateSpec], n_to_come: int = 0, *, first: bool = False) -> None:
        """Add candidates to the question that are not in it yet; ``first`` before all others, which decides where
        scores are equal."""
        known = {candidate.key for candidate in self.spec.candidates}
        new = tuple({one.key: one for one in candidates if one.key not in known}.values())
        if new:
            parts = (*new, *self.spec.candidates) if first else (*self.spec.candidates, *new)
            self.amend(self.spec.but(candidates=parts), n_to_come)

    def _failed(self, key: str, sentence: str) -> None:
        self._ledger.failed(key, sentence)
        self.evaluation = replace(self.evaluation, failures={**self.evaluation.failures, key: sentence})


def pursue(
    table: pd.DataFrame,
    spec: ExperimentSpec,
    ledger: Ledger,
    *,
    models_folder: Path | None = None,
    n_jobs: int | None = None,
    suspects: Collection[str] = (),
    began: float | None = None,
) -> Evaluation:
    """Do what is left of a run.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        The typed table.
    spec : ExperimentSpec
        The question, as it was asked or as it was last amended.
    ledger : Ledger
        Holds what is known of the run already.
    models_folder : Path, optional
        Where the model of every fold is kept as ``{key}-{fold}.joblib``; ensembles are made of them.
    n_jobs : int, optional
        Worker processes; default the number of cores. Nothing that is found depends on it, except how much an
        autopilot without a plan allows itself.
    suspects : collection of str
        Keys of candidates to score last.
    began : float, optional
        When an autopilot's budget began to run, as ``time.monotonic`` says it; default now.

    Returns
    -------
    Evaluation
        All that is known; what the ledger holds as well.
    """
    began = time.monotonic() if began is None else began
    with Session(table, spec, n_jobs=n_jobs, models_folder=models_folder) as session:
        race = Race(session, ledger, suspects, models_folder)
        if spec.autopilot:
            pursue_autopilot(race, n_cores=n_jobs or joblib.cpu_count(), began=began)
            combine(race)
            return race.evaluation
        if not spec.tunings:
            _score_all(race)
            return race.evaluation
        from workbench.training.tuning import n_to_come, pursue_tunings

        race.expect(n_to_come(spec, spec.tunings))
        _score_all(race)
        pursue_tunings(race)
        race.expect(0)  # draws may have run out before the last try
        return race.evaluation


def _score_all(race: Race) -> None:
    """Every candidate on every fold; suspects after all others."""
    keys = [candidate.key for candidate in race.spec.candidates]
    keys.sort(key=lambda key: race.spec.candidate(key).kind != BASELINE)
    race.score(keys, range(race.session.rounds))
