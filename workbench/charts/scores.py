"""Charts of candidates: the leaderboard, what a candidate needs, and what more rows brought it."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.quality.learning_curve import LearningCurve
from workbench.results.uses.importance import Importance
from workbench.results.wording import number, shorten, with_spread

MOST_COLUMNS = 25


def leaderboard(board: pd.DataFrame, *, metric: str, higher_is_better: bool, unit: str = "") -> Chart:
    """Mean scores as dots with their spread over folds, best on top; the baseline as a line across.

    Parameters
    ----------
    board : DataFrame
        From ``results.leaderboard``; candidates without a score are left to the table. Those whose folds are not
        all done stand below the others, grey, with the number of folds behind their name. Where some are level with
        the best (``tied``), those are filled and the others hollow.
    metric : str
        Label of the main metric.
    unit : str
        The target's unit, for metrics that are measured in it.
    """
    scored = board[board["mean"].notna()].copy()
    for name, usual in (("complete", True), ("tied", False)):
        scored[name] = scored[name].astype(bool) if name in scored else usual
    scored = scored.sort_values("complete", ascending=False, kind="stable")
    repeated = scored["label"].duplicated(keep=False)
    scored["name"] = [
        (f"{row.label} · {row.key}" if twice else row.label)
        + ("" if row.complete else f" ({row.folds_done} of {row.n_folds} folds)")
        for row, twice in zip(scored.itertuples(), repeated, strict=True)
    ]
    spread = scored["std"].fillna(0.0)  # tested once: no spread, no bar
    scored["low"], scored["high"] = scored["mean"] - spread, scored["mean"] + spread
    scored["shown"] = [with_spread(mean, std, unit) for mean, std in zip(scored["mean"], scored["std"], strict=True)]
    scored["seconds"] = scored["fit_seconds"].round(2)
    scored["quiet"] = (scored["kind"] == "baseline") | ~scored["complete"]
    scored["hollow"] = ~scored["tied"] & scored["tied"].any() & ~scored["quiet"]
    learned = scored[(scored["kind"] != "baseline") & scored["complete"]]
    guessing = scored[(scored["kind"] == "baseline") & scored["complete"]]
    direction = "higher is better" if higher_is_better else "lower is better"
    title = theme.with_unit(f"{metric}, {direction}", unit)
    y = theme.names("name", "Estimator", list(scored["name"]))
    value = theme.x("mean", title, scale={"zero": False, "nice": True}, axis={"tickCount": 6})
    colour = {"condition": {"test": "datum.quiet", "value": theme.GREY}, "value": theme.BLUE}
    filled = {"condition": {"test": "datum.hollow", "value": 0}, "value": 1}
    tooltip = theme.tip(name="Estimator", shown=f"{metric}, mean ± spread", seconds=("Seconds to fit", ",.2f"))
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.6},
            "encoding": {
                "y": y,
                "x": theme.x("low", title, scale={"zero": False}, axis={"tickCount": 6}),
                "x2": {"field": "high"},
                "color": colour,
            },
        },
        {
            "mark": {"type": "point", "size": 90, "opacity": 1, "strokeWidth": 2},
            "encoding": {
                "y": y,
                "x": value,
                "stroke": colour,
                "fill": colour,
                "fillOpacity": filled,
                "tooltip": tooltip,
            },
        },
    ]
    if len(guessing):
        level = [{"mean": float(guessing["mean"].iloc[0])}]
        mark = {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY, "strokeWidth": 1.5}
        layers.insert(0, {"data": {"values": level}, "mark": mark, "encoding": {"x": value}})
    fields = ["name", "kind", "mean", "low", "high", "shown", "seconds", "quiet", "hollow"]
    finding = _leader_finding(learned, guessing, metric, unit)
    return theme.chart(finding, scored[fields], *layers, height=theme.rows_height(len(scored)))


def _leader_finding(learned: pd.DataFrame, guessing: pd.DataFrame, metric: str, unit: str) -> str:
    if learned.empty:
        return "No estimator has all its folds yet"
    first = learned.iloc[0]
    level = int(learned["tied"].sum()) - 1
    if level > 0:
        others = "1 other" if level == 1 else f"{level} others"
        finding = f"{shorten(first['label'])} and {others} are level: {metric} {first['shown']}"
    else:
        finding = f"{shorten(first['label'])} leads: {metric} {first['shown']}"
    if len(guessing):
        finding += f"; guessing {number(guessing['mean'].iloc[0], unit=unit)}"
    return finding


def importance(result: Importance) -> Chart:
    """Loss when a column is shuffled, as bars with the spread over repeats; the most needed columns."""
    shown = result.frame().head(MOST_COLUMNS)
    rows = pd.DataFrame(
        {
            "name": shown["column"].astype(str),
            "mean": shown["mean"],
            "std": shown["std"],
            "low": shown["mean"] - shown["std"],
            "high": shown["mean"] + shown["std"],
        }
    )
    y = theme.names("name", "Column", list(rows["name"]))
    title = theme.with_unit(f"Loss of {result.label} when the column is shuffled", result.unit)
    tooltip = theme.tip(
        name="Column",
        mean=(theme.with_unit("Loss, mean", result.unit), ".3~g"),
        std=(theme.with_unit("Spread", result.unit), ".2~g"),
    )
    left_out = len(result.frame()) - len(shown)
    finding = result.finding() + (f" (first {len(shown)} of {len(result.frame())} columns)" if left_out else "")
    return theme.chart(
        finding,
        rows,
        {
            "mark": {"type": "bar", "color": theme.BLUE},
            "encoding": {"y": y, "x": theme.x("mean", title), "tooltip": tooltip},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 2, "color": theme.ORANGE},
            "encoding": {"y": y, "x": theme.x("low", title), "x2": {"field": "high"}, "tooltip": tooltip},
        },
        height=theme.rows_height(len(rows)),
    )


def learning_curve(result: LearningCurve) -> Chart:
    """The main metric by rows learnt from, with its spread over folds; rows doubled are a step of equal width."""
    rows = result.frame().assign(low=lambda frame: frame["mean"] - frame["std"])
    rows = rows.assign(
        high=rows["mean"] + rows["std"],
        shown=[with_spread(*pair, result.unit) for pair in rows[["mean", "std"]].values],
    )
    direction = "higher is better" if result.greater_is_better else "lower is better"
    title = theme.with_unit(f"{result.label}, {direction}", result.unit)
    rows["size"] = [f"{size:,}" for size in rows["rows"]]
    x = theme.names("size", "Rows learnt from", list(rows["size"]), axis={"labelAngle": 0})
    y = {"field": "mean", "type": "quantitative", "title": title, "scale": {"zero": False}}
    tooltip = theme.tip(size="Rows", shown=f"{result.label}, mean ± spread")
    band = {**y, "field": "low"}
    return theme.chart(
        result.finding(),
        rows,
        {
            "mark": {"type": "area", "color": theme.BLUE, "opacity": 0.2},
            "encoding": {"x": x, "y": band, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "color": theme.BLUE, "point": {"size": 70, "color": theme.BLUE}},
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    )
