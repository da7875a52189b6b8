"""Blanks are counted exactly, columns that lack the same rows are found, and so are blanks that go with the target."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling.columns.describe import describe_column
from workbench.profiling.pairs.missingness import BlankTogether, Missingness, missingness
from workbench.profiling.plain import from_plain, to_plain
from workbench.profiling.target.strength import hold_out, strength_of
from workbench.specs import ColumnSpec

N = 1_000


def facts(columns):
    frame = pd.DataFrame(columns)
    kinds = {name: "number" if frame[name].dtype.kind == "f" else "category" for name in frame}
    return {name: describe_column(frame[name], ColumnSpec(name=name, meaning=kinds[name])) for name in frame}


def number(blank, n=N):
    return np.where(blank, np.nan, np.arange(n))


def words(blank, n=N):
    return pd.Series(np.where(np.arange(n) % 2, "a", "b"), dtype="str").where(~blank)


def of(columns):
    return missingness(facts(columns), len(next(iter(columns.values()))))


def test_without_blanks_every_row_is_complete():
    assert of({"a": number(np.zeros(N, dtype=bool))}) == Missingness(0, N)


@pytest.mark.parametrize("n", [7, 64, 65, 1_000])
def test_counts_equal_pandas(n):
    blank = np.random.default_rng(0).random((n, 5)) < 0.2
    columns = {f"c{place}": (number if place % 2 else words)(blank[:, place], n) for place in range(5)}
    found = of(columns)
    frame = pd.DataFrame(columns)
    assert found.n_cells == frame.isna().to_numpy().sum()
    assert found.n_rows_complete == len(frame.dropna())


@pytest.mark.parametrize("n", [1_000, 200_000])  # of the longer, most pairs are ruled out by some of the rows
def test_columns_that_are_blank_together(n):
    row = np.arange(n)
    few, many = row % 100 == 3, row % 4 == 1
    nearly = few.copy()
    nearly[row[few][0]] = False
    columns = {
        "first": number(many, n),
        "rare": words(few, n),
        "alone": number(row % 4 == 2, n),
        "second": words(many, n),
        "rare, nearly": number(nearly if n > 1_000 else few, n),
        "half of many": number(many & (row % 8 == 1), n),
        "once": number(row == 5, n),
    }
    n_few = n // 100
    assert of(columns).together == (
        BlankTogether(("first", "second"), n // 4, n // 4),
        BlankTogether(("rare", "rare, nearly"), n_few - (n > 1_000), n_few),
    )


@pytest.mark.parametrize(("shared", "alike"), [(96, True), (94, False)])
def test_nearly_the_same_rows(shared, alike):
    row = np.arange(N)
    # Of 100 rows that either lacks, this many are lacking in both.
    found = of({"a": number(row < 100), "b": number(row < shared)}).together
    assert found == ((BlankTogether(("a", "b"), 96, 100),) if alike else ())


def test_four_rows_are_no_pattern():
    row = np.arange(N)
    assert of({"a": number(row < 4), "b": number(row < 4)}).together == ()
    assert of({"a": number(row < 5), "b": number(row < 5)}).together == (BlankTogether(("a", "b"), 5, 5),)


def told(columns, target):
    found = facts(columns)
    held_out = hold_out(found[target].codes, False)
    return missingness(found, N, target, held_out), found, held_out


def test_blanks_that_go_with_the_target():
    rng = np.random.default_rng(0)
    yes = rng.random(N) < 0.4
    columns = {
        "y": pd.Series(np.where(yes, "yes", "no"), dtype="str"),
        "chance": number(rng.random(N) < 0.3),
        "weak": number(rng.random(N) < np.where(yes, 0.5, 0.2)),
        "strong": words(~yes),
        "strong, too": number(~yes),
        "full": number(np.zeros(N, dtype=bool)),
        "empty": number(np.ones(N, dtype=bool)),
    }
    found, all_facts, held_out = told(columns, "y")
    assert [entry.column for entry in found.tells] == ["strong", "strong, too", "weak"]
    assert found.tells[0].strength.score == 1.0
    expected = strength_of(np.isnan(all_facts["weak"].numbers).astype(int), False, held_out)
    assert found.tells[2].strength == expected
    assert from_plain(Missingness, to_plain(found)) == found


def test_blanks_that_have_nothing_to_do_with_the_target_are_not_told():
    rng = np.random.default_rng(1)
    columns = {f"c{place}": number(rng.random(N) < 0.02 + 0.01 * place) for place in range(40)}
    found, *_ = told({"y": pd.Series(np.where(rng.random(N) < 0.5, "a", "b"), dtype="str"), **columns}, "y")
    assert found.tells == ()


def test_blanks_of_the_target_itself_tell_nothing():
    rng = np.random.default_rng(0)
    y = pd.Series(np.where(rng.random(N) < 0.5, "a", "b"), dtype="str").where(np.arange(N) % 10 != 0)
    found, *_ = told({"y": y, "x": number(np.arange(N) % 10 == 0)}, "y")
    assert found.tells == () and found.together[0].columns == ("y", "x")


def test_blanks_against_a_number():
    rng = np.random.default_rng(0)
    y = rng.normal(size=N)
    columns = facts({"y": y, "x": number(y > 1), "z": number(rng.random(N) < 0.3)})
    found = missingness(columns, N, "y", hold_out(columns["y"].numbers, True))
    assert [entry.column for entry in found.tells] == ["x"]
    assert found.tells[0].strength.measure == "rank_r2"
