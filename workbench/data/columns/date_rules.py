"""Which format the dates of a column are written in; where day and month could be swapped, that is counted."""

import re
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from workbench.runtime.month_names import MONTHS, WORD, in_english
from workbench.runtime.text_values import moments

CLOCK = (
    r"(?:(?P<gap>[ T:]|, | - )(?P<h>\d{1,2}):(?P<mi>\d\d)(?::(?P<s>\d\d)(?P<f>\.\d{1,9})?)?(?P<am> ?[AaPp][Mm])?"
    r"(?P<zone> ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
)
ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?)? ?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
NUMERIC = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<sep>[-/. ]|\. )(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d\d){CLOCK}", re.ASCII
)
YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/. ]|\. )(?P<a>\d{{1,2}})(?P=sep)(?P<b>\d{{1,2}}){CLOCK}", re.ASCII)
FULL = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
MONTH = f"(?P<month>{FULL}|{SHORT})"
WEEKDAY = r"(?P<wd>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)?(?P<wdsep>,? )?"
YEAR = r"(?P<y>\d{4}|\d\d)"
DAY_MONTH = re.compile(rf"{WEEKDAY}(?P<d>\d{{1,2}})(?P<sep>[- /.]|\. |){MONTH}(?P<sep2>[- /.]|, |){YEAR}{CLOCK}", re.I)
MONTH_DAY = re.compile(rf"{WEEKDAY}{MONTH}(?P<sep>[- /.])(?P<d>\d{{1,2}})(?P<sep2>,? |[-/.]){YEAR}{CLOCK}", re.I)
YEAR_MONTH_DAY = re.compile(
    rf"(?P<y>\d{{4}})(?P<sep>[- /.]|\. ){MONTH}(?P<sep2>[- /.])(?P<d>\d{{1,2}})\.?{CLOCK}", re.I
)
MONTH_YEAR = re.compile(rf"{MONTH}(?P<sep>[- /.]|, ){YEAR}", re.I)
EAST_ASIAN = re.compile(r"\d{4}(?P<y>年|년 ?)\d{1,2}(?P<m>月|월 ?)\d{1,2}(?P<d>[日일])", re.ASCII)
# Mon Jan 25 10:00:00 +0000 2021, as C, git and some services write it.
YEAR_LAST = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:{SHORT}) +\d{{1,2}} \d\d:\d\d:\d\d (?P<zone>UTC |GMT |[+-]\d{{4}} )?\d{{4}}"
)
COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
QUARTER = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d)(?P<sep>[- /]?)Q[1-4]|Q[1-4](?P<sep2>[- /])(?P<y2>(?:19|20)\d\d))", re.ASCII
)
WEEK = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<sep>-? ?(?:W|KW ?))(?:[0-4]\d|5[0-3])", re.ASCII)
YEAR_MONTH = re.compile(r"(?P<y>(?:18|19|20)\d\d)(?P<sep>[-/.])(?P<b>0[1-9]|1[0-2])", re.ASCII)
MONTH_OF_YEAR = re.compile(r"(?P<b>0?[1-9]|1[0-2])(?P<sep>[-/.])(?P<y>(?:18|19|20)\d\d)", re.ASCII)
SIMPLE = (ISO, NUMERIC, YEAR_FIRST, QUARTER, WEEK, YEAR_MONTH, MONTH_OF_YEAR, COMPACT, EAST_ASIAN)
DATE_NAME = re.compile(
    r"(?:^|[_\W])(date|datum|data|dato|dátum|day|tag|dt|ymd|fecha|jour|month|monat|mois|mes|time|zeit|tarih|tarihi|"
    r"дата|ημερομηνία|päivä|päivämäärä)(?:$|[_\W])|date$|^date|datum$|dátum$|日付|日期|年月日|날짜|일자",
    re.IGNORECASE,
)
FIT_SHARE = 0.95
MIN_GROUP = 0.01  # of the cells that must be written in another way for that to count as a format of its own
MAX_FORMATS = 4
SAMPLE = 2000
MAX_LENGTH = 80  # no date is longer


@dataclass(frozen=True)
class Order:
    """Whether the day stands before the month in a file's dates, and why that is believed."""

    day_first: bool
    reason: str
    is_sure: bool = False  # other dates of the file can only be read so


@dataclass(frozen=True)
class DateRule:
    """How a column's dates are written."""

    date_format: str
    language: str = ""
    ambiguous: bool = False  # no day above 12: day and month could be swapped
    n_day_first: int = 0  # cells that can only be read day first
    n_month_first: int = 0
    reason: str = ""  # why the likelier order of an ambiguous column is likelier

    @property
    def swapped(self):
        """The format with day and month swapped."""
        return self.date_format.translate({ord("d"): "m", ord("m"): "d"})


