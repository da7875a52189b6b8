"""What it uses: how much it needs each of the person's columns, and what the first of them change."""

import pandas as pd

from workbench.document import drawings as bars
from workbench.document.escaping import name, value
from workbench.document.parts import Section, table
from workbench.modeling import metrics
from workbench.results.report import drawings
from workbench.results.report.page import Page
from workbench.results.report.pairs import pairs
from workbench.results.report.wording import ended
from workbench.results.uses.effects import Effect, outcome_words
from workbench.results.uses.reasons import in_words
from workbench.results.wording import decimals_for, number, percent

MOST_SHOWN, MOST_LEVELS = 25, 10  # columns, values of one column
LONGEST_COLUMN = 80  # characters of a name in the table
NOT_MEASURED = "What the estimator relies on has not been measured."
NOT_CAUSES = "It shows what the model does, not what causes what: changing a column need not change the outcome."


def sections(page: Page) -> list[Section]:
    """Return the section on columns."""
    found = page.summary.importance
    body = page.told(NOT_MEASURED) if found is None else _importance(page, found)
    effects = "".join(_effect(page, one) for one in page.summary.effects)
    if effects:
        body += f'<h3>What the columns change that it needs most</h3><div class="pictures">{effects}</div>'
        body += page.told(_how(page), NOT_CAUSES, kind="note")
    return [Section("uses", "What it uses", body + pairs(page))]


def _importance(page: Page, found) -> str:
    rows = found.rows
    kind = metrics.metric(found.metric)
    unit = page.unit_of(found.metric)
    largest = max(float(rows["mean"].max()), 1e-12)
    shown = [
        f'<td class="wide-name">{name(row.column, LONGEST_COLUMN)}</td>'
        f'<td class="wide-bar">{bars.share_bar(max(row.mean, 0) / largest)}</td>'
        f'<td class="n">{page.sentence(_loss(row.mean, row.std, unit))}</td>'
        for row in rows.head(MOST_SHOWN).itertuples()
    ]
    more = len(rows) - MOST_SHOWN
    note = (
        f"How much worse {kind.label} gets when the values of one column are shuffled between rows that the model had "
        f"not seen (permutation importance), with the standard deviation over folds and shuffles; unshuffled it is "
        f"{number(found.score, unit=unit)} on these {found.n_rows:,} rows. More means that the model needs the column "
        "more; columns that say the same share what they bring, and 0 means it can do without."
        + (f" The other {more:,} columns bring less." if more > 0 else "")
    )
    head = ["Column", "", f"#{page.sentence(kind.label)} lost without it"]
    return page.told(ended(found.finding()), kind="lead") + table(head, shown) + page.told(note, kind="note")


def _loss(mean: float, std: float, unit: str) -> str:
    decimals = decimals_for(std) if std > 0 else 3
    spread = f" ± {number(std, decimals)}" if std > 0 else ""
    return f"{number(mean, decimals)}{spread}{f' {unit}' if unit else ''}"


def _effect(page: Page, one: Effect) -> str:
    said = ended(one.finding())
    picture = _line(one, said) if one.is_scale else _levels(page, one)
    return f"<figure><figcaption>{page.sentence(said)}</figcaption>{picture}</figure>"


def _line(one: Effect, said: str) -> str:
    rows = one.rows
    dates = pd.api.types.is_datetime64_any_dtype(rows["value"])
    places = drawings.seconds_of(rows["value"])
    known = places.notna()
    unit = f" ({one.column.unit})" if one.column.unit else ""
    axis = drawings.date_axis if dates else drawings.number_axis
    x = axis(f"{one.column.name}{unit}", places[known])
    y = _answer_axis(one)
    given = [series[known].tolist() for series in (places, rows["mean"], rows["low"], rows["high"])]
    marks = [
        drawings.area(x, y, list(zip(given[0], given[2], given[3], strict=True))),
        drawings.line(x, y, list(zip(given[0], given[1], strict=True))),
    ]
    return drawings.plot(x, y, marks, said)


def _answer_axis(one: Effect) -> drawings.Axis:
    top = float(one.rows["high"].max())
    words = outcome_words(one.target, one.label)
    if one.label is not None:
        return drawings.percent_axis(words, min(max(top, 0.05), 1.0))
    unit = f" ({one.unit})" if one.unit else ""
    return drawings.number_axis(f"{words}{unit}", [*one.rows["low"], *one.rows["high"]])


def _levels(page: Page, one: Effect) -> str:
    said = percent if one.label is not None else lambda amount: number(amount, unit=one.unit)
    largest = max(float(one.rows["mean"].abs().max()), 1e-12)
    levels = one.rows[one.rows["mean"].notna()].sort_values("mean", ascending=False, kind="stable")
    shown, note = levels, ""
    if len(levels) > MOST_LEVELS:
        half = MOST_LEVELS // 2
        shown = pd.concat([levels.head(half), levels.tail(half)])
        note = page.told(f"The {half} highest and the {half} lowest of {len(levels):,} values.", kind="note")
    rows = [
        f'<td class="wide-name">{value(in_words(row["value"]))}</td>'
        f'<td class="wide-bar">{bars.share_bar(max(row["mean"], 0) / largest)}</td>'
        f'<td class="n">{page.sentence(said(row["mean"]))}</td>'
        for row in shown.to_dict("records")
    ]
    return table([name(one.column.name), "", f"#{page.sentence(outcome_words(one.target, one.label))}"], rows) + note


def _how(page: Page) -> str:
    effects, locked = page.summary.effects, " that are not locked away" if page.spec.locked else ""
    return (
        f"Partial dependence: the column is set to one value after the other in {effects[0].n_rows:,} rows"
        f"{locked}, everything else stays as it is, and the model answers each time. The line or bar is the mean; the "
        "area holds the middle 80 % of the rows."
    )
