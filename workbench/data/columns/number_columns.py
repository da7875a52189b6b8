"""Columns of numbers: how they are written, and whether they are measures, counts or identifiers."""

import re

import numpy as np

from workbench.data.columns import column_notes
from workbench.data.columns.cells import VALUE_SAMPLE, fits
from workbench.data.columns.number_rules import LEADING_ZERO, number_rule
from workbench.data.columns.quick_typing import type_column
from workbench.data.columns.tokens import NOT_A_VALUE
from workbench.data.columns.word_columns import MIN_ROWS_FOR_UNIQUE, is_id_name
from workbench.specs import ColumnSpec

# Numbers that are names: a model must not reckon with them.
LONG_CODE_NAME = re.compile(
    r"phone|telefon|fax|mobile|handy|iban|isbn|(?:^|[_\W])(?:tel|ean|ssn|gtin|upc)(?:$|[_\W])", re.I
)
MIN_NUMBERS = 20  # different ones, beside which a word that comes again is no value
MAX_WORDS_SHARE = 0.4
AMOUNT_WORDS = frozenset(["free", "gratis", "kostenlos", "gratuit", "zero", "null", "unlimited", "max", "min", "inf"])


def as_number(name, cells, file):
    """Return the specification of a column of numbers, or None; ``file.notes`` gets what the person should know.

    Parameters
    ----------
    name : str
    cells : Cells
    file : object
        With ``comma`` (the file has decimal commas) and the list ``notes``.
    """
    texts, counts = cells.without(NOT_A_VALUE)
    if not all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells.typed):
        return None
    missing = cells.present(NOT_A_VALUE)
    spec = _number_spec(name, texts, counts, file, missing)
    if spec is None and cells.typed:  # numbers of a workbook, and a few words among them
        spec = ColumnSpec(name=name, meaning="number", missing=missing)
        if not fits(texts, counts, spec, len(cells.typed)):
            return None
    if spec is None:
        words = _words_among_numbers(texts, counts)
        if words:
            rest = [at for at, text in enumerate(texts) if text not in words]
            spec = _number_spec(name, [texts[at] for at in rest], counts[rest], file, tuple(sorted((*missing, *words))))
        if spec is None:
            return None
        n_cells = sum(int(count) for text, count in zip(texts, counts, strict=True) if text in words)
        file.notes.append(column_notes.words_left_out(name, words, n_cells))
    if note := column_notes.how_scaled(spec, texts):
        file.notes.append(note)
    if note := column_notes.how_grouped(spec, texts):
        file.notes.append(note)
    typed = type_column(cells.values, spec.model_dump(mode="json")).values.dropna().to_numpy()
    return numeric_spec(name, typed, **spec.model_dump(exclude={"name", "meaning", "date_format", "language"}))


def _number_spec(name, texts, counts, file, missing):
    """Return the specification of a column of numbers, or None where too many cells are none."""
    rule = number_rule(texts[:VALUE_SAMPLE], comma_file=file.comma) if texts else None
    if rule is None or any(LEADING_ZERO.fullmatch(text) for text in texts):
        return None
    if LONG_CODE_NAME.search(name) and min(map(len, texts)) >= 7:
        return None
    spec = ColumnSpec(
        name=name,
        meaning="number",
        decimal=rule.decimal,
        thousands=rule.thousands,
        unit=rule.unit,
        scales=rule.scales,
        missing=missing,
    )
    return spec if fits(texts, counts, spec) else None


def _words_among_numbers(texts, counts):
    """Return the one to three words that come again and again among many different numbers; they are no value."""
    words = [at for at, text in enumerate(texts) if not any(map(str.isdigit, text))]
    n_numbers = len(texts) - len(words)
    if not 1 <= len(words) <= 3 or n_numbers < MIN_NUMBERS or counts[words].sum() > MAX_WORDS_SHARE * counts.sum():
        return ()
    names = tuple(texts[at] for at in words)
    return names if counts[words].min() >= 3 and not AMOUNT_WORDS & {name.casefold() for name in names} else ()


def numeric_spec(name, values, **rules):
    """Number, whole number or identifier, by the numbers themselves."""
    few = values[:1000]
    if values.dtype.kind == "f" and (np.isfinite(few) & (np.floor(few) != few)).any():  # at once for most columns
        return ColumnSpec(name=name, meaning="number", **rules)
    values = values.astype("float64")
    finite = values[np.isfinite(values)]
    whole = len(finite) > 0 and bool((np.floor(finite) == finite).all())
    if whole and not rules.get("unit") and is_numeric_id(name, finite):
        return ColumnSpec(name=name, meaning="identifier", missing=rules.get("missing", ()))
    in_range = whole and bool((np.abs(finite) < 2**53).all())
    return ColumnSpec(name=name, meaning="integer" if in_range else "number", **rules)


def is_numeric_id(name, values):
    """Row numbers (1 … n, in steps of one) and unique whole numbers whose column is called an id."""
    few = values[:1000]  # mostly enough to see some twice
    if len(values) < 2 or len(np.unique(few)) < len(few) or len(np.unique(values)) < len(values):
        return False
    if is_id_name(name):
        return True
    ordered = np.sort(values)
    run = bool((np.diff(ordered) == 1).all())
    years = ordered[0] >= 1800 and ordered[-1] <= 2100
    return run and len(values) >= MIN_ROWS_FOR_UNIQUE and not years
