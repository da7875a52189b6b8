"""Whether a column is known when predicting is answered in advance where the data or the name suggest it."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.late_columns import LATE, SEPARABLE, answers
from workbench.profiling import left_out, profile
from workbench.profiling.columns.describe import describe_column
from workbench.profiling.in_time.formulas import formulas
from workbench.profiling.overview import _held_out, _with_strengths
from workbench.specs import ColumnSpec, Schema

N = 300


def profiled(columns, target):
    table = pd.DataFrame({name: values for name, (values, _) in columns.items()})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=m) for name, (_, m) in columns.items()))
    return profile(table, schema, target=target)


def answer(columns, target, name):
    return next(each for each in profiled(columns, target).availability if each.column == name)


@pytest.mark.parametrize("seed", [100, 101])
def test_late_columns_under_innocent_names_are_noticed(seed):
    """At least five of the six made tables, and at most one honest column in twenty."""
    noticed = asked = honest = 0
    for make in LATE:
        late, said = answers(make, seed)
        noticed += any(each.doubtful for each in said if each.column == late)
        asked += sum(each.doubtful for each in said if each.column != late)
        honest += sum(each.column != late for each in said)
    assert noticed >= 5
    assert asked <= honest / 20


@pytest.mark.parametrize("make", SEPARABLE, ids=lambda make: make.__name__)
def test_a_truly_separable_table_loses_no_column(make):
    _, said = answers(make, 100)
    assert left_out(said) == ()
    assert any(each.doubtful for each in said)  # too good: it is asked about


RANDOM = np.random.default_rng(7)
X, Z = RANDOM.normal(size=N), RANDOM.normal(size=N)
TWO = np.where(X + RANDOM.normal(size=N) > 0, "yes", "no")
DAY = pd.Timestamp("2024-01-01") + pd.to_timedelta(RANDOM.integers(0, 300, N), unit="D")


def test_an_honest_table_raises_no_question():
    columns = {"x": (X, "number"), "z": (Z, "number"), "day": (DAY, "date"), "y": (TWO, "yes_no")}
    assert [each for each in profiled(columns, "y").availability if each.doubtful] == []


def test_nothing_is_said_without_a_target():
    assert profiled({"x": (X, "number"), "y": (TWO, "yes_no")}, "").availability == ()


def test_a_lone_copy_is_left_out_with_its_reason():
    said = answer({"x": (X, "number"), "copy": ((TWO == "yes") * 1.0, "number"), "y": (TWO, "yes_no")}, "y", "copy")
    assert (said.known, said.doubtful, said.evidence[0]) == ("no", True, "decides")
    assert "alone nearly decides “y” (ROC AUC 1.000" in said.reason


def test_the_last_column_is_never_left_out_in_advance():
    said = profiled({"copy": ((TWO == "yes") * 1.0, "number"), "y": (TWO, "yes_no")}, "y").availability
    assert [(each.known, each.doubtful) for each in said] == [("yes", True)]


def test_a_name_alone_only_asks():
    said = answer({"call_duration": (X, "number"), "z": (Z, "number"), "y": (TWO, "yes_no")}, "y", "call_duration")
    assert (said.known, said.doubtful, said.evidence) == ("yes", True, ("name",))


def test_a_name_of_a_column_that_tells_nothing_asks_nothing():
    said = answer({"x": (X, "number"), "close_reason": (Z, "number"), "y": (TWO, "yes_no")}, "y", "close_reason")
    assert not said.doubtful


def test_a_later_date_with_a_telling_name_is_known_only_later():
    ended = DAY + pd.to_timedelta(np.arange(N) % 31, unit="D")
    columns = {"x": (X, "number"), "day": (DAY, "date"), "closed_at": (ended, "date"), "y": (TWO, "yes_no")}
    said = answer(columns, "y", "closed_at")
    assert (said.known, said.evidence) == ("later", ("later_date", "name"))
    assert "“closed_at” lies after “day” (14 days later" in said.reason


def test_a_planned_date_and_a_birthday_are_no_later_dates():
    columns = {
        "x": (X, "number"),
        "day": (DAY, "date"),
        "due": (DAY + pd.Timedelta(days=28), "date"),
        "born": (DAY - pd.to_timedelta(RANDOM.integers(7_000, 25_000, N), unit="D"), "date"),
        "y": (TWO, "yes_no"),
    }
    assert [each.column for each in profiled(columns, "y").availability if each.doubtful] == []


def made_of(**columns):
    facts = {
        name: describe_column(pd.Series(values, dtype="float64"), ColumnSpec(name=name, meaning="number"))
        for name, values in columns.items()
    }
    return formulas(_with_strengths(facts, "y", _held_out(facts["y"], "regression")), "y")


A, B, C = RANDOM.normal(50, 10, (3, N))
FORMULAS = {
    "sum": (A + B, ("a", "b")),
    "difference": (A - B, ("a", "b")),
    "product": (A * B * 0.01, ("a", "b")),
    "ratio": (B / A, ("b", "a")),
}


@pytest.mark.parametrize("how", FORMULAS)
def test_a_formula_of_two_columns_is_found(how):
    y, columns = FORMULAS[how]
    (found,) = made_of(a=A, b=B, c=C, y=y)
    assert (found.how, found.columns, found.share) == (how, columns, 1.0)


def test_a_few_slips_do_not_hide_a_sum():
    y = A + B
    y[:3] += 7
    (found,) = made_of(a=A, b=B, c=C, y=y)
    assert (found.how, found.share) == ("sum", 0.99)


def test_a_weighted_sum_is_found_and_noise_is_not():
    (found,) = made_of(a=A, b=B, c=C, y=2 * A - B + 0.5 * C + RANDOM.normal(0, 0.1, N))
    assert (found.how, found.columns, found.exact) == ("weighted", ("a", "b", "c"), False)
    assert made_of(a=A, b=B, c=C, y=2 * A - B + RANDOM.normal(0, 8, N)) == ()
    assert made_of(a=A, b=B, c=C, y=RANDOM.normal(size=N)) == ()
