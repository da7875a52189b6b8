"""A bundle's tests in a virtual environment made from its own requirements.txt."""

import json
import subprocess

import pytest

from workbench.errors import NotPossible
from workbench.export import prove_clean
from workbench.export.clean_environment import environment


@pytest.mark.clean_env
def test_a_bundle_passes_where_only_its_requirements_are_installed(made, tmp_path_factory):
    cache = tmp_path_factory.getbasetemp().parent / "clean-environments"
    proof = prove_clean(made.path, cache)
    assert proof.passed, proof.log
    assert proof.n_tests >= 15
    python = next(cache.glob("env-*/bin/python"))
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"], capture_output=True, check=True
    )
    names = {entry["name"].lower() for entry in json.loads(listed.stdout)}
    assert not names & {"streamlit", "pyarrow", "pydantic", "workbench"}


def test_an_environment_that_cannot_be_made_is_told_in_words(tmp_path):
    requirements = tmp_path / "requirements.txt"
    # A file that is not there needs no package index to fail.
    requirements.write_text("-r absent.txt\n", encoding="utf-8")
    with pytest.raises(NotPossible, match="No environment for the tests could be made"):
        environment(requirements, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("env-*"))
