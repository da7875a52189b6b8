"""Figures of a column of numbers.

Infinite values are counted apart and left out of the figures that they would make meaningless.
"""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from workbench.profiling.columns.column_profile import ValueCount, commonness
from workbench.profiling.columns.ordered import histogram, most_frequent, quantile, runs

FAR_OUT = 3.0  # interquartile ranges beyond a quartile (Tukey, Exploratory Data Analysis, 1977, 2D: "far out")
QUANTILES = {"q01": 0.01, "q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95, "q99": 0.99}


def describe_numbers(values: pd.Series) -> tuple[dict, np.ndarray]:
    """Return the figures of a column of numbers by the names of their fields, and its numbers.

    Parameters
    ----------
    values : pandas.Series of shape (n_rows,)
        Whole numbers or floats; NaN where missing.

    Returns
    -------
    figures : dict
        Fields of ``ColumnProfile``.
    numbers : ndarray of float64, shape (n_rows,)
        NaN where missing. Of a float column, a view of its own memory.
    """
    whole = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu"
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    # Whole numbers stay whole: beyond 2**53 several of them would become one float64.
    kept = values.to_numpy() if whole else numbers
    finite = ordered = np.sort(kept)
    if not whole:
        ordered = ordered[: np.searchsorted(ordered, np.nan)]  # NaN is sorted last
        finite = ordered[np.searchsorted(ordered, -np.inf, "right") : np.searchsorted(ordered, np.inf)]
        kept = kept if len(finite) == len(kept) else kept[np.isfinite(kept)]
    starts, counts = runs(ordered)
    zero = ordered.dtype.type(0)
    n_below, n_not_above = (int(np.searchsorted(ordered, zero, side)) for side in ("left", "right"))
    return {
        "count": len(ordered),
        "missing_count": len(values) - len(ordered),
        "distinct_count": len(starts),
        "infinite_count": len(ordered) - len(finite),
        "zeros": n_not_above - n_below,
        "negatives": n_below,
        "bins": histogram(finite),
        **_frequencies(ordered, starts, counts),
        **(_moments(kept, finite) | _quantiles(finite) if len(finite) else {}),
    }, numbers


def _frequencies(ordered: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> dict:
    """Return the most frequent finite values; minus zero is zero."""
    if len(starts) and not np.isfinite(ordered[[0, -1]]).all():
        finite = np.isfinite(ordered[starts])
        starts, counts = starts[finite], counts[finite]
    best = most_frequent(counts)
    shown = ordered[starts[best]] + 0
    return {
        "top": tuple(map(ValueCount, shown.tolist(), counts[best].tolist())),
        **commonness(counts[best], len(starts), len(ordered)),
    }


def _moments(kept: np.ndarray, finite: np.ndarray) -> dict:
    """Return mean, spread and shape of ``kept``, of which ``finite`` is sorted."""
    if finite[0] == finite[-1]:  # exact, where sums of 0.1 would be off by a bit
        return {"mean": float(finite[0]) + 0.0, "std": 0.0 if len(finite) > 1 else None}
    series = pd.Series(kept, copy=False)
    with np.errstate(over="ignore", invalid="ignore"):
        figures = {"mean": kept.mean(), "std": kept.std(ddof=1), "skew": series.skew(), "kurtosis": series.kurt()}
    return {name: finite_or_none(value) for name, value in figures.items()}


def _quantiles(finite: np.ndarray) -> dict:
    """Return quantiles of sorted numbers, Tukey's fences, and how many numbers are beyond them."""
    figures = {name: quantile(finite, fraction) + 0.0 for name, fraction in QUANTILES.items()}
    figures |= {"min": float(finite[0]) + 0.0, "max": float(finite[-1]) + 0.0}
    iqr = figures["q75"] - figures["q25"]
    reach = FAR_OUT * iqr
    if 0 < reach < math.inf:
        low, high = figures["q25"] - reach, figures["q75"] + reach
        n_inside = _first_above(finite, high) - _first_from(finite, low)
        figures |= {
            "fence_low": finite_or_none(low),
            "fence_high": finite_or_none(high),
            "outlier_count": len(finite) - n_inside,
        }
    return figures | {"iqr": finite_or_none(iqr)}


def _first_from(ordered: np.ndarray, limit: float) -> int:
    """Return how many numbers are below a limit."""
    return int(np.searchsorted(ordered, _within(ordered, limit, math.ceil), "left"))


def _first_above(ordered: np.ndarray, limit: float) -> int:
    """Return how many numbers are at most a limit."""
    return int(np.searchsorted(ordered, _within(ordered, limit, math.floor), "right"))


def _within(ordered: np.ndarray, limit: float, rounded: Callable[[float], int]) -> np.number | float:
    """Return a limit of the dtype of the numbers: for a float numpy would copy whole ones, and round large ones."""
    if ordered.dtype.kind == "f":
        return limit
    return ordered.dtype.type(rounded(min(max(limit, int(ordered[0])), int(ordered[-1]))))


def finite_or_none(value: float) -> float | None:
    """Return a figure as a plain number that JSON knows; None where it is not finite."""
    return float(value) if math.isfinite(value) else None
