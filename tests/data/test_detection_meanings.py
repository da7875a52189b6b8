"""What columns mean, and how their numbers and dates are written."""

import numpy as np
import pandas as pd
import pytest

from workbench.data import detect_schema, open_table
from workbench.data.columns.date_rules import date_rule
from workbench.data.columns.meanings import detect_columns
from workbench.data.columns.number_rules import number_rule
from workbench.data.columns.word_columns import is_id_name
from workbench.runtime.reading import type_column
from workbench.runtime.text_values import moment_text, moments, text_of


def column_of(cells, name="x", others=None):
    schema, notes = detect_schema(pd.DataFrame({name: pd.Series(cells, dtype="str"), **(others or {})}))
    return schema.column(name), notes


@pytest.mark.parametrize(
    "texts, decimal, thousands, unit",
    [
        (["1", "2.5"], ".", "", ""),
        (["1,5", "2,25"], ",", "", ""),
        (["0,611", "81,204"], ",", "", ""),
        (["1,234", "12", "1,234,567"], ".", ",", ""),
        (["1,234", "999"], ".", ",", ""),
        (["1,234", "5678"], ",", "", ""),
        (["1.234,5", "17,25"], ",", ".", ""),
        (["1.234.567", "2"], ",", ".", ""),
        (["1.234", "2.345"], ".", "", ""),
        (["1 234", "12"], ".", " ", ""),
        (["1'234.5", "12"], ".", "'", ""),
        (["8.90%", "12%"], ".", "", "%"),
        (["$5,000", "$850"], ".", ",", "$"),
        (["9,99 €", "10,00 €"], ",", "", "€"),
        (["150,000km", "5,000km"], ".", ",", "km"),
        (["-5", "(3)"], ".", "", ""),
    ],
)
def test_number_rules(texts, decimal, thousands, unit):
    rule = number_rule(texts)
    assert (rule.decimal, rule.thousands, rule.unit) == (decimal, thousands, unit)
    assert all(rule.parse(text) is not None for text in texts)


@pytest.mark.parametrize(
    "texts",
    [["00123", "00456"], ["A12", "A13"], ["735-739", "670-674"], ["12:30", "13:45"], ["1234567890123456"], ["a", "b"]],
)
def test_no_numbers(texts):
    assert number_rule(texts) is None


def test_the_rest_of_the_file_decides_what_a_single_mark_is():
    assert number_rule(["1.234", "2.345"], comma_file=True).thousands == "."
    cells = ["1.234", "2.345", "3.456"]
    column, _ = column_of(cells, others={"y": pd.Series(["0,5", "1,25", "2,75"], dtype="str")})
    assert (column.decimal, column.thousands) == (",", ".")


@pytest.mark.parametrize(
    "texts, date_format, ambiguous",
    [
        (["2024-01-31", "2024-02-01"], "ISO8601", False),
        (["2024-01-31 10:00:00", "2024-02-01 11:30:00"], "ISO8601", False),
        (["2024-01-31T10:00:00Z"], "ISO8601", False),
        (["31.01.2024", "01.02.2024"], "%d.%m.%Y", False),
        (["01.02.2024", "03.04.2024"], "%d.%m.%Y", False),
        (["31/01/2024", "01/02/2024"], "%d/%m/%Y", False),
        (["01/31/2024", "02/01/2024"], "%m/%d/%Y", False),
        (["01/02/2024", "03/04/2024"], "%m/%d/%Y", True),
        (["01-01-13", "01-02-13", "01-03-13"], "%d-%m-%y", True),
        (["1/31/2024 5:30 PM", "2/1/2024 11:00 AM"], "%m/%d/%Y %I:%M %p", False),
        (["2024/01/31", "2024/02/01"], "%Y/%m/%d", False),
        (["Jun 12 1998", "Aug 7 1998"], "%b %d %Y", False),
        (["12 June 1998", "7 August 1998"], "%d %B %Y", False),
        (["12-Jun-98", "07-Aug-98"], "%d-%b-%y", False),
    ],
)
def test_date_rules(texts, date_format, ambiguous):
    rule = date_rule(texts)
    assert (rule.date_format, rule.ambiguous) == (date_format, ambiguous)


