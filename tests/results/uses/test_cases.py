"""Kept cases: what is written comes back, and what differs is known."""

import datetime
import json

import pandas as pd

from workbench.results.uses.cases import as_json, cases_frame, from_json, side_by_side

FIELDS = [{"name": "since", "meaning": "date"}, {"name": "months", "meaning": "integer"}]
ROWS = [{"since": datetime.datetime(2024, 5, 1), "months": 3}, {"since": None, "months": 3}]


def test_a_row_comes_back_from_json_as_it_was():
    for row in ROWS:
        assert from_json(json.loads(json.dumps(as_json(row))), FIELDS) == row
    assert from_json({"gone": 1, "months": 2}, FIELDS) == {"since": None, "months": 2}


def test_a_file_holds_one_line_per_case():
    answers = [
        {"prediction": "yes", "probabilities": {"no": 0.25, "yes": 0.75}, "warnings": []},
        {"error": {"message": "Not taken."}},
    ]
    frame = cases_frame(["Case 1", "Case 2"], ROWS, answers)
    columns = ["Case", "since", "months", "prediction", "probability_no", "probability_yes", "error"]
    assert frame.columns.tolist() == columns
    assert frame.loc[0, "probability_yes"] == 0.75 and pd.isna(frame.loc[0, "error"])
    assert frame.loc[1, "error"] == "Not taken." and pd.isna(frame.loc[1, "prediction"])
    amounts = cases_frame(["Case 1"], ROWS[:1], [{"prediction": 5.0, "probabilities": {}, "lower": 4.0, "upper": 7.0}])
    assert amounts.iloc[0, -3:].tolist() == [5.0, 4.0, 7.0]


def test_a_field_that_is_called_like_an_answer_keeps_its_values():
    answers = [
        {"error": {"message": "Not taken."}},
        {"prediction": 5.0, "probabilities": {}, "lower": 4.0, "upper": 7.0},
    ]
    rows = [{"Case": "mine", "lower": 1.0, "prediction": "guess", "x": 2}] * 2
    frame = cases_frame(["Case 1", "Case 2"], rows, answers)
    assert frame["Case"].tolist() == ["Case 1", "Case 2"] and frame["x"].tolist() == [2, 2]
    assert frame["Case (your column)"].tolist() == ["mine", "mine"] and frame["lower (your column)"].tolist() == [
        1.0,
        1.0,
    ]
    assert frame["prediction (your column)"].tolist() == ["guess", "guess"]
    assert frame.loc[1, ["prediction", "lower", "upper"]].tolist() == [5.0, 4.0, 7.0]


def test_what_differs_stands_out():
    frame, differs = side_by_side(["Case 1", "Case 2"], ROWS, [["yes"], ["yes"]], ["Answer"])
    assert frame.to_numpy().tolist() == [
        ["Answer", "yes", "yes"],
        ["since", "2024-05-01", "no value"],
        ["months", "3", "3"],
    ]
    assert frame.columns.tolist() == ["Column", "Case 1", "Case 2"]
    assert differs == [True, True, False]
    assert side_by_side([], [], [], ["Answer"])[0].to_numpy().tolist() == [["Answer"]]
