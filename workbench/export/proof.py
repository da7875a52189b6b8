"""Proof before download: a bundle's own tests, run where the workbench is not."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import BundleRefused, NotPossible, WorkbenchError
from workbench.export.bundle import Bundle, build_bundle
from workbench.export.unpacking import unpack
from workbench.specs import ExperimentSpec, ReadSpec

DRIVER = Path(__file__).with_name("proof_driver.py")
TIMEOUT_SECONDS = 180
INSTALL_SECONDS = 900
LOG_CHARACTERS = 20_000
READY = ".installed"  # marks an environment in which the installation came to its end


@dataclass(frozen=True)
class Proof:
    """What came of a bundle's tests.

    Attributes
    ----------
    passed : bool
    n_tests : int
    seconds : float
        Wall time, unpacking included, installing not.
    log : str
        What the tests printed, its end.
    detail : str
        Where it did not pass, why, in one sentence; "" otherwise.
    environment : str
        Where the tests ran, in words.
    groups : dict of str to int
        Test class to the number of its tests that passed.
    """

    passed: bool
    n_tests: int
    seconds: float
    log: str
    detail: str = ""
    environment: str = "a separate process in which only the bundle and its pinned packages can be imported"
    groups: dict[str, int] = field(default_factory=dict)


def prove(bundle_path: Path | str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Proof:
    """Unpack a bundle and run its tests in a process in which the workbench cannot be imported.

    The process uses the packages installed here, but only those that the bundle's ``requirements.txt`` pins.
    """
    return _run_tests(Path(bundle_path), Path(sys.executable), Proof.environment, timeout_seconds)


def prove_clean(bundle_path: Path | str, cache_dir: Path | str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Proof:
    """Unpack a bundle and run its tests in a virtual environment made from its own ``requirements.txt``.

    Parameters
    ----------
    bundle_path : Path
    cache_dir : Path
        Where environments are kept; bundles with equal pins share one.
    timeout_seconds : float
        For the tests; installing has its own limit.

    Raises
    ------
    NotPossible
        The environment could not be made, for instance because no package index is reachable.
    """
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        unpack(bundle_path, Path(folder), only=("requirements.txt",))
        python = environment(Path(folder) / "requirements.txt", Path(cache_dir))
    where = "a virtual environment made from the bundle's own requirements.txt"
    return _run_tests(Path(bundle_path), python, where, timeout_seconds)


def proven_bundle(
    pipeline: Pipeline, spec: ExperimentSpec, read: ReadSpec, table: pd.DataFrame, out: Path | str, **options: Any
) -> tuple[Bundle, Proof]:
    """Build a bundle, prove it, and leave it at ``out`` only if it passed.

    Takes what :func:`workbench.export.build_bundle` takes.

    Raises
    ------
    BundleRefused
        The tests did not pass; says which and why. Nothing is at ``out`` then that was not there before.
    """
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".bundle-") as folder:
        bundle = build_bundle(pipeline, spec, read, table, Path(folder) / out.name, **options)
        proof = prove(bundle.path)
        if not proof.passed:
            raise BundleRefused(f"The bundle did not pass its own tests: {proof.detail}", "It is not offered.")
        bundle.path.replace(out)
    return Bundle(out, bundle.size_bytes, bundle.manifest, bundle.sha256), proof


def environment(requirements: Path, cache_dir: Path) -> Path:
    """Return the Python of a virtual environment with ``requirements`` installed, made where there is none yet."""
    content = requirements.read_bytes() + sys.version.encode("utf-8")
    home = cache_dir.resolve() / f"env-{hashlib.sha256(content).hexdigest()[:16]}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (home / READY).is_file():
        return python
    cache_dir.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(home, ignore_errors=True)  # what an interrupted installation left
    steps = (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)],
    )
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, timeout=INSTALL_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            shutil.rmtree(home, ignore_errors=True)
            raise NotPossible(f"No environment for the tests could be made ({error}).", _NO_ENVIRONMENT) from error
        if done.returncode:
            shutil.rmtree(home, ignore_errors=True)
            lines = (done.stderr or done.stdout).decode("utf-8", errors="replace").strip().splitlines() or ["no reason"]
            raise NotPossible(f"No environment for the tests could be made ({lines[-1]}).", _NO_ENVIRONMENT)
    (home / READY).write_text("", encoding="utf-8")
    return python


_NO_ENVIRONMENT = "Check that a package index can be reached, or use the proof that needs none."


def _run_tests(bundle_path: Path, python: Path, where: str, timeout_seconds: float) -> Proof:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="proof-") as temporary:
        folder, result = Path(temporary) / "bundle", Path(temporary) / "result.json"
        folder.mkdir()
        try:
            unpack(bundle_path, folder)
            log, detail = _run_driver([str(python), "-I", str(DRIVER), str(folder), str(result)], timeout_seconds)
            outcome = json.loads(result.read_text(encoding="utf-8"))
        except WorkbenchError as error:
            log, detail, outcome = "", str(error), {}
        except (OSError, ValueError):  # no result: the tests never came to their end
            outcome = {}
            detail = detail or f"The tests stopped before their end: {(log.strip().splitlines() or ['no output'])[-1]}"
    return Proof(
        passed=bool(outcome.get("passed")) and not detail,
        n_tests=outcome.get("n_tests", 0),
        seconds=time.perf_counter() - started,
        log=log[-LOG_CHARACTERS:],
        detail=detail or outcome.get("detail", ""),
        environment=where,
        groups=outcome.get("groups", {}),
    )


def _run_driver(command: list[str], timeout_seconds: float) -> tuple[str, str]:
    """Return what the driver printed, and why it was stopped ("" where it came to its end)."""
    # Settings of the person's shell must not decide whether a bundle passes.
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_SETTINGS)}
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=kept,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode("utf-8", errors="replace"), (
            f"The tests took longer than {timeout_seconds:.0f} seconds."
        )
    return done.stdout.decode("utf-8", errors="replace"), ""


_SETTINGS = (
    "PYTHON", "WORKBENCH_", "MODEL_FOLDER", "MAX_", "THRESHOLD", "API_KEY", "LOG_PREDICTIONS", "FLASK_", "STREAMLIT_"
)  # fmt: skip
