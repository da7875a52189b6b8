"""A bundle's tests in a virtual environment made from its own requirements.txt."""

import json
import subprocess
import sys
import threading

import pytest

from workbench.errors import NotPossible
from workbench.export import clean_environment, prove_clean
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


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(refused)': /simple/\n"
            "ERROR: No matching distribution found for click==8.5.1\n",
            "No environment for the tests could be made, since no package index answered.",
        ),
        (
            "ERROR: No matching distribution found for click==99\n",
            "No environment for the tests could be made (ERROR: No matching distribution found for click==99).",
        ),
        ("", "No environment for the tests could be made (no reason)."),
    ],
    ids=["no index", "not in the index", "nothing said"],
)
def test_an_index_that_does_not_answer_is_told_as_one(said, told):
    done = subprocess.CompletedProcess(["pip"], 1, stdout=b"", stderr=said.encode("utf-8"))
    assert clean_environment._reason(done) == told


def test_one_is_made_at_a_time_and_a_killed_process_holds_up_nobody(tmp_path, monkeypatch):
    requirements, cache = tmp_path / "requirements.txt", tmp_path / "cache"
    requirements.write_text("flask==3.1.3\n", encoding="utf-8")
    made, inside = [], threading.Event()

    def make(home, python, _):
        made.append(home)
        assert not inside.is_set()
        inside.set()
        threading.Event().wait(0.2)  # a second one would be here by now
        home.mkdir()
        (home / clean_environment.READY).touch()
        inside.clear()

    monkeypatch.setattr(clean_environment, "_make", make)
    threads = [threading.Thread(target=environment, args=(requirements, cache)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 1
    # Another process takes the lock of a second environment, and is killed.
    requirements.write_text("flask==3.1.2\n", encoding="utf-8")
    holding = (
        "import pathlib, sys, time\nfrom workbench.export import clean_environment as m\n"
        "with m._alone(pathlib.Path(sys.argv[1])):\n print('held', flush=True)\n time.sleep(600)"
    )
    home = clean_environment.home_of(requirements, cache)
    other = subprocess.Popen([sys.executable, "-c", holding, str(home)], stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "held\n"
    waiting = threading.Thread(target=environment, args=(requirements, cache))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive() and len(made) == 1
    other.kill()
    other.communicate()
    waiting.join(30)
    assert not waiting.is_alive() and made[1:] == [home]
