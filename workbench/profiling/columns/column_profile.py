"""What is said of one column."""

from dataclasses import dataclass

import numpy as np

from workbench.profiling.target.strength import Strength

NEAR_CONSTANT = 0.99  # share of the rows with a value that hold the same one
ENOUGH_ROWS = 20  # below this one value in nearly every row is no wonder


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


VALUE_COUNTS = ("top", "patterns", "frequent_words")  # fields that hold these


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds.

    Attributes that do not apply to the column's values are None or empty.

    Attributes
    ----------
    count, missing_count, distinct_count, infinite_count : int
        Infinite values are counted here, and left out of all figures from ``mean`` to ``outlier_count``.
    memory_bytes : int
        As pandas counts it, text included.
    top : tuple of ValueCount
        The most frequent values, most frequent first, ties in order of value or appearance; at most 10.
    bins : tuple of Bin
        A histogram of numbers and dates.
    top_share : float
        Share of the rows with a value that hold the most frequent (finite) one, 0 to 1.
    near_constant : bool
        Of 20 rows or more with a value, 99 % hold the same one and some do not.
    mean, std, skew, kurtosis : float
        Of numbers. ``std`` divides by n - 1, ``skew`` and ``kurtosis`` are the adjusted Fisher-Pearson coefficients
        G1 and G2, as in pandas; kurtosis is 0 for a normal distribution.
    min, q01, q05, q25, median, q75, q95, q99, max, iqr : float
        Of numbers; quantiles are linear between values as in numpy, ``iqr`` is ``q75 - q25``.
    zeros, negatives : int
        Of numbers.
    fence_low, fence_high, outlier_count : float, float, int
        Numbers beyond the fences lie more than 3 ``iqr`` outside the quartiles. None where half of the rows hold the
        same value, by which nothing can be measured.
    first, median_date, last : str
        Of dates, as ISO text.
    all_midnight : bool
        No date has a time of day.
    step_seconds, step_word, step_share : float, str, float
        The usual step from one moment to the next different one: the median; in a word ("daily", "monthly", "every 15
        minutes"), "" where three in four steps do not keep to it; and the share of those that do.
    gap_seconds, gap_start : float, str
        The longest step, and the moment at which it begins.
    length_min, length_mean, length_max : int, float, int
        Characters of words.
    words_mean, words_max : float, int
        Of texts.
    patterns : tuple of ValueCount
        Of words other than texts: the most frequent shapes ("AA-9999"); see ``patterns.most_frequent_patterns``.
    frequent_words : tuple of ValueCount
        Of texts: words that say something, with the rows that hold them.
    looked_at : int
        Rows in which ``patterns`` or ``frequent_words`` were counted: all with a value, or a seeded sample of them.
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
    q01: float | None = None
    q05: float | None = None
    q25: float | None = None
    median: float | None = None
    q75: float | None = None
    q95: float | None = None
    q99: float | None = None
    max: float | None = None
    iqr: float | None = None
    skew: float | None = None
    kurtosis: float | None = None
    fence_low: float | None = None
    fence_high: float | None = None
    outlier_count: int | None = None
    zeros: int | None = None
    negatives: int | None = None
    first: str | None = None
    median_date: str | None = None
    last: str | None = None
    all_midnight: bool | None = None
    step_seconds: float | None = None
    step_word: str | None = None
    step_share: float | None = None
    gap_seconds: float | None = None
    gap_start: str | None = None
    length_min: int | None = None
    length_mean: float | None = None
    length_max: int | None = None
    words_mean: float | None = None
    words_max: int | None = None
    patterns: tuple[ValueCount, ...] = ()
    frequent_words: tuple[ValueCount, ...] = ()
    looked_at: int | None = None
    top: tuple[ValueCount, ...] = ()
    top_share: float | None = None
    near_constant: bool = False
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
        for name in (*VALUE_COUNTS, "bins"):
            plain[name] = [vars(entry).copy() for entry in plain[name]]
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
                **{name: tuple(ValueCount(**entry) for entry in plain.get(name, ())) for name in VALUE_COUNTS},
                "bins": tuple(Bin(**entry) for entry in plain["bins"]),
                "strength": None if strength is None else Strength(**strength),
            }
        )


def commonness(best: np.ndarray, n_distinct: int, count: int) -> dict:
    """Return ``top_share`` and ``near_constant`` of a column by their names.

    Parameters
    ----------
    best : ndarray of int
        Rows of the most frequent values, most frequent first.
    n_distinct : int
        Different values.
    count : int
        Rows with a value.
    """
    if not len(best):
        return {}
    share = int(best[0]) / count
    return {"top_share": share, "near_constant": count >= ENOUGH_ROWS and n_distinct > 1 and share >= NEAR_CONSTANT}
