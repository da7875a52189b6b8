"""One column in two tables side by side: this month's beside the one before."""

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.profiling.differences.shared_columns import Shared, share
from workbench.profiling.target.bins import NO_VALUE, word_bins
from workbench.results.wording import number, percent, shorten
from workbench.specs import ColumnSpec

BARS = 24
MOST_NAMES = 12
FAR_OUT = 0.005  # share of the values on each side that are drawn in the outermost bars at least
LONGEST_VALUE = 200  # characters of a value that are sent to the browser
TOLD = 0.02  # change of a share from which the title tells it
BEFORE, NOW = "before", "now"


def two_distributions_frame(old: pd.Series, new: pd.Series, column: ColumnSpec) -> pd.DataFrame:
    """The rows of both tables in the same bins, two rows a bin.

    Parameters
    ----------
    old, new : Series
        The column in the table before, and now; both typed.
    column : ColumnSpec

    Returns
    -------
    DataFrame
        ``table`` ("before" or "now"), ``label`` (words) or ``low`` and ``high`` (numbers and dates), ``count``, and
        ``share`` of the table's rows; of numbers and dates, of those with a value. The outermost bars of numbers also
        hold what is farther out. Empty where one holds words and the other numbers.
    """
    both = share(old, new, column.meaning)
    if both is None:
        return pd.DataFrame({name: [] for name in ("table", "label", "count", "share")})
    if both.words is not None and both.meaning == "text":
        both = Shared("number", *both.lengths())
    both = _named(both)
    frame = _words(both) if both.words is not None else _numbers(both)
    n_rows = frame.groupby("table")["count"].transform("sum")
    frame["share"] = frame["count"] / n_rows.where(n_rows > 0, 1)
    return frame


def _named(both: Shared) -> Shared:
    """Return whole numbers of few values as words: a number of doors is one or another, and nothing in between."""
    if both.words is not None or both.is_date:
        return both
    joined = np.concatenate([both.before, both.now])
    values = np.unique(joined[~np.isnan(joined)])
    if not 0 < len(values) <= MOST_NAMES or (values != np.round(values)).any() or not np.isfinite(values).all():
        return both
    codes = [np.where(np.isnan(part), -1, np.searchsorted(values, part)) for part in (both.before, both.now)]
    return Shared(both.meaning, *codes, pd.Index([f"{value:g}" for value in values]))


def _words(both: Shared) -> pd.DataFrame:
    counts = both.word_counts()
    # Numbers keep their order: each counts the same.
    frequency = np.ones(len(both.words)) if both.meaning in ("number", "integer") else counts[0] + counts[1]
    bins = word_bins(both.words, frequency, MOST_NAMES)
    parts = []
    for table, codes in ((BEFORE, both.before), (NOW, both.now)):
        rows = np.bincount(bins.codes(codes), minlength=bins.n_bins + 1)
        parts.append(pd.DataFrame({"table": table, "label": [*bins.labels, NO_VALUE], "count": rows}))
    frame = pd.concat(parts, ignore_index=True)
    frame["label"] = frame["label"].str.slice(0, LONGEST_VALUE)
    if not frame.loc[frame["label"] == NO_VALUE, "count"].any():
        frame = frame[frame["label"] != NO_VALUE].reset_index(drop=True)
    return frame


def _numbers(both: Shared) -> pd.DataFrame:
    known = [values[np.isfinite(values)] for values in (both.before, both.now)]
    joined = np.concatenate(known)
    if not len(joined):
        return pd.DataFrame({"table": [], "low": [], "high": [], "count": []})
    edges = _edges(joined, known, both.is_date)
    parts = []
    for table, values in zip((BEFORE, NOW), known, strict=True):
        counts = np.diff(np.searchsorted(np.sort(values), edges[1:-1], side="left"), prepend=0, append=len(values))
        parts.append(pd.DataFrame({"table": table, "low": edges[:-1], "high": edges[1:], "count": counts}))
    frame = pd.concat(parts, ignore_index=True)
    if both.is_date:
        frame[["low", "high"]] = frame[["low", "high"]].apply(lambda days: pd.to_datetime(days, unit="D"))
    return frame


def _edges(joined: np.ndarray, known: list[np.ndarray], is_date: bool) -> np.ndarray:
    low, high = float(joined.min()), float(joined.max())
    if not is_date and high - low < BARS and (joined == np.round(joined)).all():
        return np.arange(low - 0.5, high + 1.5)
    if not np.isfinite(high - low):  # numbers near the largest a float can hold
        return np.array([low, high])
    # The middle of either table, so that a small one that has moved is not drawn in the outermost bar.
    ends = [_middle(values) for values in known if len(values)]
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    if low == high:
        low, high = float(joined.min()), float(joined.max())
    if low == high:
        return np.array([low, np.nextafter(low, np.inf)])
    return np.linspace(low, high, BARS + 1)


def _middle(values: np.ndarray) -> tuple[float, float]:
    """Return the ends of what is not far out: three interquartile ranges, and 99 % of the values at most."""
    low, q25, q75, high = (float(end) for end in np.quantile(values, [FAR_OUT, 0.25, 0.75, 1 - FAR_OUT]))
    reach = 3 * (q75 - q25)
    return (max(low, q25 - reach), min(high, q75 + reach)) if reach else (low, high)


