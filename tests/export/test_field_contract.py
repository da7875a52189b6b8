"""The contract chosen at export: what can be chosen, and that the bundle of every choice proves itself."""

import json
import zipfile

import pandas as pd
import pytest

from workbench.errors import NotFound, NotPossible
from workbench.export import manifest, prove
from workbench.export.field_contract import ACTION_WORDS, behaviour_of, checked, faults_of, preset, tidied, typical
from workbench.runtime.contract import BEHAVIOUR, check_rows
from workbench.specs import ColumnSpec, ContractSpec, FieldContract

ALL = ("warn", "impute", "reject")
MIXED = ContractSpec(
    fields=(
        FieldContract(column="price", missing="impute", out_of_range="impute"),
        FieldContract(column="rooms", missing="reject", out_of_range="reject"),
        FieldContract(column="sold", missing="impute", out_of_range="impute"),
        FieldContract(column="city <b>|", missing="impute", unseen="impute"),
        FieldContract(column="lift", unseen="reject"),
    ),
    extra="reject",
)


def golden_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("golden.json"))


@pytest.fixture(scope="module")
def fields(flats, binary):
    return {entry["name"]: entry for entry in binary.bundle.manifest["fields"]}


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("price", {"missing": ALL, "out_of_range": ALL}),
        ("sold", {"missing": ALL, "out_of_range": ALL}),
        ("city <b>|", {"missing": ALL, "unseen": ALL}),
        ("note", {"missing": ("warn", "reject")}),
    ],
)
def test_only_what_can_be_is_offered(fields, name, offered):
    assert faults_of(fields[name]) == offered
    assert all((fault, action) in ACTION_WORDS for fault, actions in offered.items() for action in actions)


def test_strict_refuses_what_no_training_row_had_and_tolerant_nothing(fields):
    strict = preset("strict", list(fields.values()))
    by_field = {name: behaviour_of(entry, strict) for name, entry in fields.items()}
    assert by_field["rooms"] == {**BEHAVIOUR, "missing": "reject", "out_of_range": "reject", "extra": "reject"}
    assert by_field["price"]["missing"] == "warn"  # it had blanks, so the model knows what to do with them
    assert by_field["city <b>|"]["unseen"] == "reject"
    tolerant = preset("tolerant", list(fields.values()))
    assert all(behaviour_of(entry, tolerant) == BEHAVIOUR for entry in fields.values())


def test_what_a_command_line_asks_for_must_be_possible(fields):
    assert checked(MIXED, list(fields.values())) is MIXED
    with pytest.raises(NotFound, match="does not use a column “age”"):
        checked(ContractSpec(sensitive=("age",)), list(fields.values()))
    with pytest.raises(NotPossible, match="“note” cannot impute what is missing"):
        checked(ContractSpec(fields=(FieldContract(column="note", missing="impute"),)), list(fields.values()))
    with pytest.raises(NotPossible, match="“rooms” cannot reject what is unseen"):
        checked(ContractSpec(fields=(FieldContract(column="rooms", unseen="reject"),)), list(fields.values()))
    hidden = ContractSpec(fields=(FieldContract(column="city <b>|", missing="impute"),), sensitive=("city <b>|",))
    with pytest.raises(NotPossible, match="cannot impute"):
        checked(hidden, list(fields.values()))


def test_a_column_stands_in_a_contract_once():
    with pytest.raises(ValueError, match="twice"):
        ContractSpec(fields=(FieldContract(column="a"), FieldContract(column="a", missing="reject")))


def test_contracts_that_say_the_same_are_the_same():
    one = ContractSpec(fields=(FieldContract(column="b"), FieldContract(column="a", missing="reject")))
    assert tidied(one) == ContractSpec(fields=(FieldContract(column="a", missing="reject"),))


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        (ColumnSpec(name="x", meaning="number"), [1.5, 2.5, 9.0, 9.5], 2.5),
        (ColumnSpec(name="x", meaning="category"), ["b", "a", "b", "a", None], "a"),
        (ColumnSpec(name="x", meaning="date"), pd.to_datetime(["2020-01-03", "2020-01-01"]), "2020-01-01T00:00:00"),
        (ColumnSpec(name="x", meaning="number"), [None, None], None),
    ],
    ids=["lower-median", "most-frequent", "earlier-date", "nothing"],
)
def test_the_usual_value(column, values, expected):
    assert typical(pd.Series(values), column) == expected


@pytest.mark.parametrize("name", ["strict", "mixed"])
def test_a_bundle_keeps_its_contract_and_its_golden_rows_try_every_case(flats, fields, tmp_path, name):
    contract = MIXED if name == "mixed" else preset("strict", list(fields.values()))
    made = flats.bundle(tmp_path, "binary", "logistic", contract=contract)
    own = {entry["name"]: entry for entry in made.bundle.manifest["fields"]}
    golden = golden_of(made.path)
    tried = set()
    for row, error in zip(golden["refused"]["rows"], golden["refused"]["errors"], strict=True):
        assert check_rows([row], list(own.values()), known=["bought"]).errors[0] == error
        tried.add((error["field"], own[error["field"]]["behaviour"]["extra"] if error["field"] in own else "extra"))
    words = " ".join(note["message"] for answer in golden["predictions"] for note in answer["warnings"])
    assert len(golden["rows"]) >= 50 and golden["predictions"][0]["warnings"] == []
    assert {field for field, _ in tried} >= {"rooms", "lift", "sold", "a field no training row had"}
    if name == "mixed":
        assert own["price"]["typical"] == typical(made.table["price"], flats.columns[0])
        assert own["city <b>|"]["typical"] == typical(made.table["city <b>|"], flats.columns[5])
        assert "nearest value seen is taken" in words and "is taken, which is usual" in words
    else:
        assert "nearest value" not in words and "outside" not in words and "not seen" not in words
    proof = prove(made.path)
    assert proof.passed, proof.log


def test_without_a_contract_it_is_as_usual(flats, binary):
    facts = manifest(binary.pipeline, binary.spec, binary.table, read=flats.READ)
    assert facts["sensitive"] == [] and all(entry["behaviour"] == BEHAVIOUR for entry in facts["fields"])
    assert not any("typical" in entry or "sensitive" in entry for entry in facts["fields"])
