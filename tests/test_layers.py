"""Imports point down only: the layers of docs/architecture.md, held."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Longest prefix wins; a module may import ours of the same or a lower layer.
LAYERS = {
    "workbench.specs": 0,
    "workbench.errors": 0,
    "workbench.runtime": 1,
    "workbench.modeling": 2,
    "workbench.data": 3,
    "workbench.document": 3,
    "workbench.profiling": 3,
    "workbench.prepare": 2,  # row steps are applied by modeling.planning.modelling_table
    "workbench.training": 3,
    "workbench.results": 3,
    "workbench.charts": 3,
    "workbench.training.worker": 4,
    "workbench.training.supervisor": 4,
    "workbench.store": 4,
    "workbench.export": 4,
    "workbench.ui": 5,
    "workbench.cli": 6,
    "workbench.__main__": 6,
    "workbench": 6,
    "pages": 6,
    "streamlit_app": 6,
}
LEAF_MAY_IMPORT = {"numpy", "pandas", "sklearn", "joblib", "scipy", "python_calamine", "workbench"} | {
    "pyarrow", "pyreadstat", "duckdb",  # only where a file of their format is read
    "lightgbm", "xgboost", "catboost",  # only where a model is made of them
    "skops",  # only where a copy of a model is made for those who do not load pickles
}  # fmt: skip


def layer_of(module):
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in LAYERS:
            return LAYERS[prefix]
    return None


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path):
    package = module_name(path).split(".") if path.name == "__init__.py" else module_name(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


SOURCES = sorted(
    path
    for path in [ROOT / "streamlit_app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "workbench").rglob("*.py")]
    if path.exists() and "serving" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_point_down(path):
    own = layer_of(module_name(path))
    for name in imported(path):
        if name == "workbench":  # for its version; it loads nothing by itself (tests/cli/test_lazy_names.py)
            continue
        if name.split(".")[0] in ("workbench", "pages", "streamlit_app"):
            assert layer_of(name) <= own, f"{module_name(path)} imports {name}, which is above it"


@pytest.mark.parametrize("path", [p for p in SOURCES if "runtime" in p.parts], ids=module_name)
def test_runtime_stands_alone(path):
    import sys

    for name in imported(path):
        top = name.split(".")[0]
        assert top in LEAF_MAY_IMPORT or top in sys.stdlib_module_names, f"{path.name} imports {name}"
        assert top != "workbench" or name.startswith(("workbench.runtime", "workbench.errors")), (
            f"{path.name} imports {name}"
        )


@pytest.mark.parametrize("path", [p for p in SOURCES if "charts" in p.parts], ids=module_name)
def test_charts_know_no_estimators(path):
    assert not any(name.split(".")[0] == "sklearn" for name in imported(path))
