"""The contract: field × fault × {JSON, form, file} give the same outcome."""

import json
import math
import pickle

import numpy as np
import pandas as pd
import pytest

from tests.runtime.fields import field
from workbench.runtime.contract import BEHAVIOUR, FieldError, check_frame, check_row, check_rows

PRICE = field("price", "number", decimal=",", thousands=".", unit="€", missing=["k.A.", "-9"], minimum=0.5, maximum=2e3)
ROOMS = field("rooms", "integer", minimum=1, maximum=8)
SOLD = field("sold", "date", date_format="%d.%m.%Y", minimum="2020-01-01T00:00:00", maximum="2020-12-31T00:00:00")
STAMP = field("stamp", "date", date_format="ISO8601", minimum="2020-01-01T00:00:00", maximum="2020-12-31T00:00:00")
CITY = field("city", "category", values=["Köln", "Ulm"], missing=["?"])
GRADE = field("grade", "category", values=["1", "2", "3+"])
LIFT = field("lift", "yes_no", values=["ja", "nein"])
BALCONY = field("balcony", "yes_no", values=["False", "True"])
NOTE = field("note", "text", max_length=20)
MANY = field("many", "category", values=["a"], more_values=True)
FIELDS = [PRICE, ROOMS, SOLD, STAMP, CITY, GRADE, LIFT, BALCONY, NOTE, MANY]
BY_NAME = {entry["name"]: entry for entry in FIELDS}
GOOD = {
    "price": "1.245,21", "rooms": "3", "sold": "31.12.2020", "stamp": "2020-02-29", "city": "Ulm", "grade": "3+",
    "lift": "ja", "balcony": "True", "note": "ok", "many": "b",
}  # fmt: skip
DAY = pd.Timestamp("2020-12-31")

# (field, value in JSON, typed value, words of the warning or "")
TAKEN = [
    ("price", "1.245,21", 1245.21, ""),
    ("price", "1.245,21 €", 1245.21, ""),
    ("price", 1245.21, 1245.21, ""),
    ("price", 2, 2.0, ""),
    ("price", "2.000,5", 2000.5, "outside"),
    ("price", -1, -1.0, "outside"),
    ("price", None, math.nan, "no value"),
    ("price", "", math.nan, "no value"),
    ("price", "  ", math.nan, "no value"),
    ("price", "k.A.", math.nan, "no value"),
    ("price", -9, math.nan, "no value"),
    ("rooms", 3, 3.0, ""),
    ("rooms", 3.0, 3.0, ""),
    ("rooms", "9", 9.0, "outside"),
    ("sold", "31.12.2020", DAY, ""),
    ("sold", "31.12.2021", pd.Timestamp("2021-12-31"), "outside"),
    ("stamp", "2020-12-31", DAY, ""),
    ("stamp", "2020-12-31T00:00:00+00:00", DAY, ""),
    ("stamp", None, pd.NaT, "no value"),
    ("city", "Ulm", "Ulm", ""),
    ("city", " Ulm ", "Ulm", ""),
    ("city", "?", math.nan, "no value"),
    ("city", "ulm", "ulm", "not seen"),
    ("city", "Bonn", "Bonn", "not seen"),
    ("city", 5, "5", "not seen"),
    ("grade", 1, "1", ""),
    ("grade", 1.0, "1", ""),
    ("grade", 2.5, "2.5", "not seen"),
    ("lift", "nein", "nein", ""),
    ("lift", True, "True", "not seen"),
    ("balcony", True, "True", ""),
    ("balcony", False, "False", ""),
    ("note", "anything\nat 😀", "anything\nat 😀", ""),
    ("note", None, math.nan, "no value"),
    ("many", "b", "b", ""),
]
REFUSED = [
    ("price", "abc"), ("price", "1,245.21"), ("price", "1e999"), ("price", math.nan), ("price", math.inf),
    ("price", True), ("price", 10**400), ("price", 1e300), ("price", "9" * 39), ("price", [1]), ("price", {"a": 1}),
    ("price", "1" * 2000), ("rooms", 3.5), ("rooms", "3.5"), ("rooms", False), ("sold", "31.02.2020"),
    ("sold", "2020-12-31"), ("sold", 20201231), ("stamp", "2020-13-01"), ("stamp", 2020), ("stamp", True),
    ("city", ["Ulm"]), ("city", math.nan), ("city", 10**400), ("city", "x" * 1001), ("city", "\ud800"),
    ("note", "x" * 21), ("note", {}), ("lift", []),
]  # fmt: skip


def same(value, expected):
    return value == expected or (pd.isna(value) and pd.isna(expected))


