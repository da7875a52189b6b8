"""Hundreds of invented columns, written by rules that the detection does not know, are read as what they were."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from workbench.data.columns.meanings import detect_columns
from workbench.runtime.field_words import number_text
from workbench.runtime.reading import type_column
from workbench.runtime.text_values import moment_text

UNITS = ["", "%", "€", "$", "kg", "km", "CHF", "zł", "°C", "kr", "months", "m²", "kWh"]
MARKS = [(".", ""), (".", ","), (",", ""), (",", "."), (".", " "), (",", " "), (".", "'")]
SCALES = [
    (("K", 1e3), ("M", 1e6)),
    (("k", 1e3), ("M", 1e6)),
    (("Mio.", 1e6), ("Mrd.", 1e9)),
    (("bn", 1e9), ("mn", 1e6)),
]
DATES = [
    ("%Y-%m-%d", ""), ("%Y-%m-%d %H:%M:%S", ""), ("%d.%m.%Y", ""), ("%d.%m.%y", ""), ("%d/%m/%Y", ""), ("%m/%d/%Y", ""),
    ("%d-%m-%Y", ""), ("%Y/%m/%d", ""), ("%d.%m.%Y %H:%M", ""), ("%m/%d/%Y %I:%M %p", ""), ("%d %b %Y", ""),
    ("%B %d, %Y", ""), ("%d-%b-%y", ""), ("%d. %B %Y", "de"), ("%d %B %Y", "fr"), ("%d de %B de %Y", "es"),
    ("%d %B %Y", "it"), ("%d %B %Y", "nl"), ("%d de %B de %Y", "pt"), ("%d %B %Y", "pl"), ("%d. %B %Y", "cs"),
    ("%d %B %Y", "sv"), ("%d. %B %Y", "da"), ("%d %B %Y", "ru"), ("%Y. %B %d.", "hu"), ("%d %B %Y", "tr"),
    ("%A, %d %B %Y", ""), ("%Y-%m-%dT%H:%M:%SZ", ""), ("%d/%m/%Y %H:%M", ""),
]  # fmt: skip
TOKENS = ["", "?", "n/a", "-", "NULL", "k.A.", "#N/A"]
WORDS = [
    ("male", "female"),
    ("A", "B", "C", "D"),
    ("low", "mid", "high"),
    ("12A", "13B", "7C"),
    ("1-5", "6-10", "11-20"),
]
YES_NO = [("yes", "no"), ("Ja", "Nein"), ("TRUE", "FALSE"), ("oui", "non"), ("да", "нет"), ("Y", "N"), ("sí", "no")]


def number_column(random):
    """A measure with two decimals, written with marks and a unit."""
    decimal, thousands = MARKS[random.integers(len(MARKS))]
    rules = {"decimal": decimal, "thousands": thousands, "unit": UNITS[random.integers(len(UNITS))]}
    values = np.round(random.normal(5, 2_000, 60), 2)
    before = rules["unit"] in ("€", "$", "CHF") and random.random() < 0.5
    texts = [number_text(value, {**rules, "unit": "" if before else rules["unit"]}) for value in values]
    if before:
        texts = [("-" if text[0] == "-" else "") + rules["unit"] + text.lstrip("-") for text in texts]
    return "number", texts, values


def scaled_column(random):
    """Amounts from thousands to billions, written with suffixes."""
    rules = {"scales": SCALES[random.integers(len(SCALES))], "unit": ["", "€", "$"][random.integers(3)]}
    smallest = min(factor for _, factor in rules["scales"])
    values = np.round(10 ** random.uniform(0, 4, 60), 1) * smallest
    return None, [number_text(value, rules) for value in values], values


def whole_column(random):
    values = random.integers(-500, 90_000, 60)
    return "integer", [str(value) for value in values], values.astype(float)


def date_column(random):
    date_format, language = DATES[random.integers(len(DATES))]
    begin = datetime(2001, 1, 1) + timedelta(days=int(random.integers(5_000)))
    moments = [begin + timedelta(minutes=int(minutes)) for minutes in random.integers(0, 2_000_000, 60)]
    has_time = "%H" in date_format or "%I" in date_format
    if not has_time:
        moments = [moment.replace(hour=0, minute=0) for moment in moments]
    return "date", [moment_text(moment, date_format, language) for moment in moments], pd.DatetimeIndex(moments)


def word_column(random):
    words = WORDS[random.integers(len(WORDS))]
    cells = [words[at] for at in random.integers(len(words), size=60)]
    return "category", cells, cells


def yes_no_column(random):
    words = YES_NO[random.integers(len(YES_NO))]
    cells = [*words, *(words[at] for at in random.integers(2, size=58))]
    return "yes_no", cells, cells


MAKERS = [number_column, scaled_column, whole_column, date_column, word_column, yes_no_column]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_invented_columns(maker):
    random = np.random.default_rng(20261)
    for at in range(60):
        meaning, cells, values = maker(random)
        token = TOKENS[random.integers(len(TOKENS))]
        blank = random.random(len(cells)) < (0.15 if token != "-" or maker is not word_column else 0)
        raw = pd.DataFrame(
            {"x": [token if none else cell for cell, none in zip(cells, blank, strict=True)]}, dtype="str"
        )
        found = detect_columns(raw)
        spec = found.schema.columns[0]
        typed = type_column(raw["x"], spec.model_dump(mode="json"))
        about = f"{at}: {cells[:3]} {spec}"
        assert spec.meaning == meaning or (meaning is None and spec.meaning in ("number", "integer")), about
        assert not typed.misfits.any(), about
        assert typed.values.isna().to_numpy().tolist() == blank.tolist(), about
        for value, cell in zip(typed.values[~blank], np.asarray(values)[~blank], strict=True):
            same = value == cell if not isinstance(value, float) else np.isclose(value, cell, rtol=1e-11)
            assert same, (about, value, cell)
