"""What changed between the columns of two tables."""

import pytest

from workbench.data.differences import compare_schemas
from workbench.specs import ColumnSpec, Schema


def schema(**meanings):
    return Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, meaning in meanings.items()))


OLD = schema(id="identifier", price="number", day="date", kind="category")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (schema(id="identifier", price="number", day="date"), [("removed", "kind", "", "")]),
        (schema(**{c.name: c.meaning for c in OLD.columns}, note="text"), [("added", "note", "", "")]),
        (
            schema(id="identifier", price="number", day="text", kind="category"),
            [("meaning", "day", "date", "text")],
        ),
        (
            schema(id="identifier", Prices="number", day="date", kind="category"),
            [("renamed", "Prices", "price", "Prices")],
        ),
        # Another meaning, or a name that has nothing in common, is no rename.
        (
            schema(id="identifier", prices="text", day="date", kind="category"),
            [("removed", "price", "", ""), ("added", "prices", "", "")],
        ),
        (
            schema(id="identifier", weight="number", day="date", kind="category"),
            [("removed", "price", "", ""), ("added", "weight", "", "")],
        ),
        (schema(price="number", id="identifier", day="date", kind="category"), [("order", "", "", "")]),
        # A column in front moves all others; the renamed one still stands second from the end.
        (
            schema(no="integer", id="identifier", price="number", days="date", kind="category"),
            [("added", "no", "", ""), ("renamed", "days", "day", "days")],
        ),
    ],
)
def test_changes(new, expected):
    found = [(change.kind, change.column, change.was, change.now) for change in compare_schemas(OLD, new)]
    assert sorted(found) == sorted(expected)


def test_twenty_thousand_columns_are_compared_too():
    old = schema(**{f"column {n}": "number" for n in range(20_000)})
    new = schema(**{f"{n} other names": "number" for n in range(20_000)})
    assert len(compare_schemas(old, new)) == 40_000
