"""A regressor that learns the logarithm of its target."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from workbench.modeling.models import model
from workbench.runtime.estimators import LogTarget


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
