"""How much each row counts in a fit, and which estimators go by what a person asked of every fit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.modeling.kinds import ModelKind
from workbench.specs import ExperimentSpec

BASELINE = "baseline"
PROBABILITIES = (
    "Rare answers count as much as frequent ones, so predicted probabilities no longer say how often something "
    "happens: they are too high for rare answers. Rankings and choices can be used as they are."
)


def row_weights(spec: ExperimentSpec, inputs: pd.DataFrame, target: np.ndarray) -> np.ndarray | None:
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


def fit_arguments(
    spec: ExperimentSpec, kind: ModelKind, inputs: pd.DataFrame, target: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what ``fit`` of an estimator of ``kind`` is given besides rows and target: the weights, if any."""
    weights = row_weights(spec, inputs, target) if kind.takes_weights else None
    return {} if weights is None else {"sample_weight": weights}


def ignored_wishes(spec: ExperimentSpec, kinds: Sequence[ModelKind]) -> tuple[str, ...]:
    """Say which of ``kinds`` do not go by the weights and directions of ``spec``, and what balanced classes cost."""
    kinds = [kind for kind in dict.fromkeys(kinds) if kind.name != BASELINE]
    sentences = [PROBABILITIES] if spec.class_weight else []
    unweighted = [kind.label for kind in kinds if not kind.takes_weights]
    if unweighted and (spec.weight_column or spec.class_weight):
        sentences.append(f"Every row counts the same in {_listed(unweighted)}.")
    free = [kind.label for kind in kinds if not kind.takes_monotone]
    if free and spec.monotone:
        names = _listed([f"“{name}”" for name, _ in spec.monotone])
        sentences.append(f"{_listed(free)} cannot be held to rise or fall with {names}, and may do otherwise.")
    return tuple(sentences)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
