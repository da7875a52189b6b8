"""Measures as people write them: with enough digits to be compared, and never as a power of ten."""

import math
from collections.abc import Mapping
from typing import Any

from workbench.runtime.answer_words import readable

DIGITS, SPREAD_DIGITS = 4, 2  # significant ones


def figure(number: float, digits: int = DIGITS) -> str:
    """Return a number with so many significant digits.

    >>> figure(4811.043), figure(12673.2), figure(0.83671), figure(-0.00905008), figure(433.45, 2)
    ('4,811', '12,670', '0.8367', '−0.00905', '430')
    """
    text = readable(float(f"{number:.{digits}g}"))
    return f"−{text[1:]}" if text.startswith("-") else text


def measured(measure: Mapping[str, Any] | None) -> str:
    """Return a measure of ``model.json`` with its standard deviation; "–" where it is not known.

    >>> measured({"mean": 12102.27, "std": 704.5}), measured({"mean": 0.5, "std": None}), measured(None)
    ('12,100 ± 700', '0.5', '–')
    """
    if not measure or measure["mean"] is None or not math.isfinite(measure["mean"]):
        return "–"
    spread = "" if measure["std"] is None else f" ± {figure(measure['std'], SPREAD_DIGITS)}"
    return figure(measure["mean"]) + spread


def label_of(scores: Mapping[str, Any] | None, metric: str) -> str:
    """Return what ``model.json`` calls a measure.

    >>> label_of({"metrics": {"rmse": {"label": "RMSE"}}}, "rmse"), label_of(None, "log_loss")
    ('RMSE', 'log loss')
    """
    return (scores or {}).get("metrics", {}).get(metric, {}).get("label") or metric.replace("_", " ")
