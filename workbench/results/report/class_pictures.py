"""Pictures of a classifier: what its ranking gains, its curves, and whether its probabilities hold."""

import numpy as np

from workbench.errors import NotPossible
from workbench.results.quality.classes import precision_recall_curve, roc_curve
from workbench.results.quality.gain import cumulative_gain
from workbench.results.report import drawings
from workbench.results.report.page import LONGEST_CLASS, Page
from workbench.results.report.wording import ended
from workbench.results.wording import shorten

MOST_POINTS = 200  # of a curve
MOST_CURVES = 4  # classes in one picture
GAIN = (
    "Cumulative gain: rows are taken in the order of their probability, the highest first; upwards the share of the "
    "class that is found among them, the mean over folds. Dashed: picking at random. The higher, the better."
)
ROC = (
    "ROC curve: each point is another threshold. Upwards the share of the class that is found, to the right the share "
    "of all other rows taken along. Dashed: guessing. The nearer to the upper left corner, the better."
)
CALIBRATION = (
    "Calibration: rows in order of the probability they were given, in groups of about equally many; of several "
    "classes that of the most probable one. Upwards the share that came so, with its 95 % interval. On the dashed "
    "line both are the same; the nearer to it, the better."
)
PRECISION_RECALL = (
    "Each point is another threshold. Upwards how many of the rows taken are of the class, to the right how many of "
    "the class are taken. Dashed: picking at random. The nearer to the upper right corner, the better."
)


def pictures(page: Page) -> list[str]:
    """Return the figures of a classifier, as HTML."""
    summary = page.summary
    roc, pulled = (of(summary.evaluation, summary.key) for of in (roc_curve, precision_recall_curve))
    false, true = drawings.percent_axis("False alarms among all others"), drawings.percent_axis("Found of the class")
    recall, precision = drawings.percent_axis("Found of the class (recall)"), drawings.percent_axis("Right (precision)")
    return [
        _gain(page),
        _curves(page, roc, false, true, [drawings.line(false, true, [(0, 0), (1, 1)], "ref")], ROC),
        _curves(page, pulled, recall, precision, _shares(pulled, recall, precision), PRECISION_RECALL),
        _calibration(page),
    ]


def _calibration(page: Page) -> str:
    """Whether probabilities can be taken at their word."""
    found = page.summary.calibration
    bins = found.frame()
    x, y = drawings.percent_axis("Probability stated"), drawings.percent_axis("Share that came so")
    ends = zip(bins["stated"], bins["observed_low"], bins["observed_high"], strict=True)
    marks = [
        drawings.line(x, y, [(0, 0), (1, 1)], "ref"),
        drawings.whiskers(x, y, list(ends)),
        drawings.dots(x, y, list(zip(bins["stated"], bins["observed"], strict=True)), "mark-dot", 4),
    ]
    said = ended(found.finding())
    return page.figure(said, drawings.plot(x, y, marks, said), CALIBRATION)


def _shares(curves, x, y) -> list[str]:
    return [
        drawings.line(x, y, [(0, curve.share), (1, curve.share)], "ref")
        for curve in curves.curves
        if len(curves.curves) == 1
    ]


def _curves(page: Page, curves, x, y, before: list[str], note: str) -> str:
    if not curves.curves:
        return ""
    shown = curves.curves[:MOST_CURVES]
    kinds = ["", "c1", "c2", "c3"]
    marks = [*before]
    for curve, kind in zip(shown, kinds, strict=False):
        marks.append(drawings.line(x, y, _thinned(curve.x, curve.y), kind))
    said = ended(curves.finding())
    named = ""
    if len(shown) > 1:
        looks = ("solid", "dashed", "dotted", "dash-dotted")
        named = "; ".join(f"{look}: {shorten(c.label, LONGEST_CLASS)}" for c, look in zip(shown, looks, strict=False))
        more = len(curves.curves) - len(shown)
        named = f" One class against all others: {named}{f'; {more} more are not drawn' if more else ''}."
    return page.figure(said, drawings.plot(x, y, marks, said), f"{note}{named} {page.together}".strip())


def _thinned(x, y) -> list[tuple[float, float]]:
    places = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
    return [(float(x[at]), float(y[at])) for at in places]


def _gain(page: Page) -> str:
    """What is found where the rows ranked highest are taken; "" where no class is the one to find."""
    if page.spec.positive is None:
        return ""
    try:
        found = cumulative_gain(page.summary.evaluation, page.summary.key)
    except NotPossible:
        return ""
    points = found.frame()
    x, y = drawings.percent_axis("Rows taken, best first"), drawings.percent_axis("Found of the class")
    marks = [
        drawings.line(x, y, [(0, 0), (1, 1)], "ref"),
        drawings.line(x, y, list(zip(points["share_taken"], points["gain"], strict=True))),
    ]
    said = ended(found.finding())
    return page.figure(said, drawings.plot(x, y, marks, said), GAIN)
