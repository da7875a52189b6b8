"""Charts of deciding about a class: what thresholds earn, or find, with the chosen and the best one."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.deciding.curve import Curve, shown_value

MOST_POINTS = 300  # of a line
AWAY = 18  # pixels from a dot to its word
FINE = 0.05  # highest probability up to which the axis has decimals
BAND_OPACITY = 0.16
THRESHOLD = "Decided yes from this probability on"
MEASURES = (("recall", "found (recall)"), ("precision", "right (precision)"))


def decision_value(result: Curve, chosen: float | None = None) -> Chart:
    """The goal against the threshold: the best with its range, deciding without the model, and the chosen one."""
    goal, pooled = result.goal, result.decided.pooled
    sign = -1.0 if result.is_cost else 1.0  # what only costs is drawn as costs
    money = "Costs per 1,000 rows" if result.is_cost else "Earned per 1,000 rows"
    title = theme.with_unit(money, goal.unit) if goal.is_money else goal.label
    points = _points(result, {"value": sign * result.values})
    y = theme.x("value", title, axis={"format": ",~f" if goal.is_money else ".2f"}, scale={"zero": False})
    line = {"mark": {"type": "line", "strokeWidth": 2.5, "color": theme.BLUE}, "encoding": {"x": _x(result), "y": y}}
    ends = {"nothing decided yes": result.decided.nothing, "everything decided yes": result.decided.everything}
    levels = {words: sign * float(shown_value(goal, outcomes)) for words, outcomes in ends.items()}
    # The words of the higher line stand above it, those of the lower one below: they never lie on the other line.
    higher = max(levels, key=levels.get)
    layers = [_band(result), line]
    for words, value in levels.items():
        layers += _level(words, value, above=words == higher)

    def marked(threshold: float, words: str) -> dict:
        value = sign * float(shown_value(goal, pooled.at(threshold)))
        return {"at": threshold, "value": value, "words": words}

    is_best = chosen is not None and pooled.same(chosen, result.best.threshold)
    best = [] if is_best else [marked(result.best.threshold, "best")]
    mine = [] if chosen is None else [marked(chosen, "chosen, the best" if is_best else "chosen")]
    # A curve of what is earned has its best at the top, so above the best is room; one of costs has it at the bottom.
    room = 1 if result.is_cost else -1
    layers += [
        *_mark("best", theme.BLUE, filled=False, dy=room * AWAY),
        _rule(),
        *_mark("chosen", theme.ORANGE, filled=True, dy=(room if is_best else -room) * AWAY),
    ]
    return theme.chart(result.finding(), points, *layers, datasets=_marks(best=best, chosen=mine))


def decision_measures(result: Curve, chosen: float | None = None) -> Chart:
    """Precision and recall against the threshold, with the best one's range and the chosen one."""
    points = pd.concat([_points(result, {"value": getattr(result.outcomes, name)}, words) for name, words in MEASURES])
    axis = {"format": theme.PERCENT}
    y = theme.x("value", "Share of rows", axis=axis, scale={"domain": [0, 1]})
    names = [words for _, words in MEASURES]
    encoding = {"x": _x(result), "y": y}
    for channel, values in (("color", theme.COLOURS), ("strokeDash", theme.DASHES)):
        scale = {"domain": names, "range": list(values[: len(names)])}
        legend = {"symbolType": "stroke", "orient": "top"}
        encoding[channel] = {"field": "measure", "type": "nominal", "title": None, "scale": scale, "legend": legend}
    line = {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": encoding}
    dots, *_ = _mark("chosen", theme.ORANGE, filled=True, dy=AWAY)
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


def _x(result: Curve) -> dict:
    """The axis has the ends of the slider."""
    top = result.decided.pooled.top
    return theme.x("at", THRESHOLD, axis={"format": ".0%" if top > FINE else "~%"}, scale={"domain": [0, top]})


def _band(result: Curve) -> dict:
    """Where the best threshold would lie on other rows."""
    ends = [{"low": float(result.best.low), "high": float(result.best.high)}]
    encoding = {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    return {
        "data": {"values": ends},
        "mark": {"type": "rect", "color": theme.BLUE, "opacity": BAND_OPACITY},
        "encoding": encoding,
    }


def _level(words: str, value: float, *, above: bool) -> list[dict]:
    """A dashed line across the chart, with its name beside it."""
    data = {"values": [{"value": theme.records([{"value": value}])[0]["value"], "words": words}]}
    y = {"field": "value", "type": "quantitative"}
    rule = {"data": data, "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY}, "encoding": {"y": y}}
    text = {
        "data": data,
        "mark": {
            "type": "text",
            "align": "right",
            "dx": -4,
            "dy": -8 if above else 12,
            "color": theme.GREY,
            "fontSize": 12,
        },
        "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "words"}},
    }
    return [rule, text]


def _rule() -> dict:
    encoding = {"x": {"field": "at", "type": "quantitative"}}
    return {"data": {"name": "chosen"}, "mark": {"type": "rule", "color": theme.ORANGE}, "encoding": encoding}


def _mark(name: str, colour: str, *, filled: bool, dy: int) -> list[dict]:
    """A dot with its word ``dy`` pixels below it, at what the data set called ``name`` holds."""
    place = {"x": {"field": "at", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}}
    look = {"size": 90, "color": colour, "filled": filled, "strokeWidth": 2.5, "opacity": 1}
    dot = {"data": {"name": name}, "mark": {"type": "point", **look}, "encoding": place}
    words = {"type": "text", "dy": dy, "color": colour, "fontSize": 13, "fontWeight": 600}
    text = {"mark": words, "encoding": {**place, "text": {"field": "words"}}}
    return [dot, {"data": {"name": name}, **text}]
