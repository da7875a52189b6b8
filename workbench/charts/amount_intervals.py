"""Charts of intervals around predicted amounts, and of what errors cost by what is added to predictions."""

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.deciding.amount_costs import AmountErrors, Costs, cost_finding
from workbench.results.deciding.intervals import Interval
from workbench.results.wording import percent, shorten
from workbench.runtime.intervals import bounds

MOST_DOTS = 1500  # rows drawn, evenly spread over the predictions
BAND_POINTS = 60
BAND_OPACITY = 0.25
LINE = 17  # pixels of a line of words
EDGE = 0.2  # share of the width at each side that has no room for words outside of the curve
ROOM = 0.3  # of the height of the curve, below it
INSIDE, OUTSIDE = "inside", "outside"


def interval_band(result: Interval) -> Chart:
    """The interval against the predicted value, with held-out rows as dots; those outside their own are marked."""
    rows = result.frame().dropna(subset=["lower"]).sort_values("prediction", kind="stable")
    dots = theme.thinned(rows, MOST_DOTS)
    dots = pd.DataFrame(
        {
            "row": dots["row"] + 1,
            "x": dots["prediction"],
            "y": dots["actual"],
            "lower": dots["lower"],
            "upper": dots["upper"],
            "place": np.where(dots["inside"], INSIDE, OUTSIDE),
        }
    )
    target = shorten(result.target)
    titles = theme.with_unit(f"Predicted {target}", result.unit), theme.with_unit(f"Actual {target}", result.unit)
    x, y = theme.x("x", titles[0], scale={"zero": False}), theme.x("y", titles[1], scale={"zero": False})
    tooltip = theme.tip(
        row=("Row of the table", ",d"),
        x=(titles[0], ",.4~g"),
        y=(titles[1], ",.4~g"),
        lower=("Interval from", ",.4~g"),
        upper=("to", ",.4~g"),
        place="Actual value",
    )
    told = {"domain": [INSIDE, OUTSIDE]}
    colour = {"field": "place", "type": "nominal", "title": "Actual value", "scale": {**told, "range": _colours()}}
    shape = {"field": "place", "type": "nominal", "title": "Actual value"}
    shape["scale"] = {**told, "range": ["circle", "triangle-up"]}
    legend = {"orient": "top", "symbolOpacity": 1}
    encoding = {"x": x, "y": y, "tooltip": tooltip}
    encoding |= {"color": {**colour, "legend": legend}, "shape": {**shape, "legend": legend}}
    points = {"mark": {"type": "point", "filled": True, "size": 26, "opacity": 0.55}, "encoding": encoding}
    return theme.chart(result.finding(), dots, _band(result, rows, x, titles[1]), points, _exact(rows))


def _colours() -> list[str]:
    return [theme.BLUE, theme.ORANGE]


def _band(result: Interval, rows: pd.DataFrame, x: dict, title: str) -> dict:
    at = np.linspace(rows["prediction"].min(), rows["prediction"].max(), BAND_POINTS) if len(rows) else np.empty(0)
    lower, upper = bounds(at, result.rule)
    band = theme.records(pd.DataFrame({"x": at, "y": lower, "y2": upper}))
    return {
        "data": {"values": band},
        "mark": {"type": "area", "color": theme.GREY, "opacity": BAND_OPACITY},
        "encoding": {"x": x, "y": theme.x("y", title), "y2": {"field": "y2"}},
    }


def _exact(rows: pd.DataFrame) -> dict:
    low, high = (float(rows["prediction"].min()), float(rows["prediction"].max())) if len(rows) else (0.0, 0.0)
    return theme.line_through("x", "y", [(low, low), (high, high)])


