"""One value in several spellings: "USA", "usa" and "U.S.A.", "Köln" and "Koln", "T-Shirt" and "t shirt".

Slips of a letter are not looked for. Of rare words one letter away from a frequent one, four in five mean something
else in the files at hand: ISLAND is not INLAND, and a V-Klasse is no C-Klasse.
"""

import re
import unicodedata

import numpy as np

from workbench.profiling.checks.remedies import with_remedies
from workbench.profiling.columns.describe import WORDS_LOOKED_AT, ColumnFacts
from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted, quoted, short

# Among very many different values, a few that differ in case alone are addresses or codes, in which case matters.
MANY_VALUES, FEW_MIXED = 500, 0.01
BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[\s_.'’`´–-]+(?=[^\W\d_])")
BESIDE_DIGITS = re.compile(r"(?<=[^\W_])[\s_]+(?=[^\W_])")
FULL_STOP = re.compile(r"(?<=[^\W\d_])\.+(?=\s|$)")


def spelling_key(word: str) -> str:
    """Return what spellings of one word have in common: letters without case and accents, digits, and signs.

    Blanks, hyphens and full stops between letters do not count. Between digits, and before them, they may be what
    tells two values apart (1-2 and 12, grade -1 and grade 1).

    >>> {spelling_key(word) for word in ("U.S.A.", "usa ", "USA")}, spelling_key("São-Paulo")
    ({'usa'}, 'saopaulo')
    >>> spelling_key("A+") == spelling_key("A-"), spelling_key("1-2") == spelling_key("12")
    (False, False)
    """
    text = word.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", "".join(sign for sign in decomposed if not "\u0300" <= sign <= "\u036f"))
    text = FULL_STOP.sub("", text.strip())
    text = BESIDE_DIGITS.sub(lambda gap: " " if _digits_around(gap) else "", BETWEEN_LETTERS.sub("", text))
    return " ".join(text.split())


def _digits_around(gap: re.Match) -> bool:
    return gap.string[gap.start() - 1].isdigit() and gap.string[gap.end()].isdigit()


def check_mixed_spellings(context: Context) -> list[Finding]:
    """Find words that differ only in case, blanks, accents, hyphens or full stops."""
    concerned, rows, reads = {}, {}, {}
    for profile in context.profiles:
        facts = context.facts[profile.name]
        mixed = mixed_spellings(facts)
        if not mixed:
            continue
        others = [code for codes in mixed for code in codes[1:]]
        shown = "; ".join(quoted([short(str(facts.words[code])) for code in codes]) for codes in mixed[:3])
        concerned[profile.name] = (
            f"“{profile.name}” spells {counted(len(mixed), 'value')} in several ways ({shown}), "
            f"in {counted(int(facts.word_counts[others].sum()), 'row')} not as in most."
        )
        rows[profile.name] = context.rows_where(np.isin(facts.codes, others))
        pairs = [[str(facts.words[code]), str(facts.words[codes[0]])] for codes in mixed for code in codes[1:]]
        reads[profile.name] = {"spellings": pairs}
    advice = (
        "If they mean the same, have all of them read as most rows write it; rows to predict are then read so, too."
    )
    found = each_or_all("mixed_spellings", "alerted", concerned, "{n} columns mix spellings.", advice, rows=rows)
    return with_remedies(context, found, reads=reads)


def mixed_spellings(facts: ColumnFacts) -> list[list[int]]:
    """Return the codes of each value with several spellings, the one of most rows first."""
    profile = facts.profile
    if facts.words is None or profile.meaning == "identifier" or not 1 < len(facts.words) <= WORDS_LOOKED_AT:
        return []
    spellings: dict[str, list[int]] = {}
    for code, word in enumerate(facts.first_words):
        if "://" not in word:
            spellings.setdefault(spelling_key(word), []).append(code)
    mixed = [codes for key, codes in spellings.items() if key and len(codes) > 1]
    if len(facts.words) > MANY_VALUES and len(mixed) < FEW_MIXED * len(facts.words):
        return []
    if profile.meaning == "text" and len(mixed) > profile.distinct_count / 2:
        return []
    return [sorted(codes, key=lambda code: -facts.word_counts[code]) for codes in mixed]
