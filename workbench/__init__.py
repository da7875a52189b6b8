"""From a data file to a tested prediction service: ``import workbench`` gives a notebook the whole way.

>>> import workbench
>>> opened = workbench.open_table("customers.csv")  # doctest: +SKIP
>>> workbench.profile(opened.table, opened.schema, target="Churn").headline  # doctest: +SKIP

Nothing is loaded before it is used. Bundles ship an empty module in place of this one.
"""

from importlib import import_module

__version__ = "0.1.0"

# Name: the module it is defined in.
_EXPORTS = {
    "open_table": "workbench.data",
    "read_table": "workbench.data",
    "read_cells": "workbench.data",
    "detect": "workbench.data",
    "profile": "workbench.profiling",
    "Draft": "workbench.specs",
    "CandidateSpec": "workbench.specs",
    "ColumnChoice": "workbench.specs",
    "ExperimentSpec": "workbench.specs",
    "ReadSpec": "workbench.specs",
    "Schema": "workbench.specs",
    "SplitSpec": "workbench.specs",
    "plan_experiment": "workbench.modeling.planning",
    "build_pipeline": "workbench.modeling.pipeline",
    "cross_validate": "workbench.training",
    "fit": "workbench.training",
    "build_bundle": "workbench.export",
    "prove": "workbench.export",
    "Store": "workbench.store",
    "WorkbenchError": "workbench.errors",
}

__all__ = ["__version__", *_EXPORTS]


def __getattr__(name):
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_EXPORTS[name]), name)
    globals()[name] = value  # found without this function from now on
    return value


def __dir__():
    return sorted({*globals(), *_EXPORTS})
