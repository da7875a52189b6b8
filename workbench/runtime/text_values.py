"""One cell's text to one value: numbers with their marks and units, and moments.

The rules come from a column specification (the JSON of a ``ColumnSpec``); nothing is guessed. The same functions
serve a million cells and the one row of a request, and give the same bits for both: numbers are always rounded
by Python's own ``float``, never by a faster parser that may differ in the last digit.
"""

import re
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from workbench.runtime.month_names import in_english, month_name

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
ISO_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.(?:\d{3}|\d{6}))?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
PLAIN_DAY = re.compile(r"(?!0000)\d{4}-\d\d-\d\d", re.ASCII)
SPACES = " \u00a0\u202f\u2009"  # people and programs use any of them between groups of digits
MINUS_SIGNS = {"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"}
TRAILING_SIGNS = "-" + "".join(MINUS_SIGNS)
CASE_MATTERS = "mMpPzZyY"  # milli and mega, pico and peta …: mW is not MW
POWERS_OF_TEN = {float(f"1e{power}"): power for power in range(-24, 25)}
LARGEST_EXACT_INTEGER = 2**53
INT64 = np.iinfo("int64")
# Dates written as plain numbers: (number of 1 January 1970, microseconds of one step).
NUMBER_DATES = {"unix seconds": (0, 1e6), "unix milliseconds": (0, 1e3), "excel days": (25569, 86400e6)}
LATEST = 253402300800e6  # the year 10000, in microseconds
WHOLE_AMOUNT = re.compile(r"(?<=\d)[.,](?:-{1,2}|[–—])$")  # 12,- is twelve, and no minus
QUARTER = re.compile(r"(?<![^\W\d_])Q([1-4])(?!\d)", re.IGNORECASE)


def parse_number(text, *, decimal=".", thousands="", unit="", scales=()):
    """Return the number in ``text`` (already stripped), or None where it does not fit the rules.

    Parameters
    ----------
    text : str
    decimal, thousands, unit : str
    scales : sequence of (str, float), optional
        Suffixes that multiply the number, without the unit.

    Examples
    --------
    >>> parse_number("1.234,5 €", decimal=",", thousands=".", unit="€")
    1234.5
    >>> parse_number("(12)"), parse_number("−3"), parse_number("1,2") is None
    (-12.0, -3.0, True)
    >>> parse_number("€1.1M", unit="€", scales=[("K", 1e3), ("M", 1e6)])
    1100000.0
    """
    negative = False
    if text.startswith("(") and text.endswith(")"):  # the accountant's minus
        negative, text = True, text[1:-1].strip()
    if text and text[0] in MINUS_SIGNS:
        text = MINUS_SIGNS[text[0]] + text[1:]
    if unit:
        text = without_unit(text, unit)
    factor = 1.0
    if scales:
        text, factor = _without_scale(text, scales)
    text = WHOLE_AMOUNT.sub("", text)
    if len(text) > 1 and text[-1] in TRAILING_SIGNS and text[0] not in "+-":  # 12.50- as some ledgers write it
        text = "-" + text[:-1].rstrip()
    if thousands and (grouped := _without_groups(text, decimal, thousands)) is not None:
        text = grouped
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".", 1)
    if not NUMBER.fullmatch(text):
        return None
    value = _scaled(text, factor)
    if value in (np.inf, -np.inf):
        return None
    return -value if negative else value


def _scaled(text, factor):
    """Return the number in ``text`` times ``factor``, rounded once: 1.1M is the float of 1.1e6, and no product."""
    if factor == 1.0:
        return float(text)
    power = POWERS_OF_TEN.get(factor)
    if power is None:
        return float(text) * factor
    digits, _, exponent = text.lower().partition("e")
    return float(f"{digits}e{int(exponent or 0) + power}")


def without_unit(text, unit):
    """Return ``text`` without ``unit`` at its begin or end; a sign may stand before the unit.

    Upper and lower case make no difference where they cannot mean another unit, nor does the ``s`` of the plural or
    a full stop behind an abbreviation.

    >>> without_unit("-$5", "$"), without_unit("150,000km", "km"), without_unit("1 day", "days")
    ('-5', '150,000', '1')
    """
    if text.endswith(unit):
        return text[: -len(unit)].rstrip()
    sign, rest = (text[0], text[1:].lstrip()) if text[:1] in ("-", "+") else ("", text)
    if rest.startswith(unit):
        return sign + rest[len(unit) :].lstrip()
    if len(unit) > 1 and unit[-1].isalpha() and text[-1:].isalpha() | text.endswith("."):
        ending = text.removesuffix(".")
        for other in unit_spellings(unit):
            if ending.endswith(other) or (unit[0] not in CASE_MATTERS and ending.lower().endswith(other.lower())):
                return ending[: -len(other)].rstrip()
    return text


