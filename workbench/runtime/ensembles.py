"""A weighted average of estimators as one estimator, and the calibration of its probabilities.

Members are kept by what prepares their columns, so that it runs once for all that share it. ``folds`` makes a bag:
every member is fitted on the training part of each fold, and all of those answer together (Breiman, Bagging
predictors, Machine Learning 24, 1996; of a cross-validation: Parmanto, Munro, Doyle, NIPS 1996).
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.utils.validation import check_is_fitted

SMALLEST_CHANCE = 1e-12
FORESTS = (ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor)
NODE_BYTES = 80
LARGE_BYTES = 10_000_000


class _WeightedAverage(BaseEstimator):
    """Members by what prepares their columns, and how much each counts."""

    def __init__(self, groups, folds=(), calibration=()):
        self.groups = groups
        self.folds = folds
        self.calibration = calibration

    def fit(self, X, y):
        """Fit every member on ``X`` (DataFrame of shape (n_rows, n_columns)) and ``y`` of shape (n_rows,)."""
        y = np.asarray(y)
        everything = [np.arange(len(y))]
        parts = [train for splitter in self.folds for train, _ in splitter.split(np.zeros(len(y)), y)] or everything
        fitted = []
        for number, train in enumerate(parts):
            for prepare, members in self.groups:
                models = [model for model, _ in members if number < parts_of(model, len(y), len(parts))]
                if models:
                    steps = clone(prepare)
                    columns = steps.fit_transform(X.iloc[train], y[train])
                    fitted.append((steps, [clone(model).fit(columns, y[train]) for model in models]))
        return self.assemble(fitted, y, len(parts))

    def assemble(self, fitted, y, n_parts):
        """Take members that were fitted before, in the order in which ``fit`` makes them.

        Parameters
        ----------
        fitted : list of (prepare, list of estimators)
            For each part of the rows, each group that has members there (see :func:`parts_of`).
        y : ndarray of shape (n_rows,)
        n_parts : int
            Folds, or 1 where members were fitted on all rows.
        """
        left, self.fitted_ = iter(fitted), []
        for number in range(n_parts):
            for _, members in self.groups:
                counts = [(parts_of(model, len(y), n_parts), weight) for model, weight in members]
                weights = [weight / count for count, weight in counts if number < count]
                if weights:
                    steps, models = next(left)
                    self.fitted_.append((steps, list(zip(models, weights, strict=True))))
        return self._learnt(np.asarray(y))

    def _learnt(self, y):
        return self

    def _sum(self, X, answer):
        """Return the weighted sum of what ``answer(model, columns)`` gives."""
        check_is_fitted(self, "fitted_")
        total = 0.0
        for steps, models in self.fitted_:
            columns = steps.transform(X)
            for model, weight in models:
                total = total + weight * answer(model, columns)
        return total


class WeightedClassifier(ClassifierMixin, _WeightedAverage):
    """Average of probabilities; parameters as in :class:`WeightedRegressor`."""

    def _learnt(self, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        """Return probabilities of shape (n_rows, n_classes), columns as in ``classes_``."""

        def answer(model, columns):
            found = model.predict_proba(columns)
            if len(model.classes_) == len(self.classes_):
                return found
            chances = np.zeros((len(found), len(self.classes_)))  # a part may lack a class
            chances[:, np.searchsorted(self.classes_, model.classes_)] = found
            return chances

        return calibrated(self._sum(X, answer), self.calibration)

    def predict(self, X):
        """Return the class of the highest probability; the first of equals."""
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]


class WeightedRegressor(RegressorMixin, _WeightedAverage):
    """Average of values.

    Parameters
    ----------
    groups : list of (prepare, list of (estimator, weight))
        Unfitted; ``prepare`` is a transformer of the rows. Weights add up to one over all groups.
    folds : list of splitters
        scikit-learn's own, with their seeds; empty fits on all rows.
    calibration : tuple of float
        Of probabilities, see :func:`calibrated`; empty leaves them as they are.

    Attributes
    ----------
    fitted_ : list of (prepare, list of (estimator, weight))
        One entry for each fold and group.
    """

    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        return self._sum(X, lambda model, columns: np.asarray(model.predict(columns), dtype=np.float64).ravel())


def parts_of(model, n_rows, n_parts):
    """Return how many parts of the rows a member is fitted on: all of them, but a large forest on the first alone. It
    is an average of trees already, and five of them would make a service of hundreds of megabytes."""
    return 1 if bytes_of(model, n_rows) > LARGE_BYTES else n_parts


def bytes_of(model, n_rows):
    """Return about how large a forest becomes; 0 for other estimators, whose size hardly depends on the rows.

    A tree has a leaf for every one and a half of the rows that a leaf must have, twice as many nodes, and 64 bytes and
    the class shares in each.
    """
    model = getattr(model, "regressor", model)
    if not isinstance(model, FORESTS):
        return 0
    share = model.max_samples if model.bootstrap and isinstance(model.max_samples, float) else 1.0
    leaves = n_rows * share / (1.5 * model.min_samples_leaf)
    if model.max_depth is not None:
        leaves = min(leaves, 2.0**model.max_depth)
    return int(model.n_estimators * 2 * leaves * NODE_BYTES)


def calibrated(probabilities, calibration=()):
    """Return probabilities that are as often right as they say.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
    calibration : tuple of float
        Empty: none. (t,): the probabilities to the power 1/t, a temperature. (a, b, c): for two classes, of which the
        second then has log odds a·log(p) − b·log(1 − p) + c; with a = b that is Platt's sigmoid.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017; Platt 1999; Kull, Silva Filho,
    Flach, Beta calibration, AISTATS 2017.

    Examples
    --------
    >>> calibrated(np.array([[0.2, 0.8]]), (1.0, 1.0, 0.0)).round(6).tolist()
    [[0.2, 0.8]]
    >>> calibrated(np.array([[0.2, 0.8]]), (2.0,)).round(6).tolist()
    [[0.333333, 0.666667]]
    """
    if not len(calibration):
        return probabilities
    logs = np.log(np.clip(probabilities, SMALLEST_CHANCE, 1.0))
    if len(calibration) == 1:
        powered = logs / calibration[0]
        powered = np.exp(powered - powered.max(axis=1, keepdims=True))
        return powered / powered.sum(axis=1, keepdims=True)
    a, b, c = calibration
    odds = a * logs[:, 1] - b * logs[:, 0] + c
    second = np.exp(-np.logaddexp(0.0, -odds))
    return np.column_stack([1.0 - second, second])
