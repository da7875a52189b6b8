"""From a predicted amount to the interval that the actual one lies in, so often as was asked.

What is learnt about the errors of a model is a few numbers; they are found by ``workbench.results.deciding.intervals``
and applied here, by the one rule for the service, the form, files, the command line and the app's own tables.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

NEAREST = 1e-9  # a level is said as "9 of 10" where it is that fraction but for rounding
SAID_OF = (10, 20, 100)  # "of 10 cases" where that is exact, else "of 20", else "of 100"


def bounds(predictions: np.ndarray, interval: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and the upper end for each prediction, in the target's unit.

    Parameters
    ----------
    predictions : float64 ndarray of shape (n_rows,)
        As the model gives them.
    interval : mapping
        ``below`` and ``above``: how far the ends are from the prediction, in multiples of the usual error;
        ``at`` and ``scale``: the usual error at some predicted values, straight lines between them and level
        outside; where both are empty it is 1 everywhere, and ``below`` and ``above`` are in the target's unit;
        ``floor``: no end is below it; None where there is no such limit.

    Returns
    -------
    tuple of float64 ndarray of shape (n_rows,)
        NaN where the prediction is.

    Examples
    --------
    >>> ends = bounds(np.array([5.0, 20.0]), {"below": 2, "above": 1, "at": [10, 30], "scale": [4, 8], "floor": 0.0})
    >>> [end.tolist() for end in ends]
    [[0.0, 8.0], [9.0, 26.0]]
    """
    predictions = np.asarray(predictions, dtype=np.float64)
    scale = np.interp(predictions, interval["at"], interval["scale"]) if len(interval["at"]) else 1.0
    lower, upper = predictions - interval["below"] * scale, predictions + interval["above"] * scale
    floor = interval.get("floor")
    return (lower, upper) if floor is None else (np.maximum(lower, floor), np.maximum(upper, floor))


def checked_interval(interval: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return an interval that can be applied; ValueError, in a sentence, where it cannot. None stays None."""
    if interval is None:
        return None
    try:
        numbers = [interval["level"], interval["below"], interval["above"], *interval["at"], *interval["scale"]]
        whole = all(math.isfinite(number) for number in numbers) and len(interval["at"]) == len(interval["scale"])
        fits = whole and 0 < interval["level"] < 1 and bool(np.all(np.diff(interval["at"]) > 0))
    except (KeyError, TypeError):
        fits = False
    if not fits:
        raise ValueError("The description of the interval around predictions is damaged.")
    return interval


def checked_shift(shift: Mapping[str, Any] | None) -> float:
    """Return what is added to each predicted amount, 0 where nothing was decided; ValueError where it is no number."""
    value = 0.0 if shift is None else shift.get("shift")
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("What is to be added to predictions is no number.")
    return float(value)


def served(
    predictions: np.ndarray, interval: Mapping[str, Any] | None, shift: float
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return amounts as they are answered, and ``lower`` and ``upper`` where there is an interval.

    The shift moves the prediction only: it makes the cheaper mistake likelier, while the ends are about the actual
    value.

    >>> served(np.array([5.0]), None, 1.5)
    (array([6.5]), {})
    """
    amounts = np.asarray(predictions).astype(np.float64)
    ends = {} if interval is None else dict(zip(("lower", "upper"), bounds(amounts, interval), strict=True))
    return amounts + shift, ends


def how_often(level: float) -> str:
    """Say a level in cases.

    >>> how_often(0.9), how_often(0.95), how_often(0.99)
    ('9 of 10 cases', '19 of 20 cases', '99 of 100 cases')
    """
    for cases in SAID_OF:
        hits = round(level * cases)
        if abs(hits / cases - level) < NEAREST:
            break
    return f"{hits} of {cases} cases"


def in_words(lower: float, upper: float, level: float, written: Callable[[float], str]) -> str:
    """Say an interval, for a person: "between 120 and 180 in 9 of 10 cases".

    Parameters
    ----------
    lower, upper : float
    level : float
        0 to 1.
    written : callable(number) -> str
        How a number of the target is written.
    """
    return f"between {written(lower)} and {written(upper)} in {how_often(level)}"
