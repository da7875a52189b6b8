"""How long a run will take: predicted from the registry, corrected by what this machine has shown so far."""

from collections.abc import Collection, Iterable

import joblib
import numpy as np

from workbench.errors import WorkbenchError
from workbench.modeling import models, splits
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import FoldScore

SHORTEST_SECONDS = 0.01  # no fit of a pipeline is faster; keeps ratios finite
UNKNOWN_KIND_SECONDS = 0.0  # it fails at once
ROUNDS = ("n_estimators", "max_iter", "max_passes")  # hyperparameters that a fit's time is proportional to
STOPPED_ROUNDS = 300  # trees that boosting with early stopping, whose number is not set, ends with more or less
LATEST, FEWEST = 30, 6  # finished fits that show how a run goes
BELIEVED_SECONDS = 1.0  # of fits that took as long as predicted, with which a run is taken to begin
SLOWEST, FASTEST = 20.0, 0.05  # limits of the correction: one odd fit must not promise hours


def predicted_seconds(spec: ExperimentSpec, n_rows: int) -> dict[str, float]:
    """Predicted wall seconds of one fit per candidate key, on the rows of all folds but one, with one thread.

    The registry predicts for default settings; a number of trees or passes that was chosen counts in proportion.
    """
    n_train = int(n_rows * splits.share_learnt(spec.split))
    seconds = {}
    for candidate in spec.candidates:
        try:
            kind = models.model(candidate.kind)
            value = float(kind.seconds(n_train, len(spec.columns), len(spec.classes)))
            value *= _times_default(candidate.hyperparameters, kind.defaults())
        except WorkbenchError:
            value = UNKNOWN_KIND_SECONDS
        seconds[candidate.key] = max(value, SHORTEST_SECONDS)
    return seconds


def _times_default(chosen: dict, defaults: dict) -> float:
    times = 1.0
    for name in ROUNDS:
        if chosen.get(name) and name in defaults:
            times *= chosen[name] / (defaults[name] or STOPPED_ROUNDS)
    return times


def seconds_left(
    spec: ExperimentSpec,
    n_rows: int,
    finished: Iterable[FoldScore],
    failed: Collection[str] = (),
    *,
    n_jobs: int | None = None,
    n_to_come: int = 0,
) -> float:
    """Estimate the wall seconds until a run is finished.

    A candidate with finished folds takes as long in the others; the rest take their predicted time, corrected by what
    the measured fits took together over what was predicted for them. The many quick fits that a run begins with take
    longer than predicted by what every fit costs besides, and would promise minutes to the slow ones if each counted
    alike.

    Parameters
    ----------
    finished : iterable of FoldScore
        Or anything with ``candidate``, ``fold``, ``fit_seconds`` and ``score_seconds``.
    failed : collection of str
        Keys of candidates that are given up.
    n_jobs : int, optional
        Worker processes; default the number of cores.
    n_to_come : int
        Candidates that searches will add; each takes as long as those of the searched kinds do on average.
    """
    predicted = predicted_seconds(spec, n_rows)
    measured: dict[str, dict[int, float]] = {}
    for score in finished:
        measured.setdefault(score.candidate, {})[score.fold] = score.fit_seconds + score.score_seconds
    known = [(sum(folds.values()), len(folds) * predicted[key]) for key, folds in measured.items() if key in predicted]
    took, thought = (BELIEVED_SECONDS + sum(seconds) for seconds in zip((0.0, 0.0), *known, strict=True))
    correction = float(np.clip(took / thought, FASTEST, SLOWEST))
    per_fold = {
        key: float(np.mean(list(measured[key].values()))) if key in measured else seconds * correction
        for key, seconds in predicted.items()
        if key not in failed
    }
    left = {key: seconds * (spec.split.rounds - len(measured.get(key, ()))) for key, seconds in per_fold.items()}
    # Not sooner than the longest single fit that is still to do.
    longest = max((per_fold[key] for key, seconds in left.items() if seconds > 0), default=0.0)
    searched = {tuning.kind for tuning in spec.tunings}
    alike = [seconds for key, seconds in per_fold.items() if spec.candidate(key).kind in searched]
    to_come = n_to_come * spec.split.rounds * float(np.mean(alike)) if alike else 0.0
    return max((sum(left.values()) + to_come) / (n_jobs or joblib.cpu_count()), longest)


def slowness(finished: Iterable, *, n_jobs: int | None = None) -> float:
    """Return how many times as long as its fits, side by side on every core, a run takes: what comes between fits, and
    waiting for cores that have other work.

    Parameters
    ----------
    finished : iterable
        With ``at`` (seconds, when it was stored), ``fit_seconds`` and ``score_seconds``; since the run was started
        last.
    n_jobs : int, optional
        Worker processes; default the number of cores.
    """
    latest = sorted(finished, key=lambda score: score.at)[-LATEST:]
    if len(latest) < FEWEST:
        return 1.0
    work = sum(score.fit_seconds + score.score_seconds for score in latest[1:])
    wall = latest[-1].at - latest[0].at
    return float(np.clip(wall * (n_jobs or joblib.cpu_count()) / max(work, SHORTEST_SECONDS), 1.0, SLOWEST))
