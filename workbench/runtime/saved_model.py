"""The files of a saved model, and whether they may be used here: their bytes, and the versions that made them."""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

MODEL_FILE = "model.joblib"
MANIFEST_FILE = "model.json"
GOLDEN_FILE = "golden.json"
PACKAGES = ("numpy", "pandas", "scikit-learn", "joblib")
# A pickled estimator is only promised to work under the version that saved it; numpy's arrays change with its minor.
# What else a model is made of (LightGBM, for instance) stands in the manifest's versions, and is guarded too.
UNGUARDED = ("python", "pandas", "joblib")
# The same library under two names: xgboost-cpu does without what graphics cards need, and is not made for macOS.
STAND_INS = {"xgboost-cpu": "xgboost", "xgboost": "xgboost-cpu"}
ALLOW_VERSIONS = "WORKBENCH_ALLOW_VERSIONS"


class CannotServe(Exception):
    """The model cannot be used here; the text says why and what to do."""


def read_manifest(folder: str | Path) -> dict:
    """Return what ``model.json`` in ``folder`` holds; :exc:`CannotServe` where it is missing or no JSON object."""
    path = Path(folder) / MANIFEST_FILE
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotServe(f"There is no {MANIFEST_FILE} in {folder}. Unpack the bundle again.") from None
    except (OSError, ValueError) as error:
        raise CannotServe(f"{path} cannot be read ({error}). Unpack the bundle again.") from None
    if not isinstance(manifest, dict) or not {"fields", "task", "target", "model"} <= manifest.keys():
        raise CannotServe(f"{path} does not describe a model. Unpack the bundle again.")
    return manifest


def read_golden_rows(folder: str | Path) -> list | None:
    """Return the rows of ``golden.json`` in ``folder``; None where there is no such file, or it is damaged."""
    try:
        return list(json.loads((Path(folder) / GOLDEN_FILE).read_text(encoding="utf-8"))["rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def installed_versions(others: Sequence[str] = ()) -> dict[str, str]:
    """Return the versions that predictions depend on: Python, the packages of :data:`PACKAGES`, and ``others``."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in (*PACKAGES, *others)}}


def check_versions(exported: dict[str, str]) -> None:
    """Raise :exc:`CannotServe` where a guarded package is absent or has another major.minor version than at export."""
    if os.environ.get(ALLOW_VERSIONS) == "1":
        return
    for name, version in exported.items():
        if name in UNGUARDED:
            continue
        here = _version_here(name)
        if here is None:
            raise CannotServe(
                f"The model was saved with {name} {version}, which is not installed here. Install requirements.txt "
                "(pip install -r requirements.txt)."
            )
        if _minor(version) != _minor(here):
            raise CannotServe(
                f"The model was saved with {name} {version}, and {name} {here} is installed here; "
                f"it might answer differently. Install requirements.txt (pip install -r requirements.txt), or set "
                f"{ALLOW_VERSIONS}=1 to try it anyway (Python {sys.version_info.major}.{sys.version_info.minor})."
            )


def _version_here(name: str) -> str | None:
    for one in (name, STAND_INS.get(name, name)):
        try:
            return metadata.version(one)
        except metadata.PackageNotFoundError:
            continue
    return None


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])
