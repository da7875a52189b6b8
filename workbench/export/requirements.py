"""The exact versions a bundle needs: its roots and all they depend on, as installed here, on every platform."""

from collections import deque
from collections.abc import Iterable, Sequence
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workbench.errors import BundleRefused
from workbench.runtime.scorer import STAND_INS
from workbench.runtime.typed_files import READERS

PLATFORMS: dict[str, dict[str, str]] = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
EVERYWHERE = frozenset(PLATFORMS)
XGBOOST = "xgboost-cpu"
# What the service imports itself; gunicorn cannot run on Windows, waitress can run anywhere.
ROOTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("flask", EVERYWHERE),
    ("gunicorn", EVERYWHERE - {"win32"}),
    ("waitress", EVERYWHERE),
    ("numpy", EVERYWHERE),
    ("pandas", EVERYWHERE),
    ("scikit-learn", EVERYWHERE),
    ("joblib", EVERYWHERE),
    ("orjson", EVERYWHERE),
    ("python-calamine", EVERYWHERE),  # workbooks of rows are sent to every service
)


def roots_for(read, others: Sequence[str] = ()) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the roots of a bundle whose batch files are read by ``read`` (a ``ReadSpec`` or None): the reader of
    their format is among them, and so are ``others``, the packages that its model needs besides."""
    reader = READERS[read.format][2] if read is not None and read.format in READERS else ""
    roots = [*ROOTS, *((name, EVERYWHERE) for name in (reader, *others) if name and name != XGBOOST)]
    if XGBOOST in others:  # there is none for macOS, where xgboost itself is the small one
        roots.append((XGBOOST, EVERYWHERE - {"darwin"}))
        roots.append((f"{STAND_INS[XGBOOST]}=={_installed_version(XGBOOST)}", frozenset({"darwin"})))
    return tuple(roots)


def packages_of(modules: Iterable[str]) -> tuple[str, ...]:
    """Return the installed packages that ``modules`` come from, by name: ``xgboost`` may be of ``xgboost-cpu``.

    >>> packages_of(["sklearn", "pandas"])
    ('pandas', 'scikit-learn')
    """
    modules = list(modules)
    if not modules:
        return ()
    owners = metadata.packages_distributions()  # reads the files of every package installed: not for nothing
    return tuple(sorted({canonicalize_name(owners[module][0]) for module in modules}))


def pinned_requirements(roots: tuple[tuple[str, frozenset[str]], ...] = ROOTS) -> str:
    """Return a ``requirements.txt`` that pins ``roots`` and everything they need, sorted by name.

    A package that only another platform needs (colorama on Windows) is not installed here, so there is no version
    to pin; it is listed with what its parent asks for and its marker.

    Raises
    ------
    BundleRefused
        A root is not installed here; names it.
    """
    lines = ["# What the service was tested with; made from what was installed where the model was trained."]
    for name, (platforms, asked) in sorted(_closure(roots).items()):
        version = _installed_version(name)
        if version is None and "linux" in platforms and name in {root for root, _ in roots}:
            raise BundleRefused(f"The service needs {name}, which is not installed here.", f"Run pip install {name}.")
        lines.append(f"{name}{f'=={version}' if version else asked}{_marker(platforms)}")
    return "\n".join(lines) + "\n"


def pinned_names(text: str) -> set[str]:
    """Return the canonical names in a ``requirements.txt``.

    >>> sorted(pinned_names('# note\\nFlask==3.1.3\\ncolorama ; sys_platform == "win32"'))
    ['colorama', 'flask']
    """
    lines = (line.strip() for line in text.splitlines())
    return {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("#")}


def _closure(roots) -> dict[str, tuple[frozenset[str], str]]:
    """Return every package reached, with the platforms that need it and the version specifier that asked for it."""
    found: dict[str, tuple[frozenset[str], str]] = {}
    queue = deque((Requirement(name), platforms) for name, platforms in roots)
    while queue:
        requirement, platforms = queue.popleft()
        name = canonicalize_name(requirement.name)
        known, asked = found.get(name, (frozenset(), ""))
        new = platforms - known
        if not new:
            continue
        found[name] = (known | new, asked or str(requirement.specifier))
        for text in _requires(name):
            child = Requirement(text)
            needed = frozenset(at for at in new if _applies(child, at, requirement.extras))
            if needed:
                queue.append((child, needed))
    return found


def _applies(requirement: Requirement, platform: str, extras: set[str]) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({**PLATFORMS[platform], "extra": extra}) for extra in extras or {""})


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def _installed_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _marker(platforms: frozenset[str]) -> str:
    if platforms == EVERYWHERE:
        return ""
    if len(platforms) == len(EVERYWHERE) - 1:
        (absent,) = EVERYWHERE - platforms
        return f' ; sys_platform != "{absent}"'
    return " ; " + " or ".join(f'sys_platform == "{name}"' for name in sorted(platforms))
