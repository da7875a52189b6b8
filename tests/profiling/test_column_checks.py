"""Checks on single columns: what they see, what they leave alone, and the remedy they carry."""

import datetime

import numpy as np
import pandas as pd
import pytest

from workbench.modeling import pipeline
from workbench.prepare import apply_recipe
from workbench.profiling import profile
from workbench.profiling.checks import words
from workbench.profiling.checks.dates import plausible_range
from workbench.profiling.checks.spellings import spelling_key
from workbench.runtime.reading import type_column
from workbench.specs import ColumnSpec, Recipe, Schema

N = 200
STEADY = np.random.default_rng(4).normal(50, 5, N)


def found(code, values, meaning, *, target=""):
    """Return the findings of a check that are not passed, of a table with the column “x”."""
    columns = {"x": values} | ({"y": np.arange(len(values)) % 2} if target == "y" else {})
    table = pd.DataFrame(columns)
    specs = (ColumnSpec(name="x", meaning=meaning), ColumnSpec(name="y", meaning="integer"))[: len(columns)]
    findings = profile(table, Schema(columns=specs), target=target).findings
    return [finding for finding in findings if finding.code == code and finding.status != "passed"]


def first_rows(values, start):
    """Return ``values`` with the first ones replaced by those of ``start``."""
    return np.concatenate([start, np.asarray(values)[len(start) :]])


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("USA", "usa ", True),
        ("U.S.A.", "USA", True),
        ("St. Louis", "St Louis", True),
        ("New York", "NEW-YORK", True),
        ("Köln", "Koln", True),
        ("straße", "STRASSE", True),
        ("T-Shirt", "t shirt", True),
        ("Level 1", "level1", True),
        ("range_rover", "rangerover", True),
        ("Alfred's", "Alfreds", True),
        ("A+", "A-", False),
        ("1-2", "12", False),
        ("1 2", "12", False),
        ("grade -1", "grade 1", False),
        ("3.5", "35", False),
        ("m/f", "mf", False),
        ("ISLAND", "INLAND", False),
        ("й", "и", True),  # an accent in Unicode; no word differs by it alone in case
    ],
)
def test_what_counts_as_one_spelling(left, right, same):
    assert (spelling_key(left) == spelling_key(right)) == same


def test_spellings_are_read_as_most_rows_write_them():
    cells = ["usa"] * 20 + ["U.S.A."] * 3 + ["USA"] * 150 + ["uk"] * 27
    (finding,) = found("mixed_spellings", cells, "category")
    assert finding.sentence.endswith("(“USA”, “usa” and “U.S.A.”), in 23 rows not as in most.")
    assert finding.reads == ({"name": "x", "spellings": [["usa", "USA"], ["U.S.A.", "USA"]]},)
    assert finding.rows == tuple(range(10))
    read = type_column(pd.Series(cells), {"name": "x", "meaning": "category", **finding.reads[0]}).values
    assert read.value_counts().to_dict() == {"USA": 173, "uk": 27}


def test_addresses_and_a_few_of_very_many_values_keep_their_case():
    links = [f"http://a.b/{'Page' if i % 2 else 'page'}/{i // 2}" for i in range(N)]
    assert found("mixed_spellings", links, "category") == []
    codes = [f"c{i}q" for i in range(600)] + ["C1Q"]
    assert found("mixed_spellings", codes, "category") == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # 44 is the lowest of the others, which lie a unit apart: a measure that is never near zero.
        (first_rows(44 + np.arange(N) % 60, [0] * 5), [0]),
        (first_rows(3 + 3.0 * (np.arange(N) % 30), [0] * 20), []),  # 0, 3, 6, 9: a wind like others
        (first_rows(44 + np.arange(N) % 60, [0] * 120), []),  # mostly zero is the usual
        (first_rows(1 + np.arange(N) % 60, [0] * 20), []),
        (first_rows(np.arange(N) % 30, [999] * 50), [999]),
        (first_rows(np.arange(N) % 3, [9] * 10), [9]),  # 0, 1, 2 and 9
        (first_rows(np.arange(N) % 7, [9] * 10), []),
        (first_rows(95 + np.arange(N) % 2, [99] * 70), []),  # years 95, 96 and 99
        (first_rows(1 + np.arange(N) % 5, [-9] * 6 + [-8] * 6), [-8, -9]),
        (first_rows(STEADY - 50, [-1] * 6), []),
        (first_rows(STEADY, [-2147483648] * 6), [-2147483648]),
    ],
)
def test_numbers_that_may_stand_for_blanks(values, expected):
    findings = found("disguised_missing", np.asarray(values, dtype="float64"), "number")
    assert [finding.blanks for finding in findings] == ([({"name": "x", "values": expected},)] if expected else [])


