"""From an ExperimentSpec and a candidate to an unfitted scikit-learn Pipeline that takes raw rows.

``columns`` gives the rows their types, ``prepare`` turns each meaning into what the estimator can use, ``model`` is
the estimator. Everything that learns from data is in here, so it is fitted again inside every fold.
"""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from workbench.modeling import weighting
from workbench.modeling.averages import weighted_average
from workbench.modeling.models import model
from workbench.runtime.curves import Curves
from workbench.runtime.encoders import DateParts, EmptyAsZero, Levels, QuantileBins, TextFeatures, TypedColumns
from workbench.runtime.estimators import AroundLine, LogTarget, MonotoneClassifier, MonotoneRegressor, RareClassFolds
from workbench.specs import CandidateSpec, ExperimentSpec

# Categories with more levels are encoded by what the target does at each level (Micci-Barreca 2001).
FEW_LEVELS = 40
FEW_TREE_LEVELS = 4
RARE_LEVEL_ROWS = 2  # levels with fewer rows share one column, which unseen levels use as well
TEXT_WORDS = 10_000
TEXT_TOPICS = 40
BAYES_WORDS = 5_000
BAYES_BINS = 10
TARGET_FOLDS = 5

NUMBERS = ("number", "integer")
DATES = ("date",)
TEXTS = ("text",)
CATEGORIES = ("yes_no", "category", "identifier")


def build_pipeline(spec: ExperimentSpec, candidate: CandidateSpec, n_jobs: int = 1) -> Pipeline:
    """Return the unfitted pipeline of one candidate.

    Parameters
    ----------
    spec : ExperimentSpec
        Inputs, task and seed.
    candidate : CandidateSpec
    n_jobs : int, default=1
        Threads of one fit, where the estimator takes that argument.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``columns``, ``prepare``, ``model``; takes a DataFrame of raw or typed rows. Candidates whose kinds
        have the same ``handling`` have equal first two steps. An ensemble has ``columns`` and ``model``, since its
        members prepare columns in ways of their own.

    Raises
    ------
    NotPossible
        The kind is unknown, does not suit the task, or a hyperparameter is not allowed.
    """
    columns = TypedColumns([column.model_dump(mode="json") for column in spec.columns])
    if candidate.members:
        average = weighted_average(spec, candidate, lambda member: build_pipeline(spec, member, n_jobs))
        return Pipeline([("columns", columns), ("model", average)])
    kind = model(candidate.kind)
    estimator = kind.build(spec.task, candidate.hyperparameters, spec.seed, n_jobs)
    estimator = _told_of_columns(estimator, spec, kind)
    return Pipeline([("columns", columns), ("prepare", HANDLINGS[kind.handling](spec)), ("model", estimator)])


def fit_arguments(
    spec: ExperimentSpec, candidate: CandidateSpec, inputs: pd.DataFrame, target: np.ndarray, *, of_pipeline=False
) -> dict[str, np.ndarray]:
    """Return what ``fit`` of a candidate is given besides rows and target: weights of the rows, where they have any.

    Parameters
    ----------
    inputs, target
        The rows that are learnt from, as ``planning.modelling_table`` gives them.
    of_pipeline : bool, default=False
        For ``fit`` of the whole Pipeline, rather than of the estimator at its end.
    """
    if candidate.members:  # each of them was fitted with its own
        return {}
    found = weighting.fit_arguments(spec, model(candidate.kind), inputs, target)
    return {f"model__{name}": value for name, value in found.items()} if of_pipeline else found


def _told_of_columns(estimator, spec, kind):
    """Return the estimator, told which prepared columns are categories, and which it must rise or fall with.

    In what trees are given, ``_for_trees`` and ``_for_native``, categories stand in front, one column each (but for
    several classes, where no direction can be asked for), and behind them the numbers.
    """
    if isinstance(estimator, LogTarget):  # the logarithm rises with its number
        return LogTarget(_told_of_columns(estimator.regressor, spec, kind))
    if isinstance(estimator, AroundLine):
        inside = _told_of_columns(estimator.regressor, spec, kind)
        return inside if spec.monotone else AroundLine(inside)  # the line may run against what is asked of it
    n_categories = len(_names(spec, CATEGORIES))
    if kind.handling == "native":
        estimator.set_params(n_categories=n_categories)
    if spec.monotone and kind.takes_monotone:
        numbers = _names(spec, NUMBERS)
        positions = tuple((n_categories + numbers.index(name), direction) for name, direction in spec.monotone)
        if "monotone" not in estimator.get_params():
            holding = MonotoneRegressor if spec.task == "regression" else MonotoneClassifier
            return holding(estimator, positions)
        estimator.set_params(monotone=positions)
    return estimator


def _names(spec, meanings):
    return [column.name for column in spec.columns if column.meaning in meanings]


def _transformer(parts, sparse_threshold=0.0):
    used = [part for part in parts if not isinstance(part[2], list) or part[2]]
    return ColumnTransformer(used, sparse_threshold=sparse_threshold)


