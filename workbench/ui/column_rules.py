"""The rules one column is read by, in words, and what goes with a change of one of them."""

from datetime import datetime

from workbench.data.columns.date_rules import date_rule
from workbench.data.columns.number_rules import number_rule

DECIMALS = {".": "3.14", ",": "3,14"}  # by example: narrow boxes
THOUSANDS = {"": "1000", ",": "1,000", ".": "1.000", " ": "1 000", "'": "1'000"}
SCALES = (
    ("K", 1e3),
    ("k", 1e3),
    ("M", 1e6),
    ("B", 1e9),
    ("T", 1e12),
    ("bn", 1e9),
    ("Tsd", 1e3),
    ("Mio", 1e6),
    ("Mrd", 1e9),
    ("lakh", 1e5),
    ("crore", 1e7),
)
DATE_FORMATS = (
    "ISO8601",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%Y%m%d",
    "%d %b %Y",
    "%d. %B %Y",
    "%B %d, %Y",
    "%b %Y",
    "%Y-Q%q",
    "unix seconds",
    "unix milliseconds",
    "excel days",
)
NUMBER_DATES = {
    "unix seconds": "seconds since 1970",
    "unix milliseconds": "milliseconds since 1970",
    "excel days": "days as Excel counts them",
}
LANGUAGES = {
    "": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "cs": "Czech",
    "sv": "Swedish",
    "da": "Danish",
    "no": "Norwegian",
    "fi": "Finnish",
    "hu": "Hungarian",
    "ru": "Russian",
    "tr": "Turkish",
    "ro": "Romanian",
    "en": "English, spelt in several ways",
}
EXAMPLE_MOMENT = datetime(2024, 12, 31, 14, 30)


def date_words(date_format, language=""):
    """Return how the last day of 2024 is written in a format, and which part comes first where that is a question.

    >>> date_words("%d.%m.%Y"), date_words("%m/%d/%Y"), date_words("%d. %B %Y", "de")
    ('31.12.2024 (day first)', '12/31/2024 (month first)', '31. Dezember 2024')
    """
    from workbench.runtime.text_values import moment_text

    if date_format in NUMBER_DATES:
        return NUMBER_DATES[date_format]
    if date_format in ("", "ISO8601"):
        return "2024-12-31 (year first)"
    words = " or ".join(moment_text(EXAMPLE_MOMENT, single, language) for single in date_format.split("|"))
    if date_format.startswith("%d") and date_format[3:5] == "%m":
        return f"{words} (day first)"
    return f"{words} (month first)" if date_format.startswith("%m") and date_format[3:5] == "%d" else words


def scale_words(scale):
    """Return what a suffix multiplies by.

    >>> scale_words(("M", 1e6))
    'M = 1,000,000'
    """
    suffix, factor = scale
    return f"{suffix} = {factor:,.15g}"


def changed_column(column, field, value, texts=()):
    """Return ``column`` with one rule changed, and the rules that go with it.

    Parameters
    ----------
    texts : list of str
        Cells of the column; a new meaning gets the marks and the date order that fit them.

    Examples
    --------
    >>> from workbench.specs import ColumnSpec
    >>> changed_column(ColumnSpec(name="a", meaning="number", thousands=","), "decimal", ",").thousands
    ''
    >>> changed_column(ColumnSpec(name="a", meaning="category"), "meaning", "date", ["31.12.2024"]).date_format
    '%d.%m.%Y'
    """
    changes = {field: value}
    texts = [text.strip() for text in texts if text.strip() not in column.missing]
    if field == "meaning" and value == "date" and not column.date_format:
        changes |= _found(date_rule(texts, "date") if texts else None, ("date_format", "language"))
        changes.setdefault("date_format", "ISO8601")
    if field == "meaning" and value in ("number", "integer") and column.meaning not in ("number", "integer"):
        fields = ("decimal", "thousands", "unit", "scales")
        changes |= _found(number_rule(texts) if texts else None, fields)
    if field == "decimal" and column.thousands == value:
        changes["thousands"] = ""
    if field == "thousands" and column.decimal == value and value:
        changes["decimal"] = "." if value == "," else ","
    return column.but(**changes)


def _found(rule, fields):
    return {field: getattr(rule, field) for field in fields if hasattr(rule, field)} if rule else {}
