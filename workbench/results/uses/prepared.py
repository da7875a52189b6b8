"""Rows as a fitted model takes them, and which prepared columns come from which of the person's own.

Preparing rows again for every column that is shuffled costs more than predicting them. Each prepared column comes
from one of the person's, so shuffling that one shuffles these, and nothing need be prepared again. Which come from
which is found out by shuffling all of the person's columns at once, each in an order of its own.
"""

import copy
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.pipeline import Pipeline

from workbench.runtime.ensembles import WeightedClassifier, WeightedRegressor
from workbench.specs import ExperimentSpec
from workbench.training.scoring import answers

MISSING = 0.7310585786300049  # stands for NaN where prepared columns are compared; no value of theirs by chance
ROUNDING = 1e-13  # of an answer
SAME = 1e-9  # of the sum of sizes: two weighted sums that differ by less are the same
CONSTANT, MIXED = -1, -2  # prepared columns that no column changes, and such that several do


@dataclass(frozen=True, eq=False)
class _Given:
    """In place of the steps that prepare rows: hands on what was prepared before."""

    place: int

    def transform(self, prepared):
        return prepared[self.place]


class PreparedRows:
    """Rows prepared once, for a model's answers with columns shuffled.

    Parameters
    ----------
    estimator : Pipeline
        Fitted, of the registry.
    rows : DataFrame of shape (n_rows, any)
        Raw or typed.
    spec : ExperimentSpec
    """

    def __init__(self, estimator: Pipeline, rows: pd.DataFrame, spec: ExperimentSpec):
        self.spec = spec
        self.names = [column.name for column in spec.columns]
        self.typed = estimator[:1].transform(rows)
        last = estimator.steps[-1][1]
        if isinstance(last, WeightedClassifier | WeightedRegressor):
            self._steps = [steps for steps, _ in last.fitted_]
            self._last = copy.copy(last)
            self._last.fitted_ = [(_Given(place), models) for place, (_, models) in enumerate(last.fitted_)]
            self._whole = True
        else:
            self._steps, self._last, self._whole = [estimator[1:-1]], last, False
        self._prepared = [_as_matrix(steps.transform(self.typed)) for steps in self._steps]
        self._owners = self._found_owners()
        began = time.perf_counter()
        self.base = self._answers(self._prepared)
        self.seconds = time.perf_counter() - began  # that all rows take to be answered

    def _answers(self, prepared):
        return answers(self._last, prepared if self._whole else prepared[0], self.spec)

    def _found_owners(self):
        rng = np.random.default_rng(0)
        n_rows = len(self.typed)
        orders = [rng.permutation(n_rows) for _ in self.names]
        every = self.typed.copy(deep=False)
        for name, order in zip(self.names, orders, strict=True):
            every[name] = self.typed[name].to_numpy()[order]
        weights = rng.normal(size=n_rows)
        return [
            _owners(before, _as_matrix(steps.transform(every)), orders, weights)
            for steps, before in zip(self._steps, self._prepared, strict=True)
        ]

    def is_used(self, name: str) -> bool:
        """Whether anything the model is given changes with a column."""
        place = self.names.index(name)
        return any(np.isin(owners, (place, MIXED)).any() for owners in self._owners)

    def shuffled(self, name: str, orders: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray | None]]:
        """Return the answers (``training.scoring.predictions``) with the values of a column in each of some orders.

        All orders are asked in one call, and only for rows that change.

        Parameters
        ----------
        orders : list of ndarray of shape (n_rows,)
            Row i gets the value of row ``order[i]``.
        """
        place = self.names.index(name)
        if any((owners == MIXED).any() for owners in self._owners):
            parts = [self._prepared_again(name, order) for order in orders]
        else:
            parts = [
                [_with_shuffled(*pair, place, order) for pair in zip(self._prepared, self._owners, strict=True)]
                for order in orders
            ]
        changed = [
            np.any([_rows_that_differ(*pair) for pair in zip(self._prepared, part, strict=True)], axis=0)
            for part in parts
        ]
        if not any(rows.any() for rows in changed):
            return [self.base] * len(orders)
        asked = [
            _stacked([part[group][rows] for part, rows in zip(parts, changed, strict=True)])
            for group in range(len(self._prepared))
        ]
        predicted, probabilities = self._answers(asked)
        ends = np.cumsum([rows.sum() for rows in changed])[:-1]
        new = [np.split(predicted, ends), [None] * len(orders)]
        if probabilities is not None:
            new[1] = np.split(probabilities, ends)
        return [self._with(rows, *found) for rows, *found in zip(changed, *new, strict=True)]

    def _prepared_again(self, name, order):
        mixed = self.typed.copy(deep=False)
        mixed[name] = self.typed[name].to_numpy()[order]
        return [_as_matrix(steps.transform(mixed)) for steps in self._steps]

    def _with(self, rows, predicted, probabilities):
        told, chances = (None if before is None else before.copy() for before in self.base)
        numbers = told if chances is None else chances
        now = predicted if chances is None else probabilities
        # Sums in another order differ in their last digit; a column that does not count must not seem to.
        moved = ~np.isclose(numbers[rows], now, rtol=ROUNDING, atol=0.0)
        told[rows] = np.where(moved if moved.ndim == 1 else moved.any(axis=1), predicted, told[rows])
        if chances is not None:
            chances[rows] = np.where(moved, now, chances[rows])
        return told, chances


def _as_matrix(prepared):
    return sparse.csr_array(prepared) if sparse.issparse(prepared) else np.asarray(prepared)


def _owners(before, after, orders, weights):
    """Return, for each prepared column, the place of the column it comes from, ``CONSTANT`` or ``MIXED``.

    ``after`` was prepared from columns each in its own of ``orders``. Columns are compared by a sum weighted by chance.
    """
    by_order = np.empty((len(weights), len(orders)))
    for place, order in enumerate(orders):
        by_order[order, place] = weights
    before, after = _filled(before), _filled(after)
    expected, found = before.T @ by_order, after.T @ weights
    sizes = abs(after).T @ np.abs(weights)
    same = np.abs(expected - found[:, None]) <= SAME * sizes[:, None]
    # Of very few rows several orders are the same, and nothing can be told apart: these are prepared again.
    found_one = same.sum(axis=1) == 1
    return np.where(_constant(before), CONSTANT, np.where(found_one, same.argmax(axis=1), MIXED))


def _constant(matrix):
    if sparse.issparse(matrix):
        return (matrix.max(axis=0).toarray() == matrix.min(axis=0).toarray()).ravel()
    return (matrix == matrix[:1]).all(axis=0)


def _filled(matrix):
    return matrix if sparse.issparse(matrix) else np.where(np.isnan(matrix), MISSING, matrix)


def _with_shuffled(matrix, owners, place, order):
    mine = owners == place
    if not mine.any():
        return matrix
    if not sparse.issparse(matrix):
        shuffled = matrix.copy()
        shuffled[:, mine] = matrix[np.ix_(order, mine)]
        return shuffled
    part = (matrix @ sparse.diags_array(mine.astype(np.float64))).tocsr()
    return ((matrix - part) + part[order]).tocsr()


def _rows_that_differ(before, after):
    if before is after:
        return np.zeros(before.shape[0], dtype=bool)
    if sparse.issparse(before):
        return abs(before - after).sum(axis=1) != 0
    return ((before != after) & ~(np.isnan(before) & np.isnan(after))).any(axis=1)


def _stacked(parts):
    return sparse.vstack(parts, format="csr") if sparse.issparse(parts[0]) else np.concatenate(parts)
