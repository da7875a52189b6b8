"""Labels as arrays: of the dtype that pandas and scikit-learn expect, and coded so that no pickle is needed."""

import numpy as np
import pandas as pd


def label_array(classes: tuple) -> np.ndarray:
    """Return labels as an array: whole numbers as int64, anything else as objects.

    >>> label_array(("a", "b")).dtype, label_array((0, 1)).dtype
    (dtype('O'), dtype('int64'))
    """
    if all(isinstance(label, int) and not isinstance(label, bool) for label in classes):
        return np.array(classes, dtype=np.int64)
    return np.array([*classes, None], dtype=object)[:-1]


def coded(actual: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray, list | None]:
    """Numbers as they are; other labels as positions in a list that JSON can hold (NumPy's own text arrays are as
    wide as their longest entry, and drop trailing NUL characters)."""
    actual, predicted = np.asarray(actual), np.asarray(predicted)
    if actual.dtype.kind in "iuf" and predicted.dtype.kind in "iuf":
        return actual, predicted, None
    codes, labels = pd.factorize(np.concatenate([actual.astype(object), predicted.astype(object)]))
    plain = [label.item() if isinstance(label, np.generic) else label for label in labels]
    codes = codes.astype(np.int32)
    return codes[: len(actual)], codes[len(actual) :], plain


def decoded(values: np.ndarray, labels: list | None) -> np.ndarray:
    """Return what :func:`coded` coded."""
    if labels is None:
        return values
    table = np.empty(len(labels), dtype=object)
    table[:] = labels
    return table[values]
