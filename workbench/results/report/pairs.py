"""Columns that act together: the pairs that are worth a look, and what the first of them do."""

import pandas as pd

from workbench.document.escaping import name, value
from workbench.document.parts import table
from workbench.results.report import drawings
from workbench.results.report.page import LONGEST_CLASS, Page
from workbench.results.report.wording import ended
from workbench.results.uses.effects import is_scale, outcome_words
from workbench.results.uses.interactions import CHANCE, COLUMNS, PairEffect
from workbench.results.uses.reasons import in_words
from workbench.results.wording import number, percent, shorten

MOST_SHOWN = 6  # pairs
NOT_LOOKED = (
    "Whether columns act together was not looked for. It can be, on the page Results under “What it uses”, or with "
    "“python -m workbench results RUN --html …”."
)
HOW = (
    "Among the {most} columns that the model needs most, each pair was measured on {n:,} held-out rows: what share of "
    "what both do together neither does alone (Friedman's H squared). Told are pairs without which predictions for "
    "these rows get worse by more than chance (at most {chance} to report any where there is none)."
)
LOOKS = ("solid", "dashed", "dotted", "dash-dotted", "wide dashes")
KINDS = ("", "c1", "c2", "c3", "c4")


def pairs(page: Page) -> str:
    """Return what was found about pairs of columns, as HTML."""
    found = page.summary.pairs
    if found is None:
        return page.told(NOT_LOOKED, kind="note")
    worth = found.rows[found.rows["worth"]].head(MOST_SHOWN)
    told = page.told(ended(found.finding()))
    if len(worth):
        rows = [
            f'<td class="wide-name">{name(row.one)}</td><td class="wide-name">{name(row.other)}</td>'
            f'<td class="n">{page.sentence(percent(row.share))}</td>'
            f'<td class="n">{page.sentence(percent(row.loss))}</td>'
            for row in worth.itertuples()
        ]
        told += table(["Column", "and", "#Neither has alone", "#Squared error grows without it by"], rows)
    note = page.told(HOW.format(most=COLUMNS, n=found.n_rows, chance=percent(CHANCE)), kind="note")
    drawn = "".join(_pair(page, one) for one in page.summary.pair_effects)
    return f"<h3>Columns that act together</h3>{told}{note}" + (f'<div class="pictures">{drawn}</div>' if drawn else "")


def _pair(page: Page, one: PairEffect) -> str:
    said = ended(one.finding())
    if not is_scale(one.one):
        return f"<figure><figcaption>{page.sentence(said)}</figcaption>{_grid(page, one)}</figure>"
    lines = list(one.rows.groupby("other", sort=False))[: len(KINDS)]
    shown = pd.concat([rows for _, rows in lines])
    places = drawings.seconds_of(shown["value"])
    unit = f" ({one.one.unit})" if one.one.unit else ""
    axis = drawings.date_axis if pd.api.types.is_datetime64_any_dtype(shown["value"]) else drawings.number_axis
    x = axis(f"{one.one.name}{unit}", places.dropna())
    words = outcome_words(one.target, one.label)
    if one.label is not None:
        y = drawings.percent_axis(words, min(max(float(shown["mean"].max()), 0.05), 1.0))
    else:
        y = drawings.number_axis(f"{words} ({one.unit})" if one.unit else words, shown["mean"])
    marks = [
        drawings.line(x, y, list(zip(drawings.seconds_of(rows["value"]), rows["mean"], strict=True)), kind)
        for (_, rows), kind in zip(lines, KINDS, strict=False)
    ]
    named = "; ".join(f"{shorten(label, LONGEST_CLASS)} {look}" for (label, _), look in zip(lines, LOOKS, strict=False))
    note = (
        f"Lines by “{shorten(one.other.name)}”: {named}. Where they run side by side, each column does its own; where "
        "they differ in slope, the two act together."
    )
    return page.figure(said, drawings.plot(x, y, marks, said), note)


def _grid(page: Page, one: PairEffect) -> str:
    say = percent if one.label is not None else lambda amount: number(amount, unit=one.unit)
    frame = one.rows.assign(value=one.rows["value"].map(in_words))
    wide = frame.pivot_table(index="value", columns="other", values="mean", sort=False)
    rows = [
        f'<td class="wide-name">{value(at)}</td>'
        + "".join(f'<td class="n">{page.sentence(say(each))}</td>' for each in row)
        for at, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return table([name(one.one.name, LONGEST_CLASS), *(f"#{value(label, LONGEST_CLASS)}" for label in wide)], rows)
