"""Gradient boosting of LightGBM, XGBoost and CatBoost, for where they are installed.

Each class speaks to its library's own training function, on one thread, quietly, without writing files, and gives the
same model for the same rows and seed. Where the number of trees is left to it, a tenth of the training rows is held
back and trees are added until they no longer help there; what was fitted until then is the model, nothing is fitted
again. Few rows cannot spare a tenth, nor would it say much: each of three parts is held back in turn, and all rows are
then fitted with the mean number of trees. The libraries are imported where they are used: a bundle of another model
does without them. Three libraries side by side, because they share when to stop and what to answer; hence the length.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from workbench.runtime.estimators import directions

# Training rows from which on a tenth is held back to see when trees no longer help. Below, each of three parts is, in
# turn. Measured on five tables of 576 to 3,089 rows: four fits in place of one lower LightGBM's log loss by 0.01 to
# 0.1; five parts were no better.
WATCHED_ROWS = 4_000
WATCHED_PARTS = 10
FEW_ROWS_PARTS = 3
FEWEST_WATCHED_ROWS = 50  # below this nothing can be told from a part
MOST_TREES = 2_000
ONE_HOT_LEVELS = 32  # CatBoost's: categories of more levels are statistics of the target
FEWEST_ROWS_TREES = 50


class _Booster(BaseEstimator):
    """Fit by ``_train`` and answer by ``_answers``; targets that do not vary, or inputs, need no trees."""

    def fit(self, X, y, sample_weight=None):
        """Fit on ``X`` of shape (n_rows, n_features) and ``y`` of shape (n_rows,)."""
        X = np.asarray(X)
        self.n_features_in_ = X.shape[1]
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        y = self._learn_target(np.asarray(y), weights)
        rows = (X, y, weights)
        if self.n_estimators is not None:
            self.booster_ = self._fitted(rows, None, self.n_estimators)
        elif len(y) >= WATCHED_ROWS and (watched := self._parts(y, WATCHED_PARTS) == 0).any():
            self.booster_ = self._watching(rows, watched)
        else:
            self.booster_ = self._fitted(rows, None, self._trees_for_few_rows(rows))
        return self

    def _fitted(self, rows, held, n_trees):
        """Return the library's model of ``rows``, stopped by what it does for ``held``; None where no tree can help."""
        return self._train(rows, held, n_trees) if _varies(rows[0]) and _varies(rows[1]) else None

    def _watching(self, rows, watched):
        learnt, held = (tuple(None if one is None else one[part] for one in rows) for part in (~watched, watched))
        return self._fitted(learnt, held, MOST_TREES)

    def _directions(self):
        return directions(self.monotone, self.n_features_in_)

    def _parts(self, y, n_parts):
        return dealt(y if self._n_classes() else np.zeros(len(y)), n_parts, self.random_state)

    def _trees_for_few_rows(self, rows):
        if len(rows[1]) < FEWEST_WATCHED_ROWS:
            return FEWEST_ROWS_TREES
        parts = self._parts(rows[1], FEW_ROWS_PARTS)
        if (parts < 0).all():  # every class has fewer rows than there are parts
            return FEWEST_ROWS_TREES
        found = (self._watching(rows, parts == part) for part in range(FEW_ROWS_PARTS))
        trees = [self._n_trees(booster) for booster in found if booster is not None]
        return max(1, round(np.mean(trees))) if trees else FEWEST_ROWS_TREES


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
        Trees. None: as many as help for rows that are held back, up to 2,000.
    learning_rate, num_leaves, min_child_samples, subsample, colsample_bytree, reg_lambda
        As LightGBM calls them.
    splits : {"best", "random"}
        Whether a question is the best of all, or the best of thresholds drawn at random, one for each column.
    patience : int
        Trees without improvement after which no more are added.
    monotone : tuple of (position, direction)
        The prediction only rises (1) or falls (-1) with the column at that position.
    random_state : int
    """

    def __init__(
        self,
        n_estimators=None,
        learning_rate=0.05,
        num_leaves=31,
        min_child_samples=20,
        subsample=0.8,
        colsample_bytree=0.8,
        reg_lambda=0.0,
        splits="best",
        patience=30,
        monotone=(),
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
        self.monotone = monotone
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
            **({"monotone_constraints": self._directions()} if self.monotone else {}),
            # Which way histograms are summed would otherwise be chosen by a race against the clock.
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }

    def _train(self, rows, held, n_trees):
        import lightgbm

        settings = self._settings()
        data = lightgbm.Dataset(rows[0], rows[1], weight=rows[2], params=settings)
        watch = {}
        if held is not None:
            watch["valid_sets"] = [data.create_valid(held[0], held[1], weight=held[2])]
            watch["callbacks"] = [lightgbm.early_stopping(self.patience, verbose=False)]
        booster = lightgbm.train(settings, data, n_trees, **watch)
        best = booster.best_iteration if held is not None else None
        return lightgbm.Booster(model_str=booster.model_to_string(num_iteration=best))

    def _n_trees(self, booster):
        return booster.current_iteration()

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
    patience, monotone, random_state
        See :class:`LightGBMClassifier`.
    """

    def __init__(
        self,
        n_estimators=None,
        learning_rate=0.05,
        max_depth=6,
        min_child_weight=1.0,
        subsample=0.8,
        colsample_bytree=0.8,
        reg_lambda=1.0,
        patience=30,
        monotone=(),
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
        self.monotone = monotone
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
            **({"monotone_constraints": tuple(self._directions())} if self.monotone else {}),
            "seed": self.random_state,
            "tree_method": "hist",
            "nthread": 1,
            "verbosity": 0,
        }

    def _train(self, rows, held, n_trees):
        import xgboost

        data = xgboost.QuantileDMatrix(rows[0], rows[1], weight=rows[2], nthread=1)
        watch = {}
        if held is not None:
            unseen = xgboost.QuantileDMatrix(held[0], held[1], weight=held[2], ref=data, nthread=1)
            watch = {"evals": [(unseen, "held")], "early_stopping_rounds": self.patience, "verbose_eval": False}
        booster = xgboost.train(self._settings(), data, n_trees, **watch)
        return booster if held is None else booster[: booster.best_iteration + 1]

    def _n_trees(self, booster):
        return booster.num_boosted_rounds()

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
    patience, monotone, random_state
        See :class:`LightGBMClassifier`.
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
        monotone=(),
        random_state=0,
    ):
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.depth = depth
        self.l2_leaf_reg = l2_leaf_reg
        self.random_strength = random_strength
        self.n_categories = n_categories
        self.patience = patience
        self.monotone = monotone
        self.random_state = random_state

    def _settings(self):
        return {
            "loss_function": {0: "RMSE", 2: "Logloss"}.get(self._n_classes(), "MultiClass"),
            "learning_rate": self.learning_rate,
            "depth": self.depth,
            "l2_leaf_reg": self.l2_leaf_reg,
            "random_strength": self.random_strength,
            **({"monotone_constraints": self._directions()} if self.monotone else {}),
            "random_seed": self.random_state,
            "boosting_type": "Plain",
            # Measured: statistics of pairs of categories cost up to ten times as much and gain nothing.
            "one_hot_max_size": ONE_HOT_LEVELS,
            "max_ctr_complexity": 1,
            "allow_writing_files": False,
            "logging_level": "Silent",
            "thread_count": 1,
        }

    def _train(self, rows, held, n_trees):
        import catboost

        def pool(part):
            return catboost.Pool(self._frame(part[0]), part[1], cat_features=categories, weight=part[2], thread_count=1)

        categories = list(range(self.n_categories))
        booster = catboost.CatBoost({**self._settings(), "iterations": n_trees})
        if held is None:
            return booster.fit(pool(rows))
        return booster.fit(pool(rows), eval_set=pool(held), early_stopping_rounds=self.patience, use_best_model=True)

    def _n_trees(self, booster):
        return booster.tree_count_

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


def dealt(labels, n_parts, seed):
    """Deal rows out to parts at random, each class evenly.

    Parameters
    ----------
    labels : ndarray of shape (n_rows,)
    n_parts : int
    seed : int

    Returns
    -------
    ndarray of int of shape (n_rows,)
        The part of each row, from 0. Rows of a class with fewer rows than parts have -1: they stay with those that
        are learnt from.

    Examples
    --------
    >>> np.bincount(dealt(np.array(["a"] * 20 + ["b"] * 9), 10, seed=0) + 1).tolist()
    [9, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    _, codes, counts = np.unique(labels[order], return_inverse=True, return_counts=True)
    by_class = np.argsort(codes, kind="stable")
    place = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    parts = np.empty(len(labels), dtype=int)
    parts[order[by_class]] = np.where(np.repeat(counts, counts) < n_parts, -1, place % n_parts)
    return parts


def _varies(values):
    values = values.astype(np.float32)
    return bool(len(values)) and bool((values != values[:1]).any())
