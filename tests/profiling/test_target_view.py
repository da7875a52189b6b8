"""What is known about the target before training: against figures by hand, pandas and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.modeling.targets import classes_of, label_words, positive_class
from workbench.profiling import profile
from workbench.profiling.columns.describe import describe_column
from workbench.profiling.target.answers import Sums, answer_of
from workbench.profiling.target.drifts import chance_of_means, explained
from workbench.profiling.target.intervals import mean_reach, wilson
from workbench.profiling.target.target_view import TargetView, target_view
from workbench.specs import ColumnSpec, Schema

N = 600
RANDOM = np.random.default_rng(1)
AMOUNT = RANDOM.normal(50, 10, N)
KIND = np.array(["red", "green", "blue"])[RANDOM.integers(0, 3, N)]
DAYS = pd.to_datetime("2023-01-01") + pd.to_timedelta(np.arange(N) // 2, unit="D")


def view_of(columns, target="y", task=None, **meanings):
    table = pd.DataFrame(columns)
    guess = {"f": "number", "i": "integer", "M": "date"}
    schema = Schema(
        columns=tuple(
            ColumnSpec(name=name, meaning=meanings.get(name) or guess.get(table[name].dtype.kind, "category"))
            for name in table
        )
    )
    return profile(table, schema, target=target, task=task).target_view


def shape(view, column):
    return next(shape for shape in view.shapes if shape.column == column)


def test_wilson_equals_scipy():
    hits, n = np.array([0, 1, 5, 99, 100, 1]), np.array([10, 10, 10, 100, 100, 1])
    low, high = wilson(hits, n)
    for place in range(len(n)):
        interval = stats.binomtest(int(hits[place]), int(n[place])).proportion_ci(0.95, "wilson")
        assert (low[place], high[place]) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_mean_interval_equals_scipy():
    values = RANDOM.normal(3, 2, 40)
    reach = mean_reach(np.array([((values - values.mean()) ** 2).sum()]), np.array([40]), 1.0)
    low, high = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))
    assert reach[0] == pytest.approx((high - low) / 2, rel=1e-12)


def test_shares_by_value_equal_pandas():
    y = np.where(RANDOM.random(N) < np.where(KIND == "red", 0.7, 0.2), "yes", "no")
    kind = pd.Series(KIND, dtype="str").where(np.arange(N) % 10 > 0)
    view = view_of({"kind": kind, "y": y})
    found = shape(view, "kind")
    expected = pd.Series(y == "yes").groupby(kind.fillna("no value")).agg(["mean", "size", "sum"])
    assert (view.of, found.of) == ("yes", "yes")
    assert view.overall == pytest.approx((y == "yes").mean(), rel=1e-12)
    assert [each.label for each in found.bins] == [*kind.value_counts().index, "no value"]
    for each in found.bins:
        row = expected.loc[each.label]
        interval = stats.binomtest(int(row["sum"]), int(row["size"])).proportion_ci(0.95, "wilson")
        assert (each.n_rows, each.value) == (row["size"], pytest.approx(row["mean"]))
        assert (each.low, each.high) == pytest.approx((interval.low, interval.high))
        assert (each.left, each.right) == (None, None)


def test_means_by_range_equal_scipy():
    y = AMOUNT * 1e6 + RANDOM.normal(0, 1e6, N)
    y[:3] = np.nan, np.inf, -np.inf  # no answers
    view = view_of({"amount": AMOUNT, "y": y})
    assert view.of == ""
    assert view.overall == pytest.approx(y[3:].mean(), rel=1e-12)
    found = shape(view, "amount").bins
    assert len(found) == 10 and sum(each.n_rows for each in found) == N - 3
    for place, each in enumerate(found):
        last = place == len(found) - 1
        inside = y[3:][(AMOUNT[3:] >= each.left) & ((AMOUNT[3:] < each.right) | last)]
        low, high = stats.t.interval(0.95, len(inside) - 1, inside.mean(), stats.sem(inside))
        assert each.n_rows == len(inside)
        assert (each.value, each.low, each.high) == pytest.approx((inside.mean(), low, high), rel=1e-9)


def test_few_numbers_and_dates_get_a_bin_each():
    columns = {"size": np.arange(N) % 4 * 1.0, "month": DAYS[np.arange(N) % 3 * 100], "y": np.arange(N) % 4 // 3}
    view = view_of(columns)
    assert [(each.label, each.value) for each in shape(view, "size").bins] == [("0", 0), ("1", 0), ("2", 0), ("3", 1)]
    months = sorted({str(day.date()) for day in columns["month"]})
    assert [each.label for each in shape(view, "month").bins] == months
    assert [each.left for each in shape(view, "month").bins] == months


def test_the_many_values_of_a_category_end_in_others():
    names = np.array([f"n{place % 20}" for place in range(400)] + ["n0"] * 200)
    bins = shape(view_of({"name": names, "y": np.where(names == "n0", "a", "b")}), "name").bins
    assert (len(bins), bins[0].label, bins[-1].label, bins[-1].n_rows) == (13, "n0", "8 other values", 160)


def test_a_single_row_is_given_the_spread_of_all():
    y = np.arange(100.0)
    kind = np.array(["a"] * 99 + ["b"])
    alone = shape(view_of({"kind": kind, "y": y}), "kind").bins[1]
    assert alone.n_rows == 1
    assert alone.high - alone.value == pytest.approx(stats.t.ppf(0.975, 99) * y.std(ddof=1))


@pytest.mark.parametrize(
    "values",
    [
        ["no"] * 30 + ["yes"] * 70,
        ["a"] * 30 + ["b"] * 70,
        ["a"] * 50 + ["b"] * 50,
        ["b"] * 50 + ["a"] * 50,
        ["alive"] * 30 + ["Died"] * 70,
        [0] * 20 + [1] * 80,
        [5] * 20 + [2] * 80,
        [1.5] * 60 + [2.0] * 40,
    ],
)
def test_the_class_looked_for_is_that_of_training(values):
    series = pd.Series(values, name="died")
    meaning = "integer" if isinstance(values[0], int) else "number" if isinstance(values[0], float) else "yes_no"
    answer = answer_of(describe_column(series, ColumnSpec(name="died", meaning=meaning)), "died", "binary")
    label, _ = positive_class(series, classes_of(series), None)
    assert answer.of == label_words(label)
    assert answer.overall == (series == label).mean()


def test_classes_beyond_whole_numbers_are_told_as_they_are():
    view = view_of({"x": AMOUNT, "y": np.where(np.arange(N) % 3, 1e300, -1e300)}, task="binary")
    assert (view.of, view.overall) == ("-1e+300", pytest.approx(1 / 3))


def test_of_several_classes_the_most_frequent_is_told():
    view = view_of({"x": AMOUNT, "y": np.array(["a"] * 100 + ["b"] * 300 + ["c"] * 200)})
    assert (view.of, view.overall) == ("b", 0.5)


def test_a_target_that_does_not_vary_has_no_view():
    assert view_of({"x": AMOUNT, "y": np.ones(N)}) is None
    assert view_of({"x": AMOUNT, "y": np.where(np.arange(N) % 2, 1.0, np.nan)}, task="binary") is None
    assert view_of({"x": AMOUNT, "y": np.full(N, np.nan)}) is None


def test_ceiling_of_classes_by_hand():
    # Twice (1, a) with both answers, three times (2, a) of which one differs, once (3, b), and a blank answer.
    columns = {
        "x": [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 1.0],
        "kind": ["a", "a", "a", "a", "a", "b", "a"],
        "y": ["n", "y", "n", "n", "y", "y", None],
    }
    found = view_of(columns, kind="category", y="yes_no").ceiling
    assert (found.n_rows, found.n_groups, found.measure) == (5, 2, "accuracy")
    assert found.best == pytest.approx(4 / 6)
    assert found.rows == (0, 1, 2, 4)


def test_ceiling_of_numbers_by_hand():
    columns = {"x": [1.0, 1.0, 2.0, 3.0], "y": [10.0, 20.0, 40.0, 50.0]}
    found = view_of(columns).ceiling
    # Squares about the mean of 30: 400 + 100 + 100 + 400; within the pair about 15: 25 + 25.
    assert (found.n_rows, found.n_groups, found.measure, found.rows) == (2, 1, "r2", (0, 1))
    assert found.best == pytest.approx(1 - 50 / 1000)


def test_ceiling_equals_groups_of_pandas():
    table = pd.DataFrame({name: RANDOM.integers(0, 4, N).astype("float64") for name in "abc"})
    table.loc[RANDOM.random(N) < 0.2, "a"] = np.nan
    table["y"] = RANDOM.choice(["p", "q", "r"], N)
    groups = table.groupby(["a", "b", "c"], dropna=False)["y"]
    torn = groups.transform("nunique") > 1
    found = view_of(table).ceiling
    assert found.n_rows == torn.sum()
    assert found.n_groups == (groups.nunique() > 1).sum()
    assert found.best == pytest.approx(groups.agg(lambda each: each.value_counts().iloc[0]).sum() / N)


def test_a_column_that_names_rows_does_not_lift_the_ceiling():
    columns = {"id": np.array([f"r{place}" for place in range(N)]), "kind": KIND, "y": np.arange(N) % 2}
    assert view_of(columns, id="identifier").ceiling.n_rows == N
    assert view_of({"x": AMOUNT, **columns}, id="identifier").ceiling is None  # every row differs in x


def test_columns_left_out_have_a_shape_but_no_say():
    facts = {
        name: describe_column(pd.Series(values), ColumnSpec(name=name, meaning=meaning))
        for name, values, meaning in (
            ("x", AMOUNT, "number"),
            ("kind", KIND, "category"),
            ("y", [0, 1] * 300, "integer"),
        )
    }
    assert target_view(facts, "y", "binary").ceiling is None
    assert target_view(facts, "y", "binary", not_known={"x"}).ceiling.n_rows == N
    assert target_view(facts, "y", "binary", screened={"x", "kind"}) == TargetView("1", 0.5)


def test_drift_over_time_and_between_groups():
    chance = np.where(np.arange(N) < N / 2, 0.2, 0.6) + np.where(KIND == "red", 0.35, 0.0)
    y = np.where(RANDOM.random(N) < chance, "yes", "no")
    view = view_of({"day": DAYS, "kind": KIND, "amount": AMOUNT, "y": y})
    assert [(drift.column, drift.by) for drift in view.drifts] == [("day", "time"), ("kind", "group")]
    over_time = view.drifts[0]
    assert len(over_time.bins) == 12 and sum(each.n_rows for each in over_time.bins) == N
    values = [each.value for each in over_time.bins]
    assert over_time.spread == max(values) - min(values)


def test_no_drift_is_told_of_chance():
    told = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        columns = {f"k{place}": random.choice(list("abcdef"), 300) for place in range(10)}
        columns |= {"day": DAYS[:300], "y": random.random(300) if seed % 2 else random.integers(0, 2, 300)}
        told += len(view_of(columns).drifts)
    assert told == 0


def test_explained_equals_scipy_and_the_formula():
    kinds = np.unique(KIND)
    y = AMOUNT + (KIND == "red") * 3
    groups = [y[kind == KIND] for kind in kinds]
    sums = Sums(*(np.array([measure(group) for group in groups]) for measure in (len, np.sum, lambda g: (g**2).sum())))
    within = sum(((group - group.mean()) ** 2).sum() for group in groups)
    total = ((y - y.mean()) ** 2).sum()
    assert explained(sums) == pytest.approx(1 - within / total * (N - 1) / (N - 3), rel=1e-9)
    assert chance_of_means(sums) == pytest.approx(stats.f_oneway(*groups).pvalue, rel=1e-6)


def test_a_view_survives_json():
    columns = {"day": DAYS, "x": np.where(AMOUNT > 70, np.inf, AMOUNT), "kind": KIND, "y": (np.arange(N) > 300) * 1}
    columns["y"][::3] = RANDOM.integers(0, 2, N // 3)
    table = pd.DataFrame(columns)
    meanings = {"day": "date", "x": "number", "kind": "category", "y": "integer"}
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, meaning in meanings.items()))
    found = profile(table, schema, target="y")
    assert found.target_view.drifts and found.target_view.shapes
    assert type(found).from_json(found.to_json()) == found
