"""One JSON value to a cell: a native value, or the text that the field's reading rule is applied to."""

import datetime
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.column_types import spellings_of
from workbench.runtime.field_words import NUMERIC, max_length


def json_value(cell: Any, entry: dict) -> tuple[Any, str | None, bool]:
    """Return (native value, text to be read by the rule, whether the type fits)."""
    meaning = entry["meaning"]
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, str):
        # Half of a surrogate pair can be written in JSON, but is no character, and Arrow refuses it.
        return None, cell, len(cell) <= max_length(entry) and (cell.isascii() or _is_text(cell))
    if isinstance(cell, bool):
        spelling = _known_spelling((str(cell), str(cell).lower(), str(cell).upper()), entry)
        return None, spelling, meaning not in (*NUMERIC, "date")
    if isinstance(cell, int | float):
        return _json_number(cell, entry)
    if isinstance(cell, datetime.date):  # a date of the form or of a workbook; JSON has none
        moment = pd.Timestamp(cell)
        moment = moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment
        return moment.as_unit("us").to_datetime64(), None, meaning == "date"
    return None, None, False


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _json_number(cell: int | float, entry: dict) -> tuple[Any, str | None, bool]:
    number = _finite(cell)
    if number is None:
        return None, None, False
    whole = number.is_integer()
    spellings = [str(cell)] if isinstance(cell, int) or not whole else [str(int(number)), str(cell)]
    if entry["meaning"] in NUMERIC:
        # Where the file's rule says that 999 stands for "no value", the number 999 says so too.
        token = next((spelling for spelling in spellings if spelling in entry.get("missing", ())), None)
        return number, token, whole or entry["meaning"] == "number"
    # 20251231 is a date only where the file writes dates so; under ISO 8601 it would be read as a year or worse.
    by_rule = entry["meaning"] != "date" or entry.get("date_format") not in ("", "ISO8601", None)
    return None, _known_spelling(spellings, entry), by_rule


def _finite(cell: int | float) -> float | None:
    try:
        number = float(cell)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _known_spelling(spellings: Sequence[str], entry: dict) -> str:
    seen, respelt = entry.get("values") or (), spellings_of(entry) if entry.get("spellings") else ()
    return next((spelling for spelling in spellings if spelling in seen or spelling in respelt), spellings[0])
