"""One figure for numbers, dates and categories: a correlation where there is one, 1 where one decides, 0 by chance."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling.columns.describe import describe_column
from workbench.profiling.pairs import associations as module
from workbench.profiling.pairs.associations import Associations, Pair, associate
from workbench.profiling.pairs.levels import levels_of
from workbench.profiling.pairs.mappings import correlations, dense, guesses_spared
from workbench.profiling.plain import from_plain, to_plain
from workbench.specs import ColumnSpec

MEANINGS = {"f": "number", "i": "integer", "M": "date", "O": "category", "U": "category", "T": "category"}


def facts(**columns):
    found = {}
    for name, values in columns.items():
        values = pd.Series(values)
        meaning = MEANINGS.get(values.dtype.kind, "category")
        found[name] = describe_column(values, ColumnSpec(name=name, meaning=meaning))
    return found


def normals(correlation, n=10_000, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return x, correlation * x + np.sqrt(1 - correlation**2) * rng.normal(size=n)


def only(**columns):
    (pair,) = associate(facts(**columns)).pairs
    return pair


@pytest.mark.parametrize("correlation", [-0.99, -0.9, -0.7, -0.5, 0.3, 0.6, 0.8, 0.95])
@pytest.mark.parametrize("n", [1_000, 10_000])
def test_the_correlation_of_normal_numbers_is_found(correlation, n):
    pair = only(x=normals(correlation, n)[0], y=normals(correlation, n)[1])
    assert pair.value == pytest.approx(abs(correlation), abs=0.02 if n == 10_000 else 0.05)
    assert pair.correlation == pytest.approx(np.corrcoef(normals(correlation, n))[0, 1], abs=1e-9)


@pytest.mark.parametrize("correlation", [0.3, 0.6, 0.9])
def test_kinds_are_comparable(correlation):
    x, y = normals(correlation)
    words = pd.Series(np.select([y < -1, y < 0, y < 1], ["low", "under", "over"], "high"))
    side = pd.Series(np.where(x < 0, "left", "right"))
    days = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(np.round(x * 100), unit="D"))
    for columns in ({"x": x, "y": words}, {"x": side, "y": y}, {"x": side, "y": words}, {"x": days, "y": words}):
        assert only(**columns).value == pytest.approx(correlation, abs=0.06)
    assert only(x=days, y=y).correlation == pytest.approx(correlation, abs=0.02)


def test_what_bends_is_found_where_a_correlation_is_not():
    x, _ = normals(0)
    pair = only(x=x, y=x**2)
    assert abs(pair.correlation) < 0.05 and pair.value > 0.95 and not pair.same


def test_independent_columns_are_not_kept():
    rng = np.random.default_rng(5)
    found = associate(facts(**{f"x{place}": rng.normal(size=500) for place in range(40)}))
    assert found.pairs == () and found.n_pairs == 40 * 39 // 2 and found.n_beyond_chance == 0
    assert found.n_columns == 40 and found.n_rows == 500 and not found.sampled and found.error == 0


def test_a_code_for_words_is_1_and_one_to_one():
    words = np.array(["red", "green", "blue"])[np.random.default_rng(0).integers(0, 3, 300)]
    codes = pd.Series(words).map({"red": 10, "green": 20, "blue": 30})
    assert only(a=words, b=codes) == Pair("a", "b", 1.0, 300, None, "both", True)


def test_numbers_that_fall_as_others_rise_are_1():
    x, _ = normals(0, 400)
    assert only(x=x, y=-x) == Pair("x", "y", 1.0, 400, -1.0, "both", True)


def test_rows_in_which_either_is_blank_are_left_out():
    x, y = normals(0.8, 2_000)
    pair = only(x=np.where(np.arange(2_000) < 500, np.nan, x), y=np.where(np.arange(2_000) >= 1_500, np.nan, y))
    assert pair.n_rows == 1_000
    assert pair.correlation == pytest.approx(np.corrcoef(x[500:1500], y[500:1500])[0, 1], abs=1e-9)


def test_some_columns_have_no_place():
    n, x = 400, np.arange(400) / 7
    columns = facts(x=x, twice=x * 2, same=["a"] * n, unique=[f"w{i}" for i in range(n)], blank=np.full(n, np.nan))
    columns["id"] = describe_column(pd.Series(x), ColumnSpec(name="id", meaning="identifier"))
    columns["text"] = describe_column(pd.Series(["a b", "b c"] * 200), ColumnSpec(name="text", meaning="text"))
    found = associate(columns)
    assert (found.n_columns, found.n_pairs) == (2, 1)
    assert (found.pairs[0].left, found.pairs[0].right, found.pairs[0].value) == ("x", "twice", 1.0)


def test_infinite_numbers_have_a_place_but_no_correlation():
    x, y = normals(0.7, 2_000)
    pair = only(x=np.where(x > 2, np.inf, x), y=y)
    assert pair.correlation is None and pair.value == pytest.approx(0.7, abs=0.05)


def test_the_strongest_come_first_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_PAIRS", 2)
    x, _ = normals(0, 2_000)
    noise = np.random.default_rng(9).normal(size=(3, 2_000))
    found = associate(facts(x=x, a=x + 2 * noise[0], b=x + noise[1] / 2, c=x + noise[2]))
    assert [(pair.left, pair.right) for pair in found.pairs] == [("x", "b"), ("x", "c")]
    assert (found.n_pairs, found.n_beyond_chance) == (6, 6)


def test_rows_are_drawn_with_a_seed_beyond_20_000():
    x, y = normals(0.5, 60_000)
    columns = facts(x=x, y=y)
    found = associate(columns)
    assert found.sampled and found.n_rows == 20_000 and found.pairs[0].n_rows == 20_000
    assert 0 < found.error < 0.02
    assert abs(found.pairs[0].value - 0.5) < 0.02
    assert associate(columns) == found and associate(columns, seed=1) != found


def test_very_many_columns_are_cut_coarser_and_the_least_telling_left_out(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORK", 1_000 * 30**2)
    monkeypatch.setattr(module, "MOST_COLUMNS", 12)
    rng = np.random.default_rng(0)
    found = associate(facts(**{f"x{place}": rng.normal(size=3_000) for place in range(14)}))
    assert (found.n_columns, found.n_columns_beyond) == (12, 2)
    # 3 bins, counted as 4 levels: (12 · 4)² · rows is the work allowed.
    assert found.sampled and found.n_rows == 1_000 * 30**2 // 48**2


def test_what_says_nearly_the_same():
    rng = np.random.default_rng(3)
    words = np.array(list("abcdefghijklmnopqrst"))[rng.integers(0, 20, 4_000)]
    nearly = np.where(rng.random(4_000) < 0.95, words, rng.permutation(words))
    partly = np.where(rng.random(4_000) < 0.6, words, rng.permutation(words))
    assert only(a=words, b=nearly).same
    # Twenty words that agree in 6 of 10 rows tell very much, and are not the same.
    assert only(a=words, b=partly).value > 0.95 and not only(a=words, b=partly).same
    x, y = normals(0.99)
    assert only(x=x, y=np.exp(y)).same and not only(x=x, y=normals(0.8)[1]).same


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (np.arange(300) % 30, np.arange(300) % 30 // 10, "right"),
        (np.arange(300) % 30 // 10, np.arange(300) % 30, "left"),
        (np.arange(300) % 30, -(np.arange(300) % 30), "both"),
        (np.arange(300.0), np.log1p(np.arange(300)), "both"),
        (np.arange(300.0), np.arange(300) // 7, "right"),
        (np.arange(300.0), np.where(np.arange(300) == 7, 200, np.arange(300)), ""),
        (np.arange(300.0), np.array(list("abcab"))[np.arange(300) // 60], "right"),  # two ranges at most for a word
        (np.arange(300.0), np.array(list("ab"))[np.arange(300) // 60 % 2], ""),  # three for one of them
    ],
)
def test_what_follows_from_what(left, right, expected):
    assert only(a=left, b=right).follows == expected


def test_guesses_spared_by_hand():
    # Of 10 rows guessed "x" 4 are wrong; knowing the other column, 1.
    left = np.repeat(["x", "y"], [60, 40])
    right = np.repeat(["p", "q", "p", "q"], [60, 0, 10, 30])
    cut = [levels_of(column, slice(None), 3) for column in facts(a=left, b=right).values()]
    assert guesses_spared(*cut) == pytest.approx(1 - 10 / 40)


def test_dense_codes_keep_the_order_of_numbers():
    found = dense(facts(x=[3.0, np.nan, -1.0, 3.0])["x"], slice(None))
    assert (found.codes.tolist(), found.n_values) == ([1, -1, 0, 1], 2)


def test_correlations_equal_pandas():
    random = np.random.default_rng(0)
    values = random.normal(1e4, 1, (300, 6)) @ random.normal(size=(6, 6))
    values[random.random((300, 6)) < 0.2] = np.nan
    correlation, shared = correlations(values)
    np.testing.assert_allclose(correlation, pd.DataFrame(values).corr(), atol=1e-9)
    assert shared[0, 1] == (~np.isnan(values[:, :2]).any(axis=1)).sum()


def test_it_is_written_and_read():
    x, y = normals(0.5, 1_000)
    found = associate(facts(x=x, y=y, z=np.where(x > 0, "a", "b")))
    assert len(found.pairs) == 3
    assert from_plain(Associations, to_plain(found)) == found


@pytest.mark.parametrize("columns", [{}, {"x": [1.0, 2.0]}, {"x": np.arange(50.0), "y": ["a"] * 50}])
def test_nothing_to_measure(columns):
    assert associate(facts(**columns)).pairs == ()


class TestLevels:
    def test_numbers_are_cut_at_quantiles(self):
        found = levels_of(facts(x=np.arange(1000.0))["x"], slice(None), 10)
        assert np.bincount(found.codes).tolist() == [100] * 10 and found.ordered

    def test_few_numbers_have_a_level_each(self):
        found = levels_of(facts(x=np.arange(60) % 6)["x"], slice(None), 3)
        assert found.codes[:7].tolist() == [0, 1, 2, 3, 4, 5, 0] and not found.ordered

    def test_a_number_of_many_rows_has_a_bin_of_its_own(self):
        numbers = np.concatenate((np.zeros(600), np.arange(1, 401)))
        found = levels_of(facts(x=numbers)["x"], slice(None), 10)
        assert np.bincount(found.codes).tolist() == [600, 100, 100, 100, 100]

    def test_frequent_words_have_a_level_each_and_the_others_one(self):
        words = np.repeat(list("abcdefgh"), [50, 40, 30, 20, 10, 9, 8, 4])
        found = levels_of(facts(x=words)["x"], slice(None), 3)
        assert np.bincount(found.codes).tolist() == [50, 40, 30, 20, 10, 21] and found.n_levels == 6

    def test_too_few_others_are_counted_to_the_rarest(self):
        found = levels_of(facts(x=np.repeat(list("abc"), [50, 40, 4]))["x"], slice(None), 3)
        assert np.bincount(found.codes).tolist() == [50, 44]

    def test_one_rare_value_is_no_variation(self):
        assert levels_of(facts(x=np.repeat(list("ab"), [50, 4]))["x"], slice(None), 3) is None

    def test_blank_cells_have_no_level(self):
        words = pd.Series(["a", None, "b", "a"] * 10, dtype="str")
        assert levels_of(facts(x=words)["x"], slice(None), 3).codes[:4].tolist() == [0, -1, 1, 0]
        assert levels_of(facts(x=[1.0, np.nan, 2.0, 1.0] * 10)["x"], slice(None), 3).codes[:4].tolist() == [0, -1, 1, 0]
