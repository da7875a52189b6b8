"""How much each row counts in a fit, and which estimators go by what a person asked of every fit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.modeling.kinds import ModelKind
from workbench.runtime.learning.weights import row_weights
from workbench.specs import ExperimentSpec

BASELINE = "baseline"
PROBABILITIES = (
    "Rare answers count as much as frequent ones, so predicted probabilities no longer say how often something "
    "happens: they are too high for rare answers. Rankings and choices can be used as they are."
)


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
