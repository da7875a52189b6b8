"""Charts of predicted amounts: predicted against actual, residuals."""

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.amounts import Amounts
from workbench.results.wording import shorten

MOST_DOTS = 2000  # rows up to which each is a dot; beyond, a grid of counts
GRID = 40  # cells per side of that grid
BARS = 40  # of the histogram
FAR_OUT = 0.005  # share of residuals on each side that are drawn in the outermost bars


def predicted_against_actual(result: Amounts) -> Chart:
    """Each row as a dot, or counts in a grid where there are many; on the dashed line a prediction is exact."""
    rows = result.frame()
    target = shorten(result.target)
    titles = theme.with_unit(f"Actual {target}", result.unit), theme.with_unit(f"Predicted {target}", result.unit)
    low = float(min(rows["actual"].min(), rows["prediction"].min()))
    high = float(max(rows["actual"].max(), rows["prediction"].max()))
    exact = theme.line_through("x", "y", [(low, low), (high, high)])
    free = {"scale": {"zero": False}}
    if len(rows) <= MOST_DOTS:
        dots = rows[["row", "actual", "prediction"]].rename(columns={"actual": "x", "prediction": "y"})
        dots["row"] += 1
        dots["place"] = range(len(dots))
        encoding = {
            "x": theme.x("x", titles[0], **free),
            "y": theme.x("y", titles[1], **free),
            "tooltip": theme.tip(row=("Row of the table", ",d"), x=(titles[0], ",.4~g"), y=(titles[1], ",.4~g")),
        }
        encoding |= {"color": theme.when_picked(theme.ORANGE, theme.BLUE), "size": theme.when_picked(160, 30)}
        mark = {"type": "point", "filled": True, "opacity": 0.45, "cursor": "pointer"}
        return theme.chart(result.finding(), dots, {"params": theme.picks(), "mark": mark, "encoding": encoding}, exact)
    encoding = {
        "x": theme.x("x", titles[0], **free),
        "x2": {"field": "x2"},
        "y": theme.x("y", titles[1], **free),
        "y2": {"field": "y2"},
        "opacity": {
            "field": "count",
            "type": "quantitative",
            "title": "Rows",
            "scale": {"type": "sqrt", "range": [0.15, 1]},
        },
        "tooltip": theme.tip(count=("Rows", ",d"), x=(titles[0], ",.4~g"), y=(titles[1], ",.4~g")),
    }
    encoding["color"] = theme.when_picked(theme.ORANGE, theme.BLUE)
    cells = {"params": theme.picks(), "mark": {"type": "rect", "cursor": "pointer"}, "encoding": encoding}
    counted = grid(rows["actual"], rows["prediction"])
    return theme.chart(result.finding(), counted.assign(place=range(len(counted))), cells, exact)


def rows_behind(result: Amounts, place: int) -> pd.DataFrame:
    """Return the rows behind a dot or a cell of :func:`predicted_against_actual`; none where there is no such mark."""
    rows = result.frame()
    if len(rows) <= MOST_DOTS:
        return rows.iloc[place : place + 1]
    cells = grid(rows["actual"], rows["prediction"])
    if place >= len(cells):
        return rows.head(0)
    cell = cells.iloc[place]
    inside = np.ones(len(rows), dtype=bool)
    for name, low, high in (("actual", "x", "x2"), ("prediction", "y", "y2")):
        values = rows[name].to_numpy()
        last = cell[high] >= values.max()  # numpy counts the largest value in the last cell
        inside &= (values >= cell[low]) & ((values <= cell[high]) if last else (values < cell[high]))
    return rows[inside]


def grid(x: pd.Series, y: pd.Series, cells: int = GRID) -> pd.DataFrame:
    """Count points in a grid: ``x``, ``x2``, ``y``, ``y2`` (edges) and ``count`` of each cell that is not empty."""
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=cells)
    column, row = np.nonzero(counts)
    return pd.DataFrame(
        {
            "x": x_edges[column],
            "x2": x_edges[column + 1],
            "y": y_edges[row],
            "y2": y_edges[row + 1],
            "count": counts[column, row].astype(int),
        }
    )


def residual_histogram(result: Amounts) -> Chart:
    """How far off predictions are, and to which side; the dashed line is an exact prediction."""
    residual = result.frame()["residual"]
    low, high = (float(value) for value in residual.quantile([FAR_OUT, 1 - FAR_OUT]))
    low, high = min(low, 0.0), max(high, 0.0)
    # A few residuals far out would press all others into one bar; they are counted in the outermost bars.
    counts, edges = np.histogram(residual.clip(low, high), bins=BARS, range=(low, high) if low < high else (-1, 1))
    frame = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})
    title = theme.with_unit("Actual minus predicted", result.unit)
    tooltip = theme.tip(count=("Rows", ",d"), low=("From", ",.4~g"), high=("To", ",.4~g"))
    bar = theme.bars(theme.x("low", title), "high", theme.x("count", "Rows"), tooltip)
    zero = {
        "data": {"values": [{"low": 0.0}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.ORANGE, "strokeWidth": 2},
        "encoding": {"x": theme.x("low", title)},
    }
    return theme.chart(result.bias_finding(), frame, bar, zero)


def residuals_by_value(result: Amounts) -> Chart:
    """Residuals in bands of predicted value: the median, and the range of the middle 80 % of rows."""
    bands = result.by_value()
    bands["middle"] = (bands["low"] + bands["high"]) / 2
    target = shorten(result.target)
    titles = theme.with_unit(f"Predicted {target}", result.unit), theme.with_unit("Actual minus predicted", result.unit)
    x = theme.x("middle", titles[0], scale={"zero": False})
    tooltip = theme.tip(
        low=("Predicted from", ",.4~g"),
        high=("to", ",.4~g"),
        n_rows=("Rows", ",d"),
        median=("Median", ",.4~g"),
        q10=("10 % are below", ",.4~g"),
        q90=("10 % are above", ",.4~g"),
    )
    spread = (bands["q90"] - bands["q10"]).to_numpy()
    finding = "Errors are about as large for small predictions as for large ones"
    if len(bands) > 1 and spread[-1] > 1.5 * spread[0]:
        finding = "Errors grow with the predicted value"
    elif len(bands) > 1 and spread[0] > 1.5 * spread[-1]:
        finding = "Errors are larger for small predictions than for large ones"
    zero = {
        "data": {"values": [{"median": 0.0}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY},
        "encoding": {"y": theme.x("median", titles[1])},
    }
    return theme.chart(
        finding,
        bands,
        zero,
        {
            "mark": {"type": "rule", "strokeWidth": 3, "color": theme.BLUE, "opacity": 0.6},
            "encoding": {"x": x, "y": theme.x("q10", titles[1]), "y2": {"field": "q90"}, "tooltip": tooltip},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70, "color": theme.BLUE, "opacity": 1},
            "encoding": {"x": x, "y": theme.x("median", titles[1]), "tooltip": tooltip},
        },
    )
