"""Golden rows are nobody's rows, and values of sensitive columns are nowhere in a bundle."""

import io
import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest

from workbench.export import prove
from workbench.export.golden import combined_rows
from workbench.export.personal import learned_words, made_up_cells, masked, rounded, suggested
from workbench.export.readme_contract import personal_section
from workbench.specs import ColumnSpec, ContractSpec

SENSITIVE = ("price", "sold", "city <b>|", "note")


def texts_of(path):
    """Return everything in a bundle but the model and the code, which is the same in all bundles, as text."""
    with zipfile.ZipFile(path) as archive:
        return {
            name: archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if not name.startswith(("model.joblib", "model.skops", "workbench/", "prediction_service/", "app.py"))
        }


@pytest.fixture(scope="module")
def hidden(flats, tmp_path_factory):
    contract = ContractSpec(sensitive=SENSITIVE)
    return flats.bundle(tmp_path_factory.mktemp("hidden"), "binary", "decision_tree", contract=contract)


def test_a_bundle_with_sensitive_columns_proves_itself(hidden):
    proof = prove(hidden.path)
    assert proof.passed, proof.log
    assert hidden.bundle.manifest["sensitive"] == list(SENSITIVE)


def test_no_value_of_a_sensitive_column_leaves(hidden):
    texts = texts_of(hidden.path)
    everything = "\n".join(texts.values()) + "\n".join(json.dumps(json.loads(texts["golden.json"]), ensure_ascii=False))
    golden = json.loads(texts["golden.json"])
    used = [row for rows in (golden["rows"], golden["refused"]["rows"]) for row in rows]
    everything += "\n".join(str(value) for row in used for value in row.values())
    fields = json.loads(texts["model.json"])["fields"]
    everything += "\n".join(str(value) for field in fields for value in field.values())
    secrets = {name: [cell for cell in hidden.raw[name].unique() if cell not in ("", "k.A.")] for name in SENSITIVE}
    secrets["price"] += [repr(value) for value in hidden.table["price"].dropna()]
    secrets["price"] += [cell.removesuffix(" €") for cell in secrets["price"]]
    secrets["sold"] += [moment.isoformat() for moment in hidden.table["sold"]]
    for name, cells in secrets.items():
        found = [cell for cell in cells if re.search(rf"(?<![\w.,]){re.escape(cell)}(?![\w.,]*\w)", everything)]
        assert not found, (name, found)
    # A column that is not marked shows that the search finds values.
    assert any(cell in everything for cell in hidden.raw["listed"])


def test_the_search_finds_what_is_not_masked(binary):
    texts = texts_of(binary.path)
    assert "Ulm" in texts["golden.json"] and "Ulm" in texts["model.json"] and "Ulm" in texts["README.md"]
    assert any(json.dumps(cell)[1:-1] in texts["golden.json"] for cell in binary.raw["price"])


def test_readme_says_which_columns_are_masked_and_what_the_model_keeps(hidden, binary):
    text = texts_of(hidden.path)["README.md"]
    assert "## Personal data" in text and r"city \<b>\|" in text.split("## Personal data")[1]
    assert "it keeps the words that it tells apart" in text
    assert "No golden row is a row of the training file" in texts_of(binary.path)["README.md"]


def test_what_must_be_told_of_a_sensitive_column_after_all_is_said(hidden):
    facts = json.loads(texts_of(hidden.path)["model.json"])
    assert "Told all the same" not in personal_section(facts, str)
    steps = {"rows": [{"step": "filter_rows", "column": "note", "operator": "not_equals", "values": ["loud"]}]}
    city = next(field for field in facts["fields"] if field["name"] == "city <b>|")
    city["spellings"] = [["Koeln", "Köln"]]
    told = personal_section({**facts, "spec": {**facts["spec"], "recipe": steps}}, str)
    assert told.endswith(
        " Told all the same, since the service or training anew needs them: the spellings that are read as one word of "
        "**city <b>|** in model.json and pipeline.py, and the values that rows were chosen by of **note** in "
        "model.json and MODEL_CARD.md."
    )


def test_no_golden_row_is_a_row_of_the_file(made):
    with zipfile.ZipFile(made.path) as archive:
        golden = json.loads(archive.read("golden.json"))
    names = [column.name for column in made.spec.columns]
    real = {tuple(row) for row in made.raw[names].itertuples(index=False)}
    rows = golden["rows"] + golden["refused"]["rows"]
    assert not real & {tuple(str(row.get(name) or "") for name in names) for row in rows}
    # The first 40 are put together from the file's own texts.
    fields = made.bundle.manifest["fields"]
    for row in combined_rows(made.raw, fields, 40, np.random.default_rng(made.spec.seed)):
        assert all((value or "") in set(made.raw[name]) for name, value in row.items())


def test_one_column_cannot_be_recombined_and_two_rows_are_tried_for_long():
    table = pd.DataFrame({"a": ["1", "2"], "b": ["x", "y"]}, dtype="str")
    fields = [{"name": name, "meaning": "category", "values": None} for name in "ab"]
    rows = combined_rows(table, fields, 30, np.random.default_rng(0))
    assert {(row["a"], row["b"]) for row in rows} == {("1", "y"), ("2", "x")}
    assert len(combined_rows(table[["a"]], fields[:1], 3, np.random.default_rng(0))) == 3


