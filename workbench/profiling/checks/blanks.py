"""Checks of cells without a value, open or in disguise."""

import numpy as np

from workbench.data.columns.tokens import SPOKEN_TOKENS
from workbench.profiling.checks.remedies import with_remedies
from workbench.profiling.columns.describe import WORDS_LOOKED_AT, ColumnFacts, ColumnProfile
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted, percent, short

MANY_MISSING = 0.2
MOSTLY_MISSING = 0.6
BLANK_INPUTS = "Blanks in a column that you predict from are handled inside the model; no row is dropped for them."
# Spoken tokens that may well be an answer where the column is one of words: "no", "none", "does not apply".
ANSWERS = frozenset(
    (
        *("нет", "yok", "無し", "无", "無", "なし", "該当なし", "없음", "해당없음", "해당 없음", "空", "无数据"),
        *("entfällt", "no aplica", "leer", "brak", "nc", "nr", "s.o."),
    )
)
# Words, casefolded, that people write where they have no answer.
BLANK_WORDS = frozenset(
    (
        *("?", "-", "--", ".", "n/a", "na", "n.a.", "#n/a", "null", "nan", "unknown", "unk", "missing", "undefined"),
        *("unspecified", "not available", "not specified", "not known", "no answer", "no data", "not stated"),
        *("not recorded", "tbd", "tba", "(blank)", "<na>", "ohne angabe", "don't know", "refused"),
        *(token.casefold() for token in SPOKEN_TOKENS if token.casefold() not in ANSWERS),
    )
)
NINES = (99, 999, 9999, 99999, 999999, 9999999, 99999999, 999999999, 99.9, 999.9, 99.99, 999.99, 9999.99)
# All nines and eights, and the smallest whole numbers of computers, as surveys and instruments write them.
BLANK_NUMBERS = (
    *(-1, -7, -8, -9, -77, -88, -99, -777, -888, -999, -7777, -8888, -9999, -32768, -99999, -999999, -2147483648),
    *(9, 88, 888, 8888),
    *NINES,
    *(-value for value in NINES if value % 1),
    0,
)
BLANK_DATES = ("1900-01-01", "1899-12-30", "1970-01-01", "1904-01-01", "2099-12-31", "2999-12-31", "9999-12-31")
MOST_CODES = 4  # of blanks in one column: does not apply, does not know, does not answer …
ZERO_SHARE = 0.5  # where most rows are zero, zero is the usual answer
ZERO_GAP_STEPS = 5  # steps of the lowest other values that are empty above a zero that is none
# Of the other values' median, what the lowest of them must reach: more where many rows are zero, since an amount of
# something that is often not there at all (an additive, a second income) may begin well above zero, too.
ZERO_GAP_SHARE, MORE_WITH_SHARE = 0.1, 0.3
FEWEST_VALUES = 3  # others, below which a far value is one of a few classes
ENOUGH_VALUES = 20  # different values from which a column measures something


def check_missing_share(context: Context) -> list[Finding]:
    """Find columns with many blank cells."""
    some = {
        profile.name: profile for profile in context.used if profile.count and profile.missing_fraction >= MANY_MISSING
    }
    sentence = {
        name: f"“{name}” is blank in {counted(profile.missing_count, 'row')} ({percent(profile.missing_fraction)})."
        for name, profile in some.items()
    }
    mostly = {name: sentence[name] for name, profile in some.items() if profile.missing_fraction >= MOSTLY_MISSING}
    partly = {name: text for name, text in sentence.items() if name not in mostly}
    return each_or_all(
        "missing_share",
        "alerted",
        mostly,
        "{n} columns are mostly blank.",
        "Keep it if a blank itself says something, otherwise leave it out.",
        leave_out="mostly blank",
    ) + each_or_all(
        "missing_share",
        "done",
        partly,
        "{n} columns have many blanks.",
        BLANK_INPUTS
        if context.target
        else f"{BLANK_INPUTS} A row is set aside only where the column to predict is blank.",
    )


def check_disguised_missing(context: Context) -> list[Finding]:
    """Find values that may stand for "no answer"; only as a question."""
    concerned, rows, blanks = {}, {}, {}
    for profile in context.profiles:
        facts = context.facts[profile.name]
        suspects = suspects_of(facts)
        if not suspects:
            continue
        shown = " and ".join(
            f"“{short(value)}” ({counted(count, 'row')}, {percent(count / profile.count)})"
            for value, count, _ in suspects[:3]
        )
        asked = "Does" if len(suspects) == 1 else "Do"
        concerned[profile.name] = f"{asked} {shown} in “{profile.name}” stand for “not known”?"
        mask = np.zeros(context.n_rows, dtype=bool)
        for _, _, place in suspects:
            mask |= facts.codes == place if facts.codes is not None else facts.numbers == place
        rows[profile.name] = context.rows_where(mask)
        blanks[profile.name] = [value for value, _, _ in suspects]
    advice = "If so, have it read as blank: the model then takes it for “not known” rather than for an answer."
    found = each_or_all(
        "disguised_missing", "alerted", concerned, "{n} columns may hide blanks behind a value.", advice, rows=rows
    )
    return with_remedies(context, found, blanks=blanks)


