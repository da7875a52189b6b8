"""Charts of two columns together, and their numbers.

A pair is drawn by its kinds: two amounts (numbers, dates) as dots or, where there are many, as a grid of counts; an
amount and a category as five numbers per category; two categories as shares.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.pair_numbers import BOX, MOST_LEVELS, density, quantiles_by, shares_of
from workbench.charts.theme import Chart
from workbench.profiling.columns.describe import describe_column
from workbench.profiling.pairs.associations import Pair, associate
from workbench.results.wording import number, percent, shorten
from workbench.runtime.delimited import unique_names
from workbench.specs import ColumnSpec

MOST_DOTS = 1_000  # rows up to which each is a dot; beyond, a grid of counts
LONGEST_VALUE = 200  # characters of a value that are sent to the browser
MEASURED_ROWS = 20_000
AMOUNTS = ("number", "integer", "date")
STRAIGHT = 0.85  # share of the association that a correlation reaches where one rises or falls with the other


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two columns: numbers as they are, dates in microseconds, words cut for the browser."""

    column: ColumnSpec
    values: pd.Series
    is_amount: bool
    is_date: bool

    @property
    def name(self) -> str:
        return shorten(self.column.name)

    @property
    def title(self) -> str:
        return theme.with_unit(self.name, self.column.unit)

    @property
    def axis(self) -> str:
        return "temporal" if self.is_date else "quantitative"

    def amounts(self, values) -> pd.Series:
        """Return numbers as they are shown: dates as dates."""
        values = pd.Series(values)
        return pd.to_datetime(values.round().astype("int64"), unit="us") if self.is_date else values.astype(float)

    def said(self, value: float) -> str:
        """Return an amount as it stands in a title."""
        return f"{self.amounts([value])[0]:%Y-%m-%d}" if self.is_date else number(value, unit=self.column.unit)


def pair_chart(
    left: pd.Series, right: pd.Series, left_column: ColumnSpec, right_column: ColumnSpec
) -> tuple[Chart, pd.DataFrame]:
    """Draw two columns together, by their kinds, over the rows that both have; infinite numbers are left out.

    Parameters
    ----------
    left, right : Series of shape (n_rows,)
        Of one typed table.
    left_column, right_column : ColumnSpec

    Returns
    -------
    chart : dict
        Its title says how strongly they go together, and how.
    numbers : DataFrame
        What is drawn, headed in words.
    """
    known = (left.notna() & right.notna()).to_numpy()
    for values in (left, right):
        if pd.api.types.is_float_dtype(values):
            known = known & np.isfinite(values.to_numpy(dtype=float))
    pair = _measured(left[known], right[known], left_column, right_column)
    one, other = _side(left[known], left_column), _side(right[known], right_column)
    if not known.any():
        return _nothing(one, other)
    if one.is_amount and other.is_amount:
        return _two_amounts(one, other, pair)
    if one.is_amount or other.is_amount:
        return _boxes(*((one, other) if one.is_amount else (other, one)), pair)
    return _shares(one, other, pair)


def _side(values: pd.Series, column: ColumnSpec) -> Side:
    is_date = pd.api.types.is_datetime64_any_dtype(values)
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if column.meaning in AMOUNTS and (is_date or is_number):
        numbers = values.astype("datetime64[us]").astype("int64") if is_date else values
        return Side(column, numbers.astype(float).reset_index(drop=True), True, is_date)
    return Side(column, values.astype("str").str.slice(0, LONGEST_VALUE).reset_index(drop=True), False, False)


def _measured(left: pd.Series, right: pd.Series, left_column: ColumnSpec, right_column: ColumnSpec) -> Pair | None:
    """Return how strongly the two go together, None where that is not beyond chance or cannot be said."""
    if len(left) > MEASURED_ROWS:
        rows = np.random.default_rng(0).choice(len(left), MEASURED_ROWS, replace=False)
        left, right = left.iloc[rows], right.iloc[rows]
    facts = {
        name: describe_column(values.reset_index(drop=True), column.but(name=name))
        for name, values, column in (("left", left, left_column), ("right", right, right_column))
    }
    pairs = associate(facts).pairs
    return pairs[0] if pairs else None


