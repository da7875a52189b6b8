"""R's rds and RData to tables: data frames, matrices and lists of columns."""

import numpy as np
import pandas as pd

from workbench.runtime.errors import ReadingError
from workbench.runtime.r_objects import (
    COMPLEX,
    INTEGER,
    LIST,
    LOGICAL,
    REAL,
    STRING,
    RObject,
    read_r_objects,
)
from workbench.runtime.r_sources import NA_INTEGER
from workbench.runtime.table_shape import labelled, shaped

VECTORS = (LOGICAL, INTEGER, REAL, COMPLEX, STRING)
EPOCH = np.datetime64(0, "us")
FAR = 8e12  # seconds from 1970 that a moment can have; others are missing


def read_r(path, read, *, max_rows=None):
    """Return the object ``read["sheet"]`` of an R file as a table; factors become their labels, dates dates."""
    tables = dict(r_tables(path))
    if not tables:
        raise ReadingError("The R file holds no data frame.", "Save a data frame with saveRDS() or save().")
    wanted = read.get("sheet", "")
    name = wanted if wanted in tables else next(iter(tables))
    if name != wanted and len(tables) > 1:
        shown = ", ".join(list(tables)[:5]) + (" …" if len(tables) > 5 else "")
        problem = f"holds no table “{wanted}”, only {shown}" if wanted else f"holds {len(tables)} tables ({shown})"
        raise ReadingError(f"The R file {problem}.", "Choose one of them.")
    return shaped(_frame(tables[name]), read, max_rows)


def r_tables(path):
    """Return the objects of an R file that are tables: list of (name, RObject), in the order of the file.

    Single vectors count only where nothing else does.
    """
    objects = read_r_objects(path)
    found = [table for name, value in objects for table in _tables(name, value)]
    return found or [(name, value) for name, value in objects if value.kind in VECTORS and len(value.value)]


def r_extent(table):
    """Return (rows, columns) of an object that :func:`r_tables` gave."""
    if (shape := _dim(table)) is not None:
        return shape
    if table.kind in VECTORS:
        return len(table.value), 1
    return max((_length(column) for column in table.value), default=0), len(table.value)


def _tables(name, value):
    if _is_frame(value) or _dim(value) is not None:
        return [(name, value)]
    if value.kind != LIST:
        return []
    inside = [
        (f"{name}${part}" if name else part, item)
        for part, item in zip(_texts(value, "names"), value.value, strict=False)
        if part and (_is_frame(item) or _dim(item) is not None)
    ]
    if inside:
        return inside
    lengths = {_length(item) for item in value.value}
    named = len(_texts(value, "names")) == len(value.value)
    is_columns = named and len(lengths) == 1 and max(lengths) > 1 and all(item.kind in VECTORS for item in value.value)
    return [(name, value)] if is_columns else []


def _is_frame(value):
    return value.kind == LIST and "data.frame" in _texts(value, "class") and bool(value.value)


def _dim(value):
    dim = value.attributes.get("dim")
    if value.kind not in VECTORS or dim is None or len(dim.value) != 2:
        return None
    rows, columns = (int(part) for part in dim.value)
    return (rows, columns) if rows * columns == len(value.value) else None


def _texts(value, attribute):
    found = value.attributes.get(attribute)
    return found.value if found is not None and found.kind == STRING else []


def _length(value):
    if "POSIXlt" in _texts(value, "class"):
        return max((len(part.value) for part in value.value), default=0)
    if _is_frame(value):
        return max((_length(column) for column in value.value), default=0)
    return len(value.value) if value.value is not None else 0


