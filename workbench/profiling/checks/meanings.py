"""Checks of columns of words that are numbers or dates, all or many of them."""

import re

import numpy as np

from workbench.profiling.checks.remedies import with_remedies
from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted, percent, quoted, short

MOSTLY = 0.8  # of the cells, from which a column of words is one of numbers
MANY = 0.2  # of the cells, from which numbers among words are no accident
ENOUGH_VALUES = 10  # different words, and different numbers, below which they are mere names of classes
NUMBER = re.compile(r"[-+]?\s*[$€£¥]?\s*\d[\d.,' ]*(?:[eE][-+]?\d+)?\s*(?:%|[$€£¥]|[A-Za-z]{1,3})?")
BARE_NUMBER = re.compile(r"[-+]?\s*[$€£¥]?\s*\d[\d.,' ]*(?:[eE][-+]?\d+)?\s*[%$€£¥]?")
DATE = re.compile(r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4})(?:[T ]\d{1,2}:\d{2}.*)?")
CODE = re.compile(r"0\d+")  # a leading zero ("01067") marks a code, not a quantity


def check_numbers_as_text(context: Context) -> list[Finding]:
    """Find columns of words that are mostly numbers."""
    concerned, rows, reads = {}, {}, {}
    for name, facts in _words(context):
        fits, share = _share(facts, NUMBER)
        if share < MOSTLY:
            continue
        strays = [short(str(word)) for word in facts.words[: len(fits)][~fits]]
        but = f", except {quoted(strays, 3)}" if strays else ""
        concerned[name] = f"“{name}” is read as {facts.profile.meaning}, yet {percent(share)} are numbers{but}."
        rows[name] = context.rows_where(np.isin(facts.codes, np.flatnonzero(~fits)))
        reads[name] = {"meaning": _number_meaning(facts.words[: len(fits)][fits])}
    advice = (
        "Have it read as number if it measures something; what is no number then counts as blank. Leave it if the "
        "numbers are mere names."
    )
    found = each_or_all(
        "numbers_as_text", "alerted", concerned, "{n} columns of words look like numbers.", advice, rows=rows
    )
    return with_remedies(context, found, reads=reads)


def check_mixed_types(context: Context) -> list[Finding]:
    """Find columns of words of which a good part are numbers or dates."""
    concerned, rows, reads = {}, {}, {}
    for name, facts in _words(context):
        for noun, pattern in (("date", DATE), ("number", BARE_NUMBER)):
            fits, share = _share(facts, pattern)
            if not MANY <= share < MOSTLY or fits.sum() < ENOUGH_VALUES:
                continue
            words, counts = facts.words[: len(fits)], facts.word_counts[: len(fits)]
            kinds = [(fits, noun), (~fits, "other text" if pattern is DATE else "word")]
            seen = " and ".join(
                f"{counted(int(counts[which].sum()), kind)} ({_examples(words, counts, which)})"
                for which, kind in kinds
            )
            concerned[name] = f"“{name}” mixes {seen}."
            fewer = fits if counts[fits].sum() < counts[~fits].sum() else ~fits
            rows[name] = context.rows_where(np.isin(facts.codes, np.flatnonzero(fewer)))
            reads[name] = {"meaning": "date" if pattern is DATE else _number_meaning(words[fits])}
            break
    advice = (
        "Have the column read as what it measures, and the rest counts as blank; or leave it as it is, where the words "
        "are answers too."
    )
    found = each_or_all(
        "mixed_types", "alerted", concerned, "{n} columns mix words with numbers or dates.", advice, rows=rows
    )
    return with_remedies(context, found, reads=reads)


def _words(context: Context):
    """Yield name and facts of the columns of words that may be something else."""
    for profile in context.profiles:
        facts = context.facts[profile.name]
        if facts.words is None or profile.meaning == "identifier" or len(facts.words) < ENOUGH_VALUES:
            continue
        if not any(CODE.fullmatch(word.strip()) for word in facts.first_words):
            yield profile.name, facts


def _share(facts: ColumnFacts, pattern: re.Pattern) -> tuple[np.ndarray, float]:
    """Return which of the words looked at fit the pattern, and the share of their cells."""
    looked_at = facts.first_words
    fits = np.fromiter((bool(pattern.fullmatch(word.strip())) for word in looked_at), bool, len(looked_at))
    weights = facts.word_counts[: len(looked_at)]
    return fits, float(weights[fits].sum() / weights.sum())


def _number_meaning(words) -> str:
    return "integer" if all(re.fullmatch(r"[-+]?\d+", str(word).strip()) for word in words) else "number"


def _examples(words, counts, which) -> str:
    most = sorted(np.flatnonzero(which), key=lambda at: -counts[at])[:3]
    return ", ".join(f"“{short(str(words[at]), 24)}”" for at in most)
