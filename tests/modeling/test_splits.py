"""Folds equal scikit-learn's splitters, and keep what belongs together together."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    train_test_split,
)

from workbench.errors import NotPossible, TooFewRows
from workbench.modeling.splits import SPLITS, make_folds
from workbench.runtime.learning.own_folds import own_folds
from workbench.runtime.learning.time_windows import most_time_folds
from workbench.specs import SplitSpec

from .conftest import question

RANDOM = np.random.default_rng(1)
N = 91
X = pd.DataFrame({"who": RANDOM.choice(list("zyxwvut"), N), "when": RANDOM.permutation(N)}, index=np.arange(N) * 3)
CLASSES = RANDOM.choice(["no", "yes"], N).astype(object)
NUMBERS = RANDOM.normal(size=N)


def spec(task, kind, column="", folds=5, seed=11, **more):
    return question(task, split=SplitSpec(kind=kind, column=column, folds=folds, **more), seed=seed)


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
    assert [kind.name for kind in SPLITS] == ["random", "group", "time", "own"]
    assert [kind.needs_column for kind in SPLITS] == [False, True, True, True]
    assert [kind.drawn for kind in SPLITS] == [True, True, False, False]
    assert all(kind.sentence.endswith(".") for kind in SPLITS)


def test_repeats_are_drawn_anew_with_the_next_seeds():
    folds = make_folds(X, CLASSES, spec("binary", "random", repeats=3, folds=4))
    same(
        folds,
        [
            part
            for seed in (11, 12, 13)
            for part in StratifiedKFold(4, shuffle=True, random_state=seed).split(X, CLASSES)
        ],
    )
    groups = make_folds(X, NUMBERS, spec("regression", "group", "who", folds=3, repeats=2))
    same(
        groups,
        [
            part
            for seed in (11, 12)
            for part in GroupKFold(3, shuffle=True, random_state=seed).split(X, groups=X["who"])
        ],
    )
    last = make_folds(X, CLASSES, spec("binary", "random", repeats=2, folds=2, seed=2**32 - 1))
    same(last[2:], make_folds(X, CLASSES, spec("binary", "random", folds=2, seed=0)))


def test_one_group_after_the_other_equals_scikit_learn():
    same(
        make_folds(X, CLASSES, spec("binary", "group", "who", 7, each=True)),
        list(LeaveOneGroupOut().split(X, CLASSES, X["who"])),
    )
    table = pd.DataFrame({"who": ["b", None, "a", "b", "a"]})
    folds = make_folds(table, np.arange(5.0), spec("regression", "group", "who", 2, each=True))
    assert [(train.tolist(), test.tolist()) for train, test in folds] == [([0, 1, 3], [2, 4]), ([1, 2, 4], [0, 3])]


@pytest.mark.parametrize("share", [0.2, 0.35])
def test_a_hold_out_equals_scikit_learn(share):
    rows = np.arange(N)
    for task, y, stratified in (("binary", CLASSES, CLASSES), ("regression", NUMBERS, None)):
        ((train, test),) = make_folds(X, y, spec(task, "random", folds=1, share=share))
        train_too, test_too = train_test_split(rows, test_size=share, random_state=11, stratify=stratified)
        np.testing.assert_array_equal(train, np.sort(train_too))
        np.testing.assert_array_equal(test, np.sort(test_too))
    ((train, test),) = make_folds(X, NUMBERS, spec("regression", "group", "who", folds=1, share=share))
    same([(train, test)], list(GroupShuffleSplit(1, test_size=share, random_state=11).split(X, groups=X["who"])))
    ((train, test),) = make_folds(X, CLASSES, spec("binary", "group", "who", folds=1, share=share))
    parts = StratifiedGroupKFold(round(1 / share), shuffle=True, random_state=11).split(X, CLASSES, X["who"])
    same([(train, test)], [next(parts)])
    ordered = X.sort_values("when")
    ((train, test),) = make_folds(ordered, NUMBERS, spec("regression", "time", "when", folds=1, share=share))
    np.testing.assert_array_equal(test, train_test_split(rows, test_size=share, shuffle=False)[1])
    assert len(train) + len(test) == N


def test_a_tiny_hold_out_has_every_class_on_both_sides():
    y = np.array(["a", "a", "b", "b", "c", "c"], dtype=object)
    wish = question("multiclass", split=SplitSpec(folds=1, share=0.2), classes=("a", "b", "c"))
    ((train, test),) = make_folds(X.head(6), y, wish)
    assert set(y[train]) == set(y[test]) == {"a", "b", "c"}


@pytest.mark.parametrize("gap", [1, 5])
def test_a_gap_equals_scikit_learn_where_there_is_one_row_a_moment(gap):
    ordered = X.sort_values("when")
    same(
        make_folds(ordered, NUMBERS, spec("regression", "time", "when", 4, gap=gap)),
        list(TimeSeriesSplit(4, gap=gap).split(ordered)),
    )


def test_a_gap_of_days_leaves_out_what_lies_within_it():
    days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06"])
    table = pd.DataFrame({"day": [*days, pd.NaT]})
    ((train, test),) = make_folds(table, np.zeros(7), spec("regression", "time", "day", 1, share=0.2, gap=2))
    # 20 % of seven rows are two: the 5th and 6th; the 3rd lies exactly two days before the 5th, and is too near.
    assert (train.tolist(), test.tolist()) == ([0, 1, 6], [4, 5])
    with pytest.raises(TooFewRows, match="one stretch with a gap of 30 before each"):
        make_folds(table.head(6), np.zeros(6), spec("regression", "time", "day", 1, gap=30))


def test_own_folds_equal_scikit_learn():
    own = RANDOM.choice([1.0, 2.0, 30.0, np.nan], N)
    codes = pd.Series(own).map({1.0: 0, 2.0: 1, 30.0: 2}).fillna(-1).astype(int)
    same(
        make_folds(X.assign(part=own), NUMBERS, spec("regression", "own", "part", 3)),
        list(PredefinedSplit(codes).split()),
    )


@pytest.mark.parametrize(
    ("name", "values", "tested", "learnt"),
    [
        ("part", ["train", "Test", None], ("Test",), "train"),
        ("part", ["train", "valid", "test"], ("test", "valid"), "train"),
        ("part", ["train", "other"], ("other", "train"), ""),
        ("is_test", [0, 1], ("1",), "0"),
        ("isTest", [1.0, 0.0, np.nan], ("1",), "0"),
        ("in_train", ["yes", "no"], ("no",), "yes"),
        ("half", [0, 1], ("0", "1"), ""),
        ("latest", ["no", "yes"], ("no", "yes"), ""),  # "test" within a word says nothing
        ("holdout", ["True", "False"], ("True",), "False"),
        ("fold", [3, 1, 2], ("1", "2", "3"), ""),
    ],
)
def test_what_a_column_of_own_folds_marks(name, values, tested, learnt):
    found = own_folds(pd.Series(values), name)
    assert (found.tested, found.learnt) == (tested, learnt)


def test_of_several_tested_parts_none_is_learnt_from_where_one_is_for_learning():
    table = pd.DataFrame({"part": ["train", "valid", "test", "train", None]})
    folds = make_folds(table, np.arange(5.0), spec("regression", "own", "part", 2))
    assert [(train.tolist(), test.tolist()) for train, test in folds] == [([0, 3, 4], [2]), ([0, 3, 4], [1])]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (spec("regression", "own", "who", 5), "“who” divides the rows into 7 folds, not 5"),
        (spec("regression", "group", "who", 6, each=True), "into 7 folds, not 6"),
        (spec("regression", "random", folds=0), "not decided into how many"),
        (spec("regression", "own", "same", 1), "no rows to learn from"),
        (spec("regression", "group", "same", 1, each=True), "1 different values; two are needed"),
    ],
)
def test_folds_that_are_not_what_was_planned_are_told(wish, message):
    with pytest.raises((NotPossible, TooFewRows), match=message):
        make_folds(X.assign(same="x"), NUMBERS, wish)
