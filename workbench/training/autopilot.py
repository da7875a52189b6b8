"""The autopilot: a number of seconds is turned into a fixed plan of fits, which is then followed without a clock.

The first round scores the portfolio's candidates on one fold and measures this machine on this table. From that the
rest of the plan is made once (``autopilot_plan``), stored in the spec, and followed; the same plan gives the same
scores anywhere.
"""

import logging
import time
from collections.abc import Mapping, Sequence

import numpy as np

from workbench.modeling import metrics, portfolio
from workbench.results.wording import number
from workbench.specs import CandidateSpec, ExperimentSpec, RoundSpec
from workbench.training.autopilot_costs import (
    Measured,
    end_seconds,
    largest_ensemble,
    loss_sign,
    measured,
    or_last,
    predicted,
)
from workbench.training.autopilot_plan import SECONDS, make_plan, n_to_come, variations
from workbench.training.ensemble import ENSEMBLE
from workbench.training.evaluation import BASELINE, Evaluation, mean_and_std
from workbench.training.selection import race_score

LOG = logging.getLogger(__name__)

FIRST_ROUND_SHARE = 0.3
LONGEST_SHARE = 0.35  # of all seconds that one candidate may take on all folds, with every core at its disposal
CHEAP_SECONDS = 0.6  # predicted; candidates up to here are scored first and show how fast this machine is
SLOWEST, FASTEST = 20.0, 0.05  # limits of the correction
END_SHARE = 0.35  # of the budget, at most, for what comes after the last fit of the plan


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
    guesses = _corrected(wanted, guesses, measured(race.evaluation))
    LOG.info("guessed seconds of a fit, corrected: %s", guesses)
    _score_first(race, _affordable(spec, wanted, guesses, budget))


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


def _corrected(wanted: Sequence[CandidateSpec], guesses: Mapping[str, float], found: Measured) -> dict[str, float]:
    """Return the guesses as this machine has shown them to be: by what fits of the same kind took, or of all kinds
    where none of it was measured."""
    ratios: dict[str, list[float]] = {}
    for one in found.candidates:
        if one.key in guesses:
            ratios.setdefault(one.kind, []).append(found.seconds[one.key] / guesses[one.key])
    everyone = [ratio for of_kind in ratios.values() for ratio in of_kind] or [1.0]
    factors = {one.key: np.median(ratios.get(one.kind, everyone)) for one in wanted}
    return {key: guesses[key] * float(np.clip(factor, FASTEST, SLOWEST)) for key, factor in factors.items()}


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


def _variations(race, plan: RoundSpec, asked: Mapping[str, set[int]]) -> list[CandidateSpec]:
    """Return the variations that a round asks for: of the kinds whose best candidate is best so far."""
    if not plan.trials:
        return []
    shared = sorted(set.intersection(*asked.values()))
    best: dict[str, float] = {}
    for key in asked:
        kind = race.spec.candidate(key).kind
        if kind in plan.trials:
            best[kind] = min(best.get(kind, np.inf), or_last(_loss(race.evaluation, key, shared)))
    kinds = sorted(best, key=best.__getitem__)[: plan.kinds]
    return [one for kind in kinds for one in variations(kind, plan.trials[kind], race.spec.seed)]


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
    losses = {key: or_last(_loss(evaluation, key, shared)) for key in asked}
    best = min(losses.values())
    order = sorted(lacking, key=lambda key: (key in plan.too_dear, key in evaluation.dropped, losses[key]))
    for key in order[plan.keep :]:
        words = _dear_words(spec, losses[key], len(shared)) if key in plan.too_dear else ""
        race.drop(key, words or _left_words(spec, losses[key], best, len(shared)))
    return set(order[plan.keep :])


def _dear_words(spec: ExperimentSpec, loss: float, n_folds: int) -> str:
    metric = metrics.metric(spec.metric)
    return (
        f"{metric.label} {number(loss_sign(spec) * loss)} after {n_folds} of {spec.split.rounds} folds, but the other "
        "folds would have taken longer than there was time for. A longer search tests it to the end."
    )


def _left_words(spec: ExperimentSpec, loss: float, best: float, n_folds: int) -> str:
    label, sign = metrics.metric(spec.metric).label, loss_sign(spec)
    after = f"Dropped after {n_folds} of {spec.split.rounds} folds"
    if not np.isfinite(loss):
        return f"{after}: {label} has no value there."
    return f"{after}: {label} {number(sign * loss)}, the best has {number(sign * best)}."


def _baseline_first(spec: ExperimentSpec, keys: Sequence[str]) -> list[str]:
    return sorted(keys, key=lambda key: spec.candidate(key).kind != BASELINE)


def _loss(evaluation: Evaluation, key: str, folds: Sequence[int]) -> float:
    """Mean of the main metric over some folds, without absurd numbers, turned so that smaller is better; NaN for a
    deviance that its predictions leave undefined on any of them, as in ``Evaluation.candidate``."""
    spec = evaluation.spec
    values = [race_score(spec, one) for one in evaluation.fold_scores if one.candidate == key and one.fold in folds]
    if metrics.metric(spec.metric).target_range != "any" and not np.isfinite(values).all():
        return float("nan")
    return loss_sign(spec) * mean_and_std(values)[0]
