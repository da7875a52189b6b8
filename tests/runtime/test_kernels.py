"""Support vector machines by products of matrices, against libsvm's own answers."""

import numpy as np
import pytest
from sklearn.svm import SVC, SVR

from workbench.runtime import kernels
from workbench.runtime.kernels import RadialClassifier, RadialRegressor


@pytest.fixture(params=[2**22, 50])
def block(request, monkeypatch):
    """Rows are answered at once, and in blocks of few."""
    monkeypatch.setattr(kernels, "BLOCK_CELLS", request.param)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_decisions_equal_libsvm(n_classes, block):
    rng = np.random.default_rng(n_classes)
    X = rng.normal(size=(150, 4))
    y = (X[:, 0] + rng.normal(0, 0.7, 150)).argsort().argsort() * n_classes // 150
    ours, theirs = RadialClassifier(C=3.0).fit(X, y), SVC(C=3.0).fit(X, y)
    rows = rng.normal(size=(40, 4))
    assert ours.decision_function(rows) == pytest.approx(theirs.decision_function(rows), abs=1e-9)
    assert ours.predict(rows).tolist() == theirs.predict(rows).tolist()


def test_pairs_of_classes_equal_libsvm():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), np.repeat(["a", "b", "c"], 30)
    ours, theirs = (kind(decision_function_shape="ovo").fit(X, y) for kind in (RadialClassifier, SVC))
    assert ours.decision_function(X) == pytest.approx(theirs.decision_function(X), abs=1e-9)


def test_amounts_equal_libsvm(block):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(120, 3))
    y = X[:, 0] * 2 + rng.normal(0, 0.1, 120)
    rows = rng.normal(size=(30, 3))
    assert RadialRegressor().fit(X, y).predict(rows) == pytest.approx(SVR().fit(X, y).predict(rows), abs=1e-9)


def test_a_machine_without_support_vectors_answers_its_constant():
    X = np.arange(10.0).reshape(-1, 1)
    machine = RadialRegressor(epsilon=100.0).fit(X, np.zeros(10))
    assert len(machine.support_vectors_) == 0
    assert machine.predict(X).tolist() == SVR(epsilon=100.0).fit(X, np.zeros(10)).predict(X).tolist()
    assert machine.predict(X[:0]).tolist() == []


def test_other_kernels_go_to_libsvm():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(60, 3)), np.repeat([0, 1], 30)
    ours, theirs = (kind(kernel="linear").fit(X, y) for kind in (RadialClassifier, SVC))
    assert ours.decision_function(X).tolist() == theirs.decision_function(X).tolist()
