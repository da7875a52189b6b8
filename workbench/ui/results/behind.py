"""The rows behind what is clicked in a picture of How good: cells, bars and dots."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from workbench.charts import amounts
from workbench.results.quality.classes import rows_of_cell
from workbench.results.quality.score_histogram import rows_of_bar
from workbench.results.wording import number, shorten
from workbench.ui.phrases import short
from workbench.ui.results import failures_rows

HINT = " Click a cell to see its rows."
BAR_HINT = " Click a bar to see its rows."
DOT_HINT = " Click a dot, or a cell where there are many rows, to see the rows behind it."


@dataclass(frozen=True)
class BehindKind:
    """How a mark of a chart leads to rows.

    Parameters
    ----------
    hint : str
        Said after the view's definition.
    find : callable(shown, result, place) -> (labels, words)
        Index labels of the rows behind the mark, and which they are in words.
    choices : callable(result) -> dict of int to str, optional
        The marks that hold rows, for those who do not click.
    """

    hint: str
    find: Callable[[Any, Any, int], tuple[np.ndarray, str]]
    choices: Callable[[Any], dict[int, str]] | None = None


def _cell(shown, result, place):
    cells = result.frame()
    if place >= len(cells):
        return np.empty(0, dtype=np.int64), ""
    one = cells.iloc[place]
    words = f"{short(result.target)} is {short(one['actual'])}, predicted {short(one['predicted'])}"
    return rows_of_cell(shown.evaluation, shown.key, one["actual"], one["predicted"]), words


def _cells(result):
    cells = result.frame()[["actual", "predicted", "count"]].itertuples(index=False, name=None)
    return {
        place: f"Actual {shorten(actual)}, predicted {shorten(predicted)} ({count:,})"
        for place, (actual, predicted, count) in enumerate(cells)
        if count
    }


def _amounts(shown, result, place):
    rows = amounts.rows_behind(result, place)
    if not len(rows):
        return rows["row"].to_numpy(), ""

    def told(name):
        low, high = (number(float(end), unit=result.unit) for end in (rows[name].min(), rows[name].max()))
        return low if low == high else f"{low} to {high}"

    target = short(result.target)
    return rows["row"].to_numpy(), f"{target} is {told('actual')}, predicted {told('prediction')}"


def _bar(shown, result, place):
    if place >= 2 * len(result.bars):
        return np.empty(0, dtype=np.int64), ""
    group, bar = divmod(place, len(result.bars))
    ends = result.bars.loc[bar, ["from", "to"]]
    of = "the most probable class" if result.label is None else result.groups[0]
    told = f"{result.groups[group]}, the probability of {of} from {100 * ends['from']:.0f} to {100 * ends['to']:.0f} %"
    words = f"there is {told}" if result.label is None else told
    return rows_of_bar(shown.evaluation, shown.key, place), words


BEHIND = {
    "confusion": BehindKind(HINT, _cell, _cells),
    "score_histogram": BehindKind(BAR_HINT, _bar),
    "predicted_against_actual": BehindKind(DOT_HINT, _amounts),
}


def choose(kind, result, chart_key):
    """Show the choice of a mark, which follows the clicks in the picture, and return its place, or None."""
    if kind.choices is None:
        return failures_rows.picked(chart_key)
    choices = kind.choices(result)
    return st.selectbox(
        "Rows behind a cell",
        list(choices),
        index=None,
        placeholder="Choose a cell, or click it in the picture",
        format_func=lambda place: choices.get(place, ""),
        key=chosen_key(chart_key),
    )


def on_click(kind, result, chart_key):
    """Put what was clicked into the choice."""
    if kind.choices is None:
        return
    place = failures_rows.picked(chart_key)
    st.session_state[chosen_key(chart_key)] = place if place in kind.choices(result) else None


def chosen_key(chart_key):
    """Return the key of the choice beside a chart."""
    return f"{chart_key}.chosen"


def show(shown, kind, result, chart_key, name):
    """Show the rows behind the mark that is chosen; nothing where none is.

    Parameters
    ----------
    shown : Shown
    kind : BehindKind
    result : Confusion, ScoreHistogram or Amounts
    chart_key : str
        Of the chart; begins with "page.".
    name : str
        Of the saved file, without ending.
    """
    place = choose(kind, result, chart_key)
    if place is None:
        return
    labels, words = kind.find(shown, result, place)
    if len(labels):
        first = [shown.run.spec.target]
        failures_rows.show(shown, labels, words, place=f"{chart_key}.behind", name=name, first=first)
