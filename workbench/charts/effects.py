"""Charts of what a model uses: what a column changes, and which columns act together."""

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.uses.effects import Effect, in_words, outcome_words
from workbench.results.uses.interactions import Interactions, PairEffect
from workbench.results.wording import number, percent, shorten

SPREAD_SHARE = 5.0  # the distribution below takes a fifth of the height
MOST_PAIRS = 15


def effect(result: Effect, *, lines: bool = True, centred: bool = False) -> Chart:
    """The mean answer by the value of a column, single rows as thin lines, and how many rows have which value below.

    Parameters
    ----------
    lines : bool
        Draw single rows.
    centred : bool
        Draw how far each row moves from its own first value, in place of its answers.
    """
    if not result.is_scale:
        return _effect_of_levels(result)
    kind = "temporal" if result.column.meaning == "date" else "quantitative"
    x = theme.x("value", theme.with_unit(shorten(result.column.name), result.column.unit), kind)
    x["scale"] = {"zero": False, "nice": False}
    y = _answer_axis(result, "mean", centred)
    rows = result.frame().assign(shown=_told(result.rows["mean"], result), at=result.rows["value"].map(in_words))
    values = result.rows["value"]
    mean, single = result.rows["mean"] - (result.rows["mean"].iloc[0] if centred else 0.0), []
    if lines:
        paths = result.centred() if centred else result.lines
        single = [
            {"value": value, "answer": answer, "line": place}
            for place, path in enumerate(paths)
            for value, answer in zip(values, path, strict=True)
        ]
    tooltip = theme.tip(at=shorten(result.column.name), shown="On average")
    inner = [
        {"mark": {"type": "line", "color": theme.BLUE, "strokeWidth": 3}},
        {
            "mark": {"type": "point", "color": theme.BLUE, "filled": True, "size": 60, "opacity": 1},
            "encoding": {"tooltip": tooltip},
        },
    ]
    if single:
        mark = {"type": "line", "color": theme.GREY, "strokeWidth": 1, "opacity": 0.35}
        encoding = {"y": {**y, "field": "answer"}, "detail": {"field": "line"}}
        inner.insert(0, {"data": {"values": theme.records(single)}, "mark": mark, "encoding": encoding})
    return theme.chart(
        result.finding(),
        rows.assign(mean=mean)[["value", "mean", "shown", "at"]],
        _spread_below(result, kind),
        {"encoding": {"x": x, "y": y}, "layer": inner},
        resolve={"scale": {"y": "independent"}},
    )


def _spread_below(result: Effect, kind: str) -> dict:
    spread = result.spread
    count = {
        "field": "count",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, SPREAD_SHARE * max(float(spread["count"].max()), 1.0)]},
    }
    return {
        "data": {"values": theme.records(spread.assign(rows=[f"{count:,}" for count in spread["count"]]))},
        "mark": {"type": "bar", "orient": "vertical", "color": theme.GREY, "opacity": 0.35, "binSpacing": 1},
        "encoding": {
            "x": {"field": "low", "type": kind},
            "x2": {"field": "high"},
            "y": count,
            "y2": {"datum": 0},
            "tooltip": theme.tip(rows="Rows"),
        },
    }


def _effect_of_levels(result: Effect) -> Chart:
    rows = result.frame().copy()
    total = max(int(result.spread["count"].sum()), 1)
    rows["share"] = [percent(count / total) for count in result.spread["count"]]
    rows["level"] = rows["value"].astype(str)
    levels = zip(rows["value"], rows["share"], strict=True)
    rows["name"] = theme.told_apart([f"{shorten(value)} ({share})" for value, share in levels])
    rows["shown"] = _told(rows["mean"], result)
    y = theme.names("name", shorten(result.column.name), list(rows["name"]))
    x = {**_answer_axis(result, "mean", False), "axis": {**_answer_format(result), "tickCount": 6}}
    tooltip = theme.tip(level=shorten(result.column.name), shown="On average", share="Share of rows")
    more = f" ({len(rows)} most frequent values; {result.left_out} more)" if result.left_out else ""
    return theme.chart(
        result.finding() + more,
        rows[["name", "level", "mean", "low", "high", "share", "shown"]],
        {
            "mark": {"type": "rule", "strokeWidth": 2, "color": theme.GREY, "opacity": 0.6},
            "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "color": theme.BLUE, "opacity": 1},
            "encoding": {"y": y, "x": x, "tooltip": tooltip},
        },
        height=theme.rows_height(len(rows)),
    )