def date_rule(texts, name="", *, order=None):
    """Return the :class:`DateRule` that fits the ``texts``, or None where they are no dates.

    Parameters
    ----------
    texts : list of str
        Distinct, in the order of the file, stripped, without missing tokens.
    name : str
        Of the column; only a name that speaks of dates makes ``20240131`` one.
    order : Order, optional
        What the rest of the file says, for the case that this column does not.
    """
    sample = [text[:MAX_LENGTH] for text in texts[:SAMPLE]]
    few = sample[:50]  # most columns are seen not to be dates by these
    if sum(map(_could_be_date, few)) < FIT_SHARE * len(few) - 1:
        return None
    for language in _languages(few):
        plain = [in_english(text, language) for text in sample] if language else sample
        rule = _single_rule(plain, name, order) or _several_rules(plain, name, order)
        if rule:
            return _checked(replace(rule, language=language), sample)
    return None


def _could_be_date(text):
    if any(pattern.fullmatch(text) for pattern in SIMPLE):
        return True
    return any("0" <= character <= "9" for character in text) and any(
        word.rstrip(".").casefold() in ANY_MONTH or word.rstrip(".").casefold() in ("am", "pm", "m", "uhr")
        for word in WORD.findall(text)
    )


ANY_MONTH = frozenset(word for months in MONTHS.values() for word in months)


def _languages(few):
    """Return the languages to try: none, then English, then the one that knows the most months."""
    by_text = ({word.rstrip(".").casefold() for word in WORD.findall(text)} for text in few)
    by_text = [words for words in by_text if words & ANY_MONTH]
    if not by_text:
        if any("uhr" in text.casefold() for text in few):
            return ("", "de")
        return ("", "en") if any("m" in text.casefold() for text in few) else ("",)
    counts = {language: sum(not words.isdisjoint(months) for words in by_text) for language, months in MONTHS.items()}
    most = max(counts.values())
    return ("", *(language for language in MONTHS if counts[language] == most))


def _single_rule(sample, name, order):
    """Return the rule of dates that are all written in one way, or None."""
    need = _enough(len(sample))
    if sum(bool(ISO.fullmatch(text)) for text in sample) >= need and _n_parsed(sample, "ISO8601") >= need:
        return DateRule("ISO8601")
    for pattern, build in BUILDERS:
        matches = [match for match in map(pattern.fullmatch, sample) if match]
        if len(matches) >= need:
            rule = build(matches, name, order)
            if rule and _n_parsed(sample, rule.date_format) >= need:
                return rule
    return None


def _several_rules(sample, name, order):
    """Return the rule of dates that are written in a few ways, none of which can be taken for another; or None."""
    groups = {}
    for text in sample:
        groups.setdefault(_shape(text), []).append(text)
    groups = sorted(groups.values(), key=len, reverse=True)
    groups = [group for group in groups if len(group) >= MIN_GROUP * len(sample)][:MAX_FORMATS]
    if len(groups) < 2 or sum(map(len, groups)) < FIT_SHARE * len(sample):
        return None
    numeric = [match for text in sample if (match := NUMERIC.fullmatch(text))]
    if numeric:  # day and month stand in one order in the whole column
        rule = _numeric_rule(numeric, name, order)
        order = Order(rule.date_format.startswith("%d"), rule.reason, True)
    else:
        rule = DateRule("")
    rules = [_single_rule(group, name, order) for group in groups]
    if not all(rules):
        return None
    formats = dict.fromkeys(single.date_format for single in rules)
    return replace(rule, date_format="|".join(formats))


