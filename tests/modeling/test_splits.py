"""Folds equal scikit-learn's splitters, and keep what belongs together together."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit

from workbench.errors import NotPossible, TooFewRows
from workbench.modeling.splits import SPLITS, make_folds, most_time_folds
from workbench.specs import SplitSpec

from .conftest import question

RANDOM = np.random.default_rng(1)
N = 91
X = pd.DataFrame({"who": RANDOM.choice(list("zyxwvut"), N), "when": RANDOM.permutation(N)}, index=np.arange(N) * 3)
CLASSES = RANDOM.choice(["no", "yes"], N).astype(object)
NUMBERS = RANDOM.normal(size=N)


def spec(task, kind, column="", folds=5, seed=11):
    return question(task, split=SplitSpec(kind=kind, column=column, folds=folds), seed=seed)


def same(folds, others):
    assert len(folds) == len(others)
    for (train, test), (other_train, other_test) in zip(folds, others, strict=True):
        np.testing.assert_array_equal(train, other_train)
        np.testing.assert_array_equal(test, other_test)


def test_folds_equal_scikit_learn():
    same(
        make_folds(X, CLASSES, spec("binary", "random")),
        list(StratifiedKFold(5, shuffle=True, random_state=11).split(X, CLASSES)),
    )
    same(
        make_folds(X, NUMBERS, spec("regression", "random")),
        list(KFold(5, shuffle=True, random_state=11).split(X)),
    )
    same(
        make_folds(X, CLASSES, spec("binary", "group", "who")),
        list(StratifiedGroupKFold(5, shuffle=True, random_state=11).split(X, CLASSES, X["who"])),
    )
    same(
        make_folds(X, NUMBERS, spec("regression", "group", "who")),
        list(GroupKFold(5, shuffle=True, random_state=11).split(X, groups=X["who"])),
    )


@pytest.mark.parametrize("folds", [2, 5, 10])
def test_time_equals_an_expanding_window_over_rows_in_order(folds):
    ordered = X.sort_values("when")
    same(
        make_folds(ordered, NUMBERS, spec("regression", "time", "when", folds)),
        list(TimeSeriesSplit(folds).split(ordered)),
    )


def test_time_never_looks_ahead_and_keeps_a_moment_together():
    days = pd.DataFrame({"day": pd.to_datetime(RANDOM.choice(pd.date_range("2024-01-01", periods=12), 60))})
    days.loc[[5, 9], "day"] = pd.NaT
    for train, test in make_folds(days, np.zeros(60), spec("regression", "time", "day", 4)):
        assert days["day"][train].max() < days["day"][test].min()
        assert not {5, 9} & set(test)


def test_rows_without_a_group_stand_alone_and_groups_are_never_divided():
    table = pd.DataFrame({"who": ["a", "a", "b", "b", None, None, "c", "c", "d", "d"]})
    for train, test in make_folds(table, np.arange(10.0), spec("regression", "group", "who", 3)):
        assert not set(table["who"][train].dropna()) & set(table["who"][test].dropna())
        assert sorted([*train, *test]) == list(range(10))


@pytest.mark.parametrize(
    ("moments", "wanted", "possible"),
    [
        (range(10), 5, 5),
        ([1] * 5 + [2] * 5, 5, 1),  # one cut is possible, and one fold is no split
        ([1] * 10, 5, 0),
        ([1] * 4 + [2] * 4 + [3] * 4, 5, 2),
    ],
)
def test_how_many_folds_moments_allow(moments, wanted, possible):
    assert most_time_folds(pd.Series(list(moments)), wanted) == possible


@pytest.mark.parametrize(
    ("y", "wish", "message"),
    [
        (CLASSES, spec("binary", "group", "nobody"), "is not in the table"),
        (CLASSES[:4], spec("binary", "random"), "4 rows, fewer than the 5 folds"),
        (np.array(["no"] * (N - 3) + ["yes"] * 3, dtype=object), spec("binary", "random"), "class “yes” has 3 rows"),
        (CLASSES, spec("binary", "group", "who", 8), "7 different values, fewer than the 8 folds"),
        (np.array(["no"] * 45 + ["yes"] * 46, dtype=object), spec("binary", "time", "row"), "a single class"),
    ],
)
def test_what_cannot_be_divided_is_told(y, wish, message):
    table = X.head(len(y)).assign(row=range(len(y)))
    with pytest.raises((NotPossible, TooFewRows), match=message):
        make_folds(table, y, wish)


def test_each_split_says_when_it_is_right():
    assert [kind.name for kind in SPLITS] == ["random", "group", "time"]
    assert [kind.needs_column for kind in SPLITS] == [False, True, True]
    assert all(kind.sentence.endswith(".") for kind in SPLITS)
