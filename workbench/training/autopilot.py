"""The autopilot: a number of seconds is turned into a fixed plan of fits, which is then followed without a clock.

The first round scores the portfolio's candidates on one fold and measures this machine on this table. From that the
rest of the plan is made once, stored in the spec, and followed; the same plan gives the same scores anywhere.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.errors import WorkbenchError
from workbench.modeling import metrics, models, portfolio
from workbench.modeling.averages import is_bagged
from workbench.results.wording import number
from workbench.specs import CandidateSpec, ExperimentSpec, RoundSpec
from workbench.training.ensemble import ENSEMBLE
from workbench.training.evaluation import BASELINE, Evaluation, mean_and_std
from workbench.training.pace import SHORTEST_SECONDS
from workbench.training.selection import race_score

LOG = logging.getLogger(__name__)

SECONDS = {"quick": 15.0, "balanced": 60.0}  # a thorough search takes what the person says
# Shares of the budget. What is planned takes a tenth less than there is: two fits side by side are not evenly done.
FIRST_ROUND_SHARE = 0.3
SURVIVORS_SHARE = 0.6  # of what is left after the first round; the rest is for variations of the best kinds
LONGEST_SHARE = 0.35  # of all seconds that one candidate may take on all folds, with every core at its disposal
SAFETY = 0.9
DEARER = 1.15  # times the mean cost of variations, which the best of them are supposed to take
CHEAP_SECONDS = 0.6  # predicted; candidates up to here are scored first and show how fast this machine is
SLOWEST, FASTEST = 20.0, 0.05  # limits of the correction
END_SHARE = 0.35  # of the budget, at most, for what comes after the last fit of the plan
ENSEMBLE_SECONDS = 4.0
REFITS_SHARE = 0.15  # of the budget, for members that are fitted once more on all rows
FEWEST_MEMBERS = 3
COLUMN_SECONDS = 0.1  # per column, to see what the outcome relies on: two shuffles of 1,000 rows, many models each
FEW_COLUMNS = 20  # beyond, one shuffle of 500 rows has to do
IMPORTANCE_SHARE = 0.15  # of the budget, beyond which it is left to be measured on a click
TRIAL_KINDS = 4
FEWEST_KEPT = 2
TRIALS_SHARE = 0.4  # of the time for variations, in which they are compared; the rest tests the best on all folds
TRIALS_PER_SETTING = 6  # that can be varied; for a search of a minute
TRIAL_ROWS = 400  # tested rows on which variations are compared before one of a few goes on
CLEARLY_WORSE = 0.5  # of what the best candidate brings beyond the baseline


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


def pursue_autopilot(race, *, n_cores: int, began: float) -> None:
    """Do what is left of an autopilot's run.

    Parameters
    ----------
    race : course.Race
    n_cores : int
        Fits side by side.
    began : float
        When the budget began to run, as ``time.monotonic`` says it; of no account once there is a plan.
    """
    if not race.spec.autopilot.rounds:
        race.session.warm_up()
        first_round(race, n_cores)
        found = measured(race.evaluation)
        budget = race.spec.autopilot.seconds
        left = budget - (time.monotonic() - began) - min(end_seconds(found, race.spec, n_cores), budget * END_SHARE)
        plan = make_plan(found, race.spec, left, n_cores)
        LOG.info("%.1f s of %.0f s are left for fits; the plan is %s", left, budget, plan)
        largest = largest_ensemble(found, race.spec, n_cores)
        planned = race.spec.but(autopilot=race.spec.autopilot.but(rounds=plan, largest_ensemble=largest))
        race.amend(planned, n_to_come(planned))
    follow(race)


def purpose_of(seconds: float) -> str:
    """Return the name of what an autopilot with so many seconds is for."""
    return next((purpose for purpose, limit in SECONDS.items() if seconds <= limit), "thorough")


def replayed(spec: ExperimentSpec) -> ExperimentSpec:
    """Return the question of a run whose plan is followed once more: what the plan adds is not in it yet."""
    planned = {one.key for plan in spec.autopilot.rounds for one in plan.candidates}
    chance = tuple(one for one in spec.candidates if one.kind == BASELINE)
    return spec.but(candidates=chance or tuple(one for one in spec.candidates if one.key in planned)[:1])


def cut_short(evaluation: Evaluation) -> tuple[ExperimentSpec, dict[str, str]] | None:
    """Return the question of a run that is to end with what it has, and why others leave it; None where nothing has a
    score yet.

    Candidates that are tested on all folds stay; where there is none, the one that is furthest, best first.
    """
    spec, n_folds = evaluation.spec, evaluation.spec.split.rounds
    racing = [one for one in evaluation.candidates() if one.kind not in (BASELINE, ENSEMBLE) and not one.error]
    racing = [one for one in racing if one.folds and not one.dropped]
    if not racing:
        return None
    complete = {one.key for one in racing if one.complete} or {max(racing, key=lambda one: len(one.folds)).key}
    staying = tuple(one for one in spec.candidates if one.key in complete or one.kind == BASELINE)
    leaving = {
        one.key: f"The search was ended when it was tested on {len(one.folds)} of {n_folds} folds."
        for one in evaluation.candidates()
        if one.kind not in (BASELINE, ENSEMBLE) and one.key not in complete and not (one.error or one.dropped)
    }
    plan = (RoundSpec(folds=tuple(range(n_folds)), candidates=staying),)
    return spec.but(autopilot=spec.autopilot.but(rounds=plan)), leaving


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
    best = sorted(found.candidates, key=lambda one: _or_last(found.losses[one.key]))
    return [found.seconds[one.key] for one in best if one.kind != BASELINE][:5]


def importance_extent(spec: ExperimentSpec) -> dict[str, int] | None:
    """Return how thoroughly it is measured what the outcome relies on, as arguments of ``permutation_importance``;
    None where the columns are too many for that."""
    if _importance_seconds(spec) == 0.0:
        return None
    few = len(spec.columns) <= FEW_COLUMNS
    return {"folds": 1, "repeats": 2 if few else 1, "max_rows": 1_000 if few else 500}


def _importance_seconds(spec: ExperimentSpec) -> float:
    n_columns = len(spec.columns)
    seconds = COLUMN_SECONDS * (n_columns if n_columns <= FEW_COLUMNS else n_columns / 3)
    return seconds if seconds <= IMPORTANCE_SHARE * spec.autopilot.seconds else 0.0


def effort(candidate: CandidateSpec) -> float:
    """Return about how many times as long a fit takes as with the defaults of its kind.

    Trees count one by one; deeper trees cost more, but less than in proportion, since most rows are in few leaves.

    >>> effort(CandidateSpec(kind="hist_gradient_boosting", hyperparameters={"max_iter": 300}))
    3.0
    """
    defaults = models.model(candidate.kind).defaults()
    values = {**defaults, **candidate.hyperparameters}
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


def first_round(race, n_cores: int) -> None:
    """Score the portfolio's candidates on the first fold, as many as are affordable: the cheap ones first, which show
    how fast this machine is, then the others."""
    wanted, spec = _starters(race), race.spec
    baseline = [one for one in spec.candidates if one.kind == BASELINE]
    guesses = {one.key: predicted(spec, one, race.session.n_rows) for one in wanted}
    budget = spec.autopilot.seconds * n_cores
    cheap = [one for one in wanted if guesses[one.key] <= CHEAP_SECONDS] or wanted[:1]
    cheap = _affordable(spec, cheap, guesses, budget)
    _score_first(race, [*baseline, *cheap])
    correction = _correction(guesses, measured(race.evaluation).seconds)
    guesses = {key: seconds * correction for key, seconds in guesses.items()}
    _score_first(race, _affordable(spec, wanted, guesses, budget))


def measured(evaluation: Evaluation) -> Measured:
    """Return what the first fold has shown so far."""
    sign = _sign(evaluation.spec)
    first = {score.candidate: score for score in evaluation.fold_scores if score.fold == 0}
    tried = tuple(one for one in evaluation.spec.candidates if one.key in first and one.key not in evaluation.failures)
    return Measured(
        tried,
        {one.key: first[one.key].fit_seconds + first[one.key].score_seconds for one in tried},
        {one.key: sign * race_score(evaluation.spec, first[one.key]) for one in tried},
        max((len(score.rows) for score in first.values()), default=0),
    )


def make_plan(found: Measured, spec: ExperimentSpec, seconds: float, n_cores: int) -> tuple[RoundSpec, ...]:
    """Return the rounds of a run from what the first one showed; called once, and stored.

    Parameters
    ----------
    found : Measured
    spec : ExperimentSpec
    seconds : float
        Wall seconds that are left for fits.
    n_cores : int
        Fits side by side.

    Returns
    -------
    tuple of RoundSpec
        The first round as it was; the best of it on the other folds, as many as are affordable; variations of the
        best kinds on the first fold; the best of those on the other folds.
    """
    rounds, room = spec.split.rounds, max(seconds, 0.0) * n_cores * SAFETY
    everywhere = tuple(range(rounds))
    order = sorted(
        (one for one in found.candidates if one.kind != BASELINE), key=lambda one: _or_last(found.losses[one.key])
    )
    by_chance = sum(found.seconds[one.key] for one in found.candidates if one.kind == BASELINE)
    n_kept, spent = 0, (rounds - 1) * by_chance
    for one in order:
        cost = (rounds - 1) * found.seconds[one.key]
        too_much = spent + cost > room * SURVIVORS_SHARE
        if n_kept >= FEWEST_KEPT and (too_much or _is_clearly_worse(found, one, order[0])):
            break
        n_kept, spent = n_kept + 1, spent + cost
    keep = n_kept if n_kept < len(order) else 0
    plan = [RoundSpec(folds=(0,), candidates=found.candidates, keep=keep), RoundSpec(folds=everywhere)]
    few = _folds_of_trials(found.n_tested, spec)
    trials, keep = _trials(order, found.seconds, room - spent, few, spec)
    if trials:
        plan += [RoundSpec(folds=tuple(range(few)), trials=trials, kinds=len(trials), keep=keep)]
        plan += [RoundSpec(folds=everywhere)]
    return tuple(plan)


def _is_clearly_worse(found: Measured, one: CandidateSpec, best: CandidateSpec) -> bool:
    """Whether a candidate has less than half of what the best brings beyond looking at no column."""
    chance = [found.losses[other.key] for other in found.candidates if other.kind == BASELINE]
    if not chance or not np.isfinite(chance[0]) or not found.losses[best.key] < chance[0]:
        return False
    gained = (chance[0] - found.losses[one.key]) / (chance[0] - found.losses[best.key])
    return not gained >= CLEARLY_WORSE


def _folds_of_trials(n_tested: int, spec: ExperimentSpec) -> int:
    """Return on how many folds variations are compared: their rows must tell them apart."""
    return int(np.clip(np.ceil(TRIAL_ROWS / max(n_tested, 1)), 1, spec.split.folds))


def n_to_come(spec: ExperimentSpec) -> int:
    """Return how many candidates a plan will add to those of the spec."""
    known = {one.key for one in spec.candidates}
    named = {one.key for plan in spec.autopilot.rounds for one in plan.candidates}
    trials = sum(sum(sorted(plan.trials.values())[-plan.kinds :]) for plan in spec.autopilot.rounds if plan.kinds)
    return len(named - known) + trials


def follow(race) -> None:
    """Do what is left of the plan. Who goes on is computed from the scores again each time, so a run that is taken up
    decides as it did."""
    asked: dict[str, set[int]] = {}  # folds by candidate in the race
    to_come = n_to_come(race.spec)
    for plan in race.spec.autopilot.rounds:
        new = [*plan.candidates, *_variations(race, plan, asked)]
        to_come = max(to_come - len(new), 0)
        race.add(new, to_come)
        asked |= {one.key: set() for one in new if one.key not in asked}
        for folds in asked.values():
            folds.update(plan.folds)
        race.score(_baseline_first(race.spec, list(asked)), plan.folds)
        gone = race.evaluation.failures if not plan.keep else {*race.evaluation.failures, *_dropped(race, plan, asked)}
        asked = {key: folds for key, folds in asked.items() if key not in gone}


def _dropped(race, plan: RoundSpec, asked: Mapping[str, set[int]]) -> set[str]:
    """Let those leave the race, with a sentence, that lack folds and are not among the best ``plan.keep`` of them."""
    spec, evaluation = race.spec, race.evaluation
    lacking = [
        key
        for key, folds in asked.items()
        if len(folds) < spec.split.rounds and spec.candidate(key).kind != BASELINE and key not in evaluation.failures
    ]
    if not lacking:
        return set()
    # Compared on the folds that all of them have, so that an easy fold decides for nobody.
    shared = sorted(set.intersection(*(asked[key] for key in lacking)))
    losses = {key: _or_last(_loss(evaluation, key, shared)) for key in asked}
    best = min(losses.values())
    order = sorted(lacking, key=lambda key: (key in evaluation.dropped, losses[key]))
    for key in order[plan.keep :]:
        race.drop(key, _left_words(spec, losses[key], best, len(shared)))
    return set(order[plan.keep :])


def _left_words(spec: ExperimentSpec, loss: float, best: float, n_folds: int) -> str:
    label, sign = metrics.metric(spec.metric).label, _sign(spec)
    after = f"Dropped after {n_folds} of {spec.split.rounds} folds"
    if not np.isfinite(loss):
        return f"{after}: {label} has no value there."
    return f"{after}: {label} {number(sign * loss)}, the best has {number(sign * best)}."


def _variations(race, plan: RoundSpec, asked: Mapping[str, set[int]]) -> list[CandidateSpec]:
    """Return the variations that a round asks for: of the kinds whose best candidate is best so far."""
    if not plan.trials:
        return []
    shared = sorted(set.intersection(*asked.values()))
    best: dict[str, float] = {}
    for key in asked:
        kind = race.spec.candidate(key).kind
        if kind in plan.trials:
            best[kind] = min(best.get(kind, np.inf), _or_last(_loss(race.evaluation, key, shared)))
    kinds = sorted(best, key=best.__getitem__)[: plan.kinds]
    return [one for kind in kinds for one in variations(kind, plan.trials[kind], race.spec.seed)]


def variations(kind: str, n_wanted: int, seed: int) -> list[CandidateSpec]:
    """Return the first so many variations of a kind, each once; fewer where the kind has nothing to vary."""
    found: dict[str, CandidateSpec] = {}
    for at in range(n_wanted):
        try:
            one = portfolio.variation(kind, at, seed)
        except WorkbenchError:
            break
        found.setdefault(one.key, one)
    return list(found.values())


def _trials(order, seconds, room: float, few: int, spec: ExperimentSpec) -> tuple[dict[str, int], int]:
    """Return how many variations of the best kinds are affordable, and how many of all of them on every fold."""
    kinds: dict[str, CandidateSpec] = {}
    for one in order:
        if len(kinds) < TRIAL_KINDS and variations(one.kind, 1, spec.seed):
            kinds.setdefault(one.kind, one)
    more = spec.split.rounds - few
    trials, costs = {}, []
    for kind, known in kinds.items():
        per_effort = seconds[known.key] / effort(known)
        spent, n_trials = 0.0, 0
        for one in variations(kind, _most_trials(kind, spec), spec.seed):
            cost = per_effort * effort(one)
            spent += few * cost
            if spent > room * (TRIALS_SHARE if more else 1.0) / len(kinds):
                break
            n_trials += 1
            costs.append(cost)
        if n_trials:
            trials[kind] = n_trials
    if not costs or not more:
        return trials, 0
    # Which will be the best is not known; that they cost more than the usual one leaves time rather than lacks it.
    each = DEARER * float(np.mean(costs))
    most = int((room - few * sum(costs)) // (more * each))
    return trials, int(np.clip(most, 1, max(len(costs) // 2, 1)))


def _most_trials(kind: str, spec: ExperimentSpec) -> int:
    """A kind with little to vary needs few variations, and a longer search has more of each."""
    return int(
        TRIALS_PER_SETTING * len(portfolio.bounds(kind)) * max(1.0, spec.autopilot.seconds / SECONDS["balanced"])
    )


def _starters(race) -> list[CandidateSpec]:
    """Return the candidates to begin with: those the person chose, and the portfolio's of the same kinds; or all of the
    portfolio's. Which kinds these are is settled once, before anything is added to the question."""
    spec = race.spec
    chosen = [one for one in spec.candidates if one.kind != BASELINE]
    size = (spec.task, race.session.n_rows, len(spec.columns), len(spec.classes))
    kinds = spec.autopilot.kinds or tuple(dict.fromkeys(one.kind for one in chosen or portfolio.starters(*size)))
    race.amend(spec.but(autopilot=spec.autopilot.but(kinds=kinds)))
    return list({one.key: one for one in (*chosen, *portfolio.starters(*size, kinds))}.values())


