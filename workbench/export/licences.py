"""LICENSES.md of a bundle: what the authors of each package that it installs allow, as they say it themselves."""

from importlib import metadata

from packaging.utils import canonicalize_name

from workbench.export.requirements import pinned_names

CLASSIFIER = "License :: "
MOST_CHARACTERS = 80  # of a licence's name; some packages put the whole text there
NOT_HERE = "not installed where this was made; see its page on PyPI"


def licences(requirements: str) -> str:
    """Return LICENSES.md for the packages of a ``requirements.txt``.

    >>> "| flask | 3" in licences("flask==3.1.3")
    True
    """
    rows = [f"| {name} | {version} | {licence} |" for name, version, licence in map(_about, _sorted(requirements))]
    return "\n".join(
        [
            "# Licences",
            "",
            "Of the packages in requirements.txt, as their authors state them; their texts are installed with them.",
            "",
            "| package | version | licence |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def by_licence(requirements: str) -> dict[str, list[str]]:
    """Return licence to the packages under it, of a ``requirements.txt``.

    >>> by_licence("flask==3.1.3")
    {'BSD-3-Clause': ['flask']}
    """
    found: dict[str, list[str]] = {}
    for name, _, licence in map(_about, _sorted(requirements)):
        found.setdefault(licence, []).append(name)
    return dict(sorted(found.items()))


def _sorted(requirements: str) -> list[str]:
    return sorted(pinned_names(requirements))


def _about(name: str) -> tuple[str, str, str]:
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return canonicalize_name(name), "–", NOT_HERE
    return canonicalize_name(name), found["Version"], _licence(found)


def _licence(found) -> str:
    """Return the SPDX expression where there is one, else the name in the metadata, else the classifiers."""
    if expression := found.get("License-Expression"):
        return _cell(expression)
    stated = " ".join((found.get("License") or "").split())
    classified = [line.removeprefix(CLASSIFIER) for line in found.get_all("Classifier") or () if CLASSIFIER in line]
    names = ", ".join(line.rpartition(" :: ")[2] for line in classified)
    if stated and len(stated) <= MOST_CHARACTERS and stated.upper() != "UNKNOWN":
        return _cell(stated)
    return _cell(names or "not stated; see its page on PyPI")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
