"""Which decimal mark, thousands mark and unit the numbers of a column are written with."""

import re
from collections import Counter
from dataclasses import dataclass

from workbench.runtime.text_values import MINUS_SIGNS, SPACES, parse_number

CURRENCIES = [
    "€",
    "$",
    "£",
    "¥",
    "₹",
    "₽",
    "₩",
    "₺",
    "₴",
    "₪",
    "₫",
    "฿",
    "zł",
    "kr",
    "Kč",
    "Ft",
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "JPY",
    "CAD",
    "AUD",
    "INR",
    "CNY",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "R$",
    "US$",
    "A$",
    "C$",
    "HK$",
    "Rs",
    "Rs.",
    "Fr.",
    "kn",
    "lei",
]
MEASURES = [
    "%",
    "‰",
    "km",
    "m",
    "cm",
    "mm",
    "kg",
    "g",
    "mg",
    "t",
    "l",
    "L",
    "ml",
    "cl",
    "kW",
    "kWh",
    "MWh",
    "W",
    "V",
    "A",
    "°C",
    "°F",
    "°C.",
    "K",
    "h",
    "hrs",
    "hr",
    "min",
    "s",
    "sec",
    "ms",
    "kmh",
    "km/h",
    "mph",
    "mpg",
    "km/l",
    "kmpl",
    "hp",
    "bhp",
    "PS",
    "cc",
    "CC",
    "ccm",
    "m²",
    "m2",
    "sqm",
    "sqft",
    "ft",
    "in",
    "lb",
    "lbs",
    "oz",
    "yrs",
    "years",
    "year",
    "months",
    "month",
    "days",
    "day",
    "hours",
    "minutes",
    "Mbps",
    "GB",
    "MB",
    "KB",
    "TB",
    "MHz",
    "GHz",
    "px",
    "pts",
    "pt",
    "bps",
    "Wh",
    "J",
    "kJ",
    "kcal",
    "Pa",
    "hPa",
    "bar",
    "ppm",
    "dB",
    "Nm",
    "x",
]
UNITS = frozenset(CURRENCIES) | frozenset(MEASURES)
SIGNS = "-+" + "".join(MINUS_SIGNS)
CELL = re.compile(
    rf"(?P<open>\()?(?P<sign>[{SIGNS}])?\s?(?P<before>[^\d\s.,()+-]{{1,4}}\.?)??\s?(?P<inner>[{SIGNS}])?"
    rf"(?P<digits>(?:\d[\d.,'’{SPACES}]*\d|\d)[.,]?|[.,]\d+)(?P<power>[eE][+-]?\d+)?(?P<last>-)?"
    rf"\s?(?P<after>[^\d\s.,()+-][^\d,()]{{0,8}})?(?P<close>\))?",
)
LEADING_ZERO = re.compile(r"[+-]?0\d+", re.ASCII)
GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",.' "}
UNIT_SHARE = 0.6  # of the cells that must carry a unit
MAX_LENGTH = 60  # characters of a cell that can still be a number
MAX_DIGITS = 15  # a longer run of digits is a code: float64 could not hold it


@dataclass(frozen=True)
class NumberRule:
    """How a column's numbers are written, and how sure that is."""

    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    ambiguous: bool = False  # "1.234" may be either; the rest of the file decides

    def parse(self, text):
        """Return the number in ``text`` or None."""
        return parse_number(text, decimal=self.decimal, thousands=self.thousands, unit=self.unit)


def number_rule(texts, *, comma_file=False):
    """Return the :class:`NumberRule` that fits the distinct ``texts`` best, or None where they are no numbers.

    Parameters
    ----------
    texts : list of str
        Distinct, stripped, without missing tokens.
    comma_file : bool
        Other columns of the file have decimal commas; decides what ``1.234`` is where the column does not.
    """
    matches = [CELL.fullmatch(text) if len(text) <= MAX_LENGTH else None for text in texts]
    found = [match for match in matches if match]
    if not found or len(found) < 0.6 * len(texts):
        return None
    digits = [match["digits"] for match in found]
    if any(LEADING_ZERO.fullmatch(text) for text in digits) or any(_is_long(text) for text in digits):
        return None
    unit = _unit(found)
    if unit is None:
        return None
    decimal, thousands, ambiguous = _marks(digits, comma_file)
    return NumberRule(decimal, thousands, unit, ambiguous)


def _is_long(text):
    return len(text) > MAX_DIGITS and text.isdigit()


def _unit(found):
    """Return the one unit of the cells, "" where there is none, None where what stands there is no unit."""
    units = Counter()
    for match in found:
        before, after = (match["before"] or "").strip(), (match["after"] or "").strip()
        if before and after:
            return None
        units[before or after] += 1
    plain = units.pop("", 0)
    if not units:
        return ""
    unit, count = units.most_common(1)[0]
    others = units.total() - count
    if unit not in UNITS or others > 0.05 * len(found) or count < UNIT_SHARE * (count + plain):
        return "" if plain >= 0.95 * len(found) else None
    if unit not in CURRENCIES and any((match["before"] or "").strip() == unit for match in found):
        return None  # "A 12" is a code, not amperes
    return unit


def _marks(digits, comma_file):
    """Return (decimal mark, thousands mark, whether that was a guess) for the digits of the cells."""
    spaced = any(character in text for text in digits for character in SPACES)
    quoted = any("'" in text or "’" in text for text in digits)
    thousands = " " if spaced else "'" if quoted else ""
    commas, dots = [t for t in digits if "," in t], [t for t in digits if "." in t]
    both = [text for text in commas if "." in text]
    if both:
        dot_last = sum(text.rfind(".") > text.rfind(",") for text in both)
        return (".", ",", False) if 2 * dot_last >= len(both) else (",", ".", False)
    if thousands:
        return ("," if commas and not dots else ".", thousands, False)
    if commas and dots:  # in different cells: the mark that stands before groups of three is the thousands mark
        dots_group, commas_group = _all_grouped(dots, "."), _all_grouped(commas, ",")
        if dots_group and not commas_group:
            return (",", ".", False)
        return (".", ",", False)
    if commas:
        if not _all_grouped(commas, ","):
            return (",", "", False)
        return _grouped_or_decimal(digits, commas, ",", comma_file)
    if dots:
        if any(text.count(".") > 1 for text in dots) and _all_grouped(dots, "."):
            return (",", ".", False)
        if _all_grouped(dots, ".") and comma_file and all(not text.startswith("0") for text in dots):
            return (",", ".", False)
    return (",", "", True) if comma_file and not dots else (".", "", False)


def _grouped_or_decimal(digits, commas, mark, comma_file):
    """Decide what "1,234" is where every comma stands before three digits."""
    if any(text.count(mark) > 1 for text in commas):
        return (".", mark, False)
    if any(text.startswith("0") for text in commas):
        return (mark, "", False)
    plain = [text for text in digits if mark not in text]
    # Numbers of a thousand and more that carry no mark speak against a thousands mark.
    if comma_file or any(len(text) > 3 for text in plain):
        return (mark, "", bool(comma_file))
    return (".", mark, len(plain) == 0)


def _all_grouped(texts, mark):
    return all(GROUPED[mark].fullmatch(text) for text in texts)
