"""Fixtures for every test: a home folder of its own, so that no test sees another's projects or the person's."""

import os
from pathlib import Path

import pytest

collect_ignore = ["training/scripted_worker.py"]  # a program that tests start, not a test
DATA = os.environ.get("WORKBENCH_TEST_DATA", "")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Return a home folder that only this test uses."""
    folder = tmp_path / "home"
    monkeypatch.setenv("WORKBENCH_HOME", str(folder))
    monkeypatch.setenv("WORKBENCH_STANDBY", "0")  # each page that opens would start a process
    monkeypatch.setenv("WORKBENCH_PROOF", "process")  # no test makes environments from a package index
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    return folder


@pytest.fixture
def real_data():
    """Return the folder of real data files; skips where it is not there."""
    if not DATA or not Path(DATA).is_dir():
        pytest.skip("WORKBENCH_TEST_DATA names no folder of real data files")
    return Path(DATA)
