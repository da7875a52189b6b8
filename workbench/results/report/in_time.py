"""Errors over time, where the table knows a time: residuals of amounts, and a measure of classes by period."""

import math

import numpy as np
import pandas as pd

from workbench.results.failures.slices import Slices
from workbench.results.quality.errors_in_time import ErrorsInTime
from workbench.results.report import drawings
from workbench.results.report.page import Page
from workbench.results.report.wording import capital, ended

NO_TIME = "Errors over time were not looked at, since no column in use says when a row is from."
OF_AMOUNTS = (
    "Actual minus predicted, in stretches of time with about equally many rows: the middle difference, and the range "
    "of the middle 80 % of the rows. Above 0 predictions were too low; the nearer to 0, the better. Where the line "
    "leaves 0 or the range widens, the model ages."
)
OF_CLASSES = "By period, with its 95 % interval. Dashed: all rows. "


def over_time(page: Page) -> str:
    """Return the errors over time as HTML; a sentence where there is no time."""
    found = page.summary.in_time
    if found is None:
        return page.told(NO_TIME, kind="note")
    if isinstance(found, ErrorsInTime):
        return f'<h3>Over time</h3><div class="pictures">{_of_amounts(page, found)}</div>'
    return f'<h3>Over time</h3><div class="pictures">{_of_classes(page, found)}</div>'


def _of_amounts(page: Page, found: ErrorsInTime) -> str:
    rows, unit = found.frame(), f" ({found.unit})" if found.unit else ""
    at = drawings.seconds_of(rows["from"]) / 2 + drawings.seconds_of(rows["to"]) / 2
    is_date = pd.api.types.is_datetime64_any_dtype(rows["from"])
    x = drawings.date_axis(found.column, at) if is_date else drawings.number_axis(found.column, at)
    y = drawings.number_axis(f"Actual minus predicted{unit}", [*rows["q10"], *rows["q90"], 0.0])
    marks = [
        drawings.area(x, y, list(zip(at, rows["q10"], rows["q90"], strict=True))),
        drawings.line(x, y, [(x.low, 0), (x.high, 0)], "ref"),
        drawings.line(x, y, list(zip(at, rows["median"], strict=True))),
    ]
    said = ended(found.finding())
    left = f" {found.n_without:,} rows without a time are left out." if found.n_without else ""
    return page.figure(said, drawings.plot(x, y, marks, said), OF_AMOUNTS + left)


def _of_classes(page: Page, found: Slices) -> str:
    rows = found.frame()
    places = np.arange(len(rows)) + 1.0
    x = drawings.named_axis(found.column, rows["level"].tolist())
    reach = rows["high"].where(rows["high"].notna(), rows["value"])
    title = capital(found.label) + (f" ({found.unit})" if found.unit and not found.share else "")
    ends = [*reach, *rows["low"].dropna(), *rows["value"], found.overall]
    y = (
        drawings.percent_axis(title, min(1.0, max(reach.max(), 0.05)))
        if found.share
        else drawings.number_axis(title, ends)
    )
    spread = [
        (at, low, high)
        for at, low, high in zip(places, rows["low"], rows["high"], strict=True)
        if math.isfinite(low) and math.isfinite(high)
    ]
    marks = [
        drawings.line(x, y, [(x.low, found.overall), (x.high, found.overall)], "ref"),
        drawings.whiskers(x, y, spread),
        drawings.dots(x, y, list(zip(places, rows["value"], strict=True)), "mark-dot", 4),
    ]
    said = ended(found.finding())
    better = "" if "better" in found.sentence else " Lower is better."
    return page.figure(said, drawings.plot(x, y, marks, said), f"{OF_CLASSES}{found.sentence}{better}")
