"""A category that a file spells in several ways: the file, JSON, the form and the table of a bundle read one word."""

import pandas as pd
import pytest

from workbench.export import build_bundle, open_bundle, prove
from workbench.export.fields import describe_fields
from workbench.export.file_rows import predict_file
from workbench.export.serving.prediction_service import web_form
from workbench.runtime.contract import check_frame, check_row
from workbench.specs import ColumnSpec

SPELT = {
    "city <b>|": (("köln ", "Köln"), ("KOELN", "Köln"), ("ulm", "Ulm")),
    "lift": (("JA", "ja"), ("True", "ja")),
    "bought": (("yes", "Yes"), ("NO", "No")),
}


@pytest.fixture(scope="module")
def spelt(flats, tmp_path_factory):
    """A bundle whose file writes cities, lifts and the target in several ways."""
    raw = flats.table()
    raw.loc[0:9, "city <b>|"] = ["köln ", "KOELN", "ulm", "Köln", "Ulm"] * 2
    raw.loc[10:14, "lift"] = "JA"
    raw.loc[raw.index[raw["bought"] == "Yes"][:5], "bought"] = "yes"
    raw.loc[raw.index[raw["bought"] == "No"][:5], "bought"] = "NO"
    spec = flats.spec("binary", "logistic")
    columns = tuple(column.but(spellings=SPELT.get(column.name, ())) for column in spec.columns)
    spec = spec.but(columns=columns, target_column=spec.target_column.but(spellings=SPELT["bought"]))
    table, pipeline = flats.fitted(spec, raw)
    path = tmp_path_factory.mktemp("spelt") / "spelt.zip"
    return build_bundle(pipeline, spec, flats.READ, table, path, raw=raw), raw


@pytest.fixture(scope="module")
def scorer(spelt):
    return open_bundle(spelt[0].path)


def test_the_bundle_proves_itself(spelt):
    proof = prove(spelt[0].path)
    assert proof.passed, proof.log


def test_lists_of_values_and_classes_hold_one_spelling(scorer):
    fields = {field["name"]: field for field in scorer.fields}
    assert fields["city <b>|"]["values"] == ["Köln", 'Rhône "x"', "Ulm"]
    assert fields["lift"]["values"] == ["ja", "nein"]
    assert scorer.classes == ("No", "Yes")
    shown = {widget["name"]: widget["options"] for widget in web_form.widgets(scorer.fields, {})}
    assert shown["city <b>|"] == ["Köln", 'Rhône "x"', "Ulm"]


@pytest.mark.parametrize("city", ["köln", "köln ", " KOELN"])
def test_every_way_to_ask_reads_one_word(spelt, scorer, tmp_path, city):
    row = {"price": 1000, "rooms": 3, "area": 60.5, "city <b>|": "Köln", "lift": "ja", "note": "loud"}
    other = row | {"city <b>|": city, "lift": "JA"}
    asked, expected = scorer.predict_rows([other, row])
    assert asked["prediction"] == expected["prediction"] and asked["probabilities"] == expected["probabilities"]
    assert asked["warnings"] == expected["warnings"]  # none says that the word was not seen
    posted = web_form.row_of({name: str(value) for name, value in other.items()}, scorer.fields)
    by_form = scorer.predict_rows([posted])[0]["probabilities"]
    assert by_form == pytest.approx(expected["probabilities"], abs=1e-12)
    table = scorer.predict_frame(pd.DataFrame([other, row]))
    assert table["probability_Yes"].nunique() == 1 and table["warnings"].nunique() == 1
    path = tmp_path / "rows.csv"
    pd.DataFrame([other, row]).astype(str).to_csv(path, sep=";", index=False, decimal=",")
    assert predict_file(path, scorer).predictions["probability_Yes"].nunique() == 1


def test_the_form_comes_back_with_the_word_that_was_read(scorer):
    row = {"price": 1000, "city <b>|": " köln", "lift": True}
    example = web_form.example_of(row, scorer.fields)
    assert (example["city <b>|"], example["lift"]) == ("Köln", "ja")


def test_a_flag_of_json_follows_its_spelling():
    column = ColumnSpec(name="lift", meaning="yes_no", spellings=(("true", "ja"), ("false", "nein")))
    (field,) = describe_fields(pd.DataFrame({"lift": pd.Series(["ja", "nein"], dtype="str")}), (column,))
    for cell, word in ((True, "ja"), (False, "nein"), ("true", "ja"), ("nein", "nein")):
        values, warnings = check_row({"lift": cell}, [field])
        assert values == {"lift": word} and not warnings
    checked = check_frame(pd.DataFrame({"lift": ["true", "ja", "nein"]}), [field])
    assert checked.frame["lift"].tolist() == ["ja", "ja", "nein"] and not checked.warnings
