"""Estimators of scikit-learn whose settings must follow the number of training rows.

A network stops early only where it can spare rows to watch, and the scale of a support vector machine's probabilities
is learnt on folds that a rare class must survive. Each class builds one scikit-learn estimator in ``fit`` and hands
everything on to it (``estimator_``).
"""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.validation import check_is_fitted

from workbench.runtime.kernels import RadialClassifier

# Models of earlier versions name them here.
from workbench.runtime.neighbours import NeighboursClassifier, NeighboursRegressor  # noqa: F401

EARLY_STOPPING_ROWS = 2_000
EARLY_STOPPING_FRACTION = 0.1
LOG_UNIT_QUANTILE = 0.1
LINE_RESTRAINTS = tuple(10.0**power for power in (-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3))
FURTHEST = 8.0  # standard deviations


class RareClassFolds:
    """Stratified, shuffled folds that also serve classes with fewer rows than there are folds.

    The test parts divide the rows. Rows of a rarer class are in every training part, their own fold's included: a
    class that a training part has never seen would break what is learnt there.

    Parameters
    ----------
    n_folds : int
    random_state : int
    """

    def __init__(self, n_folds, random_state):
        # Not called n_splits: scikit-learn would refuse classes with fewer rows than that by itself.
        self.n_folds = n_folds
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of folds."""
        return self.n_folds

    def split(self, X, y, groups=None):
        """Yield (training positions, test positions) per fold."""
        y = np.asarray(y)
        _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        rare = counts[codes] < self.n_folds
        # StratifiedKFold would warn about rare classes one by one; together they are dealt out like one class.
        dealt = np.where(rare, -1, codes)
        folds = StratifiedKFold(self.n_folds, shuffle=True, random_state=self.random_state)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            parts = list(folds.split(np.zeros((len(y), 1)), dealt))
        for train, test in parts:
            yield np.union1d(train, np.flatnonzero(rare)), test

    def __repr__(self):
        return f"RareClassFolds({self.n_folds}, random_state={self.random_state})"


class _Sized(BaseEstimator):
    """Fit ``self._build(X, y)`` and hand predictions on."""

    def fit(self, X, y, sample_weight=None):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        self.estimator_ = self._build(X, y)
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        with warnings.catch_warnings():
            # A limit on the number of passes is a setting here, not an accident.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.estimator_.fit(X, y, **weights)
        self.n_features_in_ = X.shape[1]
        if hasattr(self.estimator_, "classes_"):
            self.classes_ = self.estimator_.classes_
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class _SizedClassifier(ClassifierMixin, _Sized):
    def predict_proba(self, X):
        """Return probabilities of shape (n_rows, n_classes), columns as in ``classes_``."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.predict_proba(X)

    def predict(self, X):
        """Return the class of the highest probability; the first of equals."""
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]


class _SizedRegressor(RegressorMixin, _Sized):
    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.predict(X)


class LogTarget(RegressorMixin, BaseEstimator):
    """A regressor that learns the logarithm of its target: sign(y)·log(1 + |y| / unit).

    Suits amounts that span several sizes, such as prices: errors then count by ratio, and a few huge values do not
    drown the rest. The unit is the tenth percentile of the target's sizes, so that what is small is told apart, too.
    Answers stay within what training rows had, since a small step too far in logarithms is a large one in amounts.

    Parameters
    ----------
    regressor : estimator

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> LogTarget(LinearRegression()).fit([[0], [1]], [10.0, 1000.0]).predict([[0], [1], [9]]).round(6).tolist()
    [10.0, 1000.0, 1000.0]
    """

    def __init__(self, regressor):
        self.regressor = regressor

    def fit(self, X, y, sample_weight=None):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        y = np.asarray(y, dtype=np.float64)
        sizes = np.abs(y[y != 0])
        self.unit_ = float(np.quantile(sizes, LOG_UNIT_QUANTILE)) if sizes.size else 1.0
        self.range_ = float(y.min()), float(y.max())
        logs = np.sign(y) * np.log1p(np.abs(y) / self.unit_)
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        self.regressor_ = clone(self.regressor).fit(X, logs, **weights)
        self.n_features_in_ = X.shape[1] if hasattr(X, "shape") else len(X[0])
        return self

    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        check_is_fitted(self, "regressor_")
        return self.amounts(np.asarray(self.regressor_.predict(X), dtype=np.float64).ravel())

    def amounts(self, logs):
        """Return the amounts that stand behind ``logs`` of shape (n_rows,), within what training rows had."""
        low, high = (np.sign(edge) * np.log1p(abs(edge) / self.unit_) for edge in self.range_)
        logs = np.clip(logs, low, high)
        return np.sign(logs) * np.expm1(np.abs(logs)) * self.unit_


class MonotoneClassifier(_SizedClassifier):
    """A classifier of scikit-learn with ``monotonic_cst``, of which only some columns are known beforehand.

    Parameters
    ----------
    estimator : classifier
    monotone : tuple of (position, direction)
        The prediction only rises (1) or falls (-1) with the column at that position; with others it is free.
    """

    def __init__(self, estimator, monotone):
        self.estimator = estimator
        self.monotone = monotone

    def _build(self, X, y):
        return clone(self.estimator).set_params(monotonic_cst=directions(self.monotone, X.shape[1]))


