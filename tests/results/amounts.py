"""Evaluations of one estimator of a rent, made of out-of-fold predictions that a test chose."""

import numpy as np

from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore


def scored(actual, predicted, fold=None, **split):
    """Return an evaluation whose row ``n`` was tested in part ``fold[n]``; all in one part where that is not given."""
    actual, predicted = np.asarray(actual, dtype=float), np.asarray(predicted, dtype=float)
    fold = np.zeros(len(actual), dtype=np.int64) if fold is None else fold
    n_folds = int(fold.max()) + 1
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="rent",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="rent", meaning="number", unit="€"),
        candidates=(CandidateSpec(kind="ridge"),),
        split=SplitSpec(folds=n_folds, **split),
        metric="rmse",
    )
    rows = np.arange(len(actual))
    parts = [(number, fold == number) for number in range(n_folds)]
    folds = (FoldScore("ridge", at, {"rmse": 1.0}, 1.0, 1.0, rows[p], actual[p], predicted[p]) for at, p in parts)
    return Evaluation(spec, tuple(folds))