def _affordable(spec: ExperimentSpec, wanted, guesses, budget: float) -> list[CandidateSpec]:
    kept, spent = [], 0.0
    for one in wanted:
        cost = guesses[one.key]
        if kept and (spent + cost > budget * FIRST_ROUND_SHARE or cost * spec.split.rounds > budget * LONGEST_SHARE):
            LOG.info("%s is not tried: about %.1f s on one fold", one.key, cost)
            continue
        kept.append(one)
        spent += cost
    return kept


def _score_first(race, candidates: Sequence[CandidateSpec]) -> None:
    race.add(candidates, n_to_come=0)
    race.score(_baseline_first(race.spec, [one.key for one in candidates]), (0,))


def _correction(guesses: Mapping[str, float], seconds: Mapping[str, float]) -> float:
    ratios = [seconds[key] / guesses[key] for key in seconds if key in guesses]
    return float(np.clip(np.median(ratios), FASTEST, SLOWEST)) if ratios else 1.0


def _baseline_first(spec: ExperimentSpec, keys: Sequence[str]) -> list[str]:
    return sorted(keys, key=lambda key: spec.candidate(key).kind != BASELINE)


def _loss(evaluation: Evaluation, key: str, folds: Sequence[int]) -> float:
    """Mean of the main metric over some folds, without absurd numbers, turned so that smaller is better."""
    spec = evaluation.spec
    values = [race_score(spec, one) for one in evaluation.fold_scores if one.candidate == key and one.fold in folds]
    return _sign(evaluation.spec) * mean_and_std(values)[0]


def _or_last(loss: float) -> float:
    return loss if np.isfinite(loss) else np.inf


def _sign(spec: ExperimentSpec) -> float:
    return -1.0 if metrics.metric(spec.metric).greater_is_better else 1.0
