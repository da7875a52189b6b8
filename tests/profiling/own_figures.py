"""What pandas, numpy, scipy and plain Python say of a column, by the names of a profile's fields."""

import math
import unicodedata
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

QUANTILES = {"q01": 0.01, "q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95, "q99": 0.99}
# Both are quotients of sums of powers: of a hundred numbers each sum is exact to about 1e-14, so 1e-9 is far off.
SHAPES = ("skew", "kurtosis")


def figures_of_numbers(values):
    """Return the figures of a Series of numbers, infinite values counted apart."""
    finite = values[np.isfinite(values)]
    # Differences of far-apart int64 wrap around in numpy's interpolation.
    floats = finite.to_numpy(dtype="float64")
    with np.errstate(all="ignore"):
        return {
            **_counts(values),
            "infinite_count": int(np.isinf(values).sum()),
            "zeros": int((values == 0).sum()),
            "negatives": int((values < 0).sum()),
            "mean": finite.mean(),
            "std": finite.std(),
            "min": finite.min(),
            "max": finite.max(),
            "skew": finite.skew(),
            "kurtosis": finite.kurt(),
            "iqr": stats.iqr(floats) if len(finite) else None,
            **{name: np.quantile(floats, q) if len(finite) else None for name, q in QUANTILES.items()},
        }


def figures_of_words(values):
    """Return the figures of a Series of text, counted one value at a time."""
    texts = values.dropna().tolist()
    if not texts:
        return _counts(values)
    lengths, words = [len(text) for text in texts], [len(text.split()) for text in texts]
    return {
        **_counts(values),
        "length_min": min(lengths),
        "length_max": max(lengths),
        "length_mean": np.mean(lengths),
        "words_mean": np.mean(words),
        "words_max": max(words),
    }


def pattern_counts(values):
    """Return how many rows have each shape, without drawing runs together."""
    return Counter("".join(map(_symbol, text)) for text in values.dropna())


def _symbol(character):
    category = unicodedata.category(character)
    if category.startswith("L"):
        return "A" if character.isupper() else "a"
    return "9" if category == "Nd" else character


def _counts(values):
    counts = values.value_counts()
    return {
        "count": int(values.count()),
        "missing_count": int(values.isna().sum()),
        "distinct_count": int(values.nunique()),
        "memory_bytes": int(values.memory_usage(index=False, deep=True)),
        "top_counts": counts.head(10).tolist(),
    }


def assert_equal(profile, expected):
    """Hold every figure against the expected one: exact, or to 1e-9."""
    scale = max((abs(value) for value in (profile.min, profile.max) if value is not None), default=0.0)
    for name, value in expected.items():
        if name == "top_counts":
            if not profile.infinite_count:  # JSON knows no infinity, so it is not among them
                assert [entry.count for entry in profile.top] == value, name
            continue
        ours = getattr(profile, name)
        if value is None or not math.isfinite(value):
            assert ours is None, (name, ours)
        elif isinstance(value, int):
            assert ours == value, name
        else:
            near = pytest.approx(float(value), rel=1e-9, abs=1e-9 if name in SHAPES else 1e-12 * scale)
            assert ours == near, name


def typed_series(values):
    """Return a Series as a typed table holds it."""
    series = pd.Series(values)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series.astype("datetime64[us]")
    return series if pd.api.types.is_numeric_dtype(series.dtype) else series.astype("str")