def unit_spellings(unit):
    """Return the other ways to write ``unit`` that are read too: "day" for "days"."""
    return (unit, unit[:-1]) if len(unit) > 2 and unit[-1] == "s" else (unit,)


def _without_scale(text, scales):
    for suffix, factor in sorted(scales, key=lambda scale: -len(scale[0])):
        if text.endswith(suffix) and len(text) > len(suffix) and not text[-len(suffix) - 1].isalpha():
            return text[: -len(suffix)].rstrip(), factor
    return text, 1.0


def _without_groups(text, decimal, thousands):
    """Return ``text`` with its thousands marks taken out, or None where they are not at thousands."""
    marks = SPACES if thousands == " " else "'’" if thousands == "'" else thousands
    whole, point, rest = text.partition(decimal)
    if thousands == " ":
        for space in SPACES[1:]:
            whole = whole.replace(space, " ")
    elif thousands == "'":
        whole = whole.replace("’", "'")
    if marks[0] not in whole:
        return text
    groups = whole.lstrip("+-").split(marks[0])
    # The first group may have one to three digits; Indian lakhs (12,34,567) have pairs in the middle.
    fits = 1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and all(len(group) in (2, 3) for group in groups[1:-1])
    if not fits or not all(group.isdigit() for group in groups):
        return None
    return whole.replace(marks[0], "") + point + rest


def parse_moment(text, date_format, language=""):
    """Return the moment in ``text`` without zone (UTC where the text has one), or None where it does not fit.

    >>> parse_moment("31.12.2024", "%d.%m.%Y"), parse_moment("3. Mär. 2024", "%d. %B %Y", "de")
    (datetime.datetime(2024, 12, 31, 0, 0), datetime.datetime(2024, 3, 3, 0, 0))
    """
    try:
        if date_format == "ISO8601":
            if not ISO_MOMENT.fullmatch(text):
                return _parse_moment_as_bulk(text, date_format, language)
            moment = datetime.fromisoformat(text)
        elif language or "|" in date_format:
            return _parse_moment_as_bulk(text, date_format, language)
        else:
            moment = datetime.strptime(text, date_format)
    except (ValueError, re.error):  # re: a directive that stands twice
        return _parse_moment_as_bulk(text, date_format, language)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _parse_moment_as_bulk(text, date_format, language):
    # pandas' parser takes a little more than Python's (nine digits of seconds); one row must agree with many.
    moment = moments([text], date_format, language)[0]
    return None if np.isnat(moment) else moment.item()


def moments(texts, date_format, language=""):
    """Return ``texts`` as an array of datetime64[us]; NaT where a text does not fit ``date_format``.

    Parameters
    ----------
    texts : list of str
    date_format : str
        A strptime format (with ``%q`` for the quarter behind a Q), ``ISO8601``, a name of :data:`NUMBER_DATES`, or
        several of them with ``|`` between: the first that fits a text reads it.
    language : str, optional
        Of the month names, where they are not plain English ones.
    """
    if language:
        texts = [in_english(text, language) for text in texts]
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    for single in date_format.split("|"):
        left = np.flatnonzero(np.isnat(found))
        if len(left):
            found[left] = _moments([texts[at] for at in left.tolist()], single)
    return found


def _moments(texts, date_format):
    if date_format in NUMBER_DATES:
        return number_moments(numbers(texts, {}), date_format)
    if "%q" in date_format:
        texts = [QUARTER.sub(lambda match: f"{3 * int(match[1]) - 2:02}", text) for text in texts]
        date_format = date_format.replace("Q%q", "%m")
    elif "%V" in date_format and "%u" not in date_format:  # a week is its Monday
        texts, date_format = [text + " 1" for text in texts], date_format + " %u"
    iso = date_format == "ISO8601"
    if iso and (days := _plain_days(texts)) is not None:
        return days
    # Different zones in one column are only accepted together with utc=True; texts without zone count as UTC.
    aware = iso or "%z" in date_format or "%Z" in date_format
    try:
        parsed = pd.to_datetime(pd.Series(texts, dtype=object), format=date_format, errors="coerce", utc=aware)
    except (ValueError, re.error):  # not a format at all
        return np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    if aware:
        parsed = parsed.dt.tz_localize(None)
    return parsed.dt.as_unit("us").to_numpy()


