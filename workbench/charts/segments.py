"""Charts of groups of rows: weak ones beside the rest, the levels of a column, and rates of groups.

A click anywhere in the line of a group picks it: the parameter ``theme.PICKED`` then holds its ``place``.
"""

import math

import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.failures.chance import ALPHA
from workbench.results.failures.fairness import Fairness
from workbench.results.failures.fairness_rates import RateKind
from workbench.results.failures.segments import Segments
from workbench.results.failures.slices import Slices
from workbench.results.wording import shorten

NOT_WORSE, WORSE = "not worse beyond chance", "worse than the others"
ALIKE, DIFFERENT = "no difference beyond chance", "different from the others"
FEW = "too few rows to judge"
USUAL, NOTICED = (theme.BLUE, "circle"), (theme.ORANGE, "diamond")
STATES = {NOT_WORSE: USUAL, ALIKE: USUAL, WORSE: NOTICED, DIFFERENT: NOTICED, FEW: (theme.GREY, "cross")}
LEGEND = 40  # pixels
LEVEL_CHARACTERS = 40
ROOM = 0.16  # of the axis, at its right, for the row counts
FAR_BASELINE = 3.0  # times the largest end of an interval: a baseline beyond would press all others together
TICKS = 8
LINE = 52  # pixels a weak group, whose words stand above its dots


def segments(result: Segments) -> Chart:
    """Each weak group's error with its interval, and that of all other rows."""
    rows = result.frame()
    data = pd.DataFrame(
        {
            "place": range(len(rows)),
            "name": [shorten(f"{at + 1}. {one.words}", 110) for at, one in enumerate(result.segments)],
            "group": rows["group"],
            "value": rows["error"],
            "low": rows["low"],
            "high": rows["high"],
            "other": rows["rest"],
            "rows": rows["n_rows"],
            "words": [_rows(n_rows) for n_rows in rows["n_rows"]],
            "errors": rows["share_of_errors"],
        }
    )
    label = theme.with_unit(_first_up(result.kind.label), result.unit)
    form = ".0%" if result.kind.share else ",.3~g"
    domain = _domain(data[["value", "low", "high", "other"]])
    x = {"scale": {"domain": domain, "nice": False}, "axis": _axis(form, domain)}
    y = theme.names("name", "Weak group", data["name"].tolist())
    y["axis"] = {
        "labelAlign": "left", "labelPadding": -6, "labelOffset": -16, "labelLimit": 760, "labelFlush": False,
        "domain": False, "ticks": False, "maxExtent": 0, "labelFontSize": 13,
    }  # fmt: skip
    tooltip = theme.tip(
        group="Group",
        value=(label, form),
        low=("95 % interval from", form),
        high=("to", form),
        other=("All other rows", form),
        rows=("Rows in the group", ",d"),
        errors=("Share of all errors", ".0%"),
    )
    rest = {
        "mark": {"type": "tick", "orient": "vertical", "thickness": 3, "size": 16, "color": theme.GREY, "yOffset": 8},
        "encoding": {"x": theme.x("other", label, **x), "y": y},
    }
    layers = [
        _span(x, y, label, {"value": theme.ORANGE}, y_offset=8),
        rest,
        _dot(x, y, label, {"value": theme.ORANGE}, {"value": "diamond"}, y_offset=8),
        _counts(y, y_offset=8),
        _line(y, tooltip),
    ]
    return theme.chart(result.finding(), data, *layers, height=max(len(data), 1) * LINE + 10)


def slices(result: Slices) -> Chart:
    """A metric per group of a column with its interval, the baseline beside, and all rows as a dashed line."""
    rows = result.frame()
    sign = -1 if result.higher_is_better else 1
    worse = (rows["p_value"] <= ALPHA) & (sign * (rows["value"] - rows["rest"]) > 0)
    state = [FEW if few else WORSE if bad else NOT_WORSE for few, bad in zip(rows["few"], worse, strict=True)]
    data = _data(rows, rows["level"], state).assign(baseline=rows["baseline"], rest=rows["rest"])
    shown = data[["value", "low", "high"]]
    near = baseline_is_near(rows)
    percents = result.share
    form = ".0%" if percents else ",.3~g"
    label = theme.with_unit(_first_up(result.label), result.unit)
    domain = _domain(
        data[["value", "low", "high", "baseline"]] if near else shown, from_zero=not result.higher_is_better
    )
    tooltip = theme.tip(
        level=shorten(result.column),
        rows=("Rows", ",d"),
        value=(label, form),
        low=("95 % interval from", form),
        high=("to", form),
        rest=("All other rows", form),
        baseline=("Baseline for the same rows", form),
        state="Beside the others",
    )
    marks = []
    if near and data["baseline"].notna().any():
        mark = {"type": "tick", "orient": "vertical", "thickness": 2, "size": 16, "color": theme.GREY}
        marks.append((mark, "baseline"))
    return _chart(result.finding(), data, result.column, label, form, domain, tooltip, marks, result.overall)


def baseline_is_near(rows: pd.DataFrame) -> bool:
    """Whether the baseline of a column's groups can be drawn without pressing all else together."""
    return bool(rows["baseline"].max() <= FAR_BASELINE * rows[["value", "low", "high"]].max().max())


