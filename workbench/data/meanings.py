"""What the columns of a table mean, and the rules their text is read by: raw cells to a Schema."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbench.data import column_notes
from workbench.data.asking import MOMENT_NAME, Unsure, day_first_question, number_date_question, sentinel_question
from workbench.data.date_rules import Order, date_rule
from workbench.data.many_words import many_words
from workbench.data.number_rules import LEADING_ZERO, number_rule
from workbench.data.quick_typing import type_column
from workbench.data.tokens import CERTAIN_TOKENS, NOT_A_VALUE, NOT_A_WORD
from workbench.data.units import CURRENCIES
from workbench.runtime.text_values import parse_moment, text_of
from workbench.specs import ColumnSpec, Schema

YES_NO = tuple(
    frozenset(pair.split("/"))
    for pair in (
        "yes/no", "y/n", "ja/nein", "j/n", "true/false", "t/f", "wahr/falsch", "oui/non", "o/n", "si/no", "sí/no",
        "sim/não", "sim/nao", "s/n", "tak/nie", "ano/ne", "áno/nie", "on/off", "da/ne", "da/nu", "ja/nee", "ja/nej",
        "ja/nei", "igen/nem", "kyllä/ei", "jah/ei", "evet/hayır", "да/нет", "так/ні", "ναι/όχι", "vrai/faux", "v/f",
        "verdadero/falso", "verdadeiro/falso", "vero/falso", "prawda/fałsz", "waar/onwaar", "sant/falskt", "是/否",
        "はい/いいえ", "예/아니오",
    )
)  # fmt: skip
ID_WORD = "id|ids|uuid|guid|key|code|nr|no|number|num|index|idx|ref|reference|kennung|nummer"
# The word stands alone (row_id, Transaction No.), begins or ends the name, or ends it in camel case (PassengerId).
ID_NAME = re.compile(rf"(?:^|[_\W\d])(?:{ID_WORD})(?:[_\W\d]|$)|^unnamed\b|^column 1$", re.IGNORECASE)
CAMEL_ID = re.compile(r"[a-z](?:ID|Id|Nr|Key|Code|Number)$")
MAX_SPELLINGS = 12  # Yes, yes, YES …
MAX_MISFIT_SHARE = 0.05  # of a column's cells that may not fit its numbers or dates
MAX_MISFIT_KINDS = 0.1  # of its distinct texts
# Numbers that are names: a model must not reckon with them.
LONG_CODE_NAME = re.compile(
    r"phone|telefon|fax|mobile|handy|iban|isbn|(?:^|[_\W])(?:tel|ean|ssn|gtin|upc)(?:$|[_\W])", re.I
)
FOREIGN_NAME = re.compile(
    r"datum|betrag|preis|menge|anzahl|kunde|straße|fecha|precio|importo|prezzo|prix|montant|quantité|jour|"
    r"bedrag|belopp|beløb|cena|kwota|preço|valor\b|[äöüßéèñãçåøłżěř]",
    re.IGNORECASE,
)
MIN_NUMBERS = 20  # different ones, beside which a word that comes again is no value
MAX_WORDS_SHARE = 0.4
AMOUNT_WORDS = frozenset(["free", "gratis", "kostenlos", "gratuit", "zero", "null", "unlimited", "max", "min", "inf"])
NEAR_UNIQUE = 0.95
MIN_ROWS_FOR_UNIQUE = 20
LONG_TEXT = 60  # mean characters from which a column is free text and no label
MIN_WORDS = 3.5  # mean words from which a column with mostly different cells is free text
SAMPLE_ROWS = 3_000
THREADS = 2  # Arrow and numpy work beside each other
VALUE_SAMPLE = 6_000  # distinct texts of a column that rules are tried on


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
    order: Order | None = None  # of day and month in its dates
    notes: list = field(default_factory=list)
    unsure: dict = field(default_factory=dict)  # name of a column to its Unsure


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
    file, specs = _File(), []
    typed = getattr(raw, "typed", {})  # big tables keep them elsewhere
    positions = _sample_positions(len(raw))
    looked_at = raw if positions is None else raw.take(positions)
    samples = {name: _Cells(looked_at[name]) for name in raw.columns}
    _look_around(samples, file)
    told = {} if positions is None else _told_by_sample(raw, samples, file, typed)
    for name in raw.columns:
        if name in told:
            spec, notes = told[name]
            file.notes += notes
        else:
            spec = _column(str(name), samples[name] if positions is None else _Cells(raw[name]), file)
        specs.append(spec)
    questions = _questions(specs, samples, typed, file)
    return DetectedColumns(Schema(columns=tuple(specs)), tuple(file.notes), typed, questions)


def _questions(specs, samples, typed, file):
    """Return what only the person can know about the columns."""
    unsure = []
    for spec in specs:
        if (column := file.unsure.get(spec.name)) and spec == column.read:
            if spec.name not in typed:
                unsure.append(column)
            elif typed[spec.name].values.dt.day.max() <= 12:  # else a date that the sample lacks tells
                unsure.append(replace(column, n_dates=int(typed[spec.name].values.notna().sum())))
    found = [day_first_question(unsure)]
    for spec, cells in zip(specs, samples.values(), strict=True):
        if spec.meaning in ("number", "integer", "date"):
            texts, counts, values = cells.distinct(spec)
            whole = typed[spec.name].values if spec.name in typed else None
            found.append(sentinel_question(spec, texts, counts, values, whole))
        if spec.meaning == "integer" and MOMENT_NAME.search(spec.name):
            values = type_column(cells.values, spec.model_dump(mode="json")).values.dropna().to_numpy("float64")
            found.append(number_date_question(spec, values))
    return tuple(question for question in found if question)


def _sample_positions(n_rows):
    """Return the rows to look at first: the first ones, and as many spread over the rest; None for all."""
    if n_rows <= 2 * SAMPLE_ROWS:
        return None
    return np.r_[0:SAMPLE_ROWS, np.linspace(SAMPLE_ROWS, n_rows - 1, SAMPLE_ROWS).astype(int)]


def _told_by_sample(raw, samples, file, typed):
    """Return name to (specification, notes) where all cells agree with what the sample said; adds to ``typed``."""
    likely = {}
    for name in raw.columns:
        n_notes = len(file.notes)
        spec = _column(str(name), samples[name], file)
        likely[name] = (spec, file.notes[n_notes:])
        del file.notes[n_notes:]

    def check(name):
        spec, notes = likely[name]
        values = raw[name]
        confirmed, result = _confirmed(spec, values)
        if confirmed is None:
            return _of_many_words(spec, values), []
        typed[str(name)] = result
        return confirmed, notes

    with ThreadPoolExecutor(getattr(raw, "threads", THREADS)) as threads:
        found = dict(zip(raw.columns, threads.map(check, raw.columns), strict=True))
    return {name: told for name, told in found.items() if told[0] is not None}


def _confirmed(spec, values):
    """Return (spec, typed column) where what the sample said of numbers and dates holds for every cell, else Nones."""
    if spec.meaning not in ("number", "integer", "date") or values.dtype.kind != "O":
        return None, None
    typed = type_column(values, spec.model_dump(mode="json"))
    if typed.misfits.any():
        return None, None
    if spec.meaning == "number":
        rules = spec.model_dump(exclude={"name", "meaning", "date_format", "language"})
        again = _numeric(spec.name, typed.values.to_numpy(), **rules)
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
    if likely.meaning not in ("category", "text", "identifier") or not isinstance(values.dtype, pd.StringDtype):
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


def _look_around(columns, file):
    """Note what only the whole file tells: decimal commas, and the order of day and month."""
    hints = {}
    for name, cells in columns.items():
        texts = cells.texts[:VALUE_SAMPLE]
        if not texts:
            continue
        texts = [text for text in texts if text not in NOT_A_VALUE]
        rule = number_rule(texts[:500])
        if rule and rule.decimal == "," and not rule.ambiguous and any("," in text for text in texts[:500]):
            file.comma = True
        if rule and rule.unit in ("$", "US$", "USD"):
            hints.setdefault("dollar", (False, f"as “{name}” is in {rule.unit}"))
        elif rule and rule.unit in CURRENCIES:
            hints.setdefault("currency", (True, f"as “{name}” is in {rule.unit}"))
        if rule or not (dates := date_rule(texts, str(name))):
            continue
        if dates.n_day_first != dates.n_month_first:
            hints.setdefault("dates", (dates.n_day_first > dates.n_month_first, f"as in “{name}”"))
        elif dates.language not in ("", "en"):
            hints.setdefault("language", (True, f"as is usual in the language of “{name}”"))
    if file.comma:
        hints["comma"] = (True, "as is usual where decimals have a comma")
    if FOREIGN_NAME.search(" ".join(map(str, columns))):
        hints["names"] = (True, "as is usual in the language of the column names")
    for hint in ("dates", "language", "comma", "names", "currency", "dollar"):
        if hint in hints:
            file.order = Order(*hints[hint], is_sure=hint == "dates")
            break


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
    return _as_words(name, cells, file)


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
    few = values[:1000]
    if values.dtype.kind == "f" and (np.isfinite(few) & (np.floor(few) != few)).any():  # at once for most columns
        return ColumnSpec(name=name, meaning="number", **rules)
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
    rule = date_rule(texts[:VALUE_SAMPLE], name, order=file.order) if texts else None
    if rule is None and not (cells.typed and not texts):
        return None
    spec = ColumnSpec(
        name=name,
        meaning="date",
        date_format=rule.date_format if rule else "ISO8601",
        language=rule.language if rule else "",
        missing=_tokens(cells, NOT_A_VALUE),
    )
    if not _fits(texts, counts, spec):
        return None
    if rule and rule.ambiguous and file.order and file.order.is_sure:
        file.notes.append(column_notes.known_order(name, file.order.day_first, rule.reason, int(counts.sum())))
    elif rule and rule.ambiguous:
        example = next((text for text in texts if _differs(text, spec, rule.swapped)), texts[0])
        swapped = spec.but(date_format=rule.swapped)
        file.unsure[name] = Unsure(spec, swapped, example, int(counts.sum()), rule.reason)
    elif rule and rule.n_day_first and rule.n_month_first:
        odd = min(rule.n_day_first, rule.n_month_first)
        file.notes.append(column_notes.swapped_dates(name, odd))
    return spec


def _differs(text, spec, swapped):
    """Return whether a date is another one with day and month swapped."""
    one, other = parse_moment(text, spec.date_format, spec.language), parse_moment(text, swapped, spec.language)
    return one is not None and other is not None and one != other


def _as_number(name, cells, file):
    texts, counts = cells.without(NOT_A_VALUE)
    if not texts or not all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells.typed):
        return None
    missing = _tokens(cells, NOT_A_VALUE)
    spec = _number_spec(name, texts, counts, file, missing)
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
    return _numeric(name, typed, **spec.model_dump(exclude={"name", "meaning", "date_format", "language"}))


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
    return spec if _fits(texts, counts, spec) else None


def _words_among_numbers(texts, counts):
    """Return the one to three words that come again and again among many different numbers; they are no value."""
    words = [at for at, text in enumerate(texts) if not any(map(str.isdigit, text))]
    n_numbers = len(texts) - len(words)
    if not 1 <= len(words) <= 3 or n_numbers < MIN_NUMBERS or counts[words].sum() > MAX_WORDS_SHARE * counts.sum():
        return ()
    names = tuple(texts[at] for at in words)
    return names if counts[words].min() >= 3 and not AMOUNT_WORDS & {name.casefold() for name in names} else ()


def _fits(texts, counts, spec):
    """Return whether nearly all cells, and nearly all kinds of them, fit the meaning of ``spec``."""
    misfits = type_column(pd.Series(texts, dtype=object), spec.model_dump(mode="json")).misfits
    total = counts.sum()
    if not total or misfits.all():
        return False
    return counts[misfits].sum() <= MAX_MISFIT_SHARE * total and misfits.sum() <= max(1, MAX_MISFIT_KINDS * len(texts))


def _tokens(cells, tokens):
    return tuple(sorted(text for text in cells.texts if text in tokens))


def _as_words(name, cells, file):
    tokens = NOT_A_WORD
    kept, _ = cells.without(CERTAIN_TOKENS)
    codes = [text for text in kept if text != "NA"]
    if codes and sum(len(text) == 2 and text.isalpha() and text.isupper() for text in codes) >= 0.5 * len(codes):
        tokens = CERTAIN_TOKENS
    texts, counts = cells.without(tokens)
    if cells.typed:
        texts = texts + [text_of(cell) for cell in cells.typed]
        counts = np.append(counts, np.ones(len(cells.typed), dtype=int))
    spec = _words(name, texts, int(counts.sum()), len(set(texts)), _tokens(cells, tokens))
    if note := column_notes.why_words(name, spec.meaning, texts, counts):
        file.notes.append(note)
    return spec


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
        is_label = (length <= LONG_TEXT and n_words <= 8) or n_words <= 1.2  # web addresses and check sums are long
        meaning = "identifier" if is_label and not sample[0].startswith(("{", "[")) else "text"
    elif (length > LONG_TEXT and share > 0.1) or (
        share > 0.5 and n_words >= MIN_WORDS and n_cells >= MIN_ROWS_FOR_UNIQUE
    ):
        meaning = "text"
    return ColumnSpec(name=name, meaning=meaning, missing=missing)
