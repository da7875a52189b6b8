"""Charts of deciding about a class: what thresholds earn, or find, with the chosen and the best one."""

import math

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.deciding.curve import Curve, shown_value

MOST_POINTS = 300  # of a line
AWAY = 14  # pixels from a dot up or down to its word
LETTER = 0.018  # of the width of the chart, that a letter of such a word takes at most
ROOM = 0.12  # of the height of the curve, for words
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
    ends = {"nothing decided yes": result.decided.nothing, "everything decided yes": result.decided.everything}
    levels = {words: sign * float(shown_value(goal, outcomes)) for words, outcomes in ends.items()}
    low, high = _with_room(result, [*points["value"], *levels.values()])
    scale = {"zero": False, "nice": False, "domain": [low, high]}
    y = theme.x("value", title, axis={"format": ",~f" if goal.is_money else ".2f"}, scale=scale)
    line = {"mark": {"type": "line", "strokeWidth": 2.5, "color": theme.BLUE}, "encoding": {"x": _x(result), "y": y}}
    layers = [_band(result), line]
    for words, (above, at_left) in _sides(result, levels, (low, high), max(points["value"], default=low)).items():
        layers += _level(words, levels[words], above=above, at_left=at_left)

    def marked(threshold: float, words: str) -> dict:
        value = sign * float(shown_value(goal, pooled.at(threshold)))
        at = min(threshold, pooled.top)
        return {"at": at, "value": value, "words": words, **_aside(result, at, words)}

    is_best = chosen is not None and pooled.same(chosen, result.best.threshold)
    best = [] if is_best else [marked(result.best.threshold, "best")]
    mine = [] if chosen is None else [marked(chosen, "chosen, the best" if is_best else "chosen")]
    layers += [*_mark("best", theme.BLUE, filled=False), _rule(), *_mark("chosen", theme.ORANGE, filled=True)]
    return theme.chart(result.finding(), points, *layers, datasets=_marks(best=best, chosen=mine))


def _with_room(result: Curve, values: list[float]) -> tuple[float, float]:
    """Return the ends of the axis: room for words above, and below where amounts are shown; costs begin at 0."""
    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    room = ROOM * ((high - low) or abs(high) or 1.0)
    if not result.goal.is_money:
        return low, high + room
    return (max(low - room, 0.0) if result.is_cost else low - room), high + room


def _sides(result: Curve, levels: dict[str, float], ends: tuple[float, float], most: float) -> dict:
    """Return, for the words of each level, whether they stand above its line, and at its left end.

    The curve begins where everything is decided yes and ends where nothing is. So the words of the latter stand at the
    left where the curve never comes past that level, and those of the former at the right.
    """
    nothing, everything = levels["nothing decided yes"], levels["everything decided yes"]
    extreme = nothing <= ends[0] or nothing >= most or (result.is_cost and nothing >= everything)
    return {
        "nothing decided yes": (result.is_cost or not nothing > ends[0], extreme),
        "everything decided yes": (everything > nothing or not everything > ends[0], False),
    }


def _aside(result: Curve, threshold: float, words: str) -> dict:
    """Return where the word of a dot stands, as data: beside the rule through it, and off the curve.

    What is earned is a hill, so outside of it, above and away from its top, is room; costs are a bowl, seen likewise
    from below. At the edges there is room inside only.
    """
    outside = AWAY if result.is_cost else -AWAY
    place = threshold / result.decided.pooled.top
    reach = LETTER * len(words)  # of the width
    left = threshold < result.best.threshold
    if (left and place < reach) or (not left and place > 1 - reach):
        left, outside = not left, -outside
    return {"align": "right" if left else "left", "dx": -8 if left else 8, "dy": outside}


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
    dots, *_ = _mark("chosen", theme.ORANGE, filled=True)
    layers = [_band(result), line, _rule(), dots]
    found = None if chosen is None else result.decided.pooled.at(chosen)
    at = None if chosen is None else min(chosen, result.decided.pooled.top)
    mine = [] if chosen is None else [{"at": at, "value": getattr(found, name)} for name, _ in MEASURES]
    # Streamlit takes a single named data set for the one of the whole chart.
    return theme.chart(result.measures_finding(), points, *layers, datasets=_marks(best=[], chosen=mine))


def _marks(**named: list[dict]) -> dict:
    """What moves with the slider, as data with names: a browser takes new data in without drawing the chart anew."""
    nowhere = {"at": None, "value": None, "words": "", "align": "left", "dx": 0, "dy": 0}
    return {name: theme.records(rows or [nowhere]) for name, rows in named.items()}


def _points(result: Curve, columns: dict, measure: str = "") -> pd.DataFrame:
    # Beyond the top no row is decided yes, as at the top.
    frame = pd.DataFrame(
        {"at": result.stops.clip(max=result.decided.pooled.top), **columns, **({"measure": measure} if measure else {})}
    )
    return theme.thinned(frame.dropna(), MOST_POINTS)


def _x(result: Curve) -> dict:
    """The axis has the ends of the slider."""
    top = result.decided.pooled.top
    return theme.x("at", THRESHOLD, axis={"format": ".0%" if top > FINE else "~%"}, scale={"domain": [0, top]})


def _band(result: Curve) -> dict:
    """Where the best threshold would lie on other rows."""
    top = result.decided.pooled.top
    ends = [{"low": min(float(result.best.low), top), "high": min(float(result.best.high), top)}]
    encoding = {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    return {
        "data": {"values": ends},
        "mark": {"type": "rect", "color": theme.BLUE, "opacity": BAND_OPACITY},
        "encoding": encoding,
    }


def _level(words: str, value: float, *, above: bool, at_left: bool) -> list[dict]:
    """A dashed line across the chart, with its name beside it, at the left or the right end."""
    data = {"values": [{"value": theme.records([{"value": value}])[0]["value"], "words": words}]}
    y = {"field": "value", "type": "quantitative"}
    rule = {"data": data, "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY}, "encoding": {"y": y}}
    end = {"align": "left", "dx": 4} if at_left else {"align": "right", "dx": -4}
    text = {
        "data": data,
        "mark": {"type": "text", **end, "dy": -9 if above else 11, "color": theme.GREY, "fontSize": 12},
        "encoding": {"y": y, "x": {"value": 0 if at_left else "width"}, "text": {"field": "words"}},
    }
    return [rule, text]


def _rule() -> dict:
    encoding = {"x": {"field": "at", "type": "quantitative"}}
    return {"data": {"name": "chosen"}, "mark": {"type": "rule", "color": theme.ORANGE}, "encoding": encoding}


def _mark(name: str, colour: str, *, filled: bool) -> list[dict]:
    """A dot with its word, at what the data set called ``name`` holds, and where it says."""
    place = {"x": {"field": "at", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}}
    look = {"size": 90, "color": colour, "filled": filled, "strokeWidth": 2.5, "opacity": 1}
    dot = {"data": {"name": name}, "mark": {"type": "point", **look}, "encoding": place}
    aside = {channel: {"expr": f"datum.{channel}"} for channel in ("align", "dx", "dy")}
    words = {"type": "text", "color": colour, "fontSize": 13, "fontWeight": 600, **aside}
    text = {"mark": words, "encoding": {**place, "text": {"field": "words"}}}
    return [dot, {"data": {"name": name}, **text}]
