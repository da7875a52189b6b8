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