def suspects_of(facts: ColumnFacts) -> list[tuple[str | float, int, float]]:
    """Return (value, rows, code or number) of the values that may stand for a blank."""
    if facts.words is not None:
        if not 2 <= len(facts.words) <= WORDS_LOOKED_AT:
            return []
        return [
            (word, int(facts.word_counts[code]), code)
            for code, word in enumerate(facts.first_words)
            if word.strip().casefold() in BLANK_WORDS
        ]
    if facts.is_date:
        return _suspect_days(facts)
    return _suspect_numbers(facts.profile, facts.numbers) if facts.profile.min is not None else []


def _suspect_days(facts: ColumnFacts) -> list[tuple[str, int, float]]:
    first, last = (np.datetime64(end, "D") if end else None for end in (facts.profile.first, facts.profile.last))
    found = []
    for text in BLANK_DATES:
        day = np.datetime64(text, "D")
        if first is None or not first <= day <= last:
            continue
        count = int((facts.numbers == float(day.astype("int64"))).sum())
        if 2 <= count < facts.profile.count:
            found.append((text, count, float(day.astype("int64"))))
    return found


def _suspect_numbers(profile: ColumnProfile, numbers: np.ndarray) -> list[tuple[float, int, float]]:
    finite = profile.count - profile.infinite_count
    least = max(3, finite // 500)
    negative = _negative_codes(numbers) if profile.min in BLANK_NUMBERS and profile.min < 0 else ()
    found = []
    # Whatever stands for a blank is put outside the real range, so only the ends need to be looked at.
    for value in (value for value in BLANK_NUMBERS if value in (profile.min, profile.max, *negative)):
        here = numbers == value
        count = int(here.sum())
        if not least <= count < finite:
            continue
        others = numbers[~(here | np.isin(numbers, negative)) & np.isfinite(numbers)]
        if len(others) and _stands_apart(value, others, count, profile.distinct_count - max(1, len(negative))):
            found.append((value, count, float(value)))
    return found


def _negative_codes(numbers: np.ndarray) -> tuple[float, ...]:
    """Return the negative numbers, where they are a few of those that stand for blanks and nothing else."""
    negative = np.unique(numbers[numbers < 0])
    return tuple(negative.tolist()) if len(negative) <= MOST_CODES and set(negative) <= set(BLANK_NUMBERS) else ()


def _stands_apart(value: float, others: np.ndarray, count: int, n_distinct: int) -> bool:
    """Return whether a value lies outside the range of the others, farther than chance would put it."""
    low, high = float(others.min()), float(others.max())
    if value == 0:
        return n_distinct >= ENOUGH_VALUES and low > 0 and _zero_stands_apart(others, low, count)
    if value < 0 <= low:  # the only negative number, and the same each time
        return n_distinct >= FEWEST_VALUES
    if -9 <= value < 0:
        return False
    if value == 9:
        # Only behind codes that count on from 0 or 1: 0 no, 1 yes, 9 unknown.
        return low in (0, 1) and 2 <= n_distinct == high - low + 1 and high <= 4
    if n_distinct < FEWEST_VALUES:
        return False
    gap = low - value if value < low else value - high
    return gap > max(high - low, 1)


def _zero_stands_apart(others: np.ndarray, low: float, count: int) -> bool:
    """Return whether a measure cannot be zero: a gap above zero where the lowest other values lie close together.

    Zero is the most innocent of the suspects. A weight of 0 among weights from 40 on is none; a wind of 0 among winds
    of 3, 6 and 9, or a fee of 0 among fees from 0.50 on, is an answer like any other.
    """
    share = count / (count + len(others))
    if share >= ZERO_SHARE or low < (ZERO_GAP_SHARE + MORE_WITH_SHARE * share) * float(np.median(others)):
        return False
    few = np.partition(others, min(len(others) - 1, 50 * ENOUGH_VALUES))[: 50 * ENOUGH_VALUES + 1]
    lowest = np.unique(few)[:ENOUGH_VALUES]
    return len(lowest) > 1 and low >= ZERO_GAP_STEPS * float(np.median(np.diff(lowest)))
