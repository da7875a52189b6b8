"""Proof before download: a bundle's own tests, run where the workbench is not.

Either in a virtual environment made from its own requirements.txt, or in a process of its own in which nothing else
can be imported. The first is asked for; the second stands in where no package index can be reached, and says so.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import BundleRefused, NotPossible, WorkbenchError
from workbench.export.bundle import Bundle, build_bundle
from workbench.export.clean_environment import NO_ENVIRONMENT, Say, environment, nothing
from workbench.export.unpacking import unpack
from workbench.specs import ExperimentSpec, ReadSpec

DRIVER = Path(__file__).with_name("proof_driver.py")
TIMEOUT_SECONDS = 180
LOG_CHARACTERS = 20_000
CLEAN = "a clean virtual environment made from the service's own requirements.txt"
Kind = Literal["clean", "process"]


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


def prove_clean(
    bundle_path: Path | str, cache_dir: Path | str, *, timeout_seconds: float = TIMEOUT_SECONDS, say: Say = nothing
) -> Proof:
    """Unpack a bundle and run its tests in a virtual environment made from its own ``requirements.txt``.

    Parameters
    ----------
    bundle_path : Path
    cache_dir : Path
        Where environments are kept; bundles with equal pins share one.
    timeout_seconds : float
        For the tests; installing has its own limit.
    say : callable(str), optional
        Told what is being done.

    Raises
    ------
    NotPossible
        The environment could not be made, for instance because no package index is reachable.
    """
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        unpack(bundle_path, Path(folder), only=("requirements.txt",))
        python = environment(Path(folder) / "requirements.txt", Path(cache_dir), say=say)
    say("Running the service's tests in it")
    return _run_tests(Path(bundle_path), python, CLEAN, timeout_seconds)


def proof_as_asked(path: Path, kind: Kind = "process", cache_dir: Path | None = None, say: Say = nothing) -> Proof:
    """Prove a bundle in a clean environment, or in a process of its own where that is asked for or all that can be.

    ``environment`` of what is returned says which it was and, where it is not what was asked for, why.
    """
    reason = ""
    if kind == "clean" and cache_dir is not None:
        try:
            return prove_clean(path, cache_dir, say=say)
        except NotPossible as error:
            reason = str(error).partition(NO_ENVIRONMENT)[0].strip()
    say("Running the service's tests in a process in which nothing of this app can be imported")
    proof = prove(path)
    return proof if not reason else replace(proof, environment=f"{proof.environment}. {reason}")


def proven_bundle(
    pipeline: Pipeline,
    spec: ExperimentSpec,
    read: ReadSpec,
    table: pd.DataFrame,
    out: Path | str,
    *,
    proof: Kind = "process",
    cache_dir: Path | None = None,
    say: Say = nothing,
    **options: Any,
) -> tuple[Bundle, Proof]:
    """Build a bundle, prove it, and leave it at ``out`` only if it passed.

    Parameters
    ----------
    proof : {"process", "clean"}
        Where the tests run; see :func:`proof_as_asked`.
    cache_dir : Path, optional
        Where clean environments are kept.
    say : callable(str), optional
        Told what is being done.
    **options
        What :func:`workbench.export.build_bundle` takes.

    Raises
    ------
    BundleRefused
        The tests did not pass; says which and why. Nothing is at ``out`` then that was not there before.
    """
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".bundle-") as folder:
        say("Writing the service")
        bundle = build_bundle(pipeline, spec, read, table, Path(folder) / out.name, **options)
        found = proof_as_asked(bundle.path, proof, cache_dir, say)
        if not found.passed:
            raise BundleRefused(f"The bundle did not pass its own tests: {found.detail}", "It is not offered.")
        bundle.path.replace(out)
    return Bundle(out, bundle.size_bytes, bundle.manifest, bundle.sha256), found


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