@pytest.mark.parametrize("texts", [["2010-11"], ["1.5", "2.5"], ["12:30"], ["99/99/2024", "98/98/2024"], ["20240131"]])
def test_no_dates(texts):
    assert date_rule(texts) is None
    if texts == ["20240131"]:
        assert date_rule(texts, "start_date").date_format == "%Y%m%d"


def questions_of(code, **columns):
    raw = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    return [question for question in detect_columns(raw).questions if question.code == code]


def test_swappable_dates_are_asked_about_once():
    unsure = ["01/02/2024", "03/04/2024", "02/05/2024"]
    (question,) = questions_of("day_first", when=unsure, later=unsure)
    assert question.columns == ("when", "later")
    assert question.sentence == (
        "01/02/2024 could be 2 January 2024 or 1 February 2024; none of the 6 dates in “when” and “later” tells. "
        "Read as month first, as is usual with slashes in many public tables."
    )
    assert [answer.label for answer in question.answers] == [
        "Month first: 2 January 2024",
        "Day first: 1 February 2024",
    ]
    formats = [[column.date_format for column in answer.columns] for answer in question.answers]
    assert formats == [["%m/%d/%Y"] * 2, ["%d/%m/%Y"] * 2]
    assert type(question).from_json(question.to_json()) == question


def test_the_rest_of_the_file_says_which_order_is_likelier():
    unsure = ["01/02/2024", "05/06/2024", "03/04/2024"]
    cases = {
        "as is usual where decimals have a comma": ["1,5", "2,25", "3,75"],
        "as “other” is in €": ["5 €", "7 €", "9 €"],
    }
    for reason, other in cases.items():
        (question,) = questions_of("day_first", when=unsure, other=other)
        assert question.sentence.endswith(f"Read as day first, {reason}.")
    (question,) = questions_of("day_first", when=[f"{n:02}/01/2024" for n in (1, 2, 3, 5, 8)])
    assert question.sentence.endswith("Read as month first, as all are the first of a month then.")


def test_other_dates_of_the_file_settle_the_order():
    days = ["31/01/2024", "28/02/2024", "01/01/2024"]
    unsure = ["01/02/2024", "03/04/2024", "05/06/2024"]
    assert not questions_of("day_first", when=unsure, other=days)
    column, notes = column_of(unsure, "when", {"other": pd.Series(days, dtype="str")})
    assert column.date_format == "%d/%m/%Y"
    assert notes == ("“when”: no part of its 3 dates is above 12; they are read day first, as in “other”.",)


MANY = range(40)


@pytest.mark.parametrize(
    "name, cells, meaning",
    [
        ("x", ["1", "2", "5"] * 9, "integer"),
        ("x", ["41.0", "52.0", ""] * 9, "integer"),
        ("x", ["1.5", "2"] * 9, "number"),
        ("PassengerId", [str(n) for n in MANY], "identifier"),
        ("x", [str(n) for n in MANY], "identifier"),  # row numbers
        ("year", [str(1980 + n) for n in MANY], "integer"),
        ("population", [str(n * n * 37 + 11) for n in MANY], "integer"),
        ("income", [str(n * 1.37) for n in MANY], "number"),
        ("customer_id", [str(n * n * 37 + 11) for n in MANY], "identifier"),
        ("code", [f"{n:05}" for n in MANY], "identifier"),
        ("zip", ["01067", "01069", "04109"] * 9, "category"),
        ("x", [f"AB-{n}" for n in MANY], "identifier"),
        ("Name", [f"Family{n}, Mr. John Henry" for n in MANY], "identifier"),
        ("x", ["yes", "no", ""] * 9, "yes_no"),
        ("x", ["Ja", "Nein"] * 9, "yes_no"),
        ("x", ["TRUE", "false"] * 9, "yes_no"),
        ("x", ["yes", "no", "unknown"] * 9, "category"),
        ("x", ["male", "female"] * 9, "category"),
        ("x", ["Yes"] * 9, "category"),
        ("x", [f"this is remark number {n} about the flat" for n in MANY], "identifier"),
        (
            "x",
            [f"this is a much longer remark, number {n}, about the flat that was let in spring" for n in MANY],
            "text",
        ),
        ("x", ["1234567890123456", "1234567890123457"] * 9, "category"),
        ("x", ["", "", ""], "category"),
        ("x", ["2024-01-01", "2024-01-02"] * 9, "date"),
    ],
)
def test_meanings(name, cells, meaning):
    assert column_of(cells, name)[0].meaning == meaning


