"""Transformers that scikit-learn does not have: typed columns, parts of dates, features of text, quantile bins.

They are saved inside models and shipped in bundles, so they import nothing of ours but ``workbench.runtime``,
and they work where pyarrow is not installed.
"""

import copy

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted

from workbench.runtime.reading import type_table

NUMERIC_MEANINGS = ("number", "integer")
# Estimators square their inputs and forests store them as float32 (largest value 3.4e38).
LARGEST_NUMBER = 1e18
SECONDS_PER_DAY = 86_400.0


class MissingColumns(ValueError):
    """Rows came without columns that the model needs; ``columns`` names them."""

    def __init__(self, columns):
        self.columns = list(columns)
        names = ", ".join(repr(name) for name in self.columns)
        super().__init__(f"The rows lack {len(self.columns)} of the columns that the model needs: {names}.")

    def __reduce__(self):
        return type(self), (self.columns,)


class TypedColumns(TransformerMixin, BaseEstimator):
    """Select the columns of a model and give them their types, the first step of every pipeline.

    Rows may hold the text of a file, typed values or both; other columns are ignored. The result has ``float64``
    for numbers, ``datetime64`` for dates, and ``object`` holding ``str`` or NaN for everything else, because
    scikit-learn's encoders know no other kind of text. Infinite numbers count as missing, and numbers beyond
    ±1e18 are drawn in to it: estimators square what they are given.

    Parameters
    ----------
    columns : list of dict
        The inputs in order, each the JSON form of a ``ColumnSpec``.

    Examples
    --------
    >>> columns = [{"name": "age", "meaning": "number"}, {"name": "city", "meaning": "category"}]
    >>> rows = pd.DataFrame({"city": ["Ulm", ""], "age": ["41.5", "12"], "extra": ["x", "y"]}, dtype="str")
    >>> TypedColumns(columns).fit_transform(rows)
        age city
    0  41.5  Ulm
    1  12.0  NaN
    >>> TypedColumns(columns).fit_transform(rows[["city"]])
    Traceback (most recent call last):
    ...
    workbench.runtime.encoders.MissingColumns: The rows lack 1 of the columns that the model needs: 'age'.
    """

    def __init__(self, columns):
        self.columns = columns

    def fit(self, X, y=None):
        """Check that the columns are there; nothing is learnt."""
        self.feature_names_in_ = np.array([column["name"] for column in self.columns], dtype=object)
        self.n_features_in_ = len(self.columns)
        self.transform(X.head(1) if isinstance(X, pd.DataFrame) else X)
        return self

    def transform(self, X):
        """Return the typed columns of ``X``, a DataFrame of shape (n_rows, any); MissingColumns where one is absent."""
        if not isinstance(X, pd.DataFrame):
            raise TypeError(f"Rows must come as a pandas DataFrame with named columns, not as {type(X).__name__}.")
        absent = [column["name"] for column in self.columns if column["name"] not in X.columns]
        if absent:
            raise MissingColumns(absent)
        typed = {column["name"]: X[column["name"]] for column in self.columns}
        rough = [column for column in self.columns if not _has_its_type(typed[column["name"]], column)]
        if rough:
            table = type_table(X[[column["name"] for column in rough]], rough)
            typed.update({column["name"]: table[column["name"]] for column in rough})
        plain = {column["name"]: _plain(typed[column["name"]], column["meaning"]) for column in self.columns}
        return pd.DataFrame(plain, index=X.index, copy=False)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns, in order."""
        check_is_fitted(self, "n_features_in_")
        return self.feature_names_in_.copy()


def _has_its_type(values, column):
    """Tell whether ``values`` need no parsing; typed numbers and dates pass through rules for text unchanged."""
    kind = values.dtype.kind if isinstance(values.dtype, np.dtype) else ""
    if column["meaning"] in NUMERIC_MEANINGS:
        return kind in ("f", "i", "u")
    return column["meaning"] == "date" and kind == "M"


def _plain(values, meaning):
    if meaning == "date":
        return values
    if meaning not in NUMERIC_MEANINGS:
        return values.astype(object)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if numbers.size and not np.abs(numbers).max(initial=0.0) <= LARGEST_NUMBER:  # also true where one is NaN
        numbers = np.where(np.isinf(numbers), np.nan, numbers).clip(-LARGEST_NUMBER, LARGEST_NUMBER)
    return pd.Series(numbers, index=values.index, copy=False)


class DateParts(TransformerMixin, BaseEstimator):
    """Turn dates into numbers: year, month, day, weekday (Monday is 0), hour, and days since a reference.

    The reference of a column is the earliest date seen in ``fit``. The hour is left out where no training row has
    a time of day. A missing date gives NaN in every part; a column without any date in ``fit`` gives zeros.

    Examples
    --------
    >>> dates = pd.DataFrame({"due": pd.to_datetime(["2024-02-01", "2024-02-03"])})
    >>> parts = DateParts().fit(dates)
    >>> parts.get_feature_names_out().tolist()
    ['due_year', 'due_month', 'due_day', 'due_weekday', 'due_days']
    >>> parts.transform(dates).tolist()
    [[2024.0, 2.0, 1.0, 3.0, 0.0], [2024.0, 2.0, 3.0, 5.0, 2.0]]
    """

    def fit(self, X, y=None):
        """Learn the reference of every column of ``X`` (DataFrame of datetimes) and whether it has times."""
        X = pd.DataFrame(X)
        self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.references_, self.has_times_ = [], []
        for _, dates in X.items():
            known = pd.to_datetime(dates).dropna()
            self.references_.append(known.min() if len(known) else None)
            self.has_times_.append(bool((known != known.dt.normalize()).any()))
        return self

    def transform(self, X):
        """Return float64 of shape (n_rows, n_parts)."""
        check_is_fitted(self, "references_")
        parts = []
        for (_, dates), reference, has_times in zip(
            pd.DataFrame(X).items(), self.references_, self.has_times_, strict=True
        ):
            if reference is None:
                parts += [pd.Series(0.0, index=dates.index)] * 5
                continue
            dates = pd.to_datetime(dates)
            parts += [dates.dt.year, dates.dt.month, dates.dt.day, dates.dt.day_of_week]
            parts += [dates.dt.hour] if has_times else []
            parts.append((dates - reference).dt.total_seconds() / SECONDS_PER_DAY)
        return np.column_stack([part.to_numpy(dtype=np.float64, na_value=np.nan) for part in parts])

    def __getstate__(self):
        # Moments as text: formats that take no class of pandas can keep them, too.
        state = dict(super().__getstate__())
        if "references_" in state:
            state["references_"] = [one if one is None else one.isoformat() for one in state["references_"]]
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if "references_" in state:  # models that were saved earlier hold the moments themselves
            self.references_ = [one if one is None else pd.Timestamp(one).as_unit("us") for one in state["references_"]]

    def get_feature_names_out(self, input_features=None):
        """Return ``<column>_<part>`` for every part."""
        check_is_fitted(self, "references_")
        names = []
        for name, has_times in zip(self.feature_names_in_, self.has_times_, strict=True):
            parts = ["year", "month", "day", "weekday", *(["hour"] if has_times else []), "days"]
            names += [f"{name}_{part}" for part in parts]
        return np.array(names, dtype=object)


class EmptyAsZero(TransformerMixin, BaseEstimator):
    """Pass numbers on, missing ones too, but make zeros of columns that had no value in ``fit``.

    Histogram boosting takes missing values, and fails on a column that holds nothing else.

    Examples
    --------
    >>> EmptyAsZero().fit_transform([[1.0, np.nan], [np.nan, np.nan]]).tolist()
    [[1.0, 0.0], [nan, 0.0]]
    """

    def fit(self, X, y=None):
        """Learn which columns of ``X``, of shape (n_rows, n_columns), are empty."""
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        X = np.asarray(X, dtype=np.float64)
        self.n_features_in_ = X.shape[1]
        self.empty_ = np.isnan(X).all(axis=0)
        return self

    def transform(self, X):
        """Return float64 of the shape of ``X``."""
        check_is_fitted(self, "empty_")
        X = np.asarray(X, dtype=np.float64)
        return np.where(self.empty_, 0.0, X) if self.empty_.any() else X

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns."""
        check_is_fitted(self, "empty_")
        return _names_of(self, input_features)


