"""What columns mean, and how their numbers and dates are written."""

import pandas as pd
import pytest

from workbench.data import detect_schema
from workbench.data.date_rules import date_rule
from workbench.data.meanings import is_id_name
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
        (["01-01-13", "01-02-13", "01-03-13"], "%d-%m-%y", False),
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


def test_an_ambiguous_date_is_said():
    column, notes = column_of(["01/02/2024", "03/04/2024", "05/06/2024"], "when")
    assert column.date_format == "%m/%d/%Y"
    assert notes == (
        "“when”: the dates could be day first or month first (no part is above 12); read month first, "
        "so that 01/02/2024 is 2 January 2024.",
    )
    days = {"other": pd.Series(["31/01/2024", "28/02/2024", "01/01/2024"], dtype="str")}
    column, notes = column_of(["01/02/2024", "03/04/2024", "05/06/2024"], "when", days)
    assert column.date_format == "%d/%m/%Y"


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