@pytest.mark.parametrize(
    "cells, missing, meaning",
    [
        (["1", "2", "?", "5"] * 9, ("?",), "integer"),
        (["1.5", "2", "n/a", "missing", "-"] * 9, ("-", "missing", "n/a"), "number"),
        (["NULL", "2024-01-01"] * 9, ("NULL",), "date"),
        (["1", "2", "keine Angabe", "#WERT!"] * 9, ("#WERT!", "keine Angabe"), "integer"),
        (["a", "b", "unknown", "unbekannt", "not available"] * 9, (), "category"),
        (["Yes", "No", "NA"] * 9, ("NA",), "yes_no"),
        (["red", "blue", "NA"] * 9, ("NA",), "category"),
        (["NA", "DE", "FR", "ZA"] * 9, (), "category"),  # Namibia
        (["None", "Gravel", "Paved"] * 9, (), "category"),
    ],
)
def test_missing_tokens(cells, missing, meaning):
    column, _ = column_of(cells)
    assert (column.missing, column.meaning) == (missing, meaning)


def test_typed_cells():
    raw = pd.DataFrame(
        {
            "flag": [True, False],
            "word": pd.Series(["a", 300], dtype=object),
            "number": pd.Series([1, 2.5], dtype=object),
            "huge": pd.Series([10**30, 1], dtype=object),
            "when": pd.to_datetime(["2024-01-01", None]),
            "id": [5, 9],
        }
    )
    meanings = {column.name: column.meaning for column in detect_schema(raw)[0].columns}
    assert meanings == {
        "flag": "yes_no", "word": "category", "number": "number",
        "huge": "identifier", "when": "date", "id": "identifier",
    }  # fmt: skip


def test_sampled_columns_are_checked_on_every_cell(monkeypatch):
    from workbench.data.columns import meanings

    monkeypatch.setattr(meanings, "SAMPLE_ROWS", 20)
    numbers = [str(n % 7) for n in range(200)]
    numbers[101] = "?"
    late = ["2.0"] * 200
    late[101] = "2.5"
    zeros = [str(n % 9 + 1) for n in range(200)]
    zeros[101] = "01"
    raw = pd.DataFrame({"n": numbers, "late": late, "zeros": zeros, "when": ["2024-01-01"] * 200}, dtype="str")
    schema, _ = detect_schema(raw)
    assert [column.meaning for column in schema.columns] == ["integer", "number", "category", "date"]
    assert schema.column("n").missing == ("?",)


def test_id_names():
    assert is_id_name("Loan_ID") and is_id_name("key") and not is_id_name("hybrid") and not is_id_name("notes")