class TextFeatures(TransformerMixin, BaseEstimator):
    """Turn columns of free text into TF-IDF weights of words and word pairs, or into a few topics.

    Each column has its own vocabulary. Missing text is an empty document. A column in which no word can be found
    gives one column of zeros, so that the shape never depends on luck.

    Parameters
    ----------
    max_words : int, default=10_000
        Size limit of a vocabulary; the most frequent words and pairs stay.
    topics : int, optional
        Reduce each column by ``TruncatedSVD`` to so many dense columns, and add the logarithm of the text's
        length. None keeps the sparse weights.
    presence : bool, default=False
        1 where a word occurs and 0 elsewhere, in place of weights.
    random_state : int, optional
        Seed of the reduction.
    """

    def __init__(self, max_words=10_000, topics=None, presence=False, random_state=None):
        self.max_words = max_words
        self.topics = topics
        self.presence = presence
        self.random_state = random_state

    def fit(self, X, y=None):
        """Learn a vocabulary per column of ``X`` (DataFrame of text)."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X, y=None):
        """Fit, and return the features of ``X``."""
        X = pd.DataFrame(X)
        self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.vectorizers_, self.reductions_, blocks = [], [], []
        for _, texts in X.items():
            documents = _documents(texts)
            vectorizer, weights = self._fit_words(documents)
            reduction = self._fit_reduction(weights) if vectorizer is not None and self.topics is not None else None
            self.vectorizers_.append(vectorizer)
            self.reductions_.append(reduction)
            blocks.append(self._block(documents, vectorizer, reduction, weights))
        return self._joined(blocks)

    def __getstate__(self):
        # scikit-learn notes where in memory its list of stop words is, which would make the same model other bytes.
        state = dict(super().__getstate__())
        if "vectorizers_" in state:
            state["vectorizers_"] = [_without_address(one) for one in state["vectorizers_"]]
        return state

    def _fit_words(self, documents):
        for least in (2, 1):
            vectorizer = TfidfVectorizer(
                ngram_range=(1, 2),
                min_df=least,
                max_features=self.max_words,
                sublinear_tf=not self.presence,
                binary=self.presence,
                use_idf=not self.presence,
                norm=None if self.presence else "l2",
            )
            try:
                return vectorizer, vectorizer.fit_transform(documents)
            except ValueError:  # no word left: scikit-learn has no other way to say so
                continue
        return None, None

    def _fit_reduction(self, weights):
        if weights.shape[1] == 1:  # TruncatedSVD refuses, and one word is a topic as it is
            return FunctionTransformer(accept_sparse=True).fit(weights)
        n_topics = max(1, min(self.topics, weights.shape[0], weights.shape[1]))
        reduction = TruncatedSVD(n_topics, random_state=self.random_state)
        with np.errstate(divide="ignore", invalid="ignore"):  # equal documents: it divides by their variance
            return reduction.fit(weights)

    def _block(self, documents, vectorizer, reduction, weights=None):
        if vectorizer is None:
            return sparse.csr_array((len(documents), 1)) if self.topics is None else np.zeros((len(documents), 1))
        weights = vectorizer.transform(documents) if weights is None else weights
        if reduction is None:
            return weights
        lengths = np.log1p([len(document) for document in documents])
        topics = reduction.transform(weights)
        return np.column_stack([topics.toarray() if sparse.issparse(topics) else topics, lengths])

    @staticmethod
    def _n_topics(reduction):
        return getattr(reduction, "n_components", 1)

    def _joined(self, blocks):
        return np.hstack(blocks) if self.topics is not None else sparse.hstack(blocks, format="csr")

    def transform(self, X):
        """Return the features of ``X``: sparse weights, or dense topics and lengths."""
        check_is_fitted(self, "vectorizers_")
        columns = zip(pd.DataFrame(X).items(), self.vectorizers_, self.reductions_, strict=True)
        return self._joined([self._block(_documents(texts), words, topics) for (_, texts), words, topics in columns])

    def get_feature_names_out(self, input_features=None):
        """Return ``<column>: <word>``, or ``<column>: topic <i>`` and ``<column>: length``."""
        check_is_fitted(self, "vectorizers_")
        names = []
        for name, vectorizer, reduction in zip(
            self.feature_names_in_, self.vectorizers_, self.reductions_, strict=True
        ):
            if vectorizer is None:
                names.append(f"{name}: no words")
            elif reduction is None:
                names += [f"{name}: {word}" for word in vectorizer.get_feature_names_out()]
            else:
                names += [f"{name}: topic {i + 1}" for i in range(self._n_topics(reduction))] + [f"{name}: length"]
        return np.array(names, dtype=object)


def _without_address(vectorizer):
    found = copy.copy(vectorizer)
    if found is not None:  # a column without words has none
        vars(found).pop("_stop_words_id", None)
    return found


def _documents(texts):
    return ["" if text is None or text != text else str(text) for text in texts]  # NaN is not equal to itself


class QuantileBins(TransformerMixin, BaseEstimator):
    """Number the quantile bins of each column from 0; a missing value has a bin of its own, the last.

    Unlike ``KBinsDiscretizer`` it takes missing values, and columns with few distinct values need no care.

    Parameters
    ----------
    n_bins : int, default=10
        Most bins per column, the one for missing values not counted.

    Examples
    --------
    >>> QuantileBins(2).fit_transform([[1.0], [2.0], [3.0], [4.0], [np.nan]]).ravel().tolist()
    [0.0, 0.0, 1.0, 1.0, 2.0]
    """

    def __init__(self, n_bins=10):
        self.n_bins = n_bins

    def fit(self, X, y=None):
        """Learn the inner edges of every column of ``X``."""
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        X = np.asarray(X, dtype=np.float64)
        self.n_features_in_ = X.shape[1]
        shares = np.linspace(0, 1, self.n_bins + 1)[1:-1]
        self.edges_ = []
        for values in X.T:
            known = values[~np.isnan(values)]
            self.edges_.append(np.unique(np.quantile(known, shares)) if known.size else np.empty(0))
        return self

    def transform(self, X):
        """Return float64 bin numbers of the shape of ``X``."""
        check_is_fitted(self, "edges_")
        X = np.asarray(X, dtype=np.float64)
        bins = [np.searchsorted(edges, values, side="left") for edges, values in zip(self.edges_, X.T, strict=True)]
        numbers = np.column_stack(bins).astype(np.float64)
        last = np.array([len(edges) + 1.0 for edges in self.edges_])
        return np.where(np.isnan(X), last, numbers)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns."""
        check_is_fitted(self, "edges_")
        return _names_of(self, input_features)


