"""What benchmarks/every_bundle.py is made of: how files are thinned, and how answers of different ways are compared."""

import math

import pandas as pd
import pytest

from benchmarks.bundle_ways.comparing import Answer, difference, largest, of_json, of_table, table
from benchmarks.bundle_ways.cutting import fewer_records, records, spread, with_fewer_rows
from benchmarks.bundle_ways.rows import in_own_dialect
from benchmarks.bundle_ways.sets import chosen, column_in_words
from benchmarks.every_bundle import latest
from workbench.data import open_table
from workbench.specs import ReadSpec

INDEX = """file,target,leakage_columns
a/customers.csv,churn,duration (known later); when
a/orders.csv,column 2 (amount),
b/orders.dat,none,
"""


def test_sets_are_found_by_a_part_of_their_name_which_must_be_of_one(tmp_path):
    (tmp_path / "INDEX.csv").write_text(INDEX, encoding="utf-8")
    one, other = chosen(tmp_path, ["customers", "orders.dat=price"])
    assert (one.path, one.target, one.leakage) == (tmp_path / "a/customers.csv", "churn", ("duration", "when"))
    assert (other.name, other.target, other.leakage) == ("orders", "price", ())
    for name in ("orders", "nothing"):
        with pytest.raises(ValueError, match=name):
            chosen(tmp_path, [name])


@pytest.mark.parametrize(
    ("words", "name"),
    [("b", "b"), ("column 1 (rings)", "b"), ("last column (of the day)", "c"), ("none", ""), ("column 3", "")],
)
def test_a_column_is_found_by_name_or_place(words, name):
    assert column_in_words(words, ["a", "b", "c"]) == name
    assert column_in_words("column 1", ["column 1", "column 2"]) == "column 2"  # the index counts from nought


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_records_put_together_are_the_text(end):
    text = end.join(["# note", 'a,"b', 'c",d', '"x ""y""",z', "", "last"])
    found = records(text)
    assert "".join(found) == text
    assert [record.strip() for record in found] == ["# note", f'a,"b{end}c",d', '"x ""y""",z', "", "last"]
    assert len(records(text, quote="")) == 6


def test_what_stands_above_the_rows_stays_and_the_rows_are_spread():
    text = "note\nh\n" + "".join(f"{at}\n" for at in range(101))
    assert fewer_records(text, 2, 3) == "note\nh\n0\n50\n100\n"
    assert spread(101, 3).tolist() == [0, 50, 100]


def test_a_thinned_file_is_read_as_the_whole_one_is(tmp_path):
    rows = pd.DataFrame({"Größe": [f"{at},5" for at in range(90)], "Tag": ["01.02.2024", "13.05.2023"] * 45})
    whole, folder = tmp_path / "whole.csv", tmp_path / "thin"
    folder.mkdir()
    rows.to_csv(whole, sep=";", index=False, encoding="cp1252", lineterminator="\r\n")
    thin, same = open_table(with_fewer_rows(whole, folder, 30)), open_table(whole)
    assert thin.table["Größe"].tolist() == same.table["Größe"].iloc[spread(90, 30)].tolist()
    assert thin.read.but(encoding="") == same.read.but(encoding="")
    assert thin.schema == same.schema


def test_a_file_without_a_header_is_written_as_its_rules_say():
    texts = pd.DataFrame({"Column 1": ["a", "bc"], "Column 2": ["1", "2"]})
    assert in_own_dialect(texts, ReadSpec(delimiter=r"\s+", header_rows=0)) == "a  1\nbc  2\n"
    assert in_own_dialect(texts, ReadSpec(format="fixed_width", widths=(3, 2), header_rows=0)) == "a  1 \nbc 2 \n"


def test_answers_of_json_and_of_a_table_are_the_same():
    answer = {"prediction": 7, "probabilities": {"7": 0.25, "8": 0.75}, "warnings": []}
    text = "own,prediction,probability_7,probability_8,warnings,error\r\nx,7,0.25,0.75,,\r\ny,,,,,not so\r\n"
    found = of_table(text, amounts=False)
    assert found[0] == of_json(answer, amounts=False) == Answer("7", {"probability_7": 0.25, "probability_8": 0.75})
    assert found[1].errors == ("not so",)
    assert of_json({"error": {"message": "not so"}}, amounts=False) == found[1]
    amount = of_json({"prediction": 2.5, "probabilities": {}, "lower": 1.0, "upper": 3.0}, amounts=True)
    assert of_table("prediction,prediction_2,lower,upper\r\n,2.5,1.0,3.0\r\n", amounts=True) == [amount]


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        (Answer("a", {"probability_a": 0.75}), 0.0),
        (Answer("a", {"probability_a": 0.5}), 0.25),
        (Answer("b", {"probability_a": 0.75}), math.inf),
        (Answer("a", {}), math.inf),
        (Answer("", errors=("no",)), math.inf),
    ],
    ids=["same", "share", "label", "no share", "refused"],
)
def test_how_far_answers_are_apart(other, apart):
    assert difference(Answer("a", {"probability_a": 0.75}), other) == apart


def test_amounts_are_compared_by_their_size_and_refusals_by_their_reason():
    assert difference(Answer(200.0, {"lower": 1.0}), Answer(201.0), ("lower",)) == 1 / 200
    assert difference(Answer(0.0), Answer(0.5)) == 0.5
    assert difference(Answer("", errors=("x",)), Answer("", errors=("z", "x"))) == 0.0
    assert difference(Answer("", errors=("x",)), Answer("", errors=("refused",))) == 0.0
    assert difference(Answer("", errors=("x",)), Answer("", errors=("y",))) == math.inf


def test_the_largest_difference_names_way_and_row():
    expected = [Answer(1.0), Answer(2.0)]
    assert largest("form", expected, [None, Answer(2.0 + 1e-12), Answer(9.0)]) == (pytest.approx(5e-13, rel=1e-3), "")
    worst, said = largest("form", expected, [Answer(1.0), Answer(3.0)])
    assert (worst, said) == (0.5, "form, row 2: 3.0 and not 2.0")
    assert largest("form", expected, [Answer("", errors=("closed",))]) == (
        math.inf,
        "form: 1 answers to 2 rows (closed)",
    )
    assert largest("form", expected, [Answer(math.nan), None])[0] == math.inf


def test_the_table_has_a_cell_for_every_bundle():
    results = [
        {"set": "a", "estimator": "ridge", "worst": 0.0, "failures": []},
        {"set": "a", "estimator": "mlp", "worst": 3e-12, "failures": []},
        {"set": "b", "estimator": "mlp", "worst": 0.0, "failures": ["no"]},
    ]
    assert table(results)[2:] == ["| a | 0 | 3e-12 |", "| b | – | RED |"]


def test_a_later_result_takes_the_place_of_an_earlier_one():
    first = {"set": "a", "estimator": "mlp", "failures": ["no"]}
    later, other = {**first, "failures": []}, {**first, "set": "b"}
    assert latest([first, other, later]) == [later, other]
    assert latest([first, other], "b") == [other]
