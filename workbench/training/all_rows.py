"""How much smaller the errors of the model of all rows are than those of the folds, which learnt from fewer."""

import logging
import math

import numpy as np
import pandas as pd

from workbench.modeling import planning, splits
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import BASELINE, Evaluation
from workbench.training.scoring import Failure, Material, Task, score_pair

LOG = logging.getLogger(__name__)
FEWEST_ROWS = 100  # below, the difference of two mean errors is mostly luck
LEAST = 0.8  # no ratio below it is believed
LONGEST_SECONDS = 20.0  # of fits and predictions in the folds; beyond, the errors of the folds stand as they are
LONGEST_SHARE = 0.1  # of the time that an autopilot was allowed


def error_ratio(table: pd.DataFrame, spec: ExperimentSpec, key: str, evaluation: Evaluation) -> float:
    """Return the mean absolute error of the model of all rows divided by that of the models of the folds, estimated.

    The candidate is fitted once more without two folds at a time. By how much that is worse than without one says by
    how much learning from all rows is better: errors are taken to fall as a power of the number of rows.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    spec : ExperimentSpec
    key : str
        The candidate.
    evaluation : Evaluation
        With its out-of-fold predictions.

    Returns
    -------
    float
        Between 0.8 and 1. It is 1, which is on the safe side, where it is not measured: classes, ensembles (which
        are served by the models of the folds together), the baseline, rows divided by time, few rows, two folds
        without a third, and where fitting took long.

    References
    ----------
    Cortes, Jackel, Solla, Vapnik, Denker, Learning curves: asymptotic values and rate of convergence, NIPS 1993.
    """
    candidate = spec.candidate(key)
    if spec.task != "regression" or candidate.members or candidate.kind == BASELINE or spec.split.kind == "time":
        return 1.0
    score = evaluation.candidate(key)
    longest = LONGEST_SHARE * spec.autopilot.seconds if spec.autopilot else LONGEST_SECONDS
    if not score.folds or score.fit_seconds + score.score_seconds > min(longest, LONGEST_SECONDS):
        return 1.0
    inputs, target = planning.modelling_table(table, spec)
    parts = splits.make_folds(inputs, target, spec)[: spec.split.folds]
    smaller = _smaller_parts(parts, spec.seed)
    if len(target) < FEWEST_ROWS or not smaller:
        return 1.0
    known = evaluation.out_of_fold(key).set_index("row")
    material = Material(spec, inputs, target, smaller)
    fewer, usual = [], []
    for number in range(len(smaller)):
        found = score_pair(material, Task(candidate, number))
        if isinstance(found, Failure) or not np.isin(found.rows, known.index).all():
            return 1.0
        fewer.append(np.abs(found.actual - found.predicted))
        before = known.loc[found.rows]
        usual.append((before["actual"] - before["prediction"]).abs().to_numpy(dtype=float))
    sizes = [np.mean([len(train) for train, _ in divided]) for divided in (smaller, parts)]
    errors = float(np.concatenate(fewer).mean()), float(np.concatenate(usual).mean())
    return extrapolated(*errors, *(float(size) for size in sizes), len(target))


def measured_ratio(table: pd.DataFrame, spec: ExperimentSpec, key: str, evaluation: Evaluation) -> float:
    """Return :func:`error_ratio`, and 1 whatever goes wrong: the run and its model are not in doubt."""
    try:
        return error_ratio(table, spec, key, evaluation)
    except Exception:
        LOG.exception("by how much learning from all rows is better could not be measured for %s", key)
        return 1.0


def extrapolated(fewer_error: float, error: float, fewer: float, rows: float, all_rows: float) -> float:
    """Return by which factor ``error`` changes from ``rows`` to ``all_rows``, if it falls as a power of their number.

    >>> round(extrapolated(1.2, 1.0, 50, 100, 200), 3), extrapolated(0.9, 1.0, 50, 100, 200)
    (0.833, 1.0)
    """
    if not (error > 0 and fewer_error > error and fewer < rows < all_rows):
        return 1.0
    power = math.log(fewer_error / error) / math.log(rows / fewer)
    return max((all_rows / rows) ** -power, LEAST)


def _smaller_parts(parts: list, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return (train, test) with fewer rows to learn from: two folds tested at a time, or a part of a single one."""
    if len(parts) == 1:
        train, test = parts[0]
        share = len(train) / (len(train) + len(test))
        kept = np.random.default_rng([seed, 3]).permutation(train)[: round(share * len(train))]
        return [(np.sort(kept), test)]
    if len(parts) == 2:
        return []
    pairs = [(parts[number], parts[(number + 1) % len(parts)]) for number in range(len(parts))]
    return [(np.intersect1d(one[0], other[0]), np.sort(np.concatenate([one[1], other[1]]))) for one, other in pairs]
