"""Small trees for many rows at a time: a bit for every leaf, and what each threshold leaves of them.

A row that does not fulfil a question cannot end in the leaves on its left. Of the bits that no question of the row has
taken away the lowest is its leaf. For each column it is known beforehand what a value between two thresholds leaves of
every tree, so a row is a look-up per column (Lucchese, Nardini, Orlando, Perego, Tonellotto, Venturini, QuickScorer,
SIGIR 2015; there by rows and questions, here by columns and intervals, as whole arrays).
"""

from collections.abc import Sequence

import numpy as np

MOST_LEAVES = 64
MOST_BYTES = 32_000_000
ALL_LEAVES = np.uint64(2**64 - 1)
ROWS_AT_A_TIME = 256


class LeafMasks:
    """Trees as look-ups of masks.

    Parameters
    ----------
    trees : sequence of ndarray
        Nodes as :class:`workbench.runtime.compiled.trees.Walk` takes them, each tree :func:`suited`.
    """

    def __init__(self, trees: Sequence[np.ndarray]):
        self.n_trees = len(trees)
        self._values = np.zeros((self.n_trees, MOST_LEAVES))
        questions = [one for at, tree in enumerate(trees) for one in self._questions(at, tree)]
        self._columns = sorted({column for column, *_ in questions})
        self._thresholds, starts, masks, n_rows = [], [], [], 0
        for column in self._columns:
            mine = [one for one in questions if one[0] == column]
            thresholds = np.unique([threshold for _, threshold, *_ in mine])
            # One row below the first threshold, one above each, and one for missing values.
            left = np.full((len(thresholds) + 2, self.n_trees), ALL_LEAVES)
            for _, threshold, at, mask, missing_goes_left in mine:
                left[np.searchsorted(thresholds, threshold) + 1, at] &= mask
                if not missing_goes_left:
                    left[-1, at] &= mask
            left[:-1] = np.bitwise_and.accumulate(left[:-1], axis=0)
            self._thresholds.append(thresholds)
            starts.append(n_rows)
            masks.append(left)
            n_rows += len(left)
        self._starts, self._masks = starts, np.concatenate(masks)
        self._first = np.arange(self.n_trees) * MOST_LEAVES

    def _questions(self, at: int, tree: np.ndarray):
        """Number the leaves of a tree from left to right, and yield what a row loses by each question."""
        n_leaves, open_nodes = 0, [(0, -1)]
        while open_nodes:
            node, first = open_nodes.pop()
            if first >= 0:  # all leaves on the left have their numbers by now
                lost = ((1 << n_leaves) - 1) ^ ((1 << first) - 1)
                column, threshold = int(tree["feature_idx"][node]), float(tree["num_threshold"][node])
                yield column, threshold, at, ALL_LEAVES ^ np.uint64(lost), bool(tree["missing_go_to_left"][node])
            elif tree["is_leaf"][node]:
                self._values[at, n_leaves] = tree["value"][node]
                n_leaves += 1
            else:
                open_nodes += [(int(tree["right"][node]), -1), (node, n_leaves), (int(tree["left"][node]), -1)]

    def values(self, X: np.ndarray) -> np.ndarray:
        """Return the value of the leaf that each row ends in, of shape (n_trees, n_rows)."""
        parts = [self._part(X[at : at + ROWS_AT_A_TIME]) for at in range(0, len(X), ROWS_AT_A_TIME)]
        return np.concatenate(parts).T

    def _part(self, X: np.ndarray) -> np.ndarray:
        left = None
        for column, thresholds, start in zip(self._columns, self._thresholds, self._starts, strict=True):
            values = X[:, column]
            places = np.where(np.isnan(values), len(thresholds) + 1, thresholds.searchsorted(values)) + start
            found = self._masks[places]
            left = found if left is None else np.bitwise_and(left, found, out=left)
        lowest = left & (~left + np.uint64(1))  # a power of two, exact as float64
        return self._values.ravel()[np.frexp(lowest.astype(np.float64))[1] - 1 + self._first]


def suited(trees: Sequence[np.ndarray]) -> bool:
    """Whether no tree has too many leaves for a mask, some have questions, and the look-ups stay small."""
    leaves = [int(tree["is_leaf"].sum()) for tree in trees]
    n_questions = sum(leaves) - len(leaves)
    return max(leaves) <= MOST_LEAVES and 0 < n_questions * len(trees) * 8 <= MOST_BYTES