@pytest.mark.parametrize(
    "texts, unit, scales, values",
    [
        (["€110.5M", "€60K", "€0"], "€", {"K": 1e3, "M": 1e6, "B": 1e9}, [110_500_000, 60_000, 0]),
        (["110M", "1.1M", "250K"], "", {"K": 1e3, "M": 1e6, "B": 1e9}, [110e6, 1.1e6, 250e3]),
        (["1.2bn", "3bn"], "", {"bn": 1e9}, [1.2e9, 3e9]),
        (["1,5 Mio. €", "2 Mrd. €"], "€", {"Mio.": 1e6, "Mrd.": 1e9}, [1.5e6, 2e9]),
        (["Rs 5 lakh", "Rs 3 crore"], "Rs", {"lakh": 1e5, "crore": 1e7}, [500_000, 30_000_000]),
        (["$5m", "$7.5m"], "$", {"m": 1e6}, [5e6, 7.5e6]),
        (["5m", "7m"], "m", {}, [5, 7]),  # metres
        (["293 K", "300 K"], "K", {}, [293, 300]),  # kelvin
        (["5 MB", "1.2 GB", "300 kB"], "B", {"k": 1e3, "M": 1e6, "G": 1e9}, [5e6, 1.2e9, 3e5]),
        (["500 g", "1.2 kg"], "g", {"k": 1e3}, [500, 1200]),
        (["5 mm", "3 cm", "2 m"], "m", {"m": 1e-3, "c": 1e-2}, [0.005, 0.03, 2]),
        (["5 KG", "6 kg", "7 kg"], "kg", {}, [5, 6, 7]),
        (["1 day", "3 days"], "days", {}, [1, 3]),
        (["10,000+", "5,000+"], "+", {}, [10_000, 5_000]),
        (["1.234,50 kr.", "2,00 kr."], "kr.", {}, [1234.5, 2]),
        (["5 m2", "7 m2"], "m2", {}, [5, 7]),
        (["($5K)", "-$3K"], "$", {"K": 1e3, "M": 1e6, "B": 1e9}, [-5000, -3000]),
        (["12,34,567", "1,23,456"], "", {}, [1_234_567, 123_456]),
        (["1\u202f234,5", "12\u00a0000,5"], "", {}, [1234.5, 12_000.5]),
        (["12.50-", "+3", "−4"], "", {}, [-12.5, 3, -4]),
        (["12,-", "7,50", "3,--", "5,–"], "", {}, [12, 7.5, 3, 5]),
        (["4.888,- €", "3,50 €"], "€", {}, [4888, 3.5]),
        (["3011,1 T€", "1,5 T€"], "€", {"T": 1e3}, [3_011_100, 1500]),
        (["4487 TEUR", "2304 TEUR"], "EUR", {"T": 1e3}, [4_487_000, 2_304_000]),
        (["€1.5T", "€2B"], "€", {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}, [1.5e12, 2e9]),
        (["1 Zimmer", "2 Zimmer", "3 Zimmer"], "Zimmer", {}, [1, 2, 3]),
        (["12 reviews", "1 reviews", "7 reviews"], "reviews", {}, [12, 1, 7]),
        (["1.5M subscribers", "20K subscribers"], "subscribers", {"K": 1e3, "M": 1e6, "B": 1e9}, [1.5e6, 20_000]),
    ],
)
def test_units_and_scales(texts, unit, scales, values):
    rule = number_rule(texts)
    assert (rule.unit, dict(rule.scales)) == (unit, scales)
    assert [rule.parse(text) for text in texts] == values


@pytest.mark.parametrize(
    "texts",
    [
        ["< 5", ">100"], ["1/2", "3/4"], ["5'7\"", "6'1\""], ["0x1F", "0xA0"], ["52°31'N", "13°24'E"], ["1:23:45"],
        ["192.168.100.200", "10.0.0.1"], ["0170 123 456", "0171 223 456"], ["12B", "14A", "3C"], ["5 kg", "7 lbs"],
        ["ca. 5", "ca. 7"], ["5 €/m²"], ["DE12", "FR13"], ["{\"a\": 1}"], ["[1, 2]"],
    ],
)  # fmt: skip
def test_what_is_no_number(texts):
    rule = number_rule(texts)
    assert rule is None or all(rule.parse(text) is None for text in texts)


