"""The map of pairs: how strongly each two of some columns go together."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.profiling.pairs.associations import Associations
from workbench.results.wording import percent, shorten

MOST_COLUMNS = 20
MOST_TEXTS = 14  # columns up to which figures are written into the cells
CELL = 26  # pixels


def map_names(associations: Associations, most: int = MOST_COLUMNS) -> list[str]:
    """Return the columns of the strongest pairs, those beside each other that go together."""
    names: list[str] = []
    for pair in associations.pairs:
        new = [name for name in (pair.left, pair.right) if name not in names]
        if len(names) + len(new) > most:
            break
        known = next((name for name in (pair.left, pair.right) if name in names), None)
        place = names.index(known) + 1 if known else len(names)
        names[place:place] = new
    return names


def map_frame(associations: Associations, names: list[str]) -> pd.DataFrame:
    """Return a row per two of ``names``, either way round: ``one``, ``other``, ``value``, ``correlation``, ``count``.

    Pairs that are not kept are not among them: they are weaker, or not beyond chance.
    """
    chosen = set(names)
    rows = [
        {"one": one, "other": other, "value": pair.value, "correlation": pair.correlation, "count": pair.n_rows}
        for pair in associations.pairs
        if pair.left in chosen and pair.right in chosen
        for one, other in ((pair.left, pair.right), (pair.right, pair.left))
    ]
    return pd.DataFrame(rows, columns=["one", "other", "value", "correlation", "count"])


def association_map(associations: Associations, names: list[str] | None = None) -> Chart:
    """Draw how strongly each two columns go together, darker the more.

    Parameters
    ----------
    associations : Associations
    names : list of str, optional
        The columns, in order; at most 20 are drawn. Those of the strongest pairs if not given.
    """
    names = (map_names(associations) if names is None else list(names))[:MOST_COLUMNS]
    frame = map_frame(associations, names)
    # Names are told apart by what is shown of them, and placed in the order given.
    shown = {name: label for name, label in zip(names, _labels(names), strict=True)}
    frame = frame.assign(one=frame["one"].map(shown), other=frame["other"].map(shown))
    order = list(shown.values())
    finding = "No two of these columns go together, beyond chance"
    if len(frame):
        best = frame.loc[frame["value"].idxmax()]
        finding = f"“{best['one']}” and “{best['other']}” go together most, by {percent(best['value'])}"
    scale = {"scale": {"domain": order}}
    x = theme.names("other", "Column", order, **scale)
    x["axis"] = {**x["axis"], "labelAngle": -40, "labelLimit": 140, "orient": "top"}
    y = theme.names("one", "Column", order, **scale)
    colour = {
        "field": "value",
        "type": "quantitative",
        "title": "Go together by",
        "scale": {"domain": [0, 1], "range": list(theme.CELLS)},
        "legend": {"format": theme.PERCENT},
    }
    tooltip = theme.tip(
        one="Column",
        other="goes with",
        value=("by", ".0%"),
        correlation=("Correlation", "+.2f"),
        count=("Rows that have both", ",d"),
    )
    layers = [{"mark": {"type": "rect"}, "encoding": {"x": x, "y": y, "color": colour, "tooltip": tooltip}}]
    if len(order) <= MOST_TEXTS:
        ink = {"condition": {"test": "datum.value > 0.5", "value": "#ffffff"}, "value": "#10202f"}
        text = {"field": "value", "type": "quantitative", "format": theme.PERCENT}
        encoding = {"x": x, "y": y, "text": text, "color": ink, "tooltip": tooltip}
        layers.append({"mark": {"type": "text", "fontSize": 11}, "encoding": encoding})
    return theme.chart(finding, frame, *layers, height=max(CELL * len(order), 60) + 120)


def _labels(names: list[str]) -> list[str]:
    labels = [shorten(name) for name in names]
    return [
        label if labels.count(label) == 1 else f"{label} ({labels[: place + 1].count(label)})"
        for place, label in enumerate(labels)
    ]
