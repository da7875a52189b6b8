"""The dial "simpler and faster to serve – more accurate": what a finished run offers, from one end to the other."""

import math
from dataclasses import dataclass

from workbench.modeling import metrics
from workbench.results.wording import number
from workbench.training.evaluation import BASELINE, CandidateScore, Evaluation
from workbench.training.scoring import label_of

PER_ROWS = 1_000
FASTER = 0.7  # times the seconds of the next more accurate one, at most: less of a difference is no choice


@dataclass(frozen=True)
class Choice:
    """One setting of the dial.

    Parameters
    ----------
    key : str
        Of the candidate.
    label : str
    mean, std : float
        Of the run's main metric over the folds.
    milliseconds : float
        Predicting and scoring 1,000 rows, as it was measured in the folds.
    n_models : int
        Estimators that answer together.
    words : str
        What this choice gives and costs, in a sentence.
    """

    key: str
    label: str
    mean: float
    std: float
    milliseconds: float
    n_models: int
    words: str


def choices(evaluation: Evaluation) -> tuple[Choice, ...]:
    """Return the candidates that no other beats both in accuracy and in speed, the fastest first and the most accurate
    last. The baseline is no choice, and neither is what does no better than it.

    Notes
    -----
    The most accurate is what ``evaluation.best()`` says; the luckiest of many single candidates may have a better mean.
    Speed is that of the members' own measured predictions of a fold, so it is comparable within a run; a service adds
    the same for each.
    """
    finished = [one for one in evaluation.candidates() if one.complete and one.kind != BASELINE]
    n_rows = max(_n_rows(evaluation, finished[0].key), 1) if finished else 1  # all were tested on the same ones
    speed = {one.key: 1_000.0 * one.score_seconds * PER_ROWS / n_rows for one in finished}
    best = evaluation.best()
    finished.sort(key=lambda one: one.key != best)
    front: list[CandidateScore] = []
    for one in finished:  # the best first, so what comes later has to be faster
        if not front or speed[one.key] < FASTER * speed[front[-1].key]:
            front.append(one)
    front = [one for one in front if one is front[0] or _beats_chance(evaluation, one)]
    return tuple(_choice(evaluation, one, speed, front) for one in reversed(front))


def _n_rows(evaluation: Evaluation, key: str) -> int:
    return sum(len(score.rows) for score in evaluation.fold_scores if score.candidate == key)


def _beats_chance(evaluation: Evaluation, one: CandidateScore) -> bool:
    baseline = evaluation.baseline()
    if baseline is None or not math.isfinite(baseline.mean):
        return True
    greater = metrics.metric(evaluation.spec.metric).greater_is_better
    return one.mean > baseline.mean if greater else one.mean < baseline.mean


def _choice(evaluation, one: CandidateScore, speed, front) -> Choice:
    candidate = evaluation.spec.candidate(one.key)
    n_models = max(len(candidate.members), 1)
    return Choice(
        one.key,
        label_of(evaluation.spec, one.key),
        one.mean,
        one.std,
        speed[one.key],
        n_models,
        _words(evaluation, one, speed, front),
    )


def _words(evaluation, one: CandidateScore, speed, front) -> str:
    best, fastest = front[0], front[-1]
    label = metrics.metric(evaluation.spec.metric).label
    score = f"{label} {number(one.mean)}"
    if len(front) == 1:
        return f"{score}; nothing that was tried is faster or more accurate."
    times = speed[one.key] / speed[fastest.key] if speed[fastest.key] else 1.0
    slower = f"takes {number(times, 0 if times >= 10 else 1)} times as long to answer as the fastest"
    if one is best:
        return f"Most accurate: {score}; {slower}."
    greater = metrics.metric(evaluation.spec.metric).greater_is_better
    lost = f"{number(abs(best.mean - one.mean))} {label} less than the most accurate"
    if not greater:
        lost = f"{label} {number(abs(best.mean - one.mean))} higher than that of the most accurate"
    if (one.mean >= best.mean) if greater else (one.mean <= best.mean):
        lost = "no worse on these folds, which an average that is found without them is more likely to be on others"
    if one is fastest:
        return f"Fastest to answer: {score}; {lost}."
    return f"In between: {score}; {lost}, {slower}."
