"""``import workbench`` is cheap, and gives everything a notebook needs."""

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_loaded_before_it_is_used():
    code = "import sys, workbench; print(sorted({'pandas', 'numpy', 'sklearn', 'pydantic'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", workbench._EXPORTS)
def test_every_name_leads_somewhere(name):
    assert name in dir(workbench)
    assert getattr(workbench, name) is getattr(importlib.import_module(workbench._EXPORTS[name]), name)


def test_other_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = workbench.nonsense


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert workbench.__version__ == project["version"]
