"""The leaderboard: every candidate, best first, beside the baseline."""

import math
from dataclasses import dataclass

import pandas as pd

from workbench.modeling import metrics, models
from workbench.modeling.averages import is_bagged
from workbench.results.candidates.comparison import tied_with_best
from workbench.specs import CandidateSpec
from workbench.training.ensemble import ENSEMBLE
from workbench.training.evaluation import CandidateScore, Evaluation
from workbench.training.scoring import label_of

NOMINAL_ROWS = 10_000  # for which the cost of a fit is compared
ABOUT_AS_FAST = 2.0  # times the milliseconds of the fastest
NO_TIME_MS = 0.05  # a row: below that, speed decides nothing


def leaderboard(evaluation: Evaluation) -> pd.DataFrame:
    """Compare the candidates of a run on its main metric.

    Returns
    -------
    DataFrame
        One row per candidate, complete ones best first, failed ones at the end. Columns: ``key``, ``kind``,
        ``label``, ``mean`` and ``std`` (main metric in its own unit; over folds, ``ddof=0``), ``gain`` (how much
        better than the baseline, in the metric's unit; positive is better whichever way the metric points),
        ``fit_seconds``, ``score_seconds``, ``folds_done``, ``n_folds``, ``complete``, ``tied`` (level with the best
        one, itself included), ``note`` (why it failed, what it complained about, what is not finished).
    """
    baseline = evaluation.baseline()
    tied = tied_with_best(evaluation)
    level = set(tied) if len(tied) > 1 else set()
    rows = [
        {
            "key": score.key,
            "kind": score.kind,
            "label": label_of(evaluation.spec, score.key),
            "mean": score.mean,
            "std": score.std,
            "gain": gain(evaluation, score, baseline),
            "fit_seconds": score.fit_seconds,
            "score_seconds": score.score_seconds,
            "folds_done": len(score.folds),
            "n_folds": evaluation.spec.split.rounds,
            "complete": score.complete,
            "tied": score.key in level,
            "note": _note(evaluation, score),
        }
        for score in evaluation.candidates()
    ]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["key"])


def gain(evaluation: Evaluation, score: CandidateScore, baseline: CandidateScore | None) -> float:
    """How much better than the baseline ``score`` is in the main metric; NaN where either is unknown."""
    if baseline is None or not (math.isfinite(score.mean) and math.isfinite(baseline.mean)):
        return float("nan")
    difference = score.mean - baseline.mean
    if difference == 0:
        return 0.0
    return difference if metrics.metric(evaluation.spec.metric).greater_is_better else -difference


def near_best(evaluation: Evaluation) -> list[CandidateScore]:
    """Complete candidates, other than the best and the baseline, that are not told apart from the best one; see
    :func:`workbench.results.candidates.comparison.tied_with_best`."""
    return [evaluation.candidate(key) for key in tied_with_best(evaluation)[1:]]


@dataclass(frozen=True)
class Advice:
    """Which of the candidates that are level with the best one to take.

    Parameters
    ----------
    key : str
    because : str
        What decided, to follow its name: "the simplest of them".
    """

    key: str
    because: str


def recommended(evaluation: Evaluation) -> Advice | None:
    """Return the candidate to take; None where none is complete, or none has a better score than the baseline.

    Of those level with the best one it is the simplest, the one with the least cost of a fit in the registry, among
    those that answer about as fast as the fastest. The best itself where none is level.
    """
    baseline = evaluation.baseline()
    level = [evaluation.candidate(key) for key in tied_with_best(evaluation)]
    tied = [score for score in level if not gain(evaluation, score, baseline) <= 0]
    if not tied:
        return None
    if len(level) == 1:
        return Advice(tied[0].key, "the best")
    costs = {score.key: _cost(evaluation, score.kind) for score in tied}
    times = {score.key: milliseconds_per_row(evaluation, score.key) for score in tied}
    fastest = min(times.values())
    quick = [key for key in times if times[key] <= max(ABOUT_AS_FAST * fastest, NO_TIME_MS)]
    key = min(quick, key=lambda one: (costs[one], times[one]))
    simplest = costs[key] <= min(costs.values())
    if simplest and times[key] <= fastest:
        return Advice(key, "the simplest of them and the fastest to serve")
    return Advice(key, "the simplest of them" if simplest else "the simplest of those that are fast to serve")


def _cost(evaluation: Evaluation, kind: str) -> float:
    """Seconds of a fit of a usual size: how much goes on in an estimator."""
    spec = evaluation.spec
    known = {entry.name: entry for entry in models.MODELS}.get(kind)
    return known.seconds(NOMINAL_ROWS, len(spec.columns), len(spec.classes)) if known else math.inf


def milliseconds_per_row(evaluation: Evaluation, key: str) -> float:
    """Return about how long a candidate takes to answer one row among many; of an ensemble, all its members.

    Where the models of the folds answer together, each member is there once for each fold.
    """
    spec = evaluation.spec
    candidate = spec.candidate(key)
    if candidate.kind != ENSEMBLE:
        return _timed(evaluation, key)
    members = (CandidateSpec(kind=one.kind, hyperparameters=one.hyperparameters).key for one in candidate.members)
    times_each = spec.split.rounds if is_bagged(spec) else 1
    return times_each * sum(_timed(evaluation, member) for member in members)


def _timed(evaluation: Evaluation, key: str) -> float:
    done = [score for score in evaluation.fold_scores if score.candidate == key]
    n_rows = sum(len(score.rows) for score in done)
    return 1_000 * sum(score.score_seconds for score in done) / n_rows if n_rows else 0.0


def _note(evaluation: Evaluation, score: CandidateScore) -> str:
    if score.error or score.dropped:
        return score.error or score.dropped
    parts = []
    n_folds = evaluation.spec.split.rounds
    if len(score.folds) < n_folds:
        parts.append(f"{len(score.folds)} of {n_folds} folds are done.")
    undefined = sum(not math.isfinite(value) for value in score.scores.get(evaluation.spec.metric, ()))
    if undefined:
        name = metrics.metric(evaluation.spec.metric).label
        folds = "fold" if undefined == 1 else "folds"
        parts.append(f"{name} is not defined on {undefined} {folds} (for instance: only one class there).")
    if score.warnings:
        parts.append(f"It complained: {score.warnings[0].rstrip('.')}.")
    return " ".join(parts)
