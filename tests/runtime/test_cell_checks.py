"""The quick ways through the contract say what the slow ones do, over all rules for text."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.fields import field
from workbench.runtime import cell_checks
from workbench.runtime.cell_checks import check_cells, check_column
from workbench.runtime.column_types import type_column, typed_texts

DAYS = {"minimum": "2020-01-01T00:00:00", "maximum": "2020-12-31T12:30:00"}
RULES = [
    field("plain", "number", minimum=-1.5, maximum=1e6),
    field("german", "number", decimal=",", thousands=".", unit="€", missing=["k.A.", "-9"], minimum=0.5, maximum=2e3),
    field("spaced", "number", thousands=" ", unit="km"),
    field("swiss", "number", thousands="'", scales=[["K", 1e3], ["M", 1e6]], unit="CHF", minimum=0, maximum=1e9),
    field("huge", "number", minimum=-1e300, maximum=1e300),
    field("rooms", "integer", minimum=1, maximum=8, missing=["99"]),
    field("german day", "date", date_format="%d.%m.%Y", **DAYS),
    field("day", "date", date_format="ISO8601", missing=["never"], **DAYS),
    field("month", "date", date_format="%d. %B %Y", language="de", **DAYS),
    field("either", "date", date_format="%d.%m.%Y|%Y-%m-%d", **DAYS),
    field("quarter", "date", date_format="%Y-Q%q", **DAYS),
    field("seconds", "date", date_format="unix seconds", **DAYS),
    field("excel", "date", date_format="excel days"),
    field("city", "category", values=["Köln", "Ulm"], missing=["?"], spellings=[["koeln", "Köln"], ["none", "?"]]),
    field("many", "category", values=["a"], more_values=True),
    field("lift", "yes_no", values=["ja", "nein"]),
    field("note", "text", max_length=30),
    field("key", "identifier"),
]
BY_NAME = {entry["name"]: entry for entry in RULES}
KNOWN = (
    "| |?|k.A.|-9|99|never|12|1.245,21 €|1 234,5|1'200K|2.5M CHF|(12)|−3|3|1e5|1e300|1_000|31.12.2020| 31.12.2020 |"
    "2020-02-29|2020-02-30|2020-12-31T12:30:00Z|3. März 2020|2020-Q3|1577836800|43831|Ulm|koeln| Köln |none|ja|"
    "999999999999999999999999999999|xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
)
TEXTS = st.one_of(
    st.sampled_from(KNOWN.split("|")),
    st.text(st.sampled_from("0123456789.,'-+ eEKM€km:/TZQ"), max_size=14),
    st.text(max_size=8),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.dates().map(lambda day: f"{day:%d.%m.%Y}"),
    st.datetimes().map(str),
)
CELLS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.just([1]), st.just({}))


def same(one, other):
    if one.dtype == object:
        return one.tolist() == other.tolist()
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)


def plain(series, dtype):
    if dtype.kind == "M":
        return series.to_numpy()
    return series.to_numpy(dtype=dtype, na_value=None if dtype.kind == "O" else np.nan)


def said(checked):
    return [(at, error.as_dict()) for at, error in checked.errors], list(checked.warnings)


@pytest.mark.parametrize("name", BY_NAME)
@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_texts_are_typed_as_columns_are(name, texts):
    entry = BY_NAME[name]
    values, misfits = typed_texts(texts, entry)
    typed = type_column(pd.Series(texts, dtype=object), entry)
    expected = plain(typed.values, values.dtype)
    assert same(values, expected)
    assert misfits.tolist() == typed.misfits.tolist()


@pytest.mark.parametrize("name", BY_NAME)
@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=4))
def test_few_cells_are_judged_as_many_are(name, cells):
    entry = BY_NAME[name]
    few = check_cells(cells, entry)
    rows = [*cells, *[None] * 300]  # so many that neither shortcut is taken
    many = check_cells(rows, entry)
    assert same(few.values, many.values[: len(cells)])
    n = len(cells)
    assert said(few)[0] == [one for one in said(many)[0] if one[0] < n]
    assert said(few)[1] == [one for one in many.warnings if one[0] < n]
    blank = np.zeros(n, dtype=bool) if few.blank is None else few.blank
    assert blank.tolist() == many.blank[:n].tolist()


@pytest.mark.parametrize("name", BY_NAME)
@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(TEXTS, st.none()), min_size=1, max_size=5))
def test_texts_that_stand_there_many_times_are_judged_as_each_alone_is(name, cells):
    rows = cells * 20
    together = check_cells(rows, BY_NAME[name])
    errors, warnings = said(together)
    for at, cell in enumerate(rows):
        alone = check_cells([cell], BY_NAME[name])
        assert same(alone.values, together.values[at : at + 1])
        mine = [[found for place, found in all_found if place == at] for all_found in (errors, warnings)]
        assert mine == [[found for _, found in all_found] for all_found in said(alone)]


def test_a_shortcut_is_taken_only_where_there_is_nothing_to_say(monkeypatch):
    cells = {"plain": [3, -1.5, 1e6], "city": ["Ulm", "koeln"], "day": ["2020-02-29"], "many": ["new"], "rooms": [8]}
    monkeypatch.setattr(cell_checks, "_faults", None)  # what decides all other cases
    for name, values in cells.items():
        checked = check_cells(values, BY_NAME[name])
        assert (said(checked), checked.blank) == (([], []), None)
    for name, value in {"plain": math.nextafter(1e6, math.inf), "city": "Bonn", "day": None, "rooms": "9"}.items():
        with pytest.raises(TypeError):
            check_cells([value], BY_NAME[name])


def test_numbers_that_no_estimator_takes_are_refused_although_they_were_seen():
    (error,) = check_cells([1e200], BY_NAME["huge"]).errors
    assert error[1].field == "huge"


def test_blanks_of_a_column_are_told():
    assert check_column(pd.Series(["1", "", "99"]), BY_NAME["rooms"]).blank.tolist() == [False, True, True]
