"""Counts, shares and lists as they stand in a sentence."""

import math
from collections.abc import Sequence

LISTED = 5  # names in a sentence before "and 7 more"


def percent(fraction: float) -> str:
    """Return a fraction in percent, without claiming that something rare is nothing or something common is all.

    >>> percent(0.1234), percent(0.0004), percent(0.9999), percent(0), percent(1)
    ('12 %', 'under 0.1 %', 'over 99.9 %', '0 %', '100 %')
    """
    if fraction <= 0 or fraction >= 1:
        return f"{fraction * 100:.0f} %"
    if fraction < 0.001:
        return "under 0.1 %"
    if fraction > 0.999:
        return "over 99.9 %"
    return f"{fraction * 100:.1f} %" if fraction < 0.0995 or fraction > 0.99 else f"{fraction * 100:.0f} %"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "entry", "entries")
    ('1 row', '1,200 rows', '2 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def quoted(names: Sequence[str], limit: int = LISTED) -> str:
    """Return names in quotes, joined as in speech.

    >>> quoted(["a"]), quoted(["a", "b", "c"]), quoted(list("abcdefg"), 2)
    ('“a”', '“a”, “b” and “c”', '“a”, “b” and 5 more')
    """
    shown = [f"“{name}”" for name in names[:limit]]
    if len(names) > limit:
        shown.append(f"{len(names) - limit:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def figure(value: float) -> str:
    """Return a number with at most four significant digits, whole numbers in full.

    >>> figure(1234567.0), figure(0.123456), figure(12.5), figure(1e-9)
    ('1,234,567', '0.1235', '12.5', '1e-09')
    """
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e15 else f"{value:.4g}"


def short(value: str | int | float, limit: int = 40) -> str:
    """Return a value of the data for a sentence, cut where it is long.

    >>> short(0.123456), short("a" * 9, 5)
    ('0.1235', 'aaaaa…')
    """
    text = figure(value) if isinstance(value, float) else str(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def moment(iso: str) -> str:
    """Return a moment in ISO text as a person writes it.

    >>> moment("2024-01-31T06:30:00"), moment("2024-01-31T06:30:12"), moment("2024-01-31")
    ('2024-01-31 06:30', '2024-01-31 06:30:12', '2024-01-31')
    """
    day, _, time = iso.partition("T")
    return f"{day} {time.removesuffix(':00') if time.count(':') == 2 else time}".rstrip()
