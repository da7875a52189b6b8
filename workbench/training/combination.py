"""The end of an autopilot's run: candidates are averaged and calibrated where that helps beyond chance.

Everything here follows from the fold scores, so a run that is taken up forms the same ensembles again; what is stored
of them already is not stored twice.
"""

from dataclasses import dataclass, replace

import numpy as np

from workbench.errors import NotPossible
from workbench.modeling import metrics
from workbench.modeling.averages import CALIBRATION, TEMPERATURE
from workbench.results.wording import number
from workbench.specs import CandidateSpec
from workbench.training import calibration, ensemble, selection
from workbench.training.ensemble import Blend, Library
from workbench.training.evaluation import Evaluation, FoldScore
from workbench.training.losses import class_codes

SMALL = 3  # members of the ensemble that is quick to serve
PLAIN = "as it is"
FEWEST_CALIBRATED = 50  # tested rows; of fewer, all ranked right by luck, a calibration would learn to be certain


def combine(race) -> None:
    """Form the ensembles of a run, and let those leave the race that are not better than the best single candidate by
    more than chance; calibrate what is best then, where that lowers the log loss of rows it was not learnt from and
    takes nothing from a metric of labels."""
    found = ensemble.library(race.evaluation)
    if found is None:
        return
    best, settings = ensemble.alone(race.spec, found, found.keys[0]), {}
    if len(found.keys) > 1:
        full, small = ensemble.blends(race.spec, found, [race.spec.autopilot.largest_ensemble, SMALL])
        tried = [(full, {}), (small, {"members": SMALL})][: 2 if len(full.weights) > SMALL else 1]
        better = [(blend, how) for blend, how in tried if _is_better(race, found, blend, how)]
        best, settings = better[0] if better else (best, settings)
    # Where rare answers were asked to count more, probabilities that are too high for them are what was asked for.
    if race.spec.task != "regression" and not race.spec.class_weight:
        _calibrate(race, found, best, settings)


def _is_better(race, found: Library, blend: Blend, settings: dict) -> bool:
    """Enter a blend as a candidate; it stays where it is better, beyond chance, than a single candidate that is chosen
    as it was: without the rows that are tested."""
    if len(blend.weights) < 2:
        return False
    gain, error = selection.gain_of(race.spec, found, blend.values)
    key = _enter(race, blend, blend.values, settings)
    if gain > error:
        return True
    label = metrics.metric(race.spec.metric).label
    race.drop(
        key,
        f"Averaging {len(blend.weights)} candidates is not better than the best of them beyond chance: {label} gains "
        f"{number(gain)}, give or take {number(error)}.",
    )
    return False


def _calibrate(race, found: Library, blend: Blend, settings: dict) -> None:
    if len(np.unique(found.rows)) < FEWEST_CALIBRATED:
        return
    codes = class_codes(race.spec, found.actual)
    after = calibration.nested(found, blend, codes)
    gain, error = calibration.gain(race.spec, blend, after, codes)
    if not calibration.helps(gain, error) or _costs_labels(race, found, blend, after):
        return
    learnt = calibration.calibration(blend.values, codes)
    names = TEMPERATURE if len(learnt) == 1 else CALIBRATION
    _enter(race, blend, after, {**settings, **dict(zip(names, learnt, strict=True))}, first=True)
    if len(blend.weights) > 1:
        before = calibration.log_loss(blend.values, codes)
        plain = ensemble.ensemble_of(race.evaluation, blend.weights, **settings).key
        race.drop(
            plain,
            f"Its calibrated form takes its place: log loss falls from {number(before)} to {number(before - gain)} on "
            "rows that the calibration was not learnt from.",
        )


def _costs_labels(race, found: Library, blend: Blend, after) -> bool:
    """Whether a metric that looks at labels is worse with calibrated probabilities: true ones seldom pass a half where
    a class is rare."""
    if metrics.metric(race.spec.metric).needs != "label":
        return False
    plain = replace(found, keys=(*found.keys, PLAIN), values=np.concatenate([found.values, blend.values[np.newaxis]]))
    return ensemble.better_by(race.spec, plain, after, PLAIN)[0] < 0


def _enter(race, blend: Blend, values, settings: dict, *, first: bool = False) -> str:
    """Add a blend to the run as a candidate with its fold scores; return its key."""
    candidate = ensemble.ensemble_of(race.evaluation, blend.weights, **settings)
    race.add([candidate], first=first)
    done = {score.fold for score in race.evaluation.fold_scores if score.candidate == candidate.key}
    for score in ensemble.fold_scores(race.evaluation, candidate, values):
        if score.fold not in done:
            race.keep(score)
    return candidate.key


@dataclass(frozen=True, eq=False)
class CalibratedVariant:
    """A candidate with a correction of its probabilities, learnt from rows it was not fitted on.

    Attributes
    ----------
    candidate : CandidateSpec
    fold_scores : tuple of FoldScore
        Its predictions of each tested part, by a correction learnt from the other parts.
    before, after : float
        Log loss of the tested rows as they come, and corrected; lower is better.
    error : float
        Standard error of the difference.
    """

    candidate: CandidateSpec
    fold_scores: tuple[FoldScore, ...]
    before: float
    after: float
    error: float

    @property
    def helps(self) -> bool:
        """Whether the correction makes probabilities better by more than chance."""
        return calibration.helps(self.before - self.after, self.error)


def calibrated_variant(evaluation: Evaluation, key: str) -> CalibratedVariant:
    """Learn a correction of a candidate's probabilities from its out-of-fold predictions; nothing is fitted again.

    Raises
    ------
    NotPossible
        There is no probability to correct, too little was tested, or probabilities were wished to be off.
    """
    spec = evaluation.spec
    if spec.task == "regression":
        raise NotPossible("Amounts have no probabilities that could be calibrated.")
    if spec.class_weight:
        raise NotPossible(
            "Rare answers were asked to count more in this run, so its probabilities are too high for them on purpose.",
            "Train without that wish, and set a threshold on the tab “Decide”.",
        )
    found = ensemble.library(evaluation, keys=[key])
    if found is None:
        raise NotPossible(
            "Only a single estimator that was scored on every part of the rows can be calibrated afterwards; averages "
            "and the baseline cannot."
        )
    if len(np.unique(found.rows)) < FEWEST_CALIBRATED:
        raise NotPossible(f"A correction is learnt from {FEWEST_CALIBRATED} tested rows or more; there are fewer.")
    codes = class_codes(spec, found.actual)
    blend = ensemble.alone(spec, found, key)
    after = calibration.nested(found, blend, codes)
    gain, error = calibration.gain(spec, blend, after, codes)
    learnt = calibration.calibration(blend.values, codes)
    names = TEMPERATURE if len(learnt) == 1 else CALIBRATION
    candidate = ensemble.ensemble_of(evaluation, blend.weights, **dict(zip(names, learnt, strict=True)))
    before = float(np.mean([calibration.losses(blend.values, codes)[part].mean() for part, _ in blend.by_part]))
    scores = tuple(ensemble.fold_scores(evaluation, candidate, after))
    return CalibratedVariant(candidate, scores, before, before - gain, error)
