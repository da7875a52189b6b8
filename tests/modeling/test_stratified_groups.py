"""Folds of groups are those of scikit-learn, whatever the groups are like."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold

from workbench.runtime.learning.stratified_groups import stratified_group_folds


@pytest.mark.parametrize("n_classes", [2, 3, 9])
@pytest.mark.parametrize("n_folds", [2, 3, 5, 10])
@pytest.mark.parametrize("n_groups", [30, 70, 300])
def test_the_folds_are_scikit_learns(n_classes, n_folds, n_groups):
    random = np.random.default_rng([n_classes, n_folds, n_groups])
    weights = random.random(n_groups) ** 4  # a few groups are much larger than the others
    groups = np.unique(random.choice(n_groups, 600, p=weights / weights.sum()), return_inverse=True)[1]
    leaning = random.integers(0, n_classes, n_groups)[groups]
    classes = np.where(random.random(600) < 0.5, leaning, random.integers(0, n_classes, 600))
    seed = int(random.integers(1000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = list(StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed).split(classes, classes, groups))
    for (train, test), (train_too, test_too) in zip(
        stratified_group_folds(classes, groups, n_folds, seed), expected, strict=True
    ):
        np.testing.assert_array_equal(train, train_too)
        np.testing.assert_array_equal(test, test_too)


def test_groups_of_one_row_each_are_scikit_learns_too():
    classes, groups = np.arange(90) % 3 % 2, np.arange(90)
    expected = StratifiedGroupKFold(4, shuffle=True, random_state=5).split(classes, classes, groups)
    for (_, test), (_, test_too) in zip(stratified_group_folds(classes, groups, 4, 5), expected, strict=True):
        np.testing.assert_array_equal(test, test_too)
