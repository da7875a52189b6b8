"""Dates that lie after another date of the same row: written down when something ended, closed or came back."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts

FEWEST_ROWS = 30
IN_ORDER = 0.98  # of the rows with both dates in which the one is not before the other
AFTER = 0.5  # of the rows in which it is really later
# Of the span of the earlier date: a birthday is decades before everything else and begins nothing.
NEAR = 0.25
FEW_GAPS = 3  # different gaps up to which the later date is merely planned: "due in 28 days"
ROWS_LOOKED_AT = 50_000
MOST_DATES = 40


@dataclass(frozen=True)
class LaterDate:
    """A column of dates that lies after another one.

    Attributes
    ----------
    column, reference : str
        The later and the earlier date.
    gap_days : float
        Median of the time between, in days.
    """

    column: str
    reference: str
    gap_days: float

    @property
    def words(self) -> str:
        """The gap in a unit that suits it.

        >>> LaterDate("a", "b", 0.01).words, LaterDate("a", "b", 3.0).words, LaterDate("a", "b", 90.0).words
        ('14 minutes', '3 days', '3 months')
        """
        for unit, days in (("year", 365.25), ("month", 30.4), ("day", 1.0), ("hour", 1 / 24), ("minute", 1 / 1440)):
            number = round(self.gap_days / days)
            if self.gap_days >= 1.5 * days or unit == "minute":
                return f"{number:,} {unit}{'' if number == 1 else 's'}"
        raise AssertionError("minutes take what is left")


def later_dates(facts: Mapping[str, ColumnFacts], target: str) -> tuple[LaterDate, ...]:
    """Return the dates that lie after another date in (nearly) every row, each with the one that lies nearest before.

    Parameters
    ----------
    facts : mapping of str to ColumnFacts
    target : str
        No date is judged by it.
    """
    days = {
        name: each.numbers[:ROWS_LOOKED_AT]
        for name, each in facts.items()
        if each.is_date and name != target and each.profile.distinct_count > 1
    }
    names = list(days)[:MOST_DATES]
    found = []
    for name in names:
        before = [
            LaterDate(name, other, gap)
            for other in names
            for gap in [_gap(days[other], days[name])]
            if other != name and gap is not None
        ]
        if before:
            found.append(min(before, key=lambda each: each.gap_days))
    return tuple(found)


def _gap(early: np.ndarray, late: np.ndarray) -> float | None:
    """Return the median days between; None where the one is not simply after the other."""
    gaps = (late - early)[~np.isnan(late) & ~np.isnan(early)]
    if len(gaps) < FEWEST_ROWS or (gaps >= 0).mean() < IN_ORDER or (gaps > 0).mean() < AFTER:
        return None
    if len(np.unique(gaps)) <= FEW_GAPS:
        return None
    median, span = float(np.median(gaps)), float(np.nanmax(early) - np.nanmin(early))
    return median if span > 0 and median <= NEAR * span else None
