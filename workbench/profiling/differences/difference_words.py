"""What differs between two tables, in sentences."""

import numpy as np

from workbench.profiling.differences.column_differences import ColumnDifference
from workbench.profiling.differences.shared_columns import Shared
from workbench.profiling.wording import counted, figure, percent, short

TOLD = 0.05  # change of a share from which it is told
VALUES_NAMED = 3
FEW_VALUES = 10


def sentence_of(found: ColumnDifference, shared: Shared) -> str:
    """Return what a person should know about a column of two tables, in one or two sentences."""
    name = f"“{short(found.column)}”" + (f" (before: “{short(found.was)}”)" if found.was else "")
    news = "; ".join(_news(found, shared))
    if found.n_known is not None:
        n_rows = int(shared.filled(shared.now).sum())
        return f"{name} names things: {found.n_known:,} of {counted(n_rows, 'row')} hold one that the table before had."
    if found.verdict == "too few":
        told = f"{name} has too few rows to compare."
    elif found.verdict == "same":
        told = f"{name} is distributed as before."
    elif found.verdict == "later":
        told = f"{name} moves on: it lies between {found.lowest} and {found.highest}, before {_before(found)}."
        return told
    else:
        much = " much" if found.verdict == "differs much" else ""
        parts = "; ".join([*_moves(found, shared), *([news] if news else [])])
        return f"{name} differs{much}: {parts}."
    return f"{told} {news[0].upper()}{news[1:]}." if news else told


def _before(found: ColumnDifference) -> str:
    return f"between {found.low} and {found.high}"


def _moves(found: ColumnDifference, shared: Shared) -> list[str]:
    """Return how blanks and values have moved, most telling first."""
    parts = []
    if abs(found.blank_now - found.blank_before) >= TOLD:
        parts.append(f"{percent(found.blank_now)} of its cells are blank, before {percent(found.blank_before)}")
    if shared.filled(shared.before).any() and shared.filled(shared.now).any():
        if shared.words is None:
            parts += _number_moves(found, shared)
        elif shared.meaning == "text":
            before, now = (int(np.nanmedian(lengths)) for lengths in shared.lengths())
            parts += [f"half of its texts have at least {now:,} characters, before {before:,}"] if before != now else []
        else:
            parts += _word_moves(shared.words, *shared.word_counts())
    return parts


def _number_moves(found: ColumnDifference, shared: Shared) -> list[str]:
    before, now = (values[np.isfinite(values)] for values in (shared.before, shared.now))
    if shared.is_date:
        return [f"it lies between {found.lowest} and {found.highest}, before {_before(found)}"]
    if not len(before) or not len(now):
        return []
    values = np.unique(np.concatenate([before[:1000], now[:1000]]))
    if len(values) <= FEW_VALUES:
        counts = [np.array([(numbers == value).sum() for value in values]) for numbers in (before, now)]
        return _word_moves([figure(value) for value in values], *counts)
    quarters = [
        [figure(float(f"{end:.4g}")) for end in np.quantile(numbers, [0.25, 0.75])] for numbers in (now, before)
    ]
    (low, high), (low_before, high_before) = quarters
    if quarters[0] == quarters[1]:
        return []
    return [f"half of its values lie between {low} and {high}, before between {low_before} and {high_before}"]


def _word_moves(words, before: np.ndarray, now: np.ndarray) -> list[str]:
    change = now / now.sum() - before / before.sum()
    change[before == 0] = 0  # new ones are told apart
    most = int(np.argmax(np.abs(change)))
    if abs(change[most]) < TOLD:
        return []
    shares = percent(now[most] / now.sum()), percent(before[most] / before.sum())
    return [f"“{short(str(words[most]))}” makes up {shares[0]} of its values, before {shares[1]}"]


def _news(found: ColumnDifference, shared: Shared) -> list[str]:
    """Return what was never seen before."""
    n_rows = max(int(shared.filled(shared.now).sum()), 1)
    parts = []
    if found.n_new_values:
        named = [f"“{short(new.value)}” ({counted(new.n_rows, 'row')})" for new in found.new_values[:VALUES_NAMED]]
        more = found.n_new_values - len(named)
        listed = ", ".join(named) + (f" and {more:,} more" if more else "")
        values = counted(found.n_new_values, "value is new", "values are new")
        share = percent(found.n_rows_new / n_rows)
        parts.append(f"{values}, in {counted(found.n_rows_new, 'row')} ({share}): {listed}")
    if not shared.is_date:
        for n_out, side, end, far in (
            (found.n_below, "below the smallest", found.low, found.lowest),
            (found.n_above, "above the largest", found.high, found.highest),
        ):
            if n_out and end is not None:
                to = f", {'down' if end == found.low else 'up'} to {figure(far)}" if far is not None else ""
                lie = "lies" if n_out == 1 else "lie"
                rows = f"{counted(n_out, 'row')} ({percent(n_out / n_rows)})"
                parts.append(f"{rows} {lie} {side} of before, {figure(end)}{to}")
    return parts