def interval_coverage(result: Interval) -> Chart:
    """How many rows lie inside, by predicted value, with what chance would explain; the dashed line is the level."""
    bands = result.by_value().rename(columns={"from": "from_value", "to": "to_value"})
    bands["middle"] = (bands["from_value"] + bands["to_value"]) / 2
    titles = theme.with_unit(f"Predicted {shorten(result.target)}", result.unit), "Share of rows inside the interval"
    x = theme.x("middle", titles[0], scale={"zero": False})
    axis = {"axis": {"format": theme.PERCENT}, "scale": {"zero": False}}
    tooltip = theme.tip(
        from_value=("Predicted from", ",.4~g"),
        to_value=("to", ",.4~g"),
        n_rows=("Rows", ",d"),
        coverage=("Inside", ".1%"),
        low=("By chance from", ".1%"),
        high=("to", ".1%"),
        width=("Width of the interval", ",.4~g"),
    )
    off = bands[(bands["low"] > result.level) | (bands["high"] < result.level)]
    finding = f"{percent(result.level)} are inside for small predictions as for large ones, up to chance"
    if len(off):
        finding = f"In {len(off)} of {len(bands)} bands of predicted value more or fewer than {percent(result.level)} "
        finding += "lie inside than chance explains"
    level = {
        "data": {"values": [{"coverage": result.level}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.ORANGE, "strokeWidth": 2},
        "encoding": {"y": theme.x("coverage", titles[1], **axis)},
    }
    bar = {"mark": {"type": "rule", "strokeWidth": 3, "color": theme.BLUE, "opacity": 0.6}}
    bar["encoding"] = {"x": x, "y": theme.x("low", titles[1], **axis), "y2": {"field": "high"}, "tooltip": tooltip}
    dot = {"mark": {"type": "point", "filled": True, "size": 70, "color": theme.BLUE, "opacity": 1}}
    dot["encoding"] = {"x": x, "y": theme.x("coverage", titles[1], **axis), "tooltip": tooltip}
    return theme.chart(finding, bands, level, bar, dot)


def _aside(shift: float, best: float, curve: pd.DataFrame, line_of: int, below: bool) -> dict:
    """Return where the words of a point of the curve stand, in a line of their own.

    The curve is a bowl: under a point and away from the bottom it does not run, nor above a point and towards it.
    """
    low, high = float(curve["shift"].min()), float(curve["shift"].max())
    place = (shift - low) / (high - low) if high > low else 0.5
    outside = below and EDGE < place < 1 - EDGE
    sides = ("right", "left") if outside else ("left", "right")
    align = "center" if shift == best and outside else sides[0] if shift < best else sides[1]
    away = LINE * line_of
    return {"align": align, "dx": {"left": 6, "right": -6, "center": 0}[align], "dy": away if outside else -away}


def shift_cost(result: AmountErrors, costs: Costs, chosen: float, curve: pd.DataFrame, unit: str = "") -> Chart:
    """Mean cost per row by what is added to each prediction: as it comes, the best and the chosen one are marked."""
    titles = theme.with_unit("Added to each prediction", result.unit), theme.with_unit("Cost per row", unit)
    least, most = float(curve["cost"].min()), float(curve["cost"].max())
    lowest = least - ROOM * (most - least)  # room for words below the bowl, where no cost is below 0
    scale = {"zero": False, **({"domainMin": lowest, "nice": False} if lowest > 0 else {})}
    x, y = theme.x("shift", titles[0]), theme.x("cost", titles[1], scale=scale)
    tooltip = theme.tip(shift=(titles[0], ",.4~g"), cost=(titles[1], ",.4~g"))
    line = {"mark": {"type": "line", "strokeWidth": 2.5, "color": theme.BLUE}, "encoding": {"x": x, "y": y}}
    best = result.best_shift(costs)
    both = {0.0: "chosen: as it comes", best: "chosen: the best"}
    marks = [(0.0, "as it comes", theme.GREY, 2), (best, "best", theme.BLUE, 3)]
    marks = [mark for mark in marks if mark[0] != chosen]  # the chosen one would lie on it
    marks.append((chosen, both.get(chosen, "chosen"), theme.ORANGE, 1))
    layers = []
    for shift, told, colour, line_of in marks:
        place = _aside(shift, best, curve, line_of, below=lowest > 0)
        data = {"values": theme.records([{"shift": shift, "cost": result.mean_cost(costs, shift), "told": told}])}
        dot = {"type": "point", "filled": True, "size": 110, "color": colour, "opacity": 1}
        text = {"type": "text", "color": colour, "fontWeight": "bold", **place}
        words = {"x": x, "y": y, "text": {"field": "told", "type": "nominal"}}
        layers += [
            {"data": data, "mark": dot, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
            {"data": data, "mark": text, "encoding": words},
        ]
    return theme.chart(cost_finding(result, costs, chosen, unit), curve, line, *layers)
