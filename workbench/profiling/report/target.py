"""What is predicted: how it is distributed, what it goes with, and how it moves over time and between groups."""

from collections.abc import Sequence

from workbench.profiling.columns import ColumnProfile
from workbench.profiling.report import cards, drawings
from workbench.profiling.report.decisions import row_numbers
from workbench.profiling.report.escaping import name, value
from workbench.profiling.report.page import Page, Section, paragraph, table
from workbench.profiling.strength import STRENGTH_HELP
from workbench.profiling.target_view import Ceiling, Drift, ShapeBin, TargetView
from workbench.profiling.wording import counted, figure, percent

RANKED, SHAPES, DRIFTS = 30, 6, 4  # shown of each
MOST_BINS = 16  # rows of one shape
TASKS = {
    "binary": "one of two answers",
    "multiclass": "one of several answers",
    "regression": "a number",
}


def sections(page: Page) -> list[Section]:
    """Return the sections about the target; none without one."""
    profile = page.profile
    if not profile.target or profile.target not in page.places:
        return []
    parts = [_itself(page)]
    if profile.ranked or profile.complete:
        parts.append(_ranked(page, profile.ranked))
    view = profile.target_view
    if view and view.shapes:
        parts.append(_shapes(page, view))
    seen = {shape.column for shape in view.shapes[:SHAPES]} if view else set()
    drifts = [each for each in view.drifts if each.by == "time" or each.column not in seen] if view else []
    if drifts:
        parts.append(_drifts(page, view, drifts[:DRIFTS]))
    return parts


def _itself(page: Page) -> Section:
    profile = page.profile
    column = page.columns[profile.target]
    kind = f", {TASKS[profile.task]}" if profile.task in TASKS else ""
    body = [
        paragraph(f"<b>{page.link(profile.target)}</b>{kind}. {_balance(column)}", "lead"),
        f'<div class="card alone">{cards.picture(column)}</div>',
    ]
    view = profile.target_view
    if view and view.ceiling:
        body.append(_ceiling(page, view.ceiling))
    return Section("target", "What is predicted", "".join(body))


def _balance(column: ColumnProfile) -> str:
    if column.mean is not None and column.distinct_count > len(column.top):
        unit = f" {name(column.unit)}" if column.unit else ""
        return (
            f"Half of its values lie between {figure(column.q25)} and {figure(column.q75)}{unit}, in the middle "
            f"{figure(column.median)}; on average they are {figure(column.mean)}."
        )
    if not column.top:
        return "It has no value in any row."
    most, least = column.top[0], column.top[-1]
    told = f"Most rows say {value(most.value)} ({percent(most.count / column.count)})"
    if column.distinct_count > len(column.top):
        return f"{told}; there are {counted(column.distinct_count, 'different answer')}."
    return f"{told}, fewest {value(least.value)} ({percent(least.count / column.count)})."


def _ceiling(page: Page, ceiling: Ceiling) -> str:
    if ceiling.measure == "accuracy":
        best = f"be right in more than {percent(ceiling.best)} of all rows"
    else:
        best = f"explain more than {percent(ceiling.best)} of the variance"
    rows = row_numbers(ceiling.rows)
    among = f" <span class='soft'>Rows, among others: {rows}.</span>" if rows else ""
    return paragraph(
        f"<b>A ceiling on any score.</b> {counted(ceiling.n_rows, 'row')} in {counted(ceiling.n_groups, 'group')} are "
        f"equal in every input and differ in {page.link(page.profile.target)}, so no model of these columns can "
        f"{best}.{among}"
    )


