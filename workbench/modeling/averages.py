"""From an ensemble's members to one unfitted estimator that averages them."""

import joblib
from sklearn.model_selection import KFold, StratifiedKFold

from workbench.modeling.splits import SEEDS
from workbench.runtime.ensembles import WeightedClassifier, WeightedRegressor
from workbench.specs import CandidateSpec, ExperimentSpec

MOST_MODELS = 60  # of a bag; beyond, the models of the first drawing of the folds suffice
CALIBRATION = ("a", "b", "c")  # settings of an ensemble with which its probabilities are calibrated
TEMPERATURE = ("temperature",)


def is_bagged(spec: ExperimentSpec) -> bool:
    """Whether the models of the folds make up an ensemble's members: where the folds were drawn by chance, each has
    learnt from most of the rows. Elsewhere (later rows, whole groups, one part held out) members are fitted on all."""
    return spec.split.kind == "random" and spec.split.folds > 1


def bag_rounds(spec: ExperimentSpec, candidate: CandidateSpec) -> int:
    """Return from how many rounds of the split the models of a bag are, the first ones; 0 where members are fitted on
    all rows, as a single one is, which has nothing but its calibration to gain."""
    if not is_bagged(spec) or len(candidate.members) == 1:
        return 0
    per_drawing = spec.split.folds * len(candidate.members)
    return spec.split.folds * max(1, min(spec.split.repeats, MOST_MODELS // per_drawing))


def members_of(candidate: CandidateSpec) -> list[CandidateSpec]:
    """Return the members of an ensemble as candidates of their own."""
    return [CandidateSpec(kind=one.kind, hyperparameters=one.hyperparameters) for one in candidate.members]


def groups_of(candidate: CandidateSpec, build) -> list[list[int]]:
    """Return the members, by their place, that share what prepares their columns.

    ``build(CandidateSpec) -> Pipeline`` makes a member: first what gives rows their types, last the estimator.
    """
    groups: dict[str, list[int]] = {}
    for place, member in enumerate(members_of(candidate)):
        groups.setdefault(joblib.hash(build(member)[1:-1]), []).append(place)
    return list(groups.values())


def weighted_average(spec: ExperimentSpec, candidate: CandidateSpec, build):
    """Return the unfitted estimator of an ensemble; ``build`` as in :func:`groups_of`."""
    pipelines = [build(member) for member in members_of(candidate)]
    weights = [member.weight for member in candidate.members]
    groups = [
        (pipelines[places[0]][1:-1], [(pipelines[place].steps[-1][1], weights[place]) for place in places])
        for places in groups_of(candidate, build)
    ]
    kind = WeightedRegressor if spec.task == "regression" else WeightedClassifier
    return kind(groups, _folds(spec, candidate), calibration_of(candidate))


def calibration_of(candidate: CandidateSpec) -> tuple[float, ...]:
    """Return how an ensemble's probabilities are calibrated, for ``runtime.ensembles.calibrated``."""
    settings = candidate.hyperparameters
    for names in (CALIBRATION, TEMPERATURE):
        if all(name in settings for name in names):
            return tuple(float(settings[name]) for name in names)
    return ()


def _folds(spec: ExperimentSpec, candidate: CandidateSpec) -> tuple:
    """The splitters that ``modeling.splits`` divides the rows with, where the members are those of the folds."""
    splitter = KFold if spec.task == "regression" else StratifiedKFold
    drawings = bag_rounds(spec, candidate) // spec.split.folds
    return tuple(
        splitter(spec.split.folds, shuffle=True, random_state=(spec.seed + number) % SEEDS)
        for number in range(drawings)
    )
