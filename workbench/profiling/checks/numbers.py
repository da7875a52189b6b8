"""Checks of numbers: values far from the rest, and infinite ones."""

import numpy as np

from workbench.profiling.checks.blanks import suspects_of
from workbench.profiling.checks.remedies import keep_between, with_remedies
from workbench.profiling.columns.describe import ColumnProfile
from workbench.profiling.columns.number_figures import FAR_OUT
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted, figure, percent

STRONG_SKEW = 3.0
FAR_OUT_SHARE = 0.01
FEW_DISTINCT = 10
# A tail thins out gradually: of the values far out, those are apart that begin at three times the distance from the
# median at which the others end, and there are few of them.
APART = 3.0
APART_SHARE = 0.01


def check_skew(context: Context) -> list[Finding]:
    """Find numbers with values far out: a few that stand apart, to be looked at, or a long tail."""
    apart, tail, rows, steps, blanks = {}, {}, {}, {}, {}
    looked_at = {profile.name for profile in context.used} | {context.target}
    for profile in context.profiles:
        if (
            profile.name not in looked_at
            or profile.meaning not in ("number", "integer")
            or profile.skew is None
            or profile.distinct_count < FEW_DISTINCT
        ):
            continue
        numbers = context.facts[profile.name].numbers
        reach = FAR_OUT * (profile.q75 - profile.q25)
        if reach <= 0 or (profile.min >= profile.q25 - reach and profile.max <= profile.q75 + reach):
            continue
        asked = [place for *_, place in suspects_of(context.facts[profile.name])]  # by another check
        numbers = np.where(np.isin(numbers, asked), np.nan, numbers) if asked else numbers
        low, high = kept_range(profile, numbers, reach)
        if (low, high) != (profile.min, profile.max):
            out = ((numbers < low) | (numbers > high)) & np.isfinite(numbers)
            apart[profile.name] = _apart_words(profile, numbers[out], low, high)
            blanks[profile.name] = np.unique(numbers[out]).tolist()
            if all(low <= place <= high for place in asked):
                steps[profile.name] = keep_between(profile.name, low, high)
        else:
            out = (numbers < profile.q25 - reach) | (numbers > profile.q75 + reach)
            n_far = int((out & np.isfinite(numbers)).sum())
            if not n_far or (abs(profile.skew) < STRONG_SKEW and n_far / profile.count < FAR_OUT_SHARE):
                continue
            tail[profile.name] = _tail_words(profile, n_far)
        rows[profile.name] = context.rows_where(out)
    found = each_or_all(
        "skew",
        "alerted",
        apart,
        "{n} columns have values that stand apart.",
        "Leave them if they are real: trees do not mind them, linear models and neighbours do.",
        rows=rows,
    )
    return with_remedies(context, found, step=steps, blanks=blanks) + each_or_all(
        "skew",
        "done",
        tail,
        "{n} columns have a long tail.",
        "Kept as they are: such tails are usual for amounts and counts. Trees do not mind them; linear models and "
        "neighbours do, which the scores will show.",
        rows=rows,
    )


def kept_range(profile: ColumnProfile, numbers: np.ndarray, reach: float) -> tuple[float, float]:
    """Return the smallest and largest value after those that stand apart.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n_rows,)
    reach : float
        Distance from the nearer quartile from which a value is far out.
    """
    low, high = profile.min, profile.max
    most = max(1, int(APART_SHARE * profile.count))
    if low < profile.q25 - reach:
        first = _first_apart(-numbers, -profile.median, reach - profile.q25, most)
        low = low if first is None else float(numbers[numbers > -first].min())
    if high > profile.q75 + reach:
        first = _first_apart(numbers, profile.median, profile.q75 + reach, most)
        high = high if first is None else float(numbers[numbers < first].max())
    return low, high


def _first_apart(numbers: np.ndarray, median: float, limit: float, most: int) -> float | None:
    """Return the first of at most ``most`` values that stand apart above all others, None where there is none.

    Parameters
    ----------
    limit : float
        From which a value is far out.
    """
    far = np.sort(numbers[(numbers > limit) & (numbers < np.inf)])[::-1]
    # Of a long tail the values inside do not matter, since there is no gap among the ends of it.
    inside = [numbers[numbers <= limit].max()] if len(far) <= most else []
    downwards = np.append(far, inside)[: most + 1] - median
    gaps = np.flatnonzero(downwards[:-1] >= APART * downwards[1:])
    # The innermost gap: what is beyond it stands apart as a group.
    return float(far[gaps[-1]]) if len(gaps) else None


def _apart_words(profile: ColumnProfile, out: np.ndarray, low: float, high: float) -> str:
    values = np.unique(out)
    shown = ", ".join(figure(value) for value in values[:3].tolist()) + (" …" if len(values) > 3 else "")
    some = counted(len(out), "value stands", "values stand")
    return (
        f"In “{profile.name}”, {some} apart ({shown}; {percent(len(out) / profile.count)}): "
        f"all others lie between {figure(low)} and {figure(high)}."
    )


def _tail_words(profile: ColumnProfile, n_far: int) -> str:
    return (
        f"“{profile.name}” has {counted(n_far, 'value')} far from the rest ({percent(n_far / profile.count)}): "
        f"half of the rows lie between {figure(profile.q25)} and {figure(profile.q75)}, the extremes are "
        f"{figure(profile.min)} and {figure(profile.max)}."
    )


def check_infinite(context: Context) -> list[Finding]:
    """Find numbers that are infinite."""
    concerned, rows, steps = {}, {}, {}
    for profile in context.profiles:
        if profile.infinite_count:
            concerned[profile.name] = (
                f"“{profile.name}” holds an infinite value in {counted(profile.infinite_count, 'row')}."
            )
            rows[profile.name] = context.rows_where(np.isinf(context.facts[profile.name].numbers))
            if profile.min is not None:
                steps[profile.name] = keep_between(profile.name, profile.min, profile.max)
    found = each_or_all(
        "infinite",
        "alerted",
        concerned,
        "{n} columns hold infinite values.",
        "Usually a division by zero; figures here are those of the finite values, and to a model they count as blank. "
        "Mend the file, or leave out these rows or the column.",
        rows=rows,
    )
    return with_remedies(context, found, step=steps, leave_out="infinite values")
