"""What the columns of a table mean, and the rules their text is read by: raw cells to a Schema."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from workbench.data.columns import column_notes
from workbench.data.columns.asking import (
    MOMENT_NAME,
    Unsure,
    day_first_question,
    number_date_question,
    sentinel_question,
)
from workbench.data.columns.cells import VALUE_SAMPLE, Cells, beside_cells, fits
from workbench.data.columns.date_rules import Order, date_rule
from workbench.data.columns.many_words import many_words
from workbench.data.columns.number_columns import as_number, is_numeric_id, numeric_spec
from workbench.data.columns.number_rules import number_rule
from workbench.data.columns.quick_typing import type_column
from workbench.data.columns.tokens import NOT_A_VALUE, NOT_A_WORD
from workbench.data.columns.units import CURRENCIES
from workbench.data.columns.word_columns import as_words, as_yes_no, words_spec
from workbench.runtime.text_values import parse_moment, text_of
from workbench.specs import ColumnSpec, Schema

FOREIGN_NAME = re.compile(
    r"datum|betrag|preis|menge|anzahl|kunde|straße|fecha|precio|importo|prezzo|prix|montant|quantité|jour|"
    r"bedrag|belopp|beløb|cena|kwota|preço|valor\b|[äöüßéèñãçåøłżěř]",
    re.IGNORECASE,
)
SAMPLE_ROWS = 3_000
THREADS = 2  # Arrow and numpy work beside each other


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


def detect_columns(raw, on_column=None):
    """Return the :class:`DetectedColumns` of raw cells, as :func:`detect_schema` takes them.

    ``on_column(name)``, where given, is called as the columns are gone through.
    """
    file, specs = _File(), []
    typed = beside_cells(raw, "typed", {})  # big tables keep them elsewhere
    positions = _sample_positions(len(raw))
    looked_at = raw if positions is None else raw.take(positions)
    samples = {name: Cells(looked_at[name]) for name in raw.columns}
    _look_around(samples, file)
    told = {} if positions is None else _told_by_sample(raw, samples, file, typed)
    for name in raw.columns:
        if on_column:
            on_column(name)
        if name in told:
            spec, notes = told[name]
            file.notes += notes
        else:
            spec = _column(str(name), samples[name] if positions is None else Cells(raw[name]), file)
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

    with ThreadPoolExecutor(beside_cells(raw, "threads", THREADS)) as threads:
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
        again = numeric_spec(spec.name, typed.values.to_numpy(), **rules)
        return (spec, typed) if again.meaning == "number" else (None, None)
    if spec.meaning == "integer":
        if isinstance(values.dtype, pd.CategoricalDtype):
            texts = values.cat.categories
        else:
            texts = values if isinstance(values.dtype, pd.StringDtype) else values.astype("str")
        leading_zero = pd.Series(texts).str.contains(r"^\s*[+-]?0\d", regex=True)
        if leading_zero.any() or is_numeric_id(spec.name, typed.values.dropna()):
            return None, None
    return spec, typed


def _of_many_words(likely, values):
    """Return the specification of a column of so many different words that not each needs to be seen, or None."""
    if likely.meaning not in ("category", "text", "identifier") or not isinstance(values.dtype, pd.StringDtype):
        return None
    head = Cells(values.iloc[: 2 * VALUE_SAMPLE])
    texts = head.without(NOT_A_VALUE)[0]
    if len(texts) < VALUE_SAMPLE:
        return None
    first = texts[:VALUE_SAMPLE]
    if date_rule(first, likely.name) or number_rule(first) or number_rule(first, comma_file=True):
        return None
    found = many_words(values, NOT_A_WORD)
    if found is None or found.n_pairs >= 0.5 * (found.n_kinds + len(found.tokens)):
        return None
    return words_spec(likely.name, head.without(NOT_A_WORD)[0], found.n_cells, found.n_kinds, found.tokens)


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
        if rule or not (dates := cells.dates(str(name))):
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
        zone = getattr(cells.values.dtype, "tz", None)
        present = cells.values.dropna()
        if zone is not None and any(moment.utcoffset() for moment in present.iloc[:SAMPLE_ROWS]):
            file.notes.append(column_notes.zoned(name, zone, present.iloc[0]))
        return ColumnSpec(name=name, meaning="date", date_format="ISO8601")
    if cells.dtype_kind in "iuf":
        return numeric_spec(name, cells.values.dropna().to_numpy())
    if cells.typed and not cells.texts:
        return _of_typed(name, cells)
    for guess in (as_yes_no, _as_date, as_number):
        spec = guess(name, cells, file)
        if spec is not None:
            return spec
    return as_words(name, cells, file)


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
        return numeric_spec(name, np.array(cells.typed, dtype="float64"))
    texts = [text_of(cell) for cell in cells.typed]
    return words_spec(name, texts, len(texts), len(set(texts)), ())


def _as_date(name, cells, file):
    texts, counts = cells.without(NOT_A_VALUE)
    if cells.typed and not all(hasattr(cell, "year") for cell in cells.typed):
        return None
    rule = cells.dates(name, file.order)
    if rule is None and not cells.typed:
        return None
    spec = ColumnSpec(
        name=name,
        meaning="date",
        date_format=rule.date_format if rule else "ISO8601",
        language=rule.language if rule else "",
        missing=cells.present(NOT_A_VALUE),
    )
    if not fits(texts, counts, spec, len(cells.typed)):
        return None
    if rule and "%y" in rule.date_format:
        soon = datetime.now() + timedelta(days=3660)
        moments = ((text, parse_moment(text, spec.date_format, spec.language)) for text in texts[:SAMPLE_ROWS])
        far = next(((text, moment) for text, moment in moments if moment and moment > soon), None)
        if far:
            file.notes.append(column_notes.short_years(name, *far))
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
