"""What a field takes, in words, and values as an answer may repeat them."""

import datetime
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.text_values import moment_text

NUMERIC = ("number", "integer")
WORDS = ("yes_no", "category")
ENDS = ("minimum", "maximum")
PREFIXED = frozenset(["B", "bps", "Hz", "W", "Wh", "V", "A", "J", "cal", "Pa", "g", "m", "l", "L", "s"])  # 5 kg, 2 MB
MAX_LENGTH = 1_000  # characters of a cell, where the field says nothing
SHOWN_LENGTH = 120  # characters of a value that an answer repeats


def allowed_text(entry: dict) -> str:
    """Return what a field takes, in words, to follow "takes"."""
    if entry["meaning"] in NUMERIC:
        noun = "a whole number" if entry["meaning"] == "integer" else "a number"
        scales = f", {scale_words(entry)}" if entry.get("scales") else ""
        return f"{noun} written like {example_number(entry)}{scales}" + seen_range(entry)
    if entry["meaning"] == "date":
        return f"a date written like {example_date(entry)}" + seen_range(entry)
    if entry.get("values"):
        return f"text, seen: {listed(entry['values'])}"
    return f"text of at most {max_length(entry):,} characters"


def example_number(entry: dict) -> str:
    """Return a number as the field's rule writes it: the largest one seen, where that is known.

    >>> example_number({"meaning": "number", "decimal": ",", "thousands": ".", "unit": "€"})
    '1.234,5 €'
    >>> example_number({"meaning": "integer", "maximum": 72})
    '72'
    >>> example_number({"meaning": "number", "maximum": 1.105e8, "scales": [["K", 1e3], ["M", 1e6]]})
    '110.5M'
    """
    value = entry.get("maximum")
    if value is None:
        value = 1234.5 if entry["meaning"] == "number" else 1234
    return number_text(value, entry)


def number_text(value: float, entry: dict) -> str:
    """Return ``value`` with twelve digits as the field's rule writes it: its marks, its unit and a scale that suits.

    >>> number_text(0.5, {"decimal": ",", "unit": "%"}), number_text(60_000, {"scales": [["K", 1e3]], "unit": "€"})
    ('0,5 %', '60K €')
    """
    suffix, factor = "", 1.0
    for name, size in entry.get("scales") or ():
        if size <= abs(value) and (size > factor or not suffix):
            suffix, factor = name, size
    marks = {ord(","): entry.get("thousands", ""), ord("."): entry.get("decimal", ".")}
    digits = f"{value / factor:,.12g}".translate(marks)
    return _with_unit(digits, suffix, entry.get("unit") or "")


def _with_unit(digits: str, suffix: str, unit: str) -> str:
    if suffix and unit in PREFIXED:
        return f"{digits} {suffix}{unit}"
    gap = " " if len(suffix) > 1 else ""
    return f"{digits}{gap}{suffix} {unit}".rstrip()


