"""Durations and probabilities as they stand on the screen."""

import math


def duration(seconds):
    """Return a duration in the unit that suits it.

    >>> duration(0.04), duration(3.21), duration(42), duration(75), duration(3720), duration(None)
    ('under 0.1 s', '3.2 s', '42 s', '1 min 15 s', '1 h 2 min', '–')
    """
    if seconds is None or math.isnan(seconds):
        return "–"
    if seconds < 0.1:
        return "under 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def about(seconds):
    """Return a guess of a duration, rounded so that it does not pretend to be exact.

    >>> about(1.2), about(8), about(47), about(118), about(4000)
    ('a few seconds', 'about 10 seconds', 'about 50 seconds', 'about 2 minutes', 'about 1 hour')
    """
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {math.ceil(seconds / 10) * 10} seconds"
    if seconds < 3500:
        return f"about {round(seconds / 60)} minutes"
    hours = round(seconds / 3600)
    return f"about {hours} hour{'' if hours == 1 else 's'}"


def probability(share):
    """Return a predicted probability (0 to 1) in percent, with a decimal near the ends, never as none or all.

    >>> [probability(share) for share in (0.4049, 0.0312, 0.97, 0.00001, 0.99999, 0.0, 1.0)]
    ['40 %', '3.1 %', '97.0 %', 'under 0.1 %', 'over 99.9 %', '0 %', '100 %']
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.001:
        return "under 0.1 %"
    if share > 0.999:
        return "over 99.9 %"
    decimals = 1 if share < 0.1 or share > 0.9 else 0
    return f"{share * 100:.{decimals}f} %"
