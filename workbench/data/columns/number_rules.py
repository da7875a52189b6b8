"""Which decimal mark, thousands mark and unit the numbers of a column are written with."""

import re
from collections import Counter
from dataclasses import dataclass

from workbench.data.columns.units import mixed_units, unit_and_scales
from workbench.runtime.text_values import MINUS_SIGNS, SPACES, parse_number

SIGNS = "-+" + "".join(MINUS_SIGNS)
CELL = re.compile(
    rf"(?P<open>\()?(?P<sign>[{SIGNS}])?\s?(?P<before>[^\d\s.,()+-]{{1,4}}\.?)??\s?(?P<inner>[{SIGNS}])?"
    rf"(?P<digits>(?:\d[\d.,'’{SPACES}]*\d|\d)[.,]?|[.,]\d+)(?P<power>[eE][+-]?\d+)?(?P<last>-{{1,2}}|[–—])?"
    rf"(?P<gap>\s)?(?P<after>[^\d\s.,()+-][^\d,()]{{0,13}}|[^\d\s.,()+-]{{0,4}}m[23]|\+)?(?P<close>\))?(?P<late>-)?",
)
LEADING_ZERO = re.compile(rf"[+-]?0\d[\d.'’{SPACES}]*", re.ASCII)
GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",.' "}
GROUPED[","] = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}")  # with the pairs of Indian lakhs
# Nearly every column of numbers, told at once. Of whole numbers the other rules know more (years, codes).
PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:\n-?(?:0|[1-9]\d{0,14})(?:\.\d+)?)*", re.ASCII)
MIN_SHARE = 0.6  # of the texts that must look like numbers
FIRST = 200
MAX_LENGTH = 60  # characters of a cell that can still be a number
MAX_DIGITS = 15  # a longer run of digits is a code: float64 could not hold it


@dataclass(frozen=True)
class NumberRule:
    """How a column's numbers are written, and how sure that is."""

    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    scales: tuple[tuple[str, float], ...] = ()
    ambiguous: bool = False  # "1.234" may be either; the rest of the file decides

    def parse(self, text):
        """Return the number in ``text`` or None."""
        return parse_number(text, decimal=self.decimal, thousands=self.thousands, unit=self.unit, scales=self.scales)


def number_rule(texts, *, comma_file=False):
    """Return the :class:`NumberRule` that fits the distinct ``texts`` best, or None where they are no numbers.

    Parameters
    ----------
    texts : list of str
        Distinct, stripped, without missing tokens.
    comma_file : bool
        Other columns of the file have decimal commas; decides what ``1.234`` is where the column does not.
    """
    if texts and not comma_file and PLAIN.fullmatch("\n".join(texts)) and not _in_threes(texts):
        return NumberRule()
    first = texts[:FIRST]  # most columns of words are seen to be none by these
    if len(_matches(first)) < (MIN_SHARE if len(first) == len(texts) else MIN_SHARE / 2) * len(first):
        return None
    found = _matches(texts)
    if not found or len(found) < MIN_SHARE * len(texts):
        return None
    digits = [match["digits"].rstrip(".,") if match["last"] else match["digits"] for match in found]
    if any(LEADING_ZERO.fullmatch(text) for text in digits) or any(_is_long(text) for text in digits):
        return None
    if _are_addresses(digits):
        return None
    pairs = _affixes(found)
    pointed = any(match["after"] and ("." in match["digits"] or "," in match["digits"]) for match in found)
    beside = unit_and_scales(pairs, pointed=pointed)
    if beside is None:
        return None
    decimal, thousands, ambiguous = _marks(digits, comma_file)
    return NumberRule(decimal, thousands, *beside, ambiguous)


def _in_threes(texts):
    """Return whether every point stands before three digits, so that it may be a thousands mark."""
    dots = [text for text in texts if "." in text]
    return bool(dots) and all(text[-4:-3] == "." for text in dots)


def units_of(texts):
    """Return the units of a column that mixes them, as :func:`workbench.data.columns.units.mixed_units` does."""
    found = _matches(texts)
    return mixed_units(_affixes(found)) if len(found) >= 0.95 * len(texts) > 0 else ()


def _matches(texts):
    return [match for text in texts if len(text) <= MAX_LENGTH and (match := CELL.fullmatch(text))]


def _affixes(found):
    """Count what stands around the digits of the cells."""
    return Counter(
        ((match["before"] or "").strip(), (match["after"] or "").strip(), bool(match["gap"] and match["after"]))
        for match in found
    )


def _is_long(text):
    return len(text) > MAX_DIGITS and text.isdigit()


def _are_addresses(digits):
    """Return whether these are network addresses (192.168.100.200) or versions of four parts."""
    parts = [text.split(".") for text in digits]
    return all(
        len(numbers) == 4 and all(number.isdigit() and int(number) < 256 for number in numbers) for numbers in parts
    )


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
        if _all_grouped(dots, ".") and all(not text.startswith("0") for text in dots):
            plain = [text for text in digits if "." not in text]
            if comma_file or (len(dots) >= 3 and _are_whole(plain, digits)):
                return (",", ".", True)
    return (",", "", True) if comma_file and not dots else (".", "", False)


def _grouped_or_decimal(digits, commas, mark, comma_file):
    """Decide what "1,234" is where every comma stands before three digits."""
    if any(text.count(mark) > 1 for text in commas):
        return (".", mark, False)
    if any(text.startswith("0") for text in commas):
        return (mark, "", False)
    plain = [text for text in digits if mark not in text]
    if comma_file and len(commas) >= 3 and _are_whole(plain, digits):
        return (".", mark, True)
    # Numbers of a thousand and more that carry no mark speak against a thousands mark.
    if comma_file or any(len(text) > 3 for text in plain):
        return (mark, "", bool(comma_file))
    return (".", mark, len(plain) == 0)


def _are_whole(plain, digits):
    """Return whether numbers without a mark say that those with one before three digits are whole ones too.

    Decimals that end in zero are written shorter: whole numbers beside three decimals throughout are rare.
    """
    return len(plain) >= 0.05 * len(digits) and 0 < max(map(len, plain), default=0) <= 3


def _all_grouped(texts, mark):
    return all(GROUPED[mark].fullmatch(text) for text in texts)
