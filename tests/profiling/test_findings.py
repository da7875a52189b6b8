"""Each check finds what it is for, passes where there is nothing, and says it in a way a person can act on."""

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from workbench.errors import NotFound
from workbench.profiling import CHECKS, check, profile
from workbench.profiling.findings import Context, Finding, run_checks
from workbench.specs import ColumnChoice, ColumnSpec, RowStep, Schema

N = 200
ORDER = np.random.default_rng(3).permutation(N)
NUMBER = np.random.default_rng(4).normal(50, 5, N)
TWO = np.where(np.arange(N) % 2, "yes", "no")


def of(values, meaning):
    return values, meaning


def findings(columns, target="", task=None):
    table = pd.DataFrame({name: values for name, (values, _) in columns.items()})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=m) for name, (_, m) in columns.items()))
    return profile(table, schema, target=target, task=task).findings


def with_values(values, **counts):
    """Return numbers with the first rows replaced: ``with_values(x, **{"999": 20})``."""
    changed, place = np.array(values, dtype="float64"), 0
    for value, count in counts.items():
        changed[place : place + count] = float(value)
        place += count
    return changed


RARE_TEXT = np.array(["plain"] * 199 + ["other"])
SPELT = np.array((["USA"] * 150) + (["usa "] * 20) + (["UK"] * 30))
DATES = pd.to_datetime("2020-01-01") + pd.to_timedelta(np.arange(N), unit="D")

