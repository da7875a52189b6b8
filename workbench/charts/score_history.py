"""A chart of how good a model was on file after file."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.wording import number, shorten

MOST_FILES = 60
LONGEST = 28  # characters of a file's name on the axis
HEIGHT = 240


def score_history(
    history: pd.DataFrame, *, metric: str, higher_is_better: bool, promised: float, std: float = 0.0, unit: str = ""
) -> Chart:
    """Score per file as dots with their intervals, the first on the left; what was promised as a line across.

    Parameters
    ----------
    history : DataFrame
        ``at`` (when the file was looked at), ``file``, ``n_rows``, ``score``, ``low``, ``high``; oldest first. Of
        more than ``MOST_FILES`` the newest are shown.
    metric : str
        Label of the metric.
    promised, std : float
        Mean and standard deviation over folds.
    unit : str
        The target's unit, for metrics that are measured in it.
    """
    shown = history.tail(MOST_FILES).reset_index(drop=True)
    shown["name"] = [f"{place + 1}. {shorten(name, LONGEST)}" for place, name in enumerate(shown["file"])]
    shown["told"] = [number(value, unit=unit) for value in shown["score"]]
    shown["day"] = [f"{at:%Y-%m-%d %H:%M}" for at in shown["at"]]
    sign = 1 if higher_is_better else -1
    shown["below"] = sign * (shown["high"] if higher_is_better else shown["low"]) < sign * promised - std
    direction = "higher is better" if higher_is_better else "lower is better"
    title = theme.with_unit(f"{metric}, {direction}", unit)
    x = theme.names("name", "File, in the order they were looked at", list(shown["name"]))
    x["axis"] = {**x.get("axis", {}), "labelAngle": 0 if len(shown) <= 6 else -40, "labelBaseline": "top"}
    scale = {"zero": False, "nice": True}
    colour = {"condition": {"test": "datum.below", "value": theme.ORANGE}, "value": theme.BLUE}
    tooltip = theme.tip(file="File", day="Looked at (UTC)", n_rows=("Rows", ","), told=metric)
    level = [{"score": float(promised)}]
    layers = [
        {
            "data": {"values": level},
            "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY, "strokeWidth": 1.5},
            "encoding": {"y": theme.x("score", title, scale=scale)},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.6},
            "encoding": {
                "x": x,
                "y": theme.x("low", title, scale=scale),
                "y2": {"field": "high"},
                "color": colour,
            },
        },
        {
            "mark": {"type": "point", "size": 90, "filled": True, "opacity": 1},
            "encoding": {"x": x, "y": theme.x("score", title, scale=scale), "color": colour, "tooltip": tooltip},
        },
    ]
    fields = ["name", "file", "day", "n_rows", "score", "low", "high", "told", "below"]
    return theme.chart(_finding(shown, metric, promised, unit), shown[fields], *layers, height=HEIGHT)


def _finding(shown: pd.DataFrame, metric: str, promised: float, unit: str) -> str:
    last = shown.iloc[-1]
    n_below = int(shown["below"].sum())
    said = f"{metric} {last['told']} on the newest of {len(shown)} files; {number(promised, unit=unit)} was promised"
    return f"{said}; {n_below} of them clearly worse" if n_below else said
