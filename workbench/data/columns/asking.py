"""Questions about columns: day or month first, numbers that may stand for "no value", numbers that may be dates."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.data.questions import Answer, Question
from workbench.runtime.column_types import type_column
from workbench.runtime.text_values import NUMBER_DATES, moments, number_moments, parse_moment
from workbench.specs import ColumnSpec

# All nines, the smallest whole numbers of computers, and small negative codes of surveys.
NINES = (*(float("9" * n) for n in range(2, 9)), 99.9, 99.99, 999.9, 999.99, 9999.9, 9999.99)
BELOW = (*(-number for number in NINES), -888.0, -8888.0, -77.0, -88.0, -777.0, -7777.0, -32768.0, -2147483648.0)
CODES = (-1.0, -7.0, -8.0, -9.0)  # only where nothing else is negative
NINE = 9.0  # only behind codes that count on from 0 or 1: 0 no, 1 yes, 9 unknown
SENTINELS = frozenset((*NINES, *BELOW, *CODES, NINE))
SENTINEL_TEXT = re.compile(
    r"-?(?:9{2,8}(?:[.,](?:0{1,4}|9{1,2}))?|([78])\1{1,3}|[1789](?:[.,]0{1,4})?|32768|2147483648)"
)
DAYS = ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "2099-12-31", "2999-12-31", "9999-12-31", "9999-09-09")
MIN_COUNT = 3
MIN_CODE_SHARE = 0.01
MIN_DISTINCT = 3  # of the other values, where they are no codes
MIN_DISTINCT_FOR_CODES = 10
YEAR = 365.25 * 86400e6
MOMENT_NAME = re.compile(
    r"(?:^|[_\W])(?:t|ts|time|timestamp|unix|epoch|date|datum|created|updated|modified|at)(?:$|[_\W])|date|time|[a-z]At$",
    re.IGNORECASE,
)
DATE_NAME = re.compile(r"date|datum|fecha|(?:^|[_\W])(?:day|tag|dt)(?:$|[_\W])", re.IGNORECASE)
RANGES = {"unix seconds": (6e8, 2.6e9), "unix milliseconds": (6e11, 2.6e12), "excel days": (18000, 60000)}


@dataclass(frozen=True)
class Unsure:
    """A column whose dates could be day first or month first.

    Attributes
    ----------
    read, swapped : ColumnSpec
        As it is read, and with day and month swapped.
    example : str
    n_dates : int
    reason : str
        Why it is read so.
    """

    read: ColumnSpec
    swapped: ColumnSpec
    example: str
    n_dates: int
    reason: str


def day_first_question(columns):
    """Return the one question about all columns that are :class:`Unsure`, or None where there are none."""
    columns = [column for column in columns if _moment(column.example, column.swapped)]
    if not columns:
        return None
    first = columns[0]
    names = [f"“{column.read.name}”" for column in columns]
    where = names[0] if len(names) == 1 else ", ".join(names[:-1][:5]) + " and " + names[-1]
    total = sum(column.n_dates for column in columns)
    readings = [_day_text(_moment(first.example, spec)) for spec in (first.read, first.swapped)]
    by_day = _is_day_first(first.read)
    tells = f"none of the {total:,} dates in {where} tells" if total > 1 else f"the date in {where} does not tell"
    sentence = (
        f"{first.example} could be {readings[0]} or {readings[1]}; {tells}. "
        f"Read as {_order_word(by_day)} first, {first.reason}."
    )
    answers = [
        Answer(f"{_order_word(by_day).capitalize()} first: {readings[0]}", tuple(c.read for c in columns)),
        Answer(f"{_order_word(not by_day).capitalize()} first: {readings[1]}", tuple(c.swapped for c in columns)),
    ]
    return Question("day_first", tuple(column.read.name for column in columns), sentence, tuple(answers))


def _is_day_first(spec):
    return spec.date_format.find("%d") < spec.date_format.find("%m")


def _order_word(by_day):
    return "day" if by_day else "month"


def _moment(text, spec):
    return parse_moment(text, spec.date_format, spec.language)


def _day_text(moment):
    return f"{moment.day} {moment:%B %Y}"


def sentinel_question(spec, texts, counts, values=None, whole=None):
    """Return the question whether a value of a column stands for "no value", or None.

    Parameters
    ----------
    spec : ColumnSpec
    texts : list of str
        The distinct texts of the column, without missing tokens; of a typed column the texts of its values.
    counts : numpy.ndarray of int, shape (n_texts,)
    values : numpy.ndarray of float64, shape (n_texts,), optional
        The numbers, where they are known.
    whole : pandas.Series, optional
        The whole typed column, where the texts are those of a sample.
    """
    if spec.meaning == "date":
        return _day_question(spec, texts, counts, whole)
    if spec.meaning not in ("number", "integer") or spec.scales:
        return None
    bare = (text.replace(spec.unit, "").strip() if spec.unit else text for text in texts)
    if not any(SENTINEL_TEXT.fullmatch(text) for text in bare):
        return None
    if values is None:
        values = type_column(pd.Series(texts, dtype=object), spec.model_dump(mode="json")).values.to_numpy("float64")
    for value in sorted({value for value in values.tolist() if value in SENTINELS}, key=abs, reverse=True):
        here = values == value
        rest, count = values[~here & ~np.isnan(values)], int(counts[here].sum())
        others = counts[~here & ~np.isnan(values)]
        if _is_suspicious(value, count, rest, others):
            lowest, highest = (f"{end:,.6g}" for end in (rest.min(), rest.max()))
            why = "the only negative number" if value < 0 <= rest.min() else "far from every other value"
            tokens = [text for text, is_it in zip(texts, here, strict=True) if is_it]
            share = _share(counts, here) if whole is None else _share_of(whole, value)
            return _question(spec, tokens, share, f"{why} ({lowest} to {highest})", "a number")
    return None


def _is_suspicious(value, count, rest, counts):
    """Return whether ``value`` stands apart from the ``rest`` as a code would."""
    kinds = np.unique(rest)
    n_kinds, are_codes = len(kinds), _count_on(kinds)
    if count < MIN_COUNT or n_kinds < (2 if are_codes and value > 0 else MIN_DISTINCT):
        return False
    if value == NINE and not are_codes:
        return False
    lowest, highest = rest.min(), rest.max()
    spread = highest - lowest
    if value in CODES or (value < 0 <= lowest):
        if not value < 0 <= lowest:
            return False
        nearest = counts[rest == lowest].sum()
        apart = value not in CODES or (n_kinds >= MIN_DISTINCT_FOR_CODES and count >= 2 * nearest / max(1, -value))
        return bool(apart and count >= MIN_CODE_SHARE * (count + counts.sum()))
    if value > 0:
        return bool(value - highest > max(spread, 1.0))
    return bool(lowest - value > 0.5 * max(spread, 1.0))


def _count_on(kinds):
    """Return whether the distinct numbers, sorted, are codes of answers: 0, 1 or 1, 2, 3 without a gap."""
    return len(kinds) > 1 and kinds[0] in (0.0, 1.0) and bool((np.diff(kinds) == 1).all())


def _day_question(spec, texts, counts, whole):
    if not 0 < len(texts) == len(counts):
        return None
    typical = [text for text in texts if text[:4] in ("1899", "1900", "1970", "2099", "2999", "9999") or
               text.startswith(("01", "1", "31", "30", "12"))]  # fmt: skip
    if not typical or spec.date_format in NUMBER_DATES:
        return None
    known = moments(list(DAYS), "ISO8601")
    if not np.isin(moments(typical, spec.date_format, spec.language), known).any():
        return None
    found = moments(list(texts), spec.date_format, spec.language)
    for day in known.tolist():
        here = found == np.datetime64(day, "us")
        count, rest = int(counts[here].sum()), found[~here & ~np.isnat(found)].astype("int64")
        if count < MIN_COUNT or len(rest) < MIN_DISTINCT:
            continue
        at = np.datetime64(day, "us").astype("int64")
        gap = max(rest.min() - at, at - rest.max())
        if gap > max(5 * YEAR, 0.5 * (rest.max() - rest.min())):
            ends = [str(np.datetime64(int(end), "us"))[:10] for end in (rest.min(), rest.max())]
            why = f"far from every other date ({ends[0]} to {ends[1]})"
            tokens = [text for text, is_it in zip(texts, here, strict=True) if is_it]
            share = _share(counts, here) if whole is None else _share_of(whole, day)
            return _question(spec, tokens, share, why, "a date")
    return None


def _share(counts, here):
    return int(counts[here].sum()), int(counts.sum())


def _share_of(whole, value):
    return int((whole == value).sum()), int(whole.notna().sum())


def _question(spec, tokens, share, why, kind):
    said, (count, total) = tokens[0], share
    percent = f"{100 * count / total:.0f} %" if count >= 0.01 * total else "less than 1 %"
    sentence = (
        f"“{spec.name}” is {said} in {count:,} of {total:,} cells ({percent}), {why}. "
        f"Does {said} stand for “no value” there? It is read as {kind}."
    )
    without = spec.but(missing=tuple(sorted({*spec.missing, *tokens})))
    answers = (Answer(f"Keep {said} as {kind}"), Answer(f"{said} means “no value”", (without,)))
    return Question("sentinel", (spec.name,), sentence, answers)


def number_date_question(spec, values):
    """Return the question whether whole numbers are moments (Unix seconds, days of a spreadsheet), or None.

    Parameters
    ----------
    spec : ColumnSpec
    values : numpy.ndarray of float64
        The numbers of the column, without NaN.
    """
    if spec.meaning not in ("integer", "number") or spec.unit or spec.scales or len(values) < MIN_DISTINCT:
        return None
    for date_format, (low, high) in RANGES.items():
        name = DATE_NAME if date_format == "excel days" else MOMENT_NAME
        if not name.search(spec.name) or values.min() < low or values.max() > high:
            continue
        said = f"{values[0]:.15g}"
        moment = number_moments(values[:1], date_format)[0].item()
        what = {"excel days": "days as a spreadsheet counts them"}.get(date_format, "U" + date_format[1:])
        sentence = (
            f"“{spec.name}” holds numbers such as {said}. As {what} that is {_day_text(moment)}. Are they dates? "
            "They are read as numbers."
        )
        as_date = ColumnSpec(name=spec.name, meaning="date", date_format=date_format, missing=spec.missing)
        answers = (Answer("Keep the numbers"), Answer("Read them as dates", (as_date,)))
        return Question("number_dates", (spec.name,), sentence, answers)
    return None
