"""How far off each held-out row was, and what counts as an error."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotFound
from workbench.specs import ExperimentSpec, Task
from workbench.training.evaluation import Evaluation

CLASSES: tuple[Task, ...] = ("binary", "multiclass")
LEAST_CHANCE = float(np.finfo(np.float64).eps)  # a probability is taken as no nearer to 0 and 1, as in scikit-learn


@dataclass(frozen=True)
class MeasureKind:
    """One way to say how far off a row is; its mean is the metric of a group of rows. Lower is better.

    Parameters
    ----------
    name, label : str
    sentence : str
        What its mean over rows says, for a person who does not know the field.
    tasks : tuple of Task
    values : callable(predictions, spec) -> float64 ndarray of shape (n_rows,)
    share : bool
        Each row counts as 0 or 1, so that the mean is a share.
    in_target_units : bool
    """

    name: str
    label: str
    sentence: str
    tasks: tuple[Task, ...]
    values: Callable[[pd.DataFrame, ExperimentSpec], np.ndarray]
    share: bool = False
    in_target_units: bool = False

    def unit(self, spec: ExperimentSpec) -> str:
        """Unit of the mean: "%", that of the target, or "" for a plain number."""
        return "%" if self.share else spec.target_column.unit if self.in_target_units else ""


def chances(predictions: pd.DataFrame, spec: ExperimentSpec) -> np.ndarray:
    """Probability that each row's actual class was given, of shape (n_rows,)."""
    columns = {label: position for position, label in enumerate(spec.classes)}
    table = predictions[[f"probability_{label}" for label in spec.classes]].to_numpy()
    return table[np.arange(len(table)), predictions["actual"].map(columns).to_numpy()]


def _wrong(predictions, spec):
    return (predictions["actual"].to_numpy() != predictions["prediction"].to_numpy()).astype(np.float64)


def _log_loss(predictions, spec):
    return -np.log(np.clip(chances(predictions, spec), LEAST_CHANCE, 1 - LEAST_CHANCE))


def _absolute(predictions, spec):
    return np.abs(predictions["actual"].to_numpy(dtype=float) - predictions["prediction"].to_numpy(dtype=float))


MEASURES: tuple[MeasureKind, ...] = (
    MeasureKind(
        "wrong",
        "wrong answers",
        "The share of rows whose answer is wrong; lower is better.",
        CLASSES,
        _wrong,
        share=True,
    ),
    MeasureKind(
        "log_loss",
        "log loss",
        "How far the probabilities are from what happened; a confident mistake costs most. Lower is better, 0 is "
        "perfect.",
        CLASSES,
        _log_loss,
    ),
    MeasureKind(
        "absolute",
        "mean absolute error",
        "How far predictions are off on average, whether too high or too low; lower is better.",
        ("regression",),
        _absolute,
        in_target_units=True,
    ),
)


def measure(name: str) -> MeasureKind:
    """Return the measure called ``name``; KeyError where there is none."""
    return {kind.name: kind for kind in MEASURES}[name]


def measures_for(task: Task) -> tuple[MeasureKind, ...]:
    """Return the measures that fit a task, the one that is used by default first."""
    return tuple(kind for kind in MEASURES if task in kind.tasks)


def baseline_of(evaluation: Evaluation, rows: pd.Series) -> pd.DataFrame | None:
    """What the candidate that looks at no column predicted for the same rows; None where it did not for all."""
    found = evaluation.baseline()
    if found is None:
        return None
    try:
        guesses = evaluation.out_of_fold(found.key).set_index("row")
    except NotFound:
        return None
    return guesses.loc[rows].reset_index() if rows.isin(guesses.index).all() else None
