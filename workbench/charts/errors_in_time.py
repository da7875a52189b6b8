"""Errors of predicted amounts over time."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.errors_in_time import ErrorsInTime
from workbench.results.wording import shorten


def errors_in_time(result: ErrorsInTime) -> Chart:
    """Residuals in stretches of time: the median, and the range of the middle 80 % of rows; the dashed line is 0."""
    stretches = result.frame().rename(columns={"from": "from_time", "to": "to_time"})
    kind = "temporal" if pd.api.types.is_datetime64_any_dtype(stretches["from_time"]) else "quantitative"
    titles = shorten(result.column), theme.with_unit("Actual minus predicted", result.unit)
    x = theme.x("from_time", titles[0], kind, scale={"zero": False} if kind == "quantitative" else {})
    moment = {"type": kind, **({"format": "%Y-%m-%d %H:%M"} if kind == "temporal" else {})}
    tooltip = [
        {"field": "from_time", "title": "From", **moment},
        {"field": "to_time", "title": "to", **moment},
        *theme.tip(
            n_rows=("Rows", ",d"),
            median=("Median", ",.4~g"),
            q10=("10 % are below", ",.4~g"),
            q90=("10 % are above", ",.4~g"),
            mae=("Off by, on average", ",.4~g"),
        ),
    ]
    zero = {
        "data": {"values": [{"median": 0.0}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY},
        "encoding": {"y": theme.x("median", titles[1])},
    }
    band = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": theme.BLUE, "opacity": 0.6},
        "encoding": {"x": x, "y": theme.x("q10", titles[1]), "y2": {"field": "q90"}, "tooltip": tooltip},
    }
    dot = {
        "mark": {"type": "point", "filled": True, "size": 70, "color": theme.BLUE, "opacity": 1},
        "encoding": {"x": x, "y": theme.x("median", titles[1]), "tooltip": tooltip},
    }
    return theme.chart(result.finding(), stretches, zero, band, dot)