FIELD = {"values": None, "more_values": False, "minimum": None, "maximum": None}


@pytest.mark.parametrize(
    ("meaning", "low", "high", "ends"),
    [
        ("integer", 18, 90, (10, 100)),
        ("number", 1234.5, 98765.4, (0, 100_000.0)),
        ("number", 0.0, 0.37, (0.0, 0.4)),
        ("number", -3.2, 3.2, (-4.0, 4.0)),
        ("integer", 7, 7, (6, 8)),
        ("integer", 10, 90, (0, 100)),
        ("date", "1971-03-05T00:00:00", "2004-11-30T00:00:00", ("1971-01-01T00:00:00", "2004-12-31T00:00:00")),
    ],
)
def test_ends_are_rounded_outward(meaning, low, high, ends):
    hidden = masked({**FIELD, "meaning": meaning, "minimum": low, "maximum": high})
    assert (hidden["minimum"], hidden["maximum"]) == ends and hidden["sensitive"]


def test_words_are_not_listed_but_those_of_yes_and_no():
    assert masked({**FIELD, "meaning": "category", "values": ["a"]})["values"] is None
    assert masked({**FIELD, "meaning": "yes_no", "values": ["ja", "nein"]})["values"] == ["ja", "nein"]


def test_made_up_values_keep_clear_of_real_ones():
    field = {**FIELD, "meaning": "integer", "minimum": 0, "maximum": 30}
    real = pd.Series([float(value) for value in range(31) if value not in (7, 20)])
    assert set(made_up_cells(field, real, 40, np.random.default_rng(1))) == {7, 20}
    assert made_up_cells({**field, "meaning": "category"}, real, 7, np.random.default_rng(1))[4:] == [
        "made-up 5", "made-up 1", "made-up 2"
    ]  # fmt: skip
    born = {**FIELD, "meaning": "date", "date_format": "%d.%m.%Y"}
    born |= {"minimum": "1971-01-01T00:00:00", "maximum": "1972-12-31T00:00:00"}
    cells = made_up_cells(born, pd.Series(pd.to_datetime(["1971-05-01"])), 60, np.random.default_rng(1))
    assert all(re.fullmatch(r"01\.\d\d\.197[12]", cell) for cell in cells) and "01.05.1971" not in cells


def test_a_usual_value_that_leaves_is_rough():
    assert rounded(1234.5, {"meaning": "number"}) == 1200.0
    assert rounded("1971-03-05T00:00:00", {"meaning": "date"}) == "1971-07-01T00:00:00"
    assert rounded("Ulm", {"meaning": "category"}) is None


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        (ColumnSpec(name="customer", meaning="identifier"), ["C1", "C2"], "identifies rows"),
        (ColumnSpec(name="contact", meaning="category"), ["a@b.org", "c@d.org", "-"], "holds e-mail addresses"),
        (ColumnSpec(name="reach", meaning="text"), ["+49 731 1234567", "0731/123456"], "phone numbers"),
        (ColumnSpec(name="Nachname", meaning="category"), ["Li", "Li"], "a person's name"),
        (ColumnSpec(name="last_name", meaning="category"), ["Li", "Li"], "a person's name"),
        (ColumnSpec(name="date of birth", meaning="date"), pd.to_datetime(["1971-03-05"]), "a date of birth"),
        (ColumnSpec(name="who", meaning="category"), [f"w{at}" for at in range(40)], "hardly two rows"),
        (ColumnSpec(name="remark", meaning="text"), ["calls often"], "free text"),
        (ColumnSpec(name="plan", meaning="category"), ["basic", "plus"] * 30, ""),
        (ColumnSpec(name="filename size", meaning="number"), [1.0, 2.0], ""),
        (ColumnSpec(name="username", meaning="category"), ["a", "b"], "a person's name"),
    ],
    ids=lambda value: value.name if isinstance(value, ColumnSpec) else None,
)
def test_columns_that_look_personal_are_suggested(column, values, reason):
    found = suggested(pd.DataFrame({column.name: values}), [column])
    assert reason in found[column.name] if reason else found == {}


def test_what_the_model_itself_keeps_is_said():
    number, word = ({"meaning": meaning, "sensitive": True} for meaning in ("number", "category"))
    assert learned_words([{"meaning": "number"}], ["ridge"]) == ""
    assert "keeps rows" in learned_words([number], ["nearest_neighbours"])
    assert "words" in learned_words([word], ["ridge"]) and "words" not in learned_words([number], ["ridge"])


def test_golden_rows_are_the_same_for_the_same_seed(flats, tmp_path):
    content = []
    for name in ("a", "b"):
        path = flats.bundle(
            tmp_path / name, "binary", "decision_tree", contract=ContractSpec(sensitive=SENSITIVE), created_at="2026"
        ).path
        content.append(io.BytesIO(path.read_bytes()).getvalue())
    assert content[0] == content[1]
