"""Checks that look at one column at a time."""

import re
from dataclasses import replace

import numpy as np

from workbench.profiling.columns import ColumnFacts
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted, figure, percent, quoted

NEAR_CONSTANT = 0.99  # share of the rows with a value that hold the same one
MANY_CATEGORIES = 50
MANY_MISSING = 0.2
MOSTLY_MISSING = 0.6
STRONG_SKEW = 3.0
FAR_OUT = 3.0  # interquartile ranges beyond a quartile (Tukey, Exploratory Data Analysis, 1977, 2D: "far out")
FAR_OUT_SHARE = 0.01
MOSTLY_NUMBERS = 0.8
BLANK_INPUTS = "Blanks in a column that you predict from are handled inside the model; no row is dropped for them."
WORDS_LOOKED_AT = 5_000
# Words, casefolded, that people write where they have no answer.
BLANK_WORDS = frozenset(
    (
        *("?", "-", "--", ".", "n/a", "na", "n.a.", "#n/a", "null", "nan", "unknown", "unk", "missing", "undefined"),
        *("unspecified", "not available", "not specified", "not known", "no answer", "unbekannt", "keine angabe"),
        *("k.a.", "k. a.", "inconnu", "non renseigné", "desconocido", "sconosciuto"),
    )
)
BLANK_NUMBERS = (-1, -9, -99, -999, -9999, 99, 999, 9999, 99999, 999999, 0)
BLANK_DATES = ("1900-01-01", "1899-12-30", "1970-01-01", "1904-01-01", "2099-12-31", "2999-12-31", "9999-12-31")
NUMBER = re.compile(r"[-+]?\s*[$€£¥]?\s*\d[\d.,' ]*(?:[eE][-+]?\d+)?\s*(?:%|[$€£¥]|[A-Za-z]{1,3})?")


def check_constant(context: Context) -> list[Finding]:
    """Find columns with one value, or none at all."""
    concerned = {}
    for profile in context.inputs if context.n_rows else []:
        if not profile.count:
            concerned[profile.name] = f"“{profile.name}” has no value in any row."
        elif profile.distinct_count == 1 and not profile.missing_count and context.n_rows > 1:
            value = f" (“{_short(profile.top[0].value)}”)" if profile.top else ""
            concerned[profile.name] = f"“{profile.name}” holds the same value{value} in every row."
    advice = "Left out of the model: it cannot tell one row from another."
    return each_or_all("constant", "done", concerned, "{n} columns hold at most one value.", advice)


def check_near_constant(context: Context) -> list[Finding]:
    """Find columns in which nearly every row says the same."""
    concerned = {}
    for profile in context.inputs:
        if profile.count < 20 or profile.distinct_count < 2 or not profile.top:
            continue
        top = profile.top[0]
        if top.count / profile.count >= NEAR_CONSTANT:
            concerned[profile.name] = (
                f"“{profile.name}” is “{_short(top.value)}” in {percent(top.count / profile.count)} of its rows; "
                f"{counted(profile.count - top.count, 'row differs', 'rows differ')}."
            )
    return each_or_all(
        "near_constant",
        "alerted",
        concerned,
        "{n} columns hardly ever change.",
        "Keep it if the few other rows matter, otherwise leave it out.",
        leave_out="nearly the same value in every row",
    )


def check_identifier(context: Context) -> list[Finding]:
    """Find columns that name the row instead of describing it."""
    concerned = {}
    for profile in context.inputs:
        if profile.distinct_count < 2 or (profile.name not in context.left_out and profile.meaning != "identifier"):
            continue
        seen = f"{counted(profile.distinct_count, 'different value')} in {counted(profile.count, 'row')}"
        concerned[profile.name] = f"“{profile.name}” has {seen}."
    return each_or_all(
        "identifier",
        "done",
        concerned,
        "{n} columns name a row rather than describe it.",
        "Left out of the model. You can put it back.",
    )


def check_high_cardinality(context: Context) -> list[Finding]:
    """Find categories with so many values that many of them are rare."""
    concerned = {}
    for profile in context.inputs:
        if profile.meaning != "category" or profile.name in context.left_out:
            continue
        if profile.distinct_count > MANY_CATEGORIES:
            counts = context.facts[profile.name].word_counts
            once = "" if counts is None else f", {int((counts == 1).sum()):,} of them only once"
            concerned[profile.name] = f"“{profile.name}” has {profile.distinct_count:,} different values{once}."
    advice = "Rare values are taken together inside the model; merge those that mean the same."
    return each_or_all("high_cardinality", "alerted", concerned, "{n} categories have very many values.", advice)


