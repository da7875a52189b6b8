"""All trees of a forest or of gradient boosting in one walk, by the loop with which scikit-learn walks a single one.

Trees are put behind one another in one array of nodes. In front stands a small tree that sends a row to the tree
whose number is in a column of its own; so one call answers every tree for every row, where scikit-learn makes a call,
and checks its input, for each tree. Thresholds, rounding and missing values are the library's own.
"""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import expit

from workbench.runtime.compiled.adding import in_order
from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.compiled.leaf_masks import LeafMasks, suited

Answer = Callable[[np.ndarray], np.ndarray]
MANY_ROWS = 8  # from which on small trees are answered by their leaves' masks
CELLS_AT_A_TIME = 2**15  # of rows times trees times columns: 256 KB


class Walk:
    """Trees as one array of nodes.

    Parameters
    ----------
    trees : sequence of ndarray
        Nodes as histogram gradient boosting has them (``PREDICTOR_RECORD_DTYPE``), the root first.
    """

    def __init__(self, trees: Sequence[np.ndarray]):
        from sklearn.ensemble._hist_gradient_boosting._predictor import _predict_from_raw_data

        if any(tree["is_categorical"].any() for tree in trees):
            raise CannotCompile("trees divide by sets of levels")
        self._walk = _predict_from_raw_data
        self.n_trees = len(trees)
        inner = np.concatenate([tree["feature_idx"][tree["is_leaf"] == 0] for tree in trees])
        self.used = np.unique(inner).astype(np.intp)
        self._nodes = _joined(trees, len(self.used))
        divides = self._nodes["is_leaf"][self.n_trees - 1 :] == 0
        own = self._nodes["feature_idx"][self.n_trees - 1 :]
        own[divides] = np.searchsorted(self.used, own[divides])
        self._numbers = np.arange(self.n_trees, dtype=np.float64)[:, np.newaxis]
        self._masks = LeafMasks(trees) if suited(trees) else None
        self._no_levels = np.zeros((0, 8), dtype=np.uint32), np.zeros(0, dtype=np.uint32)

    def values(self, X: np.ndarray) -> np.ndarray:
        """Return the value of the leaf that each row ends in, of shape (n_trees, n_rows)."""
        n_rows, width = len(X), len(self.used) + 1
        if n_rows >= MANY_ROWS and self._masks is not None:
            return self._masks.values(X)
        found = np.empty((self.n_trees, n_rows))
        # As many trees at a time as keep the rows' copies near the processor; these are written once for all of them.
        at_a_time = min(self.n_trees, max(1, CELLS_AT_A_TIME // max(1, n_rows * width)))
        cells = np.empty((at_a_time, n_rows, width))
        cells[:, :, :-1] = X[:, self.used]
        levels, places = self._no_levels
        for start in range(0, self.n_trees, at_a_time):
            ends = found[start : start + at_a_time]
            part = cells[: len(ends)]
            part[:, :, -1] = self._numbers[start : start + at_a_time]
            self._walk(self._nodes, part.reshape(-1, width), levels, levels, places, 1, ends.reshape(-1))
        return found


def _joined(trees: Sequence[np.ndarray], number_column: int) -> np.ndarray:
    """Return all nodes: those that lead to a tree by its number, then tree after tree."""
    n_leading = len(trees) - 1
    nodes = np.concatenate([np.zeros(n_leading, dtype=trees[0].dtype), *trees])
    starts = n_leading + np.cumsum([0, *(len(tree) for tree in trees)])
    for start, end in itertools.pairwise(starts):
        nodes["left"][start:end] += np.uint32(start)
        nodes["right"][start:end] += np.uint32(start)
    n_made = 0

    def lead(low: int, high: int) -> int:
        """Return the place of the node from which the trees from ``low`` up to ``high`` are reached."""
        nonlocal n_made
        if high - low == 1:
            return int(starts[low])
        place, middle = n_made, (low + high) // 2
        n_made += 1
        node = nodes[place]
        node["feature_idx"], node["num_threshold"] = number_column, middle - 0.5
        node["left"], node["right"] = lead(low, middle), lead(middle, high)
        return place

    lead(0, len(trees))
    return nodes


def compiled_boosting(estimator) -> Answer:
    """``HistGradientBoostingClassifier`` and ``-Regressor``."""
    if estimator._preprocessor is not None:
        raise CannotCompile("trees divide by sets of levels")
    walk = Walk([tree.nodes for trees in estimator._predictors for tree in trees])
    start = np.asarray(estimator._baseline_prediction, dtype=np.float64).reshape(-1, 1)
    n_each, loss = len(start), estimator._loss

    def raw(X):
        values = walk.values(X).reshape(-1, n_each, len(X))
        values[0] += start
        return in_order(values).T

    if not hasattr(estimator, "classes_"):
        return lambda X: loss.link.inverse(raw(X).ravel())
    if n_each > 1:
        return lambda X: loss.predict_proba(raw(X))

    def of_two_classes(X):
        second = expit(raw(X))
        return np.concatenate([1.0 - second, second], axis=1)

    return of_two_classes


def compiled_forest(estimator) -> Answer:
    """Random forests and extra trees: the mean of their trees."""
    return _mean_of_trees([tree.tree_ for tree in estimator.estimators_], hasattr(estimator, "classes_"))


def compiled_tree(estimator) -> Answer:
    """A single decision tree."""
    return _mean_of_trees([estimator.tree_], hasattr(estimator, "classes_"))


def _mean_of_trees(trees: Sequence, of_classes: bool) -> Answer:
    if any(tree.n_outputs != 1 for tree in trees):
        raise CannotCompile("trees have several targets")
    values = np.concatenate([tree.value[:, 0, :] for tree in trees])
    starts = np.cumsum([0, *(tree.node_count for tree in trees)])[:-1]
    # The trees of a forest compare single-precision columns with thresholds in double precision.
    if not of_classes:
        nodes = [_nodes_of(tree, tree.value[:, 0, 0]) for tree in trees]
        walk = Walk(nodes)
        return lambda X: in_order(walk.values(_single(X))) / len(trees)
    walk = Walk(
        [_nodes_of(tree, np.arange(start, start + tree.node_count)) for tree, start in zip(trees, starts, strict=True)]
    )

    def answer(X):
        return in_order(values.take(walk.values(_single(X)).astype(np.intp), axis=0)) / len(trees)

    return answer


def _single(X: np.ndarray) -> np.ndarray:
    return X.astype(np.float32)


def _nodes_of(tree, values: np.ndarray) -> np.ndarray:
    """Return a tree of a forest with the nodes of histogram gradient boosting."""
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    theirs = tree.__getstate__()["nodes"]
    nodes = np.zeros(tree.node_count, dtype=PREDICTOR_RECORD_DTYPE)
    nodes["value"] = values
    nodes["is_leaf"] = leaf = theirs["left_child"] == -1
    nodes["feature_idx"] = np.where(leaf, 0, theirs["feature"])
    nodes["num_threshold"] = np.where(leaf, 0.0, theirs["threshold"])
    nodes["missing_go_to_left"] = theirs["missing_go_to_left"]
    nodes["left"] = np.where(leaf, 0, theirs["left_child"])
    nodes["right"] = np.where(leaf, 0, theirs["right_child"])
    return nodes
