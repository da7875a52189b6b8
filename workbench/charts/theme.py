"""What all charts share: colours, axes, sizes, and data that JSON can hold.

A chart is a Vega-Lite specification with its data inside, as a plain dictionary: ``st.vega_lite_chart(chart)`` draws
it, ``altair.Chart.from_dict(chart)`` opens it in a notebook. Dictionaries are used because building and validating
the same chart with altair takes five times as long on every click.

Rules: fields have our own short names and the person's words appear only as values and titles, so that no column
name (dots, brackets, quotes, backslashes) can break an encoding; no text colour and no background is set, so that the
page's theme applies; every colour has a contrast of at least 3 on white and on a dark page.
"""

import math
import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

Chart = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MOST_POINTS = 5000
BLUE, ORANGE, GREY = "#2f7fc1", "#d1690a", "#808890"
# Told apart with any common colour blindness together with the dashes; after Okabe and Ito (2008), darkened.
COLOURS = (BLUE, ORANGE, "#1a9370", "#b0559b", "#a07c00", "#7468c9", "#c2504a", GREY)
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 1], [1, 3], [10, 2, 2, 2, 2, 2])
CELLS = ("#e6eff9", "#12467f")  # of a heat map, from none to all; the text in a cell is chosen to suit it
WRONG_CELLS = ("#fbeadb", "#8a4200")  # of what is wrong in it
HEIGHT = 320  # pixels
ROW_HEIGHT = 26  # pixels per bar or dot
LABEL_LIMIT = 240  # pixels of an axis label; the tooltip has the full text
TITLE_WIDTH = 72  # characters per line of a title
PERCENT = ".0%"
PICKED = "picked"  # parameter that holds the ``place`` of the mark that was clicked


def chart(title: str, data: Iterable[dict] | pd.DataFrame, *layers: dict, height: int = HEIGHT, **shared) -> Chart:
    """Put layers over one data set together.

    Parameters
    ----------
    title : str
        What the chart shows, as a sentence.
    data : DataFrame or iterable of dict
        Records; at most ``MOST_POINTS``.
    *layers : dict
        Vega-Lite marks with their encodings.
    **shared
        Further top-level properties, such as ``encoding`` or ``resolve``.

    Raises
    ------
    ValueError
        Too many points: a defect of the caller, who has to thin or bin first.
    """
    values = records(data)
    if len(values) > MOST_POINTS:
        raise ValueError(f"{len(values)} points are too many for a browser; thin or bin them first")
    return {
        "$schema": SCHEMA,
        "title": title_of(title),
        "width": "container",
        "height": height,
        "data": {"values": values},
        **_safe(shared),
        "layer": _safe(list(layers)),
    }


def title_of(text: str) -> dict:
    """Return a title, in lines that a narrow chart has room for."""
    lines = textwrap.wrap(text.replace(" %", "\N{NO-BREAK SPACE}%"), TITLE_WIDTH) or [text]
    return {"text": lines if len(lines) > 1 else lines[0], "anchor": "start"}


def records(data: Iterable[dict] | pd.DataFrame) -> list[dict]:
    """Return rows as plain dictionaries: Python numbers, ISO dates, None for what is missing or not finite."""
    rows = data.to_dict("records") if isinstance(data, pd.DataFrame) else data
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def x(field: str, title: str, kind: str = "quantitative", **more) -> dict:
    """An axis along the bottom, or anything else with a field and a title."""
    return {"field": field, "type": kind, "title": title, **_axis(kind), **more}


def names(field: str, title: str, order: list, **more) -> dict:
    """An axis of names in a given order; long ones are cut on screen only."""
    return {"field": field, "type": "nominal", "title": title, "sort": order, **_axis("nominal"), **more}


def told_apart(labels: list[str]) -> list[str]:
    """Number labels that are equal, as long names may be once they are cut; a chart would draw them as one.

    >>> told_apart(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    found: list[str] = []
    for label in labels:
        told, count = label, 1
        while told in found:
            count += 1
            told = f"{label} ({count})"
        found.append(told)
    return found


def tip(**fields: tuple[str, str] | str) -> list[dict]:
    """A tooltip: ``field="Title"``, or ``field=("Title", "number format")``."""
    tips = []
    for field, told in fields.items():
        title, form = (told, None) if isinstance(told, str) else told
        tips.append({"field": field, "title": title, **({"type": "quantitative", "format": form} if form else {})})
    return tips


def with_unit(title: str, unit: str) -> str:
    """An axis title with its unit in brackets.

    >>> with_unit("price", "€"), with_unit("age", "")
    ('price (€)', 'age')
    """
    return f"{title} ({unit})" if unit else title


def bars(low: dict, high: str, count: dict, tooltip: list[dict]) -> dict:
    """Bars of a histogram, from edge to edge; said so in full, since Vega-Lite guesses the direction otherwise."""
    encoding = {"x": low, "x2": {"field": high}, "y": count, "y2": {"datum": 0}, "tooltip": tooltip}
    return {"mark": {"type": "bar", "orient": "vertical", "color": BLUE, "binSpacing": 1}, "encoding": encoding}


def line_through(field_x: str, field_y: str, points: list[tuple[float, float]]) -> dict:
    """A dashed line of reference with data of its own."""
    return {
        "data": {"values": [{field_x: _plain(one), field_y: _plain(other)} for one, other in points]},
        "mark": {"type": "line", "strokeDash": [4, 4], "color": GREY, "strokeWidth": 1.5},
        "encoding": {"x": {"field": field_x, "type": "quantitative"}, "y": {"field": field_y, "type": "quantitative"}},
    }


def picks() -> list[dict]:
    """The parameter of a layer whose marks can be clicked; each has its own ``place``."""
    return [{"name": PICKED, "select": {"type": "point", "fields": ["place"]}}]


def when_picked(value, otherwise) -> dict:
    """A channel that is ``value`` for the mark that was clicked."""
    return {"condition": {"param": PICKED, "empty": False, "value": value}, "value": otherwise}


def thinned(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep at most ``most`` rows, evenly spread, first and last among them."""
    if len(frame) <= most:
        return frame
    return frame.iloc[np.unique(np.linspace(0, len(frame) - 1, most).round().astype(int))]


def rows_height(count: int) -> int:
    """Height of a chart with one bar or dot per row."""
    return max(count, 2) * ROW_HEIGHT + 10


def _safe(part: Any) -> Any:
    """Return a part of a specification in which no title breaks an expression.

    Vega-Lite writes titles of axes and tooltips between quotes into expressions and escapes nothing but quotes: a
    backslash or the end of a line would leave an empty picture. A sign that looks like a backslash stands for it.

    >>> _safe({"title": "a\\\\x", "data": {"values": [{"title": "a\\\\x"}]}})
    {'title': 'a∖x', 'data': {'values': [{'title': 'a\\\\x'}]}}
    """
    if isinstance(part, list):
        return [_safe(one) for one in part]
    if not isinstance(part, dict):
        return part
    safe = {name: value if name == "data" else _safe(value) for name, value in part.items()}
    if isinstance(safe.get("title"), str):
        safe["title"] = " ".join(safe["title"].split()).replace("\\", "\N{SET MINUS}")
    return safe


def _axis(kind: str) -> dict:
    # Streamlit's own limit cuts names at 100 pixels; beyond Vega's own extent of 200 the title would lie on them.
    # Its flushed labels would move the first name away from its dot.
    names = {"labelLimit": LABEL_LIMIT, "maxExtent": LABEL_LIMIT + 40, "labelFlush": False, "labelBaseline": "middle"}
    return {"axis": names} if kind == "nominal" else {}


def _plain(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value