def two_distributions(old: pd.Series, new: pd.Series, column: ColumnSpec) -> Chart:
    """The shares of both tables in the same bins: bars filled for the one before, outlined for the one now."""
    frame = two_distributions_frame(old, new, column)
    finding = _finding(old, new, column, frame)
    colour = {
        "field": "table",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [BEFORE, NOW], "range": [theme.BLUE, theme.ORANGE]},
    }
    title = theme.with_unit(shorten(column.name), column.unit)
    share_axis = {"axis": {"format": theme.PERCENT}}
    if "label" in frame:
        return _word_bars(finding, frame, title, colour, share_axis)
    is_date = pd.api.types.is_datetime64_any_dtype(frame["low"].dtype)
    kind = "temporal" if is_date else "quantitative"
    x = theme.x("low", title, kind, **({} if is_date else {"scale": {"zero": False}}))
    edges = [{"field": field, "type": kind, "title": told} for field, told in (("low", "From"), ("high", "To"))]
    if not is_date:
        edges = [{**edge, "format": ",.4~g"} for edge in edges]
    tooltip = [*theme.tip(table="Table", share=("Share", ".1%"), count=("Rows", ",d")), *edges]
    layers = []
    for table, mark in ((BEFORE, {"fillOpacity": 0.45}), (NOW, {"fillOpacity": 0, "strokeWidth": 2})):
        bars = theme.bars(x, "high", theme.x("share", "Share of rows", **share_axis), tooltip)
        paint = {"color": colour} if table == BEFORE else {"stroke": colour}
        layers.append(
            {
                "transform": [{"filter": f"datum.table === '{table}'"}],
                "mark": {"type": "bar", "orient": "vertical", "binSpacing": 1, **mark},
                "encoding": {**bars["encoding"], **paint},
            }
        )
    return theme.chart(finding, frame, *layers)


def _word_bars(finding: str, frame: pd.DataFrame, title: str, colour: dict, share_axis: dict) -> Chart:
    if frame.empty:
        return theme.chart(
            finding, [], {"mark": {"type": "bar"}, "encoding": _word_encoding([], title, colour, share_axis)}
        )
    # A value that reads like the bin of blanks keeps bars of its own.
    again = frame.groupby(["table", "label"]).cumcount()
    frame["name"] = frame["label"].where(again == 0, frame["label"] + " (2)")
    names = list(frame["name"].unique())
    bars = {"mark": {"type": "bar"}, "encoding": _word_encoding(names, title, colour, share_axis)}
    return theme.chart(finding, frame, bars, height=theme.rows_height(round(1.5 * len(names))))  # two thinner bars each


def _word_encoding(names: list[str], title: str, colour: dict, share_axis: dict) -> dict:
    return {
        "y": theme.names("name", title, names),
        "yOffset": {"field": "table", "sort": [BEFORE, NOW]},
        "x": theme.x("share", "Share of rows", **share_axis),
        "color": colour,
        "tooltip": theme.tip(label=title, table="Table", share=("Share", ".1%"), count=("Rows", ",d")),
    }


def _finding(old: pd.Series, new: pd.Series, column: ColumnSpec, frame: pd.DataFrame) -> str:
    name = shorten(column.name)
    if frame.empty:
        return f"{name}: nothing to compare"
    blank = ""
    shares = [float(values.isna().mean()) if len(values) else 0.0 for values in (new, old)]
    if "label" not in frame and any(shares):
        blank = f"; {percent(shares[0])} missing, before {percent(shares[1])}"
    if "label" in frame:
        wide = frame.pivot_table(index="label", columns="table", values="share", aggfunc="sum", sort=False)
        change = (wide[NOW] - wide[BEFORE]).abs()
        most = change.idxmax()
        if change[most] < TOLD:
            return f"{name}: every value is about as frequent as before"
        now, before = (percent(float(wide.loc[most, table])) for table in (NOW, BEFORE))
        return f"{name}: “{shorten(most)}” in {now} of the rows, before in {before}"
    if pd.api.types.is_datetime64_any_dtype(frame["low"].dtype):
        spans = [f"{values.min():%Y-%m-%d} to {values.max():%Y-%m-%d}" for values in (new, old) if values.notna().any()]
        return f"{name}: from {', before from '.join(spans)}{blank}"
    both = share(old, new, column.meaning)
    if both.words is not None:
        before, now, unit, holds = *both.lengths(), "characters", "half of the texts have"
    else:
        before, now, unit, holds = both.before, both.now, column.unit, "half of the values lie"
    told = [_half(values[np.isfinite(values)], unit) for values in (now, before)]
    if told[0] == told[1]:
        return f"{name}: {holds} {told[0]}, as before{blank}"
    return f"{name}: {holds} {told[0]}, before {told[1]}{blank}"


def _half(values: np.ndarray, unit: str) -> str:
    if not len(values):
        return "nowhere"
    with np.errstate(over="ignore", invalid="ignore"):  # numbers near the largest a float can hold
        quarters = np.quantile(values, [0.25, 0.75])
    low, high = (number(float(value), unit=unit) for value in quarters)
    return f"between {low} and {high}"
