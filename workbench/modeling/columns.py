"""Which columns cannot help a model, and why: identifiers, constants, near-unique words, blanks."""

import re

import pandas as pd

from workbench.modeling.names import names_a_time, names_rows
from workbench.specs import ColumnSpec, LeftOut, Schema

UNIQUE_SHARE = 0.95  # of the filled cells: nearly every row has a value of its own
UNIQUE_NUMBERS = 0.9  # the same for whole numbers whose name says so
NEAR_UNIQUE_SHARE = 0.75  # codes that repeat a little can still only be memorised
NEAR_UNIQUE_NAMES = 0.6  # the same for names of several words
WORDS_OF_NAME = 1.5  # mean words a cell from which it is a name
FEW_FILLED, FEW_FILLED_SHARE = 20, 0.005  # fewer values than both say next to nothing
FEWEST_ROWS = 20  # below this, everything looks unique
COUNTED, FEWEST_COUNTED = 1.05, 50  # 1, 2, 3 … with hardly a gap, in enough rows that this is no chance
WORDS_OF_PROSE = 5.0  # mean words a cell from which a text says something by its words
SHARED_WORDS = 0.5  # share of word uses whose word occurs in at least two cells
SAMPLE_ROWS = 5_000  # looked at for words; stated here, seeded, so the answer never changes
WORD = re.compile(r"\w+")


def screen_columns(table: pd.DataFrame, schema: Schema, target: str = "") -> tuple[LeftOut, ...]:
    """Return the columns that cannot help a model, each with its reason in a sentence.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Typed table.
    schema : Schema
    target : str, optional
        Never screened.
    """
    found = []
    for column in schema.columns:
        if column.name == target or column.name not in table:
            continue
        reason = why_unhelpful(table[column.name], column)
        if reason:
            found.append(LeftOut(column=column.name, reason=reason))
    return tuple(found)


def why_unhelpful(values: pd.Series, column: ColumnSpec, n_distinct: int | None = None) -> str:
    """Say why a column cannot help, or "" where it may; its different values are counted where they are not given."""
    name, n_rows = column.name, len(values)
    filled = values.dropna()
    if filled.empty:
        return f"{name} has no value in any row."
    if len(filled) < min(FEW_FILLED, FEW_FILLED_SHARE * n_rows):
        return f"{name} has a value in only {len(filled):,} of {n_rows:,} rows."
    n_distinct = filled.nunique() if n_distinct is None else n_distinct
    if n_distinct == 1:
        if len(filled) == n_rows:
            return f"{name} is the same in every row, so it cannot tell rows apart."
        return ""  # one value or blank: whether there is one may say something
    if n_rows < FEWEST_ROWS:
        return f"{name} identifies rows; it can only be memorised." if column.meaning == "identifier" else ""
    share = n_distinct / len(filled)
    if column.meaning == "identifier":
        if share >= UNIQUE_SHARE:
            return f"{name} is different in {_nearly_every(n_distinct, len(filled))} row; it can only be memorised."
        return f"{name} identifies something ({n_distinct:,} different values in {n_rows:,} rows); it is memorised."
    if column.meaning == "integer" and share >= UNIQUE_NUMBERS and _numbers_rows(column.name, filled, share):
        return f"{name} numbers the rows ({n_distinct:,} different values in {n_rows:,} rows); it is memorised."
    words = column.meaning in ("category", "text")
    if words and share >= NEAR_UNIQUE_NAMES and share >= _near_unique(filled) and not is_prose(filled):
        return (
            f"{name} has {n_distinct:,} different values in {len(filled):,} filled rows; "
            "words that hardly ever come back can only be memorised."
        )
    if column.meaning == "category" and n_distinct > 1_000 and share > 0.2 and not is_prose(filled):
        return f"{name} has {n_distinct:,} different values, too many to learn something about each."
    return ""


def _numbers_rows(name, filled, share):
    """Tell whether different whole numbers name the rows: by what they are called, or because they count them."""
    if names_rows(name):
        return True
    if share < UNIQUE_SHARE:
        return False
    low, high = filled.min(), filled.max()
    counts = low in (0, 1) and high - low < COUNTED * len(filled)
    return bool(counts) and len(filled) >= FEWEST_COUNTED and not names_a_time(name)


def _nearly_every(n_distinct, n_filled):
    return "every" if n_distinct == n_filled else "nearly every"


def _near_unique(filled):
    sample = filled if len(filled) <= SAMPLE_ROWS else filled.sample(SAMPLE_ROWS, random_state=0)
    mean_words = sum(len(WORD.findall(text)) for text in sample.astype(str)) / len(sample)
    return NEAR_UNIQUE_NAMES if mean_words >= WORDS_OF_NAME else NEAR_UNIQUE_SHARE


def is_prose(filled: pd.Series) -> bool:
    """Tell whether texts say something by their words: several words a cell, and words that come back."""
    sample = filled if len(filled) <= SAMPLE_ROWS else filled.sample(SAMPLE_ROWS, random_state=0)
    words = [WORD.findall(text.lower()) for text in sample.astype(str)]
    n_words = sum(map(len, words))
    if n_words < WORDS_OF_PROSE * len(words):
        return False
    cells_of = pd.Series([word for cell in words for word in set(cell)]).value_counts()
    shared = set(cells_of.index[cells_of >= 2])
    return sum(word in shared for cell in words for word in cell) >= SHARED_WORDS * n_words
