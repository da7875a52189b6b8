"""Gradient boosting of LightGBM, XGBoost and CatBoost, for where they are installed.

Each class speaks to its library's own training function, on one thread, quietly, without writing files, and gives the
same model for the same rows and seed. Where the number of trees is left to it, a tenth of the training rows is held
back and trees are added until they no longer help there; what was fitted until then is the model, nothing is fitted
again. The libraries are imported where they are used: a bundle of another model does without them.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

WATCHED_ROWS = 1_000  # training rows from which on a tenth is held back to see when trees no longer help
WATCHED_FRACTION = 0.1
MOST_TREES = 2_000
# Without rows to watch: so many trees at a learning rate of 1, the more the smaller the rate.
TREES_TIMES_RATE = 10.0


class _Booster(BaseEstimator):
    """Fit by ``_train`` and answer by ``_answers``; targets that do not vary, or inputs, need no trees."""

    def fit(self, X, y, sample_weight=None):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        X = np.asarray(X)
        self.n_features_in_ = X.shape[1]
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        y = self._learn_target(np.asarray(y), weights)
        watched = self._watched(y)
        kept = slice(None) if watched is None else ~watched
        self.booster_ = self._train(X, y, weights, watched) if _varies(X[kept]) and _varies(y[kept]) else None
        return self

    def _watched(self, y):
        """Return which rows are held back to tell when to stop, or None where the number of trees is fixed."""
        if self.n_estimators is not None or len(y) < WATCHED_ROWS:
            return None
        return held_back(y if self._n_classes() else np.zeros(len(y)), self.random_state)

    def _most_trees(self, watched):
        if self.n_estimators is not None:
            return self.n_estimators
        if watched is not None:
            return MOST_TREES
        return int(np.clip(round(TREES_TIMES_RATE / self.learning_rate), 10, MOST_TREES))

    def _parts(self, X, y, weights, watched):
        """Return (X, y, weights) of the rows that are learnt from and of those held back, or None for the latter."""
        if watched is None:
            return (X, y, weights), None
        return tuple((X[rows], y[rows], None if weights is None else weights[rows]) for rows in (~watched, watched))


class _BoosterClassifier(ClassifierMixin):
    def _learn_target(self, y, weights):
        self.classes_, codes = np.unique(y, return_inverse=True)
        counts = np.bincount(codes, weights=weights)
        self.shares_ = counts / counts.sum()
        return codes

    def _n_classes(self):
        return len(self.classes_)

    def predict_proba(self, X):
        """Return probabilities of shape (n_rows, n_classes), columns as in ``classes_``."""
        check_is_fitted(self, "shares_")
        X = np.asarray(X)
        if self.booster_ is None:
            return np.tile(self.shares_, (len(X), 1))
        found = np.asarray(self._answers(X), dtype=np.float64)
        if found.ndim == 1:
            return np.column_stack([1.0 - found, found])
        return found / found.sum(axis=1, keepdims=True)  # XGBoost's add up to 1 in single precision only

    def predict(self, X):
        """Return the class of the highest probability; the first of equals."""
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]


class _BoosterRegressor(RegressorMixin):
    def _learn_target(self, y, weights):
        # The libraries hold targets in single precision, and two of them compare gains with fixed small numbers.
        y = y.astype(np.float64)
        self.mean_ = float(np.average(y, weights=weights))
        self.scale_ = float(np.sqrt(np.average((y - self.mean_) ** 2, weights=weights))) or 1.0
        return (y - self.mean_) / self.scale_

    def _n_classes(self):
        return 0

    def predict(self, X):
        """Return predictions of shape (n_rows,)."""
        check_is_fitted(self, "scale_")
        X = np.asarray(X)
        if self.booster_ is None:
            return np.full(len(X), self.mean_)
        return np.asarray(self._answers(X), dtype=np.float64) * self.scale_ + self.mean_


class _LightGBM(_Booster):
    """Trees of LightGBM (Ke et al., NeurIPS 2017).

    Parameters
    ----------
    n_estimators : int, optional
        Trees. None: as many as help on a tenth of the rows, held back, from 1,000 rows on; below, ten divided by
        ``learning_rate``.
    learning_rate, num_leaves, min_child_samples, subsample, colsample_bytree, reg_lambda
        As LightGBM calls them.
    splits : {"best", "random"}
        Whether a question is the best of all, or the best of thresholds drawn at random, one for each column.
    patience : int
        Trees without improvement after which no more are added.
    random_state : int
    """

    def __init__(
        self,
        n_estimators=None,
        learning_rate=0.05,
        num_leaves=31,
        min_child_samples=20,
        subsample=1.0,
        colsample_bytree=0.8,
        reg_lambda=0.0,
        splits="best",
        patience=30,
        random_state=0,
    ):
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.reg_lambda = reg_lambda
        self.splits = splits
        self.patience = patience
        self.random_state = random_state

    def _settings(self):
        n_classes = self._n_classes()
        objective = {0: "regression", 2: "binary"}.get(n_classes, "multiclass")
        return {
            "objective": objective,
            **({"num_class": n_classes} if objective == "multiclass" else {}),
            "learning_rate": self.learning_rate,
            "num_leaves": self.num_leaves,
            "min_data_in_leaf": self.min_child_samples,
            "bagging_fraction": self.subsample,
            "bagging_freq": int(self.subsample < 1.0),
            "feature_fraction": self.colsample_bytree,
            "lambda_l2": self.reg_lambda,
            "extra_trees": self.splits == "random",
            "seed": self.random_state,
            # Which way histograms are summed would otherwise be chosen by a race against the clock.
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }

    def _train(self, X, y, weights, watched):
        import lightgbm

        learnt, held = self._parts(X, y, weights, watched)
        settings = self._settings()
        rows = lightgbm.Dataset(learnt[0], learnt[1], weight=learnt[2], params=settings)
        watch = {}
        if held is not None:
            watch["valid_sets"] = [rows.create_valid(held[0], held[1], weight=held[2])]
            watch["callbacks"] = [lightgbm.early_stopping(self.patience, verbose=False)]
        booster = lightgbm.train(settings, rows, self._most_trees(watched), **watch)
        best = booster.best_iteration if held is not None else None
        return lightgbm.Booster(model_str=booster.model_to_string(num_iteration=best))

    def _answers(self, X):
        return self.booster_.predict(X, num_threads=1)


class LightGBMClassifier(_BoosterClassifier, _LightGBM):
    __doc__ = _LightGBM.__doc__


class LightGBMRegressor(_BoosterRegressor, _LightGBM):
    __doc__ = _LightGBM.__doc__


class _XGBoost(_Booster):
    """Trees of XGBoost over histograms (Chen and Guestrin, KDD 2016).

    Parameters
    ----------
    n_estimators : int, optional
        See :class:`LightGBMClassifier`.
    learning_rate, max_depth, min_child_weight, subsample, colsample_bytree, reg_lambda
        As XGBoost calls them.
    patience, random_state : int
    """

    def __init__(
        self,
        n_estimators=None,
        learning_rate=0.05,
        max_depth=6,
        min_child_weight=1.0,
        subsample=1.0,
        colsample_bytree=0.8,
        reg_lambda=1.0,
        patience=30,
        random_state=0,
    ):
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_child_weight = min_child_weight
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.reg_lambda = reg_lambda
        self.patience = patience
        self.random_state = random_state

    def _settings(self):
        n_classes = self._n_classes()
        objective = {0: "reg:squarederror", 2: "binary:logistic"}.get(n_classes, "multi:softprob")
        return {
            "objective": objective,
            **({"num_class": n_classes} if objective == "multi:softprob" else {}),
            "learning_rate": self.learning_rate,
            "max_depth": self.max_depth,
            "min_child_weight": self.min_child_weight,
            "subsample": self.subsample,
            "colsample_bytree": self.colsample_bytree,
            "reg_lambda": self.reg_lambda,
            "seed": self.random_state,
            "tree_method": "hist",
            "nthread": 1,
            "verbosity": 0,
        }

    def _train(self, X, y, weights, watched):
        import xgboost

        learnt, held = self._parts(X, y, weights, watched)
        rows = xgboost.QuantileDMatrix(learnt[0], learnt[1], weight=learnt[2], nthread=1)
        watch = {}
        if held is not None:
            unseen = xgboost.QuantileDMatrix(held[0], held[1], weight=held[2], ref=rows, nthread=1)
            watch = {"evals": [(unseen, "held")], "early_stopping_rounds": self.patience, "verbose_eval": False}
        booster = xgboost.train(self._settings(), rows, self._most_trees(watched), **watch)
        return booster if held is None else booster[: booster.best_iteration + 1]

    def _answers(self, X):
        self.booster_.set_param({"nthread": 1})
        return self.booster_.inplace_predict(X)


class XGBoostClassifier(_BoosterClassifier, _XGBoost):
    __doc__ = _XGBoost.__doc__


class XGBoostRegressor(_BoosterRegressor, _XGBoost):
    __doc__ = _XGBoost.__doc__


class _CatBoost(_Booster):
    """Symmetric trees of CatBoost, which encodes categories itself (Prokhorenkova et al., NeurIPS 2018).

    Parameters
    ----------
    n_estimators : int, optional
        See :class:`LightGBMClassifier`.
    learning_rate, depth, l2_leaf_reg, random_strength
        As CatBoost calls them.
    n_categories : int
        So many columns, the first ones, hold whole numbers that stand for levels.
    patience, random_state : int
    """

    def __init__(
        self,
        n_estimators=None,
        learning_rate=0.1,
        depth=6,
        l2_leaf_reg=3.0,
        random_strength=1.0,
        n_categories=0,
        patience=30,
        random_state=0,
    ):
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.depth = depth
        self.l2_leaf_reg = l2_leaf_reg
        self.random_strength = random_strength
        self.n_categories = n_categories
        self.patience = patience
        self.random_state = random_state

    def _settings(self, watched):
        return {
            "loss_function": {0: "RMSE", 2: "Logloss"}.get(self._n_classes(), "MultiClass"),
            "iterations": self._most_trees(watched),
            "learning_rate": self.learning_rate,
            "depth": self.depth,
            "l2_leaf_reg": self.l2_leaf_reg,
            "random_strength": self.random_strength,
            "random_seed": self.random_state,
            "boosting_type": "Plain",
            "allow_writing_files": False,
            "logging_level": "Silent",
            "thread_count": 1,
        }

    def _train(self, X, y, weights, watched):
        import catboost

        def pool(part):
            return catboost.Pool(self._frame(part[0]), part[1], cat_features=categories, weight=part[2], thread_count=1)

        categories = list(range(self.n_categories))
        learnt, held = self._parts(X, y, weights, watched)
        booster = catboost.CatBoost(self._settings(watched))
        if held is None:
            return booster.fit(pool(learnt))
        return booster.fit(pool(learnt), eval_set=pool(held), early_stopping_rounds=self.patience, use_best_model=True)

    def _answers(self, X):
        kind = "Probability" if self._n_classes() else "RawFormulaVal"
        found = self.booster_.predict(self._frame(X), prediction_type=kind, thread_count=1)
        return found[:, 1] if self._n_classes() == 2 else found

    def _frame(self, X):
        """Return the columns as CatBoost takes them: levels as whole numbers, the rest in single precision."""
        n = self.n_categories
        columns = {at: X[:, at].astype(np.int32) for at in range(n)}
        columns.update({at: X[:, at].astype(np.float32) for at in range(n, X.shape[1])})
        return pd.DataFrame(columns, copy=False)


class CatBoostClassifier(_BoosterClassifier, _CatBoost):
    __doc__ = _CatBoost.__doc__


class CatBoostRegressor(_BoosterRegressor, _CatBoost):
    __doc__ = _CatBoost.__doc__


def held_back(labels, seed):
    """Return which rows are watched while others are learnt from: a tenth of each class, at random.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,)
    seed : int

    Returns
    -------
    ndarray of bool of shape (n_rows,)
        All rows of a class with fewer than ten stay with those that are learnt from.

    Examples
    --------
    >>> held_back(np.array(["a"] * 20 + ["b"] * 9), seed=0).sum()
    np.int64(2)
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    _, codes, counts = np.unique(labels[order], return_inverse=True, return_counts=True)
    rows = np.argsort(codes, kind="stable")
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    chosen = np.arange(len(labels)) - firsts < np.repeat((counts * WATCHED_FRACTION).astype(int), counts)
    watched = np.zeros(len(labels), dtype=bool)
    watched[order[rows[chosen]]] = True
    return watched


def _varies(values):
    values = values.astype(np.float32)
    return bool(len(values)) and bool((values != values[:1]).any())
