"""Charts of the target before training: how it moves with a column, over time and between groups."""

import itertools

import pandas as pd

from workbench.charts import theme
from workbench.charts.columns import column_distribution
from workbench.charts.theme import Chart
from workbench.profiling.target.bins import NO_VALUE
from workbench.profiling.target.target_view import Drift, Shape, ShapeBin, TargetView
from workbench.results.wording import number, percent, shorten
from workbench.specs import ColumnSpec

ENOUGH_ROWS = 20  # of a bin that the title speaks of, where any has as many
COLUMNS = ["label", "n_rows", "value", "low", "high", "left", "right"]


def shape_frame(shape: Shape) -> pd.DataFrame:
    """The numbers of a shape: ``label``, ``n_rows``, ``value`` with its 95 % interval ``low`` to ``high``, and the
    ends of the range, ``left`` and ``right``."""
    return _frame(shape.bins)


def drift_frame(drift: Drift) -> pd.DataFrame:
    """The numbers of a drift, as those of a shape."""
    return _frame(drift.bins)


def _frame(bins: tuple[ShapeBin, ...]) -> pd.DataFrame:
    return pd.DataFrame([vars(each) for each in bins], columns=COLUMNS)


def shape_chart(shape: Shape, view: TargetView, column: ColumnSpec) -> Chart:
    """The target in each range or value of a column, with its 95 % interval; the dashed line is that of all rows.

    Parameters
    ----------
    shape : Shape
    view : TargetView
        That the shape is of.
    column : ColumnSpec
        The shape's column.
    """
    return _dots(shape.bins, view, shape.column, _shape_finding(shape, view), column.unit)


def drift_chart(drift: Drift, view: TargetView) -> Chart:
    """The target along dates, or between the values of a category, with its 95 % interval."""
    low, high = _ends(drift.bins)
    what = f"The share of “{shorten(view.of)}”" if view.of else "The mean"
    values = " and ".join(_value(each.value, view) for each in (low, high))
    over = "Along" if drift.by == "time" else "Between the values of"
    finding = f"{over} {shorten(drift.column)}: {what[0].lower()}{what[1:]} moves between {values}"
    if drift.by != "time":
        return _dots(drift.bins, view, drift.column, finding)
    frame = drift_frame(drift)
    frame[["left", "right"]] = frame[["left", "right"]].apply(pd.to_datetime, format="ISO8601")
    frame["at"] = frame["left"] + (frame["right"] - frame["left"]) / 2
    x = theme.x("at", shorten(drift.column), "temporal")
    y = theme.x("value", _axis_title(view), **_axis(view))
    band = {
        "mark": {"type": "area", "color": theme.BLUE, "opacity": 0.2},
        "encoding": {"x": x, "y": theme.x("low", _axis_title(view), **_axis(view)), "y2": {"field": "high"}},
    }
    line = {
        "mark": {"type": "line", "color": theme.BLUE, "point": {"size": 60, "filled": True, "color": theme.BLUE}},
        "encoding": {"x": x, "y": y, "tooltip": _tip(view, "When")},
    }
    overall = {**_overall(view), "encoding": {"y": theme.x("value", _axis_title(view), **_axis(view))}}
    return theme.chart(finding, frame, band, overall, line)


