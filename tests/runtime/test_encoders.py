"""Transformers and estimators of ours: worked-out values, and scikit-learn's conventions for every one of them."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression

from workbench.runtime.encoders import (
    DateParts,
    EmptyAsZero,
    Levels,
    MissingColumns,
    QuantileBins,
    TextFeatures,
    TypedColumns,
)
from workbench.runtime.estimators import (
    NeighboursClassifier,
    NeighboursRegressor,
    NetworkClassifier,
    NetworkRegressor,
    RareClassFolds,
    SupportVectorClassifier,
)

COLUMNS = [
    {"name": "size", "meaning": "number", "decimal": ",", "missing": ["?"]},
    {"name": "day", "meaning": "date", "date_format": "%d.%m.%Y"},
    {"name": "town", "meaning": "category", "missing": ["unknown"]},
]
RAW = pd.DataFrame(
    {"town": ["Ulm", "unknown"], "size": ["1,5", "?"], "day": ["31.12.2024", ""], "more": ["x", "y"]}, dtype="str"
)
NUMBERS = pd.DataFrame({"a": [1.0, 2.0, None, 4.0], "b": [None, None, None, None]}, dtype="float64")
DATES = pd.DataFrame({"d": pd.to_datetime(["2024-02-29", None, "2024-03-01"]), "none": pd.to_datetime([None] * 3)})
TEXTS = pd.DataFrame({"t": ["red car", "red bus", None, ""], "u": [None] * 4}, dtype="str")
EVERY = [
    (TypedColumns(COLUMNS), RAW),
    (DateParts(), DATES),
    (TextFeatures(topics=2, random_state=0), TEXTS),
    (QuantileBins(3), NUMBERS),
    (EmptyAsZero(), NUMBERS),
]


@pytest.mark.parametrize(("transformer", "rows"), EVERY, ids=lambda value: type(value).__name__)
def test_conventions_of_scikit_learn(transformer, rows):
    before = rows.copy(deep=True)
    fitted = clone(transformer).fit(rows)
    found = fitted.transform(rows)
    names = fitted.get_feature_names_out()
    assert len(names) == found.shape[1] and len(found) == len(rows)
    pd.testing.assert_frame_equal(rows, before)
    again = pickle.loads(pickle.dumps(fitted)).transform(rows)
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(found))
    framed = clone(transformer).set_output(transform="pandas").fit(rows).transform(rows)
    assert framed.columns.tolist() == names.tolist() and framed.index.equals(rows.index)


def test_typed_columns_apply_the_rules_of_each_column():
    found = TypedColumns(COLUMNS).fit_transform(RAW)
    assert found.columns.tolist() == ["size", "day", "town"]
    assert found["size"].tolist()[0] == 1.5 and np.isnan(found["size"][1])
    assert found["day"].tolist() == [pd.Timestamp("2024-12-31"), pd.NaT]
    assert found["town"].dtype == object and found["town"][0] == "Ulm" and np.isnan(found["town"][1])


def test_typed_columns_leave_typed_rows_as_they_are():
    typed = TypedColumns(COLUMNS).fit_transform(RAW)
    typed.index = [7, 3]
    pd.testing.assert_frame_equal(TypedColumns(COLUMNS).fit_transform(typed), typed)
    whole = pd.DataFrame({"n": np.array([1, 2], dtype=np.int64)})
    assert TypedColumns([{"name": "n", "meaning": "integer"}]).fit_transform(whole)["n"].tolist() == [1.0, 2.0]


def test_infinite_numbers_are_missing_and_huge_ones_are_drawn_in():
    rows = pd.DataFrame({"n": [np.inf, -np.inf, 1e300, 2.0]})
    found = TypedColumns([{"name": "n", "meaning": "number"}]).fit_transform(rows)["n"]
    assert found.isna().tolist() == [True, True, False, False] and found[2] == 1e18


def test_absent_columns_are_named():
    with pytest.raises(MissingColumns, match="2 of the columns that the model needs: 'size', 'day'") as caught:
        TypedColumns(COLUMNS).fit(RAW).transform(RAW[["town"]])
    assert pickle.loads(pickle.dumps(caught.value)).columns == ["size", "day"]
    with pytest.raises(TypeError, match="pandas DataFrame"):
        TypedColumns(COLUMNS).fit([["Ulm", 1, 2]])


def test_parts_of_dates():
    parts = DateParts().fit(DATES)
    found = pd.DataFrame(parts.transform(DATES), columns=parts.get_feature_names_out())
    assert found.filter(like="d_").iloc[0].tolist() == [2024.0, 2.0, 29.0, 3.0, 0.0]
    assert found.filter(regex="^d_").iloc[1].isna().all()
    assert found["d_days"][2] == 1.0
    assert (found.filter(like="none_") == 0).all(axis=None)  # no date was seen: nothing to say, and nothing missing
    later = DATES.assign(d=pd.Timestamp("2024-03-10 18:30"))
    assert parts.transform(later)[0, 4] == pytest.approx(10 + 18.5 / 24)
    timed = DateParts().fit(later)
    assert timed.get_feature_names_out()[4] == "d_hour" and timed.transform(later)[0, 4] == 18.0


def test_features_of_text():
    words = TextFeatures().fit(TEXTS)
    found = words.transform(TEXTS)
    assert sparse.issparse(found)
    assert words.get_feature_names_out().tolist() == ["t: red", "u: no words"]  # "car" occurs in one text only
    assert found.toarray().tolist() == [[1, 0], [1, 0], [0, 0], [0, 0]]
    topics = TextFeatures(topics=5, random_state=0).fit(TEXTS)
    assert topics.get_feature_names_out().tolist() == ["t: topic 1", "t: length", "u: no words"]
    assert topics.transform(TEXTS)[:, 1] == pytest.approx(np.log1p([7, 7, 0, 0]))
    np.testing.assert_allclose(topics.transform(TEXTS), topics.fit_transform(TEXTS))


def test_where_stop_words_are_in_memory_is_not_saved():
    words = TextFeatures().fit(TEXTS)
    saved = pickle.dumps(words)
    words.vectorizers_[0]._stop_words_id += 1  # as in another process
    assert pickle.dumps(words) == saved
    again = pickle.loads(saved)
    assert (again.transform(TEXTS) != words.transform(TEXTS)).nnz == 0
    assert again.vectorizers_[0]._stop_words_id == id(None)  # scikit-learn finds it out anew


def test_bins_know_missing_values():
    found = QuantileBins(2).fit(NUMBERS)
    assert found.transform(NUMBERS).tolist() == [[0, 1], [0, 1], [2, 1], [1, 1]]
    assert found.transform(NUMBERS.assign(a=99.0, b=5.0)).tolist() == [[1, 0]] * 4


def test_levels_are_counted_when_asked():
    few = Levels(["a", "b"], at_most=1)
    frame = pd.DataFrame({"a": ["x", None], "b": ["x", "y"]})
    assert few(frame) == ["a"] and Levels(["a", "b"], at_least=2)(frame) == ["b"]
    assert pickle.loads(pickle.dumps(few)) == few


def test_rare_classes_are_in_every_training_part():
    y = np.array(["a"] * 10 + ["b"] * 9 + ["c"])
    folds = list(RareClassFolds(5, random_state=0).split(np.zeros((20, 1)), y))
    assert sorted(position for _, test in folds for position in test) == list(range(20))
    for train, test in folds:
        assert set(y[train]) == {"a", "b", "c"}
        assert set(train) & set(test) <= {19}


@pytest.mark.parametrize("kind", [NeighboursClassifier, NetworkClassifier, SupportVectorClassifier])
@pytest.mark.parametrize("n_rows", [9, 60])
def test_classifiers_follow_the_number_of_rows(kind, n_rows):
    X, y = make_classification(n_rows, random_state=0)
    fitted = kind().fit(X, y)
    chances = fitted.predict_proba(X)
    assert chances.shape == (n_rows, 2)
    np.testing.assert_array_equal(fitted.predict(X), fitted.classes_[chances.argmax(axis=1)])


@pytest.mark.parametrize("kind", [NeighboursRegressor, NetworkRegressor])
def test_regressors_follow_the_number_of_rows(kind):
    X, y = make_regression(9, 4, random_state=0)
    assert kind().fit(X, y).predict(X).shape == (9,)


def test_a_network_stops_early_only_where_rows_can_be_spared():
    X, y = make_classification(2_000, 4, random_state=0)
    assert NetworkClassifier(max_passes=3).fit(X, y).estimator_.early_stopping
    assert not NetworkClassifier(max_passes=3).fit(X[:500], y[:500]).estimator_.early_stopping
    y[0] = 2  # a class with a single row cannot be watched
    assert not NetworkClassifier(max_passes=3).fit(X, y).estimator_.early_stopping


@pytest.mark.parametrize("module", ["encoders", "estimators"])
def test_nothing_but_the_runtime_is_needed(module):
    code = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(('pyarrow', 'pydantic', 'workbench.specs', 'workbench.modeling')))\n"
        f"import workbench.runtime.{module} as m\n"
        "import pandas as pd\n"
        "if m.__name__.endswith('encoders'):\n"
        "    rows = pd.DataFrame({'town': ['Ulm', None], 'size': ['1.5', '']})\n"
        "    columns = [{'name': 'town', 'meaning': 'category'}, {'name': 'size', 'meaning': 'number'}]\n"
        "    found = m.TypedColumns(columns).fit_transform(rows)\n"
        "    assert found['town'].dtype == object and found['size'].tolist()[0] == 1.5\n"
    )
    finished = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120)
    assert finished.returncode == 0, finished.stderr
