"""The web form: one input per field, made from what the field takes; works without JavaScript."""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.runtime.contract import (
    NUMERIC,
    WORDS,
    FieldError,
    allowed_text,
    check_row,
    example_number,
)
from workbench.runtime.decisions import sentence_of
from workbench.runtime.intervals import in_words

MOST_OPTIONS = 60  # a longer list is easier to type into
MOST_SUGGESTIONS = 500
EXACT = 2**53  # floats below hold every whole number


def widgets(
    fields: Sequence[dict],
    posted: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    warnings: Iterable[dict] = (),
    first: Sequence[str] = (),
) -> list[dict]:
    """Return what the page shows per field: input, hint, what was entered, and what was wrong with it.

    Fields named in ``first`` come first, in that order.
    """
    notes: dict[str, list[str]] = {}
    for warning in warnings:
        # A field that was left blank shows that itself; the answer counts them.
        if _entered(posted, warning["field"] or ""):
            notes.setdefault(warning["field"], []).append(warning["message"])
    shown = []
    for at, field in enumerate(fields):
        name = field["name"]
        value = _entered(posted, name)
        shown.append(
            {
                "id": f"field-{at}",
                "name": name,
                "label": name if not field["unit"] else f"{name} ({field['unit']})",
                "input": _input(field),
                "value": value,
                "options": _options(field, value),
                "hint": _hint(field),
                "error": (errors or {}).get(name, ""),
                "notes": notes.get(name, []),
            }
        )
    place = {name: position for position, name in enumerate(first)}
    return sorted(shown, key=lambda widget: place.get(widget["name"], len(place)))


def example_of(row: Mapping, fields: Sequence[dict]) -> dict[str, str]:
    """Return a JSON row as a browser would send it; nothing where the row does not fit the fields."""
    try:
        values, _ = check_row(row, fields)
    except FieldError:
        return {}
    return {
        field["name"]: _as_entered(row.get(field["name"]), values[field["name"]], field)
        for field in fields
        if not pd.isna(values[field["name"]])
    }


def _as_entered(cell: Any, value: Any, field: dict) -> str:
    if field["meaning"] == "date":
        return value.isoformat() if field["has_time"] else value.date().isoformat()
    if field["meaning"] not in NUMERIC or (_input(field) == "decimal" and isinstance(cell, str)):
        return str(value) if field["meaning"] not in NUMERIC else cell
    text = str(int(value)) if float(value).is_integer() and abs(value) < EXACT else repr(float(value))
    return text.replace(".", field["decimal"]) if _input(field) == "decimal" else text


def row_of(posted: Mapping[str, str], fields: Sequence[dict]) -> dict:
    """Return the JSON row that the posted form stands for; every field is there, blank ones as None."""
    row = {}
    for field in fields:
        text = _entered(posted, field["name"])
        # Browsers send date inputs in ISO 8601, however the training file wrote its dates.
        row[field["name"]] = (_iso_moment(text) or text) if field["meaning"] == "date" else text or None
    return row


def errors_by_field(answer: Mapping) -> dict[str, str]:
    """Return field name to what is wrong there; "" stands for the row as a whole."""
    if "error" not in answer:
        return {}
    first = answer["error"]
    return {error["field"] or "": error["message"] for error in [*first.get("others", []), first]}


def outcome(answer: Mapping, scorer, posted: Mapping[str, str]) -> dict:
    """Return what the page shows above the form after a row was sent."""
    if "error" in answer:
        return {"errors": list(errors_by_field(answer).values())}
    shares = sorted(answer["probabilities"].items(), key=lambda item: -item[1])
    prediction = answer["prediction"]
    about_row = [warning["message"] for warning in answer["warnings"] if warning["field"] is None]
    n_blank = sum(not _entered(posted, warning["field"] or "") for warning in answer["warnings"]) - len(about_row)
    return {
        "prediction": _readable(prediction) if scorer.is_regression else str(prediction),
        "exact": str(prediction),
        "probabilities": [{"name": name, "share": p, "percent": f"{100 * p:.1f} %"} for name, p in shares],
        "decision": sentence_of(scorer.decision, len(shares)) if scorer.decision else "",
        "interval": _interval(answer, scorer),
        "shift": _shift(scorer.shift),
        "n_blank": n_blank,
        "n_remarks": len(answer["warnings"]) - n_blank - len(about_row),
        "about_row": [f"{message}." for message in about_row],
    }


def _interval(answer: Mapping, scorer) -> str:
    """Say where the actual value lies, where the model has an interval; "" where it has none."""
    if "lower" not in answer:
        return ""
    said = in_words(answer["lower"], answer["upper"], scorer.interval["level"], _readable)
    return f"The actual value is {said}."


def _shift(shift: float) -> str:
    """Say what was added to the model's own prediction; "" where nothing was."""
    if not shift:
        return ""
    words = "added to" if shift > 0 else "taken off"
    return f"{_readable(abs(shift))} was {words} what the model predicts, as was decided."


def _entered(posted: Mapping[str, str], name: str) -> str:
    """Return what was entered for a field; browsers send every line break, also those of names, as CR LF."""
    text = posted.get(name, posted.get(name.replace("\r\n", "\n").replace("\n", "\r\n"), ""))
    return text.replace("\r\n", "\n")


def _readable(number: float) -> str:
    """Return a number with six significant digits and never as a power of ten, unless it is tiny or huge.

    >>> _readable(206855.8159), _readable(0.5), _readable(1234567.8)
    ('206,856', '0.5', '1,234,568')
    """
    if number == 0 or not 1e-4 <= abs(number) < 1e15:
        return f"{number:.6g}"
    decimals = max(0, 5 - math.floor(math.log10(abs(number))))
    text = f"{number:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _input(field: dict) -> str:
    if field["meaning"] in NUMERIC:
        # A number input always sends a decimal point; where the file's rule reads a point otherwise, text is safer.
        plain = field["decimal"] == "." and field["thousands"] != "." and not field.get("scales")
        return "number" if plain else "decimal"
    if field["meaning"] == "date":
        return "datetime-local" if field["has_time"] else "date"
    if field["meaning"] in WORDS and field["values"] and not field["more_values"]:
        return "select" if len(field["values"]) <= MOST_OPTIONS else "suggest"
    return "suggest" if field["values"] else "area" if field["meaning"] == "text" else "text"


def _options(field: dict, value: str) -> list[str]:
    options = list(field["values"] or ())[:MOST_SUGGESTIONS]
    # What was sent stays chosen when the page comes back, even where it is not on the list.
    return [*options, value] if value and _input(field) == "select" and value not in options else options


def _hint(field: dict) -> str:
    if field["minimum"] is not None:
        low, high = (end if isinstance(end, str) else f"{end:.12g}" for end in (field["minimum"], field["maximum"]))
        if field["meaning"] == "date" and not field["has_time"]:
            low, high = low[:10], high[:10]
        written = f"; written like {example_number(field)}" if _input(field) == "decimal" else ""
        return f"{low} to {high} in training{written}"
    return "" if field["values"] else allowed_text(field)


def _iso_moment(text: str) -> datetime.datetime | None:
    if len(text) < len("2025-12-31") or text[4:5] != "-":
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
