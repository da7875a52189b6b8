"""Charts of the table's columns: how values are distributed, and what is missing."""

import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.theme import Chart
from workbench.results.wording import number, percent, shorten
from workbench.specs import Meaning

BARS = 30
MOST_NAMES = 15  # values shown of a column of names
MOST_MISSING = 30  # columns shown
LONGEST_VALUE = 200  # characters of a value that are sent to the browser


def histogram(values: pd.Series, bars: int = BARS) -> pd.DataFrame:
    """Count numbers or dates in bins of equal width: ``low``, ``high``, ``count``; whole numbers of a small range
    get one bin each. Missing and infinite values are left out.

    >>> histogram(pd.Series([1.0, 2.0, 2.0, None]))["count"].tolist()
    [1, 2]
    """
    dates = pd.api.types.is_datetime64_any_dtype(values)
    numbers = values.dropna().astype("datetime64[us]").astype("int64") if dates else values.dropna()
    numbers = numbers.to_numpy(dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return pd.DataFrame({"low": [], "high": [], "count": []})
    low, high = float(numbers.min()), float(numbers.max())
    if not dates and high - low < bars and (numbers == np.round(numbers)).all():
        edges = np.arange(low - 0.5, high + 1.5)
    elif low == high or not np.isfinite(high - low):
        edges = np.array([low, high if high > low else np.nextafter(low, np.inf)])
    else:
        edges = np.linspace(low, high, bars + 1)
    counts = np.diff(np.searchsorted(np.sort(numbers), edges[1:-1], side="left"), prepend=0, append=len(numbers))
    frame = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})
    if dates:
        frame[["low", "high"]] = frame[["low", "high"]].apply(
            lambda edge: pd.to_datetime(edge.astype("int64"), unit="us")
        )
    return frame


def top_values(values: pd.Series, most: int = MOST_NAMES) -> pd.DataFrame:
    """The most frequent values: ``value``, ``count``, ``other``; the last row gathers all others where there are
    more than ``most``."""
    counts = values.dropna().astype(str).value_counts()
    frame = pd.DataFrame({"value": counts.index[:most].astype(str), "count": counts.to_numpy()[:most], "other": False})
    if len(counts) > most:
        rest = {"value": f"{len(counts) - most:,} other values", "count": int(counts.iloc[most:].sum()), "other": True}
        frame = pd.concat([frame, pd.DataFrame([rest])], ignore_index=True)
    return frame


def column_distribution(values: pd.Series, meaning: Meaning, *, name: str, unit: str = "") -> Chart:
    """How the values of one column are distributed: a histogram for numbers and dates, bars for names.

    Parameters
    ----------
    values : Series
        One column of the typed table.
    name, unit : str
        As the person calls it.
    """
    if meaning in ("number", "integer", "date"):
        return _histogram_chart(values, meaning, name, unit)
    frame = top_values(values)
    total = max(int(frame["count"].sum()), 1)
    frame["share"] = frame["count"] / total
    # A value that reads like the gathered rest keeps a bar of its own: bars are placed by position, named by label.
    frame["value"] = frame["value"].str.slice(0, LONGEST_VALUE)
    frame["name"] = frame["value"].where(~frame["value"].duplicated(), frame["value"] + " (2)")
    y = theme.names("name", shorten(name), list(frame["name"]))
    encoding = {
        "y": y,
        "x": theme.x("count", "Rows"),
        "color": {"condition": {"test": "datum.other", "value": theme.GREY}, "value": theme.BLUE},
        "tooltip": theme.tip(value=shorten(name), count=("Rows", ",d"), share=("Share", ".1%")),
    }
    finding = f"{shorten(name)}: no values"
    if len(frame):
        first = frame.iloc[0]
        finding = f"{shorten(name)}: “{shorten(first['value'])}” most often, {percent(first['share'])}"
    bars = {"mark": {"type": "bar"}, "encoding": encoding}
    return theme.chart(finding + _missing(values), frame, bars, height=theme.rows_height(len(frame)))


def _histogram_chart(values: pd.Series, meaning: Meaning, name: str, unit: str) -> Chart:
    frame = histogram(values)
    dates = meaning == "date"
    kind, form = ("temporal", None) if dates else ("quantitative", ",.4~g")
    title = theme.with_unit(shorten(name), unit)
    edges = [{"field": field, "type": kind, "title": told} for field, told in (("low", "From"), ("high", "To"))]
    if form:
        edges = [{**edge, "format": form} for edge in edges]
    scale = {} if dates else {"scale": {"zero": False}}
    tooltip = [*theme.tip(count=("Rows", ",d")), *edges]
    bars = theme.bars(theme.x("low", title, kind, **scale), "high", theme.x("count", "Rows"), tooltip)
    known = values.dropna()
    if not len(frame):
        finding = f"{shorten(name)}: no values"
    elif dates:
        finding = f"{shorten(name)}: from {known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}"
    else:
        with np.errstate(over="ignore", invalid="ignore"):  # numbers near the largest a float can hold
            quarters = np.quantile(known[np.isfinite(known)], [0.25, 0.75])
        low, high = (number(float(value), unit=unit) for value in quarters)
        finding = f"{shorten(name)}: half of the values between {low} and {high}"
    return theme.chart(finding + _missing(values), frame, bars)


def _missing(values: pd.Series) -> str:
    return f"; {percent(float(values.isna().mean()))} missing" if values.isna().any() else ""


def missingness(shares: pd.Series) -> Chart:
    """Share of missing values per column, largest first; columns without any are left out.

    Parameters
    ----------
    shares : Series
        Column name to the fraction of its values that are missing.
    """
    missing = shares[shares > 0].sort_values(ascending=False, kind="stable")
    shown = missing.head(MOST_MISSING)
    frame = pd.DataFrame({"name": shown.index.astype(str), "share": shown.to_numpy(dtype=float)})
    if missing.empty:
        finding = "No column has missing values"
    else:
        worst = shorten(missing.index[0])
        finding = f"{len(missing):,} of {len(shares):,} columns have missing values, most of all “{worst}”"
    if len(missing) > len(shown):
        finding += f" (first {len(shown)} shown)"
    encoding = {
        "y": theme.names("name", "Column", list(frame["name"])),
        "x": theme.x(
            "share", "Share of rows without a value", scale={"domain": [0, 1]}, axis={"format": theme.PERCENT}
        ),
        "tooltip": theme.tip(name="Column", share=("Missing", ".1%")),
    }
    bars = {"mark": {"type": "bar", "color": theme.BLUE}, "encoding": encoding}
    return theme.chart(finding, frame, bars, height=theme.rows_height(len(frame)))