def scale_words(entry: dict) -> str:
    """Return in words what the field's suffixes stand for, or "".

    >>> scale_words({"scales": [["K", 1e3], ["M", 1e6]]}), scale_words({"scales": [["k", 1e3]], "unit": "g"})
    ('in K and M: 110M is 110,000,000', 'in kg: 110 kg is 110,000 g')
    """
    scales = entry.get("scales") or ()
    if not scales:
        return ""
    unit = entry.get("unit") or ""
    names = [name + unit if unit in PREFIXED else name for name, _ in scales]
    several = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    name, factor = scales[len(scales) // 2]
    value = f"{110 * factor:,.12g} {unit}".rstrip()
    return f"in {several}: {_with_unit('110', name, unit)} is {value}"


def example_date(entry: dict) -> str:
    """Return a date as the field's rule writes it: the latest one seen, where that is known.

    >>> example_date({"date_format": "%d.%m.%Y"})
    '31.12.2025'
    >>> example_date({"date_format": "ISO8601", "maximum": "2012-12-30T00:00:00"})
    '2012-12-30'
    >>> example_date({"date_format": "%d. %B %Y", "language": "de"})
    '31. Dezember 2025'
    """
    rule = entry.get("date_format") or "ISO8601"
    day = datetime.datetime.fromisoformat(entry.get("maximum") or "2025-12-31")
    if not rule.startswith("ISO8601"):
        return moment_text(day, rule, entry.get("language", ""))
    return day.isoformat(sep=" ") if entry.get("has_time") else day.date().isoformat()


def seen_range(entry: dict) -> str:
    """Return the range of a number or date in the training rows as the field's rule writes it, in brackets, or "".

    >>> seen_range({"minimum": "2023-01-01T00:00:00", "maximum": "2023-12-27T00:00:00", "date_format": "%d.%m.%Y"})
    ' (seen: 01.01.2023 to 27.12.2023)'
    >>> seen_range({"meaning": "number", "minimum": 1.5, "maximum": 1245.21, "decimal": ",", "thousands": "."})
    ' (seen: 1,5 to 1.245,21)'
    """
    ends = seen_ends(entry)
    return f" (seen: {ends[0]} to {ends[1]})" if ends else ""


def seen_ends(entry: dict) -> tuple[str, str] | None:
    """Return the least and the greatest number or date of the training rows as the field's rule writes them.

    >>> seen_ends({"meaning": "number", "minimum": -1.5, "maximum": 20.0, "decimal": ","}), seen_ends({"minimum": None})
    (('-1,5', '20'), None)
    """
    if entry.get("minimum") is None or entry.get("maximum") is None:
        return None
    low, high = (_end_text(entry[end], entry) for end in ENDS)
    return low, high


def value_text(value: Any, entry: dict) -> Any:
    """Return a number or date of a field as its rule writes it; a word as it is.

    >>> value_text("2020-02-01T00:00:00", {"meaning": "date", "date_format": "%d.%m.%Y"}), value_text(2, {})
    ('01.02.2020', 2)
    """
    if entry.get("meaning") == "date":
        return example_date({**entry, "maximum": value})
    return _end_text(value, entry) if isinstance(value, float) else value


def _end_text(value, entry: dict) -> str:
    if isinstance(value, str):
        return example_date({**entry, "maximum": value})
    # With the marks of the column where a plain number would be misread, else as it is.
    return number_text(value, entry) if entry.get("decimal") == "," else f"{value:.12g}"


def max_length(entry: dict) -> int:
    """Return the most characters that a field's text may have."""
    return entry.get("max_length") or MAX_LENGTH


def shown(value: Any) -> Any:
    """Return ``value`` as an answer may repeat it: short, and valid JSON."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool) or value is pd.NaT:
        return None if value is pd.NaT else value
    if isinstance(value, str):
        return value if len(value) <= SHOWN_LENGTH else value[:SHOWN_LENGTH] + "…"
    if isinstance(value, int):
        return value if value.bit_length() <= 63 else "a whole number of more than 18 digits"
    if isinstance(value, float):
        return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if isinstance(value, Mapping):
        return "an object" if value else "an empty object"
    if isinstance(value, list | tuple):
        return "a list"
    return str(value)[:SHOWN_LENGTH]


def worded(value: Any) -> str:
    """Return a shown value as part of a sentence, as JSON writes it.

    >>> worded("a"), worded(2.5), worded(True), worded(None)
    ('“a”', '2.5', 'true', 'null')
    """
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return f"“{value}”" if isinstance(value, str) else str(value)


def listed(names: Iterable, most: int = 8) -> str:
    """Return the first names, and how many more there are."""
    names = sorted(str(name) for name in names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(name[:SHOWN_LENGTH] for name in names[:most]) + more


def natural(word: str) -> tuple[int, float, str]:
    """Order words as people do: numbers by size, then the rest by letter.

    >>> sorted(["10", "b", "2", "A", "nan"], key=natural)
    ['2', '10', 'A', 'b', 'nan']
    """
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    # "nan" and "inf" are words here; as numbers they would have no place in an order.
    return (0, number, word) if math.isfinite(number) else (1, 0.0, word.casefold())
