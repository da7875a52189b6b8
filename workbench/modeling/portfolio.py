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
WIDE_COLUMNS = 20
LARGE_ROWS = 200_000  # from here on one part is held out, because five fits of anything are not affordable
MOST_REPEATS = 3
REPEATS_SECONDS = 45.0

MANY_ROWS = 5_000  # from here on detailed trees have enough to go by, and are tried before restrained ones

_LOG: dict[str, Setting] = {"target": "log"}
_LINE: dict[str, Setting] = {"target": "around a line"}
# Measured on fourteen tables of 600 to 17,000 rows, five folds each (2026): where outcomes are mostly chance, as in
# churn or illness, trees of five leaves beat every larger one, and a restrained sum of curves comes close to them;
# where they follow from the columns, detailed trees win by as much. Neither can be told from the table, so both come.
_TINY: dict[str, Setting] = {
    "n_estimators": 250,
    "learning_rate": 0.04,
    "num_leaves": 5,
    "subsample": 0.7,
    "colsample_bytree": 0.6,
    "reg_lambda": 1.0,
}
_MIDDLE: dict[str, Setting] = {
    "n_estimators": 300,
    "learning_rate": 0.03,
    "num_leaves": 31,
    "min_child_samples": 10,
    "subsample": 0.8,
    "colsample_bytree": 0.7,
}
_DETAILED: dict[str, Setting] = {
    "n_estimators": 500,
    "learning_rate": 0.05,
    "num_leaves": 96,
    "min_child_samples": 5,
    "subsample": 0.8,
    "colsample_bytree": 0.7,
    "reg_lambda": 1.0,
}
# California: an RMSE of 42,500 alone, where 500 trees at twice the rate have 42,800; it takes four times as long.
_SLOW_DETAILED: dict[str, Setting] = {
    "n_estimators": 1_200,
    "learning_rate": 0.025,
    "num_leaves": 128,
    "min_child_samples": 5,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "reg_lambda": 1.0,
}
_SYMMETRIC_DEEP: dict[str, Setting] = {"n_estimators": 1_500, "learning_rate": 0.08, "depth": 7}
_SYMMETRIC: dict[str, Setting] = {"n_estimators": 300, "learning_rate": 0.06, "depth": 5}
_SYMMETRIC_LONG: dict[str, Setting] = {"n_estimators": 1_000, "learning_rate": 0.06, "depth": 6}
_HIST_TINY: dict[str, Setting] = {"max_iter": 200, "learning_rate": 0.05, "max_leaf_nodes": 5, "max_features": 0.5}
_HIST_SMALL: dict[str, Setting] = {"max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 8, "max_features": 0.5}
_HIST_MIDDLE: dict[str, Setting] = {"max_iter": 200, "learning_rate": 0.05, "max_features": 0.7}
_HIST_DETAILED: dict[str, Setting] = {
    "max_iter": 400,
    "learning_rate": 0.06,
    "max_leaf_nodes": 63,
    "max_features": 0.5,
}
_NETWORK: dict[str, Setting] = {"hidden_units": 48, "alpha": 0.1, "learning_rate": 3e-3, "max_passes": 40}
_NETWORK_FREE: dict[str, Setting] = {"hidden_units": 128, "alpha": 1e-3, "learning_rate": 2e-3}

# Kind, settings, and for how many rows it pays, at least and at most; those of kinds that are not there are skipped.
_FOR_CLASSES = (
    ("lightgbm", _TINY, 0, None),
    ("additive", {}, 0, None),
    ("catboost", _SYMMETRIC, 0, None),
    ("hist_gradient_boosting", _HIST_TINY, 0, None),
    ("logistic", {}, 0, None),
    ("lightgbm", _MIDDLE, 0, None),
    ("lightgbm", _DETAILED, MANY_ROWS, None),
    ("hist_gradient_boosting", _HIST_MIDDLE, 0, None),
    ("extra_trees", {"n_estimators": 100, "min_samples_leaf": 3}, 0, None),
    ("mlp", _NETWORK, 0, None),
    ("random_forest", {"n_estimators": 100, "min_samples_leaf": 3}, 0, None),
    ("hist_gradient_boosting", _HIST_SMALL, 0, None),
    ("catboost", _SYMMETRIC_LONG, MANY_ROWS, None),
    ("hist_gradient_boosting", _HIST_DETAILED, MANY_ROWS, None),
    ("lightgbm", {"splits": "random"}, 0, None),
    ("xgboost", {"n_estimators": 300, "learning_rate": 0.05, "max_depth": 3, "subsample": 0.8}, 0, None),
    ("mlp", _NETWORK_FREE, MANY_ROWS, None),
    ("support_vector_machine", {}, 0, KERNEL_ROWS),
    ("nearest_neighbours", {"n_neighbors": 30, "weights": "distance"}, 0, SOME_ROWS),
)
# Many columns that say little one by one, as pixels do, are put together by a wide network (digits: log loss 0.08
# against 0.11 of a small one).
_FOR_WIDE_CLASSES = (("mlp", {"hidden_units": 256, "alpha": 0.1, "learning_rate": 1e-3}, 0, SOME_ROWS),)
_FOR_NUMBERS = (
    ("lightgbm", _DETAILED, MANY_ROWS, None),
    ("lightgbm", _MIDDLE | _LINE, 0, None),
    ("catboost", _SYMMETRIC, 0, None),
    ("lightgbm", _TINY, 0, None),
    ("hist_gradient_boosting", _HIST_DETAILED, 0, None),
    ("hist_gradient_boosting", _HIST_TINY, 0, None),
    ("lightgbm", _MIDDLE, 0, None),
    ("extra_trees", {"n_estimators": 100, "min_samples_leaf": 1, "max_features": 0.7, **_LINE}, 0, None),
    ("catboost", _SYMMETRIC_LONG, 0, MANY_ROWS),
    ("lightgbm", _SLOW_DETAILED, MANY_ROWS, None),
    ("catboost", _SYMMETRIC_DEEP, MANY_ROWS, None),
    ("hist_gradient_boosting", _HIST_MIDDLE | _LINE, 0, None),
    ("additive", {}, 0, None),
    ("ridge", {}, 0, None),
    ("lightgbm", _MIDDLE | _LOG, 0, None),
    ("hist_gradient_boosting", _HIST_MIDDLE | _LOG, 0, None),
    ("catboost", _SYMMETRIC | _LINE, 0, None),
    ("catboost", _SYMMETRIC | _LOG, 0, None),
    ("mlp", _NETWORK, 0, None),
    ("mlp", _NETWORK_FREE, MANY_ROWS, None),
    ("hist_gradient_boosting", _HIST_TINY | _LINE, 0, None),
    ("lightgbm", {"splits": "random"}, 0, None),
    ("support_vector_machine", {"C": 10.0}, 0, KERNEL_ROWS),
    ("extra_trees", {"n_estimators": 100, "min_samples_leaf": 1}, 0, None),
    ("random_forest", {"n_estimators": 100, "min_samples_leaf": 1}, 0, None),
    ("xgboost", {"n_estimators": 300, "learning_rate": 0.05, "subsample": 0.8}, 0, None),
    ("nearest_neighbours", {"n_neighbors": 10, "weights": "distance"}, 0, SOME_ROWS),
)
# The first variations of a kind, by hand; after them come draws between the bounds of a search in the registry.
_VARIATIONS: dict[str, tuple[dict[str, Setting], ...]] = {
    "lightgbm": (
        _TINY | {"num_leaves": 3, "n_estimators": 300},
        _TINY | {"num_leaves": 8},
        _DETAILED | {"num_leaves": 48, "n_estimators": 400},
        _TINY | {"num_leaves": 16, "learning_rate": 0.03},
        _DETAILED | {"n_estimators": 1_000, "learning_rate": 0.03},
    ),
    "catboost": (
        {"n_estimators": 500, "learning_rate": 0.06, "depth": 3},
        {"n_estimators": 500, "learning_rate": 0.06, "depth": 6, "l2_leaf_reg": 6.0},
        {"n_estimators": 600, "learning_rate": 0.06, "depth": 8, "l2_leaf_reg": 5.0},
    ),
    "hist_gradient_boosting": (
        _HIST_TINY | {"max_leaf_nodes": 3, "max_iter": 300},
        _HIST_SMALL | {"learning_rate": 0.03},
        _HIST_DETAILED | {"max_leaf_nodes": 31},
        _HIST_DETAILED | {"max_iter": 800, "learning_rate": 0.03},
    ),
    "additive": ({"alpha": 10.0}, {"alpha": 100.0}, {"alpha": 1.0}),
    "mlp": (_NETWORK | {"alpha": 1.0}, _NETWORK | {"alpha": 0.01, "max_passes": 100}),
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
    for kind, settings, fewest, most in _entries(task, n_columns):
        suits = fewest <= n_rows <= (most or n_rows)
        if kind not in allowed or not suits or task not in models.model(kind).tasks:
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
    """Return how many folds an autopilot divides rows into, and how often it draws them anew.

    Below 2,000 rows the best of many candidates owes more to the luck of one division than to its settings; three
    divisions, averaged, choose better (Kohavi 1995; Kim 2009; Erickson et al. 2020, section 2.3), where there is time.
    """
    if n_rows >= LARGE_ROWS * max(1.0, seconds / 60):
        return 1, 1
    return 5, MOST_REPEATS if n_rows < FEW_ROWS and seconds >= REPEATS_SECONDS else 1


def _entries(task, n_columns):
    if task == "regression":
        return _FOR_NUMBERS
    return (*_FOR_CLASSES, *_FOR_WIDE_CLASSES) if n_columns >= WIDE_COLUMNS else _FOR_CLASSES


def _candidate(kind, settings):
    known = {parameter.name for parameter in models.model(kind).hyperparameters}
    return CandidateSpec(kind=kind, hyperparameters={name: settings[name] for name in settings if name in known})
