"""Charts of deciding about a class: what thresholds earn, or find, with the chosen and the best one."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.deciding.curve import Curve, shown_value

MOST_POINTS = 300  # of a line
BAND_OPACITY = 0.16
THRESHOLD = "Decided yes from this probability on"
MEASURES = (("recall", "found (recall)"), ("precision", "right (precision)"))


def decision_value(result: Curve, chosen: float | None = None) -> Chart:
    """The goal against the threshold: the best with its range, deciding without the model, and the chosen one."""
    goal, pooled = result.goal, result.decided.pooled
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

    def marked(threshold: float, words: str) -> dict:
        return {"at": threshold, "value": float(shown_value(goal, pooled.at(threshold))), "words": words}

    is_best = chosen == result.best.threshold
    best = [] if is_best else [marked(result.best.threshold, "best")]
    mine = [] if chosen is None else [marked(chosen, "chosen, the best" if is_best else "chosen")]
    layers += [*_mark("best", theme.BLUE, filled=False), _rule(), *_mark("chosen", theme.ORANGE, filled=True)]
    return theme.chart(result.finding(), points, *layers, datasets=_marks(best=best, chosen=mine))


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
    dots, _ = _mark("chosen", theme.ORANGE, filled=True)
    layers = [_band(result), line, _rule(), dots]
    found = None if chosen is None else result.decided.pooled.at(chosen)
    mine = [] if chosen is None else [{"at": chosen, "value": getattr(found, name)} for name, _ in MEASURES]
    # Streamlit takes a single named data set for the one of the whole chart.
    return theme.chart(result.measures_finding(), points, *layers, datasets=_marks(best=[], chosen=mine))


def _marks(**named: list[dict]) -> dict:
    """What moves with the slider, as data with names: a browser takes new data in without drawing the chart anew."""
    nowhere = {"at": None, "value": None, "words": ""}
    return {name: theme.records(rows or [nowhere]) for name, rows in named.items()}


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


def _rule() -> dict:
    encoding = {"x": {"field": "at", "type": "quantitative"}}
    return {"data": {"name": "chosen"}, "mark": {"type": "rule", "color": theme.ORANGE}, "encoding": encoding}


def _mark(name: str, colour: str, *, filled: bool) -> list[dict]:
    """A dot with its word, at what the data set called ``name`` holds."""
    place = {"x": {"field": "at", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}}
    look = {"size": 90, "color": colour, "filled": filled, "strokeWidth": 2.5, "opacity": 1}
    dot = {"data": {"name": name}, "mark": {"type": "point", **look}, "encoding": place}
    words = {"type": "text", "align": "left", "dx": 8, "dy": 16 if filled else -12, "color": colour, "fontSize": 13}
    text = {"mark": {**words, "fontWeight": 600}, "encoding": {**place, "text": {"field": "words"}}}
    return [dot, {"data": {"name": name}, **text}]
