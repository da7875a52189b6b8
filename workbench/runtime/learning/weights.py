"""How much each row counts in a fit."""

import numpy as np
import pandas as pd


def row_weights(spec, inputs: pd.DataFrame, target: np.ndarray) -> np.ndarray | None:
    """Return how much each row counts, 1 on average; None where all count the same.

    Parameters
    ----------
    spec : ExperimentSpec
        ``weight_column`` and ``class_weight``.
    inputs : DataFrame of shape (n_rows, n_columns)
        Of the rows that are learnt from, as ``planning.modelling_table`` gives them: with the weight column.
    target : ndarray of shape (n_rows,)

    Notes
    -----
    Balanced classes have equal sums of weights: n_rows / (n_classes · rows of the class), as scikit-learn's
    ``compute_class_weight`` has it, with the rows' own weights in place of their number.
    """
    if not spec.weight_column and not spec.class_weight:
        return None
    weights = np.ones(len(target))
    if spec.weight_column:
        weights = inputs[spec.weight_column].to_numpy(dtype=np.float64)
    if spec.class_weight == "balanced":
        _, codes = np.unique(target, return_inverse=True)
        sums = np.bincount(codes, weights=weights)
        weights = weights / sums[codes]
    return weights / weights.mean()
