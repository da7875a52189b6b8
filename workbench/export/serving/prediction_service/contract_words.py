"""What a field takes and what happens where a row does not fit it, in words: for /schema, /openapi.json and /docs."""

from typing import Any

from workbench.runtime.contract import BEHAVIOUR, NUMERIC, WORDS, allowed_text, example_date, example_number
from workbench.runtime.field_words import max_length

REFUSED = "the row is refused"
# What is done about a fault, by the field's behaviour; the fault itself in words comes first.
OUTCOMES: dict[str, dict[str, str]] = {
    "missing": {
        "warn": "taken with a warning; the model fills in what it learned for blanks",
        "impute": "the usual value is taken instead, with a warning",
        "reject": REFUSED,
    },
    "unseen": {
        "warn": "taken with a warning; the model treats it as unknown",
        "impute": "the most frequent word is taken instead, with a warning",
        "reject": REFUSED,
    },
    "out_of_range": {
        "warn": "taken with a warning",
        "impute": "the nearest value seen is taken instead, with a warning",
        "reject": REFUSED,
    },
    "wrong_type": {"reject": REFUSED},
    "too_long": {"reject": REFUSED},
    "extra": {"warn": "ignored with a warning", "reject": REFUSED},
}
FAULT_WORDS = {
    "missing": "no value (absent, null or \"\")",
    "unseen": "a word that no training row had",
    "out_of_range": "beyond what training rows had",
    "wrong_type": "not of this type",
    "too_long": "too long",
    "extra": "a field that the model does not have",
}  # fmt: skip


def faults_of(field: dict) -> dict[str, str]:
    """Return every fault that a field knows: fault to what happens.

    >>> faults_of({"meaning": "number", "minimum": 0, "maximum": 9, "values": None})["out_of_range"]
    'taken with a warning'
    """
    behaviour = {**BEHAVIOUR, **(field.get("behaviour") or {})}
    faults = ["missing"]
    if field["meaning"] in WORDS and field.get("values") and not field.get("more_values"):
        faults.append("unseen")
    if field.get("minimum") is not None:
        faults.append("out_of_range")
    if field["meaning"] in NUMERIC or field["meaning"] == "date":
        faults.append("wrong_type")
    told = {fault: outcome(fault, behaviour[fault]) for fault in faults}
    return told | {"too_long": outcome("too_long", "reject")}


def outcome(fault: str, behaviour: str) -> str:
    """Return what a behaviour does about a fault, in words; the behaviour's own name where there are none."""
    return OUTCOMES[fault].get(behaviour, behaviour)


def extra_of(fields: list[dict]) -> str:
    """Return what happens to a field that the model does not have: one of the behaviours."""
    return {**BEHAVIOUR, **(fields[0].get("behaviour") or {})}["extra"] if fields else BEHAVIOUR["extra"]


def is_needed(field: dict) -> bool:
    """Return whether a row without a value here is refused."""
    return (field.get("behaviour") or {}).get("missing", BEHAVIOUR["missing"]) == "reject"


def example_of(field: dict) -> Any:
    """Return a value as a row may hold it."""
    if field["meaning"] in NUMERIC:
        return example_number(field)
    if field["meaning"] == "date":
        return example_date(field)
    return field["values"][0] if field.get("values") else "any text"


def described(field: dict) -> dict:
    """Return a field as ``/schema`` shows it: its facts, what it takes, an example, and what happens otherwise."""
    words = {"takes": allowed_text(field), "example": example_of(field), "max_length": max_length(field)}
    return {**field, **words, "otherwise": faults_of(field)}
