"""The views of one candidate that the results page offers, each with its definition in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from workbench.results.quality.amounts import largest_errors, predicted_against_actual, residuals
from workbench.results.quality.calibration import calibration
from workbench.results.quality.classes import confusion, precision_recall_curve, roc_curve
from workbench.results.quality.folds import fold_scores
from workbench.results.quality.gain import cumulative_gain
from workbench.results.quality.learning_curve import learning_curve
from workbench.results.quality.score_histogram import score_histogram
from workbench.results.uses.importance import permutation_importance
from workbench.specs import Task
from workbench.training.evaluation import Evaluation

CLASSES: tuple[Task, ...] = ("binary", "multiclass")
ALL_TASKS: tuple[Task, ...] = ("binary", "multiclass", "regression")


@dataclass(frozen=True)
class ViewKind:
    """One way to look at a candidate.

    Parameters
    ----------
    name, label : str
    tasks : tuple of Task
        For which it means something.
    definition : str
        What is shown and how it is computed, for a reader who does not know the field.
    compute : callable(evaluation, key, table) -> result with ``.frame()`` and ``.finding()``
        ``table`` may be None unless ``needs_table``. ``.notes()``, where a result has it, are sentences to say below.
    charts : tuple of str
        Names in ``charts.CHARTS`` that draw the result; empty where the table says it best.
    needs_table : bool
        The candidate is fitted again (seconds to minutes), so the table is needed.
    tab : str
        Where it stands on the results page: "quality", "failures" or "uses".
    """

    name: str
    label: str
    tasks: tuple[Task, ...]
    definition: str
    compute: Callable[[Evaluation, str, pd.DataFrame | None], Any]
    charts: tuple[str, ...]
    needs_table: bool = False
    tab: Literal["quality", "failures", "uses"] = "quality"


VIEWS: tuple[ViewKind, ...] = (
    ViewKind(
        "confusion",
        "Right and wrong",
        CLASSES,
        "Also called confusion matrix: rows counted by their actual class and by the class that was predicted while "
        "the row was held out. After → the share of its line: of the rows of that actual class, how many were "
        "predicted so (for the right class: recall). After ↓ the share of its column: of the rows that were predicted "
        "so, how many are of that class (precision). Blue: right; brown: taken for another class. Darker: a larger "
        "share of the line.",
        lambda evaluation, key, table: confusion(evaluation, key),
        ("confusion",),
    ),
    ViewKind(
        "roc",
        "ROC curve",
        CLASSES,
        "Suppose every row is taken whose probability is at least some threshold. Upwards: the share of the class "
        "that is found (true positive rate); to the right: the share of all other rows that is taken along, the false "
        "alarms (false positive rate). Each point of the ROC curve is another threshold. The area under it is the "
        "chance that a row of the class is ranked above another; 0.5 is guessing, 1 is perfect. All folds are drawn "
        "as one curve, so its area can differ a little from the mean over folds on the leaderboard.",
        lambda evaluation, key, table: roc_curve(evaluation, key),
        ("roc",),
    ),
    ViewKind(
        "precision_recall",
        "Precision and recall",
        CLASSES,
        "Suppose every row is taken whose probability is at least some threshold. Precision: how many of the rows "
        "taken are of the class. Recall: how many rows of the class are among those taken. Each point of the curve is "
        "another threshold. The dashed line is picking at random. It tells more than the ROC "
        "curve where the class is rare.",
        lambda evaluation, key, table: precision_recall_curve(evaluation, key),
        ("precision_recall",),
    ),
    ViewKind(
        "gain",
        "Lift and gain",
        ("binary",),
        "Suppose rows are taken in the order of their probability, the highest first. Cumulative gain: the share of "
        "the class that is found among those taken; higher is better. Lift: how many times as many that are as picking "
        "at random would find; 1 is no better than that. Rows of equal probability count in proportion. Each fold is "
        "ranked by itself, and the curve is the mean over folds.",
        lambda evaluation, key, table: cumulative_gain(evaluation, key),
        ("gain", "lift"),
    ),
    ViewKind(
        "calibration",
        "Calibration",
        CLASSES,
        "Held-out rows in order of the probability they were given (of the class to find; of several classes, of the "
        "most probable one), in up to ten groups of about equally many. To the right the probability that was stated, "
        "upwards the share that came so, with its 95 % interval. On the dashed line both are the same; below it, "
        "probabilities are too high. Grey bars along the bottom: how many rows have which probability.",
        lambda evaluation, key, table: calibration(evaluation, key),
        ("calibration",),
    ),
    ViewKind(
        "score_histogram",
        "Spread of probabilities",
        CLASSES,
        "Held-out rows by the probability they were given: of the class to find, in a colour for each actual class; of "
        "several classes, of the most probable one, by whether it was right. Shares add up to 100 % of each colour, so "
        "that rare ones are seen. The less the colours overlap, the better.",
        lambda evaluation, key, table: score_histogram(evaluation, key),
        ("score_histogram",),
    ),
    ViewKind(
        "predicted_against_actual",
        "Predicted against actual",
        ("regression",),
        "Each row's prediction, made while the row was held out, against its actual value. On the dashed line a "
        "prediction is exact; below it, it is too low.",
        lambda evaluation, key, table: predicted_against_actual(evaluation, key),
        ("predicted_against_actual",),
    ),
    ViewKind(
        "residuals",
        "How far off",
        ("regression",),
        "Residuals: actual minus predicted value of each held-out row. Positive means that the prediction was too "
        "low. By predicted value: the median residual, and the range that holds the middle 80 % of the rows.",
        lambda evaluation, key, table: residuals(evaluation, key),
        ("residual_histogram", "residuals_by_value"),
    ),
    ViewKind(
        "fold_scores",
        "Fold by fold",
        ALL_TASKS,
        "The main metric on each fold, of a model that had not seen its rows; dashed is the mean. Grey bar: where the "
        "score of a fold with as many rows lies 19 times of 20 if the fold is like the others. A fold that stands out, "
        "corrected for how many folds there are, is orange. Where the table has dates, “Where it fails”, by column, "
        "shows the metric over time.",
        lambda evaluation, key, table: fold_scores(evaluation, key),
        ("fold_scores",),
    ),
    ViewKind(
        "largest_errors",
        "Largest errors",
        ALL_TASKS,
        "The held-out rows on which the model was furthest off: for amounts by distance, for classes by how little "
        "probability the actual class was given. Look at them: often the data is wrong, not the model.",
        lambda evaluation, key, table: largest_errors(evaluation, key),
        (),
        tab="failures",
    ),
    ViewKind(
        "largest_shares",
        "Largest errors in percent",
        ("regression",),
        "The held-out rows on which the model was furthest off as a share of the actual value; rows whose actual value "
        "is 0 are left out. Small amounts stand here, which the distance alone hides.",
        lambda evaluation, key, table: largest_errors(evaluation, key, in_percent=True),
        (),
        tab="failures",
    ),
    ViewKind(
        "importance",
        "What it uses",
        ALL_TASKS,
        "Permutation importance: how much worse the main metric gets on held-out rows when the values of one of "
        "your columns are shuffled between rows. Columns that say the same thing share their importance. It shows "
        "what the model uses, not what causes what.",
        lambda evaluation, key, table: permutation_importance(table, evaluation.spec, key),
        ("importance",),
        needs_table=True,
        tab="uses",
    ),
    ViewKind(
        "learning_curve",
        "Would more rows help?",
        ALL_TASKS,
        "Learning curve: the same estimator learns from an eighth, a quarter, a half and all of the rows, and is "
        "scored on the same held-out rows each time. Where the line still rises at its end, more rows would help; "
        "where it is level, only other columns or better ones would.",
        lambda evaluation, key, table: learning_curve(table, evaluation.spec, key),
        ("learning_curve",),
        needs_table=True,
    ),
)


def view(name: str) -> ViewKind:
    """Return the view called ``name``; KeyError where there is none."""
    return {kind.name: kind for kind in VIEWS}[name]
