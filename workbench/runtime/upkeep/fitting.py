"""The same model, learnt anew: the unfitted pipeline is a copy of the saved one, with every setting and seed."""

import contextlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from workbench.runtime.ensembles import parts_of
from workbench.runtime.learning.folds import make_folds
from workbench.runtime.learning.metrics import VALUES, Answers
from workbench.runtime.learning.weights import row_weights

Weighted = bool | list[list[bool]]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Predictions for rows that the model which made them had not learnt from.

    Attributes
    ----------
    positions : int64 ndarray of shape (n_rows,)
        Among the rows that are learnt from.
    actual, predicted : ndarray of shape (n_rows,)
    probabilities : float64 ndarray of shape (n_rows, n_classes) or None
    learnt : ndarray of shape (n_learnt,) or None
        Targets of the rows that were learnt from for it.
    """

    positions: np.ndarray
    actual: np.ndarray
    predicted: np.ndarray
    probabilities: np.ndarray | None
    learnt: np.ndarray | None = None

    def score(self, question, names) -> dict[str, float]:
        """Return metrics by name; NaN where one is not defined."""
        answers = Answers(self.actual, self.predicted, self.probabilities, question.classes, question.positive)
        return {name: float(VALUES[name](answers)) for name in names}


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep what estimators complain about while they learn to themselves."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def fit_anew(model: Pipeline, question, weighted: Weighted, inputs: pd.DataFrame, target: np.ndarray) -> Pipeline:
    """Return a copy of ``model`` that has learnt from these rows alone.

    Parameters
    ----------
    model : Pipeline
        Fitted or not; not changed.
    question : Question
    weighted : bool or list of list of bool
        Whether the estimator goes by weights of rows; of an ensemble, each member, in the shape of its groups.
    inputs, target
        As :func:`workbench.runtime.learning.rows.inputs_and_target` gives them.
    """
    found = clone(model)
    with quietly():
        if isinstance(weighted, list) and any(map(any, weighted)) and _weights(question, inputs, target) is not None:
            return _fit_members(found, question, weighted, inputs, target)
        weights = _weights(question, inputs, target) if weighted is True else None
        return found.fit(inputs, target, **({} if weights is None else {"model__sample_weight": weights}))


def cross_validated(
    model: Pipeline,
    question,
    weighted: Weighted,
    inputs: pd.DataFrame,
    target: np.ndarray,
    on_fold: Callable[[int, int], None] | None = None,
) -> list[HeldOut]:
    """Predict every tested part of the rows by a copy of ``model`` that has not learnt from it.

    ``on_fold`` is told the number of the part, from 1, and how many there are. An ensemble of fold models is, within
    a fold, one of models of that fold alone.
    """
    parts, folds = [], make_folds(inputs, target, question)
    single = clone(model)
    if "folds" in single.steps[-1][1].get_params(deep=False):
        single.steps[-1][1].set_params(folds=())
    for number, (train, test) in enumerate(folds, 1):
        if on_fold:
            on_fold(number, len(folds))
        learnt = fit_anew(single, question, weighted, inputs.iloc[train], target[train])
        found = answered(learnt, question, inputs.iloc[test], target[test], test)
        parts.append(replace(found, learnt=target[train]))
    return parts


def answered(model, question, inputs: pd.DataFrame, actual: np.ndarray, positions: np.ndarray | None = None) -> HeldOut:
    """Return what a fitted model says of rows, beside what is so."""
    positions = np.arange(len(inputs)) if positions is None else positions
    with quietly():
        if question.task == "regression":
            return HeldOut(positions, actual, np.asarray(model.predict(inputs), dtype=np.float64).ravel(), None)
        found = np.asarray(model.predict_proba(inputs), dtype=np.float64)
    places = {label: place for place, label in enumerate(question.classes)}
    chances = np.zeros((len(inputs), len(question.classes)))  # a part may lack a class
    chances[:, [places[_plain(label)] for label in model.classes_]] = found
    labels = np.array([*question.classes, None], dtype=object)[:-1]
    predicted = labels[chances.argmax(axis=1)]
    return HeldOut(positions, actual, predicted.astype(actual.dtype), chances)


def _plain(label):
    return label.item() if isinstance(label, np.generic) else label


def _weights(question, inputs, target) -> np.ndarray | None:
    return row_weights(question, inputs, target)


def _fit_members(pipeline: Pipeline, question, weighted, inputs, target) -> Pipeline:
    """Fit an ensemble as ``fit`` does, with weights for the members that go by them."""
    average = pipeline.steps[-1][1]
    typed = pipeline[:-1].fit_transform(inputs)
    splits = [train for splitter in average.folds for train, _ in splitter.split(np.zeros(len(target)), target)]
    parts = splits or [np.arange(len(target))]
    fitted = []
    for number, train in enumerate(parts):
        weights = _weights(question, inputs.iloc[train], target[train])
        for (prepare, members), goes_by in zip(average.groups, weighted, strict=True):
            here = [
                (model, by)
                for (model, _), by in zip(members, goes_by, strict=True)
                if number < parts_of(model, len(target), len(parts))
            ]
            if here:
                steps = clone(prepare)
                columns = steps.fit_transform(typed.iloc[train], target[train])
                models = [
                    clone(model).fit(columns, target[train], **({"sample_weight": weights} if by else {}))
                    for model, by in here
                ]
                fitted.append((steps, models))
    average.assemble(fitted, target, len(parts))
    return pipeline
