"""What is predicted, as estimators take it: which rows have a target, and its labels."""

import numpy as np
import pandas as pd

FEWEST_ROWS = 10


def has_target(values: pd.Series) -> pd.Series:
    """Tell which rows have a target to learn from; an infinite number is none.

    >>> has_target(pd.Series([1.0, None, float("inf")])).tolist()
    [True, False, False]
    """
    present = values.notna()
    return present & ~np.isinf(values) if pd.api.types.is_float_dtype(values) else present


def labels_of(values: pd.Series) -> np.ndarray:
    """Return class labels as estimators take them: int64 for whole numbers, object for words.

    >>> labels_of(pd.Series([1.0, 0.0])).tolist(), labels_of(pd.Series(["b", "a"])).tolist()
    ([1, 0], ['b', 'a'])
    """
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=np.float64)
        return numbers.astype(np.int64) if (numbers == np.floor(numbers)).all() else numbers
    return values.astype(object).to_numpy(dtype=object)


def label_words(label):
    """Return a class as a person would type it: 1.0 is 1.

    >>> label_words(1.0), label_words("Yes")
    ('1', 'Yes')
    """
    return str(int(label)) if isinstance(label, float) and label == int(label) else str(label)