def target_chart(values: pd.Series, view: TargetView, column: ColumnSpec) -> Chart:
    """How the target is distributed, with its mean as a dashed line, or with the share of the class looked for.

    Parameters
    ----------
    values : Series
        The target's column of the typed table.
    view : TargetView
    column : ColumnSpec
        The target's.
    """
    name = shorten(column.name)
    # Whole numbers that are classes are names to a person: one bar each, none between them.
    meaning = "category" if view.of and column.meaning in ("number", "integer") else column.meaning
    if view.of and pd.api.types.is_numeric_dtype(values.dtype):
        values = values.map(lambda value: f"{value:g}", na_action="ignore").astype("str")
    chart = column_distribution(values, meaning, name=column.name, unit=column.unit)
    if view.of:
        title = theme.title_of(f"{name}: “{shorten(view.of)}” in {percent(view.overall)} of the rows")
        return {**chart, "title": title}
    mean = {
        "data": {"values": [{"low": view.overall}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.ORANGE, "strokeWidth": 2},
        "encoding": {"x": {"field": "low", "type": "quantitative"}},
    }
    return {**chart, "layer": [*chart["layer"], mean]}


def _dots(bins: tuple[ShapeBin, ...], view: TargetView, column: str, finding: str, unit: str = "") -> Chart:
    frame = _frame(bins)
    # A value that reads like the bin of blanks, or like another that was cut, keeps a row of its own.
    again = frame.groupby("label").cumcount()
    frame["name"] = frame["label"].where(again == 0, frame["label"] + " (" + (again + 1).astype(str) + ")")
    frame["empty"] = [each.label == NO_VALUE and place == len(bins) - 1 for place, each in enumerate(bins)]
    y = theme.names("name", theme.with_unit(shorten(column), unit), list(frame["name"]))
    tooltip = _tip(view, shorten(column))
    colour = {"condition": {"test": "datum.empty", "value": theme.GREY}, "value": theme.BLUE}
    interval = {
        "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.6},
        "encoding": {
            "y": y,
            "x": theme.x("low", _axis_title(view), **_axis(view)),
            "x2": {"field": "high"},
            "color": colour,
            "tooltip": tooltip,
        },
    }
    dot = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {
            "y": y,
            "x": theme.x("value", _axis_title(view), **_axis(view)),
            "color": colour,
            "tooltip": tooltip,
        },
    }
    overall = {**_overall(view), "encoding": {"x": theme.x("value", _axis_title(view), **_axis(view))}}
    return theme.chart(finding, frame, overall, interval, dot, height=theme.rows_height(len(frame)))


def _overall(view: TargetView) -> dict:
    return {
        "data": {"values": [{"value": view.overall}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY, "strokeWidth": 1.5},
    }


def _axis_title(view: TargetView) -> str:
    return f"Share of “{shorten(view.of)}”" if view.of else "Mean of the target"


def _axis(view: TargetView) -> dict:
    return {"axis": {"format": theme.PERCENT}} if view.of else {"scale": {"zero": False}}


def _tip(view: TargetView, label: str) -> list[dict]:
    form = ".1%" if view.of else ",.4~g"
    title = "Share" if view.of else "Mean"
    return theme.tip(
        label=label, value=(title, form), low=("95 % interval from", form), high=("to", form), n_rows=("Rows", ",d")
    )


def _value(value: float, view: TargetView) -> str:
    return percent(value) if view.of else number(value)


def _ends(bins: tuple[ShapeBin, ...]) -> tuple[ShapeBin, ShapeBin]:
    """Return the bins of the lowest and the highest value, of those with enough rows."""
    enough = [each for each in bins if each.n_rows >= ENOUGH_ROWS] or list(bins)
    return min(enough, key=lambda each: each.value), max(enough, key=lambda each: each.value)


def _shape_finding(shape: Shape, view: TargetView) -> str:
    name = shorten(shape.column)
    of = f"“{shorten(view.of)}”" if view.of else "the mean"
    if not any(each.low > view.overall or each.high < view.overall for each in shape.bins):
        return f"{name}: no clear difference in {'the share of ' if view.of else ''}{of}"
    low, high = _ends(shape.bins)
    ranges = [each.value for each in shape.bins if each.left is not None]
    steps = [after - before for before, after in itertools.pairwise(ranges)]
    if len(steps) > 1 and (min(steps) >= 0 or max(steps) <= 0):
        rises, over_time = min(steps) >= 0, isinstance(shape.bins[0].left, str)
        more, higher = ("more", "higher") if rises else ("less", "lower")
        moves = f"the {more} often {of}" if view.of else f"the {higher} {of}"
        first, last = (_value(ranges[place], view) for place in (0, -1))
        return f"The {'later' if over_time else 'higher'} {name}, {moves}: {first} to {last}"
    return f"{name}: {of} from {_told(low, view)} to {_told(high, view)}"


def _told(each: ShapeBin, view: TargetView) -> str:
    return f"{_value(each.value, view)} ({shorten(each.label)})"
