"""What the JSON of a profile holds, whoever reads it."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.data import open_table
from workbench.profiling import Profile, profile
from workbench.specs import ColumnSpec, Schema

OF_COLUMNS = {"name", "meaning", "missing_count", "distinct_count"}
OF_NUMBERS = {"mean", "std", "min", "q25", "median", "q75", "max"}
FILES = {
    "telco_churn.csv": "Churn",
    "california_housing.csv": "median_house_value",
    "titanic_train.csv": "Survived",
    "penguins.csv": "species",
    "bikeshare.csv": "",
    "ebay_autos_latin1.csv": "",
}


def strict(found):
    """Return a profile as JSON that was written and read; NaN and infinity are refused both ways."""

    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(json.dumps(found.to_json(), allow_nan=False), parse_constant=refuse)


def check_contract(found, table, schema):
    """Check what issue 4 promises of the JSON, against the table itself."""
    plain = strict(found)
    assert (plain["n_rows"], plain["n_columns"]) == table.shape
    assert [column["name"] for column in plain["columns"]] == list(table.columns)
    for column in plain["columns"]:
        assert column.keys() >= OF_COLUMNS
        values = table[column["name"]]
        assert column["meaning"] == schema.column(column["name"]).meaning
        assert column["missing_count"] == values.isna().sum() and column["distinct_count"] == values.nunique()
        if pd.api.types.is_numeric_dtype(values.dtype) and np.isfinite(values.dropna()).sum() > 1:
            assert column.keys() >= OF_NUMBERS
            finite = values[np.isfinite(values)]
            expected = [finite.mean(), finite.std(), finite.min(), *finite.quantile([0.25, 0.5, 0.75]), finite.max()]
            figures = [column[name] for name in ("mean", "std", "min", "q25", "median", "q75", "max")]
            assert figures == pytest.approx(expected, rel=1e-9)
    for finding in plain["findings"]:
        assert finding.keys() >= {"code", "status", "columns", "sentence"}
        assert finding["status"] in ("alerted", "done", "passed") and set(finding["columns"]) <= set(table.columns)
    found_pairs = plain["associations"]
    assert found_pairs.keys() >= {"measure", "n_rows", "sampled", "error", "pairs"}
    for pair in found_pairs["pairs"]:
        assert pair.keys() >= {"left", "right", "value", "n_rows"}
        assert 0 <= pair["value"] <= 1 and {pair["left"], pair["right"]} <= set(table.columns)
    assert Profile.from_json(plain) == found


@pytest.mark.parametrize("name", FILES)
def test_real_files(name, real_data):
    opened = open_table(real_data / "supervised" / name)
    for target in {FILES[name], ""}:
        check_contract(profile(opened.table, opened.schema, target=target), opened.table, opened.schema)


HOSTILE = {
    "infinite and huge": {"a": [np.inf, -np.inf, 1.7e308, -1.7e308, 5e-324, np.nan] * 10, "y": [0.0, 1.0] * 30},
    "whole and huge": {"a": [2**53, 2**53 + 1, -(2**62), 0, 1, 2] * 10, "y": [1, 2, 3] * 20},
    "one value": {"a": [1.0] * 60, "y": ["x"] * 60},
    "all blank": {"a": [np.nan] * 60, "y": [None] * 60},
    "far dates": {"a": pd.to_datetime(["1700-01-01", "2262-01-01", None] * 20), "y": [True, False] * 30},
    "marks": {'"quotes"\n\\': ["\u2028", "</script>", "\x00"] * 20, "y": ["👩\u200d🚀", "\u202e", "é"] * 20},
    "no rows": {"a": np.array([], dtype="float64"), "y": pd.Series([], dtype="str")},
}


@pytest.mark.parametrize("which", HOSTILE)
@pytest.mark.parametrize("with_target", [False, True])
def test_hostile_tables(which, with_target):
    table = pd.DataFrame(HOSTILE[which])
    for name in table:
        if pd.api.types.is_object_dtype(table[name].dtype) or pd.api.types.is_bool_dtype(table[name].dtype):
            table[name] = table[name].map(str, na_action="ignore").astype("str")
        elif pd.api.types.is_datetime64_any_dtype(table[name].dtype):
            table[name] = table[name].astype("datetime64[us]")

    def meaning(name):
        values = table[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return "date"
        return "number" if pd.api.types.is_numeric_dtype(values.dtype) else "category"

    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning(name)) for name in table))
    found = profile(table, schema, target="y" if with_target else "")
    if which == "infinite and huge":  # pandas' own spread of these overflows
        assert Profile.from_json(strict(found)) == found
    else:
        check_contract(found, table, schema)
