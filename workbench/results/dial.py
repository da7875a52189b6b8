"""The ways from the fastest useful candidate to the most accurate one, with what each costs when it serves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.modeling import metrics
from workbench.results.board import milliseconds_per_row
from workbench.results.comparison import tied_with_best
from workbench.results.wording import number, with_spread
from workbench.specs import ExperimentSpec
from workbench.training.ensemble import ENSEMBLE
from workbench.training.evaluation import BASELINE, CandidateScore, Evaluation
from workbench.training.scoring import label_of

MOST_CHOICES = 6  # more stops are too many to choose from
# A stop that is slower has to be better by more than this share of the spread over folds: less is no reason to wait.
WORTH_ITS_TIME = 0.05


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
    """

    key: str
    label: str
    score: str
    milliseconds: float
    size_bytes: int | None = None
    level: bool = False


def choices(evaluation: Evaluation, sizes: Mapping[str, int] | None = None) -> tuple[Choice, ...]:
    """Return the candidates worth choosing from, the fastest first and the best last.

    A candidate is one of them where none that is as fast scores as well. Those that are no better than looking at no
    column are none.

    Parameters
    ----------
    evaluation : Evaluation
    sizes : mapping of str to int, optional
        Bytes of fitted models, by key.
    """
    spec, best = evaluation.spec, evaluation.best()
    sign = 1.0 if metrics.metric(spec.metric).greater_is_better else -1.0
    baseline = evaluation.baseline()
    floor = sign * baseline.mean if baseline is not None and baseline.complete else -math.inf
    scores = [
        score
        for score in evaluation.candidates()
        if score.complete and score.kind != BASELINE and (sign * score.mean > floor or score.key == best)
    ]
    times = {score.key: milliseconds_per_row(evaluation, score.key) for score in scores}
    front: list[CandidateScore] = []
    for score in sorted(scores, key=lambda one: (times[one.key], -sign * one.mean)):
        last = front[-1] if front else None
        spread = score.std if math.isfinite(score.std) else 0.0  # checked once: any gain counts
        if last is None or sign * (score.mean - last.mean) > WORTH_ITS_TIME * spread or score.key == best:
            front.append(score)
        if score.key == best:
            break  # what is slower is not better
    level = tied_with_best(evaluation)[1:]
    return tuple(
        Choice(
            score.key,
            label_of(spec, score.key),
            _said(spec, score),
            times[score.key],
            (sizes or {}).get(score.key),
            score.key in level,
        )
        for score in _thinned(front)
    )


def _said(spec: ExperimentSpec, score: CandidateScore) -> str:
    unit = spec.target_column.unit if metrics.metric(spec.metric).in_target_units else ""
    return with_spread(score.mean, score.std, unit) if len(score.folds) > 1 else number(score.mean, unit=unit)


def _thinned(front: list[CandidateScore]) -> list[CandidateScore]:
    """Keep the ends, the best single candidate and the small ensemble, and of the others the best ones."""
    if len(front) <= MOST_CHOICES:
        return front
    single = [score for score in front if score.kind != ENSEMBLE]
    kept = {
        front[0].key,
        front[-1].key,
        *(score.key for score in single[-1:]),
        *(s.key for s in front if s.kind == ENSEMBLE),
    }
    for score in reversed(front):
        if len(kept) < MOST_CHOICES:
            kept.add(score.key)
    return [score for score in front if score.key in kept]
