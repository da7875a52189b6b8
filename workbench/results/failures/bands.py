"""A person's column cut into a few bands, and any selection of them said in words.

Ranges and levels are those of ``profiling.target.bins``; dates are cut at the beginnings of periods.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.profiling.target.bins import day_text, number_bins, word_bins
from workbench.results.wording import listed, shorten
from workbench.specs import ColumnSpec

BLANK = "blank"
MOST_NAMED = 4  # levels that a condition lists; with more nobody reads it
# pandas' alias of a period's beginning, the alias it is floored by, and how many characters of ISO text name it.
PERIODS = (("YS", "Y", 4), ("QS", "Q", 7), ("MS", "M", 7), ("D", "D", 10), ("h", "h", 16))
YEARS = (2, 5, 10, 20, 50, 100)  # steps where even years are too many
LAST_RANK = 255  # of the codes, which are bytes


@dataclass(frozen=True, eq=False)
class Bands:
    """One column, cut.

    Parameters
    ----------
    column : str
    unit : str
        Of its numbers.
    codes : uint8 ndarray of shape (n_rows,)
        The band of each row; ``n_bands`` where it is blank.
    labels : tuple of str
        Each band in words, without that of blanks.
    kind : {"number", "date", "words"}
    starts, ends : tuple of str
        Numbers and dates: where each band begins, as in "at least 5", and where it ends, as in "below 20". Words:
        empty.
    single : tuple of bool
        Whether a band holds one value (or period) only.
    """

    column: str
    unit: str
    codes: np.ndarray
    labels: tuple[str, ...]
    kind: str
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    single: tuple[bool, ...] = ()

    @property
    def n_bands(self) -> int:
        """Bands without that of blanks."""
        return len(self.labels)

    def words(self, allowed: np.ndarray, *, whole: bool = False) -> str:
        """Say which rows have a band that is allowed.

        Parameters
        ----------
        allowed : bool ndarray of shape (n_bands + 1,)
            The last is that of blanks. For numbers and dates the bands that are allowed lie side by side.
        whole : bool
            Long names and words are not cut.

        Returns
        -------
        str
            Such as "contract is Month-to-month", "tenure below 5 or blank"; "" where every row is allowed.
        """
        inside, blank = allowed[:-1], bool(allowed[-1])
        has_blank = bool((self.codes == self.n_bands).any())
        name = self.column if whole else shorten(self.column)
        if inside.all():
            return f"{name} is not blank" if has_blank and not blank else ""
        if not inside.any():
            return f"{name} is blank"
        told = self._levels(inside, blank, whole) if self.kind == "words" else self._range(inside)
        return f"{name} {told}" + (" or blank" if blank and has_blank and self.kind != "words" else "")

    def _range(self, inside: np.ndarray) -> str:
        first, last = int(np.flatnonzero(inside)[0]), int(np.flatnonzero(inside)[-1])
        if first == last and self.single[first]:
            return f"{'in' if self.kind == 'date' else 'is'} {self.labels[first]}"
        if first == 0:
            return self.ends[last]
        if last == self.n_bands - 1:
            return f"from {self.starts[first]} on" if self.kind == "date" else self.starts[first]
        if self.kind == "date":
            return f"from {self.starts[first]} to {self.ends[last]}"
        return f"{self.starts[first]} and {self.ends[last]}"

    def _levels(self, inside: np.ndarray, blank: bool, whole: bool) -> str:
        labels = self.labels if whole else [shorten(label) for label in self.labels]
        named = [label for label, one in zip(labels, inside, strict=True) if one]
        rest = [label for label, one in zip(labels, inside, strict=True) if not one]
        has_blank = bool((self.codes == self.n_bands).any())
        if len(named) <= MOST_NAMED or len(named) <= len(rest):
            named += [BLANK] if blank and has_blank else []
            return f"is {_any_of(named)}"
        rest += [BLANK] if not blank and has_blank else []
        return f"is not {rest[0]}" if len(rest) == 1 else f"is neither {_any_of(rest).replace(' or ', ' nor ')}"


def _any_of(names: list[str]) -> str:
    return listed(names, most=2 * MOST_NAMED).replace(" and ", " or ") if len(names) > 1 else names[0]


def cut(values: pd.Series, column: ColumnSpec, most_ranges: int, most_levels: int) -> Bands | None:
    """Cut a column into bands; None where no row has a value.

    Parameters
    ----------
    values : Series of shape (n_rows,)
        As in the typed table.
    column : ColumnSpec
    most_ranges : int
        Of numbers and dates.
    most_levels : int
        Words that get a band each; all others share one.
    """
    if values.isna().all():
        return None
    if column.meaning == "date" and values.dtype.kind == "M":
        return _periods(values, column, most_ranges)
    if pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != bool:
        return _ranges(values, column, most_ranges)
    codes, words = pd.factorize(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    bins = word_bins([str(word) for word in words], counts, min(most_levels, LAST_RANK - 2))
    single = tuple(place < bins.n_named for place in range(bins.n_bins))
    return Bands(column.name, "", bins.codes(codes), bins.labels, "words", single=single)


def _ranges(values: pd.Series, column: ColumnSpec, most: int) -> Bands:
    numbers = values.to_numpy(dtype=np.float64)
    distinct = pd.unique(numbers[~np.isnan(numbers)])
    bins = number_bins(numbers, most, values=np.sort(distinct) if len(distinct) <= most else None)
    unit = f" {column.unit}" if column.unit else ""
    starts, ends = [], []
    texts = [_limit(label) for label in bins.edges.tolist()]
    for place in range(bins.n_bins):
        # The edge just above a value that has a bin of its own is that value with a hair added.
        starts.append(_from(place, bins, texts, unit))
        ends.append(_to(place, bins, texts, unit))
    labels = tuple(f"{label}{unit}" for label in bins.labels)
    codes = bins.codes(numbers)
    return Bands(column.name, column.unit, codes, labels, "number", tuple(starts), tuple(ends), tuple(bins.single))


def _from(place: int, bins, texts: list[str], unit: str) -> str:
    if place == 0:
        return ""
    hair = bins.single[place - 1] and not bins.whole and not bins.single[place]
    return f"over {bins.labels[place - 1]}{unit}" if hair else f"at least {texts[place - 1]}{unit}"


def _to(place: int, bins, texts: list[str], unit: str) -> str:
    if place == bins.n_bins - 1:
        return ""
    hair = bins.single[place] and not bins.whole
    return f"at most {bins.labels[place]}{unit}" if hair else f"below {texts[place]}{unit}"


def _limit(value: float) -> str:
    """Write a limit, which is round already.

    >>> _limit(5.0), _limit(12500.0), _limit(0.30000000000000004)
    ('5', '12,500', '0.3')
    """
    text = f"{value:.12g}"
    return text if "e" in text or abs(value) < 10_000 else f"{value:,.{len(text.partition('.')[2])}f}"


def _periods(values: pd.Series, column: ColumnSpec, most: int) -> Bands:
    starts, characters, quarter = _beginnings(values.min(), values.max(), most)
    moments = values.to_numpy(dtype="datetime64[us]")
    codes = (np.searchsorted(starts.to_numpy(dtype="datetime64[us]"), moments, side="right") - 1).astype(np.int64)
    codes[np.isnat(moments)] = len(starts)
    texts = [f"{day.year} Q{day.quarter}" if quarter else _iso(day, characters) for day in starts]
    labels = list(texts)
    if characters == 4 and len(starts) > 1 and starts[1].year - starts[0].year > 1:
        step = starts[1].year - starts[0].year
        labels = [f"{day.year} to {day.year + step - 1}" for day in starts]
    ends = (*(f"before {text}" for text in texts[1:]), "")
    single = (True,) * len(texts)
    return Bands(column.name, "", codes.astype(np.uint8), tuple(labels), "date", tuple(texts), ends, single)


def _beginnings(low: pd.Timestamp, high: pd.Timestamp, most: int) -> tuple[pd.DatetimeIndex, int, bool]:
    """Return where periods begin, of the shortest kind of which there are at most ``most``."""
    chosen = None
    for freq, floor, characters in PERIODS:
        if freq == "h" and (high - low) > pd.Timedelta(days=most):
            break
        first = low.floor(floor) if floor in ("D", "h") else low.to_period(floor).start_time
        n_periods = _count(first, high, floor)
        if n_periods > most:
            break
        chosen = pd.date_range(first, high, freq=freq), characters, floor == "Q"
    if chosen is not None:
        return chosen
    for step in YEARS:
        first = low.year // step * step
        if (high.year - first) // step < most or step == YEARS[-1]:
            years = range(first, high.year + 1, step)
            return pd.DatetimeIndex([pd.Timestamp(max(year, 1), 1, 1) for year in years][:LAST_RANK]), 4, False


def _count(first: pd.Timestamp, high: pd.Timestamp, floor: str) -> float:
    months = (high.year - first.year) * 12 + high.month - first.month
    lengths = {"Y": months // 12, "Q": months // 3, "M": months}
    return 1 + lengths.get(floor, (high - first) / pd.Timedelta(1, unit=floor) if floor in ("D", "h") else 0)


def _iso(day: pd.Timestamp, characters: int) -> str:
    return day.strftime("%Y-%m-%d %H:%M")[:characters] if day.year >= 1000 else day_text(day.timestamp() / 86400)