@pytest.mark.parametrize(("name", "value", "typed", "words"), TAKEN)
def test_value_is_taken(name, value, typed, words):
    values, warnings = check_row({**GOOD, name: value}, FIELDS)
    assert same(values[name], typed)
    assert [words in warning["message"] for warning in warnings if warning["field"] == name] == (
        [True] if words else []
    )
    assert {warning["field"] for warning in warnings} <= {name}


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_value_is_refused_with_field_value_and_what_is_allowed(name, value):
    with pytest.raises(FieldError) as caught:
        check_row({**GOOD, name: value}, FIELDS)
    error = caught.value.as_dict()
    assert error["field"] == name
    assert error["allowed"] and len(error["message"]) < 1000
    json.dumps(error, allow_nan=False)


AS_TEXT = [case for case in TAKEN if case[1] is None or type(case[1]) in (str, int)]


@pytest.mark.parametrize(("name", "value", "typed", "words"), AS_TEXT)
def test_a_file_gives_the_same_as_json(name, value, typed, words):
    raw = pd.DataFrame([{**GOOD, name: "" if value is None else str(value)}], dtype="str")
    checked = check_frame(raw, FIELDS)
    assert same(checked.frame[name].iloc[0], typed)
    assert [words in note["message"] for note in checked.warnings.get(0, [])] == ([True] if words else [])


REFUSED_TEXT = [case for case in REFUSED if isinstance(case[1], str) and "\ud800" not in case[1]]


@pytest.mark.parametrize(("name", "value"), REFUSED_TEXT)
def test_a_file_refuses_what_json_refuses(name, value):
    raw = pd.DataFrame([GOOD, {**GOOD, name: value}], dtype="str")
    by_file = check_frame(raw, FIELDS)
    by_json = check_rows([GOOD, {**GOOD, name: value}], FIELDS)
    assert by_file.errors == by_json.errors
    assert by_file.positions.tolist() == [0]


@pytest.mark.parametrize("row", [None, 1, "text", [], [1], {}, {"foreign": 1}, math.nan])
def test_a_row_that_is_no_object_with_fields_is_an_error_entry(row):
    checked = check_rows([GOOD, row, GOOD], FIELDS)
    assert checked.positions.tolist() == [0, 2]
    assert checked.errors[1]["field"] is None
    assert "price" in checked.errors[1]["allowed"]


def test_typed_cells_of_a_workbook_are_taken():
    raw = pd.DataFrame({"price": [1.5, None], "sold": [DAY, pd.NaT], "grade": [1, "3+"]}, dtype=object)
    checked = check_frame(raw, [PRICE, SOLD, GRADE])
    assert checked.frame["price"].tolist()[0] == 1.5
    assert checked.frame["sold"].iloc[0] == DAY
    assert checked.frame["grade"].tolist() == ["1", "3+"]


def test_extra_fields_are_named_up_to_a_number_and_known_columns_are_silent():
    extra = {f"x{at}": at for at in range(30)}
    _, warnings = check_row({**GOOD, **extra, "id": 7}, FIELDS, known=["id"])
    assert len(warnings) == 21
    assert warnings[0]["field"] == "x0"
    assert warnings[-1] == {"field": None, "message": "10 more fields are not of this model; ignored"}


def test_every_fault_of_a_row_is_told():
    checked = check_rows([{**GOOD, "price": "abc", "rooms": "many"}], FIELDS)
    assert checked.errors[0]["field"] == "price"
    assert [other["field"] for other in checked.errors[0]["others"]] == ["rooms"]


@pytest.mark.parametrize("fault", ["missing", "unseen", "out_of_range", "extra"])
def test_a_fault_can_be_set_to_be_rejected(fault):
    strict = [{**entry, "behaviour": {**BEHAVIOUR, fault: "reject"}} for entry in FIELDS]
    change = {"missing": {"city": None}, "unseen": {"city": "Bonn"}, "out_of_range": {"rooms": 99}, "extra": {"x": 1}}
    assert not check_rows([GOOD], strict).errors
    assert check_rows([{**GOOD, **change[fault]}], strict).errors.keys() == {0}


def test_the_frame_has_the_dtypes_of_the_typed_table():
    frame = check_rows([GOOD, {"price": None}], FIELDS).frame
    assert frame.dtypes.astype(str).tolist() == [
        "float64", "float64", "datetime64[us]", "datetime64[us]", "str", "str", "str", "str", "str", "str"
    ]  # fmt: skip
    assert list(frame.columns) == [entry["name"] for entry in FIELDS]


