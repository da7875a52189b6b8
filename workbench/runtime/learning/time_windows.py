"""Rows cut by time: every part is predicted from what came before it, with a gap between where one is asked for."""

import itertools
import math

import numpy as np
import pandas as pd

MICROSECONDS_A_DAY = 86_400_000_000
LONGEST_REACH = 2.0**61  # microseconds; a longer one would not fit beside a moment, and means no other
FEWEST_LEARNT = 2  # rows, in the first part that is learnt from


def time_windows(
    moments: pd.Series, n_folds: int, *, share: float = 0.2, gap: float = 0.0
) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Cut rows into stretches of time, each to be predicted from everything before it (an expanding window).

    Cuts lie where ``TimeSeriesSplit`` makes them (for a single stretch: at the last ``share`` of the rows), moved
    back so that rows of one moment are never on both sides; rows without a moment are only ever learnt from.

    Parameters
    ----------
    moments : Series of dates or numbers
    n_folds : int
    share : float
        Of the rows that are tested where ``n_folds`` is 1.
    gap : float
        Rows whose moment lies within this before the tested stretch are not learnt from: days, or the column's unit.

    Returns
    -------
    list of (train, test) or None
        Increasing positions of rows; None where the moments do not suffice for so many stretches.
    """
    ranks = pd.factorize(moments, sort=True)[0]  # blanks are -1, so they come first
    order = np.argsort(ranks, kind="stable")
    ranks = ranks[order]
    starts = _starts(ranks, n_folds, share)
    if starts is None:
        return None
    times, reach = measured(moments, gap)
    times = times[order]
    n_blank = int((ranks < 0).sum())
    parts = []
    for start, end in itertools.pairwise([*starts, len(order)]):
        learnt = start if not reach else n_blank + int(np.searchsorted(times[n_blank:start], times[start] - reach))
        parts.append((np.sort(order[:learnt]), np.sort(order[start:end])))
    return parts if len(parts[0][0]) >= FEWEST_LEARNT else None


def most_time_folds(moments: pd.Series, wanted: int, *, share: float = 0.2, gap: float = 0.0) -> int:
    """Return into how many stretches, up to ``wanted``, rows can be cut by these moments; 0 where they cannot."""
    for n_folds in range(min(wanted, len(moments) - 1), 0, -1):
        if time_windows(moments, n_folds, share=share, gap=gap) is not None:
            return n_folds
    return 0


def _starts(ranks: np.ndarray, n_folds: int, share: float) -> list[int] | None:
    """Return where each stretch begins among the sorted rows, None where two would begin at one moment."""
    n_rows = len(ranks)
    size = n_rows // (n_folds + 1)
    bounds = [n_rows - size * later for later in range(n_folds, 0, -1)]
    if n_folds == 1:
        bounds = [n_rows - math.ceil(share * n_rows)]
    starts = [int(np.searchsorted(ranks, ranks[min(bound, n_rows - 1)], side="left")) for bound in bounds]
    apart = all(after > before for before, after in itertools.pairwise([*starts, n_rows]))
    return starts if apart and ranks[starts[0]] >= 0 else None


def measured(moments: pd.Series, gap: float) -> tuple[np.ndarray, float]:
    """Return the moments and the gap on one scale; a blank moment is before all others, or NaN."""
    if pd.api.types.is_datetime64_any_dtype(moments):
        # Whole microseconds, so that a row exactly a gap away is told apart from one a moment nearer.
        times = moments.to_numpy(dtype="datetime64[us]").astype(np.int64)
        return times, round(min(gap * MICROSECONDS_A_DAY, LONGEST_REACH))
    return moments.to_numpy(dtype=np.float64), gap
