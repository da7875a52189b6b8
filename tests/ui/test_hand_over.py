"""What is written to the engineer: true of the very service, and complete enough to check it by."""

from types import SimpleNamespace

import pytest

from workbench.specs import ColumnSpec
from workbench.ui import hand_over

PROJECT = SimpleNamespace(name="Kunden 2025")
DIGEST = "9c14" * 16
ENTRY = {
    "made_at": 1_700_000_000.0,
    "n_fields": 1,
    "n_tests": 36,
    "environment": "a process. No index.",
    "file": f"{DIGEST}.zip",
}


def run_of(*columns):
    return SimpleNamespace(spec=SimpleNamespace(target="left", columns=columns))


def test_it_names_the_file_what_it_predicts_and_the_whole_digest():
    told = hand_over.message(PROJECT, run_of(), ENTRY)
    assert told.startswith("Kunden-2025-service.zip is a web service that predicts “left” from 1 column:")
    assert "on 2023-11-14: 36 tests passed, in a process. README" in told and f"SHA-256 is {DIGEST} " in told
    assert "MODEL_CARD.md" in told and "confidential" not in told
    assert "\nValues of the training table are in its examples, ranges and lists: please" in told


@pytest.mark.parametrize(("meaning", "kept"), [("category", True), ("number", False)], ids=["words", "figures"])
def test_words_that_the_model_keeps_make_the_file_confidential(meaning, kept):
    column = ColumnSpec(name="Name", meaning=meaning)
    told = hand_over.message(PROJECT, run_of(column), ENTRY | {"contract": {"sensitive": ["Name"]}})
    assert ("keeps the words of Name: please treat the file as confidential" in told) == kept
    assert "Values of the training table" not in told  # its one column is marked
    told = hand_over.message(PROJECT, run_of(column), ENTRY | {"n_fields": 2, "contract": {"sensitive": ["Name"]}})
    assert "lists, but for Name, whose are made up or rounded: please" in told
