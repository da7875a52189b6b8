"""Held-out rows in parts, so that what is chosen on some can be measured on the others."""

import numpy as np

from workbench.specs import SplitSpec

BLOCKS = 5  # that rows tested once, together, are divided into


def parts_of(fold: np.ndarray, split: SplitSpec) -> np.ndarray:
    """Return which part each row belongs to: its fold, or a block where all rows were tested together.

    Blocks of rows that are later than those learnt from follow each other; others take turns, so that the order of
    the file does not matter.

    >>> parts_of(np.zeros(10, dtype=int), SplitSpec(folds=1)).tolist()
    [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]
    """
    if len(np.unique(fold)) > 1:
        return fold
    place = np.arange(len(fold))
    return place * BLOCKS // max(len(fold), 1) if split.kind == "time" else place % BLOCKS


def others_of(part: np.ndarray, number: int, split: SplitSpec) -> np.ndarray:
    """Return which rows may say something for part ``number``: those of other parts; by time, of earlier ones.

    >>> others_of(np.array([0, 1, 2]), 1, SplitSpec(kind="time", column="day")).tolist()
    [True, False, False]
    """
    return part < number if split.kind == "time" else part != number
