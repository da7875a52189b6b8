"""Figures of a column of dates: how far they go, and how regularly they follow each other."""

import numpy as np
import pandas as pd

from workbench.profiling.columns.column_profile import Bin, ValueCount, commonness
from workbench.profiling.columns.ordered import histogram, most_frequent, runs

REGULAR = 0.75  # share of the steps that keep to the usual one; of working days four in five follow the day before
FEWEST_STEPS = 3  # fewer are equal by chance
SECOND = 1_000_000  # microseconds
DAY = 86_400 * SECOND
# Longest first; each with its adverb.
UNITS = (("week", 7 * DAY, "weekly"), ("day", DAY, "daily"), ("hour", 3600 * SECOND, "hourly"),
         ("minute", 60 * SECOND, "every minute"), ("second", SECOND, "every second"))  # fmt: skip
MONTHS = {1: "monthly", 3: "quarterly", 12: "yearly"}
WORKING_DAYS = "every working day"


def describe_dates(values: pd.Series) -> tuple[dict, np.ndarray]:
    """Return the figures of a column of dates by the names of their fields, and its dates as numbers.

    Parameters
    ----------
    values : pandas.Series of shape (n_rows,)
        Moments; NaT where missing.

    Returns
    -------
    figures : dict
        Fields of ``ColumnProfile``.
    days : ndarray of float64, shape (n_rows,)
        Days since 1970; NaN where missing.
    """
    stamps = values.to_numpy(dtype="datetime64[us]")
    microseconds = stamps.view("int64")
    ordered = np.sort(microseconds)
    n_missing = int(np.searchsorted(ordered, np.iinfo("int64").min, "right"))  # what NaT is
    ordered = ordered[n_missing:]
    starts, counts = runs(ordered)
    moments = ordered[starts]
    days = microseconds / DAY
    if n_missing:
        days[np.isnat(stamps)] = np.nan
    best = most_frequent(counts)
    return {
        "count": len(ordered),
        "missing_count": n_missing,
        "distinct_count": len(starts),
        "top": tuple(map(ValueCount, map(_iso, moments[best]), counts[best].tolist())),
        "bins": tuple(Bin(_iso(each.low), _iso(each.high), each.count) for each in histogram(ordered)),
        **commonness(counts[best], len(starts), len(ordered)),
        **(_range(ordered, moments) | _steps(moments) if len(ordered) else {}),
    }, days


def _range(ordered: np.ndarray, moments: np.ndarray) -> dict:
    low, high = int(ordered[(len(ordered) - 1) // 2]), int(ordered[len(ordered) // 2])
    return {
        "first": _iso(ordered[0]),
        "median_date": _iso(low + (high - low) // 2),
        "last": _iso(ordered[-1]),
        "all_midnight": not (moments % DAY).any(),
    }


def _steps(moments: np.ndarray) -> dict:
    """Return how the different moments follow each other."""
    # Differences of sorted numbers, taken as unsigned, are right even where they are beyond int64.
    steps = np.diff(moments.view("uint64"))
    if not len(steps):
        return {}
    longest = int(steps.argmax())
    usual = float(np.median(steps))
    word, share = _rhythm(moments, steps, usual)
    return {
        "step_seconds": usual / SECOND,
        "step_word": word,
        "step_share": share,
        "gap_seconds": int(steps[longest]) / SECOND,
        "gap_start": _iso(moments[longest]),
    }


def _rhythm(moments: np.ndarray, steps: np.ndarray, usual: float) -> tuple[str, float]:
    """Return the word of the usual step, "" where irregular, and the share of the steps that keep to it.

    A step is of so many months, of working days, or of fixed length, whichever most steps keep to.
    """
    rhythms = [(_length_word(usual), float(np.mean(steps == usual)))]
    if usual >= 28 * DAY:
        rhythms.insert(0, _calendar_rhythm(moments))
    elif usual == DAY and rhythms[0][1] < 1:
        rhythms.append((WORKING_DAYS, _working_day_share(moments)))
    word, share = max(rhythms, key=lambda rhythm: rhythm[1])
    return word if len(steps) >= FEWEST_STEPS and share >= REGULAR else "", share


def _length_word(microseconds: float) -> str:
    for unit, length, adverb in UNITS:
        if microseconds >= length and microseconds % length == 0:
            n_units = int(microseconds // length)
            return adverb if n_units == 1 else f"every {n_units:,} {unit}s"
    return f"every {microseconds / SECOND:.4g} seconds"


def _calendar_rhythm(moments: np.ndarray) -> tuple[str, float]:
    """Return the word and share of steps of the usual number of months that keep the day, or the end, of the month."""
    stamps = moments.view("datetime64[us]")
    months = stamps.astype("datetime64[M]")
    since = stamps - months.astype("datetime64[us]")
    ends = (stamps + np.timedelta64(1, "D")).astype("datetime64[M]") > months
    n_months = np.diff(months.view("int64"))
    usual = int(np.median(n_months))
    at_end = ends[1:] & ends[:-1] & (since[1:] % np.timedelta64(1, "D") == since[:-1] % np.timedelta64(1, "D"))
    keeps = (n_months == usual) & ((since[1:] == since[:-1]) | at_end)
    if usual > 12 and usual % 12 == 0:
        word = f"every {usual // 12:,} years"
    else:
        word = MONTHS.get(usual, f"every {usual:,} months")
    return word, float(keeps.mean())


def _working_day_share(moments: np.ndarray) -> float:
    """Return the share of steps to the next day from Monday to Friday; 0 where a moment is on a weekend."""
    days = moments.view("datetime64[us]").astype("datetime64[D]")
    if not np.is_busday(days).all() or (moments % DAY != moments[0] % DAY).any():
        return 0.0
    return float(np.mean(np.busday_count(days[:-1], days[1:]) == 1))


def _iso(microseconds: float) -> str:
    text = str(np.datetime64(int(microseconds), "us"))  # unlike datetime, knows the years before 1 and after 9999
    return text.removesuffix(".000000").removesuffix("T00:00:00")
