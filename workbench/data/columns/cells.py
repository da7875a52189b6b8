"""The cells of one column as detection looks at them: different texts with their counts."""

from collections import Counter

import numpy as np
import pandas as pd

from workbench.data.columns.date_rules import date_rule
from workbench.data.columns.quick_typing import type_column
from workbench.data.columns.tokens import NOT_A_VALUE
from workbench.runtime.column_types import SHORT
from workbench.runtime.text_values import text_of

MAX_MISFIT_SHARE = 0.05  # of a column's cells that may not fit its numbers or dates
MAX_MISFIT_KINDS = 0.1  # of its distinct texts
VALUE_SAMPLE = 6_000  # distinct texts of a column that rules are tried on


class Cells:
    """The cells of one column: their distinct texts with counts, and how many are typed already."""

    def __init__(self, values):
        self.values = values
        kind = values.dtype.kind
        self.dtype_kind = kind if kind in "iufbM" else "O"
        self.texts, self.counts = [], np.array([], dtype=int)
        self.typed = []
        self._dates = None  # the rule of dates, where what stands around does not matter
        if self.dtype_kind != "O":
            return
        if isinstance(values.dtype, pd.CategoricalDtype) and isinstance(values.cat.categories.dtype, pd.StringDtype):
            codes = values.cat.codes.to_numpy()
            codes = codes[codes >= 0]
            seen = pd.unique(codes)  # in the order of the rows
            uniques, counts = values.cat.categories.take(seen).tolist(), np.bincount(codes)[seen].tolist()
        else:
            if not isinstance(values.dtype, pd.StringDtype):
                cells = values.to_numpy(dtype=object, na_value=None)
                is_text = np.fromiter((isinstance(cell, str) for cell in cells), dtype=bool, count=len(cells))
                self.typed = [cell for cell in cells[~is_text] if cell is not None and cell == cell]
                values = cells[is_text]
            uniques, counts = _counted(values)
        merged = {}
        for text, count in zip(uniques, counts, strict=True):
            text = text.strip()
            if text:
                merged[text] = merged.get(text, 0) + count
        self.texts, self.counts = list(merged), np.fromiter(merged.values(), dtype=int, count=len(merged))

    def without(self, tokens):
        """Return (texts, counts) that are none of ``tokens``."""
        keep = [at for at, text in enumerate(self.texts) if text not in tokens]
        return [self.texts[at] for at in keep], self.counts[keep]

    def dates(self, name, order=None):
        """Return the DateRule of the texts, or None; ``order`` is what the rest of the file says of day and month."""
        texts = self.without(NOT_A_VALUE)[0][:VALUE_SAMPLE]
        if not texts:
            return None
        if self._dates is None:
            self._dates = (date_rule(texts, name),)
        (rule,) = self._dates
        return rule if rule is None or not rule.ambiguous or order is None else date_rule(texts, name, order=order)

    def distinct(self, spec):
        """Return (texts, counts, numbers or None) of the different cells that ``spec`` does not take for missing."""
        if self.dtype_kind in "iuf":
            values, counts = np.unique(self.values.dropna().to_numpy("float64"), return_counts=True)
            return [text_of(value) for value in values.tolist()], counts, values
        texts, counts = self.without(spec.missing)
        typed = [text_of(cell) for cell in (self.typed if self.dtype_kind == "O" else self.values.dropna())]
        if typed:
            codes, uniques = pd.factorize(np.array(typed, dtype=object))
            texts, counts = [*texts, *uniques.tolist()], np.append(counts, np.bincount(codes))
        return texts, counts, None

    def present(self, tokens):
        """Return those of the ``tokens`` that occur, sorted."""
        return tuple(sorted(text for text in self.texts if text in tokens))


def beside_cells(raw, name, otherwise):
    """Return what a big table keeps beside its cells, ``typed`` or ``threads``; a DataFrame keeps nothing there.

    >>> beside_cells(pd.DataFrame({"threads": [2, 4]}), "threads", 1)
    1
    """
    return otherwise if isinstance(raw, pd.DataFrame) else getattr(raw, name, otherwise)


def _counted(values):
    """Return (different texts, how often each stands there) of text, in the order of the rows; nulls are left out."""
    if len(values) <= SHORT:
        counts = Counter(values.tolist())
        texts = [text for text in counts if isinstance(text, str)]
        return texts, [counts[text] for text in texts]
    codes, uniques = pd.factorize(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
    return np.asarray(uniques, dtype=object).tolist(), counts.tolist()


def fits(texts, counts, spec, n_typed=0):
    """Return whether nearly all cells, and nearly all kinds of them, fit the meaning of ``spec``.

    ``n_typed`` is the number of further cells that are of that type already.
    """
    misfits = type_column(pd.Series(texts, dtype=object), spec.model_dump(mode="json")).misfits
    total, n_misfits = counts.sum() + n_typed, counts[misfits].sum()
    if n_typed:
        return n_misfits <= MAX_MISFIT_SHARE * total
    if not total or misfits.all():
        return False
    return n_misfits <= MAX_MISFIT_SHARE * total and misfits.sum() <= max(1, MAX_MISFIT_KINDS * len(texts))
