"""How many folds there are, why, and what can be done where the rows do not allow what was asked."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotPossible, TooFewRows
from workbench.modeling.planning import plan_experiment
from workbench.modeling.split_plan import decided, plan_split
from workbench.modeling.split_words import divided, how_often, scored_over
from workbench.modeling.splits import make_folds, share_learnt
from workbench.specs import ColumnSpec, Draft, FilterRows, Schema, SplitSpec

N = 60
MEANINGS = {
    "shop": "category",
    "day": "date",
    "size": "number",
    "part": "category",
    "sold": "category",
    "sum": "number",
}
SCHEMA = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, meaning in MEANINGS.items()))


def table(sold=None):
    rows = np.arange(N)
    return pd.DataFrame(
        {
            "shop": pd.Series([f"shop {row % 12}" for row in rows], dtype="str"),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta((rows * 7) % N, unit="D"),
            "size": (rows * 31 % 17).astype("float64"),
            "part": pd.Series(["test" if row % 4 == 0 else "train" for row in rows], dtype="str"),
            "sold": pd.Series(sold or [("no", "yes")[row % 2] for row in rows], dtype="str"),
            "sum": rows * 1.5,
        }
    )


def planned(target="sum", frame=None, **draft):
    return plan_experiment(table() if frame is None else frame, SCHEMA, Draft(target=target, **draft))


def folds_of(frame, found):
    return make_folds(frame, frame[found.spec.target].to_numpy(), found.spec)


@pytest.mark.parametrize(
    ("kind", "n_rows", "folds", "repeats", "why"),
    [
        ("random", 499, 5, 3, "499 rows are few"),
        ("random", 500, 5, 1, "every row is predicted once"),
        ("random", 99_999, 5, 1, "every row is predicted once"),
        ("random", 100_000, 3, 1, "100,000 rows are many"),
        ("random", 500_000, 1, 1, "500,000 rows are plenty: testing once, on 20 % of them"),
        ("group", 120, 5, 3, "120 rows are few"),
        ("time", 120, 5, 1, "5 stretches of time"),
        ("time", 500_000, 1, 1, "on the last 20 % of them"),
    ],
)
def test_the_number_of_folds_follows_the_rows_and_says_why(kind, n_rows, folds, repeats, why):
    found, reason = decided(SplitSpec(kind=kind, folds=0), n_rows)
    assert (found.folds, found.repeats) == (folds, repeats)
    assert why in reason and reason.endswith(".")


def test_what_was_chosen_stays_and_what_is_left_open_is_decided():
    assert Draft().split.folds == 0
    assert Draft.model_validate({"split": {"folds": 5}}).split.folds == 5  # an old draft
    assert (planned().spec.split.rounds, planned().split_reason[:15]) == (15, "60 rows are few")
    chosen = planned(split=SplitSpec(folds=4))
    assert (chosen.spec.split.rounds, chosen.split_reason) == (4, "")
    assert planned(split=SplitSpec(folds=0, repeats=2)).spec.split == SplitSpec(folds=5, repeats=2)


def test_what_means_nothing_for_a_kind_is_left_out():
    asked = SplitSpec(kind="time", column="day", folds=2, repeats=3, each=True, gap=3)
    assert planned(split=asked).spec.split == SplitSpec(kind="time", column="day", folds=2, gap=3)
    asked = SplitSpec(column="day", folds=2, repeats=3, each=True, gap=3)
    assert planned(split=asked).spec.split == SplitSpec(folds=2, repeats=3)


def test_one_group_after_the_other_where_there_are_not_too_many():
    found = planned(split=SplitSpec(kind="group", column="shop", folds=0, each=True, repeats=3))
    assert found.spec.split == SplitSpec(kind="group", column="shop", folds=12, each=True)
    assert found.split_reason == "“shop” has 12 different values; each is tested once, alone."
    assert len(folds_of(table(), found)) == 12
    many = table().assign(shop=[f"shop {row}" for row in range(N)])
    found = planned(frame=many, split=SplitSpec(kind="group", column="shop", folds=3, each=True))
    assert found.spec.split == SplitSpec(kind="group", column="shop", folds=3)
    assert "“shop” has 60 different values, too many to test one after the other (50 at most)" in found.warnings[0]


def test_parts_of_a_single_class_are_told_where_the_metric_needs_two():
    by_shop = SplitSpec(kind="group", column="shop", folds=0, each=True)
    same = table([("no", "yes")[row % 12 < 6] for row in range(N)])
    with pytest.raises(NotPossible, match="In each of the “shop” all rows have the same “sold”, so ROC AUC") as caught:
        planned("sold", same, split=by_shop)
    together, by_loss = caught.value.ways_out
    assert planned("sold", same, **together.changes).spec.split.folds == 5
    assert planned("sold", same, split=by_shop, **by_loss.changes).spec.split.folds == 12
    same.loc[0, "sold"] = "no"
    warnings = planned("sold", same, split=by_shop).warnings
    assert warnings[0].startswith("In 11 of 12 “shop” all rows have the same “sold”; ROC AUC is not defined")
    part = table([("no", "yes")[row % 2] for row in range(N)]).assign(part=["a", "b"] * 30)
    with pytest.raises(NotPossible, match="In each of the folds of “part”"):
        planned("sold", part, split=SplitSpec(kind="own", column="part"))


def test_each_fold_of_groups_has_both_classes_as_far_as_there_are_groups():
    by_shop = SplitSpec(kind="group", column="shop", folds=5)
    few = table([("no", "yes")[row % 12 < 3] for row in range(N)])
    found = planned("sold", few, split=by_shop)
    assert found.spec.split.folds == 3
    told = "The class “yes” is in only 3 different “shop”, so 3 folds are used instead of 5."
    assert told in found.warnings
    labels = few["sold"].to_numpy()
    assert all(len(set(labels[tested])) == 2 for _, tested in folds_of(few, found))
    assert planned("sold", few, split=by_shop, metric="log_loss").spec.split.folds == 5
    one = table([("no", "yes")[row % 12 == 3] for row in range(N)])
    with pytest.raises(TooFewRows, match="All rows of the class “yes” share one “shop”"):
        planned("sold", one, split=by_shop, metric="accuracy")


def test_stretches_of_time_of_a_single_class_are_told():
    by_day = SplitSpec(kind="time", column="day", folds=5)
    order = (np.arange(N) * 7) % N
    early = table(["yes" if place < 35 and place % 2 else "no" for place in order])
    (told,) = (text for text in planned("sold", early, split=by_day).warnings if "stretches" in text)
    assert told.startswith("In 2 of 5 stretches of time all rows have the same “sold”; ROC AUC is not defined there")
    earliest = table(["yes" if place < 9 and place % 2 else "no" for place in order])
    with pytest.raises(NotPossible, match="In each of the stretches of time all rows have the same “sold”"):
        planned("sold", earliest, split=by_day)
    assert planned("sold", earliest, split=by_day, metric="log_loss").spec.split.folds == 5


def test_folds_of_one_group_each_are_drawn_once():
    four = table().assign(shop=[f"shop {row % 4}" for row in range(N)])
    found = planned(frame=four, split=SplitSpec(kind="group", column="shop", folds=0))
    assert found.spec.split == SplitSpec(kind="group", column="shop", folds=4)
    assert found.warnings == ("“shop” has only 4 different values, so 4 folds are used instead of 5.",)


def test_own_folds_are_counted_and_their_column_is_no_input():
    found = planned(split=SplitSpec(kind="own", column="part", folds=0))
    assert found.spec.split == SplitSpec(kind="own", column="part", folds=1, share=0.25)
    assert found.split_reason == (
        "The rows with “test” in “part” are tested, 25 % of the rows; those with “train” are learnt from."
    )
    assert {entry.column: entry.reason for entry in found.spec.left_out}["part"].startswith("part marks your folds")
    ((train, test),) = folds_of(table(), found)
    assert test.tolist() == list(range(0, N, 4)) and len(train) == 45
    three = table().assign(part=[("a", "b", "c", None)[row % 4] for row in range(N)])
    found = planned(frame=three, split=SplitSpec(kind="own", column="part", folds=10))
    assert (found.spec.split.folds, found.split_reason) == (3, "“part” has 3 different values, which are the folds.")
    assert found.warnings == ("15 rows have no value in “part”; they are only learnt from.",)
    valid = table().assign(part=[("train", "valid", "test")[row % 3] for row in range(N)])
    found = planned(frame=valid, split=SplitSpec(kind="own", column="part"))
    assert "“test”, “valid” are tested one after the other, each by what was learnt from “train”" in found.split_reason


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (["x"] * N, TooFewRows, "the same in every row, so it marks no folds"),
        ([f"fold {row}" for row in range(N)], NotPossible, "60 different values, and folds can be 50 at most"),
    ],
)
def test_columns_that_mark_no_folds_are_refused(values, error, message):
    with pytest.raises(error, match=message):
        planned(frame=table().assign(part=values), split=SplitSpec(kind="own", column="part"))


def test_a_gap_that_leaves_nothing_to_learn_from_is_told():
    fewer = planned(split=SplitSpec(kind="time", column="day", folds=5, gap=15)).warnings
    assert fewer == ("“day” does not leave a gap of 15 before more stretches, so 2 folds are used instead of 5.",)
    with pytest.raises(TooFewRows, match="finer times, or a shorter gap"):
        planned(split=SplitSpec(kind="time", column="day", gap=90))
    with pytest.raises(TooFewRows, match="finer times, or a shorter gap"):
        planned(split=SplitSpec(kind="time", column="day", gap=1e300))


RARE = ["a"] * 40 + ["b"] * 15 + ["c"] * 3 + ["d"] * 2


def test_a_rare_class_is_named_with_its_rows_and_ways_out():
    found = planned("sold", table(["a"] * 42 + ["b"] * 15 + ["c"] * 3))
    assert found.spec.split == SplitSpec(folds=3, repeats=3)
    assert found.warnings == ("The class “c” has only 3 rows, so 3 folds are used instead of 5.",)
    assert [way.words for way in found.ways_out] == [
        "Leave out the 3 rows of “c”",
        "Count “c” as “b”",
    ]
    without, merged = found.ways_out
    step = FilterRows(column="sold", operator="none_of", values=("c",))
    assert without.changes["recipe"].rows == (step,)
    assert merged.reads == ({"name": "sold", "spellings": [["c", "b"]]},)
    assert [(way.words, way.reads[0]["spellings"]) for way in merged.others] == [("Count “c” as “a”", [["c", "a"]])]
    frame = table(["a"] * 42 + ["b"] * 15 + ["c"] * 3)
    after = plan_experiment(frame, SCHEMA, Draft(target="sold").but(**without.changes))
    assert (after.spec.split.folds, after.spec.classes, after.ways_out) == (5, ("a", "b"), ())


def test_several_rare_classes_can_be_one():
    ways = planned("sold", table(RARE)).ways_out
    assert [way.words for way in ways] == [
        "Leave out the 5 rows of “c” and “d”",
        "Count “c” and “d” as “other”",
    ]
    assert ways[1].reads == ({"name": "sold", "spellings": [["c", "other"], ["d", "other"]]},)


def test_a_class_of_a_single_row_stops_with_ways_out():
    frame = table(["a"] * 44 + ["b"] * 15 + ["c"])
    with pytest.raises(TooFewRows, match="class “c” has a single row") as caught:
        planned("sold", frame)
    ways = caught.value.ways_out
    assert [way.words for way in ways] == ["Leave out the only row of “c”", "Count “c” as “b”"]
    assert plan_experiment(frame, SCHEMA, Draft(target="sold").but(**ways[0].changes)).spec.classes == ("a", "b")
    two = [("yes", "no")[row > 0] for row in range(N)]
    with pytest.raises(TooFewRows) as caught:
        planned("sold", table(two))
    assert caught.value.ways_out == ()  # without one of two classes nothing is left to tell apart


def test_whole_numbers_as_classes_have_no_other_spelling():
    frame = table().assign(sum=[1.0] * 40 + [2.0] * 17 + [3.0] * 3)
    schema = Schema(
        columns=tuple(column.but(meaning="integer") if column.name == "sum" else column for column in SCHEMA.columns)
    )
    found = plan_split(frame, schema.column("sum"), "multiclass", Draft(target="sum"), schema)
    assert [way.words for way in found.ways_out] == ["Leave out the 3 rows of “3”"]
    assert found.ways_out[0].changes["recipe"].rows[0].values == (3.0,)


@pytest.mark.parametrize(
    ("split", "often", "over"),
    [
        (
            SplitSpec(folds=1, repeats=2),
            "2 times, each on another 20 % of the rows",
            "over 2 drawings of 20 % of the rows",
        ),
        (SplitSpec(folds=4, repeats=2), "8 times (4 folds, drawn 2 times)", "over 4 folds, drawn 2 times"),
        (SplitSpec(kind="own", column="p", folds=3), "3 times, once for each of your own folds", "over 3 folds"),
        (
            SplitSpec(kind="own", column="p", folds=1, share=0.036),
            "once, on the 3.6 % of the rows that you marked",
            "on the 3.6 % of the rows that you marked",
        ),
        (
            SplitSpec(kind="group", column="p", folds=7, each=True),
            "7 times, once for each “p”",
            "over 7 groups, each tested alone",
        ),
        (
            SplitSpec(kind="time", column="p", folds=1),
            "once, on the last 20 % of the rows",
            "on the last 20 % of the rows",
        ),
    ],
)
def test_how_rows_are_checked_in_words(split, often, over):
    assert how_often(split) == often
    assert scored_over(split) == over


def test_by_what_rows_are_divided_in_words():
    assert divided(SplitSpec()) == "rows are independent"
    assert divided(SplitSpec(kind="group", column="p")) == "rows grouped by “p”"
    assert divided(SplitSpec(kind="own", column="p")) == "your own folds in “p”"


def test_the_share_that_is_learnt_from():
    assert share_learnt(SplitSpec(folds=1, share=0.25)) == 0.75
    assert share_learnt(SplitSpec(folds=4)) == 0.75
