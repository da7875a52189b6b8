"""Figures of words equal Python's own, one value at a time: lengths, words, shapes, words that come back."""

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.profiling.own_figures import assert_equal, figures_of_words, pattern_counts
from workbench.profiling.columns import word_figures
from workbench.profiling.columns.cell_text import TEXTS_AT_ONCE, CellText
from workbench.profiling.columns.describe import describe_column
from workbench.profiling.columns.frequent_words import most_frequent_words
from workbench.profiling.columns.patterns import most_frequent_patterns
from workbench.specs import ColumnSpec

NASTY = {
    "no rows": [],
    "all missing": [None, None],
    "empty strings": ["", "", "a", None],
    "only empty": [""],
    "blanks": [" ", "  a  ", "\ta\nb\x0bc\x0cd\re\x1cf\x1dg\x1eh\x1fi ", "a  b"],
    "no blanks": ["a\x00b", "a\x08b", "\x7f"],
    "emoji": ["😀", "😀 👩‍👩‍👧", "naïve café", "a"],
    "blanks beyond ASCII": ["a\u00a0b", "a\u2003b\u3000c", "\u00a0", "a\u200bb", "\u2028x\u2029", "\x85y"],
    "scripts": ["Ärger", "ПРИВЕТ мир", "日本語 テキスト", "١٢٣", "ǅ", "ﬁne", "x²"],
    "codes": ["AB-1234", "CD-0001", "AB-1234", "ef-99"],
    "one": ["word"],
}


def series(values):
    return pd.Series(values, dtype="str")


def described(values, meaning="text"):
    return describe_column(values, ColumnSpec(name="x", meaning=meaning)).profile


def counted(entries):
    return [(entry.value, entry.count) for entry in entries]


@pytest.mark.parametrize("which", NASTY)
def test_nasty_texts_equal_python(which):
    values = series(NASTY[which])
    assert_equal(described(values), figures_of_words(values))


@given(st.lists(st.text(max_size=12) | st.none(), max_size=30))
def test_any_texts_equal_python(texts):
    values = series(texts)
    assert_equal(described(values), figures_of_words(values))


@pytest.mark.parametrize("odd", ["", "é b", "\x1f", " "])
def test_long_columns_are_counted_in_pieces(odd):
    texts = [f"{n} {'x ' * (n % 4)}" for n in range(2 * TEXTS_AT_ONCE + 3)]
    texts[TEXTS_AT_ONCE + 1] = texts[TEXTS_AT_ONCE] = odd
    values = series(texts)
    assert_equal(described(values), figures_of_words(values))


def test_pieces_of_arrow_memory_are_one_column():
    pieces = pa.chunked_array([["a b", None], [], ["c", "a b"], [None]], pa.large_string())
    values = pd.Series(pd.array(pieces, dtype=pd.StringDtype(na_value=np.nan)))
    facts = describe_column(values, ColumnSpec(name="x", meaning="text"))
    assert facts.codes.tolist() == [0, -1, 1, 0, -1]
    assert (facts.words.tolist(), facts.word_counts.tolist()) == (["a b", "c"], [2, 1])
    assert facts.words.dtype == "str"
    sliced = describe_column(values[2:4], ColumnSpec(name="x", meaning="text"))
    assert (sliced.codes.tolist(), sliced.words.tolist()) == ([0, 1], ["c", "a b"])


def test_codes_are_pandas_own():
    values = series(np.random.default_rng(0).choice(["b", "a", None, "ö", ""], 500))
    facts = describe_column(values, ColumnSpec(name="x", meaning="category"))
    codes, words = pd.factorize(values)
    assert (facts.codes == codes).all() and facts.words.equals(words)
    assert facts.codes.dtype == np.int32


def test_text_of_a_slice_begins_anew():
    text = CellText.of(pa.array(["aa", "b c", "", "dd dd"], pa.large_string())[1:])
    assert text.lengths().tolist() == [3, 0, 5] and text.word_counts().tolist() == [2, 0, 2]
    assert bytes(text.characters) == b"b cdd dd"


@pytest.mark.parametrize("which", NASTY)
def test_patterns_equal_python(which):
    values = series(NASTY[which])
    found = described(values, "category")
    expected = pattern_counts(values)
    assert found.looked_at == (len(values.dropna()) or None)
    assert dict(counted(found.patterns)) == expected


@given(st.lists(st.text(max_size=5) | st.from_regex(r"[A-Z]{2}-\d{3}", fullmatch=True), max_size=9))
def test_any_patterns_equal_python(texts):
    values = series(texts)
    assert dict(counted(described(values, "category").patterns)) == pattern_counts(values)


