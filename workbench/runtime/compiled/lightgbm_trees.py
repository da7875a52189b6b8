"""Gradient boosting of LightGBM by our walk: its thresholds, leaves and sums are in double precision, as ours are.

(XGBoost's are in single precision, and CatBoost has statistics of the target inside: both answer themselves.)
"""

from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import expit, softmax

from workbench.runtime.compiled.adding import in_order
from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.compiled.trees import Walk

Answer = Callable[[np.ndarray], np.ndarray]


def compiled_lightgbm(estimator) -> Answer:
    """``LightGBMClassifier`` and ``-Regressor``."""
    if estimator.booster_ is None:  # nothing to learn, so the same answer for all
        return estimator.predict_proba if hasattr(estimator, "classes_") else estimator.predict
    told = estimator.booster_.dump_model()
    n_each = told["num_tree_per_iteration"]
    walk = Walk([_nodes_of(tree["tree_structure"]) for tree in told["tree_info"]])

    def raw(X):
        return in_order(walk.values(X).reshape(-1, n_each, len(X))).T

    if not hasattr(estimator, "classes_"):
        return lambda X: raw(X).ravel() * estimator.scale_ + estimator.mean_
    if n_each > 1:
        return lambda X: softmax(raw(X), axis=1)

    def of_two_classes(X):
        second = expit(raw(X))
        return np.concatenate([1.0 - second, second], axis=1)

    return of_two_classes


def _nodes_of(root: Mapping) -> np.ndarray:
    """Return a tree of LightGBM's own description with the nodes of histogram gradient boosting, the root first."""
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    nodes, waiting = [], [(root, None, "")]
    while waiting:
        told, parent, side = waiting.pop()
        if parent is not None:
            nodes[parent][side] = len(nodes)
        node = np.zeros((), dtype=PREDICTOR_RECORD_DTYPE)
        if "leaf_value" in told:
            node["is_leaf"], node["value"] = True, told["leaf_value"]
        else:
            if told["decision_type"] != "<=" or told["missing_type"] not in ("NaN", "None"):
                raise CannotCompile("trees divide in another way")
            node["feature_idx"], node["num_threshold"] = told["split_feature"], told["threshold"]
            # A column without gaps in the training rows: LightGBM takes a gap for 0.
            left = told["default_left"] if told["missing_type"] == "NaN" else told["threshold"] >= 0.0
            node["missing_go_to_left"] = left
            waiting += [(told["right_child"], len(nodes), "right"), (told["left_child"], len(nodes), "left")]
        nodes.append(node)
    return np.array(nodes)
