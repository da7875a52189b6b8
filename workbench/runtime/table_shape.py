"""What tables of every typed format have in common: names, first rows, size, plain types, labels for codes."""

from datetime import time, timedelta

import numpy as np
import pandas as pd

from workbench.runtime.delimited import unique_names
from workbench.runtime.errors import ReadingError
from workbench.runtime.text_values import text_of

MAX_CELLS = 250_000_000  # numbers of 8 bytes in 2 GB
CLOCK = (time, timedelta)
NESTED = (np.ndarray, list, tuple, dict)


def shaped(frame, read, max_rows):
    """Return ``frame`` with unique text names and a fresh index; its columns and rows as ``read`` asks."""
    frame = frame.reset_index(drop=True)
    frame.columns = pd.Index(unique_names([str(name) for name in frame.columns]), dtype="str")
    if names := read.get("names"):
        frame = frame.reindex(columns=pd.Index(list(names), dtype="str"))
    return frame if max_rows is None else frame.iloc[:max_rows]


def refuse_size(n_rows, n_columns):
    """Raise where a table is too big to be held in memory, by what the file says of itself."""
    if (n_rows or 0) * (n_columns or 0) > MAX_CELLS:
        raise ReadingError(
            f"The table has {n_rows:,} × {n_columns:,} cells, which is more than can be read at once.",
            "Keep fewer rows or columns, or save it as CSV, which is read in pieces.",
        )


def plain_types(values):
    """Return a column in numpy's or pandas' plain types (nullable and Arrow numbers, durations, times)."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return values.astype(dtype.categories.dtype)
    if dtype.kind == "m":
        return values.dt.total_seconds()
    if dtype.kind in "iufb" and pd.api.types.is_extension_array_dtype(dtype):
        if values.isna().any():
            return values.astype("float64") if dtype.kind != "b" else values.astype(object)
        return values.astype(dtype.numpy_dtype if hasattr(dtype, "numpy_dtype") else "float64")
    if dtype.kind == "O" and any(issubclass(kind, NESTED + CLOCK) for kind in set(map(type, values))):
        return values.map(_plain_cell)
    return values


def _plain_cell(cell):
    """Return times as text, and arrays inside a cell as lists, which can be compared and written as JSON."""
    if isinstance(cell, CLOCK):
        return str(cell)
    if isinstance(cell, dict):
        return {str(name): _plain_cell(value) for name, value in cell.items()}
    if isinstance(cell, NESTED):
        return [_plain_cell(value) for value in cell]
    return cell.item() if isinstance(cell, np.generic) else cell


def labelled(values, labels):
    """Return codes as the labels that the file gives them; a code without label as its number.

    A number that has more values without label than with one stays a number: 99 "no answer" does not make ages words.

    >>> labelled(pd.Series([1.0, 2.0, None, 3.0]), {1.0: "yes", 2.0: "no", 3.0: "perhaps"}).tolist()
    ['yes', 'no', None, 'perhaps']
    """
    present = values.dropna()
    unlabelled = present[~present.isin(list(labels))].nunique()
    if not labels or unlabelled > len(labels):
        return values
    words = {code: labels.get(code) or (code if isinstance(code, str) else text_of(code)) for code in present.unique()}
    return pd.Series([words.get(code) for code in values.tolist()], index=values.index, dtype=object)
