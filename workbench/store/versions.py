"""Which software made a run or a model, and whether this one can still open it."""

import platform
from importlib import metadata

import workbench

LIBRARIES = ("numpy", "pandas", "scikit-learn")
# Parts of the version that must be equal for a pickled pipeline: scikit-learn promises nothing between minor
# versions (scikit-learn.org/stable/model_persistence.html), the others keep pickles within a major version.
PARTS_THAT_MATTER = {"numpy": 1, "pandas": 1, "scikit-learn": 2}


def app_version() -> str:
    """Return the version of the workbench."""
    return getattr(workbench, "__version__", "0")


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries a model depends on, without importing them."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}}


def differences(recorded: dict[str, str]) -> list[str]:
    """Say which libraries are too different from ``recorded`` to open a model that was saved with those.

    >>> differences({"scikit-learn": "0.24.1"})[0].startswith("scikit-learn 0.24.1 then, ")
    True
    """
    here = library_versions()
    return [
        f"{name} {recorded[name]} then, {here[name]} now"
        for name, parts in PARTS_THAT_MATTER.items()
        if name in recorded and recorded[name].split(".")[:parts] != here[name].split(".")[:parts]
    ]
