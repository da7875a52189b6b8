"""A value written by a column's rule is read back as the same value: alone, among many, and by detection."""

from datetime import datetime

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runtime.field_words import number_text
from workbench.runtime.month_names import MONTHS, WRITTEN, month_name
from workbench.runtime.reading import type_column
from workbench.runtime.text_values import moment_text, parse_moment, parse_number

MARKS = [(".", ""), (".", ","), (".", " "), (".", "'"), (",", ""), (",", "."), (",", " "), (",", "'")]
SCALES = [(), (("K", 1e3), ("M", 1e6)), (("Mio.", 1e6), ("Mrd.", 1e9)), (("k", 1e3), ("Ki", 1024.0))]
NUMBER_RULES = st.builds(
    lambda marks, unit, scales: {
        "name": "x", "meaning": "number", "decimal": marks[0], "thousands": marks[1], "unit": unit, "scales": scales,
    },
    st.sampled_from(MARKS),
    st.sampled_from(["", "%", "€", "kg", "kr.", "US$", "days"]),
    st.sampled_from(SCALES),
)  # fmt: skip
AMOUNTS = st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(float), min_size=1, max_size=5)
FORMATS = [
    ("ISO8601", ""), ("%d.%m.%Y", ""), ("%m/%d/%Y", ""), ("%Y-%m-%d %H:%M", ""), ("%d. %B %Y", "de"),
    ("%d %B %Y", "fr"), ("%d-%B-%y", "pl"), ("%B %d, %Y", "en"), ("%Y. %B %d.", "hu"), ("%d %b %Y", ""),
    ("%I:%M %p %d/%m/%Y", ""),
    ("%Y-%m-%d|%d.%m.%Y", ""), ("%Y%m%d", ""), ("unix seconds", ""), ("unix milliseconds", ""), ("excel days", ""),
]  # fmt: skip
DAYS = st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)).map(lambda m: m.replace(hour=0, minute=0, second=0))


def alone_and_among_many(texts, column):
    """Return the values of the texts read one by one, after checking that they are the same among many."""
    many = type_column(pd.Series(texts * 50, dtype="str"), column)
    alone = [type_column(pd.Series([text], dtype=object), column) for text in texts]
    single = np.concatenate([one.values.to_numpy() for one in alone])
    np.testing.assert_array_equal(many.values.to_numpy()[: len(texts)], single)
    assert many.misfits[: len(texts)].tolist() == [bool(one.misfits[0]) for one in alone]
    return [one.values.iloc[0] for one in alone]


@settings(max_examples=60, deadline=None)
@given(NUMBER_RULES, AMOUNTS)
def test_numbers_are_read_back(rules, amounts):
    texts = [number_text(amount, rules) for amount in amounts]
    found = alone_and_among_many(texts, rules)
    np.testing.assert_allclose(found, amounts, rtol=1e-11)


@settings(max_examples=60, deadline=None)
@given(NUMBER_RULES, st.lists(st.text("0123456789.,'-+()€%kKMio \u00a0eE", max_size=12), min_size=1, max_size=5))
def test_any_text_gives_the_same_alone_and_among_many(rules, texts):
    alone_and_among_many(texts, rules)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FORMATS), st.lists(DAYS.map(lambda day: day.replace(microsecond=0)), min_size=1, max_size=5))
def test_dates_are_read_back(rule, days):
    date_format, language = rule
    column = {"name": "x", "meaning": "date", "date_format": date_format, "language": language}
    texts = [moment_text(day, date_format, language) for day in days]
    assert alone_and_among_many(texts, column) == [pd.Timestamp(day) for day in days]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(FORMATS),
    st.lists(st.text("0123456789.-/: TZQWaepmMärzJulian", max_size=20), min_size=1, max_size=4),
)
def test_any_text_gives_the_same_date_alone_and_among_many(rule, texts):
    column = {"name": "x", "meaning": "date", "date_format": rule[0], "language": rule[1]}
    found = alone_and_among_many(texts, column)
    assert len(found) == len(texts)


def test_scaled_numbers_are_rounded_once():
    scales = [["K", 1e3], ["M", 1e6], ["B", 1e9]]
    for digits in ("1.1", "110.5", "0.007", "2.3", "4.35", "1e-3", "5"):
        assert parse_number(digits + "M", scales=scales) == float(f"{float(digits)}e6")
        assert parse_number(f"${digits}K", unit="$", scales=scales) == float(f"{float(digits)}e3")
    assert parse_number("1.1M", scales=scales) == 1.1e6
    assert parse_number("M", scales=scales) is None and parse_number("1.1X", scales=scales) is None


def test_every_written_month_is_read_in_its_language():
    for language, names in WRITTEN.items():
        assert len(names) == 12
        assert sorted(set(MONTHS[language].values())) == list(range(12))
        for number in range(1, 13):
            text = f"3 {month_name(number, language)} 2021"
            assert parse_moment(text, "%d %B %Y", language) == datetime(2021, number, 3), text