# code: (columns, target, task, columns concerned, piece of the sentence)
CASES = {
    "missing_target": ({"y": of(with_values(NUMBER, nan=7), "number")}, "y", None, ("y",), "blank in 7 rows (3.5 %)"),
    "single_class": ({"y": of(["a"] * N, "category")}, "y", "binary", ("y",), "only the value"),
    "date_target": ({"y": of(DATES, "date"), "x": of(NUMBER, "number")}, "y", None, ("y",), "dates are not predicted"),
    "target_leakage": (
        {"x": of((TWO == "yes") * 1.0, "number"), "y": of(TWO, "yes_no")},
        "y",
        None,
        ("x",),
        "nearly decides",
    ),
    "blank_leakage": (
        {"sent": of(np.where(TWO == "yes", NUMBER, np.nan), "number"), "y": of(TWO, "yes_no")},
        "y",
        None,
        ("sent",),
        "Whether “sent” is filled in goes with “y”",
    ),
    "known_later": (
        {
            "begun": of(DATES[ORDER], "date"),
            "done": of(DATES[ORDER] + pd.to_timedelta(np.arange(N) % 9, unit="D"), "date"),
            "y": of(np.where((ORDER * 31) % 100 < 40, "yes", "no"), "yes_no"),
        },
        "y",
        None,
        ("done",),
        "“done” lies after “begun” (4 days later",
    ),
    "grouped_rows": (
        {"customer": of([f"C{i % 60}" for i in ORDER], "category"), "x": of(NUMBER, "number")},
        "",
        None,
        ("customer",),
        "200 rows (100 %) share “customer” with another row: 60 different ones, 3.3 rows each",
    ),
    "time_order": (
        {"day": of(DATES, "date"), "x": of(NUMBER, "number")},
        "",
        None,
        ("day",),
        "in the order of “day”, from 2020-01-01 to 2020-07-18",
    ),
    "imbalance": ({"y": of(["no"] * 190 + ["yes"] * 10, "yes_no")}, "y", None, ("y",), "“yes” 5.0 % (10 rows)"),
    "rare_classes": (
        {"y": of(["a"] * 100 + ["b"] * 97 + ["c"] * 3, "category")},
        "y",
        None,
        ("y",),
        "1 class of “y” has under 10 rows: “c” (3 rows)",
    ),
    "too_few_rows": ({"x": of(NUMBER[:30], "number")}, "", None, (), "only 30 rows"),
    "identifier": ({"id": of(ORDER, "identifier")}, "", None, ("id",), "200 different values in 200 rows"),
    "constant": ({"x": of(["a"] * N, "category")}, "", None, ("x",), "same value (“a”)"),
    "near_constant": (
        {"x": of(RARE_TEXT, "category")},
        "",
        None,
        ("x",),
        "“plain” in 99.5 % of its rows; 1 row differs",
    ),
    "duplicate_rows": ({"x": of(np.repeat(NUMBER[:100], 2), "number")}, "", None, (), "100 rows (50 %) repeat"),
    "duplicate_columns": (
        {"a": of(TWO, "category"), "b": of(np.where(TWO == "yes", "ja", "nein"), "category")},
        "",
        None,
        ("a", "b"),
        "in other words",
    ),
    "missing_share": ({"x": of(with_values(NUMBER, nan=150), "number")}, "", None, ("x",), "150 rows (75 %)"),
    "disguised_missing": (
        {"x": of(with_values(NUMBER, **{"999": 20}), "number")},
        "",
        None,
        ("x",),
        "“999” (20 rows, 10 %)",
    ),
    "mixed_spellings": ({"x": of(SPELT, "category")}, "", None, ("x",), "(“USA” and “usa ”), in 20 rows"),
    "numbers_as_text": (
        {"x": of([str(i) for i in range(180)] + ["broken"] * 20, "text")},
        "",
        None,
        ("x",),
        "90 % are numbers, except “broken”",
    ),
    "high_cardinality": ({"x": of([f"v{i // 2}" for i in range(N)], "category")}, "", None, ("x",), "100 different"),
    "infinite": ({"x": of(with_values(NUMBER, inf=2), "number")}, "", None, ("x",), "in 2 rows"),
    "skew": (
        {"x": of(with_values(NUMBER, **{"5000": 2}), "number")},
        "",
        None,
        ("x",),
        "2 values stand apart (5,000; 1.0 %)",
    ),
    "mixed_types": (
        {"x": of([str(i % 40) for i in range(80)] + ["some"] * 90 + ["many"] * 30, "category")},
        "",
        None,
        ("x",),
        "mixes 80 numbers (“0”, “1”, “2”) and 120 words (“some”, “many”)",
    ),
    "text_words": (
        {"x": of([f"parcel {i} came {'late' if i % 2 else 'soon'} and was torn" for i in ORDER], "category")},
        "",
        None,
        ("x",),
        "read as category, yet it holds 200 different texts",
    ),
    "date_range": (
        {"x": of(DATES.where(np.arange(N) > 0, pd.Timestamp("2202-01-01")), "date")},
        "",
        None,
        ("x",),
        "holds 1 date out of range: 2202-01-01 (1 row). All others lie between 2020-01-02 and 2020-07-18",
    ),
    "correlated": (
        {"a": of(NUMBER, "number"), "b": of(NUMBER * 2 + np.arange(N) / N, "number")},
        "",
        None,
        ("a", "b"),
        "“a” and “b” (99",
    ),
    "missing_pattern": (
        {"a": of(with_values(NUMBER, nan=30), "number"), "b": of(with_values(ORDER, nan=30), "number")},
        "",
        None,
        ("a", "b"),
        "are blank in the same 30 rows (15 %)",
    ),
    "duplicate_names": (
        {"Unit price": of(NUMBER, "number"), "unit_price": of(with_values(NUMBER, **{"40": 20}), "number")},
        "",
        None,
        ("Unit price", "unit_price"),
        "nearly the same name, and equal values in 180 of 200 rows",
    ),
    "conflicting_labels": (
        {"x": of(np.arange(N) // 2 * 1.0, "number"), "y": of(np.arange(N) % 40 == 0, "yes_no")},
        "y",
        None,
        (),
        "right in more than 97.5 % of these rows: 10 rows (5.0 %)",
    ),
    "drift": (
        {"day": of(DATES, "date"), "y": of(np.where(ORDER // 2 + np.arange(N) > 150, "yes", "no"), "yes_no")},
        "y",
        None,
        ("day",),
        "Along “day”, the share of “yes” in “y” moves between 0 %",
    ),
    "target_distribution": (
        {"x": of(ORDER, "integer"), "y": of(np.minimum(NUMBER, 55), "number")},
        "y",
        None,
        ("y",),
        "hold exactly the largest “y”, 55,",
    ),
}


def test_every_check_has_a_case():
    assert set(CASES) == {kind.code for kind in CHECKS}


@pytest.mark.parametrize("code", CASES)
def test_check_finds(code):
    columns, target, task, concerned, piece = CASES[code]
    found = [finding for finding in findings(columns, target, task) if finding.code == code]
    assert len(found) == 1
    assert found[0].status in ("alerted", "done")
    assert found[0].columns == concerned
    assert piece in found[0].sentence
    assert found[0].advice


CLEAN = {
    "size": of(NUMBER, "number"),
    "age": of(20 + (ORDER * 7) % 60, "integer"),
    "kind": of(np.array(["red", "green", "blue", "grey"])[ORDER % 4], "category"),
    "day": of(DATES[ORDER], "date"),
    "y": of(np.where((ORDER * 31) % 100 < 40, "yes", "no"), "yes_no"),
}


@pytest.mark.parametrize("code", CASES)
def test_check_passes_a_clean_table(code):
    target = "size" if code == "target_distribution" else "y"
    found = [finding for finding in findings(CLEAN, target) if finding.code == code]
    assert [(finding.status, finding.sentence) for finding in found] == [("passed", check(code).passed)]


@pytest.mark.parametrize("code", CASES)
def test_what_a_finding_offers_is_valid(code):
    columns, target, task, *_ = CASES[code]
    for finding in findings(columns, target, task):
        if finding.step is not None:
            TypeAdapter(RowStep).validate_python(finding.step)
        for choice in finding.choices:
            assert ColumnChoice.model_validate(choice).name in columns
        assert all(isinstance(row, int) and 0 <= row < N for row in finding.rows)
        assert Finding.from_json(finding.to_json()) == finding
        assert finding.sentence[-1] in ".?"
        assert len(finding.columns) != 1 or finding.status == "passed" or finding.columns[0] in columns


# Why a finding that a person decides about proposes nothing that a click could do.
WITHOUT_REMEDY = {
    "date_target": "a column that is not there would have to be made",
    "conflicting_labels": "only a column that is not there tells these rows apart",
    "single_class": "another target, or other rows, are nothing that we could choose",
    "too_few_rows": "more rows have to be collected",
    "imbalance": "the metric by default is one that a rare class counts in",
    "rare_classes": "of two classes none can be left out",
    "correlated": "which of two columns is to stay is a matter of what they mean, and the score hardly changes",
    "duplicate_names": "which of two columns is to stay is a matter of what they mean",
}


@pytest.mark.parametrize("code", CASES)
def test_whoever_is_to_decide_is_offered_something(code):
    columns, target, task, *_ = CASES[code]
    for finding in findings(columns, target, task):
        remedies = (finding.step, finding.choices, finding.blanks, finding.reads, finding.settings)
        if finding.status == "alerted" and finding.code not in WITHOUT_REMEDY:
            assert any(remedies), finding


@pytest.mark.parametrize("code", CASES)
def test_what_needs_a_target_holds_for_that_target_alone(code):
    columns, target, *_ = CASES[code]
    if target and all(finding.code != code for finding in findings(columns)):
        assert check(code).about_target


@pytest.mark.parametrize("kind", CHECKS, ids=lambda kind: kind.code)
def test_check_speaks_in_sentences(kind):
    assert kind.why.endswith(".") and kind.passed.endswith(".") and kind.label


def test_alerted_findings_come_first():
    statuses = [finding.status for finding in findings(CASES["missing_share"][0] | CASES["constant"][0])]
    assert statuses == sorted(statuses, key=["alerted", "done", "passed"].index)


def test_rows_are_labels_of_the_table():
    table = pd.DataFrame({"x": with_values(NUMBER, inf=1)}, index=np.arange(N) + 1000)
    found = profile(table, Schema(columns=(ColumnSpec(name="x", meaning="number"),))).findings
    assert next(f.rows for f in found if f.code == "infinite") == (1000,)


@pytest.mark.parametrize(
    ("values", "meaning", "suspected"),
    [
        (with_values(np.abs(NUMBER), **{"-1": 10}), "number", True),
        (with_values(NUMBER - 50, **{"-1": 10}), "number", False),  # -1 inside the range is a number like others
        (with_values(NUMBER, **{"0": 10}), "number", True),
        (np.arange(N) % 5, "integer", False),
        (with_values(NUMBER, **{"99": 1}), "number", False),  # once may be real
        (np.array(["unknown"] * 20 + ["a", "b"] * 90), "category", True),
        (np.array(["None"] * 20 + ["a", "b"] * 90), "category", False),  # "no garage" is an answer
        (DATES.where(np.arange(N) > 5, pd.Timestamp("1900-01-01")), "date", True),
    ],
)
def test_disguised_missing_is_a_question(values, meaning, suspected):
    found = [f for f in findings({"x": of(values, meaning)}) if f.code == "disguised_missing"]
    assert (found[0].status == "alerted") == suspected
    assert not suspected or found[0].sentence.endswith("?")


def test_the_target_as_a_sum_is_noticed():
    random = np.random.default_rng(0)
    a, b = random.normal(size=N), random.normal(size=N)
    columns = {"a": of(a, "number"), "b": of(b, "number"), "c": of(a * b, "number"), "y": of(a + b, "number")}
    found = [f for f in findings(columns, "y") if f.code == "target_leakage"]
    assert [(f.columns, f.status) for f in found] == [(("a", "b"), "alerted")]
    assert found[0].sentence == "“a” and “b” add up to “y” exactly, in every row."
    assert {choice["use"] for choice in found[0].choices} == {False}


def test_leading_zeros_are_codes_not_numbers():
    columns = {"zip": of([f"0{i:04d}" for i in range(N)], "category")}
    assert all(f.status == "passed" for f in findings(columns) if f.code == "numbers_as_text")


def test_different_words_of_unique_texts_are_not_copies():
    columns = {"a": of([f"a{i}" for i in range(N)], "text"), "b": of([f"b{i * 7}" for i in range(N)], "text")}
    assert all(f.status == "passed" for f in findings(columns) if f.code == "duplicate_columns")


def test_duplicate_rows_equal_pandas():
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "a": random.integers(0, 4, 400).astype(float),
            "b": random.choice(["x", "y", None], 400),
            "c": np.where(random.random(400) < 0.5, -0.0, 0.0),
        }
    ).astype({"b": "str"})
    table.loc[random.random(400) < 0.2, "a"] = np.nan
    schema = Schema(
        columns=tuple(
            ColumnSpec(name=n, meaning=m) for n, m in zip("abc", ("number", "category", "number"), strict=True)
        )
    )
    finding = next(f for f in profile(table, schema).findings if f.code == "duplicate_rows")
    expected = np.flatnonzero(table.duplicated())
    assert finding.sentence.startswith(f"{len(expected)} rows")
    assert finding.rows == tuple(expected[:10].tolist())


def test_checks_that_do_not_apply_are_silent():
    context = Context(pd.DataFrame(), Schema(), {})
    codes = {finding.code for finding in run_checks(CHECKS, context)}
    assert not codes & {"missing_target", "target_leakage", "imbalance", "duplicate_rows", "correlated"}


def test_unknown_columns_are_refused():
    table, schema = pd.DataFrame({"a": [1]}), Schema(columns=(ColumnSpec(name="a", meaning="integer"),))
    with pytest.raises(NotFound, match="no column “b” to predict"):
        profile(table, schema, target="b")
    with pytest.raises(NotFound, match="does not know"):
        profile(table.assign(c=1), schema)
    with pytest.raises(NotFound, match="which its schema names"):
        profile(table[[]], schema)


AGREE = {
    "y": of(np.where((ORDER * 31) % 100 < 40, "yes", "no"), "yes_no"),
    "id": of(ORDER, "identifier"),
    "repeated id": of(ORDER % 40, "identifier"),
    "name": of([f"person {i}" for i in ORDER], "category"),
    "code": of([f"c{i % 110}" for i in range(N)], "category"),
    "prose": of(
        [f"parcel {i} came {'late' if i % 2 else 'soon'} and was {'torn' if i % 3 else 'fine'}" for i in ORDER], "text"
    ),
    "same": of(["x"] * N, "category"),
    "same or blank": of(with_values(np.ones(N), nan=5), "number"),
    "blank": of(np.full(N, np.nan), "number"),
    "unique number": of(NUMBER, "number"),
    "few": of(ORDER % 4, "integer"),
    "amount": of(ORDER % 60, "integer"),
    "day": of(DATES, "date"),
}


def test_what_is_left_out_agrees_with_planning():
    from workbench.modeling.columns import screen_columns
    from workbench.profiling.columns.describe import describe_column
    from workbench.profiling.overview import _screened

    table = pd.DataFrame({name: values for name, (values, _) in AGREE.items()})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=m) for name, (_, m) in AGREE.items()))
    facts = {column.name: describe_column(table[column.name], column) for column in schema.columns}
    for target in ("y", ""):
        expected = {entry.column: entry.reason for entry in screen_columns(table, schema, target)}
        assert _screened(table, schema, facts, target) == expected
    handled = {name for f in findings(AGREE) if f.code in ("identifier", "constant") for name in f.columns}
    assert handled == set(expected) and len(handled) >= 5


