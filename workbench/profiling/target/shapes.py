"""How the target moves with one column: its share or mean in each of a few bins."""

from dataclasses import dataclass

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.target.answers import Answer, Sums
from workbench.profiling.target.bins import DAY_MICROSECONDS, NO_VALUE, NumberBins, WordBins, number_bins, word_bins

MOST_BINS, TIME_BINS, FEWEST_BINS = 10, 12, 4
ROWS_IN_BIN = 20  # aimed at, where rows are few
MOST_WORDS = 12
NAMED_SHARE = 0.05  # of the filled cells: words that cover less are not worth a chart
LONGEST_LABEL = 200  # characters


@dataclass(frozen=True)
class ShapeBin:
    """The target among the rows of one range, or one value, of a column.

    Attributes
    ----------
    label : str
        The value, or the range in words; "no value" where the column is blank.
    n_rows : int
    value : float
        The target's mean, or the share of rows of the class looked for.
    low, high : float
        Its 95 % interval.
    left, right : float or str or None
        The range's ends (numbers; dates as ISO text); None for words and blanks.
    """

    label: str
    n_rows: int
    value: float
    low: float
    high: float
    left: float | str | None = None
    right: float | str | None = None


@dataclass(frozen=True)
class Shape:
    """How the target moves with one column: ``bins`` in the order of the numbers, or most rows first for words.

    ``of`` is what ``value`` is about: the class in words, or "" for the mean of a number.
    """

    column: str
    of: str
    bins: tuple[ShapeBin, ...]


def bins_of(fact: ColumnFacts) -> NumberBins | WordBins | None:
    """Return a few bins of a column; None where they would say nothing."""
    profile = fact.profile
    if fact.numbers is None:
        named = np.sort(fact.word_counts)[-MOST_WORDS:].sum()
        return word_bins(fact.words, fact.word_counts, MOST_WORDS) if named > NAMED_SHARE * profile.count else None
    most = int(np.clip(profile.count // ROWS_IN_BIN, FEWEST_BINS, TIME_BINS if fact.is_date else MOST_BINS))
    values = None
    if profile.distinct_count <= MOST_BINS and len(profile.top) == profile.distinct_count:
        found = [entry.value for entry in profile.top]
        if fact.is_date:
            found = np.array(found, dtype="datetime64[us]").astype("int64") / DAY_MICROSECONDS
        values, most = np.sort(np.array(found, dtype="float64")), MOST_BINS
    return number_bins(fact.numbers, most, values=values, is_date=fact.is_date)


def shape_bins(bins: NumberBins | WordBins, sums: Sums, told: Answer) -> tuple[ShapeBin, ...]:
    """Return the bins that hold rows, with intervals; that of no value is the last."""
    estimates = np.column_stack(told.estimates(sums)).tolist()
    names = [label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…" for label in bins.labels]
    ends = [*bins.ends, (None, None)]
    return tuple(
        ShapeBin(name, n_rows, *estimate, *end)
        for name, n_rows, estimate, end in zip([*names, NO_VALUE], sums.n.tolist(), estimates, ends, strict=True)
        if n_rows
    )
