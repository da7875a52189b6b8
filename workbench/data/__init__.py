"""Bytes to rules and typed tables: what a person's file is, found out and said.

Light to import: what does the work is loaded when it is first used.
"""

from importlib import import_module

_WHERE = {
    "Detection": "opening",
    "OpenedFile": "big.pieces",
    "OpenedTable": "opening",
    "detect": "opening",
    "open_table": "opening",
    "read_cells": "opening",
    "read_table": "opening",
    "detect_schema": "columns.meanings",
    "open_to_parquet": "big.pieces",
    "read_sample_text": "big.pieces",
    "sample_parquet": "big.pieces",
    "file_head": "files.preview",
}
__all__ = sorted(_WHERE)


def __getattr__(name):
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
