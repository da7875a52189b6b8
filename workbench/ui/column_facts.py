"""The figures of a column as a person reads them, by its meaning."""

from workbench.profiling.wording import counted, figure, moment, percent
from workbench.specs import MEANING_LABELS
from workbench.ui.components import plain
from workbench.ui.phrases import short

PATTERNS_SHOWN, WORDS_SHOWN = 4, 12
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
MANY_VALUES = 12  # from which the shapes of values say something that the values themselves do not
LONG_GAP = 1.5  # times the usual step from which the longest is worth a line
NUMBERS = (
    ("Mean", "mean"),
    ("Standard deviation", "std"),
    ("Smallest", "min"),
    ("5 % lie below", "q05"),
    ("25 % lie below", "q25"),
    ("Half lie below (median)", "median"),
    ("75 % lie below", "q75"),
    ("95 % lie below", "q95"),
    ("Largest", "max"),
)
COUNTS = (("Zeros", "zeros"), ("Below zero", "negatives"), ("Infinite", "infinite_count"), ("Far out", "outlier_count"))


def facts(column, n_rows, target="", *, sampled=False):
    """Return the figures of a column that a person reads, as {label: text} (Markdown).

    Parameters
    ----------
    column : ColumnProfile
    n_rows : int
        Of the table.
    target : str, optional
        What is predicted.
    sampled : bool
        Whether the figures are of a sample: how many values differ is not known then.
    """
    found = {
        "Meaning": MEANING_LABELS[column.meaning] + (f", in {column.unit}" if column.unit else ""),
        "Rows with a value": f"{column.count:,} of {n_rows:,}",
        "No value": f"{column.missing_count:,} ({percent(column.missing_fraction)})",
    }
    if not sampled:
        found["Different values"] = f"{column.distinct_count:,}"
    if column.strength is not None and target:
        margin = f", give or take {max(column.strength.error * 100, 1):.0f}" if column.strength.error else ""
        found[f"Goes with {short(target, 24)}"] = column.strength.words + margin
    found |= _of_numbers(column) | _of_dates(column) | _of_words(column)
    return {plain(label): plain(text) for label, text in found.items()}


def _of_numbers(column):
    unit = f" {column.unit}" if column.unit else ""
    values = {label: getattr(column, name) for label, name in NUMBERS}
    found = {label: f"{figure(value)}{unit}" for label, value in values.items() if value is not None}
    counts = {label: getattr(column, name) for label, name in COUNTS}
    found |= {label: f"{n:,} ({percent(n / max(column.count, 1))})" for label, n in counts.items() if n}
    shape = {"Skew": column.skew, "Kurtosis": column.kurtosis}
    return found | {label: figure(round(value, 2)) for label, value in shape.items() if value is not None}


def _of_dates(column):
    if column.first is None:
        return {}
    ends = {"First": column.first, "Middle": column.median_date, "Last": column.last}
    found = {label: moment(text) for label, text in ends.items() if text is not None}
    if column.step_seconds:
        regular = f"{column.step_word} ({percent(column.step_share)} of the steps)"
        found["Steps"] = regular if column.step_word else f"irregular, mostly about {duration(column.step_seconds)}"
        if column.gap_seconds > LONG_GAP * column.step_seconds:
            found["Longest gap"] = f"{duration(column.gap_seconds)} after {moment(column.gap_start)}"
    if column.all_midnight is False:
        found["Time of day"] = "given"
    return found


def _of_words(column):
    found = {}
    if column.length_max is not None:
        span = f"{column.length_min:,} to " if column.length_min != column.length_max else ""
        average = f", {figure(round(column.length_mean, 1))} on average" if span else ""
        found["Characters"] = f"{span}{column.length_max:,}{average}"
    if column.words_mean is not None:
        most = f", at most {column.words_max:,}" if column.words_max else ""
        found["Words"] = f"{figure(round(column.words_mean, 1))} on average{most}"
    return found


def spoken(column):
    """Return the shapes of a column's values, or the words its texts use most, in Markdown; "" where they say nothing.

    Returns
    -------
    str
        Its second line says how shapes are written and what they were counted in.
    """
    if column.frequent_words:
        words, entries, legend = "Frequent words", column.frequent_words[:WORDS_SHOWN], ""
    elif column.patterns and column.distinct_count > MANY_VALUES:
        words, entries = "Shapes of the values", column.patterns[:PATTERNS_SHOWN]
        legend = "A and a stand for a letter, 9 for a digit, … for more of the kind before it."
    else:
        return ""
    rows = column.looked_at or column.count
    told = " · ".join(f"{plain(short(entry.value, 32))} :gray[{percent(entry.count / rows)}]" for entry in entries)
    if rows < column.count:
        legend += f" :material/casino: Counted in {counted(rows, 'row')} drawn at random."
    return f"**{words}:** {told}" + (f"  \n:small[:gray[{legend.strip()}]]" if legend else "")


def duration(seconds):
    """Return a span of time in its largest unit.

    >>> duration(86_400 * 3), duration(5_400), duration(1)
    ('3 days', '1.5 hours', '1 second')
    """
    size, unit = next((each for each in UNITS if seconds >= each[0]), UNITS[-1])
    number = round(seconds / size, 1) if seconds / size < 10 else round(seconds / size)
    return f"{figure(float(number))} {unit}{'' if number == 1 else 's'}"
