"""What prepares columns for an estimator, compiled: rows in, one full matrix out."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from workbench.runtime.compiled import levels, numbers, texts
from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.compiled.rows import Columns, Rows
from workbench.runtime.curves import Curves
from workbench.runtime.encoders import DateParts, EmptyAsZero, QuantileBins, TextFeatures

Prepare = Callable[[Rows], np.ndarray]
# By what they take: lists of words, arrays of dates, or a matrix of numbers.
OF_WORDS = {
    OneHotEncoder: levels.compiled_one_hot,
    OrdinalEncoder: levels.compiled_codes,
    TargetEncoder: levels.compiled_codes,
    TextFeatures: texts.compiled_texts,
}
OF_DATES = {DateParts: numbers.compiled_dates}
OF_NUMBERS = {
    Curves: numbers.compiled_curves,
    EmptyAsZero: numbers.compiled_zeros,
    QuantileBins: numbers.compiled_bins,
    SimpleImputer: numbers.compiled_imputer,
    StandardScaler: numbers.compiled_scaler,
}


def compiled_preparation(steps: Any, columns: Columns) -> Prepare:
    """Return what prepares rows as a fitted ``ColumnTransformer``, or a pipeline of one, does.

    Sparse outputs become full ones: a row has few columns, and a sparse matrix costs it more than all the rest.

    Raises
    ------
    CannotCompile
        A transformer is of a kind that is not compiled.
    """
    if isinstance(steps, Pipeline) and len(steps) == 1:
        return compiled_preparation(steps[0], columns)
    if type(steps) is not ColumnTransformer or steps.transformer_weights:
        raise CannotCompile(f"columns are prepared by {type(steps).__name__}")
    parts = []
    for name, transformer, _ in steps.transformers_:
        places = steps._transformer_to_input_indices[name]
        if (isinstance(transformer, str) and transformer == "drop") or not len(places):
            continue
        parts.append(_part(transformer, list(steps.feature_names_in_[places]), columns))
    if len(parts) == 1:
        return parts[0]

    def prepare(rows: Rows) -> np.ndarray:
        if not parts:
            return np.zeros((rows.n_rows, 0))
        return np.concatenate([part(rows) for part in parts], axis=1)

    return prepare


def _part(transformer, names: Sequence[str], columns: Columns) -> Prepare:
    steps = [step for _, step in transformer.steps] if isinstance(transformer, Pipeline) else [transformer]
    first, *others = steps
    changes = [_change(step) for step in others]
    start = _start(first, names, columns)

    def part(rows: Rows) -> np.ndarray:
        found = start(rows)
        for change in changes:
            found = change(found)
        return found

    return part if changes else start


def _start(transformer, names: Sequence[str], columns: Columns) -> Prepare:
    kind = type(transformer)
    if kind in OF_WORDS and set(names) <= set(columns.words):
        encode = OF_WORDS[kind](transformer)
        return lambda rows: encode([rows.words[name] for name in names])
    if kind in OF_DATES and set(names) <= set(columns.dates):
        take_apart = OF_DATES[kind](transformer)
        return lambda rows: take_apart([rows.dates[name] for name in names])
    if kind in OF_NUMBERS and set(names) <= set(columns.numbers):
        change = OF_NUMBERS[kind](transformer)
        if tuple(names) == columns.numbers:
            return lambda rows: change(rows.numbers)
        places = [columns.numbers.index(name) for name in names]
        return lambda rows: change(rows.numbers[:, places])
    raise CannotCompile(f"{kind.__name__} is not compiled")


def _change(transformer) -> Callable[[np.ndarray], np.ndarray]:
    kind = type(transformer)
    if kind in OF_NUMBERS:
        return OF_NUMBERS[kind](transformer)
    if kind is OneHotEncoder:
        encode = OF_WORDS[kind](transformer)
        return lambda X: encode(X.T.tolist())
    raise CannotCompile(f"{kind.__name__} is not compiled")