def check_missing_share(context: Context) -> list[Finding]:
    """Find columns with many blank cells."""
    some = {
        profile.name: profile
        for profile in context.inputs
        if profile.count and profile.missing_fraction >= MANY_MISSING
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


def check_mixed_spellings(context: Context) -> list[Finding]:
    """Find categories that differ only in case, blanks or full stops."""
    concerned, rows = {}, {}
    for profile in context.profiles:
        facts = context.facts[profile.name]
        if facts.words is None or profile.meaning == "identifier" or not 1 < len(facts.words) <= WORDS_LOOKED_AT:
            continue
        spellings: dict[str, list[int]] = {}
        for code, word in enumerate(facts.words):
            spellings.setdefault(" ".join(str(word).casefold().replace(".", " ").split()), []).append(code)
        mixed = [codes for key, codes in spellings.items() if key and len(codes) > 1]
        if not mixed or (len(mixed) > profile.distinct_count / 2 and profile.meaning == "text"):
            continue
        # The spelling that most rows use first; the others are the rows concerned.
        mixed = [sorted(codes, key=lambda code: -facts.word_counts[code]) for codes in mixed]
        others = [code for codes in mixed for code in codes[1:]]
        shown = "; ".join(quoted([str(facts.words[code]) for code in codes]) for codes in mixed[:3])
        concerned[profile.name] = (
            f"“{profile.name}” spells {counted(len(mixed), 'value')} in several ways ({shown}), "
            f"in {counted(int(facts.word_counts[others].sum()), 'row')} not as in most."
        )
        rows[profile.name] = context.rows_where(np.isin(facts.codes, others))
    advice = "The model takes them for different values; unify them in the file if they mean the same."
    return each_or_all("mixed_spellings", "alerted", concerned, "{n} columns mix spellings.", advice, rows=rows)


def check_disguised_missing(context: Context) -> list[Finding]:
    """Find values that may stand for "no answer"; only as a question."""
    concerned, rows, blanks = {}, {}, {}
    for profile in context.profiles:
        facts = context.facts[profile.name]
        suspects = _suspects(facts)
        if not suspects:
            continue
        shown = " and ".join(
            f"“{_short(value)}” ({counted(count, 'row')}, {percent(count / profile.count)})"
            for value, count, _ in suspects[:3]
        )
        concerned[profile.name] = f"Does {shown} in “{profile.name}” stand for “not known”?"
        mask = np.zeros(context.n_rows, dtype=bool)
        for _, _, place in suspects:
            mask |= facts.codes == place if facts.codes is not None else facts.numbers == place
        rows[profile.name] = context.rows_where(mask)
        blanks[profile.name] = {"name": profile.name, "values": [value for value, _, _ in suspects]}
    advice = "If so, have it read as blank; otherwise nothing is to be done."
    found = each_or_all(
        "disguised_missing", "alerted", concerned, "{n} columns may hide blanks behind a value.", advice, rows=rows
    )
    return [replace(finding, blanks=tuple(blanks[name] for name in finding.columns)) for finding in found]


def _suspects(facts: ColumnFacts) -> list[tuple[str | float, int, float]]:
    """Return (value, rows, code or number) of the values that may stand for a blank."""
    if facts.words is not None:
        if len(facts.words) > WORDS_LOOKED_AT or len(facts.words) < 2:
            return []
        return [
            (str(word), int(facts.word_counts[code]), code)
            for code, word in enumerate(facts.words)
            if str(word).strip().casefold() in BLANK_WORDS
        ]
    numbers = facts.numbers[np.isfinite(facts.numbers)]
    if facts.is_date:
        days = {float(np.datetime64(text, "D").astype("int64")): text for text in BLANK_DATES}
        counts = {day: int((numbers == day).sum()) for day in days}
        return [(days[day], count, day) for day, count in counts.items() if count >= 2 and count < len(numbers)]
    least = max(3, len(numbers) // 500)
    low, high = (numbers.min(), numbers.max()) if len(numbers) else (0, 0)
    found = []
    for value in BLANK_NUMBERS:
        if value not in (low, high):  # whatever stands for a blank is put outside the real range
            continue
        count = int((numbers == value).sum())
        if least <= count < len(numbers) and _stands_apart(value, numbers[numbers != value], count):
            found.append((value, count, float(value)))
    return found


def _stands_apart(value: int, others: np.ndarray, count: int) -> bool:
    """Return whether a value lies outside the range of the others, farther than chance would put it."""
    low, high = float(others.min()), float(others.max())
    if value == 0:
        # Zero is the most innocent of the suspects: only in a measure that otherwise stays well away from it.
        enough = len(np.unique(others)) >= 20 and count < len(others)
        return enough and low > 0 and low >= 0.25 * float(np.median(others))
    if value == -1:
        return low >= 0 and len(np.unique(others)) > 2
    gap = low - value if value < low else value - high
    return gap > max(high - low, 1)


def check_skew(context: Context) -> list[Finding]:
    """Find numbers with a long tail or values far out."""
    concerned, rows = {}, {}
    for profile in context.profiles:
        if profile.meaning not in ("number", "integer") or profile.skew is None or profile.distinct_count < 10:
            continue
        numbers = context.facts[profile.name].numbers
        reach = FAR_OUT * (profile.q75 - profile.q25)
        far = (numbers < profile.q25 - reach) | (numbers > profile.q75 + reach)
        n_far = int(far.sum())
        if reach <= 0 or not (abs(profile.skew) >= STRONG_SKEW or n_far / profile.count >= FAR_OUT_SHARE) or not n_far:
            continue
        concerned[profile.name] = (
            f"“{profile.name}” has {counted(n_far, 'value')} far from the rest ({percent(n_far / profile.count)}): "
            f"half of the rows lie between {figure(profile.q25)} and {figure(profile.q75)}, the extremes are "
            f"{figure(profile.min)} and {figure(profile.max)}."
        )
        rows[profile.name] = context.rows_where(far)
    advice = "Check that the extremes are real; trees do not mind them, linear models and neighbours do."
    return each_or_all("skew", "alerted", concerned, "{n} columns have values far out.", advice, rows=rows)


def check_infinite(context: Context) -> list[Finding]:
    """Find numbers that are infinite."""
    concerned, rows = {}, {}
    for profile in context.profiles:
        if profile.infinite_count:
            concerned[profile.name] = (
                f"“{profile.name}” holds an infinite value in {counted(profile.infinite_count, 'row')}."
            )
            rows[profile.name] = context.rows_where(np.isinf(context.facts[profile.name].numbers))
    advice = "Usually a division by zero; figures here are those of the finite values. Mend the file or leave it out."
    return each_or_all(
        "infinite",
        "alerted",
        concerned,
        "{n} columns hold infinite values.",
        advice,
        rows=rows,
        leave_out="infinite values",
    )


def check_numbers_as_text(context: Context) -> list[Finding]:
    """Find columns of words that are mostly numbers."""
    concerned, rows = {}, {}
    for profile in context.profiles:
        facts = context.facts[profile.name]
        if facts.words is None or profile.meaning == "identifier" or len(facts.words) < 10:
            continue
        looked_at = facts.words[:WORDS_LOOKED_AT]
        fits = np.array([_is_number(str(word)) for word in looked_at])
        weights = facts.word_counts[: len(looked_at)]
        share = float(weights[fits].sum() / weights.sum())
        if share < MOSTLY_NUMBERS or not fits.any():
            continue
        strays = [str(word) for word in looked_at[~fits]]
        but = f", except {quoted(strays, 3)}" if strays else ""
        concerned[profile.name] = (
            f"“{profile.name}” is read as {profile.meaning}, yet {percent(share)} are numbers{but}."
        )
        rows[profile.name] = context.rows_where(np.isin(facts.codes, np.flatnonzero(~fits)))
    advice = "Change its meaning on the data page if it measures something; leave it if the numbers are mere names."
    return each_or_all(
        "numbers_as_text", "alerted", concerned, "{n} columns of words look like numbers.", advice, rows=rows
    )


def _is_number(text: str) -> bool:
    # A leading zero ("01067") marks a code, not a quantity.
    text = text.strip()
    return bool(NUMBER.fullmatch(text)) and not re.match(r"0\d", text)


def _short(value: str | int | float, limit: int = 40) -> str:
    text = figure(value) if isinstance(value, float) else str(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
