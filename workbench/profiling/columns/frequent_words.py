"""The words of texts that come back and say something."""

import string

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.profiling.columns.cell_text import CellText
from workbench.profiling.columns.column_profile import ValueCount
from workbench.profiling.columns.filler_words import FILLER_WORDS
from workbench.profiling.columns.ordered import TOP_VALUES, runs

MARKS = string.punctuation + "“”„‚‘’«»‹›…–—·•¿¡。、，！？：；（）「」『』"
FEWEST_ROWS = 2  # a word that stands in one row only does not come back
MIXED = 0.5  # of the fillers of the first language, from which texts are of a second one, too


def most_frequent_words(text: CellText, counts: np.ndarray) -> tuple[ValueCount, ...]:
    """Return the words found in most rows, with these rows; at most ten, ties in order of appearance.

    Words are parted by blanks, freed of marks at their ends and written small. Left out are those of one character,
    those without a letter, those that stand in one row only, and the ``FILLER_WORDS`` of the language they are in.

    Parameters
    ----------
    text : CellText of n_values
    counts : ndarray of int, shape (n_values,)
        Rows of each.

    Examples
    --------
    >>> texts = CellText.of(pa.array(["The box was late.", "Late again, late!", "A box (blue)"]))
    >>> [(each.value, each.count) for each in most_frequent_words(texts, np.array([1, 1, 3]))]
    [('box', 4), ('blue', 3), ('late', 2)]
    """
    lists = pc.utf8_split_whitespace(pc.utf8_lower(text.values))
    tokens = pc.utf8_trim(pc.list_flatten(lists), characters=MARKS).dictionary_encode()
    words, n_words = tokens.dictionary, len(tokens.dictionary)
    # A word counts once a row, however often it stands there.
    pairs = np.sort(pc.list_parent_indices(lists).to_numpy() * n_words + tokens.indices.to_numpy())
    pairs = pairs[runs(pairs)[0]]
    text_of, word_of = np.divmod(pairs, max(n_words, 1))
    rows = np.bincount(word_of, weights=counts[text_of], minlength=n_words).astype("int64")
    rows[_fillers(words, rows)] = 0
    found: list[ValueCount] = []
    for place in np.argsort(-rows, kind="stable").tolist():
        if len(found) == TOP_VALUES or rows[place] < FEWEST_ROWS:
            break
        word = words[place].as_py()
        if len(word) > 1 and any(map(str.isalpha, word)):
            found.append(ValueCount(word, int(rows[place])))
    return tuple(found)


def _fillers(words: pa.Array, rows: np.ndarray) -> np.ndarray:
    """Return the places of the words without a subject, of the language, or languages, that most such words are of."""
    places = [
        pc.drop_null(pc.index_in(pa.array(fillers.split(), words.type), value_set=words)).to_numpy()
        for fillers in FILLER_WORDS.values()
    ]
    found_in = np.array([rows[each].sum() for each in places])
    spoken = [each for each, n_rows in zip(places, found_in, strict=True) if n_rows >= MIXED * found_in.max()]
    return np.concatenate(spoken)
