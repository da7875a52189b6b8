"""JSON values that are plainly like those seen, as nearly all are: known at a glance, without a rule or a sentence.

Whatever is not plain is looked at by :mod:`workbench.runtime.cell_checks`, which would find nothing to say about these.
"""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.runtime.field_words import NUMERIC, WORDS, max_length, seen_range

LARGEST = 1e38  # estimators that compute in float32 take nothing beyond
NUMBER_TYPES = frozenset((int, float, type(None)))


class PlainCells:
    """What is plain in one field.

    Parameters
    ----------
    entry : dict
        A field, see :mod:`workbench.runtime.contract`.

    Attributes
    ----------
    seen : frozenset of str or None
        The words of the training rows; None where they are not known, or not all: then no word is unseen.
    words : frozenset of str
        Those of ``values`` that a cell stands for as it is written; empty for fields of another meaning.
    """

    def __init__(self, entry: dict):
        self.entry, self.name = entry, entry["name"]
        self._is_number, self._is_whole = entry["meaning"] in NUMERIC, entry["meaning"] == "integer"
        self._has_tokens = bool(entry.get("missing"))
        known = entry.get("values") is not None and not entry.get("more_values")
        self.seen = frozenset(entry["values"]) if known else None
        self.words = _plain_words(entry)
        self._low, self._high = _plain_range(entry)

    @functools.cached_property
    def range_words(self) -> str:
        """The range that was seen, in brackets."""
        return seen_range(self.entry)

    def value(self, cell: Any) -> float | str | None:
        """Return the value of a plain cell; None where a closer look is needed."""
        kind = type(cell)
        if kind is str:
            return cell if cell in self.words else None
        if (kind is float or kind is int) and self._low <= cell <= self._high:
            number = float(cell)
            return number if not self._is_whole or number.is_integer() else None
        return None

    def values(self, cells: Sequence[Any]) -> np.ndarray | None:
        """Return the values of cells that are numbers of a field of numbers (NaN for None), or words that were seen.

        Their range is not looked at. None where a closer look is needed.
        """
        if self._is_number:
            return None if self._has_tokens else self._numbers(cells)
        if self.words and {str}.issuperset(map(type, cells)) and self.words.issuperset(cells):
            return np.array(cells, dtype=object)
        return None

    def _numbers(self, cells: Sequence[Any]) -> np.ndarray | None:
        if not NUMBER_TYPES.issuperset(map(type, cells)):
            return None
        try:
            values = np.array(cells, dtype=np.float64)
        except OverflowError:
            return None
        finite = np.isfinite(values)
        if int(np.count_nonzero(finite)) != len(cells) - cells.count(None):
            return None
        if self._is_whole and not (np.floor(values) == values)[finite].all():
            return None
        return values


def _plain_words(entry: dict) -> frozenset[str]:
    if entry["meaning"] not in WORDS or entry.get("spellings"):
        return frozenset()
    tokens, longest = entry.get("missing") or (), max_length(entry)
    seen = (word for word in entry.get("values") or () if isinstance(word, str))
    return frozenset(word for word in seen if word == word.strip() and word not in tokens and len(word) <= longest)


def _plain_range(entry: dict) -> tuple[float, float]:
    """Return the smallest and largest plain number; NaN, which nothing is above or below, where none is plain."""
    low, high = entry.get("minimum"), entry.get("maximum")
    known = entry["meaning"] in NUMERIC and low is not None and high is not None and not entry.get("missing")
    return (low, high) if known and max(-low, high) <= LARGEST else (np.nan, np.nan)
