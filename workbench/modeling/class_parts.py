"""Parts of a division whose rows are all of one class, in which a score is not defined: avoided, told or refused."""

import numpy as np
import pandas as pd

from workbench.errors import NotPossible, TooFewRows
from workbench.modeling import metrics
from workbench.modeling.splits import group_codes
from workbench.modeling.targets import label_words
from workbench.modeling.ways_out import WayOut
from workbench.runtime.learning.time_windows import time_windows
from workbench.specs import ColumnSpec, Draft, SplitSpec

NEEDS_TWO_CLASSES = ("roc_auc",)  # metrics without a value where all tested rows are of one class


def undefined(known: pd.DataFrame, column: ColumnSpec, task: str, draft: Draft, parts, named: str) -> list[str]:
    """Tell of parts in which all rows are of one class, where the metric needs two; refuse where all are like that."""
    metric = draft.metric or (metrics.main_metric(task) if task != "regression" else "")
    if task == "regression" or metric not in NEEDS_TWO_CLASSES:
        return []
    classes = known[column.name].groupby(np.asarray(parts)).nunique()
    classes = classes[classes.index >= 0]
    n_single, label = int((classes < 2).sum()), metrics.metric(metric).label
    if not n_single:
        return []
    if n_single == len(classes):
        error = NotPossible(
            f"In each of the {named} all rows have the same “{column.name}”, so {label} is not defined on any of them.",
            "Keep several together in a fold, or judge by log loss." if draft.split.each else "Judge by log loss.",
        )
        together = draft.split.but(each=False)
        error.ways_out = (
            *((WayOut("Keep several together in a fold", {"split": together}),) if draft.split.each else ()),
            WayOut("Judge by log loss", {"metric": "log_loss"}, help="Models are then ranked by it."),
        )
        raise error
    return [
        f"In {n_single} of {len(classes)} {named} all rows have the same “{column.name}”; {label} is not defined "
        "there, and they do not count in its mean."
    ]


def undefined_in_time(known: pd.DataFrame, column: ColumnSpec, task: str, draft: Draft, chosen: SplitSpec) -> list[str]:
    """As :func:`undefined`, of the stretches of time that ``chosen`` tests."""
    parts = np.full(len(known), -1)
    windows = time_windows(known[chosen.column], chosen.folds, share=chosen.share, gap=chosen.gap) or []
    for number, (_, tested) in enumerate(windows):
        parts[tested] = number
    return undefined(known, column, task, draft, parts, "stretches of time")


def groups_of_classes(
    known: pd.DataFrame, column: ColumnSpec, draft: Draft, chosen: SplitSpec, most: int, cause: str
) -> tuple[int, str]:
    """Return how many folds there can be so that each has groups of both classes, and why not more."""
    counts = known[chosen.column].groupby(known[column.name]).apply(lambda values: len(np.unique(group_codes(values))))
    fewest, rarest = int(counts.min()), label_words(counts.idxmin())
    if fewest < 2:
        raise TooFewRows(
            f"All rows of the class “{rarest}” share one “{chosen.column}”, so it cannot be both learnt and tested.",
            "Divide rows by another column, or get rows of this class of another one.",
        )
    metric = draft.metric or metrics.main_metric("binary")
    if metric not in NEEDS_TWO_CLASSES or fewest >= min(most, chosen.folds):
        return most, cause
    return fewest, f"The class “{rarest}” is in only {fewest} different “{chosen.column}”"
