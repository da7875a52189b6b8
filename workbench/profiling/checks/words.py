"""Checks of columns of words: categories with many values, and texts that are read by their words."""

import numpy as np

from workbench.modeling.columns import is_prose
from workbench.profiling.checks.remedies import with_remedies
from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import short

MANY_CATEGORIES = 50
FEW_ROWS = 10  # of a value, from which little is learnt about it
RARE_SHARE = 0.2  # of the rows, that hold a value of few rows
PROSE_LENGTH = 20  # mean characters of a cell, below which nobody writes in sentences
# What ``modeling.pipeline`` makes of a text; that module is not loaded here, since it loads scikit-learn.
TEXT_WORDS, TEXT_TOPICS = 10_000, 40
READ_BY_WORDS = (
    f"linear models and naive Bayes weigh its words and pairs of words (up to {TEXT_WORDS:,}), the others sum them up "
    f"in {TEXT_TOPICS} topics and the length of the text. Which words occur counts, not what a sentence means"
)


def check_high_cardinality(context: Context) -> list[Finding]:
    """Find categories with so many values that many of them are rare."""
    concerned, rows = {}, {}
    for profile in context.used:
        facts = context.facts[profile.name]
        if profile.meaning != "category" or profile.name in context.left_out:
            continue
        if profile.distinct_count <= MANY_CATEGORIES or is_really_text(facts):
            continue
        rare = facts.word_counts < FEW_ROWS
        n_rows = int(facts.word_counts[rare].sum())
        if n_rows < RARE_SHARE * profile.count:
            continue
        concerned[profile.name] = (
            f"“{profile.name}” has {profile.distinct_count:,} different values; {int(rare.sum()):,} of them have under "
            f"{FEW_ROWS} rows, {int((facts.word_counts == 1).sum()):,} only one."
        )
        rows[profile.name] = context.rows_where(rare[facts.codes] & (facts.codes >= 0))
    advice = (
        "The model takes a value of few rows for an average one. Keep the column if its frequent values matter, "
        "otherwise leave it out."
    )
    found = each_or_all(
        "high_cardinality", "alerted", concerned, "{n} categories have very many values.", advice, rows=rows
    )
    return with_remedies(context, found, leave_out="too many different values with few rows each")


def check_text_words(context: Context) -> list[Finding]:
    """Say what is made of texts, and find categories that are texts."""
    read, unread = {}, {}
    for profile in context.inputs:
        facts = context.facts[profile.name]
        if profile.name in context.left_out or not profile.count:
            continue
        if profile.meaning == "text":
            words = f"{profile.words_mean:.0f} words" if profile.words_mean >= 1.5 else "about one word"
            read[profile.name] = f"“{profile.name}” is text of {words} on average."
        elif profile.meaning == "category" and is_really_text(facts):
            example = short(str(facts.words[int(np.argmax(facts.words.str.len()))]), 60)
            unread[profile.name] = (
                f"“{profile.name}” is read as category, yet it holds {profile.distinct_count:,} different texts, such "
                f"as “{example}”."
            )
    found = each_or_all(
        "text_words",
        "alerted",
        unread,
        "{n} categories are really texts.",
        f"As a category, each text is a value of its own. Read as text, its words are used: {READ_BY_WORDS}.",
    )
    return with_remedies(context, found, reads={name: {"meaning": "text"} for name in unread}) + each_or_all(
        "text_words", "done", read, "{n} columns are texts.", f"Its words are used: {READ_BY_WORDS}."
    )


def is_really_text(facts: ColumnFacts) -> bool:
    """Tell whether a category holds sentences: many different ones, of several words that come back."""
    profile = facts.profile
    if profile.distinct_count <= MANY_CATEGORIES or (profile.length_mean or 0) < PROSE_LENGTH:
        return False
    return is_prose(facts.words.to_series())
