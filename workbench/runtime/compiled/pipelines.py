"""A fitted pipeline to one function of checked values, and whether it answers as the pipeline does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.compiled.models import compiled_estimator
from workbench.runtime.compiled.preparation import compiled_preparation
from workbench.runtime.compiled.rows import Columns, Rows, columns_of, rows_maker
from workbench.runtime.encoders import TypedColumns
from workbench.runtime.ensembles import WeightedClassifier, WeightedRegressor, calibrated

Values = Mapping[str, np.ndarray]
Ask = Callable[[pd.DataFrame], np.ndarray]
TOLERANCE = 1e-9  # of what compiled and pipeline may differ by, relative to an answer beyond 1
ALONE = 200  # rows that are compared one by one, too: few rows and many may be answered in different ways
CELLS_AT_A_TIME = 2**21  # of a prepared matrix: 16 MB
MOST_ROWS_AT_A_TIME = 4_096


def compiled_pipeline(pipeline: Any, fields: Sequence[Mapping]) -> Callable[[Values], np.ndarray]:
    """Return what answers checked values as a fitted pipeline does, without a frame.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted, as ``modeling.pipeline.build_pipeline`` makes them.
    fields : sequence of dict
        The contract in front of it.

    Returns
    -------
    callable(dict of str to ndarray) -> float64 ndarray of shape (n_rows, n_numbers)
        From ``contract.CheckedRows.values`` to probabilities of the classes, or one amount. It keeps no state, so
        that threads may share it.

    Raises
    ------
    CannotCompile
        Some part is of a kind that is not compiled; says which.
    """
    try:
        return _compiled(pipeline, fields)
    except CannotCompile:
        raise
    # A library's own attributes are read here, which another version may not have: then the pipeline answers.
    except Exception as error:
        raise CannotCompile(f"{type(error).__name__}: {error}") from error


def _compiled(pipeline: Any, fields: Sequence[Mapping]) -> Callable[[Values], np.ndarray]:
    steps = [step for _, step in getattr(pipeline, "steps", ())]
    if len(steps) not in (2, 3) or type(steps[0]) is not TypedColumns:
        raise CannotCompile("the model is no pipeline of this workbench")
    columns = columns_of(steps[0].columns, fields)
    answer = _average(steps[1], columns) if len(steps) == 2 else _prepared(steps[1], steps[2], columns)
    make = rows_maker(columns)
    at_a_time = _rows_at_a_time(steps, columns)

    def answers(values: Values) -> np.ndarray:
        rows = make(values)
        if rows.n_rows <= at_a_time:
            return _as_table(answer(rows))
        starts = range(0, rows.n_rows, at_a_time)
        return np.vstack([_as_table(answer(rows[at : at + at_a_time])) for at in starts])

    return answers


def _as_table(found: np.ndarray) -> np.ndarray:
    return found if found.ndim == 2 else found[:, np.newaxis]


def _prepared(preparation: Any, estimator: Any, columns: Columns) -> Callable[[Rows], np.ndarray]:
    prepare, answer = compiled_preparation(preparation, columns), compiled_estimator(estimator)
    return lambda rows: answer(prepare(rows))


def _average(average: Any, columns: Columns) -> Callable[[Rows], np.ndarray]:
    """Return what answers as a ``WeightedClassifier`` or ``WeightedRegressor`` does."""
    if type(average) not in (WeightedClassifier, WeightedRegressor):
        raise CannotCompile(f"{type(average).__name__} is not compiled")
    classes = getattr(average, "classes_", None)
    groups = [
        (compiled_preparation(steps, columns), [(_member(model, classes), weight) for model, weight in models])
        for steps, models in average.fitted_
    ]

    def answer(rows: Rows) -> np.ndarray:
        total = 0.0
        for prepare, members in groups:
            X = prepare(rows)
            for member, weight in members:
                total = total + weight * member(X)
        return total if classes is None else calibrated(total, average.calibration)

    return answer


def _member(model: Any, classes: np.ndarray | None) -> Callable[[np.ndarray], np.ndarray]:
    answer = compiled_estimator(model)
    if classes is None or len(model.classes_) == len(classes):
        return answer
    places = np.searchsorted(classes, model.classes_)

    def all_classes(X):
        chances = np.zeros((len(X), len(classes)))
        chances[:, places] = answer(X)
        return chances

    return all_classes


def _rows_at_a_time(steps: Sequence[Any], columns: Columns) -> int:
    """Return how many rows are prepared at a time, so that many columns of words do not fill the memory."""
    preparations = [steps[1]] if len(steps) == 3 else [prepare for prepare, _ in steps[1].fitted_]
    blank = Rows(
        1,
        np.full((1, len(columns.numbers)), np.nan),
        {name: [None] for name in columns.words},
        {name: np.full(1, np.datetime64("NaT"), dtype="datetime64[us]") for name in columns.dates},
    )
    widest = max(compiled_preparation(one, columns)(blank).shape[1] for one in preparations)
    return max(1, min(MOST_ROWS_AT_A_TIME, CELLS_AT_A_TIME // max(widest, 1)))


def furthest(found: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference, relative to expected answers beyond 1; infinite where shapes or blanks differ.

    >>> furthest(np.array([[1000.1]]), np.array([[1000.0]])) < 2e-4
    True
    """
    if found.shape != expected.shape or not np.array_equal(np.isnan(found), np.isnan(expected)):
        return float("inf")
    with np.errstate(invalid="ignore"):
        off = np.abs(found - expected) / np.maximum(1.0, np.abs(expected))
    off[found == expected] = 0.0
    return float(np.nanmax(off, initial=0.0))


def difference(answers: Callable[[Values], np.ndarray], values: Values, frame: pd.DataFrame, ask: Ask) -> float:
    """Return by how much compiled answers and a pipeline's differ at most, together and one by one.

    Parameters
    ----------
    answers : callable
        What :func:`compiled_pipeline` returned.
    values, frame : dict, DataFrame
        The same checked rows.
    ask : callable(DataFrame) -> ndarray of shape (n_rows, n_numbers)
        The pipeline.
    """
    expected = ask(frame)
    off = furthest(answers(values), expected)
    for at in range(min(ALONE, len(frame))):
        one = {name: column[at : at + 1] for name, column in values.items()}
        off = max(off, furthest(answers(one), expected[at : at + 1]))
    return off


def proven_pipeline(
    pipeline: Any, fields: Sequence[Mapping], values: Values, frame: pd.DataFrame, ask: Ask
) -> Callable[[Values], np.ndarray]:
    """Return what :func:`compiled_pipeline` does, for a pipeline whose answers it gives for some rows.

    Parameters
    ----------
    pipeline, fields
        See :func:`compiled_pipeline`.
    values, frame, ask
        See :func:`difference`.

    Raises
    ------
    CannotCompile
        Some part is not compiled, or an answer differs by more than ``TOLERANCE``.
    """
    answers = compiled_pipeline(pipeline, fields)
    try:
        off = difference(answers, values, frame, ask)
    # Whatever either of them raises for rows that must be answered: the pipeline goes on as if nothing was tried.
    except Exception as error:
        raise CannotCompile(f"{type(error).__name__}: {error}") from error
    if not off <= TOLERANCE:
        raise CannotCompile(f"compiled answers differ by {off:.2g}")
    return answers