@pytest.mark.parametrize(
    "texts, date_format, language, first",
    [
        (["14. März 2021", "3. Mär. 2020", "5. Mai 2019"], "%d. %B %Y", "de", "2021-03-14"),
        (["12 sept. 2020", "1er août 2021", "3 juin 2019"], "%d %B %Y", "fr", "2020-09-12"),
        (["14 de marzo de 2021", "2 de abril de 2020"], "%d %B %Y", "es", "2021-03-14"),
        (["14 gennaio 2021", "2 luglio 2020"], "%d %B %Y", "it", "2021-01-14"),
        (["14 maart 2021", "2 mei 2020"], "%d %B %Y", "nl", "2021-03-14"),
        (["jan/21", "fev/21", "dez/20"], "%B/%y", "pt", "2021-01-01"),
        (["14 marca 2021 r.", "2 września 2020 r."], "%d %B %Y", "pl", "2021-03-14"),
        (["14. března 2021", "1. září 2020"], "%d. %B %Y", "cs", "2021-03-14"),
        (["den 14 mars 2021", "den 3 maj 2020"], "%d %B %Y", "sv", "2021-03-14"),
        (["14. marts 2021", "3. maj 2020"], "%d. %B %Y", "da", "2021-03-14"),
        (["Montag, 14. März 2022", "Dienstag, 3. Mai 2022"], "%d. %B %Y", "de", "2022-03-14"),
        (["March 3rd, 2021", "June 14th, 2020"], "%B %d, %Y", "en", "2021-03-03"),
        (["2021-Mar-05", "2020-May-03"], "%Y-%b-%d", "", "2021-03-05"),
        (["14. 3. 2021", "1. 12. 2020"], "%d. %m. %Y", "", "2021-03-14"),
        (["3/14/2021 5:30 p.m.", "3/15/2021 5:30 a.m."], "%m/%d/%Y %I:%M %p", "en", "2021-03-14T17:30"),
        (["2021-Q3", "2020-Q1"], "%Y-Q%q", "", "2021-07-01"),
        (["Q3 2021", "Q1 2020"], "Q%q %Y", "", "2021-07-01"),
        (["2021-W05", "2020-W53"], "%G-W%V", "", "2021-02-01"),
        (["2021-03", "2021-04", "2020-01"], "%Y-%m", "", "2021-03-01"),
        (["03/2021", "04/2021", "12/2020"], "%m/%Y", "", "2021-03-01"),
        (["2024-01-01 10:00:00+00", "2024-01-02 10:00:00+01"], "ISO8601", "", "2024-01-01T10:00"),
        (["2024-03-04", "05.03.2024", "2024-03-06"], "ISO8601|%d.%m.%Y", "", "2024-03-04"),
        (["13/03/2021", "14/03/2021 10:00"], "%d/%m/%Y|%d/%m/%Y %H:%M", "", "2021-03-13"),
        (["01.02.24", "03.04.2024"], "%d.%m.%y|%d.%m.%Y", "", "2024-02-01"),
        (["03/Jan/2021:10:30:00 +0100", "01/Feb/2021:10:32:00 +0100"], "%d/%b/%Y:%H:%M:%S %z", "", "2021-01-03T09:30"),
        (["23FEB2021", "17MAR2021"], "%d%b%Y", "", "2021-02-23"),
        (["17.05.2008 16:28 Uhr", "18.02.2001 13:01 Uhr"], "%d.%m.%Y %H:%M", "de", "2008-05-17T16:28"),
        (["2011年12月8日", "2013年6月22日"], "%Y年%m月%d日", "", "2011-12-08"),
        (
            ["Mon Jan 25 10:00:00 +0000 2021", "Tue Feb 02 11:00:00 +0100 2021"],
            "%a %b %d %H:%M:%S %z %Y",
            "",
            "2021-01-25T10:00",
        ),
    ],
)
def test_dates_of_many_kinds(texts, date_format, language, first):
    rule = date_rule(texts)
    assert (rule.date_format, rule.language) == (date_format, language)
    found = moments(texts, rule.date_format, rule.language)
    assert found[0] == np.datetime64(first) and not np.isnat(found).any()
    alone = [moment_text(moment, rule.date_format, rule.language) for moment in found.tolist()]
    if (
        not ({"|", "z"} & set(date_format)) and date_format != "ISO8601"
    ):  # what is written is read back as the same moment
        np.testing.assert_array_equal(moments(alone, rule.date_format, rule.language), found)


