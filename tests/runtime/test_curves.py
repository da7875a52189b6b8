"""Numbers as pieces of curves."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import SplineTransformer

from workbench.runtime.curves import Curves


def test_the_pieces_are_those_of_scikit_learn():
    rows = np.random.default_rng(0).normal(size=(50, 1))
    knots = np.quantile(rows, [0, 0.2, 0.4, 0.6, 0.8, 1])[:, np.newaxis]
    expected = SplineTransformer(degree=3, knots=knots, extrapolation="constant").fit_transform(rows)
    np.testing.assert_allclose(Curves().fit_transform(rows), expected, atol=1e-12)


def test_equal_quantiles_constants_and_yes_no_numbers():
    rows = np.column_stack([[0.0] * 8 + [1.0, 2.0], [1.0] * 10, [0.0, 1.0] * 5, [np.nan] * 10])
    pieces = Curves().fit(rows)
    found = pieces.transform(rows)
    assert np.isfinite(found).all()
    names = pieces.get_feature_names_out()
    assert len(names) == found.shape[1]
    assert names[-4:].tolist() == ["x1", "x2", "x3", "x3_missing"]
    np.testing.assert_array_equal(found[:, -4], 1.0)
    np.testing.assert_array_equal(found[:, -1], 1.0)


def test_missing_values_are_told_apart_only_where_training_rows_lacked_some():
    rows = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan], "b": [1.0, 2.0, 3.0, 4.0]})
    pieces = Curves().fit(rows)
    found = pd.DataFrame(pieces.transform(rows), columns=pieces.get_feature_names_out())
    assert found["a_missing"].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert "b_missing" not in found
    blank = pieces.transform([[np.nan, np.nan]])
    median = pieces.transform([[2.0, 2.5]])
    np.testing.assert_allclose(
        np.delete(blank, names_at(pieces, "a_missing")), np.delete(median, names_at(pieces, "a_missing"))
    )


def names_at(pieces, name):
    return pieces.get_feature_names_out().tolist().index(name)


def test_a_sum_of_pieces_bends():
    x = np.linspace(-1, 1, 40)[:, np.newaxis]
    pieces = Curves().fit_transform(x)
    assert LinearRegression().fit(pieces, x.ravel() ** 2).score(pieces, x.ravel() ** 2) > 0.99
