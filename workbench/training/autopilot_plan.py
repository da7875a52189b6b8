"""The plan of an autopilot: what is affordable after the first round, decided once and stored."""

import numpy as np

from workbench.errors import WorkbenchError
from workbench.modeling import portfolio
from workbench.specs import CandidateSpec, ExperimentSpec, RoundSpec
from workbench.training.autopilot_costs import Measured, effort, or_last
from workbench.training.evaluation import BASELINE

SECONDS = {"quick": 15.0, "balanced": 60.0}  # a thorough search takes what the person says

SURVIVORS_SHARE = 0.6  # of what is left after the first round; the rest is for variations of the best kinds
SAFETY = 0.9
DEARER = 1.15  # times the mean cost of variations, which the best of them are supposed to take
TRIAL_KINDS = 4
FEWEST_KEPT = 2  # go on even if nothing is left for variations then
LEAST_SHARE = 0.1  # of the budget for those who go on, also where the first round took longer than planned
TRIALS_SHARE = 0.4  # of the time for variations, in which they are compared; the rest tests the best on all folds
TRIALS_PER_SETTING = 6  # that can be varied; for a search of a minute
TRIAL_ROWS = 400  # tested rows on which variations are compared before one of a few goes on
CLEARLY_WORSE = 0.5  # of what the best candidate brings beyond the baseline


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
    rounds = spec.split.rounds
    room = max(seconds, 0.0) * n_cores * SAFETY
    least = max(room, LEAST_SHARE * spec.autopilot.seconds * n_cores)
    everywhere = tuple(range(rounds))
    order = sorted(
        (one for one in found.candidates if one.kind != BASELINE), key=lambda one: or_last(found.losses[one.key])
    )
    by_chance = sum(found.seconds[one.key] for one in found.candidates if one.kind == BASELINE)
    n_kept, too_dear, spent = 0, [], (rounds - 1) * by_chance
    for one in order:
        cost = (rounds - 1) * found.seconds[one.key]
        if n_kept >= FEWEST_KEPT:
            if spent + cost > room * SURVIVORS_SHARE or _is_clearly_worse(found, one, order[0]):
                break
        elif spent + cost > least:
            too_dear.append(one.key)
            continue
        n_kept, spent = n_kept + 1, spent + cost
    if not n_kept and order:  # not even the cheapest is affordable; an answer is worth more than the time
        cheapest = min(order, key=lambda one: found.seconds[one.key])
        n_kept, too_dear = 1, [one.key for one in order if one is not cheapest]
        spent = least
    keep = n_kept if n_kept < len(order) else 0
    first = RoundSpec(folds=(0,), candidates=found.candidates, keep=keep, too_dear=tuple(too_dear))
    plan = [first, RoundSpec(folds=everywhere)]
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
