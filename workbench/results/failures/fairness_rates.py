"""The figures by which groups are compared, each with its definition in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.specs import Task

CLASSES: tuple[Task, ...] = ("binary", "multiclass")
DOES_NOT_TELL = (
    "What this does not tell: why groups differ, and whether that is unfair; that depends on what is decided and on "
    "what the column stands for. It knows only the groups in your file, and takes the outcomes there as true."
)
CANNOT_ALL_BE_EQUAL = (
    "Where groups differ in how frequent the class is, the rates cannot all be equal at once (Chouldechova 2017; "
    "Kleinberg, Mullainathan, Raghavan 2017): choose the one that matters for your decision."
)


@dataclass(frozen=True)
class RateKind:
    """One figure by which groups are compared.

    Parameters
    ----------
    name, label : str
    sentence : str
        Its definition; "{label}" stands for the class in question, "{target}" for the column that is predicted.
    criterion : str
        What its equality between groups is called; "" where it has no name.
    tasks : tuple of Task
    values : callable(selected or residual, actual) -> (float64 ndarray, bool ndarray)
        Of each row what is averaged, and whether the row counts.
    share : bool
    judged : bool
        A gap says something about the model, not only about the data.
    """

    name: str
    label: str
    sentence: str
    criterion: str
    tasks: tuple[Task, ...]
    values: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    share: bool = True
    judged: bool = True


RATES: tuple[RateKind, ...] = (
    RateKind(
        "selection_rate",
        "selection rate",
        "Of all rows of the group, the share that is answered with “{label}”.",
        "Equal rates are called demographic parity.",
        CLASSES,
        lambda selected, actual: (selected, np.ones(len(actual), dtype=bool)),
    ),
    RateKind(
        "true_positive_rate",
        "true positive rate",
        "Also called recall: of the rows of the group that are “{label}”, the share that is answered so. Higher is "
        "better.",
        "Equal rates are called equal opportunity.",
        CLASSES,
        lambda selected, actual: (selected, actual),
    ),
    RateKind(
        "false_positive_rate",
        "false positive rate",
        "Of the rows of the group that are not “{label}”, the share that is answered with it all the same. Lower is "
        "better.",
        "Where the true positive rates are equal, too, that is called equalised odds.",
        CLASSES,
        lambda selected, actual: (selected, ~actual),
    ),
    RateKind(
        "precision",
        "precision",
        "Of the rows of the group that are answered with “{label}”, the share that is so. Higher is better.",
        "Equal rates are called predictive parity.",
        CLASSES,
        lambda selected, actual: (actual, selected),
    ),
    RateKind(
        "base_rate",
        "share in the data",
        "Of all rows of the group, the share that is “{label}” in your file, whatever is answered.",
        "",
        CLASSES,
        lambda selected, actual: (actual, np.ones(len(actual), dtype=bool)),
        judged=False,
    ),
    RateKind(
        "mean_error",
        "mean error",
        "Prediction minus actual “{target}”, averaged: above zero predictions are too high for the group, below too "
        "low. Nearer to zero is better.",
        "",
        ("regression",),
        lambda residual, actual: (residual, np.ones(len(actual), dtype=bool)),
        share=False,
    ),
    RateKind(
        "mean_absolute_error",
        "mean absolute error",
        "How far predictions of “{target}” are off for the group on average, to either side. Lower is better.",
        "",
        ("regression",),
        lambda residual, actual: (np.abs(residual), np.ones(len(actual), dtype=bool)),
        share=False,
    ),
)


def rates_for(task: Task) -> tuple[RateKind, ...]:
    """Return the figures that fit a task, in the order shown."""
    return tuple(kind for kind in RATES if task in kind.tasks)
