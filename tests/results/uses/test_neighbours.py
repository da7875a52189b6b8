"""The nearest rows by Gower's distance, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from tests.results.mixed_rows import mixed_spec, mixed_table
from workbench.modeling import planning
from workbench.results.uses.neighbours import agreeing, column_distance, nearest
from workbench.specs import ColumnSpec


def test_numbers_are_apart_by_their_spread():
    values = pd.Series([0.0, 2.0, 100.0, np.nan])
    spread = np.std([0.0, 2.0, 100.0], ddof=1)
    assert column_distance(values, 0.0).tolist() == pytest.approx([0.0, 2 / spread / 4, 100 / spread / 4, 1.0])
    assert column_distance(values, np.nan).tolist() == [1.0, 1.0, 1.0, 0.0]
    assert column_distance(pd.Series([1.0, 1.0]), 5.0).tolist() == [1.0, 1.0]
    assert column_distance(pd.Series([0.0] * 99 + [1.0]), 10.0).max() == 1.0


def test_dates_are_apart_by_their_spread():
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-03", None]))
    assert column_distance(days, days[0]).tolist() == pytest.approx([0.0, 2 / np.std([0, 2], ddof=1) / 4, 1.0])


def two_columns(**changes):
    return mixed_spec(
        "binary",
        "logistic",
        columns=(ColumnSpec(name="age", meaning="number"), ColumnSpec(name="plan", meaning="category")),
        **changes,
    )


KNOWN = pd.DataFrame({"age": [30.0, 31, 60, 30], "plan": ["a", "a", "a", "b"]}, index=[10, 11, 12, 13])
OUTCOMES = np.array(["no", "yes", "no", "yes"], dtype=object)


def test_the_nearest_rows_come_first_and_the_row_itself_does_not():
    found = nearest(KNOWN, OUTCOMES, KNOWN.loc[[10]], two_columns(), n_nearest=2)
    spread = KNOWN["age"].std()
    assert found.rows["row"].tolist() == [11, 12]
    assert found.rows["distance"].tolist() == pytest.approx([1 / spread / 8, 30 / spread / 8])
    assert found.finding() == "y of the 2 most similar known rows: yes in 50 % and no in 50 %"
    assert not found.by_importance


def test_columns_count_by_how_much_the_model_needs_them():
    needed = pd.Series({"age": 0.3, "plan": -0.01})
    found = nearest(KNOWN, OUTCOMES, KNOWN.loc[[10]], two_columns(), importance=needed, n_nearest=2)
    assert found.rows["row"].tolist() == [13, 11]
    assert found.rows["distance"].iloc[0] == 0.0
    assert found.columns == ("age",) and found.by_importance
    unknown = nearest(KNOWN, OUTCOMES, KNOWN.loc[[10]], two_columns(), importance=needed * 0)
    assert unknown.columns == ("age", "plan") and not unknown.by_importance


def test_a_new_row_has_neighbours_among_all():
    row = pd.DataFrame({"age": [59.0], "plan": ["b"]}, index=[-1])
    assert nearest(KNOWN, OUTCOMES, row, two_columns()).rows["row"].tolist()[0] in (12, 13)
    assert len(nearest(KNOWN, OUTCOMES, row, two_columns()).rows) == 4


def test_amounts_are_told_with_their_range():
    spec, table = mixed_spec("regression", "ridge"), mixed_table("regression")
    inputs, target = planning.modelling_table(table, spec)
    found = nearest(inputs, target, inputs.iloc[[0]], spec)
    assert "remark" not in found.columns
    assert len(found.rows) == 10 and found.rows["distance"].is_monotonic_increasing
    assert found.finding().startswith("y of the 10 most similar known rows: from ")


def test_what_agrees_is_named():
    assert agreeing(KNOWN.loc[[11, 12]], KNOWN.loc[[10]], ("age", "plan")) == "“plan” (a)"
    assert agreeing(KNOWN, KNOWN.loc[[10]], ("age", "plan")) == ""
