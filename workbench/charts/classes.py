"""Charts of class predictions: confusion heat map, ROC and precision-recall curves."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.classes import Confusion, Curves
from workbench.results.wording import number, percent, shorten

MOST_CLASSES = 25  # cells beyond are too small to read
MOST_WORDS = 2  # classes up to which there is room for words in the cells
NONE_WRONG = 1e-9  # share of a cell without rows that would be wrong
SHORT_NAME = 24  # characters of a class that stands above its column without being turned
RIGHT_AND_WRONG = (
    "format(abs(datum.value), '.0%') + (datum.value > 0 ? ' right' : datum.value < 0 ? ' taken for another' : '')"
)
MOST_SHARES = 9  # for shares
MOST_TEXTS = 12  # for counts
MOST_CURVES = 8
POINTS_PER_CURVE = 300
CROWDED_LABEL = 150  # pixels of a class where there are many


def confusion(result: Confusion) -> Chart:
    """Counts per actual and predicted class, with their shares of the line and of the column; a cell is darker the
    larger its share of the actual class, blue where the answer is right and brown where it is wrong."""
    frame = result.frame().assign(place=lambda cells: range(len(cells)))
    totals = frame.groupby("actual", sort=False)["count"].sum()
    labels = list(result.labels)
    finding = result.finding()
    if len(labels) > MOST_CLASSES:
        kept = set(totals.nlargest(MOST_CLASSES).index)
        labels = [label for label in labels if label in kept]
        frame = frame[frame["actual"].isin(kept) & frame["predicted"].isin(kept)]
        finding += f"; shown are the {MOST_CLASSES} most frequent of {len(result.labels)} classes"
    order = [str(label) for label in labels]
    target = shorten(result.target)
    x = theme.names("predicted", f"Predicted {target}", order)
    longest = max(map(len, order), default=0)
    flat, crowded = len(order) <= MOST_WORDS and longest <= SHORT_NAME, len(order) > MOST_TEXTS
    turned = {"labelAngle": 0 if flat else -40, "labelLimit": 120 if flat else 180, "labelOverlap": False}
    x["axis"] = {**x["axis"], **turned, "orient": "top"}
    y = theme.names("actual", f"Actual {target}", order)
    if len(order) > MOST_WORDS:  # cells need the room more than long names do, which are whole in the tip
        y["axis"] |= {"labelLimit": 180}
    if crowded:  # every column has a name, upright; beside long names cells would be slivers
        x["axis"] |= {"labelAngle": -90, "labelLimit": CROWDED_LABEL, "labelOverlap": False}
        y["axis"] |= {"labelLimit": CROWDED_LABEL}
    height, texts = _texts(len(order))
    y["axis"] |= {"titleLimit": max(220, height * len(order))}
    legend = {"values": [-1, -0.5, 0, 0.5, 1], "labelExpr": RIGHT_AND_WRONG}
    colour = {
        "field": "side",
        "type": "quantitative",
        "title": "Share of the actual class",
        "scale": {"domain": [-1, -NONE_WRONG, 0, 1], "range": [*reversed(theme.WRONG_CELLS), *theme.CELLS]},
        "legend": legend,
    }
    tooltip = theme.tip(
        actual="Actual",
        predicted="Predicted",
        count=("Rows", ",d"),
        share=("Share of the line (actual)", ".1%"),
        share_predicted=("Share of the column (predicted)", ".1%"),
        thousand=("Per 1,000 rows", ",.1f"),
    )
    edge = {"stroke": {"value": theme.ORANGE}, "strokeWidth": theme.when_picked(4, 0)}
    cell = {
        "params": theme.picks(),
        "mark": {"type": "rect", "cursor": "pointer"},
        "encoding": {"x": x, "y": y, "color": colour, **edge, "tooltip": tooltip},
    }
    # On the cell's own colour, so fixed text colours are safe on any page.
    ink = {"condition": {"test": "datum.share > 0.5", "value": "#ffffff"}, "value": "#10202f"}
    layers = [
        {
            "mark": {"type": "text", "fontSize": size, "dy": dy, "cursor": "pointer"},
            "encoding": {"x": x, "y": y, "text": {"field": field}, "color": ink, "tooltip": tooltip},
        }
        for field, size, dy in texts
    ]
    return theme.chart(
        finding, _cells(frame, words=len(order) <= MOST_WORDS), cell, *layers, height=max(220, height * len(order) + 60)
    )


def _cells(frame: pd.DataFrame, *, words: bool) -> pd.DataFrame:
    """The cells with what is written into them."""
    shares = frame[["share_of_actual", "share_of_predicted"]].fillna(0.0)
    line, column = (shares[name].map(lambda share: percent(share)) for name in shares)
    counts = frame["count"].map(lambda count: f"{count:,}")
    thousand = frame["per_1000"].fillna(0.0)
    return pd.DataFrame(
        {
            "place": frame["place"],
            "actual": frame["actual"].astype(str),
            "predicted": frame["predicted"].astype(str),
            "count": frame["count"],
            "share": shares["share_of_actual"],
            "side": shares["share_of_actual"].where(
                frame["actual"] == frame["predicted"], -shares["share_of_actual"].clip(lower=NONE_WRONG)
            ),
            "share_predicted": shares["share_of_predicted"],
            "thousand": thousand,
            "told": counts + " rows, " + thousand.map(lambda value: number(value, 0)) + " per 1,000"
            if words
            else counts,
            "line": "→ " + line + (" of the line" if words else ""),
            "column": "↓ " + column + (" of the column" if words else ""),
        }
    )


def _texts(n_classes: int) -> tuple[int, list[tuple[str, int, int]]]:
    """Return the pixels of a line of cells, and field, size and offset of the texts that there is room for."""
    if n_classes <= MOST_WORDS:
        return 84, [("told", 14, -20), ("line", 12, 2), ("column", 12, 21)]
    if n_classes <= MOST_SHARES:
        return 62, [("told", 13, -17), ("line", 11, 1), ("column", 11, 17)]
    return 34, [("told", 13, 0)] if n_classes <= MOST_TEXTS else []


def roc(result: Curves) -> Chart:
    """Share of the class that is found against the share of other rows taken along, over all thresholds."""
    diagonal = theme.line_through("x", "y", [(0, 0), (1, 1)])
    return _curves(
        result,
        columns=("false_positive_rate", "true_positive_rate"),
        titles=("Other rows taken along (false positive rate)", "Rows of the class found (true positive rate)"),
        reference=diagonal,
    )


def precision_recall(result: Curves) -> Chart:
    """How many of the rows taken are right, against how many of the class are found, over all thresholds."""
    reference = None
    if len(result.curves) == 1:
        share = result.curves[0].share
        reference = theme.line_through("x", "y", [(0, share), (1, share)])
    return _curves(
        result,
        columns=("recall", "precision"),
        titles=("Rows of the class found (recall)", "Taken rows that are right (precision)"),
        reference=reference,
    )


def _curves(result: Curves, *, columns: tuple[str, str], titles: tuple[str, str], reference: dict | None) -> Chart:
    shown = sorted(result.curves, key=lambda curve: curve.area)[:MOST_CURVES]
    finding = result.finding()
    if len(shown) < len(result.curves):
        finding += f" (shown are the {len(shown)} hardest of {len(result.curves)} classes)"
    kept = [str(curve.label) for curve in shown]
    frame = result.frame()
    points = pd.DataFrame(
        {"class": frame["class"].astype(str), "x": frame[columns[0]], "y": frame[columns[1]], "at": frame["threshold"]}
    )
    thin = [theme.thinned(points[points["class"] == name], POINTS_PER_CURVE) for name in kept]
    points = pd.concat(thin) if thin else points.head(0)
    points = points.assign(order=range(len(points)))
    scale = {"domain": [0, 1]}
    tooltip = theme.tip(
        **{"class": "Class"}, x=(titles[0], ".1%"), y=(titles[1], ".1%"), at=("Threshold on the probability", ".3f")
    )
    axis = {"format": theme.PERCENT}
    encoding = {
        "x": theme.x("x", titles[0], scale=scale, axis=axis),
        "y": theme.x("y", titles[1], scale=scale, axis=axis),
        "order": {"field": "order", "type": "quantitative"},
        "tooltip": tooltip,
    }
    if len(kept) > 1:
        title = shorten(result.target)
        for channel, values in (("color", list(theme.COLOURS)), ("strokeDash", list(theme.DASHES))):
            scale = {"domain": kept, "range": values[: len(kept)]}
            legend = {"labelLimit": theme.LABEL_LIMIT, "symbolType": "stroke"}
            encoding[channel] = {"field": "class", "type": "nominal", "title": title, "scale": scale, "legend": legend}
    line = {"mark": {"type": "line", "strokeWidth": 2.5, "color": theme.BLUE}, "encoding": encoding}
    # A line has no area to point at; invisible dots along it carry the tooltip.
    hover = {"mark": {"type": "point", "opacity": 0, "size": 80}, "encoding": {**encoding}}
    for channel in ("color", "strokeDash", "order"):
        hover["encoding"].pop(channel, None)
    return theme.chart(finding, points, *([reference] if reference else []), line, hover)
