"""The web form: one input per field, made from what the field takes; works without JavaScript."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.runtime.answer_words import interval_words, percent, readable, shift_words, short
from workbench.runtime.contract import (
    NUMERIC,
    WORDS,
    FieldError,
    allowed_text,
    check_row,
    example_number,
)
from workbench.runtime.decisions import sentence_of
from workbench.runtime.field_words import seen_ends

from .contract_words import is_needed

MOST_OPTIONS = 60  # a longer list is easier to type into
MOST_SUGGESTIONS = 500
MOST_AT_ONCE = 24  # fields; of more, the first stand open and the others in groups that open with a click
FIRST_GROUP, NEXT_GROUPS = 16, 20
NAMED_IN_GROUP = 4
LONGEST_NAME = 24  # characters of a name in the title of a group
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
                "needed": is_needed(field),
                "value": value,
                "options": _options(field, value),
                "hint": _hint(field),
                "error": (errors or {}).get(name, ""),
                "notes": notes.get(name, []),
            }
        )
    place = {name: position for position, name in enumerate(first)}
    return sorted(shown, key=lambda widget: place.get(widget["name"], len(place)))


def groups(shown: Sequence[dict]) -> list[dict]:
    """Divide the fields so that many of them are no cliff: the first stand open, the others in groups with a title.

    Parameters
    ----------
    shown : sequence of dict
        As :func:`widgets` returns them.

    Returns
    -------
    list of dict
        ``title`` ("" for the first), ``open`` (also where something is wrong or remarked in it) and ``widgets``.
    """
    if len(shown) <= MOST_AT_ONCE:
        return [{"title": "", "open": True, "widgets": list(shown)}]
    found = [{"title": "", "open": True, "widgets": list(shown[:FIRST_GROUP])}]
    for start in range(FIRST_GROUP, len(shown), NEXT_GROUPS):
        part = list(shown[start : start + NEXT_GROUPS])
        names = ", ".join(_cut(widget["label"]) for widget in part[:NAMED_IN_GROUP])
        more = " …" if len(part) > NAMED_IN_GROUP else ""
        title = f"{start + 1} to {start + len(part)} of {len(shown)} fields: {names}{more}"
        wrong = any(widget["error"] or widget["notes"] for widget in part)
        found.append({"title": title, "open": wrong, "widgets": part})
    return found


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"


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
    """Return the JSON row that the posted form stands for; every field is there, blank ones as None.

    What was posted under another name stays in the row, so that the contract says what becomes of it.
    """
    known = {field["name"].replace("\r\n", "\n") for field in fields}
    row = {name: text for name, text in posted.items() if name.replace("\r\n", "\n") not in known}
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
    names = {field["name"] for field in scorer.fields}
    # What is about the row as a whole, or about a field that the form does not have, has no place beside a field.
    about_row = [_about_row(warning) for warning in answer["warnings"] if warning["field"] not in names]
    n_beside = len(answer["warnings"]) - len(about_row)
    n_blank = sum(w["field"] in names and not _entered(posted, w["field"]) for w in answer["warnings"])
    return {
        "prediction": readable(prediction) if scorer.is_regression else str(prediction),
        "exact": str(prediction),
        "probabilities": [{"name": name, "share": p, "percent": percent(p)} for name, p in shares],
        "decision": sentence_of(scorer.decision, len(shares)) if scorer.decision else "",
        "interval": interval_words(answer, scorer),
        "shift": shift_words(scorer.shift),
        "in_words": answer.get("in_words", ""),
        "reasons": _reasons(answer.get("reasons")),
        "n_blank": n_blank,
        "n_remarks": n_beside - n_blank,
        "about_row": about_row,
    }


def _about_row(warning: Mapping) -> str:
    where = "" if warning["field"] is None else f"“{warning['field']}”: "
    return f"{where}{warning['message']}."


def _reasons(found: Mapping | None) -> dict | None:
    """Return the reasons as the page shows them: the strongest first, each with a bar of its size."""
    if not found or not found["columns"]:
        return None
    largest = max(abs(entry["contribution"]) for entry in found["columns"])
    lines = [
        {
            "words": entry["in_words"],
            "size": f"{'+' if entry['contribution'] > 0 else '−'}{short(abs(entry['contribution']))}",
            "share": abs(entry["contribution"]) / largest,
            "up": entry["contribution"] > 0,
        }
        for entry in found["columns"]
    ]
    return {"lines": lines, "scale": found["scale"], "about": found["about"]}


def _entered(posted: Mapping[str, str], name: str) -> str:
    """Return what was entered for a field; browsers send every line break, also those of names, as CR LF."""
    text = posted.get(name, posted.get(name.replace("\r\n", "\n").replace("\n", "\r\n"), ""))
    return text.replace("\r\n", "\n")


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
        if field["meaning"] == "date":  # as the browser's input has them, however the training file wrote them
            low, high = (end if field["has_time"] else end[:10] for end in (field["minimum"], field["maximum"]))
        else:
            low, high = seen_ends(field)
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
