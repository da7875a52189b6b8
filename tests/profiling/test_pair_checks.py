"""Checks of pairs: what says nearly the same, names much alike, blanks together, copies but for what names the row."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling import profile
from workbench.profiling.checks.names import _key
from workbench.specs import ColumnSpec, DropDuplicates, Schema

N = 400
RNG = np.random.default_rng(0)
X, NOISE = RNG.normal(size=N), RNG.normal(size=(4, N))
YES = X + NOISE[0] > 0
Y = pd.Series(np.where(YES, "yes", "no"), dtype="str")


def found(code, columns, target="", **meanings):
    table = pd.DataFrame(columns)
    kinds = {"f": "number", "i": "integer", "M": "date"}
    specs = [
        ColumnSpec(name=name, meaning=meanings.get(name, kinds.get(table[name].dtype.kind, "category")))
        for name in table
    ]
    findings = profile(table, Schema(columns=tuple(specs)), target=target).findings
    return [finding for finding in findings if finding.code == code and finding.status != "passed"]


def gone(finding):
    assert all(choice["use"] is False for choice in finding.choices)
    return [choice["name"] for choice in finding.choices]


def test_the_weaker_of_a_pair_can_be_left_out():
    columns = {"weaker": X + 0.2 * NOISE[1], "x": X, "other": NOISE[2], "y": pd.Series(np.where(X > 0, "yes", "no"))}
    (finding,) = found("correlated", columns, "y")
    assert finding.status == "alerted" and set(finding.columns) == {"weaker", "x"}
    assert gone(finding) == ["weaker"] and finding.choices[0]["reason"] == "says nearly the same as “x”"
    (finding,) = found("correlated", columns)
    assert finding.choices == ()  # either may be what is predicted


def test_of_equally_strong_columns_the_one_with_more_blanks_can_go():
    columns = {"blanks": np.where(np.arange(N) % 3, X, np.nan), "full": 2 * X + 0.01 * NOISE[1], "y": Y}
    columns["x"] = NOISE[2]
    columns["y"] = pd.Series(np.where(NOISE[3] > 0, "yes", "no"), dtype="str")
    (finding,) = found("correlated", columns, "y")
    assert gone(finding) == ["blanks"]


def test_a_category_made_of_a_number_is_found():
    bands = np.array(["low", "middle", "high", "top"])[np.searchsorted([-0.7, 0, 0.7], X)]
    (finding,) = found("correlated", {"number": X, "band": bands, "z": NOISE[1], "y": Y}, "y")
    assert finding.columns == ("number", "band")
    assert gone(finding) == ["band"]  # it follows from the number, and says nothing more


def test_of_a_chain_the_ends_that_differ_can_stay():
    steps = np.cumsum(0.28 * np.vstack([X / 0.28, NOISE[:2]]), axis=0)
    columns = {"a": steps[0], "b": steps[1], "c": steps[2]}
    r = np.corrcoef(steps)
    assert r[0, 1] > 0.95 and r[1, 2] > 0.95 and r[0, 2] < 0.94
    (finding,) = found(
        "correlated", columns | {"y": pd.Series(np.where(steps[1] + steps[1].mean() > 0, "u", "v"))}, "y"
    )
    assert sorted(gone(finding)) == ["a", "c"]  # the middle one stands for both


def test_copies_are_not_said_twice():
    columns = {"a": X, "b": X, "y": Y}
    assert found("correlated", columns, "y") == []
    assert found("duplicate_columns", columns, "y")[0].columns == ("a", "b")


def test_columns_that_are_left_out_anyway_are_no_pair():
    columns = {"id": np.arange(N), "number": np.arange(N) * 2.0, "y": Y}
    assert found("correlated", columns, "y", id="identifier") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Age", "age"),
        ("net sales", "Net_Sales"),
        ("age", "age.1"),
        ("age", "age (2)"),
        ("age", "age...2"),
        ("age", "age_1"),
        ("Größe ", "größe"),
    ],
)
def test_names_that_are_much_alike(first, second):
    changed = np.where(np.arange(N) < 40, 99.0, X)
    (finding,) = found("duplicate_names", {first: X, second: changed, "y": Y}, "y")
    assert (finding.status, finding.columns) == ("alerted", (first, second))
    assert finding.sentence.endswith("have nearly the same name, and equal values in 360 of 400 rows.")
    assert gone(finding) == [second]


@pytest.mark.parametrize(
    ("first", "second"), [("q1_1", "q11"), ("item 1", "item 2"), ("a", "b"), ("pos_x", "pos_y"), ("1.5 m", "15 m")]
)
def test_names_that_are_told_apart(first, second):
    assert found("duplicate_names", {first: X, second: np.where(np.arange(N) < 40, 99.0, X)}) == []


def test_alike_names_of_different_things_are_only_told():
    (finding,) = found("duplicate_names", {"rate": X, "Rate": NOISE[0]})
    assert (finding.status, finding.choices) == ("done", ())
    assert finding.sentence == "“rate” and “Rate” have nearly the same name; their values differ in 400 of 400 rows."


def test_numbered_columns_are_no_copies_by_name_alone():
    flags = (RNG.random((3, N)) < 0.1).astype(int)  # equal in four of five rows by chance
    assert found("duplicate_names", {"answer": flags[0], "answer_1": flags[1], "answer_2": flags[2]}) == []


def test_a_copy_of_the_target_under_its_name_can_go():
    nearly = Y.where(np.arange(N) >= 30, "no")
    (finding,) = found("duplicate_names", {"Y": nearly, "y": Y, "x": X}, "y")
    assert gone(finding) == ["Y"]


def test_equal_columns_of_alike_names_are_dealt_with_as_copies():
    (finding,) = found("duplicate_names", {"a": X, "a.1": X, "y": Y}, "y")
    assert (finding.status, finding.choices) == ("done", ())
    (copies,) = found("duplicate_columns", {"a": X, "a.1": X, "y": Y}, "y")
    assert gone(copies) == ["a.1"]


def test_many_alike_names_are_one_finding():
    columns = {}
    for place in range(8):
        columns |= {f"column {'abcdefgh'[place]}": NOISE[0] + place, f"Column_{'abcdefgh'[place]}": NOISE[1] - place}
    (finding,) = found("duplicate_names", columns)
    assert finding.sentence.startswith("8 pairs of columns have nearly the same name.") and len(finding.columns) == 16


def test_keys_of_names():
    assert _key("ＡＧＥ (years)") == _key("age years") == "ageyears"
    assert _key("1.5") != _key("15") and _key("growth %") != _key("growth")


def blank(values, rows):
    return np.where(rows, np.nan, values)


def test_blanks_together_are_told_with_what_the_model_does():
    rows = np.arange(N) % 10 == 3
    columns = {"a": blank(X, rows), "b": pd.Series(Y.where(~rows)), "c": blank(NOISE[1], np.arange(N) % 10 == 4)}
    (finding,) = found("missing_pattern", columns | {"y": Y}, "y")
    assert (finding.status, finding.columns) == ("done", ("a", "b"))
    assert finding.sentence == "“a” and “b” are blank in the same 40 rows (10 %)."
    assert finding.rows == tuple(range(3, 103, 10))
    assert "Nothing to do" in finding.advice and "predict" not in finding.advice
    (finding,) = found("missing_pattern", columns)
    assert "Should one of them be what you predict" in finding.advice
    (finding,) = found("missing_pattern", {"y": Y.where(~rows), "b": columns["b"], "a": X}, "y")
    assert finding.advice.endswith("Rows in which “y” is blank cannot teach a model and are set aside.")


def test_blanks_that_go_with_the_target_are_told():
    x = blank(NOISE[1], (RNG.random(N) < 0.15) | (YES & (RNG.random(N) < 0.3)))
    (finding,) = found("missing_pattern", {"x": x, "z": NOISE[2], "y": Y}, "y")
    assert finding.status == "done" and finding.columns == ("x",)
    assert finding.sentence.startswith("Whether a cell is blank goes with “y”: “x” ")


def test_blanks_that_give_the_target_away_are_asked_about_elsewhere():
    columns = {"x": blank(NOISE[1], ~YES), "z": NOISE[2], "y": Y}
    assert found("missing_pattern", columns, "y") == []
    assert [finding.columns for finding in found("blank_leakage", columns, "y")] == [("x",)]


def table_of_copies(n_copies):
    table = pd.DataFrame({"x": X, "z": NOISE[1], "kind": np.where(NOISE[2] > 0, "a", "b")})
    table.loc[N - n_copies :, :] = table.loc[: n_copies - 1, :].to_numpy()
    return table.assign(id=np.arange(N), x=lambda t: t["x"].astype(float), z=lambda t: t["z"].astype(float))


def test_copies_are_found_once_the_identifier_is_set_aside():
    table = table_of_copies(22)
    (finding,) = found("duplicate_rows", dict(table), id="identifier")
    assert finding.status == "alerted" and finding.columns == ()
    assert finding.sentence == (
        "22 rows (5.5 %) are exact copies of an earlier row once “id”, which names the row, is set aside."
    )
    assert finding.step == DropDuplicates(columns=("x", "z", "kind")).model_dump(mode="json")
    rest = table[["x", "z", "kind"]]
    assert finding.rows == tuple(np.flatnonzero(rest.duplicated())[:10].tolist())


def test_copies_of_whole_rows_are_counted_beside():
    table = table_of_copies(22)
    table.loc[N - 3 :, "id"] = [19, 20, 21]
    (finding,) = found("duplicate_rows", dict(table), id="identifier")
    assert finding.sentence.startswith("22 rows (5.5 %) are exact copies")
    assert finding.sentence.endswith("is set aside. 3 of them repeat one in every column.")


def test_cases_that_look_the_same_are_no_copies():
    rng = np.random.default_rng(1)
    coarse = {f"c{place}": rng.integers(0, 5, N) for place in range(4)}
    (finding,) = found("duplicate_rows", coarse | {"id": np.arange(N)}, id="identifier")
    n_alike = int(pd.DataFrame(coarse).duplicated().sum())
    assert finding.status == "done" and finding.step is None
    assert finding.sentence.startswith(f"{n_alike} rows ({n_alike / 4:.0f} %) look like an earlier one once “id”")
    assert finding.advice.startswith("Nothing was dropped")


def test_whole_copies_are_offered_to_be_dropped():
    table = table_of_copies(5).drop(columns="id")
    (finding,) = found("duplicate_rows", dict(table))
    assert finding.sentence == "5 rows (1.2 %) repeat an earlier row in every column."
    assert finding.step == DropDuplicates().model_dump(mode="json")
