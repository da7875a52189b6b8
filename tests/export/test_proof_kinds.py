"""Which proof a bundle got: in a clean environment where one can be made, else in a process, and it says which."""

import os
import sys
from pathlib import Path

import pytest

from workbench.errors import BundleRefused, NotPossible
from workbench.export import bundle as bundle_module
from workbench.export import clean_environment, proof, proven_bundle
from workbench.export.clean_environment import CACHED, MAKING, READY, environment


@pytest.fixture
def installed(monkeypatch):
    """Let environments be made of nothing: what a package index would be needed for is left out."""
    made = []

    def make(home, python, requirements):
        made.append(home)
        home.mkdir(parents=True)
        (home / READY).touch()

    monkeypatch.setattr(clean_environment, "_make", make)
    return made


def test_equal_pins_share_an_environment_and_it_is_said_which_it_is(installed, tmp_path):
    said, first, second = [], tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("flask==3\n", encoding="utf-8")
    second.write_text("flask==2\n", encoding="utf-8")
    cache = tmp_path / "cache"
    one = environment(first, cache, say=said.append)
    assert environment(first, cache, say=said.append) == one
    assert environment(second, cache, say=said.append) != one
    assert said == [MAKING, CACHED, MAKING] and len(installed) == 2


def test_the_environments_used_last_are_kept(installed, tmp_path):
    cache = tmp_path / "cache"
    for number in range(clean_environment.KEPT + 2):
        requirements = tmp_path / f"{number}.txt"
        requirements.write_text(f"flask=={number}\n", encoding="utf-8")
        python = environment(requirements, cache)
        os.utime(python.parents[1] / READY, (number, number))
    assert len(list(cache.glob("env-*"))) == clean_environment.KEPT
    assert python.parents[1].is_dir()


def test_without_a_package_index_a_process_stands_in_and_says_so(binary, tmp_path, monkeypatch):
    def unreachable(*_, **__):
        raise NotPossible("No environment for the tests could be made (no index).", clean_environment.NO_ENVIRONMENT)

    monkeypatch.setattr(proof, "environment", unreachable)
    said = []
    found = proof.proof_as_asked(binary.path, "clean", tmp_path, said.append)
    assert found.passed and "a separate process" in found.environment
    assert found.environment.endswith("No environment for the tests could be made (no index).")
    assert "process in which nothing of this app" in said[-1]


def test_a_process_is_not_told_to_be_second_best_where_it_was_asked_for(binary, monkeypatch, tmp_path):
    monkeypatch.setattr(proof, "environment", lambda *_, **__: pytest.fail("no environment was asked for"))
    assert proof.proof_as_asked(binary.path, "process", tmp_path).environment == proof.Proof.environment


def test_a_spoiled_coefficient_in_the_clean_environment_means_no_bundle(flats, binary, tmp_path, monkeypatch):
    """The coefficient is spoiled between the answers that are expected and the model that is saved."""
    whole = bundle_module.golden_answers

    def spoiled(scorer, rows):
        golden = whole(scorer, rows)
        first = golden["predictions"][0]["probabilities"]
        first["Yes"], first["No"] = first["Yes"] + 1e-6, first["No"] - 1e-6
        return golden

    monkeypatch.setattr(bundle_module, "golden_answers", spoiled)
    monkeypatch.setattr(bundle_module, "_check_saved_model", lambda *_: None)
    monkeypatch.setattr(proof, "environment", lambda *_, **__: Path(sys.executable))
    with pytest.raises(BundleRefused, match="did not pass its own tests"):
        proven_bundle(
            binary.pipeline, binary.spec, flats.READ, binary.table, tmp_path / "out.zip", proof="clean",
            cache_dir=tmp_path / "cache",
        )  # fmt: skip
    assert not (tmp_path / "out.zip").exists()
