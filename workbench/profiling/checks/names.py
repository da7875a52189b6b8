"""The check of names that are easily taken for each other."""

import re
import unicodedata

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.findings import SEPARATE_FINDINGS, Context, Finding, Status
from workbench.profiling.wording import counted
from workbench.specs import ColumnChoice

# What readers append to a name that comes twice: "a.1" (pandas), "a...2" (readr), "a (2)" (this software).
APPENDED = re.compile(r"(?:\.{1,3}\d{1,2}|\s?\(\d{1,2}\))$")
# "a_1" is what databases append, and how things are numbered: the values have to speak for it.
NUMBERED = re.compile(r"_\d{1,2}$")
NAMED = 3
MOSTLY_EQUAL = 0.5  # agreement beyond chance (kappa of Cohen 1960) from which two columns are taken for the same thing
SEPARATORS = re.compile(r"[\s_.\-,:;'\"`()\[\]{}|/\\]+")
TWICE = "It is likely the same thing twice, as where two tables were joined: keep the one that you trust."
APART = "Each stays a column of its own; give one of them a clearer name in the file where people could mix them up."
COPIES = "They are dealt with as repeated columns."


def check_duplicate_names(context: Context) -> list[Finding]:
    """Find names that differ in case, blanks or punctuation only, or in what readers append where one comes twice."""
    twice, copies, apart = [], [], []
    for first, second, is_numbered in _alike(context):
        left, right = context.facts[first], context.facts[second]
        shared, equal, kappa = _agreement(left, right)
        names = f"“{first}” and “{second}” have nearly the same name"
        if left.digest == right.digest and equal == shared and shared:
            copies.append((first, second, f"{names}, and the same values."))
        elif kappa >= MOSTLY_EQUAL:
            twice.append((first, second, f"{names}, and equal values in {equal:,} of {counted(shared, 'row')}."))
        elif not is_numbered:
            differ = f" in {shared - equal:,} of {counted(shared, 'row')}" if shared else ""
            apart.append((first, second, f"{names}; their values differ{differ}."))
    return (
        _each_or_all(context, "alerted", twice, "{n} pairs of columns have nearly the same name and values.", TWICE)
        + _each_or_all(
            context, "done", copies, "{n} pairs of columns have nearly the same name, and equal values.", COPIES
        )
        + _each_or_all(context, "done", apart, "{n} pairs of columns have nearly the same name.", APART)
    )


def _each_or_all(
    context: Context, status: Status, pairs: list[tuple[str, str, str]], many: str, advice: str
) -> list[Finding]:
    """Return a finding per pair, or one for all where they are many; with a choice where one of each pair can go."""
    together = [pairs] if len(pairs) > SEPARATE_FINDINGS else [[pair] for pair in pairs]
    findings = []
    for group in together:
        sentence = " ".join(said for *_, said in group[:NAMED])
        if len(group) > 1:
            sentence = f"{many.format(n=f'{len(group):,}')} {sentence}"
        columns = tuple(dict.fromkeys(name for pair in group for name in pair[:2]))
        choices = {}
        if status == "alerted" and context.target:  # before it is known, either may be the target
            for first, second, _ in group:
                gone, kept = (first, second) if second == context.target else (second, first)
                reason = f"seems to be “{kept}” once more"
                choices[gone] = ColumnChoice(name=gone, use=False, reason=reason).model_dump(mode="json")
        findings.append(Finding("duplicate_names", status, columns, sentence, advice, choices=tuple(choices.values())))
    return findings


def _alike(context: Context) -> list[tuple[str, str, bool]]:
    """Return pairs of names, the first being the one that the other resembles; and whether that may be a number."""
    first_of: dict[str, str] = {}
    for name in context.facts:
        first_of.setdefault(_key(name), name)
    pairs = []
    for name in context.facts:
        for base, is_numbered in (
            (name, False),
            (APPENDED.sub("", name), False),
            (NUMBERED.sub("", name), True),
        ):
            first = first_of.get(_key(base)) if _key(base) else None
            if first is not None and first != name:
                pairs.append((first, name, is_numbered))
                break
    return pairs


def _key(name: str) -> str:
    """Return a name without case, blanks and punctuation; between digits a mark stays ("1.5" is not "15").

    >>> _key("Sales, Net"), _key("sales_net"), _key("q1.1"), _key("q11")
    ('salesnet', 'salesnet', 'q1 1', 'q11')
    """
    text = unicodedata.normalize("NFKC", name).casefold().strip()

    def joined(match):
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        return " " if before.isdigit() and after.isdigit() else ""

    return SEPARATORS.sub(joined, text).strip()


def _agreement(left: ColumnFacts, right: ColumnFacts) -> tuple[int, int, float]:
    """Return in how many rows both have a value, in how many of these it is the same, and how far beyond chance.

    (0, 0, 0.0) for columns of unlike kinds.
    """
    if (left.numbers is None) != (right.numbers is None) or left.is_date != right.is_date:
        return 0, 0, 0.0
    if left.numbers is not None:
        shared = ~(np.isnan(left.numbers) | np.isnan(right.numbers))
        one, other = left.numbers[shared], right.numbers[shared]
    else:
        shared = (left.codes >= 0) & (right.codes >= 0)
        # Words of the right column by their place among those of the left, and behind them where they are not.
        place = left.words.get_indexer(right.words)
        place = np.where(place < 0, len(left.words) + np.arange(len(place)), place)
        one, other = left.codes[shared], place[right.codes[shared]]
    n, equal = len(one), int((one == other).sum())
    if not n:
        return 0, 0, 0.0
    (values, counts), (others, other_counts) = (np.unique(side, return_counts=True) for side in (one, other))
    _, here, there = np.intersect1d(values, others, assume_unique=True, return_indices=True)
    by_chance = float(counts[here] @ other_counts[there]) / n**2
    return n, equal, (equal / n - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0
