"""A bundle asks for the reader of workbooks and that of the format its batch files are in, and for no other."""

import json
import subprocess
import sys

import pytest

from workbench.export import proof_driver
from workbench.export.requirements import pinned_names, pinned_requirements, roots_for
from workbench.runtime.typed_files import READERS
from workbench.specs import ReadSpec

READING = {"python-calamine", "pyreadstat", "duckdb", "pyarrow"}


@pytest.mark.parametrize(
    "kind, package",
    [
        ("delimited", None),
        ("json", None),
        ("r", None),
        ("sqlite", None),
        ("excel", "python-calamine"),
        ("spss", "pyreadstat"),
        ("duckdb", "duckdb"),
        ("feather", "pyarrow"),
    ],
)
def test_the_reader_of_the_format_is_pinned(kind, package):
    names = pinned_names(pinned_requirements(roots_for(ReadSpec(format=kind))))
    assert names & READING == {"python-calamine", *([package] if package else [])}
    assert {"flask", "pandas"} <= names


def test_without_rules_nothing_is_added():
    assert roots_for(None) == roots_for(ReadSpec())


def test_every_format_has_a_reader():
    formats = set(ReadSpec.model_fields["format"].annotation.__args__)
    assert formats == {*READERS, "delimited", "fixed_width"}


@pytest.mark.parametrize(("pins", "passed"), [("pyarrow==26.0.1\n", True), ("numpy==2.0.0\n", False)])
def test_the_proof_allows_what_is_pinned_and_nothing_else(tmp_path, pins, passed):
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "requirements.txt").write_text(pins, encoding="utf-8")
    test = "import unittest\n\n\nclass Reads(unittest.TestCase):\n    def test(self):\n        import pyarrow\n"
    (folder / "test_service.py").write_text(test, encoding="utf-8")
    result = tmp_path / "result.json"
    command = [sys.executable, "-I", proof_driver.__file__, str(folder), str(result)]
    subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert json.loads(result.read_text(encoding="utf-8"))["passed"] is passed
