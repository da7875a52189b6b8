"""An answer in words: what was predicted, how that follows from the probabilities, and where the actual value lies."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.runtime.decisions import percent_of
from workbench.runtime.intervals import in_words

MOST_DECIMALS = 6  # of a percentage
# How every warning begins that is about a blank, and ends that is about a field the model does not know.
NO_VALUE, IGNORED = "no value", "ignored"


def answer_in_words(answer: Mapping[str, Any], scorer: Any) -> str:
    """Say an answer of :meth:`workbench.runtime.scorer.Scorer.predict_rows` in a sentence; "" where it is an error.

    Parameters
    ----------
    answer : mapping
    scorer : Scorer
        That gave it; its decision, interval and shift are said, too.
    """
    if "error" in answer:
        return ""
    if scorer.is_regression:
        unit = scorer.manifest.get("spec", {}).get("target_column", {}).get("unit", "")
        told = f"{readable(answer['prediction'])} {unit}".strip() + "."
        return " ".join(part for part in (told, interval_words(answer, scorer), shift_words(scorer.shift)) if part)
    return class_words(answer["prediction"], answer["probabilities"], scorer.decision)


def class_words(label: Any, probabilities: Mapping[str, float], decision: Mapping[str, Any] | None) -> str:
    """Say a class, and how it follows from the probabilities.

    >>> class_words("Yes", {"No": 0.58, "Yes": 0.42}, {"label": "Yes", "threshold": 0.31})
    '“Yes”: its probability of 42.0 % is not below the 31 % that were decided.'
    >>> class_words("No", {"No": 0.6901, "Yes": 0.3099}, {"label": "Yes", "threshold": 0.31})
    '“No”: the probability of “Yes” is 30.99 %, below the 31 % that were decided.'
    >>> class_words("No", {"No": 0.873, "Yes": 0.127}, None)
    '“No”: with 87.3 % it is the most probable class.'
    >>> class_words(1, {}, None)
    '“1”.'
    """
    if not probabilities:
        return f"“{label}”."
    if decision is None:
        return f"“{label}”: with {percent(probabilities[str(label)])} it is the most probable class."
    threshold, chance = decision["threshold"], probabilities[str(decision["label"])]
    said, decided = percent(chance, beside=threshold), percent_of(threshold)
    if label == decision["label"]:
        return f"“{label}”: its probability of {said} is not below the {decided} that were decided."
    return f"“{label}”: the probability of “{decision['label']}” is {said}, below the {decided} that were decided."


def percent(share: float, beside: float | None = None) -> str:
    """Write a share in percent with one decimal, or with as many as tell it from the one that stands beside it.

    >>> percent(0.4249), percent(0.3099, beside=0.31), percent(0.31, beside=0.31)
    ('42.5 %', '30.99 %', '31.0 %')
    """
    if beside is None:
        return f"{100 * share:.1f} %"
    decimals = 1
    while share != beside and decimals < MOST_DECIMALS:
        if f"{100 * share:.{decimals}f}" != f"{100 * beside:.{decimals}f}":
            break
        decimals += 1
    return f"{100 * share:.{decimals}f} %"


def interval_words(answer: Mapping[str, Any], scorer: Any) -> str:
    """Say where the actual value lies, where the model has an interval; "" where it has none."""
    if "lower" not in answer:
        return ""
    said = in_words(answer["lower"], answer["upper"], scorer.interval["level"], readable)
    if _is_unlike_training(answer.get("warnings") or (), scorer):
        return f"For rows like those of the training the actual value is {said}; this row is not quite like them."
    return f"The actual value is {said}."


def _is_unlike_training(warnings: Sequence[Mapping[str, Any]], scorer: Any) -> bool:
    """Whether a row has what no training row had, so that nobody measured how far off its answer may be."""
    if not warnings:
        return False
    blanks_seen = {field["name"]: field["blanks_seen"] for field in scorer.fields} | {None: False}
    return any(
        not (blanks_seen[warning["field"]] and warning["message"].startswith(NO_VALUE))
        for warning in warnings
        if warning["field"] in blanks_seen and not warning["message"].endswith(IGNORED)
    )


def shift_words(shift: float) -> str:
    """Say what was added to the model's own prediction; "" where nothing was.

    >>> shift_words(-0.5)
    '0.5 was taken off what the model predicts, as was decided.'
    """
    if not shift:
        return ""
    words = "added to" if shift > 0 else "taken off"
    return f"{readable(abs(shift))} was {words} what the model predicts, as was decided."


def readable(number: float) -> str:
    """Return a number with six significant digits and never as a power of ten, unless it is tiny or huge.

    >>> readable(206855.8159), readable(0.5), readable(1234567.8)
    ('206,856', '0.5', '1,234,568')
    """
    if number == 0 or not 1e-4 <= abs(number) < 1e15:
        return f"{number:.6g}"
    decimals = max(0, 5 - math.floor(math.log10(abs(number))))
    text = f"{number:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def short(number: float) -> str:
    """Return a number with three significant digits, for comparing sizes.

    >>> short(0.810682), short(12345.6)
    ('0.811', '12,300')
    """
    return readable(float(f"{number:.3g}"))