def _frame(table):
    names, columns = [], []
    if (shape := _dim(table)) is not None:
        dimnames = table.attributes.get("dimnames")
        labels = [part.value if part.kind == STRING else None for part in dimnames.value] if dimnames else [None, None]
        if labels[0]:
            names, columns = ["rownames"], [pd.Series(labels[0], dtype=object)]
        values = _column(RObject(table.kind, table.value)).to_numpy()
        for at in range(shape[1]):
            names.append((labels[1][at] if labels[1] else None) or f"column {at + 1}")
            columns.append(pd.Series(values[at * shape[0] : (at + 1) * shape[0]]))
        return _joined(names, columns)
    if table.kind in VECTORS:
        if labels := _texts(table, "names"):
            names, columns = ["name"], [pd.Series(labels, dtype=object)]
        return _joined([*names, "value"], [*columns, _column(table)])
    if labels := _texts(table, "row.names"):
        names, columns = ["rownames"], [pd.Series(labels, dtype=object)]
    for at, (name, value) in enumerate(zip(_texts(table, "names"), table.value, strict=False)):
        if _is_frame(value) or _dim(value) is not None:  # a column of several
            inner = _frame(value)
            names += [f"{name}.{part}" for part in inner.columns]
            columns += [inner[part] for part in inner.columns]
        else:
            names.append(name or f"column {at + 1}")
            columns.append(_column(value))
    return _joined(names, columns)


def _joined(names, columns):
    frame = pd.concat([column.reset_index(drop=True) for column in columns], axis=1)
    frame.columns = [str(name) for name in names]
    return frame


def _column(value):
    classes = _texts(value, "class")
    if "POSIXlt" in classes:
        return _broken_down(value)
    if "factor" in classes:
        levels = np.array([*_texts(value, "levels"), None], dtype=object)
        codes = np.where(value.value == NA_INTEGER, len(levels), value.value) - 1
        return pd.Series(levels[np.clip(codes, -1, len(levels) - 1)], dtype=object)
    if value.kind == STRING:
        return pd.Series(value.value, dtype=object)
    if value.kind == LIST:
        return pd.Series([_plain(item) for item in value.value], dtype=object)
    if value.kind == COMPLEX:
        return pd.Series([str(number) for number in value.value], dtype=object)
    if "integer64" in classes:
        numbers = value.value.view("i8")
        blank = numbers == np.iinfo("i8").min
        return pd.Series(numbers if not blank.any() else np.where(blank, None, numbers.astype(object)))
    numbers = value.value
    missing = numbers == NA_INTEGER if value.kind in (LOGICAL, INTEGER) else np.isnan(numbers)
    if "Date" in classes or "POSIXct" in classes:
        seconds = np.where(missing, np.nan, numbers) * (86_400 if "Date" in classes else 1)
        return pd.Series(_moments(seconds))
    if value.kind == LOGICAL:
        return pd.Series(np.where(missing, None, (numbers != 0).astype(object)), dtype=object)
    values = pd.Series(np.where(missing, np.nan, numbers) if missing.any() else numbers)
    labels = value.attributes.get("labels")
    if labels is not None and labels.kind in (INTEGER, REAL) and _texts(labels, "names"):
        return labelled(values, dict(zip(labels.value.tolist(), _texts(labels, "names"), strict=False)))
    return values


def _moments(seconds):
    good = np.isfinite(seconds) & (np.abs(np.nan_to_num(seconds)) < FAR)
    microseconds = np.round(np.where(good, seconds, 0) * 1e6).astype("i8")
    return np.where(good, EPOCH + microseconds, np.datetime64("NaT", "us"))


def _broken_down(value):
    """Return moments that are kept as a list of years, months, days … (POSIXlt)."""
    parts = dict(zip(_texts(value, "names"), (part.value for part in value.value), strict=False))
    names = {"year": "year", "month": "mon", "day": "mday", "hour": "hour", "minute": "min", "second": "sec"}
    frame = pd.DataFrame({new: pd.Series(parts[old]).astype("f8") for new, old in names.items()}).ffill()
    frame["year"] += 1900
    frame["month"] += 1
    return pd.to_datetime(frame, errors="coerce").astype("datetime64[us]")


def _plain(item):
    if item.kind == LIST:
        names = _texts(item, "names")
        values = [_plain(part) for part in item.value]
        return dict(zip(names, values, strict=False)) if len(names) == len(values) and names else values
    if item.kind not in VECTORS:
        return None
    values = [None if cell is None or cell != cell else cell for cell in _column(item).tolist()]
    return values[0] if len(values) == 1 else values
