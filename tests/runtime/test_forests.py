"""Trees of large tables learn from fewer rows each; small tables see scikit-learn's own forests."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier

from workbench.modeling import models
from workbench.runtime import forests


def rows(n_rows):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 3))
    return X, (X[:, 0] + rng.normal(size=n_rows) > 0).astype(int)


def test_beyond_many_rows_their_number_grows_with_the_root(monkeypatch):
    monkeypatch.setattr(forests, "MANY_ROWS", 100)
    X, y = rows(400)
    forest = forests.DrawnForestClassifier(5, max_samples=0.4, random_state=0)
    same = RandomForestClassifier(5, max_samples=0.2, random_state=0).fit(X, y)  # 0.4 times the root of 100 / 400
    assert forest.fit(X, y).predict_proba(X).tolist() == same.predict_proba(X).tolist()
    assert forest.max_samples == 0.4
    assert clone(forest).get_params() == forest.get_params()
    trees = forests.DrawnExtraTreesRegressor(5, random_state=0).fit(X, X[:, 0])
    same = ExtraTreesRegressor(5, bootstrap=True, max_samples=0.5, random_state=0).fit(X, X[:, 0])
    assert trees.predict(X).tolist() == same.predict(X).tolist()
    assert not trees.bootstrap


def test_few_rows_change_nothing():
    X, y = rows(200)
    found = forests.DrawnForestClassifier(5, max_samples=0.4, random_state=0).fit(X, y)
    same = RandomForestClassifier(5, max_samples=0.4, random_state=0).fit(X, y)
    assert found.predict_proba(X).tolist() == same.predict_proba(X).tolist()


@pytest.mark.parametrize("kind", ["random_forest", "extra_trees"])
def test_a_share_that_was_chosen_is_kept(kind):
    assert isinstance(models.model(kind).build("binary"), forests._Drawn)
    assert not isinstance(models.model(kind).build("binary", {"max_samples": 0.7}), forests._Drawn)
