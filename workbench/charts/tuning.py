"""Charts of a search: the score against one setting, on held-out rows and on those learned from."""

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.candidates.tuning_curves import TuningCurve

VALIDATION, TRAINING = "on rows not seen", "on rows learned from"
MOST_BINS = 6  # through whose medians the line goes where other settings vary as well


def score_against_setting(curve: TuningCurve) -> Chart:
    """Trials as dots, with a line per series: through each value, or the medians of bins where others vary too."""
    points = _points(curve)
    kind = "quantitative" if curve.numeric else "nominal"
    scale = {"type": "log", "nice": False} if curve.log else {"zero": False}
    across = theme.x(
        "value", curve.label, kind, **({"scale": scale, "axis": {"tickCount": 6}} if curve.numeric else {})
    )
    direction = "higher is better" if curve.greater_is_better else "lower is better"
    upwards = {
        "field": "score",
        "type": "quantitative",
        "title": f"{curve.metric}, {direction}",
        "scale": {"zero": False},
    }
    series = [VALIDATION, TRAINING] if (points["series"] == TRAINING).any() else [VALIDATION]
    colour = {
        "field": "series",
        "type": "nominal",
        "title": None,
        "scale": {"domain": series, "range": list(theme.COLOURS[: len(series)])},
        "legend": {"orient": "top", "symbolType": "circle"},
    }
    tooltip = theme.tip(series="Scored", value=curve.label, score=(curve.metric, ".4~g"))
    shared = {"x": across, "y": upwards, "color": colour}
    layers = [
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 0.7},
            "encoding": {**shared, "tooltip": tooltip},
        }
    ]
    if curve.numeric and len(points):
        layers.insert(
            0,
            {
                "data": {"values": theme.records(_line(curve, points))},
                "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {
                    **shared,
                    "strokeDash": {
                        "field": "series",
                        "type": "nominal",
                        "legend": None,
                        "scale": {"domain": series, "range": [list(dash) for dash in theme.DASHES[: len(series)]]},
                    },
                },
            },
        )
    return theme.chart(curve.finding(), points, *layers)


def _points(curve: TuningCurve) -> pd.DataFrame:
    """One row per trial and series, at most as many as a browser draws."""
    rows = theme.thinned(curve.rows, theme.MOST_POINTS // 2)
    value = rows["value"] if curve.numeric else rows["value"].map(lambda one: "no limit" if one is None else str(one))
    parts = [
        pd.DataFrame({"value": value, "score": rows[name], "series": series})
        for name, series in (("validation", VALIDATION), ("training", TRAINING))
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset=["score"])


def _line(curve: TuningCurve, points: pd.DataFrame) -> pd.DataFrame:
    if curve.n_varied == 1 or points["value"].nunique() <= MOST_BINS:
        return points.groupby(["series", "value"], as_index=False)["score"].median()
    edges = np.unique(np.quantile(points["value"], np.linspace(0, 1, MOST_BINS + 1)))
    bins = np.clip(np.searchsorted(edges, points["value"], side="right") - 1, 0, len(edges) - 2)
    return points.assign(bin=bins).groupby(["series", "bin"], as_index=False)[["value", "score"]].median()
