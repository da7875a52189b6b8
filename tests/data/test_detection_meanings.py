"""What columns mean, and how their numbers and dates are written."""

import pandas as pd
import pytest

from workbench.data import detect_schema
from workbench.data.date_rules import date_rule
from workbench.data.meanings import detect_columns, is_id_name
from workbench.data.number_rules import number_rule


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
    from workbench.data import meanings

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
