"""Are new rows like the training rows: distances as by definition, few false alarms, shifts found and said."""

import json
import subprocess
import sys
import zipfile
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbench.export.fields import describe_fields
from workbench.runtime.upkeep.binned import PART, SHARES, STEPS, Measure, codes_of, distance, edges_of, shares_of
from workbench.runtime.upkeep.drift import compare
from workbench.runtime.upkeep.training_profile import training_profile
from workbench.runtime.upkeep.usual_distances import _Table, limits_for, usual_distances
from workbench.specs import ColumnSpec, ContractSpec

COLUMNS = (
    ColumnSpec(name="amount", meaning="number", unit="€"),
    ColumnSpec(name="count", meaning="integer"),
    ColumnSpec(name="town", meaning="category"),
    ColumnSpec(name="day", meaning="date", date_format="ISO8601"),
    ColumnSpec(name="note", meaning="text"),
    ColumnSpec(name="member", meaning="yes_no"),
)


def rows(n_rows, seed):
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, n_rows), unit="D")
    table = pd.DataFrame(
        {
            "amount": np.exp(rng.normal(3, 1, n_rows)),
            "count": rng.poisson(3, n_rows).astype(float),
            "town": rng.choice([f"t{number}" for number in range(30)], n_rows),
            "day": day.astype("datetime64[us]"),
            "note": [("ab " * count).strip() for count in rng.integers(1, 20, n_rows)],
            "member": rng.choice(["yes", "no"], n_rows),
        }
    )
    table.loc[rng.random(n_rows) < 0.1, "amount"] = np.nan
    return table


TRAINED = rows(600, 0)
FIELDS = describe_fields(TRAINED, COLUMNS)


@pytest.fixture(scope="module")
def profile():
    predicted = np.random.default_rng(1).normal(size=600)
    found = training_profile(TRAINED, FIELDS, predicted=predicted, positions=np.arange(600)[::-1])
    return json.loads(json.dumps(found, allow_nan=False))


def test_distances_are_those_of_kolmogorov_smirnov_and_total_variation():
    rng = np.random.default_rng(0)
    field = FIELDS[1]
    one, other = pd.Series(rng.poisson(3, 200).astype(float)), pd.Series(rng.poisson(4, 90).astype(float))
    measure = Measure("count", "values", STEPS, edges_of(one.to_numpy()))
    found = distance(STEPS, *(shares_of(codes_of(measure, v, field), measure.n_bins) for v in (other, one)))
    assert found == pytest.approx(stats.ks_2samp(one, other).statistic, abs=1e-12)
    words = [pd.Series(rng.choice(list("abc"), 50)), pd.Series(rng.choice(list("abd"), 70))]
    measure = Measure("town", "values", SHARES, ("a", "b", "c"))
    found = distance(SHARES, *(shares_of(codes_of(measure, v, FIELDS[2]), measure.n_bins) for v in words))
    shares = [v.value_counts(normalize=True) for v in words]
    assert found == pytest.approx(shares[0].sub(shares[1], fill_value=0).abs().sum() / 2, abs=1e-12)
    blank = Measure("amount", "blanks", PART)
    halves = [pd.Series([1.0, np.nan]), pd.Series([1.0, 1.0, 1.0, np.nan])]
    assert distance(PART, *(shares_of(codes_of(blank, v, FIELDS[0]), 2) for v in halves)) == pytest.approx(0.25)


def test_all_measures_at_once_are_as_each_alone():
    rng = np.random.default_rng(5)
    measures = [
        Measure("a", "values", STEPS, (0.0, 1.0, 2.0)),
        Measure("b", "blanks", PART),
        Measure("c", "values", SHARES, ("x", "y")),
    ]
    codes = [rng.integers(-1, measure.n_bins, 300) for measure in measures]
    table = _Table(codes, {}, measures)
    first, second = np.arange(150), rng.choice(300, 40, replace=False)
    found = table.distances(second, table.shares(first), {})
    for at, measure in enumerate(measures):
        pair = [shares_of(codes[at][part], measure.n_bins) for part in (second, first)]
        assert found[at] == pytest.approx(distance(measure.kind, *pair), abs=1e-12)


def alarmed(profile, n_rows, seed):
    """Tell whether a file of the same source alarms."""
    predicted = np.random.default_rng([seed, 1]).normal(size=n_rows)
    return bool(compare(profile, FIELDS, rows(n_rows, seed), predicted).alarms)