def test_numpy_numbers_are_numbers():
    values, _ = check_row({**GOOD, "rooms": np.int64(4), "price": np.float32(0.5)}, FIELDS)
    assert (values["rooms"], values["price"]) == (4.0, 0.5)


def test_no_rows():
    checked = check_rows([], FIELDS)
    assert (len(checked.frame), checked.errors, checked.warnings) == (0, {}, {})
    assert check_frame(pd.DataFrame({"price": []}, dtype="str"), FIELDS).frame.empty


@pytest.mark.parametrize("row", [dict.fromkeys(GOOD), dict.fromkeys(GOOD, ""), {"price": "k.A."}, {"city": "?"}])
def test_a_row_without_any_value_is_refused_alike_in_json_and_file(row):
    with pytest.raises(FieldError, match="nothing to go on") as caught:
        check_row(row, FIELDS)
    assert caught.value.field is None
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    checked = check_frame(pd.DataFrame([GOOD, row]).fillna("").astype(object), FIELDS)
    assert checked.positions.tolist() == [0]
    assert "nothing to go on" in checked.errors[1]["message"]


@pytest.mark.parametrize(("n_blank", "warned"), [(5, False), (6, True), (9, True)])
def test_where_more_than_half_is_blank_a_warning_says_that_the_answer_says_little(n_blank, warned):
    row = {**GOOD, **dict.fromkeys(list(GOOD)[:n_blank])}
    _, warnings = check_row(row, FIELDS)
    about_row = [warning["message"] for warning in warnings if warning["field"] is None]
    assert bool(about_row) == warned
    if warned:
        assert about_row[0].startswith(f"{n_blank} of 10 fields have no value, so the answer says little")
        assert warnings[0]["field"] is None  # what matters most is said first


def test_a_refused_value_in_an_otherwise_blank_row_is_what_is_told():
    assert check_rows([{"rooms": "many"}], FIELDS).errors[0]["field"] == "rooms"


# (field, value, what is taken instead, words of the warning)
IMPUTED = [
    ("price", None, 7.5, "no value; “7,5 €” is taken, which is usual"),
    ("price", "2.000,5", 2000.0, "the nearest value seen is taken"),
    ("price", "-1", 0.5, "the nearest value seen is taken"),
    ("rooms", None, 4.0, "no value; 4 is taken"),
    ("rooms", 99, 8.0, "lies outside what was seen in training (seen: 1 to 8); the nearest value seen is taken"),
    ("sold", None, pd.Timestamp("2020-06-01"), "no value; “01.06.2020” is taken"),
    ("sold", "31.12.2021", DAY, "the nearest value seen is taken"),
    ("city", None, "Ulm", "no value; “Ulm” is taken"),
    ("city", "Bonn", "Ulm", "“Bonn” was not seen in training; “Ulm” is taken"),
]
TYPICAL = {"price": 7.5, "rooms": 4, "sold": "2020-06-01T00:00:00", "city": "Ulm"}


@pytest.mark.parametrize(("name", "value", "taken", "words"), IMPUTED)
def test_a_fault_can_be_set_to_be_imputed_alike_in_json_and_file(name, value, taken, words):
    instead = {**BEHAVIOUR, "missing": "impute", "unseen": "impute", "out_of_range": "impute"}
    fields = [BY_NAME[each] | {"behaviour": instead, "typical": typical} for each, typical in TYPICAL.items()]
    good = {each: GOOD[each] for each in TYPICAL}
    text = "" if value is None else str(value)
    by_file = check_frame(pd.DataFrame([good, {**good, name: text}], dtype="str"), fields)
    for checked in (check_rows([good, {**good, name: value}], fields), by_file):
        assert checked.positions.tolist() == [0, 1] and 0 not in checked.warnings
        assert checked.frame[name].iloc[1] == taken
        (warning,) = checked.warnings[1]
        assert warning["field"] == name and words in warning["message"]


def test_what_is_imputed_still_counts_as_blank():
    fields = [BY_NAME["rooms"] | {"behaviour": {**BEHAVIOUR, "missing": "impute"}, "typical": 4}]
    assert "nothing to go on" in check_rows([{"rooms": None}], fields).errors[0]["message"]


def test_a_field_that_must_have_a_value_says_so():
    strict = [{**ROOMS, "behaviour": {**BEHAVIOUR, "missing": "reject"}}, CITY]
    error = check_rows([{"city": "Ulm"}], strict).errors[0]
    assert (error["field"], error["value"]) == ("rooms", None)
    assert error["message"] == "The field “rooms” needs a value: a whole number written like 8 (seen: 1 to 8)."
