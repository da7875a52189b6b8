"""The ways from the fastest useful candidate to the most accurate one, with what each costs when it serves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.modeling import metrics
from workbench.results.candidates.board import NO_TIME_MS, milliseconds_per_row, recommended
from workbench.results.candidates.comparison import tied_with_best
from workbench.results.wording import number, with_spread
from workbench.specs import ExperimentSpec
from workbench.training.ensemble import ENSEMBLE
from workbench.training.evaluation import BASELINE, CandidateScore, Evaluation
from workbench.training.scoring import label_of

MOST_CHOICES = 6  # more stops are too many to choose from
CLEARLY_FASTER = 1.5  # times: less is not felt, and may be the noise of the clock


@dataclass(frozen=True)
class Choice:
    """One stop between "simpler and faster to serve" and "more accurate".

    Parameters
    ----------
    key : str
        Of the candidate.
    label : str
    score : str
        Mean of the main metric with its spread, as it stands on the screen.
    milliseconds : float
        About how long one row takes among many, on one core of the machine that scored it.
    size_bytes : int or None
        Of the model fitted on all rows; None where that has not been done.
    level : bool
        It is not told apart from the best one.
    advised : str
        Why it is the one to take; "" where it is not.
    """

    key: str
    label: str
    score: str
    milliseconds: float
    size_bytes: int | None = None
    level: bool = False
    advised: str = ""


def choices(evaluation: Evaluation, sizes: Mapping[str, int] | None = None) -> tuple[Choice, ...]:
    """Return the candidates worth choosing from, the fastest first and the best last.

    From the best one down, each further one is clearly faster, and the best of those that are. The recommended one is
    always there. Those that are no better than looking at no column are none.

    Parameters
    ----------
    evaluation : Evaluation
    sizes : mapping of str to int, optional
        Bytes of fitted models, by key.
    """
    spec, best, advice = evaluation.spec, evaluation.best(), recommended(evaluation)
    if best is None:
        return ()
    level, advised = tied_with_best(evaluation)[1:], advice.key if advice else best
    return tuple(
        Choice(
            score.key,
            label_of(spec, score.key),
            _said(spec, score),
            milliseconds_per_row(evaluation, score.key),
            (sizes or {}).get(score.key),
            score.key in level,
            advice.because if advice and advised == score.key else "",
        )
        for score in _thinned(_front(evaluation, best, advised), advised)
    )


def _front(evaluation: Evaluation, best: str, advised: str) -> list[CandidateScore]:
    """The best candidate and those that are clearly faster, with the one to take; the fastest first."""
    sign = 1.0 if metrics.metric(evaluation.spec.metric).greater_is_better else -1.0
    baseline = evaluation.baseline()
    floor = sign * baseline.mean if baseline is not None and baseline.complete else -math.inf
    able = [one for one in evaluation.candidates() if one.complete and one.kind != BASELINE]
    able = sorted((one for one in able if sign * one.mean > floor), key=lambda one: -sign * one.mean)
    times = {one.key: milliseconds_per_row(evaluation, one.key) for one in able}
    front = [evaluation.candidate(best)]
    slowest = times.get(best, 0.0)
    while slowest > NO_TIME_MS:
        faster = next((one for one in able if one.key != best and times[one.key] <= slowest / CLEARLY_FASTER), None)
        if faster is None:
            break
        front.insert(0, faster)
        slowest = times[faster.key]
    if advised in times and advised not in {one.key for one in front}:
        # It is level with the best one, so what is about as fast has nothing to offer beside it.
        front = [one for one in front if one.key == best or not _about_as_fast(times[one.key], times[advised])]
        place = next((at for at, one in enumerate(front[:-1]) if times[one.key] > times[advised]), len(front) - 1)
        front.insert(place, evaluation.candidate(advised))
    return front


def _about_as_fast(one: float, other: float) -> bool:
    return max(one, other) < CLEARLY_FASTER * max(min(one, other), NO_TIME_MS)


def _said(spec: ExperimentSpec, score: CandidateScore) -> str:
    unit = spec.target_column.unit if metrics.metric(spec.metric).in_target_units else ""
    return with_spread(score.mean, score.std, unit) if len(score.folds) > 1 else number(score.mean, unit=unit)


def _thinned(front: list[CandidateScore], advised: str) -> list[CandidateScore]:
    """Keep the ends, the one to take, the best single candidate, the small ensemble, and the best of the others."""
    if len(front) <= MOST_CHOICES:
        return front
    single = [score for score in front if score.kind != ENSEMBLE]
    kept = {
        front[0].key,
        front[-1].key,
        *(score.key for score in single[-1:]),
        *(score.key for score in front if score.key == advised),
        *(s.key for s in front if s.kind == ENSEMBLE),
    }
    for score in reversed(front):
        if len(kept) < MOST_CHOICES:
            kept.add(score.key)
    return [score for score in front if score.key in kept]
