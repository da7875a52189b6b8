"""Charts of deciding about a class: what thresholds earn, or find, with the chosen and the best one."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.decisions_curve import Curve, shown_value

MOST_POINTS = 300  # of a line
BAND_OPACITY = 0.16
THRESHOLD = "Decided yes from this probability on"
MEASURES = (("recall", "found (recall)"), ("precision", "right (precision)"))


def decision_value(result: Curve, chosen: float | None = None) -> Chart:
    """The goal against the threshold: the best with its range, deciding without the model, and the chosen one."""
    goal = result.goal
    title = theme.with_unit("Earned per 1,000 rows", goal.unit) if goal.is_money else goal.label
    points = _points(result, {"value": result.values})
    y = theme.x("value", title, axis={"format": ",~f" if goal.is_money else ".2f"}, scale={"zero": False})
    line = {"mark": {"type": "line", "strokeWidth": 2.5, "color": theme.BLUE}, "encoding": {"x": _x(), "y": y}}
    nothing, everything = (float(shown_value(goal, one)) for one in (result.decided.nothing, result.decided.everything))
    layers = [
        _band(result),
        line,
        *_level("nothing decided yes", nothing),
        *_level("everything decided yes", everything),
    ]
    if chosen is not None:
        at = float(shown_value(goal, result.decided.pooled.at(chosen)))
        words = "chosen" if chosen != result.best.threshold else "chosen, the best"
        layers += [_rule(chosen), *_mark(chosen, at, words, theme.ORANGE, filled=True)]
    if chosen != result.best.threshold:
        at = float(shown_value(goal, result.decided.pooled.at(result.best.threshold)))
        layers += _mark(result.best.threshold, at, "best", theme.BLUE, filled=False)
    return theme.chart(result.finding(), points, *layers)


def decision_measures(result: Curve, chosen: float | None = None) -> Chart:
    """Precision and recall against the threshold, with the best one's range and the chosen one."""
    points = pd.concat([_points(result, {"value": getattr(result.outcomes, name)}, words) for name, words in MEASURES])
    axis = {"format": theme.PERCENT}
    y = theme.x("value", "Share of rows", axis=axis, scale={"domain": [0, 1]})
    names = [words for _, words in MEASURES]
    encoding = {"x": _x(), "y": y}
    for channel, values in (("color", theme.COLOURS), ("strokeDash", theme.DASHES)):
        scale = {"domain": names, "range": list(values[: len(names)])}
        legend = {"symbolType": "stroke", "orient": "top"}
        encoding[channel] = {"field": "measure", "type": "nominal", "title": None, "scale": scale, "legend": legend}
    line = {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": encoding}
    layers = [_band(result), line]
    if chosen is not None:
        layers.append(_rule(chosen))
        found = result.decided.pooled.at(chosen)
        for name, _ in MEASURES:
            layers += _mark(chosen, float(getattr(found, name)), "", theme.ORANGE, filled=True)
    return theme.chart(result.finding(), points, *layers)


def _points(result: Curve, columns: dict, measure: str = "") -> pd.DataFrame:
    frame = pd.DataFrame({"at": result.stops, **columns, **({"measure": measure} if measure else {})})
    return theme.thinned(frame.dropna(), MOST_POINTS)


def _x() -> dict:
    return theme.x("at", THRESHOLD, axis={"format": ".0%"}, scale={"nice": False})


def _band(result: Curve) -> dict:
    """Where the best threshold would lie on other rows."""
    ends = [{"low": float(result.best.low), "high": float(result.best.high)}]
    encoding = {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    return {
        "data": {"values": ends},
        "mark": {"type": "rect", "color": theme.BLUE, "opacity": BAND_OPACITY},
        "encoding": encoding,
    }


def _level(words: str, value: float) -> list[dict]:
    """A dashed line across the chart, with its name on it."""
    data = {"values": [{"value": theme.records([{"value": value}])[0]["value"], "words": words}]}
    y = {"field": "value", "type": "quantitative"}
    rule = {"data": data, "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY}, "encoding": {"y": y}}
    text = {
        "data": data,
        "mark": {"type": "text", "align": "right", "dx": -4, "dy": -6, "color": theme.GREY, "fontSize": 12},
        "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "words"}},
    }
    return [rule, text]


def _rule(at: float) -> dict:
    encoding = {"x": {"field": "at", "type": "quantitative"}}
    return {"data": {"values": [{"at": at}]}, "mark": {"type": "rule", "color": theme.ORANGE}, "encoding": encoding}


def _mark(at: float, value: float, words: str, colour: str, *, filled: bool) -> list[dict]:
    data = {"values": theme.records([{"at": at, "value": value, "words": words}])}
    place = {"x": {"field": "at", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}}
    look = {"size": 90, "color": colour, "filled": filled, "strokeWidth": 2.5, "opacity": 1}
    mark = {"data": data, "mark": {"type": "point", **look}, "encoding": place}
    if not words:
        return [mark]
    dy = 16 if filled else -12
    text = {"type": "text", "align": "left", "dx": 8, "dy": dy, "color": colour, "fontSize": 13, "fontWeight": 600}
    return [mark, {"data": data, "mark": text, "encoding": {**place, "text": {"field": "words"}}}]
