"""Chart of the score per fold, with what the number of rows explains."""

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.folds import FoldScores

MOST_NUMBERED = 20  # folds that have a number each on the axis


def fold_scores(result: FoldScores) -> Chart:
    """A dot per fold; the bar is where a fold with as many rows lies if it is like the others; dashed is the mean."""
    rows = result.frame().assign(stands_out=result.stands_out)
    rows["fold"] += 1
    direction = "higher is better" if result.higher_is_better else "lower is better"
    titles = (
        "Fold, from earlier to later" if result.by_time else "Fold",
        theme.with_unit(f"{result.label}, {direction}", result.unit),
    )
    ends = [0.5, float(rows["fold"].max()) + 0.5] if len(rows) else [0.5, 1.5]
    values = {"values": rows["fold"].tolist()} if len(rows) <= MOST_NUMBERED else {}
    x = theme.x("fold", titles[0], scale={"domain": ends, "nice": False}, axis={"format": "d", "grid": False, **values})
    y = theme.x("score", titles[1], scale={"zero": False})
    colour = {"condition": {"test": "datum.stands_out", "value": theme.ORANGE}, "value": theme.BLUE}
    shape = {"condition": {"test": "datum.stands_out", "value": "diamond"}, "value": "circle"}
    tooltip = theme.tip(
        fold=("Fold", ",d"),
        score=(titles[1], ",.4~g"),
        n_rows=("Rows", ",d"),
        others=("The others, on average", ",.4~g"),
        expected_low=("If like them, from", ",.4~g"),
        expected_high=("to", ",.4~g"),
    )
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 7, "opacity": 0.4, "color": theme.GREY},
            "encoding": {"x": x, "y": {**y, "field": "expected_low"}, "y2": {"field": "expected_high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": colour, "shape": shape, "tooltip": tooltip},
        },
    ]
    if len(rows) > 1:
        layers.insert(0, theme.line_through("fold", "score", [(ends[0], result.mean), (ends[1], result.mean)]))
    return theme.chart(result.finding(), rows, *layers)
