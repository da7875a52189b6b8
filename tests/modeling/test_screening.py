"""Which columns are set aside: a table of cases, and the real files with known identifiers."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from workbench.modeling.columns import why_unhelpful
from workbench.specs import ColumnSpec

N = 100
FIRST = ("Anna", "Ben", "Cora", "Dan", "Eva")
PROSE = ("please call me back about the order", "the parcel was late again and the box was wet")


@pytest.mark.parametrize(
    ("meaning", "values", "reason"),
    [
        ("category", [None] * N, "no value in any row"),
        ("category", ["x"] * N, "the same in every row"),
        ("number", [1.5] * N, "the same in every row"),
        ("category", ["x"] * 50 + [None] * 50, ""),  # whether there is a value may say something
        ("number", [i * 1.37 for i in range(N)], ""),  # numbers differ, that is what they are for
        ("date", pd.date_range("2024-01-01", periods=N), ""),
        ("identifier", [f"K{i}" for i in range(N)], "is different in every row; it can only be memorised"),
        ("identifier", [f"K{i // 10}" for i in range(N)], "10 different values in 100 rows"),
        ("category", [f"{FIRST[i % 5]} Name{i}" for i in range(N)], "can only be memorised"),
        ("category", [f"Make{i % 30} Model{i % 65}" for i in range(N)], "can only be memorised"),
        ("category", [f"C{i % 65}" for i in range(N)], ""),  # codes that come back, such as decks and cabins
        ("category", [f"town {i % 20}" for i in range(N)], ""),
        ("text", [f"{PROSE[i % 2]} {i}" for i in range(N)], ""),
        ("text", [f"{FIRST[i % 5]} {i}" for i in range(N)], "can only be memorised"),
    ],
)
def test_what_cannot_help(meaning, values, reason):
    dtype = None if meaning in ("number", "date") else "str"
    found = why_unhelpful(pd.Series(values, dtype=dtype), ColumnSpec(name="it", meaning=meaning))
    assert found == "" if not reason else reason in found and found.startswith("it ") and found.endswith(".")


def test_a_handful_of_values_says_nothing():
    values = pd.Series(["a", "b", "a"] + [None] * 4_000, dtype="str")
    assert "only 3 of 4,003 rows" in why_unhelpful(values, ColumnSpec(name="it", meaning="category"))


@pytest.mark.skipif("WORKBENCH_TEST_DATA" not in os.environ, reason="WORKBENCH_TEST_DATA names no folder of real files")
def test_identifiers_of_real_files_are_found():
    from workbench.data import open_table
    from workbench.modeling.columns import screen_columns

    folder = Path(os.environ["WORKBENCH_TEST_DATA"])
    wanted, missed = 0, []
    for name, roles in json.loads((folder / "columns.json").read_text(encoding="utf-8")).items():
        identifiers = roles["detectable"].get("identifier", []) if isinstance(roles, dict) else []
        if not identifiers:
            continue
        opened = open_table(folder / name)
        found = {entry.column for entry in screen_columns(opened.table, opened.schema, roles["target"])}
        wanted += len(identifiers)
        missed += [(name, column) for column in identifiers if column not in found]
    assert len(missed) <= 0.1 * wanted, missed