def _shape(text):
    """Return how a text is built: years, other numbers, words and what stands between."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d{1,3}", "9", re.sub(r"\d{4,}", "Y", text)).replace("Y", "0"))


def _enough(n_texts):
    """Return how many of the different texts must fit; one odd cell among a few is no reason against."""
    return n_texts - 1 if 5 <= n_texts < 20 else FIT_SHARE * n_texts


def _n_parsed(texts, date_format, language=""):
    return int((~np.isnat(moments(texts, date_format, language))).sum())


def _checked(rule, sample):
    fits = _n_parsed(sample, rule.date_format, rule.language) >= _enough(len(sample))
    return rule if fits else None


def _clock_format(match):
    if match["h"] is None:
        return ""
    hour = "%I" if match["am"] else "%H"
    text = f"{match['gap']}{hour}:%M" + (":%S" if match["s"] else "") + (".%f" if match["f"] else "")
    if match["am"]:
        text += " %p" if match["am"].startswith(" ") else "%p"
    if match["zone"]:
        text += (" " if match["zone"].startswith(" ") else "") + (
            "%Z" if match["zone"].strip() in ("UTC", "GMT") else "%z"
        )
    return text


def _year(texts):
    return "%y" if all(len(text) == 2 for text in texts) else "%Y"


def _longest(matches):
    return max(matches, key=lambda match: len(match.group()))


def _numeric_rule(matches, name, order):
    firsts, seconds = [int(m["a"]) for m in matches], [int(m["b"]) for m in matches]
    n_day_first, n_month_first = sum(a > 12 for a in firsts), sum(b > 12 for b in seconds)
    separator = Counter(match["sep"] for match in matches).most_common(1)[0][0]
    ambiguous, reason = False, ""
    if n_day_first or n_month_first:
        by_day = n_day_first >= n_month_first
    elif separator.strip() == ".":
        by_day = True
    else:
        by_day, reason = _likelier(matches, firsts, seconds, separator, order)
        ambiguous = True
    parts = "%d{0}%m{0}" if by_day else "%m{0}%d{0}"
    date_format = parts.format(separator) + _year([m["y"] for m in matches]) + _clock_format(_longest(matches))
    return DateRule(date_format, "", ambiguous, n_day_first, n_month_first, reason)


def _likelier(matches, firsts, seconds, separator, order):
    """Return (whether the day comes first, why) where no part of the dates is above 12."""
    if order and order.is_sure:
        return order.day_first, order.reason
    if set(firsts) == {1} and len(set(seconds)) > 2:
        return True, "as all are the first of a month then"
    if set(seconds) == {1} and len(set(firsts)) > 2:
        return False, "as all are the first of a month then"
    if len(firsts) >= 5:  # dates that stand in order one way only
        years = [int(match["y"]) for match in matches]
        by_day, by_month = (
            _in_order(zip(years, *parts, strict=True)) for parts in ((seconds, firsts), (firsts, seconds))
        )
        if by_day != by_month:
            return by_day, "as the dates are in order then"
    if order:
        return order.day_first, order.reason
    if any(match["am"] for match in matches):
        return False, "as the times have AM and PM"
    if separator == "-":
        return True, "as is usual with hyphens"
    return False, "as is usual with slashes in many public tables"


def _in_order(keys):
    keys = list(keys)
    return keys == sorted(keys) or keys == sorted(keys, reverse=True)


def _year_first_rule(matches, name, order):
    separator = matches[0]["sep"]
    return DateRule(f"%Y{separator}%m{separator}%d{_clock_format(_longest(matches))}")


def _named_rule(matches, name, order):
    match = matches[0]
    full = any(len(m["month"]) > 3 for m in matches)
    month, year = "%B" if full else "%b", _year([m["y"] for m in matches])
    groups = match.groupdict()
    weekday = ("%A" if len(groups["wd"]) > 3 else "%a") + (groups["wdsep"] or "") if groups.get("wd") else ""
    if match.start("y") < match.start("d"):
        parts = (year, match["sep"], month, match["sep2"], "%d", "." if match.group().endswith(".") else "")
    elif match.start("d") < match.start("month"):
        parts = ("%d", match["sep"], month, match["sep2"], year)
    else:
        parts = (month, match["sep"], "%d", match["sep2"], year)
    return DateRule(weekday + "".join(parts) + _clock_format(_longest(matches)))


def _month_year_rule(matches, name, order):
    full = any(len(m["month"]) > 3 for m in matches)
    return DateRule(("%B" if full else "%b") + matches[0]["sep"] + _year([m["y"] for m in matches]))


def _quarter_rule(matches, name, order):
    match = matches[0]
    return DateRule(f"%Y{match['sep']}Q%q" if match["y"] else f"Q%q{match['sep2']}%Y")


def _week_rule(matches, name, order):
    return DateRule(f"%G{matches[0]['sep']}%V")


def _year_month_rule(matches, name, order):
    """2021-03; but 2010-11, 2011-12 are seasons, and 2021.03 is a number."""
    pairs = {(int(match["y"]), int(match["b"])) for match in matches}
    seasons = all(month == (year + 1) % 100 for year, month in pairs)
    if seasons or matches[0]["sep"] == "." or (len(pairs) < 3 and not DATE_NAME.search(name)):
        return None
    return DateRule(f"%Y{matches[0]['sep']}%m" if matches[0].start("y") == 0 else f"%m{matches[0]['sep']}%Y")


def _compact_rule(matches, name, order):
    return DateRule("%Y%m%d") if DATE_NAME.search(name) else None


def _east_asian_rule(matches, name, order):
    return DateRule("%Y{y}%m{m}%d{d}".format(**matches[0].groupdict()))


def _year_last_rule(matches, name, order):
    zone = matches[0]["zone"]
    return DateRule("%a %b %d %H:%M:%S " + ("" if not zone else "%Z " if zone.strip().isalpha() else "%z ") + "%Y")


BUILDERS = (
    (EAST_ASIAN, _east_asian_rule),
    (YEAR_LAST, _year_last_rule),
    (NUMERIC, _numeric_rule),
    (YEAR_FIRST, _year_first_rule),
    (DAY_MONTH, _named_rule),
    (MONTH_DAY, _named_rule),
    (YEAR_MONTH_DAY, _named_rule),
    (MONTH_YEAR, _month_year_rule),
    (QUARTER, _quarter_rule),
    (WEEK, _week_rule),
    (YEAR_MONTH, _year_month_rule),
    (MONTH_OF_YEAR, _year_month_rule),
    (COMPACT, _compact_rule),
)
