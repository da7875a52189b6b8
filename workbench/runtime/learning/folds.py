"""Rows to folds, by what the rows mean. scikit-learn's own splitters wherever they exist."""

import math

import numpy as np
import pandas as pd
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
)

from workbench.errors import NotPossible, TooFewRows
from workbench.runtime.learning.own_folds import own_folds
from workbench.runtime.learning.stratified_groups import stratified_group_folds
from workbench.runtime.learning.time_windows import time_windows

Folds = list[tuple[np.ndarray, np.ndarray]]
SEEDS = 2**32


def _seeds(spec) -> list[int]:
    """One seed for each drawing; that of the first is the run's."""
    return [(spec.seed + number) % SEEDS for number in range(spec.split.repeats)]


def _random(X, y, spec):
    n_folds, amounts = spec.split.folds, spec.task == "regression"
    found = []
    for seed in _seeds(spec):
        if n_folds == 1:
            n_test = _held_out(spec.split.share, len(y), 1 if amounts else len(np.unique(y)))
            splitter = (ShuffleSplit if amounts else StratifiedShuffleSplit)(1, test_size=n_test, random_state=seed)
        else:
            splitter = (KFold if amounts else StratifiedKFold)(n_folds, shuffle=True, random_state=seed)
        found += _sorted(splitter.split(np.zeros(len(y)), y))
    return found


def _held_out(share: float, n_rows: int, fewest: int) -> int:
    """Return how many rows are tested; both sides have room for ``fewest``."""
    return min(max(math.ceil(share * n_rows), fewest), n_rows - fewest)


def _group(X, y, spec):
    groups = group_codes(X[spec.split.column])
    if spec.split.each:
        return _each_group(X[spec.split.column], groups, y, spec)
    n_groups = len(np.unique(groups))
    if n_groups < max(spec.split.folds, 2):
        raise TooFewRows(
            f"“{spec.split.column}” has {n_groups} different values, fewer than the {spec.split.folds} folds.",
            "Use fewer folds, or another column.",
        )
    return [part for seed in _seeds(spec) for part in _grouped(groups, n_groups, y, spec, seed)]


def _grouped(groups, n_groups, y, spec, seed):
    """Draw folds of groups once; a hold-out of groups with their share of each class is one of several such folds."""
    n_folds = spec.split.folds
    if spec.task == "regression":
        splitter = (
            GroupKFold(n_folds, shuffle=True, random_state=seed)
            if n_folds > 1
            else GroupShuffleSplit(1, test_size=_held_out(spec.split.share, n_groups, 1), random_state=seed)
        )
        return _sorted(splitter.split(np.zeros(len(y)), y, groups))
    n_drawn = n_folds if n_folds > 1 else min(max(round(1 / spec.split.share), 2), n_groups)
    return stratified_group_folds(y, groups, n_drawn, seed)[:n_folds]


def _each_group(values, groups, y, spec):
    """Every group is tested once, alone; rows without one are only learnt from."""
    blank = values.isna().to_numpy()
    n_groups = len(np.unique(groups[~blank]))
    if n_groups < 2:
        raise TooFewRows(f"“{spec.split.column}” has {n_groups} different values; two are needed at least.")
    if not blank.any():
        return _sorted(LeaveOneGroupOut().split(np.zeros(len(y)), y, groups))
    return _marked(np.where(blank, -1, groups), n_groups)


def group_codes(values: pd.Series) -> np.ndarray:
    """Return an integer per row, equal for rows of the same entity; every blank is an entity of its own.

    >>> group_codes(pd.Series(["b", "a", None, "b", None])).tolist()
    [1, 0, 2, 1, 3]
    """
    # Sorted, as scikit-learn's splitters number groups: the folds are those of the values themselves.
    codes, uniques = pd.factorize(values, sort=True, use_na_sentinel=True)
    blank = codes < 0
    codes = codes.astype(np.int64)
    codes[blank] = len(uniques) + np.arange(blank.sum())
    return codes


