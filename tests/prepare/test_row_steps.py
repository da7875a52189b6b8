"""Row steps: which rows stay, with which labels, and what is said about it."""

import pandas as pd
import pytest
from pydantic import TypeAdapter

from workbench.errors import NotFound, NotPossible
from workbench.prepare import ROW_STEPS, apply_recipe
from workbench.specs import DropDuplicates, DropMissing, FilterRows, Recipe, RowStep

TABLE = pd.DataFrame(
    {
        "n": [1.0, 2.5, None, 2.5, 4.0],
        "k": [1, 2, 3, 2, 5],
        "day": pd.to_datetime(
            ["2024-01-01", "2024-03-05 12:00", None, "2024-03-05 12:00", "2025-01-01"], format="ISO8601"
        ),
        "town": pd.Series(["Ulm", "New Ulm", None, "New Ulm", "a.b"], dtype="str"),
    }
)


def kept(*steps):
    return apply_recipe(TABLE, Recipe(rows=steps)).table.index.tolist()


@pytest.mark.parametrize(
    ("column", "operator", "values", "rows"),
    [
        ("n", "equals", (2.5,), [1, 3]),
        ("n", "equals", ("2.5",), [1, 3]),
        ("n", "not_equals", (2.5,), [0, 4]),
        ("n", "at_least", (2.5,), [1, 3, 4]),
        ("n", "at_most", (1,), [0]),
        ("n", "between", (2, 4), [1, 3, 4]),
        ("n", "between_or_blank", (2, 4), [1, 2, 3, 4]),
        ("day", "between_or_blank", ("2024-01-01", "2024-12-31"), [0, 1, 2, 3]),
        ("k", "one_of", (1, "5"), [0, 4]),
        ("n", "is_blank", (), [2]),
        ("n", "not_blank", (), [0, 1, 3, 4]),
        ("day", "at_least", ("2024-03-05",), [1, 3, 4]),
        ("day", "at_most", ("2024-03-05",), [0, 1, 3]),  # a day is the whole day
        ("day", "equals", ("2024-03-05",), [1, 3]),
        ("day", "equals", ("2024-03-05T11:00",), []),
        ("day", "not_equals", ("2024-03-05",), [0, 4]),
        ("day", "one_of", ("2024-01-01", "2024-03-05T13:00+01:00"), [0, 1, 3]),
        ("day", "between", ("2024-01-01", "2024-12-31"), [0, 1, 3]),
        ("town", "equals", ("Ulm",), [0]),
        ("town", "contains", ("ulm",), [0, 1, 3]),
        ("town", "contains", (".",), [4]),  # a dot is a dot
        ("town", "one_of", ("Ulm", "a.b"), [0, 4]),
        ("town", "not_equals", ("Ulm",), [1, 3, 4]),
        ("n", "none_of", (2.5, 4), [0, 2]),  # a blank is none of them
    ],
)
def test_filters(column, operator, values, rows):
    step = FilterRows(column=column, operator=operator, values=values)
    if rows:
        assert kept(step) == rows
    else:
        with pytest.raises(NotPossible, match="No row is left"):
            kept(step)


def test_copies_and_blanks():
    assert kept(DropDuplicates()) == [0, 1, 2, 4]
    assert kept(DropDuplicates(columns=("town",))) == [0, 1, 2, 4]
    assert kept(DropMissing(column="n")) == [0, 1, 3, 4]


def test_each_step_says_what_it_did_in_order():
    prepared = apply_recipe(
        TABLE, Recipe(rows=(DropDuplicates(), FilterRows(column="n", operator="at_least", values=(2,))))
    )
    assert [(log.rows_before, log.rows_after) for log in prepared.log] == [(5, 4), (4, 2)]
    assert prepared.log[0].sentence == "Leave out copies of whole rows: 1 of 5 rows left out."
    assert prepared.log[1].sentence == "Keep rows where n is at least 2: 2 of 4 rows left out."
    inside = FilterRows(column="n", operator="between_or_blank", values=(1, 3))
    (log,) = apply_recipe(TABLE, Recipe(rows=(inside,))).log
    assert log.sentence == "Keep rows where n has no value or is between 1 and 3: 1 of 5 rows left out."
    assert len(TABLE) == 5  # never changed
    assert apply_recipe(TABLE, Recipe()).table is not None and kept() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (DropMissing(column="x"), NotFound, "There are: “n”"),
        (DropDuplicates(columns=("x",)), NotFound, "no column “x”"),
        (FilterRows(column="x", operator="is_blank"), NotFound, "no column “x”"),
        (FilterRows(column="n", operator="equals", values=("two",)), NotPossible, "“two” is not a number"),
        (FilterRows(column="day", operator="equals", values=("soon",)), NotPossible, "“soon” is not a date"),
        (FilterRows(column="n", operator="between", values=(1,)), NotPossible, "needs 2 values"),
        (FilterRows(column="n", operator="between_or_blank"), NotPossible, "needs 2 values"),
        (FilterRows(column="n", operator="equals"), NotPossible, "needs 1 value"),
        (FilterRows(column="n", operator="at_least", values=(99,)), NotPossible, "No row is left"),
        (FilterRows(column="town", operator="at_least", values=("M",)), NotPossible, "words"),
        (FilterRows(column="town", operator="between_or_blank", values=("A", "M")), NotPossible, "words"),
    ],
)
def test_what_cannot_be_done_is_told(step, error, message):
    with pytest.raises(error, match=message):
        kept(step)


@pytest.mark.parametrize("kind", ROW_STEPS, ids=lambda kind: kind.name)
def test_every_row_step_has_a_spec_and_words(kind):
    example = {"step": kind.name, "column": "n", "operator": "not_blank"}
    allowed = kind.spec.model_fields
    step = TypeAdapter(RowStep).validate_python({key: value for key, value in example.items() if key in allowed})
    assert isinstance(step, kind.spec)
    assert set(kept(step)) <= set(TABLE.index)
    assert kind.sentence.endswith(".") and kind.words(step)[0].isupper()
