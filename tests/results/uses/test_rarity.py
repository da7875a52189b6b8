"""Rarity: a value is told from the counts of the training rows."""

import numpy as np
import pandas as pd
import pytest

from workbench.results.uses.rarity import seen_in


def field(name, meaning, **more):
    return {"name": name, "meaning": meaning, "unit": "", "minimum": None, "maximum": None, "values": None, **more}


FIELDS = [
    field("months", "integer", minimum=0, maximum=72),
    field("price", "number", decimal=",", thousands=".", unit="€"),
    field("since", "date", date_format="ISO8601"),
    field("plan", "category", values=["basic", "plus"]),
    field("remark", "text"),
]
ROWS = pd.DataFrame(
    {
        "months": [72.0, *np.arange(999) % 60],
        "price": [*np.linspace(1.0, 1500.0, 995), *[np.nan] * 5],
        "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(1000) % 300, unit="D"),
        "plan": ["plus"] * 9 + ["basic"] * 991,
        "remark": [f"note {row}" for row in range(1000)],
    }
)
SEEN = seen_in(ROWS, FIELDS)


@pytest.mark.parametrize(
    ("name", "cell", "told"),
    [
        ("months", 73, "outside anything seen (0 to 72)"),
        ("months", -1, "outside anything seen (0 to 72)"),
        ("months", 72, "rare: as high or higher in 1 of 1,000 rows"),
        ("months", 59, ""),  # 16 rows have 59, and one more
        ("months", 0, ""),
        ("months", None, "no training row was blank here"),
        ("months", "many", ""),
        ("price", "2.000,00 €", "outside anything seen (1 € to 1.500 €)"),
        ("price", "1 €", "rare: as low or lower in 1 of 1,000 rows"),
        ("price", None, "rare: no value in 5 of 1,000 rows"),
        ("since", pd.Timestamp("2023-12-31").to_pydatetime(), "outside anything seen (2024-01-01 to 2024-10-26)"),
        ("since", pd.Timestamp("2024-10-26").to_pydatetime(), "rare: as late or later in 3 of 1,000 rows"),
        ("since", pd.Timestamp("2024-01-02").to_pydatetime(), "rare: as early or earlier in 8 of 1,000 rows"),
        ("plan", "plus", "rare: 9 of 1,000 rows"),
        ("plan", "basic", ""),
        ("plan", "gold", "not seen in any training row"),
        ("remark", "anything", ""),
    ],
)
def test_a_value_is_told_by_its_rows(name, cell, told):
    assert SEEN[name].hint(cell) == told


def test_nothing_is_said_where_nothing_is_known():
    empty = seen_in(pd.DataFrame({"price": [np.nan, np.nan]}), [FIELDS[1]])
    assert empty["price"].hint(3.0) == ""
    assert empty["price"].hint(None) == ""