def _nothing(spec):
    return ColumnTransformer([("unused", "drop", _names(spec, NUMBERS + DATES + TEXTS + CATEGORIES))])


def _for_trees(spec):
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2, encoded_missing_value=-1)
    # The target's order of levels lets a tree split them well (Fisher 1958); with many classes there is no one order.
    few, many = _by_levels(spec, FEW_LEVELS if spec.task == "multiclass" else FEW_TREE_LEVELS)
    return _transformer(
        [
            ("categories", codes, few),
            ("many_levels", _target_means(spec), many),
            ("numbers", EmptyAsZero(), _names(spec, NUMBERS)),
            ("dates", DateParts(), _names(spec, DATES)),
            ("texts", _topics(spec), _names(spec, TEXTS)),
        ]
    )


def _for_native(spec):
    # Levels as whole numbers, all of them, in front: the estimator is told how many columns they are.
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2, encoded_missing_value=-1)
    return _transformer(
        [
            ("categories", codes, _names(spec, CATEGORIES)),
            ("numbers", EmptyAsZero(), _names(spec, NUMBERS)),
            ("dates", DateParts(), _names(spec, DATES)),
            ("texts", _topics(spec), _names(spec, TEXTS)),
        ]
    )


def _for_linear(spec):
    words = TextFeatures(max_words=TEXT_WORDS)
    return _transformer([*_scaled_parts(spec), ("texts", words, _names(spec, TEXTS))], sparse_threshold=0.3)


def _for_distance(spec):
    topics = Pipeline([("topics", _topics(spec)), ("scale", StandardScaler())])
    return _transformer([*_scaled_parts(spec), ("texts", topics, _names(spec, TEXTS))])


def _scaled_parts(spec):
    few, many = _by_levels(spec)
    return [
        ("numbers", _filled_and_scaled(), _names(spec, NUMBERS)),
        ("dates", Pipeline([("parts", DateParts()), *_filled_and_scaled().steps]), _names(spec, DATES)),
        ("categories", _one_hot(), few),
        ("many_levels", Pipeline([("target_means", _target_means(spec)), ("scale", StandardScaler())]), many),
    ]


def _for_curves(spec):
    curves = Pipeline([("curves", Curves()), ("scale", StandardScaler())])
    words = TextFeatures(max_words=TEXT_WORDS)
    _, many = _by_levels(spec)
    return _transformer(
        [
            ("numbers", curves, _names(spec, NUMBERS)),
            ("dates", Pipeline([("parts", DateParts()), *curves.steps]), _names(spec, DATES)),
            *(part for part in _scaled_parts(spec) if part[0] == "categories"),
            ("many_levels", Pipeline([("target_means", _target_means(spec)), *curves.steps]), many),
            ("texts", words, _names(spec, TEXTS)),
        ],
        sparse_threshold=0.3,
    )


def _by_levels(spec, few=FEW_LEVELS):
    categories = _names(spec, CATEGORIES)
    if not categories:
        return [], []
    return Levels(categories, at_most=few), Levels(categories, at_least=few + 1)


def _target_means(spec):
    # Encodes training rows by the other folds, so that a level of one row does not give its target away.
    if spec.task == "regression":
        folds = KFold(TARGET_FOLDS, shuffle=True, random_state=spec.seed)
        return TargetEncoder(target_type="continuous", cv=folds)
    return TargetEncoder(target_type=spec.task, cv=RareClassFolds(TARGET_FOLDS, random_state=spec.seed))


def _filled_and_scaled():
    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return Pipeline([("fill", filled), ("scale", StandardScaler())])


def _one_hot():
    return OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE_LEVEL_ROWS)


def _topics(spec):
    return TextFeatures(max_words=TEXT_WORDS, topics=TEXT_TOPICS, random_state=spec.seed)


def _for_counts(spec):
    # Counts over bins and levels make multinomial naive Bayes a naive Bayes of categories, and of words for text.
    one_hot = OneHotEncoder(handle_unknown="ignore")
    dates = Pipeline([("parts", DateParts()), ("bins", QuantileBins(BAYES_BINS)), ("one_hot", one_hot)])
    return _transformer(
        [
            ("numbers", Pipeline([("bins", QuantileBins(BAYES_BINS)), ("one_hot", one_hot)]), _names(spec, NUMBERS)),
            ("dates", dates, _names(spec, DATES)),
            ("categories", _one_hot(), _names(spec, CATEGORIES)),
            ("texts", TextFeatures(max_words=BAYES_WORDS, presence=True), _names(spec, TEXTS)),
        ],
        sparse_threshold=1.0,
    )


# What ``ModelKind.handling`` may say.
HANDLINGS = {
    "none": _nothing,
    "linear": _for_linear,
    "curves": _for_curves,
    "distance": _for_distance,
    "trees": _for_trees,
    "native": _for_native,
    "counts": _for_counts,
}