def fairness(result: Fairness, rate: RateKind) -> Chart:
    """One rate per group with its interval; a dashed line at zero for errors."""
    rows = result.of(rate.name)
    different = rows["p_value"] <= ALPHA
    state = [FEW if few else DIFFERENT if gap else ALIKE for few, gap in zip(rows["few"], different, strict=True)]
    data = _data(rows, rows["group"], state).assign(others=rows["others"], difference=rows["difference"])
    label = theme.with_unit(_first_up(rate.label), "%" if rate.share else result.unit)
    form = ".0%" if rate.share else ",.3~g"
    domain = _domain(data[["value", "low", "high"]], from_zero=rate.share or rate.name != "mean_error")
    tooltip = theme.tip(
        level=shorten(result.column),
        rows=("Rows that count", ",d"),
        value=(label, form),
        low=("95 % interval from", form),
        high=("to", form),
        others=("All other rows", form),
        difference=("Difference", "+" + form),
        state="Beside the others",
    )
    line = 0.0 if rate.name == "mean_error" else None
    return _chart(result.finding(rate), data, result.column, label, form, domain, tooltip, [], line)


def _data(rows: pd.DataFrame, levels: pd.Series, state: list[str]) -> pd.DataFrame:
    names = [shorten(level, LEVEL_CHARACTERS) for level in levels]
    seen = [names[:at].count(name) for at, name in enumerate(names)]  # cut names may be the same
    return pd.DataFrame(
        {
            "place": range(len(rows)),
            "level": levels,
            "name": [f"{name} ({times + 1})" if times else name for name, times in zip(names, seen, strict=True)],
            "value": rows["value"],
            "low": rows["low"],
            "high": rows["high"],
            "rows": rows["n_rows"],
            "words": [_rows(n_rows) for n_rows in rows["n_rows"]],
            "state": state,
        }
    )


def _chart(title, data, column, label, form, domain, tooltip, marks, line) -> Chart:
    x = {"scale": {"domain": domain, "nice": False}, "axis": _axis(form, domain)}
    y = theme.names("name", shorten(column), data["name"].tolist())
    states = [state for state in STATES if state in set(data["state"])]
    legend = {"orient": "top", "title": None}
    colour = {
        "field": "state",
        "type": "nominal",
        "scale": {"domain": states, "range": [STATES[state][0] for state in states]},
        "legend": legend if len(states) > 1 else None,
    }
    shape = {**colour, "scale": {"domain": states, "range": [STATES[state][1] for state in states]}}
    layers = [_span(x, y, label, colour)]
    if line is not None and math.isfinite(line):
        layers.insert(
            0,
            {
                "data": {"values": [{"at": float(line)}]},
                "mark": {"type": "rule", "strokeDash": [4, 4], "color": theme.GREY},
                "encoding": {"x": {"field": "at", "type": "quantitative"}},
            },
        )
    layers += [{"mark": mark, "encoding": {"x": theme.x(field, label, **x), "y": y}} for mark, field in marks]
    layers += [_dot(x, y, label, colour, shape), _counts(y), _line(y, tooltip)]
    return theme.chart(title, data, *layers, height=theme.rows_height(len(data)) + LEGEND * (len(states) > 1))


def _span(x, y, label, colour, y_offset=0) -> dict:
    encoding = {"x": theme.x("low", label, **x), "x2": {"field": "high"}, "y": y, "color": colour}
    return {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55, "yOffset": y_offset}, "encoding": encoding}


def _dot(x, y, label, colour, shape, y_offset=0) -> dict:
    mark = {"type": "point", "filled": True, "size": 90, "opacity": 1, "yOffset": y_offset}
    return {"mark": mark, "encoding": {"x": theme.x("value", label, **x), "y": y, "color": colour, "shape": shape}}


def _counts(y, y_offset=0) -> dict:
    mark = {"type": "text", "align": "right", "dx": -4, "color": theme.GREY, "fontSize": 12, "yOffset": y_offset}
    encoding = {"x": {"value": "width"}, "y": y, "text": {"field": "words", "type": "nominal"}}
    return {"mark": mark, "encoding": encoding}


def _line(y, tooltip) -> dict:
    """The whole line of a group, seen where it is picked: to point at and to click."""
    return {
        "params": theme.picks(),
        "mark": {"type": "bar", "color": theme.GREY, "cursor": "pointer"},
        "encoding": {
            "x": {"value": 0},
            "x2": {"value": "width"},
            "y": y,
            "opacity": theme.when_picked(0.18, 0.0),
            "tooltip": tooltip,
        },
    }


def _axis(form: str, domain: list[float]) -> dict:
    """Return an axis whose ticks read differently, however short it is."""
    if "%" not in form:
        return {"tickCount": TICKS}
    step = (domain[1] - domain[0]) / (2 * TICKS)  # Vega may draw twice as many as it is asked for
    return {"tickCount": TICKS, "format": f".{max(0, math.ceil(-2 - math.log10(step)))}%"}


def _rows(n_rows: int) -> str:
    return f"{n_rows:,} row" + ("" if n_rows == 1 else "s")


def _domain(numbers: pd.DataFrame, *, from_zero: bool = True) -> list[float]:
    """Return the ends of an axis that holds all of these, with room at its right."""
    values = [value for value in numbers.to_numpy(dtype=float).ravel() if math.isfinite(value)]
    if not values:
        return [0.0, 1.0]
    low, high = min(values), max(values)
    low = min(low, 0.0) if from_zero else low - 0.05 * (high - low)
    if high <= low:
        high = low + (abs(low) or 1.0)
    return [low, high + ROOM * (high - low)]


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
