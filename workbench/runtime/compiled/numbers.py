"""Numbers and dates to the columns an estimator takes: filled, scaled, binned, bent, taken apart.

Every function takes a fitted transformer and returns what does to a matrix (dates: to a list of columns) what the
transformer does to a frame, with the same sums in the same order.
"""

from collections.abc import Callable, Sequence
from math import factorial

import numpy as np

from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.encoders import SECONDS_PER_DAY

Change = Callable[[np.ndarray], np.ndarray]
EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday; Monday is 0
MICROSECONDS = 1e6  # in a second
HOUR = 3_600_000_000  # microseconds


def compiled_scaler(scaler) -> Change:
    """``StandardScaler``."""
    mean, scale = scaler.mean_, scaler.scale_
    if mean is None or scale is None:
        raise CannotCompile("columns are scaled in another way")
    return lambda X: (X - mean) / scale


def compiled_imputer(imputer) -> Change:
    """``SimpleImputer`` of a statistic, with its indicators of missing values behind the columns."""
    if not (imputer.missing_values != imputer.missing_values and imputer.keep_empty_features):
        raise CannotCompile("missing values are filled in another way")
    fill = np.asarray(imputer.statistics_, dtype=np.float64)
    indicated = imputer.indicator_.features_ if imputer.add_indicator else np.empty(0, dtype=np.int64)

    def change(X):
        missing = np.isnan(X)
        filled = np.where(missing, fill, X)
        return np.concatenate([filled, missing[:, indicated]], axis=1) if len(indicated) else filled

    return change


def compiled_zeros(transformer) -> Change:
    """``EmptyAsZero``."""
    empty = transformer.empty_
    return (lambda X: np.where(empty, 0.0, X)) if empty.any() else (lambda X: X)


def compiled_bins(transformer) -> Change:
    """``QuantileBins``."""
    edges = transformer.edges_
    last = np.array([len(inner) + 1.0 for inner in edges])

    def change(X):
        bins = np.empty(X.shape)
        for at, inner in enumerate(edges):
            bins[:, at] = np.searchsorted(inner, X[:, at], side="left")
        return np.where(np.isnan(X), last, bins)

    return change


def compiled_dates(transformer) -> Callable[[Sequence[np.ndarray]], np.ndarray]:
    """``DateParts``, of columns of datetime64[us]."""
    references = [
        None if reference is None else np.datetime64(reference, "us") for reference in transformer.references_
    ]
    column_facts = list(zip(references, transformer.has_times_, strict=True))

    def change(columns):
        parts = []
        for dates, (reference, has_times) in zip(columns, column_facts, strict=True):
            parts += [np.zeros(len(dates))] * 5 if reference is None else _parts(dates, reference, has_times)
        return np.array(parts).T

    return change


def _parts(dates: np.ndarray, reference: np.datetime64, has_times: bool) -> list[np.ndarray]:
    days, months, years = (dates.astype(f"datetime64[{unit}]") for unit in "DMY")
    steps = [
        years.astype(np.int64) + 1970,
        (months - years.astype("datetime64[M]")).astype(np.int64) + 1,
        (days - months.astype("datetime64[D]")).astype(np.int64) + 1,
        (days.astype(np.int64) + EPOCH_WEEKDAY) % 7,
        *([(dates - days).astype(np.int64) // HOUR] if has_times else []),
    ]
    parts = [step.astype(np.float64) for step in steps]
    parts.append((dates - reference).astype(np.int64) / MICROSECONDS / SECONDS_PER_DAY)
    missing = np.isnat(dates)
    if missing.any():
        for part in parts:
            part[missing] = np.nan
    return parts


def compiled_curves(transformer) -> Change:
    """``Curves``: between two knots every B-spline is a polynomial (de Boor, A Practical Guide to Splines, 1978)."""
    curves = [None if spline is None else _pieces(spline) for spline in transformer.splines_]
    medians, has_missing = transformer.medians_, transformer.has_missing_

    def change(X):
        missing = np.isnan(X)
        filled, pieces = np.where(missing, medians, X), []
        for at, curve in enumerate(curves):
            pieces.append(filled[:, at : at + 1] if curve is None else curve(filled[:, at]))
            if has_missing[at]:
                pieces.append(missing[:, at : at + 1].astype(np.float64))
        return np.concatenate(pieces, axis=1) if pieces else np.empty((len(X), 0))

    return change


def _pieces(transformer) -> Callable[[np.ndarray], np.ndarray]:
    (spline,) = transformer.bsplines_
    if transformer.extrapolation != "constant" or not transformer.include_bias or transformer.sparse_output:
        raise CannotCompile("curves go on in another way")
    degree = spline.k
    knots = spline.t[degree : len(spline.t) - degree]
    starts = knots[:-1]
    # By power, interval and spline: the Taylor series at the interval's left end, which ends with the degree.
    series = [spline(starts, nu=power) / factorial(power) for power in range(degree + 1)]

    def curve(values):
        values = np.clip(values, knots[0], knots[-1])
        at = np.minimum(np.searchsorted(knots, values, side="right") - 1, len(starts) - 1)
        beyond = (values - starts[at])[:, np.newaxis]
        found = series[degree][at]
        for power in range(degree - 1, -1, -1):
            found = found * beyond + series[power][at]
        return found

    return curve