def test_patterns_most_frequent_first():
    values = series(["AB-1234"] * 2 + ["C1"] * 3 + ["12.50 €"] + [None])
    assert counted(described(values, "identifier").patterns) == [("A9", 3), ("AA-9999", 2), ("99.99 €", 1)]


@pytest.mark.parametrize("mark", ["", "é"])
def test_runs_of_many_patterns_are_drawn_together(mark):
    names = [f"{'A' * (1 + n % 2)}{'b' * (n % 7)} {'C' if n % 3 else 'Ab'}{mark}{'9' * (n % 5)}--" for n in range(210)]
    found = described(series(names), "identifier").patterns
    drawn = {"".join(runs) for runs in map(_drawn_together, names)}
    assert {entry.value for entry in found} <= drawn and len(found) == 10
    by_hand = pd.Series(["".join(_drawn_together(name)) for name in names]).value_counts()
    assert all(by_hand[entry.value] == entry.count for entry in found)


def _drawn_together(name):
    shape = ["A" if c.isupper() else "a" if c.isalpha() else "9" if c.isdigit() else c for c in name]
    for symbol, run in itertools.groupby(shape):
        n = len(list(run))
        yield symbol * n if symbol not in "Aa9" or n == 1 else f"{symbol}…"


def test_shapes_that_say_most_are_kept_in_full():
    text = CellText.of(pa.array([f"{'x' * n}" for n in range(1, 13)]))
    counts = np.array([100] * 9 + [1] * 3)
    assert counted(most_frequent_patterns(text, counts))[0] == ("a", 100)
    assert counted(most_frequent_patterns(text, np.ones(12, dtype=int))) == [("a…", 11), ("a", 1)]


def test_texts_have_no_patterns_and_codes_no_words():
    values = series(["one two", "two three"])
    text, code = described(values), described(values, "category")
    assert (text.patterns, code.frequent_words, code.words_mean) == ((), (), None)
    assert counted(text.frequent_words) == [("two", 2)]


TEXTS = {
    "The order was late, and the BOX was broken.": [("box", 5), ("broken", 5), ("late", 5), ("order", 5)],
    "Die Lieferung war zu spät und die Kiste war kaputt": [("kaputt", 5), ("kiste", 5), ("lieferung", 5), ("spät", 5)],
    "The war was lost, and this war is over": [("lost", 5), ("war", 5)],  # in German, war is a filler
    "Доставка была не вовремя": [("вовремя", 5), ("доставка", 5)],
    "12 34 x – 50%": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_words_that_say_something(text):
    found = most_frequent_words(CellText.of(pa.array([text])), np.array([5]))
    assert sorted(counted(found)) == TEXTS[text]


def test_a_word_counts_once_a_row_and_must_come_back():
    texts = CellText.of(pa.array(["late late late", "late, (again)", "never"]))
    assert counted(most_frequent_words(texts, np.array([1, 1, 1]))) == [("late", 2)]
    assert counted(most_frequent_words(texts, np.array([1, 4, 2]))) == [("late", 5), ("again", 4), ("never", 2)]


def test_at_most_ten_words():
    texts = CellText.of(pa.array([" ".join(f"word{n}" for n in range(20))]))
    assert [entry.value for entry in most_frequent_words(texts, np.array([2]))] == [f"word{n}" for n in range(10)]


@pytest.mark.parametrize("meaning", ["text", "identifier"])
def test_very_long_columns_are_looked_at_in_part(meaning, monkeypatch):
    monkeypatch.setattr(word_figures, "PATTERN_CHARACTERS", 4000)
    monkeypatch.setattr(word_figures, "WORD_CHARACTERS", 4000)
    values = series([f"late {n:03}" if n % 2 else None for n in range(2000)])
    found = described(values, meaning)
    assert (found.count, found.distinct_count, found.looked_at) == (1000, 1000, 4000 * 1000 // 8500)
    entries = found.patterns if meaning == "identifier" else found.frequent_words
    assert sum(entry.count for entry in entries) == found.looked_at
    assert described(values, meaning) == found  # the same rows each time


def test_cells_of_any_kind_are_words():
    found = described(pd.Series([1, "a", None, (2, 3), 1.5], dtype="object"), "category")
    assert (found.count, found.missing_count) == (4, 1)
    assert [entry.value for entry in found.top] == ["1", "a", "(2, 3)", "1.5"]
