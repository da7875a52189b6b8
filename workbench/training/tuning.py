"""Searching for good settings: which are tried, one after the other, and how the next ones follow from the scores.

Every trial is an ordinary candidate, scored on every fold like the others. What is tried depends on the search, the
seed and earlier scores only, so a search that is taken up again goes on where it was.
"""

import itertools
import zlib
from collections.abc import Sequence

import numpy as np

from workbench.modeling import metrics
from workbench.modeling.searches import between, grid_values, n_combinations, n_trials, parameter_of, settled
from workbench.specs import CandidateSpec, ExperimentSpec, SearchRange, TuningSpec
from workbench.training.model_search import ModelSearch

BATCH = 4  # trials that are asked for together, whatever the number of cores: they are scored side by side
STARTING_TRIALS = 8  # before a model of the scores is asked; fewer tell it nothing
DRAWS_PER_TRIAL = 20  # at most, where a draw repeats an earlier one


def trials(tuning: TuningSpec, seed: int) -> tuple[CandidateSpec, ...]:
    """Return what a search without a model tries, in order, each setting once.

    Parameters
    ----------
    tuning : TuningSpec
        ``method`` is ``grid`` (every combination) or ``random``; with fewer combinations than trials each is tried.
    seed : int

    Examples
    --------
    >>> leaf = SearchRange(name="min_samples_leaf", values=(5, 50))
    >>> [one.hyperparameters for one in trials(TuningSpec(kind="decision_tree", ranges=(leaf,), method="grid"), 0)]
    [{'min_samples_leaf': 5}, {'min_samples_leaf': 50}]
    """
    listed = all(entry.values for entry in tuning.ranges)
    if tuning.method == "grid" or (listed and n_combinations(tuning) <= tuning.trials):
        names = [entry.name for entry in tuning.ranges]
        values = [grid_values(tuning.kind, entry) for entry in tuning.ranges]
        combinations = itertools.product(*values)
        return tuple(_candidate(tuning, zip(names, combination, strict=True)) for combination in combinations)
    random = np.random.default_rng([seed, zlib.crc32(tuning.kind.encode())])
    found: dict[str, CandidateSpec] = {}
    for _ in range(DRAWS_PER_TRIAL * tuning.trials):
        drawn = _candidate(tuning, [(entry.name, _drawn(tuning.kind, entry, random)) for entry in tuning.ranges])
        found.setdefault(drawn.key, drawn)
        if len(found) == tuning.trials:
            break
    return tuple(found.values())


def pursue_tunings(race) -> None:
    """Do what is left of the searches of a run.

    Parameters
    ----------
    race : course.Race
        Adds candidates to the run and scores them.
    """
    for place, tuning in enumerate(race.spec.tunings):
        to_come = n_to_come(race.spec, race.spec.tunings[place + 1 :])
        if tuning.method != "model":
            _pursue(race, trials(tuning, race.spec.seed), to_come)
            continue
        search = ModelSearch(tuning, race.spec.seed)
        left = tuning.trials
        batch = search.start(min(STARTING_TRIALS, left))
        while batch:
            left -= len(batch)
            _pursue(race, batch, to_come + left)
            search.tell({candidate.key: loss_of(race.evaluation, candidate.key) for candidate in batch})
            batch = search.ask(min(BATCH, left)) if left else ()


def n_to_come(spec: ExperimentSpec, tunings: Sequence[TuningSpec]) -> int:
    """Return how many candidates searches will add to those of a question, which may be under way already.

    Parameters
    ----------
    spec : ExperimentSpec
    tunings : sequence of TuningSpec
        The searches that are counted.
    """
    known, count = {candidate.key for candidate in spec.candidates}, 0
    for tuning in tunings:
        if tuning.method != "model":
            count += len({one.key for one in trials(tuning, spec.seed)} - known)
            continue
        names = {entry.name for entry in tuning.ranges}
        tried = [one for one in spec.candidates if one.kind == tuning.kind and set(one.hyperparameters) == names]
        count += max(n_trials(tuning) - len(tried), 0)
    return count


def loss_of(evaluation, key: str) -> float | None:
    """Return the mean of the main metric, turned so that smaller is better; None where the candidate has none."""
    score = evaluation.candidate(key)
    if not score.complete:
        return None
    return -score.mean if metrics.metric(evaluation.spec.metric).greater_is_better else score.mean


def _pursue(race, candidates, n_to_come: int) -> None:
    race.add(candidates, n_to_come)
    race.score([candidate.key for candidate in candidates], range(race.session.rounds))


def _candidate(tuning: TuningSpec, settings) -> CandidateSpec:
    return CandidateSpec(kind=tuning.kind, hyperparameters=dict(settings))


def _drawn(kind: str, entry: SearchRange, random: np.random.Generator):
    if entry.values:
        return entry.values[int(random.integers(len(entry.values)))]
    if parameter_of(kind, entry.name).type == "integer" and not entry.log:
        return int(random.integers(int(entry.low), int(entry.high) + 1))
    return settled(kind, entry.name, between(entry, float(random.random())), entry)