@pytest.mark.parametrize(
    "texts", [["2010-11", "2011-12"], ["5 March", "6 May"], ["2021.03", "2021.04"], ["May", "June"]]
)
def test_seasons_and_days_without_year_are_no_dates(texts):
    assert date_rule(texts) is None


def test_a_number_that_may_stand_for_no_value_is_asked_about():
    (question,) = questions_of("sentinel", pdays=["999"] * 96 + ["0", "3", "6", "21"])
    assert question.sentence == (
        "“pdays” is 999 in 96 of 100 cells (96 %), far from every other value (0 to 21). "
        "Does 999 stand for “no value” there? It is read as a number."
    )
    keep, drop = question.answers
    assert keep.columns == () and drop.columns[0].missing == ("999",)
    (question,) = questions_of("sentinel", t=["-999.0"] * 5 + ["12.5", "13.25", "-4.0", "30.1"])
    assert question.answers[1].columns[0].missing == ("-999.0",)
    (question,) = questions_of("sentinel", smoker=["0"] * 50 + ["1"] * 40 + ["9"] * 10)
    assert question.sentence.startswith("“smoker” is 9 in 10 of 100 cells (10 %), far from every other value (0 to 1).")
    assert question.answers[1].columns[0].missing == ("9",)
    (question,) = questions_of("sentinel", sex=["1"] * 50 + ["2"] * 40 + ["99"] * 10)
    assert question.answers[1].columns[0].missing == ("99",)
    (question,) = questions_of("sentinel", calls=["-1"] * 30 + [str(n) for n in range(1, 60)])
    assert "the only negative number (1 to 59)" in question.sentence
    (question,) = questions_of("sentinel", born=["1900-01-01"] * 5 + [f"19{n}-03-04" for n in range(60, 99)])
    assert question.answers[1].columns[0].missing == ("1900-01-01",)


@pytest.mark.parametrize(
    "cells",
    [
        [str(n) for n in range(90, 110)] * 3,  # 99 among its neighbours
        ["99"] * 3 + [str(n) for n in range(18, 98)],  # ages
        ["-1", "0", "1"] * 20,  # a sign
        ["9"] * 3 + ["0", "2", "4"] * 9,  # no codes that count on
        ["9", "9", "9", "0", "1", "2", "3", "4", "5", "6", "7"] * 3,  # not far from the others
        ["-1"] * 3 + [str(n) for n in range(-9, 30)],
        ["999"] * 3,
        ["999", *map(str, range(20))],  # once
        ["9999"] * 4 + [str(n * 500) for n in range(20)],  # a price below the others' range
        ["1900-01-01"] * 5 + [f"{n}-05-06" for n in range(1850, 1890)],
    ],
)
def test_few_false_alarms(cells):
    assert not questions_of("sentinel", x=cells)


def test_typed_cells_are_asked_about_too_and_the_answer_takes_effect():
    raw = pd.DataFrame({"x": [999] * 5 + list(range(20)), "y": [9.5] * 25})
    (question,) = detect_columns(raw).questions
    typed = type_column(raw["x"], question.answers[1].columns[0].model_dump(mode="json"))
    assert typed.values.isna().sum() == 5 and not typed.misfits.any()


@pytest.mark.parametrize(
    "cells, meaning, missing, n_misfits",
    [
        ([*range(30), *range(30), "n/a", None], "integer", ("n/a",), 0),
        ([*range(30), *range(30), "n/a", "late"], "integer", ("n/a",), 1),
        ([1.5] * 60 + ["2,5"], "number", (), 0),
        ([1.5] * 6 + ["a", "b"], "category", (), 0),
        ([pd.Timestamp("2024-01-02")] * 60 + ["?", "soon"], "date", ("?",), 1),
    ],
)
def test_numbers_and_dates_of_a_workbook_with_a_few_words_among_them(cells, meaning, missing, n_misfits):
    values = pd.Series(cells, dtype=object)
    column = detect_columns(pd.DataFrame({"x": values})).schema.columns[0]
    assert (column.meaning, column.missing) == (meaning, missing)
    assert type_column(values, column.model_dump(mode="json")).misfits.sum() == n_misfits