@pytest.mark.parametrize("target", ["y", "few", "amount", "unique number", "code"])
def test_the_task_agrees_with_planning(target):
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import Draft

    table = pd.DataFrame({name: values for name, (values, _) in AGREE.items()})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=m) for name, (_, m) in AGREE.items()))
    if target == "code":
        table[target] = [f"c{i % 9}" for i in range(N)]
    planned = plan_experiment(table, schema, Draft(target=target)).spec.task
    assert profile(table, schema, target=target).task == planned


def test_nothing_is_called_harmless_before_the_target_is_known():
    columns = {
        "a": of(NUMBER, "number"),
        "b": of(NUMBER * 2 + np.arange(N) % 2 * 0.1, "number"),
        "y": of(TWO, "yes_no"),
    }
    unknown = next(f for f in findings(columns) if f.code == "correlated")
    known = next(f for f in findings(columns, "y") if f.code == "correlated")
    assert "gives it away" in unknown.advice
    assert "gives it away" not in known.advice and "hardly change the score" in known.advice


def test_blanks_of_what_may_become_the_target_are_not_promised_to_be_kept():
    columns = {"a": of(with_values(NUMBER, nan=80), "number"), "y": of(TWO, "yes_no")}
    unknown = next(f for f in findings(columns) if f.code == "missing_share")
    known = next(f for f in findings(columns, "y") if f.code == "missing_share")
    assert "set aside only where the column to predict is blank" in unknown.advice
    assert "set aside" not in known.advice


def test_the_headline_counts_what_is_left_to_decide():
    table = pd.DataFrame({"a": NUMBER, "b": NUMBER, "y": TWO})
    schema = Schema(
        columns=tuple(ColumnSpec(name=n, meaning=m) for n, m in (("a", "number"), ("b", "number"), ("y", "yes_no")))
    )
    found = profile(table, schema)
    assert found.headline == found.headline_with(1, 0)
    assert found.headline_with(0, 1).endswith("nothing to decide about, 1 already handled.")