def test_files_of_the_same_source_alarm_in_at_most_five_percent(profile):
    alarms = [alarmed(profile, (25, 150, 900)[seed % 3], seed) for seed in range(100, 250)]
    # So many would come once in 500 times if the rate were 5 %.
    assert sum(alarms) <= stats.binom.ppf(0.998, 150, 0.05)


def larger(table):
    return table.assign(amount=table["amount"] * 1.8)


def other_shares(table):
    return table.assign(member=["yes" if at % 5 else "no" for at in range(len(table))])


def more_blanks(table):
    return table.assign(amount=table["amount"].where(np.arange(len(table)) % 3 > 0))


def new_words(table):
    return table.assign(town=["elsewhere" if at % 6 == 0 else town for at, town in enumerate(table["town"])])


def later(table):
    return table.assign(day=table["day"] + pd.Timedelta(days=200))


def longer(table):
    return table.assign(note=table["note"] + " and much more text than there has ever been")


@pytest.mark.parametrize(
    ("shift", "name", "what", "said"),
    [
        (larger, "amount", "values", "are higher; half of the values were at most"),
        (other_shares, "member", "values", "“no” was 54 % of the values and is 20 % now"),
        (more_blanks, "amount", "blanks", "of the rows have no value; in training 11 % had none"),
        (new_words, "town", "unseen", "are words that no training row had, such as “elsewhere”"),
        (later, "day", "values", "half of the values were at most 2025-"),
        (longer, "note", "length", "lengths are higher"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_shift_is_found_and_said(profile, shift, name, what, said):
    drift = compare(profile, FIELDS, shift(rows(400, 77)), np.random.default_rng(8).normal(size=400))
    first = drift.alarms[0]
    assert (first.name, first.what) == (name, what)
    assert any(said in one.sentence for one in drift.alarms), [one.sentence for one in drift.alarms]
    assert drift.to_json()["alarm"] is True


def test_predictions_that_have_moved_are_found(profile):
    drift = compare(profile, FIELDS, rows(400, 77), np.random.default_rng(8).normal(1, 1, size=400))
    assert [one.name for one in drift.alarms] == [""] and drift.alarms[0].sentence.startswith("Predictions: they are")


def test_larger_files_have_smaller_limits_and_groups_larger_ones(profile):
    limits = [limits_for(profile["usual"], profile["n_rows"], n_rows) for n_rows in (25, 100, 1_000, 100_000)]
    assert all(((before > after) | (before == 0)).all() for before, after in pairwise(limits))
    codes = [np.repeat(np.random.default_rng(0).integers(0, 2, 60), 10)]
    measure = [Measure("a", "values", SHARES, ("x", "y"))]
    alone, together = (usual_distances(codes, {}, measure, units, 0) for units in (None, np.repeat(np.arange(60), 10)))
    assert limits_for(together, 600, 100)[0] > 2 * limits_for(alone, 600, 100)[0]


def test_of_sensitive_columns_no_value_leaves():
    contract = ContractSpec(sensitive=("town", "amount"))
    fields = describe_fields(TRAINED, COLUMNS, contract)
    found = training_profile(TRAINED, fields)
    assert {entry["what"] for entry in found["measures"] if entry["name"] in contract.sensitive} == {"blanks"}
    drift = compare(found, fields, rows(100, 3))
    assert drift.left_out == ("amount", "town")


def test_few_rows_have_no_profile():
    assert training_profile(TRAINED.head(39), FIELDS) is None
    assert training_profile(TRAINED.head(40), FIELDS) is not None


def test_the_command_of_a_bundle(made, tmp_path):
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path / "service")

    def run(raw, *arguments):
        raw.to_csv(tmp_path / "new.csv", sep=";", index=False)
        command = [
            sys.executable,
            "-I",
            "-W",
            "error",
            str(tmp_path / "service" / "check_data.py"),
            "new.csv",
            *arguments,
        ]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    inputs = made.raw[[column.name for column in made.spec.columns]]
    same = run(inputs)
    assert same.returncode == 0 and "The rows are like those of the training" in same.stdout, same
    other = run(inputs.assign(lift="ja", price="9.999,00 €"), "--json")
    assert other.returncode == 1, other
    answer = json.loads(other.stdout)
    assert {"price", "lift"} <= {one["column"] for one in answer["compared"] if one["alarm"]}
    assert run(inputs.drop(columns="lift")).returncode == 2
    few = run(inputs.head(19))
    assert few.returncode == 2 and "too few to tell" in few.stderr