def _finding(one: Side, other: Side, pair: Pair | None, how: str = "") -> str:
    if pair is None:
        return f"“{one.name}” and “{other.name}” have nothing to do with each other, beyond chance"
    value, r = percent(pair.value), pair.correlation
    if how:
        return f"“{one.name}” and “{other.name}” go together by {value}: {how}"
    if r is not None and abs(r) >= STRAIGHT * pair.value:
        return f"“{other.name}” {'rises' if r > 0 else 'falls'} as “{one.name}” rises: they go together by {value}"
    return f"“{one.name}” and “{other.name}” go together by {value}, but not in a straight line"


def _nothing(one: Side, other: Side) -> tuple[Chart, pd.DataFrame]:
    empty = pd.DataFrame({"x": [], "y": []})
    encoding = {"x": theme.x("x", one.title), "y": theme.x("y", other.title)}
    chart = theme.chart(
        f"No row has both “{one.name}” and “{other.name}”", empty, {"mark": {"type": "point"}, "encoding": encoding}
    )
    return chart, empty.set_axis(unique_names([one.column.name, other.column.name]), axis=1)


def _two_amounts(one: Side, other: Side, pair: Pair | None) -> tuple[Chart, pd.DataFrame]:
    free = {"scale": {"zero": False}}
    x = theme.x("x", one.title, one.axis, **({} if one.is_date else free))
    y = theme.x("y", other.title, other.axis, **({} if other.is_date else free))
    if len(one.values) <= MOST_DOTS:
        dots = pd.DataFrame({"x": one.amounts(one.values), "y": other.amounts(other.values)})
        tooltip = [_tip("x", one), _tip("y", other)]
        mark = {"type": "point", "filled": True, "size": 30, "opacity": 0.45, "color": theme.BLUE}
        layer = {"mark": mark, "encoding": {"x": x, "y": y, "tooltip": tooltip}}
        numbers = dots.set_axis(unique_names([one.column.name, other.column.name]), axis=1)
        return theme.chart(_finding(one, other, pair), dots, layer), numbers
    frame, is_cut = density(one.values.to_numpy(), other.values.to_numpy())
    for side, fields in ((one, ["x", "x2"]), (other, ["y", "y2"])):
        frame = frame.assign(**{field: side.amounts(frame[field]).to_numpy() for field in fields})
    opacity = {
        "field": "count",
        "type": "quantitative",
        "title": "Rows",
        "scale": {"type": "sqrt", "range": [0.15, 1]},
    }
    tooltip = [
        *theme.tip(count=("Rows", ",d")),
        *(
            _tip(field, side, f"{side.name} {word}")
            for side, fields in ((one, ("x", "x2")), (other, ("y", "y2")))
            for field, word in zip(fields, ("from", "to"), strict=True)
        ),
    ]
    edges = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
    encoding = {**edges, "opacity": opacity, "tooltip": tooltip}
    finding = _finding(one, other, pair) + ("; what is far out is drawn at the edge" if is_cut else "")
    layer = {"mark": {"type": "rect", "color": theme.BLUE}, "encoding": encoding}
    heads = [f"{side.column.name} {word}" for side in (one, other) for word in ("from", "to")]
    return theme.chart(finding, frame, layer), frame.set_axis(unique_names([*heads, "Rows"]), axis=1)


