"""The leaderboard: every candidate, best first, beside the baseline."""

import math

import pandas as pd

from workbench.modeling import metrics
from workbench.results.wording import count_word
from workbench.training.evaluation import CandidateScore, Evaluation
from workbench.training.scoring import label_of


def leaderboard(evaluation: Evaluation) -> pd.DataFrame:
    """Compare the candidates of a run on its main metric.

    Returns
    -------
    DataFrame
        One row per candidate, complete ones best first, failed ones at the end. Columns: ``key``, ``kind``,
        ``label``, ``mean`` and ``std`` (main metric in its own unit; over folds, ``ddof=0``), ``gain`` (how much
        better than the baseline, in the metric's unit; positive is better whichever way the metric points),
        ``fit_seconds``, ``score_seconds``, ``folds_done``, ``complete``, ``note`` (why it failed, what it
        complained about, what is not finished).
    """
    baseline = evaluation.baseline()
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
            "complete": score.complete,
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


def combined_spread(one: CandidateScore, other: CandidateScore) -> float:
    """Standard deviation of the difference of two scores, were their folds independent."""
    return math.hypot(one.std, other.std)


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
        and abs(score.mean - top.mean) <= combined_spread(score, top)
    ]


def _note(evaluation: Evaluation, score: CandidateScore) -> str:
    if score.error:
        return score.error
    parts = []
    n_folds = evaluation.spec.split.folds
    if len(score.folds) < n_folds:
        parts.append(f"{len(score.folds)} of {n_folds} folds are done.")
    undefined = sum(not math.isfinite(value) for value in score.scores.get(evaluation.spec.metric, ()))
    if undefined:
        name = metrics.metric(evaluation.spec.metric).label
        folds = "fold" if undefined == 1 else "folds"
        parts.append(f"{name} is not defined on {count_word(undefined)} {folds} (for instance: only one class there).")
    if score.warnings:
        parts.append(f"It complained: {score.warnings[0].rstrip('.')}.")
    return " ".join(parts)
