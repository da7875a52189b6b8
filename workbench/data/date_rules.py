"""Which format the dates of a column are written in; where day and month could be swapped, that is counted."""

import re
from dataclasses import dataclass

import numpy as np

from workbench.runtime.text_values import ISO_MOMENT, moments

CLOCK = (
    r"(?:(?P<gap>[ T]|, )(?P<h>\d{1,2}):(?P<mi>\d\d)(?::(?P<s>\d\d)(?P<f>\.\d{1,9})?)?(?P<am> ?[AaPp][Mm])?"
    r"(?P<zone> ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?"
)
NUMERIC = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/. ])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d\d){CLOCK}", re.ASCII)
YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<a>\d{{1,2}})(?P=sep)(?P<b>\d{{1,2}}){CLOCK}", re.ASCII)
MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December",
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
)
MONTH = "(?P<month>" + "|".join(MONTHS) + ")"
WEEKDAY = r"(?P<wd>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)?(?P<wdsep>,? )?"
NAMED = (
    re.compile(
        rf"{WEEKDAY}(?P<d>\d{{1,2}})(?P<sep>[- /.]|\. ){MONTH}(?P<sep2>[- /.]|, )(?P<y>\d{{4}}|\d\d){CLOCK}", re.I
    ),
    re.compile(rf"{WEEKDAY}{MONTH}(?P<sep>[- /.])(?P<d>\d{{1,2}})(?P<sep2>,? |[-/.])(?P<y>\d{{4}}|\d\d){CLOCK}", re.I),
)
MONTH_YEAR = re.compile(rf"{MONTH}(?P<sep>[- /.])(?P<y>\d{{4}}|\d\d)", re.I)
COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
ANY_DATE = (ISO_MOMENT, NUMERIC, YEAR_FIRST, *NAMED, MONTH_YEAR, COMPACT)
DATE_NAME = re.compile(r"(?:^|[_\W])(date|datum|day|tag|dt|ymd|fecha|jour)(?:$|[_\W])|date$|^date", re.IGNORECASE)
FIT_SHARE = 0.95
SAMPLE = 2000
MAX_LENGTH = 80  # no date is longer


@dataclass(frozen=True)
class DateRule:
    """How a column's dates are written."""

    date_format: str
    ambiguous: bool = False  # no day above 12: day and month could be swapped
    n_day_first: int = 0  # cells that can only be read day first
    n_month_first: int = 0


def date_rule(texts, name="", *, day_first=None):
    """Return the :class:`DateRule` that fits the ``texts``, or None where they are no dates.

    Parameters
    ----------
    texts : list of str
        Distinct, in the order of the file, stripped, without missing tokens.
    name : str
        Of the column; only a name that speaks of dates makes ``20240131`` one.
    day_first : bool, optional
        What the other columns say, for the case that this one does not.
    """
    sample = [text[:MAX_LENGTH] for text in texts[:SAMPLE]]
    need = FIT_SHARE * len(sample)
    few = sample[:50]  # most columns are seen not to be dates by these
    if sum(any(pattern.fullmatch(text) for pattern in ANY_DATE) for text in few) < FIT_SHARE * len(few) - 1:
        return None
    iso = sum(bool(ISO_MOMENT.fullmatch(text)) for text in sample)
    if iso >= need and _n_parsed(sample, "ISO8601") >= need:
        return DateRule("ISO8601")
    for pattern, build in ((NUMERIC, _numeric_format), (YEAR_FIRST, _year_first_format)):
        matches = [match for match in map(pattern.fullmatch, sample) if match]
        if len(matches) >= need:
            return build(matches, sample, day_first)
    for pattern, build in ((NAMED[0], _named_format), (NAMED[1], _named_format), (MONTH_YEAR, _month_year_format)):
        matches = [match for match in map(pattern.fullmatch, sample) if match]
        if len(matches) >= need:
            return _checked(build(matches[0], pattern is NAMED[0], [m["y"] for m in matches]), sample)
    if DATE_NAME.search(name) and sum(bool(COMPACT.fullmatch(text)) for text in sample) >= need:
        return _checked("%Y%m%d", sample)
    return None


def _n_parsed(texts, date_format):
    return int((~np.isnat(moments(texts, date_format))).sum())


def _checked(date_format, sample):
    fits = date_format and _n_parsed(sample, date_format) >= FIT_SHARE * len(sample)
    return DateRule(date_format) if fits else None


def _clock_format(match):
    if match["h"] is None:
        return ""
    hour = "%I" if match["am"] else "%H"
    text = f"{match['gap']}{hour}:%M" + (":%S" if match["s"] else "") + (".%f" if match["f"] else "")
    if match["am"]:
        text += " %p" if match["am"].startswith(" ") else "%p"
    if match["zone"]:
        text += " %z" if match["zone"].startswith(" ") else "%z"
    return text


def _year(texts):
    return "%y" if all(len(text) == 2 for text in texts) else "%Y"


def _numeric_format(matches, sample, day_first):
    firsts, seconds = [int(m["a"]) for m in matches], [int(m["b"]) for m in matches]
    n_day_first, n_month_first = sum(a > 12 for a in firsts), sum(b > 12 for b in seconds)
    separator = matches[0]["sep"]
    ambiguous = False
    if n_day_first or n_month_first:
        by_day = n_day_first >= n_month_first
    elif separator == ".":
        by_day = True
    else:
        by_day, ambiguous = _by_sequence(firsts, seconds), True
        if by_day is None:
            by_day = separator == "-" if day_first is None else day_first
        else:
            ambiguous = False
    order = "%d{0}%m{0}" if by_day else "%m{0}%d{0}"
    longest = max(matches, key=lambda m: len(m.group()))
    date_format = order.format(separator) + _year([m["y"] for m in matches]) + _clock_format(longest)
    if _n_parsed(sample, date_format) < FIT_SHARE * len(sample):
        return None
    return DateRule(date_format, ambiguous, n_day_first, n_month_first)


def _by_sequence(firsts, seconds):
    """Return whether the day comes first where one part stands still (the first of each month), else None."""
    if len(firsts) < 3:
        return None
    if len(set(firsts)) == 1 and len(set(seconds)) > 2:
        return True
    if len(set(seconds)) == 1 and len(set(firsts)) > 2:
        return False
    return None


def _year_first_format(matches, sample, day_first):
    separator = matches[0]["sep"]
    longest = max(matches, key=lambda m: len(m.group()))
    return _checked(f"%Y{separator}%m{separator}%d{_clock_format(longest)}", sample)


def _named_format(match, day_before_month, years):
    full = len(match["month"]) > 3
    month = "%B" if full else "%b"
    weekday = ""
    if match["wd"]:
        weekday = ("%A" if len(match["wd"]) > 3 else "%a") + (match["wdsep"] or "")
    year = _year(years)
    parts = ("%d", match["sep"], month) if day_before_month else (month, match["sep"], "%d")
    return weekday + "".join(parts) + match["sep2"] + year + _clock_format(match)


def _month_year_format(match, day_before_month, years):
    return ("%B" if len(match["month"]) > 3 else "%b") + match["sep"] + _year(years)
