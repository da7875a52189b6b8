"""Regressors that learn the logarithm of their target, or what a straight line leaves of it."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from workbench.modeling.models import model
from workbench.runtime.estimators import FURTHEST, AroundLine, LogTarget


def test_a_logarithmic_target_learns_ratios_and_stays_within_what_it_saw():
    X = np.arange(1.0, 9.0)[:, np.newaxis]
    y = 10.0 ** X.ravel()
    regressor = LogTarget(LinearRegression()).fit(X, y)
    unit = np.quantile(y, 0.1)
    straight = LinearRegression().fit(X, np.log1p(y / unit))
    np.testing.assert_allclose(regressor.predict([[4.5]]), np.expm1(straight.predict([[4.5]])) * unit)
    assert regressor.predict([[50.0]]) == pytest.approx(1e8)
    np.testing.assert_allclose(LogTarget(LinearRegression()).fit(X, -y).predict(X), -regressor.predict(X))
    np.testing.assert_array_equal(LogTarget(LinearRegression()).fit(X, 0 * y).predict(X), 0.0)


def test_a_logarithmic_target_hands_weights_on():
    X, y = np.array([[0.0], [0.0]]), np.array([1.0, 100.0])
    weighted = LogTarget(LinearRegression()).fit(X, y, sample_weight=[1.0, 0.0])
    assert weighted.predict([[0.0]]) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ["hist_gradient_boosting", "extra_trees"])
def test_kinds_have_it_for_numbers_only(kind):
    settings = {"target": "log"}
    assert isinstance(model(kind).build("regression", settings), LogTarget)
    assert not isinstance(model(kind).build("binary", settings), LogTarget)
    assert not isinstance(model(kind).build("regression"), LogTarget)
    assert isinstance(model(kind).build("regression", {"target": "around a line"}), AroundLine)


def test_a_line_goes_on_where_trees_stop():
    X = np.linspace(0.0, 10.0, 200)[:, np.newaxis]
    y = 3.0 * X.ravel()
    assert DecisionTreeRegressor().fit(X, y).predict([[15.0]]) == pytest.approx(30.0)
    assert AroundLine(DecisionTreeRegressor()).fit(X, y).predict([[15.0]]) == pytest.approx(45.0, abs=0.1)


def test_what_the_line_leaves_is_learnt_with_missing_values_and_constants():
    X = np.column_stack([np.arange(40.0), np.tile([np.nan, 1.0], 20), np.ones(40), np.full(40, np.nan)])
    y = X[:, 0] + 5.0 * np.isnan(X[:, 1])
    found = AroundLine(DecisionTreeRegressor()).fit(X, y)
    np.testing.assert_allclose(found.predict(X), y, atol=1e-9)
    far = AroundLine(DummyRegressor()).fit(X, y)
    edge = X[:, 0].mean() + FURTHEST * X[:, 0].std()
    np.testing.assert_allclose(far.predict([[1e9, 1, 1, 1]]), far.predict([[edge, 1, 1, 1]]))
