"""Columns of whole tables: the same by however many threads, there and back through JSON, and on real files."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.frames import frame
from benchmarks.profiling import typed
from tests.profiling.own_figures import assert_equal, figures_of_numbers, figures_of_words
from workbench.data import open_table
from workbench.profiling.columns import describe as columns
from workbench.profiling.columns.column_profile import ColumnProfile
from workbench.profiling.columns.describe import describe_columns
from workbench.specs import ColumnSpec, Schema

TEXT_ONLY = ("words_mean", "words_max")


@pytest.fixture(scope="module")
def mixed():
    return typed(frame(3000, 40, seed=4))


@pytest.mark.parametrize("n_threads", [2, 3, 7])
def test_threads_change_nothing(mixed, n_threads, monkeypatch):
    table, schema = mixed
    monkeypatch.setattr(columns, "ROWS_WORTH_THREADS", 10**9)
    alone = describe_columns(table, schema)
    monkeypatch.setattr(columns, "ROWS_WORTH_THREADS", 0)
    monkeypatch.setattr(columns.pa, "cpu_count", lambda: n_threads)
    monkeypatch.setattr(columns, "MOST_THREADS", n_threads)
    together = describe_columns(table, schema)
    assert list(together) == list(alone) == list(table.columns)
    for name, facts in together.items():
        assert facts.profile == alone[name].profile
        for part in ("numbers", "codes", "word_counts"):
            np.testing.assert_array_equal(getattr(facts, part), getattr(alone[name], part))


class Unspeakable:
    def __str__(self):
        raise ValueError("no words for it")


def test_an_error_in_a_thread_is_raised(monkeypatch):
    monkeypatch.setattr(columns, "ROWS_WORTH_THREADS", 0)
    table = pd.DataFrame({"a": [1, 2], "b": [Unspeakable(), None]})
    schema = Schema(columns=(ColumnSpec(name="a", meaning="integer"), ColumnSpec(name="b", meaning="category")))
    with pytest.raises(ValueError, match="no words for it"):
        describe_columns(table, schema)


def test_there_and_back_through_json(mixed):
    for facts in describe_columns(*mixed).values():
        plain = json.loads(json.dumps(facts.profile.to_json(), allow_nan=False))
        assert ColumnProfile.from_json(plain) == facts.profile


def test_a_profile_of_fewer_figures_is_read():
    plain = {"name": "a", "meaning": "number", "count": 1, "missing_count": 0, "distinct_count": 1, "memory_bytes": 8}
    found = ColumnProfile.from_json({**plain, "top": [{"value": 1.0, "count": 1}], "bins": []})
    assert (found.patterns, found.frequent_words, found.near_constant, found.top[0].count) == ((), (), False, 1)


def assert_equals_pandas(values, column, found):
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        assert (found.count, found.distinct_count) == (values.count(), values.nunique())
        if found.count:
            ends = [np.datetime64(text, "us") for text in (found.first, found.last)]
            assert ends == [values.min().to_datetime64(), values.max().to_datetime64()]
    elif pd.api.types.is_numeric_dtype(values.dtype):
        assert_equal(found, figures_of_numbers(values))
    else:
        expected = figures_of_words(values)
        if column.meaning != "text":
            expected = {name: value for name, value in expected.items() if name not in TEXT_ONLY}
        assert_equal(found, expected)


def test_made_tables_equal_pandas(mixed):
    table, schema = mixed
    for column, facts in zip(schema.columns, describe_columns(table, schema).values(), strict=True):
        assert_equals_pandas(table[column.name], column, facts.profile)


def test_real_files_equal_pandas(real_data):
    files = sorted((real_data / "supervised").glob("*.csv"))
    assert files
    for file in files:
        opened = open_table(file)
        found = describe_columns(opened.table, opened.schema)
        for column in opened.schema.columns:
            assert_equals_pandas(opened.table[column.name], column, found[column.name].profile)


def test_the_first_words_are_pythons_own():
    values = pd.Series([f"n{n}" for n in range(6000)] + [None, "ö"], dtype="str")
    facts = columns.describe_column(values, ColumnSpec(name="x", meaning="category"))
    assert facts.first_words == [f"n{n}" for n in range(5000)]
    assert {type(word) for word in facts.first_words} == {str}
