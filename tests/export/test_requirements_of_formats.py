"""A bundle asks for the reader of the format its batch files are in, and for no other."""

import pytest

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
    assert names & READING == ({package} if package else set())
    assert {"flask", "pandas"} <= names


def test_without_rules_nothing_is_added():
    assert roots_for(None) == roots_for(ReadSpec())


def test_every_format_has_a_reader():
    formats = set(ReadSpec.model_fields["format"].annotation.__args__)
    assert formats == {*READERS, "delimited", "fixed_width"}
