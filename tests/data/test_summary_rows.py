"""Rows of totals: found by label and by what they add up, kept, and left out by one step."""

import pandas as pd
import pytest

from workbench.data import open_table
from workbench.data.columns.summary_rows import summary_questions
from workbench.prepare import apply_recipe
from workbench.specs import ColumnSpec, Recipe, Schema

SHOPS = "shop;jan;feb\nBonn;3;10\nKöln;4;20\nHof;5;30\n"


def question_of(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    opened = open_table(path)
    found = [question for question in opened.questions if question.code == "summary_rows"]
    return opened, found[0] if found else None


@pytest.mark.parametrize("label", ["Total", "Gesamtsumme", "Summe:", "TOTAL", "Ensemble", "合計"])
def test_a_row_called_total_is_kept_and_asked_about(tmp_path, label):
    opened, question = question_of(tmp_path, SHOPS + f"{label};12;60\n")
    assert len(opened.table) == 4
    assert question.rows == (3,)
    assert question.columns == ("shop",)
    assert [answer.label for answer in question.answers] == ["Keep it", "Leave it out"]
    recipe = Recipe.model_validate({"rows": [question.answers[1].step]})
    assert apply_recipe(opened.table, recipe).table["shop"].tolist() == ["Bonn", "Köln", "Hof"]


def test_subtotals_and_a_grand_total_go_with_one_step(tmp_path):
    text = SHOPS + "Subtotal;12;60\nUlm;1;1\nJena;2;2\nTrier;3;1\nPlön;3;1\nSubtotal;9;5\nGrand total;21;65\n"
    opened, question = question_of(tmp_path, text)
    assert question.rows == (3, 8, 9)
    left = apply_recipe(opened.table, Recipe.model_validate({"rows": [question.answers[1].step]})).table
    assert left["shop"].tolist() == ["Bonn", "Köln", "Hof", "Ulm", "Jena", "Trier", "Plön"]


def test_sums_without_a_label_are_found(tmp_path):
    opened, question = question_of(tmp_path, SHOPS + ";12;60\n")
    assert question.rows == (3,)
    assert "(row 4)" in question.sentence
    left = apply_recipe(opened.table, Recipe.model_validate({"rows": [question.answers[1].step]})).table
    assert len(left) == 3


@pytest.mark.parametrize(
    "text",
    [
        SHOPS + "Ulm;12;61\n",
        "sex;n\n" + "Total;1\nMen;2\n" * 10,
        "x;y\n1;2\n2;3\n3;5\n",
        "said;kind\nsee you;ham\nall of it;ham\nok;spam\nTotal;ham\nfine;ham\n",  # no number that could be a sum
    ],
)
def test_other_rows_are_not(tmp_path, text):
    assert question_of(tmp_path, text)[1] is None


def test_rows_without_a_label_stay_where_the_totals_have_one():
    table = pd.DataFrame({"what": ["a", None, "b", "Total"], "n": [1, 2, 3, 6]})
    schema = Schema(columns=(ColumnSpec(name="what", meaning="category"), ColumnSpec(name="n", meaning="integer")))
    (question,) = summary_questions(table, schema)
    left = apply_recipe(table, Recipe.model_validate({"rows": [question.answers[1].step]})).table
    assert left["n"].tolist() == [1, 2, 3]


def test_the_step_names_the_totals_so_that_new_rows_of_a_newer_file_stay(tmp_path):
    text = SHOPS + "Subtotal;12;60\nUlm;1;1\nJena;2;2\nTrier;3;1\nPlön;3;1\nSubtotal;9;5\nGrand total;21;65\n"
    opened, question = question_of(tmp_path, text)
    assert question.answers[1].step["operator"] == "none_of"
    assert question.answers[1].step["values"] == ["Subtotal", "Grand total"]
    newer = opened.table.replace({"shop": {"Bonn": "Aalen"}})
    left = apply_recipe(newer, Recipe.model_validate({"rows": [question.answers[1].step]})).table
    assert left["shop"].tolist() == ["Aalen", "Köln", "Hof", "Ulm", "Jena", "Trier", "Plön"]


def test_no_step_where_a_filter_would_take_other_rows():
    table = pd.DataFrame({"what": ["a", None, "b", None], "n": [1, 2, 3, 6], "m": [10, 20, 30, 60]})
    columns = (
        ColumnSpec(name="what", meaning="category"),
        ColumnSpec(name="n", meaning="integer"),
        ColumnSpec(name="m", meaning="integer"),
    )
    (question,) = summary_questions(table, Schema(columns=columns))
    assert [answer.label for answer in question.answers] == ["Keep it"]


def test_totals_of_groups_are_called_after_them(tmp_path):
    text = (
        "region,product,units,sales\nNorth,A,10,100.5\nNorth,B,20,201.0\nTotal North,,30,301.5\n"
        "South,A,7,70\nSouth,B,8,81.25\nTotal South,,15,151.25\nTotal,,45,452.75\n"
    )
    opened, question = question_of(tmp_path, text)
    assert question.rows == (2, 5, 6)
    assert "“Total North”" in question.sentence
    left = apply_recipe(opened.table, Recipe.model_validate({"rows": [question.answers[1].step]})).table
    assert left["region"].tolist() == ["North", "North", "South", "South"]


@pytest.mark.parametrize("label", ["Zwischensumme Obst", "Obst gesamt", "Subtotal Obst:", "Obst小計"])
def test_a_single_column_of_labels_needs_the_sums(tmp_path, label):
    rows = "Apfel;10;20\nBirne;5;7\nPflaume;3;4\n" + f"{label};18;31\n" + "Rind;8;9\nLamm;7;7\nHuhn;2;1\n"
    assert question_of(tmp_path, "Ware;q1;q2\n" + rows)[1].rows == (3,)
    assert question_of(tmp_path, "Ware;q1;q2\n" + rows.replace("18;31", "19;31"))[1] is None


def test_names_that_begin_with_total_are_names(tmp_path):
    text = "company,city,n\nTotal Energies,Paris,10\nSum of Us,Rome,5\nTotal Wine,Berlin,3\nBP,London,8\nShell,Hull,1\n"
    assert question_of(tmp_path, text)[1] is None


def test_a_total_of_all_below_totals_of_groups_without_labels(tmp_path):
    text = "region,product,n,m\nN,A,1,4\nN,B,2,5\nN,,3,9\nS,A,7,1\nS,B,8,3\nS,,15,4\n,,18,13\n"
    assert question_of(tmp_path, text)[1].rows == (2, 5, 6)
