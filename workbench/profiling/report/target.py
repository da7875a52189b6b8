"""What is predicted: how it is distributed, what it goes with, and how it moves over time and between groups."""

from collections.abc import Sequence

from workbench.document import drawings
from workbench.document.escaping import name, value
from workbench.document.parts import Section, paragraph, table
from workbench.profiling.columns.describe import ColumnProfile
from workbench.profiling.report import cards
from workbench.profiling.report.decisions import row_numbers
from workbench.profiling.report.page import Page
from workbench.profiling.target.strength import STRENGTH_HELP
from workbench.profiling.target.target_view import Ceiling, Drift, Shape, ShapeBin, TargetView
from workbench.profiling.wording import counted, figure, percent

SHAPES, DRIFTS = 6, 4  # shown of each
MOST_RANKED = 30
FEW_RANKED = 20  # so many are ranked even where they may be chance
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
    shapes = _worth_showing(page, view.shapes) if view else []
    if shapes:
        parts.append(_shapes(page, view, shapes))
    seen = {shape.column for shape in shapes}
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
    title, target = "What goes with it", page.link(page.profile.target)
    if not ranked:
        return Section("inputs", title, paragraph(f"No single column tells anything about {target}."))
    telling = page.profile.telling
    shown = ranked[: min(max(len(telling), FEW_RANKED), MOST_RANKED)]
    rows = [_rank(page, place, column) for place, column in enumerate(shown, 1)]
    measure = "ROC AUC" if ranked[0].strength.measure == "roc_auc" else "R²"
    words = [page.sentence(STRENGTH_HELP), "Each column stands alone here; together they may tell more."]
    if len(telling) < len(shown):
        n_scored = counted(sum(column.strength is not None for column in page.profile.columns), "column")
        words.append(
            f"Of {n_scored}, {len(telling):,} {'tells' if len(telling) == 1 else 'tell'} more of {target} than the "
            "best of so many would by chance; those in grey may be chance."
        )
    elif len(shown) < len(ranked):
        words.append(f"{counted(len(telling) - len(shown), 'more column')} tell more than chance, too.")
    head = ["#&nbsp;", "Column", "", "#Strength", "#±", f"#{measure}"]
    return Section("inputs", title, paragraph(" ".join(words)) + table(head, rows, "ranked"), f"{len(telling):,}")


def _rank(page: Page, place: int, column: ColumnProfile) -> str:
    strength = column.strength
    chance = "" if column.name in page.telling else " soft"
    return (
        f'<td class="n soft">{place}</td><td class="name{chance}">{page.link(column.name)}</td>'
        f'<td class="wide-bar">{drawings.share_bar(strength.value, strength.error)}</td>'
        f'<td class="n{chance}">{strength.value * 100:.0f} %</td>'
        f'<td class="n soft">{_give_or_take(strength.error)}</td><td class="n soft">{strength.score:.2f}</td>'
    )


def _give_or_take(error: float) -> str:
    return f"{max(error * 100, 1):.0f}" if error else ""


def _worth_showing(page: Page, shapes: Sequence[Shape]) -> list[Shape]:
    """Return the shapes of columns that tell more than chance; where none does, the first few, which show just that."""
    telling = [shape for shape in shapes if shape.column in page.telling]
    return telling[:SHAPES] or list(shapes[:2])


def _shapes(page: Page, view: TargetView, shown: Sequence[Shape]) -> Section:
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
        along = "Over time, along" if drift.by == "time" else "Between the values of"
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