@pytest.mark.parametrize(
    ("word", "asked"), [("keine Angabe", True), ("unknown", True), ("нет", False), ("none", False), ("NC", False)]
)
def test_words_that_may_stand_for_blanks(word, asked):
    findings = found("disguised_missing", [word] * 20 + ["a", "b"] * 90, "category")
    assert [finding.blanks[0]["values"] for finding in findings] == ([[word]] if asked else [])


def test_zeros_of_the_diabetes_file_are_asked_about(real_data):
    table = pd.read_csv(real_data / "supervised" / "pima_diabetes.csv").astype("float64")
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning="number") for name in table.columns))
    asked = {
        name: finding.blanks[0]["values"]
        for finding in profile(table, schema).findings
        if finding.code == "disguised_missing"
        for name in finding.columns
    }
    assert asked == {name: [0] for name in ("Glucose", "BloodPressure", "SkinThickness", "BMI")}


def test_values_that_stand_apart_can_be_left_out_or_read_as_blank():
    values = first_rows(STEADY, [5000.0, -900.0, np.nan])
    low, high = STEADY[3:].min(), STEADY[3:].max()
    (finding,) = found("skew", values, "number")
    assert finding.status == "alerted"
    assert finding.rows == (0, 1)
    assert finding.step["operator"] == "between_or_blank" and finding.step["values"] == [low, high]
    assert finding.blanks == ({"name": "x", "values": [-900.0, 5000.0]},)
    left = apply_recipe(pd.DataFrame({"x": values}), Recipe.model_validate({"rows": [finding.step]})).table
    assert left.index.tolist() == list(range(2, N))  # the blank one stays


def test_a_long_tail_is_told_and_kept():
    amounts = np.exp(np.random.default_rng(0).normal(0, 1, 2_000))
    (finding,) = found("skew", amounts, "number")
    assert finding.status == "done" and "far from the rest" in finding.sentence
    assert finding.step is None and not finding.blanks


def test_an_extreme_that_may_stand_for_blank_is_asked_about_once():
    values = first_rows(np.arange(N) % 30, [99_999] * 3).astype("float64")
    assert found("disguised_missing", values, "number")[0].blanks
    assert found("skew", values, "number") == []
    values[3] = 5_000
    (finding,) = found("skew", values, "number")
    assert finding.rows == (3,) and finding.blanks[0]["values"] == [5_000.0]
    assert finding.step is None  # it would leave out the rows of 99,999, too


def test_rows_of_infinite_values_can_be_left_out_and_the_target_stays():
    values = first_rows(STEADY, [np.inf, np.nan])
    (finding,) = found("infinite", values, "number")
    assert [choice["name"] for choice in finding.choices] == ["x"]
    left = apply_recipe(pd.DataFrame({"x": values}), Recipe.model_validate({"rows": [finding.step]})).table
    assert left.index.tolist() == list(range(1, N))
    table = pd.DataFrame({"x": values, "z": STEADY})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning="number") for name in "xz"))
    (finding,) = (f for f in profile(table, schema, target="x").findings if f.code == "infinite")
    assert finding.choices == () and finding.step


@pytest.mark.parametrize(
    ("cells", "code", "meaning"),
    [
        ([str(i) for i in range(180)] + ["broken"] * 20, "numbers_as_text", "integer"),
        ([f"{i}.5" for i in range(180)] + ["broken"] * 20, "numbers_as_text", "number"),
        ([str(i) for i in range(100)] + ["some"] * 100, "mixed_types", "integer"),
        ([f"2024-01-{1 + i % 28:02d}" for i in range(100)] + ["soon"] * 100, "mixed_types", "date"),
    ],
)
def test_words_that_are_numbers_or_dates_can_be_read_so(cells, code, meaning):
    (finding,) = found(code, cells, "category")
    assert finding.reads == ({"name": "x", "meaning": meaning},)
    typed = type_column(pd.Series(cells, dtype="str"), {"name": "x", "meaning": meaning, "date_format": "ISO8601"})
    assert typed.misfits.sum() in (20, 100)  # what the words are that count as blank then


@pytest.mark.parametrize(
    "cells",
    [
        [f"0{i:04d}" for i in range(100)] + ["none"] * 100,  # codes
        ["1", "2", "3+"] * 60,  # classes
        [f"{i}a" for i in range(100)] + ["corner"] * 100,  # numbers of houses
    ],
)
def test_codes_and_classes_are_no_numbers_among_words(cells):
    assert found("mixed_types", cells, "category") == []
    assert found("numbers_as_text", cells, "category") == []


def test_a_category_of_frequent_values_is_no_matter():
    assert found("high_cardinality", [f"v{i % 60}" for i in range(1_200)], "category") == []  # 20 rows each
    (finding,) = found("high_cardinality", [f"v{i % 60}" for i in range(300)], "category")  # 5 rows each
    assert "60 different values; 60 of them have under 10 rows, 0 only one" in finding.sentence
    assert finding.choice["use"] is False


