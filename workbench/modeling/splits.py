"""The ways to divide rows into folds: what must be true of the rows, and what follows.

The dividing itself is in ``workbench.runtime.learning.folds``, since a bundle divides rows again when it is retrained.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.runtime.learning.folds import KINDS, SEEDS, Folds, group_codes, make_folds
from workbench.specs import ExperimentSpec, SplitSpec

__all__ = ["SEEDS", "SPLITS", "Folds", "SplitKind", "group_codes", "make_folds", "share_learnt", "split"]


@dataclass(frozen=True)
class SplitKind:
    """One way to divide rows: what must be true of them, and what follows."""

    name: str
    label: str
    sentence: str
    needs_column: bool
    folds: Callable[[pd.DataFrame, np.ndarray, ExperimentSpec], Folds]
    drawn: bool = False  # by chance, so that it can be repeated


SPLITS: tuple[SplitKind, ...] = (
    SplitKind(
        "random",
        "Every row is a case of its own",
        "Rows are divided by chance.",
        False,
        KINDS["random"],
        drawn=True,
    ),
    SplitKind(
        "group",
        "Several rows belong to the same",
        "Rows of the same customer, patient or machine are never both learnt from and tested on.",
        True,
        KINDS["group"],
        drawn=True,
    ),
    SplitKind(
        "time",
        "We predict the future by",
        "Rows are in time order: every one is predicted from earlier ones only, as it will be in service.",
        True,
        KINDS["time"],
    ),
    SplitKind(
        "own",
        "My own folds are marked in",
        "Rows with the same value are tested together; a column of train and test is one part held out.",
        True,
        KINDS["own"],
    ),
)


def split(name: str) -> SplitKind:
    """Return the split called ``name``; KeyError where there is none."""
    for kind in SPLITS:
        if kind.name == name:
            return kind
    raise KeyError(name)


def share_learnt(asked: SplitSpec) -> float:
    """Return about which share of the rows a candidate learns from in its largest fit."""
    return 1 - asked.share if asked.folds <= 1 else (asked.folds - 1) / asked.folds
