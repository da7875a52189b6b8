"""Checks of dates: days that cannot be, or lie far from all others."""

import datetime

import numpy as np

from workbench.profiling.checks.blanks import suspects_of
from workbench.profiling.checks.remedies import keep_between, with_remedies
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted

FEW_SHARE = 0.01  # of the rows: more of them are no slips
FEWEST = 10  # dates below which nothing is far from the rest
YEARS_APART = 5 * 365.25  # days
OLD, RECENT = (float(np.datetime64(day, "D").astype("int64")) for day in ("1900-01-01", "1950-01-01"))
SHOWN = 3


def check_date_range(context: Context) -> list[Finding] | None:
    """Find dates in the future, before 1900, or far from the rest, where nearly all others are not."""
    concerned, rows, steps, blanks = {}, {}, {}, {}
    for profile in context.profiles:
        facts = context.facts[profile.name]
        if not facts.is_date or profile.count < FEWEST:
            continue
        low, high = plausible_range(facts.numbers[~np.isnan(facts.numbers)])
        asked = [place for _, _, place in suspects_of(facts)]
        odd = ((facts.numbers < low) | (facts.numbers > high)) & ~np.isin(facts.numbers, asked)
        if not odd.any():
            continue
        stamps = context.table[profile.name].to_numpy(dtype="datetime64[us]")
        values, counts = np.unique(stamps[odd], return_counts=True)
        kept = stamps[(facts.numbers >= low) & (facts.numbers <= high)]
        first, last = _text(kept.min()), _text(kept.max())
        shown = ", ".join(
            f"{_text(value)} ({counted(n, 'row')})" for value, n in zip(values[:SHOWN], counts.tolist(), strict=False)
        )
        more = f" and {len(values) - SHOWN:,} more" if len(values) > SHOWN else ""
        concerned[profile.name] = (
            f"“{profile.name}” holds {counted(len(values), 'date')} out of range: {shown}{more}. All others lie "
            f"between {first[:10]} and {last[:10]}."
        )
        rows[profile.name] = context.rows_where(odd)
        steps[profile.name] = keep_between(profile.name, first, last)
        blanks[profile.name] = [_text(value) for value in values]
    advice = "Or they stand for “not known”. If they are real, nothing is to be done."
    found = each_or_all("date_range", "alerted", concerned, "{n} columns hold dates out of range.", advice, rows=rows)
    return with_remedies(context, found, step=steps, blanks=blanks)


def plausible_range(days: np.ndarray, today: datetime.date | None = None) -> tuple[float, float]:
    """Return the first and last day (since 1970) that look right.

    Parameters
    ----------
    days : ndarray of float64
        Days of all rows, without NaN.
    today : datetime.date, optional
        Days from the day after tomorrow on are in the future.

    Notes
    -----
    A group of at most 1 % of the dates (at least one) at either end is out of range where it stands apart by more than
    five years and more than all the others span; or where it is before 1900, and half of the dates are after 1950; or
    where it is in the future.
    """
    few = max(1, int(FEW_SHARE * len(days)))
    ordered = np.partition(days, [few, len(days) - 1 - few])
    lows, highs = np.sort(ordered[: few + 1]), np.sort(ordered[-few - 1 :])
    apart = max(YEARS_APART, float(highs[0] - lows[-1]))
    low, high = float(lows[0]), float(highs[-1])
    gaps = np.flatnonzero(np.diff(lows) > apart)
    if len(gaps):
        low = float(lows[gaps[-1] + 1])
    gaps = np.flatnonzero(np.diff(highs) > apart)
    if len(gaps):
        high = float(highs[gaps[0]])
    future = float(np.datetime64(today or datetime.date.today(), "D").astype("int64")) + 2
    if highs[0] < future <= high:
        high = float(highs[highs < future].max())
    if low < OLD <= lows[-1] and np.median(days) > RECENT:
        low = float(lows[lows >= OLD].min())
    return low, high


def _text(moment: np.datetime64) -> str:
    return str(moment.astype("datetime64[us]")).removesuffix(".000000").removesuffix("T00:00:00")
