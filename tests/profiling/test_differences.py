"""Two tables compared: figures by hand, differences noticed, and no wolf cried."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from workbench.profiling.differences.distances import (
    chance_beyond,
    chance_of_counts,
    chance_of_unseen,
    distance,
    pooled,
)
from workbench.profiling.differences.tables import compare_tables
from workbench.specs import ColumnSpec, Schema

MEANINGS = {"f": "number", "i": "integer", "M": "date"}


def schema_of(table, **meanings):
    return Schema(
        columns=tuple(
            ColumnSpec(name=name, meaning=meanings.get(name) or MEANINGS.get(table[name].dtype.kind, "category"))
            for name in table
        )
    )


def compared(old, new, target="", **meanings):
    old, new = pd.DataFrame(old), pd.DataFrame(new)
    return compare_tables(old, new, schema_of(old, **meanings), schema_of(new, **meanings), target=target)


def drawn(random, n_rows):
    """Rows of one distribution, with columns of every kind."""
    kinds = random.choice(["a", "b", "c", "d", "e"], n_rows, p=[0.5, 0.3, 0.15, 0.04, 0.01])
    towns = 1 / np.arange(1, 301)
    number = random.normal(50, 10, n_rows)
    return pd.DataFrame(
        {
            "number": np.where(random.random(n_rows) < 0.1, np.nan, number),
            "twin": number + random.normal(0, 1, n_rows),
            "tail": random.lognormal(0, 2, n_rows),
            "zeros": np.where(random.random(n_rows) < 0.7, 0.0, random.exponential(5, n_rows)),
            "count": random.poisson(3, n_rows),
            "rare": (random.random(n_rows) < 0.02).astype("int64"),
            "kind": kinds,
            "blank_kind": np.where(random.random(n_rows) < 0.3, None, kinds),
            "town": np.char.add("t", random.choice(300, n_rows, p=towns / towns.sum()).astype(str)),
            "day": pd.to_datetime("2024-01-01") + pd.to_timedelta(random.integers(0, 365, n_rows), unit="D"),
            "note": ["x" * length for length in random.integers(5, 90, n_rows)],
            "id": [f"i{place}" for place in random.integers(0, 10**9, n_rows)],
        }
    ).astype({"kind": "str", "blank_kind": "str", "town": "str", "note": "str", "id": "str", "day": "datetime64[us]"})


@pytest.mark.parametrize(
    ("n_before", "n_now", "repeats"),
    [(30, 30, 150), (1000, 30, 100), (30, 1000, 100), (300, 300, 100), (3000, 500, 60), (10_000, 10_000, 20)],
)
def test_rows_of_one_distribution_are_the_same(n_before, n_now, repeats):
    random = np.random.default_rng(n_before + n_now)
    wolves = headlines = 0
    for _ in range(repeats):
        found = compared(drawn(random, n_before), drawn(random, n_now), note="text", id="identifier")
        wolves += any(column.verdict != "same" for column in found.columns)
        headlines += "before" not in found.headline or "never had" in found.headline or "repeat" in found.headline
    assert wolves <= 0.05 * repeats and headlines <= 0.05 * repeats


def test_a_trifle_is_no_difference_however_many_rows():
    random = np.random.default_rng(0)
    old = {"x": random.normal(0, 1, 200_000), "kind": random.choice(["a", "b"], 200_000)}
    new = {"x": random.normal(0.1, 1, 200_000), "kind": random.choice(["a", "b"], 200_000, p=[0.53, 0.47])}
    found = compared(old, new)
    assert [(column.verdict, column.chance < 1e-9) for column in found.columns] == [("same", True)] * 2


@pytest.mark.parametrize(
    ("change", "verdict", "told"),
    [
        (lambda t: t.assign(number=t["number"] + 4), "differs", "half of its values lie between"),
        (lambda t: t.assign(number=t["number"] * 2), "differs much", "above the largest of before"),
        (lambda t: t.assign(number=t["number"].where(np.arange(len(t)) % 3 > 0)), "differs much", "cells are blank"),
        (lambda t: t.assign(number=np.nan), "differs much", "100 % of its cells are blank, before 9"),
        (lambda t: t.assign(kind=t["kind"].replace("b", "a")), "differs much", "“a” makes up"),
        (
            lambda t: t.assign(kind=t["kind"].mask(np.arange(len(t)) < 100, "new")),
            "differs",
            "1 value is new, in 100 rows (5.0 %): “new” (100 rows)",
        ),
        (
            lambda t: t.assign(count=t["count"].mask(np.arange(len(t)) < 50, 999)),
            "differs",
            "50 rows (2.5 %) lie above",
        ),
        (lambda t: t.assign(town="t" + t["town"]), "differs much", "“tt0”"),
        (lambda t: t.assign(note=t["note"] + "x" * 60), "differs much", "half of its texts have at least"),
        (lambda t: t.assign(day=t["day"] - pd.Timedelta(days=200)), "differs much", "lies between 2023-06-15 and"),
        (lambda t: t.assign(day=t["day"] + pd.Timedelta(days=366)), "later", "moves on: it lies between 2025-01-01"),
        (lambda t: t.assign(day=t["day"] + pd.Timedelta(days=200)), "later", "moves on"),
    ],
)
def test_a_difference_is_noticed_and_said(change, verdict, told):
    random = np.random.default_rng(4)
    old, new = drawn(random, 3000), drawn(random, 2000)
    found = compared(old, change(new), note="text", id="identifier")
    (column,) = [column for column in found.columns if column.verdict != "same"]
    assert found.columns[0] == column
    assert (column.verdict, told in column.sentence) == (verdict, True), column.sentence
    named = f"1 of 12 columns differs from before: “{column.column}”"
    assert found.headline.startswith(named if verdict != "later" else "What is in both tables (12 columns) is")


def test_the_figures_by_hand():
    old = {"x": [1.0, 2.0, 3.0, None], "kind": ["a", "a", "b", None]}
    new = {"x": [0.0, 2.0, 9.0, 8.0], "kind": ["c", "c", "d", "a"]}
    found = compared(old, new)
    x, kind = found.column("x"), found.column("kind")
    assert (x.low, x.high, x.lowest, x.highest, x.n_below, x.n_above) == (1, 3, 0, 9, 1, 2)
    assert (x.blank_before, x.blank_now, x.verdict) == (0.25, 0, "too few")
    assert [(new.value, new.n_rows) for new in kind.new_values] == [("c", 2), ("d", 1)]
    assert (kind.n_new_values, kind.n_rows_new) == (2, 3)
    # A quarter of the rows before has a kind of its own, so new kinds are nothing new: only x is asked.
    assert (found.n_rows_unseen, found.unseen_by_chance) == (3, 0.75)
    assert found.headline == "The table now has only 4 rows: too few to compare how they are distributed."


def test_rows_with_something_new():
    old = {"x": np.arange(100.0), "kind": ["a"] * 50 + ["b"] * 49 + ["c"], "full": [1.0, 2.0] * 50}
    new = {"x": [-1.0, 5.0, 5.0, 5.0, 5.0], "kind": ["a", "a", "d", "a", "b"], "full": [1.0, np.nan, 1.0, 2.0, 2.0]}
    found = compared(old, new)
    # Of the rows before, the first and the last alone hold an end of x, and the last alone a "c".
    assert (found.n_rows_unseen, found.unseen_by_chance) == (3, 0.02)
    assert found.headline.endswith(
        "3 rows (60 %) hold something the table before never had. 1 row (20 %) repeats one of before."
    )


def test_repeated_rows_are_counted_exactly():
    random = np.random.default_rng(2)
    old, new = drawn(random, 500), drawn(random, 300)
    new = pd.concat([new, old.iloc[:70], old.iloc[:5]], ignore_index=True)
    found = compared(old, new, note="text", id="identifier")
    keys = new.astype(str).apply(tuple, axis=1).isin(set(old.astype(str).apply(tuple, axis=1)))
    assert found.n_rows_repeated == keys.sum() == 75
    assert found.repeated_by_chance == 0
    assert found.headline.endswith("75 rows (20 %) repeat one of before.")
    assert found.column("id").n_known == 75


def test_rows_that_just_look_alike_are_expected():
    random = np.random.default_rng(3)
    old, new = ({"kind": random.choice(["a", "b"], 200)} for _ in range(2))
    found = compared(old, new)
    assert (found.n_rows_repeated, found.repeated_by_chance) == (200, 1.0)
    assert "repeat" not in found.headline


def test_columns_gone_new_and_renamed():
    numbers = np.arange(50.0)
    old = {"price": numbers, "kind": ["a", "b"] * 25, "left": numbers, "y": numbers}
    new = {"Prices": numbers, "kind": ["a", "b"] * 25, "right_hand": ["c"] * 50}
    found = compared(old, new, target="y")
    assert (found.gone, found.added, found.renamed) == (("left",), ("right_hand",), (("price", "Prices"),))
    assert (found.column("Prices").was, found.column("Prices").verdict) == ("price", "same")
    assert found.headline.endswith(
        "1 column is gone (“left”); 1 column is new (“right_hand”); “price” is probably called “Prices” now. "
        "50 rows (100 %) repeat one of before."
    )
    with pytest.raises(KeyError):
        found.column("left")


def test_a_column_of_another_kind_is_said():
    found = compared({"x": np.arange(50.0)}, {"x": ["1", "2"] * 25})
    assert (found.columns[0].verdict, found.columns[0].distance) == ("differs much", 1.0)
    assert found.columns[0].sentence == ("“x” was read as number before and is read as category now: read both alike.")


def test_the_answer_is_named_where_it_moves():
    random = np.random.default_rng(5)
    old, new = drawn(random, 1000), drawn(random, 1000)
    found = compared(old, new.assign(number=new["number"] * 3, kind="a"), target="kind", note="text", id="identifier")
    assert "2 of 12 columns differ from before, most of all “number”, the answer “kind” among them." in found.headline


@pytest.mark.parametrize(("n_before", "n_now"), [(0, 50), (50, 0), (0, 0)])
def test_a_table_without_rows(n_before, n_now):
    random = np.random.default_rng(6)
    found = compared(drawn(random, n_before), drawn(random, n_now), note="text", id="identifier")
    assert "has no rows, so there is nothing to compare" in found.headline
    assert found.differing == ()


def test_tables_with_nothing_in_common():
    assert compared({"a": [1.0] * 20}, {"b": ["x"] * 20}).headline.startswith(
        "The two tables have no column in common."
    )


def test_blank_columns_and_infinite_numbers():
    old = {"x": [np.inf, 1.0] * 30, "blank": np.full(60, np.nan)}
    found = compared(old, {"x": [np.inf, 1.0] * 30, "blank": ["a", "b"] * 30})
    assert {column.column: column.verdict for column in found.columns} == {"x": "same", "blank": "differs much"}
    json.dumps(found.to_json(), allow_nan=False)


def test_the_distance_is_that_of_scipy_but_for_chance():
    before, now = np.array([40, 30, 20, 10]), np.array([10, 20, 30, 0])
    by_chance = 3 / 8 * (1 / 100 + 1 / 60) / np.log(2)
    expected = np.sqrt(jensenshannon(before / 100, now / 60, base=2) ** 2 - by_chance)
    assert distance(before, now) == pytest.approx(expected, rel=1e-12)


def test_chance_is_that_of_scipy():
    before, now = np.array([40, 30, 20, 10]), np.array([30, 20, 30, 20])
    assert chance_of_counts(before, now) == pytest.approx(
        stats.chi2_contingency(np.stack([before, now]), correction=False).pvalue, rel=1e-9
    )


def test_small_bins_are_put_together():
    before, now = pooled(np.array([50, 1, 30, 2]), np.array([50, 2, 30, 1]))
    assert (before.tolist(), now.tolist()) == ([33, 50], [33, 50])


def test_chance_of_what_was_never_seen():
    # All rows beyond the range lie in the newer half: (1/2)^3, at either end.
    assert chance_beyond(0, 3, 100, 100) == 2 / 8
    assert chance_beyond(0, 0, 100, 100) == 1
    # One value of 20 rows, all of them in the newer half, beside one that both have.
    expected = stats.poisson.sf(0, 0.5**20 + 0.5**200)
    assert chance_of_unseen(np.array([100, 0]), np.array([80, 20])) == pytest.approx(2 * expected, rel=1e-6)
    assert chance_of_unseen(np.array([1, 1]), np.array([1, 0])) == 1
