"""Run a bundle's tests where nothing but the standard library, its pinned packages and itself can be imported.

Started by :mod:`workbench.export.proof` as ``python -I proof_driver.py FOLDER RESULT``; imports nothing of ours.
RESULT gets ``{"n_tests", "passed", "detail", "groups"}`` as JSON; ``groups`` is test class to tests that passed.
"""

import importlib.abc
import importlib.metadata
import json
import os
import re
import sys
import unittest
from pathlib import Path

FORBIDDEN = ("workbench.specs", "streamlit", "pyarrow")  # unless pinned: pyarrow reads files of Parquet


class OnlyTheBundle(importlib.abc.MetaPathFinder):
    """Refuse every top-level module that is neither the standard library's, a pinned package's nor the bundle's."""

    def __init__(self, folder: Path):
        own = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
        pinned = _pinned(folder / "requirements.txt")
        packages = {
            module
            for module, owners in importlib.metadata.packages_distributions().items()
            if any(_canonical(owner) in pinned for owner in owners)
        }
        self.allowed = own | packages | set(sys.stdlib_module_names) | {"__main__"}

    def find_spec(self, fullname, path=None, target=None):
        top = fullname.split(".")[0]
        # sysconfig's table of build settings is named after the platform, so no list of the library has it.
        if top not in self.allowed and not top.startswith("_sysconfigdata_"):
            raise ModuleNotFoundError(f"{fullname} is not part of the bundle", name=fullname)
        return None


class Counted(unittest.TextTestResult):
    """Counts the tests that passed by their class."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups: dict[str, int] = {}

    def addSuccess(self, test):
        super().addSuccess(test)
        name = type(test).__name__
        self.groups[name] = self.groups.get(name, 0) + 1


def _pinned(requirements: Path) -> set[str]:
    lines = requirements.read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("#"))
    return {_canonical(match.group()) for match in names if match}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _importable(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def _last_message(trace: str) -> str:
    """Return the message below the last line of code in a traceback, on one line."""
    lines = trace.strip().splitlines()
    code = max((at for at, line in enumerate(lines) if line.startswith("  ")), default=-1)
    return " ".join(" ".join(lines[code + 1 :] or lines[-1:]).split())[:500]


def main(folder: Path, result: Path) -> int:
    """Run the tests in ``folder`` and write what came of them to ``result``."""
    os.chdir(folder)
    sys.dont_write_bytecode = True
    # Before anything else: a path of a checkout or an editable install would bring the whole workbench.
    sys.path[:] = [str(folder), *(entry for entry in sys.path if not (Path(entry) / "workbench").is_dir())]
    sys.meta_path.insert(0, OnlyTheBundle(folder))
    pinned = _pinned(folder / "requirements.txt")
    if found := [name for name in FORBIDDEN if name not in pinned and _importable(name)]:
        outcome = {"n_tests": 0, "passed": False, "detail": f"{', '.join(found)} can be imported beside the bundle."}
    else:
        tests = unittest.defaultTestLoader.discover(str(folder), pattern="test_*.py")
        run = unittest.TextTestRunner(verbosity=2, resultclass=Counted).run(tests)
        failed = [*run.failures, *run.errors]
        outcome = {"n_tests": run.testsRun, "passed": run.wasSuccessful() and run.testsRun > 0, "detail": ""}
        outcome["groups"] = run.groups
        if failed:
            test, trace = failed[0]
            outcome["detail"] = f"{test.id()}: {_last_message(trace)}"
    result.write_text(json.dumps(outcome), encoding="utf-8")
    return 0 if outcome["passed"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
