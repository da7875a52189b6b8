"""What the training rows were like, as figures of each column: no row of them. ``training_profile.json``."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.learning.folds import group_codes
from workbench.runtime.upkeep.binned import (
    SHARES,
    STEPS,
    Measure,
    codes_of,
    edges_of,
    measures_of,
    shares_of,
    step_codes,
)
from workbench.runtime.upkeep.usual_distances import FEWEST_ROWS, usual_distances

PROFILE_FILE = "training_profile.json"
VERSION = 1
FEWEST_PREDICTED = 40


def training_profile(
    inputs: pd.DataFrame,
    fields: list[dict[str, Any]],
    *,
    predicted: np.ndarray | None = None,
    positions: np.ndarray | None = None,
    labels: tuple = (),
    units: np.ndarray | None = None,
    seed: int = 0,
) -> dict[str, Any] | None:
    """Return what new rows are compared with, and how far they usually are apart.

    Parameters
    ----------
    inputs : DataFrame of shape (n_rows, n_columns)
        Typed training rows.
    fields : list of dict
        Of ``model.json``.
    predicted : ndarray of shape (n_predicted,), optional
        What models that had not learnt from a row predicted for it: numbers, chances of the positive class, or with
        ``labels`` (of several classes) labels.
    positions : ndarray of shape (n_predicted,), optional
        Of these rows among the inputs.
    labels : tuple, optional
    units : ndarray of shape (n_rows,), optional
        Which rows belong together.
    seed : int

    Returns
    -------
    dict or None
        JSON; None where the rows are too few to know what is usual.
    """
    if predicted is not None and len(predicted) >= FEWEST_PREDICTED:
        order = np.argsort(positions)
        positions, predicted = positions[order], np.asarray(predicted)[order]
        calibrated = inputs.iloc[positions]
        units = None if units is None else units[positions]
    else:
        calibrated, predicted = inputs, None
    if len(calibrated) < FEWEST_ROWS:
        return None
    measures, codes, words, shares = [], [], {}, []
    for field in fields:
        values, whole = calibrated[field["name"]], inputs[field["name"]]
        for measure in measures_of(field, whole):
            if measure.what == "unseen":
                words[len(measures)] = pd.factorize(values)[0]
            measures.append(measure)
            codes.append(codes_of(measure, values, field))
            shares.append(shares_of(codes_of(measure, whole, field), measure.n_bins))
    if predicted is not None:
        measure = predictions_measure(predicted, labels)
        measures.append(measure)
        codes.append(prediction_codes(measure, predicted))
        shares.append(shares_of(codes[-1], measure.n_bins))
    usual = usual_distances(codes, words, measures, units, seed)
    return {
        "version": VERSION,
        "n_rows": len(inputs),
        "measures": [
            {**measure.to_json(), "shares": [_short(share) for share in found]}
            for measure, found in zip(measures, shares, strict=True)
        ],
        "usual": {
            "noise": usual["noise"],
            "limits": [[_short(limit) for limit in limits] for limits in usual["limits"]],
        },
    }


def predictions_measure(predicted: np.ndarray, labels: tuple) -> Measure:
    """Return how predictions are compared: by the answers of several classes, else by their numbers."""
    if labels:
        return Measure("", "values", SHARES, tuple(str(label) for label in labels))
    return Measure("", "values", STEPS, edges_of(np.asarray(predicted, dtype=np.float64)))


def prediction_codes(measure: Measure, predicted: np.ndarray) -> np.ndarray:
    """Return the bin of each prediction."""
    if measure.kind == SHARES:
        found = pd.Index(measure.bins).get_indexer([str(label) for label in predicted])
        return np.where(found < 0, len(measure.bins), found)
    return step_codes(np.asarray(predicted, dtype=np.float64), measure.bins)


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def told_by(question, predicted: np.ndarray, probabilities: np.ndarray | None) -> np.ndarray:
    """Return of predictions what a profile goes by: numbers, chances of the positive class, or labels.

    Parameters
    ----------
    question : Question or ExperimentSpec
    predicted : ndarray of shape (n_rows,)
    probabilities : float64 ndarray of shape (n_rows, n_classes) or None
    """
    if question.task == "binary":
        return probabilities[:, list(question.classes).index(question.positive)]
    return predicted


def profile_of(
    question,
    fields: list[dict[str, Any]],
    inputs: pd.DataFrame,
    told: np.ndarray | None = None,
    positions: np.ndarray | None = None,
) -> dict[str, Any] | None:
    """Return :func:`training_profile` of the rows that a question was answered from.

    Parameters
    ----------
    question : Question or ExperimentSpec
    fields : list of dict
    inputs : DataFrame
        As ``learning.rows.inputs_and_target`` gives them.
    told : ndarray of shape (n_predicted,), optional
        From :func:`told_by`, for rows that were held out.
    positions : ndarray of shape (n_predicted,), optional
    """
    column = question.split.column
    together = question.split.kind == "group" and column in inputs
    return training_profile(
        inputs,
        fields,
        predicted=told,
        positions=positions,
        labels=tuple(question.classes) if question.task == "multiclass" else (),
        units=group_codes(inputs[column]) if together else None,
        seed=question.seed,
    )
