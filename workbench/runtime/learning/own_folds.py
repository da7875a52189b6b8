"""A column in which the person has marked the folds: which rows are tested together, and which are only learnt from."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.runtime.learning.targets import label_words

MOST_OWN_FOLDS = 50
# How people mark rows that are to be learnt from, and rows that are kept for testing.
LEARN_WORDS = frozenset({"train", "training", "trn", "learn", "learning", "fit", "in sample", "in-sample"})
TEST_WORDS = frozenset(
    {"test", "testing", "tst", "holdout", "hold out", "hold-out", "hold_out", "held out", "validation", "validate",
     "valid", "val", "dev", "eval", "evaluation", "out of sample", "out-of-sample", "oos"}
)  # fmt: skip
FOLD_NAMES = frozenset({"fold", "folds", "kfold", "split", "part", "partition", "set", "subset", "cv", "sample"})
YES_WORDS, NO_WORDS = frozenset({"1", "yes", "true", "y", "t"}), frozenset({"0", "no", "false", "n", "f"})


@dataclass(frozen=True, eq=False)
class OwnFolds:
    """The folds that a column marks.

    Parameters
    ----------
    codes : int64 ndarray of shape (n_rows,)
        The fold in which a row is tested; -1 where it is only learnt from.
    tested : tuple of str
        The value that marks each fold.
    learnt : str
        The value of rows that are only learnt from; empty where there is none besides the blank.
    """

    codes: np.ndarray
    tested: tuple[str, ...]
    learnt: str = ""


def own_folds(values: pd.Series, name: str) -> OwnFolds:
    """Read the folds that the values of a column mark.

    Each value is a fold, in the order of the values, and blank rows are only learnt from. Where one value says
    "train", and the others are names of parts to be tested, its rows are only learnt from, too; so are those with 0
    of a column of 0 and 1 (no and yes) that is called a test ("is_test"), and those with 1 of one called "train".

    Examples
    --------
    >>> found = own_folds(pd.Series(["train", "test", "train", None]), "part")
    >>> found.codes.tolist(), found.tested, found.learnt
    ([-1, 0, -1, -1], ('test',), 'train')
    >>> own_folds(pd.Series([0, 1, 0, 1]), "is_test").tested, own_folds(pd.Series([0, 1, 0, 1]), "half").tested
    (('1',), ('0', '1'))
    """
    codes, uniques = pd.factorize(values, sort=True, use_na_sentinel=True)
    codes = codes.astype(np.int64)
    words = [label_words(value) for value in uniques]
    learnt = _only_learnt(words, name)
    if learnt is None:
        return OwnFolds(codes, tuple(words))
    place = words.index(learnt)
    codes = np.where(codes == place, -1, codes - (codes > place))
    return OwnFolds(codes, tuple(word for word in words if word != learnt), learnt)


def _only_learnt(words: list[str], name: str) -> str | None:
    """Return the value that marks rows as only learnt from, None where no value does."""
    folded = {word.strip().casefold(): word for word in words}
    learning = [word for word in folded if word in LEARN_WORDS]
    if len(learning) == 1 and len(folded) > 1 and all(word in TEST_WORDS for word in folded if word not in learning):
        return folded[learning[0]]
    if len(folded) != 2:
        return None
    (yes, no) = (next((folded[word] for word in folded if word in known), None) for known in (YES_WORDS, NO_WORDS))
    if yes is None or no is None:
        return None
    # "is_test", "TestSet", "holdout": 1 marks what is tested; "train", "in_training": what is learnt from.
    tokens = _tokens(name)
    if tokens & TEST_WORDS:
        return no
    return yes if tokens & LEARN_WORDS else None


def names_folds(name: str) -> bool:
    """Tell whether a column is called as if it marked folds.

    >>> names_folds("cv_fold"), names_folds("isTest"), names_folds("latest")
    (True, True, False)
    """
    return bool(_tokens(name) & (FOLD_NAMES | TEST_WORDS | LEARN_WORDS))


def _tokens(name: str) -> set[str]:
    return set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()))
