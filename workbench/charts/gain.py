"""Charts of ranking rows: cumulative gain beside random and perfect order, and lift."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.gain import MARKED, Gain
from workbench.results.wording import number, shorten

TAKEN = "Share of all rows that is taken, highest probability first"
LINES = {"gain": "the model", "random": "picking at random", "perfect": "a faultless order"}
LOOKS = ((theme.BLUE, [1, 0]), (theme.GREY, [4, 4]), ("#1a9370", [8, 3, 2, 3]))


def gain(result: Gain) -> Chart:
    """Share found against share taken, with the random diagonal and the perfect line."""
    points = result.frame().assign(random=result.frame()["share_taken"])
    lines = pd.concat(
        points[["share_taken", name, "lift"]]
        .rename(columns={name: "found"})
        .assign(line=words, place=range(len(points)))
        for name, words in LINES.items()
    )
    title = f"Share found of all with {shorten(result.who, 50)}"
    x, y = _axis("share_taken", TAKEN), _axis("found", title)
    encoding = {"x": x, "y": y, "order": {"field": "place", "type": "quantitative"}}
    for channel, at in (("color", 0), ("strokeDash", 1)):
        scale = {"domain": list(LINES.values()), "range": [look[at] for look in LOOKS]}
        legend = {"symbolType": "stroke", "orient": "top"}
        encoding[channel] = {"field": "line", "type": "nominal", "title": None, "scale": scale, "legend": legend}
    tooltip = theme.tip(line="Order", share_taken=("Rows taken", ".1%"), found=("Found of the class", ".1%"))
    line = {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": encoding}
    # A line has no area to point at; invisible dots along it carry the tooltip.
    hover = {"mark": {"type": "point", "opacity": 0, "size": 80}, "encoding": {"x": x, "y": y, "tooltip": tooltip}}
    marks = [{**_marked(result, share), "found": float(result.at(share)["gain"])} for share in MARKED]
    return theme.chart(result.finding(), lines, line, hover, *_marks(marks, x, y, side="right"))


def lift(result: Gain) -> Chart:
    """Times as many as picking at random, against share taken; the dashed line is 1."""
    points = result.frame().dropna(subset=["lift"])[["share_taken", "lift", "gain"]]
    title = "Lift: times as many as picking at random"
    x, y = _axis("share_taken", TAKEN), theme.x("lift", title, scale={"zero": True}, axis={"format": ".1f"})
    tooltip = theme.tip(share_taken=("Rows taken", ".1%"), lift=("Lift", ".2f"), gain=("Found of the class", ".1%"))
    layers = [
        theme.line_through("share_taken", "lift", [(0, 1), (1, 1)]),
        {"mark": {"type": "line", "strokeWidth": 2.5, "color": theme.BLUE}, "encoding": {"x": x, "y": y}},
        {"mark": {"type": "point", "opacity": 0, "size": 80}, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
        *_marks([_marked(result, share) for share in MARKED], x, y, side="above"),
    ]
    return theme.chart(result.lift_finding(), points, *layers)


def _axis(field: str, title: str) -> dict:
    return theme.x(field, title, scale={"domain": [0, 1]}, axis={"format": theme.PERCENT})


def _marked(result: Gain, share: float) -> dict:
    lift = float(result.at(share)["lift"])
    return {"share_taken": share, "lift": lift, "words": f"lift {number(lift, 1)}"}


def _marks(marks: list[dict], x: dict, y: dict, *, side: str) -> list[dict]:
    """Dots on the curve with the lift in words, at its right or above."""
    data = {"values": theme.records(marks)}
    place = {"align": "left", "dx": 9, "dy": 8} if side == "right" else {"align": "left", "dx": 6, "dy": -9}
    look = {"filled": True, "size": 80, "opacity": 1, "color": theme.ORANGE}
    text = {"type": "text", "color": theme.ORANGE, "fontSize": 13, "fontWeight": 600, **place}
    return [
        {"data": data, "mark": {"type": "point", **look}, "encoding": {"x": x, "y": y}},
        {"data": data, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "words"}}},
    ]
