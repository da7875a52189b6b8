"""Gradient boosting of LightGBM, XGBoost and CatBoost, for where they are installed.

Each class speaks to its library's own training function, on one thread, quietly, without writing files, and gives the
same model for the same rows and seed (``boosting`` says when trees are enough). The libraries are imported where they
are used: a bundle of another model does without them.
"""

import numpy as np
import pandas as pd

from workbench.runtime.boosting import Booster, BoosterClassifier, BoosterRegressor

ONE_HOT_LEVELS = 32  # CatBoost's: categories of more levels are statistics of the target
FEW_ROWS = 1_000  # up to here CatBoost is quicker to answer cells than a frame: one row in a fifth of the time


class _LightGBM(Booster):
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


class LightGBMClassifier(BoosterClassifier, _LightGBM):
    __doc__ = _LightGBM.__doc__


class LightGBMRegressor(BoosterRegressor, _LightGBM):
    __doc__ = _LightGBM.__doc__


class _XGBoost(Booster):
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
        # Its one thread is saved with it. Saying so again would set it up anew: half of the time of one row.
        return self.booster_.inplace_predict(X)


class XGBoostClassifier(BoosterClassifier, _XGBoost):
    __doc__ = _XGBoost.__doc__


class XGBoostRegressor(BoosterRegressor, _XGBoost):
    __doc__ = _XGBoost.__doc__


class _CatBoost(Booster):
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
        rows = self._cells(X) if len(X) <= FEW_ROWS else self._frame(X)
        found = self.booster_.predict(rows, prediction_type=kind, thread_count=1)
        return found[:, 1] if self._n_classes() == 2 else found

    def _cells(self, X):
        """Return what :meth:`_frame` does as an array of objects."""
        cells, n = np.empty(X.shape, dtype=object), self.n_categories
        cells[:, :n], cells[:, n:] = X[:, :n].astype(np.int32), X[:, n:].astype(np.float32)
        return cells

    def _frame(self, X):
        """Return the columns as CatBoost takes them: levels as whole numbers, the rest in single precision."""
        n = self.n_categories
        columns = {at: X[:, at].astype(np.int32) for at in range(n)}
        columns.update({at: X[:, at].astype(np.float32) for at in range(n, X.shape[1])})
        return pd.DataFrame(columns, copy=False)


class CatBoostClassifier(BoosterClassifier, _CatBoost):
    __doc__ = _CatBoost.__doc__


class CatBoostRegressor(BoosterRegressor, _CatBoost):
    __doc__ = _CatBoost.__doc__
