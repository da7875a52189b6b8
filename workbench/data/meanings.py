"""What the columns of a table mean, and the rules their text is read by: raw cells to a Schema."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.data.date_rules import date_rule
from workbench.data.many_words import many_words
from workbench.data.number_rules import LEADING_ZERO, number_rule
from workbench.data.quick_typing import type_column
from workbench.data.tokens import CERTAIN_TOKENS, NOT_A_VALUE, NOT_A_WORD
from workbench.runtime.text_values import text_of
from workbench.specs import ColumnSpec, Schema

YES_NO = tuple(
    frozenset(pair.split("/"))
    for pair in (
        "yes/no", "y/n", "ja/nein", "j/n", "true/false", "t/f", "wahr/falsch", "oui/non", "o/n", "si/no", "sí/no",
        "sim/não", "sim/nao", "tak/nie", "ano/ne", "on/off", "da/ne",
    )
)  # fmt: skip
ID_WORD = "id|ids|uuid|guid|key|code|nr|no|number|num|index|idx|ref|reference|kennung|nummer"
# The word stands alone (row_id, Transaction No.), begins or ends the name, or ends it in camel case (PassengerId).
ID_NAME = re.compile(rf"(?:^|[_\W\d])(?:{ID_WORD})(?:[_\W\d]|$)|^unnamed\b|^column 1$", re.IGNORECASE)
CAMEL_ID = re.compile(r"[a-z](?:ID|Id|Nr|Key|Code|Number)$")
MAX_SPELLINGS = 12  # Yes, yes, YES …
MAX_MISFIT_SHARE = 0.05  # of a column's cells that may not fit its numbers or dates
MAX_MISFIT_KINDS = 0.1  # of its distinct texts
NEAR_UNIQUE = 0.95
MIN_ROWS_FOR_UNIQUE = 20
LONG_TEXT = 60  # mean characters from which a column is free text and no label
MIN_WORDS = 3.5  # mean words from which a column with mostly different cells is free text
SAMPLE_ROWS = 10_000
VALUE_SAMPLE = 20_000  # distinct texts of a column that rules are tried on


@dataclass(frozen=True, eq=False)
class DetectedColumns:
    """What the columns of a table mean.

    Attributes
    ----------
    schema : Schema
    notes : tuple of str
        What the person should know.
    typed : dict of str to Typed
        Columns that were typed on the way.
    questions : tuple of Question
        What only the person can know.
    """

    schema: Schema
    notes: tuple[str, ...]
    typed: dict
    questions: tuple = ()


@dataclass
class _File:
    """What the columns of one file tell about each other."""

    comma: bool = False
    day_first: bool | None = None
    notes: list = field(default_factory=list)


def detect_schema(raw):
    """Return (Schema, notes) for raw cells: what each column means, and what the person should know.

    Parameters
    ----------
    raw : pandas.DataFrame of shape (n_rows, n_columns)
        As :func:`workbench.runtime.reading.read_raw` gives it.
    """
    found = detect_columns(raw)
    return found.schema, found.notes


def detect_columns(raw):
    """Return the :class:`DetectedColumns` of raw cells, as :func:`detect_schema` takes them."""
    file, specs, typed = _File(), [], {}
    positions = _sample_positions(len(raw))
    looked_at = raw if positions is None else raw.take(positions)
    samples = {name: _Cells(looked_at[name]) for name in raw.columns}
    _look_around(samples, file)
    for name in raw.columns:
        spec = None
        if positions is not None:
            n_notes = len(file.notes)
            likely, values = _column(str(name), samples[name], file), raw[name]
            spec, typed_values = _confirmed(likely, values)
            if spec is not None:
                typed[str(name)] = typed_values
            else:
                del file.notes[n_notes:]
                spec = _of_many_words(likely, values) or _column(str(name), _Cells(values), file)
        specs.append(spec or _column(str(name), samples[name], file))
    return DetectedColumns(Schema(columns=tuple(specs)), tuple(file.notes), typed)


def _sample_positions(n_rows):
    """Return the rows to look at first: the first ones, and as many spread over the rest; None for all."""
    if n_rows <= 2 * SAMPLE_ROWS:
        return None
    return np.r_[0:SAMPLE_ROWS, np.linspace(SAMPLE_ROWS, n_rows - 1, SAMPLE_ROWS).astype(int)]


def _confirmed(spec, values):
    """Return (spec, typed column) where what the sample said of numbers and dates holds for every cell, else Nones."""
    if spec.meaning not in ("number", "integer", "date") or values.dtype.kind != "O":
        return None, None
    typed = type_column(values, spec.model_dump(mode="json"))
    if typed.misfits.any():
        return None, None
    if spec.meaning == "number":
        rules = spec.model_dump(exclude={"name", "meaning", "date_format"})
        again = _numeric(spec.name, typed.values.dropna().to_numpy(), **rules)
        return (spec, typed) if again.meaning == "number" else (None, None)
    if spec.meaning == "integer":
        if isinstance(values.dtype, pd.CategoricalDtype):
            texts = values.cat.categories
        else:
            texts = values if isinstance(values.dtype, pd.StringDtype) else values.astype("str")
        leading_zero = pd.Series(texts).str.contains(r"^\s*[+-]?0\d", regex=True)
        if leading_zero.any() or _is_numeric_id(spec.name, typed.values.dropna()):
            return None, None
    return spec, typed


def _of_many_words(likely, values):
    """Return the specification of a column of so many different words that not each needs to be seen, or None."""
    if likely.meaning not in ("category", "text", "identifier"):
        return None
    head = _Cells(values.iloc[: 2 * VALUE_SAMPLE])
    texts = head.without(NOT_A_VALUE)[0]
    if len(texts) < VALUE_SAMPLE:
        return None
    first = texts[:VALUE_SAMPLE]
    if date_rule(first, likely.name) or number_rule(first) or number_rule(first, comma_file=True):
        return None
    found = many_words(values, NOT_A_WORD)
    if found is None or found.n_pairs >= 0.5 * (found.n_kinds + len(found.tokens)):
        return None
    return _words(likely.name, head.without(NOT_A_WORD)[0], found.n_cells, found.n_kinds, found.tokens)


class _Cells:
    """The cells of one column: their distinct texts with counts, and how many are typed already."""

    def __init__(self, values):
        self.values = values
        kind = values.dtype.kind
        self.dtype_kind = kind if kind in "iufbM" else "O"
        self.texts, self.counts = [], np.array([], dtype=int)
        self.typed = []
        if self.dtype_kind != "O":
            return
        if isinstance(values.dtype, pd.CategoricalDtype) and isinstance(values.cat.categories.dtype, pd.StringDtype):
            codes = values.cat.codes.to_numpy()
            codes = codes[codes >= 0]
            seen = pd.unique(codes)  # in the order of the rows
            uniques, counts = values.cat.categories.take(seen), np.bincount(codes)[seen]
        else:
            if not isinstance(values.dtype, pd.StringDtype):
                cells = values.to_numpy(dtype=object, na_value=None)
                is_text = np.fromiter((isinstance(cell, str) for cell in cells), dtype=bool, count=len(cells))
                self.typed = [cell for cell in cells[~is_text] if cell is not None and cell == cell]
                values = cells[is_text]
            codes, uniques = pd.factorize(values)
            counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
        merged = {}
        for text, count in zip(np.asarray(uniques, dtype=object).tolist(), counts.tolist(), strict=True):
            text = text.strip()
            if text:
                merged[text] = merged.get(text, 0) + count
        self.texts, self.counts = list(merged), np.fromiter(merged.values(), dtype=int, count=len(merged))

    def without(self, tokens):
        """Return (texts, counts) that are none of ``tokens``."""
        keep = [at for at, text in enumerate(self.texts) if text not in tokens]
        return [self.texts[at] for at in keep], self.counts[keep]


def _look_around(columns, file):
    """Note what only the whole file tells: decimal commas, and the order of day and month."""
    for name, cells in columns.items():
        texts = cells.without(NOT_A_VALUE)[0][:VALUE_SAMPLE]
        if not texts:
            continue
        rule = number_rule(texts[:500])
        if rule and rule.decimal == "," and not rule.ambiguous and any("," in text for text in texts[:500]):
            file.comma = True
        elif (dates := date_rule(texts, str(name))) and (dates.n_day_first or dates.n_month_first):
            file.day_first = dates.n_day_first >= dates.n_month_first
    if file.day_first is None and file.comma:
        file.day_first = True


def _column(name, cells, file):
    if cells.dtype_kind == "b":
        return ColumnSpec(name=name, meaning="yes_no")
    if cells.dtype_kind == "M":
        return ColumnSpec(name=name, meaning="date", date_format="ISO8601")
    if cells.dtype_kind in "iuf":
        return _numeric(name, cells.values.dropna().to_numpy())
    if cells.typed and not cells.texts:
        return _of_typed(name, cells)
    for guess in (_as_yes_no, _as_date, _as_number):
        spec = guess(name, cells, file)
        if spec is not None:
            return spec
    return _as_words(name, cells)


def _of_typed(name, cells):
    """Columns of objects without any text: JSON and workbooks."""
    kinds = {type(cell) for cell in cells.typed}
    if kinds == {bool}:
        return ColumnSpec(name=name, meaning="yes_no")
    if all(hasattr(cell, "year") for cell in cells.typed):
        return ColumnSpec(name=name, meaning="date", date_format="ISO8601")
    if all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells.typed):
        if any(isinstance(cell, int) and abs(cell) >= 2**63 for cell in cells.typed):
            return ColumnSpec(name=name, meaning="identifier")
        return _numeric(name, np.array(cells.typed, dtype="float64"))
    texts = [text_of(cell) for cell in cells.typed]
    return _words(name, texts, len(texts), len(set(texts)), ())


def _numeric(name, values, **rules):
    """Number, whole number or identifier, by the numbers themselves."""
    values = values.astype("float64")
    finite = values[np.isfinite(values)]
    whole = len(finite) > 0 and bool((np.floor(finite) == finite).all())
    if whole and not rules.get("unit") and _is_numeric_id(name, finite):
        return ColumnSpec(name=name, meaning="identifier", missing=rules.get("missing", ()))
    in_range = whole and bool((np.abs(finite) < 2**53).all())
    return ColumnSpec(name=name, meaning="integer" if in_range else "number", **rules)


def is_id_name(name):
    """Return whether a column's name speaks of an identifier.

    >>> [is_id_name(name) for name in ("PassengerId", "customerID", "row_id", "Transaction No.", "paid", "humidity")]
    [True, True, True, True, False, False]
    """
    return bool(CAMEL_ID.search(name) or ID_NAME.search(name))


def _is_numeric_id(name, values):
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


def _as_yes_no(name, cells, file):
    # "unknown" beside yes and no is an answer of its own, and makes a category.
    texts, _ = cells.without(NOT_A_WORD)
    if len(texts) > MAX_SPELLINGS:
        return None
    words = {text.casefold() for text in texts}
    typed_flags = bool(cells.typed) and all(isinstance(cell, bool) for cell in cells.typed)
    if cells.typed and not typed_flags:
        return None
    if (len(words) == 2 and frozenset(words) in YES_NO) or (typed_flags and words <= {"true", "false"}):
        return ColumnSpec(name=name, meaning="yes_no", missing=_tokens(cells, NOT_A_WORD))
    return None


def _as_date(name, cells, file):
    texts, counts = cells.without(NOT_A_VALUE)
    if cells.typed and not all(hasattr(cell, "year") for cell in cells.typed):
        return None
    rule = date_rule(texts[:VALUE_SAMPLE], name, day_first=file.day_first) if texts else None
    if rule is None and not (cells.typed and not texts):
        return None
    spec = ColumnSpec(
        name=name,
        meaning="date",
        date_format=rule.date_format if rule else "ISO8601",
        missing=_tokens(cells, NOT_A_VALUE),
    )
    if not _fits(texts, counts, spec):
        return None
    if rule and rule.ambiguous:
        order = "day first" if rule.date_format.startswith("%d") else "month first"
        file.notes.append(
            f"“{name}”: the dates could be day first or month first (no part is above 12); read {order}, "
            f"so that {texts[0]} is {_said(texts[0], rule.date_format)}."
        )
    elif rule and rule.n_day_first and rule.n_month_first:
        odd = min(rule.n_day_first, rule.n_month_first)
        file.notes.append(f"“{name}”: {odd:,} dates only fit with day and month swapped and are left blank.")
    return spec


def _said(text, date_format):
    values = type_column(
        pd.Series([text], dtype=object), {"name": "", "meaning": "date", "date_format": date_format}
    ).values
    moment = values.iloc[0]
    return text if moment is pd.NaT else f"{moment.day} {moment:%B %Y}"


def _as_number(name, cells, file):
    texts, counts = cells.without(NOT_A_VALUE)
    if not texts or not all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells.typed):
        return None
    rule = number_rule(texts[:VALUE_SAMPLE], comma_file=file.comma)
    if rule is None:
        return None
    missing = _tokens(cells, NOT_A_VALUE)
    rules = {"decimal": rule.decimal, "thousands": rule.thousands, "unit": rule.unit, "missing": missing}
    spec = ColumnSpec(name=name, meaning="number", **rules)
    if not _fits(texts, counts, spec) or any(LEADING_ZERO.fullmatch(text) for text in texts):
        return None
    typed = type_column(cells.values, spec.model_dump(mode="json")).values.dropna().to_numpy()
    return _numeric(name, typed, **rules)


def _fits(texts, counts, spec):
    """Return whether nearly all cells, and nearly all kinds of them, fit the meaning of ``spec``."""
    misfits = type_column(pd.Series(texts, dtype=object), spec.model_dump(mode="json")).misfits
    total = counts.sum()
    if not total or misfits.all():
        return False
    return counts[misfits].sum() <= MAX_MISFIT_SHARE * total and misfits.sum() <= max(1, MAX_MISFIT_KINDS * len(texts))


def _tokens(cells, tokens):
    return tuple(sorted(text for text in cells.texts if text in tokens))


def _as_words(name, cells):
    tokens = NOT_A_WORD
    kept, _ = cells.without(CERTAIN_TOKENS)
    codes = [text for text in kept if text != "NA"]
    if codes and sum(len(text) == 2 and text.isalpha() and text.isupper() for text in codes) >= 0.5 * len(codes):
        tokens = CERTAIN_TOKENS
    texts, counts = cells.without(tokens)
    if cells.typed:
        texts = texts + [text_of(cell) for cell in cells.typed]
        counts = np.append(counts, np.ones(len(cells.typed), dtype=int))
    return _words(name, texts, int(counts.sum()), len(set(texts)), _tokens(cells, tokens))


def _words(name, texts, n_cells, n_kinds, missing):
    """Category, free text or identifier, by how often words come again and how long they are."""
    if not n_cells:
        return ColumnSpec(name=name, meaning="category", missing=missing)
    sample = texts[:VALUE_SAMPLE]
    length = sum(map(len, sample)) / len(sample)
    n_words = sum(len(text.split()) for text in sample) / len(sample)
    share = n_kinds / n_cells
    meaning = "category"
    if share >= NEAR_UNIQUE and (n_cells >= MIN_ROWS_FOR_UNIQUE or is_id_name(name)):
        meaning = "identifier" if length <= LONG_TEXT and n_words <= 8 else "text"
    elif (length > LONG_TEXT and share > 0.1) or (
        share > 0.5 and n_words >= MIN_WORDS and n_cells >= MIN_ROWS_FOR_UNIQUE
    ):
        meaning = "text"
    return ColumnSpec(name=name, meaning=meaning, missing=missing)
