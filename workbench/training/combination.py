"""The end of an autopilot's run: candidates are averaged and calibrated where that helps beyond chance."""

from workbench.modeling import metrics
from workbench.results.wording import number
from workbench.training import ensemble
from workbench.training.ensemble import ENSEMBLE

SMALL = 3  # members of the ensemble that is quick to serve


def combine(race) -> None:
    """Form the ensembles of a run, and let those leave the race that are not better than the best single candidate by
    more than chance. What an earlier process stored is not formed again."""
    formed = [one for one in race.spec.candidates if one.kind == ENSEMBLE]
    found = ensemble.library(race.evaluation)
    if found is None or len(found.keys) < 2:
        return
    del formed
    largest = race.spec.autopilot.largest_ensemble
    blend = ensemble.blend(race.spec, found, largest)
    _enter(race, found, blend, {})
    if len(blend.weights) > SMALL:
        _enter(race, found, ensemble.blend(race.spec, found, SMALL), {"members": SMALL})


def _enter(race, found, blend, settings) -> None:
    """Add an ensemble to the run with its fold scores."""
    if len(blend.weights) < 2:
        return
    candidate = ensemble.ensemble_of(race.evaluation, blend.weights, **settings)
    race.add([candidate])
    done = {score.fold for score in race.evaluation.fold_scores if score.candidate == candidate.key}
    for score in ensemble.fold_scores(race.evaluation, candidate, blend.values):
        if score.fold not in done:
            race.keep(score)
    gain, error = ensemble.better_by(race.spec, found, blend.values, found.keys[0])
    if not gain > error:
        race.drop(candidate.key, _not_better(race.spec, found, gain, error))


def _not_better(spec, found, gain: float, error: float) -> str:
    label = metrics.metric(spec.metric).label
    return (
        f"Averaging {len(found.keys)} candidates is not better than the best of them beyond chance: {label} gains "
        f"{number(gain)}, give or take {number(error)}."
    )
