"""One column in numbers.

Every figure is exact and equals pandas' own. Infinite values are counted apart and left out of the figures that
they would make meaningless (mean, spread, quantiles, histogram).
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.profiling.strength import Strength
from workbench.specs import ColumnSpec

TOP_VALUES = 10
BINS = 20


@dataclass(frozen=True)
class ValueCount:
    """A value of the column and the number of rows that hold it; dates as ISO text."""

    value: str | int | float
    count: int


@dataclass(frozen=True)
class Bin:
    """Rows from ``low`` up to, not including, ``high`` (the last bin includes it); dates as ISO text."""

    low: float | str
    high: float | str
    count: int


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds.

    Attributes that do not apply to the column's values are None: ``mean`` to ``negatives`` are for numbers,
    ``first`` and ``last`` for dates, ``length_*`` (characters) and ``words_mean`` for words. ``std`` divides by n - 1
    and ``skew`` is the adjusted Fisher-Pearson coefficient, as in pandas. ``bins`` is a histogram of numbers and
    dates; ``top`` holds the most frequent values, most frequent first, ties in order of value or appearance.
    """

    name: str
    meaning: str
    count: int
    missing_count: int
    distinct_count: int
    memory_bytes: int
    unit: str = ""
    infinite_count: int = 0
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    q25: float | None = None
    median: float | None = None
    q75: float | None = None
    max: float | None = None
    skew: float | None = None
    zeros: int | None = None
    negatives: int | None = None
    first: str | None = None
    last: str | None = None
    length_min: int | None = None
    length_mean: float | None = None
    length_max: int | None = None
    words_mean: float | None = None
    top: tuple[ValueCount, ...] = ()
    bins: tuple[Bin, ...] = ()
    strength: Strength | None = None

    @property
    def missing_fraction(self) -> float:
        """Share of rows without a value, 0 to 1; 0 where there are no rows."""
        rows = self.count + self.missing_count
        return self.missing_count / rows if rows else 0.0

    def to_json(self) -> dict:
        """Return the attributes that apply, as a plain JSON value."""
        plain = {name: value for name, value in vars(self).items() if value is not None}
        plain["top"] = [vars(entry).copy() for entry in self.top]
        plain["bins"] = [vars(entry).copy() for entry in self.bins]
        if self.strength is not None:
            plain["strength"] = vars(self.strength).copy()
        return plain

    @classmethod
    def from_json(cls, plain: dict) -> "ColumnProfile":
        """Return the profile that ``to_json`` was taken of."""
        strength = plain.get("strength")
        return cls(
            **{
                **plain,
                "top": tuple(ValueCount(**entry) for entry in plain["top"]),
                "bins": tuple(Bin(**entry) for entry in plain["bins"]),
                "strength": None if strength is None else Strength(**strength),
            }
        )


@dataclass(frozen=True, eq=False)
class ColumnFacts:
    """A column prepared once for everything that looks at it.

    Either ``numbers`` (float64 of shape (n_rows,); NaN where missing; days for dates) or ``codes`` (int of shape
    (n_rows,); -1 where missing) into ``words`` with ``word_counts``, both in order of first appearance.
    """

    profile: ColumnProfile
    is_date: bool = False
    numbers: np.ndarray | None = None
    codes: np.ndarray | None = None
    words: pd.Index | None = None
    word_counts: np.ndarray | None = None

    @cached_property
    def digest(self) -> bytes:
        """Equal for columns whose cells are equal, and for words also where they map one to one."""
        # Codes number the words by first appearance, so columns that map one to one have equal codes.
        values = self.codes.astype("int64") if self.numbers is None else np.nan_to_num(self.numbers + 0.0, nan=np.pi)
        kind = b"words" if self.numbers is None else b"dates" if self.is_date else b"numbers"
        return hashlib.blake2b(np.ascontiguousarray(values).view("uint8"), digest_size=16).digest() + kind


def describe_column(values: pd.Series, column: ColumnSpec) -> ColumnFacts:
    """Return the figures of one column of a typed table, with the arrays they were taken of.

    Parameters
    ----------
    values : pandas.Series of shape (n_rows,)
        Numbers, dates, or words; booleans count as the words "True" and "False".
    column : ColumnSpec
        Its name and meaning.
    """
    if pd.api.types.is_bool_dtype(values.dtype):
        values = values.map({True: "True", False: "False"}, na_action="ignore").astype("str")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _describe_dates(values, column)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _describe_numbers(values, column)
    return _describe_words(values, column)


def _describe_numbers(values: pd.Series, column: ColumnSpec) -> ColumnFacts:
    whole = pd.api.types.is_integer_dtype(values.dtype)
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    # Whole numbers stay whole: beyond 2**53 several of them would become one float64.
    ordered = np.sort(values.to_numpy() if whole else numbers[~np.isnan(numbers)])
    finite = ordered
    if not whole:
        finite = ordered[np.searchsorted(ordered, -np.inf, "right") : np.searchsorted(ordered, np.inf, "left")]
    starts, counts = _runs(ordered)
    finite_runs = np.isfinite(ordered[starts])
    figures = {}
    if len(finite):
        q25, median, q75 = (_quantile(finite, fraction) for fraction in (0.25, 0.5, 0.75))
        figures = {
            "min": _plain(finite[0]),
            "q25": _plain(q25),
            "median": _plain(median),
            "q75": _plain(q75),
            "max": _plain(finite[-1]),
        }
        with np.errstate(over="ignore", invalid="ignore"):
            figures["mean"] = _plain(finite.mean())
            figures["std"] = _plain(finite.std(ddof=1)) if len(finite) > 1 else None
            figures["skew"] = _plain(pd.Series(finite, copy=False).skew())
    return ColumnFacts(
        ColumnProfile(
            name=column.name,
            meaning=column.meaning,
            unit=column.unit,
            count=len(ordered),
            missing_count=len(values) - len(ordered),
            distinct_count=len(starts),
            infinite_count=len(ordered) - len(finite),
            memory_bytes=int(values.memory_usage(index=False, deep=True)),
            zeros=int(np.searchsorted(ordered, 0, "right") - np.searchsorted(ordered, 0, "left")),
            negatives=int(np.searchsorted(ordered, 0, "left")),
            top=_top_numbers(ordered[starts][finite_runs], counts[finite_runs], whole),
            bins=_histogram(finite),
            **figures,
        ),
        numbers=numbers,
    )


