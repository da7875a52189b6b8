"""Entries for LightGBM, XGBoost and CatBoost, which are on offer where they are installed (requirements-boost.txt)."""

import importlib.util
import os

from workbench.errors import NotPossible
from workbench.modeling import costs
from workbench.modeling.kinds import EVERY_TASK, TARGET, Hyperparameter, ModelKind
from workbench.runtime import boosters

HOW_TO_INSTALL = "Install it with: pip install -r requirements-boost.txt"


def _lightgbm(task, values, seed, n_jobs):
    kind = boosters.LightGBMRegressor if task == "regression" else boosters.LightGBMClassifier
    return kind(**values, random_state=seed)


def _xgboost(task, values, seed, n_jobs):
    kind = boosters.XGBoostRegressor if task == "regression" else boosters.XGBoostClassifier
    return kind(**values, random_state=seed)


def _catboost(task, values, seed, n_jobs):
    kind = boosters.CatBoostRegressor if task == "regression" else boosters.CatBoostClassifier
    return kind(**values, random_state=seed)


_TREES = Hyperparameter(
    "n_estimators",
    "Trees",
    "How many are added; empty: until they no longer help on rows held back to see.",
    "integer",
    None,
    10,
    5_000,
    log=True,
    optional=True,
)
_PATIENCE = Hyperparameter(
    "patience",
    "Patience",
    "How many trees that do not help are added before it stops.",
    "integer",
    30,
    1,
    500,
    log=True,
)


def _rate(default, search_low, search_high):
    return Hyperparameter(
        "learning_rate",
        "Learning rate",
        "How much each tree may correct; a smaller rate needs more trees.",
        "number",
        default,
        0.005,
        1.0,
        log=True,
        search_low=search_low,
        search_high=search_high,
    )


def _depth(name, most, search_low, search_high):
    return Hyperparameter(
        name,
        "Depth, at most",
        "How many questions in a row a tree may ask.",
        "integer",
        6,
        1,
        most,
        search_low=search_low,
        search_high=search_high,
    )


def _restraint(name, default, search_low):
    return Hyperparameter(
        name,
        "Restraint",
        "Holds back corrections that rest on few rows.",
        "number",
        default,
        0.0,
        100.0,
        log=True,
        search_low=search_low,
        search_high=10.0,
    )


_COLUMNS = Hyperparameter(
    "colsample_bytree",
    "Share of columns per tree",
    "How many of the columns, drawn at random, each tree looks at.",
    "number",
    0.8,
    0.05,
    1.0,
    search_low=0.4,
    search_high=1.0,
)
_ROWS = Hyperparameter(
    "subsample",
    "Share of rows per tree",
    "How many of the rows, drawn at random, each tree learns from.",
    "number",
    0.8,
    0.05,
    1.0,
)
_LIGHTGBM = (
    _TREES,
    _rate(0.05, 0.02, 0.1),
    Hyperparameter(
        "num_leaves",
        "Leaves per tree",
        "How detailed each tree may be.",
        "integer",
        31,
        2,
        512,
        log=True,
        search_low=6,
        search_high=128,
    ),
    Hyperparameter(
        "min_child_samples",
        "Rows per leaf, at least",
        "Larger leaves make a smoother, smaller and quicker model.",
        "integer",
        20,
        1,
        500,
        log=True,
        search_low=3,
        search_high=60,
    ),
    _ROWS,
    _COLUMNS,
    _restraint("reg_lambda", 0.0, 0.01),
    Hyperparameter(
        "splits",
        "Thresholds",
        "'best': each question is the best there is; 'random': the best of thresholds drawn at random.",
        "choice",
        "best",
        choices=("best", "random"),
    ),
    _PATIENCE,
    TARGET,
)
_XGBOOST = (
    _TREES,
    _rate(0.05, 0.02, 0.1),
    _depth("max_depth", 20, 3, 10),
    Hyperparameter(
        "min_child_weight",
        "Weight of a leaf, at least",
        "Larger leaves make a smoother, smaller and quicker model.",
        "number",
        1.0,
        0.0,
        500.0,
        log=True,
        search_low=1.0,
        search_high=20.0,
    ),
    _ROWS,
    _COLUMNS,
    _restraint("reg_lambda", 1.0, 0.1),
    _PATIENCE,
    TARGET,
)
_CATBOOST = (
    _TREES,
    _rate(0.1, 0.03, 0.12),
    _depth("depth", 10, 4, 8),
    _restraint("l2_leaf_reg", 3.0, 1.0),
    Hyperparameter(
        "random_strength",
        "Chance in the choice of questions",
        "How much chance has a say in which question a tree asks; more of it helps against learning by heart.",
        "number",
        1.0,
        0.0,
        20.0,
    ),
    _PATIENCE,
    TARGET,
)

# All three, installed or not.
BOOSTERS: tuple[ModelKind, ...] = (
    ModelKind(
        "lightgbm",
        "LightGBM",
        "Adds small trees one by one, each grown where it corrects most, until they no longer help.",
        EVERY_TASK,
        "trees",
        costs.lightgbm,
        _lightgbm,
        _LIGHTGBM,
        package="lightgbm",
        takes_monotone=True,
    ),
    ModelKind(
        "xgboost",
        "XGBoost",
        "Adds small trees one by one, each grown level by level, until they no longer help.",
        EVERY_TASK,
        "trees",
        costs.xgboost,
        _xgboost,
        _XGBOOST,
        package="xgboost",
        takes_monotone=True,
        not_by_default="It learns much as LightGBM does; it can be chosen by hand.",
    ),
    ModelKind(
        "catboost",
        "CatBoost",
        "Adds small symmetric trees one by one, and turns categories into numbers in its own careful way.",
        EVERY_TASK,
        "native",
        costs.catboost,
        _catboost,
        _CATBOOST,
        package="catboost",
        takes_monotone=True,
        not_by_default="It takes longer than the others; it can be chosen by hand.",
    ),
)


def installed() -> tuple[ModelKind, ...]:
    """Return the entries whose libraries can be imported here; nothing is imported to find out.

    WORKBENCH_WITHOUT names, with commas between, kinds that are not offered although they could be: a benchmark
    without them needs no second environment.
    """
    without = {name.strip() for name in os.environ.get("WORKBENCH_WITHOUT", "").split(",")}
    here = (kind for kind in BOOSTERS if importlib.util.find_spec(kind.package) is not None)
    return tuple(kind for kind in here if kind.name not in without)


def check_installed(name: str) -> None:
    """Raise NotPossible, which says how to install it, where ``name`` is one of :data:`BOOSTERS`."""
    for kind in BOOSTERS:
        if kind.name == name:
            raise NotPossible(f"{kind.label} is not installed here.", HOW_TO_INSTALL)