class MonotoneRegressor(_SizedRegressor):
    """A regressor of scikit-learn with ``monotonic_cst``; parameters as for :class:`MonotoneClassifier`."""

    def __init__(self, estimator, monotone):
        self.estimator = estimator
        self.monotone = monotone

    def _build(self, X, y):
        return clone(self.estimator).set_params(monotonic_cst=directions(self.monotone, X.shape[1]))


def directions(monotone, n_columns):
    """Return a direction for every column, 0 where the prediction is free.

    >>> directions(((2, -1),), 4)
    [0, 0, -1, 0]
    """
    found = [0] * n_columns
    for position, direction in monotone:
        found[position] = direction
    return found


class AroundLine(RegressorMixin, BaseEstimator):
    """A straight line through all columns first, then a regressor for what it leaves.

    Trees answer beyond the rows they have seen as at their edge; a line goes on. Columns are scaled for the line,
    missing values are at their median, and outliers count as ``FURTHEST`` standard deviations.

    Parameters
    ----------
    regressor : estimator
        Gets the columns as they are, missing values included.

    Attributes
    ----------
    line_ : RidgeCV
        Its restraint is chosen by leave-one-out (Golub, Heath, Wahba, Technometrics 21, 1979).
    """

    def __init__(self, regressor):
        self.regressor = regressor

    def fit(self, X, y, sample_weight=None):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        known = ~np.isnan(X)
        columns = zip(X.T, known.T, strict=True)
        self.medians_ = np.array([np.median(one[there]) if there.any() else 0.0 for one, there in columns])
        filled = np.where(known, X, self.medians_)
        self.means_, spreads = filled.mean(axis=0), filled.std(axis=0)
        self.spreads_ = np.where(spreads > 0, spreads, 1.0)
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        self.line_ = RidgeCV(alphas=LINE_RESTRAINTS).fit(self._scaled(X), y, **weights)
        self.regressor_ = clone(self.regressor).fit(X, y - self.line_.predict(self._scaled(X)), **weights)
        self.n_features_in_ = X.shape[1]
        return self

    def _scaled(self, X):
        filled = np.where(np.isnan(X), self.medians_, X)
        return np.clip((filled - self.means_) / self.spreads_, -FURTHEST, FURTHEST)

    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        check_is_fitted(self, "regressor_")
        X = np.asarray(X, dtype=np.float64)
        return self.line_.predict(self._scaled(X)) + np.asarray(self.regressor_.predict(X), dtype=np.float64).ravel()


class SupportVectorClassifier(_SizedClassifier):
    """``SVC`` with probabilities from a sigmoid learnt out of fold (Platt 1999); one machine serves.

    Parameters
    ----------
    C : float
        Penalty of a row on the wrong side.
    gamma : float or {"scale", "auto"}
    n_folds : int
        Folds on which the sigmoid is learnt; the machine is fitted so many times and once more.
    random_state : int
        Seed of those folds.
    """

    def __init__(self, C=1.0, gamma="scale", n_folds=3, random_state=0):
        self.C = C
        self.gamma = gamma
        self.n_folds = n_folds
        self.random_state = random_state

    def _build(self, X, y):
        machine = RadialClassifier(C=self.C, gamma=self.gamma, cache_size=500)
        n_folds = max(2, min(self.n_folds, X.shape[0]))
        return CalibratedClassifierCV(machine, cv=RareClassFolds(n_folds, self.random_state), ensemble=False)


class NetworkClassifier(_SizedClassifier):
    """``MLPClassifier`` that stops early from 2,000 rows on, and takes a fixed number of passes below.

    Parameters
    ----------
    hidden_units : int
        Units of the one hidden layer.
    alpha : float
        Strength of the L2 penalty.
    learning_rate : float
        First step size of Adam.
    max_passes : int
        Most passes over the rows.
    random_state : int
    """

    def __init__(self, hidden_units=100, alpha=1e-4, learning_rate=1e-3, max_passes=100, random_state=0):
        self.hidden_units = hidden_units
        self.alpha = alpha
        self.learning_rate = learning_rate
        self.max_passes = max_passes
        self.random_state = random_state

    def _build(self, X, y):
        counts = np.unique(np.asarray(y), return_counts=True)[1]
        # The rows that are watched are a stratified tenth: it needs a row of every class, and so does the rest.
        spared = counts.min() >= 2 and X.shape[0] * EARLY_STOPPING_FRACTION >= len(counts)
        return MLPClassifier(**_network_settings(self, X.shape[0], spared))


class NetworkRegressor(_SizedRegressor):
    """``MLPRegressor`` that stops early from 2,000 rows on; parameters as for :class:`NetworkClassifier`."""

    def __init__(self, hidden_units=100, alpha=1e-4, learning_rate=1e-3, max_passes=100, random_state=0):
        self.hidden_units = hidden_units
        self.alpha = alpha
        self.learning_rate = learning_rate
        self.max_passes = max_passes
        self.random_state = random_state

    def _build(self, X, y):
        return MLPRegressor(**_network_settings(self, X.shape[0], True))


def _network_settings(network, n_rows, rows_to_spare):
    return {
        "hidden_layer_sizes": (network.hidden_units,),
        "alpha": network.alpha,
        "learning_rate_init": network.learning_rate,
        "max_iter": network.max_passes,
        "early_stopping": n_rows >= EARLY_STOPPING_ROWS and rows_to_spare,
        "validation_fraction": EARLY_STOPPING_FRACTION,
        "n_iter_no_change": 5,
        "random_state": network.random_state,
    }
