"""How rows are divided into folds, by what the rows mean. scikit-learn's own splitters wherever they exist."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from workbench.errors import NotPossible, TooFewRows
from workbench.specs import ExperimentSpec

Folds = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class SplitKind:
    """One way to divide rows: what must be true of them, and what follows."""

    name: str
    label: str
    sentence: str
    needs_column: bool
    folds: Callable[[pd.DataFrame, np.ndarray, ExperimentSpec], Folds]


def _random(X, y, spec):
    splitter = KFold if spec.task == "regression" else StratifiedKFold
    chosen = splitter(spec.split.folds, shuffle=True, random_state=spec.seed)
    return list(chosen.split(np.zeros(len(y)), y))


def _group(X, y, spec):
    groups = group_codes(X[spec.split.column])
    n_groups = len(np.unique(groups))
    if n_groups < spec.split.folds:
        raise TooFewRows(
            f"“{spec.split.column}” has {n_groups} different values, fewer than the {spec.split.folds} folds.",
            "Use fewer folds, or another column.",
        )
    splitter = GroupKFold if spec.task == "regression" else StratifiedGroupKFold
    chosen = splitter(spec.split.folds, shuffle=True, random_state=spec.seed)
    return list(chosen.split(np.zeros(len(y)), y, groups))


def group_codes(values: pd.Series) -> np.ndarray:
    """Return an integer per row, equal for rows of the same entity; every blank is an entity of its own."""
    codes, uniques = pd.factorize(values, use_na_sentinel=True)
    blank = codes < 0
    codes = codes.astype(np.int64)
    codes[blank] = len(uniques) + np.arange(blank.sum())
    return codes


def _time(X, y, spec):
    """Expanding window: each fold is predicted from everything strictly before it.

    Cuts lie at equal shares of the rows, moved so that rows of one moment are never on both sides; rows without a
    moment are only ever learnt from, and come first.
    """
    moments = X[spec.split.column]
    ranks = pd.factorize(moments, sort=True)[0]  # blanks are -1, so they come first
    order = np.argsort(ranks, kind="stable")
    sorted_ranks = ranks[order]
    n_folds = spec.split.folds
    bounds = np.linspace(0, len(order), n_folds + 2)[1:].round().astype(int)
    starts = [_moment_start(sorted_ranks, bound) for bound in bounds[:-1]] + [len(order)]
    if starts[0] == 0 or any(after <= before for before, after in itertools.pairwise(starts)):
        raise TooFewRows(
            f"“{spec.split.column}” has too few different moments to cut it into {n_folds} stretches.",
            "Use fewer folds, or a column with finer times.",
        )
    return [(np.sort(order[:a]), np.sort(order[a:b])) for a, b in itertools.pairwise(starts)]


def _moment_start(sorted_ranks, bound):
    return int(np.searchsorted(sorted_ranks, sorted_ranks[min(bound, len(sorted_ranks) - 1)], side="left"))


SPLITS: tuple[SplitKind, ...] = (
    SplitKind(
        "random",
        "Rows are independent",
        "Every row is a case of its own; rows are divided by chance, with the same share of each class everywhere.",
        False,
        _random,
    ),
    SplitKind(
        "group",
        "Several rows belong to the same",
        "Rows of the same customer, patient or machine are never both learnt from and tested on.",
        True,
        _group,
    ),
    SplitKind(
        "time",
        "We predict the future by",
        "Every row is predicted from earlier ones only, as it will be in service.",
        True,
        _time,
    ),
)


def split(name: str) -> SplitKind:
    """Return the split called ``name``; KeyError where there is none."""
    for kind in SPLITS:
        if kind.name == name:
            return kind
    raise KeyError(name)


def make_folds(X: pd.DataFrame, y: np.ndarray, spec: ExperimentSpec) -> Folds:
    """Divide rows into folds, the same for every candidate and every run of the same spec.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        As ``planning.modelling_table`` gives it; holds the group or time column.
    y : ndarray of shape (n_rows,)
    spec : ExperimentSpec

    Returns
    -------
    list of (train, test)
        Positions (not labels) of rows, each an increasing int64 array.

    Raises
    ------
    TooFewRows
        Fewer rows, groups or moments than folds, or a class with fewer rows than folds; says which and how many.
    NotPossible
        The group or time column is not in the table.
    """
    kind = split(spec.split.kind)
    if kind.needs_column and spec.split.column not in X:
        raise NotPossible(f"The column “{spec.split.column}”, by which rows are divided, is not in the table.")
    if len(y) < spec.split.folds:
        raise TooFewRows(f"There are {len(y)} rows, fewer than the {spec.split.folds} folds.", "Use fewer folds.")
    if spec.task != "regression" and kind.name == "random":
        labels, counts = np.unique(y, return_counts=True)
        if counts.min() < spec.split.folds:
            raise TooFewRows(
                f"The class “{labels[counts.argmin()]}” has {counts.min()} rows, fewer than the "
                f"{spec.split.folds} folds.",
                "Use fewer folds, or leave these rows out on the Prepare page.",
            )
    folds = kind.folds(X, y, spec)
    for train, _ in folds:
        if spec.task != "regression" and len(np.unique(y[train])) < 2:
            raise TooFewRows(
                "One of the folds would be learnt from rows of a single class.", "Use fewer folds or another split."
            )
    return folds
