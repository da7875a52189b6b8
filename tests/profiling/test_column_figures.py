"""Every figure of a column equals pandas' or numpy's own."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.profiling import Profile, profile
from workbench.specs import ColumnSpec, Schema


def schema_of(table, **meanings):
    def meaning(name):
        dtype = table[name].dtype
        if pd.api.types.is_datetime64_any_dtype(dtype):
            return "date"
        if pd.api.types.is_integer_dtype(dtype):
            return "integer"
        return "number" if pd.api.types.is_float_dtype(dtype) else "category"

    return Schema(columns=tuple(ColumnSpec(name=name, meaning=meanings.get(name, meaning(name))) for name in table))


def random_numbers(n_rows):
    random = np.random.default_rng(7)
    table = pd.DataFrame(
        {
            "normal": random.normal(1e6, 1, n_rows),
            "skewed": random.lognormal(3, 2, n_rows),
            "rounded": np.round(random.normal(0, 2, n_rows)),
            "whole": random.integers(-5, 40, n_rows),
            "large": random.integers(2**53, 2**60, n_rows),
            "tenths": np.full(n_rows, 0.1),
            "blank": np.full(n_rows, np.nan),
        }
    )
    table.loc[random.random(n_rows) < 0.3, "skewed"] = np.nan
    return table


@pytest.mark.parametrize("n_rows", [1, 2, 3, 4, 5000])
def test_numbers_equal_pandas(n_rows):
    table = random_numbers(n_rows)
    found = profile(table, schema_of(table))
    for name in table:
        column, values = found.column(name), table[name]
        expected = {
            "count": values.count(),
            "missing_count": values.isna().sum(),
            "distinct_count": values.nunique(),
            "mean": values.mean(),
            "std": values.std(),
            "min": values.min(),
            "q25": values.quantile(0.25),
            "median": values.median(),
            "q75": values.quantile(0.75),
            "max": values.max(),
            "skew": values.skew(),
            "zeros": (values == 0).sum(),
            "negatives": (values < 0).sum(),
            "memory_bytes": values.memory_usage(index=False, deep=True),
        }
        for figure, value in expected.items():
            ours = getattr(column, figure)
            if pd.isna(value):
                assert ours is None, (name, figure)
            else:
                assert ours == pytest.approx(value, rel=1e-9, abs=1e-9), (name, figure)
        counts = values.value_counts()
        assert [entry.count for entry in column.top] == counts.head(10).tolist()
        assert all(counts[entry.value] == entry.count for entry in column.top)
    assert found.memory_bytes == table.memory_usage(index=False, deep=True).sum()


def test_histogram_equals_numpy():
    table = random_numbers(2000)
    found = profile(table, schema_of(table))
    for name in ("normal", "skewed", "rounded", "whole"):
        counts, edges = np.histogram(table[name].dropna(), bins=20)
        bins = found.column(name).bins
        assert [entry.count for entry in bins] == counts.tolist()
        np.testing.assert_allclose([entry.low for entry in bins], edges[:-1], rtol=1e-12)
        np.testing.assert_allclose(bins[-1].high, edges[-1], rtol=1e-12)


def test_words():
    table = pd.DataFrame({"said": ["a b", "ccc", "ccc", np.nan, "dd  e f", "ccc"]}, dtype="str")
    column = profile(table, schema_of(table, said="text")).column("said")
    assert (column.count, column.missing_count, column.distinct_count) == (5, 1, 3)
    assert (column.length_min, column.length_max, column.length_mean) == (3, 7, (3 + 3 + 3 + 7 + 3) / 5)
    assert column.words_mean == (2 + 1 + 1 + 3 + 1) / 5
    assert [(entry.value, entry.count) for entry in column.top] == [("ccc", 3), ("a b", 1), ("dd  e f", 1)]
    assert column.missing_fraction == pytest.approx(1 / 6)


def test_dates():
    table = pd.DataFrame({"day": pd.to_datetime(["2024-03-01 00:00", "2024-01-01 06:30", None, "2024-03-01 00:00"])})
    column = profile(table, schema_of(table)).column("day")
    assert (column.first, column.last) == ("2024-01-01T06:30:00", "2024-03-01")
    assert (column.count, column.missing_count, column.distinct_count) == (3, 1, 2)
    assert [(entry.value, entry.count) for entry in column.top] == [("2024-03-01", 2), ("2024-01-01T06:30:00", 1)]
    assert sum(entry.count for entry in column.bins) == 3


def test_booleans_count_as_words():
    table = pd.DataFrame({"flag": [True, False, True]})
    column = profile(table, schema_of(table, flag="yes_no")).column("flag")
    assert [(entry.value, entry.count) for entry in column.top] == [("True", 2), ("False", 1)]


def test_infinite_values_are_counted_apart():
    table = pd.DataFrame({"ratio": [1.0, 2.0, 3.0, np.inf, -np.inf, np.inf, np.nan]})
    column = profile(table, schema_of(table)).column("ratio")
    assert (column.count, column.infinite_count, column.missing_count, column.distinct_count) == (6, 3, 1, 5)
    assert (column.mean, column.min, column.max, column.std) == (2.0, 1.0, 3.0, 1.0)
    assert all(np.isfinite(entry.value) for entry in column.top)


def test_huge_numbers_overflow_nothing():
    table = pd.DataFrame({"huge": [-1.7e308, 1.7e308, 1.0, 5e-324]})
    found = profile(table, schema_of(table))
    assert found.column("huge").max == 1.7e308
    json.dumps(found.to_json(), allow_nan=False)


EDGES = {
    "no columns": pd.DataFrame(index=range(3)),
    "no rows": pd.DataFrame({"a": np.array([], dtype=float), "b": pd.Series([], dtype="str")}),
    "one row": pd.DataFrame({"a": [1.5], "b": ["x"], "c": pd.to_datetime(["2024-01-01"])}),
    "one column": pd.DataFrame({"a": np.arange(50)}),
    "all missing": pd.DataFrame(
        {"a": [np.nan] * 5, "b": pd.Series([None] * 5, dtype="str"), "c": pd.to_datetime([None] * 5)}
    ),
    "all infinite": pd.DataFrame({"a": [np.inf] * 60, "b": np.arange(60.0)}),
    "hostile": pd.DataFrame(
        {"<script>alert(1)</script>": ["<img src=x onerror=y>", "'\"&", "\x00\x1f\u202e"]}, dtype="str"
    ),
}


@pytest.mark.parametrize("which", EDGES)
@pytest.mark.parametrize("with_target", [False, True])
def test_edge_tables(which, with_target):
    table = EDGES[which]
    target = table.columns[0] if with_target and len(table.columns) else ""
    found = profile(table, schema_of(table), target=target)
    plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert Profile.from_json(plain) == found
    assert (plain["n_rows"], plain["n_columns"]) == table.shape
    page = found.to_html("a <title>")
    assert "<script" not in page and "<img" not in page and "<title>a &lt;title&gt;</title>" in page
    assert found.headline.endswith(".")
    assert found.frame().shape[0] == table.shape[1]


@pytest.mark.parametrize("which", ["no rows", "all missing", "one row", "all infinite"])
def test_edge_targets_of_every_task(which):
    table = EDGES[which]
    for target in table:
        for task in ("binary", "multiclass", "regression"):
            found = profile(table, schema_of(table), target=target, task=task)
            assert any(finding.code == "single_class" for finding in found.findings)


def test_a_thousand_columns_stay_readable():
    table = pd.DataFrame({f"column_{i}": np.zeros(30) for i in range(1000)})
    found = profile(table, schema_of(table))
    constant = [finding for finding in found.findings if finding.code == "constant"]
    assert len(constant) == 1 and len(constant[0].columns) == 1000
    assert len(constant[0].sentence) < 400


def test_a_profile_of_another_version_is_refused():
    table = EDGES["one row"]
    plain = {**profile(table, schema_of(table)).to_json(), "version": 0}
    with pytest.raises(ValueError, match="another version"):
        Profile.from_json(plain)
