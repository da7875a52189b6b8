"""What the person should know about how a column was read, in sentences."""

import re

from workbench.data.columns.number_rules import units_of
from workbench.runtime.field_words import scale_words
from workbench.runtime.text_values import NUMBER, parse_number

NEARLY = 0.8  # of a column's cells that are numbers, so that the others are worth a sentence
MIN_CELLS = 20
LOOKED_AT = 5_000
N_EXAMPLES = 3
LIMIT = re.compile(r"[<>≤≥]=?\s*([\d.,]*\d)")
DURATION = re.compile(r"\d{1,4}:[0-5]\d:[0-5]\d(?:[.,]\d+)?")
KINDS = {"category": "a category", "text": "text", "identifier": "an identifier", "yes_no": "yes/no"}


def why_words(name, meaning, texts, counts):
    """Return why a column that looks like numbers is read as words, or ""."""
    total = int(counts.sum())
    if total < MIN_CELLS or not any(text[:1].isdigit() or text[1:2].isdigit() for text in texts[:50]):
        return ""
    if units := units_of(texts[:LOOKED_AT]):
        shown = " and ".join(f"{unit} ({count:,} different cells)" for unit, count in units[:3])
        return (
            f"“{name}”: the numbers stand in {shown}. They are not converted into each other, so the column is read "
            f"as {KINDS[meaning]}."
        )
    if all(DURATION.fullmatch(text) for text in texts[:LOOKED_AT]):
        return (
            f"“{name}”: “{texts[0]}” may be a time of day or a duration. It is not converted to a number; the column "
            f"is read as {KINDS[meaning]}."
        )
    odd = [at for at, text in enumerate(texts[:LOOKED_AT]) if not NUMBER.fullmatch(text.replace(",", ""))]
    n_odd = int(counts[odd].sum())
    are_limits = all(LIMIT.fullmatch(texts[at]) for at in odd) and len(odd) < len(texts)
    if not odd or len(texts) > LOOKED_AT or (n_odd > (1 - NEARLY) * total and not are_limits):
        return ""
    shown = _listed(texts[at] for at in odd[:N_EXAMPLES])
    return (
        f"“{name}”: {n_odd:,} of {total:,} cells are no number ({shown}), so it is "
        f"read as {KINDS[meaning]}. Choose “number” to read the others as numbers."
    )


def words_left_out(name, words, n_cells):
    """Return that words among numbers count as no value."""
    return f"“{name}”: {_listed(words)} ({n_cells:,} {_cells(n_cells)}) is no number and counts as no value."


def how_scaled(spec, texts):
    """Return the rule by which numbers with suffixes are read, with an example of the column, or ""."""
    if not spec.scales:
        return ""
    rules = {"decimal": spec.decimal, "thousands": spec.thousands, "unit": spec.unit, "scales": spec.scales}
    for text in texts:
        value, plain = parse_number(text, **rules), parse_number(text, **{**rules, "scales": ()})
        if value and plain is None:
            unit = f" {spec.unit}" if spec.unit else ""
            return f"“{spec.name}”: “{text}” is read as {value:,.12g}{unit}."
    return f"“{spec.name}”: numbers {scale_words(spec.model_dump())}."


def how_grouped(spec, texts):
    """Return that a point stands before thousands, with an example, or "" where the column leaves no doubt."""
    if spec.thousands != "." or any("," in text or text.count(".") > 1 for text in texts):
        return ""
    for text in texts:
        value = parse_number(text, decimal=",", thousands=".", unit=spec.unit, scales=spec.scales)
        if value is not None and "." in text:
            return (
                f"“{spec.name}”: “{text}” is read as {value:,.12g}, with a point before the thousands. If it is a "
                "decimal point, say so for this column."
            )
    return ""


def known_order(name, by_day, reason, n_dates):
    """Return how dates are read that could be day first or month first where the rest of the file tells."""
    order = "day" if by_day else "month"
    return f"“{name}”: no part of its {n_dates:,} dates is above 12; they are read {order} first, {reason}."


def short_years(name, text, moment):
    """Return how years of two digits are read where that leads beyond today."""
    return (
        f"“{name}”: years of two digits are read as 1969 to 2068, so that {text} is {moment.day} {moment:%B %Y}. "
        "If the years are earlier ones, they have to be written with four digits."
    )


def zoned(name, zone, moment):
    """Return that moments of a time zone are read as UTC, with the first as example."""
    return (
        f"“{name}”: its times are of the zone {zone} and are read as UTC: {moment:%Y-%m-%d %H:%M} there is "
        f"{moment.tz_convert('UTC'):%Y-%m-%d %H:%M}."
    )


def swapped_dates(name, n_odd):
    """Return that some dates only fit with day and month swapped."""
    if n_odd == 1:
        return f"“{name}”: 1 date only fits with day and month swapped and is left blank."
    return f"“{name}”: {n_odd:,} dates only fit with day and month swapped and are left blank."


def _listed(texts):
    return ", ".join(f"“{text[:40]}”" for text in texts)


def _cells(number):
    return "cell" if number == 1 else "cells"