def _answer_axis(result, field: str, centred: bool) -> dict:
    words = outcome_words(result.target, result.label).strip("“”")
    title = theme.with_unit(words, result.unit)
    title = f"Change of {title[0].lower() + title[1:] if result.label is not None else title}" if centred else title
    return theme.x(field, title, scale={"zero": False}, axis=_answer_format(result))


def _answer_format(result) -> dict:
    return {"format": ".3~%"} if result.label is not None else {}


def _told(means: pd.Series, result) -> list[str]:
    return [percent(mean) if result.label is not None else number(mean, unit=result.unit) for mean in means]


def pair_effect(result: PairEffect) -> Chart:
    """The mean answer by one column, a line for each of some values of another."""
    rows = result.frame().copy()
    others = list(dict.fromkeys(rows["other"]))
    groups = theme.told_apart([shorten(name) for name in others])
    rows["group"] = rows["other"].map(dict(zip(others, groups, strict=True)))
    rows["shown"] = _told(rows["mean"], result)
    rows["at"] = rows["value"].map(in_words)
    other = theme.with_unit(shorten(result.other.name), result.other.unit)
    scale = {"domain": groups, "range": list(theme.COLOURS[: len(groups)])}
    legend = {"orient": "top", "labelLimit": theme.LABEL_LIMIT, "columns": 3}
    colour = {"field": "group", "type": "nominal", "title": other, "sort": groups, "scale": scale, "legend": legend}
    tooltip = theme.tip(at=shorten(result.one.name), other=other, shown="On average")
    title = theme.with_unit(shorten(result.one.name), result.one.unit)
    y = _answer_axis(result, "mean", False)
    if result.one.meaning in ("number", "integer", "date"):
        kind = "temporal" if result.one.meaning == "date" else "quantitative"
        x = theme.x("value", title, kind, scale={"zero": False, "nice": False})
        dash = {**colour, "scale": {"domain": groups, "range": list(theme.DASHES[: len(groups)])}, "legend": None}
        mark = {"type": "line", "strokeWidth": 2.5, "point": {"size": 45, "filled": True}}
        encoding = {"x": x, "y": y, "color": colour, "strokeDash": dash, "tooltip": tooltip}
        return theme.chart(result.finding(), rows, {"mark": mark, "encoding": encoding})
    levels = list(dict.fromkeys(rows["value"]))
    short = theme.told_apart([shorten(level) for level in levels])
    rows["value"] = rows["value"].map(dict(zip(levels, short, strict=True)))
    names = theme.names("value", title, short)
    shape = {**colour, "scale": {"domain": groups}, "legend": None}
    mark = {"type": "point", "filled": True, "size": 90, "opacity": 1}
    encoding = {"y": names, "x": y, "color": colour, "shape": shape, "tooltip": tooltip}
    height = theme.rows_height(rows["value"].nunique())
    return theme.chart(result.finding(), rows, {"mark": mark, "encoding": encoding}, height=height)


def interactions(result: Interactions) -> Chart:
    """How much of what two columns do together neither does alone; grey where held-out rows do not confirm it."""
    rows = result.frame().head(MOST_PAIRS).copy()
    pairs = zip(rows["one"], rows["other"], strict=True)
    rows["name"] = theme.told_apart([f"{shorten(one, 28)} × {shorten(other, 28)}" for one, other in pairs])
    rows["verdict"] = np.where(rows["worth"], "confirmed", "not beyond chance")
    y = theme.names("name", "Pair of columns", list(rows["name"]))
    x = theme.x("share", "Share of their joint effect that neither has alone", axis={"format": ".2~%"})
    tooltip = theme.tip(
        one="Column",
        other="and",
        share=("Share", ".2~%"),
        loss=("Squared error grows by", ".2~%"),
        verdict="Held-out rows",
    )
    colour = {"condition": {"test": "datum.worth", "value": theme.BLUE}, "value": theme.GREY}
    encoding = {"y": y, "x": x, "color": colour, "tooltip": tooltip}
    fields = ["name", "one", "other", "share", "loss", "verdict", "worth"]
    height = theme.rows_height(len(rows))
    return theme.chart(result.finding(), rows[fields], {"mark": {"type": "bar"}, "encoding": encoding}, height=height)
