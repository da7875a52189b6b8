"""The leaderboard: every candidate, best first, beside the baseline."""

import math

import pandas as pd

from workbench.modeling import metrics, models
from workbench.results.spread import combined_spread
from workbench.training.evaluation import CandidateScore, Evaluation
from workbench.training.scoring import label_of

NOMINAL_ROWS = 10_000  # for which the cost of a fit is compared


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
    level = {score.key for score in near_best(evaluation)}
    level |= {evaluation.best()} if level else set()
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
    """Complete candidates, other than the best and the baseline, within one combined spread of the best."""
    best = evaluation.best()
    baseline = evaluation.baseline()
    if best is None:
        return []
    top = evaluation.candidate(best)
    return [
        score
        for score in evaluation.candidates()
        if score.complete
        and score.key != best
        and (baseline is None or score.key != baseline.key)
        and abs(score.mean - top.mean) <= combined_spread(evaluation, score, top)
    ]


def recommended(evaluation: Evaluation) -> str | None:
    """Key of the candidate to take: of those level with the best, the simplest, which is the one with the least cost
    of a fit in the registry; the best itself where none is level; None where none is complete."""
    best = evaluation.best()
    if best is None:
        return None
    known = {kind.name: kind for kind in models.MODELS}
    spec = evaluation.spec

    def cost(score: CandidateScore) -> float:
        kind = known.get(score.kind)
        return kind.seconds(NOMINAL_ROWS, len(spec.columns), len(spec.classes)) if kind else math.inf

    return min([evaluation.candidate(best), *near_best(evaluation)], key=cost).key


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
