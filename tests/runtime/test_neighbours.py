"""Neighbours: scikit-learn's answers where no row is as near as the last one, a fair share where some are."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from threadpoolctl import threadpool_limits

from workbench.runtime.neighbours import NeighboursClassifier, NeighboursRegressor


def without_ties(n_rows, n_features, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_features))
    return X, rng.choice(["a", "b", "c"], n_rows), rng.normal(size=n_rows), rng.normal(size=(40, n_features))


def with_ties(n_rows=600, n_features=20, seed=0):
    """Return rows of ones and noughts, many of which are equally far from each other."""
    rng = np.random.default_rng(seed)
    X = (rng.random((n_rows, n_features)) < 0.4).astype(float)
    return X, rng.choice(["a", "b", "c"], n_rows), rng.integers(0, 9, n_rows).astype(float), X[::7]


def by_hand(X, targets, asked, n_places, weights):
    """Return mean targets, every distance by itself: tied rows share the places that closer ones leave."""
    found = []
    for row in asked:
        distances = np.sqrt(((X - row) ** 2).sum(axis=1))
        last = np.sort(distances)[n_places - 1]
        closer, tied = distances < last - 1e-9, np.abs(distances - last) <= 1e-9
        share = np.where(tied, (n_places - closer.sum()) / tied.sum(), closer)
        if weights == "distance" and (distances == 0).any():
            share = np.where(distances == 0, share, 0)
        elif weights == "distance":
            share = share / distances
        found.append(share @ targets / share.sum())
    return np.array(found)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("n_features", [4, 30])
def test_without_ties_it_is_scikit_learns_answer(weights, n_features):
    X, labels, amounts, asked = without_ties(300, n_features)
    theirs = KNeighborsClassifier(15, weights=weights).fit(X, labels)
    ours = NeighboursClassifier(15, weights).fit(X, labels)
    np.testing.assert_allclose(ours.predict_proba(asked), theirs.predict_proba(asked), rtol=0, atol=1e-12)
    assert ours.predict(asked).tolist() == ours.classes_[theirs.predict_proba(asked).argmax(axis=1)].tolist()
    expected = KNeighborsRegressor(15, weights=weights).fit(X, amounts).predict(asked)
    found = NeighboursRegressor(15, weights).fit(X, amounts).predict(asked)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("n_features", [5, 20])
def test_rows_as_near_as_the_last_share_its_places(weights, n_features):
    X, labels, amounts, asked = with_ties(n_features=n_features)
    classifier = NeighboursClassifier(15, weights).fit(X, labels)
    votes = (labels[:, np.newaxis] == classifier.classes_).astype(float)
    expected = by_hand(X, votes, asked, 15, weights)
    np.testing.assert_allclose(classifier.predict_proba(asked), expected, rtol=0, atol=1e-12)
    regressor = NeighboursRegressor(15, weights).fit(sparse.csr_array(X), amounts)
    expected = by_hand(X, amounts, asked, 15, weights)
    np.testing.assert_allclose(regressor.predict(sparse.csr_array(asked)), expected, rtol=0, atol=1e-12)


def test_order_of_rows_and_cores_and_number_asked_change_nothing():
    X, labels, _, _ = with_ties()
    X = (X - 0.4) / 0.49  # so that sums are not exact
    expected = NeighboursClassifier(15).fit(X, labels).predict_proba(X)
    order = np.random.default_rng(1).permutation(len(X))
    with threadpool_limits(1):
        shuffled = NeighboursClassifier(15).fit(X[order], labels[order]).predict_proba(X)
        alone = np.vstack([NeighboursClassifier(15).fit(X, labels).predict_proba(X[[at]]) for at in range(60)])
    np.testing.assert_allclose(shuffled, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(alone, expected[:60], rtol=0, atol=1e-12)
    plain = KNeighborsClassifier(15).fit(X, labels).predict_proba(X)
    other = KNeighborsClassifier(15).fit(X[order], labels[order]).predict_proba(X)
    assert np.abs(plain - other).max() > 0.01  # what this is about


def test_equal_votes_stay_equal():
    X = np.zeros((7, 2))
    labels = np.array(["b", "a", "b", "a", "b", "a", "c"])
    chances = NeighboursClassifier(5).fit(X, labels).predict_proba(np.zeros((1, 2)))
    assert chances[0, 0] == chances[0, 1] == pytest.approx(3 / 7, abs=1e-15)


def test_no_more_neighbours_than_rows():
    fitted = NeighboursRegressor(15).fit(np.arange(4.0).reshape(-1, 1), np.arange(4.0))
    assert fitted.predict([[0.0], [9.0]]).tolist() == [1.5, 1.5]
