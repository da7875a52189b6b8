"""Practice data sets, and tables safe for a spreadsheet."""

import numpy as np
import pandas as pd
import pytest

from workbench.data import detect_schema
from workbench.data.samples import SAMPLES, sample
from workbench.runtime.spreadsheet_text import defuse, defused


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.name)
def test_every_sample_is_what_it_says_every_time(kind):
    table = kind.load()
    pd.testing.assert_frame_equal(table, kind.load())
    assert len(table) == kind.n_rows and kind.target in table.columns and table[kind.target].notna().all()
    assert set(table.dtypes.astype(str)) <= {"float64", "int64", "str", "datetime64[us]"}
    assert isinstance(table.index, pd.RangeIndex)
    assert kind.made_up == ("Made up." in kind.sentence)


def test_names_are_unique_and_found():
    assert len({kind.name for kind in SAMPLES}) == len(SAMPLES)
    assert sample("iris").target == "species"
    with pytest.raises(KeyError):
        sample("nothing")


def test_classes_have_the_names_of_people():
    assert set(sample("iris").load()["species"]) == {"setosa", "versicolor", "virginica"}
    assert set(sample("breast_cancer").load()["diagnosis"]) == {"malignant", "benign"}


def test_the_made_up_customers_show_every_meaning_and_a_real_signal():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    table = sample("customers_who_leave").load()
    schema, _ = detect_schema(table)
    meanings = {column.meaning for column in schema.columns}
    assert meanings == {"number", "integer", "date", "yes_no", "category", "text", "identifier"}
    assert table.isna().any().sum() >= 3
    inputs = pd.get_dummies(table[["tenure (months)", "contract", "internet service", "tech support", "support calls"]])
    scaled = (inputs - inputs.mean()) / inputs.std()
    scores = cross_val_score(LogisticRegression(), scaled, table["churn"] == "Yes", scoring="roc_auc")
    assert 0.80 < np.mean(scores) < 0.90


@pytest.mark.parametrize(
    "cell, safe",
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-5", "-5"),
        ("+1,234.5 %", "+1,234.5 %"),
        ("-1e-5", "-1e-5"),
        ("a=b", "a=b"),
        ("\n=1", "'\n=1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("＝1+1", "'＝1+1"),
        ("-", "-"),
        ("", ""),
        (-5, -5),
        (None, None),
    ],
)
def test_formulas_are_defused(cell, safe):
    assert defused(cell) == safe


def test_a_frame_is_defused_without_being_changed():
    frame = pd.DataFrame({"=name": pd.Series(["=x", None, "ok"], dtype="str"), "n": [-1.0, 2, 3]})
    safe = defuse(frame)
    assert safe.columns.tolist() == ["'=name", "n"] and safe.iloc[:, 0].tolist()[::2] == ["'=x", "ok"]
    assert safe["n"].tolist() == [-1, 2, 3] and frame.columns.tolist() == ["=name", "n"]
