"""Numbers as the pieces of a smooth curve, so that a weighted sum of them can bend.

Saved inside models and shipped in bundles, so nothing of ours is imported here.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import SplineTransformer
from sklearn.utils.validation import check_is_fitted

DEGREE = 3
FEWEST_KNOTS = 3  # below, there is nothing that a curve could follow between them: the number stays as it is


class Curves(TransformerMixin, BaseEstimator):
    """Cubic B-splines of every column, with knots at its quantiles (Eilers and Marx, Statistical Science 11, 1996).

    Missing values get the median, and a column of their own that says so where ``fit`` saw any. Beyond the lowest and
    highest knot a curve goes on level: what is learnt at the edge is not carried on to where no row was. A column with
    one or two different values passes as it is.

    Parameters
    ----------
    n_knots : int, default=6
        Knots per column, at most; equal quantiles count once.

    Examples
    --------
    >>> rows = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, np.nan]])
    >>> Curves(4).fit_transform(rows).shape
    (4, 8)
    >>> bool((Curves(4).fit(rows).transform([[99.0, 0.0]]) == Curves(4).fit(rows).transform([[3.0, 0.0]])).all())
    True
    """

    def __init__(self, n_knots=6):
        self.n_knots = n_knots

    def fit(self, X, y=None):
        """Learn knots and medians of ``X``, of shape (n_rows, n_columns)."""
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        X = np.asarray(X, dtype=np.float64)
        self.n_features_in_ = X.shape[1]
        missing = np.isnan(X)
        self.has_missing_ = missing.any(axis=0)
        self.medians_, self.splines_ = np.zeros(X.shape[1]), []
        for at, values in enumerate(X.T):
            known = values[~missing[:, at]]
            self.medians_[at] = np.median(known) if known.size else 0.0
            self.splines_.append(self._spline(known))
        return self

    def _spline(self, known):
        """Return the fitted spline of one column, or None where its knots are too few."""
        knots = np.unique(np.quantile(known, np.linspace(0, 1, self.n_knots))) if known.size else np.empty(0)
        if len(np.unique(known)) < FEWEST_KNOTS or len(knots) < FEWEST_KNOTS:
            return None
        return SplineTransformer(degree=DEGREE, knots=knots[:, np.newaxis], extrapolation="constant").fit(
            known[:, np.newaxis]
        )

    def transform(self, X):
        """Return float64 of shape (n_rows, n_pieces)."""
        check_is_fitted(self, "splines_")
        X = np.asarray(X, dtype=np.float64)
        missing = np.isnan(X)
        filled = np.where(missing, self.medians_, X)
        pieces = [np.empty((len(X), 0))]
        for at, spline in enumerate(self.splines_):
            column = filled[:, [at]]
            pieces.append(column if spline is None else spline.transform(column))
            if self.has_missing_[at]:
                pieces.append(missing[:, [at]].astype(np.float64))
        return np.hstack(pieces)

    def get_feature_names_out(self, input_features=None):
        """Return ``<column>_<piece>``, the column's name where it passes as it is, and ``<column>_missing``."""
        check_is_fitted(self, "splines_")
        given = getattr(self, "feature_names_in_", input_features)
        names = []
        for at, spline in enumerate(self.splines_):
            name = f"x{at}" if given is None else given[at]
            names += [name] if spline is None else [f"{name}_{piece}" for piece in range(spline.n_features_out_)]
            names += [f"{name}_missing"] if self.has_missing_[at] else []
        return np.array(names, dtype=object)