def _describe_dates(values: pd.Series, column: ColumnSpec) -> ColumnFacts:
    stamps = values.to_numpy(dtype="datetime64[us]")
    missing = np.isnat(stamps)
    microseconds = stamps.view("int64")
    ordered = np.sort(microseconds[~missing])
    starts, counts = _runs(ordered)
    days = microseconds / 86_400e6
    days[missing] = np.nan
    best = np.argsort(-counts, kind="stable")[:TOP_VALUES]
    return ColumnFacts(
        ColumnProfile(
            name=column.name,
            meaning=column.meaning,
            count=len(ordered),
            missing_count=int(missing.sum()),
            distinct_count=len(starts),
            memory_bytes=int(values.memory_usage(index=False, deep=True)),
            first=_iso(ordered[0]) if len(ordered) else None,
            last=_iso(ordered[-1]) if len(ordered) else None,
            top=tuple(ValueCount(_iso(ordered[starts[i]]), int(counts[i])) for i in best),
            bins=tuple(Bin(_iso(b.low), _iso(b.high), b.count) for b in _histogram(ordered)),
        ),
        is_date=True,
        numbers=days,
    )


def _describe_words(values: pd.Series, column: ColumnSpec) -> ColumnFacts:
    memory_bytes = int(values.memory_usage(index=False, deep=True))
    if values.dtype == object:  # a cell may hold anything; the typed table holds text
        values = values.map(str, na_action="ignore").astype("str")
    codes, words = pd.factorize(values)
    word_counts = np.bincount(codes[codes >= 0], minlength=len(words))
    count = int(word_counts.sum())
    figures = {}
    if count:
        lengths = words.str.len().to_numpy(dtype="int64")
        figures = {
            "length_min": int(lengths.min()),
            "length_mean": float(lengths @ word_counts / count),
            "length_max": int(lengths.max()),
        }
        if column.meaning == "text":
            texts = words.to_numpy(dtype=object)
            in_each = np.fromiter((len(text.split()) for text in texts), dtype="int64", count=len(texts))
            figures["words_mean"] = float(in_each @ word_counts / count)
    best = np.argsort(-word_counts, kind="stable")[:TOP_VALUES]
    return ColumnFacts(
        ColumnProfile(
            name=column.name,
            meaning=column.meaning,
            count=count,
            missing_count=len(values) - count,
            distinct_count=len(words),
            memory_bytes=memory_bytes,
            top=tuple(ValueCount(str(words[i]), int(word_counts[i])) for i in best),
            **figures,
        ),
        codes=codes,
        words=words,
        word_counts=word_counts,
    )


def _runs(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each distinct value of a sorted array begins, and how often it occurs."""
    if not len(ordered):
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64")
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    return starts, np.diff(np.append(starts, len(ordered)))


def _top_numbers(values: np.ndarray, counts: np.ndarray, whole: bool) -> tuple[ValueCount, ...]:
    best = np.argsort(-counts, kind="stable")[:TOP_VALUES] if len(counts) <= 1000 else _largest(counts)
    return tuple(ValueCount(int(values[i]) if whole else float(values[i]), int(counts[i])) for i in best)


def _largest(counts: np.ndarray) -> np.ndarray:
    """Return the positions of the largest counts, first positions first among equals, without a full sort."""
    least = np.partition(counts, -TOP_VALUES)[-TOP_VALUES]
    above = np.flatnonzero(counts > least)
    above = above[np.argsort(-counts[above], kind="stable")]
    return np.concatenate((above, np.flatnonzero(counts == least)[: TOP_VALUES - len(above)]))


def _quantile(ordered: np.ndarray, fraction: float) -> float:
    """Return ``numpy.quantile`` of a sorted array (linear interpolation), without partitioning it again."""
    place = fraction * (len(ordered) - 1)
    low = int(place)
    left, right = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    # Weighted, not left + (right - left) * share: the difference of two huge numbers would overflow.
    return left if left == right else left * (1 - (place - low)) + right * (place - low)


def _histogram(ordered: np.ndarray) -> tuple[Bin, ...]:
    """Return ``numpy.histogram`` of a sorted array, by bisection."""
    if not len(ordered) or not np.isfinite(float(ordered[-1]) - float(ordered[0])):
        return ()
    low, high = float(ordered[0]), float(ordered[-1])
    edges = np.linspace(low, high, BINS + 1) if low < high else np.linspace(low - 0.5, high + 0.5, BINS + 1)
    if (edges[:-1] >= edges[1:]).any():  # numbers so large and so close that 20 bins cannot be told apart
        return (Bin(low, high, len(ordered)),)
    inner = np.searchsorted(ordered, edges[1:-1], side="left")
    counts = np.diff(np.concatenate(([0], inner, [len(ordered)])))
    return tuple(
        Bin(float(low), float(high), int(n)) for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def _iso(microseconds: float) -> str:
    text = str(np.datetime64(int(microseconds), "us"))  # unlike datetime, knows the years before 1 and after 9999
    return text.removesuffix(".000000").removesuffix("T00:00:00")


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
