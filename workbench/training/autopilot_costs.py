"""How long a search takes: what a fit costs beside the defaults of its kind, and what comes after the last one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.modeling import metrics, models
from workbench.modeling.averages import is_bagged
from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.training.evaluation import BASELINE, Evaluation
from workbench.training.pace import ROUNDS, SHORTEST_SECONDS, STOPPED_ROUNDS
from workbench.training.selection import race_score

ENSEMBLE_SECONDS = 4.0
REFITS_SHARE = 0.15  # of the budget, for members that are fitted once more on all rows
FEWEST_MEMBERS = 3
COLUMN_SECONDS = 0.1  # per column, to see what the outcome relies on: two shuffles of 1,000 rows, many models each
IMPORTANCE_SHARE = 0.15  # of the budget, for what the outcome relies on
EXTENTS = ((5, 2_000), (3, 1_000), (2, 1_000), (1, 1_000), (1, 500), (1, 250))  # shuffles and rows, the most first


@dataclass(frozen=True)
class Measured:
    """What the first round showed: seconds of one fit per candidate, and the score on that fold.

    Parameters
    ----------
    candidates : tuple of CandidateSpec
        Those that were scored, in the order they were tried.
    seconds : mapping of str to float
    losses : mapping of str to float
        The main metric, turned so that smaller is better.
    n_tested : int
        Rows of that fold.
    """

    candidates: tuple[CandidateSpec, ...]
    seconds: Mapping[str, float]
    losses: Mapping[str, float]
    n_tested: int


def measured(evaluation: Evaluation) -> Measured:
    """Return what the first fold has shown so far."""
    sign = loss_sign(evaluation.spec)
    first = {score.candidate: score for score in evaluation.fold_scores if score.fold == 0}
    tried = tuple(one for one in evaluation.spec.candidates if one.key in first and one.key not in evaluation.failures)
    return Measured(
        tried,
        {one.key: first[one.key].fit_seconds + first[one.key].score_seconds for one in tried},
        {one.key: sign * race_score(evaluation.spec, first[one.key]) for one in tried},
        max((len(score.rows) for score in first.values()), default=0),
    )


def effort(candidate: CandidateSpec) -> float:
    """Return about how many times as long a fit takes as with the defaults of its kind.

    Trees count one by one; deeper trees cost more, but less than in proportion, since most rows are in few leaves.

    >>> effort(CandidateSpec(kind="hist_gradient_boosting", hyperparameters={"max_iter": 300}))
    3.0
    """
    defaults = models.model(candidate.kind).defaults()
    defaults |= {name: STOPPED_ROUNDS for name in ROUNDS if name in defaults and defaults[name] is None}
    values = {**defaults, **{name: value for name, value in candidate.hyperparameters.items() if value is not None}}
    factor = 1.0
    for names, power in _COSTS:
        for name in names:
            value, default = values.get(name), defaults.get(name)
            if isinstance(value, int | float) and isinstance(default, int | float) and value > 0 and default > 0:
                factor *= (value / default) ** power
    for name in ("depth", "max_depth"):
        value, default = values.get(name), defaults.get(name)
        if isinstance(value, int) and isinstance(default, int):
            factor *= 2.0 ** (0.5 * (value - default))
    return factor


_COSTS = (
    (("n_estimators", "max_iter", "iterations", "max_passes", "max_features", "max_samples"), 1.0),
    (("num_leaves", "max_leaf_nodes", "hidden_units", "colsample_bytree"), 0.6),
    (("min_samples_leaf",), -0.2),
)


def predicted(spec: ExperimentSpec, candidate: CandidateSpec, n_rows: int) -> float:
    """Return the predicted seconds of one fit and its scoring, on one core of the machine the registry knows."""
    share = spec.split.share if spec.split.folds == 1 else 1 / spec.split.folds
    n_train = int(n_rows * (1 - share))
    seconds = models.model(candidate.kind).seconds(n_train, len(spec.columns), len(spec.classes))
    return max(float(seconds) * effort(candidate), SHORTEST_SECONDS)


def end_seconds(found: Measured, spec: ExperimentSpec, n_cores: int) -> float:
    """Return about how long it takes from the last fit of the plan to the end of the run: an ensemble, the final fit
    or the models of the folds put together, and what the outcome relies on."""
    refits = max(_seconds_of_best(found), default=0.0)
    if not is_bagged(spec):
        refits += largest_ensemble(found, spec, n_cores) * float(np.mean(_seconds_of_best(found) or 0.0)) / n_cores
    return ENSEMBLE_SECONDS + refits + _importance_seconds(spec)


def largest_ensemble(found: Measured, spec: ExperimentSpec, n_cores: int) -> int:
    """Return how many members an ensemble may have: fewer where each of them is fitted once more, on all rows, and
    that would take too much of the time."""
    asked = spec.autopilot.largest_ensemble
    seconds = _seconds_of_best(found)
    if is_bagged(spec) or not seconds:
        return asked
    affordable = spec.autopilot.seconds * REFITS_SHARE * n_cores / max(float(np.mean(seconds)), SHORTEST_SECONDS)
    return int(np.clip(affordable, min(FEWEST_MEMBERS, asked), asked))


def _seconds_of_best(found: Measured) -> list[float]:
    best = sorted(found.candidates, key=lambda one: or_last(found.losses[one.key]))
    return [found.seconds[one.key] for one in best if one.kind != BASELINE][:5]


def importance_extent(evaluation: Evaluation, key: str) -> dict[str, int] | None:
    """Return how thoroughly it is measured what the outcome relies on, as arguments of ``permutation_importance``;
    None where even the least takes too long, so that it is left to a click.

    One fold, and as many shuffles and rows as predictions took little time when the fold was scored.
    """
    spec = evaluation.spec
    each = seconds_of_a_row(evaluation, key) * len(spec.columns)
    room = IMPORTANCE_SHARE * spec.autopilot.seconds
    for repeats, n_rows in EXTENTS:
        if repeats * n_rows * each <= room:
            return {"folds": 1, "repeats": repeats, "max_rows": n_rows}
    return None


def seconds_of_a_row(evaluation: Evaluation, key: str) -> float:
    """Return how long a prediction of one held-out row took; for an ensemble, that of all members together."""
    candidate = evaluation.spec.candidate(key)
    parts = {CandidateSpec(kind=one.kind, hyperparameters=one.hyperparameters).key for one in candidate.members} or {
        key
    }
    first = {one.candidate: one for one in evaluation.fold_scores if one.fold == 0 and one.candidate in parts}
    return sum(one.score_seconds / max(len(one.rows), 1) for one in first.values())


def _importance_seconds(spec: ExperimentSpec) -> float:
    """What is set aside for it before anything is known of the model that will be the best."""
    return min(COLUMN_SECONDS * len(spec.columns), IMPORTANCE_SHARE * spec.autopilot.seconds)


def or_last(loss: float) -> float:
    """Return a loss by which a candidate without one comes last."""
    return loss if np.isfinite(loss) else np.inf


def loss_sign(spec: ExperimentSpec) -> float:
    """Return what turns the main metric so that smaller is better."""
    return -1.0 if metrics.metric(spec.metric).greater_is_better else 1.0
