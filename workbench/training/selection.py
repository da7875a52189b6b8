"""The best single candidate as a rule, so that an average can be compared with it fairly.

The candidate with the best score of many owes some of it to luck, an average whose weights were chosen without the
tested rows does not (Cawley and Talbot, On Over-fitting in Model Selection and Subsequent Selection Bias, JMLR 11,
2010). So both are chosen without the rows they are compared on.
"""

from dataclasses import replace

import numpy as np

from workbench.modeling import metrics
from workbench.specs import ExperimentSpec
from workbench.training import ensemble
from workbench.training.ensemble import Library
from workbench.training.evaluation import FoldScore
from workbench.training.losses import loss_for, typical

RULE = "the best without it"


def chosen_alone(spec: ExperimentSpec, found: Library) -> np.ndarray:
    """Return, for every tested row, what the candidate predicts that is the best on the other tested parts."""
    values = np.empty_like(found.values[0])
    for part in ensemble.parts(spec, found):
        usable = found.without(part) & typical(spec, found.actual)
        loss = loss_for(spec, found.actual[usable])
        best = int(np.argmin([loss(one) for one in found.values[:, usable]]))
        values[part] = found.values[best, part]
    return values


def gain_of(spec: ExperimentSpec, found: Library, values: np.ndarray) -> tuple[float, float]:
    """Return by how much predictions are better than a single candidate's, chosen as :func:`chosen_alone` says, and
    the standard error of that."""
    alone = chosen_alone(spec, found)
    more = replace(found, keys=(*found.keys, RULE), values=np.concatenate([found.values, alone[np.newaxis]]))
    return ensemble.better_by(spec, more, values, RULE)


def race_score(spec: ExperimentSpec, score: FoldScore) -> float:
    """Return the main metric of a fold as candidates are compared by it: without absurd numbers, see ``typical``."""
    rows = typical(spec, score.actual)
    if rows.all():
        return score.scores.get(spec.metric, float("nan"))
    return metrics.metric(spec.metric).score(score.actual[rows], score.predicted[rows])
