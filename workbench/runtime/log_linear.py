"""Linear models of counts and amounts: what columns add up to is the logarithm of the answer."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import GammaRegressor, PoissonRegressor
from sklearn.utils.validation import check_is_fitted

FAMILIES = {"poisson": PoissonRegressor, "gamma": GammaRegressor}
MOST_PASSES = 1_000


class LogLinear(RegressorMixin, BaseEstimator):
    """``PoissonRegressor`` or ``GammaRegressor`` (McCullagh and Nelder, Generalized Linear Models, 1989).

    The target is divided by its mean, so that the restraint means the same whatever the unit. Answers are never
    larger than the largest of the training rows: the exponential of an unusual row would be.

    Parameters
    ----------
    family : {"poisson", "gamma"}
        Counts from zero up, or amounts above zero.
    alpha : float
        Strength of the L2 penalty.

    Examples
    --------
    >>> found = LogLinear("poisson", alpha=0.0).fit([[0.0], [1.0], [1.0]], [2.0, 3.0, 5.0]).predict([[0], [1], [999]])
    >>> found.round(3).tolist()
    [2.0, 4.0, 5.0]
    """

    def __init__(self, family="poisson", alpha=1e-3):
        self.family = family
        self.alpha = alpha

    def fit(self, X, y, sample_weight=None):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,).

        Raises
        ------
        ValueError
            Values below zero, or at zero for ``gamma``; says how many.
        """
        y = np.asarray(y, dtype=np.float64)
        wrong = int((y < 0).sum() if self.family == "poisson" else (y <= 0).sum())
        if wrong:
            bound = "below zero" if self.family == "poisson" else "zero or below"
            raise ValueError(f"{wrong} of the values to learn from are {bound}")
        self.scale_ = float(np.average(y, weights=sample_weight)) or 1.0
        self.largest_ = float(y.max())
        self.estimator_ = FAMILIES[self.family](alpha=self.alpha, max_iter=MOST_PASSES)
        with warnings.catch_warnings():
            # A limit on the number of passes is a setting here, not an accident.
            warnings.simplefilter("ignore", ConvergenceWarning)
            if self.largest_ > 0:
                self.estimator_.fit(X, y / self.scale_, sample_weight=sample_weight)
        self.n_features_in_ = self.estimator_.n_features_in_ if self.largest_ > 0 else np.shape(X)[1]
        return self

    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        check_is_fitted(self, "largest_")
        if self.largest_ == 0:  # nothing but zeros were seen
            return np.zeros(np.shape(X)[0])
        logs = X @ self.estimator_.coef_ + self.estimator_.intercept_
        return np.exp(np.minimum(logs, np.log(self.largest_ / self.scale_))) * self.scale_