def _time(X, y, spec):
    asked = spec.split
    found = time_windows(X[asked.column], asked.folds, share=asked.share, gap=asked.gap)
    if found is None:
        stretches = "one stretch" if asked.folds == 1 else f"{asked.folds} stretches"
        raise TooFewRows(
            f"“{asked.column}” has too few different moments to cut it into {stretches}"
            + (f" with a gap of {asked.gap:g} before each." if asked.gap else "."),
            f"Use fewer folds, {'a shorter gap, ' if asked.gap else ''}or a column with finer times.",
        )
    return found


def _own(X, y, spec):
    """As ``PredefinedSplit``: each value is tested once; rows marked as learnt from are never tested."""
    marked = own_folds(X[spec.split.column], spec.split.column)
    if marked.learnt:
        # Rows of another part that is to be tested are not learnt from: only those marked for it are.
        blank_or_learnt = np.flatnonzero(marked.codes < 0)
        return [(blank_or_learnt, np.flatnonzero(marked.codes == part)) for part in range(len(marked.tested))]
    return _marked(marked.codes, len(marked.tested))


def _marked(codes: np.ndarray, n_parts: int) -> Folds:
    return [(np.flatnonzero(codes != part), np.flatnonzero(codes == part)) for part in range(n_parts)]


def _sorted(parts) -> Folds:
    return [(np.sort(train), np.sort(test)) for train, test in parts]


# Name of a kind of split to what makes its folds: (rows, target, spec) -> list of (train, test).
KINDS = {"random": _random, "group": _group, "time": _time, "own": _own}


def make_folds(X: pd.DataFrame, y: np.ndarray, spec) -> Folds:
    """Divide rows into folds, the same for every candidate and every run of the same spec.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_columns)
        As ``planning.modelling_table`` gives it; holds the column by which rows are divided.
    y : ndarray of shape (n_rows,)
    spec : ExperimentSpec

    Returns
    -------
    list of (train, test)
        ``spec.split.rounds`` of them: positions (not labels) of rows, each an increasing int64 array. Where folds
        are drawn several times, those of the first drawing come first.

    Raises
    ------
    TooFewRows
        Fewer rows, groups or moments than folds, or a class with fewer rows than folds; says which and how many.
    NotPossible
        The column is not in the table, or the number of folds is not that of its values.
    """
    asked = spec.split
    if asked.kind != "random" and asked.column not in X:
        raise NotPossible(f"The column “{asked.column}”, by which rows are divided, is not in the table.")
    if asked.folds < 1:
        raise NotPossible("It is not decided into how many folds rows are divided.", "Plan the experiment first.")
    if len(y) < max(asked.folds, 2):
        raise TooFewRows(f"There are {len(y)} rows, fewer than the {asked.folds} folds.", "Use fewer folds.")
    if spec.task != "regression":
        # The splitters look at which rows share a class, not at its name; whole numbers compare fast.
        y, labels = pd.factorize(y, sort=True)
    if spec.task != "regression" and asked.kind == "random":
        counts = np.bincount(y)
        if counts.min() < max(asked.folds, 2):
            raise TooFewRows(
                f"The class “{labels[counts.argmin()]}” has {counts.min()} rows, fewer than the "
                f"{max(asked.folds, 2)} folds.",
                "Use fewer folds, or leave these rows out on the Prepare page.",
            )
    found = KINDS[asked.kind](X, y, spec)
    if len(found) != asked.rounds:
        raise NotPossible(
            f"“{asked.column}” divides the rows into {len(found)} folds, not {asked.rounds}.",
            "Plan the experiment again: the table may have changed.",
        )
    _check_parts(found, y, spec)
    return found


def _check_parts(found: Folds, y: np.ndarray, spec) -> None:
    for train, test in found:
        if not len(train) or not len(test):
            raise TooFewRows("One of the folds has no rows to learn from.", "Choose another way to divide the rows.")
        if spec.task != "regression" and len(np.unique(y[train])) < 2:
            raise TooFewRows(
                "One of the folds would be learnt from rows of a single class.", "Use fewer folds or another split."
            )
