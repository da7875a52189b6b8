"""A saved model is the same bytes each time, and holds nothing of what was in memory before."""

import io
import pickle

import joblib
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from workbench.runtime.saving import clear_gaps, gaps_of, saved

X = np.random.default_rng(0).random((80, 3))
SUM, ABOVE = X.sum(axis=1), X[:, 0] > 0.5


def loaded(model):
    return joblib.load(io.BytesIO(saved(model)))


def between_fields(model):
    """Return the bytes of the first tree's nodes that belong to no field, as they are in memory."""
    tree = model.estimators_[0] if hasattr(model, "estimators_") else model
    nodes = tree.tree_.__getstate__()["nodes"]
    return nodes.view(np.uint8).reshape(len(nodes), nodes.dtype.itemsize), gaps_of(nodes.dtype)


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(3, random_state=0).fit(X, ABOVE),
        ExtraTreesRegressor(3, random_state=0).fit(X, SUM),
        DecisionTreeClassifier(random_state=0).fit(X, ABOVE),
    ],
    ids=lambda model: type(model).__name__,
)
def test_what_was_in_memory_before_is_not_saved(model):
    one, other = loaded(model), loaded(model)
    memory, gaps = between_fields(other)
    assert gaps.sum() == 7
    memory[:, gaps] = 65  # as what was there before a file was loaded
    expected = model.predict(X)
    assert saved(one) == saved(other)
    assert not between_fields(other)[0][:, gaps].any()
    np.testing.assert_array_equal(other.predict(X), expected)


def test_what_has_no_gaps_stays_as_it_is():
    record = np.array([(1, 2.5)], dtype=[("one", "i1"), ("other", "f8")])
    kept = {"packed": record.copy(), "plain": np.arange(3), "words": ["a"]}
    clear_gaps(kept)
    assert kept["packed"] == record and kept["plain"].tolist() == [0, 1, 2] and kept["words"] == ["a"]
    empty = np.zeros(0, dtype=np.dtype([("one", "i1"), ("other", "i4")], align=True))
    clear_gaps([empty])


def test_equal_texts_are_saved_as_one():
    name = "".join(
        ["colu", "mns"]
    )  # a text of its own, as texts of a loaded file are; that of the line below is shared
    apart, shared = {"columns": [name, "x"], "name": name}, {"columns": ["columns", "x"], "name": "columns"}
    assert name is not next(iter(apart))
    assert pickle.dumps(apart) != pickle.dumps(shared)
    assert saved(apart) == saved(shared)
    assert loaded(apart) == shared
