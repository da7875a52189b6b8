"""What the autopilot tries first, in which order, and how it varies a kind afterwards.

The order is of value for cost: a strong and cheap candidate of each family comes before a second one of any, because
a weighted ensemble gains from members that err differently (Caruana et al., Ensemble Selection from Libraries of
Models, ICML 2004; fixed portfolios: Erickson et al., AutoGluon-Tabular, 2020, section 2.2; Salinas and Erickson,
TabRepo, AutoML 2024). Nothing here looks at the clock; how many of them are affordable is the autopilot's to decide.
"""

from collections.abc import Collection

import numpy as np

from workbench.errors import NotPossible
from workbench.modeling import models
from workbench.specs import CandidateSpec, Setting, Task

FEW_ROWS = 2_000  # below, folds are drawn anew and averaged: the luck of one draw is larger than what tuning gains
SOME_ROWS = 10_000
KERNEL_ROWS = 5_000  # support vectors cost the square of the rows
LARGE_ROWS = 200_000  # from here on one part is held out, because five fits of anything are not affordable
MOST_REPEATS = 3

_LOG = {"target": "log"}

# Kind, settings, and the largest number of rows for which it pays; those of kinds that are not installed are skipped.
_FOR_CLASSES = (
    ("lightgbm", {"n_estimators": 250, "learning_rate": 0.05}, None),
    ("hist_gradient_boosting", {"max_iter": 200, "learning_rate": 0.05}, None),
    ("logistic", {}, None),
    ("extra_trees", {"n_estimators": 100, "min_samples_leaf": 3}, None),
    ("catboost", {}, None),
    ("mlp", {}, None),
    ("lightgbm", {"n_estimators": 300, "learning_rate": 0.05, "extra_trees": "yes"}, None),
    ("xgboost", {}, None),
    ("random_forest", {"n_estimators": 100, "min_samples_leaf": 3}, None),
    ("hist_gradient_boosting", {"max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 8}, None),
    ("support_vector_machine", {}, KERNEL_ROWS),
    ("nearest_neighbours", {"n_neighbors": 30, "weights": "distance"}, SOME_ROWS),
)
_FOR_NUMBERS = (
    ("lightgbm", {"n_estimators": 300, "learning_rate": 0.05}, None),
    ("hist_gradient_boosting", {"max_iter": 200, "learning_rate": 0.08}, None),
    ("extra_trees", {"n_estimators": 100, "min_samples_leaf": 1}, None),
    ("catboost", {}, None),
    ("mlp", {}, None),
    ("ridge", {}, None),
    ("lightgbm", {"n_estimators": 300, "learning_rate": 0.05, **_LOG}, None),
    ("hist_gradient_boosting", {"max_iter": 200, "learning_rate": 0.08, **_LOG}, None),
    ("catboost", {**_LOG}, None),
    ("xgboost", {}, None),
    ("gaussian_process", {}, 1_500),
    ("random_forest", {"n_estimators": 100, "min_samples_leaf": 1}, None),
    ("support_vector_machine", {"C": 10.0}, KERNEL_ROWS),
    ("nearest_neighbours", {"n_neighbors": 10, "weights": "distance"}, SOME_ROWS),
)
# The first variations of a kind, by hand; after them come draws between the bounds of a search in the registry.
_VARIATIONS: dict[str, tuple[dict[str, Setting], ...]] = {
    "lightgbm": (
        {"n_estimators": 300, "learning_rate": 0.03, "min_child_samples": 10, "colsample_bytree": 0.7},
        {"n_estimators": 300, "learning_rate": 0.05, "num_leaves": 7, "colsample_bytree": 0.6},
        {"n_estimators": 400, "learning_rate": 0.05, "num_leaves": 96, "colsample_bytree": 0.7},
    ),
    "hist_gradient_boosting": (
        {"max_iter": 300, "learning_rate": 0.03, "min_samples_leaf": 10, "l2_regularization": 1.0},
        {"max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 8},
        {"max_iter": 300, "learning_rate": 0.06, "max_leaf_nodes": 63},
    ),
}
_FIXED: dict[str, dict[str, Setting]] = {"nearest_neighbours": {"weights": "distance"}}


def starters(
    task: Task, n_rows: int, n_columns: int, n_classes: int, kinds: Collection[str] | None = None
) -> tuple[CandidateSpec, ...]:
    """Return the candidates to begin with, in order of value for cost.

    Parameters
    ----------
    task : {"binary", "multiclass", "regression"}
    n_rows, n_columns : int
        Size of the table that is learnt from; columns before any encoding.
    n_classes : int
        0 for regression.
    kinds : collection of str, optional
        Names of the kinds that may be used; None stands for all that the registry has here.

    Returns
    -------
    tuple of CandidateSpec
        Without equals; a setting that the registry does not know is left out, and so are kinds that are not there.
    """
    allowed = {kind.name for kind in models.MODELS if kinds is None or kind.name in kinds}
    chosen: dict[str, CandidateSpec] = {}
    for kind, settings, most_rows in _FOR_NUMBERS if task == "regression" else _FOR_CLASSES:
        if kind not in allowed or task not in models.model(kind).tasks or (most_rows and n_rows > most_rows):
            continue
        candidate = _candidate(kind, settings)
        chosen.setdefault(candidate.key, candidate)
    return tuple(chosen.values())


def variation(kind: str, number: int, seed: int = 0) -> CandidateSpec:
    """Return the ``number``-th variation of a kind: first those chosen by hand, then seeded draws.

    Parameters
    ----------
    kind : str
        A kind of the registry.
    number : int
        From 0; equal numbers and seeds give equal candidates.
    seed : int

    Raises
    ------
    NotPossible
        The registry has no such kind, or it has nothing to vary.
    """
    known = {parameter.name: parameter for parameter in models.model(kind).hyperparameters}
    by_hand = _VARIATIONS.get(kind, ())
    if number < len(by_hand):
        return _candidate(kind, by_hand[number])
    ranges = bounds(kind)
    if not ranges:
        raise NotPossible(f"{models.model(kind).label} has no setting that a search would vary.")
    chance = np.random.default_rng([seed, number, sum(kind.encode())])
    settings = dict(_FIXED.get(kind, {}))
    for name, (low, high, by_ratio) in ranges.items():
        drawn = float(np.exp(chance.uniform(np.log(low), np.log(high))) if by_ratio else chance.uniform(low, high))
        settings[name] = round(drawn) if known[name].type == "integer" else float(f"{drawn:.3g}")
    return _candidate(kind, settings)


def bounds(kind: str) -> dict[str, tuple[float, float, bool]]:
    """Return the settings of a kind that are worth varying: lowest and highest value, and whether ratios count."""
    known = (entry for entry in models.model(kind).hyperparameters if entry.search_low is not None)
    return {entry.name: (entry.search_low, entry.search_high, entry.log) for entry in known}


def folds_for(n_rows: int, seconds: float) -> tuple[int, int]:
    """Return how many folds an autopilot divides rows into, and how often it may draw them anew.

    Below 2,000 rows a second and third draw of the folds, averaged, make both scores and predictions steadier than
    more candidates would (Kohavi 1995; Erickson et al. 2020, section 2.3); from 200,000 rows on one part is held out.
    """
    if n_rows >= LARGE_ROWS * max(1.0, seconds / 60):
        return 1, 1
    return 5, MOST_REPEATS if n_rows < FEW_ROWS else 1


def _candidate(kind, settings):
    known = {parameter.name for parameter in models.model(kind).hyperparameters}
    return CandidateSpec(kind=kind, hyperparameters={name: settings[name] for name in settings if name in known})
