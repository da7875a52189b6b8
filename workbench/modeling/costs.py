"""Predicted seconds of one fold on one core: a fit on ``n_rows``, and scoring of a quarter as many.

Each function takes (n_rows, n_columns, n_classes), with ``n_columns`` counted before any encoding and ``n_classes`` 0
for regression. The forms are the textbook complexities, the constants were measured by ``benchmarks/fit_costs.py``
(scikit-learn 1.9, 2026), which prints measured against predicted. Ratios matter most: a kind leaves the default set
where it would cost more than five forests, and time left is corrected by what a run has measured.
"""

from math import log2, sqrt

from workbench.runtime.boosting import FEW_ROWS_PARTS, WATCHED_ROWS
from workbench.runtime.estimators import EARLY_STOPPING_ROWS
from workbench.runtime.forests import MANY_ROWS

PASSES = 100  # of a network that does not stop early
PASSES_UNTIL_STOPPED = 20


def baseline(n_rows, n_columns, n_classes):
    return 0.01 + 1e-8 * n_rows


def ensemble(n_rows, n_columns, n_classes):
    return 0.0  # of models that were fitted for themselves


def _preparation(n_rows, n_columns):
    return 0.03 + 4e-7 * n_rows * n_columns


def _sides(n_classes):
    """Models that a kind fits one per class: one for a yes/no question or a number."""
    return n_classes if n_classes > 2 else 1


def _sorting(n_rows):
    return n_rows * log2(n_rows + 2)


def logistic(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 1e-7 * n_rows * n_columns * _sides(n_classes)


def ridge(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 1e-7 * n_rows * n_columns


def log_linear(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 5e-6 * n_rows * sqrt(n_columns)


def quantile(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 1.1e-8 * n_rows**2 * n_columns


def elastic_net(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 2e-7 * n_rows * n_columns


def additive(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 5e-7 * n_rows * n_columns * _sides(n_classes)


def nearest_neighbours(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 9e-11 * n_rows**2 * n_columns


def decision_tree(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 8e-8 * _sorting(n_rows) * n_columns


def random_forest(n_rows, n_columns, n_classes):
    return 0.25 + _sorting(_drawn(n_rows)) * _forest_rate(n_columns, n_classes, 5.5e-6, 1.4e-5, 9e-6)


def extra_trees(n_rows, n_columns, n_classes):
    return 0.25 + _sorting(_drawn(n_rows)) * _forest_rate(n_columns, n_classes, 1.8e-6, 4.7e-6, 2.9e-6)


def _drawn(n_rows):
    """Rows that a tree of a forest learns from, but for the share that is drawn however many there are."""
    return n_rows if n_rows <= MANY_ROWS else sqrt(MANY_ROWS * n_rows)


def _forest_rate(n_columns, n_classes, binary, multiclass, regression):
    # Numbers look at half of the columns for each question, classes at the root of their number.
    if n_classes == 0:
        return regression * n_columns / 2
    return (binary if n_classes == 2 else multiclass) * sqrt(n_columns)


def hist_gradient_boosting(n_rows, n_columns, n_classes):
    return 0.05 + (0.15 + 4e-3 * n_columns + 1.7e-6 * n_rows * n_columns) * _sides(n_classes)


def support_vector_machine(n_rows, n_columns, n_classes):
    per_pair_of_rows = 6.5e-8 + 3.5e-9 * n_columns
    fits = 0.43 if n_classes == 0 else 1 + 0.13 * (n_classes - 2)  # a number needs no folds for probabilities
    return _preparation(n_rows, n_columns) + per_pair_of_rows * fits * n_rows**2


def naive_bayes(n_rows, n_columns, n_classes):
    return _preparation(n_rows, n_columns) + 1e-7 * n_rows * n_columns


def mlp(n_rows, n_columns, n_classes):
    passes = PASSES if n_rows < EARLY_STOPPING_ROWS else PASSES_UNTIL_STOPPED
    return _preparation(n_rows, n_columns) + (1.7e-6 + 8e-8 * n_columns) * n_rows * passes


def lightgbm(n_rows, n_columns, n_classes):
    return _boosted(n_rows, 0.05 + 3.3e-6 * n_rows * n_columns, n_classes)


def xgboost(n_rows, n_columns, n_classes):
    return _boosted(n_rows, 0.05 + 6e-6 * n_rows * n_columns, n_classes)


def catboost(n_rows, n_columns, n_classes):
    # One tree answers for all classes there, but is sought for each of them.
    sides = {0: 1.6, 2: 1.0}.get(n_classes, 0.8 * n_classes)
    return (0.1 + 1e-5 * n_rows * n_columns) * _stopped_fits(n_rows) * sides


def _boosted(n_rows, seconds, n_classes):
    # Classes stop after fewer trees than numbers do, several classes after fewer than two.
    return seconds * _stopped_fits(n_rows) * {0: 1.4, 2: 1.0}.get(n_classes, 0.6 * n_classes)


def _stopped_fits(n_rows):
    """Fits on all rows that a booster's own end of the number of trees takes: few rows are held back part by part."""
    return 1 if n_rows >= WATCHED_ROWS else 1 + 2 * FEW_ROWS_PARTS / 3