def test_numbers_that_may_be_dates_are_asked_about():
    seconds = [str(1331923247 + 86400 * n) for n in range(30)]
    (question,) = questions_of("number_dates", created_at=seconds, amount=seconds)
    assert question.columns == ("created_at",)
    assert "As Unix seconds that is 16 March 2012." in question.sentence
    as_date = question.answers[1].columns[0].model_dump(mode="json")
    assert type_column(pd.Series(seconds[:1]), as_date).values[0] == pd.Timestamp("2012-03-16 18:40:47")
    (question,) = questions_of("number_dates", order_date=[str(44197 + n) for n in range(0, 300, 7)])
    assert "days as a spreadsheet counts them that is 1 January 2021" in question.sentence
    as_date = question.answers[1].columns[0].model_dump(mode="json")
    assert type_column(pd.Series([44197.5]), as_date).values[0] == pd.Timestamp("2021-01-01 12:00")


def test_words_among_numbers_count_as_no_value_and_that_is_said():
    cells = [f"{n}M" for n in range(40)] + ["Varies with device"] * 8
    column, notes = column_of(cells, "size")
    assert (column.meaning, column.missing) == ("integer", ("Varies with device",))
    assert notes[0] == "“size”: “Varies with device” (8 cells) is no number and counts as no value."
    assert notes[1] == "“size”: “1M” is read as 1,000,000."
    column, notes = column_of([str(n) for n in range(40)] + ["free"] * 8, "price")
    assert column.meaning == "category"  # free is an amount
    assert notes == (
        "“price”: 8 of 48 cells are no number (“free”), so it is read as a category. "
        "Choose “number” to read the others as numbers.",
    )


def test_points_before_thousands_are_told_from_whole_numbers_beside_them_and_said():
    column, notes = column_of(["3.231", "1.998", "12.500", "498", "591", "120"], "price")
    assert (column.decimal, column.thousands, column.meaning) == (",", ".", "integer")
    assert notes == (
        "“price”: “3.231” is read as 3,231, with a point before the thousands. If it is a decimal point, say so for "
        "this column.",
    )
    for cells in (["3.231", "1.998", "2.5", "4"], ["0.231", "1.998", "5.125", "4"], ["3.231", "1.998", "5.125"]):
        column, notes = column_of(cells)
        assert (column.decimal, column.thousands, notes) == (".", "", ())


def test_years_of_two_digits_beyond_today_are_said():
    _, notes = column_of(["21.09.56", "09.01.93", "30.04.68"], "born")
    assert notes[0].startswith(
        "“born”: years of two digits are read as 1969 to 2068, so that 21.09.56 is 21 September 2056."
    )
    assert column_of(["21.09.16", "09.01.93"], "seen")[1] == ()


def test_measures_are_not_converted():
    column, notes = column_of([f"{n} kg" for n in range(20)] + [f"{n} lbs" for n in range(9)], "weight")
    assert column.meaning == "identifier"
    assert "kg (20 different cells) and lbs (9 different cells). They are not converted into each other" in notes[0]


