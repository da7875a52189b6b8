"""Free text to weights of words or to topics, without sparse matrices: a text has few of the words.

The vectorizer's own analyzer splits a text; what follows are scikit-learn's sums (TF-IDF with sublinear counts, rows
of length 1) over the words that are there.
"""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD

from workbench.runtime.compiled.adding import in_order
from workbench.runtime.compiled.errors import CannotCompile

Found = tuple[np.ndarray, np.ndarray]


def compiled_texts(features) -> Callable[[Sequence[list]], np.ndarray]:
    """Return what encodes columns of texts (lists of ``str`` or None) as a fitted ``TextFeatures`` does."""
    dense = features.topics is not None
    parts = [
        _column(vectorizer, reduction, dense)
        for vectorizer, reduction in zip(features.vectorizers_, features.reductions_, strict=True)
    ]

    def encode(columns):
        blocks = [
            np.array([part("" if text is None else text) for text in column])
            for column, part in zip(columns, parts, strict=True)
        ]
        return np.concatenate(blocks, axis=1) if len(blocks) > 1 else blocks[0]

    return encode


def _column(vectorizer, reduction, dense: bool) -> Callable[[str], np.ndarray]:
    if vectorizer is None:
        return lambda text: np.zeros(1)
    found, n_words = _weights(vectorizer), len(vectorizer.vocabulary_)
    if not dense:
        return lambda text: _spread(found(text), n_words)
    if isinstance(reduction, TruncatedSVD):
        topics_of_words = np.ascontiguousarray(reduction.components_.T)

        def topics(text):
            places, weights = found(text)
            if not len(places):
                return np.append(np.zeros(topics_of_words.shape[1]), np.log1p(len(text)))
            return np.append(in_order(weights[:, np.newaxis] * topics_of_words[places]), np.log1p(len(text)))

        return topics
    if n_words != 1:
        raise CannotCompile(f"texts are reduced by {type(reduction).__name__}")
    return lambda text: np.append(_spread(found(text), n_words), np.log1p(len(text)))


def _spread(found: Found, n_words: int) -> np.ndarray:
    row = np.zeros(n_words)
    row[found[0]] = found[1]
    return row


def _weights(vectorizer) -> Callable[[str], Found]:
    """Return what gives (places, weights) of the words of a text that a fitted ``TfidfVectorizer`` knows."""
    if vectorizer.norm not in ("l2", None) or vectorizer.dtype != np.float64:
        raise CannotCompile("words are weighted in another way")
    analyze, vocabulary = vectorizer.build_analyzer(), vectorizer.vocabulary_
    idf = vectorizer.idf_ if vectorizer.use_idf else None

    def found(text):
        counts: dict[int, int] = {}
        for word in analyze(text):
            place = vocabulary.get(word)
            if place is not None:
                counts[place] = counts.get(place, 0) + 1
        places = np.array(sorted(counts), dtype=np.intp)
        weights = np.array([counts[place] for place in places.tolist()], dtype=np.float64)
        if vectorizer.binary:
            weights[:] = 1.0
        if vectorizer.sublinear_tf:
            weights = np.log(weights) + 1.0
        if idf is not None:
            weights *= idf[places]
        if vectorizer.norm == "l2" and len(weights):
            weights /= np.sqrt(in_order((weights * weights)[:, np.newaxis]))
        return places, weights

    return found
