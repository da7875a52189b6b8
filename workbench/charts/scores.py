"""Charts of candidates: the leaderboard and what a candidate needs."""

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.importance import Importance
from workbench.results.wording import decimals_for, number, shorten, with_spread

MOST_COLUMNS = 25


def leaderboard(board: pd.DataFrame, *, metric: str, higher_is_better: bool, unit: str = "") -> Chart:
    """Mean scores as dots with their spread over folds, best on top; the baseline as a line across.

    Parameters
    ----------
    board : DataFrame
        From ``results.leaderboard``; candidates without a score are left to the table.
    metric : str
        Label of the main metric.
    unit : str
        The target's unit, for metrics that are measured in it.
    """
    scored = board[board["mean"].notna()].copy()
    repeated = scored["label"].duplicated(keep=False)
    scored["name"] = [
        f"{label} · {key}" if twice else label
        for label, key, twice in zip(scored["label"], scored["key"], repeated, strict=True)
    ]
    scored["low"], scored["high"] = scored["mean"] - scored["std"], scored["mean"] + scored["std"]
    scored["shown"] = [with_spread(mean, std, unit) for mean, std in zip(scored["mean"], scored["std"], strict=True)]
    scored["seconds"] = scored["fit_seconds"].round(2)
    learned = scored[scored["kind"] != "baseline"]
    guessing = scored[scored["kind"] == "baseline"]
    direction = "higher is better" if higher_is_better else "lower is better"
    title = theme.with_unit(f"{metric}, {direction}", unit)
    y = theme.names("name", "Estimator", list(scored["name"]))
    value = theme.x("mean", title, scale={"zero": False, "nice": True})
    leader = learned["name"].iloc[0] if len(learned) else ""
    tooltip = theme.tip(name="Estimator", shown=f"{metric}, mean ± spread", seconds=("Seconds to fit", ",.2f"))
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "color": theme.BLUE, "opacity": 0.6},
            "encoding": {"y": y, "x": theme.x("low", title, scale={"zero": False}), "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "size": 90, "filled": True, "opacity": 1},
            "encoding": {
                "y": y,
                "x": value,
                "color": {
                    "condition": {"test": {"field": "kind", "equal": "baseline"}, "value": theme.GREY},
                    "value": theme.BLUE,
                },
                "shape": {
                    "condition": {"test": {"field": "name", "equal": leader}, "value": "diamond"},
                    "value": "circle",
                },
                "tooltip": tooltip,
            },
        },
    ]
    if len(guessing):
        level = [{"mean": float(guessing["mean"].iloc[0])}]
        mark = {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY, "strokeWidth": 1.5}
        layers.insert(0, {"data": {"values": level}, "mark": mark, "encoding": {"x": value}})
    fields = ["name", "kind", "mean", "low", "high", "shown", "seconds"]
    finding = _leader_finding(learned, guessing, metric, unit)
    return theme.chart(finding, scored[fields], *layers, height=theme.rows_height(len(scored)))


def _leader_finding(learned: pd.DataFrame, guessing: pd.DataFrame, metric: str, unit: str) -> str:
    if learned.empty:
        return "No estimator has a score yet"
    first = learned.iloc[0]
    finding = f"{shorten(first['label'])} leads: {metric} {first['shown']}"
    if len(guessing):
        finding += f"; guessing {number(guessing['mean'].iloc[0], min(decimals_for(first['std']), 2), unit)}"
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
    title = f"Loss of {result.label} when the column is shuffled"
    tooltip = theme.tip(name="Column", mean=("Loss, mean", ".3~g"), std=("Spread", ".2~g"))
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