@pytest.mark.parametrize(
    "name, cells, meaning",
    [
        ("url", [f"https://example.org/a/very/long/way/to/the/page/number/{n}/of/many" for n in MANY], "identifier"),
        ("sha", [f"{n:064x}" for n in MANY], "identifier"),
        ("mail", [f"p{n}@example.org" for n in MANY], "identifier"),
        ("iban", [f"DE{n:020}" for n in MANY], "identifier"),
        ("payload", [f'{{"a": {n}, "b": [1, 2]}}' for n in MANY], "text"),
        ("grade", ["A", "B", "C"] * 9, "category"),
        ("rating", ["1", "2", "3", "4", "5"] * 9, "integer"),
        ("lat", [f"{50 + n / 7:.5f}" for n in MANY], "number"),
        ("pos", [f"52°{n}'N" for n in MANY], "identifier"),
        ("phone", [f"{555100000 + 37 * n}" for n in MANY], "identifier"),
        ("version", ["1.2.3", "1.2.4", "2.0.0"] * 9, "category"),
        ("duration", ["1:23:45", "0:59:10"] * 9, "category"),
        ("x", ["да", "нет"] * 9, "yes_no"),
        ("x", ["0", "1"] * 9, "integer"),
        ("score", ["735-739", "670-674"] * 9, "category"),
        ("when", ["2019-01-02"] * 44 + ["08//01/2019", *(f"2019-01-{n:02}" for n in range(3, 11))], "date"),
    ],
)
def test_more_meanings(name, cells, meaning):
    assert column_of(cells, name)[0].meaning == meaning


def test_laboratory_columns_say_why_they_are_words():
    raw = pd.DataFrame(
        {
            "glucose": ["97 mg/dL", "5.4 mmol/L"] * 20,
            "crp": ["<0.5", "1.2", "3.4", "<0.5"] * 10,
            "theatre": [f"1:{n:02d}:45" for n in range(40)],
        }
    )
    glucose, crp, theatre = detect_columns(raw).notes
    assert "mg/dL" in glucose and "mmol/L" in glucose and "not converted into each other" in glucose
    assert crp.startswith("“crp”: 20 of 40 cells are no number (“<0.5”)")
    assert theatre.startswith("“theatre”: “1:00:45” may be a time of day or a duration.")


@pytest.mark.parametrize(
    ("texts", "meaning", "first"),
    [
        (["n. v.", "3,5", "2,1", "7,75"], "number", None),
        (["不明", "3", "5", "9"], "integer", None),
        (["нет данных", "03.04.2021", "15.04.2021", "28.12.2020"], "date", None),
        (["有", "無", "有", "有"], "yes_no", "有"),
        (["Αληθές", "Ψευδές", "Αληθές", "Αληθές"], "yes_no", "Αληθές"),
    ],
)
def test_no_value_and_yes_in_other_languages(texts, meaning, first):
    raw = pd.DataFrame({"a": pd.Series(texts, dtype="str")})
    (column,) = detect_schema(raw)[0].columns
    assert column.meaning == meaning
    typed = type_column(raw["a"], column.model_dump(mode="json")).values
    assert pd.isna(typed.iloc[0]) if first is None else typed.iloc[0] == first


def test_commas_before_three_digits_beside_short_whole_numbers_are_thousands_in_a_file_of_decimal_commas():
    rule = number_rule(["500", "769", "2,692", "1,204", "12", "3,001"], comma_file=True)
    assert (rule.decimal, rule.thousands) == (".", ",")
    assert number_rule(["2,692", "1,204", "3,001"], comma_file=True).decimal == ","


@pytest.mark.parametrize("n_rows", [3, 20_000])
def test_columns_may_be_named_as_what_big_tables_keep(tmp_path, n_rows):
    path = tmp_path / "cpus.csv"
    path.write_text("typed,threads,cores,index\n" + "yes,2,4,1\n" * n_rows, encoding="utf-8")
    opened = open_table(path)
    assert opened.table["threads"].tolist() == [2] * n_rows
    assert opened.table["typed"].tolist() == ["yes"] * n_rows


def test_times_of_a_zone_are_said_to_be_read_as_utc():
    berlin = pd.Series(pd.date_range("2024-03-31 00:00", periods=3, freq="h", tz="Europe/Berlin"))
    found = detect_columns(pd.DataFrame({"when": berlin, "utc": berlin.dt.tz_convert("UTC")}))
    assert list(found.notes) == [
        "“when”: its times are of the zone Europe/Berlin and are read as UTC: 2024-03-31 00:00 there is "
        "2024-03-30 23:00."
    ]
    assert text_of(berlin[0]) == "2024-03-31 00:00:00+01:00"
    assert text_of(berlin[0].tz_localize(None)) == "2024-03-31"