def _plain_days(texts):
    """Return texts that are all plain days (2024-01-31) as datetime64[us], or None where any is not."""
    if not all(map(PLAIN_DAY.fullmatch, texts)):
        return None
    try:
        return np.array(texts, dtype="datetime64[us]")
    except ValueError:  # the 31st of February
        return None


def number_moments(values, date_format):
    """Return numbers (float64) as datetime64[us], by a format of :data:`NUMBER_DATES`."""
    origin, step = NUMBER_DATES[date_format]
    with np.errstate(over="ignore"):  # what becomes infinite is no date
        steps = (values - origin) * step
    fits = np.isfinite(steps) & (np.abs(steps) < LATEST)
    found = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    found[fits] = np.round(steps[fits]).astype("int64").astype("datetime64[us]")
    return found


def moment_text(moment, date_format, language=""):
    """Return a moment as ``date_format`` writes it; the reverse of :func:`parse_moment`.

    >>> moment_text(datetime(2021, 3, 14), "%d. %B %Y", "de"), moment_text(datetime(2021, 7, 1), "%Y-Q%q")
    ('14. März 2021', '2021-Q3')
    """
    date_format = date_format.split("|")[0]
    if date_format == "ISO8601":
        return moment.isoformat()
    if date_format in NUMBER_DATES:
        origin, step = NUMBER_DATES[date_format]
        microseconds = np.datetime64(moment.replace(tzinfo=None), "us").astype("int64")
        return f"{microseconds / step + origin:.15g}"
    date_format = date_format.replace("%q", str((moment.month + 2) // 3))
    if language:
        for code in ("%B", "%b"):
            date_format = date_format.replace(code, month_name(moment.month, language))
    return moment.strftime(date_format)


def numbers(texts, column):
    """Return ``texts`` (list of str, stripped, none missing) as float64; NaN where a text does not fit."""
    rules = {
        "decimal": column.get("decimal", "."),
        "thousands": column.get("thousands", ""),
        "unit": column.get("unit", ""),
        "scales": column.get("scales") or (),
    }
    if not (rules["decimal"] == "," or rules["thousands"] or rules["unit"] or rules["scales"]):
        joined = "\n".join(texts)
        if joined.isascii() and "_" not in joined:  # float() alone would also take 1_000 and other scripts' digits
            try:
                values = np.array(texts, dtype=object).astype("float64")
            except ValueError:
                values = None
            if values is not None and np.isfinite(values).all():
                return values
    parsed = [parse_number(text, **rules) for text in texts]
    return np.array([np.nan if value is None else value for value in parsed], dtype="float64")


def whole_numbers(texts, column):
    """Return (values as float64, exact Python integers or None): NaN where a text is not a whole number.

    The exact integers are given only where float64 could not hold them all.
    """
    values = numbers(texts, column)
    whole = np.isfinite(values) & (np.floor(values) == values)
    values = np.where(whole, values, np.nan)
    if not (np.abs(values[whole]) >= LARGEST_EXACT_INTEGER).any():
        return values, None
    exact = []
    for text, value in zip(texts, values, strict=True):
        digits = text.lstrip("+-")
        number = int(text) if digits.isascii() and digits.isdigit() else int(value) if value == value else None
        exact.append(number if number is not None and INT64.min <= number <= INT64.max else None)
    return np.array([np.nan if number is None else float(number) for number in exact]), exact


def text_of(value):
    """Return the text of a typed cell as a person would write it.

    >>> text_of(3.0), text_of(True), text_of(2.5), text_of(datetime(2024, 1, 2))
    ('3', 'True', '2.5', '2024-01-02')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)):
        value = float(value)
        return str(int(value)) if value.is_integer() and abs(value) < LARGEST_EXACT_INTEGER else repr(value)
    if isinstance(value, (datetime, np.datetime64, pd.Timestamp)):
        moment = pd.Timestamp(value)
        text = moment.isoformat(sep=" ")
        # Cut from the text and not asked of Python's date, whose years end at 9999 where Arrow's go on.
        # A midnight of a zone keeps its offset: without it, it would be read as midnight UTC.
        return text.partition(" ")[0] if moment.tzinfo is None and moment == moment.normalize() else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)
