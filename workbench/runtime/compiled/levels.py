"""Encoders of categories as tables from word to numbers, filled by asking the fitted encoder about every word.

The encoder is asked about each level it knows, about no value and about a word it has not seen, so that nothing of
its rules for rare, missing and unknown levels is written down a second time.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from workbench.runtime.compiled.errors import CannotCompile

Encode = Callable[[Sequence[list]], np.ndarray]


def compiled_codes(encoder) -> Encode:
    """Return what encodes columns (lists of words) as a fitted ``OrdinalEncoder`` or ``TargetEncoder`` does."""
    levels, probe = _probe(encoder)
    answers = np.asarray(encoder.transform(probe), dtype=np.float64)
    width = answers.shape[1] // len(levels)
    if width == 1:
        tables = [
            _table(words, answers[:, at].tolist(), known_missing=len(answers) - 2) for at, words in enumerate(levels)
        ]

        def encode(columns):
            found = [
                [table.get(word, unseen) for word in column]
                for column, (table, unseen) in zip(columns, tables, strict=True)
            ]
            return np.array(found).T

        return encode
    places = [_table(words, range(len(answers)), known_missing=len(answers) - 2) for words in levels]
    blocks = [answers[:, at * width : (at + 1) * width] for at in range(len(levels))]

    def encode_wide(columns):
        parts = [
            block[[table.get(word, unseen) for word in column]]
            for column, block, (table, unseen) in zip(columns, blocks, places, strict=True)
        ]
        return np.concatenate(parts, axis=1)

    return encode_wide


def compiled_one_hot(encoder) -> Encode:
    """Return what encodes columns (lists of words or numbers) as a fitted ``OneHotEncoder`` does, as a full matrix."""
    levels, probe = _probe(encoder)
    answers = sparse.csr_array(encoder.transform(probe))
    n_probes, n_outputs = answers.shape
    ends = np.cumsum([0, *encoder._n_features_outs])
    rows, positions = answers.nonzero()
    tables = []
    for at, words in enumerate(levels):
        mine = (positions >= ends[at]) & (positions < ends[at + 1])
        place = np.full(n_probes, -1)
        place[rows[mine]] = positions[mine]
        tables.append(_table(words, place.tolist(), known_missing=n_probes - 2))
    if (answers.data != 1.0).any():
        raise CannotCompile("one-hot columns hold something besides 1")

    def encode(columns):
        out = np.zeros((len(columns[0]), n_outputs))
        for column, (table, unseen) in zip(columns, tables, strict=True):
            for row, word in enumerate(column):
                place = table.get(word, unseen)
                if place >= 0:
                    out[row, place] = 1.0
        return out

    return encode


def _probe(encoder) -> tuple[list[list], pd.DataFrame | np.ndarray]:
    """Return the levels of each column without the missing one, and rows that hold all of them.

    The last row but one has no values (numbers: again the first level), the last a level that none of them is.
    """
    levels, numeric = [], not hasattr(encoder, "feature_names_in_")
    for categories in encoder.categories_:
        words = [word for word in categories.tolist() if word is not None and word == word]
        if numeric != all(isinstance(word, float) for word in words) and words:
            raise CannotCompile("levels are neither words nor numbers")
        levels.append(words)
    longest = max(len(words) for words in levels)
    columns = []
    for words in levels:
        filler = words[:1] or [np.nan]
        missing = filler if numeric else [np.nan]
        columns.append([*words, *filler * (longest - len(words)), *missing, _unseen(words)])
    if numeric:
        return levels, np.array(columns, dtype=np.float64).T
    frame = {
        name: pd.Series(column, dtype=object) for name, column in zip(encoder.feature_names_in_, columns, strict=True)
    }
    return levels, pd.DataFrame(frame)


def _unseen(words: list):
    if words and isinstance(words[0], float):
        return max(words) + 1.0
    word = "unseen"
    while word in words:
        word += "!"
    return word


def _table(words: list, answers: Sequence, *, known_missing: int) -> tuple[dict, object]:
    """Return (word to answer, answer to any other word); None is no value."""
    return {None: answers[known_missing], **dict(zip(words, answers, strict=False))}, answers[-1]
