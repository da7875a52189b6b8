"""Parquet and Feather: columns with types of their own, brought to plain ones."""

import pandas as pd

from workbench.runtime.delimited import unique_names
from workbench.runtime.errors import ReadingError
from workbench.runtime.table_shape import plain_types


def read_columnar(path, read, *, max_rows=None):
    """Return the table of a Parquet or Feather file with its own types; categories become their words."""
    kind = "Parquet" if read.get("format") == "parquet" else "Feather"
    try:
        frame = pd.read_parquet(path) if kind == "Parquet" else pd.read_feather(path)
        for _, values in frame.items():
            _check_text(values)
    except ImportError as error:
        raise ReadingError(f"Reading {kind} needs the package pyarrow, which is not installed here.") from error
    except Exception as error:
        # pyarrow raises its own classes for damaged files, and those of the standard library for some.
        raise ReadingError(
            f"The {kind} file is damaged or cut short: it cannot be read.", "Export or upload it again."
        ) from error
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    if isinstance(frame.columns, pd.MultiIndex):
        frame.columns = [" ".join(str(part) for part in parts if str(part)) for parts in frame.columns]
    frame.columns = pd.Index(unique_names([str(name) for name in frame.columns]), dtype="str")
    if names := read.get("names"):
        frame = frame.reindex(columns=pd.Index(list(names), dtype="str"))
    for name in frame.columns:
        frame[name] = plain_types(frame[name])
    return frame if max_rows is None else frame.iloc[:max_rows]


def _check_text(values):
    """Raise what pyarrow raises where a text column holds bytes that are no UTF-8; reading does not look at them."""
    if isinstance(values.dtype, pd.StringDtype) and hasattr(values.array, "__arrow_array__"):
        values.array.__arrow_array__().validate(full=True)
