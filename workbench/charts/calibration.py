"""Chart of stated probabilities beside what happened, with how often each is stated along the bottom."""

import math

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.calibration import Calibration
from workbench.results.wording import shorten

BARS = 20  # along the bottom
TALLEST = 0.22  # of the chart's height
STEP = 0.05  # that the ends of both axes are a multiple of


def calibration(result: Calibration) -> Chart:
    """Observed share against stated probability with 95 % intervals; on the dashed line they are the same."""
    bins = result.frame()
    ends = bins[["stated", "observed_high"]].to_numpy(dtype=float)
    end = min(1.0, STEP * math.ceil(float(np.nanmax(ends, initial=STEP)) / STEP))
    points = bins.rename(columns={"from": "at_least", "to": "at_most"})
    of = "the predicted class" if result.label is None else shorten(result.so, 50)
    titles = f"Stated probability of {of}", f"Share of rows that are {shorten(result.so, 50)}"
    scale, axis = {"domain": [0, end], "nice": False}, {"format": theme.PERCENT}
    x = theme.x("stated", titles[0], scale=scale, axis=axis)
    y = theme.x("observed", titles[1], scale=scale, axis=axis)
    tooltip = theme.tip(
        stated=("Stated, on average", ".1%"),
        observed=("Observed", ".1%"),
        observed_low=("95 % interval from", ".1%"),
        observed_high=("to", ".1%"),
        n_rows=("Rows", ",d"),
        at_least=("Probabilities from", ".1%"),
        at_most=("to", ".1%"),
    )
    span = {**y, "field": "observed_low"}
    layers = [
        _bars(result.probabilities, end, x, y),
        theme.line_through("stated", "observed", [(0, 0), (end, end)]),
        {"mark": {"type": "line", "strokeWidth": 1.5, "color": theme.BLUE}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.6, "color": theme.BLUE},
            "encoding": {"x": x, "y": span, "y2": {"field": "observed_high"}, "tooltip": tooltip},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "color": theme.BLUE},
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    ]
    return theme.chart(result.finding(), points, *layers)


def _bars(probabilities: np.ndarray, end: float, x: dict, y: dict) -> dict:
    """How many rows have which probability; those beyond the end of the axis are in the last bar."""
    counts, edges = np.histogram(probabilities.clip(max=end), bins=BARS, range=(0.0, end))
    bars = pd.DataFrame({"stated": edges[:-1], "high": edges[1:], "count": counts})
    bars["observed"] = TALLEST * end * bars["count"] / max(int(counts.max()), 1)
    tooltip = theme.tip(count=("Rows", ",d"), stated=("Probability from", ".1%"), high=("to", ".1%"))
    drawn = theme.bars(x, "high", y, tooltip)
    drawn["mark"] |= {"color": theme.GREY, "opacity": 0.45}
    return {"data": {"values": theme.records(bars)}, **drawn}
