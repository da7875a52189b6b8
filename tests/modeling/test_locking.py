"""Rows that are locked away: which ones, the same ones again, and that nothing else ever sees them."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import TooFewRows
from workbench.modeling.locking import doubts, locked_among, locked_rows
from workbench.modeling.planning import locked_table, modelling_table, plan_experiment
from workbench.specs import ColumnSpec, Draft, DropMissing, FilterRows, Recipe, Schema, SplitSpec

SCHEMA = Schema(
    columns=(
        ColumnSpec(name="day", meaning="date"),
        ColumnSpec(name="shop", meaning="category"),
        ColumnSpec(name="size", meaning="number"),
        ColumnSpec(name="sold", meaning="yes_no"),
    )
)


def sales(n_rows=200):
    rows = np.arange(n_rows)
    return pd.DataFrame(
        {
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rows // 2, unit="D"),
            "shop": pd.Series([f"s{row % 20}" for row in rows], dtype="str"),
            "size": (rows * 7.0) % 31,
            "sold": pd.Series(["yes" if row % 4 == 0 else "no" for row in rows], dtype="str"),
        }
    ).astype({"day": "datetime64[us]"})


def plan_of(table, **choices):
    return plan_experiment(table, SCHEMA, Draft(target="sold", locked=0.2, **choices))


def test_by_chance_each_class_gives_its_share():
    table = sales()  # 50 yes, 150 no
    plan = plan_of(table)
    locked = locked_rows(table, plan.spec)
    assert plan.rows_locked == locked.sum() == 40
    assert (table["sold"][locked] == "yes").sum() == 10


def test_the_rows_worked_with_and_those_locked_away_are_all_of_them_once():
    table = sales()
    spec = plan_of(table).spec
    X, y = modelling_table(table, spec)
    X_locked, y_locked = locked_table(table, spec)
    assert sorted([*X.index, *X_locked.index]) == list(range(200))
    assert X_locked.index.tolist() == np.flatnonzero(locked_rows(table, spec)).tolist()
    assert y_locked.tolist() == table["sold"][X_locked.index].tolist() and len(y) == 160


def test_nothing_locked_changes_nothing():
    table = sales()
    spec = plan_of(table).spec.but(locked=0.0)
    assert len(modelling_table(table, spec)[0]) == 200
    assert locked_table(table, spec)[0].empty


def test_other_folds_inputs_and_a_filter_leave_the_same_rows_locked():
    table = sales()
    first = locked_rows(table, plan_of(table).spec)
    again = locked_rows(table, plan_of(table, split=SplitSpec(folds=3), metric="log_loss").spec)
    assert first.tolist() == again.tolist()
    other = locked_rows(table, plan_of(table, seed=1).spec)
    assert first.tolist() != other.tolist() and other.sum() == 40
    # Rows that a filter takes out are not locked; of those that stay, hardly one changes sides.
    filtered = Recipe(rows=(FilterRows(column="size", operator="at_least", values=(3.0,)),))
    later = locked_rows(table, plan_of(table, recipe=filtered).spec)
    stays = (table["size"] >= 3).to_numpy()
    assert not later[~stays].any()
    assert (first[stays] != later[stays]).sum() <= 4


def test_rows_put_below_leave_the_old_ones_where_they_were():
    short, long = sales(200), sales(220)
    before, after = locked_rows(short, plan_of(short).spec), locked_rows(long, plan_of(long).spec)
    assert (before != after[:200]).sum() <= 4


def test_groups_stay_whole():
    table = sales()
    spec = plan_of(table, split=SplitSpec(kind="group", column="shop")).spec
    locked = locked_rows(table, spec)
    shops = set(table["shop"][locked])
    assert len(shops) == 4 and locked.sum() == 40  # 20 shops of 10 rows
    assert not shops & set(table["shop"][~locked])


def test_groups_are_the_same_whether_their_numbers_are_read_as_words():
    numbers = pd.DataFrame({"of": [float(row % 7) for row in range(70)], "y": np.arange(70.0)})
    words = numbers.assign(of=[str(row % 7) for row in range(70)])
    split = SplitSpec(kind="group", column="of")
    found = [locked_among(table, "y", "regression", split, 0.3).rows.tolist() for table in (numbers, words)]
    assert found[0] == found[1] and sum(found[0]) == 20


def test_blank_groups_are_entities_of_their_own():
    table = pd.DataFrame({"of": pd.Series(["a"] * 30 + [None] * 70, dtype="str"), "y": np.arange(100.0)})
    chosen = locked_among(table, "y", "regression", SplitSpec(kind="group", column="of"), 0.1).rows
    assert chosen.sum() == 10 and not chosen[:30].any()


def test_the_latest_rows_are_locked_and_a_moment_is_not_cut():
    table = sales(201)  # two rows a day, a single one on the last
    spec = plan_of(table, split=SplitSpec(kind="time", column="day")).spec
    locked = locked_rows(table, spec)
    assert locked.sum() in (39, 41) and locked[-39:].all()
    assert table["day"][locked].min() > table["day"][~locked].max()


def test_rows_in_the_gap_before_the_latest_are_neither_learned_from_nor_tested_on():
    table = sales()
    spec = plan_of(table, split=SplitSpec(kind="time", column="day", gap=3.0)).spec
    X, _ = modelling_table(table, spec)
    X_locked, _ = locked_table(table, spec)
    days = (table["day"][X_locked.index].min() - table["day"][X.index].max()).days
    assert len(X_locked) == 40 and days == 4 and len(X) == 200 - 40 - 6  # three days of two rows lie between


@pytest.mark.parametrize("gap", [1e9, 1e300])
def test_a_gap_longer_than_all_time_leaves_nothing(gap):
    with pytest.raises(TooFewRows, match="40 would be locked away and 0 would be left"):
        plan_of(sales(), split=SplitSpec(kind="time", column="day", gap=gap))


def test_rows_without_a_target_or_dropped_by_a_step_are_not_locked():
    table = sales()
    table.loc[:9, "sold"] = None
    table.loc[10:19, "size"] = np.nan
    plan = plan_of(table, recipe=Recipe(rows=(DropMissing(column="size"),)))
    locked = locked_rows(table, plan.spec)
    assert plan.rows_without_target == 10 and not locked[:20].any()
    assert locked.sum() == 36  # of 180: 45 yes give 9, 135 no give 27


def test_a_rare_class_keeps_two_rows_to_learn_from():
    table = pd.DataFrame({"y": ["rare"] * 3 + ["often"] * 97})
    chosen = locked_among(table, "y", "binary", SplitSpec(), 0.9).rows
    assert chosen[:3].sum() == 1 and chosen[3:].sum() == 87  # 87.3


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (SplitSpec(), "20 rows, 18 would be locked away and 2 would be left"),
        (SplitSpec(kind="group", column="two"), "“two” has 2 different values"),
        (SplitSpec(kind="time", column="one"), "“one” has too few different moments"),
    ],
)
def test_too_few_rows_groups_or_moments_are_told(split, words):
    table = pd.DataFrame({"y": np.arange(20.0), "two": [0.0, 1.0] * 10, "one": 1.0})
    with pytest.raises(TooFewRows, match=words):
        locked_among(table, "y", "regression", split, 0.9)


def test_few_locked_rows_and_rare_classes_are_doubts():
    table = pd.DataFrame({"y": ["a"] * 95 + ["b"] * 5})
    assert doubts(table, "y", "binary", np.arange(100) < 30)[0].startswith("Only 30 rows are locked away")
    assert "None of the 60 rows locked away is of the class “b”" in doubts(table, "y", "binary", np.arange(100) < 60)[0]
    assert doubts(table.assign(y=["a", "b"] * 50), "y", "binary", np.arange(100) < 60) == ()
    assert any("locked away" in warning for warning in plan_of(sales(100)).warnings)