def test_what_is_made_of_texts_is_what_the_pipeline_does():
    assert (words.TEXT_WORDS, words.TEXT_TOPICS) == (pipeline.TEXT_WORDS, pipeline.TEXT_TOPICS)
    texts = [f"parcel {i} came {'late' if i % 2 else 'soon'} and was torn" for i in range(N)]
    (finding,) = found("text_words", texts, "text")
    assert finding.status == "done" and "text of 7 words on average" in finding.sentence
    assert "10,000" in finding.advice and "40 topics" in finding.advice
    (finding,) = found("text_words", texts, "category")
    assert finding.status == "alerted" and finding.reads == ({"name": "x", "meaning": "text"},)


def days(*texts):
    return np.array(texts, dtype="datetime64[D]").astype("int64").astype("float64")


def test_dates_out_of_range_follow_the_rule():
    steady = days("2020-01-01") + np.arange(1_000)  # ends on 2022-09-26
    today = datetime.date(2023, 1, 1)
    assert plausible_range(steady, today) == (steady[0], steady[-1])
    assert plausible_range(np.append(steady, days("2029-01-01")), today) == (steady[0], steady[-1])
    # Two weeks ahead is in the future too; ten of them are one in a hundred, eleven are plans.
    ahead = days("2023-01-20") + np.arange(11)
    assert plausible_range(np.append(steady, ahead[:10]), today) == (steady[0], steady[-1])
    assert plausible_range(np.append(steady, ahead), today) == (steady[0], ahead[-1])
    assert plausible_range(np.append(steady, ahead[:10]), datetime.date(2023, 2, 1)) == (steady[0], ahead[9])
    assert plausible_range(np.append(steady, days("1820-05-01")), today) == (steady[0], steady[-1])
    old = days("1850-01-01") + 30.0 * np.arange(1_000)  # 1850 to 1932
    assert plausible_range(old, today) == (old[0], old[-1])
    births = days("1920-01-01") + 30.0 * np.arange(1_000)  # 1920 to 2002: 1899 is out of range, though near
    assert plausible_range(np.append(births, days("1899-06-01")), today) == (births[0], births[-1])


def test_dates_out_of_range_can_be_left_out_or_read_as_blank():
    moments = pd.Series(pd.date_range("2020-01-01 08:00", periods=N, freq="D")).astype("datetime64[us]")
    moments[0], moments[1], moments[2] = pd.Timestamp("2205-03-01 10:30"), pd.Timestamp("0203-01-01"), pd.NaT
    (finding,) = found("date_range", moments, "date")
    assert finding.rows == (0, 1)
    assert finding.blanks == ({"name": "x", "values": ["0203-01-01", "2205-03-01T10:30:00"]},)
    left = apply_recipe(pd.DataFrame({"x": moments}), Recipe.model_validate({"rows": [finding.step]})).table
    assert left.index.tolist() == list(range(2, N))


def test_a_day_that_stands_for_blank_is_asked_about_once():
    moments = pd.Series(pd.date_range("2020-01-01", periods=N, freq="D")).astype("datetime64[us]")
    moments[:2] = pd.Timestamp("1900-01-01")
    assert found("date_range", moments, "date") == []
    assert found("disguised_missing", moments, "date")[0].blanks[0]["values"] == ["1900-01-01"]


@pytest.mark.parametrize(
    ("labels", "meaning", "values", "rows"),
    [
        (["a"] * 97 + ["b"] * 100 + ["c"] * 3, "category", ["c"], (197, 198, 199)),
        ([1] * 97 + [1200] * 100 + [3] * 3, "integer", [3], (197, 198, 199)),
        ([1] * 95 + [2] * 100 + [1200] * 5, "integer", [1200], (195, 196, 197, 198, 199)),
    ],
)
def test_rows_of_rare_classes_can_be_left_out(labels, meaning, values, rows):
    table = pd.DataFrame({"x": STEADY, "y": labels})
    schema = Schema(columns=(ColumnSpec(name="x", meaning="number"), ColumnSpec(name="y", meaning=meaning)))
    found = profile(table, schema, target="y", task="multiclass").findings
    (finding,) = (f for f in found if f.code == "rare_classes")
    assert (finding.step["operator"], list(finding.step["values"]), finding.rows) == ("none_of", values, rows)
    left = apply_recipe(table, Recipe.model_validate({"rows": [finding.step]})).table
    assert len(left) == N - len(rows) and set(left["y"]).isdisjoint(values)


def test_of_two_classes_the_rare_one_stays():
    table = pd.DataFrame({"x": STEADY, "y": ["a"] * 195 + ["b"] * 5})
    schema = Schema(columns=(ColumnSpec(name="x", meaning="number"), ColumnSpec(name="y", meaning="yes_no")))
    (finding,) = (f for f in profile(table, schema, target="y").findings if f.code == "rare_classes")
    assert finding.step is None
