"""Fitted estimators to functions of a prepared matrix: one entry a class in ``ESTIMATORS``.

Classes are named and not imported: a service loads what its own model is made of, and no other library.
A classifier's function returns probabilities of shape (n_rows, n_classes), a regressor's amounts of shape (n_rows,).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit

from workbench.runtime.compiled import lightgbm_trees, sums, trees
from workbench.runtime.compiled.errors import CannotCompile

Answer = Callable[[np.ndarray], np.ndarray]


def compiled_estimator(estimator: Any) -> Answer:
    """Return what answers a prepared matrix as a fitted estimator does.

    Raises
    ------
    CannotCompile
        The estimator is of a kind that is not compiled.
    """
    kind = type(estimator)
    compiled = ESTIMATORS.get(kind.__name__) if kind.__module__.startswith(KNOWN_MODULES) else None
    if compiled is None:
        raise CannotCompile(f"{kind.__name__} is not compiled")
    return compiled(estimator)


def _same_for_all(estimator) -> Answer:
    """Baselines: what the library answers to one row, it answers to every row."""
    row = np.zeros((1, getattr(estimator, "n_features_in_", 0)))
    one = estimator.predict_proba(row) if hasattr(estimator, "classes_") else estimator.predict(row)
    return lambda X: np.repeat(one, len(X), axis=0)


def _own(estimator) -> Answer:
    """By the estimator itself: what it takes time for is the answer, and the preparation before it is compiled."""
    return estimator.predict_proba if hasattr(estimator, "classes_") else estimator.predict


def _inside(estimator) -> Answer:
    return compiled_estimator(estimator.estimator_)


def _scaled_target(estimator) -> Answer:
    scaler = estimator.transformer_
    if type(scaler).__name__ != "StandardScaler" or scaler.mean_ is None or scaler.scale_ is None:
        raise CannotCompile(f"the target is changed by {type(scaler).__name__}")
    inside, scale, mean = compiled_estimator(estimator.regressor_), scaler.scale_[0], scaler.mean_[0]
    return lambda X: inside(X) * scale + mean


def _log_target(estimator) -> Answer:
    inside = compiled_estimator(estimator.regressor_)
    return lambda X: estimator.amounts(inside(X))


def _around_line(estimator) -> Answer:
    line, inside = compiled_estimator(estimator.line_), compiled_estimator(estimator.regressor_)
    return lambda X: line(estimator._scaled(X)) + inside(X)


def _calibrated_machine(estimator) -> Answer:
    """``CalibratedClassifierCV`` of a support vector machine that is fitted once, with a sigmoid a class."""
    (fitted,) = estimator.calibrated_classifiers_
    sigmoids, classes = fitted.calibrators, estimator.classes_
    whole = len(fitted.estimator.classes_) == len(classes)
    if type(fitted.estimator).__name__ != "RadialClassifier" or not whole:
        raise CannotCompile(f"probabilities are calibrated for {type(fitted.estimator).__name__}")
    if any(type(sigmoid).__name__ != "_SigmoidCalibration" for sigmoid in sigmoids):
        raise CannotCompile(f"probabilities are calibrated by {fitted.method}")
    borders = sums.compiled_borders(fitted.estimator)
    a, b = (np.array([getattr(sigmoid, name) for sigmoid in sigmoids]) for name in ("a_", "b_"))

    def answer(X):
        chances = expit(-(a * borders(X) + b))
        if len(classes) == 2:
            return np.concatenate([1.0 - chances, chances], axis=1)
        total = chances.sum(axis=1, keepdims=True)
        even = np.full_like(chances, 1 / len(classes))
        return np.divide(chances, total, out=even, where=total != 0)

    return answer


KNOWN_MODULES = ("sklearn.", "workbench.runtime.")
ESTIMATORS: dict[str, Callable[[Any], Answer]] = {
    **dict.fromkeys(("DummyClassifier", "DummyRegressor"), _same_for_all),
    **dict.fromkeys(("ElasticNet", "LinearRegression", "QuantileRegressor", "Ridge", "RidgeCV"), sums.compiled_linear),
    "LogisticRegression": sums.compiled_logistic,
    "LogLinear": sums.compiled_log_linear,
    "MultinomialNB": sums.compiled_bayes,
    **dict.fromkeys(("MLPClassifier", "MLPRegressor"), sums.compiled_network),
    "RadialRegressor": sums.compiled_machine,
    "CalibratedClassifierCV": _calibrated_machine,
    **dict.fromkeys(("DecisionTreeClassifier", "DecisionTreeRegressor"), trees.compiled_tree),
    **dict.fromkeys(("ExtraTreesClassifier", "ExtraTreesRegressor"), trees.compiled_forest),
    **dict.fromkeys(("RandomForestClassifier", "RandomForestRegressor"), trees.compiled_forest),
    **dict.fromkeys(("DrawnExtraTreesClassifier", "DrawnExtraTreesRegressor"), trees.compiled_forest),
    **dict.fromkeys(("DrawnForestClassifier", "DrawnForestRegressor"), trees.compiled_forest),
    **dict.fromkeys(("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"), trees.compiled_boosting),
    **dict.fromkeys(("KNeighborsClassifier", "KNeighborsRegressor"), _own),
    **dict.fromkeys(("CatBoostClassifier", "CatBoostRegressor"), _own),
    **dict.fromkeys(("LightGBMClassifier", "LightGBMRegressor"), lightgbm_trees.compiled_lightgbm),
    **dict.fromkeys(("XGBoostClassifier", "XGBoostRegressor"), _own),
    **dict.fromkeys(("MonotoneClassifier", "MonotoneRegressor"), _inside),
    **dict.fromkeys(("NeighboursClassifier", "NeighboursRegressor"), _own),
    **dict.fromkeys(("NetworkClassifier", "NetworkRegressor", "SupportVectorClassifier"), _inside),
    "TransformedTargetRegressor": _scaled_target,
    "LogTarget": _log_target,
    "AroundLine": _around_line,
}