def _names_of(transformer, input_features):
    names = getattr(transformer, "feature_names_in_", None)
    if names is None:
        names = [f"x{i}" for i in range(transformer.n_features_in_)] if input_features is None else input_features
    return np.array(names, dtype=object)


class Levels:
    """Pick, at fit time, those of ``columns`` that have a number of distinct values within bounds.

    Given to ``ColumnTransformer`` in place of column names: how many levels a category has must be learnt from the
    training rows, like everything else.

    Parameters
    ----------
    columns : list of str
    at_least, at_most : int
        Bounds, both included; missing values are not counted.

    Examples
    --------
    >>> Levels(["a", "b"], at_most=1)(pd.DataFrame({"a": ["x", "x"], "b": ["x", "y"]}))
    ['a']
    """

    def __init__(self, columns, at_least=0, at_most=2**62):
        self.columns = list(columns)
        self.at_least = at_least
        self.at_most = at_most

    def __call__(self, X):
        return [name for name in self.columns if self.at_least <= X[name].nunique() <= self.at_most]

    def __eq__(self, other):
        return isinstance(other, Levels) and vars(self) == vars(other)

    __hash__ = None

    def __repr__(self):
        return f"Levels({self.columns!r}, at_least={self.at_least}, at_most={self.at_most})"