def _ranked(page: Page, ranked: Sequence[ColumnProfile]) -> Section:
    title = "What goes with it"
    if not ranked:
        return Section(
            "inputs", title, paragraph(f"No single column tells anything about {page.link(page.profile.target)}.")
        )
    rows = [
        f'<td class="n soft">{place}</td><td class="name">{page.link(column.name)}</td>'
        f'<td class="wide-bar">{drawings.share_bar(column.strength.value, column.strength.error)}</td>'
        f'<td class="n">{column.strength.value * 100:.0f} %</td>'
        f'<td class="n soft">{_give_or_take(column.strength.error)}</td>'
        f'<td class="n soft">{column.strength.score:.2f}</td>'
        for place, column in enumerate(ranked[:RANKED], 1)
    ]
    measure = "ROC AUC" if ranked[0].strength.measure == "roc_auc" else "R²"
    more = len(ranked) - RANKED
    rest = f" {counted(more, 'more column')} tell something, too; the list of columns has them." if more > 0 else ""
    body = (
        paragraph(f"{page.sentence(STRENGTH_HELP)} Each column stands alone here; together they may tell more.{rest}")
        + table(["#&nbsp;", "Column", "", "#Strength", "#±", f"#{measure}"], rows, "ranked")
    )  # fmt: skip
    return Section("inputs", title, body, f"{len(ranked):,}")


def _give_or_take(error: float) -> str:
    return f"{max(error * 100, 1):.0f}" if error else ""


def _shapes(page: Page, view: TargetView) -> Section:
    shown = view.shapes[:SHAPES]
    ends = _ends([each for shape in shown for each in shape.bins], view)
    figures = "".join(
        f"<figure><figcaption>{page.link(shape.column)}</figcaption>{_dots(shape.bins, view, ends)}</figure>"
        for shape in shown
    )
    return Section(
        "shapes", "How it moves with the strongest", f'{_legend(page, view)}<div class="grid">{figures}</div>'
    )


def _drifts(page: Page, view: TargetView, drifts: Sequence[Drift]) -> Section:
    figures = []
    for drift in drifts:
        along = "over time, along" if drift.by == "time" else "between the values of"
        spread = percent(drift.spread) if view.of else figure(drift.spread)
        told = f"{along} {page.link(drift.column)}: {spread} from lowest to highest"
        ends = _ends(drift.bins, view)
        figures.append(f"<figure><figcaption>{told}</figcaption>{_dots(drift.bins, view, ends)}</figure>")
    return Section("drift", "How it drifts", f'{_legend(page, view)}<div class="grid">{"".join(figures)}</div>')


def _legend(page: Page, view: TargetView) -> str:
    target = page.link(page.profile.target)
    what = f"Share of rows whose {target} is {value(view.of)}" if view.of else f"Mean of {target}"
    return paragraph(
        f"{what}, for each value or range of values; the line through each dot is its 95 % interval, the thin upright "
        f"one the whole table ({_told(view.overall, view)})."
    )


def _dots(bins: Sequence[ShapeBin], view: TargetView, ends: tuple[float, float]) -> str:
    rows = [
        f'<td class="label">{value(each.label)}</td>'
        f'<td class="plot">{drawings.interval(each.value, each.low, each.high, view.overall, ends)}</td>'
        f'<td class="n">{_told(each.value, view)}</td><td class="n soft">{each.n_rows:,}</td>'
        for each in bins[:MOST_BINS]
    ]
    more = len(bins) - MOST_BINS
    below = paragraph(f"and {more:,} more", "note") if more > 0 else ""
    return table(["", "", f"#{'Share' if view.of else 'Mean'}", "#Rows"], rows, "shape") + below


def _told(number: float, view: TargetView) -> str:
    return percent(number) if view.of else figure(number)


def _ends(bins: Sequence[ShapeBin], view: TargetView) -> tuple[float, float]:
    """Return the ends of a scale that holds every dot, and the intervals as far as they do not drown the dots."""
    values = [view.overall, *(each.value for each in bins)]
    low, high = min(values), max(values)
    room = (high - low) / 2 or abs(high) / 10 or 1.0
    low = max(min([low, *(each.low for each in bins)]), low - room)
    high = min(max([high, *(each.high for each in bins)]), high + room)
    edge = (high - low) * 0.04 or 1.0  # dots at the ends are drawn in full
    return low - edge, high + edge
