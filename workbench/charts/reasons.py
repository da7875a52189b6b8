"""The chart of reasons: from the training rows to one answer, column by column."""

import math

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.uses.reasons import Reasons, chance_of
from workbench.results.wording import number, probability, shorten, told_apart

MOST_REASONS = 10  # columns with a bar of their own; the others are summed up
CHANCES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 0.999)
WIDE = 3.0  # log odds; beyond, probabilities in equal steps would crowd at an end
STEPS, MOST_TICKS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1), 7
LONGEST_COLUMN, LONGEST_VALUE = 30, 24
LEFT_ROOM = 0.04  # beside the bars, as a share of how far they reach
RIGHT_ROOM = {False: 0.18, True: 0.34}  # of amounts, and of classes, which have more words
KINDS = {"higher": theme.BLUE, "lower": theme.ORANGE, "total": theme.GREY}


def reasons(result: Reasons) -> Chart:
    """From the training rows to one answer, a bar for what each column adds; the rest of the columns summed up."""
    rows = pd.DataFrame(_steps(result))
    y = theme.names("name", "Column", list(rows["name"]))
    if result.label is None:
        title = theme.with_unit(shorten(result.target), result.unit)
        axis = {"tickCount": 6}
    else:
        title = "Probability, on the scale of log odds"  # of which class is said above
        axis = {"values": _chance_ticks(rows), "labelExpr": "format(1 / (1 + exp(-datum.value)), '.3~%')"}
    x = theme.x(
        "start",
        title,
        scale={"zero": False, "nice": False, "domain": _reach(rows, result.label is not None)},
        axis=axis,
    )
    scale = {"domain": list(KINDS), "range": list(KINDS.values())}
    colour = {"field": "kind", "type": "nominal", "legend": None, "scale": scale}
    tooltip = theme.tip(whole="Column", value="Value", told="Adds", error="Uncertain by")
    label = {"type": "text", "dx": 5, "fontSize": 12}
    return theme.chart(
        result.finding(),
        rows,
        {
            "mark": {"type": "bar"},
            "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": colour, "tooltip": tooltip},
        },
        {
            "transform": [{"filter": "datum.kind == 'total'"}],
            "mark": {"type": "point", "shape": "diamond", "size": 120, "filled": True, "opacity": 1},
            "encoding": {"y": y, "x": x, "color": colour, "tooltip": tooltip},
        },
        {
            "mark": {**label, "align": "left", "color": theme.GREY},
            "encoding": {"y": y, "x": {**x, "field": "right"}, "text": {"field": "told"}},
        },
        height=theme.rows_height(len(rows)),
    )


# Of a class it is the mean of log odds, which is not the share of the rows that are of it.
START = {True: "Training rows, on average", False: "Middle of training rows"}


def _steps(result: Reasons) -> list[dict]:
    """The bars of the chart, from the first to the last; each begins where the one before ended."""

    def total(name, at):
        told = number(at, unit=result.unit) if result.label is None else probability(chance_of(at))
        place = {"start": at, "end": at, "right": at}
        return {"name": name, "whole": name, "value": "", **place, "told": told, "error": "", "kind": "total"}

    shown = result.rows[result.rows["contribution"] != 0.0].head(MOST_REASONS)
    rest = result.rows.drop(index=shown.index)
    parts = [(row.column, row.value, row.contribution, row.error) for row in shown.itertuples(index=False)]
    others = float(rest["contribution"].sum())
    if len(rest) and (rest["contribution"] != 0).any():
        parts.append(
            (
                f"{len(rest)} other column{'s' if len(rest) > 1 else ''}",
                "",
                others,
                float(np.sqrt((rest["error"] ** 2).sum())),
            )
        )
    columns = told_apart([column for column, *_ in parts], LONGEST_COLUMN)
    names = [
        f"{column} = {shorten(value, LONGEST_VALUE)}" if value else column
        for column, (_, value, *_) in zip(columns, parts, strict=True)
    ]
    steps, at = [total(START[result.label is None], result.base)], result.base
    for name, (column, value, added, error) in zip(theme.told_apart(names), parts, strict=True):
        steps.append(
            {
                "name": name,
                "whole": str(column),
                "value": str(value),
                "start": at,
                "end": at + added,
                "told": told_step(added, result),
                "error": "exact" if not error else f"±{number(error)}",
                "kind": "higher" if added > 0 else "lower",
                "right": max(at, at + added),
            }
        )
        at += added
    return [*steps, total("This row", result.answer)]


def told_step(added: float, result: Reasons) -> str:
    """Say what a column adds: an amount with its unit, or by what the odds are multiplied."""
    if result.label is not None:
        factor = math.exp(added)
        # In plain words first: what odds are, not everybody knows.
        if factor >= 1:
            return f"more likely (odds × {number(factor)})"
        return f"less likely (odds ÷ {number(1 / factor)})"
    return ("+" if added > 0 else "−") + number(abs(added), unit=result.unit)


def _reach(rows: pd.DataFrame, of_class: bool) -> list[float]:
    """The ends of the axis: room to the right for the words behind the bars."""
    low, high = float(rows[["start", "end"]].min().min()), float(rows[["start", "end"]].max().max())
    span = (high - low) or max(abs(high), 1.0) / 10
    return [low - LEFT_ROOM * span, high + RIGHT_ROOM[of_class] * span]


def _chance_ticks(rows: pd.DataFrame) -> list[float]:
    """Round probabilities that lie within the picture, as log odds."""
    low, high = _reach(rows, of_class=True)
    first, last = chance_of(low), chance_of(high)
    if high - low > WIDE:
        return [math.log(chance / (1 - chance)) for chance in CHANCES if first <= chance <= last]
    step = next((step for step in STEPS if (last - first) / step <= MOST_TICKS), STEPS[-1])
    found = np.arange(math.ceil(first / step), math.floor(last / step) + 1) * step
    return [math.log(chance / (1 - chance)) for chance in found.tolist() if 0 < chance < 1]
