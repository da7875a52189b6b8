"""One column in two tables: what is new in it, and how far its values have moved."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.profiling.differences.distances import (
    chance_beyond,
    chance_of_counts,
    chance_of_unseen,
    distance,
    pooled,
)
from workbench.profiling.differences.shared_columns import Shared
from workbench.profiling.target.bins import day_text, number_bins
from workbench.specs import Meaning

Verdict = Literal["same", "differs", "differs much", "later", "too few"]
VERDICTS: tuple[Verdict, ...] = ("differs much", "differs", "later", "too few", "same")  # as they are ranked
# The population stability index calls 0.1 a change and 0.25 a large one (Siddiqi, Credit Risk Scorecards, 2006, 9);
# near zero it is eight times the Jensen-Shannon divergence in nats, which makes these distances:
DIFFERS, DIFFERS_MUCH = 0.134, 0.212
NEWS, NEWS_MUCH = 0.01, 0.1  # share of the rows with a value never seen, or beyond the range
ALPHA = 0.03  # chance that any column is told where none differs; chi squared of small bins is a little bold
FEWEST_ROWS = 10  # of either table
MOST_BINS, FEW_VALUES = 10, 10
ROWS_IN_BIN = 8
FIRST_ROWS = 5_000
LATER_SHARE = 0.9
MOST_NEW_VALUES = 20


@dataclass(frozen=True)
class NewValue:
    """A value that the table before never held, and the rows that hold it now."""

    value: str
    n_rows: int


@dataclass(frozen=True)
class ColumnDifference:
    """How one column differs between the table before and the one now.

    Attributes
    ----------
    column : str
        Its name now.
    was : str
        Its name before, where that was another.
    meaning : str
    verdict : {"same", "differs", "differs much", "later", "too few"}
        "later" are dates that go on where those before ended. A difference is told where it is beyond chance, all
        columns together, and large enough to matter.
    distance : float or None
        Jensen-Shannon distance of the two distributions, blanks included, corrected for chance; 0 to 1, and the same
        for numbers, dates and words. For text it is that of its length. None where it is not measured.
    chance : float
        How often chance alone would make this column look as different.
    blank_before, blank_now : float
        Share of the rows without a value.
    new_values : tuple of NewValue
        Words never seen before, most rows first, at most 20.
    n_new_values, n_rows_new : int
        All of them, and the rows that hold one.
    low, high : float or str or None
        Smallest and largest value before (dates as ISO text).
    lowest, highest : float or str or None
        The same, now.
    n_below, n_above : int
        Rows now below and above the range of before.
    n_known : int or None
        Identifiers only: rows now whose value the table before had.
    sentence : str
    """

    column: str
    meaning: Meaning
    verdict: Verdict = "same"
    was: str = ""
    distance: float | None = None
    chance: float = 1.0
    blank_before: float = 0.0
    blank_now: float = 0.0
    new_values: tuple[NewValue, ...] = ()
    n_new_values: int = 0
    n_rows_new: int = 0
    low: float | str | None = None
    high: float | str | None = None
    lowest: float | str | None = None
    highest: float | str | None = None
    n_below: int = 0
    n_above: int = 0
    n_known: int | None = None
    sentence: str = ""


def difference(name: str, shared: Shared, n_columns: int, was: str = "") -> ColumnDifference:
    """Say how a column differs, without its sentence.

    Parameters
    ----------
    name, was : str
        What it is called now, and what before where that was another name.
    shared : Shared
    n_columns : int
        Columns compared: chance is shared among them all (Bonferroni).
    """
    filled = shared.filled(shared.before), shared.filled(shared.now)
    n_before, n_now = (int(cells.sum()) for cells in filled)
    facts = {
        "column": name,
        "was": was,
        "meaning": shared.meaning,
        "blank_before": 1 - n_before / max(len(filled[0]), 1),
        "blank_now": 1 - n_now / max(len(filled[1]), 1),
    }
    if shared.meaning == "identifier" and shared.words is not None:
        known = np.bincount(shared.before[filled[0]], minlength=len(shared.words)) > 0
        return ColumnDifference(**facts, n_known=int(known[shared.now[filled[1]]].sum()))
    news, chance_of_news, n_news = _news(shared, n_before, n_now)
    facts |= news
    if min(len(filled[0]), len(filled[1])) < FEWEST_ROWS:
        return ColumnDifference(**facts, verdict="too few")
    before, now = binned(shared)
    facts["distance"] = distance(before, now)
    chances = chance_of_counts(before, now), chance_of_news
    facts["chance"] = min(1.0, len(chances) * n_columns * min(chances))
    certain = [chance * len(chances) * n_columns < ALPHA for chance in chances]
    share_new = n_news / max(n_now, 1)
    for verdict, far, many in (("differs much", DIFFERS_MUCH, NEWS_MUCH), ("differs", DIFFERS, NEWS)):
        if (certain[0] and facts["distance"] >= far) or (certain[1] and share_new >= many):
            return ColumnDifference(**facts, verdict="later" if _goes_on(shared, share_new) else verdict)
    return ColumnDifference(**facts)


def _goes_on(shared: Shared, share_new: float) -> bool:
    """Tell whether dates have only moved on, as those of a newer table do."""
    if not shared.is_date or np.isnan(shared.now).all() or np.isnan(shared.before).all():
        return False
    return share_new >= LATER_SHARE or bool(np.nanmedian(shared.now) > np.nanmedian(shared.before))


def _news(shared: Shared, n_before: int, n_now: int) -> tuple[dict, float, int]:
    """Return the figures about values never seen, how often chance brings as many, and the rows that hold one."""
    if shared.words is not None:
        if shared.meaning == "text":  # every text is new
            return {}, 1.0, 0
        before, now = shared.word_counts()
        new = np.flatnonzero((before == 0) & (now > 0))
        most = new[np.argsort(-now[new], kind="stable")][:MOST_NEW_VALUES]
        n_rows = int(now[new].sum())
        values = tuple(NewValue(str(shared.words[place]), int(now[place])) for place in most)
        facts = {"new_values": values, "n_new_values": len(new), "n_rows_new": n_rows}
        return facts, chance_of_unseen(before, now), n_rows
    (low, high), (lowest, highest) = shared.ends()
    n_below, n_above = int((shared.now < low).sum()), int((shared.now > high).sum())
    told = [_told(end, shared.is_date) for end in (low, high, lowest, highest)]
    facts = dict(zip(("low", "high", "lowest", "highest"), told, strict=True)) | {
        "n_below": n_below,
        "n_above": n_above,
    }
    return facts, chance_beyond(n_below, n_above, n_before, n_now), n_below + n_above


def _told(end: float, is_date: bool) -> float | str | None:
    if not np.isfinite(end):
        return None
    return day_text(end, with_time=end != np.floor(end)) if is_date else float(end)


def binned(shared: Shared) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of both tables in the same bins, blanks in one of their own; small bins are put together."""
    if shared.words is not None and shared.meaning != "text":
        counts = shared.word_counts()
        blanks = len(shared.before) - counts[0].sum(), len(shared.now) - counts[1].sum()
        return pooled(np.append(counts[0], blanks[0]), np.append(counts[1], blanks[1]))
    before, now = shared.lengths() if shared.words is not None else (shared.before, shared.now)
    fewest = min(int((~np.isnan(before)).sum()), int((~np.isnan(now)).sum()))
    most = int(np.clip(fewest // ROWS_IN_BIN, 2, MOST_BINS))
    bins = number_bins(np.concatenate([before, now]), most, values=_few_values(before, now), is_date=shared.is_date)
    if bins is None:
        return np.array([len(before)]), np.array([len(now)])
    n = bins.n_bins + 1
    return pooled(np.bincount(bins.codes(before), minlength=n), np.bincount(bins.codes(now), minlength=n))


def _few_values(before: np.ndarray, now: np.ndarray) -> np.ndarray | None:
    """Return the different values where they are few in the first rows of both; others join the next lower one."""
    values = np.unique(np.concatenate([before[:FIRST_ROWS], now[:FIRST_ROWS]]))
    values = values[~np.isnan(values)]
    return values if 0 < len(values) <= FEW_VALUES else None
