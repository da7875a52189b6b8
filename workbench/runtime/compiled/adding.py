"""Sums whose last bit is the libraries': what is next to nothing may be scaled up behind them."""

import numpy as np


def in_order(values: np.ndarray) -> np.ndarray:
    """Return the sum over the first axis, added one after the other as the libraries do, and not in pairs.

    >>> in_order(np.array([[1e16], [1.0], [1.0]])).tolist()
    [1e+16]
    """
    if values[0].size > 1:
        return np.add.reduce(np.ascontiguousarray(values), axis=0)  # along other strides it would add in pairs
    return np.add.accumulate(values, axis=0)[-1]
