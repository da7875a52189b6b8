"""How long a run will still take, in words that neither jump from one second to the next nor pretend to be exact."""

import math
from dataclasses import dataclass

import joblib
import psutil

SETTLING_SECONDS = 20.0  # in which what is shown goes about two thirds of the way to another estimate
SOON_SECONDS = 10.0
LATE_SECONDS = 30.0  # for which it was about to be finished all the time
BUSY = 1.0  # processes of others that want to run, for each core
LATER, PLANNED_LATER = "longer than expected", "longer than planned"


@dataclass(frozen=True)
class Shown:
    """What was said of the time left, and when.

    Parameters
    ----------
    seconds : float
        Left, as it was said; 0 where it takes longer than was thought.
    at : float
        When, as ``time.monotonic`` says it.
    soon_since : float or None
        Since when it has been about to be finished.
    estimate : float
        What ``seconds`` are counted down from.
    """

    seconds: float
    at: float
    soon_since: float | None = None
    estimate: float = 0.0


def steadied(before: Shown | None, seconds: float, now: float) -> Shown:
    """Return what to say of an estimate: what was said before counts down, and moves towards the new one.

    Parameters
    ----------
    before : Shown or None
    seconds : float
        Left, as it is estimated now.
    now : float

    Examples
    --------
    >>> first = steadied(None, 100.0, now=0.0)
    >>> second = steadied(first, 400.0, now=1.0)
    >>> first.seconds, round(second.seconds)
    (100.0, 114)
    """
    left = seconds
    if before is not None:
        passed = now - before.at
        expected = max(before.estimate - passed, 0.0)
        left = expected + (seconds - expected) * (1 - math.exp(-passed / SETTLING_SECONDS))
    since = None
    if left < SOON_SECONDS:
        since = now if before is None or before.soon_since is None else before.soon_since
    late = since is not None and now - since > LATE_SECONDS
    return Shown(0.0 if late else left, now, since, left)


def times_as_long(*, own: int = 0) -> float:
    """Return about how many times as long fits take because of what else this computer is doing; 1 where it is idle.

    The load of the last minute: how many processes wanted to run. Those share the cores with the fits.

    Parameters
    ----------
    own : int
        Processes of a run that is under way, which are no others.
    """
    try:
        others = max(psutil.getloadavg()[0] - own, 0.0)
    except OSError:
        return 1.0
    share = others / joblib.cpu_count()
    return 1.0 + share if share >= BUSY else 1.0


def because_busy() -> str:
    """Return why a run under way takes longer, "" where this computer does nothing else that is worth a word."""
    return ": the computer is busy" if times_as_long(own=joblib.cpu_count()) > 1 else ""
