"""Amounts such as 110M and dates such as 14. März 2021: the file, the JSON interface and the form read them alike."""

import numpy as np
import pandas as pd
import pytest

from workbench.data import open_table
from workbench.export.fields import describe_fields
from workbench.export.golden import json_cell
from workbench.export.serving.prediction_service import web_form
from workbench.runtime.scorer import Scorer

ROWS = [("€110.5M", "14. März 2021"), ("€60K", "3. Mär. 2020"), ("€1.1M", "5. Mai 2019"), ("€0", "1. Okt. 2022")]
EURO = [110_500_000.0, 60_000.0, 1.1e6, 0.0]


class Echo:
    """A regression that answers with its number, and with the day of its date behind the decimal point."""

    def predict(self, frame):
        return frame["value"].to_numpy() + frame["signed"].dt.day.to_numpy() / 100


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    path = tmp_path_factory.mktemp("scaled") / "players.csv"
    path.write_text("value;signed\n" + "".join(f"{value};{day}\n" for value, day in ROWS * 5), encoding="utf-8")
    opened = open_table(path)
    assert opened.table["value"].tolist() == EURO * 5
    assert opened.table["signed"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2021-03-14", "2020-03-03"]
    fields = describe_fields(opened.table, opened.schema.columns)
    return Scorer(Echo(), {"task": "regression", "target": "y", "fields": fields, "ignored": [], "model": ""})


EXPECTED = [110_500_000.14, 60_000.03, 1_100_000.05, 0.01]


def predictions(answers):
    return [answer["prediction"] for answer in answers]


def test_json_form_and_file_read_the_same(scorer):
    rows = [{"value": value, "signed": day} for value, day in ROWS]
    assert predictions(scorer.predict_rows(rows)) == pytest.approx(EXPECTED, abs=1e-9)
    posted = [web_form.row_of(row, scorer.fields) for row in rows]
    assert predictions(scorer.predict_rows(posted)) == pytest.approx(EXPECTED, abs=1e-9)
    by_file = scorer.predict_frame(pd.DataFrame(rows, dtype="str"))
    np.testing.assert_array_equal(by_file["prediction"], predictions(scorer.predict_rows(rows)))


@pytest.mark.parametrize("value", ["110.5M", "€110.5M", "110.5 M", "110500K", 110_500_000, "110500000"])
@pytest.mark.parametrize("day", ["14. März 2021", "14. Mär. 2021", "Sonntag, 14. März 2021"])
def test_the_same_value_in_other_words(scorer, value, day):
    (answer,) = scorer.predict_rows([{"value": value, "signed": day}])
    assert answer["prediction"] == EXPECTED[0] and not answer["warnings"]


def test_what_does_not_fit_is_refused_with_the_rule_in_words(scorer):
    (answer,) = scorer.predict_rows([{"value": "110X", "signed": "14. Mars 2021"}])
    error = answer["error"]
    assert "written like 110.5M €, in K, M and B: 110M € is 110,000,000 €" in error["message"]
    assert "a date written like 01. Oktober 2022" in error["others"][0]["message"]


def test_the_form_shows_the_rule_and_takes_what_it_shows(scorer):
    value, signed = web_form.widgets(scorer.fields, {})
    assert value["input"] == "decimal" and "written like 110.5M €" in value["hint"]
    assert signed["input"] == "date"
    example = web_form.example_of({"value": "€1.1M", "signed": "14. März 2021"}, scorer.fields)
    assert example == {"value": "€1.1M", "signed": "2021-03-14"}
    (answer,) = scorer.predict_rows([web_form.row_of(example, scorer.fields)])
    assert answer["prediction"] == 1_100_000.14


def test_golden_rows_are_written_by_the_rule(scorer):
    signed = scorer.fields[1]
    text = json_cell(pd.Timestamp("2021-03-14"), signed)
    assert text == "14. März 2021"
