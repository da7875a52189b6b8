"""The figures of a column by its meaning: as label and HTML, in the order they are read."""

from collections.abc import Iterator

from workbench.document.escaping import value
from workbench.profiling.columns.describe import ColumnProfile
from workbench.profiling.wording import counted, figure, moment, percent

PATTERNS, WORDS = 4, 10  # shown
MANY_VALUES = 12  # from which it says something which shapes the values have
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
LONG_GAP = 1.5  # times the usual step from which the longest is worth a line


def figures(column: ColumnProfile, target: str) -> Iterator[tuple[str, str]]:
    """Yield the figures of a column as label and HTML, those that apply to its meaning."""
    yield "Blank", _share(column.missing_count, column.missing_fraction)
    yield "Different values", f"{column.distinct_count:,}"
    if column.strength is not None and target:
        yield "Strength", f"{column.strength.value * 100:.0f} %{_give_or_take(column.strength.error)}"
    yield from _of_numbers(column)
    yield from _of_dates(column)
    yield from _of_words(column)


def _of_numbers(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    named = (
        ("Mean", column.mean),
        ("Standard deviation", column.std),
        ("Smallest", column.min),
        ("5 % lie below", column.q05),
        ("25 % lie below", column.q25),
        ("Median", column.median),
        ("75 % lie below", column.q75),
        ("95 % lie below", column.q95),
        ("Largest", column.max),
        ("Skew", column.skew),
        ("Kurtosis", column.kurtosis),
    )
    yield from ((label, figure(number)) for label, number in named if number is not None)
    counts = (
        ("Zeros", column.zeros),
        ("Below zero", column.negatives),
        ("Infinite", column.infinite_count),
        ("Far out", column.outlier_count),
    )
    yield from ((label, _share(number, number / max(column.count, 1))) for label, number in counts if number)


def _of_dates(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    named = (("First", column.first), ("Middle", column.median_date), ("Last", column.last))
    yield from ((label, moment_words(moment)) for label, moment in named if moment is not None)
    if column.step_seconds:
        rhythm = f"{value(column.step_word)} <span class='soft'>{percent(column.step_share)}</span>"
        yield "Steps", rhythm if column.step_word else f"irregular, {duration(column.step_seconds)} in the middle"
        if column.gap_seconds > LONG_GAP * column.step_seconds:
            yield "Longest gap", f"{duration(column.gap_seconds)} after {moment_words(column.gap_start)}"
    if column.all_midnight is False:
        yield "Time of day", "given"


def _of_words(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    if column.length_max is not None:
        span = f"{column.length_min:,} to " if column.length_min != column.length_max else ""
        yield "Characters", f"{span}{column.length_max:,}"
        if span:
            yield "Average length", figure(round(column.length_mean, 1))
    if column.words_mean is not None:
        yield "Average words", figure(round(column.words_mean, 1))
    if column.words_max is not None:
        yield "Most words", f"{column.words_max:,}"


def spoken(column: ColumnProfile) -> str:
    """Return the shapes of the values, or the words that texts use most, as HTML; "" where they say nothing."""
    if column.frequent_words:
        words, entries = "Frequent words", column.frequent_words[:WORDS]
    elif column.patterns and column.distinct_count > MANY_VALUES:
        words, entries = "Shapes", column.patterns[:PATTERNS]
    else:
        return ""
    rows = column.looked_at or column.count
    told = ", ".join(
        f'{value(entry.value, 32)} <span class="soft">{percent(entry.count / rows)}</span>' for entry in entries
    )
    sampled = f" (of {counted(rows, 'row')} drawn at random)" if rows < column.count else ""
    legend = (
        "" if column.frequent_words else " <span class='soft'>A, a: a letter, 9: a digit, …: more of the kind</span>"
    )
    return f"<b>{words}</b>{sampled} {told}{legend}"


def moment_words(iso: str | float) -> str:
    """Return a moment in ISO text as a person writes it, as HTML; a number as it is.

    >>> moment_words("2024-01-31T06:30:00"), moment_words(12.5)
    ('<bdi>2024-01-31 06:30</bdi>', '<bdi>12.5</bdi>')
    """
    return value(moment(iso) if isinstance(iso, str) else iso)


def duration(seconds: float) -> str:
    """Return a span of time in its largest unit.

    >>> duration(86_400 * 3), duration(5_400), duration(0.25)
    ('3 days', '1.5 hours', '0.25 seconds')
    """
    size, unit = next((each for each in UNITS if seconds >= each[0]), UNITS[-1])
    number = round(seconds / size, 2) if seconds / size < 10 else round(seconds / size)
    return f"{figure(float(number))} {unit}{'' if number == 1 else 's'}"


def _give_or_take(error: float) -> str:
    return f' <span class="soft">± {max(error * 100, 1):.0f}</span>' if error else ""


def _share(number: int, fraction: float) -> str:
    return f'{number:,} <span class="soft">{percent(fraction)}</span>' if number else "0"
