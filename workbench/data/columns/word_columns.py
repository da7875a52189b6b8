"""Columns of words: yes/no, category, free text or identifier."""

import re

import numpy as np

from workbench.data.columns import column_notes
from workbench.data.columns.cells import VALUE_SAMPLE
from workbench.data.columns.tokens import CERTAIN_TOKENS, NOT_A_WORD
from workbench.runtime.text_values import text_of
from workbench.specs import ColumnSpec

YES_NO = tuple(
    frozenset(pair.casefold().split("/"))
    for pair in (
        "yes/no", "y/n", "ja/nein", "j/n", "true/false", "t/f", "wahr/falsch", "oui/non", "o/n", "si/no", "sí/no",
        "sim/não", "sim/nao", "s/n", "tak/nie", "ano/ne", "áno/nie", "on/off", "da/ne", "da/nu", "ja/nee", "ja/nej",
        "ja/nei", "igen/nem", "kyllä/ei", "jah/ei", "evet/hayır", "да/нет", "так/ні", "ναι/όχι", "vrai/faux", "v/f",
        "verdadero/falso", "verdadeiro/falso", "vero/falso", "prawda/fałsz", "waar/onwaar", "sant/falskt", "是/否",
        "はい/いいえ", "예/아니오", "예/아니요", "네/아니오", "네/아니요", "참/거짓", "有/無", "有/无", "真/假",
        "对/错", "對/錯", "○/×",
        "истина/ложь", "a/n", "ν/ο", "t/n", "αληθές/ψευδές", "doğru/yanlış", "pravda/nepravda", "e/h", "igaz/hamis",
        "tosi/epätosi", "adevărat/fals", "да/не", "ya/tidak", "có/không", "ใช่/ไม่ใช่", "نعم/لا", "כן/לא",
    )
)  # fmt: skip
ID_WORD = "id|ids|uuid|guid|key|code|nr|no|number|num|index|idx|ref|reference|kennung|nummer"
# The word stands alone (row_id, Transaction No.), begins or ends the name, or ends it in camel case (PassengerId).
ID_NAME = re.compile(rf"(?:^|[_\W\d])(?:{ID_WORD})(?:[_\W\d]|$)|^unnamed\b|^column 1$", re.IGNORECASE)
CAMEL_ID = re.compile(r"[a-z](?:ID|Id|Nr|Key|Code|Number)$")
MAX_SPELLINGS = 12  # Yes, yes, YES …
NEAR_UNIQUE = 0.95
MIN_ROWS_FOR_UNIQUE = 20
LONG_TEXT = 60  # mean characters from which a column is free text and no label
MIN_WORDS = 3.5  # mean words from which a column with mostly different cells is free text


def is_id_name(name):
    """Return whether a column's name speaks of an identifier.

    >>> [is_id_name(name) for name in ("PassengerId", "customerID", "row_id", "Transaction No.", "paid", "humidity")]
    [True, True, True, True, False, False]
    """
    return bool(CAMEL_ID.search(name) or ID_NAME.search(name))


def as_yes_no(name, cells, file):
    """Return the specification of a column of two answers, or None.

    Parameters
    ----------
    name : str
    cells : Cells
    file : object
        What the rest of the file tells; not needed here.
    """
    # "unknown" beside yes and no is an answer of its own, and makes a category.
    texts, _ = cells.without(NOT_A_WORD)
    if len(texts) > MAX_SPELLINGS:
        return None
    words = {text.casefold() for text in texts}
    typed_flags = bool(cells.typed) and all(isinstance(cell, bool) for cell in cells.typed)
    if cells.typed and not typed_flags:
        return None
    if (len(words) == 2 and frozenset(words) in YES_NO) or (typed_flags and words <= {"true", "false"}):
        return ColumnSpec(name=name, meaning="yes_no", missing=cells.present(NOT_A_WORD))
    return None


def as_words(name, cells, file):
    """Return the specification of a column that is neither numbers nor dates; ``file.notes`` gets why."""
    tokens = NOT_A_WORD
    kept, _ = cells.without(CERTAIN_TOKENS)
    codes = [text for text in kept if text != "NA"]
    if codes and sum(len(text) == 2 and text.isalpha() and text.isupper() for text in codes) >= 0.5 * len(codes):
        tokens = CERTAIN_TOKENS
    texts, counts = cells.without(tokens)
    if cells.typed:
        texts = texts + [text_of(cell) for cell in cells.typed]
        counts = np.append(counts, np.ones(len(cells.typed), dtype=int))
    spec = words_spec(name, texts, int(counts.sum()), len(set(texts)), cells.present(tokens))
    if note := column_notes.why_words(name, spec.meaning, texts, counts):
        file.notes.append(note)
    return spec


def words_spec(name, texts, n_cells, n_kinds, missing):
    """Category, free text or identifier, by how often words come again and how long they are."""
    if not n_cells:
        return ColumnSpec(name=name, meaning="category", missing=missing)
    sample = texts[:VALUE_SAMPLE]
    length = sum(map(len, sample)) / len(sample)
    n_words = sum(len(text.split()) for text in sample) / len(sample)
    share = n_kinds / n_cells
    meaning = "category"
    if share >= NEAR_UNIQUE and (n_cells >= MIN_ROWS_FOR_UNIQUE or is_id_name(name)):
        is_label = (length <= LONG_TEXT and n_words <= 8) or n_words <= 1.2  # web addresses and check sums are long
        meaning = "identifier" if is_label and not sample[0].startswith(("{", "[")) else "text"
    elif (length > LONG_TEXT and share > 0.1) or (
        share > 0.5 and n_words >= MIN_WORDS and n_cells >= MIN_ROWS_FOR_UNIQUE
    ):
        meaning = "text"
    return ColumnSpec(name=name, meaning=meaning, missing=missing)
