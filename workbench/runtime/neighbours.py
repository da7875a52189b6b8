"""Nearest neighbours whose answers do not hang on which of equally near rows happens to be found first.

Rows of few different values are often equally far away. Which of them scikit-learn counts among the ``n_neighbors``
nearest depends on the number of cores and on the last digit of a matrix product, so that a model gave other answers
on another machine than where it was tested. Here rows that are as far away as the last neighbour share the places
that are left: each counts the same part.
"""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.utils.extmath import row_norms, safe_sparse_dot
from sklearn.utils.validation import check_is_fitted

SAME = 1e-9  # of squared distances, relative: below, they count as equal
ROUNDING = 1e-12  # of squared lengths: what differences of matrix products may err by, with room to spare
CELLS_AT_A_TIME = 2**22  # of distances: 32 MB


class _Neighbours(BaseEstimator):
    """Fit scikit-learn's estimator (``estimator_``) and weigh what it finds."""

    def __init__(self, n_neighbors=15, weights="uniform", n_jobs=1):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.n_jobs = n_jobs

    def fit(self, X, y):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        n_neighbors = min(self.n_neighbors, X.shape[0])
        self.estimator_ = self._kind(n_neighbors, weights=self.weights, n_jobs=self.n_jobs).fit(X, y)
        self.lengths_ = row_norms(self.estimator_._fit_X, squared=True)
        self.n_features_in_ = X.shape[1]
        return self

    def _averaged(self, X, targets):
        check_is_fitted(self, "estimator_")
        # Models of earlier versions have no lengths.
        lengths = getattr(self, "lengths_", None)
        return averaged(
            self.estimator_, X, targets, row_norms(self.estimator_._fit_X, squared=True) if lengths is None else lengths
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class NeighboursClassifier(ClassifierMixin, _Neighbours):
    """``KNeighborsClassifier`` with at most as many neighbours as there are training rows; ties share their places."""

    _kind = KNeighborsClassifier

    def fit(self, X, y):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        super().fit(X, y)
        self.classes_ = self.estimator_.classes_
        return self

    def predict_proba(self, X):
        """Return probabilities of shape (n_rows, n_classes), columns as in ``classes_``."""
        return self._averaged(X, np.eye(len(self.classes_))[self.estimator_._y])

    def predict(self, X):
        """Return the class of the highest probability; the first of equals."""
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]


class NeighboursRegressor(RegressorMixin, _Neighbours):
    """``KNeighborsRegressor`` with at most as many neighbours as there are training rows; ties share their places."""

    _kind = KNeighborsRegressor

    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        return self._averaged(X, np.asarray(self.estimator_._y, dtype=np.float64).reshape(-1, 1))[:, 0]


def averaged(nearest, X, targets, lengths):
    """Return the mean of the targets of each row's neighbours.

    Parameters
    ----------
    nearest : KNeighborsClassifier or KNeighborsRegressor
        Fitted; says how many neighbours there are and how they are weighed.
    X : array or sparse matrix of shape (n_rows, n_features)
    targets : ndarray of shape (n_training_rows, n_targets)
    lengths : ndarray of shape (n_training_rows,)
        Squared lengths of the training rows.

    Returns
    -------
    ndarray of shape (n_rows, n_targets)

    Examples
    --------
    Of four rows at the same distance one place is left, so that each counts a quarter:

    >>> amounts = np.array([[9.0], [0.0], [1.0], [2.0], [3.0]])
    >>> nearest = KNeighborsRegressor(2).fit([[0.0], [1.0], [1.0], [-1.0], [-1.0]], amounts)
    >>> averaged(nearest, [[0.0]], amounts, np.array([0.0, 1.0, 1.0, 1.0, 1.0])).tolist()
    [[5.25]]
    """
    X = X.tocsr() if sparse.issparse(X) else np.asarray(X, dtype=np.float64)
    n_places = nearest.n_neighbors
    n_asked = min(n_places + 1, len(targets))
    distances, at = nearest.kneighbors(X, n_neighbors=n_asked)
    if nearest.weights == "distance":
        distances = _exact(nearest, X, at)
    squares = distances**2
    weights = _weights(nearest, distances[:, :n_places])
    found = _mean(weights, targets[at[:, :n_places]])
    if n_asked > n_places:
        own = row_norms(X, squared=True)
        slack = SAME * squares[:, n_places - 1] + ROUNDING * (own + squares[:, n_places - 1])
        tied = np.flatnonzero(squares[:, n_places] - squares[:, n_places - 1] <= slack)
        step = max(1, CELLS_AT_A_TIME // len(targets))
        for start in range(0, len(tied), step):
            rows = tied[start : start + step]
            last = squares[rows, n_places - 1]
            closer = squares[rows, :n_places] < (last - slack[rows])[:, np.newaxis]
            apart = safe_sparse_dot(-2.0 * X[rows], nearest._fit_X.T, dense_output=True)
            apart += lengths
            apart += (own[rows] - last)[:, np.newaxis]
            equal = np.abs(apart, out=apart) <= slack[rows][:, np.newaxis]
            others = closer * weights[rows], targets[at[rows, :n_places]]
            found[rows] = _shared(*others, weights[rows, -1], n_places - closer.sum(axis=1), equal, targets)
    return found


def _shared(weights, targets, weight, n_left, equal, every_target):
    """Return the mean over closer rows, and over rows that share ``n_left`` places of one weight among them."""
    n_equal = equal.sum(axis=1)
    # Whole numbers as long as that can be: equal votes of two classes stay equal, whatever is added up first.
    inner = np.einsum("ij,ijk->ik", weights, targets) * n_equal[:, np.newaxis]
    outer = (weight * n_left)[:, np.newaxis] * (equal.astype(np.float64) @ every_target)
    return (inner + outer) / (n_equal * (weights.sum(axis=1) + weight * n_left))[:, np.newaxis]


def _mean(weights, targets):
    return np.einsum("ij,ijk->ik", weights, targets) / weights.sum(axis=1, keepdims=True)


def _weights(nearest, distances):
    """Return what each neighbour counts; where some are at no distance, only those do."""
    if nearest.weights != "distance":
        return np.ones_like(distances)
    none = distances == 0
    weights = np.divide(1.0, distances, out=np.zeros_like(distances), where=~none)
    return np.where(none.any(axis=1, keepdims=True), none.astype(np.float64), weights)


def _exact(nearest, X, at):
    """Return distances taken from differences; those from matrix products are no zeros for equal rows."""
    found = np.empty(at.shape)
    for row, places in enumerate(at):
        apart = _dense(nearest._fit_X[places]) - _dense(X[[row]])
        found[row] = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return found


def _dense(rows):
    return rows.toarray() if sparse.issparse(rows) else rows
