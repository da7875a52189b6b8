"""A new file with renamed, reordered, missing and extra columns: what may be meant is suggested, what is said done."""

import numpy as np
import pandas as pd
import pytest

from workbench.cli import entry
from workbench.errors import CannotRead, NotFound, NotPossible
from workbench.export import open_bundle
from workbench.export.column_mapping import parsed, renamed, suggestions
from workbench.export.file_rows import file_columns, predict_file, read_rows

RENAMED = {"Price (EUR)": "price", "ROOMS": "rooms", "sold_on": "sold", "town": "city <b>|"}


@pytest.fixture(scope="module")
def scorer(binary):
    return open_bundle(binary.path)


def written(raw, path):
    raw.to_csv(path, sep=";", index=False)
    return path


@pytest.fixture
def other(binary, tmp_path):
    """The rows of the training file with four columns renamed, another order, one left out and one more."""
    raw = binary.raw.rename(columns={old: new for new, old in RENAMED.items()}).drop(columns=["id", "note", "bought"])
    return written(raw[raw.columns[::-1]].assign(extra="x"), tmp_path / "new.csv")


def test_columns_are_suggested_by_name_and_by_what_they_hold(other, scorer):
    found = file_columns(other, scorer.manifest)
    assert found.absent == ("price", "rooms", "sold", "city <b>|", "note")
    assert set(found.extra) == {*RENAMED, "extra"}
    assert {one.column: one.field for one in found.suggestions} == RENAMED
    reasons = {one.column: one.reason for one in found.suggestions}
    assert reasons["ROOMS"].startswith("called the same but for case and marks")
    assert reasons["town"] == "100 % of its values are as usual there"  # nothing but its values speaks for it


def test_a_mapped_file_gets_the_predictions_of_the_file_as_it_was(binary, other, scorer):
    mapped = predict_file(other, scorer, RENAMED)
    expected = scorer.predict_frame(binary.raw.drop(columns="note"))
    chances = [name for name in expected.columns if name.startswith("probability_")]
    np.testing.assert_allclose(mapped.predictions[chances], expected[chances], rtol=0, atol=1e-9)
    assert mapped.predictions["prediction"].tolist() == expected["prediction"].tolist()
    assert mapped.absent == ("note",)
    # The person's own names come back, in the file's order.
    assert mapped.header[0] == "rent" and {*RENAMED, "extra"} <= set(mapped.header)
    assert list(mapped.table().columns[: len(mapped.header)]) == list(mapped.header)
    assert mapped.csv().splitlines()[0].startswith("rent,grade,lift,town,")


def test_a_file_without_any_known_name_is_refused_until_it_is_mapped(binary, scorer, tmp_path):
    path = written(binary.raw[["price", "rooms"]].rename(columns={"price": "p", "rooms": "r"}), tmp_path / "new.csv")
    with pytest.raises(CannotRead, match="none of the columns"):
        read_rows(path, scorer.manifest)
    assert predict_file(path, scorer, {"p": "price", "r": "rooms"}).errors.eq("").all()


def test_nothing_is_suggested_where_nothing_lacks_or_nothing_is_left(binary, scorer):
    fields = scorer.fields
    assert suggestions(binary.raw.assign(preis="1"), fields) == []
    assert suggestions(binary.raw.drop(columns="price"), fields, known=["id", "bought", "grade", "rent"]) == []


@pytest.mark.parametrize(
    ("cells", "name"),
    [(["abc"] * 9, "Price"), (["1,5"] * 9, "quite other"), (["1,5"] * 9, "id")],
    ids=["name-alone", "number-alone", "known"],
)
def test_a_name_alone_or_any_number_is_no_suggestion(scorer, cells, name):
    raw = pd.DataFrame({name: cells, "rooms": ["3"] * 9}, dtype="str")
    found = suggestions(raw, scorer.fields, known=["id"])
    assert "price" not in [one.field for one in found]


def test_two_columns_of_one_name_and_a_name_that_is_not_there_are_refused(binary):
    with pytest.raises(NotFound, match="no column “gone”"):
        renamed(binary.raw, {"gone": "price"})
    with pytest.raises(NotPossible, match="Two columns of the file would be “price”"):
        renamed(binary.raw, {"rooms": "price"})
    swapped = renamed(binary.raw, {"rooms": "area", "area": "rooms"})
    assert swapped["rooms"].tolist() == binary.raw["area"].tolist()


def test_pairs_are_read_whatever_signs_names_hold():
    assert parsed(["a = b=x=y"], ["a = b"], ["x=y", "y"]) == {"a = b": "x=y"}
    with pytest.raises(NotPossible, match="does not end in a column that the model knows"):
        parsed(["a=gone"], ["a"], ["x"])


def test_the_command_line_suggests_and_maps(binary, other, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert entry.main(["predict", str(binary.path), str(other), "--csv", str(out)]) == 0
    said = capsys.readouterr().err
    assert "“ROOMS” may be “rooms”: called the same but for case and marks" in said
    assert '--map "town=city <b>|"' in said
    pairs = [part for new, old in RENAMED.items() for part in ("--map", f"{new}={old}")]
    assert entry.main(["predict", str(binary.path), str(other), "--csv", str(out), *pairs]) == 0
    assert "may be" not in capsys.readouterr().err
    expected = open_bundle(binary.path).predict_frame(binary.raw.drop(columns="note"))
    got = pd.read_csv(out)
    np.testing.assert_allclose(got["probability_Yes"], expected["probability_Yes"], rtol=0, atol=1e-9)
    assert got.columns[:3].tolist() == ["rent", "grade", "lift"]
    alone = written(binary.raw[["price", "rooms"]].rename(columns=str.upper), tmp_path / "alone.csv")
    assert entry.main(["predict", str(binary.path), str(alone), "--csv", str(out)]) == 1
    assert "“PRICE” may be “price”" in capsys.readouterr().err


def test_outcomes_under_other_names_are_compared_once_mapped(binary, tmp_path, capsys):
    path = written(binary.raw.rename(columns={"bought": "Bought?", "price": "Price"}), tmp_path / "later.csv")
    out = tmp_path / "out.json"
    assert entry.main(["evaluate", str(binary.path), str(path), "--json", str(out)]) == 1
    assert "There is no column “bought”" in capsys.readouterr().err
    pairs = ("--map", "Bought?=bought", "--map", "Price=price")
    assert entry.main(["evaluate", str(binary.path), str(path), "--json", str(out), *pairs]) == 0
    assert out.is_file() and "lacks" not in capsys.readouterr().err
