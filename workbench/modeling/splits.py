"""How rows are divided into folds, by what the rows mean. scikit-learn's own splitters wherever they exist."""

import itertools
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from workbench.errors import NotFound, NotPossible, TooFewRows
from workbench.modeling.targets import label_words
from workbench.specs import ExperimentSpec, SplitSpec

Folds = list[tuple[np.ndarray, np.ndarray]]
RARE_CLASS_ROWS = 10


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
    with warnings.catch_warnings():
        # A class rarer than the folds is told by planning; here it only means that some folds lack it.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        return list(chosen.split(np.zeros(len(y)), y, groups))


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
    """Expanding window: each fold is predicted from everything strictly before it.

    Cuts lie where ``TimeSeriesSplit`` makes them, moved back so that rows of one moment are never on both sides;
    rows without a moment are only ever learnt from, and come first.
    """
    moments = X[spec.split.column]
    ranks = pd.factorize(moments, sort=True)[0]  # blanks are -1, so they come first
    order = np.argsort(ranks, kind="stable")
    sorted_ranks = ranks[order]
    n_folds = spec.split.folds
    size = len(order) // (n_folds + 1)
    bounds = [len(order) - size * later for later in range(n_folds, 0, -1)]
    starts = [_moment_start(sorted_ranks, bound) for bound in bounds] + [len(order)]
    if starts[0] == 0 or any(after <= before for before, after in itertools.pairwise(starts)):
        raise TooFewRows(
            f"“{spec.split.column}” has too few different moments to cut it into {n_folds} stretches.",
            "Use fewer folds, or a column with finer times.",
        )
    return [(np.sort(order[:a]), np.sort(order[a:b])) for a, b in itertools.pairwise(starts)]


def _moment_start(sorted_ranks, bound):
    return int(np.searchsorted(sorted_ranks, sorted_ranks[min(bound, len(sorted_ranks) - 1)], side="left"))


def most_time_folds(moments: pd.Series, wanted: int) -> int:
    """Return into how many folds, up to ``wanted``, rows can be cut by these moments; 0 where they cannot."""
    ranks = np.sort(pd.factorize(moments, sort=True)[0])
    for n_folds in range(min(wanted, len(ranks) - 1), 0, -1):
        size = len(ranks) // (n_folds + 1)
        starts = [_moment_start(ranks, len(ranks) - size * later) for later in range(n_folds, 0, -1)]
        # The first part learnt from needs two rows, with a moment of their own or none.
        if starts[0] >= 2 and all(after > before for before, after in itertools.pairwise([*starts, len(ranks)])):
            return n_folds
    return 0


SPLITS: tuple[SplitKind, ...] = (
    SplitKind(
        "random",
        "Rows are independent",
        "Every row is a case of its own; rows are divided by chance.",
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
    if spec.task != "regression":
        # The splitters look at which rows share a class, not at its name; whole numbers compare fast.
        y, labels = pd.factorize(y, sort=True)
    if spec.task != "regression" and kind.name == "random":
        counts = np.bincount(y)
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


def possible_split(known, column, task, wanted: SplitSpec, schema) -> tuple[SplitSpec, tuple[str, ...]]:
    """Return the split that these rows allow, and in sentences where it differs from what was wanted."""
    kind = split(wanted.kind)
    if not kind.needs_column:
        wanted = wanted.but(column="")
    else:
        _check_split_column(known, column, wanted, schema)
    target, sentences = known[column.name], []
    if kind.needs_column:
        blank = int(known[wanted.column].isna().sum())
        if blank:
            how = "each is taken as a group of its own" if wanted.kind == "group" else "they are only learnt from"
            sentences.append(f"{blank:,} rows have no value in “{wanted.column}”; {how}.")
    most, reason = _most_folds(known, wanted)
    if task != "regression" and wanted.kind != "time":
        counts = target.value_counts()
        rarest, fewest = label_words(counts.index[-1]), int(counts.iloc[-1])
        if fewest < 2:
            raise TooFewRows(
                f"The class “{rarest}” has a single row, so it cannot be both learnt and tested.",
                "Leave that row out on the Prepare page, or get more rows of this class.",
            )
        if fewest < min(most, wanted.folds):
            most, reason = fewest, f"The class “{rarest}” has only {fewest} rows"
        elif fewest < RARE_CLASS_ROWS:
            sentences.append(f"The class “{rarest}” has only {fewest} rows; scores about it are rough.")
    if most < wanted.folds:
        sentences.append(f"{reason}, so {most} folds are used instead of {wanted.folds}.")
        wanted = wanted.but(folds=most)
    return wanted, tuple(sentences)


def _check_split_column(known, column, wanted, schema):
    if not wanted.column:
        raise NotPossible("It is not said by which column rows are divided.", "Choose the column.")
    if wanted.column not in schema.names or wanted.column not in known:
        raise NotFound(f"There is no column “{wanted.column}” to divide rows by.", "Choose another one.")
    if wanted.column == column.name:
        raise NotPossible(f"Rows cannot be divided by the target, “{wanted.column}”.", "Choose another column.")
    if wanted.kind == "time" and schema.column(wanted.column).meaning not in ("date", "number", "integer"):
        raise NotPossible(
            f"“{wanted.column}” holds words, so it does not say which rows are earlier.",
            "Choose a column of dates or numbers, or change its meaning to date on the Data page.",
        )


def _most_folds(known, wanted) -> tuple[int, str]:
    """Return how many folds the rows, groups or moments allow, up to those wanted, and why not more."""
    if wanted.kind == "random":
        return min(wanted.folds, len(known)), f"There are only {len(known)} rows"
    values = known[wanted.column]
    if wanted.kind == "group":
        n_groups = len(np.unique(group_codes(values)))
        if n_groups < 2:
            raise TooFewRows(f"“{wanted.column}” is the same in every row, so rows cannot be divided by it.")
        return min(wanted.folds, n_groups), f"“{wanted.column}” has only {n_groups} different values"
    most = most_time_folds(values, wanted.folds)
    if most < 2:
        raise TooFewRows(
            f"“{wanted.column}” has too few different moments to learn from earlier rows and test on later ones.",
            "Choose a column with finer times.",
        )
    return most, f"“{wanted.column}” has only {values.nunique():,} different moments"
