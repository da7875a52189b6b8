"""Chart of how probabilities are spread in two groups of rows."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.score_histogram import ScoreHistogram
from workbench.results.wording import shorten

LOOKS = (theme.BLUE, theme.ORANGE)


def score_histogram(result: ScoreHistogram) -> Chart:
    """Share of each group's rows by probability: side by side, so that a rare class is seen beside a frequent one."""
    bars = result.bars
    names = theme.told_apart([shorten(group, 60) for group in result.groups])
    width = bars["to"] - bars["from"]
    parts = []
    for at, which in enumerate(("first", "second")):
        left = bars["from"] + width * at / 2
        shown = {"group": names[at], "low": left, "high": left + width / 2, "share": bars[f"share_{which}"]}
        parts.append(
            pd.DataFrame({**shown, "count": bars[f"n_{which}"], "at_least": bars["from"], "at_most": bars["to"]})
        )
    of = "the most probable class" if result.label is None else shorten(result.groups[0], 50)
    x = theme.x("low", f"Stated probability of {of}", scale={"domain": [0, 1]}, axis={"format": theme.PERCENT})
    y = theme.x("share", "Share of the rows of its kind", axis={"format": theme.PERCENT})
    tooltip = theme.tip(
        group="Rows with",
        at_least=("Probability from", ".0%"),
        at_most=("to", ".0%"),
        count=("Rows", ",d"),
        share=("Share of the rows of its kind", ".1%"),
    )
    layer = theme.bars(x, "high", y, tooltip)
    scale = {"domain": names, "range": list(LOOKS)}
    legend = {"orient": "top", "labelLimit": 2 * theme.LABEL_LIMIT}
    layer["encoding"]["color"] = {"field": "group", "type": "nominal", "title": None, "scale": scale, "legend": legend}
    layer["params"] = theme.picks()
    layer["mark"]["cursor"] = "pointer"
    layer["encoding"]["opacity"] = theme.when_picked(0.6, 1)
    drawn = pd.concat(parts, ignore_index=True)
    return theme.chart(result.finding(), drawn.assign(place=range(len(drawn))), layer)
