"""Cells to values: every rule of a column, by hand-worked examples, and one row equal to many."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from workbench.runtime.reading import ReadingError, type_column, type_table

NUMBERS = [
    # (rules, text, value or None for a misfit)
    ({}, "12", 12.0),
    ({}, " 1.5 ", 1.5),
    ({}, "-3e2", -300.0),
    ({}, ".5", 0.5),
    ({}, "+7", 7.0),
    ({}, "(12)", -12.0),
    ({}, "−4", -4.0),
    ({}, "1_000", None),
    ({}, "１２", None),
    ({}, "inf", None),
    ({}, "1e999", None),
    ({}, "1,5", None),
    ({}, "abc", None),
    ({"decimal": ","}, "1,5", 1.5),
    ({"decimal": ","}, "1.5", None),
    ({"decimal": ",", "thousands": "."}, "1.234,56", 1234.56),
    ({"thousands": ","}, "1,234,567", 1234567.0),
    ({"thousands": ","}, "12,34,567", 1234567.0),
    ({"thousands": ","}, "1,2", None),
    ({"thousands": " "}, "1\u202f234", 1234.0),
    ({"thousands": "'"}, "1’234.5", 1234.5),
    ({"unit": "%"}, "8.90%", 8.9),
    ({"unit": "$", "thousands": ","}, "-$5,000", -5000.0),
    ({"unit": "$", "thousands": ","}, "$-5,000", -5000.0),
    ({"unit": "km", "thousands": ","}, "150,000km", 150000.0),
    ({"unit": "€", "decimal": ","}, "9,99 €", 9.99),
    ({"unit": "%"}, "8.9", 8.9),
]


@pytest.mark.parametrize("rules, text, expected", NUMBERS)
@pytest.mark.parametrize("n_rows", [1, 100])
def test_numbers(rules, text, expected, n_rows):
    column = {"name": "x", "meaning": "number", **rules}
    for dtype in (object, "str"):
        typed = type_column(pd.Series([text] * n_rows, dtype=dtype), column)
        assert typed.values.dtype == "float64"
        assert typed.misfits.all() == (expected is None) == typed.misfits.any()
        assert typed.values.isna().all() if expected is None else (typed.values == expected).all()


DATES = [
    ("ISO8601", "2024-02-03", datetime(2024, 2, 3)),
    ("ISO8601", "2024-02-03 04:05:06", datetime(2024, 2, 3, 4, 5, 6)),
    ("ISO8601", "2024-02-03T04:05:06+02:00", datetime(2024, 2, 3, 2, 5, 6)),
    ("ISO8601", "2024-02-03T04:05:06Z", datetime(2024, 2, 3, 4, 5, 6)),
    ("ISO8601", "2024-02-30", None),
    ("ISO8601", "soon", None),
    ("%d.%m.%Y", "3.2.2024", datetime(2024, 2, 3)),
    ("%m/%d/%Y", "02/03/2024", datetime(2024, 2, 3)),
    ("%b %d %Y", "Jun 12 1998", datetime(1998, 6, 12)),
    ("%d/%m/%Y %H:%M", "03/02/2024 23:59", datetime(2024, 2, 3, 23, 59)),
    ("%d.%m.%Y %z", "03.02.2024 +0100", datetime(2024, 2, 2, 23)),
    ("%d/%m/%Y", "08//01/2019", None),
]


@pytest.mark.parametrize("date_format, text, expected", DATES)
@pytest.mark.parametrize("n_rows", [1, 100])
def test_dates(date_format, text, expected, n_rows):
    column = {"name": "x", "meaning": "date", "date_format": date_format}
    typed = type_column(pd.Series([text] * n_rows, dtype="str"), column)
    assert typed.values.dtype == "datetime64[us]"
    assert typed.misfits.all() == (expected is None)
    assert typed.values.isna().all() if expected is None else (typed.values == expected).all()


def test_blank_cells_and_missing_tokens_are_missing_and_fit():
    for meaning in ("number", "integer", "date", "category"):
        column = {"name": "x", "meaning": meaning, "missing": ["?", "n/a"]}
        for repeat in (1, 50):
            typed = type_column(pd.Series(["", "  ", "?", " n/a ", None] * repeat, dtype=object), column)
            assert typed.values.isna().all() and not typed.misfits.any()


@pytest.mark.parametrize(
    "cells, dtype, expected",
    [
        (["1", "2"], "int64", [1, 2]),
        (["1", "3.0", "1e2"], "int64", [1, 3, 100]),
        (["1", ""], "float64", [1.0, np.nan]),
        (["1", "3.5"], "float64", [1.0, np.nan]),  # 3.5 is no whole number: a misfit
        (["9007199254740993"], "int64", [9007199254740993]),  # 2**53 + 1, which float64 cannot hold
        ([1, 2.0, True], "int64", [1, 2, 1]),
        ([1, None], "float64", [1.0, np.nan]),
    ],
)
def test_whole_numbers(cells, dtype, expected):
    typed = type_column(pd.Series(cells, dtype=object), {"name": "x", "meaning": "integer"})
    assert typed.values.dtype == dtype
    np.testing.assert_array_equal(typed.values.to_numpy(), expected)
    assert typed.misfits.tolist() == [cell == "3.5" for cell in cells]


@pytest.mark.parametrize("n_rows", [1, 100])
@pytest.mark.parametrize(
    "cell, text",
    [
        (3, "3"),
        (3.0, "3"),
        (2.5, "2.5"),
        (True, "True"),
        (" a ", "a"),
        ("", None),
        (None, None),
        (float("nan"), None),
        (datetime(2024, 1, 2), "2024-01-02"),
        (date(2024, 1, 2), "2024-01-02"),
        (["a", 1], '["a", 1]'),
    ],
)
def test_words_of_typed_cells(cell, text, n_rows):
    column = {"name": "x", "meaning": "category"}
    for values in (pd.Series([cell] * n_rows), pd.Series([cell, "other"] * n_rows, dtype=object)[::2]):
        typed = type_column(values, column)
        assert typed.values.dtype == "str"
        assert typed.values.isna().all() if text is None else (typed.values == text).all()
        assert list(typed.values.index) == list(values.index)


def test_typed_columns_keep_their_values():
    whole = {"name": "x", "meaning": "integer"}
    day = {"name": "x", "meaning": "date"}
    assert type_column(pd.Series([1, 2], dtype="int32"), whole).values.tolist() == [1, 2]
    assert type_column(pd.Series([1.0, np.inf]), {"name": "x", "meaning": "number"}).misfits.tolist() == [False, True]
    moments = pd.Series(pd.to_datetime(["2024-01-01 12:00+02:00", None], utc=True))
    assert type_column(moments, day).values.tolist() == [pd.Timestamp("2024-01-01 10:00"), pd.NaT]
    assert type_column(pd.Series([5, 6]), day).misfits.all()
    assert type_column(moments, whole).misfits.tolist() == [True, False]
    words = type_column(pd.Series(["a", None, "b"], dtype="category"), {"name": "x", "meaning": "category"}).values
    assert words.dtype == "str" and words.isna().tolist() == [False, True, False]
    mixed = type_column(
        pd.Series([1, "2,5", None, "x", [1]], dtype=object), {"name": "x", "meaning": "number", "decimal": ","}
    )
    np.testing.assert_array_equal(mixed.values, [1, 2.5, np.nan, np.nan, np.nan])
    assert mixed.misfits.tolist() == [False, False, False, True, True]


def test_one_row_gives_the_bits_of_many():
    random = np.random.default_rng(0)
    texts = [repr(float(value)) for value in random.normal(size=200) * 10.0 ** random.integers(-9, 9, 200)]
    column = {"name": "x", "meaning": "number"}
    together = type_column(pd.Series(texts, dtype="str"), column).values.to_numpy()
    alone = [type_column(pd.Series([text]), column).values.iloc[0] for text in texts]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, [float(text) for text in texts])


def test_type_table_follows_the_columns_and_names_what_is_lacking():
    raw = pd.DataFrame({"b": ["1", "x"], "a": ["u", "v"], "left": ["0", "0"]}, index=[5, 9])
    columns = [{"name": "a", "meaning": "category"}, {"name": "b", "meaning": "number"}]
    table = type_table(raw, columns)
    assert list(table.columns) == ["a", "b"] and list(table.index) == [5, 9]
    assert table["b"].tolist()[0] == 1.0 and np.isnan(table["b"].tolist()[1])
    with pytest.raises(ReadingError, match="no column “c”"):
        type_table(raw, [{"name": "c", "meaning": "text"}])
    assert type_table(raw.iloc[:0], columns).dtypes.astype(str).tolist() == ["str", "float64"]


USA = {
    "name": "x",
    "meaning": "category",
    "missing": ["?"],
    "spellings": [["usa ", "USA"], ["U.S.", "USA"], ["-", "?"]],
}


@pytest.mark.parametrize("n_rows", [1, 300])
@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (["usa ", " usa", "USA", "U.S.", "uk", "?", "-", "", None], "str"),
        (["usa ", " usa", "USA", "U.S.", "uk", "?", "-", "", None], object),
        (["usa", "usa", "USA", "U.S.", "uk", "?", "-", "", None], "category"),
        (["usa ", "usa", "USA", "U.S.", "uk", "?", "-", "", 7], object),  # cells of several types
    ],
)
def test_words_are_read_in_one_spelling(cells, dtype, n_rows):
    typed = type_column(pd.Series(cells * n_rows, dtype=dtype), USA)
    expected = ["USA"] * 4 + ["uk"] + [None] * 3 + ["7" if cells[-1] == 7 else None]
    assert [None if pd.isna(word) else word for word in typed.values] == expected * n_rows
    assert not typed.misfits.any()
    pd.testing.assert_series_equal(type_column(typed.values, USA).values, typed.values)  # what is typed stays so


def test_numbers_and_flags_that_are_read_as_words_follow_their_spelling():
    column = {"name": "x", "meaning": "category", "spellings": [["1", "one"], ["True", "yes"], ["2024-01-02", "new"]]}
    for cells, words in (
        ([1, 2], ["one", "2"]),
        ([True, False], ["yes", "False"]),
        (pd.to_datetime(["2024-01-02", "2024-01-03"]), ["new", "2024-01-03"]),
    ):
        assert type_column(pd.Series(cells), column).values.tolist() == words


def test_spellings_leave_numbers_alone():
    column = {"name": "x", "meaning": "number", "spellings": [["1", "one"]]}
    assert type_column(pd.Series(["1", "2"], dtype="str"), column).values.tolist() == [1.0, 2.0]