def _boxes(amount: Side, words: Side, pair: Pair | None) -> tuple[Chart, pd.DataFrame]:
    frame, n_others = quantiles_by(amount.values, words.values)
    many = len(frame) > 1 and pair is not None
    first, last = (shorten(frame["name"].iloc[place]) for place in (0, -1))
    how = f"“{amount.name}” is typically highest for “{first}”, lowest for “{last}”"
    finding = _finding(words, amount, pair, how if many else "")
    if n_others:
        finding += f" (the {len(frame)} most frequent values, {n_others:,} others not shown)"
    frame = frame.assign(**{field: amount.amounts(frame[field]).to_numpy() for field in BOX})
    free = {} if amount.is_date else {"scale": {"zero": False}}

    def x(field):
        return theme.x(field, amount.title, amount.axis, **free)

    y = theme.names("name", words.title, list(frame["name"]))
    said = {
        "low": "5 % are below",
        "q25": "A quarter is below",
        "median": "Half is below",
        "q75": "A quarter is above",
        "high": "5 % are above",
    }
    tooltip = [
        *theme.tip(name=words.name, count=("Rows", ",d")),
        *(_tip(field, amount, word) for field, word in said.items()),
    ]

    def layer(mark, low, high=""):
        return {
            "mark": mark,
            "encoding": {"x": x(low), **({"x2": {"field": high}} if high else {}), "y": y, "tooltip": tooltip},
        }

    layers = (
        layer({"type": "rule", "color": theme.BLUE, "strokeWidth": 1.5}, "low", "high"),
        layer({"type": "bar", "color": theme.BLUE, "opacity": 0.5, "size": 14}, "q25", "q75"),
        layer({"type": "tick", "color": theme.ORANGE, "thickness": 3, "size": 18}, "median"),
    )
    chart = theme.chart(finding, frame, *layers, height=theme.rows_height(len(frame)))
    heads = unique_names([words.column.name, "Rows", *said.values()])
    return chart, frame[["name", "count", *said]].set_axis(heads, axis=1)


def _shares(one: Side, other: Side, pair: Pair | None) -> tuple[Chart, pd.DataFrame]:
    frame, n_more = shares_of(one.values, other.values)
    far = frame.iloc[((frame["share"] - frame["overall"]).abs() * np.sqrt(frame["of"])).argmax()]
    how = (
        f"“{other.name}” is “{shorten(far['other'], 20)}” in {percent(far['share'])} of the rows where “{one.name}” is "
        f"“{shorten(far['one'], 20)}”, in {percent(far['overall'])} of all"
    )
    finding = _finding(one, other, pair, how if pair else "")
    if n_more:
        finding += f" (up to {MOST_LEVELS} values of each shown)"
    order_one, order_other = (list(dict.fromkeys(frame[field])) for field in ("one", "other"))
    x = theme.names("other", other.title, order_other)
    flat = len(order_other) <= 4
    x["axis"] = {**x["axis"], "labelAngle": 0 if flat else -40, "labelLimit": 120 if flat else 180, "orient": "top"}
    y = theme.names("one", one.title, order_one)
    share_of = f"Share of “{one.name}”"
    colour = {
        "field": "share",
        "type": "quantitative",
        "title": share_of,
        "scale": {"domain": [0, 1], "range": list(theme.CELLS)},
        "legend": {"format": theme.PERCENT},
    }
    tooltip = theme.tip(
        one=one.name,
        other=other.name,
        count=("Rows", ",d"),
        share=(share_of, ".1%"),
        overall=("Of all rows", ".1%"),
    )
    ink = {"condition": {"test": "datum.share > 0.5", "value": "#ffffff"}, "value": "#10202f"}
    text = {"field": "share", "type": "quantitative", "format": theme.PERCENT}
    layers = (
        {"mark": {"type": "rect"}, "encoding": {"x": x, "y": y, "color": colour, "tooltip": tooltip}},
        {"mark": {"type": "text"}, "encoding": {"x": x, "y": y, "text": text, "color": ink, "tooltip": tooltip}},
    )
    chart = theme.chart(finding, frame.drop(columns="of"), *layers, height=max(200, 30 * len(order_one) + 90))
    heads = unique_names([one.column.name, other.column.name, "Rows", share_of, "Share of all rows"])
    return chart, frame[["one", "other", "count", "share", "overall"]].set_axis(heads, axis=1)


def _tip(field: str, side: Side, title: str = "") -> dict:
    form = {"type": "temporal"} if side.is_date else {"type": "quantitative", "format": ",.4~g"}
    return {"field": field, "title": title or side.title, **form}
