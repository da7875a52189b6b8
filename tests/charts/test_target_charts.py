"""Charts of the target and of two tables: the numbers drawn, and what their titles say."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts.target import drift_frame, shape_frame
from workbench.charts.two_tables import two_distributions_frame
from workbench.profiling.target.target_view import Drift, Shape, ShapeBin, TargetView
from workbench.specs import ColumnSpec

NUMBER = ColumnSpec(name="age", meaning="number", unit="years")
KIND = ColumnSpec(name="kind", meaning="category")
VIEW = TargetView("yes", 0.3)


def title(chart):
    text = chart["title"]["text"]
    return (text if isinstance(text, str) else " ".join(text)).replace("\N{NO-BREAK SPACE}", " ")


def bins(values, *, rows=100, days=False, words=False):
    ends = [(place * 10.0, place * 10.0 + 10) for place in range(len(values))]
    if days:
        ends = [(f"2024-0{place + 1}-01", f"2024-0{place + 2}-01") for place in range(len(values))]
    if words:
        ends = [(None, None)] * len(values)
    return tuple(
        ShapeBin(f"bin {place}", rows, value, value - 0.05, value + 0.05, *ends[place])
        for place, value in enumerate(values)
    )


@pytest.mark.parametrize(
    ("shape", "view", "said"),
    [
        (Shape("age", "yes", bins([0.1, 0.2, 0.6])), VIEW, "The higher age, the more often “yes”: 10 % to 60 %"),
        (Shape("age", "yes", bins([0.6, 0.2, 0.1])), VIEW, "The higher age, the less often “yes”: 60 % to 10 %"),
        (
            Shape("day", "yes", bins([0.1, 0.2, 0.6], days=True)),
            VIEW,
            "The later day, the more often “yes”: 10 % to 60 %",
        ),
        (Shape("age", "yes", bins([0.1, 0.6, 0.2])), VIEW, "age: “yes” from 10 % (bin 0) to 60 % (bin 1)"),
        (
            Shape("kind", "yes", bins([0.1, 0.2, 0.6], words=True)),
            VIEW,
            "kind: “yes” from 10 % (bin 0) to 60 % (bin 2)",
        ),
        (Shape("age", "yes", bins([0.29, 0.31])), VIEW, "age: no clear difference in the share of “yes”"),
        (
            Shape("age", "", bins([5.0, 9.0, 20.0])),
            TargetView("", 8.0),
            "The higher age, the higher the mean: 5 to 20",
        ),
        (Shape("age", "", bins([8.0, 8.01])), TargetView("", 8.0), "age: no clear difference in the mean"),
    ],
)
def test_a_shape_says_what_it_shows(shape, view, said):
    assert title(charts.shape_chart(shape, view, KIND)) == said


def test_few_rows_are_not_what_the_title_speaks_of():
    found = (*bins([0.1, 0.6, 0.2], words=True), ShapeBin("odd", 3, 1.0, 0.4, 1.0))
    assert title(charts.shape_chart(Shape("kind", "yes", found), VIEW, KIND)).endswith("to 60 % (bin 1)")


def test_the_line_of_all_rows_is_drawn():
    chart = charts.shape_chart(Shape("age", "yes", bins([0.1, 0.6])), VIEW, NUMBER)
    dashed = [layer for layer in chart["layer"] if "strokeDash" in layer["mark"]]
    assert [layer["data"]["values"] for layer in dashed] == [[{"value": 0.3}]]


def test_a_value_that_reads_like_a_blank_keeps_a_row_of_its_own():
    found = (ShapeBin("no value", 40, 0.1, 0.0, 0.2), ShapeBin("no value", 20, 0.5, 0.3, 0.7))
    drawn = charts.shape_chart(Shape("kind", "yes", found), VIEW, KIND)["data"]["values"]
    assert [(row["name"], row["empty"]) for row in drawn] == [("no value", False), ("no value (2)", True)]


def test_the_numbers_of_a_shape_and_of_a_drift():
    shape, drift = Shape("age", "yes", bins([0.1, 0.6])), Drift("age", "group", 0.5, 0.2, bins([0.1, 0.6]))
    for frame in (shape_frame(shape), drift_frame(drift)):
        assert list(frame) == ["label", "n_rows", "value", "low", "high", "left", "right"]
        assert frame["value"].tolist() == [0.1, 0.6] and frame["left"].tolist() == [0, 10]


def test_drift_over_time_is_drawn_along_time():
    chart = charts.drift_chart(Drift("day", "time", 0.5, 0.2, bins([0.1, 0.6, 0.2], days=True)), VIEW)
    assert title(chart) == "Along day: the share of “yes” moves between 10 % and 60 %"
    assert [row["at"] for row in chart["data"]["values"]][:2] == ["2024-01-16T12:00:00", "2024-02-15T12:00:00"]


def test_times_of_a_day_stand_beside_days():
    found = (
        ShapeBin("first", 50, 0.1, 0.0, 0.2, "2024-01-01", "2024-01-01 12:00"),
        ShapeBin("second", 50, 0.4, 0.3, 0.5, "2024-01-01 12:00", "2024-01-02"),
    )
    drawn = charts.drift_chart(Drift("day", "time", 0.5, 0.2, found), VIEW)["data"]["values"]
    assert [row["at"] for row in drawn] == ["2024-01-01T06:00:00", "2024-01-01T18:00:00"]


def test_the_target_is_drawn_with_its_mean_or_its_class():
    chart = charts.target_chart(pd.Series([1.0, 2.0, 6.0]), TargetView("", 3.0), NUMBER)
    assert chart["layer"][-1]["data"]["values"] == [{"low": 3.0}]
    chart = charts.target_chart(pd.Series([0, 1, 1, 1]), TargetView("1", 0.75), ColumnSpec(name="y", meaning="integer"))
    assert title(chart) == "y: “1” in 75 % of the rows"
    assert [(row["value"], row["count"]) for row in chart["data"]["values"]] == [("1", 3), ("0", 1)]


def test_two_tables_share_their_bins():
    random = np.random.default_rng(0)
    old, new = pd.Series(random.normal(0, 1, 3000)), pd.Series(random.normal(3, 1, 200)).where(np.arange(200) % 4 > 0)
    frame = two_distributions_frame(old, new, NUMBER)
    before, now = (frame[frame["table"] == table].reset_index(drop=True) for table in ("before", "now"))
    assert before[["low", "high"]].equals(now[["low", "high"]])
    assert (before["count"].sum(), now["count"].sum()) == (3000, 150)
    assert before["share"].sum() == pytest.approx(1) and now["share"].sum() == pytest.approx(1)
    inner = slice(1, -1)
    counts = np.histogram(old, bins=[*before["low"], before["high"].iloc[-1]])[0]
    assert before["count"][inner].tolist() == counts[inner].tolist()
    assert title(charts.two_distributions(old, new, NUMBER)).endswith("; 25 % missing, before 0 %")


def test_two_tables_of_words_by_hand():
    old, new = pd.Series(["a", "a", "a", "b"]), pd.Series(["a", "c", "c", None])
    frame = two_distributions_frame(old, new, KIND)
    found = frame.pivot(index="label", columns="table", values="count")
    assert found.loc[["a", "b", "c", "no value"]].to_numpy().tolist() == [[3, 1], [1, 0], [0, 2], [0, 1]]
    assert frame.loc[frame["label"] == "a", "share"].tolist() == [0.75, 0.25]
    assert title(charts.two_distributions(old, new, KIND)) == "kind: “a” in 25 % of the rows, before in 75 %"


def test_whole_numbers_of_few_values_get_bars_of_their_own():
    frame = two_distributions_frame(
        pd.Series([1, 1, 2]), pd.Series([10, 2, 2]), ColumnSpec(name="n", meaning="integer")
    )
    assert frame["label"].tolist() == ["1", "2", "10"] * 2
    assert frame["count"].tolist() == [2, 1, 0, 0, 2, 1]


def test_two_tables_that_are_alike():
    old, new = pd.Series(["a", "b"] * 50), pd.Series(["b", "a"] * 20)
    assert title(charts.two_distributions(old, new, KIND)) == "kind: every value is about as frequent as before"
    numbers = pd.Series([1.5, 2.5, 3.5, 4.5])
    assert title(charts.two_distributions(numbers, numbers, NUMBER)) == (
        "age: half of the values lie between 2.25 years and 3.75 years, as before"
    )


def test_two_tables_of_dates_and_texts():
    days = pd.Series(pd.date_range("2024-01-01", periods=30).as_unit("us"))
    when = ColumnSpec(name="when", meaning="date")
    assert title(charts.two_distributions(days, days + pd.Timedelta(days=31), when)) == (
        "when: from 2024-02-01 to 2024-03-01, before from 2024-01-01 to 2024-01-30"
    )
    note = ColumnSpec(name="note", meaning="text")
    frame = two_distributions_frame(pd.Series(["x", "xx"]), pd.Series(["xxx"]), note)
    assert frame["label"].tolist() == ["1", "2", "3"] * 2 and frame["count"].tolist() == [1, 1, 0, 0, 0, 1]
